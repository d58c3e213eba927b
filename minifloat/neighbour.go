package minifloat

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// next returns the code of the value next to that of code, above it or below.
func (f Format) next(code uint32, down bool) uint32 {
	x := f.unpack(code)
	mag := code & f.magnitudeMask()
	switch {
	case x.kind >= isNaN:
		return f.nanCode()
	case x.kind == isInf && x.neg == down:
		return signed(f, down, f.infCode())
	case x.kind == isInf:
		return signed(f, x.neg, f.maxCode())
	case x.kind == isZero && down && !f.Signed():
		return f.nanCode()
	case x.kind == isZero:
		return signed(f, down, f.minCode())
	case x.neg == down && mag == f.maxCode():
		return f.beyond(signed(f, down, 0))
	case x.neg == down:
		return signed(f, down, mag+1)
	case mag > f.minCode():
		return signed(f, x.neg, mag-1)
	case x.neg && f.HasNegZero():
		return f.signBit()
	}
	return 0 // zero, or in a format without zero the smallest value itself
}

// NextUp returns the least value of v's format above v (IEEE 754, section
// 5.3.1).
//
// Special cases are:
//
//	NextUp(-x) = -0, for the smallest x; +0 where there is no -0
//	NextUp(±0) = the smallest positive value
//	NextUp(+Inf) = +Inf
//	NextUp(x), for the largest x = what overflow gives: +Inf; without infinity NaN;
//		without NaN, and in P3109's finite formats, x
//	NextUp(NaN) = NaN
func (v Value) NextUp() Value {
	v.Format.mustBeValid()
	return Value{v.Format, v.Format.next(v.Bits, false)}
}

// NextDown returns the largest value of v's format below v: -NextUp(-v).
// Without a sign there is none below zero, and the result is NaN; in e8m0fnu,
// whose values have no zero below them, the smallest stays.
func (v Value) NextDown() Value {
	v.Format.mustBeValid()
	return Value{v.Format, v.Format.next(v.Bits, true)}
}

// NextUp returns the least value above x: see [Value.NextUp].
func (x Float[S, E, M, V]) NextUp() Float[S, E, M, V] {
	x.check()
	return Float[S, E, M, V]{S(x.format().next(uint32(x.bits), false))}
}

// NextDown returns the largest value below x: see [Value.NextDown].
func (x Float[S, E, M, V]) NextDown() Float[S, E, M, V] {
	x.check()
	return Float[S, E, M, V]{S(x.format().next(uint32(x.bits), true))}
}

// Nextafter returns the value of v's format next to v in the direction of w, which
// may be of another format (C's nextafter): v.NextUp() where w is greater and
// v.NextDown() where it is less.
//
// Special cases are:
//
//	Nextafter(v, w) = v for v == w; of zeros the one with w's sign, where the format has -0
//	Nextafter(v, w) = NaN, without NaN +0, if v or w is a NaN
func (v Value) Nextafter(w Value) Value {
	order, ordered := compare(v.unpack(), w.unpack())
	switch {
	case !ordered:
		v.Bits, _ = Context{}.packNaN(v.Format, number{kind: isNaN})
	case order < 0:
		return v.NextUp()
	case order > 0:
		return v.NextDown()
	case w.IsZero():
		v.Bits, _ = packZero(v.Format, w.Signbit())
	default:
		v.Bits &= v.Format.codeMask()
	}
	return v
}

// Nextafter returns the number next to x in the direction of y: see
// [Value.Nextafter].
func (x Float[S, E, M, V]) Nextafter(y Float[S, E, M, V]) Float[S, E, M, V] {
	return Float[S, E, M, V]{S(x.Value().Nextafter(y.Value()).Bits)}
}

// Ulp returns the weight of v's last place, 2^(e-M) for a number with exponent
// e and at least the exponent of the smallest normal number: the distance from
// |v| to the next larger value of an unbounded format. It is exact, except in
// P3109 formats with values beyond those of float64.
//
// Special cases are:
//
//	Ulp(±0) = the smallest positive value
//	Ulp(±Inf) = +Inf
//	Ulp(NaN) = NaN
func (v Value) Ulp() float64 {
	x := v.unpack()
	switch x.kind {
	case isZero:
		return v.Format.SmallestSubnormal()
	case isInf:
		return math.Inf(1)
	case isFinite:
		return math.Ldexp(1, max(x.exp, v.Format.minExp())-int(v.Format.mant()))
	}
	return math.NaN()
}

// Ulp returns the weight of x's last place: see [Value.Ulp].
func (x Float[S, E, M, V]) Ulp() float64 { return x.Value().Ulp() }

// logb returns the exponent of x.
func logb(x number) (number, rounding.Flags) {
	switch x.kind {
	case isZero:
		return number{kind: isInf, neg: true}, rounding.DivideByZero
	case isInf:
		return number{kind: isInf}, 0
	case isFinite:
		return integer(x.exp < 0, uint64(max(x.exp, -x.exp))), 0
	}
	return nanOf(x)
}

// Logb returns the exponent of x, floor(log2|x|), rounded once to dst (IEEE
// 754, section 5.3.3, logB). A subnormal number counts as if it were normalized.
//
// Special cases are:
//
//	Logb(±0) = -Inf, DivideByZero
//	Logb(±Inf) = +Inf
//	Logb(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Logb(dst Format, x Value) (Value, rounding.Flags) {
	z, flags := logb(c.unpack(x))
	return c.deliver(dst, z, flags)
}

// Logb returns the exponent of x rounded once in context c, and the flags: see
// [Context.Logb].
func Logb[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	v := Float[S, E, M, V](x).Value()
	z, flags := c.Logb(v.Format, v)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Logb returns the exponent of x: see [Context.Logb].
func (x Float[S, E, M, V]) Logb() Float[S, E, M, V] {
	z, _ := Logb(Context{}, x)
	return z
}

// Ilogb returns the exponent of v, floor(log2|v|), with the special cases of
// [math.Ilogb]: math.MinInt32 for ±0 and math.MaxInt32 for infinities and NaN.
func (v Value) Ilogb() int {
	switch x := v.unpack(); x.kind {
	case isZero:
		return math.MinInt32
	case isFinite:
		return x.exp
	}
	return math.MaxInt32
}

// Ilogb returns the exponent of x: see [Value.Ilogb].
func (x Float[S, E, M, V]) Ilogb() int { return x.Value().Ilogb() }

// maxScale is beyond the distance of any two exponents: a larger scale changes
// no result.
const maxScale = 1 << 24

// Scalb returns x × 2^n, rounded once to dst (IEEE 754, section 5.3.3,
// scaleB).
//
// Special cases are:
//
//	Scalb(±0, n) = ±0
//	Scalb(±Inf, n) = ±Inf
//	Scalb(NaN, n) = NaN; Invalid where the NaN is signaling
func (c Context) Scalb(dst Format, x Value, n int) (Value, rounding.Flags) {
	z, flags := scalb(c.unpack(x), n)
	return c.deliver(dst, z, flags)
}

func scalb(x number, n int) (number, rounding.Flags) {
	if x.isNaN() {
		return nanOf(x)
	}
	x.exp += min(max(n, -maxScale), maxScale)
	return x, 0
}

// Scalb returns x × 2^n rounded once in context c, and the flags: see
// [Context.Scalb].
func Scalb[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F, n int) (F, rounding.Flags) {
	v := Float[S, E, M, V](x).Value()
	z, flags := c.Scalb(v.Format, v, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Scalb returns x × 2^n: see [Context.Scalb].
func (x Float[S, E, M, V]) Scalb(n int) Float[S, E, M, V] {
	z, _ := Scalb(Context{}, x, n)
	return z
}

// Copysign returns v with the sign of w, which may be of another format (IEEE
// 754, section 5.5.1, copySign). It changes the sign as [Value.Neg] does: in a
// format without a sign a nonzero v with a negative w gives NaN. A NaN w in the
// place of -0 counts as positive; one of a P3109 format gives NaN, where v's
// format has it.
func (v Value) Copysign(w Value) Value {
	v.Format.mustBeValid()
	switch {
	case w.Format.in(familiesP3109) != 0 && w.IsNaN() && v.Format.HasNaN():
		v.Bits = v.Format.nanCode()
	case v.Signbit() != w.Signbit():
		v.Bits = v.Format.neg(v.Bits)
	default:
		v.Bits &= v.Format.codeMask()
	}
	return v
}

// Copysign returns x with the sign of y: see [Value.Copysign].
func (x Float[S, E, M, V]) Copysign(y Float[S, E, M, V]) Float[S, E, M, V] {
	return Float[S, E, M, V]{S(x.Value().Copysign(y.Value()).Bits)}
}
