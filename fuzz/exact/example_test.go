package exact_test

import (
	"fmt"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// One exact sum, located once and rounded in two modes.
func Example() {
	f := exact.FN(4, 3) // OFP8 E4M3
	x, y := f.Decode(0x7e), f.Decode(0x58)
	r := exact.Add(x, y) // 448 + 16 = 464, the midpoint of 448 and the missing 480
	p := exact.Locate(r, f)
	for _, mode := range []exact.Mode{exact.TiesToEven, exact.TiesToAway} {
		code, flags := p.Round(exact.Options{Mode: mode})
		fmt.Printf("%v: %v %v\n", mode, f.Decode(code), flags)
	}
	// Output:
	// TiesToEven: 14*2^5 inexact
	// TiesToAway: NaN inexact|overflow
}

func ExampleFormat() {
	binary8p4se := exact.P3109(8, 4, true, true)
	fmt.Println(binary8p4se.Bias, binary8p4se.MaxFinite(), binary8p4se.Decode(0x80))
	// Output: 8 14*2^4 NaN
}

func ExampleNumber() {
	third := exact.Quo(exact.Int64(1), exact.Int64(3))
	code, _ := exact.RoundResult(third, exact.IEEE(5, 10), exact.Options{})
	fmt.Println(exact.IEEE(5, 10).Decode(code), third.Between)
	// Output: 1365*2^-12 true
}

func ExampleDot() {
	f := exact.IEEE(5, 10)
	x := []exact.Number{exact.Int64(2048), exact.Int64(1), exact.Int64(1)}
	y := []exact.Number{exact.Int64(1), exact.Int64(1), exact.Int64(1)}
	sum, flags := exact.Dot(0, x, y, f, exact.Fused, exact.Options{})
	fmt.Println(f.Decode(sum), flags, exact.ExactDot(exact.Int64(0), x, y).Number)
	// Output: 1024*2^1 inexact 2050*2^0
}

// e^x in binary16: one value located once and rounded in two modes.
func ExampleExp() {
	f := exact.IEEE(5, 10)
	for _, x := range []float64{0, 1, -20, 12} {
		p := exact.Locate(exact.Exp(exact.Float64(x)), f)
		nearest, flags := p.Round(exact.Options{})
		up, _ := p.Round(exact.Options{Mode: exact.TowardPositive})
		fmt.Printf("%v: %v, upward %v, %v\n", x, f.Decode(nearest), f.Decode(up), flags)
	}
	// Output:
	// 0: 1024*2^-10, upward 1024*2^-10, none
	// 1: 1392*2^-9, upward 1392*2^-9, inexact
	// -20: 0*2^-24, upward 1*2^-24, inexact|underflow
	// 12: Inf, upward Inf, inexact|overflow
}

// Whether the value of a function is exact is found by rule.
func ExampleFunctions() {
	for _, f := range exact.Functions() {
		if r := f.Of(exact.Int64(8)); r.Kind == exact.Finite && !r.Between {
			value, _ := r.Float()
			fmt.Println(f.Name, value)
		}
	}
	// Output:
	// Exp2 256
	// Log2 3
	// Cbrt 2
	// Exp10 1e+08
}

// How often a tenth goes up in E4M3 with four random bits.
func ExamplePlace_Outcomes() {
	f := exact.FN(4, 3)
	p := exact.Locate(exact.Quo(exact.Int64(1), exact.Int64(10)), f)
	for _, outcome := range p.Outcomes(exact.Options{Mode: exact.StochasticA, Bits: 4}) {
		value, _ := f.Decode(outcome.Code).Float()
		fmt.Println(value, outcome.Probability)
	}
	// Output:
	// 0.09375 1/4
	// 0.1015625 3/4
}

// An MXFP4 block: the largest value, 7, saturates at 6 as the specification's scale
// has it.
func ExampleMXBlock() {
	values := []exact.Number{exact.Float64(7), exact.Float64(-1.2), exact.Float64(0.3)}
	element := exact.FiniteOnly(2, 1)
	scale, codes, flags := exact.MXBlock(values, element, exact.FloorScale, exact.Options{Saturation: exact.SatFinite})
	var elements []exact.Number
	for _, code := range codes {
		elements = append(elements, element.Decode(code))
	}
	for _, v := range exact.DecodeBlock(exact.E8M0().Decode(scale), elements) {
		value, _ := v.Float()
		fmt.Println(value)
	}
	fmt.Println(flags)
	// Output:
	// 6
	// -1
	// 0.5
	// inexact|underflow|overflow
}
