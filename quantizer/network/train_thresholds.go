package network

import (
	"fmt"
	"math"
	"sort"

	"github.com/halfulp/halfulp/quantizer"
)

// ThresholdOptions say which thresholds a [Trainer] trains.
//
// Every product of Conv, Gemm and MatMul with constant weights computes as FewBit does,
// and trains the thresholds of its operands, from those of the Calibration and of the
// largest weights on. They are parameters of the trainer by the names "NODE: activations",
// of one threshold, and "NODE: weights", of one or one for each output channel. Gradients
// go straight through the rounding (see [quantizer.Surrogate]) to thresholds and to
// earlier products. Weights and biases do not change.
//
// Products of other operators compute as FewBit does too; one that needs a gradient is
// an error that wraps ErrUnsupported.
type ThresholdOptions struct {
	FewBit FewBit
	// Form is what of a threshold is trained, Limits where it may go.
	Form   quantizer.Form
	Limits quantizer.Limits
	// ActivationsOnly leaves the thresholds of weights as they are, and with them the
	// rounded weights that biases were corrected for.
	ActivationsOnly bool
}

// thresholdTraining is the arithmetic of a network whose thresholds are trained.
type thresholdTraining struct {
	options  ThresholdOptions
	few      FewBit // with a calibration of its own, which has the thresholds as they are now
	products map[string]*trainedProduct
	order    []*trainedProduct // those that the logits depend on
}

// trainedProduct is a product whose operands are rounded with trained thresholds.
type trainedProduct struct {
	engine              *engine
	activation, weights *quantizer.Trained
	parameters          [2]*parameter // of activation and weights
	// What FewBit makes of the site with the thresholds as they are now.
	linear LinearFunc
	conv   ConvFunc
}

func newThresholdTraining(o ThresholdOptions, threads int) *thresholdTraining {
	a := &thresholdTraining{options: o, few: o.FewBit, products: map[string]*trainedProduct{}}
	a.few.Threads = threads
	a.few.Calibration = NewCalibration()
	if o.FewBit.Calibration != nil {
		a.few.Calibration = o.FewBit.Calibration.clone()
	}
	return a
}

// Linear implements [Arithmetic].
func (a *thresholdTraining) Linear(s *Site) (LinearFunc, error) {
	if a.few.KeepsFloat(s.Node) || s.Part != "" {
		return a.few.Linear(s)
	}
	p, err := a.add(s)
	if err != nil {
		return nil, err
	}
	return func(y, x []float32, rows, lo, hi int) error { return p.linear(y, x, rows, lo, hi) }, nil
}

// Conv implements [Arithmetic].
func (a *thresholdTraining) Conv(s *Site) (ConvFunc, error) {
	if a.few.KeepsFloat(s.Node) {
		return a.few.Conv(s)
	}
	p, err := a.add(s)
	if err != nil {
		return nil, err
	}
	return func(y, x []float32, c ConvShape) error { return p.conv(y, x, c) }, nil
}

// MatMul implements [Arithmetic].
func (a *thresholdTraining) MatMul(s *Site) (MatMulFunc, error) { return a.few.MatMul(s) }

func (a *thresholdTraining) add(s *Site) (*trainedProduct, error) {
	e, err := a.few.engine(s)
	if err != nil {
		return nil, err
	}
	p := &trainedProduct{engine: e}
	a.products[s.Node] = p
	return p, nil
}

// product returns that of a node, or nil.
func (a *thresholdTraining) product(node string) *trainedProduct {
	if a == nil {
		return nil
	}
	return a.products[node]
}

// sizes returns how many elements all rounded operands have, with the gradients of
// weights, and the activation of most elements.
func (a *thresholdTraining) sizes(p *plan) (all, most int64) {
	if a == nil {
		return 0, 0
	}
	for i := range p.steps {
		s := &p.steps[i]
		if product := a.product(s.name); product != nil {
			n, _ := sizeOf(p.values[s.in[0]].shape)
			all += int64(n) + 2*int64(len(product.engine.site.Weight.Float))
			most = max(most, int64(n))
		}
	}
	return all, most
}

// adoptThresholds makes parameters of the thresholds.
func (t *Trainer) adoptThresholds() error {
	a := t.thresholds
	for i := range t.net.steps {
		s := &t.net.steps[i]
		p := a.product(s.name)
		if p == nil {
			continue
		}
		if err := p.begin(a, s.node); err != nil {
			return t.net.fault(s.name, s.node, err)
		}
		a.order = append(a.order, p)
		operands := []*quantizer.Trained{p.activation, p.weights}
		if a.options.ActivationsOnly {
			operands = operands[:1]
		}
		for i, trained := range operands {
			name := s.name + [2]string{": activations", ": weights"}[i]
			if t.graph.Initializers[name] != nil {
				return fmt.Errorf("%w: an initializer has the name %q of thresholds", ErrGraph, name)
			}
			p.parameters[i] = newParameter(name, NewFloat([]int{len(trained.Values)}, trained.Values))
			t.order = append(t.order, p.parameters[i])
		}
	}
	if len(a.order) == 0 {
		return fmt.Errorf("%w: no thresholds to train", ErrGraph)
	}
	sort.Slice(t.order, func(i, j int) bool { return t.order[i].name < t.order[j].name })
	return a.project()
}

// begin sets the thresholds to those that the calibration and the weights give.
func (p *trainedProduct) begin(a *thresholdTraining, node *Node) error {
	site, c := p.engine.site, a.few.Calibration
	channels := site.Weight.Shape[0]
	threshold, err := c.threshold(activation{site.String(), 'x', 0, channels})
	if err != nil {
		return err
	}
	scheme := quantizer.Scheme{Format: p.engine.format}
	ranges := func(thresholds ...float64) []quantizer.Range {
		r := make([]quantizer.Range, len(thresholds))
		for i, t := range thresholds {
			r[i] = quantizer.Range{Lo: -float32(t), Hi: float32(t)}
		}
		return r
	}
	if p.activation, err = quantizer.NewTrained(scheme, a.options.Form, a.options.Limits, ranges(threshold)); err != nil {
		return fmt.Errorf("activations: %w", err)
	}
	thresholds, err := p.engine.weightThresholds()
	if err != nil {
		return err
	}
	if len(thresholds) > 1 {
		// In the layout of the graph, in which the gradient is computed.
		scheme.Grouping = quantizer.PerChannel(channels, len(site.Weight.Float)/channels)
		if node.Op != "Conv" && node.Attrs["transB"].Int == 0 {
			scheme.Grouping = quantizer.PerChannel(channels, 1)
		}
	}
	if p.weights, err = quantizer.NewTrained(scheme, a.options.Form, a.options.Limits, ranges(thresholds...)); err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	return nil
}

// project brings the thresholds back into their limits and rounds the weights with
// them. The error of a threshold that is NaN or infinite wraps quantizer.ErrNotFinite.
func (a *thresholdTraining) project() error {
	for _, p := range a.order {
		site := p.engine.site
		for _, t := range []*quantizer.Trained{p.activation, p.weights} {
			if err := t.Project(); err != nil {
				return fmt.Errorf("thresholds of %v: %w", site, err)
			}
		}
		a.few.Calibration.train(site.String(), p.engine.format, scalesOf(p.activation)[0], scalesOf(p.weights))
		var err error
		if site.Kind == ConvSite {
			p.conv, err = a.few.Conv(site)
		} else {
			p.linear, err = a.few.Linear(site)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func scalesOf(t *quantizer.Trained) []float32 {
	s := make([]float32, t.Groups())
	for g := range s {
		k := t.Surrogate(g)
		s[g] = k.Params().Scale
	}
	return s
}

// gradient makes a layer that computes in few bits, and whose gradient is that of the
// rounded operands, handed on to the thresholds and, where the rounding clips nothing,
// to the activations.
func (p *trainedProduct) gradient(b *layerBuilder, l *layer, rule func(b *layerBuilder, l *layer) error) error {
	x, w, compute := b.in[0], b.in[1], l.forward
	xs, ws := len(x.tensor.Float), len(w.tensor.Float)
	hat := &taped{tensor: NewFloat(x.tensor.Shape, nil), gradient: b.tape.rounded[:xs]}
	what := &taped{tensor: NewFloat(w.tensor.Shape, nil), gradient: make([]float32, ws)}
	b.in[0], b.in[1] = hat, what
	err := rule(b, l)
	b.in[0], b.in[1] = x, w
	if err != nil || l.backward == nil {
		return err
	}
	samples := x.tensor.Shape[0]
	size, workers, operands := xs/samples, &b.t.workers, l.backward
	sums, byChannel := make([]quantizer.Gradient, samples), make([]quantizer.Gradient, p.weights.Groups())
	l.forward = func() error {
		workers.each(samples, func(_ *worker, i int) {
			p.activation.Forward(hat.tensor.Float[i*size:][:size], x.tensor.Float[i*size:][:size])
		})
		p.weights.Forward(what.tensor.Float, w.tensor.Float)
		return compute()
	}
	l.backward = func() {
		clear(hat.gradient)
		clear(what.gradient)
		operands()
		k := p.activation.Surrogate(0)
		workers.each(samples, func(_ *worker, i int) {
			var dx []float32
			if x.gradient != nil {
				dx = x.gradient[i*size:][:size]
			}
			sums[i] = k.Backward(dx, hat.gradient[i*size:][:size], x.tensor.Float[i*size:][:size])
		})
		total := quantizer.Gradient{Size: sumSamples(samples, func(lo, hi int) float64 {
			sum := 0.0
			for _, s := range sums[lo:hi] {
				sum += s.Size
			}
			return sum
		})}
		p.activation.Gradient(p.parameters[0].gradient, []quantizer.Gradient{total}, size)
		if p.parameters[1] == nil {
			return
		}
		clear(byChannel)
		p.weights.Backward(byChannel, nil, what.gradient, w.tensor.Float)
		p.weights.Gradient(p.parameters[1].gradient, byChannel, ws/len(byChannel))
	}
	return nil
}

// Calibration returns the thresholds as they are now, for a [FewBit] of the same format
// and PerChannel, with which a network has the logits of the trainer, bit for bit; nil
// without TrainOptions.Thresholds.
func (t *Trainer) Calibration() *Calibration {
	if t.thresholds == nil {
		return nil
	}
	return t.thresholds.few.Calibration.clone()
}

// finite returns an error for the first element that is NaN or infinite.
func finite(x []float32) error {
	for i, v := range x {
		if !(math.Abs(float64(v)) <= math.MaxFloat32) {
			return fmt.Errorf("%w: %v at index %d", quantizer.ErrNotFinite, v, i)
		}
	}
	return nil
}
