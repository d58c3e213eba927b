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
// [Multiplier.Apply] rounds the product once. A [Form] names what a runtime does with
// the same two numbers, bit for bit.
type Multiplier struct {
	Mantissa int32
	Shift    int
}

// NewMultiplier returns the multiplier nearest to a real number, a tie away from
// zero, as TensorFlow Lite's QuantizeMultiplier has it. x is finite, not negative
// and below 2^31 after rounding; the error wraps [ErrMultiplier]. A number of 31 significant
// bits or fewer, every float32 among them, is exact.
//
// A factor below 2^-32 is kept, where TensorFlow Lite takes 0.
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
	p := int64(x) * int64(m.Mantissa)
	if n := uint(31 - m.Shift); mode == rounding.ToNearestEven && n-1 < 62 {
		// Half a unit less one, and one more where the integer below is odd: |p| <= 2^62, so the sum fits.
		return saturate((p + (1<<(n-1) - 1) + p>>n&1) >> n)
	}
	return m.apply(mode, p)
}

// apply is Apply in every mode and for every shift, p the product with the mantissa.
func (m Multiplier) apply(mode rounding.Mode, p int64) int32 {
	Context{Mode: mode}.mustBeKnown()
	m.mustShift()
	neg, mag := split(p)
	mag, _ = rounding.ShiftRight64(mode, neg, mag, uint(31-m.Shift))
	return join[int32](int32Format, neg, mag)
}

var int32Format = Format{width: 32, signed: true}

func (m Multiplier) mustShift() {
	if m.Shift > 31 {
		panic("fixedpoint: a multiplier shifts by 31 at most")
	}
}

func saturate(z int64) int32 { return int32(max(math.MinInt32, min(z, math.MaxInt32))) }
