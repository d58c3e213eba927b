package quantizer_test

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

func ExampleSurrogate() {
	k := quantizer.Scheme{Format: quantizer.Int(4)}.Symmetric(7) // values -7 to 7 in steps of 1
	x := []float32{0.25, 6.75, 9}
	y, g, dx := make([]float32, 3), []float32{1, 1, 1}, make([]float32, 3)
	k.Forward(y, x)
	z := k.Backward(dx, g, x)
	fmt.Println(y, dx)
	fmt.Println(z.Size) // (-0.25 + 0.25 + 7) / 7
	// Output:
	// [0 7 7] [1 1 0]
	// 1
}

// A threshold that is trained to make a square error small.
func ExampleTrained() {
	x := make([]float32, 1000)
	for i := range x {
		u := float32(i)/500 - 1
		x[i] = u * u * u * u * u
	}
	s := quantizer.Scheme{Format: quantizer.Int(3)}
	ranges, err := quantizer.CalibrateRanges(x, s, quantizer.ByMinMax())
	if err != nil {
		fmt.Println(err)
	}
	t, err := quantizer.NewTrained(s, quantizer.Factor, quantizer.Limits{}, ranges)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("factor %.3f, %.1f dB\n", t.Values[0], quantizer.NoiseOf(x, t.Quantizer()).SQNR())

	y, g := make([]float32, len(x)), make([]float32, len(x))
	for range 100 {
		t.Forward(y, x)
		for i := range g {
			g[i] = y[i] - x[i]
		}
		sums, grad := make([]quantizer.Gradient, 1), make([]float32, 1)
		t.Backward(sums, nil, g, x)
		t.Gradient(grad, sums, len(x))
		t.Values[0] -= 0.01 * grad[0]
		if err := t.Project(); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Printf("factor %.3f, %.1f dB\n", t.Values[0], quantizer.NoiseOf(x, t.Quantizer()).SQNR())
	// Output:
	// factor 1.000, 12.9 dB
	// factor 0.775, 14.2 dB
}
