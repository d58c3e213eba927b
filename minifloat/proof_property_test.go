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

// Properties against float64, over formats of all families and any width.
//
// An operand is drawn as a recipe without a format: one generator serves them all.

// recipe makes an operand of any format: where describes it, raw fills it.
type recipe struct {
	where int
	raw   uint32
}

// genRecipe draws uniform codes, and codes at the borders: the smallest values,
// powers of two and their predecessors, the largest values, zero, and some around one.
func genRecipe() gopter.Gen {
	return gopter.CombineGens(gen.IntRange(0, 8), gen.UInt32()).Map(func(v []any) recipe {
		return recipe{v[0].(int), v[1].(uint32)}
	})
}

// code returns the code of the recipe in f, of a finite value.
func (r recipe) code(f minifloat.Format) uint32 {
	m, largest := f.MantissaBits(), f.MaxCode()
	magnitude := r.raw % (largest + 1)
	switch r.where {
	case 0:
		magnitude %= 4
	case 1, 2:
		magnitude = magnitude >> m << m
	case 3:
		magnitude = min(magnitude>>m<<m|(1<<m-1), largest)
	case 4:
		magnitude = largest - min(magnitude%3, largest)
	case 5:
		field := max(f.Bias()+int(r.raw>>24&15)-8, 0)
		magnitude = uint32(min(field, int(largest>>m)))<<m | r.raw&(1<<m-1)
		magnitude = min(magnitude, largest)
	}
	if magnitude>>m == 0 && !f.HasSubnormals() {
		magnitude = 0
	}
	if f.Signed() && r.raw>>31 != 0 && (magnitude > 0 || f.HasNegZero()) {
		magnitude |= 1 << (f.Bits() - 1)
	}
	return magnitude
}

func (r recipe) value(f minifloat.Format) minifloat.Value {
	return minifloat.Value{Format: f, Bits: r.code(f)}
}

// genAnyFormat draws a format of any family: up to 11 exponent and 23 mantissa bits, with the family's bias or another, with subnormal
// numbers or without. Its smallest value is 2^-1045 or more, so that what float64 loses below 2^-1022 is within the bound of closeTo.
func genAnyFormat() gopter.Gen {
	families := []any{minifloat.IEEEFamily, minifloat.FNFamily, minifloat.FNUZFamily, minifloat.FiniteFamily, minifloat.FNUFamily,
		minifloat.P3109SE, minifloat.P3109SF, minifloat.P3109UE, minifloat.P3109UF}
	return gopter.CombineGens(gen.IntRange(1, 11), gen.IntRange(0, 23), gen.OneConstOf(families...), gen.IntRange(-600, 600), gen.UInt8()).Map(func(v []any) minifloat.Format {
		e, m, family := v[0].(int), v[1].(int), v[2].(minifloat.FamilyID)
		if family == minifloat.FNUFamily {
			m = 0
		}
		f, err := minifloat.NewFormat(e, m, family)
		if err != nil && family == minifloat.FNUFamily {
			f = minifloat.MustFormat(8, 0, family)
		} else if err != nil { // too small for the family, or too large
			f = minifloat.MustFormat(min(max(e, 2), 10), min(max(m, 1), 21), family)
		}
		if choice := v[4].(uint8); choice%4 == 0 {
			if g, err := f.WithBias(f.Bias() + v[3].(int)); err == nil && g.SmallestNormal()*g.Epsilon() >= 0x1p-1045 {
				f = g
			}
		} else if choice%4 == 1 {
			f = f.WithoutSubnormals()
		}
		return f
	})
}

// genNudge draws where a real number lies beside a value of the format.
func genNudge() gopter.Gen { return gen.IntRange(0, 19) }

// between returns a float64 beside a value of f: quarters of the distance to the
// next one, or their float64 neighbours, or something a little larger.
func between(f minifloat.Format, r recipe, nudge int) float64 {
	code := r.code(f)
	x := f.Decode(code)
	step := ulp(f, x)
	if x < 0 {
		step = -step
	}
	x += step * float64(nudge%5) / 4
	switch nudge / 5 {
	case 1:
		x = math.Nextafter(x, math.Inf(1))
	case 2:
		x = math.Nextafter(x, math.Inf(-1))
	case 3:
		x += x / 16
	}
	return x
}

func parameters() *gopter.TestParameters {
	p := gopter.DefaultTestParametersWithSeed(20)
	p.MinSuccessfulTests = sized(300, 20000, 200000)
	return p
}

// ulp returns the distance between neighbours of f around a finite value.
func ulp(f minifloat.Format, x float64) float64 {
	if math.Abs(x) < f.SmallestNormal() && !f.HasSubnormals() {
		return f.SmallestNormal()
	}
	_, e := math.Frexp(math.Max(math.Abs(x), f.SmallestNormal()))
	return math.Ldexp(1, e-1-f.MantissaBits())
}

func genMode(modes ...rounding.Mode) gopter.Gen {
	if len(modes) == 0 {
		modes = rounding.Modes()
	}
	all := make([]any, len(modes))
	for i, m := range modes {
		all[i] = m
	}
	return gen.OneConstOf(all...)
}

var nearestModes = []rounding.Mode{rounding.ToNearestEven, rounding.ToNearestAway, rounding.ToNearestZero, rounding.ToNearestUp,
	rounding.ToNearestDown, rounding.ToNearestOdd}

const exceptional = rounding.Overflow | rounding.Invalid | rounding.DivideByZero

// closeTo reports whether a result of rounding to nearest is within half a unit of
// the exact one, of which want is the float64: its own error is 2^-29 of a unit of
// the widest format here, or less.
func closeTo(f minifloat.Format, got, want float64, flags rounding.Flags) bool {
	if flags&exceptional != 0 || math.IsInf(want, 0) || math.IsNaN(want) {
		return true
	}
	if !f.HasZero() && want < f.SmallestNormal() {
		return got == f.SmallestNormal()
	}
	bound := 0.0
	if flags&rounding.Inexact != 0 {
		bound = 0.5
	}
	return math.Abs(got-want) <= ulp(f, want)*(bound+0x1p-29)
}

func TestPropertyAccuracy(t *testing.T) {
	properties := gopter.NewProperties(parameters())
	for _, op := range []struct {
		name  string
		run   func(c minifloat.Context, dst minifloat.Format, x, y minifloat.Value) (minifloat.Value, rounding.Flags)
		float func(x, y float64) float64
	}{
		{"sums", minifloat.Context.Add, func(x, y float64) float64 { return x + y }},
		{"differences", minifloat.Context.Sub, func(x, y float64) float64 { return x - y }},
		{"products", minifloat.Context.Mul, func(x, y float64) float64 { return x * y }},
		{"quotients", minifloat.Context.Quo, func(x, y float64) float64 { return x / y }},
	} {
		properties.Property(op.name+" are within half an ulp of float64", prop.ForAll(
			func(f minifloat.Format, a, b recipe, mode rounding.Mode) bool {
				x, y := a.value(f), b.value(f)
				z, flags := op.run(minifloat.Context{Mode: mode}, f, x, y)
				return closeTo(f, f.Decode(z.Bits), op.float(f.Decode(x.Bits), f.Decode(y.Bits)), flags)
			}, genAnyFormat(), genRecipe(), genRecipe(), genMode(nearestModes...)))
	}
	properties.Property("products at and around midpoints are those of float64, which are exact, rounded once", prop.ForAll(
		func(f minifloat.Format, a midpoint, mode rounding.Mode) bool {
			c := minifloat.Context{Mode: mode}
			x, y := a.product(f)
			u, v := f.Decode(x.Bits), f.Decode(y.Bits)
			if w := math.Abs(u * v); w < 0x1p-960 || w > 0x1p1000 {
				return true
			}
			z, flags := c.Mul(f, x, y)
			code, want := c.Encode(f, u*v) // 48 bits at most
			return z.Bits == code && flags == want
		}, genAnyFormat(), genMidpoint(), genMode()))
	properties.Property("quotients beside midpoints are within half an ulp of float64", prop.ForAll(
		func(f minifloat.Format, a midpoint, mode rounding.Mode) bool {
			x, y := a.quotient(f)
			z, flags := minifloat.Context{Mode: mode}.Quo(f, x, y)
			return closeTo(f, f.Decode(z.Bits), f.Decode(x.Bits)/f.Decode(y.Bits), flags)
		}, genAnyFormat(), genMidpoint(), genMode(nearestModes...)))
	properties.Property("square roots are within half an ulp of float64", prop.ForAll(
		func(f minifloat.Format, a recipe, mode rounding.Mode) bool {
			x := a.value(f)
			z, flags := minifloat.Context{Mode: mode}.Sqrt(f, x)
			return closeTo(f, f.Decode(z.Bits), math.Sqrt(f.Decode(x.Bits)), flags)
		}, genAnyFormat(), genRecipe(), genMode(nearestModes...)))
	properties.Property("fused multiply-adds are within half an ulp of float64", prop.ForAll(
		func(f minifloat.Format, a, b, c recipe, mode rounding.Mode) bool {
			x, y, z := a.value(f), b.value(f), c.value(f)
			r, flags := minifloat.Context{Mode: mode}.FMA(f, x, y, z)
			return closeTo(f, f.Decode(r.Bits), math.FMA(f.Decode(x.Bits), f.Decode(y.Bits), f.Decode(z.Bits)), flags)
		}, genAnyFormat(), genRecipe(), genRecipe(), genRecipe(), genMode(nearestModes...)))
	properties.Property("conversions from float64 are within half an ulp", prop.ForAll(
		func(f minifloat.Format, a recipe, nudge int, mode rounding.Mode) bool {
			x := between(f, a, nudge)
			code, flags := minifloat.Context{Mode: mode}.Encode(f, x)
			return closeTo(f, f.Decode(code), x, flags)
		}, genAnyFormat(), genRecipe(), genNudge(), genMode(nearestModes...)))
	properties.TestingRun(t)
}

// ordered reports whether op(x, z) and op(y, z), a product or a quotient, stand in the order of x and y, or where z is negative in the
// other one.
func ordered(f minifloat.Format, x, y, z minifloat.Value, op func(dst minifloat.Format, x, y minifloat.Value) (minifloat.Value, rounding.Flags)) bool {
	low, lowFlags := op(f, x, z)
	high, highFlags := op(f, y, z)
	a, b := f.Decode(low.Bits), f.Decode(high.Bits)
	if f.Decode(x.Bits) > f.Decode(y.Bits) != (f.Decode(z.Bits) < 0) {
		a, b = b, a
	}
	return a <= b || x.IsNaN() || y.IsNaN() || x.IsInf(0) || y.IsInf(0) || (lowFlags|highFlags)&(rounding.Invalid|rounding.DivideByZero) != 0
}

func TestPropertyOrder(t *testing.T) {
	properties := gopter.NewProperties(parameters())
	saturate := func(mode rounding.Mode) minifloat.Context {
		return minifloat.Context{Mode: mode, Saturation: rounding.SatFinite}
	}
	properties.Property("conversion is monotone in every mode", prop.ForAll(
		func(f minifloat.Format, a, b recipe, i, j int, mode rounding.Mode) bool {
			x, y := between(f, a, i), between(f, b, j)
			if x > y {
				x, y = y, x
			}
			return saturate(mode).Round(f, x) <= saturate(mode).Round(f, y)
		}, genAnyFormat(), genRecipe(), genRecipe(), genNudge(), genNudge(), genMode()))
	properties.Property("sums are monotone in every mode", prop.ForAll(
		func(f minifloat.Format, a, b, c recipe, mode rounding.Mode) bool {
			x, y, z := a.value(f), b.value(f), c.value(f)
			if f.Decode(x.Bits) > f.Decode(y.Bits) {
				x, y = y, x
			}
			low, _ := saturate(mode).Add(f, x, z)
			high, _ := saturate(mode).Add(f, y, z)
			return f.Decode(low.Bits) <= f.Decode(high.Bits)
		}, genAnyFormat(), genRecipe(), genRecipe(), genRecipe(), genMode()))
	properties.Property("products are monotone in every mode", prop.ForAll(
		func(f minifloat.Format, a, b, c recipe, mode rounding.Mode) bool {
			x, y, z := a.value(f), b.value(f), c.value(f)
			return ordered(f, x, y, z, saturate(mode).Mul)
		}, genAnyFormat(), genRecipe(), genRecipe(), genRecipe(), genMode()))
	properties.Property("products are monotone around midpoints, in every mode", prop.ForAll(
		func(f minifloat.Format, a midpoint, mode rounding.Mode) bool {
			x, z := a.product(f)
			return ordered(f, x, x.NextUp(), z, saturate(mode).Mul)
		}, genAnyFormat(), genMidpoint(), genMode()))
	properties.Property("quotients are monotone in every mode", prop.ForAll(
		func(f minifloat.Format, a, b, c recipe, mode rounding.Mode) bool {
			x, y, z := a.value(f), b.value(f), c.value(f)
			return ordered(f, x, y, z, saturate(mode).Quo)
		}, genAnyFormat(), genRecipe(), genRecipe(), genRecipe(), genMode()))
	properties.Property("quotients are monotone around midpoints, in every mode", prop.ForAll(
		func(f minifloat.Format, a midpoint, mode rounding.Mode) bool {
			x, z := a.quotient(f)
			return ordered(f, x, x.NextUp(), z, saturate(mode).Quo)
		}, genAnyFormat(), genMidpoint(), genMode()))
	properties.Property("the directed modes bracket the others and the value", prop.ForAll(
		func(f minifloat.Format, a recipe, nudge int, mode rounding.Mode) bool {
			x := between(f, a, nudge)
			down, flags := saturate(rounding.ToNegativeInf).Encode(f, x)
			up, _ := saturate(rounding.ToPositiveInf).Encode(f, x)
			other, _ := saturate(mode).Encode(f, x)
			if flags&rounding.Inexact == 0 {
				return down == up && other == up
			}
			if !(f.Decode(down) <= f.Decode(other) && f.Decode(other) <= f.Decode(up)) {
				return false
			}
			if math.Abs(x) > f.MaxFinite() || !f.Signed() && x < 0 || !f.HasZero() && x < f.SmallestNormal() {
				return true // saturated
			}
			return f.Decode(down) < x && x < f.Decode(up)
		}, genAnyFormat(), genRecipe(), genNudge(), genMode()))
	properties.TestingRun(t)
}

func TestPropertySymmetry(t *testing.T) {
	properties := gopter.NewProperties(parameters())
	mirror := map[rounding.Mode]rounding.Mode{}
	for _, mode := range rounding.Modes() {
		mirror[mode] = mode
	}
	mirror[rounding.ToNegativeInf], mirror[rounding.ToPositiveInf] = rounding.ToPositiveInf, rounding.ToNegativeInf
	mirror[rounding.ToNearestDown], mirror[rounding.ToNearestUp] = rounding.ToNearestUp, rounding.ToNearestDown
	properties.Property("-x rounds to the negative of x in the mirrored mode", prop.ForAll(
		func(f minifloat.Format, a recipe, nudge int, mode rounding.Mode) bool {
			if !f.Signed() {
				return true
			}
			x := between(f, a, nudge)
			code, flags := minifloat.Context{Mode: mode}.Encode(f, x)
			negative, negativeFlags := minifloat.Context{Mode: mirror[mode]}.Encode(f, -x)
			y, z := f.Decode(code), f.Decode(negative)
			return flags == negativeFlags && (y == -z || math.IsNaN(y) && math.IsNaN(z))
		}, genAnyFormat(), genRecipe(), genNudge(), genMode()))
	properties.Property("sums and products commute, a difference is the negative of its mirror", prop.ForAll(
		func(f minifloat.Format, a, b recipe, mode rounding.Mode) bool {
			c := minifloat.Context{Mode: mode}
			x, y := a.value(f), b.value(f)
			s, sf := c.Add(f, x, y)
			s2, sf2 := c.Add(f, y, x)
			p, pf := c.Mul(f, x, y)
			p2, pf2 := c.Mul(f, y, x)
			if s != s2 || sf != sf2 || p != p2 || pf != pf2 {
				return false
			}
			if !f.Signed() {
				return true
			}
			d, df := c.Sub(f, x, y)
			c.Mode = mirror[mode]
			e, ef := c.Sub(f, y, x)
			u, v := f.Decode(d.Bits), f.Decode(e.Bits)
			return df == ef && (u == -v || math.IsNaN(u) && math.IsNaN(v))
		}, genAnyFormat(), genRecipe(), genRecipe(), genMode()))
	properties.Property("x*1+z is the sum, x*y+z of a zero z the product", prop.ForAll(
		func(f minifloat.Format, a, b recipe, mode rounding.Mode) bool {
			c := minifloat.Context{Mode: mode}
			x, z := a.value(f), b.value(f)
			one := minifloat.Value{Format: minifloat.MustFormat(2, 1, minifloat.FiniteFamily), Bits: 2}
			zero := minifloat.Value{Format: one.Format}
			fused, ff := c.FMA(f, x, one, z)
			sum, sf := c.Add(f, x, z)
			first, pf := c.FMA(f, x, z, zero)
			product, mf := c.Mul(f, x, z)
			return fused == sum && ff == sf && f.Decode(first.Bits) == f.Decode(product.Bits) && pf == mf ||
				math.IsNaN(f.Decode(product.Bits)) && math.IsNaN(f.Decode(first.Bits)) || (ff|pf)&rounding.Invalid != 0
		}, genAnyFormat(), genRecipe(), genRecipe(), genMode()))
	properties.Property("x/x is 1, exactly", prop.ForAll(
		func(f minifloat.Format, a recipe) bool {
			x := a.value(f)
			v := f.Decode(x.Bits)
			if v == 0 {
				return true
			}
			q, flags := minifloat.Context{}.Quo(minifloat.MustFormat(8, 23, minifloat.IEEEFamily), x, x)
			return q.Format.Decode(q.Bits) == 1 && flags == 0
		}, genAnyFormat(), genRecipe()))
	properties.Property("a value converts to itself in every mode, without a flag", prop.ForAll(
		func(f minifloat.Format, a recipe, mode rounding.Mode) bool {
			code, flags := minifloat.Context{Mode: mode}.Encode(f, f.Decode(a.code(f)))
			return code == a.code(f) && flags == 0
		}, genAnyFormat(), genRecipe(), genMode()))
	properties.TestingRun(t)
}
