package network

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

// BiasAbsorption says what [AbsorbBiases] did with one product.
type BiasAbsorption struct {
	First string // name of the node
	Next  string // name of the node whose biases took it in, or empty
	// Constants were taken out of each channel.
	Constants []float32
	Reason    string // why it was left alone, where Next is empty
}

// AbsorbBiases returns a graph in which a constant of each channel of a product is
// part of the biases of the next one: high-bias absorption, see
// [quantizer.AbsorbBias]. It makes the activations between the two smaller where a
// channel never falls to zero. With deviations 0 the constant is the least value
// of the channel before the activation, and the network computes the same, to
// rounding, on all data within the statistics; with deviations d > 0 it is the
// mean less d standard deviations, as the authors have it with d = 3, which takes
// out more and changes the network for values below. Constants below zero count as
// zero.
//
// Between the products there have to be a ReLU or a limit of ReLU6 (which falls
// with the channel, so that it gets limits for each channel as in
// [EqualizeLayers]) and nothing that pads, and the next one must not pad either:
// the zeros of a padding would have to become negative.
//
// The statistics are those of the same graph. The given graph does not change. The
// report has an entry for each Conv and Gemm. The error of a product that the
// statistics have not seen wraps [ErrNotCalibrated]. It panics for deviations
// below 0.
func AbsorbBiases(g *Graph, s *OutputStatistics, deviations float64) (*Graph, []BiasAbsorption, error) {
	if !(deviations >= 0) {
		panic("network: deviations below 0")
	}
	e := newEditor(g)
	var out []BiasAbsorption
	for i, n := range e.g.Nodes {
		if n.Op != "Conv" && n.Op != "Gemm" {
			continue
		}
		entry := BiasAbsorption{First: e.names[i]}
		p, err := e.pairOf(i)
		switch {
		case err != nil:
		case !p.rectified:
			err = fmt.Errorf("no ReLU follows it")
		case !p.plain:
			err = fmt.Errorf("padding or pooling follows it")
		case len(p.clips) > 0 && e.g.Opset < 8:
			err = fmt.Errorf("opset %d has no Min that broadcasts", e.g.Opset)
		}
		if err != nil {
			entry.Reason = err.Error()
			out = append(out, entry)
			continue
		}
		if entry.Constants, err = s.floors(entry.First, p.first.outs, deviations); err != nil {
			return nil, nil, report{fmt.Errorf("absorbing the biases of node %q: %w", entry.First, err)}
		}
		entry.Next = e.names[p.next.node]
		e.absorb(p, entry.Constants)
		out = append(out, entry)
	}
	e.insert()
	return e.g, out, nil
}

// floors returns what may be taken out of each of n channels of a site.
func (o *OutputStatistics) floors(site string, n int, deviations float64) ([]float32, error) {
	if _, err := o.greatest(site, n); err != nil {
		return nil, err
	}
	c := make([]float32, n)
	for k, s := range o.Channels(site) {
		c[k] = s.Least
		if deviations > 0 {
			c[k] = float32(s.Mean - float64(deviations*s.Deviation))
		}
		c[k] = max(c[k], 0)
	}
	return c, nil
}

// absorb takes the constants out of the channels of a pair; what is beyond an upper
// limit is not there to be taken.
func (e *editor) absorb(p *pair, c []float32) {
	any := false
	for _, clip := range p.clips {
		for k := range c {
			if len(clip.limits) > 0 {
				c[k] = min(c[k], clip.limits[k%len(clip.limits)])
			}
		}
	}
	for _, v := range c {
		any = any || v > 0
	}
	if !any {
		return
	}
	for _, clip := range p.clips {
		if len(clip.limits) == 0 {
			continue
		}
		limits := make([]float32, len(c))
		for k, v := range c {
			limits[k] = clip.limits[k%len(clip.limits)] - v
		}
		e.clipChannels(clip, NewFloat(channelShape(len(c), len(p.first.shape)), limits))
	}
	quantizer.AbsorbBias(p.first.biases(), p.next.weights, p.next.biases(), c, p.next.groups)
	e.storeBias(p.first)
	e.storeBias(p.next)
}
