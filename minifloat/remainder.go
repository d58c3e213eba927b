package minifloat

import (
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// remainder returns x - y*n, exactly: n is x/y rounded to the nearest integer,
// ties to even, or toward zero. The operands are integers of 32 bits times
// 2^(exp-31).
func remainder(nearest bool, x, y number) (number, rounding.Flags) {
	switch {
	case x.kind >= isNaN || y.kind >= isNaN:
		return nanOf(x, y)
	case x.kind == isInf || y.kind == isZero:
		return invalid()
	case x.kind == isZero || y.kind == isInf || x.exp < y.exp-1:
		return x, 0 // |x| < |y|/2
	}
	// In units of 2^(unit-31): b has 32 bits, or 33 where x is the smaller one.
	unit := min(x.exp, y.exp)
	a, b := x.sig>>32, y.sig>>32<<uint(y.exp-unit)
	// r = |x| mod 2|y| keeps the last bit of the quotient.
	m := 2 * b
	r := a % m
	for n := x.exp - unit; n > 0; {
		k := min(n, 30) // r has 34 bits at most
		r = r << k % m
		n -= k
	}
	neg, odd := x.neg, r >= b
	if odd {
		r -= b
	}
	if nearest && (2*r > b || 2*r == b && odd) {
		r, neg = b-r, !neg
	}
	if r == 0 {
		return number{neg: x.neg}, 0
	}
	n := bits.LeadingZeros64(r)
	return number{isFinite, neg, unit + 32 - n, r << n}, 0
}

// Rem returns IEEE 754's remainder (section 5.3.1): x - y*n, where n is the
// integer nearest to x/y, of two nearest ones the even one. It is exact where x,
// y and dst are of one format with subnormal numbers, and rounded once to dst
// otherwise; c's mode does not concern n.
//
// Special cases are:
//
//	Rem(±Inf, y) = Rem(x, ±0) = NaN, Invalid
//	Rem(x, ±Inf) = x, for finite x
//	Rem(x, y) = ±0 with x's sign, where x is a multiple of y
//	Rem(x, NaN) = Rem(NaN, y) = NaN; Invalid where one is signaling
func (c Context) Rem(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := remainder(true, c.unpack(x), c.unpack(y))
	return c.deliver(dst, z, flags)
}

// Mod returns x - y*n, where n is x/y rounded toward zero: the remainder with
// the sign of x of C's fmod and of [math.Mod]. Everything else is as for
// [Context.Rem].
func (c Context) Mod(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := remainder(false, c.unpack(x), c.unpack(y))
	return c.deliver(dst, z, flags)
}

// Rem returns IEEE 754's remainder of x and y rounded once in context c, and
// the flags: see [Context.Rem].
func Rem[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.Rem(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Mod returns the remainder of x and y with x's sign rounded once in context c,
// and the flags: see [Context.Mod].
func Mod[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.Mod(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Rem returns IEEE 754's remainder: see [Context.Rem].
func (x Float[S, E, M, V]) Rem(y Float[S, E, M, V]) Float[S, E, M, V] {
	z, _ := Rem(Context{}, x, y)
	return z
}

// Mod returns the remainder with x's sign: see [Context.Mod].
func (x Float[S, E, M, V]) Mod(y Float[S, E, M, V]) Float[S, E, M, V] {
	z, _ := Mod(Context{}, x, y)
	return z
}
