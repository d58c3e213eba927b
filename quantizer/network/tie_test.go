package network

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// tied is a network with a residual addition, a concatenation and a pooling.
func tied(seed uint64) (*Graph, *Tensor) {
	r := rand.New(rand.NewPCG(seed, 0))
	inits := map[string]*Tensor{
		"a/w": randomTensor(r, 0.8, 3, 2, 1, 1), "b/w": randomTensor(r, 4, 3, 3, 1, 1), "c/w": randomTensor(r, 0.8, 3, 3, 1, 1),
		"d/w": randomTensor(r, 0.8, 3, 6, 1, 1), "g/w": randomTensor(r, 0.8, 3, 2), "one": NewFloat([]int{}, []float32{1}),
	}
	g := sequence(inits,
		nodeOf("Conv", "a", nil, "x", "a/w"),
		nodeOf("Relu", "ar", nil, "a"),
		nodeOf("Conv", "b", nil, "ar", "b/w"),
		nodeOf("Add", "sum", nil, "ar", "b"),
		nodeOf("Add", "shifted", nil, "sum", "one"), // of a constant: no tie
		nodeOf("Conv", "c", nil, "sum", "c/w"),
		nodeOf("Concat", "both", Attributes{"axis": attrInt(1)}, "c", "shifted"),
		nodeOf("Conv", "d", nil, "both", "d/w"),
		nodeOf("GlobalAveragePool", "pool", nil, "d"),
		nodeOf("Flatten", "flat", nil, "pool"),
		nodeOf("MatMul", "y", nil, "flat", "g/w"),
	)
	for i := range g.Nodes {
		g.Nodes[i].Name = g.Nodes[i].Outputs[0]
	}
	return g, randomTensor(r, 3, 6, 2, 4, 4)
}

func TestTies(t *testing.T) {
	g, x := tied(61)
	ties := Ties(g)
	want := []Tie{
		{Tensors: []string{"ar", "b"}, Nodes: []string{"sum"}, Sites: []string{"b"}},
		{Tensors: []string{"shifted", "c", "both"}, Nodes: []string{"both"}, Sites: []string{"d"}},
		{Tensors: []string{"d", "pool", "flat"}, Nodes: []string{"pool", "flat"}, Sites: []string{"y"}},
	}
	if len(ties) != len(want) {
		t.Fatalf("%d ties: %+v", len(ties), ties)
	}
	for i, z := range ties {
		if !slices.Equal(z.Tensors, want[i].Tensors) || !slices.Equal(z.Nodes, want[i].Nodes) || !slices.Equal(z.Sites, want[i].Sites) {
			t.Errorf("tie %d is %+v, want %+v", i, z, want[i])
		}
	}

	// The ranges are those of all tensors of a tie.
	all := *g
	all.Outputs = nil
	for _, name := range []string{"ar", "b", "c", "shifted", "d"} {
		all.Outputs = append(all.Outputs, ValueInfo{Name: name})
	}
	values := mustRun(t, &all, nil, map[string]*Tensor{"x": x})
	q := &Quantization{Graph: g, Samples: map[string]*Tensor{"x": x}, FewBit: FewBit{Format: quantizer.Int(8)}, Histograms: true}
	var ps []Pass
	for _, name := range []string{"calibrate", "tie"} {
		p, err := PassByName(name)
		if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	reports, err := q.Apply(ps...)
	if err != nil || reports[1].Done() != 3 {
		t.Fatal(reports, err)
	}
	for site, tensors := range map[string][]string{"b": {"ar", "b"}, "d": {"c", "shifted"}, "y": {"d"}, "c": nil} {
		var r quantizer.MinMax
		if tensors == nil {
			tensors = []string{"ar", "b"} // whose sum is another tensor
			_ = r.Observe([]float32{0})
		}
		for _, name := range tensors {
			if err := r.Observe(values[name].Float); err != nil {
				t.Fatal(err)
			}
		}
		lo, hi := r.Range()
		gotLo, gotHi, _ := q.FewBit.Calibration.Range(site)
		if same := lo == gotLo && hi == gotHi; same != (site != "c") {
			t.Errorf("%s: range from %v to %v, of %v from %v to %v", site, gotLo, gotHi, tensors, lo, hi)
		}
		h := q.FewBit.Calibration.Histogram(site)
		if site == "y" && h.Count() != int64(len(values["d"].Float)+2*6*3) {
			t.Errorf("%s: %d values seen", site, h.Count())
		}
	}
}

// TestTiedTraining: two readers of one tensor, and of one scale, have one threshold, whose
// gradient is the sum of theirs.
func TestTiedTraining(t *testing.T) {
	r := rand.New(rand.NewPCG(62, 0))
	g := sequence(map[string]*Tensor{"a/w": randomTensor(r, 1, 3, 4), "b/w": randomTensor(r, 1, 3, 4)},
		nodeOf("MatMul", "a", nil, "x", "a/w"), nodeOf("MatMul", "b", nil, "x", "b/w"), nodeOf("Add", "y", nil, "a", "b"))
	for i := range g.Nodes {
		g.Nodes[i].Name = g.Nodes[i].Outputs[0]
	}
	x := randomTensor(r, 1, 9, 3)
	c := calibrated(t, g, x)
	options := func(c *Calibration) TrainOptions {
		return TrainOptions{Loss: projection{randomTensor(rand.New(rand.NewPCG(1, 1)), 1, 36).Float}, Thresholds: &ThresholdOptions{FewBit: FewBit{Format: quantizer.Int(3), Calibration: c}}}
	}
	apart, err := NewTrainer(g, options(c))
	if err != nil {
		t.Fatal(err)
	}
	together := c.clone()
	if _, err := together.Tie(g, map[string]*Tensor{"x": x}, Options{}); err != nil {
		t.Fatal(err)
	}
	one, err := NewTrainer(g, options(together))
	if err != nil {
		t.Fatal(err)
	}
	if names := one.Parameters(); !slices.Equal(names, []string{"a: activations", "a: weights", "b: weights"}) {
		t.Fatalf("parameters %v", names)
	}
	for _, trainer := range []*Trainer{apart, one} {
		if _, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{}); err != nil {
			t.Fatal(err)
		}
	}
	a, b := apart.Gradient("a: activations")[0], apart.Gradient("b: activations")[0]
	if got := one.Gradient("a: activations")[0]; got-(a+b) > 1e-5 || (a+b)-got > 1e-5 || a == 0 || b == 0 {
		t.Errorf("gradient %v, want %v + %v", got, a, b)
	}
	s := one.State()
	s.Tensors["a: activations"][0] = 0.6
	if err := one.SetState(s); err != nil {
		t.Fatal(err)
	}
	ta, _ := one.Calibration().Threshold("a")
	tb, _ := one.Calibration().Threshold("b")
	if before, _ := c.Threshold("a"); ta != tb || ta == before {
		t.Errorf("thresholds %v and %v, before %v", ta, tb, before)
	}
}
