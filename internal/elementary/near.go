package elementary

import "math"

// The kernels that stand in for functions: the reductions, tables and series of the functions themselves, in plain float64 where those carry
// a second one along. Their errors are below 8 units in the last place, for arguments of at most 32 bits that [Function.StandIn] does
// not take elsewhere: results are far from the borders of float64's range, and no argument is zero, infinite or NaN.

// nearExpParts returns e^(x+xl) = (hi + lo) 2^m, hi a power of 2^(1/128) to 26 bits, lo below 0.006 with an error below 2^-58, for
// |x| < 750 and |xl| < 2^-12. The reduction is that of expParts.
func nearExpParts(x, xl float64) (hi, lo float64, m int) {
	kd := float64(x*invLn2By128) + roundMagic
	k := int(int32(math.Float64bits(kd)))
	kd -= roundMagic
	t := &expTable[k&127]
	r := (x - float64(kd*ln2By128Hi)) + (xl - float64(kd*ln2By128Lo))
	r2 := float64(r * r)
	p := float64(r*(1.0/6)) + 0.5
	q := float64(r*(1.0/120)) + 1.0/24 + float64(r2*(1.0/720))
	q = r + float64(r2*(p+float64(r2*q)))
	return t[0], t[1] + float64((t[0]+t[1])*q), k >> 7
}

func nearExp(x float64) float64 {
	hi, lo, m := nearExpParts(x, 0)
	return float64((hi + lo) * pow2(m))
}

// nearExp10 takes x log 10 in two parts, the first one exact, the second below 2^-12.
func nearExp10(x float64) float64 {
	hi, lo, m := nearExpParts(float64(x*ln10Hi), float64(x*ln10Lo))
	return float64((hi + lo) * pow2(m))
}

func nearExp2(x float64) float64 {
	kd := float64(x*128) + roundMagic
	k := int(int32(math.Float64bits(kd)))
	kd -= roundMagic
	t := &expTable[k&127]
	r := float64((x - float64(kd*(1.0/128))) * math.Ln2)
	r2 := float64(r * r)
	p := float64(r*(1.0/6)) + 0.5
	q := float64(r*(1.0/120)) + 1.0/24 + float64(r2*(1.0/720))
	q = r + float64(r2*(p+float64(r2*q)))
	return float64((t[0] + (t[1] + float64((t[0]+t[1])*q))) * pow2(k>>7))
}

// nearExpm1 has no cancellation of what is rounded. For |x| < (log 2)/256 hi is 1 and lo is e^x - 1. Elsewhere hi 2^m - 1 is exact beside 1,
// and the error of lo 2^m below 2^-59 there, 4 units in the last place of 0.0027.
func nearExpm1(x float64) float64 {
	hi, lo, m := nearExpParts(x, 0)
	s := pow2(m)
	return (float64(hi*s) - 1) + float64(lo*s)
}

// nearLogOf returns log x for x = 2^k z with r = z c - 1 and z's row of logTable. Where x is beside 1 the row has c = 1, and nothing
// cancels.
func nearLogOf(k int, row uint64, r float64) float64 {
	t, kd := &logTable[row], float64(k)
	r2 := float64(r * r)
	p := float64(r*(1.0/3)) - 1.0/2
	q := float64(r*(1.0/5)) - 1.0/4
	u := float64(r*(1.0/7)) - 1.0/6
	p = float64(r2 * (p + float64(r2*(q+float64(r2*u))))) // the term after r^7/7 is below 2^-58 |r|
	return (float64(kd*ln2Hi) + t[1]) + (r + (p + (float64(kd*ln2Lo) + t[2])))
}

func nearLog(x float64) float64 {
	if x <= 0 {
		return Log(x)
	}
	k, z, i := significand(x)
	return nearLogOf(k, i, float64(z*logTable[i][0])-1) // 32 and 20 bits: exact
}

func nearLog2(x float64) float64  { return nearLog(x) * log2EHi }
func nearLog10(x float64) float64 { return nearLog(x) * log10EHi }

// nearLog1p takes the row of 1 + x rounded, and r = 2^-k c (1+x) - 1 from x itself.
func nearLog1p(x float64) float64 {
	if x <= -1 {
		return Log1p(x)
	}
	k, _, i := significand(1 + x)
	c := float64(logTable[i][0] * pow2(-k))
	return nearLogOf(k, i, (c-1)+float64(c*x))
}

// nearSoftplus is max(x, 0) + g(a), g(a) = log(1 + e^-a) and a = |x|.
//
// Below 8 g is its Taylor series around the nearest multiple a0 of 1/16. The poles of g' = -1/(1 + e^a) are the odd multiples of i pi, all
// of residue 1: the coefficient n is below 2/n ((a0^2+pi^2)^(-n/2) + (a0^2+9pi^2)^(-n/2) + ...), and the terms after d^7 are below 2^-54
// of the sum, |d| <= 1/32. From 8 on the series in e^-a < 2^-11.5 is left after five terms, the next one below 2^-60 of the sum.
func nearSoftplus(x float64) float64 {
	a := math.Abs(x)
	if a >= 8 {
		e := nearExp(-a)
		e2 := float64(e * e)
		p := float64(e*(1.0/3)) - 1.0/2
		q := float64(e*(1.0/5)) - 1.0/4
		return positive(x) + (e + float64(e2*(p+float64(e2*q))))
	}
	i := int(float64(16*a) + 0.5)
	d := a - float64(float64(i)*(1.0/16))
	t := &softplusTable[i]
	d2 := float64(d * d)
	p := float64(d*t[3]) + t[2]
	q := float64(d*t[5]) + t[4]
	u := float64(d*t[7]) + t[6]
	p += float64(d2 * (q + float64(d2*u)))
	return positive(x) + (t[0] + (float64(d*t[1]) + float64(d2*p)))
}

// positive returns x where it is positive, else 0, without a branch: signs are not predictable.
func positive(x float64) float64 { return float64(0.5 * (x + math.Abs(x))) }

func nearSigmoid(x float64) float64 { return 1 / (1 + nearExp(-x)) }
func nearSilu(x float64) float64    { return x / (1 + nearExp(-x)) }

// nearTanh is u/(u+2), u = e^(2a) - 1 and a = |x|.
func nearTanh(x float64) float64 {
	u := nearExpm1(float64(2 * math.Abs(x)))
	return math.Copysign(u/(u+2), x)
}

// nearSinh is (u + u/(u+1))/2, u = e^a - 1 and a = |x|.
func nearSinh(x float64) float64 {
	u := nearExpm1(math.Abs(x))
	return math.Copysign(0.5*(u+u/(u+1)), x)
}

func nearCosh(x float64) float64 {
	e := nearExp(math.Abs(x))
	return 0.5 * (e + 1/e)
}

// nearErf is Erf's row around x0.
func nearErf(x float64) float64 {
	a := math.Abs(x)
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
	return math.Copysign(t[0]+float64(d*(t[2]+(t[3]+float64(d*p)))), x)
}

// nearGelu is x Phi(x) as Gelu works it out. a^2 is exact in two parts: the head of a has 26 bits, the rest 6.
func nearGelu(x float64) float64 {
	a := math.Abs(x)
	ah := head(a)
	hi, lo, m := nearExpParts(float64(-0.5*float64(ah*ah)), float64(-0.5*float64((a-ah)*(a+ah))))
	t := float64(float64(float64(a*mills(a))*(hi+lo)) * pow2(m))
	return positive(x) - t
}

// nearErfc is 2 Phi(-b) = 2 h(b) e^(-a^2) for b = sqrt(2) a, a = |x|, or 2 less that; a^2 as in nearGelu. h passes the error of b on, or less.
func nearErfc(x float64) float64 {
	a := math.Abs(x)
	ah := head(a)
	hi, lo, m := nearExpParts(-float64(ah*ah), -float64((a-ah)*(a+ah)))
	t := float64(float64(2*mills(float64(a*math.Sqrt2))*(hi+lo)) * pow2(m))
	return [2]float64{t, 2 - t}[math.Float64bits(x)>>63]
}

func nearCbrt(x float64) float64 {
	k, z, i := significand(math.Abs(x))
	j := floorThird(k)
	t, f := &cbrtTable[i], &cbrtOf2[k-3*j]
	r := float64(z*logTable[i][0]) - 1 // exact
	r2 := float64(r * r)
	p := float64(r*(-1.0/9)) + 1.0/3
	q := float64(r*(-10.0/243)) + 5.0/81
	u := float64(r*(-154.0/6561)) + 22.0/729
	p += float64(r2 * (q + float64(r2*u)))
	y := float64((t[0] + t[1]) * (f[0] + f[1]))
	return math.Copysign(float64((y+float64(y*float64(r*p)))*pow2(j)), x)
}

// nearQuadrant is quadrant in one float64, whose error is below a unit in its last place: of the three parts of pi/2 the products with the
// first two are exact, a difference is rounded in proportion to itself, and |r| is above 2^-45.
func nearQuadrant(x float64) (q int, r float64) {
	if a := math.Abs(x); a >= 0x1p20 {
		q, r, rl := quadrant(x)
		return q, r + rl
	}
	kd := float64(x*twoOverPi0) + roundMagic
	q = int(int32(math.Float64bits(kd)))
	kd -= roundMagic
	return q, ((x - float64(kd*piBy2A)) - float64(kd*piBy2B)) - float64(kd*piBy2C)
}

// trigSeries are the Taylor coefficients of sin r / r and of cos r in r^2, from the second one on.
var trigSeries = [2][9]float64{
	{-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000, 0},
	{-1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000, -1.0 / 6402373705728000},
}

// nearSeries returns sin r for an even q and cos r for an odd one, |r| < 0.786, without a branch.
func nearSeries(q int, r float64) float64 {
	t := &trigSeries[q&1]
	first := [2]float64{r, 1}[q&1]
	s := float64(r * r)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	p := float64(s*t[1]) + t[0]
	q0 := float64(s*t[3]) + t[2]
	u := float64(s*t[5]) + t[4]
	v := float64(s*t[7]) + t[6] + float64(s2*t[8])
	p += float64(s2*q0) + float64(s4*(u+float64(s2*v)))
	return first + float64(float64(first*s)*p)
}

// nearSinAt returns sin(x + q0 pi/2).
func nearSinAt(q0 int, x float64) float64 {
	q, r := nearQuadrant(x)
	q += q0
	return math.Float64frombits(math.Float64bits(nearSeries(q, r)) ^ uint64(q&2)<<62)
}

func nearSin(x float64) float64 { return nearSinAt(0, x) }
func nearCos(x float64) float64 { return nearSinAt(1, x) }

func nearTan(x float64) float64 {
	q, r := nearQuadrant(x)
	z := nearSeries(q, r) / nearSeries(q+1, r)
	return math.Float64frombits(math.Float64bits(z) ^ uint64(q&1)<<63)
}
