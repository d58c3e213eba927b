package peers

import (
	"math"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// standIn begins a row: the project and what it is a stand-in for, and where its
// fault is told.
func standIn(name, source string, op fuzz.Operation, s fuzz.Subject) Peer {
	return Peer{Name: name, Source: source, Operation: op, Subject: s}
}

func in(mode rounding.Mode) fuzz.Context { return fuzz.Context{Mode: mode} }

func f32(x float32) uint64 { return uint64(math.Float32bits(x)) }

func f64(x float64) uint64 { return math.Float64bits(x) }

const (
	subnormalSticky = "bits shifted out of a subnormal result are lost, but for the first"
	viaFloat32      = "rounds to float32 first"
	survey          = "survey"
)

// halfStandIns are faults of implementations of binary16.
func halfStandIns() []Peer {
	from32, from64 := operation(fuzz.Convert, "binary32", "binary16"), operation(fuzz.Convert, "binary64", "binary16")
	half := func(op *fuzz.Operator) fuzz.Operation { return operation(op, "binary16", "binary16") }
	return []Peer{
		standIn("gomlx/compute float16 FromFloat32", survey, from32, fuzz.Unary(halfSubnormalsFlushed)).
			wrong(fuzz.Subnormals, "numbers below the normal ones become zero", 0x33800000),
		standIn("ahrefs/ocannl float to half", "ahrefs/ocannl#981", from32, fuzz.Unary(halfBelowSmallestFlushed)).
			wrong(fuzz.Subnormals, "numbers below the smallest subnormal one become zero", 0x33400000),
		standIn("zerfoo/float16 FromFloat32", survey, from32, fuzz.Unary(halfSubnormalStickyLost)).
			wrong(fuzz.StickyLost, subnormalSticky, 0x33000001).reported(0x34200001),
		standIn("go-highway Float32ToFloat16", survey, from32, fuzz.Unary(halfSubnormalStickyLost)).
			wrong(fuzz.StickyLost, subnormalSticky, 0x33000001),
		standIn("zerfoo/float16 FromFloat64", survey, from64, fuzz.Unary(halfViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32),
		standIn("boa-dev/boa f16", "boa-dev/boa#5000", from64, fuzz.Unary(halfViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32, f64(2.980232238769532e-8)),
		standIn("zerfoo/float16 Add", survey, half(fuzz.Add), fuzz.Binary(halfAddZero)).
			wrong(fuzz.SignOfZero, "+0 + -0 is -0", 0, 0x8000),
		standIn("zerfoo/float16 Mul", survey, half(fuzz.Mul), fuzz.Binary(halfMulZero)).
			wrong(fuzz.WrongNaN, "0 * NaN is 0", 0, 0x7e00),
		standIn("zerfoo/float16 Div", survey, half(fuzz.Quo), fuzz.Binary(halfQuoSpecial)).
			wrong(fuzz.WrongNaN, "NaN / 0 and infinity / NaN are infinity", 0x7e00, 0).reported(0x7c00, 0x7e00),
		standIn("zerfoo/float16 RoundNearestAway", survey, from32.With(in(rounding.ToNearestAway)), fuzz.Unary(halfNearestAwayIsAway)).
			wrong(fuzz.WrongDirection, "all that is inexact goes away from zero", f32(1.0001)),
		standIn("zerfoo/float16 RoundTowardZero", survey, from32.With(in(rounding.ToZero)), fuzz.Unary(halfToZeroOverflows)).
			wrong(fuzz.WrongOverflow, "overflow is infinite", f32(1e30)),
		standIn("zerfoo/float16 RoundTowardPositive", survey, from32.With(in(rounding.ToPositiveInf)), fuzz.Unary(halfUpUnderflows)).
			wrong(fuzz.Subnormals, "numbers below the smallest subnormal one become zero", f32(1e-30)),
		standIn("zerfoo/float16 AddWithMode", survey, half(fuzz.Add).With(in(rounding.ToZero)), fuzz.Binary(halfAddToZeroViaFloat32)).
			wrong(fuzz.DoubleRounding, "rounds to nearest float32 first", 0x6800, 0x8001),
		standIn("OpenCL-CTS half fma", "KhronosGroup/OpenCL-CTS#1882", half(fuzz.FMA), fuzz.Ternary(halfFMAViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32, 0x5bab, 0x4cfd, 0x7701),
		standIn("half-rs mul_add", "starkat99/half-rs#141", half(fuzz.FMA), fuzz.Ternary(halfFMAViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32, 0b0_01110_1010100000, 0b1_10100_1001100000, 0b0_00000_0000010010),
		standIn("ROCm __float2half_rz", "ROCm/legacy-rocm-build#1846", from32.With(in(rounding.ToZero)), fuzz.Unary(halfToZeroIsNearest)).
			wrong(fuzz.WrongDirection, "rounds to nearest"),
		standIn("SoftFloat-3 f64_to_f16 to odd", "ucb-bar/berkeley-softfloat-3#20", from64.With(in(rounding.ToOdd)), fuzz.UnaryFlags(halfOddOverflows)).
			wrong(fuzz.WrongOverflow, "overflow is infinite"),
		standIn("pychop LightChop(5, 10)", survey, from64, fuzz.Unary(halfChopOverflow)).
			wrong(fuzz.WrongOverflow, "what overflows by less than a factor of two becomes zero", f64(65536)).reported(f64(131000)),
		standIn("pychop LightChop(5, 10)", survey, from64, fuzz.Unary(halfZeroUnsigned)).
			wrong(fuzz.SignOfZero, "-0 becomes +0", f64(math.Copysign(0, -1))),
		standIn("pychop rmode 7", survey, from64.With(in(rounding.ToNearestZero)), fuzz.Unary(halfTiesToZeroOfNegatives)).
			wrong(fuzz.WrongTie, "ties toward zero go away from it below zero"),
		standIn("pychop rmode 9", survey, from64.With(in(rounding.ToOdd)), fuzz.Unary(halfOddMovesExact)).
			wrong(fuzz.OneUlp, "rounding to odd moves what is exact", f64(1)),
		standIn("gfloat TiesToAway", "survey of its vectors", from64.With(in(rounding.ToNearestAway)), fuzz.Unary(tiesAwayInFloat64)).
			wrong(fuzz.DoubleRounding, "adds one half in float64: just below it rounds up", 0x3e5fffffffffffff),
		standIn("CPFloat upward", "survey of its vectors", from64.With(in(rounding.ToPositiveInf)), fuzz.Unary(halfUpZeroUnsigned)).
			wrong(fuzz.SignOfZero, "-0, and what rounds up to zero, becomes +0"),
	}
}

// bfloatStandIns are faults of implementations of bfloat16.
func bfloatStandIns() []Peer {
	from32, from64 := operation(fuzz.Convert, "binary32", "bfloat16"), operation(fuzz.Convert, "binary64", "bfloat16")
	bfloat := func(op *fuzz.Operator) fuzz.Operation { return operation(op, "bfloat16", "bfloat16") }
	nan := "a NaN whose payload is in the lower half becomes infinity"
	return []Peer{
		standIn("d4l3k/go-bfloat16, gx-org, uptrace", survey, from32, fuzz.Unary(bfloatTruncated)).
			wrong(fuzz.WrongDirection, "truncates"),
		standIn("d4l3k/go-bfloat16", survey, from32, fuzz.Unary(bfloatTruncated)).
			wrong(fuzz.WrongNaN, nan, 0x7f800001),
		standIn("gomlx/compute bfloat16 FromFloat32, zerfoo", survey, from32, fuzz.Unary(bfloatNaNRounded)).
			wrong(fuzz.WrongNaN, nan, 0x7f800001),
		standIn("gomlx/compute bfloat16 FromFloat64, zerfoo", survey, from64, fuzz.Unary(bfloatViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32),
		standIn("ml_dtypes bfloat16 from float64", "jax-ml/ml_dtypes#401", from64, fuzz.Unary(bfloatViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32, f64(1+0x1p-8+0x1p-40)),
		standIn("ml_dtypes bfloat16 from int64", "jax-ml/ml_dtypes#401", operation(fuzz.Convert, "int64", "bfloat16"), fuzz.Unary(bfloatOfInt64)).
			wrong(fuzz.DoubleRounding, viaFloat32, 16973823),
		standIn("Spike i32_to_bf16", "riscv-software-src/riscv-isa-sim#1902", operation(fuzz.Convert, "int32", "bfloat16"), fuzz.Unary(bfloatOfInt32)).
			wrong(fuzz.DoubleRounding, viaFloat32),
		standIn("tilelang int to bfloat16", "tile-ai/tilelang#2483", operation(fuzz.Convert, "int32", "bfloat16"), fuzz.Unary(bfloatOfInt32Truncated)).
			wrong(fuzz.WrongDirection, "truncates"),
		standIn("universal bfloat16", "stillwater-sc/universal#1133", from64, fuzz.Unary(func(x float64) uint16 { return bfloatTruncated(float32(x)) })).
			wrong(fuzz.WrongDirection, "truncates", f64(0.2691408770292272)),
		standIn("FBGEMM float to bfloat16", "pytorch/FBGEMM#786", from32, fuzz.Unary(bfloatTiesAway)).
			wrong(fuzz.WrongTie, "ties go away from zero"),
		standIn("maruel/floatx BF16.Float32", survey, operation(fuzz.Convert, "bfloat16", "binary32"), fuzz.Unary(bfloatDecodedByShift)).
			wrong(fuzz.Subnormals, "the exponent of a subnormal number overwrites the sign", 1),
		standIn("zerfoo/float16 bfloat16 MulWithMode", survey, bfloat(fuzz.Mul), fuzz.Binary(bfloatMulSmallest)).
			wrong(fuzz.WrongDirection, "what underflows becomes the smallest subnormal number"),
		standIn("zerfoo/float16 BFloat16FMA", survey, bfloat(fuzz.FMA), fuzz.Ternary(bfloatFMAViaFloat64)).
			wrong(fuzz.DoubleRounding, "rounds to float64 first", 0x40e0, 0x4214, 0xa180),
		standIn("Spike bf16_mulAdd", "riscv-software-src/riscv-isa-sim#1825", bfloat(fuzz.FMA), fuzz.TernaryFlags(bfloatFMAUnderflows)).
			wrong(fuzz.WrongTininess, "keeps Underflow of a step on the way", 0x0fb1, 0x0044, 0x8080),
		standIn("cvfpu bfloat16 DIV", "openhwgroup/cvfpu#169", bfloat(fuzz.Quo).With(in(rounding.ToPositiveInf)), fuzz.BinaryFlags(bfloatQuoForgets)).
			wrong(fuzz.Subnormals, "an exact quotient far below the format is an exact zero", 0xae47, 0xf447),
		standIn("gfloat round_float toward zero", "graphcore-research/gfloat#49", from64.With(in(rounding.ToZero)), fuzz.Unary(bfloatLog2)).
			wrong(fuzz.OneUlp, "the exponent is a rounded logarithm", f64(math.Nextafter(0x1p119, 0))),
	}
}

// eightStandIns are faults of implementations of 8-bit formats and of fixed point.
func eightStandIns() []Peer {
	to := func(from, to string) fuzz.Operation { return operation(fuzz.Convert, from, to) }
	fn := func(op *fuzz.Operator) fuzz.Operation { return operation(op, "e4m3fn", "e4m3fn") }
	saturate := fuzz.Context{Saturation: rounding.SatFinite}
	up := in(rounding.ToPositiveInf)
	requantize := fuzz.NewOperator("requantize", 2, func(x []exact.Number, _ fuzz.Environment) exact.Result {
		r := exact.Mul(x[0], x[1])
		r.Exp--
		return r
	})
	return []Peer{
		standIn("ml_dtypes float8_e4m3fn from float64", "jax-ml/ml_dtypes#401", to("binary64", "e4m3fn"), fuzz.Unary(e4m3fnViaFloat32)).
			wrong(fuzz.DoubleRounding, viaFloat32, f64(-431.99999999999994)),
		standIn("Microfloats.jl E4M3 from Float64", "MurrellGroup/Microfloats.jl#25", to("binary64", "e4m3"), fuzz.Unary(e4m3ViaBFloat)).
			wrong(fuzz.DoubleRounding, "rounds to bfloat16 first", f64(1.31640625)),
		standIn("universal e4m3 from int", "stillwater-sc/universal#684", to("int16", "e4m3"), fuzz.Unary(e4m3OfIntTruncated)).
			wrong(fuzz.WrongDirection, "truncates", 101),
		standIn("universal e4m3 from int", "stillwater-sc/universal#684", to("int16", "e4m3"), fuzz.Unary(e4m3OfIntCarries)).
			wrong(fuzz.ManyUlps, "a carry leaves a bit of the significand behind", 31),
		standIn("universal e5m2", "stillwater-sc/universal#1351", to("binary64", "e5m2"), fuzz.Unary(e5m2TieSaturates)).
			wrong(fuzz.WrongOverflow, "the tie at the border of overflow stays finite", f64(61440)),
		standIn("saturn-vectors E4M3 toward zero", "ucb-bar/saturn-vectors#101", to("binary64", "e4m3fn").With(in(rounding.ToZero)), fuzz.Unary(e4m3fnOverflowIgnoresMode)).
			wrong(fuzz.WrongOverflow, "overflow ignores the mode", f64(500)),
		standIn("saturn-vectors E4M3 saturating", "ucb-bar/saturn-vectors#101", to("binary64", "e4m3fn").With(saturate), fuzz.Unary(e4m3fnSaturatesLate)).
			wrong(fuzz.WrongOverflow, "overflow within the top exponent is not seen", f64(672)),
		standIn("float8 (Rust) E4M3 MAX", "survey", to("binary64", "e4m3fn").With(saturate), fuzz.Unary(e4m3fnMaximum416)).
			wrong(fuzz.WrongOverflow, "saturates at 416", f64(448)),
		standIn("zerfoo/float8 ToFloat32", survey, to("e4m3fn", "binary32"), fuzz.Unary(e4m3fnDecodedNormal)).
			wrong(fuzz.Subnormals, "reads subnormal numbers as normal ones", 1),
		standIn("zerfoo/float8 ToFloat32", survey, to("e4m3fn", "binary32"), fuzz.Unary(e4m3fnInfinityAt256)).
			wrong(fuzz.WrongInfinity, "256 is infinity", 0x78),
		standIn("zerfoo/float8 ToFloat8", survey, to("binary32", "e4m3fn"), fuzz.Unary(e4m3fnTiesAway)).
			wrong(fuzz.WrongTie, "ties go away from zero"),
		standIn("zerfoo/float8 ToFloat8", survey, to("binary32", "e4m3fn"), fuzz.Unary(e4m3fnTinyFlips)).
			wrong(fuzz.Subnormals, "the exponent of a tiny number overwrites the sign", f32(0.0009765625)),
		standIn("zerfoo/float8 Add", survey, fn(fuzz.Add), fuzz.Binary(e4m3fnAddTwice)).
			wrong(fuzz.Subnormals, "reads subnormal numbers as normal ones"),
		standIn("kshard/float8 Mul", survey, fn(fuzz.Mul), fuzz.Binary(e4m3fnMulZero)).
			wrong(fuzz.WrongNaN, "0 * NaN is 0", 0, 0x7f),
		standIn("kshard/float8 from float32", survey, to("binary32", "e4m3fn"), fuzz.Unary(e4m3fnZeroUnsigned)).
			wrong(fuzz.SignOfZero, "-0 becomes +0", 0x80000000),
		standIn("LLVM APFloat Float8E4M3FN fusedMultiplyAdd", "llvm/llvm-project#63895", fn(fuzz.FMA), fuzz.Ternary(e4m3fnFMALoss)).
			wrong(fuzz.WrongDirection, "half a unit lost in a sum that cancels goes up to the smallest number", 0x0d, 0x1a, 0x81),
		standIn("onnx float to e4m3fnuz", "onnx/onnx#7085", to("binary32", "e4m3fnuz"), fuzz.Unary(e4m3fnuzInfToMax)).
			wrong(fuzz.WrongInfinity, "an infinity becomes the largest number", 0x7f800000),
		standIn("gfloat E8M0", "graphcore-research/gfloat#62", to("binary64", "e8m0"), fuzz.Unary(e8m0Underflow)).
			wrong(fuzz.WrongNaN, "what underflows becomes NaN"),
		standIn("onnx float to E8M0, up", "onnx/onnx#7784", to("binary32", "e8m0").With(up), fuzz.Unary(e8m0UpMask)).
			wrong(fuzz.StickyLost, "two bits are missing in the mask of what is cut off", 0x3fb00000),
		standIn("ml_dtypes float8_e8m0fnu", "survey of its vectors", to("binary32", "e8m0"), fuzz.Unary(e8m0TiesUp)).
			wrong(fuzz.WrongTie, "ties go to the larger power of two", 0x01400000),
		standIn("TVM requantize", "apache/tvm#4828", requantize.On(format("int32"), format("q0.31")).To(format("q31.0")).With(in(rounding.ToNearestAway)), fuzz.Binary(requantizedTwice)).
			wrong(fuzz.DoubleRounding, "rounds the product, then the shift", 1, 1<<30),
	}
}

// unitStandIns are faults of units that work in binary32.
func unitStandIns() []Peer {
	single := func(op *fuzz.Operator) fuzz.Operation { return operation(op, "binary32", "binary32") }
	return []Peer{
		standIn("cvfpu fcvt.s.d", "openhwgroup/cvfpu#165", operation(fuzz.Convert, "binary64", "binary32"), fuzz.UnaryFlags(singleMissesUnderflow)).
			wrong(fuzz.WrongFlags, "a carry to the smallest normal number hides Underflow", 0x380fffffe0000000),
		standIn("cvfpu fdiv.s", "openhwgroup/cvfpu#121", single(fuzz.Quo), fuzz.BinaryFlags(quoExactUnderflows)).
			wrong(fuzz.WrongFlags, "an exact subnormal quotient raises Underflow", 1, 0x3f800000),
		standIn("cvfpu fdiv.s", "openhwgroup/cvfpu#120", single(fuzz.Quo), fuzz.BinaryFlags(quoByInfOverflows)).
			wrong(fuzz.WrongFlags, "x / infinity raises Overflow", 0, 0x7f800000),
		standIn("CVA6 fdiv", "openhwgroup/cva6#2061", single(fuzz.Quo), fuzz.BinaryFlags(quoZeroByZeroDivides)).
			wrong(fuzz.WrongFlags, "0 / 0 raises DivideByZero", 0, 0),
		standIn("libriscv int to float", "libriscv/libriscv#417", operation(fuzz.Convert, "int32", "binary32").With(in(rounding.ToZero)), fuzz.Unary(singleOfIntNearest)).
			wrong(fuzz.WrongDirection, "ignores the mode"),
		standIn("RARS fmadd.s", "TheThirdOne/rars#234", single(fuzz.FMA), fuzz.Ternary(fmaSignOfZero)).
			wrong(fuzz.WrongSign, "a zero addend gives the sum its sign", 0x3f800000, 0xbe9999aa, 0),
		standIn("Z3 fp.fma", "Z3Prover/z3#872", single(fuzz.FMA), fuzz.Ternary(fmaNegativeZero)).
			wrong(fuzz.SignOfZero, "+0 * +0 + -0 is -0", 0, 0, 0x80000000),
		standIn("RSD fmul.s", "rsd-devel/rsd#92", single(fuzz.Mul), fuzz.Binary(mulByAddingZero)).
			wrong(fuzz.SignOfZero, "a negative zero product is +0", 0, 0x998a3664),
		standIn("QPyTorch float_quantize(8, 23)", "Tiiiger/QPyTorch#48", single(fuzz.Convert), fuzz.Unary(signFlipped)).
			wrong(fuzz.WrongSign, "half of the first bit cut off, of none, is the sign", f32(3)),
		standIn("cvfpu fma", "openhwgroup/cvfpu#94", single(fuzz.Mul), fuzz.BinaryFlags(mulMissesUnderflow)).
			wrong(fuzz.WrongFlags, "a carry to the smallest normal number hides Underflow", 0x00800000, 0x3f7fffff),
	}
}
