package elementary

import "math"

// Cbrt returns the cubic root of x with an error below 0.51 ulp.
//
// Special cases are:
//
//	Cbrt(±Inf) = ±Inf
//	Cbrt(±0) = ±0
//	Cbrt(NaN) = NaN
func Cbrt(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return nan()
	case x == 0 || a > math.MaxFloat64:
		return x
	}
	// With x = 2^(3j+i) z and the c and r of logParts, 2^j 2^(i/3) c^(-1/3) (1+r)^(1/3), |r| < 2^-8. Of the binomial series the term after
	// r^6 is below 2^-61. The heads of the two roots have 26 bits, their product is exact.
	k, z, i := significand(a)
	rh, rl := reciprocal(z, i)
	j := floorThird(k)
	t, f := &cbrtTable[i], &cbrtOf2[k-3*j]
	r := rh + rl
	r2 := float64(r * r)
	p := float64(r*(-1.0/9)) + 1.0/3
	q := float64(r*(-10.0/243)) + 5.0/81
	u := float64(r*(-154.0/6561)) + 22.0/729
	p += float64(r2 * (q + float64(r2*u)))
	hi := float64(t[0] * f[0])
	lo := float64(t[0]*f[1]) + float64(t[1]*(f[0]+f[1]))
	lo += float64((hi + lo) * float64(r*p))
	return math.Copysign(float64((hi+lo)*pow2(j)), x)
}
