package minifloat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func f32(bits uint32) float64 { return float64(math.Float32frombits(bits)) }

// judge returns what the oracle has in a context.
func judge(t *testing.T, r exact.Result, f minifloat.Format, c minifloat.Context) (uint32, rounding.Flags) {
	t.Helper()
	for i := range options {
		if options[i].c == c {
			code, flags := exact.RoundResult(r, namedSubject(t, f.Name()).g, options[i].o)
			return uint32(code), rounding.Flags(flags)
		}
	}
	t.Fatalf("no such context: %v", c)
	return 0, 0
}

// TestPeerBugsConversion holds inputs that other libraries round wrongly, named
// after the library or the thread that has the report.
func TestPeerBugsConversion(t *testing.T) {
	const inexact, underflow, overflow = rounding.Inexact, rounding.Underflow, rounding.Overflow
	for _, c := range []struct {
		source, format string
		ctx            minifloat.Context
		x              float64
		want           uint32
		flags          rounding.Flags
	}{
		{"gomlx float16: subnormals flushed", "binary16", minifloat.Context{}, f32(0x33800000), 1, 0},
		{"gomlx bfloat16: NaN payload truncated to Inf", "bfloat16", minifloat.Context{}, f32(0x7f800001), 0x7fc0, 0},
		{"zerfoo float16: sticky lost in subnormals", "binary16", minifloat.Context{}, f32(0x33000001), 1, inexact | underflow},
		{"zerfoo float16: sticky lost in subnormals", "binary16", minifloat.Context{}, f32(0x34200001), 3, inexact | underflow},
		{"zerfoo float16: nearest away rounds everything away", "binary16", minifloat.Context{Mode: rounding.ToNearestAway}, 1.0001, 0x3c00, inexact},
		{"zerfoo float16: nearest away rounds everything away", "binary16", minifloat.Context{Mode: rounding.ToNearestAway}, 1 + 0x1p-12, 0x3c00, inexact},
		{"zerfoo float16: ToZero overflows to Inf", "binary16", minifloat.Context{Mode: rounding.ToZero}, 1e30, 0x7bff, inexact | overflow},
		{"zerfoo float16: ToPositiveInf underflows to 0", "binary16", minifloat.Context{Mode: rounding.ToPositiveInf}, 1e-30, 1, inexact | underflow},
		{"zerfoo float16: ToNegativeInf overflows to Inf", "binary16", minifloat.Context{Mode: rounding.ToNegativeInf}, 1e30, 0x7bff, inexact | overflow},
		{"zerfoo float16: ToPositiveInf overflows to -Inf", "binary16", minifloat.Context{Mode: rounding.ToPositiveInf}, -1e30, 0xfbff, inexact | overflow},
		{"zerfoo float16: ToNegativeInf underflows to 0", "binary16", minifloat.Context{Mode: rounding.ToNegativeInf}, -1e-30, 0x8001, inexact | underflow},
		{"zerfoo float16: a configured mode has no effect", "binary16", minifloat.Context{Mode: rounding.ToPositiveInf}, 1 + 0x1p-12, 0x3c01, inexact},
		{"zerfoo bfloat16: NaN becomes Inf", "bfloat16", minifloat.Context{}, f32(0x7f800001), 0x7fc0, 0},
		{"zerfoo float16, gomlx: float64 through float32", "binary16", minifloat.Context{}, 1 + 0x1p-11 + 0x1p-40, 0x3c01, inexact},
		{"gomlx, zerfoo bfloat16: float64 through float32", "bfloat16", minifloat.Context{}, 1 + 0x1p-8 + 0x1p-40, 0x3f81, inexact},
		{"zerfoo float8: 2^-8 becomes -Inf", "e4m3fn", minifloat.Context{}, 0x1p-8, 2, 0},
		{"zerfoo float8: 256 becomes +Inf", "e4m3fn", minifloat.Context{}, 256, 0x78, 0},
		{"zerfoo float8: ties away", "e4m3fn", minifloat.Context{}, 304, 0x7a, inexact},
		{"zerfoo float8: ties away", "e4m3fn", minifloat.Context{}, 272, 0x78, inexact},
		{"zerfoo float8: 300 becomes 288 by its ties", "e4m3fn", minifloat.Context{}, 300, 0x79, inexact},
		{"zerfoo float8: 2^-10 becomes negative", "e4m3fn", minifloat.Context{}, 0x1p-10, 0, inexact | underflow},
		{"go-highway: sticky lost", "binary16", minifloat.Context{}, f32(0x33000001), 1, inexact | underflow},
		{"go-highway: sticky lost", "binary16", minifloat.Context{}, f32(0x34200001), 3, inexact | underflow},
		{"arrow-go float16: New truncates", "binary16", minifloat.Context{}, 1 + 0x3p-12, 0x3c01, inexact},
		{"arrow-go float16: New flushes subnormals", "binary16", minifloat.Context{}, 0x1p-24, 1, 0},
		{"arrow-go float16: NaN of a small payload becomes Inf", "binary16", minifloat.Context{}, f32(0x7f800001), 0x7e00, 0},
		{"kshard float8: subnormals", "e4m3fn", minifloat.Context{}, 0x7p-9, 7, 0},
		{"d4l3k, gx-org, uptrace bfloat16: truncate", "bfloat16", minifloat.Context{}, f32(0x3f80c000), 0x3f81, inexact},
		{"d4l3k, gx-org, uptrace bfloat16: NaN becomes Inf", "bfloat16", minifloat.Context{}, f32(0xff800001), 0x7fc0, 0},
		{"pychop: 65520", "binary16", minifloat.Context{}, 65520, 0x7c00, inexact | overflow},
		{"pychop: 65536 becomes 0", "binary16", minifloat.Context{}, 65536, 0x7c00, inexact | overflow},
		{"pychop: 131072 and above", "binary16", minifloat.Context{}, 131072, 0x7c00, inexact | overflow},
		{"pychop: numbers below 1e-38 clamped", "bfloat16", minifloat.Context{}, 0x1p-133, 1, 0},
		{"pychop rmode 7: -2.5", "e2m1fn", minifloat.Context{Mode: rounding.ToNearestZero}, -2.5, 0xc, inexact},
		{"pychop rmode 8: -2.5", "e2m1fn", minifloat.Context{Mode: rounding.ToNearestAway}, -2.5, 0xd, inexact},
		{"pychop: -0 lost", "binary16", minifloat.Context{}, math.Copysign(0, -1), 0x8000, 0},
		{"pychop rmode 9: to odd changes exact values", "binary16", minifloat.Context{Mode: rounding.ToOdd}, 1, 0x3c00, 0},
		{"pychop rmode 7: sign of negative ties", "e5m2", minifloat.Context{Mode: rounding.ToNearestZero}, -2.25, 0xc0, inexact},
		{"pychop rmode 8: sign of negative ties", "e5m2", minifloat.Context{Mode: rounding.ToNearestAway}, -2.25, 0xc1, inexact},
		{"ml_dtypes: float64 through float32", "e4m3fn", minifloat.Context{}, math.Float64frombits(0xc079000000000001), 0xfd, inexact},
		{"ml_dtypes: float64 through float32", "e4m3fn", minifloat.Context{}, math.Float64frombits(0x407d000000000001), 0x7f, inexact | overflow},
		{"ml_dtypes#401: float64 through float32", "e4m3fn", minifloat.Context{}, -431.99999999999994, 0xfd, inexact},
		{"ml_dtypes#401: float64 through float32", "bfloat16", minifloat.Context{}, 1 + 0x1p-8 + 0x1p-40, 0x3f81, inexact},
		{"ml_dtypes#221: a tie goes to the even neighbour", "e4m3fn", minifloat.Context{}, 4.25, 0x48, inexact},
		{"ml_dtypes#147: 464 is a tie", "e4m3fn", minifloat.Context{}, 464, 0x7e, inexact},
		{"ml_dtypes#147: 465 has no saturating cast", "e4m3fn", minifloat.Context{}, 465, 0x7f, inexact | overflow},
		{"ml_dtypes#147: 465 has no saturating cast", "e4m3fn", minifloat.Context{Saturation: rounding.SatFinite}, 465, 0x7e, inexact | overflow},
		{"ml_dtypes#298: no choice of a mode for E8M0", "e8m0fnu", minifloat.Context{Mode: rounding.ToPositiveInf}, 2.0625, 129, inexact},
		{"ml_dtypes#298: no choice of a mode for E8M0", "e8m0fnu", minifloat.Context{Mode: rounding.ToZero}, 3.9375, 128, inexact},
		{"onnx#7784: rounding up looks at too few bits", "e8m0fnu", minifloat.Context{Mode: rounding.ToPositiveInf}, 1.125, 128, inexact},
		{"onnx#7784: rounding up looks at too few bits", "e8m0fnu", minifloat.Context{Mode: rounding.ToPositiveInf}, 1.25, 128, inexact},
		{"onnx#7784: rounding up looks at too few bits", "e8m0fnu", minifloat.Context{Mode: rounding.ToPositiveInf}, 5, 130, inexact},
		{"onnx#7085: infinities into FNUZ", "e4m3fnuz", minifloat.Context{}, math.Inf(-1), 0x80, inexact | overflow},
		{"onnx#7085: infinities into FNUZ", "e5m2fnuz", minifloat.Context{}, math.Inf(1), 0x80, inexact | overflow},
		{"gfloat#62: E8M0 underflow", "e8m0fnu", minifloat.Context{}, 0x1p-140, 0, inexact | underflow},
		{"gfloat: TiesToAway by an addition", "binary16", minifloat.Context{Mode: rounding.ToNearestAway}, math.Float64frombits(0x3e5fffffffffffff), 0, inexact | underflow},
		{"gfloat: logarithm of 6.646e35", "bfloat16", minifloat.Context{Mode: rounding.ToZero}, 6.646e35, 0x7aff, inexact},
		{"pychop is_half: a tie within 10^-6", "e2m1fn", minifloat.Context{}, 2.5 + 0x1p-22, 5, inexact},
		{"pychop is_half: a tie within 10^-6", "e2m1fn", minifloat.Context{}, 3.5 - 0x1p-22, 5, inexact},
		{"pychop: an exponent by logarithm", "binary16", minifloat.Context{Mode: rounding.ToZero}, math.Nextafter(8, 0), 0x47ff, inexact},
		{"QPyTorch#48: 3 becomes -3", "binary32", minifloat.Context{}, 3, 0x40400000, 0},
		{"softfloat#20: to odd overflows", "binary16", minifloat.Context{Mode: rounding.ToOdd}, math.Float64frombits(0xc7efffffffff8002), 0xfbff, inexact | overflow},
		{"universal#1351: 61440 in E5M2", "e5m2", minifloat.Context{}, 61440, 0x7c, inexact | overflow},
		{"universal#1351: 480 is no value of E4M3", "e4m3fn", minifloat.Context{}, 480, 0x7f, inexact | overflow},
		{"universal#1351: 480 saturates", "e4m3fn", minifloat.Context{Saturation: rounding.SatFinite}, 480, 0x7e, inexact | overflow},
		{"universal#1133: truncates", "bfloat16", minifloat.Context{}, 0.2691408770292272, 0x3e8a, inexact},
		{"cvfpu#165: smallest normal with underflow", "binary32", minifloat.Context{}, math.Float64frombits(0x380fffffe0000000), 0x800000, inexact | underflow},
		{"saturn-vectors#101: 672 saturates", "e4m3fn", minifloat.Context{Saturation: rounding.SatFinite}, 672, 0x7e, inexact | overflow},
		{"saturn-vectors#101: ToZero of 500", "e4m3fn", minifloat.Context{Mode: rounding.ToZero}, 500, 0x7e, inexact | overflow},
		{"saturn-vectors#101: 448512 saturates", "e4m3fn", minifloat.Context{Saturation: rounding.SatFinite}, 448512, 0x7e, inexact | overflow},
		{"Microfloats#25: through bfloat16", "e4m3", minifloat.Context{}, 1.31640625, 0x3b, inexact},
		{"Microfloats#25: through bfloat16", "e4m3fn", minifloat.Context{}, 1.31640625, 0x3b, inexact},
		{"boa#5000: float64 through float32", "binary16", minifloat.Context{}, 2.980232238769532e-8, 1, inexact | underflow},
		{"ocannl#981: 3/4 of the smallest subnormal flushed", "binary16", minifloat.Context{}, f32(0x33400000), 1, inexact | underflow},
		{"LLVM#55838: 3/4 of the smallest subnormal", "binary32", minifloat.Context{}, 0x1.8p-150, 1, inexact | underflow},
		{"HIP __float2half_rz rounds to nearest", "binary16", minifloat.Context{Mode: rounding.ToZero}, 1 + 0x3p-12, 0x3c00, inexact},
		{"FBGEMM#5648, #786: ties", "bfloat16", minifloat.Context{}, 1 + 0x1p-8, 0x3f80, inexact},
		{"FBGEMM#5648, #786: ties", "bfloat16", minifloat.Context{}, 1 + 0x3p-8, 0x3f82, inexact},
		{"tilelang#2873: ties away in 8 bits", "e5m2", minifloat.Context{}, 1.125, 0x3c, inexact},
		{"burn: the largest E4M3FN is 448", "e4m3fn", minifloat.Context{}, 448, 0x7e, 0},
		{"burn: the largest E5M2 is 57344", "e5m2", minifloat.Context{}, 57344, 0x7b, 0},
	} {
		f := mustParse(t, c.format)
		got, flags := c.ctx.Encode(f, c.x)
		if got != c.want || flags != c.flags {
			t.Errorf("%s: Encode(%b) in %v = %#x %v, want %#x %v", c.source, c.x, f, got, flags, c.want, c.flags)
		}
		if want, flags := judge(t, exact.Convert(exact.Float64(c.x)), f, c.ctx); want != c.want || flags != c.flags {
			t.Errorf("%s: the oracle has %#x %v, the row %#x %v", c.source, want, flags, c.want, c.flags)
		}
	}
}

func TestPeerBugsDecoding(t *testing.T) {
	for _, c := range []struct {
		source, format string
		code           uint32
		want           float64
	}{
		{"arrow-go float16: subnormals", "binary16", 1, 0x1p-24},
		{"arrow-go float16: subnormals", "binary16", 0x3ff, 0x3ffp-24},
		{"maruel bfloat16: subnormals", "bfloat16", 1, 0x1p-133},
		{"zerfoo float8: subnormals", "e4m3fn", 1, 0x1p-9},
		{"zerfoo float8: 0x78 is no infinity", "e4m3fn", 0x78, 256},
		{"zerfoo float8: 0xf8 is no infinity", "e4m3fn", 0xf8, -256},
		{"kshard float8: subnormals", "e4m3fn", 7, 0x7p-9},
		{"headers that read E8M0's 0 as zero", "e8m0fnu", 0, 0x1p-127},
		{"P3109's code of e4m3 is half of OCP's", "Binary8p4se", 0x38, 0.5},
	} {
		if got := mustParse(t, c.format).Decode(c.code); got != c.want {
			t.Errorf("%s: Decode(%#x) = %v, want %v", c.source, c.code, got, c.want)
		}
	}
	for _, code := range []uint32{0x7c01, 0x7dff, 0xfc01} {
		v := minifloat.Value{Format: mustParse(t, "binary16"), Bits: code}
		if c := v.Class(); c != minifloat.SignalingNaN {
			t.Errorf("arrow-go float16: IsInf true for NaN %#x: %v", code, c)
		}
	}
	if x := minifloat.FromBits[minifloat.Float16](0x7c01); x.IsInf(0) || !x.IsNaN() {
		t.Error("arrow-go float16: IsInf true for NaN 0x7c01")
	}
	if x := minifloat.NaN[minifloat.Float16](); x.Class() != minifloat.QuietNaN {
		t.Errorf("gomlx float16: NaN() is signaling: %#x", x.Bits())
	}
}

func TestPeerBugsArithmetic(t *testing.T) {
	half, bf, single, fn := mustParse(t, "binary16"), mustParse(t, "bfloat16"), mustParse(t, "binary32"), mustParse(t, "e4m3fn")
	inf, nan := math.Inf(1), math.NaN()
	enc := func(f minifloat.Format, x float64) minifloat.Value {
		return minifloat.Value{Format: f, Bits: f.Encode(x)}
	}
	bits := func(f minifloat.Format, code uint32) minifloat.Value { return minifloat.Value{Format: f, Bits: code} }
	var ctx minifloat.Context
	before := minifloat.Context{Tininess: rounding.BeforeRounding}
	toZero, up, down := minifloat.Context{Mode: rounding.ToZero}, minifloat.Context{Mode: rounding.ToPositiveInf}, minifloat.Context{Mode: rounding.ToNegativeInf}
	first := func(v minifloat.Value, _ rounding.Flags) minifloat.Value { return v }
	zero, negZero := enc(half, 0), enc(half, math.Copysign(0, -1))
	type row struct {
		source  string
		op      operation
		ctx     minifloat.Context
		x, y, z minifloat.Value
		want    float64
		flags   rounding.Flags
	}
	const inexact, underflow, overflow = rounding.Inexact, rounding.Underflow, rounding.Overflow
	const tiny = inexact | underflow
	for _, c := range []row{
		{"zerfoo float16: Add(+0, -0) = -0", add, ctx, zero, negZero, zero, 0, 0},
		{"zerfoo float16: Mul(0, NaN) = 0", mul, ctx, zero, enc(half, nan), zero, nan, 0},
		{"zerfoo float16: Div(NaN, 0) = Inf", quo, ctx, enc(half, nan), zero, zero, nan, 0},
		{"zerfoo float16: Inf/NaN = Inf", quo, ctx, enc(half, inf), enc(half, nan), zero, nan, 0},
		{"zerfoo float16: AddWithMode(2048, -2^-24, RTZ)", add, toZero, enc(half, 2048), enc(half, -0x1p-24), zero, 2047, inexact},
		{"zerfoo bfloat16: FMA(7, 37, -2^-60)", fma, ctx, enc(bf, 7), enc(bf, 37), enc(bf, -0x1p-60), 258, inexact},
		{"zerfoo bfloat16: every underflow gives the smallest subnormal", mul, ctx, enc(bf, 1e-38), enc(bf, 1e-38), enc(bf, 0), 0, tiny},
		{"zerfoo bfloat16: every underflow gives the smallest subnormal", mul, toZero, enc(bf, 1e-38), enc(bf, 1e-38), enc(bf, 0), 0, tiny},
		{"zerfoo float8: sums", add, ctx, enc(fn, 256), enc(fn, 16), enc(fn, 0), 256, inexact},
		{"zerfoo float8: sums", add, ctx, enc(fn, 0x1p-9), enc(fn, 0x1p-9), enc(fn, 0), 0x1p-8, 0},
		{"kshard float8: Mul(0, NaN) = 0", mul, ctx, enc(fn, 0), enc(fn, nan), enc(fn, 0), nan, 0},
		{"kshard float8: -0 lost", mul, ctx, enc(fn, -1), enc(fn, 0), enc(fn, 0), math.Copysign(0, -1), 0},
		// 13*2^-9 * 5*2^-6 - 2^-9 = 2^-15, less than half of 2^-9.
		{"LLVM#63895: E4M3FN FMA", fma, ctx, bits(fn, 0x0d), bits(fn, 0x1a), bits(fn, 0x81), 0, tiny},
		{"LLVM#104984: binary32 FMA", fma, ctx, enc(single, 0.24999998), enc(single, 2.3509885e-38), enc(single, -0x1p-149), 0x3fffffp-149, tiny},
		// 245.375 * 19.953125 + 28688 = 33583.998, just below the midpoint 33584.
		{"OpenCL half FMA", fma, ctx, bits(half, 0x5bab), bits(half, 0x4cfd), bits(half, 0x7701), 33568, inexact},
		// 0.828125 * -51 = -42.234375 is a tie; 18*2^-24 more is not.
		{"half-rs#141", fma, ctx, bits(half, 0b0_01110_1010100000), bits(half, 0b1_10100_1001100000), bits(half, 0b0_00000_0000010010), -42.21875, inexact},
		// The exact sum of a product of 22 bits and an addend never misleads float64.
		{"binary16 FMA through float64", fma, ctx, bits(half, 0x7bff), bits(half, 0x7bff), bits(half, 0x8001), inf, inexact | overflow},
		// The tiny product takes less than a quarter of a unit of 24 bits off the smallest normal number: to 8 bits it is still that.
		{"spike#1825: bfloat16 FMA, tininess after rounding", fma, ctx, bits(bf, 0x0fb1), bits(bf, 0x0044), bits(bf, 0x8080), -0x1p-126, inexact},
		{"spike#1825: bfloat16 FMA, tininess before rounding", fma, before, bits(bf, 0x0fb1), bits(bf, 0x0044), bits(bf, 0x8080), -0x1p-126, tiny},
		{"cvfpu#169: bfloat16 quotient without a flag", quo, ctx, bits(bf, 0xae47), bits(bf, 0xf447), bits(bf, 0), 0, tiny},
		{"cvfpu#169: bfloat16 quotient without a flag", quo, up, bits(bf, 0xae47), bits(bf, 0xf447), bits(bf, 0), 0x1p-133, tiny},
		{"cvfpu#94: product just below the smallest normal", mul, ctx, bits(single, 0x00800000), bits(single, 0x3f7fffff), bits(single, 0), 0x1p-126, tiny},
		{"cvfpu#94: product just below the smallest normal", mul, ctx, bits(single, 0x00ffffff), bits(single, 0x3f000000), bits(single, 0), 0x1p-126, tiny},
		{"cvfpu#94: FMA just above the negative smallest normal", fma, down, bits(single, 0x2a61fffe), bits(single, 0x8170001f), bits(single, 0x807fffff), -0x1p-126, tiny},
		{"cva6#3274: quotient just below the smallest normal", quo, ctx, bits(single, 0x00ffffff), bits(single, 0xc0000000), bits(single, 0), -0x1p-126, tiny},
		{"redmule#58: binary16 FMA at the smallest normal", fma, ctx, bits(half, 0x03ee), bits(half, 0x3c12), bits(half, 0x8000), 0x1p-14, tiny},
		{"saturn-vectors#101: E4M3FN overflow, by the mode", mul, toZero, enc(fn, 28), enc(fn, 24), enc(fn, 0), 448, inexact | overflow},
	} {
		got, flags := c.op.run(c.ctx, c.x.Format, c.x, c.y, c.z)
		if !alike(got.Float64(), c.want) || flags != c.flags {
			t.Errorf("%s: %v %v, want %v %v", c.source, got, flags, c.want, c.flags)
		}
		s := namedSubject(t, c.x.Format.Name())
		n := s.operands(c.x.Bits, c.y.Bits, c.z.Bits)
		if want, wantFlags := judge(t, c.op.exact(n[0].n, n[1].n, n[2].n), s.f, c.ctx); got.Bits != want || flags != wantFlags {
			t.Errorf("%s: %#x %v, by the oracle %#x %v", c.source, got.Bits, flags, want, wantFlags)
		}
	}
	// TF32 products through float32 are wrong in the subnormals; typed and
	// run-time forms agree on the right one.
	tf := mustParse(t, "tf32")
	x, y := minifloat.From[minifloat.TF32](1026*0x1p-78), minifloat.From[minifloat.TF32](1533*0x1p-78)
	want := tf.Encode(1026 * 1533 * 0x1p-156)
	if got := first(ctx.Mul(tf, enc(tf, 1026*0x1p-78), enc(tf, 1533*0x1p-78))); got.Bits != want || x.Mul(y).Bits() != want {
		t.Errorf("TF32 1026*1533*2^-156: %v, %v, want %#x", got, x.Mul(y), want)
	}
	if got := minifloat.From[minifloat.BFloat16](7).FMA(minifloat.From[minifloat.BFloat16](37), minifloat.From[minifloat.BFloat16](-0x1p-60)); got.Float64() != 258 {
		t.Errorf("bfloat16 7*37-2^-60 = %v", got)
	}
}

// TestPeerBugsIntegers holds integers that other libraries round wrongly, in the types in which they do: from int64 in a context and, to
// nearest even, by FromInt.
func TestPeerBugsIntegers(t *testing.T) {
	const inexact, overflow = rounding.Inexact, rounding.Overflow
	var ctx minifloat.Context
	toZero, up := minifloat.Context{Mode: rounding.ToZero}, minifloat.Context{Mode: rounding.ToPositiveInf}
	from := map[string]func(n int64) (uint32, float64){
		"bfloat16": func(n int64) (uint32, float64) { return direct(minifloat.FromInt[minifloat.BFloat16](n)) },
		"binary32": func(n int64) (uint32, float64) { return direct(minifloat.FromInt[minifloat.Float32](n)) },
		"binary16": func(n int64) (uint32, float64) { return direct(minifloat.FromInt[minifloat.Float16](n)) },
		"e4m3":     func(n int64) (uint32, float64) { return direct(minifloat.FromInt[minifloat.E4M3](n)) },
		"e4m3fn":   func(n int64) (uint32, float64) { return direct(minifloat.FromInt[minifloat.E4M3FN](n)) },
	}
	for _, c := range []struct {
		source, format string
		ctx            minifloat.Context
		n              int64
		want           float64
		flags          rounding.Flags
	}{
		{"universal#684: 101 becomes 96", "e4m3", ctx, 101, 104, inexact},
		{"universal#684: 31 becomes 48", "e4m3", ctx, 31, 32, inexact},
		{"universal#684: 101 becomes 96", "e4m3fn", ctx, 101, 104, inexact},
		{"universal#684: 31 becomes 48", "e4m3fn", ctx, 31, 32, inexact},
		{"ml_dtypes#401: int64 through float32", "bfloat16", ctx, 16973823, 16908288, inexact},
		{"spike#1902: int32 through float32", "bfloat16", ctx, 0x1010011, 0x1020000, inexact},
		{"tilelang#2483: integers truncated", "bfloat16", ctx, 0x1ff, 0x200, inexact},
		{"libriscv#417: the mode ignored", "binary32", toZero, 1<<24 + 3, 1<<24 + 2, inexact},
		{"libriscv#417: the mode ignored", "binary32", up, 1<<24 + 1, 1<<24 + 2, inexact},
		// float64(2^62+2^38+1) is a tie; the integer is not.
		{"int64 through float64", "binary32", ctx, 1<<62 + 1<<38 + 1, 1<<62 + 1<<39, inexact},
		{"-2^63 has no positive counterpart", "binary32", ctx, math.MinInt64, -1 << 63, 0},
		{"x/image and others wrap", "binary16", ctx, math.MinInt64, math.Inf(-1), inexact | overflow},
	} {
		s := namedSubject(t, c.format)
		code, flags := c.ctx.EncodeInt(s.f, c.n)
		if got := s.f.Decode(code); got != c.want || flags != c.flags {
			t.Errorf("%s: EncodeInt(%d) in %v = %v %v, want %v %v", c.source, c.n, s.f, got, flags, c.want, c.flags)
		}
		if want, wantFlags := judge(t, exact.Convert(exact.Int64(c.n)), s.f, c.ctx); code != want || flags != wantFlags {
			t.Errorf("%s: %#x %v, by the oracle %#x %v", c.source, code, flags, want, wantFlags)
		}
		if bits, got := from[c.format](c.n); c.ctx == ctx && (bits != code || got != c.want) {
			t.Errorf("%s: FromInt(%d) in %v = %v, want %v", c.source, c.n, s.f, got, c.want)
		}
	}
}

func direct[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x minifloat.Float[S, E, M, V]) (uint32, float64) {
	return uint32(x.Bits()), x.Float64()
}

// TestPeerBugsMisc holds defects of other kinds.
func TestPeerBugsMisc(t *testing.T) {
	if x, err := minifloat.Parse[minifloat.Float16]("1.5"); err != nil || x.Float64() != 1.5 {
		t.Errorf("zerfoo float16: Parse is not implemented: %v, %v", x, err)
	}
	if s := fmt.Sprint(minifloat.Max[minifloat.E4M3FN]().Float64(), minifloat.Max[minifloat.E5M2]().Float64()); s != "448 57344" {
		t.Errorf("burn float8: largest values %s", s)
	}
	// x/image and others wrap: integers beyond the range overflow here.
	if x := minifloat.FromInt[minifloat.Float16](uint64(math.MaxUint64)); !x.IsInf(1) {
		t.Errorf("FromInt of 2^64-1: %v", x)
	}
	// universal#1559: exponents of subnormal numbers.
	if x := minifloat.FromBits[minifloat.Float16](3); x.Scalb(14).Float64() != 0x3p-10 || x.Logb().Float64() != -23 {
		t.Errorf("universal#1559: %v = %v × 2^-14, exponent %v", x, x.Scalb(14), x.Logb())
	}
	// softfloat#17: payloads are the machine's there, and a choice here.
	a, b := minifloat.FromBits[minifloat.Float16](0xfd01), minifloat.FromBits[minifloat.Float16](0x7e02)
	canonical, _ := minifloat.Mul(minifloat.Context{}, a, b)
	first, flags := minifloat.Mul(minifloat.Context{NaN: rounding.PropagateNaN}, a, b)
	if canonical.Bits() != 0x7e00 || first.Bits() != 0xff01 || flags != rounding.Invalid {
		t.Errorf("softfloat#17: NaN × NaN = %#x, with payloads %#x %v", canonical.Bits(), first.Bits(), flags)
	}
	if x := minifloat.FromInt[minifloat.E5M2](int8(-3)); x.Float64() != -3 {
		t.Errorf("FromInt of -3: %v", x.Float64())
	}
}

// TestUnsigned32Bits: a sign shifted past 32 bits of magnitude must not be lost.
func TestUnsigned32Bits(t *testing.T) {
	for _, extended := range []bool{false, true} {
		f, err := minifloat.P3109(32, 24, false, extended)
		if err != nil {
			t.Fatal(err)
		}
		nan, _ := f.NaNCode()
		for _, x := range []float64{-1, -0x1p-200, -0x1p200} {
			if got := f.Encode(x); got != nan {
				t.Errorf("%v.Encode(%v) = %#x, want NaN", f, x, got)
			}
		}
		for _, x := range []float64{math.Copysign(0, -1), -0x1p-400} {
			if got := f.Encode(x); got != 0 {
				t.Errorf("%v.Encode(%v) = %#x, want 0", f, x, got)
			}
		}
		// The code above the largest is 2^32; the one below all ones, NaN's, is
		// infinity, or without one the largest finite value's.
		const top = 0xfffffffe
		for _, x := range []float64{math.Nextafter(0x1p256, 0), 0x1p256, math.MaxFloat64} {
			if got := f.Encode(x); got != top {
				t.Errorf("%v.Encode(%v) = %#x, want %#x", f, x, got, uint32(top))
			}
			if got, want := (minifloat.Context{}).Round(f, x), f.Decode(top); got != want {
				t.Errorf("%v: Round(%v) = %v, want %v", f, x, got, want)
			}
			if got, want := minifloat.NewRounder(f, minifloat.Context{}).Round(x), f.Decode(top); got != want {
				t.Errorf("%v: a Rounder's Round(%v) = %v, want %v", f, x, got, want)
			}
		}
	}
	type unsigned = minifloat.Float[uint32, minifloat.E9, minifloat.M23, minifloat.UF]
	if x := minifloat.From[unsigned](-1.5); !x.IsNaN() {
		t.Errorf("From(-1.5) = %v, want NaN", x)
	}
	largest := minifloat.Max[unsigned]()
	for name, x := range map[string]unsigned{"+": largest.Add(largest), "*": largest.Mul(largest), "/": largest.Quo(minifloat.From[unsigned](0.5)),
		"FMA": largest.FMA(largest, largest), "From": minifloat.From[unsigned](math.Nextafter(0x1p256, 0))} {
		if x != largest {
			t.Errorf("%s beyond the range is %v, want the largest value %v", name, x, largest)
		}
	}
	for _, mode := range rounding.Modes() {
		c := minifloat.Context{Mode: mode}
		got, flags := minifloat.FromWith[unsigned](c, math.Nextafter(0x1p256, 0))
		sum, more := minifloat.Add(c, largest, largest)
		if want := rounding.Overflow | rounding.Inexact; got != largest || sum != largest ||
			flags&^rounding.Overflow != rounding.Inexact || more&^rounding.Overflow != rounding.Inexact || mode == rounding.ToPositiveInf && (flags != want || more != want) {
			t.Errorf("%v: from beyond the range %v %v, a sum there %v %v, want the largest value %v", mode, got, flags, sum, more, largest)
		}
	}
}

// TestStochasticFarBelow: a value 2^-27 of the smallest number is, with 26 random bits, exactly half a step of StochasticC's own
// rounding and goes to its even neighbour, 0; a bit more goes up where all random bits are set.
func TestStochasticFarBelow(t *testing.T) {
	f := minifloat.MustFormat(3, 1, minifloat.FNFamily)
	c := minifloat.Context{Mode: rounding.StochasticC}
	x := math.Ldexp(f.SmallestSubnormal(), -27)
	for _, test := range []struct {
		x    float64
		want uint32
	}{{x, 0}, {math.Nextafter(x, 1), 1}, {math.Nextafter(x, 0), 0}} {
		if got, flags := c.EncodeStochastic(f, test.x, 1<<26-1, 26); got != test.want || flags != rounding.Inexact|rounding.Underflow {
			t.Errorf("EncodeStochastic(%x) = %d %v, want %d", test.x, got, flags, test.want)
		}
	}
}
