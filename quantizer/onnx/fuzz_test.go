package onnx_test

import (
	"errors"
	"os"
	"testing"

	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// FuzzRead reads arbitrary bytes: the result is a consistent graph or one
// error of a known kind.
func FuzzRead(f *testing.F) {
	f.Add(model(relu()))
	f.Add(model(relu(),
		nodeProto("conv", "Conv", []string{"y", "w", ""}, []string{"z"},
			attribute("pads", varints(8, 1, 1, 1, 1), varint(20, 7)),
			attribute("alpha", float(2, 0.5)),
			attribute("value", sub(5, tensorProto("", 7, []int64{1}, varints(int64Data, 3))))),
		initializer("w", 1, []int64{1, 2}, little(rawData, []float32{1, 2})),
		initializer("h", 10, []int64{2}, varints(int32Data, 1, 2)),
		initializer("n", 22, []int64{3}, raw(rawData, []byte{1, 2})),
		initializer("d", 11, nil, double(doubleData, 1))))
	for _, path := range []string{"testdata/types.onnx", "testdata/nodes.onnx"} {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := onnx.Read(b)
		if err != nil {
			if errors.Is(err, onnx.ErrFormat) == errors.Is(err, network.ErrUnsupported) {
				t.Errorf("%v", err)
			}
			checkMessage(t, "error", err)
			return
		}
		checkGraph(t, g)
	})
}

// checkGraph asks for what Read promises of every graph.
func checkGraph(t *testing.T, g *network.Graph) {
	t.Helper()
	if g.Opset < 7 || g.Opset > 21 || g.Opsets[""] != g.Opset || len(g.Outputs) == 0 {
		t.Errorf("opset %d, %v, outputs %v", g.Opset, g.Opsets, g.Outputs)
	}
	for name, z := range g.Initializers {
		checkTensor(t, name, z)
	}
	for _, v := range g.Inputs {
		if v.Name == "" || v.Type == network.Undefined || g.Initializers[v.Name] != nil {
			t.Errorf("input %+v", v)
		}
	}
	for _, n := range g.Nodes {
		if n.Op == "" || n.Op == "Constant" || n.Domain != "" || len(n.Outputs) == 0 {
			t.Errorf("node %+v", n)
		}
		for name, a := range n.Attrs {
			if name == "" || a.Kind == network.AttrUnsupported || (a.Kind == network.AttrTensor) != (a.Tensor != nil) {
				t.Errorf("attribute %q: %+v", name, a)
			}
			if a.Tensor != nil {
				checkTensor(t, name, a.Tensor)
			}
		}
	}
}

func checkTensor(t *testing.T, name string, z *network.Tensor) {
	t.Helper()
	n := 1
	for _, d := range z.Shape {
		n *= d
	}
	if z.Size() != n || (z.Type == network.Float32 && len(z.Int) > 0) || (z.Type != network.Float32 && len(z.Float) > 0) {
		t.Errorf("%q: %v of shape %v with %d elements", name, z.Type, z.Shape, z.Size())
	}
}
