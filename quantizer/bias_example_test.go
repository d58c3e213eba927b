package quantizer_test

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

// The mean of a channel after batch normalization and ReLU6.
func ExampleClippedNormal() {
	mean, variance := quantizer.ClippedNormal(1.5, 2, 0, 6)
	fmt.Printf("%.4f %.4f\n", mean, variance)
	// Output: 1.7539 2.5485
}

func ExampleCorrectBias() {
	weights, quantized := []float32{0.9, 2.2}, []float32{1, 2}
	bias := []float32{0.5}
	quantizer.CorrectBias(bias, weights, quantized, []float64{3, 1}, 1)
	fmt.Printf("%.3f\n", bias) // 0.5 - (0.1*3 - 0.2*1)
	// Output: [0.400]
}

func ExampleChannelMean() {
	float, quantized := quantizer.NewChannelMean(2, 2), quantizer.NewChannelMean(2, 2)
	if err := float.Observe([]float32{1, 3, 10, 20}); err != nil {
		fmt.Println(err)
	}
	if err := quantized.Observe([]float32{1, 4, 10, 19}); err != nil {
		fmt.Println(err)
	}
	want, _ := float.Means()
	got, _ := quantized.Means()
	for c := range want {
		fmt.Println(want[c] - got[c]) // what to add to the bias
	}
	// Output:
	// -0.5
	// 0.5
}

func ExampleAdaRound() {
	w := []float32{0.5, 0.5, 0.5, 0.5}
	q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: quantizer.Int(4)}, Params: []quantizer.Params{{Scale: 1}}}
	r := quantizer.NewAdaRound(w, q)
	y, g, grad := make([]float32, 4), make([]float32, 4), make([]float32, 4)
	for i := range 200 {
		r.Soft(y)
		sum := y[0] + y[1] + y[2] + y[3] // the output for inputs of 1, which should be 2
		for k := range g {
			g[k] = 2 * (sum - 2)
		}
		clear(grad)
		r.Backward(grad, g)
		r.Penalty(grad, 0.1, quantizer.AdaRoundBeta(i, 200))
		for k := range grad {
			r.Values[k] -= 0.5*grad[k] + 0.001*float32(k%2*2-1) // tie broken
		}
	}
	r.Hard(y)
	fmt.Println(y)
	// Output: [1 0 1 0]
}
