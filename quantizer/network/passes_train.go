package network

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

// TrainingOptions say how the passes train and pointwise work. The zero value is usable.
type TrainingOptions struct {
	// Epochs is their number in each of the two passes; zero means 6.
	Epochs int
	// Distill has the batch, the seed, the loss and the rest; its
	// Train.Thresholds may be nil, FewBit there is that of the Quantization. A nil
	// Teacher means the graph before the first pass.
	Distill DistillOptions
	// Validation chooses the best state; nil means the samples themselves.
	Validation *Tensor
	// Each, unless nil, is called with the losses before the first epoch, which are of
	// epoch 0, and after every epoch, with the state to go on from. A pass ends with
	// its error.
	Each func(pass string, e DistillEpoch, s DistillState) error
	// Resume has states to go on from, by pass.
	Resume map[string]DistillState
}

// TrainedProduct says what training did with one product.
type TrainedProduct struct {
	Node string
	// Before and After are what quantizes its activation and its weights. Where
	// weights were trained the first two are equal.
	Before, After [2]quantizer.Quantizer
	// Moved is the number of Weights that have another code.
	Moved, Weights int
}

func runTrain(q *Quantization) ([]PassEntry, error) { return q.train("train", Thresholds) }

func runPointwise(q *Quantization) ([]PassEntry, error) { return q.train("pointwise", Pointwise) }

// train is the passes that distil.
func (q *Quantization) train(pass string, what Trains) ([]PassEntry, error) {
	if err := q.needsCalibration(); err != nil {
		return nil, err
	}
	if len(q.Samples) != 1 {
		return nil, report{fmt.Errorf("%w: training of a graph of %d inputs", ErrShape, len(q.Samples))}
	}
	var x *Tensor
	for _, x = range q.Samples {
	}
	o := q.Training
	thresholds := ThresholdOptions{}
	if o.Distill.Train.Thresholds != nil {
		thresholds = *o.Distill.Train.Thresholds
	}
	thresholds.FewBit, thresholds.Train = q.FewBit, what
	o.Distill.Train.Thresholds = &thresholds
	if o.Distill.Teacher == nil {
		o.Distill.Teacher = q.origin
	}
	if o.Distill.Train.Threads == 0 {
		o.Distill.Train.Threads = q.Options.Threads
	}
	q.aimOr()
	d, err := NewDistillation(q.Graph, x, o.Validation, o.Distill)
	if err != nil {
		return nil, err
	}
	if o.Each != nil && o.Resume[pass].Epochs == 0 {
		if err := o.Each(pass, DistillEpoch{Validation: d.Loss(), Best: true}, d.State()); err != nil {
			return nil, err
		}
	}
	if s, ok := o.Resume[pass]; ok {
		if err := d.SetState(s); err != nil {
			return nil, err
		}
	}
	if o.Epochs <= 0 {
		o.Epochs = 6
	}
	for d.State().Epochs < o.Epochs {
		e, err := d.Epoch()
		if err != nil {
			return nil, err
		}
		if o.Each != nil {
			if err := o.Each(pass, e, d.State()); err != nil {
				return nil, err
			}
		}
	}
	c, err := d.Calibration()
	if err != nil {
		return nil, err
	}
	g, err := d.Graph()
	if err != nil {
		return nil, err
	}
	now := q.FewBit
	now.Calibration = c
	products, err := compare(q.Graph, g, q.FewBit, now)
	if err != nil {
		return nil, err
	}
	q.Graph, q.FewBit = g, now
	var out []PassEntry
	for _, p := range products {
		if what == Thresholds {
			lo, hi := p.Before[0].Scheme.Range(p.Before[0].Params[0])
			left, right := p.After[0].Scheme.Range(p.After[0].Params[0])
			out = append(out, entryOf(p.Node, "", p, "activations to %.4g, before to %.4g; %d of %d weights have another code", max(-left, right), max(-lo, hi), p.Moved, p.Weights))
			continue
		}
		out = append(out, entryOf(p.Node, "", p, "%d of %d weights have another code", p.Moved, p.Weights))
	}
	return out, nil
}

// compare returns what is different between two quantized forms of a network, of its
// products with constant weights that are a node of their own.
func compare(before, after *Graph, few, now FewBit) ([]TrainedProduct, error) {
	var nets [2]*Network
	for i, g := range []*Graph{before, after} {
		n, err := New(g, Options{})
		if err != nil {
			return nil, err
		}
		nets[i] = n
	}
	var out []TrainedProduct
	for i, s := range nets[0].sites {
		if few.KeepsFloat(s.Node) || s.Part != "" || s.Kind == MatMulSite {
			continue
		}
		p := TrainedProduct{Node: s.Node, Weights: len(s.Weight.Float)}
		var codes [2][]int32
		for k, site := range []*Site{s, nets[1].sites[i]} {
			f, side := few, &p.Before
			if k == 1 {
				f, side = now, &p.After
			}
			var err error
			if side[0], side[1], err = f.Operands(site); err != nil {
				return nil, err
			}
			codes[k] = make([]int32, p.Weights)
			quantizer.QuantizeTensor(codes[k], site.Weight.Float, side[1])
		}
		for k, c := range codes[0] {
			if c != codes[1][k] {
				p.Moved++
			}
		}
		out = append(out, p)
	}
	return out, nil
}
