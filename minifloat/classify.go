package minifloat

import "fmt"

// Class says what kind of number a code is: IEEE 754's operation class
// (section 5.7.2).
type Class uint8

// The classes, in order of their values.
const (
	QuietNaN     Class = iota
	SignalingNaN       // only in IEEE formats: the mantissa's top bit is clear
	NegativeInfinity
	NegativeNormal
	NegativeSubnormal
	NegativeZero
	PositiveZero
	PositiveSubnormal
	PositiveNormal
	PositiveInfinity

	classCount
)

var classNames = [classCount]string{
	"QuietNaN", "SignalingNaN", "NegativeInfinity", "NegativeNormal", "NegativeSubnormal",
	"NegativeZero", "PositiveZero", "PositiveSubnormal", "PositiveNormal", "PositiveInfinity",
}

// String returns the constant's name.
func (c Class) String() string {
	if c < classCount {
		return classNames[c]
	}
	return fmt.Sprintf("Class(%d)", uint8(c))
}

// Class returns the class of a code. In a format without subnormal numbers, a
// code with a zero exponent field and a nonzero mantissa is a zero.
func (f Format) Class(code uint32) Class {
	f.mustBeValid()
	x := f.unpack(code)
	var c Class
	switch x.kind {
	case isNaN:
		return QuietNaN
	case isSignaling:
		return SignalingNaN
	case isInf:
		c = PositiveInfinity
	case isZero:
		c = PositiveZero
	default:
		if c = PositiveNormal; x.exp < f.minExp() {
			c = PositiveSubnormal
		}
	}
	if x.neg {
		c = NegativeZero + PositiveZero - c
	}
	return c
}

// IsNaN reports whether x is a NaN.
func (x Float[S, E, M, V]) IsNaN() bool {
	v := x.Float64()
	return v != v
}

// IsInf reports whether x is an infinity: of the sign of sign, or, for sign 0,
// of either.
func (x Float[S, E, M, V]) IsInf(sign int) bool {
	v := x.Float64()
	return v-v != 0 && (sign >= 0 && v > 0 || sign <= 0 && v < 0)
}

// IsFinite reports whether x is neither an infinity nor a NaN.
func (x Float[S, E, M, V]) IsFinite() bool {
	v := x.Float64()
	return v-v == 0
}

// IsZero reports whether x is a zero of either sign. (It makes the JSON option
// omitzero leave zeros out.)
func (x Float[S, E, M, V]) IsZero() bool { return x.Float64() == 0 }

// Signbit reports whether the sign bit of x is set. In the formats whose NaN
// has the code of -0 it is not set in NaN.
func (x Float[S, E, M, V]) Signbit() bool {
	x.check()
	f := x.format()
	code := uint32(x.bits)
	return code&f.signBit() != 0 && (f.in(familiesWithNaNAtNegZero) == 0 || code&f.magnitudeMask() != 0)
}

// Class returns the class of x.
func (x Float[S, E, M, V]) Class() Class {
	x.check()
	return x.format().Class(uint32(x.bits))
}

// Class returns the class of v.
func (v Value) Class() Class { return v.Format.Class(v.Bits) }

// IsNaN reports whether v is a NaN.
func (v Value) IsNaN() bool { return v.unpack().kind >= isNaN }

// Float64 returns the value of v: Format.Decode.
func (v Value) Float64() float64 { return v.Format.Decode(v.Bits) }

// IsNormal reports whether x is a normal number: finite, not zero and not
// subnormal.
func (x Float[S, E, M, V]) IsNormal() bool { return x.Value().IsNormal() }

// IsSubnormal reports whether x is subnormal: not zero, and below the smallest
// normal number.
func (x Float[S, E, M, V]) IsSubnormal() bool { return x.Value().IsSubnormal() }

// IsSignaling reports whether x is a signaling NaN, which IEEE formats have.
func (x Float[S, E, M, V]) IsSignaling() bool { return x.Class() == SignalingNaN }

// IsInf reports whether v is an infinity: of the sign of sign, or, for sign 0,
// of either.
func (v Value) IsInf(sign int) bool {
	x := v.unpack()
	return x.kind == isInf && (sign == 0 || sign < 0 == x.neg)
}

// IsFinite reports whether v is neither an infinity nor a NaN.
func (v Value) IsFinite() bool { return v.unpack().kind <= isFinite }

// IsZero reports whether v is a zero of either sign.
func (v Value) IsZero() bool { return v.unpack().kind == isZero }

// IsNormal reports whether v is a normal number: finite, not zero and not
// subnormal.
func (v Value) IsNormal() bool {
	c := v.Class()
	return c == PositiveNormal || c == NegativeNormal
}

// IsSubnormal reports whether v is subnormal: not zero, and below the smallest
// normal number.
func (v Value) IsSubnormal() bool {
	c := v.Class()
	return c == PositiveSubnormal || c == NegativeSubnormal
}

// IsSignaling reports whether v is a signaling NaN, which IEEE formats have.
func (v Value) IsSignaling() bool { return v.unpack().kind == isSignaling }

// Signbit reports whether the sign bit of v is set; that of a NaN in the place
// of -0 is not.
func (v Value) Signbit() bool {
	v.Format.mustBeValid()
	return v.Format.unpack(v.Bits).neg
}
