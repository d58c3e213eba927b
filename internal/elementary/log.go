package elementary

import "math"

// logParts returns log x = hi + lo with a relative error below 2^-65, for x positive and finite. |lo| <= ulp(hi)/2.
//
// x = 2^k z with z in [11/16, 11/8). A row of the table for the leading 8 bits of z holds c, 1/z for the middle of the interval to 20 bits,
// and -log c. c is exactly 1 in the two intervals beside z = 1, so that nothing cancels there.
//
//	log x = k log 2 - log c + log(1 + r),  r = z c - 1,  |r| < 2^-8
//
// The products with the head and the tail of z are exact, and so r is. log 2 and -log c start with a number of 2^-42 steps: their sum is exact.
func logParts(x float64) (hi, lo float64) {
	k, z, i := significand(x)
	rh, rl := reciprocal(z, i)
	t := &logTable[i]
	kd := float64(k)
	return log1pParts(float64(kd*ln2Hi)+t[1], float64(kd*ln2Lo)+t[2], rh, rl)
}

// significand returns x = 2^k z, z in [11/16, 11/8), for x positive and finite, and z's row in logTable.
func significand(x float64) (k int, z float64, row uint64) {
	ix := math.Float64bits(x)
	if ix < 1<<52 { // subnormal
		ix = math.Float64bits(x * 0x1p54)
		k = -54
	}
	const start = 0x3FE6_0000_0000_0000 // 11/16
	d := ix - start
	k += int(int64(d) >> 52)
	return k, math.Float64frombits(ix - d&(0xFFF<<52)), d >> 44 & 255
}

// reciprocal returns z c - 1, c of logTable's row, exactly.
func reciprocal(z float64, row uint64) (rh, rl float64) {
	c, zh := logTable[row][0], head(z)
	return fastTwoSum(float64(zh*c)-1, float64((z-zh)*c))
}

// log1pParts returns base + baseLo + log(1 + rh + rl) as hi + lo, for |rh| <= 2^-8 and a base that is 0 or larger than |rh|.
//
// Of r - r^2/2 + r^3/3 - ... + r^9/9 the square is worked out exactly to 80 bits, as a^2 + b(a+r) with a the head of r, r = a + b.
// The tenth term is below 2^-75 |r|.
func log1pParts(base, baseLo, rh, rl float64) (hi, lo float64) {
	a := head(rh)
	b := (rh - a) + rl
	s, e := fastTwoSum(base, rh)
	s, e2 := fastTwoSum(s, float64(-0.5*float64(a*a)))
	r2 := float64(rh * rh)
	p := float64(rh*(-1.0/4)) + 1.0/3
	q := float64(rh*(-1.0/6)) + 1.0/5
	u := float64(rh*(-1.0/8)) + 1.0/7 + float64(r2*(1.0/9))
	p += float64(r2 * (q + float64(r2*u)))
	lo = float64(float64(r2*rh)*p) - float64(0.5*float64(b*(a+rh)))
	lo += e + e2 + rl + baseLo
	return fastTwoSum(s, lo)
}

// Log returns the natural logarithm of x with an error below 0.501 ulp.
//
// Special cases are:
//
//	Log(+Inf) = +Inf
//	Log(±0) = -Inf
//	Log(x < 0) = NaN
//	Log(NaN) = NaN
func Log(x float64) float64 {
	switch {
	case x != x || x < 0:
		return nan()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	hi, _ := logParts(x)
	return hi
}

// Log2 returns the logarithm of x to base 2 with an error below 0.501 ulp.
//
// Special cases are those of Log. Log2(2^n) is n.
func Log2(x float64) float64 { return logTo(x, log2EHi, log2ELo) }

// Log10 returns the logarithm of x to base 10 with an error below 0.501 ulp.
//
// Special cases are those of Log. Log10(10^n) is n for 0 <= n <= 22, where 10^n is a float64.
func Log10(x float64) float64 { return logTo(x, log10EHi, log10ELo) }

// logTo returns log x times h + l, where log x has a value.
func logTo(x, h, l float64) float64 {
	if !(x > 0 && x <= math.MaxFloat64) {
		return Log(x)
	}
	hi, lo := logParts(x)
	p, e := twoProduct(hi, h)
	return p + (e + float64(hi*l) + float64(lo*h))
}

// Log1p returns log(1+x) with an error below 0.501 ulp, accurate near zero too.
//
// Special cases are:
//
//	Log1p(+Inf) = +Inf
//	Log1p(±0) = ±0
//	Log1p(-1) = -Inf
//	Log1p(x < -1) = NaN
//	Log1p(NaN) = NaN
func Log1p(x float64) float64 {
	switch {
	case x != x || x < -1:
		return nan()
	case x == 0 || x > math.MaxFloat64:
		return x
	case x == -1:
		return math.Inf(-1)
	}
	hi, lo := onePlus(x, 0)
	return hi + lo
}

// onePlus returns log(1 + x + xl) as hi + lo, for a finite x > -1 and xl far below x.
func onePlus(x, xl float64) (hi, lo float64) {
	if -0x1p-8 <= x && x <= 0x1p-8 {
		return log1pParts(0, 0, x, xl)
	}
	u, v := twoSum(1, x)
	hi, lo = logParts(u)
	return hi, lo + (v+xl)/u // (v/u)^2 < 2^-100
}
