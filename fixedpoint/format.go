package fixedpoint

import "math"

// Format is a fixed-point format: signed or not, its width and its fraction
// bits. It is comparable; two spellings of one format are ==. The zero value is
// no format: operations panic for it.
type Format struct {
	width    uint8
	signed   bool
	fraction int8
}

const (
	minFraction = -64
	maxFraction = 127
)

// NewFormat returns the format with the given integer bits, sign not counted,
// and fraction bits. The width, signed counting 1, must be 1 to 64, and the fraction bits
// -64 to 127. Either count may be negative: then the binary point lies outside
// the bits that are stored, as in, eight bits with values below 1/16.
func NewFormat(signed bool, integer, fraction int) (Format, error) {
	f := Format{signed: signed, fraction: int8(fraction)}
	// The counts are looked at first, so that the sum cannot overflow.
	if fraction < minFraction || fraction > maxFraction || integer < -maxFraction || integer > 64-minFraction {
		return Format{}, &FormatError{signed, integer, fraction}
	}
	width := integer + fraction
	if signed {
		width++
	}
	if width < 1 || width > 64 {
		return Format{}, &FormatError{signed, integer, fraction}
	}
	f.width = uint8(width)
	return f, nil
}

// MustFormat is [NewFormat] for constants: it panics where that gives an error.
func MustFormat(signed bool, integer, fraction int) Format {
	f, err := NewFormat(signed, integer, fraction)
	if err != nil {
		panic("fixedpoint: no such format")
	}
	return f
}

func (f Format) mustBeValid() {
	if f.width == 0 {
		panic("fixedpoint: the zero Format")
	}
}

// Bits returns the width, 1 to 64.
func (f Format) Bits() int { return int(f.width) }

// Signed reports whether the format has negative values.
func (f Format) Signed() bool { return f.signed }

// FractionBits returns the number of fraction bits, -64 to 127.
func (f Format) FractionBits() int { return int(f.fraction) }

// IntegerBits returns the number of integer bits without the sign. It is
// negative where the binary point lies to the left of all bits.
func (f Format) IntegerBits() int {
	n := int(f.width) - int(f.fraction)
	if f.signed {
		n--
	}
	return n
}

// limits returns the magnitudes of the lowest and the highest integer.
func (f Format) limits() (low, high uint64) {
	if f.signed {
		return 1 << (f.width - 1), 1<<(f.width-1) - 1
	}
	return 0, math.MaxUint64 >> (64 - f.width)
}

// MinBits returns the integer of the smallest value.
func (f Format) MinBits() int64 {
	f.mustBeValid()
	low, _ := f.limits()
	return -int64(low)
}

// MaxBits returns the integer of the largest value, for an unsigned format of 64
// bits as the int64 with the same bits.
func (f Format) MaxBits() int64 {
	f.mustBeValid()
	_, high := f.limits()
	return int64(high)
}

// Min returns the smallest value. It is exact.
func (f Format) Min() float64 { return f.Decode(f.MinBits()) }

// Max returns the largest value, rounded to nearest even where the format is
// wider than float64's 53 bits.
func (f Format) Max() float64 { return f.Decode(f.MaxBits()) }

// Epsilon returns the distance of neighbouring values, 2^-FractionBits.
func (f Format) Epsilon() float64 {
	f.mustBeValid()
	return pow2(-int(f.fraction))
}

// Decode returns the value of an integer of the format: bits * 2^-FractionBits.
// It is exact up to 53 bits, beyond it rounds once, to nearest even. Bits above
// the format's width are ignored; so both int64(uint8(x)) and int64(int8(x)) serve.
func (f Format) Decode(bits int64) float64 {
	f.mustBeValid()
	bits = f.extend(uint64(bits))
	if f.signed {
		return float64(bits) * pow2(-int(f.fraction))
	}
	return float64(uint64(bits)) * pow2(-int(f.fraction))
}

// extend takes the low bits of x that the format has, with its sign.
func (f Format) extend(x uint64) int64 {
	n := 64 - f.width
	if f.signed {
		return int64(x<<n) >> n
	}
	return int64(x << n >> n)
}

// pow2 returns 2^n for -1022 <= n <= 1023.
func pow2(n int) float64 { return math.Float64frombits(uint64(1023+n) << 52) }
