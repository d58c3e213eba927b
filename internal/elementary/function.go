package elementary

import "math"

// Function is one of the functions that package minifloat rounds correctly. Two evaluations of each stand here: [Function.StandIn] in
// float64, and [Function.Jammed] to 64 bits and a sticky bit with as much precision as that takes (Ziv's strategy). What either needs to
// know of a function is a row of one table.
type Function uint8

// The functions.
const (
	OfExp Function = iota
	OfExp2
	OfExpm1
	OfLog
	OfLog2
	OfLog10
	OfLog1p
	OfSin
	OfCos
	OfTan
	OfSinh
	OfCosh
	OfTanh
	OfSigmoid
	OfSoftplus
	OfErf
	OfGelu
	OfSilu
	OfCbrt
	OfExp10
	OfAsin
	OfAcos
	OfAtan
	OfAsinh
	OfAcosh
	OfAtanh
	OfErfc

	Functions // their number
)

// asymptote is a simple function that another one comes near to, where its argument is small or large.
type asymptote uint8

const (
	noAsymptote asymptote = iota
	toOne
	toMinusOne
	toHalf
	toTwo
	toX
	toHalfX
	toInf // beyond every number of a format
	toMinusInf
	toZero // positive, but nearer to zero than every number of a format
	toMinusZero
)

// row is what is known of a function f. Both evaluations take a number beside the asymptote for f(x) where the two are too near for any
// number of the result's format, or any midpoint of two, to lie between.
type row struct {
	name    string
	kernel  func(x float64) float64                        // within 8 units in the last place, where no asymptote is taken
	precise func(w working, x *float) (z *float, good int) // f(x) to good bits, for x that are no exact cases

	// Near zero f(x) = a(x) (1+d), a the asymptote, |d| <= 3|x|^order; d has the sign of sign * x^order.
	zero  asymptote
	order int
	sign  int

	above, below limit // for x above and below some bound
}

// limit says that f(x) = a(x) (1+d) beyond a bound, with |d| < 2^-35 beyond near and |d| < 2^-65 beyond far. d has the sign of sign.
// Where a is an infinity or a zero, the value has a magnitude of 2^768 or 2^-768 at least beyond near, of 2^(2^17) or its reciprocal
// beyond far.
type limit struct {
	a         asymptote
	sign      int
	near, far float64
}

var (
	ever  = limit{near: math.Inf(1), far: math.Inf(1)}
	never = limit{near: math.Inf(-1), far: math.Inf(-1)}
)

// The bounds: e^-26 < 2^-37, e^-48 < 2^-69; 2e^-28 < 2^-39, 2e^-50 < 2^-71 (tanh); erfc(5.5) < 2^-45, erfc(7) < 2^-74 (erf);
// Phi(-7.5) < 2^-44, Phi(-10) < 2^-76 (gelu). e^690 > 2^995, 10^300 > 2^996 and 2^1000 are float64s, and so are 690 e^-690,
// 37 Phi(-37) = 2^-990 and erfc(26) = 2^-981. The far ones are about 2^17 log 2 and, in Phi(x) < e^(-x^2/2), its double's root; erfc(x) is
// below e^(-x^2).
var rows = [Functions]row{
	OfExp:      {"Exp", nearExp, preciseExp, toOne, 1, 1, limit{toInf, 1, 690, 1 << 17}, limit{toZero, 1, -690, -1 << 17}},
	OfExp2:     {"Exp2", nearExp2, preciseExp2, toOne, 1, 1, limit{toInf, 1, 1000, 1 << 17}, limit{toZero, 1, -1000, -1 << 17}},
	OfExpm1:    {"Expm1", nearExpm1, preciseExpm1, toX, 1, 1, limit{toInf, 1, 690, 1 << 17}, limit{toMinusOne, -1, -26, -48}},
	OfLog:      {"Log", nearLog, preciseLog, noAsymptote, 0, 0, ever, never},
	OfLog2:     {"Log2", nearLog2, preciseLog2, noAsymptote, 0, 0, ever, never},
	OfLog10:    {"Log10", nearLog10, preciseLog10, noAsymptote, 0, 0, ever, never},
	OfLog1p:    {"Log1p", nearLog1p, preciseLog1p, toX, 1, -1, ever, never},
	OfSin:      {"Sin", nearSin, preciseSin, toX, 2, -1, ever, never},
	OfCos:      {"Cos", nearCos, preciseCos, toOne, 2, -1, ever, never},
	OfTan:      {"Tan", nearTan, preciseTan, toX, 2, 1, ever, never},
	OfSinh:     {"Sinh", nearSinh, preciseSinh, toX, 2, 1, limit{toInf, 1, 690, 1 << 17}, limit{toMinusInf, 1, -690, -1 << 17}},
	OfCosh:     {"Cosh", nearCosh, preciseCosh, toOne, 2, 1, limit{toInf, 1, 690, 1 << 17}, limit{toInf, 1, -690, -1 << 17}},
	OfTanh:     {"Tanh", nearTanh, preciseTanh, toX, 2, -1, limit{toOne, -1, 14, 25}, limit{toMinusOne, -1, -14, -25}},
	OfSigmoid:  {"Sigmoid", nearSigmoid, preciseSigmoid, toHalf, 1, 1, limit{toOne, -1, 26, 48}, limit{toZero, 1, -690, -1 << 17}},
	OfSoftplus: {"Softplus", nearSoftplus, preciseSoftplus, noAsymptote, 0, 0, limit{toX, 1, 26, 48}, limit{toZero, 1, -690, -1 << 17}},
	OfErf:      {"Erf", nearErf, preciseErf, noAsymptote, 0, 0, limit{toOne, -1, 5.5, 7}, limit{toMinusOne, -1, -5.5, -7}},
	OfGelu:     {"Gelu", nearGelu, preciseGelu, toHalfX, 1, 1, limit{toX, -1, 7.5, 10}, limit{toMinusZero, 1, -37, -512}},
	OfSilu:     {"Silu", nearSilu, preciseSilu, toHalfX, 1, 1, limit{toX, -1, 26, 48}, limit{toMinusZero, 1, -690, -1 << 17}},
	OfCbrt:     {"Cbrt", nearCbrt, nil, noAsymptote, 0, 0, ever, never},
	OfExp10:    {"Exp10", nearExp10, preciseExp10, toOne, 1, 1, limit{toInf, 1, 300, 1 << 16}, limit{toZero, 1, -300, -1 << 16}},
	OfAsin:     {"Asin", nearAsin, preciseAsin, toX, 2, 1, ever, never},
	OfAcos:     {"Acos", nearAcos, preciseAcos, noAsymptote, 0, 0, ever, never},
	OfAtan:     {"Atan", nearAtan, preciseAtan, toX, 2, -1, ever, never},
	OfAsinh:    {"Asinh", nearAsinh, preciseAsinh, toX, 2, -1, ever, never},
	OfAcosh:    {"Acosh", nearAcosh, preciseAcosh, noAsymptote, 0, 0, ever, never},
	OfAtanh:    {"Atanh", nearAtanh, preciseAtanh, toX, 2, 1, ever, never},
	OfErfc:     {"Erfc", nearErfc, preciseErfc, toOne, 1, -1, limit{toZero, 1, 26, 384}, limit{toTwo, -1, -5.5, -7}},
}

// String returns the function's name.
func (f Function) String() string { return rows[f].name }

// tiny are the bounds below which the asymptote at zero is taken: 3|x|^order is below 2^-34 in float64, 2^-64 otherwise.
var tiny = [3]struct{ near, far float64 }{1: {0x1p-36, 0x1p-66}, 2: {0x1p-18, 0x1p-33}}
