package network_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// model is a network of the shared data with its samples.
type model struct {
	graph *network.Graph
	data  *npz.Dataset
}

func openModel(t *testing.T, name, data string) model {
	t.Helper()
	models := filepath.Join(shared.Dir(t), "models")
	g, err := onnx.ReadFile(filepath.Join(models, name+".onnx"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := npz.OpenDataset(filepath.Join(models, data+".npz"), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return model{g, d}
}

func (m model) samples(lo, hi int) map[string]*network.Tensor {
	return map[string]*network.Tensor{
		m.graph.Inputs[0].Name: network.NewFloat(append([]int{hi - lo}, m.data.Shape()...), m.data.Input(lo, hi)),
	}
}

func logits(t *testing.T, g *network.Graph, a network.Arithmetic, in map[string]*network.Tensor) *network.Tensor {
	t.Helper()
	n, err := network.New(g, network.Options{Arithmetic: a})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return out[g.Outputs[0].Name]
}

// agreement returns the number of rows whose largest elements are in the same
// place.
func agreement(x, y *network.Tensor) int {
	k := x.Shape[1]
	top := func(row []float32) int {
		best := 0
		for i, v := range row {
			if v > row[best] {
				best = i
			}
		}
		return best
	}
	same := 0
	for i := 0; i < len(x.Float); i += k {
		if top(x.Float[i:][:k]) == top(y.Float[i:][:k]) {
			same++
		}
	}
	return same
}

// wilson returns the interval that holds the share of successes with a confidence
// of 95 %, in percent (Wilson, 1927).
func wilson(successes, n int) (lo, hi float64) {
	const z = 1.959964
	p, m := float64(successes)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return 100 * (mid - half), 100 * (mid + half)
}

func passes(t *testing.T, names ...string) []network.Pass {
	t.Helper()
	var out []network.Pass
	for _, name := range names {
		p, err := network.PassByName(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// TestPassesModel: int8 with one scale per tensor destroys mobilenet_v1_025_224;
// the passes bring it back without any training. Eight of the sixteen photos
// (four crops each, in order) calibrate and correct, the other eight judge, both
// ways round, so that each crop is judged once by a network that has not seen its
// photo. The four crops of a photo are not independent: the intervals are narrower
// than they should be.
func TestPassesModel(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	m := openModel(t, "mobilenet_v1_025_224", "mobilenet_v1_025_224_data")
	crops := m.data.Samples()
	for _, c := range []struct {
		name        string
		least, most int // crops of 64
		passes      []network.Pass
	}{
		{"naive", 0, 3, passes(t, "fold", "calibrate")},
		{"rescaled", 0, 25, passes(t, "fold", "rescale", "calibrate")},
		{"rescaled, corrected", 50, 60, passes(t, "fold", "rescale", "calibrate", "correct")},
		{"equalized, corrected", 55, 64, passes(t, "fold", "equalize", "calibrate", "correct", "round")},
	} {
		same := 0
		for _, fold := range [][4]int{{0, crops / 2, crops / 2, crops}, {crops / 2, crops, 0, crops / 2}} {
			q := &network.Quantization{Graph: m.graph, Samples: m.samples(fold[0], fold[1])}
			q.FewBit = network.FewBit{Format: parse(t, "int8"), Accumulator: blas.Accumulator{Exact: true}}
			if _, err := q.Apply(c.passes...); err != nil {
				t.Fatal(err)
			}
			judge := m.samples(fold[2], fold[3])
			same += agreement(logits(t, q.Graph, q.FewBit, judge), logits(t, m.graph, nil, judge))
		}
		lo, hi := wilson(same, crops)
		t.Logf("%s: %d of %d crops agree with float32, %.1f %% (%.1f to %.1f)", c.name, same, crops, 100*float64(same)/float64(crops), lo, hi)
		if same < c.least || same > c.most {
			t.Errorf("%s: %d crops agree, want %d to %d", c.name, same, c.least, c.most)
		}
	}
}

// TestPassesKeepModels: the passes that should not change real networks do not, on
// the samples of the statistics, and find the pairs that are there.
func TestPassesKeepModels(t *testing.T) {
	for _, c := range []struct {
		name, data string
		rescaled   int // pairs with a depthwise convolution
		equalized  int // pairs
	}{
		// 17 depthwise convolutions, 16 of them behind an expansion. All projections
		// but the last are read by an addition or by two nodes; the last one, and the
		// convolution after it, form pairs too, the second through a pooling.
		{"kws_mobilenet_v2_015", "kws_mobilenet_v2_015_data", 33, 35},
		{"kws_ds_cnn_s", "kws_mfcc49_nchw_data", 8, 9},
		{"mobilenet_v1_025_224", "mobilenet_v1_025_224_data", 26, 27},
	} {
		m := openModel(t, c.name, c.data)
		samples := m.samples(0, 8)
		want := logits(t, m.graph, nil, samples)
		var size float64
		for _, v := range want.Float {
			size = max(size, math.Abs(float64(v)))
		}
		for _, p := range []struct {
			name string
			done int
		}{{"rescale", c.rescaled}, {"equalize", c.equalized}, {"absorb", -1}} {
			q := &network.Quantization{Graph: m.graph, Samples: samples}
			reports, err := q.Apply(passes(t, "fold", p.name)...)
			if err != nil {
				t.Fatal(err)
			}
			if n := reports[1].Done(); n != p.done && p.done >= 0 {
				t.Errorf("%s, %s: %d pairs, want %d: %v", c.name, p.name, n, p.done, reports[1].Entries)
			}
			got := logits(t, q.Graph, nil, samples)
			var most float64
			for i, v := range want.Float {
				most = max(most, math.Abs(float64(v)-float64(got.Float[i])))
			}
			if most > 1e-3*size {
				t.Errorf("%s, %s: logits of up to %v change by %v", c.name, p.name, size, most)
			}
		}
	}
}
