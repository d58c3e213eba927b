package elementary

import "math"

// nearAtan is atan c + atan u, u = (a - c)/(1 + ac) and a = |x|, for the c of a's row: 0 below 2^-7, the middle of 16 intervals to a binade,
// infinity from 2^6 on. With c = p/q, u is (qa - p)/(q + pa). a - c is exact, |u| <= 2^-6 and below a/16: the term after u^7/7 is below
// 2^-56 of the sum. From 2^60 on atan x is pi/2 but for less than 2^-60.
func nearAtan(x float64) float64 {
	a := min(math.Abs(x), 0x1p60)
	const first = (1023-7)<<4 - 1
	t := &atanTable[max(0, min(int(math.Float64bits(a)>>48)-first, len(atanTable)-1))]
	p, q := t[0], t[1]
	u := (float64(q*a) - p) / (q + float64(p*a))
	u2 := float64(u * u)
	s := float64(u2*(1.0/5-float64(u2*(1.0/7)))) - 1.0/3
	return math.Copysign(t[2]+(u+(t[3]+float64(float64(u*u2)*s))), x)
}

// The arguments of at most 32 bits have an exact 1 - x where it is small, and so what nearAtan takes has an error of two units. It passes
// the error on, or less.

func nearAsin(x float64) float64 { return nearAtan(x / math.Sqrt(float64((1-x)*(1+x)))) }
func nearAcos(x float64) float64 { return 2 * nearAtan(math.Sqrt((1-x)/(1+x))) }

// Nor do logarithms of 1 + u make the error of u larger, u > 0.

// nearAsinh is log(a + sqrt(a^2+1)), a = |x|.
func nearAsinh(x float64) float64 {
	a := math.Abs(x)
	a2 := float64(a * a)
	return math.Copysign(nearLog1p(a+a2/(1+math.Sqrt(a2+1))), x)
}

// nearAcosh is log(x + sqrt(x^2-1)) with x = 1 + t.
func nearAcosh(x float64) float64 {
	if x < 1 {
		return nan()
	}
	t := x - 1
	return nearLog1p(t + math.Sqrt(float64(t*(t+2))))
}

// nearAtanh is log((1+a)/(1-a))/2, a = |x|.
func nearAtanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case a > 1:
		return nan()
	case a == 1:
		return math.Copysign(math.Inf(1), x)
	}
	return math.Copysign(0.5*nearLog1p(2*a/(1-a)), x)
}
