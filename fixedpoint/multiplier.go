package fixedpoint

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// Multiplier is a positive real factor as a 32-bit mantissa and a shift: the factor
// is Mantissa * 2^(Shift-31), with Mantissa in [2^30, 2^31). Integer inference
// rescales its int32 sums with it. The zero value is the factor 0.
//
// [Multiplier.Apply] rounds the product once. The other forms are those of
// existing runtimes, with their roundings, bit for bit.
type Multiplier struct {
	Mantissa int32
	Shift    int
}

// NewMultiplier returns the multiplier nearest to a real number, a tie away from
// zero, as TensorFlow Lite's QuantizeMultiplier has it. x is finite, not negative
// and below 2^31 after rounding; the error wraps [ErrMultiplier]. A factor below 2^-32 is kept,
// where TensorFlow Lite takes 0.
func NewMultiplier(x float64) (Multiplier, error) {
	if !(x >= 0 && x < 1<<31) {
		return Multiplier{}, fmt.Errorf("%w: %v", ErrMultiplier, x)
	}
	if x == 0 {
		return Multiplier{}, nil
	}
	frac, exp := math.Frexp(x) // [1/2, 1): 53 bits
	mantissa, _ := rounding.ShiftRight64(rounding.ToNearestAway, false, uint64(frac*0x1p53), 53-31)
	if mantissa == 1<<31 {
		mantissa, exp = mantissa/2, exp+1
	}
	if exp > 31 {
		return Multiplier{}, fmt.Errorf("%w: %v", ErrMultiplier, x)
	}
	return Multiplier{int32(mantissa), exp}, nil
}

// Float64 returns the factor. It is exact, down to 2^-1022.
func (m Multiplier) Float64() float64 { return math.Ldexp(float64(m.Mantissa), m.Shift-31) }

// Apply returns x times the factor, rounded once in the given mode, saturated to
// int32. It panics if the mode is unknown or stochastic, or m.Shift is above 31.
func (m Multiplier) Apply(mode rounding.Mode, x int32) int32 {
	Context{Mode: mode}.mustBeKnown()
	if m.Shift > 31 {
		panic("fixedpoint: a multiplier shifts by 31 at most")
	}
	p := int64(x) * int64(m.Mantissa)
	neg, mag := split(p)
	mag, _ = rounding.ShiftRight64(mode, neg, mag, uint(31-m.Shift))
	return join[int32](int32Format, neg, mag)
}

var int32Format = Format{width: 32, signed: true}

// ApplyDoubleRounding is MultiplyByQuantizedMultiplier of TensorFlow Lite and gemmlowp:
// the high half of the doubled product, ties toward +infinity, then a shift to the right,
// ties away from zero. It may differ by one from rounding once.
//
// For a positive Shift x is shifted left first, and must have room for that: the
// bits that leave int32 are lost.
func (m Multiplier) ApplyDoubleRounding(x int32) int32 {
	return RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(x<<max(m.Shift, 0), m.Mantissa), max(-m.Shift, 0))
}

// ApplySingleRounding is MultiplyByQuantizedMultiplier of a TensorFlow Lite built with
// TFLITE_SINGLE_ROUNDING: (x*Mantissa + 2^(30-Shift)) >> (31-Shift), one
// rounding with ties toward +infinity. Shift is -31 to 30 there, and the result saturates
// where the original takes it for granted that it fits.
func (m Multiplier) ApplySingleRounding(x int32) int32 { return m.Apply(rounding.ToNearestUp, x) }

// SaturatingRoundingDoublingHighMul is gemmlowp's function of that name, ARM's
// SQRDMULH: 2xy / 2^n for integers of n bits, to nearest, ties toward +infinity. The
// one product that does not fit saturates.
func SaturatingRoundingDoublingHighMul[T int16 | int32](x, y T) T {
	f := typeFormat[T, F0]()
	neg, mag := split(int64(x) * int64(y))
	mag, _ = rounding.ShiftRight64(rounding.ToNearestUp, neg, mag, uint(f.width-1))
	return join[T](f, neg, mag)
}

// RoundingDivideByPOT is gemmlowp's function of that name: x / 2^n to nearest,
// ties away from zero, n not negative.
func RoundingDivideByPOT(x int32, n int) int32 {
	if n < 0 {
		panic("fixedpoint: negative shift")
	}
	neg, mag := split(x)
	mag, _ = rounding.ShiftRight64(rounding.ToNearestAway, neg, mag, uint(n))
	return join[int32](int32Format, neg, mag)
}
