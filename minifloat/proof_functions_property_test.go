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

// The elementary functions as package math has them in float64, or in terms of those: increasing tells that a function is, wherever it has
// a value.
var floatFunctions = []struct {
	f          minifloat.Function
	float      func(x float64) float64
	increasing bool
}{
	{minifloat.FuncExp, math.Exp, true},
	{minifloat.FuncExp2, math.Exp2, true},
	{minifloat.FuncExpm1, math.Expm1, true},
	{minifloat.FuncLog, logarithm, true},
	{minifloat.FuncLog2, func(x float64) float64 { return logarithm(x) / math.Ln2 }, true}, // math.Log2 cancels just below 1
	{minifloat.FuncLog10, func(x float64) float64 { return logarithm(x) / math.Ln10 }, true},
	{minifloat.FuncLog1p, math.Log1p, true},
	{minifloat.FuncSin, math.Sin, false},
	{minifloat.FuncCos, math.Cos, false},
	{minifloat.FuncTan, math.Tan, false},
	{minifloat.FuncSinh, math.Sinh, true},
	{minifloat.FuncCosh, math.Cosh, false},
	{minifloat.FuncTanh, math.Tanh, true},
	{minifloat.FuncSigmoid, sigmoid, true},
	{minifloat.FuncSoftplus, func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, true},
	{minifloat.FuncErf, math.Erf, true},
	{minifloat.FuncGelu, func(x float64) float64 { return x * (math.Erfc(-x/math.Sqrt2) / 2) }, false},
	{minifloat.FuncSilu, func(x float64) float64 { return x * sigmoid(x) }, false},
	{minifloat.FuncCbrt, math.Cbrt, true},
	{minifloat.FuncExp10, func(x float64) float64 { return math.Pow(10, x) }, true},
	{minifloat.FuncAsin, func(x float64) float64 { return math.Atan2(x, math.Sqrt((1-x)*(1+x))) }, true},  // math.Asin and Acos
	{minifloat.FuncAcos, func(x float64) float64 { return math.Atan2(math.Sqrt((1-x)*(1+x)), x) }, false}, // cancel near 1
	{minifloat.FuncAtan, math.Atan, true},
	{minifloat.FuncAsinh, math.Asinh, true},
	{minifloat.FuncAcosh, math.Acosh, true},
	{minifloat.FuncAtanh, math.Atanh, true},
	{minifloat.FuncErfc, math.Erfc, false},
}

// logarithm is math.Log, which on amd64 takes subnormal numbers for others.
func logarithm(x float64) float64 {
	if x < 0x1p-1022 && x > 0 {
		return math.Log(x*0x1p64) - 64*math.Ln2
	}
	return math.Log(x)
}

func sigmoid(x float64) float64 {
	if x < 0 {
		return math.Exp(x) / (1 + math.Exp(x))
	}
	return 1 / (1 + math.Exp(-x))
}

// floatError bounds the error of such a float64: those of package math's functions are a few units in the last place, which the exponent
// of a normal density in gelu multiplies by up to 1500; a reduction by multiples of pi leaves one of 2^-50 of the angle, and what lies
// below 2^-1022 has fewer bits.
func floatError(f minifloat.Function, z float64) float64 {
	bound := math.Abs(z)*0x1p-40 + 0x1p-1070
	switch f {
	case minifloat.FuncSin, minifloat.FuncCos:
		bound += 0x1p-50
	case minifloat.FuncTan:
		bound += (1 + z*z) * 0x1p-50
	}
	return bound
}

func genFunction(all bool) gopter.Gen {
	var rows []any
	for i, row := range floatFunctions {
		if all || row.increasing {
			rows = append(rows, i)
		}
	}
	return gen.OneConstOf(rows...)
}

// genArgument draws operands of which two in three are around one: elsewhere most functions are at their limits.
func genArgument() gopter.Gen {
	around := gen.UInt32().Map(func(raw uint32) recipe { return recipe{5, raw} })
	return gen.Weighted([]gen.WeightedGen{{Weight: 2, Gen: around}, {Weight: 1, Gen: genRecipe()}})
}

func TestPropertyFunctions(t *testing.T) {
	if len(floatFunctions) != len(minifloat.Functions()) {
		t.Fatalf("%d functions of %d", len(floatFunctions), len(minifloat.Functions()))
	}
	parameters := parameters()
	parameters.MinSuccessfulTests = sized(300, 10000, 200000)
	properties := gopter.NewProperties(parameters)
	saturate := func(mode rounding.Mode) minifloat.Context {
		return minifloat.Context{Mode: mode, Saturation: rounding.SatFinite}
	}
	properties.Property("increasing functions are monotone in every mode", prop.ForAll(
		func(f minifloat.Format, i int, a, b recipe, next bool, mode rounding.Mode) bool {
			x, y := a.value(f), b.value(f)
			if next {
				y = x.NextUp()
			}
			if f.Decode(x.Bits) > f.Decode(y.Bits) {
				x, y = y, x
			}
			low, lowFlags := saturate(mode).Apply(floatFunctions[i].f, f, x)
			high, highFlags := saturate(mode).Apply(floatFunctions[i].f, f, y)
			return f.Decode(low.Bits) <= f.Decode(high.Bits) || (lowFlags|highFlags)&rounding.Invalid != 0 || y.IsNaN()
		}, genAnyFormat(), genFunction(false), genArgument(), genArgument(), gen.Bool(), genMode()))
	properties.Property("functions are within half an ulp of float64", prop.ForAll(
		func(f minifloat.Format, i int, a recipe, mode rounding.Mode) bool {
			x := a.value(f)
			z, flags := minifloat.Context{Mode: mode}.Apply(floatFunctions[i].f, f, x)
			want := floatFunctions[i].float(f.Decode(x.Bits))
			if flags&exceptional != 0 || math.IsInf(want, 0) || math.IsNaN(want) {
				return true
			}
			got, own := f.Decode(z.Bits), floatError(floatFunctions[i].f, want)
			if !f.HasZero() && want-own < f.SmallestNormal() {
				return got <= f.SmallestNormal() || got-want <= own
			}
			bound := 0.0
			if flags&rounding.Inexact != 0 {
				bound = ulp(f, want) / 2
			}
			return math.Abs(got-want) <= bound+own
		}, genAnyFormat(), genFunction(true), genArgument(), genMode(nearestModes...)))
	properties.Property("directed modes bracket functions, and are neighbours", prop.ForAll(
		func(f minifloat.Format, i int, a recipe) bool {
			x := a.value(f)
			down, flags := saturate(rounding.ToNegativeInf).Apply(floatFunctions[i].f, f, x)
			up, upFlags := saturate(rounding.ToPositiveInf).Apply(floatFunctions[i].f, f, x)
			want := floatFunctions[i].float(f.Decode(x.Bits))
			low, high, own := f.Decode(down.Bits), f.Decode(up.Bits), floatError(floatFunctions[i].f, want)
			if (flags|upFlags)&exceptional != 0 || math.IsInf(want, 0) || math.IsNaN(want) || !f.HasZero() && want-own < f.SmallestNormal() {
				return true
			}
			if flags&rounding.Inexact == 0 {
				return down == up && math.Abs(low-want) <= own
			}
			return low-own <= want && want <= high+own && down.NextUp().Equal(up)
		}, genAnyFormat(), genFunction(true), genArgument()))
	properties.TestingRun(t)
}
