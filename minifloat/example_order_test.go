package minifloat_test

import (
	"fmt"
	"slices"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func ExampleToInt() {
	x := minifloat.From[minifloat.Float16](-200.5)
	n, flags := minifloat.ToInt[int16](minifloat.Context{}, x)
	fmt.Println(n, flags)
	small, flags := minifloat.ToInt[int8](minifloat.Context{Saturation: rounding.SatFinite}, x.Neg())
	fmt.Println(small, flags)
	// Output:
	// -200 ....x
	// 127 v....
}

func ExampleContext_RoundToIntegralExact() {
	f := minifloat.MustFormat(3, 4, minifloat.IEEEFamily)
	for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToNearestAway, rounding.ToPositiveInf} {
		c := minifloat.Context{Mode: mode}
		z, flags := c.RoundToIntegralExact(minifloat.Value{Format: f, Bits: f.Encode(-2.5)})
		fmt.Println(z, flags)
	}
	// Output:
	// E3M4(-2) ....x
	// E3M4(-3) ....x
	// E3M4(-2) ....x
}

func ExampleFloat_NextUp() {
	x := minifloat.From[minifloat.E4M3FN](1)
	fmt.Println(x.NextDown(), x, x.NextUp(), x.Ulp())
	fmt.Println(minifloat.Max[minifloat.E4M3FN]().NextUp(), minifloat.Max[minifloat.E5M2]().NextUp())
	// Output:
	// E4M3FN(0.94) E4M3FN(1) E4M3FN(1.1) 0.125
	// E4M3FN(NaN) E5M2(+Inf)
}

func ExampleFloat_Nextafter() {
	x, y := minifloat.From[minifloat.E4M3FN](1), minifloat.Max[minifloat.E4M3FN]()
	fmt.Println(x.Nextafter(y).Float64(), x.Nextafter(y.Neg()).Float64(), x.Nextafter(x))
	// Output: 1.125 0.9375 E4M3FN(1)
}

func ExampleFloat_TotalCmp() {
	var xs []minifloat.E5M2
	for _, s := range []string{"nan", "0", "inf", "-0", "-1", "-inf"} {
		x, _ := minifloat.Parse[minifloat.E5M2](s)
		xs = append(xs, x)
	}
	slices.SortFunc(xs, minifloat.E5M2.TotalCmp)
	fmt.Println(xs)
	// Output: [E5M2(-Inf) E5M2(-1) E5M2(-0) E5M2(0) E5M2(+Inf) E5M2(NaN)]
}

func ExampleRelation() {
	x, y := minifloat.From[minifloat.E4M3FN](448), minifloat.From[minifloat.E5M2](1e6)
	relation, flags := x.Value().CompareQuiet(y.Value())
	fmt.Println(relation, flags)
	relation, flags = x.Value().CompareSignaling(minifloat.NaN[minifloat.E5M2]().Value())
	fmt.Println(relation, flags)
	// Output:
	// Less .....
	// Unordered v....
}
