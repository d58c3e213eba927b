package fixedpoint

import (
	"math"
	"math/bits"
	"unsafe"

	"golang.org/x/exp/constraints"

	"github.com/halfulp/halfulp/rounding"
)

// The methods have bodies of their own for speed, in which the width, the sign
// and the fraction fold, and which do not branch on data; tests prove them equal to
// the functions with the zero Context. Up to 32 bits they compute in the 64 of a word.

// sign returns -1 for a negative number and 0 for others.
func sign[S Storage](x S) S { return x >> (8 * unsafe.Sizeof(x)) }

// high returns the largest S.
func high[S Storage]() S {
	return ^(S(1) << (8*unsafe.Sizeof(S(0)) - 1) & sign(^S(0)))
}

// magnitude returns |x|.
func magnitude[S Storage](x S) uint64 {
	s := uint64(int64(sign(x))) // of a signed S alone
	return (uint64(x) ^ s) - s
}

// nearestEven returns p / 2^n, rounded to nearest even. It must be below 2^63 - 2^n.
func nearestEven(p int64, n int) int64 {
	if n > 0 {
		p = (p + (1<<n>>1 - 1) + p>>n&1) >> n
	}
	return p
}

// clamp returns the S nearest to z; S has 32 bits at most.
func clamp[S Storage](z int64) S {
	low := int64(^S(0)) >> 63 << (8*unsafe.Sizeof(S(0)) - 1)
	return S(max(low, min(low+1<<(8*unsafe.Sizeof(S(0)))-1, z)))
}

// Add returns x + y, saturated.
func (x Fixed[S, F]) Add(y Fixed[S, F]) Fixed[S, F] {
	// In 64 bits for the compiler's sake, which selects without a branch there.
	z, end := int64(x.bits+y.bits), int64(high[S]()^sign(x.bits))
	if y.bits < 0 != (S(z) < x.bits) {
		z = end
	}
	return Fixed[S, F]{S(z)}
}

// Sub returns x - y, saturated.
func (x Fixed[S, F]) Sub(y Fixed[S, F]) Fixed[S, F] {
	z, end := int64(x.bits-y.bits), int64(sign(^S(0))&^(S(1)<<(8*unsafe.Sizeof(x)-1))^sign(x.bits))
	if y.bits < 0 != (S(z) > x.bits) {
		z = end
	}
	return Fixed[S, F]{S(z)}
}

// Neg returns -x, saturated: the negative of the smallest value is the largest.
func (x Fixed[S, F]) Neg() Fixed[S, F] { return Fixed[S, F]{}.Sub(x) }

// Abs returns |x|, saturated.
func (x Fixed[S, F]) Abs() Fixed[S, F] {
	return Fixed[S, F]{S(min(magnitude(x.bits), uint64(high[S]())))}
}

// Mul returns x * y, rounded to nearest even, saturated.
func (x Fixed[S, F]) Mul(y Fixed[S, F]) Fixed[S, F] {
	switch {
	case unsafe.Sizeof(x) == 8:
		return x.mulWide(y)
	case ^S(0) < 0:
		return Fixed[S, F]{mulSigned[S, F](x.bits, y.bits)}
	}
	return Fixed[S, F]{mulUnsigned[S, F](x.bits, y.bits)}
}

// mulSigned is Mul up to 32 bits: the product is 2^62 at most. With no more than
// the sign before the point only -1 * -1 leaves the range.
func mulSigned[S Storage, F Fraction](x, y S) S {
	var f F
	h := int64(1) << (8*unsafe.Sizeof(x) - 1)
	p := min(h-1, nearestEven(int64(x)*int64(y), len(f)))
	if len(f) < int(8*unsafe.Sizeof(x))-1 {
		p = max(-h, p)
	}
	return S(p)
}

// mulUnsigned is Mul up to 32 bits: the product is below 2^64 - 2^33.
func mulUnsigned[S Storage, F Fraction](x, y S) S {
	var f F
	p := uint64(x) * uint64(y)
	if len(f) > 0 {
		p = (p + (1<<len(f)>>1 - 1) + p>>len(f)&1) >> len(f)
	}
	// Not min(high, p): for s390x, Go 1.26.8 compiles q>>5 > 1<<32-1 to false.
	if p>>(8*unsafe.Sizeof(x)) != 0 {
		return high[S]()
	}
	return S(p)
}

// mulWide is Mul of 64 bits: the magnitude of the product has 128.
func (x Fixed[S, F]) mulWide(y Fixed[S, F]) Fixed[S, F] {
	f := typeFormat[S, F]()
	n := uint(f.fraction)
	s := uint64(int64(sign(x.bits) ^ sign(y.bits)))
	hi, z := bits.Mul64(magnitude(x.bits), magnitude(y.bits))
	if n > 0 {
		// Half a last place is added, less one where that leaves a tie odd. The integer part
		// begins in bit n; hi+1 does not overflow.
		odd := (hi<<(64-n) | z>>n) & 1
		lo, carry := bits.Add64(z, 1<<(n-1)-1+odd, 0)
		hi += carry
		z, hi = hi<<(64-n)|lo>>n, hi>>n
	}
	if hi != 0 {
		z = math.MaxUint64
	}
	z = min(z, uint64(high[S]())-s)
	return Fixed[S, F]{S((z ^ s) - s)}
}

// FMA returns x*y + z, rounded once to nearest even, saturated.
func (x Fixed[S, F]) FMA(y, z Fixed[S, F]) Fixed[S, F] {
	var f F
	// Up to 16 bits there is room; with 32 the sum is below 2^63 - 2^31 where z is moved
	// by less than its width.
	if unsafe.Sizeof(x) <= 2 || unsafe.Sizeof(x) == 4 && ^S(0) < 0 && len(f) < 32 {
		p := int64(x.bits)*int64(y.bits) + int64(z.bits)<<len(f)
		return Fixed[S, F]{clamp[S](nearestEven(p, len(f)))}
	}
	v, _ := Context{}.FMA(typeFormat[S, F](), x.Value(), y.Value(), z.Value())
	return Fixed[S, F]{S(v.Bits)}
}

// Quo returns x / y, rounded to nearest even, saturated.
//
// Special cases are:
//
//	x.Quo(0) = the end of the range on x's side, for x not 0
//	0.Quo(0) = 0
func (x Fixed[S, F]) Quo(y Fixed[S, F]) Fixed[S, F] {
	if unsafe.Sizeof(x) == 8 {
		return x.quoWide(y)
	}
	if y.bits == 0 {
		return x.quoZero()
	}
	var f F
	s := uint64(int64(sign(x.bits) ^ sign(y.bits))) // all ones for a negative quotient
	n, d := magnitude(x.bits)<<len(f), magnitude(y.bits)
	q := n / d
	r := n - q*d
	q += (d - (2*r + q&1)) >> 63 // more than a half, or a half and odd
	q = min(q, uint64(high[S]())-s)
	return Fixed[S, F]{S((q ^ s) - s)}
}

// quoZero is x / 0.
func (x Fixed[S, F]) quoZero() Fixed[S, F] {
	if x.bits == 0 {
		return x
	}
	return Fixed[S, F]{high[S]() ^ sign(x.bits)}
}

func (x Fixed[S, F]) quoWide(y Fixed[S, F]) Fixed[S, F] {
	if y.bits == 0 {
		return x.quoZero()
	}
	f := typeFormat[S, F]()
	xneg, xmag := split(x.bits)
	yneg, ymag := split(y.bits)
	neg := xneg != yneg
	hi, lo := xmag>>(64-f.fraction), xmag<<f.fraction
	if hi >= ymag { // 2^64 or more
		return Fixed[S, F]{join[S](f, neg, math.MaxUint64)}
	}
	z, rem := bits.Div64(hi, lo, ymag)
	// The remainder against half of y; 2 rem may have 65 bits.
	half := rem >= ymag-rem
	if rem != 0 && rounding.Increment(rounding.ToNearestEven, neg, z&1 != 0, half, rem != ymag-rem) {
		z++ // does not wrap: z = 2^64-1 with a remainder would need x >= 2^65
	}
	return Fixed[S, F]{join[S](f, neg, z)}
}

// Rem returns the remainder of x / y where the quotient is truncated toward zero:
// it has the sign of x, as Go's %, and is exact. x.Rem(0) = 0.
func (x Fixed[S, F]) Rem(y Fixed[S, F]) Fixed[S, F] {
	if y.bits == 0 {
		return y
	}
	return Fixed[S, F]{x.bits % y.bits}
}

// Sqrt returns the square root of x, rounded to nearest even, saturated. That of
// x < 0 is 0.
func (x Fixed[S, F]) Sqrt() Fixed[S, F] {
	if x.bits <= 0 {
		return Fixed[S, F]{}
	}
	if unsafe.Sizeof(x) == 8 {
		v, _ := Context{}.Sqrt(typeFormat[S, F](), x.Value())
		return Fixed[S, F]{S(v.Bits)}
	}
	var f F
	n := uint64(x.bits) << len(f)
	// n rounds by 2^-53 of it at most, so that the root, below 2^32, is off by less than 2^-22:
	// half of the distance of float64s there. It is never below that of a square k^2 <= n.
	r := uint64(int64(math.Sqrt(float64(n))))
	if r*r > n {
		r--
	}
	if n-r*r > r { // the root is above r + 1/2
		r++
	}
	return Fixed[S, F]{S(min(r, uint64(high[S]())))}
}

// Lsh returns x * 2^n, saturated.
func (x Fixed[S, F]) Lsh(n uint) Fixed[S, F] {
	z := x.bits << n
	if z>>n != x.bits {
		z = high[S]() ^ sign(x.bits)
	}
	return Fixed[S, F]{z}
}

// Rsh returns x / 2^n, rounded to nearest even.
func (x Fixed[S, F]) Rsh(n uint) Fixed[S, F] {
	neg, mag := split(x.bits)
	mag, _ = rounding.ShiftRight64(rounding.ToNearestEven, neg, mag, n)
	if neg {
		mag = -mag
	}
	return Fixed[S, F]{S(mag)}
}

// FromFloat64 returns v rounded to x's type: [From] for code that is generic in
// the type. x itself does not matter.
func (x Fixed[S, F]) FromFloat64(v float64) Fixed[S, F] {
	f := typeFormat[S, F]()
	// The scaling is exact, or overflows.
	if w := float64(v * pow2(int(f.fraction))); f.width <= 32 && math.Abs(w) < 0x1p51 {
		return Fixed[S, F]{fromSteps[S](w)}
	}
	z, _ := Context{}.Encode(f, v)
	return Fixed[S, F]{S(z)}
}

// fromSteps returns w, |w| < 2^51, rounded to nearest even and saturated: the
// last place of its sum with 1.5*2^52 is 1. S has 32 bits at most.
func fromSteps[S Storage](w float64) S {
	const shift = 0x1.8p52
	return clamp[S](int64(math.Float64bits(w+shift)) - int64(math.Float64bits(shift)))
}

// Convert returns x rounded to nearest even in another type, saturated:
// Convert[Q7](x).
func Convert[T interface{ Fixed[S, F] }, G interface{ Fixed[S2, F2] }, S, S2 Storage, F, F2 Fraction](x G) T {
	f, g := typeFormat[S, F](), typeFormat[S2, F2]()
	bits := Fixed[S2, F2](x).bits
	if f.width <= 32 && g.width <= 32 && f.fraction-g.fraction < 32 {
		// At most 32 bits moved by 31.
		if f.fraction >= g.fraction {
			return T(Fixed[S, F]{clamp[S](int64(bits) << (f.fraction - g.fraction))})
		}
		return T(Fixed[S, F]{clamp[S](nearestEven(int64(bits), int(g.fraction-f.fraction)))})
	}
	z, _ := Context{}.pack(f, Fixed[S2, F2](x).Value().number())
	return T(Fixed[S, F]{S(z)})
}

// split returns the sign and the magnitude of x.
func split[S constraints.Integer](x S) (neg bool, mag uint64) {
	if x < 0 {
		return true, -uint64(x)
	}
	return false, uint64(x)
}

// join returns the saturated integer.
func join[S Storage](f Format, neg bool, mag uint64) S {
	low, high := f.limits()
	if neg {
		return S(-min(mag, low))
	}
	return S(min(mag, high))
}
