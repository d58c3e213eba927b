package fuzz_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// e4m3 and half are the formats of the examples.
var (
	e4m3 = fuzz.Float(minifloat.MustFormat(4, 3, minifloat.FNFamily))
	half = fuzz.Float(minifloat.MustFormat(5, 10, minifloat.IEEEFamily))
)

func ExampleFormat() {
	for _, name := range []string{"e5m2", "float64", "ui16", "Q3.4", "bool"} {
		f, err := fuzz.ParseFormat(name)
		fmt.Println(f, f.Bits(), err)
	}
	fmt.Println(fuzz.Fixed(fixedpoint.MustFormat(true, 3, 4)).Decode(0x18))
	// Output:
	// e5m2 8 <nil>
	// binary64 64 <nil>
	// uint16 16 <nil>
	// Q3.4 8 <nil>
	// bool 1 <nil>
	// 24*2^-4
}

func ExampleContext() {
	op := fuzz.Convert.In(half).To(fuzz.Integer(8, true)).With(fuzz.Context{Mode: rounding.ToZero, Saturation: rounding.SatFinite})
	code, flags := op.Want(fuzz.Case{0x5cff}) // 319.75
	fmt.Println(op)
	fmt.Println(code, flags)
	// Output:
	// convert binary16 -> int8, ToZero, SatFinite
	// 127 v....
}

func ExampleOperator() {
	for _, name := range []string{"mulAdd", "div", "tanh"} {
		o, err := fuzz.ParseOperator(name)
		fmt.Println(o, o.Arity(), err)
	}
	// Output:
	// fma 3 <nil>
	// quo 2 <nil>
	// tanh 1 <nil>
}

// An operation that this package does not have: x*x - y, rounded once.
func ExampleNewOperator() {
	o := fuzz.NewOperator("squareMinus", 2, func(x []exact.Number, _ fuzz.Environment) exact.Result {
		return exact.FMA(x[0], x[0], exact.Negate(x[1]).Number)
	})
	code, _ := o.In(e4m3).Want(fuzz.Case{0x44, 0x38}) // 3*3 - 1
	fmt.Printf("%#x\n", code)
	// Output: 0x50
}

// The rules of a format may matter to the exact result.
func ExampleEnvironment() {
	o := fuzz.NewOperator("ulp", 1, func(x []exact.Number, e fuzz.Environment) exact.Result {
		return exact.Convert(e.Result.Ulp(x[0]))
	})
	code, _ := o.In(half).Want(fuzz.Case{0x3c00})
	fmt.Println(half.Decode(code))
	// Output: 1024*2^-20
}

func ExampleCase() {
	op := fuzz.FMA.In(half)
	c := fuzz.Case{0x3c01, 0x3c01, 0xbc02}
	r := op.Exact(c)
	fmt.Println(r.Number)
	// Output: 1*2^-20
}

// A library whose functions also return the exceptions raised.
func ExampleBinaryFlags() {
	mul := func(x, y uint16) (uint16, rounding.Flags) {
		z, flags := minifloat.Mul(minifloat.Context{}, minifloat.FromBits[minifloat.Float16](x), minifloat.FromBits[minifloat.Float16](y))
		return z.Bits(), flags &^ rounding.Underflow
	}
	r, _ := fuzz.Check(context.Background(), fuzz.BinaryFlags(mul), fuzz.Mul.In(half), fuzz.Options{Count: 50000})
	fmt.Println(r.Findings[0].Class, "-", r.Findings[0].Detail)
	// Output: flags - does not raise Underflow
}

func ExampleTernary() {
	fma := func(x, y, z uint16) uint16 { // through float64, which is wide enough for binary16
		f := minifloat.FromBits[minifloat.Float16]
		return minifloat.From[minifloat.Float16](math.FMA(f(x).Float64(), f(y).Float64(), f(z).Float64())).Bits()
	}
	r, _ := fuzz.Check(context.Background(), fuzz.Ternary(fma), fuzz.FMA.In(half), fuzz.Options{Count: 50000})
	fmt.Println(r)
	// Output: fma binary16, ToNearestEven: 50,000 cases agree
}

// A Subject of another shape: whatever answers cases.
func ExampleFunc() {
	s := fuzz.Func(func(c fuzz.Case) fuzz.Answer {
		return fuzz.Answer{Code: c[0] ^ 0x80}
	})
	r, _ := fuzz.Check(context.Background(), s, fuzz.Neg.In(e4m3), fuzz.Options{})
	fmt.Println(r)
	// Output: neg e4m3fn, ToNearestEven: all 256 cases agree
}

func ExampleOptions() {
	// All 2^24 cases instead of the first million drawn.
	all := fuzz.Options{Count: 1 << 24}
	// Some of one's own.
	own := fuzz.Options{Cases: func(yield func(fuzz.Case) bool) { yield(fuzz.Case{0x38, 0x01, 0x80}) }}
	fmt.Println(all.Count, own.Cases != nil)
	// Output: 16777216 true
}

// flushing multiplies and has no subnormal results.
func flushing(x, y uint8) uint8 {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	z, _ := minifloat.Context{}.Mul(f, minifloat.Value{Format: f, Bits: uint32(x)}, minifloat.Value{Format: f, Bits: uint32(y)})
	if z.Bits&0x78 == 0 {
		z.Bits &= 0x80
	}
	return uint8(z.Bits)
}

func ExampleReport_WriteText() {
	r, _ := fuzz.Check(context.Background(), fuzz.Binary(flushing), fuzz.Mul.In(e4m3), fuzz.Options{})
	r.WriteText(os.Stdout)
	// Output:
	// mul e4m3fn, ToNearestEven
	// 5,628 of all 65,536 cases wrong
	//
	//    cases  wrong
	//   18,972    460  exact results
	//   25,696  2,040  below half of the way between two values
	//       24      0  just below half
	//    5,168    468  half: ties
	//       24     24  just above half
	//   15,652  2,636  above half
	//    3,204      0  results that are zero
	//    5,628  5,628  subnormal results
	//   11,140      0  results that are NaN
	//    7,168  1,712  subnormal operands
	//    1,024      0  operands that are zero
	//    1,024      0  operands that are NaN
	//   10,120      0  overflow
	//    7,528  5,168  underflow
	//
	// 1. Subnormals: it gives zero for results that round to less than the smallest normal value
	//    5,628 cases: this explains all answers, right and wrong
	//
	//    case    0x08 * 0x30 = 0.015625 * 0.5
	//    exact   0.0078125, a value of the format
	//    want    0x04 (0.0078125)
	//    got     0x00 (0)
}

func ExampleReport_MarshalJSON() {
	r, _ := fuzz.Check(context.Background(), fuzz.Binary(flushing), fuzz.Mul.In(e4m3), fuzz.Options{})
	var fields struct {
		OK       bool
		Findings []struct {
			Class string
			Count int
		}
	}
	data, _ := json.Marshal(r)
	_ = json.Unmarshal(data, &fields)
	fmt.Println(fields.OK, fields.Findings)
	// Output: false [{subnormals 5628}]
}

func ExampleFinding() {
	r, _ := fuzz.Check(context.Background(), fuzz.Binary(flushing), fuzz.Mul.In(e4m3), fuzz.Options{})
	for _, x := range r.Findings {
		fmt.Println(x.Class == fuzz.Subnormals, x.Count, x.Throughout)
		fmt.Println(r.Operation.Explain(x.Simplest))
	}
	// Output:
	// true 5628 true
	// case    0x08 * 0x30 = 0.015625 * 0.5
	// exact   0.0078125, a value of the format
	// want    0x04 (0.0078125)
	// got     0x00 (0)
}

func ExampleDisagreement() {
	op := fuzz.Add.In(e4m3)
	code, flags := op.Want(fuzz.Case{0x38, 0x18})
	d := fuzz.Disagreement{Operands: fuzz.Case{0x38, 0x18}, Got: fuzz.Answer{Code: 0x39}, Want: fuzz.Answer{Code: code, Flags: flags}}
	fmt.Println(op.Explain(d))
	// Output:
	// case    0x38 + 0x18 = 1 + 0.0625
	// exact   1.0625, halfway between 0x38 (1) and 0x39 (1.125)
	// want    0x38 (1): a tie, which ToNearestEven takes so
	// got     0x39 (1.125)
}

func ExampleCoverage() {
	r, _ := fuzz.Check(context.Background(), fuzz.Binary(flushing), fuzz.Mul.In(e4m3), fuzz.Options{})
	fmt.Println(r.Coverage.Operands[0].Sum(fuzz.Subnormal), r.Coverage.Results.Sum(fuzz.NaN), r.Coverage.Spots[fuzz.Tie])
	// Output: 3584 11140 5168
}

func ExampleValueClass() {
	fmt.Println(fuzz.SmallestNormal, "/", fuzz.Largest)
	// Output: smallest normal / largest
}

func ExampleSpot() {
	fmt.Println(fuzz.BelowTie, "/", fuzz.Tie)
	// Output: just below half / half
}

func ExampleClass() {
	fmt.Println(fuzz.DoubleRounding, "/", fuzz.StickyLost)
	// Output: double rounding / sticky lost
}

func ExampleWriteSummary() {
	op := fuzz.Mul.In(fuzz.Float(minifloat.MustFormat(2, 1, minifloat.FiniteFamily)))
	nearest := fuzz.Func(func(c fuzz.Case) fuzz.Answer {
		code, _ := op.Want(c)
		return fuzz.Answer{Code: code}
	})
	var reports []*fuzz.Report
	for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToZero} {
		r, _ := fuzz.Check(context.Background(), nearest, op.With(fuzz.Context{Mode: mode}), fuzz.Options{})
		reports = append(reports, r)
	}
	fuzz.WriteSummary(os.Stdout, reports)
	// Output:
	//       operation                  cases      wrong
	// ok    mul e2m1fn, ToNearestEven  256 (all)  0
	// FAIL  mul e2m1fn, ToZero         256 (all)  8      wrong direction
}

func ExampleWriteTable() {
	var b strings.Builder
	fuzz.WriteTable(&b, fuzz.Float(minifloat.MustFormat(2, 1, minifloat.FiniteFamily)))
	for _, line := range strings.Split(b.String(), "\n")[1:4] {
		fmt.Println(strings.TrimSpace(line))
	}
	// Output:
	// 0x0,0x0p+0,
	// 0x1,0x1p-01,*
	// 0x2,0x1p+00,
}

func ExampleCases() {
	n := 0
	for c := range fuzz.Cases(fuzz.Add.In(half), 1) {
		fmt.Printf("%04x %04x\n", c[0], c[1])
		if n++; n == 3 {
			break
		}
	}
	// Output:
	// 0000 0000
	// 8000 0000
	// 0001 0000
}

func ExampleAll() {
	n := 0
	for range fuzz.All(fuzz.Add.In(e4m3)) {
		n++
	}
	fmt.Println(n)
	// Output: 65536
}

func ExampleGen() {
	op := fuzz.Mul.In(half)
	p := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	p.Property("products commute", prop.ForAll(func(c fuzz.Case) bool {
		x, y := minifloat.FromBits[minifloat.Float16](uint16(c[0])), minifloat.FromBits[minifloat.Float16](uint16(c[1]))
		return x.Mul(y) == y.Mul(x)
	}, fuzz.Gen(op)))
	fmt.Println(p.Run(gopter.ConsoleReporter(false)))
	// Output:
	// + products commute: OK, passed 100 tests.
	// true
}

// In a test file: func FuzzMul(f *testing.F) { fuzz.Native(f, fuzz.Binary(mul), op) }
func ExampleNative() {
	_ = func(f *testing.F) {
		fuzz.Native(f, fuzz.Binary(flushing), fuzz.Mul.In(e4m3))
	}
}

func ExampleAccumulation() {
	a := fuzz.Accumulation{X: e4m3, Y: e4m3, Accumulator: half, Step: fuzz.Separate, Order: fuzz.Chunks, Width: 2}
	code, flags := a.Want([]uint64{0x7e, 0x7e, 0x38}, []uint64{0x70, 0xf0, 0x01}) // 448*128 - 448*128 + 1*2^-9
	fmt.Println(a)
	fmt.Println(half.Decode(code), flags)
	// Output:
	// dot e4m3fn, e4m3fn -> binary16, product and sum rounded, chunks of 2, ToNearestEven
	// 1024*2^-19 .....
}

func ExampleOrder() {
	fmt.Println(fuzz.Sequential, fuzz.Pairwise, fuzz.Lanes)
	// Output: sequential pairwise lanes
}

func ExampleStep() {
	fmt.Println(fuzz.Fused, "/", fuzz.Separate)
	// Output: fused / product and sum rounded
}

func ExampleDecision() {
	fmt.Println(fuzz.Agrees, fuzz.Differs, fuzz.Wrong, fuzz.Undecided)
	// Output: agrees differs wrong undecided
}
