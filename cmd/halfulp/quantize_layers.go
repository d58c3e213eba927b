package main

import (
	"math"
	"slices"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// layerSamples is how many samples show what few bits do to each layer.
const layerSamples = 8

// layers finds out about every product: what few bits do to it in the naive network and
// in the last one, how its channels changed, and what enters it.
func (r *quantizeRun) layers(naive, last *network.Quantization) error {
	r.progress.Begin("layers")
	before, err := r.layerNoise(naive)
	if err != nil {
		return err
	}
	after, err := r.layerNoise(last)
	if err != nil {
		return err
	}
	old := map[string]*network.Site{}
	n, err := network.New(naive.Graph, network.Options{Threads: 1})
	if err != nil {
		return err
	}
	for _, s := range n.Sites() {
		old[s.String()] = s
	}
	if n, err = network.New(last.Graph, network.Options{Threads: 1}); err != nil {
		return err
	}
	for _, s := range n.Sites() {
		name := s.String()
		l := layer{Site: name, Op: s.Op, After: channelSpread(s)}
		if o := old[name]; o != nil {
			l.Before = channelSpread(o)
		}
		if !last.FewBit.KeepsFloat(s.Node) {
			l.Naive, l.SQNR = decibels(before[name]), decibels(after[name])
			l.Activation = activationOf(last.FewBit, s)
		}
		r.result.Layers = append(r.result.Layers, l)
	}
	return nil
}

// decibels returns a ratio that a picture can show.
func decibels(n *quantizer.Noise) *float64 {
	if n == nil || !(n.Error > 0) || !(n.Signal > 0) {
		return nil
	}
	db := n.SQNR()
	if db-db != 0 {
		return nil
	}
	return &db
}

// layerNoise runs a network in float32 and in few bits, and compares what every product
// returns: all that came before it adds to it.
func (r *quantizeRun) layerNoise(q *network.Quantization) (map[string]*quantizer.Noise, error) {
	t := &tap{outputs: map[string][]float32{}, noise: map[string]*quantizer.Noise{}}
	s := r.subject.calibration
	x := network.NewFloat(append([]int{min(layerSamples, s.Samples())}, s.Shape()...), s.AppendInput(nil, 0, min(layerSamples, s.Samples())))
	if size := r.e.batch(x.Shape[0]); r.e.input.HasShape && r.e.input.Shape[0].Size > 0 {
		x = network.NewFloat(append([]int{size}, s.Shape()...), slices.Concat(x.Float, make([]float32, size*s.SampleLen()))[:size*s.SampleLen()])
	}
	few := q.FewBit
	few.Threads = 0
	for _, t.Arithmetic = range []network.Arithmetic{network.Float32Arithmetic{}, few} {
		n, err := network.New(q.Graph, network.Options{Arithmetic: t})
		if err != nil {
			return nil, err
		}
		if _, err := n.Run(map[string]*network.Tensor{r.e.input.Name: x}); err != nil {
			return nil, err
		}
		t.second = true
	}
	return t.noise, nil
}

// tap is an arithmetic that keeps what products return in a first run, and compares it
// in a second one.
type tap struct {
	network.Arithmetic
	second  bool
	mu      sync.Mutex
	outputs map[string][]float32 // what is to come of each site in the second run
	noise   map[string]*quantizer.Noise
}

func (t *tap) take(site string, y []float32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.second {
		t.outputs[site] = append(t.outputs[site], y...)
		return
	}
	want := t.outputs[site]
	if len(want) < len(y) {
		return
	}
	t.outputs[site] = want[len(y):]
	n := t.noise[site]
	if n == nil {
		n = &quantizer.Noise{}
		t.noise[site] = n
	}
	for i, v := range y {
		d := float64(want[i]) - float64(v)
		n.Signal += float64(float64(want[i]) * float64(want[i]))
		n.Error += float64(d * d)
	}
}

func (t *tap) Linear(s *network.Site) (network.LinearFunc, error) {
	f, err := t.Arithmetic.Linear(s)
	return func(y, x []float32, rows, lo, hi int) error {
		err := f(y, x, rows, lo, hi)
		if err == nil {
			t.take(s.String(), y[:rows*(hi-lo)])
		}
		return err
	}, err
}

func (t *tap) Conv(s *network.Site) (network.ConvFunc, error) {
	f, err := t.Arithmetic.Conv(s)
	return func(y, x []float32, c network.ConvShape) error {
		err := f(y, x, c)
		if err == nil {
			t.take(s.String(), y)
		}
		return err
	}, err
}

func (t *tap) MatMul(s *network.Site) (network.MatMulFunc, error) {
	f, err := t.Arithmetic.MatMul(s)
	return func(y, a, b *network.Tensor) error {
		err := f(y, a, b)
		if err == nil {
			t.take(s.String(), y.Float)
		}
		return err
	}, err
}

// pictureBins is the number of bins of a histogram that is shown.
const pictureBins = 96

// activationOf returns the distribution of what enters a site.
func activationOf(f network.FewBit, s *network.Site) *distribution {
	h := f.Calibration.Histogram(s.String())
	if h == nil || h.Width() == 0 {
		return nil
	}
	lo, hi := h.Range()
	first, end := int(math.Floor(float64(lo)/h.Width())), int(math.Floor(float64(hi)/h.Width()))+1
	each := (end - first + pictureBins - 1) / pictureBins
	d := &distribution{Lo: float64(first) * h.Width(), Width: float64(each) * h.Width(), Zeros: h.Zeros()}
	for k := first; k < end; k++ {
		if (k-first)%each == 0 {
			d.Counts = append(d.Counts, 0)
		}
		d.Counts[len(d.Counts)-1] += h.Bin(k)
	}
	left, _, err := f.Operands(s)
	if err != nil {
		return d // a recurrent product has several
	}
	bounds := func(p quantizer.Params) *[2]float32 {
		lo, hi := left.Scheme.Range(p)
		return &[2]float32{float32(lo), float32(hi)}
	}
	d.Trained = bounds(left.Params[0])
	if lo, hi, err := h.Choose(f.ActivationScheme(), f.Criterion); err == nil {
		d.Chosen = bounds(f.ActivationScheme().Params(lo, hi))
		if *d.Chosen == *d.Trained {
			d.Trained = nil
		}
	}
	return d
}
