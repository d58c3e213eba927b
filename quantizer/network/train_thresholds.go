package network

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/halfulp/halfulp/quantizer"
)

// ThresholdOptions say what a [Trainer] of a network in few bits trains.
//
// Every product of Conv, Gemm and MatMul with constant weights computes as FewBit does,
// and trains the thresholds of its operands, from those of the Calibration and of the
// largest weights on. They are parameters of the trainer by the names "NODE: activations",
// of one threshold, or where activations are asymmetric of a width and a left limit, and
// "NODE: weights", of one or one for each output channel. Products whose activations are
// tied ([Calibration.Tie]) have one threshold of them, by the name of the first. Gradients
// go straight through the rounding (see [quantizer.Surrogate]) to thresholds and to
// earlier products. Weights and biases do not change, unless Train says so.
//
// Products of other operators compute as FewBit does too; one that needs a gradient is
// an error that wraps ErrUnsupported.
type ThresholdOptions struct {
	FewBit FewBit
	// Train says what is trained.
	Train Trains
	// Form is what of a threshold is trained, Limits where it may go.
	Form   quantizer.Form
	Limits quantizer.Limits
	// ActivationsOnly leaves the thresholds of weights as they are, and with them the
	// rounded weights that biases were corrected for.
	ActivationsOnly bool
}

// Trains says what is trained of a network in few bits.
type Trains uint8

const (
	// Thresholds trains the thresholds alone, a few numbers for each product.
	Thresholds Trains = iota
	// Pointwise trains a multiplier of every weight and bias of the products in few
	// bits, within 0.75 and 1.25 and from 1 on, with the thresholds as they are
	// (Goncharenko, Denisov and Alyamkin, chapter 6 of "Low-Power Computer Vision",
	// 2022): so single weights cross a rounding boundary. Parameters have the names of
	// the initializers.
	Pointwise
	// Weights trains these weights and biases themselves, with the thresholds as they
	// are: what training of thresholds is to be compared with.
	Weights
	trains // their number
)

// String returns the name in lower case.
func (t Trains) String() string {
	if t < trains {
		return [...]string{"thresholds", "pointwise", "weights"}[t]
	}
	return "unknown"
}

// leastMultiplier and mostMultiplier bound the multipliers of Pointwise.
const leastMultiplier, mostMultiplier = 0.75, 1.25

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
	parameters          [2]*parameter // of activation and weights; nil where these are not trained
	// rows and bias, unless nil, bring copies of initializers that are trained up to
	// date, which the site has in its own layout.
	rows, bias func()
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

// initializers returns the names of the weights and biases of the products of few bits.
func (a *thresholdTraining) initializers(g *Graph) []string {
	var names []string
	for i, node := range nodeNames(g.Nodes) {
		n := &g.Nodes[i]
		if n.Op != "Conv" && n.Op != "Gemm" && n.Op != "MatMul" || a.few.KeepsFloat(node) {
			continue
		}
		for k, name := range n.Inputs {
			if t := g.Initializers[name]; t != nil && t.Type.IsFloat() && roleOf(n.Op, k).trainable() && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
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

// adoptThresholds makes parameters of the thresholds, where these are trained.
func (t *Trainer) adoptThresholds() error {
	a := t.thresholds
	tied := map[string]*trainedProduct{} // the first product of each tie
	for i := range t.net.steps {
		s := &t.net.steps[i]
		p := a.product(s.name)
		if p == nil {
			continue
		}
		if err := p.begin(a, s.node, t.graph); err != nil {
			return t.net.fault(s.name, s.node, err)
		}
		a.order = append(a.order, p)
		operands := []*quantizer.Trained{p.activation, p.weights}
		switch {
		case a.options.Train != Thresholds:
			operands = nil
		case a.options.ActivationsOnly:
			operands = operands[:1]
		}
		for i, trained := range operands {
			if tie := a.few.Calibration.ties[s.name]; i == 0 && tie != "" {
				if first := tied[tie]; first != nil {
					p.activation, p.parameters[0] = first.activation, first.parameters[0]
					continue
				}
				tied[tie] = p
			}
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
	return t.project()
}

// begin sets the thresholds to those that the calibration and the weights give.
func (p *trainedProduct) begin(a *thresholdTraining, node *Node, g *Graph) error {
	site := p.engine.site
	channels := site.Weight.Shape[0]
	few := p.engine.FewBit
	r, err := few.Calibration.rangeOf(activation{site.String(), 'x', 0, channels}, few.ActivationScheme(), few.Criterion)
	if err != nil {
		return err
	}
	ranges := func(list ...interval) []quantizer.Range {
		r := make([]quantizer.Range, len(list))
		for i, v := range list {
			r[i] = quantizer.Range{Lo: float32(v.lo), Hi: float32(v.hi)}
		}
		return r
	}
	if p.activation, err = quantizer.NewTrained(p.engine.x.scheme, a.options.Form, a.options.Limits, ranges(r)); err != nil {
		return fmt.Errorf("activations: %w", err)
	}
	weights, err := few.weightRanges(site.Weight.Float, channels, site.String())
	if err != nil {
		return fmt.Errorf("weights %q: %w", site.WeightName, err)
	}
	// In the layout of the graph, in which the gradient is computed.
	scheme := p.engine.w.scheme
	if len(weights) > 1 && node.Op != "Conv" && node.Attrs["transB"].Int == 0 {
		scheme.Grouping = quantizer.PerChannel(channels, 1)
	}
	if p.weights, err = quantizer.NewTrained(scheme, a.options.Form, a.options.Limits, ranges(weights...)); err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	if a.options.Train != Thresholds {
		p.follow(node, g)
	}
	return nil
}

// follow prepares what brings the site's copies of weights and biases up to date.
func (p *trainedProduct) follow(node *Node, g *Graph) {
	if node.Op == "Conv" {
		return // the site has the initializers themselves, or views of them
	}
	site := p.engine.site
	if w := g.Initializers[node.Inputs[1]]; w != nil && len(w.Shape) == 2 && node.Attrs["transB"].Int == 0 {
		p.rows = func() { transposeMatrix(site.Weight.Float, w.Float, w.Shape[0], w.Shape[1]) }
	}
	if node.Op != "Gemm" || site.Bias == nil {
		return
	}
	beta := float32(1)
	if a, ok := node.Attrs["beta"]; ok {
		beta = a.Float
	}
	if c := g.Initializers[node.Inputs[2]]; c != nil {
		p.bias = func() {
			for j := range site.Bias {
				site.Bias[j] = beta * c.Float[j%len(c.Float)]
			}
		}
	}
}

// project makes what was trained take effect: it brings multipliers and thresholds back
// into their limits and rounds the weights with them. The error of one that is NaN or
// infinite wraps quantizer.ErrNotFinite.
func (t *Trainer) project() error {
	a := t.thresholds
	for _, p := range t.order {
		if err := finite(p.tensor.Float); err != nil {
			return fmt.Errorf("%q: %w", p.name, err)
		}
		if p.of == nil {
			continue
		}
		for i, m := range p.tensor.Float {
			m = clamp(m, leastMultiplier, mostMultiplier)
			p.tensor.Float[i], p.of.Float[i] = m, p.base[i]*m
		}
	}
	for _, p := range a.order {
		site := p.engine.site
		for _, t := range []*quantizer.Trained{p.activation, p.weights} {
			if err := t.Project(); err != nil {
				return fmt.Errorf("thresholds of %v: %w", site, err)
			}
		}
		for _, update := range []func(){p.rows, p.bias} {
			if update != nil {
				update()
			}
		}
		a.few.Calibration.train(site.String(), intervals(p.activation)[0], intervals(p.weights))
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

// intervals returns the ranges of all groups.
func intervals(t *quantizer.Trained) []interval {
	q := t.Quantizer()
	out := make([]interval, len(q.Params))
	for g, p := range q.Params {
		out[g] = intervalOf(q.Scheme, p)
	}
	return out
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
		if p.parameters[0] != nil {
			total := quantizer.Gradient{
				Size: sumGradients(sums, func(g quantizer.Gradient) float64 { return g.Size }),
				Left: sumGradients(sums, func(g quantizer.Gradient) float64 { return g.Left }),
			}
			p.activation.Gradient(p.parameters[0].gradient, []quantizer.Gradient{total}, size)
		}
		if p.parameters[1] == nil && w.gradient == nil {
			return
		}
		clear(byChannel)
		p.weights.Backward(byChannel, w.gradient, what.gradient, w.tensor.Float)
		if p.parameters[1] != nil {
			p.weights.Gradient(p.parameters[1].gradient, byChannel, ws/len(byChannel))
		}
	}
	return nil
}

// sumGradients adds a part of the gradients of all samples.
func sumGradients(sums []quantizer.Gradient, of func(quantizer.Gradient) float64) float64 {
	return sumSamples(len(sums), func(lo, hi int) float64 {
		sum := 0.0
		for _, s := range sums[lo:hi] {
			sum += of(s)
		}
		return sum
	})
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
