package fuzz_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// A conversion that passes through float32 rounds twice.
func Example() {
	f := minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
	op := fuzz.Convert.In(fuzz.Binary64()).To(fuzz.Float(f))
	r, _ := fuzz.Check(context.Background(), fuzz.Unary(func(x float64) uint16 {
		return uint16(f.Encode(float64(float32(x))))
	}), op, fuzz.Options{Count: 100000})
	fmt.Println(r.Findings[0].Class, "-", r.Findings[0].Detail)
	// Output: double rounding - rounds to binary32 first
}

// An adder that rounds ties away from zero.
func ExampleCheck() {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	away := minifloat.Context{Mode: rounding.ToNearestAway}
	r, _ := fuzz.Check(context.Background(), fuzz.Binary(func(x, y uint8) uint8 {
		z, _ := away.Add(f, minifloat.Value{Format: f, Bits: uint32(x)}, minifloat.Value{Format: f, Bits: uint32(y)})
		return uint8(z.Bits)
	}), fuzz.Add.In(fuzz.Float(f)), fuzz.Options{})
	fmt.Println(r)
	// Output:
	// add e4m3fn, ToNearestEven: 3,192 of all 65,536 cases wrong
	//   wrong tie: it rounds to nearest, ties away from zero (3,192 cases); simplest: 0x18 + 0x38 = 0.0625 + 1: got 0x39 (1.125), want 0x38 (1)
}

func ExampleOperation() {
	e4m3, half := fuzz.Float(minifloat.MustFormat(4, 3, minifloat.FNFamily)), fuzz.Float(minifloat.MustFormat(5, 10, minifloat.IEEEFamily))
	op := fuzz.FMA.On(e4m3, e4m3, half).To(half).With(fuzz.Context{Mode: rounding.ToZero})
	code, flags := op.Want(fuzz.Case{0x7e, 0x7e, 0x7bff}) // 448 * 448 + 65504
	fmt.Println(op)
	fmt.Printf("%#x %v\n", code, flags)
	// Output:
	// fma e4m3fn, e4m3fn, binary16 -> binary16, ToZero
	// 0x7bff ..o.x
}

func ExampleUnary() {
	f := minifloat.MustFormat(5, 2, minifloat.IEEEFamily)
	r, _ := fuzz.Check(context.Background(), fuzz.Unary(func(x uint8) uint8 {
		return uint8(f.Encode(math.Sqrt(f.Decode(uint32(x)))))
	}), fuzz.Sqrt.In(fuzz.Float(f)), fuzz.Options{})
	fmt.Println(r)
	// Output: sqrt e5m2, ToNearestEven: all 256 cases agree
}

func ExampleCorners() {
	f := minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
	corners := fuzz.Corners(fuzz.Float(f))
	fmt.Println(len(corners), f.Decode(uint32(corners[0])), f.Decode(uint32(corners[1])), f.Decode(uint32(corners[2])))
	// Output: 450 0 5.960464477539063e-08 1.1920928955078125e-07
}

func ExampleCodes() {
	f := minifloat.MustFormat(5, 2, minifloat.IEEEFamily)
	p := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	p.Property("a square is not negative", prop.ForAll(func(x uint64) bool {
		v := minifloat.Value{Format: f, Bits: uint32(x)}
		z, _ := minifloat.Context{}.Mul(f, v, v)
		return !(z.Float64() < 0)
	}, fuzz.Codes(fuzz.Float(f))))
	fmt.Println(p.Run(gopter.ConsoleReporter(false)))
	// Output:
	// + a square is not negative: OK, passed 100 tests.
	// true
}

// A program that reads lines of operands, "38 3c", and answers with lines of the
// result and the flags, "42 01".
func ExampleProgram() {
	p := &fuzz.Program{Command: []string{"./their-fpu", "--round", "zero"}}
	op := fuzz.Add.In(fuzz.Float(minifloat.MustFormat(4, 3, minifloat.FNFamily))).With(fuzz.Context{Mode: rounding.ToZero})
	r, err := fuzz.Check(context.Background(), p, op, fuzz.Options{})
	if err != nil {
		fmt.Println(err) // it does not run, hangs, or answers what is no answer
		return
	}
	fmt.Println(r)
}

func ExampleWriteVectors() {
	op := fuzz.Add.In(fuzz.Float(minifloat.MustFormat(2, 1, minifloat.FiniteFamily)))
	cases := func(yield func(fuzz.Case) bool) {
		_ = yield(fuzz.Case{0x2, 0x3}) && yield(fuzz.Case{0x7, 0x1})
	}
	if err := fuzz.WriteVectors(os.Stdout, op, fuzz.VectorOptions{Cases: cases, Flags: true}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// # source: halfulp, package fuzz
	// # op: add
	// # operands: e2m1fn e2m1fn
	// # result: e2m1fn
	// # mode: ToNearestEven
	// # saturation: SatNone
	// # tininess: AfterRounding
	// # nan: CanonicalNaN
	// # overflow: Saturate
	// 2 3 4 01
	// 7 1 7 01
}

func ExampleVectors() {
	file := "# op: f16_add\n# format: f16\n# mode: near_even\n3c00 3c00 4000 00\n3c00 1000 3c01 01\n"
	v, err := fuzz.ReadVectors(strings.NewReader(file), "add.txt", fuzz.Operation{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, _ := fuzz.Check(context.Background(), v, v.Operation, fuzz.Options{})
	fmt.Println(r)
	// Output:
	// add binary16, ToNearestEven: 1 of 2 cases wrong
	//   wrong tie: it rounds to nearest, ties away from zero (1 case); simplest: 0x3c00 + 0x1000 = 1 + 0.00048828125: got 0x3c01 (1.0009765625), want 0x3c00 (1)
}
