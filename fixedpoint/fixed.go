package fixedpoint

import (
	"math/big"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// Fixed is a fixed-point number: an integer of type S in units of 2^-F. Its
// zero value is 0, and == compares values.
//
// The methods round once, to nearest even, and saturate; the functions of the
// same names take a [Context] and return flags. A number of a Fixed with more
// fraction bits than S has bits cannot be made: what makes one panics.
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

// Big returns the exact value, with a precision of 64 bits.
func (x Fixed[S, F]) Big() *big.Float { return x.Value().Big() }

// Rat returns the exact value.
func (x Fixed[S, F]) Rat() *big.Rat { return x.Value().Rat() }

// FromBits returns the number whose integer is bits.
func FromBits[T interface{ Fixed[S, F] }, S Storage, F Fraction](bits S) T {
	typeFormat[S, F]()
	return T(Fixed[S, F]{bits})
}

// From returns v rounded to nearest even, saturated. NaN gives 0.
func From[T interface{ Fixed[S, F] }, S Storage, F Fraction](v float64) T {
	return T(Fixed[S, F]{}.FromFloat64(v))
}

// FromFloat32 is [From] for a float32, which is a float64 exactly.
func FromFloat32[T interface{ Fixed[S, F] }, S Storage, F Fraction](v float32) T {
	return T(Fixed[S, F]{}.FromFloat64(float64(v)))
}

// FromInt returns the integer i, saturated.
func FromInt[T interface{ Fixed[S, F] }, I constraints.Integer, S Storage, F Fraction](i I) T {
	z, _ := Context{}.pack(typeFormat[S, F](), integer(i))
	return T(Fixed[S, F]{S(z)})
}

// FromBig returns v rounded to nearest even, saturated.
func FromBig[T interface{ Fixed[S, F] }, S Storage, F Fraction](v *big.Float) T {
	z, _ := Context{}.EncodeBig(typeFormat[S, F](), v)
	return T(Fixed[S, F]{S(z.Bits)})
}

// FromBigInt returns the integer i, saturated.
func FromBigInt[T interface{ Fixed[S, F] }, S Storage, F Fraction](i *big.Int) T {
	z, _ := Context{}.EncodeBigInt(typeFormat[S, F](), i)
	return T(Fixed[S, F]{S(z.Bits)})
}

// FromRat returns v rounded to nearest even, saturated.
func FromRat[T interface{ Fixed[S, F] }, S Storage, F Fraction](v *big.Rat) T {
	z, _ := Context{}.EncodeRat(typeFormat[S, F](), v)
	return T(Fixed[S, F]{S(z.Bits)})
}

// Max returns the largest value of the type.
func Max[T interface{ Fixed[S, F] }, S Storage, F Fraction]() T {
	return T(Fixed[S, F]{S(typeFormat[S, F]().MaxBits())})
}

// Min returns the smallest value of the type.
func Min[T interface{ Fixed[S, F] }, S Storage, F Fraction]() T {
	return T(Fixed[S, F]{S(typeFormat[S, F]().MinBits())})
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

// IsZero reports whether x is 0. (It makes the JSON option omitzero leave zeros
// out.)
func (x Fixed[S, F]) IsZero() bool { return x.bits == 0 }

// Sign returns -1, 0 or +1.
func (x Fixed[S, F]) Sign() int { return x.Cmp(Fixed[S, F]{}) }
