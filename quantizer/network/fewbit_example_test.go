package network_test

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// A network of one matrix product, first in float32, then in int4.
func ExampleFewBit() {
	graph := &network.Graph{
		Opset:        13,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs:      []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{"w": network.NewFloat([]int{2, 1}, []float32{0.7, -0.26})},
		Nodes:        []network.Node{{Op: "MatMul", Inputs: []string{"x", "w"}, Outputs: []string{"y"}}},
	}
	samples := map[string]*network.Tensor{"x": network.NewFloat([]int{2, 2}, []float32{1, 1, 7, 0.4})}

	// The thresholds of the activations come from a run in float32.
	calibration := network.NewCalibration()
	for _, arithmetic := range []network.Arithmetic{
		calibration.Observe(network.Float32Arithmetic{}),
		network.FewBit{Format: quantizer.Int(4), Calibration: calibration},
	} {
		n, err := network.New(graph, network.Options{Arithmetic: arithmetic})
		if err != nil {
			fmt.Println(err)
			return
		}
		out, err := n.Run(samples)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.3f\n", out["y"].Float)
	}
	// Output:
	// [0.440 4.796]
	// [0.400 4.900]
}

func ExampleCalibration() {
	graph := &network.Graph{
		Opset:        13,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs:      []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{"w": network.NewFloat([]int{2, 1}, []float32{1, 1})},
		Nodes:        []network.Node{{Name: "head", Op: "MatMul", Inputs: []string{"x", "w"}, Outputs: []string{"y"}}},
	}
	c := network.NewCalibration()
	n, err := network.New(graph, network.Options{Arithmetic: c.Observe(network.Float32Arithmetic{})})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sample := range [][]float32{{0.5, -3}, {2, 1}} {
		if _, err := n.Run(map[string]*network.Tensor{"x": network.NewFloat([]int{1, 2}, sample)}); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(c.Threshold("head"))
	// Output: 3 true
}
