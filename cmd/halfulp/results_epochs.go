package main

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// curve is agreement after epochs of training.
type curve struct {
	name   string
	points []curvePoint
}

type curvePoint struct {
	epoch   int
	agree   int
	loss    float64
	seconds float64 // of training so far
}

// epochs compares training of thresholds with training of the weights themselves, which
// the same code does.
func (r *results) epochs() error {
	m := model{name: "kws_ds_cnn_s", data: "kws_mfcc49_nchw_data", ignore: []int{0}}
	g, d, err := r.load(m)
	if err != nil {
		return err
	}
	order := shuffled(d.Samples(), 1)
	learn, judge := order[:256], order[256:1280]
	s := &quantizeSubject{subject: subject{model: m.name, data: m.data, title: m.name, graph: g, calibration: d, test: choose(d, judge)}}
	s.divide(learn)
	e, err := newEvaluation(&s.subject, m.ignore, 0, r.line)
	if err != nil {
		return err
	}
	float, err := e.logits(nil)
	if err != nil {
		return err
	}
	q := &network.Quantization{
		Graph: g, Samples: map[string]*network.Tensor{e.input.Name: tensor(s.calibration)},
		FewBit: network.FewBit{Format: quantizer.Int(8)},
	}
	q.FewBit.Accumulator.Exact = true
	for _, name := range []string{"fold", "calibrate", "tie"} {
		pass, err := network.PassByName(name)
		if err != nil {
			return err
		}
		if _, err := q.Apply(pass); err != nil {
			return err
		}
	}
	var curves []curve
	for _, c := range []struct {
		what   network.Trains
		epochs int
		rate   float64
	}{{network.Thresholds, 6, 0.02}, {network.Weights, 60, 1e-4}} {
		steps := s.calibration.Samples() / 32
		o := network.DistillOptions{Seed: 1, Train: network.TrainOptions{
			Thresholds: &network.ThresholdOptions{FewBit: q.FewBit, Train: c.what},
			Schedule:   network.CosineRestarts(c.rate, c.rate/200, steps*max(2, c.epochs/3)),
		}}
		o.Teacher = q.Graph
		r.line.Begin("training of " + c.what.String())
		began := start()
		train, err := network.NewDistillation(q.Graph, tensor(s.calibration), tensor(s.validation), o)
		if err != nil {
			return err
		}
		line := curve{name: c.what.String()}
		spent := began.spent()
		for epoch := 0; epoch <= c.epochs; epoch++ {
			if epoch > 0 {
				began = start()
				if _, err := train.Epoch(); err != nil {
					return err
				}
				spent += began.spent()
			}
			r.line.At(epoch, c.epochs)
			if c.epochs > 12 && epoch > 6 && epoch%6 != 0 {
				continue
			}
			few := q.FewBit
			few.Threads = 1
			if few.Calibration, err = train.Calibration(); err != nil {
				return err
			}
			now := *e
			if now.graph, err = train.Graph(); err != nil {
				return err
			}
			logits, err := now.logits(few)
			if err != nil {
				return err
			}
			agree := int(math.Round(e.judge(float, logits).Agreement / 100 * float64(len(e.counted))))
			line.points = append(line.points, curvePoint{epoch, agree, train.Loss(), spent})
		}
		curves = append(curves, line)
	}
	n := len(e.counted)
	r.write("\n## A few epochs of thresholds\n\nkws_ds_cnn_s in int8, one scale per tensor, from the largest magnitudes on, without labels: 192 samples train, 64 choose the best state, %d judge. Thresholds are 20 numbers; the weights, trained by the same code towards the same logits, are 22,016. Rates fall from 0.02 and 1e-4, which was better for the weights than 1e-3.\n", n)
	var rows [][]string
	picture := chart.Lines{
		Title: "kws_ds_cnn_s in int8: agreement with float32 by epochs", XName: "epochs", YName: "agreement (percent)",
		Subtitle: fmt.Sprintf("%d samples that training has not seen", n),
	}
	for _, c := range curves {
		line := chart.Series{Name: c.name}
		for i, p := range c.points {
			line.Points = append(line.Points, chart.Point{X: float64(p.epoch), Y: 100 * float64(p.agree) / float64(n)})
			if i <= 2 || i == len(c.points)-1 || p.epoch == 6 || p.epoch == 30 {
				rows = append(rows, []string{c.name, fmt.Sprint(p.epoch), cell(p.agree, n), fmt.Sprintf("%.3f", p.loss), fmt.Sprintf("%.1f", p.seconds)})
			}
		}
		picture.Series = append(picture.Series, line)
	}
	r.table([]string{"trained", "epochs", "agreement %", "loss of validation", "CPU seconds"}, rows)
	return r.picture("results-epochs.svg", picture)
}
