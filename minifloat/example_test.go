package minifloat_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"text/tabwriter"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func Example() {
	x := minifloat.From[minifloat.E4M3FN](0.3)
	y := minifloat.From[minifloat.E4M3FN](100)
	fmt.Println(x.Float64(), x.Mul(y), x.Add(y))
	// Output: 0.3125 E4M3FN(30) E4M3FN(100)
}

// A user's own format is one line.
func ExampleFloat() {
	type Tiny = minifloat.Float[uint8, minifloat.E3, minifloat.M4, minifloat.Finite]
	x := minifloat.From[Tiny](1.0 / 3)
	fmt.Println(x.Float64(), x, minifloat.Max[Tiny](), minifloat.FormatOf[Tiny]())
	// Output: 0.328125 E3M4FINITE(0.33) E3M4FINITE(31) e3m4finite
}

func ExampleFloat_FMA() {
	// One rounding: the product 259 is not a bfloat16, 7*37 - 2^-60 is just below.
	x, y, z := minifloat.From[minifloat.BFloat16](7), minifloat.From[minifloat.BFloat16](37), minifloat.From[minifloat.BFloat16](-0x1p-60)
	fmt.Println(x.FMA(y, z).Float64(), x.Mul(y).Add(z).Float64())
	// Output: 258 260
}

func ExampleFormat() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	fmt.Println(f, f.Bits(), f.Bias(), f.MaxFinite(), f.SmallestNormal(), f.SmallestSubnormal())
	fmt.Printf("%#02x %v\n", f.Encode(448), f.Decode(0x7e))
	// Output:
	// e4m3fn 8 7 448 0.015625 0.001953125
	// 0x7e 448
}

// What numpy's finfo and C++'s numeric_limits say of a type.
func ExampleFormat_limits() {
	f := minifloat.FormatOf[minifloat.BFloat16]()
	fmt.Println(f.Lowest(), f.MaxFinite(), f.MinExponent(), f.MaxExponent())
	fmt.Println(f.Epsilon(), f.EpsilonBelow(), f.Digits10(), f.MaxDigits10(), f.NaNCount())
	// Output:
	// -3.3895313892515355e+38 3.3895313892515355e+38 -126 127
	// 0.0078125 0.00390625 2 4 254
}

func ExampleFormats() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	for _, f := range minifloat.Formats() {
		if f.Bits() <= 6 {
			fmt.Fprintf(w, "%s\t%d\t%v\t%v\t%t\n", f.Name(), f.Bits(), f.MaxFinite(), f.Epsilon(), f.HasInf())
		}
	}
	w.Flush()
	// Output:
	// e2m3fn 6 7.5 0.125 false
	// e3m2fn 6 28  0.25  false
	// e2m1fn 4 6   0.5   false
}

func ExampleFamilyID() {
	// Half precision without infinities reaches twice as far.
	for _, family := range []minifloat.FamilyID{minifloat.IEEEFamily, minifloat.FiniteFamily} {
		fmt.Println(family, minifloat.MustFormat(5, 10, family).MaxFinite())
	}
	// Output:
	// IEEE 65504
	// Finite 131008
}

func ExampleParseFormat() {
	for _, name := range []string{"F8E4M3FN", "half", "finite e2m5", "binary8p4se", "e4m3nf"} {
		f, err := minifloat.ParseFormat(name)
		fmt.Println(f, err)
	}
	// Output:
	// e4m3fn <nil>
	// binary16 <nil>
	// e2m5finite <nil>
	// Binary8p4se <nil>
	// invalid minifloat: unknown format "e4m3nf" (did you mean e4m3fn?)
}

func ExampleP3109() {
	f, err := minifloat.P3109(8, 4, true, true)
	fmt.Println(f, f.Bias(), f.MaxFinite(), err)
	// Output: Binary8p4se 8 224 <nil>
}

func ExampleContext() {
	up := minifloat.Context{Mode: rounding.ToPositiveInf}
	x, y := minifloat.From[minifloat.Float16](1), minifloat.From[minifloat.Float16](3)
	z, flags := minifloat.Quo(up, x, y)
	fmt.Println(z.Float64(), flags)
	// Output: 0.33349609375 ....x
}

func ExampleContext_Encode() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	for _, s := range rounding.Saturations() {
		code, flags := minifloat.Context{Saturation: s}.Encode(f, math.Inf(1))
		fmt.Println(s, f.Decode(code), flags)
	}
	// Output:
	// SatNone NaN ..o.x
	// SatFinite 448 ..o.x
	// SatPropagate 448 ..o.x
}

// The accumulator of a dot product may be wider than its operands.
func ExampleContext_FMA() {
	e5m2, half := minifloat.FormatOf[minifloat.E5M2](), minifloat.FormatOf[minifloat.Float16]()
	x := minifloat.Value{Format: e5m2, Bits: e5m2.Encode(1.75)}
	sum := minifloat.Value{Format: half, Bits: half.Encode(0.001)}
	sum, flags := minifloat.Context{}.FMA(half, x, x, sum)
	fmt.Println(sum, flags)
	// Output: Float16(3.064) ....x
}

func ExampleValue() {
	f, _ := minifloat.ParseFormat("e3m2fn")
	for code := uint32(3); code < 7; code++ {
		v := minifloat.Value{Format: f, Bits: code}
		fmt.Println(v, v.Float64(), v.Class())
	}
	// Output:
	// E3M2FN(0.2) 0.1875 PositiveSubnormal
	// E3M2FN(0.25) 0.25 PositiveNormal
	// E3M2FN(0.3) 0.3125 PositiveNormal
	// E3M2FN(0.4) 0.375 PositiveNormal
}

func ExampleClass() {
	x := minifloat.FromBits[minifloat.Float16](0x8001)
	fmt.Println(x.Class(), minifloat.NaN[minifloat.Float16]().Class())
	// Output: NegativeSubnormal QuietNaN
}

func ExampleRounder() {
	// A sum in which every step is rounded to bfloat16.
	r := minifloat.NewRounder(minifloat.FormatOf[minifloat.BFloat16](), minifloat.Context{})
	sum := 0.0
	for range 1000 {
		sum = r.Round(sum + 1)
	}
	fmt.Println(sum)
	// Output: 256
}

func ExampleNumber() {
	fmt.Println(norm2([]minifloat.Float16{minifloat.From[minifloat.Float16](3), minifloat.From[minifloat.Float16](4)}))
	// Output: Float16(25)
}

// norm2 serves every number type of few bits.
func norm2[T minifloat.Number[T]](xs []T) T {
	sum := minifloat.Zero[T]()
	for _, x := range xs {
		sum = sum.Add(x.Mul(x))
	}
	return sum
}

func ExampleParse() {
	x, err := minifloat.Parse[minifloat.Float16]("0x1.8p-3")
	fmt.Println(x, err)
	y, err := minifloat.Parse[minifloat.Float16]("1e6")
	fmt.Println(y, errors.Is(err, minifloat.ErrRange))
	// Output:
	// Float16(0.1875) <nil>
	// Float16(+Inf) true
}

func ExampleParseError() {
	_, err := minifloat.Parse[minifloat.E4M3FN]("four")
	var e *minifloat.ParseError
	fmt.Println(errors.As(err, &e), err)
	// Output: true minifloat: parsing "four" as e4m3fn: invalid syntax
}

func ExampleBits() {
	xs := []minifloat.E4M3FN{minifloat.From[minifloat.E4M3FN](1), minifloat.From[minifloat.E4M3FN](-2)}
	fmt.Printf("%x\n", minifloat.Bits(xs))
	// Output: 38c0
}

func ExampleConvert() {
	x := minifloat.From[minifloat.Float16](0.3)
	fmt.Println(minifloat.Convert[minifloat.E5M2](x).Float64())
	// Output: 0.3125
}
