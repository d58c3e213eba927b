package quantizer_test

import (
	"encoding/json"
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

func ExampleScheme() {
	s := quantizer.Scheme{Format: quantizer.Uint(8), Asymmetric: true}
	p := s.Params(-1, 3) // of a range that calibration found
	fmt.Printf("%.5f %d\n", p.Scale, p.Zero)
	s.PowerOfTwo = true
	fmt.Println(s.Params(-1, 3))
	// Output:
	// 0.01569 64
	// {0.03125 32}
}

func ExampleParams() {
	s := quantizer.Scheme{Format: quantizer.Uint(8), Asymmetric: true}
	p := quantizer.Params{Scale: 0.5, Zero: 100}
	fmt.Println(s.Range(p)) // codes 0 to 255
	// Output: -50 77.5
}

func ExampleQuantizer() {
	weights := []float32{ // two rows of three weights, each with a range of its own
		0.25, -1, 0.5,
		8, 2, -4,
	}
	q := quantizer.Quantizer{Scheme: quantizer.Scheme{Format: quantizer.Int(4), Grouping: quantizer.PerChannel(2, 3)}}
	for _, threshold := range []float32{1, 8} {
		q.Params = append(q.Params, q.Scheme.Params(-threshold, threshold))
	}
	codes := make([]int8, len(weights))
	quantizer.QuantizeTensor(codes, weights, q)
	fmt.Println(codes)
	text, _ := json.Marshal(q)
	fmt.Println(string(text))
	// Output:
	// [2 -7 3 7 2 -3]
	// {"scheme":{"format":"int4","grouping":{"axis":2,"inner":3}},"params":[{"scale":0.14285715},{"scale":1.1428572}]}
}

func ExampleGrouping() {
	g := quantizer.PerBlock(6, 1, 4) // rows of 6 in blocks of 4, the last of 2
	fmt.Println(g.Groups(12), g.Group(3), g.Group(4), g.Group(6))
	// Output: 4 0 1 2
}
