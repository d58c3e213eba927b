package network

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

// RescaleOptions say which products [RescaleChannels] rescales, and how.
type RescaleOptions struct {
	// Rescaling has the rule. Its Limit is that of the activation between the two
	// products, whatever is set here; Locked and Cap are meant for a limit of 6 and
	// grow and fall with it. A Multiplier above 1 stands for the channel multiplier
	// of each depthwise convolution.
	quantizer.Rescaling
	// DepthwiseOnly keeps to the published rule: a depthwise convolution and the
	// one after it. Otherwise a convolution before a depthwise one is rescaled
	// too.
	DepthwiseOnly bool
}

// ChannelRescaling says what [RescaleChannels] did with one product.
type ChannelRescaling struct {
	First string // name of the node
	Next  string // name of the node that reads it, or empty
	Limit float32
	quantizer.Rescaled
	Reason string // why it was left alone, where Next is empty
}

// RescaleChannels returns a graph in which the channels between a depthwise
// convolution and the next one, and (unless DepthwiseOnly) between a convolution
// and the next depthwise one, are rescaled so that the weights of the first are of
// one size: see [quantizer.Rescaling]. Between the two there may be ReLU6 (any
// Clip from 0), ReLU, or nothing, and whatever commutes with factors of the
// channels (pooling, LeakyRelu); what the first makes has no other reader and is
// no output of the network. Fold batch normalization first: [FoldBatchNorm].
//
// The statistics are those of the same graph, on the data on which the network
// shall stay as it is; they are needed where there is an upper limit, and without
// one, unless they are nil, no channel is brought beyond the largest. Depthwise
// convolutions come first, then those before them, each kind in the order of the
// nodes and with the weights that the pairs before left. (In the other order the
// divided weights of a depthwise convolution meet the cap when they are to be
// brought up again.) The report has an entry for each Conv, in their order.
//
// The given graph does not change; the new one shares its other tensors. The error
// of a product that the statistics have not seen wraps [ErrNotCalibrated], that of
// weights that are not finite [quantizer.ErrNotFinite]. It panics for options for
// which [quantizer.Rescaling.Factors] does.
func RescaleChannels(g *Graph, s *OutputStatistics, o RescaleOptions) (*Graph, []ChannelRescaling, error) {
	e := newEditor(g)
	entries := make([]*ChannelRescaling, len(e.g.Nodes))
	for _, depthwise := range []bool{true, false} {
		for i, n := range e.g.Nodes {
			if n.Op != "Conv" {
				continue
			}
			p, err := e.pairOf(i)
			if err == nil {
				if p.first.depthwise() != depthwise {
					continue
				}
				err = o.wants(p)
			}
			entry := &ChannelRescaling{First: e.names[i]}
			entries[i] = entry
			if err != nil {
				entry.Reason = err.Error()
				continue
			}
			entry.Next = e.names[p.next.node]
			if err := o.rescale(p, s, entry); err != nil {
				return nil, nil, report{fmt.Errorf("rescaling node %q: %w", entry.First, err)}
			}
			e.store(p.first)
			e.store(p.next)
		}
	}
	var out []ChannelRescaling
	for _, entry := range entries {
		if entry != nil {
			out = append(out, *entry)
		}
	}
	return e.g, out, nil
}

// wants says why a pair is not to be rescaled.
func (o *RescaleOptions) wants(p *pair) error {
	switch {
	case !p.first.depthwise() && o.DepthwiseOnly:
		return fmt.Errorf("it is not depthwise")
	case !p.first.depthwise() && !p.next.depthwise():
		return fmt.Errorf("neither it nor the next product is depthwise")
	}
	if _, same := p.limit(); !same {
		return fmt.Errorf("the activation has a limit for each channel")
	}
	return nil
}

func (o *RescaleOptions) rescale(p *pair, s *OutputStatistics, entry *ChannelRescaling) error {
	r := o.Rescaling
	var maxima []float32
	var err error
	if r.Limit, _ = p.limit(); r.Limit > 0 {
		r.Locked *= r.Limit / 6
		r.Cap *= r.Limit / 6
		maxima, err = s.greatest(entry.First, p.first.outs)
	} else if r.Cap = 0; s != nil {
		maxima, err = s.activations(p, entry.First)
		for _, m := range maxima {
			r.Cap = max(r.Cap, m)
		}
	}
	if err != nil {
		return err
	}
	if r.Multiplier > 1 {
		r.Multiplier = 1
		if p.first.depthwise() {
			r.Multiplier = p.first.outs / p.first.groups
		}
	}
	report, err := r.Factors(p.first.weights, p.first.outs, maxima)
	if err != nil {
		return err
	}
	entry.Limit, entry.Rescaled = r.Limit, report
	return p.scale(report.Factors())
}
