package elementary

import "math"

// Erf returns the error function of x with an error below 0.7 ulp, 1 ulp where it is below 2^-1018.
//
// Special cases are:
//
//	Erf(±Inf) = ±1
//	Erf(±0) = ±0
//	Erf(NaN) = NaN
func Erf(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return nan()
	case a >= 5.9375: // 1 - erf < 2^-54
		return math.Copysign(1, x)
	case a < 0x1p-28: // x^3 is below 2^-57 of the result
		return x + float64(x*twoOverSqrtPiMinus1)
	}
	// Taylor around the nearest multiple x0 of 1/16, a = x0 + d: erf x0 + f(x0) d + f'(x0) d^2/2 + ..., f = 2/sqrt(pi) e^(-x^2).
	// A row of the table holds erf x0 and f(x0), both in two parts, and the coefficients of d^2 to d^10.
	// The eleventh term is below 2^-59 of the result; the head of f(x0) has 26 bits, its product with the head of d is exact.
	i := int(float64(16*a) + 0.5)
	d := a - float64(float64(i)*(1.0/16))
	t := &erfTable[i]
	d2 := float64(d * d)
	d4 := float64(d2 * d2)
	p := float64(d*t[5]) + t[4]
	q := float64(d*t[7]) + t[6]
	u := float64(d*t[9]) + t[8]
	v := float64(d*t[11]) + t[10] + float64(d2*t[12])
	p += float64(d2*q) + float64(d4*(u+float64(d2*v)))
	dh := head(d)
	s, e := fastTwoSum(t[0], float64(dh*t[2]))
	e += t[1] + float64((d-dh)*t[2]) + float64(d*t[3]) + float64(d2*p)
	return math.Copysign(s+e, x)
}
