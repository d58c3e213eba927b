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

// meanSquare returns the mean square of the differences.
func meanSquare(x, y []float32) float64 {
	sum := 0.0
	for i, v := range x {
		sum += math.Pow(float64(v)-float64(y[i]), 2)
	}
	return sum / float64(len(x))
}

// layers is a network with a convolution of every form and a Gemm that all can be fitted.
func layers(seed uint64) (*Graph, map[string]*Tensor) {
	c := newGraphMaker(rand.New(rand.NewPCG(seed, 0)), 3)
	c.conv(6, 3, 1, 1)
	c.relu6()
	c.conv(6, 3, 6, 1)
	c.relu6()
	c.conv(8, 3, 2, 0)
	c.add("GlobalAveragePool", nil)
	c.add("Flatten", nil)
	c.gemm(4, 1, true)
	return c.end(), map[string]*Tensor{"x": random(c.r, 24, 3, 8, 8)}
}

// TestLearnRounding compares with the best of all roundings, found by trying them.
func TestLearnRounding(t *testing.T) {
	r := rand.New(rand.NewPCG(91, 0))
	const inputs, samples = 7, 60
	w := randomTensor(r, 1, 2, inputs)
	g := sequence(map[string]*Tensor{"w": w, "b": randomTensor(r, 1, 2)}, nodeOf("Gemm", "y", Attributes{"transB": attrInt(1)}, "x", "w", "b"))
	g.Nodes[0].Name = "g"
	x := NewFloat([]int{samples, inputs}, nil)
	for i := range samples { // inputs that depend on each other, far from 0
		common := r.NormFloat64()
		for j := range inputs {
			x.Float[i*inputs+j] = float32(3 + common + 0.4*r.NormFloat64())
		}
	}
	in := map[string]*Tensor{"x": x}
	few := FewBit{Format: quantizer.Int(16), WeightFormat: quantizer.Int(3), Calibration: calibrated(t, g, x), Accumulator: blas.Accumulator{Exact: true}}
	rounded, after, entries, err := LearnRounding(g, g, few, in, RoundingOptions{Steps: 3000}, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := mustRun(t, g, nil, in)["y"].Float
	got := mustRun(t, rounded, after, in)["y"].Float
	e := entries[0]
	if len(entries) != 1 || e.Node != "g" || e.Weights != 2*inputs || e.Moved == 0 || math.Abs(meanSquare(got, want)-e.After) > 1e-4*e.Before {
		t.Errorf("%+v, the outputs are off by %v", entries, meanSquare(got, want))
	}
	most := float32(0)
	for _, v := range w.Float {
		most = max(most, v, -v)
	}
	scale := float64(most / 3)
	best := 0.0
	for k := range 2 {
		least := math.Inf(1)
		for choice := range 1 << inputs {
			var errs [samples]float64
			mean := 0.0
			for i := range errs {
				for j := range inputs {
					v := float64(w.Float[k*inputs+j])
					q := math.Floor(v/scale) + float64(choice>>j&1)
					errs[i] += (min(max(q, -3), 3)*scale - v) * float64(x.Float[i*inputs+j])
				}
				mean += errs[i] / samples
			}
			sum := 0.0
			for _, v := range errs {
				sum += (v - mean) * (v - mean)
			}
			least = min(least, sum)
		}
		best += least
	}
	best /= 2 * samples
	t.Logf("mean square error %.4g to the nearest, %.4g learned, %.4g at best", e.Before, e.After, best)
	if e.After > 1.2*best || e.Before < 1.5*best {
		t.Errorf("mean square error %v to the nearest, %v learned, %v at best", e.Before, e.After, best)
	}
	for i, v := range rounded.Initializers["w"].Float {
		if q := float64(v) / scale; math.Abs(q-math.Round(q)) > 1e-5 || math.Abs(float64(v-w.Float[i])) > scale*(1+1e-6) {
			t.Errorf("weight %d is %v, %v before, with a scale of %v", i, v, w.Float[i], scale)
		}
	}
	again, _, err := RoundWeights(rounded, after)
	if err != nil || !slices.Equal(mustRun(t, again, after, in)["y"].Float, got) {
		t.Errorf("rounding afterwards changes something: error %v", err)
	}
}

// TestLayerwise: what the report says of every product is what it computes, for all kinds of
// products, with any number of threads, and the network comes nearer to the reference.
func TestLayerwise(t *testing.T) {
	g, x := layers(92)
	few := FewBit{Format: quantizer.Int(8), WeightFormat: quantizer.Int(3), PerChannel: true, Calibration: calibrated(t, g, x["x"]), Accumulator: blas.Accumulator{Exact: true}}
	corrected, _, err := CorrectBias(g, few, x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := mustRun(t, g, nil, x)["y"].Float
	before := meanSquare(mustRun(t, corrected, few, x)["y"].Float, want)
	for name, fit := range map[string]func(threads int) (*Graph, FewBit, []WeightFit, error){
		"regression": func(threads int) (*Graph, FewBit, []WeightFit, error) {
			return FitWeights(g, g, few, x, Options{Threads: threads})
		},
		"rounding": func(threads int) (*Graph, FewBit, []WeightFit, error) {
			return LearnRounding(g, g, few, x, RoundingOptions{Steps: 400}, Options{Threads: threads})
		},
	} {
		made, after, entries, err := fit(2)
		if err != nil {
			t.Fatal(err)
		}
		y := mustRun(t, made, after, x)["y"].Float
		last := entries[len(entries)-1]
		if got := meanSquare(y, want); math.Abs(got-last.After) > 1e-3*got || got > 0.9*before {
			t.Errorf("%s: the outputs are off by %v, said to be %v, corrected %v", name, got, last.After, before)
		}
		for _, e := range entries {
			if e.Reason != "" || e.Weights == 0 || e.After > e.Before*1.001 || e.Size <= 0 {
				t.Errorf("%s: %+v", name, e)
			}
		}
		one, _, _, err := fit(1)
		if err != nil || digest(one) != digest(made) {
			t.Errorf("%s: another number of threads gives other bits, error %v", name, err)
		}
		if digest(g) == digest(made) {
			t.Errorf("%s: nothing changed", name)
		}
	}
}

// TestFitWeights: no other weights do better, of the inputs that a product sees.
func TestFitWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(93, 0))
	const inputs, samples = 5, 400
	g := sequence(map[string]*Tensor{"w": randomTensor(r, 1, inputs, 1)}, nodeOf("Gemm", "y", nil, "x", "w"))
	g.Nodes[0].Name = "g"
	x := NewFloat([]int{samples, inputs}, nil)
	for i := range samples {
		common := r.NormFloat64()
		for j := range inputs {
			x.Float[i*inputs+j] = float32(2 + common + 0.2*r.NormFloat64())
		}
	}
	in := map[string]*Tensor{"x": x}
	few := FewBit{Format: quantizer.Int(3), WeightFormat: quantizer.Int(16), Calibration: calibrated(t, g, x), Accumulator: blas.Accumulator{Exact: true}}
	made, after, entries, err := FitWeights(g, g, few, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := mustRun(t, g, nil, in)["y"].Float
	least := meanSquare(mustRun(t, made, after, in)["y"].Float, want)
	if e := entries[0]; e.Before < 1.3*e.After || math.Abs(least-e.After) > 1e-3*least {
		t.Errorf("%+v, the outputs are off by %v", e, least)
	}
	for i := range inputs {
		for _, step := range []float32{-0.03, 0.03} {
			moved := *made
			moved.Initializers = map[string]*Tensor{}
			for name, v := range made.Initializers {
				moved.Initializers[name] = v.clone()
			}
			moved.Initializers["w"].Float[i] += step
			if got := meanSquare(mustRun(t, &moved, after, in)["y"].Float, want); got < least*(1-1e-3) {
				t.Errorf("weight %d moved by %v is better: %v, not %v", i, step, got, least)
			}
		}
	}
}

func TestLayerwiseRefuses(t *testing.T) {
	g, x := layers(94)
	few := FewBit{Format: quantizer.Int(8), Calibration: calibrated(t, g, x["x"])}
	if _, _, _, err := FitWeights(g, g, FewBit{Format: few.Format}, x, Options{}); !errors.Is(err, ErrNotCalibrated) {
		t.Errorf("error %v", err)
	}
	if _, _, _, err := LearnRounding(g, g, FewBit{Format: few.Format, Calibration: NewCalibration()}, x, RoundingOptions{Steps: 1}, Options{}); !errors.Is(err, ErrNotCalibrated) || !strings.Contains(err.Error(), "conv0") {
		t.Errorf("error %v", err)
	}
	few.Float = []string{"conv2"}
	_, _, entries, err := FitWeights(g, g, few, x, Options{})
	if err != nil || entries[1].Reason != "it stays in float32" || entries[0].Reason != "" {
		t.Errorf("%+v, error %v", entries, err)
	}
	x["x"].Float[0] = float32(math.NaN())
	if _, _, _, err := FitWeights(g, g, few, x, Options{}); !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), "conv0") {
		t.Errorf("error %v", err)
	}
}
