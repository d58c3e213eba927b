package elementary

import (
	"math"
	"math/big"
	"math/bits"
)

// Real is ±Sig × 2^(Exp-63), bit 63 of Sig set. In a result bit 0 of Sig may stand for any bits below it (it is jammed: set where the
// value is not exact). Zero has Sig 0.
type Real struct {
	Neg bool
	Exp int
	Sig uint64
}

// beyondExponent lies beyond the exponents of all formats.
const beyondExponent = 1 << 24

// Jammed returns f(x) to 64 bits, bit 0 jammed, for x of at most 32 significant bits where f has a value and x is not zero. Exact results
// are recognised by rule, those beside an asymptote too; for the others the precision doubles until 64 bits are decided.
//
// That ends because an f(x) that is no exact case is no number of 64 bits: for x algebraic and not zero e^x is transcendental
// (Lindemann), hence also e^x - 1, log x (x not 1), log(1+x), sin, cos, tan, sinh, cosh, tanh, 1/(1+e^-x), x/(1+e^-x), each of which would
// make e^x or e^ix algebraic. Of an inverse sine, cosine or tangent, hyperbolic or not, an algebraic value y but 0 would have the algebraic
// sine, cosine or tangent x. log(1+e^x) = y would be 1 + e^x = e^y, a linear relation between powers of e with the different algebraic
// exponents 0, x, y (Lindemann and Weierstrass). For 2^x, 10^x, the logarithms to base 2 and 10 and the cubic root exactCase has the reasons. That
// erf(x), erfc(x) and x Phi(x) are irrational is believed and not proven; of all formats of 16 bits or fewer the tests have seen every argument.
func (f Function) Jammed(x Real) Real {
	if z, ok := f.beside(x); ok {
		return z
	}
	if z, ok := f.exactCase(x); ok {
		return z
	}
	v := x.big()
	for w := working(96); ; w *= 2 {
		if z, ok := jam(rows[f].precise(w, v)); ok {
			return z
		}
	}
}

// beside returns f(x) where it is an asymptote up to less than the jammed bit, or beyond all formats.
func (f Function) beside(x Real) (z Real, ok bool) {
	r := &rows[f]
	a, sign := noAsymptote, 0
	v := x.float64()
	switch {
	case v >= r.above.far:
		a, sign = r.above.a, r.above.sign
	case v <= r.below.far:
		a, sign = r.below.a, r.below.sign
	case math.Abs(v) < tiny[r.order].far:
		a, sign = r.zero, r.side(x.Neg)
	default:
		return Real{}, false
	}
	z = a.real(x)
	// Up to 32 bits are set: those below are free for a small difference.
	if sign > 0 {
		z.Sig |= 1
	} else if z.Sig--; z.Sig>>63 == 0 {
		z.Sig, z.Exp = math.MaxUint64, z.Exp-1
	}
	return z, true
}

// real returns the asymptote at x.
func (a asymptote) real(x Real) Real {
	const one = 1 << 63
	switch a {
	case toOne:
		return Real{false, 0, one}
	case toMinusOne:
		return Real{true, 0, one}
	case toHalf:
		return Real{false, -1, one}
	case toTwo:
		return Real{false, 1, one}
	case toX:
		return x
	case toHalfX:
		return Real{x.Neg, x.Exp - 1, x.Sig}
	case toInf:
		return Real{false, beyondExponent, one}
	case toMinusInf:
		return Real{true, beyondExponent, one}
	case toZero:
		return Real{false, -beyondExponent, one}
	}
	return Real{true, -beyondExponent, one} // toMinusZero
}

// float64 returns x, or where its exponent is beyond ±1000 the number with that exponent: bounds are compared with it.
func (x Real) float64() float64 {
	z := math.Ldexp(float64(x.Sig), max(-1000, min(x.Exp, 1000))-63)
	if x.Neg {
		return -z
	}
	return z
}

func (x Real) big() *float {
	z := new(float).SetUint64(x.Sig)
	z.SetMantExp(z, x.Exp-63)
	if x.Neg {
		z.Neg(z)
	}
	return z
}

// realOf returns ±n × 2^exp.
func realOf(neg bool, n uint64, exp int) Real {
	if n == 0 {
		return Real{}
	}
	lead := 63
	for n>>63 == 0 {
		n, lead = n<<1, lead-1
	}
	return Real{neg, exp + lead, n}
}

// integer returns x as an integer, where it is one of at most 24 bits.
func (x Real) integer() (n int, ok bool) {
	if x.Exp < 0 || x.Exp > 23 || x.Sig<<(x.Exp+1) != 0 {
		return 0, false
	}
	n = int(x.Sig >> (63 - x.Exp))
	if x.Neg {
		n = -n
	}
	return n, true
}

// exactCase returns f(x) where it is a number of finitely many bits. In each function there are no others than those found here:
//
//   - 2^x: x is an integer. Otherwise x = n/2^k, n odd, and 2^x is irrational: t^(2^k) - 2 is irreducible (Eisenstein), so 2^(1/2^k) has
//     the degree 2^k, and so has its odd power.
//   - 10^x: x is an integer, for the same reason, and not negative: 10^-n is no dyadic number. From 10^28 on it has more than 64 bits.
//   - log2 x = a/b: x^b = 2^a. With x = m 2^k, m odd, m is 1.
//   - log10 x = a/b: x^b = 2^a 5^a. With x = m 2^k, m odd, m^b = 5^a and kb = a: x is a power of ten, 10^0 to 10^13 in 32 bits.
//   - log x, arcosh x and arccos x: x is 1 (Lindemann).
//   - the cubic root of x is worked out in integers, which tells.
func (f Function) exactCase(x Real) (z Real, ok bool) {
	switch f {
	case OfExp2:
		if n, ok := x.integer(); ok {
			return Real{false, n, 1 << 63}, true
		}
	case OfExp10:
		if n, ok := x.integer(); ok && 0 < n && n < 28 {
			five := uint64(1) // 5^27 < 2^63
			for range n {
				five *= 5
			}
			return realOf(false, five, n), true
		}
	case OfLog, OfAcosh, OfAcos:
		return Real{}, x == Real{false, 0, 1 << 63}
	case OfLog2:
		if x.Sig == 1<<63 {
			return realOf(x.Exp < 0, uint64(max(x.Exp, -x.Exp)), 0), true
		}
	case OfLog10:
		ten := uint64(1)
		for n := range uint64(14) {
			if x == realOf(false, ten, 0) {
				return realOf(false, n, 0), true
			}
			ten *= 10
		}
	case OfCbrt:
		return cubicRoot(x), true
	}
	return Real{}, false
}

// cubicRoot returns the cubic root of x. With x = n 2^(3k-189), n of 190 to 192 bits, it is that of n, whose integer part has 64 bits, times
// 2^(k-63).
func cubicRoot(x Real) Real {
	k := floorThird(x.Exp)
	shift := uint(x.Exp - 3*k)
	// n is the sum of high 2^128 and middle 2^64.
	high, middle := x.Sig>>(2-shift), x.Sig<<(62+shift)
	var root uint64
	for bit := uint64(1 << 63); bit != 0; bit >>= 1 {
		if h, m, l := cube(root | bit); h < high || h == high && (m < middle || m == middle && l == 0) {
			root |= bit
		}
	}
	if h, m, l := cube(root); h != high || m != middle || l != 0 {
		root |= 1
	}
	return Real{x.Neg, k, root}
}

// cube returns x^3 in three words, the highest first.
func cube(x uint64) (h, m, l uint64) {
	squareHigh, squareLow := bits.Mul64(x, x)
	m, l = bits.Mul64(squareLow, x)
	h, next := bits.Mul64(squareHigh, x)
	m, carry := bits.Add64(m, next, 0)
	return h + carry, m, l
}

// floorThird returns n/3 rounded down, for |n| < 3 2^20, without a branch.
func floorThird(n int) int { return (n+3<<20)/3 - 1<<20 }

// jam returns the leading 64 bits of a number within 2^-good of z, relatively, with bit 0 set, if they are the same for all of them. The
// number itself must not be one of 64 bits.
func jam(z *float, good int) (Real, bool) {
	extra := good - 64
	if extra < 8 || z.Sign() == 0 {
		return Real{}, false
	}
	// |z| is t × 2^(exp-good+1), t of good bits before its point, and the number is within one unit of t.
	m := new(float)
	exp := z.MantExp(m) - 1
	t, _ := m.SetMantExp(m, good).Int(nil)
	t.Abs(t)
	low := new(big.Int).Sub(t, big.NewInt(2))
	high := t.Add(t, big.NewInt(2))
	if low.Rsh(low, uint(extra)).Cmp(high.Rsh(high, uint(extra))) != 0 {
		return Real{}, false
	}
	return Real{z.Signbit(), exp, low.Uint64() | 1}, true
}
