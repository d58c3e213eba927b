package minifloat

import (
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// The operations beyond the first six with random bits. Their results have 64 bits, of which bit 0 may be jammed, as those have.

// FAAStochastic returns x + y + z, rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of FAA.
func (c Context) FAAStochastic(dst Format, x, y, z Value, random uint64, n int) (Value, rounding.Flags) {
	v, flags := faa(c.Mode, c.unpack(x), c.unpack(y), c.unpack(z))
	return c.deliverStochastic(dst, v, flags, random, n)
}

// RecipStochastic returns 1/x, rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of Recip.
func (c Context) RecipStochastic(dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := quo(dst.in(familiesP3109) != 0, one.unpack(), c.unpack(x))
	return c.deliverStochastic(dst, z, flags, random, n)
}

// RsqrtStochastic returns 1/sqrt(x), rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of Rsqrt.
func (c Context) RsqrtStochastic(dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := rsqrt(dst.in(familiesP3109) != 0, c.unpack(x))
	return c.deliverStochastic(dst, z, flags, random, n)
}

// HypotStochastic returns sqrt(x² + y²), rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of Hypot.
func (c Context) HypotStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := hypot(dst.in(familiesP3109) != 0, c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, z, flags, random, n)
}

// RemStochastic returns IEEE 754's remainder of x and y, rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of Rem.
func (c Context) RemStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := remainder(true, c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, z, flags, random, n)
}

// ModStochastic returns the remainder of x and y with x's sign, rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of Mod.
func (c Context) ModStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := remainder(false, c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, z, flags, random, n)
}

// ScaledAddStochastic returns x*sx + y*sy, rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of ScaledAdd.
func (c Context) ScaledAddStochastic(dst Format, x, sx, y, sy Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := c.scaledAdd(false, x, sx, y, sy)
	return c.deliverStochastic(dst, z, flags, random, n)
}

// ScaledSubStochastic returns x*sx - y*sy, rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of ScaledSub.
func (c Context) ScaledSubStochastic(dst Format, x, sx, y, sy Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := c.scaledAdd(true, x, sx, y, sy)
	return c.deliverStochastic(dst, z, flags, random, n)
}

// ScaledMulStochastic returns (x*sx) * (y*sy), rounded once to dst with random bits, as
// [Context.AddStochastic] does. Its special cases are those of ScaledMul.
func (c Context) ScaledMulStochastic(dst Format, x, sx, y, sy Value, random uint64, n int) (Value, rounding.Flags) {
	z, flags := c.scaledMul(x, sx, y, sy)
	return c.deliverStochastic(dst, z, flags, random, n)
}

// ConvertStochastic returns x rounded once to dst with random bits, as
// [Context.AddStochastic] does. A signaling NaN raises Invalid.
func (c Context) ConvertStochastic(dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	return c.deliverStochastic(dst, c.unpack(x), 0, random, n)
}

// ScalbStochastic returns x × 2^exp, rounded once to dst with random bits, as
// [Context.AddStochastic] does.
func (c Context) ScalbStochastic(dst Format, x Value, exp int, random uint64, n int) (Value, rounding.Flags) {
	z, flags := scalb(c.unpack(x), exp)
	return c.deliverStochastic(dst, z, flags, random, n)
}

// RoundToIntegralStochastic returns x rounded to one of the two integers beside it,
// with the low n bits of random, 1 <= n <= 30, and Inexact where it is none. Its
// special cases are those of RoundToIntegralExact; it panics as
// [Context.AddStochastic] does.
func (c Context) RoundToIntegralStochastic(x Value, random uint64, n int) (Value, rounding.Flags) {
	if n < 1 || n > maxOperationBits || random>>uint(n) != 0 {
		panic(badOperationBits)
	}
	z, flags := roundToIntegral(c.Mode, c.unpack(x), chance{random, n})
	return c.deliverStochastic(x.Format, z, flags, random, n)
}

// EncodeBigStochastic returns the code of x, of any precision, rounded once to f
// with random bits, as [Context.AddStochastic] does.
func (c Context) EncodeBigStochastic(f Format, x *big.Float, random uint64, n int) (uint32, rounding.Flags) {
	z, flags := c.deliverStochastic(f, numberOfBig(x), 0, random, n)
	return z.Bits, flags
}

// EncodeRatStochastic returns the code of x rounded once to f with random bits, as
// [Context.AddStochastic] does.
func (c Context) EncodeRatStochastic(f Format, x *big.Rat, random uint64, n int) (uint32, rounding.Flags) {
	z, flags := c.deliverStochastic(f, numberOfRat(x), 0, random, n)
	return z.Bits, flags
}

// FAAStochastic returns x + y + z rounded once in context c with the low n bits of
// random, and the flags: see [Context.FAAStochastic].
func FAAStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y, z F, random uint64, n int) (F, rounding.Flags) {
	a, b, d := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value(), Float[S, E, M, V](z).Value()
	v, flags := c.FAAStochastic(a.Format, a, b, d, random, n)
	return F(Float[S, E, M, V]{S(v.Bits)}), flags
}

// RecipStochastic returns 1/x rounded once in context c with the low n bits of
// random, and the flags: see [Context.RecipStochastic].
func RecipStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F, random uint64, n int) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.RecipStochastic(a.Format, a, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// RsqrtStochastic returns 1/sqrt(x) rounded once in context c with the low n bits of
// random, and the flags: see [Context.RsqrtStochastic].
func RsqrtStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F, random uint64, n int) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.RsqrtStochastic(a.Format, a, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// HypotStochastic returns sqrt(x² + y²) rounded once in context c with the low n bits of
// random, and the flags: see [Context.HypotStochastic].
func HypotStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.HypotStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// RemStochastic returns IEEE 754's remainder of x and y rounded once in context c with the low n bits of
// random, and the flags: see [Context.RemStochastic].
func RemStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.RemStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ModStochastic returns the remainder of x and y with x's sign rounded once in context c with the low n bits of
// random, and the flags: see [Context.ModStochastic].
func ModStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ModStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ScaledAddStochastic returns x*sx + y*sy rounded once in context c with the low n bits of
// random, and the flags: see [Context.ScaledAddStochastic].
func ScaledAddStochastic[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x F, sx G, y F, sy G, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ScaledAddStochastic(a.Format, a, Float[S2, E2, M2, V2](sx).Value(), b, Float[S2, E2, M2, V2](sy).Value(), random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ScaledSubStochastic returns x*sx - y*sy rounded once in context c with the low n bits of
// random, and the flags: see [Context.ScaledSubStochastic].
func ScaledSubStochastic[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x F, sx G, y F, sy G, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ScaledSubStochastic(a.Format, a, Float[S2, E2, M2, V2](sx).Value(), b, Float[S2, E2, M2, V2](sy).Value(), random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ScaledMulStochastic returns (x*sx) * (y*sy) rounded once in context c with the low n bits of
// random, and the flags: see [Context.ScaledMulStochastic].
func ScaledMulStochastic[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x F, sx G, y F, sy G, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ScaledMulStochastic(a.Format, a, Float[S2, E2, M2, V2](sx).Value(), b, Float[S2, E2, M2, V2](sy).Value(), random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ConvertStochastic returns x rounded once in context c to another type with the low n bits of
// random, and the flags: ConvertStochastic[E5M2](c, x, random, 8).
func ConvertStochastic[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x G, random uint64, n int) (F, rounding.Flags) {
	z, flags := c.ConvertStochastic(FormatOf[F, S, E, M, V](), Float[S2, E2, M2, V2](x).Value(), random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ScalbStochastic returns x × 2^exp rounded once in context c with the low n bits of
// random, and the flags: see [Context.ScalbStochastic].
func ScalbStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F, exp int, random uint64, n int) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	z, flags := c.ScalbStochastic(a.Format, a, exp, random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// RoundToIntegralStochastic returns x rounded to an integer beside it in context c
// with the low n bits of random, and the flags: see
// [Context.RoundToIntegralStochastic].
func RoundToIntegralStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F, random uint64, n int) (F, rounding.Flags) {
	z, flags := c.RoundToIntegralStochastic(Float[S, E, M, V](x).Value(), random, n)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}
