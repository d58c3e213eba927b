package elementary

import "math"

// Gelu returns x Phi(x), Phi the integral of the normal distribution, with an error below 3 ulp.
//
// Special cases are:
//
//	Gelu(+Inf) = +Inf
//	Gelu(-Inf) = -0
//	Gelu(±0) = ±0
//	Gelu(NaN) = NaN
//
// It is -0 at and below -39.
func Gelu(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return nan()
	case x == 0 || x >= 8.5: // Phi(-8.5) < 2^-56
		return x
	case x <= -39: // 39 Phi(-39) < 2^-1098
		return math.Copysign(0, -1)
	}
	// a Phi(-a) = a h(a) e^(-a^2/2): three factors and their products, each rounded.
	square, rest := twoProduct(a, a)
	hi, lo, m := expParts(float64(-0.5*square), float64(-0.5*rest))
	t := float64(float64(a*mills(a)) * (hi + lo))
	if x > 0 {
		return x - float64(t*pow2(m)) // t is x/2 at most; m >= -53
	}
	if m > -1000 {
		return -float64(t * pow2(m))
	}
	return -scale(float64(4*t), 0, m-2) // t is a Phi(-a)/phi(a) = 0.398... times [0.99, 2)
}

// mills returns h(a) = Phi(-a) e^(a^2/2), the ratio of Mills over sqrt(2 pi), for 0 <= a < 63, with an error below 0.8 ulp.
//
// A row of the table has the Taylor coefficients of h at a0, the first one in two parts; 1 + a0 are the middles of 16 intervals to a binade.
// h(a) is the integral of e^(-at-t^2/2)/sqrt(2 pi) over t > 0, hence the coefficient n below 1/(sqrt(2 pi) a0^(n+1)) in magnitude, by the
// factor e^(-t^2/2) much below where a0 is not large, and h(a) above a/((a^2+1) sqrt(2 pi)). With d = a - a0, |d| <= (1+a0)/33, the term
// after d^10 is below 2^-54 of the sum.
func mills(a float64) float64 {
	b := math.Float64bits(1+a) >> 48
	d := a - (math.Float64frombits(b<<48|1<<47) - 1)
	t := &millsTable[b-1023<<4]
	d2 := float64(d * d)
	d4 := float64(d2 * d2)
	p := float64(d*t[3]) + t[2]
	q := float64(d*t[5]) + t[4]
	u := float64(d*t[7]) + t[6]
	v := float64(d*t[9]) + t[8]
	w := float64(d*t[11]) + t[10]
	p += float64(d2*q) + float64(d4*(u+float64(d2*v)+float64(d4*w)))
	return t[0] + (t[1] + float64(d*p))
}
