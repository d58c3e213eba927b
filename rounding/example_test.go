package rounding_test

import (
	"fmt"

	"github.com/halfulp/halfulp/rounding"
)

// Seven halves is a tie between 3 and 4. ShiftRight64 halves 7 in each mode.
func ExampleMode() {
	for _, m := range rounding.Modes() {
		positive, _ := rounding.ShiftRight64(m, false, 7, 1)
		negative, _ := rounding.ShiftRight64(m, true, 7, 1)
		fmt.Printf("%-13v  3.5 to %d, -3.5 to -%d\n", m, positive, negative)
	}
	// Output:
	// ToNearestEven  3.5 to 4, -3.5 to -4
	// ToNearestAway  3.5 to 4, -3.5 to -4
	// ToZero         3.5 to 3, -3.5 to -3
	// AwayFromZero   3.5 to 4, -3.5 to -4
	// ToNegativeInf  3.5 to 3, -3.5 to -4
	// ToPositiveInf  3.5 to 4, -3.5 to -3
	// ToNearestZero  3.5 to 3, -3.5 to -3
	// ToNearestUp    3.5 to 4, -3.5 to -3
	// ToNearestDown  3.5 to 3, -3.5 to -4
	// ToNearestOdd   3.5 to 3, -3.5 to -3
	// ToOdd          3.5 to 3, -3.5 to -3
}

// A rounder of one's own asks Increment and packs what comes out: here the
// last two digits of a decimal number are discarded.
func ExampleIncrement() {
	x := 12350
	kept, rest := x/100, x%100
	half, sticky := rest >= 50, rest%50 != 0
	if rounding.Increment(rounding.ToNearestEven, false, kept%2 != 0, half, sticky) {
		kept++
	}
	fmt.Println(kept)
	// Output: 124
}

// Three quarters goes up for three of four random numbers of two bits.
func ExampleIncrementStochastic() {
	const threeQuarters = 3 << 62
	for random := range uint64(4) {
		fmt.Print(rounding.IncrementStochastic(rounding.StochasticA, false, false, threeQuarters, false, random, 2), " ")
	}
	// Output: false true true true
}

// Which finite values leave the range when they round beyond it; a Saturation
// keeps those in as well.
func ExampleOverflows() {
	const oddMax = true // as in every IEEE format
	fmt.Println(rounding.Overflows(rounding.ToNearestEven, false, oddMax), rounding.Overflows(rounding.ToZero, false, oddMax))
	// Output: true false
}

func ExampleSaturation() {
	fmt.Println(rounding.Saturations())
	// Output: [SatNone SatFinite SatPropagate]
}

// The zero value is IEEE 754's default. A Context is comparable and passed by
// value; package minifloat's has its fields.
func ExampleContext() {
	fmt.Printf("%+v\n", rounding.Context{})
	fmt.Printf("%+v\n", rounding.Context{
		Mode: rounding.ToZero, Saturation: rounding.SatFinite, Tininess: rounding.BeforeRounding, NaN: rounding.MLDtypesNaN,
		Subnormals: rounding.FlushToZero,
	})
	// Output:
	// {Mode:ToNearestEven Saturation:SatNone Tininess:AfterRounding NaN:CanonicalNaN Subnormals:GradualUnderflow}
	// {Mode:ToZero Saturation:SatFinite Tininess:BeforeRounding NaN:MLDtypesNaN Subnormals:FlushToZero}
}

func ExampleFlags() {
	raised := rounding.Overflow | rounding.Inexact
	fmt.Println(raised, raised&rounding.Inexact != 0, raised&rounding.Invalid != 0)
	// Output: ..o.x true false
}

func ExampleTwoSum() {
	sum, err := rounding.TwoSum(1, 0x1p-60)
	fmt.Println(sum == 1, err == 0x1p-60)
	// Output: true true
}

func ExampleParseMode() {
	for _, name := range []string{"ToNearestEven", "SC_RND", "fixed_truncate", "jamming", "JAM"} {
		m, err := rounding.ParseMode(name)
		fmt.Println(m, err)
	}
	// Output:
	// ToNearestEven <nil>
	// ToNearestUp <nil>
	// ToNegativeInf <nil>
	// ToOdd <nil>
	// ToNearestEven rounding: unknown mode "JAM": it sets the last bit of exact values too; the one that leaves them alone is JAM_UNBIASED
}

func ExampleAlias() {
	for _, a := range rounding.Aliases() {
		if a.Source == "VHDL fixed_pkg" {
			fmt.Println(a.Name, a.Mode)
		}
	}
	// Output:
	// fixed_round ToNearestEven
	// fixed_truncate ToNegativeInf
}
