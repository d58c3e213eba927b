package fixedpoint_test

import (
	"fmt"

	"github.com/halfulp/halfulp/fixedpoint"
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
