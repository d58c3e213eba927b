package main

import (
	"math/big"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// operation is what explain can explain beside a number.
type operation struct {
	name     string
	operands []string // x, y, z: what its formula calls them
	formula  string
	also     string // another name
	// exact is the value before it is rounded, for operands that are numbers; where it is nil, the result is one of
	// the operands as it is.
	exact func(x []exactValue) exactValue
	mini  func(c minifloat.Context, f minifloat.Format, x []minifloat.Value) (minifloat.Value, rounding.Flags)
	fixed func(c fixedpoint.Context, f fixedpoint.Format, x []fixedpoint.Value) (fixedpoint.Value, rounding.Flags) // nil: fixed point has none
}

// call writes the operation with the names of its operands.
func (o operation) call() string { return o.with(o.operands) }

// with writes the operation with operands.
func (o operation) with(operands []string) string {
	return o.name + "(" + strings.Join(operands, ", ") + ")"
}

type (
	miniContext  = minifloat.Context
	miniFormat   = minifloat.Format
	mini         = minifloat.Value
	fixedContext = fixedpoint.Context
	fixedFormat  = fixedpoint.Format
	fixed        = fixedpoint.Value
	flags        = rounding.Flags
)

// operations are all of them, in the order in which they are listed.
var operations = slices.Concat([]operation{
	{name: "add", operands: xy, formula: "x + y", exact: rational(func(x []*big.Rat) *big.Rat { return sum(x[0], x[1]) }),
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Add(f, x[0], x[1]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.Add(f, x[0], x[1]) }},
	{name: "sub", operands: xy, formula: "x - y", exact: rational(func(x []*big.Rat) *big.Rat { return difference(x[0], x[1]) }),
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Sub(f, x[0], x[1]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.Sub(f, x[0], x[1]) }},
	{name: "mul", operands: xy, formula: "x * y", exact: rational(func(x []*big.Rat) *big.Rat { return product(x[0], x[1]) }),
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Mul(f, x[0], x[1]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.Mul(f, x[0], x[1]) }},
	{name: "quo", also: "div", operands: xy, formula: "x / y", exact: func(x []exactValue) exactValue { return quotient(x[0], x[1]) },
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Quo(f, x[0], x[1]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.Quo(f, x[0], x[1]) }},
	{name: "fma", operands: xyz, formula: "x*y + z",
		exact: rational(func(x []*big.Rat) *big.Rat { return sum(product(x[0], x[1]), x[2]) }),
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.FMA(f, x[0], x[1], x[2]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.FMA(f, x[0], x[1], x[2]) }},
	{name: "faa", operands: xyz, formula: "x + y + z",
		exact: rational(func(x []*big.Rat) *big.Rat { return sum(sum(x[0], x[1]), x[2]) }),
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.FAA(f, x[0], x[1], x[2]) }},
	{name: "sqrt", operands: xOnly, formula: "the square root of x", exact: func(x []exactValue) exactValue { return squareRoot(x[0]) },
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Sqrt(f, x[0]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.Sqrt(f, x[0]) }},
	{name: "rsqrt", operands: xOnly, formula: "1 / sqrt(x)",
		exact: func(x []exactValue) exactValue {
			if x[0].number.Sign() == 0 {
				return quotient(one, x[0])
			}
			return squareRoot(quotient(one, x[0]))
		},
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Rsqrt(f, x[0]) }},
	{name: "recip", operands: xOnly, formula: "1 / x", exact: func(x []exactValue) exactValue { return quotient(one, x[0]) },
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Recip(f, x[0]) }},
	{name: "hypot", operands: xy, formula: "sqrt(x*x + y*y)",
		exact: func(x []exactValue) exactValue {
			a, b := x[0].number, x[1].number
			return squareRoot(exactValue{number: sum(product(a, a), product(b, b))})
		},
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Hypot(f, x[0], x[1]) }},
	{name: "rem", operands: xy, formula: "x - y*n, n the integer nearest to x/y", exact: remainder(nearestInteger),
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Rem(f, x[0], x[1]) }},
	{name: "mod", also: "fmod", operands: xy, formula: "x - y*n, n the quotient x/y without its fraction", exact: remainder(truncated),
		mini:  func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Mod(f, x[0], x[1]) },
		fixed: func(c fixedContext, f fixedFormat, x []fixed) (fixed, flags) { return c.Rem(f, x[0], x[1]) }},
	{name: "logb", operands: xOnly, formula: "the exponent of x",
		exact: func(x []exactValue) exactValue {
			if x[0].number.Sign() == 0 {
				return exactValue{negative: true} // -infinity
			}
			return exactValue{number: new(big.Rat).SetInt64(int64(binade(x[0].number)))}
		},
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Logb(f, x[0]) }},
	{name: "scaledAdd", operands: scaledNames, formula: "x*s + y*t",
		exact: rational(func(x []*big.Rat) *big.Rat { return sum(product(x[0], x[1]), product(x[2], x[3])) }),
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) {
			return c.ScaledAdd(f, x[0], x[1], x[2], x[3])
		}},
	{name: "scaledSub", operands: scaledNames, formula: "x*s - y*t",
		exact: rational(func(x []*big.Rat) *big.Rat { return difference(product(x[0], x[1]), product(x[2], x[3])) }),
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) {
			return c.ScaledSub(f, x[0], x[1], x[2], x[3])
		}},
	{name: "scaledMul", operands: scaledNames, formula: "(x*s) * (y*t)",
		exact: rational(func(x []*big.Rat) *big.Rat { return product(product(x[0], x[1]), product(x[2], x[3])) }),
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) {
			return c.ScaledMul(f, x[0], x[1], x[2], x[3])
		}},
	{name: "clamp", operands: []string{"x", "low", "high"}, formula: "x, or the end of [low, high] beside it",
		mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Clamp(f, x[0], x[1], x[2]) }},
}, functions(), extrema())

var (
	xOnly       = []string{"x"}
	xy          = []string{"x", "y"}
	xyz         = []string{"x", "y", "z"}
	scaledNames = []string{"x", "s", "y", "t"}

	one = exactValue{number: big.NewRat(1, 1)}
)

// extrema are the minima and maxima.
func extrema() []operation {
	var all []operation
	for e := minifloat.Minimum; e <= minifloat.MaximumFinite; e++ {
		name := e.String()
		o := operation{name: strings.ToLower(name[:1]) + name[1:], operands: xy, formula: "one of x and y",
			mini: func(c miniContext, f miniFormat, x []mini) (mini, flags) { return c.Choose(e, f, x[0], x[1]) }}
		switch e {
		case minifloat.Minimum:
			o.also = "min"
		case minifloat.Maximum:
			o.also = "max"
		}
		all = append(all, o)
	}
	return all
}

// operationNamed finds an operation; case does not matter.
func operationNamed(name string) (operation, bool) {
	i := slices.IndexFunc(operations, func(o operation) bool {
		return strings.EqualFold(o.name, name) || o.also != "" && strings.EqualFold(o.also, name)
	})
	if i < 0 {
		return operation{}, false
	}
	return operations[i], true
}

// operationNames lists them.
func operationNames() string {
	var names []string
	for _, o := range operations {
		names = append(names, o.name)
	}
	return strings.Join(names, " ")
}
