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

func TestPasses(t *testing.T) {
	names := []string{"fold", "rescale", "equalize", "absorb", "center", "calibrate", "tie", "train", "fit", "correct", "pointwise", "adaround", "round", "biases"}
	for i, p := range Passes() {
		if p.Name != names[i] || p.Summary == "" {
			t.Errorf("pass %d is %q: %q", i, p.Name, p.Summary)
		}
	}
	if _, err := PassByName("equalise"); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "equalize") {
		t.Errorf("error %v", err)
	}

	c := newGraphMaker(rand.New(rand.NewPCG(31, 32)), 2)
	c.conv(4, 3, 1, 1)
	normalized(c.Graph, c.r, "bn", c.at, "n", 4)
	c.at = "n"
	c.relu6()
	c.conv(4, 3, 4, 1)
	c.relu6()
	c.conv(3, 1, 1, 0)
	g := c.end()
	x := map[string]*Tensor{"x": random(c.r, 10, 2, 6, 6)}
	q := &Quantization{Graph: g, Samples: x, FewBit: FewBit{Format: quantizer.Int(8), Accumulator: blas.Accumulator{Exact: true}}, Rounding: RoundingOptions{Steps: 100}}
	if _, err := q.Apply(Pass{"correct", "", runCorrect}); !errors.Is(err, ErrNotCalibrated) || !strings.HasPrefix(err.Error(), "pass correct: ") {
		t.Errorf("error %v", err)
	}
	reports, err := q.Apply(Passes()...)
	if err != nil {
		t.Fatal(err)
	}
	done := []int{1, 2, 2, 1, 0, 3, 0, 3, 3, 3, 3, 3, 3, 3} // absorb: behind a padded convolution it does nothing; nothing gains from a shift; nothing is tied
	for i, r := range reports {
		if r.Pass != names[i] || r.Done() != done[i] {
			t.Errorf("pass %s did %d nodes, want %d: %+v", r.Pass, r.Done(), done[i], r.Entries)
		}
		for _, e := range r.Entries {
			if e.Node == "" || e.Text == "" || e.Detail == nil {
				t.Errorf("pass %s: entry %+v", r.Pass, e)
			}
		}
	}
	if q.FewBit.Calibration == nil {
		t.Fatal("the calibration is gone")
	}
	want, got := mustRun(t, g, nil, x)["y"], mustRun(t, q.Graph, q.FewBit, x)["y"]
	if n := noise(want.Float, got.Float); n.SQNR() < 30 {
		t.Errorf("SQNR of the outputs is %v dB", n.SQNR())
	}
	// A graph that others replace has statistics of its own, and no calibration.
	s, err := q.Statistics()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := q.Statistics(); again != s {
		t.Error("the statistics were made again")
	}
	if _, err := q.Apply(Pass{"fold", "", runFold}); err != nil || q.FewBit.Calibration != nil {
		t.Errorf("error %v, or a calibration of another graph", err)
	}
	if again, _ := q.Statistics(); again == s {
		t.Error("the statistics are those of another graph")
	}

	// A pass of one's own, and where the chain ends.
	own := Pass{Name: "fail", Run: func(*Quantization) ([]PassEntry, error) { return nil, ErrData }}
	reports, err = q.Apply(Pass{"calibrate", "", runCalibrate}, own, Pass{"correct", "", runCorrect})
	if !errors.Is(err, ErrData) || err.Error() != "pass fail: bad data" || len(reports) != 1 {
		t.Errorf("%d reports, error %v", len(reports), err)
	}
	x["x"].Float[5] = float32(math.NaN())
	if _, err := (&Quantization{Graph: g, Samples: x}).Apply(Pass{"rescale", "", runRescale}); !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), "conv0") {
		t.Errorf("error %v", err)
	}
}

// TestRoundWeights: the weights are values of the format times the scale, the
// nearest ones, and few-bit arithmetic computes what it did.
func TestRoundWeights(t *testing.T) {
	c := newGraphMaker(rand.New(rand.NewPCG(33, 34)), 3)
	c.conv(4, 3, 1, 1)
	c.add("GlobalAveragePool", nil)
	c.add("Flatten", nil)
	c.gemm(5, 1, false)
	c.Initializers["m"] = random(c.r, 5, 2)
	c.add("MatMul", nil, "m")
	g := c.end()
	x := map[string]*Tensor{"x": random(c.r, 10, 3, 6, 6)}
	calibration := NewCalibration()
	mustRun(t, g, calibration.Observe(Float32Arithmetic{}), x)
	for _, perChannel := range []bool{false, true} {
		few := FewBit{Format: quantizer.Int(4), PerChannel: perChannel, Calibration: calibration, Accumulator: blas.Accumulator{Exact: true}}
		made, entries, err := RoundWeights(g, few)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 3 || entries[2].Scales != nil || !strings.Contains(entries[2].Reason, "MatMul") {
			t.Errorf("entries %+v", entries)
		}
		for i, name := range []string{"conv0.w", "gemm3.w"} {
			scales := entries[i].Scales
			if n := map[bool]int{false: 1, true: 4 + i}[perChannel]; len(scales) != n {
				t.Fatalf("%s: %d scales", name, len(scales))
			}
			before, after := g.Initializers[name].Float, made.Initializers[name].Float
			var signal, square float64
			for k, v := range after {
				channel := k / 27 // [4, 3, 3, 3]
				if i == 1 {
					channel = k % 5 // [4, 5], by columns
				}
				s := float64(scales[channel%len(scales)])
				code := math.Round(float64(v) / s)
				if math.Abs(code) > 7 || math.Abs(float64(v)-s*code) > 1e-6*s || math.Abs(float64(before[k])-float64(v)) > s*(0.5+1e-6) {
					t.Errorf("%s: weight %d is %v, %v before, with a scale of %v", name, k, v, before[k], s)
				}
				signal += float64(before[k]) * float64(before[k])
				square += (float64(before[k]) - float64(v)) * (float64(before[k]) - float64(v))
			}
			if want := 10 * math.Log10(signal/square); math.Abs(entries[i].SQNR()-want) > 1e-9 {
				t.Errorf("%s: SQNR %v, want %v", name, entries[i].SQNR(), want)
			}
		}
		if !near(mustRun(t, made, few, x)["y"], mustRun(t, g, few, x)["y"], 1e-5) {
			t.Error("few-bit arithmetic computes something else")
		}
		few.Float = []string{"conv"}
		made, entries, err = RoundWeights(g, few)
		if err != nil || entries[0].Scales != nil || !slices.Equal(made.Initializers["conv0.w"].Float, g.Initializers["conv0.w"].Float) {
			t.Errorf("entries %+v, error %v", entries, err)
		}
	}
	if _, _, err := RoundWeights(g, FewBit{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("error %v", err)
	}
	g.Initializers["gemm3.w"].Float[0] = float32(math.Inf(1))
	if _, _, err := RoundWeights(g, FewBit{Format: quantizer.Int(8)}); !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), "gemm3") {
		t.Errorf("error %v", err)
	}
}
