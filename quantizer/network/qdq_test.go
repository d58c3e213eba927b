package network

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// attention is a network whose products are of two activations, of a constant on the
// left, and of a vector on the right, with a Gemm that holds its weights transposed.
func attention(seed uint64) *Graph {
	r := rand.New(rand.NewPCG(seed, 0))
	inits := map[string]*Tensor{
		"g/w": randomTensor(r, 0.8, 4, 6), "left": randomTensor(r, 0.8, 5, 3), "v": randomTensor(r, 1, 6),
	}
	g := sequence(inits,
		nodeOf("Gemm", "g", nil, "x", "g/w"), // x [3, 4]
		nodeOf("Transpose", "t", nil, "g"),
		nodeOf("MatMul", "self", nil, "g", "t"),
		nodeOf("MatMul", "mix", nil, "self", "g"),
		nodeOf("MatMul", "more", nil, "left", "mix"),
		nodeOf("MatMul", "y", nil, "more", "v"),
	)
	for i := range g.Nodes {
		g.Nodes[i].Name = g.Nodes[i].Outputs[0]
	}
	return g
}

var qdqFormats = []string{"int8", "int8full", "uint8", "int4", "int7full", "q1.6", "int12", "e4m3fn", "e5m2", "e4m3fnuz", "e5m2fnuz"}

// TestQDQ: what InsertQDQ writes is read back to the bits of the arithmetic, with
// calibrated and with trained thresholds, and computes the same in float32 to rounding,
// also of samples that go beyond the calibrated ranges.
func TestQDQ(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0))
	for name, c := range map[string]struct {
		g *Graph
		x *Tensor
	}{
		"products":  {products(1), randomTensor(r, 3, 20, 2, 7, 7)},
		"attention": {attention(2), randomTensor(r, 2, 3, 4)},
	} {
		half := NewFloat(c.x.Shape, slices.Clone(c.x.Float))
		for i := range half.Float {
			half.Float[i] *= 0.6
		}
		for _, format := range qdqFormats {
			for k := range 4 {
				few := FewBit{Format: formatOf(t, format), PerChannel: k%2 > 0, Calibration: calibrated(t, c.g, half)}
				few.Asymmetric = k > 1 && few.Format.Kind() != quantizer.Minifloat
				if k == 2 {
					few.WeightFormat = formatOf(t, "int6")
				}
				if few.Format.Kind() == quantizer.Integer {
					few.Accumulator = blas.Accumulator{Exact: true}
				}
				states := []*Calibration{few.Calibration}
				if name == "products" {
					trainer, err := NewTrainer(c.g, TrainOptions{Thresholds: &ThresholdOptions{FewBit: few}})
					if err != nil {
						t.Fatal(err)
					}
					moveThresholds(t, trainer, r)
					states = append(states, trainer.Calibration())
				}
				for _, few.Calibration = range states {
					checkQDQ(t, name+" "+format, c.g, few, c.x, 0)
					if few.Format.Kind() != quantizer.Minifloat && few.WeightScheme(1, 1).Format.Kind() != quantizer.Minifloat {
						g, _, err := RoundBiases(c.g, few)
						if err != nil {
							t.Fatal(err)
						}
						// The Gemm of products is scaled: its biases stay.
						checkQDQ(t, name+" "+format+" with biases", g, few, c.x, map[string]int{"products": 2}[name])
					}
				}
			}
		}
	}
}

func checkQDQ(t *testing.T, name string, g *Graph, few FewBit, x *Tensor, biases int) {
	t.Helper()
	want := runWith(t, g, few, x)
	q, entries, err := InsertQDQ(g, few)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, e := range entries {
		if len(e.Activations) == 0 || e.Reason != "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	codes := 0
	for _, c := range q.Initializers {
		if c.Type == Int32 {
			codes++
		}
	}
	if codes != biases {
		t.Errorf("%s: %d biases are codes, want %d", name, codes, biases)
	}
	var size, most float64
	for i, v := range runWith(t, q, nil, x) {
		size = max(size, math.Abs(float64(want[i])))
		most = max(most, math.Abs(float64(v)-float64(want[i])))
	}
	if !(most <= 5e-4*size) { // a code of int12 is less
		t.Errorf("%s: logits of up to %v differ by %v in float32", name, size, most)
	}
	plain, back, err := RemoveQDQ(q)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, n := range plain.Nodes {
		if strings.HasSuffix(n.Op, "Linear") {
			t.Errorf("%s: %s is left", name, n.Op)
		}
	}
	if few.Accumulator.Exact != back.Accumulator.Exact && few.Format.Kind() == quantizer.Integer {
		t.Errorf("%s: another accumulator", name)
	}
	back.Accumulator = few.Accumulator
	if got := runWith(t, plain, back, x); !slices.Equal(got, want) {
		t.Errorf("%s: what was read back gives other bits", name)
	}
}

// see sets what a calibration has seen of an activation.
func see(t *testing.T, c *Calibration, key activation, x ...float32) {
	t.Helper()
	if err := c.observe(key, x); err != nil {
		t.Fatal(err)
	}
}

// TestQDQCodes states by hand what stands in the graph.
func TestQDQCodes(t *testing.T) {
	inits := map[string]*Tensor{"w": NewFloat([]int{2, 2, 1, 1}, []float32{1, -0.5, 0.25, 12.7}), "b": NewFloat([]int{2}, []float32{3, 4})}
	g := sequence(inits, nodeOf("Relu", "r", nil, "x"), nodeOf("Conv", "a", nil, "r", "w", "b"), nodeOf("Conv", "y", nil, "a", "w"))
	for i := range g.Nodes {
		g.Nodes[i].Name = g.Nodes[i].Outputs[0]
	}
	c := NewCalibration()
	see(t, c, activation{"a", 'x', 0, 2}, 0, 2.54)
	see(t, c, activation{"y", 'x', 0, 2}, -1, 127)
	q, _, err := InsertQDQ(g, FewBit{Format: formatOf(t, "int8"), PerChannel: true, Calibration: c})
	if err != nil {
		t.Fatal(err)
	}
	find := func(op, input string) (Node, int) {
		n, found := Node{}, 0
		for _, candidate := range q.Nodes {
			if candidate.Op == op && candidate.Inputs[0] == input {
				n, found = candidate, found+1
			}
		}
		return n, found
	}
	constant := func(name string) *Tensor { return q.Initializers[name] }
	// Nothing lies below zero behind the Relu; behind the convolution a Clip keeps -128 away.
	if n, found := find("QuantizeLinear", "r"); found != 1 || constant(n.Inputs[1]).Float[0] != float32(2.54)/127 || constant(n.Inputs[2]).Type != Int8 {
		t.Errorf("%d of r: %+v", found, n)
	}
	if n, found := find("Clip", "a"); found != 1 || len(n.Inputs) != 2 || constant(n.Inputs[1]).Float[0] != -127 {
		t.Errorf("%d of a: %+v", found, n)
	}
	conv, _ := find("Conv", "r/rounded")
	var w Node
	for _, n := range q.Nodes {
		if n.Outputs[0] == conv.Inputs[1] {
			w = n
		}
	}
	if codes := constant(w.Inputs[0]); codes == nil || codes.Type != Int8 || !slices.Equal(codes.Int, []int64{127, -64, 2, 127}) || w.Attrs["axis"].Int != 0 {
		t.Errorf("weights %+v, %+v", codes, w)
	}
	if scales := constant(w.Inputs[1]); !slices.Equal(scales.Float, []float32{float32(1) / 127, float32(12.7) / 127}) {
		t.Errorf("scales %v", scales.Float)
	}
	if second, _ := find("Conv", "a/rounded"); second.Inputs[1] != conv.Inputs[1] {
		t.Error("shared weights are stored twice")
	}
	if constant("w") != nil {
		t.Error("the float32 weights are left")
	}
	if g.Initializers["w"] == nil || g.Nodes[1].Inputs[1] != "w" {
		t.Error("the given graph has changed")
	}
}

// TestRoundBiases: biases become the nearest multiples of the product of the scales, once
// and for all, and no more than int32 holds.
func TestRoundBiases(t *testing.T) {
	inits := map[string]*Tensor{
		"w": NewFloat([]int{3, 1}, []float32{127, 254, 127}), "b": NewFloat([]int{3}, []float32{1.26, -3, 3e9}),
		"v": NewFloat([]int{3, 1}, []float32{1, 2, 3}),
	}
	g := sequence(inits, nodeOf("Gemm", "g", Attributes{"transB": attrInt(1)}, "x", "w", "b"), nodeOf("MatMul", "y", nil, "g", "v"))
	g.Nodes[0].Name, g.Nodes[1].Name = "g", "m"
	few := FewBit{Format: formatOf(t, "int8"), PerChannel: true, Calibration: NewCalibration()}
	see(t, few.Calibration, activation{"g", 'x', 0, 3}, -1, 63.5)
	see(t, few.Calibration, activation{"m", 'x', 0, 1}, -1, 1)
	rounded, entries, err := RoundBiases(g, few)
	if err != nil {
		t.Fatal(err)
	}
	// Units 0.5, 1 and 0.5; the last bias would be 6e9 of them.
	want := []float32{1.5, -3, 1 << 30}
	if got := rounded.Initializers["b"].Float; !slices.Equal(got, want) {
		t.Errorf("biases %v, want %v", got, want)
	}
	if len(entries) != 2 || entries[0].Node != "g" || entries[0].Shift[0] != 1.5-float32(1.26) || entries[1].Reason == "" {
		t.Errorf("report %+v", entries)
	}
	if inits["b"].Float[0] != 1.26 {
		t.Error("the given graph has changed")
	}
	again, _, err := RoundBiases(rounded, few)
	if err != nil || !slices.Equal(again.Initializers["b"].Float, want) {
		t.Errorf("rounded twice: error %v", err)
	}
	few.Calibration = NewCalibration()
	if _, _, err := RoundBiases(g, few); !errors.Is(err, ErrNotCalibrated) || !strings.Contains(err.Error(), `"g"`) {
		t.Errorf("without calibration: %v", err)
	}
	few.Format = formatOf(t, "e4m3fn")
	if _, _, err := RoundBiases(g, few); !errors.Is(err, ErrUnsupported) {
		t.Errorf("e4m3fn: %v", err)
	}
}

// TestQDQRecurrent: the weights of recurrent nodes become codes, their state is said to
// stay; read back they compute in float32.
func TestQDQRecurrent(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 0))
	for _, directions := range []int{1, 2} {
		d := directions
		g := sequence(map[string]*Tensor{"w": randomTensor(r, 1, d, 6, 4), "r": randomTensor(r, 1, d, 6, 2), "m": randomTensor(r, 1, 2, 3)},
			nodeOf("GRU", "h", Attributes{"hidden_size": attrInt(2), "direction": {Kind: AttrString, Str: []string{"forward", "bidirectional"}[d-1]}}, "x", "w", "r"),
			nodeOf("MatMul", "y", nil, "h", "m"))
		g.Nodes[0].Name, g.Nodes[1].Name = "gru", "last"
		x := randomTensor(r, 1, 5, 3, 4)
		for _, perChannel := range []bool{false, true} {
			few := FewBit{Format: formatOf(t, "int8"), PerChannel: perChannel, Calibration: calibrated(t, g, x)}
			q, entries, err := InsertQDQ(g, few)
			if err != nil {
				t.Fatal(err)
			}
			scales := map[bool]int{false: 2, true: 12}[perChannel]
			if d == 2 && perChannel {
				scales = 0
			}
			if e := entries[0]; len(entries) != 2 || e.Node != "gru" || !strings.Contains(e.Reason, "its state") || len(e.Activations) != 1 || len(e.Weights) != scales {
				t.Errorf("%d directions, per channel %v: %+v", d, perChannel, entries)
			}
			want := runWith(t, q, nil, x)
			plain, back, err := RemoveQDQ(q)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range runWith(t, plain, back, x) {
				if math.Abs(float64(v-want[i])) > 1e-5 {
					t.Fatalf("read back: %v, want %v", v, want[i])
				}
			}
		}
	}
}

// TestQDQErrors: what cannot be written or read names the node and the reason.
func TestQDQErrors(t *testing.T) {
	g := products(1)
	x := randomTensor(rand.New(rand.NewPCG(7, 0)), 3, 4, 2, 7, 7)
	few := FewBit{Format: formatOf(t, "int8"), Calibration: calibrated(t, g, x)}
	with := func(f func(*FewBit)) FewBit {
		own := few
		f(&own)
		return own
	}
	at := func(opset int, op string) *Graph {
		own := *g
		own.Opset = opset
		if op != "" {
			own.Nodes = append(slices.Clone(g.Nodes), Node{Name: "odd", Op: op, Inputs: []string{"y"}, Outputs: []string{"z"}})
		}
		return &own
	}
	for _, c := range []struct {
		name  string
		g     *Graph
		few   FewBit
		err   error
		parts []string
	}{
		{"format", g, with(func(f *FewBit) { f.Format = formatOf(t, "e3m4") }), ErrUnsupported, []string{"e3m4"}},
		{"no format", g, with(func(f *FewBit) { f.Format = quantizer.Format{} }), ErrUnsupported, nil},
		{"opset", at(11, ""), few, ErrUnsupported, []string{"opset 11", "13"}},
		{"raised", at(13, "ReduceMean"), with(func(f *FewBit) { f.Format = formatOf(t, "e4m3fn") }), ErrUnsupported, []string{`"odd"`, "ReduceMean", "19"}},
		{"calibration", g, with(func(f *FewBit) { f.Calibration = NewCalibration() }), ErrNotCalibrated, []string{`"c"`}},
		{"no calibration", g, with(func(f *FewBit) { f.Calibration = nil }), ErrNotCalibrated, []string{`"c"`}},
	} {
		_, _, err := InsertQDQ(c.g, c.few)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, part := range c.parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not say %s", c.name, err, part)
			}
		}
	}
	if _, _, err := RemoveQDQ(g); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a graph without pairs: %v", err)
	}
	kept, entries, err := InsertQDQ(g, with(func(f *FewBit) { f.Float = []string{"c", "d", "g"} }))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 4 || entries[0].Reason != "it stays in float32" || entries[3].Reason != "" {
		t.Errorf("products in float32: %+v", entries)
	}
	plain, back, err := RemoveQDQ(kept)
	if err != nil {
		t.Fatal(err)
	}
	want := with(func(f *FewBit) { f.Float, f.Accumulator = []string{"c", "d", "g"}, blas.Accumulator{Exact: true} })
	if !slices.Equal(runWith(t, plain, back, x), runWith(t, g, want, x)) {
		t.Error("products in float32 give other bits when read back")
	}
	// A zero point, and a type of its own for one product.
	for _, change := range []func(n *Node, q *Graph){
		func(n *Node, q *Graph) { q.Initializers["d/w/zero"] = NewInt(Int8, []int{}, []int64{3}) },
		func(n *Node, q *Graph) { q.Initializers[n.Inputs[2]] = NewInt(Uint8, []int{}, []int64{0}) },
	} {
		q, _, err := InsertQDQ(g, few)
		if err != nil {
			t.Fatal(err)
		}
		for i := range q.Nodes {
			if q.Nodes[i].Op == "QuantizeLinear" && strings.HasPrefix(q.Nodes[i].Inputs[0], "c6") {
				change(&q.Nodes[i], q)
			}
		}
		if _, _, err := RemoveQDQ(q); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), `"d"`) {
			t.Errorf("read back: %v", err)
		}
	}
}
