package network

import (
	"math"
	"math/rand/v2"
	"testing"
)

// single returns a graph of one node with inputs x0, x1, ... of the given
// tensors; those listed in constant are initializers. A nil tensor is absent.
func single(op string, opset int, attrs Attributes, outputs int, inputs []*Tensor, constant ...int) (*Graph, map[string]*Tensor) {
	g := &Graph{Opset: opset, Initializers: map[string]*Tensor{}}
	node := Node{Name: "node", Op: op, Attrs: attrs}
	feed := map[string]*Tensor{}
	for i, t := range inputs {
		if t == nil {
			node.Inputs = append(node.Inputs, "")
			continue
		}
		name := "x" + string(rune('0'+i))
		node.Inputs = append(node.Inputs, name)
		isConstant := false
		for _, c := range constant {
			isConstant = isConstant || c == i
		}
		if isConstant {
			g.Initializers[name] = t
			continue
		}
		g.Inputs = append(g.Inputs, ValueInfo{Name: name, Type: t.Type})
		feed[name] = t
	}
	for i := range outputs {
		name := "y" + string(rune('0'+i))
		node.Outputs = append(node.Outputs, name)
		g.Outputs = append(g.Outputs, ValueInfo{Name: name})
	}
	g.Nodes = []Node{node}
	return g, feed
}

// apply runs one node and returns its outputs.
func apply(t testing.TB, op string, opset int, attrs Attributes, outputs int, inputs []*Tensor, constant ...int) []*Tensor {
	t.Helper()
	out, err := tryApply(op, opset, attrs, outputs, inputs, constant...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func tryApply(op string, opset int, attrs Attributes, outputs int, inputs []*Tensor, constant ...int) ([]*Tensor, error) {
	g, feed := single(op, opset, attrs, outputs, inputs, constant...)
	n, err := New(g, Options{Threads: 2})
	if err != nil {
		return nil, err
	}
	got, err := n.Run(feed)
	if err != nil {
		return nil, err
	}
	var out []*Tensor
	for _, o := range g.Outputs {
		out = append(out, got[o.Name])
	}
	return out, nil
}

func f(shape []int, data ...float32) *Tensor { return NewFloat(shape, data) }

func i64(shape []int, data ...int64) *Tensor { return NewInt(Int64, shape, data) }

func sh(d ...int) []int {
	if d == nil {
		return []int{}
	}
	return d
}

func ai(v int64) Attribute { return Attribute{Kind: AttrInt, Int: v} }

func aint(v ...int64) Attribute { return Attribute{Kind: AttrInts, Ints: v} }

func af(v float32) Attribute { return Attribute{Kind: AttrFloat, Float: v} }

func as(v string) Attribute { return Attribute{Kind: AttrString, Str: v} }

// same reports whether two tensors are equal, bit for bit but for NaN.
func same(x, y *Tensor) bool { return within(x, y, 0) }

// within compares floats with a tolerance relative to the greater of 1 and the
// expected value.
func within(got, want *Tensor, tolerance float64) bool {
	if got.Type != want.Type || !equalShape(got.Shape, want.Shape) || len(got.Float) != len(want.Float) || len(got.Int) != len(want.Int) {
		return false
	}
	for i, v := range want.Int {
		if got.Int[i] != v {
			return false
		}
	}
	for i, v := range want.Float {
		g, w := float64(got.Float[i]), float64(v)
		switch {
		case math.IsNaN(w) || math.IsInf(w, 0):
			if math.IsNaN(w) != math.IsNaN(g) || math.IsInf(w, 0) && g != w {
				return false
			}
		case !(math.Abs(g-w) <= tolerance*max(1, math.Abs(w))):
			return false
		case tolerance == 0 && math.Signbit(g) != math.Signbit(w):
			return false
		}
	}
	return true
}

// random returns a tensor of values in -2..2 with few bits, so that sums of
// a few products are exact in float32 where a test wants that.
func random(r *rand.Rand, shape ...int) *Tensor {
	t := NewFloat(shape, nil)
	for i := range t.Float {
		t.Float[i] = float32(r.IntN(1<<10)-1<<9) / (1 << 8)
	}
	return t
}
