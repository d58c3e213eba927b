package rounding_test

import (
	"fmt"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// 31/16 of 2^-7 lies below e4m3fn's smallest normal number, 2^-6. Rounded to four bits with an exponent of any size it is that number.
func ExampleTininess() {
	for _, t := range []rounding.Tininess{rounding.AfterRounding, rounding.BeforeRounding} {
		z, flags := minifloat.FromWith[minifloat.E4M3FN](minifloat.Context{Tininess: t}, 0x1.fp-7)
		fmt.Println(t, z.Float64() == 0x1p-6, flags)
	}
	// Output:
	// AfterRounding true ....x
	// BeforeRounding true ...ux
}

func ExampleNaN() {
	nan := minifloat.FromBits[minifloat.Float16](0xfe07) // negative, with the payload 7
	one := minifloat.From[minifloat.Float16](1)
	for _, n := range rounding.NaNs() {
		z, _ := minifloat.Add(minifloat.Context{NaN: n}, nan, one)
		four, flags := minifloat.FromWith[minifloat.E2M1FN](minifloat.Context{NaN: n}, nan.Float64())
		fmt.Printf("%v: %#x, without NaN %v %v\n", n, z.Bits(), four, flags)
	}
	// Output:
	// CanonicalNaN: 0x7e00, without NaN E2M1FN(0) v....
	// MLDtypesNaN: 0x7e00, without NaN E2M1FN(-0) v....
	// PropagateNaN: 0xfe07, without NaN E2M1FN(0) v....
}
