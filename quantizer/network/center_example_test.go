package network_test

import (
	"fmt"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// narrow is a product of two inputs, of which the first lies between 3 and 3.2, and takes
// ten times the difference of it from 3.
func narrow() (*network.Graph, map[string]*network.Tensor) {
	g := &network.Graph{
		Opset:   13,
		Inputs:  []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs: []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{
			"w": network.NewFloat([]int{2, 1}, []float32{10, 1}), "b": network.NewFloat([]int{1}, []float32{-30}),
		},
		Nodes: []network.Node{{Name: "head", Op: "Gemm", Inputs: []string{"x", "w", "b"}, Outputs: []string{"y"}}},
	}
	x := network.NewFloat([]int{4, 2}, []float32{3, 0, 3.05, 1, 3.1, 0, 3.2, 1})
	return g, map[string]*network.Tensor{"x": x}
}

// The first channel is shifted, and e4m3fn, which has a step of 0.25 at 3, tells its
// values apart.
func ExampleCenterActivations() {
	g, samples := narrow()
	few := network.FewBit{}
	few.Format, _ = quantizer.ParseFormat("e4m3fn")
	centered, report, err := network.CenterActivations(g, few, samples, network.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: shifts %.3f, square error %.1e, before %.1e\n", report[0].Node, report[0].Shifts, report[0].After, report[0].Before)
	for _, n := range []*network.Graph{g, centered} {
		q := &network.Quantization{Graph: n, Samples: samples, FewBit: few}
		calibrate, _ := network.PassByName("calibrate")
		if _, err := q.Apply(calibrate); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.2f\n", outputsOf(n, q.FewBit, samples))
	}
	fmt.Printf("%.2f in float32\n", outputsOf(g, nil, samples))
	// Output:
	// head: shifts [3.000 0.500], square error 2.0e-05, before 4.6e-04
	// [-0.29 0.72 2.00 3.01]
	// [0.01 1.48 0.99 2.96]
	// [0.00 1.50 1.00 3.00] in float32
}

func outputsOf(g *network.Graph, a network.Arithmetic, in map[string]*network.Tensor) []float32 {
	n, err := network.New(g, network.Options{Arithmetic: a})
	if err != nil {
		panic(err)
	}
	out, err := n.Run(in)
	if err != nil {
		panic(err)
	}
	return out[g.Outputs[0].Name].Float
}

// A residual block: the two sides of the addition have one scale.
func ExampleTies() {
	g := &network.Graph{
		Opset:   13,
		Inputs:  []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs: []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{
			"w1": network.NewFloat([]int{2, 2}, []float32{1, 2, 3, 4}), "w2": network.NewFloat([]int{2, 2}, []float32{1, 0, 0, 1}),
		},
		Nodes: []network.Node{
			{Name: "first", Op: "MatMul", Inputs: []string{"x", "w1"}, Outputs: []string{"a"}},
			{Name: "sum", Op: "Add", Inputs: []string{"x", "a"}, Outputs: []string{"s"}},
			{Name: "last", Op: "MatMul", Inputs: []string{"s", "w2"}, Outputs: []string{"y"}},
		},
	}
	for _, z := range network.Ties(g) {
		fmt.Println(z.Nodes, "ties", z.Tensors, "read by", z.Sites)
	}
	// Output: [sum] ties [x a] read by [first]
}

// Weights of 3 bits that an optimiser rounds up or down.
func ExampleLearnRounding() {
	g := &network.Graph{
		Opset:        13,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs:      []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{"w": network.NewFloat([]int{4, 1}, []float32{3, 1.45, 1.4, 1.35})},
		Nodes:        []network.Node{{Name: "head", Op: "Gemm", Inputs: []string{"x", "w"}, Outputs: []string{"y"}}},
	}
	// The inputs are much alike, so that it is the sum of the weights that counts.
	x := network.NewFloat([]int{32, 4}, nil)
	for i := range x.Float {
		x.Float[i] = float32(i/4) + float32(i%3)/8
	}
	samples := map[string]*network.Tensor{"x": x}
	q := &network.Quantization{
		Graph: g, Samples: samples, Rounding: network.RoundingOptions{Steps: 2000},
		FewBit: network.FewBit{Format: quantizer.Int(16), WeightFormat: quantizer.Int(3), Accumulator: blas.Accumulator{Exact: true}},
	}
	for _, name := range []string{"calibrate", "adaround"} {
		p, err := network.PassByName(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := q.Apply(p); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(q.Graph.Initializers["w"].Float)
	// Output: [3 2 1 1]
}

// Weights and activations of formats of their own, trained.
func ExampleTrainingOptions() {
	g, samples := narrow()
	q := &network.Quantization{
		Graph: g, Samples: samples,
		FewBit: network.FewBit{Format: quantizer.FullInt(4), Asymmetric: true, WeightFormat: quantizer.Int(8), Accumulator: blas.Accumulator{Exact: true}},
	}
	q.Training = network.TrainingOptions{Epochs: 3, Each: func(pass string, e network.DistillEpoch, _ network.DistillState) error {
		fmt.Printf("%s, epoch %d: best so far %v\n", pass, e.Epoch, e.Best)
		return nil
	}}
	for _, name := range []string{"calibrate", "train"} {
		p, err := network.PassByName(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		reports, err := q.Apply(p)
		if err != nil {
			fmt.Println(err)
			return
		}
		if d, ok := reports[0].Entries[0].Detail.(network.TrainedProduct); ok {
			fmt.Printf("%s: activation of %v with zero points %v, weights of %v\n", d.Node, d.After[0].Scheme.Format, d.After[0].Scheme.Asymmetric, d.After[1].Scheme.Format)
		}
	}
	// Output:
	// train, epoch 0: best so far true
	// train, epoch 1: best so far false
	// train, epoch 2: best so far false
	// train, epoch 3: best so far false
	// head: activation of int4full with zero points true, weights of int8
}
