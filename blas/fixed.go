package blas

import (
	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
)

// FixedCodes returns the array of the fixed-point numbers of a format whose codes are x. What is stored in it
// saturates. It panics if the format has more than 51 bits, so that every sum rounded to odd in float64 can be
// rounded to it, or does not fit S.
func FixedCodes[S fixedpoint.Storage](f fixedpoint.Format, x []S) Array {
	if f == (fixedpoint.Format{}) || f.Bits() > 51 {
		panic(badFormat)
	}
	if lowest, highest := f.MinBits(), f.MaxBits(); int64(S(lowest)) != lowest || int64(S(highest)) != highest {
		panic(badCodes)
	}
	return Array{&fixedCodes[S]{f, f.Epsilon(), x}}
}

// FixedPoints returns the array of a slice of typed fixed-point numbers, under the conditions of [FixedCodes].
func FixedPoints[S fixedpoint.Storage, F fixedpoint.Fraction](x []fixedpoint.Fixed[S, F]) Array {
	return FixedCodes(fixedpoint.FormatOf[fixedpoint.Fixed[S, F]](), fixedpoint.Bits(x))
}

// fixedCodes decodes by a product that is exact: 51 bits times a power of two.
type fixedCodes[S fixedpoint.Storage] struct {
	f    fixedpoint.Format
	unit float64
	x    []S
}

func (c *fixedCodes[S]) gather(dst []float64, width int, at *cursor, n, step int) {
	for i, off := range at.offs[:width] {
		if off < 0 {
			for j := range n {
				dst[j*width+i] = 0
			}
			continue
		}
		off += at.delta
		for j := range n {
			dst[j*width+i] = float64(c.x[off]) * c.unit
			off += step
		}
	}
}

func (c *fixedCodes[S]) len() int             { return len(c.x) }
func (c *fixedCodes[S]) load(off int) float64 { return float64(c.x[off]) * c.unit }
func (c *fixedCodes[S]) store(off int, v float64, ctx minifloat.Context) {
	code, _ := fixedpoint.Context{Mode: ctx.Mode}.Encode(c.f, v)
	c.x[off] = S(code)
}
func (c *fixedCodes[S]) float64s() bool   { return false }
func (c *fixedCodes[S]) contextual() bool { return true }
