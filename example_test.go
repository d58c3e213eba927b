package halfulp_test

import (
	"fmt"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func Example() {
	type mine = minifloat.Float[uint8, minifloat.E3, minifloat.M4, minifloat.Finite]

	x := minifloat.From[minifloat.E4M3FN](1.3)
	y := minifloat.FromBits[minifloat.E4M3FN](0x01)
	fmt.Println(x.Float64(), x.Add(y).Float64(), minifloat.Convert[mine](x))

	toward := minifloat.Context{Mode: rounding.ToPositiveInf}
	z, flags := minifloat.Add(toward, x, y)
	fmt.Println(z.Float64(), flags)
	// Output:
	// 1.25 1.25 E3M4FINITE(1.25)
	// 1.375 ....x
}
