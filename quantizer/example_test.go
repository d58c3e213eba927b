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

// A depthwise convolution of four channels, ReLU6, and a pointwise one.
func ExampleRescaling() {
	weights := []float32{ // [4, 1, 1, 2]
		2, -1,
		0.25, 0.5,
		0.1, 0.2,
		0, 0,
	}
	bias := []float32{1, 0.5, 0, 3}
	next := []float32{1, 1, 1, 1} // [1, 4, 1, 1]
	maxima := []float32{6.5, 1, 2, 3}

	r := quantizer.Rescaling{Limit: 6}
	report, err := r.Apply(weights, bias, next, 4, 1, maxima)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println("control value", report.Control)
	for k, c := range report.Channels {
		fmt.Printf("%d %v\n", k, c)
	}
	fmt.Println(bias[1], next[1])
	// Output:
	// control value 2
	// 0 locked: weights to 2, maximum 6.5, factor 1
	// 1 equalized: weights to 0.5, maximum 1, factor 4
	// 2 capped: weights to 0.2, maximum 2, factor 2.95
	// 3 dead: weights to 0, maximum 3, factor 1
	// 2 0.25
}

func ExampleEqualization() {
	first := []float32{8, 0.5} // the largest weight that makes each channel
	next := []float32{2, 2}    // and of those that read it
	for k, c := range (quantizer.Equalization{}).Factors(first, next) {
		fmt.Printf("%d %v: both become %v\n", k, c, c.First*c.Factor)
	}
	// Output:
	// 0 equalized: weights to 8, next weights to 2, factor 0.5: both become 4
	// 1 equalized: weights to 0.5, next weights to 2, factor 2: both become 1
}
