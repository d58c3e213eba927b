package minifloat

import "math"

// The fast ways between codes and float64s: nearest even, no flags, the
// format's own overflow. They take what is common (finite numbers in range) and
// leave the rest to unpack and pack, to which the tests prove them equal. The
// typed face has the same control flow with constants in it, in float.go; the
// arithmetic that both share is in the small functions here.

const (
	float64Sign = 1 << 63
	float64Inf  = 0x7ff << 52
)

// rebias is what a float64's magnitude has in excess of f's, at f's place of
// the exponent: the bits of a value of f, shifted left by 52-M, plus rebias,
// are its float64's.
func (f Format) rebias() uint64 { return uint64(1023-f.Bias()) << 52 }

// minNormalBits are the bits of the smallest normal number as a float64.
func (f Format) minNormalBits() uint64 {
	return uint64(1023+int64(f.in(^uint32(1<<FNUFamily)))-int64(f.Bias())) << 52
}

// limitBits are the bits of the power of two above every finite value.
func (f Format) limitBits() uint64 {
	return uint64(1024+int64(f.maxCode()>>f.mant())-int64(f.Bias())) << 52
}

// subnormalMagic is the power of two whose float64 neighbours are one smallest
// subnormal of f apart, so that adding it rounds to a multiple of that.
func (f Format) subnormalMagic() uint64 {
	return uint64(1023+1+52-int64(f.Bias())-int64(f.mant())) << 52
}

// smooth reports whether the fast ways apply: at most 10 exponent bits, with
// subnormal numbers, and a bias of 1 to 600. Then every normal number of the
// format, and the power of two above, is a normal float64 (the exponents are
// within -600 and 1023), and so is subnormalMagic.
func (f Format) smooth() bool {
	return f.word>>8&63 <= 10 && f.word>>32-1 < 600
}

// nearestNormal rounds t = |x|'s bits - rebias to a code: s = 52-M bits go. A
// carry moves into the exponent as it should.
func nearestNormal(t uint64, s uint) uint64 {
	return (t + (1<<(s-1) - 1) + t>>s&1) >> s
}

// nearestSubnormal rounds a magnitude below the smallest normal number: the sum
// with magic has its last bit at f's smallest subnormal, and is rounded to
// nearest even by the addition.
func nearestSubnormal(mag, magic uint64) uint32 {
	return uint32(math.Float64bits(math.Float64frombits(mag)+math.Float64frombits(magic)) - magic)
}

// beyond is the code, with the sign given, of what lies beyond the largest
// finite value: infinity or what stands for it.
func (f Format) beyond(sign uint32) uint32 {
	switch {
	case f.HasInf():
		return f.infCode() | sign
	case f.in(familiesWithoutNaN|familiesP3109Finite) != 0:
		return f.maxCode() | sign
	}
	return f.nanCode()
}

// Encode returns the code of x rounded to nearest even, with the format's own
// overflow: the code of Context{}.Encode.
func (f Format) Encode(x float64) uint32 {
	if f.smooth() {
		b := math.Float64bits(x)
		mag := b &^ float64Sign
		sign := uint32(b>>63) << f.magnitudeBits()
		switch {
		case mag > float64Inf || !f.Signed() && b>>63 != 0:
		case mag >= f.limitBits():
			return f.beyond(sign)
		case mag >= f.minNormalBits():
			code := nearestNormal(mag-f.rebias(), 52-f.mant())
			if code > uint64(f.maxCode()) {
				return f.beyond(sign)
			}
			return uint32(code) | sign
		case f.HasZero():
			code := nearestSubnormal(mag, f.subnormalMagic())
			if code == 0 && !f.HasNegZero() {
				return 0
			}
			return code | sign
		}
	}
	return f.encodeSlow(x)
}

// encodeSlow is Encode by way of pack.
func (f Format) encodeSlow(x float64) uint32 {
	code, _ := Context{}.Encode(f, x)
	return code
}

// Decode returns the value of a code. It is exact, except in P3109 formats with
// values beyond those of float64, where it rounds to nearest even. A NaN code
// gives the canonical NaN of Go.
func (f Format) Decode(code uint32) float64 {
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

// minSubnormalBits are the bits of the smallest subnormal as a float64.
func (f Format) minSubnormalBits() uint64 {
	return uint64(1023+1-int64(f.Bias())-int64(f.mant())) << 52
}

// subnormal returns the bits of mag times the smallest subnormal: exact.
func subnormal(mag uint32, unit uint64) uint64 {
	return math.Float64bits(float64(mag) * math.Float64frombits(unit))
}

// decodeSlow is Decode by way of unpack.
func (f Format) decodeSlow(code uint32) float64 {
	f.mustBeValid()
	return f.unpack(code).float64()
}
