package network

import (
	"fmt"
	"maps"
	"slices"
)

// steadySince13 names operators that mean in every opset from 13 on what they mean in
// 13, as far as the attributes and inputs that they had there go.
var steadySince13 = map[string]bool{
	"Abs": true, "Add": true, "BatchNormalization": true, "Cast": true, "Clip": true, "Concat": true, "Constant": true, "Conv": true,
	"DequantizeLinear": true, "Div": true, "Dropout": true, "Erf": true, "Exp": true, "Expand": true, "Flatten": true, "GRU": true,
	"Gather": true, "Gemm": true, "GlobalAveragePool": true, "GlobalMaxPool": true, "HardSigmoid": true, "HardSwish": true,
	"Identity": true, "InstanceNormalization": true, "LSTM": true, "LayerNormalization": true, "LeakyRelu": true, "Log": true,
	"LogSoftmax": true, "MatMul": true, "Max": true, "MaxPool": true, "Min": true, "Mul": true, "Neg": true, "PRelu": true, "Pad": true,
	"Pow": true, "QuantizeLinear": true, "RNN": true, "ReduceSum": true, "Relu": true, "Reshape": true, "Shape": true, "Sigmoid": true,
	"Slice": true, "Softmax": true, "Sqrt": true, "Squeeze": true, "Sub": true, "Tanh": true, "Tile": true, "Transpose": true,
	"Unsqueeze": true, "Where": true,
}

// raiseOpset returns a graph of at least the given opset.
func raiseOpset(g *Graph, opset int) (*Graph, error) {
	if g.Opset >= opset {
		return g, nil
	}
	if g.Opset < 13 {
		return nil, fmt.Errorf("%w: a graph of opset %d; QuantizeLinear with what is needed exists since %d", ErrUnsupported, g.Opset, opset)
	}
	names := nodeNames(g.Nodes)
	own := *g
	own.Nodes = slices.Clone(g.Nodes)
	for i := range own.Nodes {
		n := &own.Nodes[i]
		switch {
		case steadySince13[n.Op] && (n.Domain == "" || n.Domain == "ai.onnx"):
		case n.Op == "AveragePool" && n.Attrs["ceil_mode"].Int == 0:
		case n.Op == "Split" && len(n.Inputs) > 1 && n.Inputs[1] != "":
		case n.Op == "Split" && g.Opset < 18 && opset >= 18:
			n.Attrs = maps.Clone(n.Attrs)
			if n.Attrs == nil {
				n.Attrs = Attributes{}
			}
			n.Attrs["num_outputs"] = Attribute{Kind: AttrInt, Int: int64(len(n.Outputs))}
		default:
			return nil, fmt.Errorf("%w: node %q (%s) of opset %d may mean something else in %d, which is needed", ErrUnsupported, names[i], n.Op, g.Opset, opset)
		}
	}
	own.Opset = opset
	if g.Opsets != nil {
		own.Opsets = maps.Clone(g.Opsets)
		for _, domain := range []string{"", "ai.onnx"} {
			if _, ok := own.Opsets[domain]; ok {
				own.Opsets[domain] = opset
			}
		}
	}
	return &own, nil
}
