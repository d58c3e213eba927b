package main

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// adaRound compares rescaling and trained thresholds with AdaRound, and their times.
func (r *results) adaRound() error {
	m := model{name: "kws_ds_cnn_s", data: "kws_mfcc49_nchw_data", ignore: []int{0}}
	g, d, err := r.load(m)
	if err != nil {
		return err
	}
	order := shuffled(d.Samples(), 1)
	s := &quantizeSubject{subject: subject{model: m.name, data: m.data, title: m.name, graph: g, calibration: d, test: choose(d, order[256:1280])}}
	s.divide(order[:256])
	e, err := newEvaluation(&s.subject, m.ignore, 0, r.line)
	if err != nil {
		return err
	}
	float, err := e.logits(nil)
	if err != nil {
		return err
	}
	n := len(e.counted)
	var rows [][]string
	var bars []bar
	for _, format := range []string{"int8", "int4"} {
		f, err := quantizer.ParseFormat(format)
		if err != nil {
			return err
		}
		for _, c := range []struct {
			name   string
			passes []string
		}{
			{"naive", []string{"fold", "calibrate"}},
			{"AdaRound", []string{"fold", "calibrate", "tie", "adaround"}},
			{"rescaled and trained", []string{"fold", "equalize", "calibrate", "tie", "train", "correct"}},
		} {
			q := &network.Quantization{
				Graph: g, Samples: map[string]*network.Tensor{e.input.Name: tensor(s.calibration)},
				FewBit:   network.FewBit{Format: quantizer.Int(8), WeightFormat: f},
				Training: network.TrainingOptions{Epochs: 6, Validation: tensor(s.validation), Distill: network.DistillOptions{Seed: 1}},
			}
			q.FewBit.Accumulator.Exact = true
			began := start()
			for _, name := range c.passes {
				r.line.Begin(format + " weights, " + c.name + ": " + name)
				pass, err := network.PassByName(name)
				if err != nil {
					return err
				}
				if _, err := q.Apply(pass); err != nil {
					return err
				}
			}
			spent := began.spent()
			now, few := *e, q.FewBit
			now.graph, few.Threads = q.Graph, 1
			logits, err := now.logits(few)
			if err != nil {
				return err
			}
			run := e.judge(float, logits)
			agree := int(math.Round(run.Agreement / 100 * float64(n)))
			rows = append(rows, []string{format + " weights: " + c.name, cell(agree, n), fmt.Sprintf("%.1f", *run.SQNR), fmt.Sprintf("%.1f", spent)})
			bars = append(bars, bar{format + " weights: " + c.name, agree, n})
		}
	}
	r.write("\n## Rescaling and trained thresholds, and AdaRound\n\nkws_ds_cnn_s, one scale per tensor, int8 activations. 192 samples calibrate and train, 64 choose the best epoch, %d judge. AdaRound learns for every weight whether it is rounded down or up, layer by layer, 10,000 steps each; it needs no validation.\n", n)
	r.table([]string{"kws_ds_cnn_s", "agreement %", "SQNR dB", "CPU seconds"}, rows)
	return r.picture("results-adaround.svg", barChart("kws_ds_cnn_s: agreement with float32", bars))
}
