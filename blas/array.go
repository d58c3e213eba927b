package blas

import (
	"math"

	"github.com/halfulp/halfulp/minifloat"
)

// An Array is a slice of numbers in some format: an operand or the result of [Gemm] and [Conv]. It refers
// to the slice that it was made from, and is safe for concurrent reading. The zero value stands for an
// absent operand.
type Array struct{ x array }

// array is what an Array holds: a reader of its elements, and their writer.
type array interface {
	source[float64]
	len() int
	// load reads element off as a float64, which is exact.
	load(off int) float64
	// store writes v, rounded by ctx if the array's format cannot hold it.
	store(off int, v float64, ctx minifloat.Context)
	// float64s reports whether the elements are float64.
	float64s() bool
	// contextual reports whether store heeds the context's mode.
	contextual() bool
}

// Len returns the length of the slice.
func (a Array) Len() int {
	if a.x == nil {
		return 0
	}
	return a.x.len()
}

// given returns the length of an array, -1 if it is absent.
func (a Array) given() int {
	if a.x == nil {
		return -1
	}
	return a.x.len()
}

// Floats returns the array of a slice of float32 or float64.
func Floats[T float32 | float64](x []T) Array { return Array{&values[T]{x}} }

// Codes returns the array of the numbers whose codes in a format are x. Bits of a code above the format's
// are ignored. It panics if some value of the format is not a float64, or if its codes do not fit S.
func Codes[S uint8 | uint16 | uint32](f minifloat.Format, x []S) Array {
	checkFormat(f)
	if f.Bits() > int(8*sizeof[S]()) {
		panic(badCodes)
	}
	c := &coded[S]{x: x, f: f}
	if f.Bits() <= 8 {
		c.table = new([256]float64)
		for i := range c.table {
			c.table[i] = f.Decode(uint32(i))
		}
	}
	return Array{c}
}

// Minifloats returns the array of a slice of typed numbers.
func Minifloats[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x []minifloat.Float[S, E, M, V]) Array {
	return Codes(minifloat.FormatOf[minifloat.Float[S, E, M, V]](), minifloat.Bits(x))
}

func sizeof[S uint8 | uint16 | uint32]() int {
	switch any(S(0)).(type) {
	case uint8:
		return 1
	case uint16:
		return 2
	}
	return 4
}

// checkFormat panics unless every value of f is a float64.
func checkFormat(f minifloat.Format) {
	if f == (minifloat.Format{}) || f.ExponentBits() > 11 || f.MantissaBits() > 23 ||
		math.IsInf(f.MaxFinite(), 0) || f.SmallestSubnormal() == 0 {
		panic(badFormat)
	}
}

func (v *values[S]) len() int             { return len(v.x) }
func (v *values[S]) load(off int) float64 { return float64(v.x[off]) }
func (v *values[S]) store(off int, x float64, _ minifloat.Context) {
	v.x[off] = S(x)
}
func (v *values[S]) float64s() bool   { return any(S(0)) == any(float64(0)) }
func (v *values[S]) contextual() bool { return false }

// coded is codes of a minifloat format; the values of one of eight bits or fewer are in a table.
type coded[S uint8 | uint16 | uint32] struct {
	x     []S
	f     minifloat.Format
	table *[256]float64
}

func (c *coded[S]) gather(dst []float64, width int, at *cursor, n, step int) {
	for i, off := range at.offs[:width] {
		if off < 0 {
			for j := range n {
				dst[j*width+i] = 0
			}
			continue
		}
		off += at.delta
		if c.table != nil {
			for j := range n {
				dst[j*width+i] = c.table[uint8(c.x[off])]
				off += step
			}
			continue
		}
		for j := range n {
			dst[j*width+i] = c.f.Decode(uint32(c.x[off]))
			off += step
		}
	}
}

func (c *coded[S]) len() int             { return len(c.x) }
func (c *coded[S]) load(off int) float64 { return c.f.Decode(uint32(c.x[off])) }
func (c *coded[S]) store(off int, x float64, ctx minifloat.Context) {
	if ctx == (minifloat.Context{}) {
		c.x[off] = S(c.f.Encode(x))
		return
	}
	code, _ := ctx.Encode(c.f, x)
	c.x[off] = S(code)
}
func (c *coded[S]) float64s() bool   { return false }
func (c *coded[S]) contextual() bool { return true }
