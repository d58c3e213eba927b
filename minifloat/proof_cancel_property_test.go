package minifloat_test

import (
	"math"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// beside returns the value whose code is away codes from that of x, of the other sign, among the finite ones.
func beside(f minifloat.Format, x float64, away int) minifloat.Value {
	code, _ := minifloat.Context{Saturation: rounding.SatFinite}.Encode(f, math.Abs(x))
	magnitude := uint32(min(max(int(code)+away, 0), int(f.MaxCode())))
	if x > 0 && f.Signed() && (magnitude > 0 || f.HasNegZero()) {
		magnitude |= 1 << (f.Bits() - 1)
	}
	return minifloat.Value{Format: f, Bits: magnitude}
}

// Sums and fused multiply-adds whose terms nearly cancel, or of which one term is half a unit in the last place of the other: a tie, if not
// for the third.
func TestPropertyCancellation(t *testing.T) {
	properties := gopter.NewProperties(parameters())
	away := gen.IntRange(-3, 3)
	properties.Property("x - y is exact where y/2 <= x <= 2y (Sterbenz)", prop.ForAll(
		func(f minifloat.Format, a recipe, n, k int, mode rounding.Mode) bool {
			x := a.value(f)
			y := beside(f, math.Ldexp(f.Decode(x.Bits), k), n)
			u, v := f.Decode(x.Bits), f.Decode(y.Bits)
			if !f.Signed() || math.Abs(u) > 2*math.Abs(v) || math.Abs(v) > 2*math.Abs(u) {
				return true
			}
			if w := math.Abs(u + v); w != 0 && w < f.SmallestNormal() && !f.HasSubnormals() {
				return true
			}
			z, flags := minifloat.Context{Mode: mode}.Add(f, x, y)
			return flags == 0 && f.Decode(z.Bits) == u+v
		}, genAnyFormat(), genRecipe(), away, gen.IntRange(-1, 1), genMode()))
	properties.Property("x*y + z with z near -x*y is that of float64, to half an ulp", prop.ForAll(
		func(f minifloat.Format, a, b recipe, n int, mode rounding.Mode) bool {
			x, y := a.value(f), b.value(f)
			u, v := f.Decode(x.Bits), f.Decode(y.Bits)
			z := beside(f, u*v, n)
			r, flags := minifloat.Context{Mode: mode}.FMA(f, x, y, z)
			// Within a few units of the product the sum is a float64: of 48 bits at most, from the last one of the product on.
			return closeTo(f, f.Decode(r.Bits), math.FMA(u, v, f.Decode(z.Bits)), flags)
		}, genAnyFormat(), genRecipe(), genRecipe(), away, genMode(nearestModes...)))
	properties.Property("x*1 + half an ulp of x is a tie, and beside it is not", prop.ForAll(
		func(f minifloat.Format, a recipe, nudge int, mode rounding.Mode) bool {
			x := a.value(f)
			u := f.Decode(x.Bits)
			half := ulp(f, u) / 2 * (1 + float64(nudge)*0x1p-12)
			wide := minifloat.MustFormat(11, 20, minifloat.IEEEFamily)
			one, _ := minifloat.Context{}.Encode(wide, 1)
			z, inexact := minifloat.Context{}.Encode(wide, half)
			if inexact != 0 || u == 0 {
				return true
			}
			sum := u + half // exact: 24 bits, and 13 below them
			r, flags := minifloat.Context{Mode: mode}.FMA(f, x, minifloat.Value{Format: wide, Bits: one}, minifloat.Value{Format: wide, Bits: z})
			code, want := minifloat.Context{Mode: mode}.Encode(f, sum)
			return r.Bits == code && flags == want
		}, genAnyFormat(), genRecipe(), gen.IntRange(-1, 1), genMode()))
	properties.Property("directed modes bracket sums, products and quotients", prop.ForAll(
		func(f minifloat.Format, a, b recipe, n int) bool {
			x := a.value(f)
			y := b.value(f)
			if n != 0 {
				y = beside(f, f.Decode(x.Bits), n)
			}
			u, v := f.Decode(x.Bits), f.Decode(y.Bits)
			for _, op := range []struct {
				run   func(c minifloat.Context, dst minifloat.Format, x, y minifloat.Value) (minifloat.Value, rounding.Flags)
				exact float64 // with a relative error of 2^-53
			}{{minifloat.Context.Add, u + v}, {minifloat.Context.Mul, u * v}, {minifloat.Context.Quo, u / v}} {
				down, flags := op.run(minifloat.Context{Mode: rounding.ToNegativeInf}, f, x, y)
				up, upFlags := op.run(minifloat.Context{Mode: rounding.ToPositiveInf}, f, x, y)
				low, high := f.Decode(down.Bits), f.Decode(up.Bits)
				if !f.HasZero() && op.exact < f.SmallestNormal() {
					continue
				}
				if (flags|upFlags)&exceptional != 0 || math.IsNaN(high) || math.IsNaN(op.exact) {
					continue
				}
				if low > high || low > math.Nextafter(op.exact, math.Inf(1)) || high < math.Nextafter(op.exact, math.Inf(-1)) || flags == 0 && low != op.exact {
					return false
				}
			}
			return true
		}, genAnyFormat(), genRecipe(), genRecipe(), away))
	properties.TestingRun(t)
}
