package minifloat

import (
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// sqrt128 returns the integer square root of hi:lo, whose upper two bits are
// not both 0, and whether it is exact. The root has 64 bits.
func sqrt128(hi, lo uint64) (root uint64, exact bool) {
	// The root of the upper 62 bits as a float64 has an error below 2^14; a step of
	// Newton's iteration squares it, relative to 2^64, and leaves a unit or two.
	root = uint64(math.Sqrt(float64(hi>>2)) * (1 << 32))
	if root>>63 == 0 {
		root <<= 1
	} else {
		root = math.MaxUint64
	}
	if root <= hi { // both within 2^14 of 2^64
		root = math.MaxUint64
	}
	if root > hi {
		q, _ := bits.Div64(hi, lo, root)
		sum, carry := bits.Add64(root, q, 0)
		root = sum>>1 | carry<<63
	}
	for square(root, hi, lo) > 0 {
		root--
	}
	for root != math.MaxUint64 && square(root+1, hi, lo) <= 0 {
		root++
	}
	return root, square(root, hi, lo) == 0
}

// square returns the sign of x² - hi:lo.
func square(x, hi, lo uint64) int {
	h, l := bits.Mul64(x, x)
	switch {
	case h == hi && l == lo:
		return 0
	case h < hi || h == hi && l < lo:
		return -1
	}
	return 1
}

// rsqrt returns 1/sqrt(x) as 64 bits and a jammed rest; strict is P3109's rule
// for zero.
func rsqrt(strict bool, x number) (number, rounding.Flags) {
	switch {
	case x.kind >= isNaN:
		return nanOf(x)
	case x.kind == isZero && strict:
		return number{kind: isNaN}, rounding.DivideByZero
	case x.kind == isZero:
		return number{kind: isInf, neg: x.neg}, rounding.DivideByZero
	case x.neg:
		return invalid()
	case x.kind == isInf:
		return number{}, 0
	}
	// x = s × 4^k with s = sig × 2^(odd-63) in [1, 4).
	k, odd := x.exp>>1, uint(x.exp&1)
	if odd == 0 && x.sig == 1<<63 {
		return number{isFinite, false, -k, 1 << 63}, 0
	}
	// The root is that of the quotient 2^128 / s, of 127 or 128 bits, and the floor
	// of a root is that of the root of the floor. It is never exact: were 1/sqrt(s) a
	// number of finitely many bits, s would be a power of four.
	hi, rest := bits.Div64(1<<(63-odd), 0, x.sig)
	lo, _ := bits.Div64(rest, 0, x.sig)
	root, _ := sqrt128(hi, lo)
	return number{isFinite, false, -k - 1, root | 1}, 0
}

// hypot returns sqrt(x² + y²) as 64 bits and a jammed rest; strict is P3109's
// rule for an infinity beside a NaN.
func hypot(strict bool, x, y number) (number, rounding.Flags) {
	switch {
	case x.kind == isSignaling || y.kind == isSignaling, strict && (x.kind == isNaN || y.kind == isNaN):
		return nanOf(x, y)
	case x.kind == isInf || y.kind == isInf:
		return number{kind: isInf}, 0
	case x.kind == isNaN || y.kind == isNaN:
		return nanOf(x, y)
	}
	if x.compareMagnitude(y) < 0 {
		x, y = y, x
	}
	x.neg = false
	if y.kind == isZero {
		return x, 0
	}
	d := x.exp - y.exp
	if d >= 32 {
		// Above x by less than 2^-62 of it.
		x.sig |= 1
		return x, 0
	}
	// Both are integers of 32 bits times 2^(exp-31): the sum of their squares, in
	// units of y's, has at most 64+62 bits and a carry.
	a, b := x.sig>>32, y.sig>>32
	hi, lo := bits.Mul64(a*a, 1<<(2*d))
	lo, carry := bits.Add64(lo, b*b, 0)
	hi += carry
	n := bits.LeadingZeros64(hi)
	if hi == 0 {
		n = 64 + bits.LeadingZeros64(lo)
	}
	n &^= 1
	if n >= 64 {
		hi, lo = lo<<(n-64), 0
	} else {
		hi, lo = hi<<n|lo>>1>>(63-n), lo<<n
	}
	root, exact := sqrt128(hi, lo)
	if !exact {
		root |= 1
	}
	return number{isFinite, false, y.exp + 32 - n/2, root}, 0
}

// Hypot returns sqrt(x² + y²), rounded once to dst, without overflow on the way
// (IEEE 754, section 9.2).
//
// Special cases are:
//
//	Hypot(±Inf, y) = Hypot(x, ±Inf) = +Inf, also beside a quiet NaN; if dst is a P3109
//		format NaN beside a NaN
//	Hypot(±0, ±0) = +0
//	Hypot with a NaN = NaN; Invalid where a NaN is signaling
func (c Context) Hypot(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := hypot(dst.in(familiesP3109) != 0, c.unpack(x), c.unpack(y))
	return c.deliver(dst, z, flags)
}

// Rsqrt returns 1/sqrt(x), rounded once to dst (IEEE 754, section 9.2, rSqrt).
//
// Special cases are:
//
//	Rsqrt(±0) = ±Inf, DivideByZero
//	Rsqrt(0) = NaN, DivideByZero, if dst is a P3109 format
//	Rsqrt(+Inf) = +0
//	Rsqrt(x < 0) = NaN, Invalid
//	Rsqrt(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Rsqrt(dst Format, x Value) (Value, rounding.Flags) {
	z, flags := rsqrt(dst.in(familiesP3109) != 0, c.unpack(x))
	return c.deliver(dst, z, flags)
}

// Recip returns 1/x, rounded once to dst. Its special cases are those of
// [Context.Quo].
func (c Context) Recip(dst Format, x Value) (Value, rounding.Flags) {
	return c.Quo(dst, one, x)
}

// one is 1, in a format that has nothing else to say.
var one = Value{makeFormat(2, 1, 1, FiniteFamily), 2}

// Hypot returns sqrt(x² + y²) rounded once in context c, and the flags: see
// [Context.Hypot].
func Hypot[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.Hypot(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Rsqrt returns 1/sqrt(x) rounded once in context c, and the flags: see
// [Context.Rsqrt].
func Rsqrt[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.Rsqrt(a.Format, a)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Recip returns 1/x rounded once in context c, and the flags: see
// [Context.Recip].
func Recip[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.Recip(a.Format, a)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Hypot returns sqrt(x² + y²): see [Context.Hypot].
func (x Float[S, E, M, V]) Hypot(y Float[S, E, M, V]) Float[S, E, M, V] {
	z, _ := Hypot(Context{}, x, y)
	return z
}

// Rsqrt returns 1/sqrt(x): see [Context.Rsqrt].
func (x Float[S, E, M, V]) Rsqrt() Float[S, E, M, V] {
	z, _ := Rsqrt(Context{}, x)
	return z
}

// Recip returns 1/x: see [Context.Recip].
func (x Float[S, E, M, V]) Recip() Float[S, E, M, V] {
	z, _ := Recip(Context{}, x)
	return z
}
