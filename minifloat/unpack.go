package minifloat

import (
	"math"
	"math/big"
	"math/bits"
)

// kind is what a number is, before signs and sizes.
type kind uint8

const (
	isZero kind = iota
	isFinite
	isInf
	isNaN
	isSignaling
)

// number is an unpacked operand or an exact result. A finite one is
//
//	±sig × 2^(exp-63), with bit 63 of sig set,
//
// so that exp is the exponent of its leading bit. A NaN has in sig its sign, at
// bit 63, and its payload from bit 62 down; 0 is one without either.
//
// In a finite result, bit 0 of sig may
// stand for any bits below it (it is jammed); all operands have at most 32
// significant bits, or 53 where they come from a float64, so that bit 0 is
// never one of theirs.
type number struct {
	kind kind
	neg  bool
	exp  int
	sig  uint64
}

// unpack reads a code: it is exact, and the one place that knows what codes
// mean.
func (f Format) unpack(code uint32) number {
	m := f.mant()
	mag := code & f.magnitudeMask()
	neg := code&f.signBit() != 0
	switch f.Family() {
	case IEEEFamily:
		if inf := f.infCode(); mag >= inf {
			switch {
			case mag == inf:
				return number{kind: isInf, neg: neg}
			case mag>>(m-1)&1 == 0:
				return number{kind: isSignaling, neg: neg, sig: f.nanBits(code)}
			}
			return number{kind: isNaN, neg: neg, sig: f.nanBits(code)}
		}
	case FNUZFamily, P3109SE, P3109SF:
		if neg && mag == 0 {
			return number{kind: isNaN}
		}
		if mag > f.maxCode() {
			return number{kind: isInf, neg: neg}
		}
	case FiniteFamily:
	default: // NaN is all ones; P3109UE has infinity below it
		if mag == f.magnitudeMask() {
			return number{kind: isNaN, neg: neg}
		}
		if mag > f.maxCode() {
			return number{kind: isInf}
		}
	}
	field, frac := mag>>m, uint64(mag)&(1<<m-1)
	if field == 0 && f.Family() != FNUFamily {
		if frac == 0 || f.word&noSubnormals != 0 {
			return number{neg: neg}
		}
		// frac × 2^(minExp-m), its leading bit moved to bit 63
		n := bits.LeadingZeros64(frac)
		return number{isFinite, neg, f.minExp() - int(m) + 63 - n, frac << n}
	}
	return number{isFinite, neg, int(field) - f.Bias(), (1<<m | frac) << (63 - m)}
}

// denormalIsZero returns the code of a subnormal number as that of the zero of
// its sign, +0 where there is no -0, and any other code as it is.
func (f Format) denormalIsZero(code uint32) uint32 {
	if mag := code & f.magnitudeMask(); mag == 0 || mag>>f.mant() != 0 || !f.HasSubnormals() {
		return code
	}
	if !f.HasNegZero() {
		return 0
	}
	return code & f.signBit()
}

// nanBits returns the sign and payload of a NaN of the family IEEE, as a number
// has them.
func (f Format) nanBits(code uint32) uint64 {
	m := f.mant()
	return uint64(code&f.signBit())<<(63-f.magnitudeBits()) | uint64(code)<<(64-m)>>1
}

// unpackFloat64 is unpack for a float64.
func unpackFloat64(x float64) number {
	b := math.Float64bits(x)
	neg := b>>63 != 0
	field, frac := int(b>>52&0x7ff), b&(1<<52-1)
	switch {
	case field == 0x7ff && frac == 0:
		return number{kind: isInf, neg: neg}
	case field == 0x7ff && frac>>51 == 0:
		return number{kind: isSignaling, neg: neg, sig: b&float64Sign | frac<<11}
	case field == 0x7ff:
		return number{kind: isNaN, neg: neg, sig: b&float64Sign | frac<<11}
	case field != 0:
		return number{isFinite, neg, field - 1023, (1<<52 | frac) << 11}
	case frac == 0:
		return number{neg: neg}
	}
	n := bits.LeadingZeros64(frac)
	return number{isFinite, neg, -1074 + 63 - n, frac << n}
}

// float64 returns the value of x, which must have no more than 53 significant
// bits; a NaN is the canonical one. A value beyond float64's range, of a wide
// P3109 format, is rounded to nearest even once, beyond the largest to
// infinity.
func (x number) float64() float64 {
	var z float64
	switch x.kind {
	case isFinite:
		// float64(sig) is exact; Ldexp rounds its one result to nearest even
		// where that is subnormal.
		z = math.Ldexp(float64(x.sig), x.exp-63)
	case isInf:
		z = math.Inf(1)
	case isNaN, isSignaling:
		return math.NaN()
	}
	if x.neg {
		return -z
	}
	return z
}

// big returns the value of x exactly, and whether x is a NaN, for which the
// value is 0.
func (x number) big() (v *big.Float, nan bool) {
	v = new(big.Float)
	switch x.kind {
	case isFinite:
		v.SetUint64(x.sig).SetMantExp(v, x.exp-63)
		v.SetPrec(max(v.MinPrec(), 1))
	case isInf:
		return v.SetInf(x.neg), false
	case isNaN, isSignaling:
		return v, true
	}
	if x.neg {
		v.Neg(v)
	}
	return v, false
}
