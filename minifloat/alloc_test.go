package minifloat_test

import (
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func TestNoAllocation(t *testing.T) {
	f, g := mustParse(t, "binary16"), mustParse(t, "e11m20")
	x, y := minifloat.From[minifloat.Float16](1.0/3), minifloat.From[minifloat.Float16](1.7)
	v, w := x.Value(), minifloat.Value{Format: g, Bits: g.Encode(0.1)}
	ctx := minifloat.Context{Mode: rounding.ToPositiveInf, Saturation: rounding.SatFinite}
	r := minifloat.NewRounder(f, ctx)
	var buf [32]byte
	var halves [9]minifloat.Float16
	singles, doubles := [9]float32{0.1, 1e9}, [9]float64{0.1, 1e9}
	for name, op := range map[string]func(){
		"typed": func() {
			sinkFloat16 = x.Add(y).Sub(y).Mul(y).Quo(y).FMA(x, y).Sqrt().Neg().Abs()
			sinkFloat16 = minifloat.FromInt[minifloat.Float16](uint64(1)<<63 + 1)
			sinkE4M3FN = minifloat.Convert[minifloat.E4M3FN](x)
		},
		"context": func() {
			sinkFloat16, _ = minifloat.Add(ctx, x, y)
			sinkFloat16, _ = minifloat.FMA(ctx, x, y, x)
			sinkE4M3FN, _ = minifloat.ConvertWith[minifloat.E4M3FN](ctx, x)
		},
		"run time": func() {
			z, _ := ctx.Add(f, v, w)
			z, _ = ctx.Sub(g, z, w)
			z, _ = ctx.Mul(g, z, w)
			z, _ = ctx.Quo(f, z, w)
			z, _ = ctx.Sqrt(f, z)
			z, _ = ctx.FMA(g, z, v, w)
			z, _ = ctx.Convert(f, z)
			sinkCode = z.Bits + uint32(z.Cmp(w)) + uint32(z.Class())
		},
		"integers and neighbours": func() {
			z, _ := ctx.RoundToIntegral(v)
			z, _ = ctx.Scalb(g, z.NextUp().Copysign(w), 3)
			n, _ := ctx.ToInt64(z, 32)
			relation, _ := z.CompareQuiet(w)
			i, _ := minifloat.ToInt[uint8](ctx, x)
			sinkFloat16 = x.Floor().NextDown().Logb()
			sinkCode = uint32(n) + uint32(relation) + uint32(z.TotalCmp(w)) + uint32(i)
			sinkFloat64 = z.Ulp()
		},
		"functions": func() {
			z, _ := ctx.Rem(f, v, w)
			z, _ = ctx.FAA(f, z, w, v)
			z, _ = ctx.ScaledAdd(g, z, w, v, w)
			z, _ = ctx.Hypot(g, z, v)
			z, _ = ctx.Rsqrt(g, z)
			z, _ = ctx.Choose(minifloat.MinimumMagnitude, f, z, v)
			sinkCode = z.Bits
			sinkFloat16 = x.Mod(y).Min(y).Clamp(y, x).Recip()
		},
		"float64": func() {
			sinkCode, _ = ctx.Encode(f, 1e-9)
			sinkCode, _ = ctx.EncodeStochastic(f, 1e-9, 1, 3)
			sinkCode = f.Encode(1e9) + r.Encode(0.3)
			sinkFloat64 = ctx.Round(f, 0.1) + r.Round(1e-9) + f.Decode(1)
		},
		"slices": func() {
			minifloat.FromFloat32s(halves[:], singles[:])
			minifloat.Float32s(singles[:], halves[:])
			minifloat.FromFloat64s(halves[:], doubles[:])
			minifloat.Float64s(doubles[:], halves[:])
			sinkCode = uint32(len(minifloat.Floats[minifloat.Float16](minifloat.Bits(halves[:]))))
		},
		"integers in a context": func() {
			sinkCode, _ = ctx.EncodeInt(f, -1<<62-1)
			sinkCode, _ = ctx.EncodeUint(g, 1<<63+1)
			sinkFloat16, _ = minifloat.FromIntWith[minifloat.Float16](ctx, uint64(1<<63+1))
			sinkFloat16 = minifloat.FromInt[minifloat.Float16](int64(-1<<62 - 1))
		},
		"accuracy": func() {
			sinkCode = uint32(f.Accuracy(0.1)) + uint32(minifloat.AccuracyOf[minifloat.Float16](0x1p-24))
		},
		"random bits": func() {
			for _, mode := range rounding.StochasticModes() {
				c := minifloat.Context{Mode: mode}
				z, _ := c.AddStochastic(f, v, w, 5, 3)
				z, _ = c.SubStochastic(g, z, w, 5, 3)
				z, _ = c.MulStochastic(g, z, w, 5, 3)
				z, _ = c.QuoStochastic(f, z, w, 5, 3)
				z, _ = c.FMAStochastic(g, z, v, w, 5, 3)
				z, _ = c.SqrtStochastic(g, z, 5, 3)
				z, _ = c.FAAStochastic(g, z, v, w, 5, 3)
				z, _ = c.RecipStochastic(g, z, 5, 3)
				z, _ = c.RsqrtStochastic(g, z, 5, 3)
				z, _ = c.HypotStochastic(g, z, w, 5, 3)
				z, _ = c.RemStochastic(g, z, w, 5, 3)
				z, _ = c.ModStochastic(g, z, w, 5, 3)
				z, _ = c.ScaledAddStochastic(g, z, v, w, v, 5, 3)
				z, _ = c.ScaledSubStochastic(g, z, v, w, v, 5, 3)
				z, _ = c.ScaledMulStochastic(g, z, v, w, v, 5, 3)
				z, _ = c.ScalbStochastic(g, z, -3, 5, 3)
				z, _ = c.ConvertStochastic(f, z, 5, 3)
				z, _ = c.RoundToIntegralStochastic(z, 5, 3)
				sinkCode = z.Bits
				sinkFloat16, _ = minifloat.AddStochastic(c, x, y, 5, 3)
			}
		},
		"text": func() {
			sinkCode = uint32(len(x.Append(buf[:0], 'g', -1)) + len(v.Append(buf[:0], 'e', -1)))
			sinkFloat16, _ = minifloat.Parse[minifloat.Float16]("-0.3333")
		},
		"binary": func() {
			b, _ := x.AppendBinary(buf[:0])
			if err := y.UnmarshalBinary(b); err != nil {
				t.Error(err)
			}
		},
	} {
		if n := testing.AllocsPerRun(100, op); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

var sinkBFloat16 minifloat.BFloat16

// TestFunctionsDoNotAllocate has every binary16 and bfloat16 number under every function, in a context too: exact results are found by rule, and no other one lies so near to
// a number or a midpoint that float64 does not decide. Of binary32 a sample takes the same way.
func TestFunctionsDoNotAllocate(t *testing.T) {
	step := 1
	if testing.Short() {
		step = 31
	}
	directed := minifloat.Context{Mode: rounding.ToOdd}
	wide := mustParse(t, "binary32")
	for _, f := range minifloat.Functions() {
		if n := testing.AllocsPerRun(1, func() {
			for code := 0; code < 1<<16; code += step {
				x := minifloat.FromBits[minifloat.Float16](uint16(code))
				sinkFloat16 = x.Apply(f)
				sinkFloat16, _ = minifloat.Apply(directed, f, x)
				sinkBFloat16, _ = minifloat.Apply(directed, f, minifloat.FromBits[minifloat.BFloat16](uint16(code)))
				if code%8 == 0 {
					z, _ := directed.Apply(f, wide, minifloat.Value{Format: wide, Bits: uint32(code)<<16 | 0x1234})
					sinkCode = z.Bits
				}
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", f, n)
		}
	}
}
