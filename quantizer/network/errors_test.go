package network

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// TestNodeErrors: what is wrong with one node is an error that names it, its
// operator and the opset.
func TestNodeErrors(t *testing.T) {
	x := f(sh(2, 3), 1, 2, 3, 4, 5, 6)
	image := NewFloat(sh(1, 2, 4, 4), nil)
	weights := NewFloat(sh(2, 2, 3, 3), nil)
	many := make([]int64, 5)
	for _, c := range []struct {
		name     string
		op       string
		opset    int
		attrs    Attributes
		in       []*Tensor
		constant []int
		want     error
	}{
		{"unknown operator", "NonZero", 13, nil, []*Tensor{x}, nil, ErrUnsupported},
		{"later operator", "Gelu", 13, nil, []*Tensor{x}, nil, ErrUnsupported},
		{"too many inputs", "Relu", 13, nil, []*Tensor{x, x}, nil, ErrGraph},
		{"too few inputs", "Add", 13, nil, []*Tensor{x}, nil, ErrGraph},
		{"absent input", "Add", 13, nil, []*Tensor{nil, x}, nil, ErrGraph},
		{"unknown attribute", "Relu", 13, Attributes{"alpha": af(1)}, []*Tensor{x}, nil, ErrUnsupported},
		{"attribute of another opset", "Clip", 11, Attributes{"min": af(1)}, []*Tensor{x}, nil, ErrUnsupported},
		{"attribute kind", "Softmax", 13, Attributes{"axis": af(1)}, []*Tensor{x}, nil, ErrGraph},
		{"attribute unsupported", "Softmax", 13, Attributes{"axis": {}}, []*Tensor{x}, nil, ErrUnsupported},
		{"attribute range", "Softmax", 13, Attributes{"axis": ai(math.MaxInt64)}, []*Tensor{x}, nil, ErrGraph},
		{"flag", "Gemm", 13, Attributes{"transA": ai(2)}, []*Tensor{x, x}, nil, ErrGraph},
		{"broadcast", "Add", 13, nil, []*Tensor{x, f(sh(2), 1, 2)}, nil, ErrShape},
		{"types", "Add", 13, nil, []*Tensor{x, i64(sh(3), 1, 2, 3)}, nil, ErrShape},
		{"logic of floats", "And", 13, nil, []*Tensor{x, x}, nil, ErrUnsupported},
		{"division by zero", "Div", 13, nil, []*Tensor{i64(sh(1), 1), i64(sh(1), 0)}, nil, ErrData},
		{"slope", "PRelu", 13, nil, []*Tensor{f(sh(3), 1, 2, 3), x}, nil, ErrShape},
		{"axis", "Softmax", 13, Attributes{"axis": ai(2)}, []*Tensor{x}, nil, ErrShape},
		{"axes twice", "ReduceSum", 11, Attributes{"axes": aint(0, -2)}, []*Tensor{x}, nil, ErrShape},
		{"axes as data", "ReduceSum", 13, nil, []*Tensor{x, i64(sh(1), 0)}, nil, ErrUnsupported},
		{"perm", "Transpose", 13, Attributes{"perm": aint(0, 0)}, []*Tensor{x}, nil, ErrShape},
		{"reshape", "Reshape", 13, nil, []*Tensor{x, i64(sh(1), 5)}, []int{1}, ErrShape},
		{"reshape twice unknown", "Reshape", 13, nil, []*Tensor{x, i64(sh(2), -1, -1)}, []int{1}, ErrShape},
		{"reshape overflow", "Reshape", 13, nil, []*Tensor{x, i64(sh(4), 1<<40, 1<<40, 1<<40, -1)}, []int{1}, ErrShape},
		{"reshape copies nothing", "Reshape", 13, nil, []*Tensor{x, i64(sh(3), 2, 3, 0)}, []int{1}, ErrShape},
		{"expand", "Expand", 13, nil, []*Tensor{x, i64(sh(1), -1)}, []int{1}, ErrShape},
		{"expand huge", "Expand", 13, nil, []*Tensor{f(sh(1), 1), i64(sh(2), 1<<20, 1<<20)}, []int{1}, ErrBudget},
		{"fill huge", "ConstantOfShape", 13, nil, []*Tensor{i64(sh(1), 1<<40)}, []int{0}, ErrBudget},
		{"range huge", "Range", 13, nil, []*Tensor{i64(sh(), 0), i64(sh(), 1<<40), i64(sh(), 1)}, []int{0, 1, 2}, ErrBudget},
		{"range of no step", "Range", 13, nil, []*Tensor{i64(sh(), 0), i64(sh(), 1), i64(sh(), 0)}, []int{0, 1, 2}, ErrShape},
		{"range of floats", "Range", 13, nil, []*Tensor{f(sh(), 0), f(sh(), inf), f(sh(), 1)}, []int{0, 1, 2}, ErrShape},
		{"tile", "Tile", 13, nil, []*Tensor{x, i64(sh(2), 1<<40, 1<<40)}, []int{1}, ErrBudget},
		{"tile negative", "Tile", 13, nil, []*Tensor{x, i64(sh(2), -1, 1)}, []int{1}, ErrShape},
		{"unsqueeze", "Unsqueeze", 13, nil, []*Tensor{x, i64(sh(1), 4)}, []int{1}, ErrShape},
		{"squeeze", "Squeeze", 13, nil, []*Tensor{x, i64(sh(1), 0)}, []int{1}, ErrShape},
		{"concat axis", "Concat", 13, nil, []*Tensor{x, x}, nil, ErrGraph},
		{"concat", "Concat", 13, Attributes{"axis": ai(0)}, []*Tensor{x, f(sh(1, 2), 1, 2)}, nil, ErrShape},
		{"split", "Split", 11, Attributes{"split": aint(math.MaxInt64, math.MinInt64+5)}, []*Tensor{x}, nil, ErrShape},
		{"split uneven", "Split", 11, Attributes{"axis": ai(1)}, []*Tensor{x}, nil, ErrShape},
		{"slice step", "Slice", 13, nil, []*Tensor{x, i64(sh(1), 0), i64(sh(1), 2), i64(sh(1), 0), i64(sh(1), 0)}, []int{1, 2, 3, 4}, ErrShape},
		{"slice lists", "Slice", 13, nil, []*Tensor{x, i64(sh(1), 0), i64(sh(2), 2, 2)}, []int{1, 2}, ErrShape},
		{"slice too many", "Slice", 9, Attributes{"starts": aint(many...), "ends": aint(many...)}, []*Tensor{x}, nil, ErrShape},
		{"gather", "Gather", 13, nil, []*Tensor{x, i64(sh(1), 2)}, nil, ErrData},
		{"gather by floats", "Gather", 13, nil, []*Tensor{x, x}, nil, ErrShape},
		{"gather elements", "GatherElements", 13, nil, []*Tensor{x, i64(sh(1, 3), 0, 1, -3)}, nil, ErrData},
		{"pads", "Pad", 13, nil, []*Tensor{x, i64(sh(3), 1, 1, 1)}, []int{1}, ErrShape},
		{"pads negative", "Pad", 13, nil, []*Tensor{x, i64(sh(4), 0, -4, 0, 0)}, []int{1}, ErrShape},
		{"reflect too far", "Pad", 13, Attributes{"mode": as("reflect")}, []*Tensor{x, i64(sh(4), 2, 0, 0, 0)}, []int{1}, ErrShape},
		{"pads huge", "Pad", 13, nil, []*Tensor{x, i64(sh(4), 1<<40, 0, 1<<40, 0)}, []int{1}, ErrBudget},
		{"mode", "Pad", 13, Attributes{"mode": as("wrap")}, []*Tensor{x, i64(sh(4), 0, 0, 0, 0)}, []int{1}, ErrUnsupported},
		{"conv rank", "Conv", 13, nil, []*Tensor{x, weights}, []int{1}, ErrShape},
		{"conv 3-D", "Conv", 13, nil, []*Tensor{image, NewFloat(sh(1, 1, 1, 1, 1), nil)}, []int{1}, ErrUnsupported},
		{"conv groups", "Conv", 13, Attributes{"group": ai(3)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv group 0", "Conv", 13, Attributes{"group": ai(0)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv channels", "Conv", 13, Attributes{"group": ai(2)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv dilated out", "Conv", 13, Attributes{"dilations": aint(2, 2)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv stride 0", "Conv", 13, Attributes{"strides": aint(0, 1)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv strides", "Conv", 13, Attributes{"strides": aint(1)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv kernel", "Conv", 13, Attributes{"kernel_shape": aint(2, 3)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv pads huge", "Conv", 13, Attributes{"pads": aint(math.MaxInt64, 0, 0, 0)}, []*Tensor{image, weights}, []int{1}, ErrShape},
		{"conv pads large", "Conv", 13, Attributes{"pads": aint(1<<24, 1<<24, 0, 0)}, []*Tensor{image, weights}, []int{1}, ErrBudget},
		{"conv auto_pad", "Conv", 13, Attributes{"auto_pad": as("SAME")}, []*Tensor{image, weights}, []int{1}, ErrUnsupported},
		{"conv bias", "Conv", 13, nil, []*Tensor{image, weights, f(sh(1), 1)}, []int{1, 2}, ErrShape},
		{"conv of data", "Conv", 13, nil, []*Tensor{image, weights}, nil, ErrUnsupported},
		{"pool indices", "MaxPool", 13, Attributes{"kernel_shape": aint(2, 2)}, []*Tensor{image}, nil, ErrUnsupported},
		{"pool rank", "MaxPool", 13, Attributes{"kernel_shape": aint(2)}, []*Tensor{x}, nil, ErrUnsupported},
		{"pool kernel", "AveragePool", 13, nil, []*Tensor{image}, nil, ErrGraph},
		{"pool too large", "AveragePool", 13, Attributes{"kernel_shape": aint(5, 1)}, []*Tensor{image}, nil, ErrShape},
		{"gemm inner", "Gemm", 13, nil, []*Tensor{x, x}, []int{1}, ErrShape},
		{"gemm rank", "Gemm", 13, nil, []*Tensor{x, f(sh(3), 1, 2, 3)}, []int{1}, ErrShape},
		{"gemm C", "Gemm", 13, Attributes{"transB": ai(1)}, []*Tensor{x, x, f(sh(3), 1, 2, 3)}, []int{1}, ErrShape},
		{"matmul inner", "MatMul", 13, nil, []*Tensor{x, x}, nil, ErrShape},
		{"matmul scalar", "MatMul", 13, nil, []*Tensor{x, f(sh(), 1)}, nil, ErrShape},
		{"matmul empty", "MatMul", 13, nil, []*Tensor{f(sh(2, 0)), f(sh(0, 2))}, nil, ErrShape},
		{"normalization", "BatchNormalization", 13, nil, []*Tensor{x, f(sh(2), 1, 1), f(sh(3), 1, 1, 1), f(sh(3), 1, 1, 1), f(sh(3), 1, 1, 1)}, nil, ErrShape},
		{"training", "BatchNormalization", 14, Attributes{"training_mode": ai(1)}, []*Tensor{x, x, x, x, x}, nil, ErrUnsupported},
		{"layer", "LayerNormalization", 17, nil, []*Tensor{x, f(sh(2), 1, 1)}, nil, ErrShape},
		{"cast to string", "Cast", 13, Attributes{"to": ai(8)}, []*Tensor{x}, nil, ErrUnsupported},
		{"quantize axis", "QuantizeLinear", 13, nil, []*Tensor{x, f(sh(2), 1, 1)}, nil, ErrShape},
		{"dequantize floats", "DequantizeLinear", 13, nil, []*Tensor{x, f(sh(), 1)}, nil, ErrUnsupported},
		{"constant of nothing", "Constant", 13, nil, nil, nil, ErrGraph},
		{"constant string", "Constant", 13, Attributes{"value_string": as("x")}, nil, nil, ErrUnsupported},
		{"constant malformed", "Constant", 13, Attributes{"value": {Kind: AttrTensor, Tensor: &Tensor{Shape: sh(2), Type: Float32}}}, nil, nil, ErrShape},
		{"constant nil", "Constant", 13, Attributes{"value": {Kind: AttrTensor}}, nil, nil, ErrGraph},
		{"gru weights", "GRU", 14, nil, []*Tensor{NewFloat(sh(1, 1, 2), nil), NewFloat(sh(1, 6, 2), nil), NewFloat(sh(1, 6, 3), nil)}, []int{1, 2}, ErrShape},
		{"gru input", "GRU", 14, nil, []*Tensor{NewFloat(sh(1, 1, 3), nil), NewFloat(sh(1, 6, 2), nil), NewFloat(sh(1, 6, 2), nil)}, []int{1, 2}, ErrShape},
		{"lstm direction", "LSTM", 14, Attributes{"direction": as("up")}, []*Tensor{x, x, x}, []int{1, 2}, ErrUnsupported},
		{"lstm activations", "LSTM", 14, Attributes{"activations": {Kind: AttrStrings, Strs: []string{"Tanh"}}}, []*Tensor{x, x, x}, []int{1, 2}, ErrGraph},
		{"rnn activation", "RNN", 14, Attributes{"activations": {Kind: AttrStrings, Strs: []string{"Gelu"}}}, []*Tensor{x, x, x}, []int{1, 2}, ErrUnsupported},
		{"sequence", "RNN", 14, nil, []*Tensor{NewFloat(sh(1, 1, 1), nil), NewFloat(sh(1, 1, 1), nil), NewFloat(sh(1, 1, 1), nil), nil, NewInt(Int32, sh(1), []int64{2})}, []int{1, 2}, ErrData},
	} {
		outputs := 1
		if c.name == "pool indices" || strings.HasPrefix(c.name, "split") {
			outputs = 2
		}
		_, err := tryApply(c.op, c.opset, c.attrs, outputs, c.in, c.constant...)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
			continue
		}
		if s := err.Error(); !strings.HasPrefix(s, `network: node "node" (`+c.op+`, opset `) {
			t.Errorf("%s: error %q names no node", c.name, s)
		}
	}
}

// chain is x -> Relu -> y.
func chain() *Graph {
	return &Graph{
		Opset:   13,
		Inputs:  []ValueInfo{{Name: "x", Type: Float32, HasShape: true, Shape: []Dim{{Size: -1, Symbol: "N"}, {Size: 2}}}},
		Outputs: []ValueInfo{{Name: "y"}},
		Nodes:   []Node{{Name: "relu", Op: "Relu", Inputs: []string{"x"}, Outputs: []string{"y"}}},
	}
}

// TestGraphOfNetwork: a network gives back the very graph that it was made of.
func TestGraphOfNetwork(t *testing.T) {
	g := chain()
	if n, err := New(g, Options{}); err != nil || n.Graph() != g {
		t.Errorf("another graph, error %v", err)
	}
}

func TestGraphErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(g *Graph)
		want   error
		text   string
	}{
		{"opset too old", func(g *Graph) { g.Opset = 6 }, ErrUnsupported, "opset 6"},
		{"opset too new", func(g *Graph) { g.Opset = 22 }, ErrUnsupported, "opset 22"},
		{"domain", func(g *Graph) { g.Nodes[0].Domain = "com.example" }, ErrUnsupported, `node "relu" (com.example.Relu, opset 13)`},
		{"no outputs", func(g *Graph) { g.Outputs = nil }, ErrGraph, "no outputs"},
		{"missing output", func(g *Graph) { g.Outputs[0].Name = "z" }, ErrGraph, `"z"`},
		{"output twice", func(g *Graph) { g.Outputs = append(g.Outputs, g.Outputs[0]) }, ErrGraph, `"y"`},
		{"missing input", func(g *Graph) { g.Nodes[0].Inputs[0] = "w" }, ErrGraph, `node "relu" (Relu, opset 13): malformed graph: input "w"`},
		{"input twice", func(g *Graph) { g.Inputs = append(g.Inputs, g.Inputs[0]) }, ErrGraph, `"x"`},
		{"self", func(g *Graph) { g.Nodes[0].Inputs[0] = "y" }, ErrGraph, "itself"},
		{"cycle", func(g *Graph) {
			g.Nodes[0].Inputs[0] = "b"
			g.Nodes = append(g.Nodes, Node{Op: "Relu", Inputs: []string{"y"}, Outputs: []string{"a"}}, Node{Op: "Relu", Inputs: []string{"a"}, Outputs: []string{"b"}})
		}, ErrGraph, "itself"},
		{"produced twice", func(g *Graph) { g.Nodes = append(g.Nodes, g.Nodes[0]) }, ErrGraph, `"y" is the output of two nodes`},
		{"overwrites an input", func(g *Graph) { g.Nodes[0].Outputs[0] = "x" }, ErrGraph, `"x"`},
		{"initializer nil", func(g *Graph) { g.Initializers = map[string]*Tensor{"w": nil} }, ErrGraph, `"w"`},
		{"initializer short", func(g *Graph) {
			g.Initializers = map[string]*Tensor{"w": {Shape: []int{3}, Type: Float32, Float: []float32{1}}}
		}, ErrShape, `"w"`},
		{"initializer negative", func(g *Graph) {
			g.Initializers = map[string]*Tensor{"w": {Shape: []int{-1}, Type: Float32}}
		}, ErrShape, `"w"`},
		{"initializer overflows", func(g *Graph) {
			g.Initializers = map[string]*Tensor{"w": {Shape: []int{maxElements, 2}, Type: Float32}}
		}, ErrShape, `"w"`},
		{"input dimension", func(g *Graph) { g.Inputs[0].Shape[1].Size = -2 }, ErrShape, `"x"`},
		{"dead node", func(g *Graph) {
			g.Nodes = append(g.Nodes, Node{Name: "loop", Op: "Loop", Outputs: []string{"z"}})
		}, ErrUnsupported, `"loop"`},
	} {
		g := chain()
		c.change(g)
		_, err := New(g, Options{})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: error %v, want %v with %s", c.name, err, c.want, c.text)
		}
	}
	if _, err := New(nil, Options{}); !errors.Is(err, ErrGraph) {
		t.Errorf("nil graph: %v", err)
	}
}

func TestInputErrors(t *testing.T) {
	g := chain()
	g.Inputs = append(g.Inputs, ValueInfo{Name: "x2", Type: Float32, HasShape: true, Shape: []Dim{{Size: -1, Symbol: "N"}}})
	n, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	good := func() map[string]*Tensor {
		return map[string]*Tensor{"x": f(sh(1, 2), 1, 2), "x2": f(sh(1), 1)}
	}
	if _, err := n.Run(good()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(in map[string]*Tensor)
		want   error
	}{
		{"missing", func(in map[string]*Tensor) { delete(in, "x") }, ErrShape},
		{"nil", func(in map[string]*Tensor) { in["x"] = nil }, ErrGraph},
		{"rank", func(in map[string]*Tensor) { in["x"] = f(sh(2), 1, 2) }, ErrShape},
		{"size", func(in map[string]*Tensor) { in["x"] = f(sh(1, 3), 1, 2, 3) }, ErrShape},
		{"symbol", func(in map[string]*Tensor) { in["x2"] = f(sh(2), 1, 2) }, ErrShape},
		{"type", func(in map[string]*Tensor) { in["x"] = i64(sh(1, 2), 1, 2) }, ErrShape},
		{"elements", func(in map[string]*Tensor) { in["x"] = &Tensor{Shape: sh(1, 2), Type: Float32} }, ErrShape},
		{"extra", func(in map[string]*Tensor) { in["z"] = f(sh(), 1) }, ErrShape},
	} {
		in := good()
		c.change(in)
		if _, err := n.Run(in); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}

// TestBudget: what would take too much memory or work is refused before it is
// allocated.
func TestBudget(t *testing.T) {
	g := &Graph{
		Opset:   13,
		Inputs:  []ValueInfo{{Name: "x", Type: Float32}},
		Outputs: []ValueInfo{{Name: "z"}},
		Nodes: []Node{
			{Name: "outer", Op: "MatMul", Inputs: []string{"x", "t"}, Outputs: []string{"y"}},
			{Name: "t", Op: "Transpose", Inputs: []string{"x"}, Outputs: []string{"t"}},
			{Name: "sum", Op: "ReduceSum", Inputs: []string{"y"}, Outputs: []string{"z"}},
		},
	}
	n, err := New(g, Options{MaxBytes: 1 << 20, MaxWork: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Shapes(map[string][]int{"x": {100, 2}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		shape []int
		text  string
	}{
		{[]int{600, 1}, `node "outer" (MatMul, opset 13): over budget: `}, // 600*600 floats
		{[]int{200, 200}, `node "outer" (MatMul, opset 13): over budget: `},
		{[]int{1 << 20, 1}, `constants and inputs take`},
	} {
		_, err := n.Shapes(map[string][]int{"x": c.shape})
		if !errors.Is(err, ErrBudget) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("shape %v: error %v, want %q", c.shape, err, c.text)
		}
	}
	g.Initializers = map[string]*Tensor{"w": NewFloat(sh(1<<18), nil)}
	if _, err := New(g, Options{MaxBytes: 1<<20 - 1}); !errors.Is(err, ErrBudget) {
		t.Errorf("initializers over budget: %v", err)
	}
}
