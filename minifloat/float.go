package minifloat

import (
	"math"
	"unsafe"
)

// Float is a binary floating-point number with exponent field E, mantissa field
// M and family V, stored in S:
//
//	type Float16 = Float[uint16, E5, M10, IEEE]
//
// Its zero value is the code 0: zero, or in a format without zero the smallest
// value. == compares codes (NaN == NaN, +0 != -0); use Equal for values. The
// operators that are methods round to nearest even with the format's own
// overflow; functions of the same names take a [Context] and return flags.
//
// An instantiation whose storage is too small, or whose widths its family does
// not allow (see [NewFormat]), panics at its first use.
type Float[S Storage, E Exponent, M Mantissa, V Family] struct{ bits S }

// The rules of NewFormat as sets of families, for check.
const (
	familiesWithMantissa = 1<<IEEEFamily | 1<<FNFamily                   // M >= 1
	familiesFromE2       = 1<<IEEEFamily | 1<<FNUFamily                  // E >= 2
	familiesToE11        = 1<<IEEEFamily | 1<<FNUZFamily | familiesP3109 // else E <= 10
	tagB11               = uint64(familyCount)
)

// check panics for an instantiation that is no format or does not fit its
// storage. In every other it folds to nothing.
func (x Float[S, E, M, V]) check() {
	var e E
	var m M
	var v V
	if misfit(len(e), len(m), len(v), int(unsafe.Sizeof(x)*8)) {
		panic("minifloat: no such format, or its storage is too small")
	}
}

// misfit is the check's condition, one sign bit of a union for the sake of the
// inliner's budget.
func misfit(e, m, v, size int) bool {
	return (m-familiesWithMantissa>>v&1)|(e-1-familiesFromE2>>v&1)|(10+familiesToE11>>v&1-e)|
		(size-e-m-familiesWithSign>>v&1)|(-m*(1<<FNUFamily>>v&1)) < 0
}

// typeFormat returns the format of the tags' lengths. Given constants it is
// one: the compiler inlines it.
func typeFormat(e, m, v uint64) Format {
	bias := uint64(1)<<(e-1) - 1 + uint64(familiesWithHighBias)>>v&1
	if v == tagB11 {
		bias, v = b11Bias, uint64(FNUZFamily)
	}
	return Format{m | e<<8 | v<<16 | bias<<32}
}

// format returns the format of x's type, a constant.
func (Float[S, E, M, V]) format() Format {
	var e E
	var m M
	var v V
	return typeFormat(uint64(len(e)), uint64(len(m)), uint64(len(v)))
}

// Bits returns the code.
func (x Float[S, E, M, V]) Bits() S { return x.bits }

// Float64 returns the value of x, which every float64 holds exactly. A NaN is
// the canonical one.
func (x Float[S, E, M, V]) Float64() float64 {
	x.check()
	f, code := x.format(), uint32(x.bits)
	if f.smooth() {
		m := f.mant()
		mag := code & f.magnitudeMask()
		sign := uint64(code&f.signBit()) << (63 - f.magnitudeBits())
		switch {
		case mag>>m == 0:
			if f.HasZero() && (mag != 0 || f.HasNegZero()) {
				return math.Float64frombits(subnormal(mag, f.minSubnormalBits()) | sign)
			}
		case mag <= f.maxCode():
			return math.Float64frombits(uint64(mag)<<(52-m) + f.rebias() | sign)
		case f.HasInf() && mag == f.infCode():
			return math.Float64frombits(float64Inf | sign)
		default:
			return math.NaN()
		}
	}
	return f.decodeSlow(code)
}

// Float32 returns the value of x, rounded to nearest even where the type has
// more than 8 exponent bits. A NaN is the canonical one.
func (x Float[S, E, M, V]) Float32() float32 { return float32(x.Float64()) }

// FromFloat64 returns v rounded to nearest even, with the format's own
// overflow; x is not looked at. It is [From] as a method, for [Number].
func (x Float[S, E, M, V]) FromFloat64(v float64) Float[S, E, M, V] {
	x.check()
	f := x.format()
	if f.smooth() {
		b := math.Float64bits(v)
		mag := b &^ float64Sign
		sign := uint32(b>>63) << f.magnitudeBits()
		switch {
		case !f.Signed() && b>>63 != 0: // in this order: signs are not predictable
		case mag > float64Inf:
			if f.HasNaN() {
				return Float[S, E, M, V]{S(f.nanCode())}
			}
		case mag >= f.limitBits():
			return Float[S, E, M, V]{S(f.beyond(sign))}
		case mag >= f.minNormalBits():
			code := nearestNormal(mag-f.rebias(), 52-f.mant())
			// What is above 32 bits, which only unsigned formats reach here, is looked at by
			// itself: Go 1.26.8 compiles x>>s > 1<<32-2 to false for s390x.
			if !f.Signed() && code>>32 != 0 || uint32(code) > f.maxCode() {
				return Float[S, E, M, V]{S(f.beyond(sign))}
			}
			return Float[S, E, M, V]{S(uint32(code) | sign)}
		case f.HasZero():
			code := nearestSubnormal(mag, f.subnormalMagic())
			if code == 0 && !f.HasNegZero() {
				return Float[S, E, M, V]{}
			}
			return Float[S, E, M, V]{S(code | sign)}
		}
	}
	return Float[S, E, M, V]{S(f.encodeSlow(v))}
}
