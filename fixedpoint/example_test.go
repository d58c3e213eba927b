package fixedpoint_test

import (
	"errors"
	"fmt"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func ExampleFixed() {
	x := fixedpoint.From[fixedpoint.Q15](0.75)
	y := fixedpoint.From[fixedpoint.Q15](0.5)
	fmt.Println(x.Mul(y), x.Add(y), x.Mul(y).Bits())

	// A format of one's own is one line.
	type gain = fixedpoint.Fixed[uint8, fixedpoint.F5]
	fmt.Println(fixedpoint.From[gain](2.71828))
	// Output:
	// Q0.15(0.375) Q0.15(0.99997) 12288
	// UQ3.5(2.72)
}

func ExampleContext() {
	down := fixedpoint.Context{Mode: rounding.ToNegativeInf, Overflow: fixedpoint.Wrap}
	x := fixedpoint.From[fixedpoint.Q7](0.75)
	z, flags := fixedpoint.Add(down, x, x)
	fmt.Println(z, flags)
	// Output: Q0.7(-0.5) ..o.x
}

func ExampleContext_Mul() {
	// A sample times a coefficient into a wider accumulator: nothing is lost.
	sample, _ := fixedpoint.ParseFormat("Q0.15")
	coefficient, _ := fixedpoint.ParseFormat("sfix8_6")
	sum, _ := fixedpoint.NewFormat(true, 10, 21)
	var c fixedpoint.Context
	x, _, _ := c.Parse(sample, "-0.3")
	y, _, _ := c.Parse(coefficient, "1.1")
	z, flags := c.Mul(sum, x, y)
	fmt.Println(x, y, z, flags)
	// Output: Q0.15(-0.3) Q1.6(1.1) Q10.21(-0.3281116) .....
}

func ExampleFormat() {
	f, err := fixedpoint.ParseFormat("ufix8_4")
	fmt.Println(f, f.Bits(), f.Min(), f.Max(), f.Epsilon(), err)
	bits, _ := fixedpoint.Context{}.Encode(f, 3.14159)
	fmt.Println(bits, f.Decode(bits))
	// Output:
	// UQ4.4 8 0 15.9375 0.0625 <nil>
	// 50 3.125
}

func ExampleValue() {
	q3x4, _ := fixedpoint.NewFormat(true, 3, 4)
	uq8, _ := fixedpoint.NewFormat(false, 0, 8)
	x, y := fixedpoint.Value{Format: q3x4, Bits: 24}, fixedpoint.Value{Format: uq8, Bits: 255}
	fmt.Println(x, y, x.Cmp(y))
	// Output: Q3.4(1.5) UQ0.8(0.996) 1
}

func ExampleOverflow() {
	q3x4 := fixedpoint.MustFormat(true, 3, 4)
	for _, o := range fixedpoint.Overflows() {
		z, flags := fixedpoint.Context{Overflow: o}.Encode(q3x4, -8.5)
		fmt.Println(o, fixedpoint.Value{Format: q3x4, Bits: z}, flags)
	}
	o, err := fixedpoint.ParseOverflow("SC_SAT_SYM")
	fmt.Println(o, err)
	// Output:
	// Saturate Q3.4(-8) ..o.x
	// Wrap Q3.4(7.5) ..o.x
	// SaturateSymmetric Q3.4(-7.94) ..o.x
	// SaturateSymmetric <nil>
}

func ExampleParseFormat() {
	for _, name := range []string{"Q3.12", "sfix8_E3", "sfixed(3 downto -12)", "ap_fixed<8,-12>", "UQ0.8"} {
		f, err := fixedpoint.ParseFormat(name)
		fmt.Println(f, f.SimulinkName(), f.Bits(), f.IntegerBits(), f.FractionBits(), err)
	}
	// Output:
	// Q3.12 sfix16_En12 16 3 12 <nil>
	// Q10.-3 sfix8_E3 8 10 -3 <nil>
	// Q3.12 sfix16_En12 16 3 12 <nil>
	// Q-13.20 sfix8_En20 8 -13 20 <nil>
	// UQ0.8 ufix8_En8 8 0 8 <nil>
}

func ExampleFormat_FullMul() {
	sample, gain := fixedpoint.MustFormat(true, 0, 15), fixedpoint.MustFormat(false, 2, 6)
	product, err := sample.FullMul(gain)
	sum, _ := product.FullAdd(product)
	fmt.Println(product, sum, err)
	_, err = product.FullMul(fixedpoint.MustFormat(true, 0, 63))
	fmt.Println(err)
	// Output:
	// Q2.21 Q3.21 <nil>
	// fixedpoint: no such format: a signed one with 3 integer and 84 fraction bits (1 to 64 bits in all, -64 to 127 of them fraction)
}

func ExampleFormatError() {
	_, err := fixedpoint.NewFormat(false, 60, 8)
	var e *fixedpoint.FormatError
	fmt.Println(errors.As(err, &e) && e.Integer == 60, errors.Is(err, fixedpoint.ErrFormat))
	// Output: true true
}

func ExampleParseError() {
	x, err := fixedpoint.Parse[fixedpoint.Q7]("1.5")
	fmt.Println(x, err)
	fmt.Println(errors.Is(err, fixedpoint.ErrRange))
	// Output:
	// Q0.7(0.99) fixedpoint: parsing "1.5" as Q0.7: value out of range
	// true
}

func ExampleRounder() {
	r := fixedpoint.NewRounder(fixedpoint.MustFormat(true, 3, 4), fixedpoint.Context{Mode: rounding.ToNegativeInf})
	fmt.Println(r.Round(0.99), r.Encode(0.99), r.Round(-0.01), r.Round(100))
	// Output: 0.9375 15 -0.0625 7.9375
}

// A filter's product is accumulated with one rounding, and hardware's stochastic rounding takes its bits from the caller.
func ExampleContext_FMAStochastic() {
	q15, acc := fixedpoint.MustFormat(true, 0, 15), fixedpoint.MustFormat(true, 3, 12)
	var c fixedpoint.Context
	x, _, _ := c.Parse(q15, "0.3")
	y, _, _ := c.Parse(q15, "0.7")
	z, _, _ := c.Parse(acc, "1")
	c.Mode = rounding.StochasticA
	for _, random := range []uint64{0, 7} {
		v, flags := c.FMAStochastic(acc, x, y, z, random, 3)
		fmt.Println(v, flags)
	}
	// Output:
	// Q3.12(1.21) ....x
	// Q3.12(1.2102) ....x
}

func ExampleAddSlice() {
	x := []fixedpoint.Q7{fixedpoint.From[fixedpoint.Q7](0.5), fixedpoint.From[fixedpoint.Q7](-0.75)}
	fixedpoint.AddSlice(x, x, x)
	fmt.Println(x)
	// Output: [Q0.7(0.99) Q0.7(-1)]
}

func ExampleMultiplier() {
	m, err := fixedpoint.NewMultiplier(0.0072474273418460)
	fmt.Println(m, err)
	fmt.Println(m.Apply(rounding.ToNearestEven, 12345), fixedpoint.Gemmlowp.Apply(m, 12345))
	// Output:
	// {1992157658 -7} <nil>
	// 89 89
}

// Where does TensorFlow Lite's rounding in two steps differ from rounding once, and how often?
func ExampleMultiplier_Mismatches() {
	m, _ := fixedpoint.NewMultiplier(1.0 / 96)
	count, first := m.Mismatches(fixedpoint.Gemmlowp, fixedpoint.TFLiteSingle, -10000, 10000, 3)
	fmt.Println(m, count)
	for _, d := range first {
		fmt.Printf("%d/96 = %.4f: %d and %d\n", d.X, float64(d.X)/96, d.A, d.B)
	}
	// Output:
	// {1431655765 -6} 208
	// -9936/96 = -103.5000: -104 and -103
	// -9840/96 = -102.5000: -103 and -102
	// -9744/96 = -101.5000: -102 and -101
}

// Where two runtimes differ, the sum and what each gives.
func ExampleMismatch() {
	m, _ := fixedpoint.NewMultiplier(0.25)
	_, first := m.Mismatches(fixedpoint.ONNX, fixedpoint.RNDNU, 0, 100, 1)
	for _, d := range first {
		fmt.Printf("%d/4: ONNX %d, XNNPACK's rndnu %d\n", d.X, d.A, d.B)
	}
	// Output: 2/4: ONNX 0, XNNPACK's rndnu 1
}

func ExampleForm() {
	m := fixedpoint.Multiplier{Mantissa: 1 << 30, Shift: -1} // 1/4
	for _, form := range fixedpoint.Forms() {
		fmt.Println(form, form.Apply(m, 1), form.Apply(m, 2), form.Apply(m, -6), form.Apply(m, -2))
	}
	// Output:
	// ONNX 0 0 -2 0
	// Gemmlowp 1 1 -2 -1
	// TFLiteSingle 0 1 -1 0
	// Ruy 0 1 -1 0
	// RNDNU 0 1 -1 0
	// FP32 0 0 -2 0
	// CMSISNN 1 1 -2 -1
}

// Between fixed point and minifloat there is one rounding, from the exact value: a float64 wherever that holds it, a big.Float
// for formats of more than 53 bits.
func Example_minifloat() {
	binary16, _ := minifloat.ParseFormat("binary16")
	q7x8, _ := fixedpoint.ParseFormat("q7.8")
	x := fixedpoint.Value{Format: q7x8, Bits: 1001}
	code, flags := minifloat.Context{}.Encode(binary16, x.Float64())
	fmt.Println(x, "is", binary16.Decode(code), flags)

	back, flags := fixedpoint.Context{Mode: rounding.ToZero}.Encode(q7x8, binary16.Decode(0x2e66))
	fmt.Println(binary16.Decode(0x2e66), "is", fixedpoint.Value{Format: q7x8, Bits: back}, flags)

	// A little more than half way from 1/2 to its successor: float64 drops the little, and ties go to even.
	q63, _ := fixedpoint.ParseFormat("q0.63")
	y := fixedpoint.Value{Format: q63, Bits: 1<<62 + 1<<51 + 1}
	code, _ = minifloat.Context{}.EncodeBig(binary16, y.Big())
	twice, _ := minifloat.Context{}.Encode(binary16, y.Float64())
	fmt.Println("once", binary16.Decode(code), "twice", binary16.Decode(twice))
	// Output:
	// Q7.8(3.91) is 3.91015625 .....
	// 0.0999755859375 is Q7.8(0.098) ....x
	// once 0.50048828125 twice 0.5
}
