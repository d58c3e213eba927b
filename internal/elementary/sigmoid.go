package elementary

import "math"

// Tanh returns the hyperbolic tangent of x with an error below 0.501 ulp.
//
// Special cases are:
//
//	Tanh(±Inf) = ±1
//	Tanh(±0) = ±0
//	Tanh(NaN) = NaN
func Tanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return nan()
	case x == 0:
		return x
	case a > 20: // 1 - tanh < 2 e^-40 < 2^-56
		return math.Copysign(1, x)
	case a < 0x1p-8:
		// x - x^3/3 + 2x^5/15 - 17x^7/315; the next term is below 2^-69 |x|.
		x2 := float64(x * x)
		p := float64(x2*(-17.0/315)) + 2.0/15
		p = float64(x2*p) - 1.0/3
		return x + float64(float64(x2*x)*p)
	}
	// (E-1)/(E+1) with E = e^2|x|.
	hi, lo, m := expParts(2*a, 0)
	s := pow2(m)
	hi, lo = float64(hi*s), float64(lo*s)
	nh, nl := twoSum(hi, -1)
	dh, dl := twoSum(hi, 1)
	nh, nl = fastTwoSum(nh, nl+lo)
	dh, dl = fastTwoSum(dh, dl+lo)
	q, c := quotient(nh, nl, dh, dl)
	return math.Copysign(q+c, x)
}

// Sigmoid returns 1/(1 + e^-x) with an error below 0.501 ulp.
//
// Special cases are:
//
//	Sigmoid(+Inf) = 1
//	Sigmoid(-Inf) = 0
//	Sigmoid(NaN) = NaN
func Sigmoid(x float64) float64 {
	switch {
	case x != x:
		return nan()
	case x > 40: // e^-40 < 2^-57
		return 1
	case x <= expLow:
		return 0
	}
	// E/(1+E) with E = e^x for negative x, 1/(1+E) with E = e^-x otherwise: E <= 1 in both.
	hi, lo, m := expParts(-math.Abs(x), 0)
	if x < -45 {
		return scale(hi, lo, m) // 1+E = 1 within 2^-64
	}
	s := pow2(m)
	dh, dl := twoSum(1, float64(hi*s))
	dh, dl = fastTwoSum(dh, dl+float64(lo*s))
	if x >= 0 {
		q, c := quotient(1, 0, dh, dl)
		return q + c
	}
	hi, lo = fastTwoSum(hi, lo)
	q, c := quotient(hi, lo, dh, dl)
	return (q + c) * s
}

// Softplus returns log(1 + e^x) with an error below 0.501 ulp.
//
// Special cases are:
//
//	Softplus(+Inf) = +Inf
//	Softplus(-Inf) = 0
//	Softplus(NaN) = NaN
func Softplus(x float64) float64 {
	switch {
	case x != x:
		return nan()
	case x > 40: // e^-40 < 2^-62 * 40
		return x
	case x <= expLow:
		return 0
	}
	// max(x, 0) + log(1 + E), E = e^-|x|.
	hi, lo, m := expParts(-math.Abs(x), 0)
	if x < -45 {
		return scale(hi, lo, m) // E - E^2/2 = E within 2^-65
	}
	s := pow2(m)
	hi, lo = fastTwoSum(float64(hi*s), float64(lo*s))
	hi, lo = onePlus(hi, lo)
	if x > 0 {
		h, l := twoSum(x, hi)
		hi, lo = h, l+lo
	}
	return hi + lo
}

// Silu returns x/(1 + e^-x) with an error below 1.6 ulp.
//
// Special cases are:
//
//	Silu(+Inf) = +Inf
//	Silu(-Inf) = -0
//	Silu(±0) = ±0
//	Silu(NaN) = NaN
func Silu(x float64) float64 {
	switch {
	case x > -700: // x NaN is not
		return x * Sigmoid(x)
	case x != x:
		return nan()
	case x < -760: // 760 e^-760 < 2^-1086
		return math.Copysign(0, -1)
	}
	// x e^x, whose factor x/512 is 1.36 to 1.49: the product is rounded once where it is subnormal.
	hi, lo, m := expParts(x, 0)
	y := float64(x * (-1.0 / 512))
	p, e := twoProduct(hi, y)
	hi, lo = fastTwoSum(p, e+float64(lo*y))
	return -scale(hi, lo, m+9)
}
