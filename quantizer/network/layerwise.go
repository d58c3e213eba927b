package network

import (
	"fmt"
	"slices"
	"sync"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// WeightFit says what [FitWeights] or [LearnRounding] did with one product.
type WeightFit struct {
	Node string
	// Before and After are the mean square errors of the outputs, over samples, positions
	// and channels, from those of the reference in float32 on the same samples: with the
	// weights as they were and with the new ones, both rounded and with the best biases,
	// and with the few-bit inputs that the products before leave.
	Before, After float64
	Size          float64 // the mean square of the outputs in float32
	Moved         int     // of Weights, that have another code
	Weights       int
	Reason        string // why it was left alone
}

// mostInputs bounds the inputs of one output: the matrix of their second moments has the
// square of it.
const mostInputs = 2048

// layerMoments are what a product of few bits needs to know of its inputs and of what it is to
// make of them: with X the columns of inputs as they are rounded and Y the outputs in
// float32 less biases, of n positions in all.
type layerMoments struct {
	inputs, outputs int
	n               float64
	gram            []float64 // X X', [inputs, inputs]
	cross           []float64 // Y X', [outputs, inputs]
	input, output   []float64 // sums of X and of Y
	square          float64   // of all Y
	// shift is taken from each input before: near its mean, so that float32 does not lose
	// what is small beside it. Centered moments do not depend on it.
	shift []float32
}

func newLayerMoments(inputs, outputs int) *layerMoments {
	return &layerMoments{
		inputs: inputs, outputs: outputs, gram: make([]float64, inputs*inputs), cross: make([]float64, outputs*inputs),
		input: make([]float64, inputs), output: make([]float64, outputs),
	}
}

// add takes positions into account: columns of inputs by rows, [inputs, positions], and
// outputs, [outputs, positions]. It changes the columns. Sums over the positions are
// float32 chains, over the calls float64.
func (m *layerMoments) add(columns, y []float32, positions int, w *worker) {
	d, o := m.inputs, m.outputs
	if m.shift == nil {
		m.shift = make([]float32, d)
		for i := range d {
			m.shift[i] = float32(rowSum(columns[i*positions:][:positions]) / float64(positions))
		}
	}
	for i, s := range m.shift {
		row := columns[i*positions:][:positions]
		for j := range row {
			row[j] -= s
		}
	}
	part := make([]float32, d*d+o*d)
	gram, cross := part[:d*d], part[d*d:]
	p := blas.GemmParams{M: d, N: d, K: positions, TransB: true, Options: w.options()}
	blas.GemmFloat32(p, columns, columns, nil, gram)
	p.M = o
	blas.GemmFloat32(p, y, columns, nil, cross)
	addWide(m.gram, gram)
	addWide(m.cross, cross)
	for i := range d {
		m.input[i] += rowSum(columns[i*positions:][:positions])
	}
	for k := range o {
		row := y[k*positions:][:positions]
		m.output[k] += rowSum(row)
		for _, v := range row {
			m.square += float64(float64(v) * float64(v))
		}
	}
	m.n += float64(positions)
}

func addWide(z []float64, x []float32) {
	for i, v := range x {
		z[i] += float64(v)
	}
}

func rowSum(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}

// center takes the means out, as the best bias does: the moments are then those of the
// distances from the means.
func (m *layerMoments) center() {
	for i, s := range m.input {
		for j, t := range m.input {
			m.gram[i*m.inputs+j] -= float64(s*t) / m.n
		}
	}
	for k, s := range m.output {
		m.square -= float64(s*s) / m.n
		for i, t := range m.input {
			m.cross[k*m.inputs+i] -= float64(s*t) / m.n
		}
	}
}

// error returns the sum of the square errors of centered outputs with weights w.
func (m *layerMoments) error(w []float32) float64 {
	sum := m.square
	for k := range m.outputs {
		row := w[k*m.inputs:][:m.inputs]
		for i, v := range row {
			inner := 0.0
			for j, u := range row {
				inner += float64(m.gram[i*m.inputs+j] * float64(u))
			}
			sum += float64(float64(v) * (inner - float64(2*m.cross[k*m.inputs+i])))
		}
	}
	return max(sum, 0)
}

// layerwise is the arithmetic of few bits in which each product, in the order of
// execution, gets new weights before it computes: for the inputs that the products before
// it leave, towards the outputs of a reference.
type layerwise struct {
	few     FewBit
	workers workers
	targets map[string][]float32
	// choose writes new weights of a product in place, from those of each group and
	// their centered moments. It may fix the ranges of the weights.
	choose func(site *Site, w []float32, groups []*layerMoments) error
	mu     sync.Mutex
	fits   map[string]*fitted
}

type fitted struct {
	entry         WeightFit
	weights, bias []float32
}

// fitLayers gives the products of a graph new weights, one after the other.
func fitLayers(reference, g *Graph, f FewBit, inputs map[string]*Tensor, o Options,
	choose func(l *layerwise) func(*Site, []float32, []*layerMoments) error) (*Graph, FewBit, []WeightFit, error) {
	if f.Calibration == nil {
		return nil, f, nil, fmt.Errorf("%w: fitting weights", ErrNotCalibrated)
	}
	f.Calibration = f.Calibration.clone()
	l := &layerwise{
		few: f, workers: workers{make([]worker, threadsOr(o.Threads))}, targets: map[string][]float32{}, fits: map[string]*fitted{},
	}
	l.choose = choose(l)
	e := newEditor(g)
	aim := e.g
	if reference != g {
		aim = newEditor(reference).g
	}
	var out []WeightFit
	products := map[string]*weighted{}
	for i, n := range e.g.Nodes {
		if n.Op != "Conv" && n.Op != "Gemm" && n.Op != "MatMul" {
			continue
		}
		entry := WeightFit{Node: e.names[i]}
		w, err := e.load(i)
		switch {
		case err != nil:
		case f.KeepsFloat(entry.Node):
			err = fmt.Errorf("it stays in float32")
		case w.depth*w.inner > mostInputs:
			err = fmt.Errorf("an output has %d inputs, at most %d are fitted", w.depth*w.inner, mostInputs)
		}
		if err != nil {
			entry.Reason = err.Error()
		} else {
			products[entry.Node], l.targets[entry.Node] = w, nil
		}
		out = append(out, entry)
	}
	for _, step := range []struct {
		g *Graph
		a Arithmetic
	}{{aim, &kept{Float32Arithmetic{Threads: o.Threads}, l}}, {e.g, l}} {
		o.Arithmetic = step.a
		n, err := New(step.g, o)
		if err != nil {
			return nil, f, nil, err
		}
		if _, err := n.Run(inputs); err != nil {
			return nil, f, nil, err
		}
	}
	for i := range out {
		w, fit := products[out[i].Node], l.fits[out[i].Node]
		switch {
		case w == nil:
			continue
		case fit == nil:
			out[i].Reason = "no output needs it"
			continue
		}
		out[i] = fit.entry
		w.weights, w.bias = fit.weights, fit.bias
		e.store(w)
	}
	return e.g, l.few, out, nil
}

// kept is an arithmetic that keeps what the products with a target return.
type kept struct {
	Arithmetic
	l *layerwise
}

func (k *kept) keep(node string, y []float32) error {
	k.l.mu.Lock()
	defer k.l.mu.Unlock()
	old, ok := k.l.targets[node]
	if !ok {
		return nil
	}
	if old != nil {
		return fmt.Errorf("%w: weights are fitted to a batch that comes in parts", ErrUnsupported)
	}
	if err := finite(y); err != nil {
		return fmt.Errorf("output of %q: %w", node, err)
	}
	k.l.targets[node] = slices.Clone(y)
	return nil
}

func (k *kept) Linear(s *Site) (LinearFunc, error) {
	f, err := k.Arithmetic.Linear(s)
	if err != nil || s.Part != "" {
		return f, err
	}
	return func(y, x []float32, rows, lo, hi int) error {
		if err := f(y, x, rows, lo, hi); err != nil {
			return err
		}
		return k.keep(s.Node, y[:rows*(hi-lo)])
	}, nil
}

func (k *kept) Conv(s *Site) (ConvFunc, error) {
	f, err := k.Arithmetic.Conv(s)
	if err != nil {
		return nil, err
	}
	return func(y, x []float32, c ConvShape) error {
		if err := f(y, x, c); err != nil {
			return err
		}
		return k.keep(s.Node, y)
	}, nil
}

// Linear implements [Arithmetic].
func (l *layerwise) Linear(s *Site) (LinearFunc, error) {
	if _, ok := l.targets[s.Node]; !ok || s.Part != "" {
		return l.few.Linear(s)
	}
	return func(y, x []float32, rows, lo, hi int) error {
		k, n := s.Weight.Shape[1], hi-lo
		columns := make([]float32, rows*k)
		q, err := l.rounded(s, x[:rows*k])
		if err != nil {
			return err
		}
		transposeMatrix(columns, q, rows, k)
		target := make([]float32, rows*n)
		transposeMatrix(target, l.targets[s.Node], rows, n)
		m := newLayerMoments(k, n)
		m.add(columns, target, rows, &l.workers.list[0])
		site, err := l.fit(s, []*layerMoments{m})
		if err != nil {
			return err
		}
		f, err := l.few.Linear(site)
		if err != nil {
			return err
		}
		if err := f(y, x, rows, lo, hi); err != nil {
			return err
		}
		return l.correct(site, y[:rows*n], rows, n, 1)
	}, nil
}

// Conv implements [Arithmetic].
func (l *layerwise) Conv(s *Site) (ConvFunc, error) {
	if _, ok := l.targets[s.Node]; !ok {
		return l.few.Conv(s)
	}
	return func(y, x []float32, c ConvShape) error {
		q, err := l.rounded(s, x)
		if err != nil {
			return err
		}
		cg, og, pixels, taps := c.C/c.Groups, c.O/c.Groups, c.OH*c.OW, c.KH*c.KW
		groups := make([]*layerMoments, c.Groups)
		unfolding := convBackward{c: c, ranges: newTaps(c)}
		target := l.targets[s.Node]
		l.workers.each(c.Groups, func(w *worker, g int) {
			groups[g] = newLayerMoments(cg*taps, og)
			columns := make([]float32, cg*taps*pixels)
			for n := range c.N {
				for ch := range cg {
					unfolding.unfold(columns[ch*taps*pixels:], q[(n*c.C+g*cg+ch)*c.H*c.W:][:c.H*c.W])
				}
				groups[g].add(columns, target[(n*c.O+g*og)*pixels:][:og*pixels], pixels, w)
			}
		})
		site, err := l.fit(s, groups)
		if err != nil {
			return err
		}
		f, err := l.few.Conv(site)
		if err != nil {
			return err
		}
		if err := f(y, x, c); err != nil {
			return err
		}
		return l.correct(site, y, c.N, c.O, pixels)
	}, nil
}

// MatMul implements [Arithmetic].
func (l *layerwise) MatMul(s *Site) (MatMulFunc, error) { return l.few.MatMul(s) }

// rounded returns an activation as the products see it.
func (l *layerwise) rounded(s *Site, x []float32) ([]float32, error) {
	left, _, err := l.few.operands(s)
	if err != nil {
		return nil, err
	}
	q := make([]float32, len(x))
	quantizer.FakeQuantizeTensor(q, x, left)
	return q, nil
}

// fit chooses the weights of a site and returns one with them.
func (l *layerwise) fit(s *Site, groups []*layerMoments) (*Site, error) {
	count := 0.0
	for _, m := range groups {
		m.center()
		count += float64(m.n * float64(m.outputs))
	}
	fit := &fitted{entry: WeightFit{Node: s.Node, Weights: len(s.Weight.Float)}, weights: slices.Clone(s.Weight.Float)}
	codes, before, err := l.judge(s, fit.weights, groups)
	if err != nil {
		return nil, err
	}
	if err := l.choose(s, fit.weights, groups); err != nil {
		return nil, err
	}
	now, after, err := l.judge(s, fit.weights, groups)
	if err != nil {
		return nil, err
	}
	for i, c := range codes {
		if c != now[i] {
			fit.entry.Moved++
		}
	}
	size := 0.0
	for _, m := range groups {
		size += m.square
		for _, v := range m.output {
			size += float64(v*v) / m.n
		}
	}
	fit.entry.Before, fit.entry.After, fit.entry.Size = before/count, after/count, size/count
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fits[s.Node] != nil {
		return nil, fmt.Errorf("%w: weights are fitted to a batch that comes in parts", ErrUnsupported)
	}
	fit.bias = make([]float32, s.Weight.Shape[0])
	copy(fit.bias, s.Bias)
	l.fits[s.Node] = fit
	own := *s
	own.Weight, own.Bias = NewFloat(s.Weight.Shape, fit.weights), fit.bias
	return &own, nil
}

// judge returns the codes of weights and the sum of the square errors that they leave.
func (l *layerwise) judge(s *Site, w []float32, groups []*layerMoments) ([]int32, float64, error) {
	channels := s.Weight.Shape[0]
	q := quantizer.Quantizer{Scheme: l.few.WeightScheme(channels, len(w)/channels)}
	var err error
	if q.Params, err = l.few.weightParams(w, channels, s.String()); err != nil {
		return nil, 0, fmt.Errorf("weights %q: %w", s.WeightName, err)
	}
	codes, rounded := make([]int32, len(w)), make([]float32, len(w))
	quantizer.QuantizeTensor(codes, w, q)
	quantizer.DequantizeTensor(rounded, codes, q)
	errors := make([]float64, len(groups))
	size := len(w) / len(groups)
	l.workers.each(len(groups), func(_ *worker, g int) { errors[g] = groups[g].error(rounded[g*size:][:size]) })
	sum := 0.0
	for _, e := range errors {
		sum += e
	}
	return codes, sum, nil
}

// correct moves the means of outputs to those of the target, in the biases too.
func (l *layerwise) correct(s *Site, y []float32, samples, channels, inner int) error {
	target := l.targets[s.Node]
	got, want := quantizer.NewChannelMean(channels, inner), quantizer.NewChannelMean(channels, inner)
	if err := got.Observe(y); err != nil {
		return fmt.Errorf("output of %q: %w", s.Node, err)
	}
	if err := want.Observe(target); err != nil {
		return err
	}
	a, err := got.Means()
	if err != nil {
		return err
	}
	b, err := want.Means()
	if err != nil {
		return err
	}
	for k := range channels {
		d := b[k] - a[k]
		s.Bias[k] = float32(float64(s.Bias[k]) + d)
		for n := range samples {
			part := y[(n*channels+k)*inner:][:inner]
			for i, v := range part {
				part[i] = float32(float64(v) + d)
			}
		}
	}
	l.targets[s.Node] = []float32{} // its memory may be needed
	return nil
}
