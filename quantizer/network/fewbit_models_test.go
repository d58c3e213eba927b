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

// TestFewBitModel runs kws_ds_cnn_s in few bits on every eighth sample of its data
// and compares with the figures of the data's README, which were found on all
// samples by simulation in numpy: accuracy without label 0, and relative RMS error
// of the logits, which the README has over all labels. The samples left out allow
// 3.5 points (two standard deviations of the accuracy on 280 samples) and a fifth
// of the error.
func TestFewBitModel(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	models := filepath.Join(shared.Dir(t), "models")
	g, err := onnx.ReadFile(filepath.Join(models, "kws_ds_cnn_s.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	g, foldings := network.FoldBatchNorm(g)
	for _, f := range foldings {
		if f.Into == "" {
			t.Errorf("%s was not folded: %s", f.BatchNorm, f.Reason)
		}
	}
	data, err := npz.OpenDataset(filepath.Join(models, "kws_mfcc49_nchw_data.npz"), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	input := func(samples []int) map[string]*network.Tensor {
		var x []float32
		for _, s := range samples {
			x = data.AppendInput(x, s, s+1)
		}
		return map[string]*network.Tensor{g.Inputs[0].Name: network.NewFloat(append([]int{len(samples)}, data.Shape()...), x)}
	}
	run := func(a network.Arithmetic, samples []int) []float32 {
		t.Helper()
		n, err := network.New(g, network.Options{Arithmetic: a})
		if err != nil {
			t.Fatal(err)
		}
		var logits []float32
		for len(samples) > 0 {
			batch := min(64, len(samples))
			y, err := n.Run(input(samples[:batch]))
			if err != nil {
				t.Fatal(err)
			}
			logits = append(logits, y[g.Outputs[0].Name].Float...)
			samples = samples[batch:]
		}
		return logits
	}
	var first, judged []int
	for i := range data.Samples() {
		if i < 128 {
			first = append(first, i)
		}
		if i%8 == 0 {
			judged = append(judged, i)
		}
	}
	calibration := network.NewCalibration()
	run(calibration.Observe(network.Float32Arithmetic{}), first)
	float := run(nil, judged)
	for _, c := range []struct {
		format          string
		perChannel      bool
		accuracy, error float64
	}{
		{"int8", false, 88.93, 0.194},
		{"int8", true, 89.65, 0.194},
		{"e3m4", false, 91.21, 0.042},
	} {
		logits := run(network.FewBit{
			Format: parse(t, c.format), PerChannel: c.perChannel, Calibration: calibration,
			Accumulator: blas.Accumulator{Exact: c.format == "int8"},
		}, judged)
		classes := len(logits) / len(judged)
		var right, counted, signal, noise float64
		for i, s := range judged {
			q, f := logits[i*classes:][:classes], float[i*classes:][:classes]
			top := 0
			for k := range q {
				if q[k] > q[top] {
					top = k
				}
				d := float64(q[k]) - float64(f[k])
				signal += float64(f[k]) * float64(f[k])
				noise += d * d
			}
			if label := data.Labels()[s]; label != 0 {
				counted++
				if label == top {
					right++
				}
			}
		}
		accuracy, relative := 100*right/counted, math.Sqrt(noise/signal)
		t.Logf("%s, per channel %v: %.2f %% of %v samples, relative error %.3f", c.format, c.perChannel, accuracy, counted, relative)
		if math.Abs(accuracy-c.accuracy) > 3.5 || math.Abs(relative-c.error) > 0.2*c.error {
			t.Errorf("%s, per channel %v: %.2f %%, relative error %.3f; want %.2f %% and %.3f", c.format, c.perChannel, accuracy, relative, c.accuracy, c.error)
		}
	}
}
