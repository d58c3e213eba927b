package quantizer_test

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer"
)

// A bell-shaped tensor with one outlier, seen in two parts.
func ExampleHistogram() {
	var h, second quantizer.Histogram
	var x []float32
	for i := range 10000 {
		u := float64(i)/5000 - 1
		x = append(x, float32(u*u*u))
	}
	if err := h.Observe(x); err != nil {
		fmt.Println(err)
	}
	if err := second.Observe([]float32{3}); err != nil {
		fmt.Println(err)
	}
	h.Merge(&second)

	s := quantizer.Scheme{Format: quantizer.Int(4)}
	for _, c := range []quantizer.Criterion{quantizer.ByMinMax(), quantizer.ByPercentile(99.9), quantizer.ByMSE(), quantizer.ByKL()} {
		lo, hi, err := h.Choose(s, c)
		if err != nil {
			fmt.Println(err)
		}
		fmt.Printf("%-15v %6.2f to %5.2f: %4.1f dB\n", c, lo, hi, h.Noise(s, s.Params(lo, hi)).SQNR())
	}
	// Output:
	// minmax           -3.00 to  3.00: 11.6 dB
	// percentile:99.9  -1.00 to  1.00: 19.2 dB
	// mse              -0.93 to  0.93: 19.6 dB
	// kl               -1.00 to  1.00: 19.3 dB
}

func ExampleCriterion() {
	c, err := quantizer.ParseCriterion("percentile:99.99")
	fmt.Println(c, err)
	_, err = quantizer.ParseCriterion("entropy")
	fmt.Println(err)
	// Output:
	// percentile:99.99 <nil>
	// quantizer: unknown criterion "entropy": there are minmax, percentile:P with P above 50 and up to 100, mse, sqnr, kl
}

func ExampleNoise() {
	x := make([]float32, 1000)
	for i := range x {
		x[i] = float32(math.Sin(float64(i)))
	}
	q, err := quantizer.Calibrate(x, quantizer.Scheme{Format: quantizer.Int(8)}, quantizer.ByMSE())
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%.1f dB\n", quantizer.NoiseOf(x, q).SQNR())
	// Output: 49.9 dB
}
