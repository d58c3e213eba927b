package elementary

import "math"

// Sinh returns the hyperbolic sine of x with an error below 0.51 ulp.
//
// Special cases are:
//
//	Sinh(±Inf) = ±Inf
//	Sinh(±0) = ±0
//	Sinh(NaN) = NaN
//
// It is ±Inf from about ±710.48.
func Sinh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return nan()
	case x == 0:
		return x
	case a >= 711:
		return math.Copysign(math.Inf(1), x)
	case a < 0x1p-6:
		// x + x^3/6 + x^5/120 + x^7/5040; the next term is below 2^-66 |x|.
		x2 := float64(x * x)
		p := float64(x2*(1.0/5040)) + 1.0/120
		p = float64(x2*p) + 1.0/6
		return x + float64(float64(x2*x)*p)
	}
	return math.Copysign(halfExpWithInverse(a, -1), x)
}

// Cosh returns the hyperbolic cosine of x with an error below 0.51 ulp.
//
// Special cases are:
//
//	Cosh(±Inf) = +Inf
//	Cosh(±0) = 1
//	Cosh(NaN) = NaN
//
// It is +Inf from about ±710.48.
func Cosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return nan()
	case a >= 711:
		return math.Inf(1)
	}
	return halfExpWithInverse(a, 1)
}

// halfExpWithInverse returns (e^a + sign e^-a)/2, 0 <= a < 711: for the difference a >= 2^-6, so that 67 bits of e^a leave 60.
func halfExpWithInverse(a, sign float64) float64 {
	hi, lo, m := expParts(a, 0)
	if m > 31 { // e^-a is below 2^-62 of e^a
		return scale(hi, lo, m-1)
	}
	s := pow2(m - 1)
	hi, lo = fastTwoSum(float64(hi*s), float64(lo*s))
	q, c := quotient(0.25, 0, hi, lo)
	z, e := twoSum(hi, float64(sign*q))
	return z + (e + lo + float64(sign*c))
}
