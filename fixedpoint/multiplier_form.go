package fixedpoint

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
)

// Form is a way to apply a [Multiplier] to an int32 sum. Its zero value, [ONNX], rounds the
// exact product once, to nearest even; [Once] does so in another mode. The others equal a
// runtime's own function in every bit wherever that has a result, which [Form.Supports] tells.
//
// Beyond that they go on by the same formula: a shift to the right by more than the runtime
// allows divides by that power of two, and one to the left loses the bits above int32. A Shift above 31 panics.
//
//	form          runtime                                                 roundings   ties                 too large
//	ONNX          QLinearConv, QLinearMatMul: round(sum * scale)          1           even                 saturates
//	Gemmlowp      gemmlowp, TensorFlow Lite                               2           up, then away        wraps
//	TFLiteSingle  TensorFlow Lite built with TFLITE_SINGLE_ROUNDING       1           up                   wraps
//	Ruy           ruy                                                     1           up                   wraps
//	RNDNU         XNNPACK rndnu                                           1           up                   wraps
//	FP32          XNNPACK fp32                                            3, float32  even                 saturates
//	CMSISNN       CMSIS-NN                                                2           up, then away        wraps
type Form uint8

const (
	// ONNX is the form of ONNX's operators, half to even of the real product, as far as the multiplier is
	// the real scale: one of more than 31 significant bits was rounded by NewMultiplier. It is Once(ToNearestEven).
	ONNX Form = Form(rounding.ToNearestEven)

	// Gemmlowp is MultiplyByQuantizedMultiplier of gemmlowp and of TensorFlow Lite: x shifted left for a positive Shift,
	// [SaturatingRoundingDoublingHighMul], then [RoundingDivideByPOT] for a negative one. It may differ by one from
	// rounding once.
	Gemmlowp Form = firstRuntime + iota

	// TFLiteSingle is the same function of a TensorFlow Lite that was built with TFLITE_SINGLE_ROUNDING, and of a
	// CMSIS-NN built with CMSIS_NN_USE_SINGLE_ROUNDING: (x*Mantissa + 2^(30-Shift)) >> (31-Shift). The original
	// takes for granted that the result fits in int32; a release build keeps the low 32 bits, and so does this.
	TFLiteSingle

	// Ruy is ruy's MultiplyByQuantizedMultiplier: TFLiteSingle for shifts up to 7.
	Ruy

	// RNDNU is XNNPACK's requantization of that name (round to nearest, ties up), whose scale is a float32 in [2^-32, 256):
	// TFLiteSingle for a mantissa of 24 bits.
	RNDNU

	// FP32 is XNNPACK's requantization of that name, with lrintf or by a magic number: the sum becomes a float32,
	// is multiplied with the float32 scale, and rounds to the nearest even integer. Sums from 2^24 on, and almost every
	// product, round before that.
	FP32

	// CMSISNN is arm_nn_requantize of CMSIS-NN. It is Gemmlowp but for Mantissa = x = -2^31, where it wraps.
	CMSISNN

	formEnd
)

const firstRuntime = 16 // above all modes

// Once returns the form that rounds the exact product once: see [Multiplier.Apply]. It panics if the mode is unknown or
// stochastic.
func Once(mode rounding.Mode) Form {
	Context{Mode: mode}.mustBeKnown()
	return Form(mode)
}

// Forms returns the named forms, ONNX first.
func Forms() []Form { return []Form{ONNX, Gemmlowp, TFLiteSingle, Ruy, RNDNU, FP32, CMSISNN} }

// String returns the constant's name, or Once(mode).
func (f Form) String() string {
	switch f {
	case ONNX:
		return "ONNX"
	case Gemmlowp:
		return "Gemmlowp"
	case TFLiteSingle:
		return "TFLiteSingle"
	case Ruy:
		return "Ruy"
	case RNDNU:
		return "RNDNU"
	case FP32:
		return "FP32"
	case CMSISNN:
		return "CMSISNN"
	}
	if f <= Form(rounding.ToOdd) {
		return fmt.Sprintf("Once(%v)", rounding.Mode(f))
	}
	return fmt.Sprintf("Form(%d)", uint8(f))
}

// Valid reports whether f is a form: one of [Forms], or one that Once returns.
func (f Form) Valid() bool {
	return f <= Form(rounding.ToOdd) || f >= Gemmlowp && f < formEnd
}

// Supports reports whether the runtime itself has a result for this multiplier: a mantissa that is not negative, and a shift
// from the least to the largest that its assertions and comments allow. Shifts beyond 31 to the right are nowhere among them:
// TensorFlow Lite takes the factor 0 there.
func (f Form) Supports(m Multiplier) bool {
	least, most, mask := -31, 30, int32(0)
	switch f {
	case Ruy:
		most = 7
	case RNDNU, FP32:
		most, mask = 8, 1<<7-1 // 24 significant bits
		if m.Mantissa < 1<<30 {
			return false
		}
	case Gemmlowp, TFLiteSingle, CMSISNN:
	default:
		least, most = math.MinInt, 31
	}
	return m.Mantissa >= 0 && m.Mantissa&mask == 0 && m.Shift >= least && m.Shift <= most
}

// Apply returns x times the multiplier in this form. It panics if f is no form, or m.Shift above 31.
func (f Form) Apply(m Multiplier, x int32) int32 {
	switch f {
	case ONNX:
		return m.Apply(rounding.ToNearestEven, x)
	case Gemmlowp:
		return RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(m.left(x), m.Mantissa), max(-m.Shift, 0))
	case CMSISNN:
		return RoundingDivideByPOT(int32(doubledHigh(m.left(x), m.Mantissa)), max(-m.Shift, 0))
	case TFLiteSingle, Ruy, RNDNU:
		return m.nearestUp(x)
	case FP32:
		return m.fp32(x)
	}
	if f > Form(rounding.ToOdd) {
		panic("fixedpoint: unknown form of a multiplier")
	}
	return m.Apply(rounding.Mode(f), x)
}

// left shifts x to the left by a positive Shift.
func (m Multiplier) left(x int32) int32 {
	m.mustShift()
	return x << uint(max(m.Shift, 0))
}

// nearestUp rounds to nearest, ties toward +infinity: the floor of the product with one more bit, then the floor of
// that plus one half. No step overflows, and a shift beyond 64 gives 0.
func (m Multiplier) nearestUp(x int32) int32 {
	m.mustShift()
	p := int64(x) * int64(m.Mantissa)
	if m.Shift == 31 {
		return int32(p)
	}
	return int32((p>>uint(30-m.Shift) + 1) >> 1)
}

// fp32 makes three roundings to float32 and one to an integer, all to nearest even.
func (m Multiplier) fp32(x int32) int32 {
	m.mustShift()
	scale := float32(m.Mantissa)
	if m.Shift >= -90 { // no product with this power of two is subnormal
		scale *= float32(pow2(m.Shift - 31))
	} else {
		scale = float32(math.Ldexp(float64(scale), m.Shift-31))
	}
	return saturate(int64(math.RoundToEven(float64(float32(x) * scale))))
}

// ApplyInt64 is TensorFlow Lite's MultiplyByQuantizedMultiplier for the 64-bit sums of 16-bit activations and 8-bit weights:
// the mantissa is rounded to 16 bits first, ties up, at most 2^15-1, then the product once, ties toward +infinity. It is meant for x in [-2^47, 2^47)
// and for shifts from -31 to 7; the low 32 bits of the result are kept. CMSIS-NN's arm_nn_requantize_s64 gives the same below
// 2^30. It panics if m.Shift is above 14.
func (m Multiplier) ApplyInt64(x int64) int32 {
	if m.Shift > 14 {
		panic("fixedpoint: a multiplier of 64-bit sums shifts by 14 at most")
	}
	reduced := min((int64(m.Mantissa)+1<<15)>>16, 1<<15-1)
	return int32((x*reduced>>uint(14-m.Shift) + 1) >> 1)
}

// SaturatingRoundingDoublingHighMul is gemmlowp's function of that name, ARM's
// SQRDMULH: 2xy / 2^n for integers of n bits, to nearest, ties toward +infinity. The
// one product that does not fit, of the two least integers, saturates.
func SaturatingRoundingDoublingHighMul[T int16 | int32](x, y T) T {
	z := doubledHigh(x, y)
	if int64(T(z)) != z {
		z-- // one above the largest
	}
	return T(z)
}

// doubledHigh is SaturatingRoundingDoublingHighMul with a result of n+1 bits.
func doubledHigh[T int16 | int32](x, y T) int64 {
	n := 8 * uint(unsafe.Sizeof(x))
	return (int64(x)*int64(y) + 1<<(n-2)) >> (n - 1)
}

// RoundingDivideByPOT is gemmlowp's function of that name: x / 2^n to nearest,
// ties away from zero, n not negative.
func RoundingDivideByPOT(x int32, n int) int32 {
	if n <= 0 {
		if n < 0 {
			panic("fixedpoint: negative shift")
		}
		return x
	}
	n = min(n, 62) // from 33 on the quotient is below a half
	// Half a unit, and for a negative x one less: its tie goes down. (x>>31 is -1 or 0.)
	return int32((int64(x) + 1<<uint(n-1) + int64(x>>31)) >> uint(n))
}
