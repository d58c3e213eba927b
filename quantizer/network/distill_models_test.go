package network_test

import (
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer/network"
)

// every returns the samples first, first+step, ..., at most so many, and their labels.
func (m model) every(first, step, most int) (*network.Tensor, []int) {
	var x []float32
	var labels []int
	for i := first; i < m.data.Samples() && len(labels) < most; i += step {
		x = m.data.AppendInput(x, i, i+1)
		labels = append(labels, m.data.Labels()[i])
	}
	return network.NewFloat(append([]int{len(labels)}, m.data.Shape()...), x), labels
}

// TestDistillModel trains thresholds of kws_ds_cnn_s, which loses most of what int8
// costs it to the threshold of its input. 256 samples calibrate and train, 128 others
// validate, 611 others judge.
func TestDistillModel(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	m := openModel(t, "kws_ds_cnn_s", "kws_mfcc49_nchw_data")
	g, _ := network.FoldBatchNorm(m.graph)
	train, _ := m.every(0, 8, 256)
	validation, _ := m.every(1, 8, 128)
	judge, labels := m.every(2, 4, 611)
	in := func(x *network.Tensor) map[string]*network.Tensor {
		return map[string]*network.Tensor{g.Inputs[0].Name: x}
	}
	c := network.NewCalibration()
	logits(t, g, c.Observe(network.Float32Arithmetic{}), in(train))
	float := logits(t, g, nil, in(judge))
	few := network.FewBit{Format: parse(t, "int8"), Calibration: c, Accumulator: blas.Accumulator{Exact: true}}
	score := func(name string, a network.Arithmetic) (agree int) {
		y := logits(t, g, a, in(judge))
		right, n := hits(y, labels, true)
		agree = agreement(y, float)
		lo, hi := wilson(agree, len(labels))
		t.Logf("%s: %d of %d agree with float32 (%.1f to %.1f %%), %d of %d right", name, agree, len(labels), lo, hi, right, n)
		return agree
	}
	score("float32", nil)
	before := score("min-max", few)
	d, err := network.NewDistillation(g, train, validation, network.DistillOptions{
		Train: network.TrainOptions{Thresholds: &network.ThresholdOptions{FewBit: few}},
	})
	if err != nil {
		t.Fatal(err)
	}
	loss := d.Loss()
	for range 6 {
		if _, err := d.Epoch(); err != nil {
			t.Fatal(err)
		}
	}
	if few.Calibration, err = d.Calibration(); err != nil {
		t.Fatal(err)
	}
	after := score("trained", few)
	t.Logf("validation loss %.3f, after training %.3f", loss, d.Loss())
	if d.Loss() > 0.7*loss || after < before+20 {
		t.Errorf("training takes the loss from %.3f to %.3f, agreement from %d to %d", loss, d.Loss(), before, after)
	}
}
