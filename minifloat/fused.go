package minifloat

import (
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// faa returns x + y + z.
func faa(mode rounding.Mode, x, y, z number) (number, rounding.Flags) {
	if x.kind >= isNaN || y.kind >= isNaN || z.kind >= isNaN {
		return nanOf(x, y, z)
	}
	// The largest first.
	if x.compareMagnitude(y) < 0 {
		x, y = y, x
	}
	if x.compareMagnitude(z) < 0 {
		x, z = z, x
	}
	if y.compareMagnitude(z) < 0 {
		y, z = z, y
	}
	switch {
	case x.kind == isInf:
		if y.kind == isInf && y.neg != x.neg || z.kind == isInf && z.neg != x.neg {
			return invalid()
		}
		return x, 0
	case x.kind == isZero && (x.neg != y.neg || x.neg != z.neg):
		return exactZero(mode), 0
	case z.kind == isZero:
		return add(mode, x, y)
	}
	if x.exp-y.exp > 62 {
		// y + z is below x's last bit by far: its sign is all that counts.
		t, _ := add(mode, y, z)
		return add(mode, x, t)
	}
	// x + y is exact: x has the bits 95 to 126 of 127, y ends at bit 33.
	hi, lo := x.sig>>1, uint64(0)
	smallHi, smallLo := rounding.ShiftRightJam128(y.sig>>1, 0, uint(x.exp-y.exp))
	if x.neg == y.neg {
		hi, lo = hi+smallHi, smallLo
	} else {
		var borrow uint64
		lo, borrow = bits.Sub64(0, smallLo, 0)
		hi -= smallHi + borrow
	}
	if hi|lo == 0 {
		return z, 0
	}
	n := bits.LeadingZeros64(hi)
	if hi == 0 {
		n = 64 + bits.LeadingZeros64(lo)
		hi, lo = lo<<(n-64), 0
	} else {
		hi, lo = hi<<n|lo>>1>>(63-n), lo<<n
	}
	return add128(mode, number128{x.neg, x.exp + 1 - n, hi, lo}, number128{z.neg, z.exp, z.sig, 0}), 0
}

// FAA returns x + y + z, rounded once to dst: the fused add-add of IEEE P3109
// (interim report 4.0, section 4.11.7).
//
// Special cases are:
//
//	FAA of opposite infinities = NaN, Invalid, whatever the third is but a NaN
//	FAA of zeros = ±0 where all signs agree
//	FAA = +0, in mode ToNegativeInf -0, where the exact sum is zero otherwise
//	FAA with a NaN = NaN; Invalid where a NaN is signaling
func (c Context) FAA(dst Format, x, y, z Value) (Value, rounding.Flags) {
	v, flags := faa(c.Mode, c.unpack(x), c.unpack(y), c.unpack(z))
	return c.deliver(dst, v, flags)
}

// FAA returns x + y + z rounded once in context c, and the flags: see
// [Context.FAA].
func FAA[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y, z F) (F, rounding.Flags) {
	a, b, d := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value(), Float[S, E, M, V](z).Value()
	v, flags := c.FAA(a.Format, a, b, d)
	return F(Float[S, E, M, V]{S(v.Bits)}), flags
}

// FAA returns x + y + z, rounded once: see [Context.FAA].
func (x Float[S, E, M, V]) FAA(y, z Float[S, E, M, V]) Float[S, E, M, V] {
	v, _ := FAA(Context{}, x, y, z)
	return v
}

// scaled returns the products x*sx and y*sy, exactly, and their flags.
func (c Context) scaled(x, sx, y, sy Value) (p, q number, flags rounding.Flags) {
	p, flags = mul(c.unpack(x), c.unpack(sx))
	q, more := mul(c.unpack(y), c.unpack(sy))
	return p, q, flags | more
}

// scaledAdd returns x*sx + y*sy, or the difference.
func (c Context) scaledAdd(subtract bool, x, sx, y, sy Value) (number, rounding.Flags) {
	p, q, flags := c.scaled(x, sx, y, sy)
	q.neg = q.neg != subtract
	z, more := addProducts(c.Mode, p, q)
	return z, flags | more
}

// scaledMul returns (x*sx) * (y*sy).
func (c Context) scaledMul(x, sx, y, sy Value) (number, rounding.Flags) {
	p, q, flags := c.scaled(x, sx, y, sy)
	if p.kind != isFinite || q.kind != isFinite {
		z, more := mul(p, q)
		return z, flags | more
	}
	hi, lo := bits.Mul64(p.sig, q.sig)
	return normalize128(p.neg != q.neg, p.exp+q.exp+1, hi, lo), flags
}

func (x number) isNaN() bool { return x.kind >= isNaN }

// ScaledAdd returns x*sx + y*sy, rounded once to dst: numbers with scales of
// their own, as the elements of two blocks are, and IEEE P3109's scaled addition.
// The special cases are those of two products and their sum; an invalid product
// raises Invalid even beside a quiet NaN.
func (c Context) ScaledAdd(dst Format, x, sx, y, sy Value) (Value, rounding.Flags) {
	z, flags := c.scaledAdd(false, x, sx, y, sy)
	return c.deliver(dst, z, flags)
}

// ScaledSub returns x*sx - y*sy, rounded once to dst: see [Context.ScaledAdd].
func (c Context) ScaledSub(dst Format, x, sx, y, sy Value) (Value, rounding.Flags) {
	z, flags := c.scaledAdd(true, x, sx, y, sy)
	return c.deliver(dst, z, flags)
}

// ScaledMul returns (x*sx) * (y*sy), rounded once to dst: see
// [Context.ScaledAdd].
func (c Context) ScaledMul(dst Format, x, sx, y, sy Value) (Value, rounding.Flags) {
	z, flags := c.scaledMul(x, sx, y, sy)
	return c.deliver(dst, z, flags)
}

// ScaledAdd returns x*sx + y*sy rounded once in context c, and the flags: see
// [Context.ScaledAdd]. The scales may be of another type: ScaledAdd(c, x, sx, y,
// sy) of E4M3FN numbers with E8M0FNU scales.
func ScaledAdd[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x F, sx G, y F, sy G) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ScaledAdd(a.Format, a, Float[S2, E2, M2, V2](sx).Value(), b, Float[S2, E2, M2, V2](sy).Value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ScaledSub returns x*sx - y*sy rounded once in context c, and the flags: see
// [ScaledAdd].
func ScaledSub[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x F, sx G, y F, sy G) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ScaledSub(a.Format, a, Float[S2, E2, M2, V2](sx).Value(), b, Float[S2, E2, M2, V2](sy).Value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// ScaledMul returns (x*sx) * (y*sy) rounded once in context c, and the flags:
// see [ScaledAdd].
func ScaledMul[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x F, sx G, y F, sy G) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := c.ScaledMul(a.Format, a, Float[S2, E2, M2, V2](sx).Value(), b, Float[S2, E2, M2, V2](sy).Value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}
