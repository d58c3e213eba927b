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
	// exact is the value before it is rounded, for operands that are numbers; nil where nothing is rounded.
	exact func(x []exactValue) exactValue
	// The packages' forms with random bits serve every mode: the others do not look at them. Without fixed, fixed
	// point has no such operation.
	mini  func(c minifloat.Context, f minifloat.Format, x []minifloat.Value, b beside) (minifloat.Value, rounding.Flags)
	fixed func(c fixedpoint.Context, f fixedpoint.Format, x []fixedpoint.Value, b beside) (fixedpoint.Value, rounding.Flags)

	same     bool   // the exact result is the operand
	any      bool   // between floating and fixed point too
	stays    bool   // the result has the format of the operand
	integers bool   // rounds to an integer
	quiet    bool   // never raises inexact for that
	certain  bool   // takes no random bits
	exponent bool   // the last operand is an integer of no format
	asIs     bool   // subnormal operands are numbers whatever the context says
	next     string // how a result that is next to its operand lies: above or below
}

// beside is what an operation takes beside numbers of a format.
type beside struct {
	randomBits
	exponent int
}

// randomBits are those of a stochastic mode: the low n ones of word; n is 0 in any other.
type randomBits struct {
	word uint64
	n    int
}

// given returns them for an operation, which takes at least one.
func (d randomBits) given() (word uint64, n int) { return d.word, max(d.n, 1) }

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
	flags        = rounding.Flags
)

// operations are all of them, in the order in which they are listed.
var operations = slices.Concat([]operation{
	{name: "add", operands: xy, formula: "x + y", exact: rational(func(x []*big.Rat) *big.Rat { return sum(x[0], x[1]) }),
		mini: onTwo(miniContext.AddStochastic), fixed: onTwo(fixedContext.AddStochastic)},
	{name: "sub", operands: xy, formula: "x - y", exact: rational(func(x []*big.Rat) *big.Rat { return difference(x[0], x[1]) }),
		mini: onTwo(miniContext.SubStochastic), fixed: onTwo(fixedContext.SubStochastic)},
	{name: "mul", operands: xy, formula: "x * y", exact: rational(func(x []*big.Rat) *big.Rat { return product(x[0], x[1]) }),
		mini: onTwo(miniContext.MulStochastic), fixed: onTwo(fixedContext.MulStochastic)},
	{name: "quo", also: "div", operands: xy, formula: "x / y", exact: func(x []exactValue) exactValue { return quotient(x[0], x[1]) },
		mini: onTwo(miniContext.QuoStochastic), fixed: onTwo(fixedContext.QuoStochastic)},
	{name: "fma", operands: xyz, formula: "x*y + z",
		exact: rational(func(x []*big.Rat) *big.Rat { return sum(product(x[0], x[1]), x[2]) }),
		mini:  onThree(miniContext.FMAStochastic), fixed: onThree(fixedContext.FMAStochastic)},
	{name: "faa", operands: xyz, formula: "x + y + z",
		exact: rational(func(x []*big.Rat) *big.Rat { return sum(sum(x[0], x[1]), x[2]) }),
		mini:  onThree(miniContext.FAAStochastic)},
	{name: "sqrt", operands: xOnly, formula: "the square root of x", exact: func(x []exactValue) exactValue { return squareRoot(x[0]) },
		mini: onOne(miniContext.SqrtStochastic), fixed: onOne(fixedContext.SqrtStochastic)},
	{name: "rsqrt", operands: xOnly, formula: "1 / sqrt(x)",
		exact: func(x []exactValue) exactValue {
			if x[0].number.Sign() == 0 {
				return quotient(one, x[0])
			}
			return squareRoot(quotient(one, x[0]))
		},
		mini: onOne(miniContext.RsqrtStochastic)},
	{name: "recip", operands: xOnly, formula: "1 / x", exact: func(x []exactValue) exactValue { return quotient(one, x[0]) },
		mini: onOne(miniContext.RecipStochastic)},
	{name: "hypot", operands: xy, formula: "sqrt(x*x + y*y)",
		exact: func(x []exactValue) exactValue {
			a, b := x[0].number, x[1].number
			return squareRoot(exactValue{number: sum(product(a, a), product(b, b))})
		},
		mini: onTwo(miniContext.HypotStochastic)},
	{name: "rem", operands: xy, formula: "x - y*n, n the integer nearest to x/y", exact: remainder(nearestInteger),
		mini: onTwo(miniContext.RemStochastic)},
	{name: "mod", also: "fmod", operands: xy, formula: "x - y*n, n the quotient x/y without its fraction", exact: remainder(truncated),
		mini: onTwo(miniContext.ModStochastic), fixed: onTwo(fixedContext.RemStochastic)},
	{name: "scaledAdd", operands: scaledNames, formula: "x*s + y*t",
		exact: rational(func(x []*big.Rat) *big.Rat { return sum(product(x[0], x[1]), product(x[2], x[3])) }),
		mini:  onFour(miniContext.ScaledAddStochastic)},
	{name: "scaledSub", operands: scaledNames, formula: "x*s - y*t",
		exact: rational(func(x []*big.Rat) *big.Rat { return difference(product(x[0], x[1]), product(x[2], x[3])) }),
		mini:  onFour(miniContext.ScaledSubStochastic)},
	{name: "scaledMul", operands: scaledNames, formula: "(x*s) * (y*t)",
		exact: rational(func(x []*big.Rat) *big.Rat { return product(product(x[0], x[1]), product(x[2], x[3])) }),
		mini:  onFour(miniContext.ScaledMulStochastic)},
	{name: "clamp", operands: []string{"x", "low", "high"}, formula: "x, or the end of [low, high] beside it", certain: true,
		exact: func(x []exactValue) exactValue { return minimum(x[2], maximum(x[0], x[1])) },
		mini: func(c miniContext, f miniFormat, x []mini, _ beside) (mini, flags) {
			return c.Clamp(f, x[0], x[1], x[2])
		}},
	{name: "convert", operands: xOnly, formula: "x", exact: itself, same: true, any: true,
		mini: onOne(miniContext.ConvertStochastic), fixed: onOne(fixedContext.ConvertStochastic)},
}, steps, functions(), extrema())

var (
	xOnly       = []string{"x"}
	xy          = []string{"x", "y"}
	xyz         = []string{"x", "y", "z"}
	scaledNames = []string{"x", "s", "y", "t"}

	one = exactValue{number: big.NewRat(1, 1)}
)

// onOne and the like make an operation of a package, in its form with random bits, one of the table.
func onOne[C, F, V any](of func(c C, f F, x V, word uint64, n int) (V, flags)) func(c C, f F, x []V, b beside) (V, flags) {
	return func(c C, f F, x []V, b beside) (V, flags) {
		word, n := b.given()
		return of(c, f, x[0], word, n)
	}
}

func onTwo[C, F, V any](of func(c C, f F, x, y V, word uint64, n int) (V, flags)) func(c C, f F, x []V, b beside) (V, flags) {
	return func(c C, f F, x []V, b beside) (V, flags) {
		word, n := b.given()
		return of(c, f, x[0], x[1], word, n)
	}
}

func onThree[C, F, V any](of func(c C, f F, x, y, z V, word uint64, n int) (V, flags)) func(c C, f F, x []V, b beside) (V, flags) {
	return func(c C, f F, x []V, b beside) (V, flags) {
		word, n := b.given()
		return of(c, f, x[0], x[1], x[2], word, n)
	}
}

func onFour[C, F, V any](of func(c C, f F, x, sx, y, sy V, word uint64, n int) (V, flags)) func(c C, f F, x []V, b beside) (V, flags) {
	return func(c C, f F, x []V, b beside) (V, flags) {
		word, n := b.given()
		return of(c, f, x[0], x[1], x[2], x[3], word, n)
	}
}

// extrema are the minima and maxima.
func extrema() []operation {
	var all []operation
	for e := minifloat.Minimum; e <= minifloat.MaximumFinite; e++ {
		name := e.String()
		o := operation{name: strings.ToLower(name[:1]) + name[1:], operands: xy, formula: "one of x and y", certain: true, exact: choice(e),
			mini: func(c miniContext, f miniFormat, x []mini, _ beside) (mini, flags) { return c.Choose(e, f, x[0], x[1]) }}
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
