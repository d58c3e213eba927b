package minifloat

import (
	"fmt"
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/halfulp/halfulp/internal/elementary"
	"github.com/halfulp/halfulp/rounding"
)

// Function names an elementary function, for [Context.Apply]. The methods and
// functions of the same names ([Context.Exp], [Exp], [Float.Exp]) have the special
// cases of each.
type Function uint8

// The functions.
const (
	FuncExp      = Function(elementary.OfExp)      // e^x
	FuncExp2     = Function(elementary.OfExp2)     // 2^x
	FuncExpm1    = Function(elementary.OfExpm1)    // e^x - 1
	FuncLog      = Function(elementary.OfLog)      // the natural logarithm
	FuncLog2     = Function(elementary.OfLog2)     // the logarithm to base 2
	FuncLog10    = Function(elementary.OfLog10)    // the logarithm to base 10
	FuncLog1p    = Function(elementary.OfLog1p)    // log(1+x)
	FuncSin      = Function(elementary.OfSin)      // of radians
	FuncCos      = Function(elementary.OfCos)      // of radians
	FuncTan      = Function(elementary.OfTan)      // of radians
	FuncSinh     = Function(elementary.OfSinh)     // (e^x - e^-x)/2
	FuncCosh     = Function(elementary.OfCosh)     // (e^x + e^-x)/2
	FuncTanh     = Function(elementary.OfTanh)     // sinh x / cosh x
	FuncSigmoid  = Function(elementary.OfSigmoid)  // 1/(1 + e^-x)
	FuncSoftplus = Function(elementary.OfSoftplus) // log(1 + e^x)
	FuncErf      = Function(elementary.OfErf)      // the error function
	FuncGelu     = Function(elementary.OfGelu)     // x Φ(x) = x (1 + erf(x/√2))/2
	FuncSilu     = Function(elementary.OfSilu)     // x/(1 + e^-x)
	FuncCbrt     = Function(elementary.OfCbrt)     // the cubic root
	FuncExp10    = Function(elementary.OfExp10)    // 10^x
	FuncAsin     = Function(elementary.OfAsin)     // the inverse of sin, in radians
	FuncAcos     = Function(elementary.OfAcos)     // the inverse of cos, in radians
	FuncAtan     = Function(elementary.OfAtan)     // the inverse of tan, in radians
	FuncAsinh    = Function(elementary.OfAsinh)    // the inverse of sinh
	FuncAcosh    = Function(elementary.OfAcosh)    // the inverse of cosh, not negative
	FuncAtanh    = Function(elementary.OfAtanh)    // the inverse of tanh
	FuncErfc     = Function(elementary.OfErfc)     // 1 - erf(x)

	functionCount = Function(elementary.Functions)
)

// Functions returns all functions in the order of their values.
func Functions() []Function {
	fs := make([]Function, functionCount)
	for i := range fs {
		fs[i] = Function(i)
	}
	return fs
}

// String returns the function's name, such as "Exp".
func (f Function) String() string {
	if f < functionCount {
		return elementary.Function(f).String()
	}
	return fmt.Sprintf("Function(%d)", uint8(f))
}

// mustBeValid panics for a number that is no function.
func (f Function) mustBeValid() {
	if f >= functionCount {
		panic("minifloat: unknown function")
	}
}

// special is a function's value at zero or an infinity, exact but for ln2 and
// the halves of π. An operand of itself is returned as it is.
type special uint8

const (
	itself special = iota
	plusZero
	minusZero
	plusHalf
	plusOne
	minusOne
	plusTwo
	plusInf
	pole // -infinity with the flag DivideByZero
	none // NaN with the flag Invalid
	ln2
	halfPi
	minusHalfPi
)

// specials are the values at ±0, +infinity and -infinity.
var specials = [functionCount][3]special{
	FuncExp:      {plusOne, plusInf, plusZero},
	FuncExp2:     {plusOne, plusInf, plusZero},
	FuncExpm1:    {itself, plusInf, minusOne},
	FuncLog:      {pole, plusInf, none},
	FuncLog2:     {pole, plusInf, none},
	FuncLog10:    {pole, plusInf, none},
	FuncLog1p:    {itself, plusInf, none},
	FuncSin:      {itself, none, none},
	FuncCos:      {plusOne, none, none},
	FuncTan:      {itself, none, none},
	FuncSinh:     {itself, itself, itself},
	FuncCosh:     {plusOne, plusInf, plusInf},
	FuncTanh:     {itself, plusOne, minusOne},
	FuncSigmoid:  {plusHalf, plusOne, plusZero},
	FuncSoftplus: {ln2, plusInf, plusZero},
	FuncErf:      {itself, plusOne, minusOne},
	FuncGelu:     {itself, plusInf, minusZero},
	FuncSilu:     {itself, plusInf, minusZero},
	FuncCbrt:     {itself, itself, itself},
	FuncExp10:    {plusOne, plusInf, plusZero},
	FuncAsin:     {itself, none, none},
	FuncAcos:     {halfPi, none, none},
	FuncAtan:     {itself, halfPi, minusHalfPi},
	FuncAsinh:    {itself, itself, itself},
	FuncAcosh:    {none, plusInf, none},
	FuncAtanh:    {itself, none, none},
	FuncErfc:     {plusOne, plusZero, plusTwo},
}

// number returns the special value, of the operand x.
func (s special) number(x number) (number, rounding.Flags) {
	const one = 1 << 63
	switch s {
	case plusZero:
		return number{}, 0
	case minusZero:
		return number{neg: true}, 0
	case plusHalf:
		return number{isFinite, false, -1, one}, 0
	case plusOne:
		return number{isFinite, false, 0, one}, 0
	case minusOne:
		return number{isFinite, true, 0, one}, 0
	case plusTwo:
		return number{isFinite, false, 1, one}, 0
	case plusInf:
		return number{kind: isInf}, 0
	case pole:
		return number{kind: isInf, neg: true}, rounding.DivideByZero
	case none:
		return invalid()
	case ln2:
		return number{isFinite, false, -1, 0xb172_17f7_d1cf_79ab}, 0 // 64 bits, jammed: 0.693147...
	case halfPi, minusHalfPi:
		return number{isFinite, s == minusHalfPi, 0, 0xc90f_daa2_2168_c235}, 0 // jammed: 1.570796...
	}
	return x, 0
}

// domain reports whether the finite nonzero x is beyond f's domain, or f has a
// pole at x.
func (f Function) domain(x number) (beyond, pole bool) {
	one := x.exp == 0 && x.sig == 1<<63 // |x| is
	above := x.exp >= 0 && !one
	switch f {
	case FuncLog, FuncLog2, FuncLog10:
		return x.neg, false
	case FuncLog1p:
		return x.neg && above, x.neg && one
	case FuncAsin, FuncAcos:
		return above, false
	case FuncAcosh:
		return x.neg || x.exp < 0, false
	case FuncAtanh:
		return above, one
	}
	return false, false
}

// of returns f(x) as 64 bits and a jammed rest.
func (f Function) of(x number) (number, rounding.Flags) {
	switch {
	case x.kind >= isNaN:
		return nanOf(x)
	case x.kind == isZero:
		return specials[f][0].number(x)
	case x.kind == isInf && !x.neg:
		return specials[f][1].number(x)
	case x.kind == isInf:
		return specials[f][2].number(x)
	}
	switch beyond, at := f.domain(x); {
	case beyond:
		return invalid()
	case at:
		return number{kind: isInf, neg: x.neg}, rounding.DivideByZero
	}
	z := elementary.Function(f).Jammed(elementary.Real{Neg: x.neg, Exp: x.exp, Sig: x.sig})
	if z.Sig == 0 {
		return number{}, 0
	}
	return number{isFinite, z.Neg, z.Exp, z.Sig}, 0
}

// within reports whether the magnitudes of f's values, and of the midpoints of
// two of them, are within 2^±700: at most 9 exponent bits and a bias of 1 to 300
// give 2^-331 to 2^512.
func (f Format) within() bool { return f.word>>8&63 <= 9 && f.word>>32-1 < 300 }

// decided reports whether the float64 z, which a function returned to stand for
// its exact result, can be rounded to m mantissa bits in its place: no boundary,
// which is a number of m+2 bits, lies within [elementary.StandInError] of z. It
// is false for zero, an infinity and a NaN.
func decided(z float64, m uint) bool {
	// What a boundary does not have of z's bits, at the top of the word.
	rest := math.Float64bits(z) << (13 + m)
	const e = elementary.StandInError
	return rest+e<<(13+m) >= 2*e<<(13+m)
}

// Apply returns f(x), rounded once to dst: what [Context.Exp] does for [FuncExp],
// and so on. It panics if f is unknown.
//
// Where both formats have at most 9 exponent bits and a bias of 1 to 300, float64
// decides all but rare results. The others, and those of other formats, are computed
// with many bits, which takes microseconds and memory.
func (c Context) Apply(f Function, dst Format, x Value) (Value, rounding.Flags) {
	f.mustBeValid()
	x = c.operand(x)
	if dst.within() && x.Format.within() {
		if a := x.Float64(); ordinary(a) {
			if z := elementary.Function(f).StandIn(a); decided(z, dst.mant()) {
				return c.encode(dst, z)
			}
		}
	}
	z, flags := f.of(x.unpack())
	return c.deliver(dst, z, flags)
}

// ApplyStochastic returns f(x), rounded once to dst with random bits, as
// [Context.AddStochastic] does. It computes with many bits, which takes microseconds and memory.
func (c Context) ApplyStochastic(f Function, dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	f.mustBeValid()
	z, flags := f.of(c.unpack(x))
	return c.deliverStochastic(dst, z, flags, random, n)
}

// Apply returns f(x) rounded once in context c, and the flags: see
// [Context.Apply].
func Apply[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, f Function, x F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.Apply(f, a.Format, a)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ApplyStochastic returns f(x) rounded once in context c with the low n bits of
// random, and the flags: see [Context.ApplyStochastic].
func ApplyStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, f Function, x F, random uint64, n int) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.ApplyStochastic(f, a.Format, a, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// functionTable holds f(x) at [f][x].
type functionTable [functionCount][1 << 8]uint8

// functionTables has the table of each type that is stored in 8 bits, made at the
// first use of one of the functions, at the size of its tableKey.
var functionTables [tableKeys]atomic.Pointer[functionTable]

// makeFunctionTable makes the table of x's type. Goroutines that do so at the same
// time make the same one.
func (x Float[S, E, M, V]) makeFunctionTable(place *atomic.Pointer[functionTable]) *functionTable {
	x.check()
	t := new(functionTable)
	for f := range functionCount {
		for code := range int(x.format().codeMask()) + 1 {
			t[f][code] = uint8(Float[S, E, M, V]{S(code)}.apply(f).bits)
		}
	}
	place.Store(t)
	return t
}

// Apply returns f(x), rounded to nearest even: what x.Exp() does for [FuncExp], and
// so on. It panics if f is unknown.
func (x Float[S, E, M, V]) Apply(f Function) Float[S, E, M, V] {
	f.mustBeValid()
	if unsafe.Sizeof(x) == 1 {
		place := &functionTables[unsafe.Sizeof(tableKey[E, M, V]{})]
		t := place.Load()
		if t == nil {
			t = x.makeFunctionTable(place)
		}
		return Float[S, E, M, V]{S(t[f][x.bits])}
	}
	return x.apply(f)
}

// apply is Apply without tables.
func (x Float[S, E, M, V]) apply(f Function) Float[S, E, M, V] {
	x.check()
	format := x.format()
	if format.within() {
		if a := x.Float64(); ordinary(a) {
			z := elementary.Function(f).StandIn(a)
			if decided(z, format.mant()) || z != z {
				return x.FromFloat64(z)
			}
		}
	}
	z, _ := f.of(format.unpack(uint32(x.bits)))
	code, _ := Context{}.pack(format, z)
	return Float[S, E, M, V]{S(code)}
}
