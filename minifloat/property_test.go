package minifloat_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func properties(t *testing.T) *gopter.Properties {
	parameters := gopter.DefaultTestParametersWithSeed(20261123)
	parameters.MinSuccessfulTests = 400
	return gopter.NewProperties(parameters)
}

// genFormat generates named formats and others of every family.
func genFormat(t testing.TB) gopter.Gen {
	var fs []any
	for _, f := range textFormats(t) {
		if f.ExponentBits() <= 11 {
			fs = append(fs, f)
		}
	}
	return gen.OneConstOf(fs...)
}

// genFloat64 generates float64s of every size and, often, such as rounding to
// few bits finds delicate.
func genFloat64() gopter.Gen {
	return gen.Weighted([]gen.WeightedGen{
		{Weight: 4, Gen: gen.UInt64().Map(math.Float64frombits)},
		{Weight: 4, Gen: gopter.CombineGens(gen.IntRange(-2048, 2048), gen.IntRange(-30, 30)).Map(func(v []any) float64 {
			return math.Ldexp(float64(v[0].(int)), v[1].(int))
		})},
		{Weight: 1, Gen: gen.OneConstOf(0.0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN())},
	})
}

func TestTextProperties(t *testing.T) {
	p := properties(t)
	p.Property("text reads back", prop.ForAll(func(f minifloat.Format, code uint32) bool {
		v := minifloat.Value{Format: f, Bits: code & (1<<f.Bits() - 1)}
		for _, s := range []string{v.Text('g', -1), v.Text('e', -1), v.Text('f', -1), v.Text('x', -1), v.Text('e', 60)} {
			got, err := f.Parse(s)
			if w := (minifloat.Value{Format: f, Bits: got}); err != nil || !v.Equal(w) && !(v.IsNaN() && w.IsNaN()) {
				return false
			}
		}
		return true
	}, genFormat(t), gen.UInt32()))
	p.Property("JSON, text and binary read back", prop.ForAll(func(x minifloat.BFloat16) bool {
		if x.IsNaN() {
			x = minifloat.NaN[minifloat.BFloat16]() // text has but one
		}
		var a, b, c minifloat.BFloat16
		j, err1 := json.Marshal(x)
		s, err2 := x.MarshalText()
		d, err3 := x.MarshalBinary()
		if err1 != nil || err2 != nil || err3 != nil {
			return false
		}
		return json.Unmarshal(j, &a) == nil && a == x && b.UnmarshalText(s) == nil && b == x && c.UnmarshalBinary(d) == nil && c == x
	}, gen.UInt16().Map(func(code uint16) minifloat.BFloat16 { return minifloat.FromBits[minifloat.BFloat16](code) })))
	p.Property("a float64's text parses as the float64 rounds", prop.ForAll(func(f minifloat.Format, x float64) bool {
		v := minifloat.Value{Format: f, Bits: f.Encode(x)}
		if x-x != 0 || v.Float64()-v.Float64() != 0 || math.Abs(x) > f.MaxFinite() || x < 0 && !f.Signed() {
			return true
		}
		got, err := f.Parse(minifloat.Value{Format: f, Bits: v.Bits}.Text('g', -1))
		if err != nil || got != v.Bits {
			return false
		}
		w := minifloat.Value{Format: minifloat.MustFormat(8, 23, minifloat.IEEEFamily), Bits: math.Float32bits(float32(x))}
		got, err = f.Parse(w.Text('e', 200)) // exact
		return err == nil && got == f.Encode(float64(float32(x))) || math.Abs(w.Float64()) > f.MaxFinite()
	}, genFormat(t), genFloat64()))
	p.TestingRun(t)
}

func TestRoundingProperties(t *testing.T) {
	p := properties(t)
	p.Property("rounding is idempotent", prop.ForAll(func(f minifloat.Format, x float64, mode rounding.Mode) bool {
		c := minifloat.Context{Mode: mode}
		y := c.Round(f, x)
		return alike(c.Round(f, y), y) || y-y != 0 && !f.HasInf()
	}, genFormat(t), genFloat64(), genMode()))
	p.Property("rounding is monotone", prop.ForAll(func(f minifloat.Format, x, y float64, mode rounding.Mode) bool {
		c := minifloat.Context{Mode: mode, Saturation: rounding.SatFinite}
		return !(x <= y) || !f.Signed() && x < 0 || c.Round(f, x) <= c.Round(f, y)
	}, genFormat(t), genFloat64(), genFloat64(), genMode()))
	p.Property("directed modes bracket", prop.ForAll(func(f minifloat.Format, x float64) bool {
		if x != x || !f.Signed() {
			return true
		}
		down := minifloat.Context{Mode: rounding.ToNegativeInf, Saturation: rounding.SatFinite}.Round(f, x)
		up := minifloat.Context{Mode: rounding.ToPositiveInf, Saturation: rounding.SatFinite}.Round(f, x)
		near := minifloat.Context{Saturation: rounding.SatFinite}.Round(f, x)
		within := math.Abs(x) > f.MaxFinite() || down <= x && x <= up
		return within && (near == down || near == up)
	}, genFormat(t), genFloat64()))
	p.Property("to odd, then narrower, is direct", prop.ForAll(func(x float64, mode rounding.Mode) bool {
		c := minifloat.Context{Mode: mode}
		wide, half := minifloat.MustFormat(9, 20, minifloat.IEEEFamily), minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
		odd := minifloat.Context{Mode: rounding.ToOdd}.Round(wide, x)
		return alike(c.Round(half, odd), c.Round(half, x))
	}, genFloat64(), genMode()))
	p.Property("x*1 = x, x+y = y+x, FMA(x, 1, y) = x+y", prop.ForAll(func(a, b uint16) bool {
		x, y := minifloat.FromBits[minifloat.Float16](a), minifloat.FromBits[minifloat.Float16](b)
		one := minifloat.From[minifloat.Float16](1)
		if x.IsNaN() || y.IsNaN() {
			return x.Add(y).IsNaN() && x.Mul(y).IsNaN()
		}
		return x.Mul(one) == x && x.Add(y) == y.Add(x) && x.FMA(one, y) == x.Add(y) && x.Sub(y) == x.Add(y.Neg())
	}, gen.UInt16(), gen.UInt16()))
	p.TestingRun(t)
}
