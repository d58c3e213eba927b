package main

import (
	"math/big"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// steps are the operations on the exponent and the last place of a number, and on integers.
var steps = []operation{
	{name: "roundToIntegral", also: "roundToIntNotExact", operands: xOnly, formula: "x rounded to an integer", exact: itself,
		same: true, stays: true, integers: true, quiet: true, certain: true,
		mini: func(c miniContext, _ miniFormat, x []mini, _ beside) (mini, flags) { return c.RoundToIntegral(x[0]) }},
	{name: "roundToIntegralExact", also: "roundToInt", operands: xOnly, formula: "x rounded to an integer", exact: itself,
		same: true, stays: true, integers: true,
		mini: func(c miniContext, _ miniFormat, x []mini, b beside) (mini, flags) {
			word, n := b.given()
			return c.RoundToIntegralStochastic(x[0], word, n)
		}},
	{name: "nextUp", operands: xOnly, formula: "the least value above x", stays: true, certain: true, asIs: true, next: "above",
		mini: func(_ miniContext, _ miniFormat, x []mini, _ beside) (mini, flags) { return x[0].NextUp(), 0 }},
	{name: "nextDown", operands: xOnly, formula: "the largest value below x", stays: true, certain: true, asIs: true, next: "below",
		mini: func(_ miniContext, _ miniFormat, x []mini, _ beside) (mini, flags) { return x[0].NextDown(), 0 }},
	{name: "scalb", also: "scaleB", operands: []string{"x", "n"}, formula: "x * 2^n", exponent: true,
		exact: func(x []exactValue) exactValue {
			return exactValue{number: product(x[0].number, power2(int(x[1].number.Num().Int64())))}
		},
		mini: func(c miniContext, f miniFormat, x []mini, b beside) (mini, flags) {
			word, n := b.given()
			return c.ScalbStochastic(f, x[0], b.exponent, word, n)
		}},
	{name: "logb", operands: xOnly, formula: "the exponent of x",
		exact: func(x []exactValue) exactValue {
			if x[0].number.Sign() == 0 {
				return exactValue{negative: true} // -infinity
			}
			return exactValue{number: new(big.Rat).SetInt64(int64(binade(x[0].number)))}
		},
		mini: func(c miniContext, f miniFormat, x []mini, b beside) (mini, flags) {
			exponent, raised := miniContext{Subnormals: c.Subnormals & rounding.DenormalsAreZero}.Logb(binary32, x[0]) // which has every exponent
			z, flags := onOne(miniContext.ConvertStochastic)(c, f, []mini{exponent}, b)
			return z, raised | flags
		}},
	{name: "ulp", operands: xOnly, formula: "the weight of the last place of x", asIs: true,
		exact: func(x []exactValue) exactValue { return exactValue{number: x[0].in.step(x[0].number)} },
		mini: func(c miniContext, f miniFormat, x []mini, b beside) (mini, flags) {
			code, flags := explainedMinifloat{f: f, c: c, drawn: b.randomBits}.round(ulp(x[0]))
			return mini{Format: f, Bits: uint32(code)}, flags
		}},
}

var binary32 = minifloat.FormatOf[minifloat.Float32]()

// itself is the exact result of an operation that only rounds.
func itself(x []exactValue) exactValue { return x[0] }

// ulp returns the weight of x's last place, of an infinity infinity, of a NaN NaN. Value.Ulp is a float64, which is too
// narrow for some formats.
func ulp(x mini) exactValue {
	in := explainedMinifloat{f: x.Format}
	v := in.value(uint64(x.Bits))
	v.negative = false
	if v.number != nil {
		v.number = in.step(v.number)
	}
	return v
}
