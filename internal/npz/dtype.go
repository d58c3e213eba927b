package npz

import "fmt"

// A DType is the type of an array's elements.
type DType uint8

// The types of elements, with NumPy's names.
const (
	Bool DType = iota + 1
	Int8
	Uint8
	Int16
	Uint16
	Int32
	Uint32
	Int64
	Uint64
	Float16
	Float32
	Float64
)

// dtypes has one row per type: its name, its code in a header and its size.
var dtypes = [...]struct {
	name string
	code string
	size int
}{
	Bool:    {"bool", "b1", 1},
	Int8:    {"int8", "i1", 1},
	Uint8:   {"uint8", "u1", 1},
	Int16:   {"int16", "i2", 2},
	Uint16:  {"uint16", "u2", 2},
	Int32:   {"int32", "i4", 4},
	Uint32:  {"uint32", "u4", 4},
	Int64:   {"int64", "i8", 8},
	Uint64:  {"uint64", "u8", 8},
	Float16: {"float16", "f2", 2},
	Float32: {"float32", "f4", 4},
	Float64: {"float64", "f8", 8},
}

// String returns NumPy's name of the type.
func (d DType) String() string {
	if d == 0 || int(d) >= len(dtypes) {
		return fmt.Sprintf("DType(%d)", uint8(d))
	}
	return dtypes[d].name
}

// Size returns the number of bytes of one element.
func (d DType) Size() int {
	if d == 0 || int(d) >= len(dtypes) {
		panic("npz: unknown DType")
	}
	return dtypes[d].size
}

// IsFloat reports whether the type is one of the floating-point types.
func (d DType) IsFloat() bool { return d >= Float16 }

// parseDescr reads a header's description of a type, such as "<f4". The first
// character is the byte order; one-byte types have none ("|u1").
func parseDescr(s string) (d DType, big bool, err error) {
	if len(s) < 2 {
		return 0, false, fmt.Errorf("%w: element type %q", ErrFormat, s)
	}
	order, code := s[0], s[1:]
	for d := Bool; int(d) < len(dtypes); d++ {
		if dtypes[d].code != code {
			continue
		}
		switch {
		case order == '<', order == '|' && dtypes[d].size == 1:
			return d, false, nil
		case order == '>':
			return d, true, nil
		}
		return 0, false, fmt.Errorf("%w: element type %q has no byte order", ErrFormat, s)
	}
	return 0, false, fmt.Errorf("%w: elements of type %q; real numbers and bools are read", ErrUnsupported, s)
}
