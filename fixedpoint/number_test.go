package fixedpoint_test

import (
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
)

// Generic code of package minifloat takes the types of this one.
var (
	_ minifloat.Number[fixedpoint.Q7]                           = fixedpoint.Q7{}
	_ minifloat.Number[fixedpoint.UQ64]                         = fixedpoint.UQ64{}
	_ minifloat.Number[fixedpoint.Fixed[int32, fixedpoint.F32]] = fixedpoint.Fixed[int32, fixedpoint.F32]{}
	_ func(x, y minifloat.Float16) minifloat.Float16            = mean[minifloat.Float16]
	_ func(x, y fixedpoint.Q15x16) fixedpoint.Q15x16            = mean[fixedpoint.Q15x16]
	_ func() fixedpoint.Q15                                     = minifloat.Zero[fixedpoint.Q15]
)

func mean[T minifloat.Number[T]](x, y T) T {
	two := x.FromFloat64(2)
	if x.Cmp(y) > 0 {
		x, y = y, x
	}
	return x.Add(y.Sub(x).Quo(two)).Mul(x.FromFloat64(1))
}

func TestNumber(t *testing.T) {
	if z := mean(fixedpoint.From[fixedpoint.Q15x16](7.5), fixedpoint.From[fixedpoint.Q15x16](-2)); z.Float64() != 2.75 {
		t.Error(z)
	}
	if z := mean(minifloat.From[minifloat.Float16](7.5), minifloat.From[minifloat.Float16](-2)); z.Float64() != 2.75 {
		t.Error(z)
	}
	if z := minifloat.Zero[fixedpoint.Q15](); !z.IsZero() {
		t.Error(z)
	}
}
