package minifloat_test

import (
	"encoding/json"
	"fmt"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func ExampleContext_Parse() {
	f, _ := minifloat.ParseFormat("e4m3fn")
	for _, mode := range []rounding.Mode{rounding.ToNegativeInf, rounding.ToPositiveInf} {
		c := minifloat.Context{Mode: mode, Saturation: rounding.SatFinite}
		v, flags, err := c.Parse(f, "0.1")
		fmt.Println(v, flags, err)
		v, flags, err = c.Parse(f, "449")
		fmt.Println(v, flags, err)
	}
	// Output:
	// E4M3FN(0.09) ....x <nil>
	// E4M3FN(450) ....x <nil>
	// E4M3FN(0.1) ....x <nil>
	// E4M3FN(450) ..o.x minifloat: parsing "449" as e4m3fn: value out of range
}

func ExampleParseWith() {
	c := minifloat.Context{Mode: rounding.ToZero}
	x, flags, err := minifloat.ParseWith[minifloat.BFloat16](c, "3.14159265358979323846")
	fmt.Println(x, flags, err)
	// Output: BFloat16(3.14) ....x <nil>
}

func ExampleValue_Formatter() {
	f, _ := minifloat.ParseFormat("e5m2")
	for _, x := range []float64{0.1, -3, 1e9} {
		v := minifloat.Value{Format: f, Bits: f.Encode(x)}
		fmt.Printf("%8.3f %-+8g|%v\n", v.Formatter(), v.Formatter(), v)
	}
	// Output:
	//    0.094 +0.09   |E5M2(0.09)
	//   -3.000 -3      |E5M2(-3)
	//     +Inf +Inf    |E5M2(+Inf)
}

// The text of a Value names its format; JSON has its fields.
func ExampleValue_MarshalText() {
	v := minifloat.From[minifloat.E4M3FN](0.3).Value()
	text, _ := v.MarshalText()
	fields, _ := json.Marshal(v)
	fmt.Printf("%s %s\n", text, fields)
	var w minifloat.Value
	fmt.Println(w.UnmarshalText(text), w == v)
	// Output:
	// E4M3FN(0.3) {"Format":"e4m3fn","Bits":42}
	// <nil> true
}

// A number is taken up to the first character that cannot be its.
func ExampleFloat_Scan() {
	var x, y minifloat.Float16
	n, err := fmt.Sscanf("(1.5,-0x1p-3)", "(%g,%g)", &x, &y)
	fmt.Println(n, err, x, y)
	// Output: 2 <nil> Float16(1.5) Float16(-0.125)
}

// A number on its way to a decimal library or a database, and back.
func ExampleValue_Decompose() {
	x := minifloat.From[minifloat.E4M3FN](-0.3125)
	form, negative, coefficient, exponent := x.Decompose(nil)
	fmt.Println(form, negative, coefficient, exponent)
	var y minifloat.Float16
	fmt.Println(y.Compose(form, negative, coefficient, exponent), y)
	// Output:
	// 0 true [12 53] -4
	// <nil> Float16(-0.3125)
}
