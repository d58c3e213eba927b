package fixedpoint

import (
	"math"
	"math/bits"
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
	"golang.org/x/exp/constraints"
)

// Fixed is a fixed-point number: an integer of type S in units of 2^-F. Its
// zero value is 0, and == compares values.
//
// The methods round once, to nearest even, and saturate; the functions of the
// same names take a [Context] and return flags. A Fixed with more fraction bits than S has
// bits panics at its first use.
type Fixed[S Storage, F Fraction] struct{ bits S }

// The usual formats: Q15 is Q0.15, Q7x8 is Q7.8.
type (
	Q7     = Fixed[int8, F7]    // [-1, 1) in steps of 2^-7
	Q15    = Fixed[int16, F15]  // [-1, 1) in steps of 2^-15
	Q31    = Fixed[int32, F31]  // [-1, 1) in steps of 2^-31
	Q63    = Fixed[int64, F63]  // [-1, 1) in steps of 2^-63
	Q3x4   = Fixed[int8, F4]    // Q3.4
	Q7x8   = Fixed[int16, F8]   // Q7.8
	Q15x16 = Fixed[int32, F16]  // Q15.16
	Q31x32 = Fixed[int64, F32]  // Q31.32
	UQ8    = Fixed[uint8, F8]   // [0, 1) in steps of 2^-8
	UQ16   = Fixed[uint16, F16] // [0, 1) in steps of 2^-16
	UQ32   = Fixed[uint32, F32] // [0, 1) in steps of 2^-32
	UQ64   = Fixed[uint64, F64] // [0, 1) in steps of 2^-64
)

// typeFormat returns the format of a Fixed. All of it is constant in each
// instantiation, the check too.
func typeFormat[S Storage, F Fraction]() Format {
	var s S
	var f F
	if len(f) > 8*int(unsafe.Sizeof(s)) {
		panic("fixedpoint: more fraction bits than the storage has")
	}
	return Format{width: uint8(8 * unsafe.Sizeof(s)), signed: s-1 < 0, fraction: int8(len(f))}
}

// FormatOf returns the format of a type.
func FormatOf[T interface{ Fixed[S, F] }, S Storage, F Fraction]() Format { return typeFormat[S, F]() }

// Bits returns the integer, x * 2^F.
func (x Fixed[S, F]) Bits() S { return x.bits }

// Value returns x as a [Value].
func (x Fixed[S, F]) Value() Value { return Value{typeFormat[S, F](), int64(x.bits)} }

// Float64 returns the value, exact up to 53 bits, beyond rounded once to nearest
// even.
func (x Fixed[S, F]) Float64() float64 {
	return float64(x.bits) * pow2(-typeFormat[S, F]().FractionBits())
}

// Float32 returns the value, exact up to 24 bits, beyond rounded once to nearest
// even.
func (x Fixed[S, F]) Float32() float32 {
	return float32(x.bits) * float32(pow2(-typeFormat[S, F]().FractionBits()))
}

// FromFloat64 returns v rounded to x's type: [From] for code that is generic in
// the type. x itself does not matter.
func (x Fixed[S, F]) FromFloat64(v float64) Fixed[S, F] { return From[Fixed[S, F]](v) }

// FromBits returns the number whose integer is bits.
func FromBits[T interface{ Fixed[S, F] }, S Storage, F Fraction](bits S) T {
	typeFormat[S, F]()
	return T(Fixed[S, F]{bits})
}

// From returns v rounded to nearest even, saturated. NaN gives 0.
func From[T interface{ Fixed[S, F] }, S Storage, F Fraction](v float64) T {
	z, _ := Context{}.Encode(typeFormat[S, F](), v)
	return T(Fixed[S, F]{S(z)})
}

// FromInt returns the integer i, saturated.
func FromInt[T interface{ Fixed[S, F] }, I constraints.Integer, S Storage, F Fraction](i I) T {
	z, _ := Context{}.pack(typeFormat[S, F](), integer(i))
	return T(Fixed[S, F]{S(z)})
}

// Convert returns x rounded to nearest even in another type, saturated:
// Convert[Q7](x).
func Convert[T interface{ Fixed[S, F] }, G interface{ Fixed[S2, F2] }, S, S2 Storage, F, F2 Fraction](x G) T {
	z, _ := Context{}.pack(typeFormat[S, F](), Fixed[S2, F2](x).Value().number())
	return T(Fixed[S, F]{S(z)})
}

// ConvertWith returns x rounded once in the context to another type, and the
// flags: ConvertWith[Q7](c, x).
func ConvertWith[T interface{ Fixed[S, F] }, G interface{ Fixed[S2, F2] }, S, S2 Storage, F, F2 Fraction](c Context, x G) (T, rounding.Flags) {
	z, flags := c.pack(typeFormat[S, F](), Fixed[S2, F2](x).Value().number())
	return T(Fixed[S, F]{S(z)}), flags
}

// Max returns the largest value of the type.
func Max[T interface{ Fixed[S, F] }, S Storage, F Fraction]() T {
	return T(Fixed[S, F]{S(typeFormat[S, F]().MaxBits())})
}

// Min returns the smallest value of the type.
func Min[T interface{ Fixed[S, F] }, S Storage, F Fraction]() T {
	return T(Fixed[S, F]{S(typeFormat[S, F]().MinBits())})
}

// FromWith returns v rounded once in the context, and the flags: see
// [Context.Encode].
func FromWith[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, v float64) (T, rounding.Flags) {
	z, flags := c.Encode(typeFormat[S, F](), v)
	return T(Fixed[S, F]{S(z)}), flags
}

// Add returns x + y in the context.
func Add[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Add(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Sub returns x - y in the context.
func Sub[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Sub(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Mul returns x * y, rounded once in the context.
func Mul[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Mul(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Quo returns x / y, rounded once in the context. Its special cases are those of
// [Context.Quo].
func Quo[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Quo(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Neg returns -x in the context.
func Neg[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T) (T, rounding.Flags) {
	z, flags := c.Neg(typeFormat[S, F](), Fixed[S, F](x).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Abs returns |x| in the context.
func Abs[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T) (T, rounding.Flags) {
	z, flags := c.Abs(typeFormat[S, F](), Fixed[S, F](x).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Cmp compares x and y: -1 for x < y, 0 for x == y, +1 for x > y.
func (x Fixed[S, F]) Cmp(y Fixed[S, F]) int {
	switch {
	case x.bits < y.bits:
		return -1
	case x.bits > y.bits:
		return 1
	}
	return 0
}

// Equal reports whether x == y.
func (x Fixed[S, F]) Equal(y Fixed[S, F]) bool { return x.bits == y.bits }

// Less reports whether x < y.
func (x Fixed[S, F]) Less(y Fixed[S, F]) bool { return x.bits < y.bits }

// LessEqual reports whether x <= y.
func (x Fixed[S, F]) LessEqual(y Fixed[S, F]) bool { return x.bits <= y.bits }

// The methods below have bodies of their own for speed, in which the width and
// the fraction fold; tests prove them equal to the functions with the zero Context.

// Add returns x + y, saturated.
func (x Fixed[S, F]) Add(y Fixed[S, F]) Fixed[S, F] {
	f := typeFormat[S, F]()
	z := x.bits + y.bits
	if f.signed {
		if (x.bits^z)&(y.bits^z) < 0 { // both operands have the sign that z has not
			z = end[S](f, x.bits < 0)
		}
	} else if z < x.bits {
		z = end[S](f, false)
	}
	return Fixed[S, F]{z}
}

// Sub returns x - y, saturated.
func (x Fixed[S, F]) Sub(y Fixed[S, F]) Fixed[S, F] {
	f := typeFormat[S, F]()
	z := x.bits - y.bits
	if f.signed {
		if (x.bits^y.bits)&(x.bits^z) < 0 {
			z = end[S](f, x.bits < 0)
		}
	} else if x.bits < y.bits {
		z = 0
	}
	return Fixed[S, F]{z}
}

// end returns the end of f's range.
func end[S Storage](f Format, neg bool) S {
	low, high := f.limits()
	if neg {
		return S(-low)
	}
	return S(high)
}

// Mul returns x * y, rounded to nearest even, saturated.
func (x Fixed[S, F]) Mul(y Fixed[S, F]) Fixed[S, F] {
	f := typeFormat[S, F]()
	xneg, xmag := split(x.bits)
	yneg, ymag := split(y.bits)
	neg := xneg != yneg
	if f.width <= 32 {
		z, _ := rounding.ShiftRight64(rounding.ToNearestEven, neg, xmag*ymag, uint(f.fraction))
		return Fixed[S, F]{join[S](f, neg, z)}
	}
	hi, lo := bits.Mul64(xmag, ymag)
	hi, lo, _ = shiftRight(rounding.ToNearestEven, neg, hi, lo, uint(f.fraction))
	if hi != 0 {
		lo = math.MaxUint64
	}
	return Fixed[S, F]{join[S](f, neg, lo)}
}

// Quo returns x / y, rounded to nearest even, saturated.
//
// Special cases are:
//
//	x.Quo(0) = the end of the range on x's side, for x not 0
//	0.Quo(0) = 0
func (x Fixed[S, F]) Quo(y Fixed[S, F]) Fixed[S, F] {
	f := typeFormat[S, F]()
	xneg, xmag := split(x.bits)
	yneg, ymag := split(y.bits)
	neg := xneg != yneg
	if ymag == 0 {
		if xmag == 0 {
			return x
		}
		return Fixed[S, F]{end[S](f, neg)}
	}
	var z, rem uint64
	if f.width <= 32 { // x has 32 bits at most, and F is 32 at most
		n := xmag << f.fraction
		z, rem = n/ymag, n%ymag
	} else {
		hi, lo := xmag>>(64-f.fraction), xmag<<f.fraction
		if hi >= ymag { // 2^64 or more
			return Fixed[S, F]{end[S](f, neg)}
		}
		z, rem = bits.Div64(hi, lo, ymag)
	}
	// The remainder against half of y; 2 rem may have 65 bits.
	half := rem >= ymag-rem
	if rem != 0 && rounding.Increment(rounding.ToNearestEven, neg, z&1 != 0, half, rem != ymag-rem) {
		z++ // does not wrap: z = 2^64-1 with a remainder would need x >= 2^65
	}
	return Fixed[S, F]{join[S](f, neg, z)}
}

// Neg returns -x, saturated: the negative of the smallest value is the largest.
func (x Fixed[S, F]) Neg() Fixed[S, F] { return Fixed[S, F]{}.Sub(x) }

// Abs returns |x|, saturated.
func (x Fixed[S, F]) Abs() Fixed[S, F] {
	if x.bits < 0 {
		return x.Neg()
	}
	return x
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
