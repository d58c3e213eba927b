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

// branches is a network of which one branch takes a logarithm of what may be below zero.
func branches(seed uint64) (*Graph, *Tensor) {
	r := rand.New(rand.NewPCG(seed, 0))
	g := sequence(map[string]*Tensor{
		"a/w": randomTensor(r, 1, 4, 3), "b/w": randomTensor(r, 1, 3, 2), "c/w": randomTensor(r, 1, 3, 2), "ten": NewFloat([]int{}, []float32{10}),
	},
		nodeOf("MatMul", "a", nil, "x", "a/w"),
		nodeOf("Log", "log", nil, "a"),
		nodeOf("MatMul", "b", nil, "log", "b/w"),
		nodeOf("MatMul", "c", nil, "a", "c/w"),
	)
	g.Outputs = []ValueInfo{{Name: "b"}, {Name: "c"}}
	for i := range g.Nodes {
		g.Nodes[i].Name = g.Nodes[i].Outputs[0]
	}
	return g, randomTensor(r, 1, 6, 4)
}

func apply1(q *Quantization, name string) (PassReport, error) {
	p, err := PassByName(name)
	if err != nil {
		return PassReport{}, err
	}
	reports, err := q.Apply(p)
	if err != nil {
		return PassReport{}, err
	}
	return reports[0], nil
}

// TestSkip: what is wrong with one node names it and says why; nothing is done then, or with Skip the
// rest.
func TestSkip(t *testing.T) {
	g, x := branches(101)
	spoilt := *g
	spoilt.Initializers = map[string]*Tensor{}
	for name, v := range g.Initializers {
		spoilt.Initializers[name] = v.clone()
	}
	spoilt.Initializers["c/w"].Float[2] = float32(math.Inf(1))
	few := FewBit{Format: quantizer.Int(8), Accumulator: blas.Accumulator{Exact: true}}
	for _, c := range []struct {
		name string
		g    *Graph
		few  FewBit
		want error
		says string
		kept []string
	}{
		{"NaN", g, few, quantizer.ErrNotFinite, "b", []string{"b"}},
		{"weights", &spoilt, few, quantizer.ErrNotFinite, `"c/w"`, []string{"b", "c"}},
		{"zero points of a minifloat", g, FewBit{Format: formatOf(t, "e4m3fn"), Asymmetric: true}, quantizer.ErrNotFinite, "b", []string{"a", "b", "c"}},
		{"exponents", g, FewBit{Format: formatOf(t, "e11m4")}, quantizer.ErrNotFinite, "b", []string{"a", "b", "c"}},
		{"no format", g, FewBit{}, quantizer.ErrNotFinite, "b", []string{"a", "b", "c"}},
	} {
		q := &Quantization{Graph: c.g, Samples: map[string]*Tensor{"x": x}, FewBit: c.few}
		if _, err := apply1(q, "calibrate"); !errors.Is(err, c.want) || !strings.Contains(err.Error(), "of b") || q.FewBit.Calibration != nil || q.FewBit.Kept != nil {
			t.Errorf("%s: error %v", c.name, err)
		}
		q.Skip = true
		report, err := apply1(q, "calibrate")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		kept := slices.Sorted(slices.Values(q.FewBit.Kept))
		if !slices.Equal(kept, c.kept) || report.Done() != 3-len(c.kept) || len(report.Entries) != 3 {
			t.Errorf("%s: %v stay float32, want %v; %+v", c.name, kept, c.kept, report)
		}
		said := false
		for _, e := range report.Entries {
			said = said || !e.Done && strings.Contains(e.Text, c.says)
			if (slices.Contains(kept, e.Node)) != strings.HasPrefix(e.Text, "it stays float32: ") {
				t.Errorf("%s: %+v", c.name, e)
			}
		}
		if !said {
			t.Errorf("%s: no entry says %s: %+v", c.name, c.says, report.Entries)
		}
		// The network runs, and its other branch is in few bits where it can be.
		want, got := mustRun(t, c.g, nil, q.Samples)["c"], mustRun(t, q.Graph, q.FewBit, q.Samples)["c"]
		if same := slices.Equal(want.Float, got.Float); same != (len(kept) == 3) && c.name != "weights" {
			t.Errorf("%s: outputs as in float32: %v", c.name, same)
		}
	}
	// Without the NaN the error is that of the node itself.
	q := &Quantization{Graph: &spoilt, Samples: map[string]*Tensor{"x": x}, FewBit: few}
	own := spoilt
	own.Outputs = []ValueInfo{{Name: "c"}}
	q.Graph = &own
	if _, err := apply1(q, "calibrate"); !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), `node "c" (MatMul)`) || !strings.Contains(err.Error(), `"c/w"`) {
		t.Errorf("error %v", err)
	}
	q.FewBit = FewBit{Format: formatOf(t, "e4m3fn"), Asymmetric: true}
	if _, err := apply1(q, "calibrate"); !errors.Is(err, quantizer.ErrScheme) || !strings.Contains(err.Error(), `node "a" (MatMul)`) {
		t.Errorf("error %v", err)
	}
}

// TestSkipPasses: a pass that fails is left out, and says so.
func TestSkipPasses(t *testing.T) {
	g, x := layers(102)
	q := &Quantization{Graph: g, Samples: x, FewBit: FewBit{Format: quantizer.Int(8)}, Skip: true}
	report, err := apply1(q, "correct") // before calibrate
	if err != nil || report.Done() != 0 || len(report.Entries) != 1 || !strings.Contains(report.Entries[0].Text, "calibrate comes first") || q.Graph != g {
		t.Errorf("%+v, error %v", report, err)
	}
	empty := &Quantization{Graph: g, Samples: map[string]*Tensor{"x": NewFloat([]int{0, 3, 8, 8}, nil)}, FewBit: q.FewBit}
	if _, err := apply1(empty, "calibrate"); !errors.Is(err, quantizer.ErrEmpty) || !strings.Contains(err.Error(), `input "x"`) {
		t.Errorf("no samples: %v", err)
	}
	empty.Samples = nil
	if _, err := apply1(empty, "calibrate"); !errors.Is(err, ErrShape) && !errors.Is(err, ErrData) && !errors.Is(err, ErrGraph) {
		t.Errorf("no samples: %v", err)
	}
	// The graph has no gradient of the logarithm: training is left out, the rest is done.
	b, s := branches(103)
	own := *b
	own.Outputs = []ValueInfo{{Name: "b"}}
	for i := range s.Float {
		s.Float[i] = max(s.Float[i], -s.Float[i]) + 1
	}
	for i, v := range own.Initializers["a/w"].Float {
		own.Initializers["a/w"].Float[i] = max(v, -v) + 0.1
	}
	q = &Quantization{Graph: &own, Samples: map[string]*Tensor{"x": s}, FewBit: FewBit{Format: quantizer.Int(8)}}
	if _, err := apply1(q, "calibrate"); err != nil {
		t.Fatal(err)
	}
	if _, err := apply1(q, "train"); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), `"log" (Log`) {
		t.Errorf("error %v", err)
	}
	q.Skip = true
	if report, err := apply1(q, "train"); err != nil || report.Done() != 0 || !strings.Contains(report.Entries[0].Text, `"log" (Log`) {
		t.Errorf("%+v, error %v", report, err)
	}
	if report, err := apply1(q, "round"); err != nil || len(report.Entries) != 3 {
		t.Errorf("%+v, error %v", report, err)
	}
}

// TestConstantTensors: activations and weights that are all 0, or all the same, and one
// sample, are nothing special.
func TestConstantTensors(t *testing.T) {
	g, _ := layers(104)
	names := []string{"fold", "rescale", "center", "calibrate", "tie", "train", "correct", "pointwise", "adaround", "round"}
	for _, value := range []float32{0, 1.5} {
		x := NewFloat([]int{1, 3, 8, 8}, nil)
		for i := range x.Float {
			x.Float[i] = value
		}
		for _, zeroed := range []string{"", "conv0.w", "conv2.w", "gemm7.w"} {
			own := *g
			own.Initializers = map[string]*Tensor{}
			for name, v := range g.Initializers {
				own.Initializers[name] = v.clone()
			}
			if w := own.Initializers[zeroed]; w != nil {
				clear(w.Float)
			}
			for _, few := range []FewBit{{Format: quantizer.FullInt(8), WeightFormat: quantizer.Int(4), Asymmetric: true, PerChannel: true}, {Format: formatOf(t, "e4m3fn")}} {
				q := &Quantization{Graph: &own, Samples: map[string]*Tensor{"x": x}, FewBit: few, Rounding: RoundingOptions{Steps: 20}}
				for _, name := range names {
					report, err := apply1(q, name)
					if err != nil {
						t.Fatalf("value %v, %q zero, %s: %v", value, zeroed, name, err)
					}
					if name == "calibrate" && value == 0 && !strings.Contains(report.Entries[0].Text, "0 in all samples") {
						t.Errorf("%+v", report.Entries[0])
					}
				}
				y := mustRun(t, q.Graph, q.FewBit, q.Samples)["y"]
				if err := finite(y.Float); err != nil {
					t.Errorf("value %v, %q zero: %v", value, zeroed, err)
				}
			}
		}
	}
}
