package minifloat_test

import (
	"fmt"
	"math/big"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func ExampleAccuracyOf() {
	for _, x := range []float64{1.5, 0x1p-20, 0.1, 1e-9, 1e6} {
		fmt.Println(x, minifloat.AccuracyOf[minifloat.Float16](x))
	}
	// Output:
	// 1.5 AccuracyExact
	// 9.5367431640625e-07 AccuracySubnormal
	// 0.1 AccuracyInexact
	// 1e-09 AccuracyUnderflow
	// 1e+06 AccuracyOverflow
}

func ExampleAccuracy() {
	f := minifloat.MustFormat(2, 1, minifloat.FiniteFamily)
	fmt.Println(f.Accuracy(6).Exact(), f.Accuracy(5).Exact(), f.Accuracy(7))
	// Output: true false AccuracyOverflow
}

func ExampleContext_Side() {
	f := minifloat.FormatOf[minifloat.BFloat16]()
	for _, x := range []float64{0.1, 0.2, 0.25} {
		side, _ := minifloat.Context{}.Side(f, x)
		fmt.Println(f.Decode(f.Encode(x)), side)
	}
	// Output:
	// 0.10009765625 Above
	// 0.2001953125 Above
	// 0.25 Exact
}

func ExampleContext_Convert_payload() {
	// A NaN of binary32 with the payload 0x380000, signaling, to bfloat16.
	x := minifloat.FromBits[minifloat.Float32](0xffb80000)
	c := minifloat.Context{NaN: rounding.PropagateNaN}
	z, flags := minifloat.ConvertWith[minifloat.BFloat16](c, x)
	fmt.Printf("%#x %v\n", z.Bits(), flags)
	z, flags = minifloat.ConvertWith[minifloat.BFloat16](minifloat.Context{}, x)
	fmt.Printf("%#x %v\n", z.Bits(), flags)
	// Output:
	// 0xfff8 v....
	// 0x7fc0 v....
}

func ExampleMulStochastic() {
	x := minifloat.From[minifloat.E4M3FN](1.25)
	c := minifloat.Context{Mode: rounding.StochasticA}
	ups := 0
	for random := range uint64(16) { // 1.25 × 1.25 = 1.5625 lies half way between 1.5 and 1.625
		if z, _ := minifloat.MulStochastic(c, x, x, random, 4); z.Float64() > 1.5 {
			ups++
		}
	}
	fmt.Println(ups, "of 16")
	// Output: 8 of 16
}

func ExampleFromRat() {
	third, flags := minifloat.FromRat[minifloat.E4M3FN](minifloat.Context{Mode: rounding.ToNegativeInf}, big.NewRat(1, 3))
	value, _ := third.Rat()
	fmt.Println(third, flags, value)
	// Output: E4M3FN(0.3) ....x 5/16
}

// What ml_dtypes makes of a number is what Encode makes of it, but for the scales of OCP MX and for NaN.
func ExampleFormat_EncodeMLDtypes() {
	scale := minifloat.FormatOf[minifloat.E8M0FNU]()
	for _, x := range []float32{3, 0} {
		code, flags := minifloat.Context{}.Encode(scale, float64(x))
		fmt.Println(x, scale.Decode(code), flags, scale.Decode(scale.EncodeMLDtypes(x)))
	}
	// Output:
	// 3 2 ....x 4
	// 0 5.877471754111438e-39 ...ux NaN
}
