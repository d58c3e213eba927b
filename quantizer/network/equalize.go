package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer"
)

// LimitForm says what [EqualizeLayers] makes of an activation with an upper limit.
type LimitForm uint8

const (
	// PerChannel keeps the activation exact: the limit of channel k becomes its
	// factor times the limit. Clip(0, 6) becomes Relu and Min with a constant of
	// shape [1, C, 1, 1], operators that ONNX has since opset 8.
	PerChannel LimitForm = iota
	// Unlimited replaces ReLU6 by ReLU, as the authors do: the network changes
	// wherever the limit is reached.
	Unlimited
	limitForms // their number
)

// String returns the form's name in lower case.
func (f LimitForm) String() string {
	switch f {
	case PerChannel:
		return "per channel"
	case Unlimited:
		return "unlimited"
	}
	return "unknown"
}

// EqualizeOptions say how [EqualizeLayers] works. The zero value is usable.
type EqualizeOptions struct {
	quantizer.Equalization
	// Limits is what becomes of ReLU6.
	Limits LimitForm
	// Rounds is the greatest number of times that all pairs are visited; 0 means
	// 20. It ends before when no factor of a round is further from 1 than a
	// thousandth (with powers of two, when all are 1).
	Rounds int
}

// LayerEqualization says what [EqualizeLayers] did with one product.
type LayerEqualization struct {
	First string // name of the node
	Next  string // name of the node that reads it, or empty
	// Channels has the ranges before the first round (with statistics First is the
	// geometric mean) and the whole factor. The state is that of the first round.
	Channels []quantizer.EqualizedChannel
	// Limits are those of the activation afterwards; nil where there are none.
	Limits []float32
	Rounds int    // visits
	Reason string // why it was left alone, where Next is empty
}

// EqualizeLayers returns a graph in which the weights of every two products with
// nothing but an activation or a pooling between them are balanced channel by
// channel: cross-layer equalization, see [quantizer.Equalization]. All pairs are
// visited in the order of the nodes, again and again, since a product may stand in
// two of them. Fold batch normalization first: [FoldBatchNorm].
//
// No data is needed: with nil statistics this is the authors' form. With those of
// the same graph the activations between the two count as well: in the place of the
// range of the first weights stands the geometric mean of it and of the largest
// magnitude of the channel, behind the limit, since one scale serves all channels
// of an activation too. That makes three tensors alike, not two.
//
// With [PerChannel] limits the network computes the same on any data, to rounding
// (bit for bit with PowerOfTwo, where no weight underflows).
//
// The given graph does not change; the new one shares its other tensors. The
// report has an entry for each Conv and Gemm. A product is left as it is where
// [RescaleChannels] would find no pair, whatever its kind. Weights that are not
// finite, before or after, give an error that wraps [quantizer.ErrNotFinite], a
// product that the statistics have not seen one that wraps [ErrNotCalibrated].
func EqualizeLayers(g *Graph, s *OutputStatistics, o EqualizeOptions) (*Graph, []LayerEqualization, error) {
	if o.Limits >= limitForms {
		panic("network: unknown form of limits")
	}
	e := newEditor(g)
	var out []LayerEqualization
	var pairs []*equalized
	shared := map[int]*weighted{}
	for i, n := range e.g.Nodes {
		if n.Op != "Conv" && n.Op != "Gemm" {
			continue
		}
		out = append(out, LayerEqualization{First: e.names[i]})
		entry := &out[len(out)-1]
		p, err := e.pairOf(i)
		if err == nil && len(p.clips) > 0 && o.Limits == PerChannel && e.g.Opset < 8 {
			err = fmt.Errorf("opset %d has no Min that broadcasts", e.g.Opset)
		}
		if err != nil {
			entry.Reason = err.Error()
			continue
		}
		for _, w := range []**weighted{&p.first, &p.next} {
			if other := shared[(*w).node]; other != nil {
				// As what follows a Flatten a product is seen by channels.
				if (*w).inner > other.inner {
					other.depth, other.inner = (*w).depth, (*w).inner
				}
				*w = other
			} else {
				shared[(*w).node] = *w
			}
		}
		entry.Next = e.names[p.next.node]
		pairs = append(pairs, &equalized{pair: p, entry: len(out) - 1})
		if s != nil {
			if pairs[len(pairs)-1].activations, err = s.activations(p, entry.First); err != nil {
				return nil, nil, report{fmt.Errorf("equalizing node %q: %w", entry.First, err)}
			}
		}
	}
	if o.Rounds == 0 {
		o.Rounds = 20
	}
	original := map[*weighted]weighted{}
	for _, w := range shared {
		original[w] = w.clone()
	}
	for round, again := 0, true; again && round < o.Rounds; round++ {
		again = false
		for _, p := range pairs {
			most, err := p.balance(o.Equalization)
			if err != nil {
				return nil, nil, report{fmt.Errorf("equalizing node %q: %w", out[p.entry].First, err)}
			}
			again = again || most > 1e-3
		}
	}
	// The rounds found the factors; each is applied once, so that nothing is rounded
	// once per round.
	for w, was := range original {
		*w = was
	}
	for _, p := range pairs {
		entry := &out[p.entry]
		entry.Channels, entry.Rounds = p.channels, p.rounds
		factors := make([]float32, len(p.channels))
		for k, c := range p.channels {
			factors[k] = c.Factor
		}
		if err := p.scale(factors); err != nil {
			return nil, nil, report{fmt.Errorf("equalizing node %q: %w", entry.First, err)}
		}
		entry.Limits = e.relimit(p.pair, factors, o.Limits)
	}
	for _, w := range shared {
		e.store(w)
	}
	e.insert()
	return e.g, out, nil
}

// equalized is a pair and its factors so far.
type equalized struct {
	*pair
	entry    int // in the report
	channels []quantizer.EqualizedChannel
	rounds   int
	// activations are the largest magnitudes of what is between the two, with
	// all factors at 1; nil where they do not count.
	activations []float32
}

// balance equalizes a pair once and returns the largest distance of a factor or of
// its reciprocal from 1.
func (p *equalized) balance(o quantizer.Equalization) (most float64, err error) {
	first, err := p.first.ranges()
	if err != nil {
		return 0, err
	}
	next, err := p.next.inputRanges()
	if err != nil {
		return 0, err
	}
	for k, a := range p.activations {
		if p.channels != nil {
			a *= p.channels[k].Factor
		}
		if a > 0 {
			first[k] = float32(math.Sqrt(float64(first[k]) * float64(a)))
		}
	}
	now := o.Factors(first, next)
	factors := make([]float32, len(now))
	if p.channels == nil {
		p.channels = append(p.channels, now...)
		for k := range p.channels {
			p.channels[k].Factor = 1
		}
	}
	for k, c := range now {
		// The bound is that of the whole factor.
		all := o.Bounded(float64(p.channels[k].Factor) * float64(c.Factor))
		factors[k] = all / p.channels[k].Factor
		p.channels[k].Factor = all
		most = max(most, float64(factors[k])-1, 1/float64(factors[k])-1)
	}
	p.rounds++
	return most, p.scale(factors)
}

// activations returns the largest magnitude of each channel between a pair.
func (o *OutputStatistics) activations(p *pair, first string) ([]float32, error) {
	a, err := o.greatest(first, p.first.outs)
	if err != nil {
		return nil, err
	}
	if !p.rectified {
		for k, c := range o.Channels(first) {
			a[k] = max(a[k], -c.Least)
		}
	}
	for _, c := range p.clips {
		for k := range a {
			if len(c.limits) > 0 {
				a[k] = min(a[k], c.limits[k%len(c.limits)])
			}
		}
	}
	return a, nil
}

// relimit changes the upper limits between a pair by the factors of its channels
// and returns what they are then, nil for none.
func (e *editor) relimit(p *pair, factors []float32, form LimitForm) []float32 {
	changed := false
	for _, f := range factors {
		changed = changed || f != 1
	}
	var least []float32
	for _, c := range p.clips {
		if len(c.limits) == 0 {
			continue
		}
		if form == Unlimited {
			n := &e.g.Nodes[c.node]
			data := n.Inputs[0]
			if e.consts[data] != nil {
				data = n.Inputs[1]
			}
			for _, in := range n.Inputs {
				if in != data {
					e.release(in)
				}
			}
			n.Op, n.Inputs, n.Attrs = "Identity", []string{data}, nil
			if c.least == 0 {
				n.Op = "Relu"
			}
			continue
		}
		limits := make([]float32, len(factors))
		for k, f := range factors {
			limits[k] = c.limits[k%len(c.limits)] * f
		}
		if changed {
			e.clipChannels(c, NewFloat(channelShape(len(limits), len(p.first.shape)), limits))
		}
		if least == nil {
			least = limits
			continue
		}
		for k, l := range limits {
			least[k] = min(least[k], l)
		}
	}
	return least
}

// clipChannels makes a node clip each channel at a limit of its own: a Min, with a
// Relu before it in the place of Clip(0, limit).
func (e *editor) clipChannels(c clip, limits *Tensor) {
	n := &e.g.Nodes[c.node]
	name := e.names[c.node] + "/limits"
	if n.Op == "Min" {
		constant := 1
		if e.consts[n.Inputs[0]] != nil {
			constant = 0
		}
		e.replace(c.node, constant, name, limits)
		return
	}
	data, out := n.Inputs[0], n.Outputs[0]
	for _, bound := range n.Inputs[1:] {
		e.release(bound)
	}
	first := Node{Name: n.Name, Op: "Min", Inputs: []string{data, e.define(name, limits)}, Outputs: []string{out}}
	if c.least == 0 {
		between := e.unused(out + "/rectified")
		last := first
		last.Name, last.Inputs = name, []string{between, last.Inputs[1]}
		first = Node{Name: n.Name, Op: "Relu", Inputs: []string{data}, Outputs: []string{between}}
		e.after[c.node] = last
	}
	*n = first
}
