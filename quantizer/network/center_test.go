package network

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// TestCenterActivations: networks of every form compute what they did, on data that was not
// seen too, and what is rounded then is nearer to what it was.
func TestCenterActivations(t *testing.T) {
	maps, shifted := 0, 0
	for seed := range uint64(60) {
		g, x := randomNetwork(seed, seed%2 == 0)
		few := FewBit{Format: formatOf(t, []string{"e4m3fn", "e2m1fn", "int4"}[seed%3])}
		centered, entries, err := CenterActivations(g, few, x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Map {
				maps++
			}
			if e.Shifts != nil {
				shifted++
				if !(e.After < e.Before) {
					t.Errorf("seed %d: %+v", seed, e)
				}
			} else if e.Reason == "" {
				t.Errorf("seed %d: no reason: %+v", seed, e)
			}
		}
		other := NewFloat(x["x"].Shape, nil)
		r := rand.New(rand.NewPCG(seed, 9))
		for i := range other.Float {
			other.Float[i] = float32(3 * r.NormFloat64())
		}
		in := map[string]*Tensor{"x": other}
		if want, got := mustRun(t, g, nil, in)["y"], mustRun(t, centered, nil, in)["y"]; !near(got, want, 2e-5) {
			t.Errorf("seed %d: the network computes something else: %v", seed, entries)
		}
	}
	if maps < 10 || shifted < 60 {
		t.Errorf("%d maps, %d shifts: too few to prove anything", maps, shifted)
	}
}

// TestCenterNarrowChannels: channels far from 0 whose values differ little, as those
// between a convolution and a depthwise one that takes differences: the case it is made for.
func TestCenterNarrowChannels(t *testing.T) {
	r := rand.New(rand.NewPCG(81, 0))
	c := newGraphMaker(r, 2)
	c.conv(2, 1, 1, 0)
	c.relu6()
	c.conv(2, 3, 2, 1)
	g := c.end()
	copy(g.Initializers["conv0.w"].Float, []float32{0.1, 0, 0, 1})
	g.Initializers["conv0.b"] = NewFloat([]int{2}, []float32{3.1, 0})
	g.Nodes[0].Inputs = []string{"x", "conv0.w", "conv0.b"}
	for i := range 9 { // differences of neighbours
		g.Initializers["conv2.w"].Float[i], g.Initializers["conv2.w"].Float[9+i] = float32(i%3-1), 0.01
	}
	x := map[string]*Tensor{"x": random(r, 6, 2, 8, 8)}
	few := FewBit{Format: formatOf(t, "e4m3fn"), Calibration: calibrated(t, g, x["x"])}
	want := mustRun(t, g, nil, x)["y"]
	before := noise(want.Float, mustRun(t, g, few, x)["y"].Float)
	q := &Quantization{Graph: g, Samples: x, FewBit: few}
	p, err := PassByName("center")
	if err != nil {
		t.Fatal(err)
	}
	reports, err := q.Apply(p, Pass{"calibrate", "", runCalibrate})
	if err != nil {
		t.Fatal(err)
	}
	after := noise(want.Float, mustRun(t, q.Graph, q.FewBit, x)["y"].Float)
	e := reports[0].Entries[1]
	detail, ok := e.Detail.(Centering)
	if !ok || !e.Done || !detail.Map || detail.Shifts[0] < 2.5 || detail.Shifts[0] > 3.8 {
		t.Errorf("%+v", e)
	}
	if after.SQNR() < before.SQNR()+10 {
		t.Errorf("SQNR %.1f dB, before %.1f dB", after.SQNR(), before.SQNR())
	}

	// Nothing to gain: values on the format's grid.
	grid := NewFloat([]int{4, 2, 8, 8}, nil)
	for i := range grid.Float {
		grid.Float[i] = float32(i%15) - 7
	}
	_, entries, err := CenterActivations(g, FewBit{Format: quantizer.Int(4), Float: []string{"conv2"}}, map[string]*Tensor{"x": grid}, Options{})
	if err != nil || entries[0].Reason == "" || entries[1].Reason != "it stays in float32" {
		t.Errorf("%+v, error %v", entries, err)
	}
	grid.Float[3] = float32(math.NaN())
	if _, _, err := CenterActivations(g, few, map[string]*Tensor{"x": grid}, Options{}); !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), "conv0") {
		t.Errorf("error %v", err)
	}
	if _, _, err := CenterActivations(g, FewBit{Format: few.Format, Asymmetric: true}, x, Options{}); !errors.Is(err, quantizer.ErrScheme) {
		t.Errorf("error %v", err)
	}
}

// TestCenterShared: a tensor that several products and others read.
func TestCenterShared(t *testing.T) {
	g, x := tied(82)
	for i := range x.Float {
		x.Float[i] += 5
	}
	q, entries, err := CenterActivations(g, FewBit{Format: formatOf(t, "e3m2fn")}, map[string]*Tensor{"x": x}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !near(mustRun(t, q, nil, map[string]*Tensor{"x": x})["y"], mustRun(t, g, nil, map[string]*Tensor{"x": x})["y"], 1e-5) {
		t.Errorf("the network computes something else: %+v", entries)
	}
	if len(g.Nodes) != 11 || !slices.ContainsFunc(entries, func(e Centering) bool { return e.Shifts != nil }) {
		t.Errorf("%d nodes, %+v", len(g.Nodes), entries)
	}
}
