package blas

import (
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// An Accumulator says how the sums of [Gemm] and [Conv] are rounded. It is a comparable value; the zero
// value is the chain of float32 fused multiply-adds of [GemmFloat32].
type Accumulator struct {
	// Format is that of the sum; the zero value stands for binary32. A sum is rounded to it at every
	// step.
	Format minifloat.Format
	// Context holds the rounding mode and what becomes of overflow, NaN and tiny sums. Its Subnormals may
	// be FlushToZero and no more: operands are read as they are.
	Context minifloat.Context
	// Separate rounds every product to Format before it is added, as a multiplier and an adder do.
	// Without it a step is a fused multiply-add, rounded once.
	Separate bool
	// Exact rounds only the finished sum, bias included, once: to Format, or, if that is the zero value,
	// to the format of the result. A sum of zero is +0. Separate means nothing then.
	Exact bool
}

// String returns a short description, such as "binary16 ToZero, products rounded".
func (a Accumulator) String() string {
	s := "binary32"
	switch {
	case a.Format != minifloat.Format{}:
		s = a.Format.String()
	case a.Exact:
		s = "result"
	}
	if a.Context.Mode != rounding.ToNearestEven {
		s += " " + a.Context.Mode.String()
	}
	if a.Context.Saturation != rounding.SatNone {
		s += " " + a.Context.Saturation.String()
	}
	if a.Context.Subnormals != rounding.GradualUnderflow {
		s += " " + a.Context.Subnormals.String()
	}
	switch {
	case a.Exact:
		s = "exact, to " + s
	case a.Separate:
		s += ", products rounded"
	}
	return s
}

func binary32() minifloat.Format { return minifloat.MustFormat(8, 23, minifloat.IEEEFamily) }

// check panics if the accumulator cannot work, for a result like c.
func (a Accumulator) check(c Array) {
	if a.Format != (minifloat.Format{}) {
		checkFormat(a.Format)
	}
	if a.Context.Mode > rounding.ToOdd {
		panic(badMode)
	}
	if a.Context.Subnormals&rounding.DenormalsAreZero != 0 {
		panic(badDenormals)
	}
	if a.Exact && a.Format == (minifloat.Format{}) && !c.x.contextual() &&
		(a.Context.Mode != rounding.ToNearestEven || a.Context.Subnormals != rounding.GradualUnderflow) {
		panic(noRounding)
	}
}
