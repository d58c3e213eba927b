package exact

import (
	"math"
	"math/big"
	"math/bits"
)

// Function is an elementary function of one operand.
type Function struct {
	Name string
	Of   func(x Number) Result
}

// Functions returns the elementary functions of this package.
func Functions() []Function {
	return []Function{{"Exp", Exp}, {"Exp2", Exp2}, {"Expm1", Expm1}, {"Log", Log}, {"Log2", Log2}, {"Log10", Log10}, {"Log1p", Log1p},
		{"Sin", Sin}, {"Cos", Cos}, {"Tan", Tan}, {"Sinh", Sinh}, {"Cosh", Cosh}, {"Tanh", Tanh},
		{"Sigmoid", Sigmoid}, {"Softplus", Softplus}, {"Erf", Erf}, {"Gelu", Gelu}, {"Silu", Silu}, {"Cbrt", Cbrt}, {"Exp10", Exp10},
		{"Asin", Asin}, {"Acos", Acos}, {"Atan", Atan}, {"Asinh", Asinh}, {"Acosh", Acosh}, {"Atanh", Atanh}, {"Erfc", Erfc}, {"Rsqrt", Rsqrt}}
}

// Exponentials of an |x| of 2^farBinade or more lie beyond every format of this
// package, and so does the number of exponent farthest that stands for them.
const (
	farthest  = math.MaxInt / 4
	farBinade = bits.UintSize - 5
)

// tinyBinade is where 1 + 2|x| and 1 - 2|x| no longer differ from 1 in 160 bits.
const tinyBinade = -200

// mostCircular bounds the binades of which a number is reduced modulo pi.
const mostCircular = 1 << 20

// extreme returns a number beyond every format, or closer to zero than all of them.
func extreme(negative, large bool) Result {
	r := Result{Number: Number{Negative: negative, Int: new(big.Int).Lsh(one, quotientBits), Exp: -farthest}, Between: true}
	if large {
		r.Exp = farthest
	}
	return r
}

// negligible reports whether x*x is less than a unit of the places that beside
// returns of x, and of x/2.
func negligible(x Number) bool { return x.binade()+x.Int.BitLen()+resolution(x)+2 <= 0 }

// exceeds reports whether |x| is above a limit, which is not negative.
func exceeds(x Number, limit int) bool {
	return x.binade() >= farBinade || compareMagnitudes(x, Int64(int64(limit))) > 0
}

func infinite(x Number, negative bool) bool { return x.Kind == Infinite && x.Negative == negative }

// Exp returns e^x (IEEE 754 section 9.2, exp). Of any number but zero it is
// irrational.
func Exp(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Number{Int: zero})
	case infinite(x, false):
		return exactly(x)
	case x.IsZero():
		return exactly(Int64(1))
	case x.binade() <= tinyBinade:
		return beside(Int64(1), !x.Negative)
	case x.binade() >= farBinade:
		return extreme(false, !x.Negative)
	}
	return refine(func(n int) interval { return exponential(point(x), n) })
}

// Exp2 returns 2^x (exp2). It is rational where x is an integer, and nowhere else.
func Exp2(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Number{Int: zero})
	case infinite(x, false):
		return exactly(x)
	case x.IsZero():
		return exactly(Int64(1))
	case x.binade() <= tinyBinade:
		return beside(Int64(1), !x.Negative)
	case x.binade() >= farBinade:
		return extreme(false, !x.Negative)
	}
	floor := point(x).at(0).lo
	fraction := Sub(x, Dyadic(floor, 0)).Number
	if fraction.IsZero() {
		return exactly(Number{Int: one, Exp: int(floor.Int64())})
	}
	return refine(func(n int) interval {
		return exponential(point(fraction).mul(log2.enclose(n+8), n+8), n).scale(int(floor.Int64()))
	})
}

// Exp10 returns 10^x (exp10). It is dyadic where x is an integer that is not
// negative, and nowhere else: y = 10^(p/2^k), p odd, would be y^(2^k) = 10^p, but no
// odd power of 5 is a square. From 10^161 on the result need not be exact, as it has
// far more than 160 bits.
func Exp10(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Number{Int: zero})
	case infinite(x, false):
		return exactly(x)
	case x.IsZero():
		return exactly(Int64(1))
	case x.binade() <= tinyBinade:
		return beside(Int64(1), !x.Negative)
	case x.binade() >= farBinade-2:
		return extreme(false, !x.Negative)
	}
	if floor := point(x).at(0).lo; !x.Negative && !exceeds(x, quotientBits) && Sub(x, Dyadic(floor, 0)).IsZero() {
		return exactly(Dyadic(new(big.Int).Exp(big.NewInt(10), floor, nil), 0))
	}
	return refine(func(n int) interval {
		n += max(0, x.binade()) + 8
		return exponential(point(x).mul(log10.enclose(n), n), n)
	})
}

// Expm1 returns e^x - 1 (expm1).
func Expm1(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Int64(-1))
	case infinite(x, false), x.IsZero():
		return exactly(x)
	case negligible(x): // x + x*x/2 + ...
		return beside(x, !x.Negative)
	case x.Negative && exceeds(x, 128): // -1 + e^x, less than 2^-184
		return beside(Int64(-1), false)
	case x.binade() >= farBinade:
		return extreme(false, true)
	}
	return refine(func(n int) interval {
		n += max(0, -x.binade()) + 8
		return exponential(point(x), n).sub(integer(1), n)
	})
}

// Log returns log(x) (log), of a zero -infinity. Of any number but 1 it is
// irrational.
func Log(x Number) Result {
	if r, special := logarithmic(x); special {
		return r
	}
	return refine(func(n int) interval { return logarithm(x, n) })
}

// Log2 returns the logarithm of x to the base 2 (log2): an integer for a power of
// two, irrational for any other number.
func Log2(x Number) Result {
	if r, special := logarithmic(x); special {
		return r
	}
	if trailing := int(x.Int.TrailingZeroBits()); trailing == x.Int.BitLen()-1 {
		return exactly(Int64(int64(trailing + x.Exp)))
	}
	return refine(func(n int) interval { return logarithm(x, n+8).quo(log2.enclose(n+8), n+8) })
}

// Log10 returns the logarithm of x to the base 10 (log10). A dyadic number m*2^a, m
// odd, with a rational logarithm is 10^a, a >= 0: m^q = 5^p and a*q = p if
// x^q = 10^p.
func Log10(x Number) Result {
	if r, special := logarithmic(x); special {
		return r
	}
	trailing := x.Int.TrailingZeroBits()
	odd := new(big.Int).Rsh(x.Int, trailing)
	if a := int64(x.Exp) + int64(trailing); a >= 0 && a < int64(odd.BitLen()) && odd.Cmp(new(big.Int).Exp(big.NewInt(5), big.NewInt(a), nil)) == 0 {
		return exactly(Int64(a))
	}
	return refine(func(n int) interval { return logarithm(x, n+8).quo(log10.enclose(n+8), n+8) })
}

// logarithmic returns the special cases that all logarithms have in common.
func logarithmic(x Number) (r Result, special bool) {
	if r, special = propagate(x); special {
		return r, true
	}
	switch {
	case x.IsZero():
		return Result{Number: Inf(true), Raised: DivideByZero}, true
	case x.Negative:
		return invalid(), true
	case x.Kind == Infinite:
		return exactly(x), true
	case compareMagnitudes(x, Int64(1)) == 0:
		return exactly(Number{Int: zero}), true
	}
	return Result{}, false
}

// Log1p returns log(1+x) (logp1), of -1 -infinity.
func Log1p(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch order, _ := Compare(x, Int64(-1)); {
	case order < 0:
		return invalid()
	case order == 0:
		return Result{Number: Inf(true), Raised: DivideByZero}
	case x.Kind == Infinite, x.IsZero():
		return exactly(x)
	case negligible(x): // x - x*x/2 + ...
		return beside(x, x.Negative)
	case x.binade() > 4*startBits: // log(x) + 1/x - ...
		return refine(func(n int) interval {
			return logarithm(x, n).add(interval{zero, one, -x.binade()}, n)
		})
	}
	return Log(Add(Int64(1), x).Number)
}

// circularSpecial returns the special cases of sine and tangent.
func circularSpecial(x Number) (r Result, special bool) {
	if r, special = propagate(x); special {
		return r, true
	}
	switch {
	case x.Kind == Infinite:
		return invalid(), true
	case x.IsZero():
		return exactly(x), true
	case x.binade() > mostCircular:
		panic("exact: the operand of a trigonometric function is too large")
	}
	return Result{}, false
}

// Sin returns the sine of x radians (sin). Like Cos and Tan it is irrational for
// any number but zero, and panics where x is 2^(2^20) or more.
func Sin(x Number) Result {
	if r, special := circularSpecial(x); special {
		return r
	}
	if negligible(x) { // x - x^3/6 + ...
		return beside(x, false)
	}
	return refine(func(n int) interval {
		sin, _ := circular(x, n)
		if x.Negative {
			return sin.neg()
		}
		return sin
	})
}

// Cos returns the cosine of x radians (cos).
func Cos(x Number) Result {
	r, special := circularSpecial(x)
	switch {
	case x.IsZero():
		return exactly(Int64(1))
	case special:
		return r
	case x.binade() <= tinyBinade:
		return beside(Int64(1), false)
	}
	return refine(func(n int) interval {
		_, cos := circular(x, n)
		return cos
	})
}

// Tan returns the tangent of x radians (tan).
func Tan(x Number) Result {
	if r, special := circularSpecial(x); special {
		return r
	}
	if negligible(x) { // x + x^3/3 + ...
		return beside(x, true)
	}
	return refine(func(n int) interval {
		sin, cos := circular(x, n+8)
		if cos.lo.Sign() < 0 {
			sin, cos = sin.neg(), cos.neg()
		}
		if x.Negative {
			sin = sin.neg()
		}
		return sin.quo(cos, n+8)
	})
}

// Asin returns the angle between -pi/2 and pi/2 whose sine is x, in radians (asin).
// Like those of Acos and Atan no value but zero is rational: it would have a rational
// sine.
func Asin(x Number) Result {
	if r, special := arcSpecial(x); special {
		return r
	}
	switch {
	case x.IsZero():
		return exactly(x)
	case negligible(x): // x + x^3/6 + ...
		return beside(x, true)
	}
	return refine(func(n int) interval {
		n += 8
		y := pi.enclose(n).scale(-1)
		if cos := cosine(x, n); cos.hi.Sign() != 0 {
			y = arctangent(point(Abs(x).Number).quo(cos, n), n)
		}
		return y.signed(x)
	})
}

// Acos returns the angle between 0 and pi whose cosine is x, in radians (acos).
func Acos(x Number) Result {
	if r, special := arcSpecial(x); special {
		return r
	}
	if compareMagnitudes(x, Int64(1)) == 0 && !x.Negative {
		return exactly(Number{Int: zero})
	}
	return refine(func(n int) interval {
		n += 8
		switch {
		case x.IsZero():
			return pi.enclose(n).scale(-1)
		case x.binade() < -4*startBits: // pi/2 - x - ..., where asin |x| is below 2|x|
			asin := interval{x.Int, new(big.Int).Lsh(x.Int, 1), x.Exp}
			return pi.enclose(n).scale(-1).sub(asin.signed(x), n)
		}
		y := arctangent(cosine(x, n).quo(point(Abs(x).Number), n), n)
		if x.Negative {
			return pi.enclose(n).sub(y, n)
		}
		return y
	})
}

// arcSpecial returns the special cases that arc sine and arc cosine have in common.
func arcSpecial(x Number) (r Result, special bool) {
	if r, special = propagate(x); special {
		return r, true
	}
	if x.Kind == Infinite || compareMagnitudes(x, Int64(1)) > 0 {
		return invalid(), true
	}
	return Result{}, false
}

// cosine returns sqrt(1 - x*x) to about n bits, |x| <= 1.
func cosine(x Number, n int) interval {
	square := Sub(Int64(1), Mul(x, x).Number).Number
	if square.IsZero() {
		return point(square)
	}
	return point(square).sqrt(n)
}

// Atan returns the angle between -pi/2 and pi/2 whose tangent is x, in radians (atan).
func Atan(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.IsZero():
		return exactly(x)
	case x.Kind == Infinite:
		return refine(func(n int) interval { return pi.enclose(n).scale(-1).signed(x) })
	case negligible(x): // x - x^3/3 + ...
		return beside(x, false)
	}
	return refine(func(n int) interval { return arctangent(point(Abs(x).Number), n+8).signed(x) })
}

// Sinh returns (e^x - e^-x) / 2 (sinh).
func Sinh(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.Kind == Infinite, x.IsZero():
		return exactly(x)
	case negligible(x): // x + x^3/6 + ...
		return beside(x, true)
	case x.binade() >= farBinade:
		return extreme(x.Negative, true)
	}
	return refine(func(n int) interval {
		n += max(0, -x.binade()) + 8
		e := exponential(point(x), n)
		return e.sub(integer(1).quo(e, n), n).scale(-1)
	})
}

// Cosh returns (e^x + e^-x) / 2 (cosh).
func Cosh(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.Kind == Infinite:
		return exactly(Inf(false))
	case x.IsZero():
		return exactly(Int64(1))
	case x.binade() <= tinyBinade:
		return beside(Int64(1), true)
	case x.binade() >= farBinade:
		return extreme(false, true)
	}
	return refine(func(n int) interval {
		e := exponential(point(x), n+8)
		return e.add(integer(1).quo(e, n+8), n+8).scale(-1)
	})
}

// Tanh returns the hyperbolic tangent of x, (e^2x - 1) / (e^2x + 1) (tanh).
func Tanh(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	limit := Number{Negative: x.Negative, Int: one}
	switch {
	case x.Kind == Infinite:
		return exactly(limit)
	case x.IsZero():
		return exactly(x)
	case negligible(x): // x - x^3/3 + ...
		return beside(x, false)
	case exceeds(x, 64): // 1 - 2*e^-2|x| + ..., less than 2^-183
		return beside(limit, false)
	}
	return refine(func(n int) interval {
		n += max(0, -x.binade()) + 8
		e := exponential(point(x).scale(1), n)
		return e.sub(integer(1), n).quo(e.add(integer(1), n), n)
	})
}

// Asinh returns log(x + sqrt(x*x+1)) (asinh). Like those of Acosh and Atanh no value
// but zero is rational: it would have a rational hyperbolic sine.
func Asinh(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.Kind == Infinite, x.IsZero():
		return exactly(x)
	case negligible(x): // x - x^3/6 + ...
		return beside(x, false)
	}
	return refine(func(n int) interval {
		n += max(0, -x.binade()) + 8
		magnitude := point(Abs(x).Number)
		root := magnitude.mul(magnitude, n).add(integer(1), n).sqrt(n)
		return logarithmOf(magnitude.add(root, n), n).signed(x)
	})
}

// Acosh returns log(x + sqrt(x*x-1)) (acosh).
func Acosh(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch order, _ := Compare(x, Int64(1)); {
	case order < 0:
		return invalid()
	case order == 0:
		return exactly(Number{Int: zero})
	case x.Kind == Infinite:
		return exactly(x)
	}
	return refine(func(n int) interval {
		n += 2*x.Int.BitLen() + 8 // beside 1 the square is exact
		root := point(x).mul(point(x), n).sub(integer(1), n).sqrt(n)
		return logarithmOf(point(x).add(root, n), n)
	})
}

// Atanh returns (log(1+x) - log(1-x)) / 2 (atanh), of ±1 an infinity of its sign.
func Atanh(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	magnitude := Abs(x).Number
	switch order, _ := Compare(magnitude, Int64(1)); {
	case order > 0:
		return invalid()
	case order == 0:
		return Result{Number: Inf(x.Negative), Raised: DivideByZero}
	case x.IsZero():
		return exactly(x)
	case negligible(x): // x + x^3/3 + ...
		return beside(x, true)
	}
	return refine(func(n int) interval {
		n += 8
		if x.binade() < -2 {
			return atanh(point(magnitude), n).signed(x)
		}
		above, below := logarithm(Add(Int64(1), magnitude).Number, n), logarithm(Sub(Int64(1), magnitude).Number, n)
		return above.sub(below, n).scale(-1).signed(x)
	})
}

// Sigmoid returns the logistic function 1 / (1 + e^-x).
func Sigmoid(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	middle := Number{Int: one, Exp: -1}
	switch {
	case infinite(x, true):
		return exactly(Number{Int: zero})
	case infinite(x, false):
		return exactly(Int64(1))
	case x.IsZero():
		return exactly(middle)
	case x.binade() <= tinyBinade: // 1/2 + x/4 - ...
		return beside(middle, !x.Negative)
	case !x.Negative && exceeds(x, 128): // 1 - e^-x + ..., less than 2^-184
		return beside(Int64(1), false)
	case x.binade() >= farBinade:
		return extreme(false, false)
	}
	return refine(func(n int) interval { return sigmoid(x, n) })
}

func sigmoid(x Number, n int) interval {
	return integer(1).quo(exponential(point(x).neg(), n+8).add(integer(1), n+8), n+8)
}

// Softplus returns log(1 + e^x).
func Softplus(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Number{Int: zero})
	case infinite(x, false):
		return exactly(x)
	case x.IsZero():
		return refine(log2.enclose)
	case !x.Negative && exceeds(x, max(64, resolution(x)-x.Exp)): // x + e^-x - ..., less than a unit
		return beside(x, true)
	case x.Negative && x.binade() >= farBinade:
		return extreme(false, false)
	}
	return refine(func(n int) interval {
		n += 8
		magnitude := point(x)
		if x.Negative {
			return log1p(exponential(magnitude, n), n)
		}
		return magnitude.add(log1p(exponential(magnitude.neg(), n), n), n)
	})
}

// Erf returns the error function of x.
func Erf(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	limit := Number{Negative: x.Negative, Int: one}
	switch {
	case x.Kind == Infinite:
		return exactly(limit)
	case x.IsZero():
		return exactly(x)
	case exceeds(x, 11): // 1 - erfc(|x|), less than 2^-178
		return beside(limit, false)
	}
	return refine(func(n int) interval { return errorFunction(x, n) })
}

// errorFunction returns erf(x) = 2/sqrt(pi) * x * e^(-x*x) * series, to about n bits.
func errorFunction(x Number, n int) interval {
	n += 8
	square := Mul(x, x).Number
	series := oddFactorials(Scalb(square, 1).Number, n)
	factors := exponential(point(square).neg(), n).mul(point(x).scale(1), n)
	return factors.mul(series, n).quo(pi.enclose(n+8).sqrt(n), n)
}

// Erfc returns 1 - erf(x), the complementary error function.
func Erfc(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Int64(2))
	case infinite(x, false):
		return exactly(Number{Int: zero})
	case x.IsZero():
		return exactly(Int64(1))
	case x.binade() <= tinyBinade: // 1 - 2/sqrt(pi) * x + ...
		return beside(Int64(1), x.Negative)
	case x.Negative && exceeds(x, 11): // 2 - erfc(|x|), less than 2^-178
		return beside(Int64(2), false)
	case x.binade() >= farBinade/2:
		return extreme(false, false)
	}
	square := Mul(x, x).Number
	return refine(func(n int) interval {
		n += 8
		if !x.Negative { // e^(-x*x) / (x*sqrt(pi)) * Mills' ratio times its operand, sqrt(2)*x
			if ratio, reached := millsRatio(Scalb(square, 1).Number, n); reached {
				return exponential(point(square).neg(), n).mul(ratio, n).quo(point(x).mul(pi.enclose(n+8).sqrt(n), n), n)
			}
			// 1 - erf(x), of which e^(-x*x) is left.
			n += 2*int(point(square).at(0).hi.Int64()) + 8
		}
		return integer(1).sub(errorFunction(x, n), n)
	})
}

// Gelu returns x * Phi(x), where Phi is the distribution of the normal
// distribution. At -infinity it is the limit, -0.
func Gelu(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Number{Negative: true, Int: zero})
	case infinite(x, false), x.IsZero():
		return exactly(x)
	case negligible(x): // x/2 + x*x/sqrt(2*pi) + ...
		return beside(Scalb(x, -1).Number, !x.Negative)
	case !x.Negative && exceeds(Scalb(x, 3).Number, max(160, resolution(x)-x.Exp+x.binade()+1)):
		// x - x*Phi(-x), where Phi(-x) < e^(-x*x/2) <= e^-8x as x > 20: less than a unit
		return beside(x, false)
	case x.binade() >= farBinade/2:
		return extreme(true, false)
	}
	square := Mul(x, x).Number
	return refine(func(n int) interval {
		n += 8
		if x.Negative { // |x| * Phi(-|x|) = phi(x) * Mills' ratio times |x|
			if ratio, reached := millsRatio(square, n); reached {
				return normalDensity(square, n).mul(ratio, n).neg()
			}
			// 1/2 - |x| * phi(x) * series, of which e^(-x*x/2) is left.
			n += int(point(square).at(0).hi.Int64()) + 8
		}
		product := point(x).mul(normalDensity(square, n), n).mul(oddFactorials(square, n), n)
		return point(x).mul(product.add(integer(1).scale(-1), n), n)
	})
}

// normalDensity returns phi(x) = e^(-x*x/2) / sqrt(2*pi) at x*x, to about n bits.
func normalDensity(square Number, n int) interval {
	return exponential(point(square).neg().scale(-1), n).quo(pi.enclose(n+8).scale(1).sqrt(n+8), n)
}

// Silu returns x * Sigmoid(x). At -infinity it is the limit, -0.
func Silu(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case infinite(x, true):
		return exactly(Number{Negative: true, Int: zero})
	case infinite(x, false), x.IsZero():
		return exactly(x)
	case negligible(x): // x/2 + x*x/4 - ...
		return beside(Scalb(x, -1).Number, !x.Negative)
	case !x.Negative && exceeds(x, max(64, resolution(x)-x.Exp+x.binade()+1)): // x - x*e^-x + ..., less than a unit
		return beside(x, false)
	case x.binade() >= farBinade:
		return extreme(true, false)
	}
	return refine(func(n int) interval { return sigmoid(x, n+8).mul(point(x), n+8) })
}

// Cbrt returns the cube root of x (rootn with n = 3), with the sign of x.
func Cbrt(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	if x.Kind == Infinite || x.IsZero() {
		return exactly(x)
	}
	// The radicand is widened to 480 bits and an exponent divisible by 3.
	shift := max(0, 3*quotientBits-x.Int.BitLen())
	for (x.Exp-shift)%3 != 0 {
		shift++
	}
	radicand := new(big.Int).Lsh(x.Int, uint(shift))
	// Newton's iteration from above falls until it reaches the floor of the root.
	root := new(big.Int).Lsh(one, uint(radicand.BitLen()+2)/3)
	for three := big.NewInt(3); ; {
		next := new(big.Int).Quo(radicand, new(big.Int).Mul(root, root))
		next.Add(next.Add(next, root), root)
		if next.Quo(next, three).Cmp(root) >= 0 {
			break
		}
		root = next
	}
	cube := new(big.Int).Mul(root, root)
	return Result{
		Number:  Number{Negative: x.Negative, Int: root, Exp: (x.Exp - shift) / 3},
		Between: cube.Mul(cube, root).Cmp(radicand) != 0,
	}
}
