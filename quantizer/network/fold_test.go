package network

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// positive returns a tensor of values in 0.5 to 2.5, for variances.
func positive(r *rand.Rand, shape ...int) *Tensor {
	t := random(r, shape...)
	for i, v := range t.Float {
		t.Float[i] = v/2 + 1.5
	}
	return t
}

// normalized appends a BatchNormalization of channels to a graph.
func normalized(g *Graph, r *rand.Rand, name, in, out string, channels int) {
	for _, p := range []string{"scale", "shift", "mean"} {
		g.Initializers[name+"."+p] = random(r, channels)
	}
	g.Initializers[name+".variance"] = positive(r, channels)
	g.Nodes = append(g.Nodes, Node{Name: name, Op: "BatchNormalization", Attrs: Attributes{"epsilon": af(0.001)},
		Inputs: []string{in, name + ".scale", name + ".shift", name + ".mean", name + ".variance"}, Outputs: []string{out}})
}

func TestFoldBatchNorm(t *testing.T) {
	r := rand.New(rand.NewPCG(18, 19))
	g := &Graph{Opset: 13, Inputs: []ValueInfo{{Name: "x", Type: Float32}}, Outputs: []ValueInfo{{Name: "y"}, {Name: "other"}},
		Initializers: map[string]*Tensor{"k1": random(r, 4, 2, 2, 2), "k2": random(r, 4, 1, 1, 1), "b2": random(r, 4), "w": random(r, 4, 3), "b3": random(r, 1)}}
	g.Nodes = append(g.Nodes, Node{Name: "conv1", Op: "Conv", Inputs: []string{"x", "k1"}, Outputs: []string{"c1"}})
	normalized(g, r, "bn1", "c1", "n1", 4)
	g.Nodes = append(g.Nodes, Node{Op: "Relu", Inputs: []string{"n1"}, Outputs: []string{"r1"}},
		Node{Name: "conv2", Op: "Conv", Attrs: Attributes{"group": ai(4)}, Inputs: []string{"r1", "k2", "b2"}, Outputs: []string{"c2"}})
	normalized(g, r, "bn2", "c2", "n2", 4)
	g.Nodes = append(g.Nodes, Node{Op: "GlobalAveragePool", Inputs: []string{"n2"}, Outputs: []string{"p"}}, Node{Op: "Flatten", Inputs: []string{"p"}, Outputs: []string{"f"}},
		Node{Name: "gemm", Op: "Gemm", Attrs: Attributes{"alpha": af(0.5), "beta": af(3)}, Inputs: []string{"f", "w", "b3"}, Outputs: []string{"m"}})
	normalized(g, r, "bn3", "m", "y", 3)
	// Not to be folded: the product has another reader, and no product before.
	g.Nodes = append(g.Nodes, Node{Name: "conv4", Op: "Conv", Inputs: []string{"x", "k1"}, Outputs: []string{"c4"}})
	normalized(g, r, "bn4", "c4", "n4", 4)
	normalized(g, r, "bn5", "n4", "n5", 4)
	g.Nodes = append(g.Nodes, Node{Op: "Add", Inputs: []string{"n5", "c4"}, Outputs: []string{"other"}})

	folded, report := FoldBatchNorm(g)
	want := []Folding{
		{"bn1", "conv1", ""}, {"bn2", "conv2", ""}, {"bn3", "gemm", ""},
		{"bn4", "", `"c4" has other readers`}, {"bn5", "", "it follows a BatchNormalization"},
	}
	for i, w := range want {
		if i >= len(report) || report[i] != w {
			t.Errorf("report %d of %+v, want %+v", i, report, w)
		}
	}
	if n := len(g.Nodes) - len(folded.Nodes); n != 3 {
		t.Errorf("%d nodes fewer, want 3", n)
	}
	if _, ok := folded.Initializers["k1"]; !ok {
		t.Error("the weights that conv4 still reads are gone")
	}
	for _, name := range []string{"k2", "b2", "w", "bn1.scale", "bn3.variance"} {
		if folded.Initializers[name] != nil {
			t.Errorf("%s is still there", name)
		}
		if g.Initializers[name] == nil {
			t.Errorf("the given graph lost %s", name)
		}
	}

	x := map[string]*Tensor{"x": random(r, 2, 2, 5, 5)}
	var out [2]map[string]*Tensor
	for i, g := range []*Graph{g, folded} {
		n, err := New(g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if out[i], err = n.Run(x); err != nil {
			t.Fatal(err)
		}
	}
	for name, y := range out[0] {
		if !within(out[1][name], y, 1e-4) {
			t.Errorf("%s is %v, without folding %v", name, out[1][name], y)
		}
	}

	// One weight and one bias by the formula.
	slope := float64(g.Initializers["bn2.scale"].Float[3]) / math.Sqrt(float64(g.Initializers["bn2.variance"].Float[3])+float64(float32(0.001)))
	for _, node := range folded.Nodes {
		if node.Name != "conv2" {
			continue
		}
		w, b := folded.Initializers[node.Inputs[1]], folded.Initializers[node.Inputs[2]]
		if got, want := w.Float[3], float32(float64(g.Initializers["k2"].Float[3])*slope); got != want {
			t.Errorf("weight %v, want %v", got, want)
		}
		bias := float64(g.Initializers["b2"].Float[3])*slope + float64(g.Initializers["bn2.shift"].Float[3]) - float64(g.Initializers["bn2.mean"].Float[3])*slope
		if math.Abs(float64(b.Float[3])-bias) > 1e-7*math.Abs(bias) {
			t.Errorf("bias %v, want %v", b.Float[3], bias)
		}
	}
}

// TestFoldMalformed: what cannot be folded stays, for New to complain about.
func TestFoldMalformed(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 21))
	base := func() *Graph {
		g := &Graph{Opset: 13, Inputs: []ValueInfo{{Name: "x", Type: Float32}}, Outputs: []ValueInfo{{Name: "y"}}, Initializers: map[string]*Tensor{"k": random(r, 2, 1, 1)}}
		g.Nodes = []Node{{Name: "conv", Op: "Conv", Inputs: []string{"x", "k"}, Outputs: []string{"c"}}}
		normalized(g, r, "bn", "c", "y", 2)
		return g
	}
	for _, c := range []struct {
		reason string
		change func(g *Graph)
	}{
		{"4 inputs", func(g *Graph) { g.Nodes[1].Inputs = g.Nodes[1].Inputs[:4] }},
		{"training", func(g *Graph) { g.Nodes[1].Outputs = append(g.Nodes[1].Outputs, "m") }},
		{"training", func(g *Graph) { g.Nodes[1].Attrs["training_mode"] = ai(1) }},
		{"not the result", func(g *Graph) { g.Nodes[1].Inputs[0] = "x" }},
		{"follows a Relu", func(g *Graph) { g.Nodes[0].Op = "Relu" }},
		{"has 1 inputs", func(g *Graph) { g.Nodes[0].Inputs = g.Nodes[0].Inputs[:1] }},
		{"not constant", func(g *Graph) { delete(g.Initializers, "k") }},
		{"not constant", func(g *Graph) { g.Initializers["k"] = nil }},
		{"empty", func(g *Graph) { g.Initializers["k"] = NewFloat(sh(2, 0, 1), nil) }},
		{"not a constant of 2", func(g *Graph) { g.Initializers["bn.mean"] = NewFloat(sh(3), nil) }},
		{"variance of -1", func(g *Graph) { g.Initializers["bn.variance"] = f(sh(2), 1, -1) }},
		{"biases", func(g *Graph) { g.Nodes[0].Inputs = append(g.Nodes[0].Inputs, "x") }},
	} {
		g := base()
		c.change(g)
		folded, report := FoldBatchNorm(g)
		if len(report) != 1 || report[0].Into != "" || !strings.Contains(report[0].Reason, c.reason) || len(folded.Nodes) != 2 {
			t.Errorf("report %+v, want %q", report, c.reason)
		}
	}
	g := base()
	g.Inputs = append(g.Inputs, ValueInfo{Name: "k", Type: Float32})
	folded, report := FoldBatchNorm(g)
	if report[0].Into != "conv" {
		t.Errorf("report %+v", report)
	}
	if _, err := New(folded, Options{}); err != nil {
		t.Error(err)
	}
}
