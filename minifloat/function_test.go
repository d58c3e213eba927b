package minifloat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// TestFunctionsByBothWays compares the results that go through float64 with those that are worked out to 64 bits, which is how the stochastic
// form computes in every mode.
func TestFunctionsByBothWays(t *testing.T) {
	contexts := []minifloat.Context{
		{},
		{Mode: rounding.ToPositiveInf, Tininess: rounding.BeforeRounding},
		{Mode: rounding.ToOdd, Saturation: rounding.SatFinite},
	}
	step := uint32(97)
	if testing.Short() {
		step = 1999
	}
	if *exhaustive {
		step = 1
	}
	r := rand.New(rand.NewPCG(6, 19))
	check := func(t *testing.T, f minifloat.Function, dst minifloat.Format, x minifloat.Value) {
		for _, c := range contexts {
			got, flags := c.Apply(f, dst, x)
			want, wantFlags := c.ApplyStochastic(f, dst, x, 0, 1)
			if got != want || flags != wantFlags {
				t.Fatalf("%v of %v (%v) to %v in %v is %#x %v, in 64 bits %#x %v", f, x, x.Float64(), dst, c, got.Bits, flags, want.Bits, wantFlags)
			}
		}
	}
	for _, f := range minifloat.Functions() {
		t.Run(f.String(), func(t *testing.T) {
			for _, name := range []string{"e2m1fn", "e4m3fn", "e5m2", "e8m0fnu", "Binary8p3se", "binary16", "bfloat16"} {
				format := mustParse(t, name)
				stride := step
				if format.Bits() <= 8 {
					stride = 1 + step/16
				}
				for code := r.Uint32N(stride); code < 1<<format.Bits(); code += stride {
					check(t, f, format, minifloat.Value{Format: format, Bits: code})
				}
			}
			// Wide formats, and from one into another.
			wide := []minifloat.Format{mustParse(t, "binary32"), mustParse(t, "tf32"), mustParse(t, "Binary32p24se"), mustParse(t, "Binary32p31uf"), mustParse(t, "e9m20"), mustParse(t, "e4m3fn")}
			for range 40000 / step {
				dst, src := wide[r.IntN(len(wide))], wide[r.IntN(len(wide))]
				check(t, f, dst, minifloat.Value{Format: src, Bits: src.Encode(math.Ldexp(r.NormFloat64(), r.IntN(30)-22))})
				check(t, f, dst, minifloat.Value{Format: src, Bits: r.Uint32() >> (32 - src.Bits())})
			}
		})
	}
}

// TestFunctionSpecials has the values that IEEE 754-2019, section 9.2.1, and the limits of the other functions give, and exact results.
func TestFunctionSpecials(t *testing.T) {
	inf, nan, negZero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	const invalid, pole = rounding.Invalid, rounding.DivideByZero
	for _, c := range []struct {
		f       minifloat.Function
		x, want float64
		flags   rounding.Flags
	}{
		{minifloat.FuncExp, 0, 1, 0}, {minifloat.FuncExp, negZero, 1, 0}, {minifloat.FuncExp, inf, inf, 0}, {minifloat.FuncExp, -inf, 0, 0},
		{minifloat.FuncExp2, 0, 1, 0}, {minifloat.FuncExp2, inf, inf, 0}, {minifloat.FuncExp2, -inf, 0, 0}, {minifloat.FuncExp2, 3, 8, 0},
		{minifloat.FuncExp2, -24, 0x1p-24, 0}, {minifloat.FuncExp2, -25, 0, rounding.Underflow | rounding.Inexact}, {minifloat.FuncExp2, 16, inf, rounding.Overflow | rounding.Inexact},
		{minifloat.FuncExpm1, 0, 0, 0}, {minifloat.FuncExpm1, negZero, negZero, 0}, {minifloat.FuncExpm1, inf, inf, 0}, {minifloat.FuncExpm1, -inf, -1, 0},
		{minifloat.FuncExpm1, -100, -1, rounding.Inexact},
		{minifloat.FuncLog, 0, -inf, pole}, {minifloat.FuncLog, negZero, -inf, pole}, {minifloat.FuncLog, 1, 0, 0}, {minifloat.FuncLog, inf, inf, 0},
		{minifloat.FuncLog, -1, nan, invalid}, {minifloat.FuncLog, -inf, nan, invalid},
		{minifloat.FuncLog2, negZero, -inf, pole}, {minifloat.FuncLog2, 1, 0, 0}, {minifloat.FuncLog2, 0x1p-24, -24, 0}, {minifloat.FuncLog2, inf, inf, 0}, {minifloat.FuncLog2, -2, nan, invalid},
		{minifloat.FuncLog10, 0, -inf, pole}, {minifloat.FuncLog10, 1, 0, 0}, {minifloat.FuncLog10, 1000, 3, 0}, {minifloat.FuncLog10, 10, 1, 0}, {minifloat.FuncLog10, -10, nan, invalid},
		{minifloat.FuncLog1p, negZero, negZero, 0}, {minifloat.FuncLog1p, -1, -inf, pole}, {minifloat.FuncLog1p, -1.5, nan, invalid}, {minifloat.FuncLog1p, inf, inf, 0}, {minifloat.FuncLog1p, -inf, nan, invalid},
		{minifloat.FuncSin, negZero, negZero, 0}, {minifloat.FuncSin, inf, nan, invalid}, {minifloat.FuncSin, -inf, nan, invalid},
		{minifloat.FuncSin, 0x1p-24, 0x1p-24, rounding.Underflow | rounding.Inexact},
		{minifloat.FuncCos, negZero, 1, 0}, {minifloat.FuncCos, inf, nan, invalid}, {minifloat.FuncCos, 0x1p-24, 1, rounding.Inexact},
		{minifloat.FuncTan, negZero, negZero, 0}, {minifloat.FuncTan, -inf, nan, invalid},
		{minifloat.FuncSinh, negZero, negZero, 0}, {minifloat.FuncSinh, inf, inf, 0}, {minifloat.FuncSinh, -inf, -inf, 0}, {minifloat.FuncSinh, -12, -inf, rounding.Overflow | rounding.Inexact},
		{minifloat.FuncCosh, negZero, 1, 0}, {minifloat.FuncCosh, -inf, inf, 0},
		{minifloat.FuncTanh, negZero, negZero, 0}, {minifloat.FuncTanh, inf, 1, 0}, {minifloat.FuncTanh, -inf, -1, 0}, {minifloat.FuncTanh, 20, 1, rounding.Inexact},
		{minifloat.FuncSigmoid, negZero, 0.5, 0}, {minifloat.FuncSigmoid, inf, 1, 0}, {minifloat.FuncSigmoid, -inf, 0, 0},
		{minifloat.FuncSoftplus, inf, inf, 0}, {minifloat.FuncSoftplus, -inf, 0, 0}, {minifloat.FuncSoftplus, 0, 0.693359375, rounding.Inexact}, {minifloat.FuncSoftplus, 60000, 60000, rounding.Inexact},
		{minifloat.FuncErf, negZero, negZero, 0}, {minifloat.FuncErf, inf, 1, 0}, {minifloat.FuncErf, -inf, -1, 0}, {minifloat.FuncErf, 10, 1, rounding.Inexact},
		{minifloat.FuncGelu, negZero, negZero, 0}, {minifloat.FuncGelu, inf, inf, 0}, {minifloat.FuncGelu, -inf, negZero, 0}, {minifloat.FuncGelu, -1000, negZero, rounding.Underflow | rounding.Inexact},
		{minifloat.FuncSilu, 0, 0, 0}, {minifloat.FuncSilu, inf, inf, 0}, {minifloat.FuncSilu, -inf, negZero, 0},
		{minifloat.FuncCbrt, negZero, negZero, 0}, {minifloat.FuncCbrt, -inf, -inf, 0}, {minifloat.FuncCbrt, 27, 3, 0}, {minifloat.FuncCbrt, -0.125, -0.5, 0},
		{minifloat.FuncExp10, negZero, 1, 0}, {minifloat.FuncExp10, inf, inf, 0}, {minifloat.FuncExp10, -inf, 0, 0}, {minifloat.FuncExp10, 4, 10000, 0},
		{minifloat.FuncExp10, 5, inf, rounding.Overflow | rounding.Inexact}, {minifloat.FuncExp10, -1, 0.0999755859375, rounding.Inexact}, {minifloat.FuncExp10, -8, 0, rounding.Underflow | rounding.Inexact},
		{minifloat.FuncAsin, negZero, negZero, 0}, {minifloat.FuncAsin, 1, 1.5703125, rounding.Inexact}, {minifloat.FuncAsin, -1, -1.5703125, rounding.Inexact},
		{minifloat.FuncAsin, 1.0009765625, nan, invalid}, {minifloat.FuncAsin, -2, nan, invalid}, {minifloat.FuncAsin, inf, nan, invalid}, {minifloat.FuncAsin, -inf, nan, invalid},
		{minifloat.FuncAcos, 1, 0, 0}, {minifloat.FuncAcos, 0, 1.5703125, rounding.Inexact}, {minifloat.FuncAcos, negZero, 1.5703125, rounding.Inexact}, {minifloat.FuncAcos, -1, 3.140625, rounding.Inexact},
		{minifloat.FuncAcos, 1.0009765625, nan, invalid}, {minifloat.FuncAcos, -2, nan, invalid}, {minifloat.FuncAcos, inf, nan, invalid}, {minifloat.FuncAcos, -inf, nan, invalid},
		{minifloat.FuncAtan, 0, 0, 0}, {minifloat.FuncAtan, negZero, negZero, 0}, {minifloat.FuncAtan, inf, 1.5703125, rounding.Inexact}, {minifloat.FuncAtan, -inf, -1.5703125, rounding.Inexact}, {minifloat.FuncAtan, 65504, 1.5703125, rounding.Inexact},
		{minifloat.FuncAsinh, negZero, negZero, 0}, {minifloat.FuncAsinh, inf, inf, 0}, {minifloat.FuncAsinh, -inf, -inf, 0},
		{minifloat.FuncAcosh, 1, 0, 0}, {minifloat.FuncAcosh, inf, inf, 0}, {minifloat.FuncAcosh, 0.99951171875, nan, invalid}, {minifloat.FuncAcosh, 0, nan, invalid}, {minifloat.FuncAcosh, -60000, nan, invalid}, {minifloat.FuncAcosh, -inf, nan, invalid},
		{minifloat.FuncAtanh, negZero, negZero, 0}, {minifloat.FuncAtanh, 1, inf, pole}, {minifloat.FuncAtanh, -1, -inf, pole}, {minifloat.FuncAtanh, 1.0009765625, nan, invalid}, {minifloat.FuncAtanh, inf, nan, invalid}, {minifloat.FuncAtanh, -inf, nan, invalid},
		{minifloat.FuncErfc, negZero, 1, 0}, {minifloat.FuncErfc, inf, 0, 0}, {minifloat.FuncErfc, -inf, 2, 0}, {minifloat.FuncErfc, -5, 2, rounding.Inexact}, {minifloat.FuncErfc, 5, 0, rounding.Underflow | rounding.Inexact}, {minifloat.FuncErfc, 60000, 0, rounding.Underflow | rounding.Inexact},
		{minifloat.FuncCbrt, nan, nan, 0}, {minifloat.FuncExp, nan, nan, 0},
	} {
		x, want := minifloat.From[minifloat.Float16](c.x), minifloat.From[minifloat.Float16](c.want)
		if got, flags := minifloat.Apply(minifloat.Context{}, c.f, x); got != want || flags != c.flags {
			t.Errorf("%v(%v) = %v %v, want %v %v", c.f, x, got, flags, want, c.flags)
		}
		if got := x.Apply(c.f); got != want {
			t.Errorf("%v.%v() = %v, want %v", x, c.f, got, want)
		}
	}
	signaling := minifloat.FromBits[minifloat.Float16](0x7d00)
	if got, flags := minifloat.Sin(minifloat.Context{}, signaling); !got.IsNaN() || flags != rounding.Invalid {
		t.Errorf("the sine of a signaling NaN is %v %v", got, flags)
	}
}
