package minifloat

import (
	"math"
	"math/bits"
	"unsafe"

	"golang.org/x/exp/constraints"

	"github.com/halfulp/halfulp/rounding"
)

// FormatOf returns the format of a type: FormatOf[Float16]().
func FormatOf[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family]() Format {
	Float[S, E, M, V]{}.check()
	return Float[S, E, M, V]{}.format()
}

// From returns x rounded to nearest even, with the format's own overflow:
// From[Float16](1.5).
//
// Special cases are:
//
//	From(±Inf) = ±Inf; without infinities NaN; without NaN the largest finite value
//	From(NaN) = the canonical NaN; without NaN +0
//	From(-0) = -0, or +0 where there is no -0
//	From(x) for x beyond the largest finite value = From(±Inf)
func From[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](x float64) F {
	return F(Float[S, E, M, V]{}.FromFloat64(x))
}

// FromFloat32 is From for a float32, which is a float64 exactly.
func FromFloat32[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](x float32) F {
	return F(Float[S, E, M, V]{}.FromFloat64(float64(x)))
}

// FromBits returns the number with the given code. Bits above the format's are
// dropped.
func FromBits[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](code S) F {
	Float[S, E, M, V]{}.check()
	return F(Float[S, E, M, V]{code & S(Float[S, E, M, V]{}.format().codeMask())})
}

// FromInt returns n rounded once to nearest even, with the format's own
// overflow: every int64 and uint64 directly, not by way of a float64.
func FromInt[F interface{ Float[S, E, M, V] }, I constraints.Integer, S Storage, E Exponent, M Mantissa, V Family](n I) F {
	if -1<<53 <= int64(n) && int64(n) <= 1<<53 && (n < 0) == (int64(n) < 0) {
		return F(Float[S, E, M, V]{}.FromFloat64(float64(int64(n))))
	}
	mag := uint64(n)
	if n < 0 {
		mag = -mag
	}
	Float[S, E, M, V]{}.check()
	return F(Float[S, E, M, V]{S(Float[S, E, M, V]{}.format().encodeInt(n < 0, mag))})
}

// encodeInt rounds ±mag, mag not 0, to nearest even.
func (f Format) encodeInt(neg bool, mag uint64) uint32 {
	code, _ := Context{}.pack(f, integer(neg, mag))
	return code
}

// integer returns ±mag; a zero is +0.
func integer(neg bool, mag uint64) number {
	if mag == 0 {
		return number{}
	}
	n := bits.LeadingZeros64(mag)
	return number{isFinite, neg, 63 - n, mag << n}
}

// EncodeInt returns the code of n rounded once to f.
func (c Context) EncodeInt(f Format, n int64) (uint32, rounding.Flags) {
	f.mustBeValid()
	mag := uint64(n)
	if n < 0 {
		mag = -mag
	}
	return c.pack(f, integer(n < 0, mag))
}

// EncodeUint returns the code of n rounded once to f.
func (c Context) EncodeUint(f Format, n uint64) (uint32, rounding.Flags) {
	f.mustBeValid()
	return c.pack(f, integer(false, n))
}

// FromIntWith returns n rounded once in context c, and the flags:
// FromIntWith[E4M3FN](c, 1000).
func FromIntWith[F interface{ Float[S, E, M, V] }, I constraints.Integer, S Storage, E Exponent, M Mantissa, V Family](c Context, n I) (F, rounding.Flags) {
	f := FormatOf[F, S, E, M, V]()
	code, flags := uint32(0), rounding.Flags(0)
	if n < 0 {
		code, flags = c.EncodeInt(f, int64(n))
	} else {
		code, flags = c.EncodeUint(f, uint64(n))
	}
	return F(Float[S, E, M, V]{S(code)}), flags
}

// Convert returns x rounded to nearest even to another type, with that format's
// own overflow: Convert[E5M2](x).
func Convert[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](x G) F {
	return F(Float[S, E, M, V]{}.FromFloat64(Float[S2, E2, M2, V2](x).Float64()))
}

// Inf returns +infinity if sign >= 0 and -infinity if sign < 0, or what From
// makes of it in a format that has none.
func Inf[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](sign int) F {
	return F(Float[S, E, M, V]{}.FromFloat64(math.Inf(sign)))
}

// NaN returns the canonical NaN, or +0 in a format without NaN.
func NaN[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family]() F {
	return F(Float[S, E, M, V]{}.FromFloat64(math.NaN()))
}

// Max returns the largest finite number.
func Max[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family]() F {
	Float[S, E, M, V]{}.check()
	return F(Float[S, E, M, V]{S(Float[S, E, M, V]{}.format().maxCode())})
}

// Bits returns the codes of s as a view: no copy is made, and writing to one
// writes to the other. Codes written through it must be zero above the
// format's bits. Of use with encoding/binary, which reads and writes integers:
// binary.Read(r, binary.LittleEndian, minifloat.Bits(s)).
func Bits[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](s []F) []S {
	return unsafe.Slice((*S)(unsafe.Pointer(unsafe.SliceData(s))), cap(s))[:len(s)]
}

// Floats returns codes as numbers: the inverse of Bits, a view as well. Codes
// must be zero above the format's bits.
func Floats[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](codes []S) []F {
	return unsafe.Slice((*F)(unsafe.Pointer(unsafe.SliceData(codes))), cap(codes))[:len(codes)]
}
