package quantizer_test

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

func ExampleFormat() {
	f := quantizer.Int(8)
	fmt.Println(f, f.Bits(), f.Largest())
	e4m3, _ := quantizer.ParseFormat("float8_e4m3fn")
	fmt.Println(e4m3, e4m3.Bits(), e4m3.Largest(), e4m3.Round(0.3))
	// Output:
	// int8 8 127
	// e4m3fn 8 448 0.3125
}

func ExampleMinMax() {
	var o quantizer.MinMax
	for _, batch := range [][]float32{{0.5, -3}, {2}} {
		if err := o.Observe(batch); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(o.Threshold())
	// Output: 3
}

func ExampleChannelMinMax() {
	weights := []float32{ // two output channels of three weights
		0.5, -1, 0.25,
		8, 2, 4,
	}
	o := quantizer.NewChannelMinMax(2, 3)
	if err := o.Observe(weights); err != nil {
		fmt.Println(err)
	}
	fmt.Println(o.Thresholds())
	// Output: [1 8]
}

func ExampleQuantize() {
	x := []float32{-1, -0.4, 0, 0.3, 0.8}
	threshold, _ := quantizer.Threshold(x)
	f := quantizer.Int(4)
	scale := quantizer.Scale(f, threshold)

	q := make([]int8, len(x))
	quantizer.Quantize(q, x, f, scale)
	back := make([]float32, len(x))
	quantizer.Dequantize(back, q, f, scale)
	fmt.Printf("%d %.3f\n", q, back)
	// Output: [-7 -3 0 2 6] [-1.000 -0.429 0.000 0.286 0.857]
}
