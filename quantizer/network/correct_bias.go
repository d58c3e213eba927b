package network

import (
	"fmt"
	"math"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
)

// BiasCorrection says what [CorrectBias] did with one product.
type BiasCorrection struct {
	Node string
	// Shift is what was added to each bias; nil where it was left alone.
	Shift []float32
	// Error is the root-mean-square of the shifts, Size that of the channels'
	// means in float32: what the correction is small or large beside.
	Error, Size float64
	Reason      string // why it was left alone
}

// CorrectBias returns a graph whose biases make up for what few bits do to the
// mean of every output channel of Conv and Gemm: empirical bias correction (Nagel
// and others, "Data-free quantization through weight equalization and bias
// correction", 2019, section 4.2). The graph runs once in float32 and once in the
// arithmetic, and in the second run each product, in the order of execution, gets
//
//	bias += mean in float32 - mean in few bits
//
// over the samples and positions of each channel, before what follows it runs; so
// a later product makes up for what the corrected ones before it leave.
//
// The inputs are all samples in one batch; options.Arithmetic is not used. The
// given graph does not change. The report has an entry for each product with
// constant weights that is a node of its own: MatMul, which has no bias, and Conv
// and Gemm whose weights or biases are not constant for each channel, are left
// alone. What Float32Arithmetic would compute too needs no correction and gets one
// of zero. A NaN or an infinity gives an error that wraps [quantizer.ErrNotFinite].
func CorrectBias(g *Graph, a Arithmetic, inputs map[string]*Tensor, options Options) (*Graph, []BiasCorrection, error) {
	return CorrectBiasTowards(g, g, a, inputs, options)
}

// CorrectBiasTowards is [CorrectBias] with the means in float32 of another graph, whose
// nodes have the same names: that before an earlier correction, or before weights were
// trained. The float32 means of a corrected graph are off by what its few bits need, and
// a second correction towards them would go as far again.
func CorrectBiasTowards(reference, g *Graph, a Arithmetic, inputs map[string]*Tensor, options Options) (*Graph, []BiasCorrection, error) {
	e := newEditor(g)
	float, few := newMeans(Float32Arithmetic{Threads: options.Threads}), newMeans(a)
	few.target = float
	var out []BiasCorrection
	products := map[int]*weighted{}
	for i, n := range e.g.Nodes {
		if n.Op != "Conv" && n.Op != "Gemm" && n.Op != "MatMul" {
			continue
		}
		entry := BiasCorrection{Node: e.names[i]}
		if w, err := e.load(i); err != nil {
			entry.Reason = err.Error()
		} else {
			products[len(out)] = w
			float.sites[entry.Node], few.sites[entry.Node] = nil, nil
		}
		out = append(out, entry)
	}
	aim := e.g
	if reference != g {
		aim = newEditor(reference).g // nodes without names have the same ones
	}
	for _, m := range []*means{float, few} {
		options.Arithmetic = m
		n, err := New(aim, options)
		if err != nil {
			return nil, nil, err
		}
		if _, err := n.Run(inputs); err != nil {
			return nil, nil, err
		}
		aim = e.g
	}
	for i := range out {
		entry, w := &out[i], products[i]
		if w == nil {
			continue
		}
		shift := few.sites[entry.Node]
		if shift == nil {
			entry.Reason = "no output needs it"
			continue
		}
		entry.Shift = make([]float32, w.outs)
		bias := w.biases()
		for k, d := range shift {
			old := bias[k]
			bias[k] = float32(float64(old) + d)
			entry.Shift[k] = float32(d)
			if v := float64(bias[k]); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, nil, report{fmt.Errorf("correcting node %q: %w: bias %d becomes %v", entry.Node, ErrData, k, v)}
			}
		}
		entry.Error, entry.Size = rootMeanSquare(shift), rootMeanSquare(float.sites[entry.Node])
		e.storeBias(w)
	}
	return e.g, out, nil
}

func rootMeanSquare(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += float64(v * v)
	}
	return math.Sqrt(s / float64(len(x)))
}

// means is an arithmetic that takes the mean of each output channel of the
// products that it has an entry for; with a target it moves what they return to
// that mean, and keeps by how much.
type means struct {
	Arithmetic
	target *means
	mu     sync.Mutex
	sites  map[string][]float64
}

func newMeans(a Arithmetic) *means { return &means{Arithmetic: a, sites: map[string][]float64{}} }

// take handles what a product returned, [samples, channels, inner].
func (m *means) take(node string, y []float32, samples, channels, inner int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.sites[node]
	switch {
	case !ok:
		return nil
	case old != nil:
		return fmt.Errorf("%w: bias correction of a batch that comes in parts", ErrUnsupported)
	}
	o := quantizer.NewChannelMean(channels, inner)
	if err := o.Observe(y); err != nil {
		return err
	}
	mean, err := o.Means()
	if err != nil {
		return err
	}
	m.sites[node] = mean
	if m.target == nil {
		return nil
	}
	if len(m.target.sites[node]) != len(mean) {
		return fmt.Errorf("%w: node %q has %d channels, in the reference %d", ErrShape, node, len(mean), len(m.target.sites[node]))
	}
	for k := range mean {
		mean[k] = m.target.sites[node][k] - mean[k]
		for n := range samples {
			part := y[(n*channels+k)*inner:][:inner]
			for i, v := range part {
				part[i] = float32(float64(v) + mean[k])
			}
		}
	}
	return nil
}

func (m *means) Linear(s *Site) (LinearFunc, error) {
	f, err := m.Arithmetic.Linear(s)
	if err != nil || s.Part != "" {
		return f, err
	}
	return func(y, x []float32, rows, lo, hi int) error {
		if err := f(y, x, rows, lo, hi); err != nil {
			return err
		}
		return m.take(s.Node, y[:rows*(hi-lo)], rows, hi-lo, 1)
	}, nil
}

func (m *means) Conv(s *Site) (ConvFunc, error) {
	f, err := m.Arithmetic.Conv(s)
	if err != nil {
		return nil, err
	}
	return func(y, x []float32, c ConvShape) error {
		if err := f(y, x, c); err != nil {
			return err
		}
		return m.take(s.Node, y, c.N, c.O, c.OH*c.OW)
	}, nil
}
