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
