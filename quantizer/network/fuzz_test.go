package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// choices makes decisions from bytes; when they run out, all are 0.
type choices struct{ data []byte }

func (c *choices) next(n int) int {
	if len(c.data) == 0 {
		return 0
	}
	v := int(c.data[0])
	c.data = c.data[1:]
	return v % n
}

func (c *choices) pick(list ...int) int { return list[c.next(len(list))] }

var operatorNames = sync.OnceValue(func() []string {
	var names []string
	for name := range operators {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
})

type attributeName struct {
	name string
	kind AttrKind
}

// attributeNames are those of all operators, with their kinds.
var attributeNames = []attributeName{
	{"axis", AttrInt}, {"axes", AttrInts}, {"keepdims", AttrInt}, {"perm", AttrInts}, {"pads", AttrInts}, {"strides", AttrInts},
	{"kernel_shape", AttrInts}, {"dilations", AttrInts}, {"group", AttrInt}, {"auto_pad", AttrString}, {"ceil_mode", AttrInt},
	{"count_include_pad", AttrInt}, {"transA", AttrInt}, {"transB", AttrInt}, {"alpha", AttrFloat}, {"beta", AttrFloat},
	{"to", AttrInt}, {"mode", AttrString}, {"value", AttrTensor}, {"split", AttrInts}, {"starts", AttrInts}, {"ends", AttrInts},
	{"direction", AttrString}, {"hidden_size", AttrInt}, {"layout", AttrInt}, {"linear_before_reset", AttrInt}, {"clip", AttrFloat},
	{"activations", AttrStrings}, {"num_outputs", AttrInt}, {"block_size", AttrInt}, {"allowzero", AttrInt}, {"epsilon", AttrFloat},
	{"fmod", AttrInt}, {"noop_with_empty_axes", AttrInt}, {"start", AttrInt}, {"end", AttrInt}, {"approximate", AttrString},
}

// attributesOf returns the attributes that an operator asks for, as far as it
// gets with a node that has nothing.
func attributesOf(row operator) []attributeName {
	b := &builder{node: &Node{Op: row.name, Inputs: make([]string, 8), Outputs: []string{"y"}}, opset: row.until, asked: map[string]bool{}, net: &Network{options: Options{Arithmetic: Float32Arithmetic{}}}}
	row.build(b)
	var own []attributeName
	for _, a := range attributeNames {
		if b.asked[a.name] {
			own = append(own, a)
		}
	}
	return own
}

func (c *choices) int() int64 {
	list := []int64{1, 0, -1, 2, 3, 1, 0, 2, 1, -2, 4, 5, 7, 1 << 31, 1 << 40, math.MaxInt64, math.MinInt64}
	return list[c.next(len(list))]
}

// dims makes a shape, mostly one of a few that go together.
func (c *choices) dims() []int {
	switch c.next(11) {
	case 8:
		return []int{1, c.pick(1, 3, 4), 1} // weights of recurrent operators
	case 9:
		return []int{c.pick(2, 3), c.pick(1, 2), 1}
	case 10:
		return []int{c.pick(1, 2, 3, 4)} // starts, sizes
	case 0:
		return []int{2, 4, 3}
	case 1:
		return []int{1, 4, 5, 6}
	case 2:
		return []int{4}
	case 3:
		return []int{4, 4}
	case 4:
		return []int{4, 1, 3, 2}[:2+c.next(3)]
	case 5:
		return []int{}
	}
	shape := make([]int, c.next(5))
	for i := range shape {
		shape[i] = c.pick(1, 2, 3, 4, 5, 0, 6, 17)
	}
	return shape
}

func (c *choices) tensor() *Tensor {
	v := value{typ: DType(c.pick(int(Float32), int(Float32), int(Float32), int(Float32), int(Int64), int(Int64), int(Int64), int(Int32), int(Bool), int(Uint8), int(Float8E4M3FN))), shape: c.dims()}
	t := newTensor(v)
	lo, hi := v.typ.limits()
	for i := range t.Float {
		t.Float[i] = float32(c.pick(1, 0, -1, 2, 1<<30)) / 4
	}
	for i := range t.Int {
		t.Int[i] = min(max(c.int(), lo), hi)
	}
	return t
}

func (c *choices) attribute(kind AttrKind) Attribute {
	if c.next(16) == 15 {
		kind = AttrKind(c.next(int(attrKinds)))
	}
	a := Attribute{Kind: kind, Int: c.int(), Float: float32(c.int()) / 4}
	a.Str = []string{"SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "reflect", "edge", "wrap", "bidirectional", "reverse", "tanh", "x"}[c.next(11)]
	for range c.next(5) {
		a.Ints = append(a.Ints, c.int())
		a.Strs = append(a.Strs, []string{"Relu", "Tanh", "x"}[c.next(3)])
	}
	if kind == AttrTensor && c.next(8) > 0 {
		a.Tensor = c.tensor()
	}
	return a
}

// graph makes a small graph of any operators: mostly one that has a chance.
func (c *choices) graph() (*Graph, map[string]*Tensor) {
	g := &Graph{Opset: c.pick(13, 21, 18, 20, 21, 17, 7, 9, 10, 11, 12, 14), Initializers: map[string]*Tensor{}}
	feed := map[string]*Tensor{}
	var names []string
	for i := range 2 + c.next(5) {
		name := fmt.Sprint("t", i)
		names = append(names, name)
		if t := c.tensor(); c.next(2) == 0 {
			g.Initializers[name] = t
		} else {
			feed[name] = t
			v := ValueInfo{Name: name, Type: t.Type, HasShape: c.next(2) == 0}
			for _, d := range t.Shape {
				v.Shape = append(v.Shape, Dim{Size: d})
			}
			g.Inputs = append(g.Inputs, v)
		}
	}
	all := operatorNames()
	for i := range 1 + c.next(3)*c.next(3) {
		n := Node{Op: all[c.next(len(all))], Attrs: Attributes{}}
		rows := operators[n.Op]
		row := rows[c.next(len(rows))]
		count := row.minIn + c.next(max(row.maxIn, 3)-row.minIn+1)
		if row.maxIn == row.minIn {
			count = row.minIn
		}
		for range count {
			name := ""
			if k := c.next(32); k < 31 {
				name = names[len(names)-1-k%len(names)]
			}
			n.Inputs = append(n.Inputs, name)
		}
		if own := attributesOf(row); len(own) > 0 {
			for range c.next(4) {
				a := own[c.next(len(own))]
				n.Attrs[a.name] = c.attribute(a.kind)
			}
		}
		if c.next(16) == 15 {
			a := attributeNames[c.next(len(attributeNames))]
			n.Attrs[a.name] = c.attribute(a.kind)
		}
		for k := range 1 + c.next(8)/6 {
			out := fmt.Sprint("n", i, "o", k)
			n.Outputs = append(n.Outputs, out)
			names = append(names, out)
		}
		g.Nodes = append(g.Nodes, n)
	}
	g.Outputs = []ValueInfo{{Name: names[len(names)-1]}}
	if c.next(4) == 3 {
		g.Outputs = append(g.Outputs, ValueInfo{Name: names[c.next(len(names))]})
	}
	return g, feed
}

// checkGraph makes and runs the graph that data describes; it fails on shapes
// that are not those inferred. It reports how far the graph came.
func checkGraph(t *testing.T, data []byte) (made, ran bool) {
	c := &choices{data}
	g, feed := c.graph()
	folded, _ := FoldBatchNorm(g)
	n, err := New(g, Options{Threads: 2, MaxBytes: 1 << 20, MaxWork: 1 << 20})
	if err != nil {
		return false, false
	}
	if _, err := New(folded, Options{MaxBytes: 1 << 21, MaxWork: 1 << 20}); err != nil {
		t.Fatalf("the folded graph fails: %v", err)
	}
	in := map[string][]int{}
	for name, x := range feed {
		in[name] = x.Shape
	}
	shapes, err := n.Shapes(in)
	out, runErr := n.Run(feed)
	if runErr != nil {
		return true, false
	}
	if err != nil {
		t.Fatalf("runs, but Shapes fails: %v", err)
	}
	for name, y := range out {
		if err := y.check(); err != nil || !equalShape(shapes[name], y.Shape) {
			t.Fatalf("%s is %v of shape %v, inferred %v: %v", name, y.Type, y.Shape, shapes[name], err)
		}
	}
	return true, true
}

// TestRandomGraphs: whatever the graph, there is a result or an error.
func TestRandomGraphs(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 23))
	made, ran := 0, 0
	const total = 30000
	for range total {
		data := make([]byte, 20+r.IntN(400))
		for i := range data {
			data[i] = byte(r.IntN(256))
		}
		m, y := checkGraph(t, data)
		if m {
			made++
		}
		if y {
			ran++
		}
	}
	t.Logf("of %d graphs %d were accepted and %d ran", total, made, ran)
	if made < total/50 || ran < total/100 {
		t.Errorf("of %d graphs only %d were accepted and %d ran", total, made, ran)
	}
}

func FuzzGraph(f *testing.F) {
	f.Add([]byte{})
	r := rand.New(rand.NewPCG(24, 25))
	for range 20 {
		data := make([]byte, 200)
		for i := range data {
			data[i] = byte(r.IntN(256))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<12 {
			checkGraph(t, data)
		}
	})
}
