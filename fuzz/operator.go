package fuzz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// MaxOperands is the largest number of operands of an operation, a random word
// counted.
const MaxOperands = 5

// Operator is what is done to the operands, before any rounding: a name and the
// exact function. [Operators] lists those of this package; [NewOperator] makes
// further ones.
type Operator struct {
	name    string
	symbol  string // between two operands; empty: the name stands before them
	aliases []string
	arity   int
	exact   func(x []exact.Number, e Environment) exact.Result
	words   func(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool // exact without math/big; nil: there is none
	result  kind                                                         // of the only results that it has; noFormat: any
	quiet   bool                                                         // never raises Inexact
}

// Environment is what an exact function may depend on besides its operands.
type Environment struct {
	Options exact.Options // such as the mode, in an operation that rounds to an integer
	Result  exact.Format  // the format of a floating-point result, such as where P3109's rules differ
}

// NewOperator returns an operator of one's own, of 1 to 4 operands. Its function
// returns the exact result; it must not keep x. NewOperator panics where the name
// is empty or the number of operands is another.
func NewOperator(name string, arity int, function func(x []exact.Number, e Environment) exact.Result) *Operator {
	if name == "" || arity < 1 || arity >= MaxOperands || function == nil {
		panic("fuzz: an operator has a name, 1 to 4 operands and a function")
	}
	return &Operator{name: name, arity: arity, exact: function}
}

// Name returns the name, such as "add".
func (o *Operator) Name() string { return o.name }

// String returns the name.
func (o *Operator) String() string { return o.name }

// Arity returns the number of operands, a random word not counted.
func (o *Operator) Arity() int { return o.arity }

// The operators of this package. FMA rounds once; Rem is the remainder of IEEE
// 754 section 5.3.1 and Mod that of the C function fmod; RoundToInt stays in its
// format. Eq, Le and Lt raise what their counterparts of TestFloat do: Eq is quiet,
// the others signal. Convert takes any format to any other.
var (
	Add     = binaryOperator("add", "+", exact.Add).in(sumInWords)
	Sub     = binaryOperator("sub", "-", exact.Sub).in(differenceInWords)
	Mul     = binaryOperator("mul", "*", exact.Mul).in(productInWords)
	Quo     = binaryOperator("quo", "/", exact.Quo, "div").in(quotientInWords)
	FMA     = ternaryOperator("fma", exact.FMA, "muladd").in(fmaInWords)
	FAA     = ternaryOperator("faa", exact.FAA)
	Sqrt    = unaryOperator("sqrt", exact.Sqrt)
	Recip   = unaryOperator("recip", exact.Recip)
	Rsqrt   = unaryOperator("rsqrt", exact.Rsqrt)
	Rem     = binaryOperator("rem", "", exact.Remainder, "remainder")
	Mod     = binaryOperator("mod", "", exact.Mod, "fmod")
	Neg     = unaryOperator("neg", exact.Negate)
	Abs     = unaryOperator("abs", exact.Abs)
	Logb    = unaryOperator("logb", exact.Logb)
	Convert = unaryOperator("convert", exact.Convert).in(valueInWords)

	// ConvertNotExact is Convert to an integer that does not raise Inexact.
	ConvertNotExact = quiet("convertNotExact", unaryOperator("", exact.Convert))

	Hypot = &Operator{name: "hypot", arity: 2, exact: func(x []exact.Number, e Environment) exact.Result {
		return exact.Hypot(x[0], x[1], e.Result.P3109)
	}}
	RoundToInt = &Operator{name: "roundToInt", arity: 1, exact: func(x []exact.Number, e Environment) exact.Result {
		return exact.RoundToIntegral(x[0], e.Options)
	}}
	RoundToIntNotExact = quiet("roundToIntNotExact", RoundToInt)

	Minimum                = extremum("minimum", exact.Minimum)
	Maximum                = extremum("maximum", exact.Maximum)
	MinimumNumber          = extremum("minimumNumber", exact.MinimumNumber)
	MaximumNumber          = extremum("maximumNumber", exact.MaximumNumber)
	MinimumMagnitude       = extremum("minimumMagnitude", exact.MinimumMagnitude)
	MaximumMagnitude       = extremum("maximumMagnitude", exact.MaximumMagnitude)
	MinimumMagnitudeNumber = extremum("minimumMagnitudeNumber", exact.MinimumMagnitudeNumber)
	MaximumMagnitudeNumber = extremum("maximumMagnitudeNumber", exact.MaximumMagnitudeNumber)
	MinimumFinite          = extremum("minimumFinite", exact.MinimumFinite)
	MaximumFinite          = extremum("maximumFinite", exact.MaximumFinite)

	Eq          = comparison("eq", "==", false, func(order int) bool { return order == 0 })
	Lt          = comparison("lt", "<", true, func(order int) bool { return order < 0 })
	Le          = comparison("le", "<=", true, func(order int) bool { return order <= 0 })
	EqSignaling = comparison("eq_signaling", "==", true, func(order int) bool { return order == 0 })
	LtQuiet     = comparison("lt_quiet", "<", false, func(order int) bool { return order < 0 })
	LeQuiet     = comparison("le_quiet", "<=", false, func(order int) bool { return order <= 0 })

	ScaledAdd = scaled("scaledAdd", exact.ScaledAdd)
	ScaledSub = scaled("scaledSub", exact.ScaledSub)
	ScaledMul = scaled("scaledMul", exact.ScaledMul)
)

// inFixed reports whether the operator has results in fixed point: where the exact
// result is dyadic, or its bits may be as many as are asked for.
func (o *Operator) inFixed() bool {
	switch o {
	case Recip, Rsqrt, Hypot, Logb, ConvertNotExact, RoundToInt, RoundToIntNotExact:
		return false
	}
	return !slices.Contains(elementary, o)
}

// elementary are the functions of package exact that no operator above stands for.
var elementary = func() (all []*Operator) {
	for _, f := range exact.Functions() {
		if f.Name != "Rsqrt" {
			all = append(all, unaryOperator(strings.ToLower(f.Name), f.Of))
		}
	}
	return all
}()

// Operators returns the operators of this package: the variables above, and the
// elementary functions exp, log, tanh and so on.
func Operators() []*Operator {
	all := []*Operator{Add, Sub, Mul, Quo, FMA, FAA, Sqrt, Recip, Rsqrt, Hypot, Rem, Mod, Neg, Abs, Logb, Convert, ConvertNotExact,
		RoundToInt, RoundToIntNotExact, Minimum, Maximum, MinimumNumber, MaximumNumber, MinimumMagnitude, MaximumMagnitude,
		MinimumMagnitudeNumber, MaximumMagnitudeNumber, MinimumFinite, MaximumFinite, Eq, Lt, Le, EqSignaling, LtQuiet, LeQuiet, ScaledAdd, ScaledSub, ScaledMul}
	return append(all, elementary...)
}

// ParseOperator returns the operator of a name, in any case: those of Operators,
// and TestFloat's div, mulAdd and rem.
func ParseOperator(name string) (*Operator, error) {
	var names []string
	for _, o := range Operators() {
		if strings.EqualFold(name, o.name) || slices.Contains(o.aliases, strings.ToLower(name)) {
			return o, nil
		}
		names = append(names, o.name)
	}
	if len(name) > 40 {
		name = name[:40] + "..."
	}
	return nil, fmt.Errorf("fuzz: unknown operation %q, not one of %s", name, strings.Join(names, ", "))
}

func unaryOperator(name string, f func(x exact.Number) exact.Result, aliases ...string) *Operator {
	return &Operator{name: name, arity: 1, aliases: aliases,
		exact: func(x []exact.Number, _ Environment) exact.Result { return f(x[0]) }}
}

func binaryOperator(name, symbol string, f func(x, y exact.Number) exact.Result, aliases ...string) *Operator {
	return &Operator{name: name, symbol: symbol, arity: 2, aliases: aliases,
		exact: func(x []exact.Number, _ Environment) exact.Result { return f(x[0], x[1]) }}
}

func ternaryOperator(name string, f func(x, y, z exact.Number) exact.Result, aliases ...string) *Operator {
	return &Operator{name: name, arity: 3, aliases: aliases,
		exact: func(x []exact.Number, _ Environment) exact.Result { return f(x[0], x[1], x[2]) }}
}

func scaled(name string, f func(x, sx, y, sy exact.Number) exact.Result) *Operator {
	return &Operator{name: name, arity: 4,
		exact: func(x []exact.Number, _ Environment) exact.Result { return f(x[0], x[1], x[2], x[3]) }}
}

func extremum(name string, which exact.Extremum) *Operator {
	return binaryOperator(name, "", func(x, y exact.Number) exact.Result { return exact.Choose(which, x, y) })
}

// quiet returns o without its Inexact.
func quiet(name string, o *Operator) *Operator {
	q := *o
	q.name, q.quiet = name, true
	return &q
}

// comparison returns an operator whose result is 0 or 1. A signalling one raises
// Invalid for any NaN, a quiet one for a signalling NaN alone (IEEE 754 section
// 5.11).
func comparison(name, symbol string, signalling bool, holds func(order int) bool) *Operator {
	return &Operator{name: name, symbol: symbol, arity: 2, result: truth,
		exact: func(x []exact.Number, _ Environment) exact.Result {
			order, unordered := exact.Compare(x[0], x[1])
			r := exact.Convert(exact.Int64(0))
			if unordered && (signalling || x[0].Signalling || x[1].Signalling) {
				r.Raised = exact.Invalid
			}
			if !unordered && holds(order) {
				r.Number = exact.Int64(1)
			}
			return r
		}}
}

func (o *Operator) in(words func(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool) *Operator {
	o.words = words
	return o
}

func valueInWords(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool {
	p.LocateWord(x[0], g)
	return true
}

func sumInWords(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool {
	p.LocateSum(x[0], x[1], g)
	return true
}

func differenceInWords(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool {
	y := x[1]
	y.Negative = !y.Negative
	p.LocateSum(x[0], y, g)
	return true
}

func productInWords(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool {
	p.LocateProduct(x[0], x[1], g)
	return true
}

func quotientInWords(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool {
	return p.LocateQuotient(x[0], x[1], g)
}

func fmaInWords(x *[3]exact.Word, g *exact.Format, p *exact.Place) bool {
	return p.LocateFMA(x[0], x[1], x[2], g)
}
