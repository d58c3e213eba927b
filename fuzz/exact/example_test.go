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
		if r := f.Of(exact.Int64(8)); !r.Between {
			value, _ := r.Float()
			fmt.Println(f.Name, value)
		}
	}
	// Output:
	// Exp2 256
	// Log2 3
	// Cbrt 2
}
