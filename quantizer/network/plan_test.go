package network

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// randomGraph makes a graph of up to 40 nodes on matrices of 3 columns, with
// views, operations in place, values that are read often or never, constants
// and several outputs.
func randomGraph(r *rand.Rand) *Graph {
	g := &Graph{
		Opset:        13,
		Inputs:       []ValueInfo{{Name: "x", Type: Float32, HasShape: true, Shape: []Dim{{Size: -1, Symbol: "N"}, {Size: 3}}}},
		Initializers: map[string]*Tensor{"w": random(r, 3, 3), "b": random(r, 3), "flat": i64(sh(2), -1, 3), "parts": i64(sh(2), 1, 2)},
	}
	values := []string{"x", "b"} // all of them broadcast with each other
	matrices := []string{"x"}
	add := func(op string, attrs Attributes, matrix bool, in ...string) string {
		out := fmt.Sprintf("v%d", len(g.Nodes))
		g.Nodes = append(g.Nodes, Node{Op: op, Attrs: attrs, Inputs: in, Outputs: []string{out}})
		values = append(values, out)
		if matrix {
			matrices = append(matrices, out)
		}
		return out
	}
	any := func() string { return values[r.IntN(len(values))] }
	matrix := func() string { return matrices[r.IntN(len(matrices))] }
	for range 2 + r.IntN(38) {
		switch r.IntN(9) {
		case 0:
			add("Relu", nil, true, matrix())
		case 1:
			add("Add", nil, true, matrix(), any())
		case 2:
			add("Mul", nil, false, "b", "b") // constant
		case 3:
			add("Identity", nil, true, matrix())
		case 4:
			add("Reshape", nil, true, matrix(), "flat")
		case 5:
			add("MatMul", nil, true, matrix(), "w")
		case 6:
			add("Softmax", nil, true, matrix())
		case 7:
			s := add("Shape", nil, true, matrix())
			matrices, values = matrices[:len(matrices)-1], values[:len(values)-1]
			add("Expand", nil, true, "b", s)
		case 8:
			m := matrix()
			out := fmt.Sprintf("v%d", len(g.Nodes))
			g.Nodes = append(g.Nodes, Node{Op: "Split", Attrs: Attributes{"axis": ai(1)}, Inputs: []string{m, "parts"}, Outputs: []string{out + "a", out + "b"}})
			add("Concat", Attributes{"axis": ai(1)}, true, out+"b", out+"a")
		}
	}
	r.Shuffle(len(g.Nodes), func(i, j int) { g.Nodes[i], g.Nodes[j] = g.Nodes[j], g.Nodes[i] })
	seen := map[string]bool{}
	for range 1 + r.IntN(3) {
		if v := matrix(); !seen[v] {
			g.Outputs = append(g.Outputs, ValueInfo{Name: v})
			seen[v] = true
		}
	}
	return g
}

// TestStorage: a network whose intermediate tensors share storage gives the
// bits of one in which every tensor is an output and has its own, with any
// number of threads, and twice in a row.
func TestStorage(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(7)
	parameters.MinSuccessfulTests = 300
	properties := gopter.NewProperties(parameters)
	properties.Property("storage does not show", prop.ForAll(func(seed int64, batch, threads int) (string, error) {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		g := randomGraph(r)
		x := map[string]*Tensor{"x": random(r, batch, 3)}
		before := x["x"].clone()
		n, err := New(g, Options{Threads: threads})
		if err != nil {
			return "", err
		}
		got, err := n.Run(x)
		if err != nil {
			return "", err
		}
		again, err := n.Run(x)
		if err != nil {
			return "", err
		}
		all := *g
		all.Outputs = nil
		for _, node := range g.Nodes {
			for _, out := range node.Outputs {
				all.Outputs = append(all.Outputs, ValueInfo{Name: out})
			}
		}
		n, err = New(&all, Options{Threads: 1})
		if err != nil {
			return "", err
		}
		want, err := n.Run(x)
		if err != nil {
			return "", err
		}
		shapes, err := n.Shapes(map[string][]int{"x": {batch, 3}})
		if err != nil {
			return "", err
		}
		want["x"] = x["x"] // an output may be an input
		for name, y := range got {
			if !same(y, want[name]) || !same(again[name], want[name]) {
				return fmt.Sprintf("%s is %v, then %v, want %v", name, y, again[name], want[name]), nil
			}
			if !reflect.DeepEqual(shapes[name], y.Shape) {
				return fmt.Sprintf("%s has shape %v, inferred %v", name, y.Shape, shapes[name]), nil
			}
			if y.Size() > 0 { // outputs are the caller's
				y.Float[0]++
			}
		}
		if !same(x["x"], before) {
			return "the input has changed", nil
		}
		return "", nil
	}, gen.Int64(), gen.IntRange(0, 5), gen.IntRange(1, 4)))
	properties.TestingRun(t)
}

// TestBroadcasting compares the broadcast of elementwise operators with the
// definition: element by element, indices aligned at the right, axes of size 1
// standing still.
func TestBroadcasting(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(8)
	parameters.MinSuccessfulTests = 1000
	properties := gopter.NewProperties(parameters)
	dims := gen.SliceOfN(5, gen.IntRange(0, 3))
	properties.Property("by definition", prop.ForAll(func(shape []int, ones []int, ranks [2]int) (string, error) {
		// Both shapes come from one by setting dimensions to 1 and cutting
		// leading ones away.
		a, b := append([]int{}, shape...), append([]int{}, shape...)
		for i, o := range ones {
			if o == 1 {
				a[i] = 1
			} else if o == 2 {
				b[i] = 1
			}
		}
		a, b = a[ranks[0]:], b[ranks[1]:]
		r := rand.New(rand.NewPCG(9, uint64(len(a))))
		x, y := random(r, a...), random(r, b...)
		out, err := tryApply("Sub", 13, nil, 1, []*Tensor{x, y})
		if err != nil {
			return "", err
		}
		z := out[0]
		rank := max(len(a), len(b))
		want := make([]int, rank)
		size := func(s []int, i int) int { // dimension i of rank dimensions
			if i -= rank - len(s); i >= 0 {
				return s[i]
			}
			return 1
		}
		for i := range want {
			want[i] = size(a, i)
			if want[i] == 1 {
				want[i] = size(b, i)
			}
		}
		if !equalShape(z.Shape, want) {
			return fmt.Sprintf("%v and %v make %v, want %v", a, b, z.Shape, want), nil
		}
		for p, v := range z.Float {
			index := make([]int, rank)
			for i, rest := rank-1, p; i >= 0; i-- {
				index[i] = rest % want[i]
				rest /= want[i]
			}
			at := func(t *Tensor) float32 {
				k := 0
				for i := range rank {
					if s := size(t.Shape, i); s > 1 {
						k = k*s + index[i]
					}
				}
				return t.Float[k]
			}
			if v != at(x)-at(y) {
				return fmt.Sprintf("%v and %v: element %v is %v, want %v", a, b, index, v, at(x)-at(y)), nil
			}
		}
		// The other way round, with the sign of zero aside.
		out, err = tryApply("Sub", 13, nil, 1, []*Tensor{y, x})
		if err != nil {
			return "", err
		}
		for p, v := range out[0].Float {
			if v != -z.Float[p] {
				return "y - x is not -(x - y)", nil
			}
		}
		return "", nil
	}, dims, gen.SliceOfN(5, gen.IntRange(0, 2)), gen.Struct(reflect.TypeFor[struct{ A, B int }](), map[string]gopter.Gen{
		"A": gen.IntRange(0, 5), "B": gen.IntRange(0, 5),
	}).Map(func(s struct{ A, B int }) [2]int { return [2]int{s.A, s.B} })))
	properties.TestingRun(t)
}

// TestSlots: ranges that are taken never overlap, and all freed is one range.
func TestSlots(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	for range 200 {
		var s slots
		type taken struct{ off, size int64 }
		var held []taken
		for range 100 {
			if len(held) > 0 && r.IntN(2) == 0 {
				i := r.IntN(len(held))
				s.free(held[i].off, held[i].size)
				held = append(held[:i], held[i+1:]...)
				continue
			}
			size := int64(r.IntN(200))
			off := s.take(size)
			if off+size > s.top {
				t.Fatalf("[%d, %d) beyond %d", off, off+size, s.top)
			}
			for _, h := range held {
				if size > 0 && h.size > 0 && off < h.off+h.size && h.off < off+size {
					t.Fatalf("[%d, %d) overlaps [%d, %d)", off, off+size, h.off, h.off+h.size)
				}
			}
			held = append(held, taken{off, size})
		}
		for _, h := range held {
			s.free(h.off, h.size)
		}
		if len(s.list) > 1 || len(s.list) == 1 && s.list[0] != (slot{0, s.top}) {
			t.Fatalf("free ranges %v of %d", s.list, s.top)
		}
	}
}

// TestLiveness: a chain of any length needs the storage of two tensors, one
// where the operators work in place.
func TestLiveness(t *testing.T) {
	for _, c := range []struct {
		op   string
		want int64
	}{{"Relu", 1}, {"Transpose", 2}} {
		g := &Graph{Opset: 13, Inputs: []ValueInfo{{Name: "v0", Type: Float32}}, Outputs: []ValueInfo{{Name: "v50"}}}
		for i := range 50 {
			g.Nodes = append(g.Nodes, Node{Op: c.op, Inputs: []string{fmt.Sprintf("v%d", i)}, Outputs: []string{fmt.Sprintf("v%d", i+1)}})
		}
		n, err := New(g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := n.plan(map[string][]int{"v0": {32, 32}})
		if err != nil {
			t.Fatal(err)
		}
		if p.floats != c.want*32*32 {
			t.Errorf("%s: %d floats of 32x32, want %d", c.op, p.floats, c.want*32*32)
		}
	}
}

// TestPlans: a network runs on batches of any size in any order.
func TestPlans(t *testing.T) {
	n, err := New(chain(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		batch := i * 7 % 11
		x := NewFloat(sh(batch, 2), nil)
		fill(x.Float, float32(i))
		out, err := n.Run(map[string]*Tensor{"x": x})
		if err != nil || !same(out["y"], x) {
			t.Fatalf("batch %d: %v, %v", batch, out["y"], err)
		}
	}
}

// TestShapeChain: what is computed from shapes is known before the network is
// run, as exporters need it for a Reshape.
func TestShapeChain(t *testing.T) {
	g := &Graph{
		Opset:   13,
		Inputs:  []ValueInfo{{Name: "x", Type: Float32}},
		Outputs: []ValueInfo{{Name: "y"}},
		Initializers: map[string]*Tensor{
			"zero": i64(sh(), 0), "axis": i64(sh(1), 0), "two": i64(sh(1), 2), "one": i64(sh(1), 1), "three": i64(sh(1), 3),
		},
		Nodes: []Node{
			{Op: "Shape", Inputs: []string{"x"}, Outputs: []string{"s"}},
			{Op: "Gather", Inputs: []string{"s", "zero"}, Outputs: []string{"n"}},
			{Op: "Unsqueeze", Inputs: []string{"n", "axis"}, Outputs: []string{"n1"}},
			{Op: "Slice", Inputs: []string{"s", "one", "three"}, Outputs: []string{"rest"}},
			{Op: "ReduceProd", Inputs: []string{"rest"}, Outputs: []string{"p"}},
			{Op: "Div", Inputs: []string{"p", "two"}, Outputs: []string{"h"}},
			{Op: "Cast", Attrs: Attributes{"to": ai(1)}, Inputs: []string{"h"}, Outputs: []string{"hf"}},
			{Op: "Floor", Inputs: []string{"hf"}, Outputs: []string{"ff"}},
			{Op: "Cast", Attrs: Attributes{"to": ai(7)}, Inputs: []string{"ff"}, Outputs: []string{"hi"}},
			{Op: "Concat", Attrs: Attributes{"axis": ai(0)}, Inputs: []string{"n1", "two", "hi"}, Outputs: []string{"shape"}},
			{Op: "Reshape", Inputs: []string{"x", "shape"}, Outputs: []string{"y"}},
		},
	}
	n, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Tensor{f(sh(1, 2, 3), 1, 2, 3, 4, 5, 6), NewFloat(sh(5, 4, 1), nil)} {
		shapes, err := n.Shapes(map[string][]int{"x": x.Shape})
		if err != nil {
			t.Fatal(err)
		}
		want := []int{x.Shape[0], 2, x.Shape[1] * x.Shape[2] / 2}
		if !equalShape(shapes["y"], want) {
			t.Errorf("inferred %v, want %v", shapes["y"], want)
		}
		out, err := n.Run(map[string]*Tensor{"x": x})
		if err != nil {
			t.Fatal(err)
		}
		if !same(out["y"], NewFloat(want, x.Float)) {
			t.Errorf("%v, want %v in shape %v", out["y"], x, want)
		}
	}
	// A shape that is an input is not known.
	g.Nodes = g.Nodes[len(g.Nodes)-1:]
	g.Inputs = append(g.Inputs, ValueInfo{Name: "shape", Type: Int64})
	n, err = New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Run(map[string]*Tensor{"x": f(sh(2), 1, 2), "shape": i64(sh(1), 2)}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a shape that depends on the data: %v", err)
	}
}

// noNaN is an Arithmetic that fails where an activation is NaN.
type noNaN struct{ Float32Arithmetic }

func (a noNaN) Linear(s *Site) (LinearFunc, error) {
	f, err := a.Float32Arithmetic.Linear(s)
	return func(y, x []float32, rows, lo, hi int) error {
		for _, v := range x {
			if isNaN(v) {
				return fmt.Errorf("an activation of %v is NaN", s)
			}
		}
		return f(y, x, rows, lo, hi)
	}, err
}

// TestEndedSequences: samples whose sequence has ended bring nothing of an
// earlier Run into the products or the output.
func TestEndedSequences(t *testing.T) {
	g := &Graph{
		Opset:   14,
		Inputs:  []ValueInfo{{Name: "x", Type: Float32}, {Name: "lens", Type: Int32}},
		Outputs: []ValueInfo{{Name: "y"}},
		Initializers: map[string]*Tensor{
			"W": random(rand.New(rand.NewPCG(26, 27)), 1, 6, 1), "R": random(rand.New(rand.NewPCG(28, 29)), 1, 6, 2),
		},
		Nodes: []Node{
			{Op: "GRU", Inputs: []string{"x", "W", "R", "", "lens"}, Outputs: []string{"h"}},
			{Op: "Transpose", Inputs: []string{"h"}, Outputs: []string{"y"}},
		},
	}
	n, err := New(g, Options{Arithmetic: noNaN{}})
	if err != nil {
		t.Fatal(err)
	}
	lens := NewInt(Int32, sh(2), []int64{3, 0})
	x := f(sh(3, 2, 1), 1, 2, 3, 4, 5, 6)
	want, err := n.Run(map[string]*Tensor{"x": x, "lens": lens})
	if err != nil {
		t.Fatal(err)
	}
	p := n.plans[0]
	for p.arenas.Get() != nil { // leave only memory full of NaN
	}
	dirty := &arena{make([]float32, p.floats), make([]int64, p.ints)}
	fill(dirty.floats, nan)
	p.arenas.Put(dirty)
	got, err := n.Run(map[string]*Tensor{"x": x, "lens": lens})
	if err != nil {
		t.Fatal(err)
	}
	if !same(got["y"], want["y"]) {
		t.Errorf("%v, before %v", got["y"], want["y"])
	}
	for i, v := range want["y"].Float { // [H, B, D, T]
		if i/3%2 == 1 && v != 0 {
			t.Errorf("element %d after the end is %v", i, v)
		}
	}
}
