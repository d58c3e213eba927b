package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A message walks over the fields of one protobuf message:
//
//	for m.next() {
//		switch m.num {
//		case 1:
//			x = m.string()
//		...
//	}
//	return m.err
//
// The first error (a damaged field, or a value of another wire type than is
// asked for) ends the walk. Fields that are not asked for are passed over.
type message struct {
	name string // of the message's type, for errors
	rest []byte
	at   int // offset of rest in the file
	err  error

	num   protowire.Number
	typ   protowire.Type
	start int    // offset of the field in the file
	u     uint64 // value of a varint, fixed32 or fixed64 field
	b     []byte // value of a bytes field; its last byte is just before at
}

// next goes to the next field, if there is one.
func (m *message) next() bool {
	if m.err != nil || len(m.rest) == 0 {
		return false
	}
	m.start = m.at
	num, typ, n := protowire.ConsumeTag(m.rest)
	if n < 0 {
		m.fail("a damaged field")
		return false
	}
	m.skip(n)
	m.num, m.typ = num, typ
	switch typ {
	case protowire.VarintType:
		m.u, n = protowire.ConsumeVarint(m.rest)
	case protowire.Fixed32Type:
		var u uint32
		u, n = protowire.ConsumeFixed32(m.rest)
		m.u = uint64(u)
	case protowire.Fixed64Type:
		m.u, n = protowire.ConsumeFixed64(m.rest)
	case protowire.BytesType:
		m.b, n = protowire.ConsumeBytes(m.rest)
	default:
		// Groups: ONNX has none, and they may nest.
		m.fail("field %d of wire type %d", num, typ)
		return false
	}
	if n < 0 {
		switch whole := m.name == "ModelProto"; {
		case !errors.Is(protowire.ParseError(n), io.ErrUnexpectedEOF):
			m.fail("field %d is damaged", num)
		case whole:
			m.fail("the file ends within field %d", num)
		default:
			m.fail("field %d goes beyond the end of the message", num)
		}
		return false
	}
	m.skip(n)
	return true
}

func (m *message) skip(n int) {
	m.rest = m.rest[n:]
	m.at += n
}

// fail ends the walk with an ErrFormat that says where.
func (m *message) fail(format string, args ...any) {
	if m.err == nil {
		m.err = malformed("%s at byte %d: %w", m.name, m.start, fmt.Errorf(format, args...))
	}
}

// is asks for a wire type.
func (m *message) is(typ protowire.Type) bool {
	if m.typ != typ {
		m.fail("field %d has wire type %d, want %d", m.num, m.typ, typ)
		return false
	}
	return true
}

func (m *message) int64() int64 {
	if !m.is(protowire.VarintType) {
		return 0
	}
	return int64(m.u)
}

func (m *message) float32() float32 {
	if !m.is(protowire.Fixed32Type) {
		return 0
	}
	return math.Float32frombits(uint32(m.u))
}

func (m *message) bytes() []byte {
	if !m.is(protowire.BytesType) {
		return nil
	}
	return m.b
}

func (m *message) string() string { return string(m.bytes()) }

// message returns the walk over a field that is a message itself. If it is
// not one, the walk has ended with that error already.
func (m *message) message(name string) *message {
	b := m.bytes()
	return &message{name: name, rest: b, at: m.at - len(b), start: m.at - len(b), err: m.err}
}

// The readers of repeated numbers append one value, or a packed run of them.
// A packed run is counted before anything is allocated for it.

func (m *message) int64s(dst []int64) []int64 {
	if m.typ == protowire.VarintType {
		return append(dst, int64(m.u))
	}
	b := m.bytes()
	n := 0
	for _, c := range b {
		n += int(^c >> 7)
	}
	dst = grow(dst, n)
	for len(b) > 0 {
		u, n := protowire.ConsumeVarint(b)
		if n < 0 {
			m.fail("field %d holds a damaged number", m.num)
			return dst
		}
		dst = append(dst, int64(u))
		b = b[n:]
	}
	return dst
}

func (m *message) float32s(dst []float32) []float32 {
	if m.typ == protowire.Fixed32Type {
		return append(dst, math.Float32frombits(uint32(m.u)))
	}
	b := m.bytes()
	if len(b)%4 != 0 {
		m.fail("field %d holds %d bytes of 4-byte numbers", m.num, len(b))
		return dst
	}
	dst = grow(dst, len(b)/4)
	for ; len(b) > 0; b = b[4:] {
		dst = append(dst, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return dst
}

// doubles reads repeated doubles, rounded to float32.
func (m *message) doubles(dst []float32) []float32 {
	if m.typ == protowire.Fixed64Type {
		return append(dst, float32(math.Float64frombits(m.u)))
	}
	b := m.bytes()
	if len(b)%8 != 0 {
		m.fail("field %d holds %d bytes of 8-byte numbers", m.num, len(b))
		return dst
	}
	dst = grow(dst, len(b)/8)
	for ; len(b) > 0; b = b[8:] {
		dst = append(dst, float32(math.Float64frombits(binary.LittleEndian.Uint64(b))))
	}
	return dst
}

// grow makes room for n more elements: exactly that for the first run, which
// is the only one in what other programs write.
func grow[T any](s []T, n int) []T {
	if s == nil {
		return make([]T, 0, n)
	}
	return s
}
