package network_test

import (
	"errors"
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer/network"
)

// perceptron is y = relu(x W + b) on batches of any size.
func perceptron() *network.Graph {
	return &network.Graph{
		Opset: 13,
		Inputs: []network.ValueInfo{{
			Name: "x", Type: network.Float32, HasShape: true,
			Shape: []network.Dim{{Size: -1, Symbol: "N"}, {Size: 2}},
		}},
		Outputs: []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{
			"W": network.NewFloat([]int{2, 3}, []float32{1, 2, 3, -1, 0, 1}),
			"b": network.NewFloat([]int{3}, []float32{0.5, 0, -4}),
		},
		Nodes: []network.Node{
			{Name: "dense", Op: "Gemm", Inputs: []string{"x", "W", "b"}, Outputs: []string{"h"}},
			{Name: "relu", Op: "Relu", Inputs: []string{"h"}, Outputs: []string{"y"}},
		},
	}
}

func Example() {
	n, err := network.New(perceptron(), network.Options{})
	if err != nil {
		panic(err)
	}
	x := network.NewFloat([]int{2, 2}, []float32{1, 2, 3, 4})
	out, err := n.Run(map[string]*network.Tensor{"x": x})
	if err != nil {
		panic(err)
	}
	fmt.Println(out["y"].Shape, out["y"].Float)
	// Output: [2 3] [0 2 1 0 6 9]
}

func ExampleNew_unsupported() {
	g := perceptron()
	g.Nodes[1].Op = "NonZero"
	_, err := network.New(g, network.Options{})
	fmt.Println(errors.Is(err, network.ErrUnsupported), err)
	// Output: true network: node "relu" (NonZero, opset 13): unsupported operator
}

func ExampleNetwork_Shapes() {
	n, err := network.New(perceptron(), network.Options{})
	if err != nil {
		panic(err)
	}
	shapes, err := n.Shapes(map[string][]int{"x": {64, 2}})
	fmt.Println(shapes["h"], shapes["y"], err)
	_, err = n.Shapes(map[string][]int{"x": {64, 3}})
	fmt.Println(err)
	// Output:
	// [64 3] [64 3] <nil>
	// network: shape mismatch: input "x" of shape [64 3], want [N 2]
}

// observer finds the greatest magnitude of the activations that enter each
// product with constant weights, and computes in float32.
type observer struct {
	network.Float32Arithmetic
	largest map[string]float32
}

func (o observer) Linear(s *network.Site) (network.LinearFunc, error) {
	f, err := o.Float32Arithmetic.Linear(s)
	return func(y, x []float32, rows, lo, hi int) error {
		for _, v := range x {
			o.largest[s.String()] = max(o.largest[s.String()], float32(math.Abs(float64(v))))
		}
		return f(y, x, rows, lo, hi)
	}, err
}

func ExampleArithmetic() {
	o := observer{largest: map[string]float32{}}
	n, err := network.New(perceptron(), network.Options{Arithmetic: o})
	if err != nil {
		panic(err)
	}
	x := network.NewFloat([]int{2, 2}, []float32{1, 2, 3, -4})
	if _, err := n.Run(map[string]*network.Tensor{"x": x}); err != nil {
		panic(err)
	}
	for _, s := range n.Sites() {
		fmt.Println(s, s.WeightName, s.Weight.Shape, o.largest[s.String()])
	}
	// Output: dense W [3 2] 4
}

func ExampleFoldBatchNorm() {
	g := &network.Graph{
		Opset:   13,
		Inputs:  []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs: []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{
			"k":        network.NewFloat([]int{1, 1, 1}, []float32{3}),
			"scale":    network.NewFloat([]int{1}, []float32{2}),
			"shift":    network.NewFloat([]int{1}, []float32{5}),
			"mean":     network.NewFloat([]int{1}, []float32{1}),
			"variance": network.NewFloat([]int{1}, []float32{15}),
		},
		Nodes: []network.Node{
			{Name: "conv", Op: "Conv", Inputs: []string{"x", "k"}, Outputs: []string{"c"}},
			{
				Name: "bn", Op: "BatchNormalization", Inputs: []string{"c", "scale", "shift", "mean", "variance"}, Outputs: []string{"y"},
				Attrs: network.Attributes{"epsilon": {Kind: network.AttrFloat, Float: 1}},
			},
		},
	}
	folded, report := network.FoldBatchNorm(g)
	conv := folded.Nodes[0]
	fmt.Println(report[0].BatchNorm, "->", report[0].Into)
	fmt.Println(folded.Initializers[conv.Inputs[1]].Float, folded.Initializers[conv.Inputs[2]].Float)
	// Output:
	// bn -> conv
	// [1.5] [4.5]
}

func ExampleMatMulBatches() {
	shape, pairs, err := network.MatMulBatches([]int{2, 1, 3, 4}, []int{2, 4, 5})
	fmt.Println(shape, pairs, err)
	// Output: [2 2 3 5] [[0 0] [0 1] [1 0] [1 1]] <nil>
}
