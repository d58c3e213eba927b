package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/halfulp/halfulp/quantizer/network"
)

// maxRank bounds the number of dimensions of a tensor.
const maxRank = 64

// A tensorProto is a TensorProto as it stands in the file. raw points into
// the file.
type tensorProto struct {
	name     string
	dims     []int64
	code     int64
	raw      []byte
	floats   []float32 // float_data
	doubles  []float32 // double_data, rounded
	int32s   []int64
	int64s   []int64
	uint64s  []int64 // their bits
	external bool
	strings  bool
	segment  bool
}

func (t *tensorProto) read(m *message) error {
	for m.next() {
		switch m.num {
		case 1:
			t.dims = m.int64s(t.dims)
		case 2:
			t.code = m.int64()
		case 3:
			t.segment = true
		case 4:
			t.floats = m.float32s(t.floats)
		case 5:
			t.int32s = m.int64s(t.int32s)
		case 6:
			t.strings = true
		case 7:
			t.int64s = m.int64s(t.int64s)
		case 8:
			t.name = m.string()
		case 9:
			t.raw = m.bytes()
		case 10:
			t.doubles = m.doubles(t.doubles)
		case 11:
			t.uint64s = m.int64s(t.uint64s)
		case 13:
			t.external = true
		case 14:
			t.external = t.external || m.int64() != 0
		}
	}
	return m.err
}

// tensor converts the elements.
func (t *tensorProto) tensor() (*network.Tensor, error) {
	switch {
	case t.external:
		return nil, unsupported("data in an external file")
	case t.segment:
		return nil, unsupported("a tensor in segments")
	}
	d, err := lookup(t.code)
	if err != nil {
		return nil, err
	}
	shape, n, err := shapeOf(t.dims)
	if err != nil {
		return nil, malformed("%w", err)
	}
	if err := t.checkStorage(d); err != nil {
		return nil, err
	}
	z := &network.Tensor{Shape: shape, Type: d.to}
	// entries is the number of numbers, or pairs of them where each takes
	// four bits, that have to be there.
	entries := n
	if d.bits == 4 {
		entries = n/2 + n%2
	}
	if len(t.raw) > 0 {
		size := entries * max(d.bits/8, 1)
		if len(t.raw) != size {
			return nil, malformed("%d bytes of data for shape %s of %s, which needs %d", len(t.raw), formatShape(shape), d.name, size)
		}
		return z, t.fromRaw(z, d, n)
	}
	var have int
	switch d.storage {
	case inFloats:
		have, z.Float = len(t.floats), t.floats
	case inDoubles:
		have, z.Float = len(t.doubles), t.doubles
	case inInt32s:
		have = len(t.int32s)
	case inInt64s:
		have, z.Int = len(t.int64s), t.int64s
	case inUint64s:
		have, z.Int = len(t.uint64s), t.uint64s
	}
	if have != entries {
		return nil, malformed("%d elements for shape %s of %s, which needs %d", have, formatShape(shape), d.name, entries)
	}
	if d.storage == inInt32s {
		return z, t.fromInt32s(z, d, n)
	}
	return z, checkInts(z.Int, d)
}

// checkStorage refuses elements in a field that does not belong to the type,
// or in two fields.
func (t *tensorProto) checkStorage(d dtype) error {
	fields := []struct {
		name string
		at   storage
		used bool
	}{
		{"float_data", inFloats, len(t.floats) > 0},
		{"int32_data", inInt32s, len(t.int32s) > 0},
		{"int64_data", inInt64s, len(t.int64s) > 0},
		{"double_data", inDoubles, len(t.doubles) > 0},
		{"uint64_data", inUint64s, len(t.uint64s) > 0},
		{"string_data", 0, t.strings},
	}
	for _, f := range fields {
		switch {
		case f.used && len(t.raw) > 0:
			return malformed("data in both raw_data and %s", f.name)
		case f.used && f.at != d.storage:
			return malformed("data of type %s in %s", d.name, f.name)
		}
	}
	return nil
}

// fromRaw converts n elements of raw_data, whose length was checked.
func (t *tensorProto) fromRaw(z *network.Tensor, d dtype, n int) error {
	b := t.raw
	if d.to == network.Float32 {
		z.Float = make([]float32, n)
		for i := range z.Float {
			switch t.code {
			case typeFloat16:
				z.Float[i] = float16(binary.LittleEndian.Uint16(b[2*i:]))
			case typeBFloat16:
				z.Float[i] = bfloat16(binary.LittleEndian.Uint16(b[2*i:]))
			default:
				if d.bits == 64 {
					z.Float[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])))
				} else {
					z.Float[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
				}
			}
		}
		return nil
	}
	z.Int = make([]int64, n)
	for i := range z.Int {
		var u uint64
		switch d.bits {
		case 4:
			u = uint64(b[i/2]) >> (4 * (i % 2))
		case 8:
			u = uint64(b[i])
		case 16:
			u = uint64(binary.LittleEndian.Uint16(b[2*i:]))
		case 32:
			u = uint64(binary.LittleEndian.Uint32(b[4*i:]))
		case 64:
			u = binary.LittleEndian.Uint64(b[8*i:])
		}
		z.Int[i] = d.extend(u)
	}
	return checkInts(z.Int, d)
}

// fromInt32s converts n elements of int32_data, whose length was checked.
func (t *tensorProto) fromInt32s(z *network.Tensor, d dtype, n int) error {
	for i, v := range t.int32s {
		t.int32s[i] = int64(int32(v)) // as protobuf reads an int32
	}
	switch {
	case d.bits == 4:
		// Each number holds two elements, the first in its low half.
		if err := checkRange(t.int32s, 0, 255); err != nil {
			return malformed("%w", err)
		}
		z.Int = make([]int64, n)
		for i := range z.Int {
			z.Int[i] = d.extend(uint64(t.int32s[i/2]) >> (4 * (i % 2)))
		}
		return nil
	case d.to == network.Float32:
		if err := checkRange(t.int32s, 0, 1<<16-1); err != nil {
			return malformed("%w", err)
		}
		z.Float = make([]float32, n)
		for i, v := range t.int32s {
			if t.code == typeFloat16 {
				z.Float[i] = float16(uint16(v))
			} else {
				z.Float[i] = bfloat16(uint16(v))
			}
		}
		return nil
	}
	z.Int = t.int32s
	return checkInts(z.Int, d)
}

// extend takes the low bits of u as an integer of the type.
func (d dtype) extend(u uint64) int64 {
	s := 64 - d.bits
	if d.signed {
		return int64(u<<s) >> s
	}
	return int64(u << s >> s)
}

// checkInts refuses integers beyond their type.
func checkInts(v []int64, d dtype) error {
	lo, hi := d.limits()
	if d.bits == 64 && !d.signed {
		if i := slices.IndexFunc(v, func(x int64) bool { return x < 0 }); i >= 0 {
			return unsupported("the uint64 %d, beyond the range of int64", uint64(v[i]))
		}
		return nil
	}
	if err := checkRange(v, lo, hi); err != nil {
		return malformed("%w", err)
	}
	return nil
}

// checkRange says which element is beyond the limits.
func checkRange(v []int64, lo, hi int64) error {
	for i, x := range v {
		if x < lo || x > hi {
			return fmt.Errorf("element %d is %d, beyond [%d, %d]", i, x, lo, hi)
		}
	}
	return nil
}

// shapeOf checks dimensions and their product, which fits an int also where
// it is taken of the nonzero ones only.
func shapeOf(dims []int64) (shape []int, n int, err error) {
	if len(dims) > maxRank {
		return nil, 0, fmt.Errorf("a tensor of %d dimensions", len(dims))
	}
	// A tensor of 2^42 elements is beyond any file, and leaves room for the
	// number of its bits in an int64.
	const most = int64(min(1<<42, math.MaxInt/64))
	shape = make([]int, len(dims))
	product, zero := int64(1), false
	for i, d := range dims {
		switch {
		case d < 0:
			return nil, 0, fmt.Errorf("a tensor with a dimension of %d", d)
		case d == 0:
			zero = true
		case d > most/product:
			return nil, 0, fmt.Errorf("a tensor of more than %d elements", most)
		default:
			product *= d
		}
		shape[i] = int(d)
	}
	if zero {
		product = 0
	}
	return shape, int(product), nil
}

// formatShape writes a shape as [2 3].
func formatShape(shape []int) string {
	const most = 8
	if len(shape) <= most {
		return fmt.Sprint(shape)
	}
	return fmt.Sprintf("%v... of %d dimensions", shape[:most], len(shape))
}
