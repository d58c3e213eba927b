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

// The difference of two neighbours just above e5m2's smallest normal number is exact
// but below it. Flushed it is 0: x != y, and yet x - y is 0. An operand that is read
// as zero divides as one.
func ExampleSubnormals() {
	x, y := minifloat.FromBits[minifloat.E5M2](0x05), minifloat.FromBits[minifloat.E5M2](0x04)
	one, tiny := minifloat.From[minifloat.E5M2](1), minifloat.FromBits[minifloat.E5M2](0x02)
	for _, s := range []rounding.Subnormals{
		rounding.GradualUnderflow, rounding.FlushToZero, rounding.DenormalsAreZero, rounding.FlushToZero | rounding.DenormalsAreZero,
	} {
		c := minifloat.Context{Subnormals: s}
		difference, flags := minifloat.Sub(c, x, y)
		quotient, more := minifloat.Quo(c, one, tiny)
		fmt.Println(s, difference.Float64(), flags, quotient.Float64(), more)
	}
	// Output:
	// GradualUnderflow 1.52587890625e-05 ..... 32768 .....
	// FlushToZero 0 ...ux 32768 .....
	// DenormalsAreZero 1.52587890625e-05 ..... +Inf .z...
	// FlushToZero|DenormalsAreZero 0 ...ux +Inf .z...
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
