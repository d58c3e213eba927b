package elementary

import (
	"math"
	"math/bits"
)

// Sin returns the sine of x (radians) with an error below 0.8 ulp, however large x is.
//
// Special cases are:
//
//	Sin(±0) = ±0
//	Sin(±Inf) = NaN
//	Sin(NaN) = NaN
func Sin(x float64) float64 {
	if x-x != 0 { // NaN or infinity
		return nan()
	}
	if x == 0 {
		return x
	}
	q, r, rl := quadrant(x)
	return sinOrCos(q, r, rl)
}

// Cos returns the cosine of x (radians) with an error below 0.8 ulp, however large x is.
//
// Special cases are:
//
//	Cos(±Inf) = NaN
//	Cos(NaN) = NaN
func Cos(x float64) float64 {
	if x-x != 0 {
		return nan()
	}
	q, r, rl := quadrant(x)
	return sinOrCos(q+1, r, rl)
}

// Tan returns the tangent of x (radians) with an error below 1.8 ulp, however large x is.
//
// Special cases are:
//
//	Tan(±0) = ±0
//	Tan(±Inf) = NaN
//	Tan(NaN) = NaN
func Tan(x float64) float64 {
	if x-x != 0 {
		return nan()
	}
	if x == 0 {
		return x
	}
	q, r, rl := quadrant(x)
	// Both have an error below 0.3 ulp before they are rounded.
	sh, sl := fastTwoSum(sinNearZero(r, rl))
	ch, cl := fastTwoSum(cosNearZero(r, rl))
	if q&1 != 0 {
		sh, sl, ch, cl = -ch, -cl, sh, sl
	}
	z, c := quotient(sh, sl, ch, cl)
	return z + c
}

// sinOrCos returns sin(r + rl + q pi/2).
func sinOrCos(q int, r, rl float64) float64 {
	var hi, lo float64
	if q&1 == 0 {
		hi, lo = sinNearZero(r, rl)
	} else {
		hi, lo = cosNearZero(r, rl)
	}
	if q&2 != 0 {
		return -(hi + lo)
	}
	return hi + lo
}

// sinNearZero is, as a sum of two, the Taylor series up to r^17/17!, for |r| < 0.7855; the next term is below 2^-62 of the result.
// The derivative, cos r = 1 - r^2/2 within 2^-5, brings rl in.
func sinNearZero(r, rl float64) (hi, lo float64) {
	if -0x1p-27 < r && r < 0x1p-27 {
		return r, rl // r^3/6 is below 2^-56 of the result
	}
	s := float64(r * r)
	s4 := float64(s * s)
	p := float64(s*(1.0/120)) - 1.0/6
	q := float64(s*(1.0/362880)) - 1.0/5040
	u := float64(s*(1.0/6227020800)) - 1.0/39916800
	v := float64(s*(1.0/355687428096000)) - 1.0/1307674368000
	q += float64(s4 * (u + float64(s4*v)))
	p += float64(s4 * q)
	return r, rl - float64(0.5*s*rl) + float64(float64(s*r)*p)
}

// cosNearZero is, as a sum of two, the Taylor series up to r^18/18!, for |r| < 0.7855. r^2/2 reaches 0.31, so it is worked out exactly to 80 bits as
// a^2/2 + b(a+r)/2 with a the head of r and r = a + b.
func cosNearZero(r, rl float64) (hi, lo float64) {
	s := float64(r * r)
	s4 := float64(s * s)
	p := float64(s*(-1.0/720)) + 1.0/24
	q := float64(s*(-1.0/3628800)) + 1.0/40320
	u := float64(s*(-1.0/87178291200)) + 1.0/479001600
	v := float64(s*(-1.0/6402373705728000)) + 1.0/20922789888000
	q += float64(s4 * (u + float64(s4*v)))
	p += float64(s4 * q)
	a := head(r)
	b := r - a
	h, l := fastTwoSum(1, float64(-0.5*float64(a*a)))
	return h, l - float64(0.5*float64(b*(a+r))) - float64(r*rl) + float64(s4*p)
}

// quadrant returns q and r + rl with x = q pi/2 + r + rl (q modulo 4), |r| < 0.7855, and an error of r + rl below 2^-70 |r|.
func quadrant(x float64) (q int, r, rl float64) {
	a := math.Abs(x)
	if a <= 0x1.921fb54442d18p-1 { // pi/4
		return 0, x, 0
	}
	if a < 0x1p20 {
		// pi/2 is split in 33 + 33 + 53 bits; |k| < 2^20, so the first two products are exact, and so is the first difference.
		kd := float64(x*twoOverPi0) + roundMagic
		q = int(int32(math.Float64bits(kd)))
		kd -= roundMagic
		r, rl = twoSum(x-float64(kd*piBy2A), -float64(kd*piBy2B))
		r, rl = fastTwoSum(r, rl-float64(kd*piBy2C))
		// The error is below 2^-97.
		if r > 0x1p-25 || r < -0x1p-25 {
			return q & 3, r, rl
		}
	}
	q, r, rl = quadrantLarge(a)
	if x < 0 {
		return -q & 3, -r, -rl
	}
	return q, r, rl
}

// quadrantLarge is quadrant for any finite a >= 0.5, by integer arithmetic.
//
// a = s 2^e with s an integer of 53 bits. Of a (2/pi) only the value modulo 4 matters: bits of 2/pi whose product with 2^e
// is a multiple of 4 drop out. The 192 bits from there, times s, modulo 2^192, are the quadrant (2 bits)
// and 190 bits of fraction with an error below 2^-137. No float64 is nearer to a multiple of pi/2 than 2^-62 of a quadrant
// (by the continued fraction of pi/2 for every exponent), so that 70 bits are left.
func quadrantLarge(a float64) (q int, r, rl float64) {
	ix := math.Float64bits(a)
	s := ix&(1<<52-1) | 1<<52
	e := int(ix>>52) - 1075

	// Bit 0 of the table has weight 2^63 in 2/pi (64 zeros lead); the first bit wanted has weight 2^(1-e).
	pos := 62 + e
	w, sh := pos>>6, uint(pos&63)
	word := func(i int) uint64 {
		z := twoOverPi[w+i] << sh
		if sh != 0 {
			z |= twoOverPi[w+i+1] >> (64 - sh)
		}
		return z
	}
	h2, f2 := bits.Mul64(s, word(2))
	h1, l1 := bits.Mul64(s, word(1))
	f1, carry := bits.Add64(h2, l1, 0)
	f0 := s*word(0) + h1 + carry

	// Nearest quadrant: what is left is a signed fraction in [-1/2, 1/2).
	q = int((f0 + 1<<61) >> 62)
	f0 = f0<<2 | f1>>62
	f1 = f1<<2 | f2>>62
	f2 <<= 2
	neg := f0>>63 == 1
	if neg {
		var borrow uint64
		f2, borrow = bits.Sub64(0, f2, 0)
		f1, borrow = bits.Sub64(0, f1, borrow)
		f0, _ = bits.Sub64(0, f0, borrow)
	}
	exp := 0
	if f0 == 0 { // only one word can be empty, see above
		f0, f1, f2 = f1, f2, 0
		exp = -64
	}
	n := uint(bits.LeadingZeros64(f0))
	if n > 0 {
		f0 = f0<<n | f1>>(64-n)
		f1 = f1<<n | f2>>(64-n)
	}
	exp -= int(n)
	// 53 bits, then 53 more, each exact.
	fh := float64(f0>>11) * pow2(exp-53)
	fl := float64(f0&(1<<11-1)<<42|f1>>22) * pow2(exp-106)
	r, rl = twoProduct(fh, piBy2Hi)
	r, rl = fastTwoSum(r, rl+float64(fh*piBy2Lo)+float64(fl*piBy2Hi))
	if neg {
		r, rl = -r, -rl
	}
	return q & 3, r, rl
}
