package network_test

import (
	"fmt"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// A product in int8 becomes codes, and pairs that round its input, for programs that
// know ONNX and nothing of this package; what comes back has the same bits.
func ExampleInsertQDQ() {
	g := &network.Graph{
		Opset:        13,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs:      []network.ValueInfo{{Name: "y"}},
		Initializers: map[string]*network.Tensor{"w": network.NewFloat([]int{2, 1}, []float32{0.25, 1})},
		Nodes:        []network.Node{{Name: "product", Op: "MatMul", Inputs: []string{"x", "w"}, Outputs: []string{"y"}}},
	}
	x := map[string]*network.Tensor{"x": network.NewFloat([]int{1, 2}, []float32{1, -2})}
	q := &network.Quantization{Graph: g, Samples: x}
	q.FewBit = network.FewBit{Format: quantizer.Int(8), Accumulator: blas.Accumulator{Exact: true}}
	calibrate, err := network.PassByName("calibrate")
	if err == nil {
		_, err = q.Apply(calibrate)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	pairs, entries, err := network.InsertQDQ(q.Graph, q.FewBit)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: scale %.4g of the input, %.4g of the weights\n", entries[0].Node, entries[0].Activations[0].Scale, entries[0].Weights[0].Scale)
	for _, n := range pairs.Nodes {
		fmt.Println(n.Op, n.Inputs)
	}
	plain, few, err := network.RemoveQDQ(pairs)
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := network.New(plain, network.Options{Arithmetic: few})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := n.Run(x)
	fmt.Println(y["y"].Float, err)

	// Output:
	// product: scale 0.01575 of the input, 0.007874 of the weights
	// MatMul [x/rounded w/rounded]
	// Clip [x x/limit]
	// QuantizeLinear [x/clipped x/scale x/zero]
	// DequantizeLinear [x/codes x/scale x/zero]
	// DequantizeLinear [w/codes w/scale w/zero]
	// [-1.7460475] <nil>
}
