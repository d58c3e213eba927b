package main

import (
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/internal/elementary"
	"github.com/halfulp/halfulp/minifloat"
)

// formulas say what the elementary functions are.
var formulas = map[minifloat.Function]string{
	minifloat.FuncExp: "e^x", minifloat.FuncExp2: "2^x", minifloat.FuncExpm1: "e^x - 1",
	minifloat.FuncLog: "the natural logarithm of x", minifloat.FuncLog2: "the logarithm of x to base 2",
	minifloat.FuncLog10: "the logarithm of x to base 10", minifloat.FuncLog1p: "log(1 + x)",
	minifloat.FuncSin: "the sine of x radians", minifloat.FuncCos: "the cosine of x radians", minifloat.FuncTan: "the tangent of x radians",
	minifloat.FuncSinh: "(e^x - e^-x) / 2", minifloat.FuncCosh: "(e^x + e^-x) / 2", minifloat.FuncTanh: "sinh(x) / cosh(x)",
	minifloat.FuncSigmoid: "1 / (1 + e^-x)", minifloat.FuncSoftplus: "log(1 + e^x)", minifloat.FuncErf: "the error function of x",
	minifloat.FuncGelu: "x (1 + erf(x/sqrt(2))) / 2", minifloat.FuncSilu: "x / (1 + e^-x)", minifloat.FuncCbrt: "the cubic root of x",
	minifloat.FuncExp10: "10^x", minifloat.FuncAsin: "the inverse sine of x in radians", minifloat.FuncAcos: "the inverse cosine of x in radians",
	minifloat.FuncAtan: "the inverse tangent of x in radians", minifloat.FuncAsinh: "the inverse hyperbolic sine of x",
	minifloat.FuncAcosh: "the inverse hyperbolic cosine of x", minifloat.FuncAtanh: "the inverse hyperbolic tangent of x",
	minifloat.FuncErfc: "1 - erf(x)",
}

// functions are the elementary functions as operations.
func functions() []operation {
	var all []operation
	for _, f := range minifloat.Functions() {
		name := f.String()
		all = append(all, operation{name: strings.ToLower(name[:1]) + name[1:], operands: xOnly, formula: formulas[f],
			exact: func(x []exactValue) exactValue { return functionValue(f, x[0]) },
			mini: func(c miniContext, dst miniFormat, x []mini, b beside) (mini, flags) {
				word, n := b.given()
				return c.ApplyStochastic(f, dst, x[0], word, n)
			}})
	}
	return all
}

// functionValue returns f(y) where it is a number or a pole: exactly, or to 64 bits and on the right side of whatever a
// format has. Where y is infinite, f is the inverse tangent, whose limit is the only one to be rounded.
func functionValue(f minifloat.Function, y exactValue) exactValue {
	x := y.number
	switch {
	case x == nil && y.negative:
		return functionValue(minifloat.FuncAsin, exactValue{number: big.NewRat(-1, 1)})
	case x == nil:
		return functionValue(minifloat.FuncAsin, one)
	case x.Sign() == 0:
		switch f {
		case minifloat.FuncExp, minifloat.FuncExp2, minifloat.FuncExp10, minifloat.FuncCos, minifloat.FuncCosh, minifloat.FuncErfc:
			return one
		case minifloat.FuncSigmoid:
			return exactValue{number: big.NewRat(1, 2)}
		case minifloat.FuncSoftplus:
			return functionValue(minifloat.FuncLog, exactValue{number: big.NewRat(2, 1)})
		case minifloat.FuncAcos:
			return functionValue(minifloat.FuncAsin, one)
		case minifloat.FuncLog, minifloat.FuncLog2, minifloat.FuncLog10:
			return exactValue{negative: true}
		}
		return exactValue{number: x}
	case f == minifloat.FuncLog1p && x.Cmp(big.NewRat(-1, 1)) == 0, f == minifloat.FuncAtanh && x.Num().CmpAbs(x.Denom()) == 0:
		return exactValue{negative: x.Sign() < 0}
	}
	mantissa := new(big.Float).SetPrec(64).SetRat(x)
	exponent := mantissa.MantExp(mantissa)
	significand, _ := mantissa.SetMantExp(mantissa.Abs(mantissa), 64).Uint64()
	z := elementary.Function(f).Jammed(elementary.Real{Neg: x.Sign() < 0, Exp: exponent - 1, Sig: significand})

	v := exactValue{jammed: z.Sig&1 != 0}
	// The exponents of all formats end within 2^15+2^5: beyond this it does not matter how far.
	const most = 40000
	switch {
	case z.Exp > most:
		z.Exp, v.about = most, "beyond 2^40000"
	case z.Exp < -most:
		z.Exp, v.about = -most, "nearer to zero than 2^-40000"
	}
	v.number = product(new(big.Rat).SetInt(new(big.Int).SetUint64(z.Sig)), power2(z.Exp-63))
	if z.Neg {
		v.number.Neg(v.number)
	}
	return v
}
