package minifloat_test

import (
	"fmt"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func ExampleRem() {
	x, y := minifloat.From[minifloat.Float16](7.5), minifloat.From[minifloat.Float16](2)
	fmt.Println(x.Rem(y), x.Mod(y))
	_, flags := minifloat.Rem(minifloat.Context{}, x, minifloat.Float16{})
	fmt.Println(flags)
	// Output:
	// Float16(-0.5) Float16(1.5)
	// v....
}

func ExampleFloat_FAA() {
	big, one := minifloat.From[minifloat.E4M3FN](256), minifloat.From[minifloat.E4M3FN](1)
	fmt.Println(big.Add(one).Sub(big), big.FAA(one, big.Neg()))
	// Output: E4M3FN(0) E4M3FN(1)
}

func ExampleScaledAdd() {
	// Two numbers of two blocks: 1.5 × 2^3 + 0.5 × 2^-1.
	x, y := minifloat.From[minifloat.E4M3FN](1.5), minifloat.From[minifloat.E4M3FN](0.5)
	sx, sy := minifloat.From[minifloat.E8M0FNU](8), minifloat.From[minifloat.E8M0FNU](0.5)
	z, flags := minifloat.ScaledAdd(minifloat.Context{Mode: rounding.ToPositiveInf}, x, sx, y, sy)
	fmt.Println(z, flags)
	// Output: E4M3FN(13) ....x
}

func ExampleHypot() {
	x, y := minifloat.From[minifloat.Float16](30000), minifloat.From[minifloat.Float16](40000)
	z, flags := minifloat.Hypot(minifloat.Context{}, x, y)
	fmt.Printf("%.0f %v, but %v\n", z, flags, x.Mul(x).Add(y.Mul(y)).Sqrt())
	// Output: 49984 ....x, but Float16(+Inf)
}

func ExampleChoose() {
	x, nan := minifloat.From[minifloat.E5M2](-3), minifloat.NaN[minifloat.E5M2]()
	for _, e := range []minifloat.Extremum{minifloat.Minimum, minifloat.MinimumNumber} {
		z, _ := minifloat.Choose(e, x, nan)
		fmt.Println(e, z)
	}
	z, _ := minifloat.Choose(minifloat.MaximumMagnitude, x, minifloat.From[minifloat.E5M2](2))
	fmt.Println(minifloat.MaximumMagnitude, z)
	// Output:
	// Minimum E5M2(NaN)
	// MinimumNumber E5M2(-3)
	// MaximumMagnitude E5M2(-3)
}

func ExampleFloat_Clamp() {
	zero, six := minifloat.Float16{}, minifloat.From[minifloat.Float16](6)
	for _, x := range []float64{-1, 2.5, 7} {
		fmt.Print(minifloat.From[minifloat.Float16](x).Clamp(zero, six).Float64(), " ")
	}
	// Output: 0 2.5 6
}

// The number itself chooses the operation: all of them of the two numbers -3 and 2.
func ExampleExtremum() {
	x, y := minifloat.From[minifloat.E4M3FN](-3), minifloat.From[minifloat.E4M3FN](2)
	for e := minifloat.Minimum; e <= minifloat.MaximumMagnitude; e++ {
		z, _ := minifloat.Choose(e, x, y)
		fmt.Println(e, z.Float64())
	}
	// Output:
	// Minimum -3
	// Maximum 2
	// MinimumNumber -3
	// MaximumNumber 2
	// MinimumMagnitude 2
	// MaximumMagnitude -3
}

// A function chosen at run time, toward zero and with its flags: tanh(20) is below 1.
func ExampleFunction() {
	c := minifloat.Context{Mode: rounding.ToZero}
	x := minifloat.From[minifloat.BFloat16](20)
	for _, f := range []minifloat.Function{minifloat.FuncTanh, minifloat.FuncLog10, minifloat.FuncCbrt} {
		z, flags := minifloat.Apply(c, f, x)
		fmt.Println(f, z, flags)
	}
	// Output:
	// Tanh BFloat16(0.996) ....x
	// Log10 BFloat16(1.3) ....x
	// Cbrt BFloat16(2.7) ....x
}

func ExampleExp() {
	x := minifloat.From[minifloat.Float16](20)
	for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToZero} {
		z, flags := minifloat.Exp(minifloat.Context{Mode: mode}, x)
		fmt.Println(mode, z, flags)
	}
	// Output:
	// ToNearestEven Float16(+Inf) ..o.x
	// ToZero Float16(65500) ..o.x
}

// A value, a pole, and no value.
func ExampleAtanh() {
	for _, x := range []float64{0.5, -1, 1.5} {
		z, flags := minifloat.Atanh(minifloat.Context{}, minifloat.From[minifloat.Float16](x))
		fmt.Println(z, flags)
	}
	// Output:
	// Float16(0.5493) ....x
	// Float16(-Inf) .z...
	// Float16(NaN) v....
}

func ExampleContext_Tanh() {
	// 1 - tanh 20 is 10^-17: inexact beside 1, in every mode.
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	x := minifloat.Value{Format: f, Bits: f.Encode(20)}
	for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToNegativeInf} {
		z, flags := minifloat.Context{Mode: mode}.Tanh(f, x)
		fmt.Println(z, flags)
	}
	// Output:
	// E4M3FN(1) ....x
	// E4M3FN(0.94) ....x
}

func ExampleFloat_Gelu() {
	for _, x := range []float64{-3, -0.5, 0, 0.5, 3} {
		v := minifloat.From[minifloat.BFloat16](x)
		fmt.Println(v.Gelu(), v.Silu())
	}
	// Output:
	// BFloat16(-0.00406) BFloat16(-0.143)
	// BFloat16(-0.154) BFloat16(-0.188)
	// BFloat16(0) BFloat16(0)
	// BFloat16(0.346) BFloat16(0.31)
	// BFloat16(3) BFloat16(2.86)
}
