package fuzz_test

import (
	"fmt"
	"math"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// A conversion that passes through float32 rounds twice.
func Example() {
	f := minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
	r := fuzz.Conversion(f, rounding.Context{}, func(x float64) uint32 {
		return f.Encode(float64(float32(x)))
	})
	fmt.Printf("%x: got %#x, want %#x\n", r.Simplest.Input, r.Simplest.Got, r.Simplest.Want)
	// Output: 0x1.0000000000001p-25: got 0x0, want 0x1
}

// An adder that rounds ties away from zero.
func ExampleBinary() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	away := minifloat.Context{Mode: rounding.ToNearestAway}
	r := fuzz.Binary(f, fuzz.Add, rounding.Context{}, func(x, y uint32) uint32 {
		z, _ := away.Add(f, minifloat.Value{Format: f, Bits: x}, minifloat.Value{Format: f, Bits: y})
		return z.Bits
	})
	fmt.Println(r)
	// Output:
	// e4m3fn add, ToNearestEven: 3192 of 65536 wrong; simplest: 0x18 + 0x38 = 0.0625 + 1: got 0x39 (1.125), want 0x38 (1)
}

func ExampleUnary() {
	f := minifloat.MustFormat(5, 2, minifloat.IEEEFamily)
	fmt.Println(fuzz.Unary(f, fuzz.Sqrt, rounding.Context{}, func(x uint32) uint32 {
		return f.Encode(math.Sqrt(f.Decode(x)))
	}))
	// Output: e5m2 sqrt, ToNearestEven: all 256 agree
}

func ExampleReport() {
	f := minifloat.MustFormat(2, 1, minifloat.FiniteFamily)
	r := fuzz.Conversion(f, rounding.Context{}, func(x float32) uint32 { return f.Encode(math.Abs(float64(x))) })
	fmt.Println(r.Checked, r.Failed, r.First.Input)
	fmt.Println(r)
	// Output:
	// 111 53 -0
	// e2m1fn convert, ToNearestEven: 53 of 111 wrong; simplest: -0 (-0x0p+00): got 0x0 (0), want 0x8 (-0)
}

func ExampleDisagreement() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	r := fuzz.Binary(f, fuzz.Mul, rounding.Context{}, func(x, y uint32) uint32 {
		return f.Encode(f.Decode(x)*f.Decode(y)) &^ 1 // the last bit is lost
	})
	d := *r.Simplest
	fmt.Printf("%v * %v: got %v, want %v\n", f.Decode(d.X), f.Decode(d.Y), f.Decode(d.Got), f.Decode(d.Want))
	// Output: 0.015625 * 0.125: got 0, want 0.001953125
}

func ExampleOp() {
	fmt.Println(fuzz.Add, fuzz.Sqrt)
	// Output: add sqrt
}

func ExampleCorners() {
	f := minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
	corners := fuzz.Corners(f)
	fmt.Println(len(corners), f.Decode(corners[0]), f.Decode(corners[1]), f.Decode(corners[2]))
	// Output: 450 0 5.960464477539063e-08 1.1920928955078125e-07
}

func ExampleCode() {
	f := minifloat.MustFormat(5, 2, minifloat.IEEEFamily)
	p := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	p.Property("a square is not negative", prop.ForAll(func(x uint32) bool {
		v := minifloat.Value{Format: f, Bits: x}
		z, _ := minifloat.Context{}.Mul(f, v, v)
		return !(z.Float64() < 0)
	}, fuzz.Code(f)))
	fmt.Println(p.Run(gopter.ConsoleReporter(false)))
	// Output:
	// + a square is not negative: OK, passed 100 tests.
	// true
}

func ExampleFloat64() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	p := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	p.Property("rounding to nearest is symmetric", prop.ForAll(func(x float64) bool {
		return x != x || f.Decode(f.Encode(-x)) == -f.Decode(f.Encode(x)) || math.Abs(x) > f.MaxFinite()
	}, fuzz.Float64(f)))
	fmt.Println(p.Run(gopter.ConsoleReporter(false)))
	// Output:
	// + rounding to nearest is symmetric: OK, passed 100 tests.
	// true
}
