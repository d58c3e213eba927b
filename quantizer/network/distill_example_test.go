package network_test

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// One product of two inputs in int3. Most samples lie near 0, a few far away: the
// threshold of the largest is too high for the others.
func ExampleDistillation() {
	graph := &network.Graph{
		Opset:        13,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs:      []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{"w": network.NewFloat([]int{2, 2}, []float32{1, -1, 1, 1})},
		Nodes:        []network.Node{{Name: "head", Op: "MatMul", Inputs: []string{"x", "w"}, Outputs: []string{"y"}}},
	}
	samples := network.NewFloat([]int{64, 2}, nil)
	for i := range samples.Float {
		u := float32(i*37%128)/64 - 1
		samples.Float[i] = u * u * u * u * u
	}

	calibration := network.NewCalibration()
	n, err := network.New(graph, network.Options{Arithmetic: calibration.Observe(network.Float32Arithmetic{})})
	if err != nil {
		panic(err)
	}
	if _, err := n.Run(map[string]*network.Tensor{"x": samples}); err != nil {
		panic(err)
	}
	few := network.FewBit{Format: quantizer.Int(3), Calibration: calibration}

	d, err := network.NewDistillation(graph, samples, nil, network.DistillOptions{
		Batch: 16,
		Train: network.TrainOptions{Thresholds: &network.ThresholdOptions{FewBit: few}},
	})
	if err != nil {
		panic(err)
	}
	before, _ := calibration.Threshold("head")
	fmt.Printf("threshold %.2f, loss %.3f\n", before, d.Loss())
	for range 6 {
		if _, err := d.Epoch(); err != nil {
			panic(err)
		}
	}
	few.Calibration, err = d.Calibration() // for network.Options{Arithmetic: few}
	if err != nil {
		panic(err)
	}
	after, _ := few.Calibration.Threshold("head")
	fmt.Printf("threshold %.2f, loss %.3f\n", after, d.Loss())
	// Output:
	// threshold 1.00, loss 0.136
	// threshold 0.82, loss 0.117
}
