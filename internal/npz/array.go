package npz

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// An Array is an array of real numbers, the last axis varying fastest. It
// keeps the elements as they stand in the file and converts those that are
// asked for.
type Array struct {
	file, name string
	dtype      DType
	big        bool
	shape      []int
	count      int
	data       []byte
}

// Name returns the array's name.
func (a *Array) Name() string { return a.name }

// DType returns the type of the elements.
func (a *Array) DType() DType { return a.dtype }

// Shape returns the length of each axis; it is empty for a scalar.
func (a *Array) Shape() []int { return slices.Clone(a.shape) }

// Len returns the number of elements: the product of the shape.
func (a *Array) Len() int { return a.count }

// Float32s returns all elements as float32, rounded to nearest even where they
// need it (float64 and integers beyond 24 bits); float64 values beyond the
// range of float32 become infinite. A bool is 0 or 1.
func (a *Array) Float32s() []float32 {
	return a.AppendFloat32s(make([]float32, 0, a.count), 0, a.count)
}

// AppendFloat32s is Float32s of the elements i to j-1, appended to dst. It
// panics if there are no such elements.
func (a *Array) AppendFloat32s(dst []float32, i, j int) []float32 {
	b := a.slice(i, j)
	dst = slices.Grow(dst, j-i)
	order := a.order()
	switch a.dtype {
	case Bool:
		for _, v := range b {
			dst = append(dst, float32(truth(v)))
		}
	case Int8:
		for _, v := range b {
			dst = append(dst, float32(int8(v)))
		}
	case Uint8:
		for _, v := range b {
			dst = append(dst, float32(v))
		}
	case Int16:
		for ; len(b) > 0; b = b[2:] {
			dst = append(dst, float32(int16(order.Uint16(b))))
		}
	case Uint16:
		for ; len(b) > 0; b = b[2:] {
			dst = append(dst, float32(order.Uint16(b)))
		}
	case Int32:
		for ; len(b) > 0; b = b[4:] {
			dst = append(dst, float32(int32(order.Uint32(b))))
		}
	case Uint32:
		for ; len(b) > 0; b = b[4:] {
			dst = append(dst, float32(order.Uint32(b)))
		}
	case Int64:
		for ; len(b) > 0; b = b[8:] {
			dst = append(dst, float32(int64(order.Uint64(b))))
		}
	case Uint64:
		for ; len(b) > 0; b = b[8:] {
			dst = append(dst, float32(order.Uint64(b)))
		}
	case Float16:
		for ; len(b) > 0; b = b[2:] {
			dst = append(dst, float32(half(order.Uint16(b))))
		}
	case Float32:
		for ; len(b) > 0; b = b[4:] {
			dst = append(dst, math.Float32frombits(order.Uint32(b)))
		}
	case Float64:
		for ; len(b) > 0; b = b[8:] {
			dst = append(dst, float32(math.Float64frombits(order.Uint64(b))))
		}
	}
	return dst
}

// Int64s returns all elements as integers. The error is ErrValue where one is
// not: a fraction, a NaN or infinity, or beyond the range of int64.
func (a *Array) Int64s() ([]int64, error) {
	z := make([]int64, 0, a.count)
	b := a.data
	order := a.order()
	switch a.dtype {
	case Bool:
		for _, v := range b {
			z = append(z, int64(truth(v)))
		}
	case Int8:
		for _, v := range b {
			z = append(z, int64(int8(v)))
		}
	case Uint8:
		for _, v := range b {
			z = append(z, int64(v))
		}
	case Int16:
		for ; len(b) > 0; b = b[2:] {
			z = append(z, int64(int16(order.Uint16(b))))
		}
	case Uint16:
		for ; len(b) > 0; b = b[2:] {
			z = append(z, int64(order.Uint16(b)))
		}
	case Int32:
		for ; len(b) > 0; b = b[4:] {
			z = append(z, int64(int32(order.Uint32(b))))
		}
	case Uint32:
		for ; len(b) > 0; b = b[4:] {
			z = append(z, int64(order.Uint32(b)))
		}
	case Int64:
		for ; len(b) > 0; b = b[8:] {
			z = append(z, int64(order.Uint64(b)))
		}
	case Uint64:
		for ; len(b) > 0; b = b[8:] {
			u := order.Uint64(b)
			if u > math.MaxInt64 {
				return nil, a.errorf("%w: element %d is %d", ErrValue, len(z), u)
			}
			z = append(z, int64(u))
		}
	case Float16, Float32, Float64:
		for ; len(b) > 0; b = b[a.dtype.Size():] {
			x := a.float64(b)
			if x != math.Trunc(x) || x < -(1<<63) || x >= 1<<63 {
				return nil, a.errorf("%w: element %d is %v, not an integer", ErrValue, len(z), x)
			}
			z = append(z, int64(x))
		}
	}
	return z, nil
}

// float64 returns the floating-point number at the start of b.
func (a *Array) float64(b []byte) float64 {
	switch order := a.order(); a.dtype {
	case Float16:
		return half(order.Uint16(b))
	case Float32:
		return float64(math.Float32frombits(order.Uint32(b)))
	default:
		return math.Float64frombits(order.Uint64(b))
	}
}

func (a *Array) order() binary.ByteOrder {
	if a.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// slice returns the bytes of the elements i to j-1.
func (a *Array) slice(i, j int) []byte {
	if i < 0 || j < i || j > a.count {
		panic("npz: no such elements")
	}
	size := a.dtype.Size()
	return a.data[i*size : j*size]
}

// errorf is fmt.Errorf with the names of the file and the array before it.
func (a *Array) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: array %s: %w", a.file, quote(a.name), fmt.Errorf(format, args...))
}

func truth(b byte) uint8 {
	if b != 0 {
		return 1
	}
	return 0
}
