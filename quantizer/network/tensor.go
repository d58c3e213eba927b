package network

import "fmt"

// DType is the type of a tensor's elements.
type DType uint8

const (
	// Undefined is the type of a tensor that is absent or not known.
	Undefined DType = iota
	// Float32 stands for ONNX's float, and for double, float16 and bfloat16,
	// whose tensors are converted when they are read or cast.
	Float32
	Int64
	Int32
	Int16
	Int8
	Int4
	Uint32
	Uint16
	Uint8
	Uint4
	Bool
	// Codes of the 8-bit floating-point formats, as QuantizeLinear makes them.
	Float8E4M3FN
	Float8E4M3FNUZ
	Float8E5M2
	Float8E5M2FNUZ
	dtypes // their number
)

var dtypeNames = [dtypes]string{
	"undefined", "float32", "int64", "int32", "int16", "int8", "int4", "uint32", "uint16", "uint8", "uint4", "bool",
	"float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz",
}

// String returns the type's name in lower case, such as "float32".
func (t DType) String() string {
	if t < dtypes {
		return dtypeNames[t]
	}
	return fmt.Sprintf("DType(%d)", uint8(t))
}

// IsFloat reports whether elements are held in Tensor.Float.
func (t DType) IsFloat() bool { return t == Float32 }

// isInteger reports whether elements are integers (not truth values, not codes).
func (t DType) isInteger() bool { return t >= Int64 && t <= Uint4 }

// isFloat8 reports whether elements are codes of an 8-bit float format.
func (t DType) isFloat8() bool { return t >= Float8E4M3FN && t < dtypes }

// limits returns the least and greatest value that an element held in
// Tensor.Int may have.
func (t DType) limits() (lo, hi int64) {
	switch t {
	case Int64:
		return -1 << 63, 1<<63 - 1
	case Int32:
		return -1 << 31, 1<<31 - 1
	case Int16:
		return -1 << 15, 1<<15 - 1
	case Int8:
		return -1 << 7, 1<<7 - 1
	case Int4:
		return -8, 7
	case Uint32:
		return 0, 1<<32 - 1
	case Uint16:
		return 0, 1<<16 - 1
	case Uint4:
		return 0, 15
	case Bool:
		return 0, 1
	}
	return 0, 255 // Uint8 and the 8-bit codes
}

// Tensor is an array in row-major order. Exactly one of Float and Int is in
// use and holds the product of Shape elements: Float where Type is Float32, Int
// for everything else (a truth value is 0 or 1, an 8-bit float is its code).
// A tensor with an empty Shape is a scalar of one element.
type Tensor struct {
	Shape []int
	Type  DType
	Float []float32
	Int   []int64
}

// NewFloat returns a float32 tensor over data, which is not copied. With nil
// data the elements are zeros. It panics when the number of elements differs
// from the product of shape, or a dimension is negative.
func NewFloat(shape []int, data []float32) *Tensor {
	n := mustSize(shape)
	if data == nil {
		data = make([]float32, n)
	}
	if len(data) != n {
		panic("network: the number of elements does not fit the shape")
	}
	return &Tensor{Shape: shape, Type: Float32, Float: data}
}

// NewInt returns a tensor of an integer, truth-value or 8-bit float type over
// data, which is not copied. It panics as NewFloat does, and for Float32.
func NewInt(t DType, shape []int, data []int64) *Tensor {
	if t.IsFloat() || t == Undefined || t >= dtypes {
		panic("network: NewInt of a type that is not held in integers")
	}
	n := mustSize(shape)
	if data == nil {
		data = make([]int64, n)
	}
	if len(data) != n {
		panic("network: the number of elements does not fit the shape")
	}
	return &Tensor{Shape: shape, Type: t, Int: data}
}

func mustSize(shape []int) int {
	n, ok := sizeOf(shape)
	if !ok {
		panic("network: a shape that is negative or too large")
	}
	return n
}

// Size returns the number of elements that are held.
func (t *Tensor) Size() int {
	if t.Type.IsFloat() {
		return len(t.Float)
	}
	return len(t.Int)
}

// check says what is wrong with a tensor that comes from outside.
func (t *Tensor) check() error {
	if t == nil {
		return fmt.Errorf("%w: a nil tensor", ErrGraph)
	}
	if t.Type == Undefined || t.Type >= dtypes {
		return fmt.Errorf("%w: a tensor of type %v", ErrGraph, t.Type)
	}
	n, ok := sizeOf(t.Shape)
	if !ok {
		return fmt.Errorf("%w: a tensor of shape %v", ErrShape, t.Shape)
	}
	if t.Size() != n || (t.Type.IsFloat() && len(t.Int) != 0) || (!t.Type.IsFloat() && len(t.Float) != 0) {
		return fmt.Errorf("%w: a %v tensor of shape %v with %d elements", ErrShape, t.Type, t.Shape, t.Size())
	}
	return nil
}

// maxElements is the greatest size of a tensor, 2^46 (2^29 where int has 32
// bits), so that a few sizes can be added, and one multiplied by four, without
// overflow.
const maxElements = 1 << (29 + 17*(^uint(0)>>63))

// sizeOf returns the product of the dimensions; ok is false where one is
// negative or the product of the nonzero ones exceeds maxElements.
func sizeOf(shape []int) (n int, ok bool) {
	n = 1
	zero := false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, false
		case d == 0:
			zero = true
		case n > maxElements/d:
			return 0, false
		default:
			n *= d
		}
	}
	if zero {
		n = 0
	}
	return n, true
}
