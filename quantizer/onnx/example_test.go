package onnx_test

import (
	"errors"
	"fmt"

	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

func ExampleReadFile() {
	g, err := onnx.ReadFile("testdata/nodes.onnx")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range g.Nodes {
		fmt.Println(n.Op, n.Inputs, n.Outputs)
	}
	fmt.Println(g.Initializers["c4"].Int)
	// Output:
	// Attrs [x  w] [a ]
	// Relu [a] [y]
	// [8 9 10]
}

func ExampleRead() {
	_, err := onnx.Read([]byte("no model, just text"))
	fmt.Println(err)
	fmt.Println(errors.Is(err, onnx.ErrFormat), errors.Is(err, network.ErrUnsupported))
	// Output:
	// invalid ONNX model: the file looks like text
	// true false
}

func ExampleWrite() {
	g := &network.Graph{
		Name: "layer", Opset: 13,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32, HasShape: true, Shape: []network.Dim{{Size: -1, Symbol: "N"}, {Size: 2}}}},
		Outputs:      []network.ValueInfo{{Name: "y", Type: network.Float32}},
		Initializers: map[string]*network.Tensor{"w": network.NewFloat([]int{2, 1}, []float32{0.5, -1})},
		Nodes:        []network.Node{{Name: "fc", Op: "MatMul", Inputs: []string{"x", "w"}, Outputs: []string{"y"}}},
	}
	b, err := onnx.Write(g)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := onnx.Read(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(b), "bytes,", again.Name, again.Nodes[0].Op, again.Initializers["w"].Float)
	// Output: 103 bytes, layer MatMul [0.5 -1]
}
