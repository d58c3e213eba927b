package elementary

import "math"

const (
	expHigh = 0x1.62e42fefa39fp+9   // above log(largest float64 + half an ulp) = 709.7827...
	expLow  = -0x1.74910d52d3053p+9 // log(2^-1075) = -745.1332...: at and below it the result rounds to zero

	roundMagic = 0x1.8p52 // adding it leaves the nearest integer in the low bits, for |x| < 2^51
)

// expParts returns e^(x+xl) = (hi + lo) * 2^m with a relative error below 2^-67, for |x| < 750 and |xl| < 2^-20.
// hi is in [0.99, 2), |lo| < 2^-25.
//
// With k the integer nearest to 128 x / log 2, k = 128 m + j, and r = x - k (log 2)/128, |r| < 0.00271:
//
//	e^x = 2^m 2^(j/128) e^r
//
// (log 2)/128 is split in three: k times its first 35 bits is exact (|k| < 2^18), the remainder goes to the low part.
// e^r - 1 = r + r^2/2 + ... + r^6/720, the next term is below 2^-71. Table values are split at 26 bits, so that the
// product with the head of r is exact.
func expParts(x, xl float64) (hi, lo float64, m int) {
	kd := float64(x*invLn2By128) + roundMagic
	k := int(int32(math.Float64bits(kd)))
	kd -= roundMagic
	m = k >> 7
	t := &expTable[k&127]

	rh := x - float64(kd*ln2By128Hi)
	rl := xl - float64(kd*ln2By128Lo)
	r := rh + rl
	r2 := float64(r * r)
	p := float64(r*(1.0/6)) + 0.5
	q := float64(r*(1.0/120)) + 1.0/24 + float64(r2*(1.0/720))
	p += float64(r2 * q)
	q = rl + float64(r2*p) // e^r - 1 - rh

	a := head(rh)
	b := rh - a
	hi, lo = fastTwoSum(t[0], float64(t[0]*a))
	lo += float64(t[0]*b) + float64(t[1]*rh) + float64((t[0]+t[1])*q) + t[1]
	return hi, lo, m
}

// scale returns (hi+lo) * 2^m rounded once, also where the result is subnormal, for hi in [0.99, 2).
func scale(hi, lo float64, m int) float64 {
	switch {
	case m < -1022 || m == -1022 && hi < 1:
		if m < -1075 { // below 2^-1075, half the smallest number
			return 0
		}
		// The unit of the result is 2^(-1074-m) beside hi; it is the unit of c + hi too.
		c := pow2(-1022 - m)
		s, e := fastTwoSum(c, hi)
		s += e + lo
		return float64((s-c)*pow2(-1000)) * pow2(m+1000) // both exact
	case m > 1023:
		return float64((hi+lo)*pow2(1023)) * pow2(m-1023)
	}
	return (hi + lo) * pow2(m)
}

// Exp returns e^x with an error below 0.501 ulp.
//
// Special cases are:
//
//	Exp(+Inf) = +Inf
//	Exp(-Inf) = 0
//	Exp(NaN) = NaN
//
// It is +Inf from about 709.79 and 0 below about -745.13.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return nan()
	case x >= expHigh:
		return math.Inf(1)
	case x <= expLow:
		return 0
	}
	return scale(expParts(x, 0))
}

// Exp2 returns 2^x with an error below 0.51 ulp.
//
// Special cases are:
//
//	Exp2(+Inf) = +Inf
//	Exp2(-Inf) = 0
//	Exp2(NaN) = NaN
//
// It is +Inf from 1024 and 0 at and below -1075.
func Exp2(x float64) float64 {
	switch {
	case x != x:
		return nan()
	case x >= 1024:
		return math.Inf(1)
	case x <= -1075:
		return 0
	}
	// With k the integer nearest to 128 x, k = 128 m + j, and r = x - k/128, exact, |r| <= 1/256: 2^m 2^(j/128) e^(r log 2). The series
	// is that of expParts; its part is below 2^-8.5 of the result, and so its own error below 2^-59.
	kd := float64(x*128) + roundMagic
	k := int(int32(math.Float64bits(kd)))
	kd -= roundMagic
	t := &expTable[k&127]
	r := float64((x - float64(kd*(1.0/128))) * math.Ln2)
	r2 := float64(r * r)
	p := float64(r*(1.0/6)) + 0.5
	q := float64(r*(1.0/120)) + 1.0/24 + float64(r2*(1.0/720))
	p += float64(r2 * q)
	q = r + float64(r2*p)
	hi, lo := fastTwoSum(t[0], t[1]+float64((t[0]+t[1])*q))
	return scale(hi, lo, k>>7)
}

// Expm1 returns e^x - 1 with an error below 0.503 ulp, accurate near zero too.
//
// Special cases are:
//
//	Expm1(+Inf) = +Inf
//	Expm1(-Inf) = -1
//	Expm1(±0) = ±0
//	Expm1(NaN) = NaN
func Expm1(x float64) float64 {
	switch {
	case x != x:
		return nan()
	case x == 0:
		return x
	case x >= expHigh:
		return math.Inf(1)
	case x <= -40: // e^x < 2^-57
		return -1
	}
	if -0x1p-9 < x && x < 0x1p-9 {
		// The term after x^6/720 is below 2^-66 |x|.
		p := float64(x*(1.0/720)) + 1.0/120
		p = float64(x*p) + 1.0/24
		p = float64(x*p) + 1.0/6
		p = float64(x*p) + 0.5
		return x + float64(float64(x*x)*p)
	}
	hi, lo, m := expParts(x, 0)
	if m > 60 { // the 1 is below 2^-59 of the result
		return scale(hi, lo, m)
	}
	s := pow2(m)
	h, l := twoSum(float64(hi*s), -1)
	return h + (l + float64(lo*s))
}
