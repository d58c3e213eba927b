package network

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// TestCorrectBias: in the corrected network every product of few bits has the
// channel means of float32, each after those before it were corrected.
func TestCorrectBias(t *testing.T) {
	c := newGraphMaker(rand.New(rand.NewPCG(21, 22)), 3)
	c.conv(6, 3, 1, 1)
	c.relu6()
	c.conv(6, 3, 6, 1)
	c.relu6()
	c.conv(5, 1, 1, 0)
	c.add("GlobalAveragePool", nil)
	c.add("Flatten", nil)
	c.gemm(4, 1, false)
	c.add("Relu", nil)
	c.Initializers["m"] = random(c.r, 4, 2)
	c.add("MatMul", nil, "m")
	g := c.end()
	x := map[string]*Tensor{"x": random(c.r, 100, 3, 6, 6)}
	calibration := NewCalibration()
	mustRun(t, g, calibration.Observe(Float32Arithmetic{}), x)
	few := FewBit{Format: quantizer.Int(4), Calibration: calibration, Accumulator: blas.Accumulator{Exact: true}}

	corrected, entries, err := CorrectBias(g, few, x, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	float, before, after := observe(t, g, x), NewOutputStatistics(), NewOutputStatistics()
	mustRun(t, g, before.Observe(few), x)
	mustRun(t, corrected, after.Observe(few), x)
	if len(entries) != 5 || entries[4].Shift != nil || !strings.Contains(entries[4].Reason, "MatMul") {
		t.Fatalf("entries %+v", entries)
	}
	for _, e := range entries[:4] {
		want, was, got := float.Channels(e.Node), before.Channels(e.Node), after.Channels(e.Node)
		var change, sum, size float64
		for k := range want {
			change = max(change, math.Abs(was[k].Mean-want[k].Mean))
			// What is added to each sum rounds otherwise than in the bias, so some
			// activations may fall on the other side of a tie.
			if math.Abs(got[k].Mean-want[k].Mean) > 2e-3*(1+want[k].Deviation) {
				t.Errorf("%s: the mean of channel %d is %v, %v in float32, %v before", e.Node, k, got[k].Mean, want[k].Mean, was[k].Mean)
			}
			sum += float64(e.Shift[k]) * float64(e.Shift[k])
			size += want[k].Mean * want[k].Mean
		}
		if change < 0.01 {
			t.Errorf("%s: nothing to correct", e.Node)
		}
		n := float64(len(want))
		if math.Abs(e.Error-math.Sqrt(sum/n)) > 1e-6 || math.Abs(e.Size-math.Sqrt(size/n)) > 1e-6 {
			t.Errorf("%s: error %v and size %v", e.Node, e.Error, e.Size)
		}
	}
	if same(g.Initializers["gemm7.b"], corrected.Initializers["gemm7.b"]) || !same(g.Initializers["gemm7.w"], corrected.Initializers["gemm7.w"]) {
		t.Error("the biases have not changed, or the weights have")
	}

	// The correction of float32 is none.
	_, entries, err = CorrectBias(g, Float32Arithmetic{}, x, Options{})
	if err != nil || entries[0].Error != 0 {
		t.Errorf("entries %+v, error %v", entries, err)
	}
	if _, _, err := CorrectBias(g, FewBit{Format: quantizer.Int(8), Calibration: NewCalibration()}, x, Options{}); !errors.Is(err, ErrNotCalibrated) {
		t.Errorf("error %v", err)
	}
	if _, _, err := CorrectBias(g, few, nil, Options{}); !errors.Is(err, ErrShape) {
		t.Errorf("error %v", err)
	}
}
