package network

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/halfulp/halfulp/quantizer"
)

// weighted is a Conv or Gemm whose weights and biases are constant, for passes
// that change these: copies, whatever the layout in the graph.
type weighted struct {
	node    int
	weights []float32 // [outs, depth, inner]
	bias    []float32 // outs elements; nil where there is none
	outs    int
	depth   int // input channels of a group
	inner   int // weights of one input channel
	groups  int
	shape   []int // of the weights in the graph
	rows    bool  // of a Gemm: the graph holds [outs, depth] and not the transpose
}

// load returns the weights of a node, or why a pass cannot change them.
func (e *editor) load(node int) (*weighted, error) {
	n := &e.g.Nodes[node]
	if n.Op != "Conv" && n.Op != "Gemm" || n.Domain != "" && n.Domain != "ai.onnx" {
		return nil, fmt.Errorf("it is a %s", n.Op)
	}
	if len(n.Inputs) < 2 || len(n.Outputs) != 1 {
		return nil, fmt.Errorf("%d inputs, %d outputs", len(n.Inputs), len(n.Outputs))
	}
	t := e.consts[n.Inputs[1]]
	if t == nil || !t.Type.IsFloat() || len(t.Float) == 0 || len(t.Shape) < 2 {
		return nil, fmt.Errorf("the weights %q are not a constant of floats", n.Inputs[1])
	}
	w := &weighted{node: node, shape: t.Shape, outs: t.Shape[0], depth: t.Shape[1], groups: 1}
	beta := float32(1)
	if n.Op == "Conv" {
		w.inner, _ = sizeOf(t.Shape[2:])
		w.weights = append([]float32(nil), t.Float...)
		if a, ok := n.Attrs["group"]; ok {
			w.groups = int(a.Int)
		}
		if w.groups < 1 || w.outs%w.groups != 0 {
			return nil, fmt.Errorf("%d groups for %d output channels", w.groups, w.outs)
		}
	} else {
		if a, ok := n.Attrs["alpha"]; ok && a.Float != 1 || n.Attrs["transA"].Int != 0 || len(t.Shape) != 2 {
			return nil, fmt.Errorf("its product is scaled or transposed")
		}
		w.inner = 1
		if w.rows = n.Attrs["transB"].Int != 0; w.rows {
			w.weights = append([]float32(nil), t.Float...)
		} else {
			w.outs, w.depth = w.depth, w.outs
			w.weights = make([]float32, len(t.Float))
			transposeMatrix(w.weights, t.Float, w.depth, w.outs)
		}
		if a, ok := n.Attrs["beta"]; ok {
			beta = a.Float
		}
	}
	if len(n.Inputs) > 2 && n.Inputs[2] != "" {
		b := e.consts[n.Inputs[2]]
		single := n.Op == "Gemm" && b != nil && len(b.Float) == 1
		if b == nil || !b.Type.IsFloat() || !single && (len(b.Float) != w.outs || len(b.Shape) == 0 || b.Shape[len(b.Shape)-1] != w.outs) {
			return nil, fmt.Errorf("the biases %q are not a constant for each channel", n.Inputs[2])
		}
		w.bias = make([]float32, w.outs)
		for k := range w.bias {
			w.bias[k] = beta * b.Float[k%len(b.Float)]
		}
	}
	return w, nil
}

// clone returns a copy with weights and biases of its own.
func (w *weighted) clone() weighted {
	c := *w
	c.weights = slices.Clone(w.weights)
	c.bias = slices.Clone(w.bias)
	return c
}

// biases returns the biases, zeros where there were none.
func (w *weighted) biases() []float32 {
	if w.bias == nil {
		w.bias = make([]float32, w.outs)
	}
	return w.bias
}

// store puts the weights and biases back into the graph.
func (e *editor) store(w *weighted) {
	n := &e.g.Nodes[w.node]
	weights := w.weights
	if n.Op == "Gemm" && !w.rows {
		weights = make([]float32, len(w.weights))
		transposeMatrix(weights, w.weights, w.outs, w.depth)
	}
	e.replace(w.node, 1, n.Name+"/weights", NewFloat(w.shape, weights))
	e.storeBias(w)
}

// storeBias puts the biases back into the graph.
func (e *editor) storeBias(w *weighted) {
	if w.bias == nil {
		return
	}
	n := &e.g.Nodes[w.node]
	if _, ok := n.Attrs["beta"]; ok {
		n.Attrs = maps.Clone(n.Attrs)
		n.Attrs["beta"] = Attribute{Kind: AttrFloat, Float: 1}
	}
	e.replace(w.node, 2, n.Name+"/bias", NewFloat([]int{w.outs}, w.bias))
}

// depthwise reports whether every output channel reads one input channel.
func (w *weighted) depthwise() bool { return w.groups > 1 && w.depth == 1 }

// ranges returns the largest magnitude of the weights of each output channel.
func (w *weighted) ranges() ([]float32, error) {
	o := quantizer.NewChannelMinMax(w.outs, w.depth*w.inner)
	err := o.Observe(w.weights)
	return o.Thresholds(), err
}

// inputRanges returns the largest magnitude of the weights that read each input
// channel.
func (w *weighted) inputRanges() ([]float32, error) {
	var r []float32
	for part := range w.parts() {
		o := quantizer.NewChannelMinMax(w.depth, w.inner)
		if err := o.Observe(part); err != nil {
			return nil, err
		}
		r = append(r, o.Thresholds()...)
	}
	return r, nil
}

// parts yields the weights of each group, and its index.
func (w *weighted) parts() func(func([]float32, int) bool) {
	size := len(w.weights) / w.groups
	return func(yield func([]float32, int) bool) {
		for g := range w.groups {
			if !yield(w.weights[g*size:][:size], g) {
				return
			}
		}
	}
}

// clip is an activation with an upper limit between two products.
type clip struct {
	node   int
	limits []float32 // one, or one per channel
	least  float32   // 0 or -Inf: Clip(0, limit), or Min and Clip(-Inf, limit)
}

// pair is two products of which the second reads what the first makes, with
// nothing between but what commutes with a positive factor for each channel.
type pair struct {
	first, next *weighted
	clips       []clip
	// rectified: what the second product reads is never below zero.
	rectified bool
	// plain: what the second product reads for a channel of a sample is a mean or
	// maximum of rectified values, nothing padded; so it falls by c where the
	// channel does that is never below c.
	plain bool
}

// limit returns the upper limit of the activation, 0 without one, and whether it
// is one and the same for all channels.
func (p *pair) limit() (limit float32, same bool) {
	found := false
	for _, c := range p.clips {
		for _, l := range c.limits {
			if found && l != limit {
				return 0, false
			}
			limit, found = l, true
		}
	}
	return limit, true
}

// commutes names the operators with one data input that treat every channel alike
// and commute with positive factors.
var commutes = map[string]bool{
	"Relu": true, "LeakyRelu": true, "Identity": true, "Dropout": true,
	"MaxPool": true, "AveragePool": true, "GlobalMaxPool": true, "GlobalAveragePool": true,
}

// pairOf returns the pair whose first product is a node, or why there is none.
func (e *editor) pairOf(node int) (*pair, error) {
	first, err := e.load(node)
	if err != nil {
		return nil, err
	}
	p := &pair{first: first, plain: true}
	t := e.g.Nodes[node].Outputs[0]
	flat := false // channels lie one after the other in an axis, with all their positions
	for {
		if e.uses[t] != 1 {
			return nil, fmt.Errorf("%q has %d readers or is an output", t, e.uses[t])
		}
		i, ok := e.reader[t]
		if !ok {
			return nil, fmt.Errorf("%q is an output", t)
		}
		n := &e.g.Nodes[i]
		c, clips, err := e.clipOf(i, t, first)
		switch {
		case err != nil:
			return nil, err
		case clips:
			if flat {
				return nil, fmt.Errorf("%q is flat before %s", t, e.names[i])
			}
			p.clips = append(p.clips, c)
			p.rectified = p.rectified || c.least == 0
		case n.Op == "Flatten" && !flat && flattensChannels(n):
			flat = true
		case commutes[n.Op] && len(n.Outputs) >= 1 && n.Inputs[0] == t:
			for _, out := range n.Outputs[1:] {
				if out != "" {
					return nil, fmt.Errorf("%s has a second output", e.names[i])
				}
			}
			p.rectified = p.rectified || n.Op == "Relu"
			p.plain = p.plain && (n.Op == "Relu" || n.Op == "Identity" || n.Op == "Dropout" || p.rectified && (n.Op == "GlobalAveragePool" || n.Op == "GlobalMaxPool"))
		case n.Op == "Conv" && !flat || n.Op == "Gemm":
			return e.close(p, i, t, flat)
		default:
			return nil, fmt.Errorf("%q is read by a %s", t, n.Op)
		}
		t = n.Outputs[0]
	}
}

// close completes a pair with its second product, which reads t.
func (e *editor) close(p *pair, i int, t string, flat bool) (*pair, error) {
	var err error
	if p.next, err = e.load(i); err != nil {
		return nil, fmt.Errorf("%s after it: %w", e.names[i], err)
	}
	if e.g.Nodes[i].Inputs[0] != t {
		return nil, fmt.Errorf("%q is not the data of %s", t, e.names[i])
	}
	w, channels := p.next, p.first.outs
	if e.g.Nodes[i].Op == "Gemm" && flat && w.depth%channels == 0 {
		w.inner = w.depth / channels
		w.depth = channels
	}
	if w.depth*w.groups != channels {
		return nil, fmt.Errorf("%s reads %d channels of %d", e.names[i], w.depth*w.groups, channels)
	}
	n := &e.g.Nodes[i]
	for _, pad := range n.Attrs["pads"].Ints {
		p.plain = p.plain && pad == 0
	}
	auto := n.Attrs["auto_pad"].Str
	p.plain = p.plain && p.rectified && (auto == "" || auto == "NOTSET" || auto == "VALID")
	return p, nil
}

func flattensChannels(n *Node) bool {
	a, ok := n.Attrs["axis"]
	return !ok || a.Int == 1
}

// clipOf returns the limits of a node that clips t, and whether it does; an error
// where it clips in a way that no factors of the channels commute with.
func (e *editor) clipOf(node int, t string, w *weighted) (c clip, clips bool, err error) {
	n := &e.g.Nodes[node]
	lo, hi := math.Inf(-1), math.Inf(1)
	switch n.Op {
	case "Min":
		if len(n.Inputs) != 2 {
			return c, false, fmt.Errorf("%s has %d inputs", e.names[node], len(n.Inputs))
		}
		other := n.Inputs[0]
		if other == t {
			other = n.Inputs[1]
		}
		limits := e.consts[other]
		if limits == nil || !limits.Type.IsFloat() || !perChannel(limits.Shape, w.outs, len(w.shape)) {
			return c, false, fmt.Errorf("the limits %q of %s are not a constant for each channel", other, e.names[node])
		}
		for _, l := range limits.Float {
			if !(l >= 0) || math.IsInf(float64(l), 0) {
				return c, false, fmt.Errorf("%s has a limit of %v", e.names[node], l)
			}
		}
		return clip{node, limits.Float, float32(lo)}, true, nil
	case "Clip":
		if e.g.Opset < 11 {
			if a, ok := n.Attrs["min"]; ok {
				lo = float64(a.Float)
			}
			if a, ok := n.Attrs["max"]; ok {
				hi = float64(a.Float)
			}
			break
		}
		for k, bound := range []*float64{&lo, &hi} {
			if len(n.Inputs) <= k+1 || n.Inputs[k+1] == "" {
				continue
			}
			v := e.consts[n.Inputs[k+1]]
			if v == nil || len(v.Float) != 1 {
				return c, false, fmt.Errorf("a bound of %s is not constant", e.names[node])
			}
			*bound = float64(v.Float[0])
		}
		if n.Inputs[0] != t {
			return c, false, fmt.Errorf("%q is not the data of %s", t, e.names[node])
		}
	default:
		return c, false, nil
	}
	if lo <= -math.MaxFloat32 {
		lo = math.Inf(-1)
	}
	c = clip{node: node, least: float32(lo)}
	if hi < math.MaxFloat32 {
		c.limits = []float32{float32(hi)}
	}
	if lo != 0 && !math.IsInf(lo, -1) || !(hi > 0) {
		return c, false, fmt.Errorf("%s clips to %v..%v", e.names[node], lo, hi)
	}
	return c, true, nil
}

// perChannel reports whether a constant of a shape has one element, or one for
// each channel of a tensor [N, channels, ...] of the given rank.
func perChannel(shape []int, channels, rank int) bool {
	if size, _ := sizeOf(shape); size == 1 {
		return len(shape) <= rank
	}
	if len(shape) > rank {
		return false
	}
	return equalShape(atRank(shape, rank), channelShape(channels, rank))
}

// channelShape is the shape of a constant for each channel, [1, channels, 1, ...].
func channelShape(channels, rank int) []int {
	s := atRank(nil, rank)
	s[1] = channels
	return s
}

// atRank returns a shape with ones before it.
func atRank(shape []int, rank int) []int {
	s := make([]int, rank)
	for i := range s {
		s[i] = 1
	}
	copy(s[rank-len(shape):], shape)
	return s
}

// scale multiplies each channel of a pair by its factor, the weights that read it
// are divided by it.
func (p *pair) scale(factors []float32) error {
	if err := quantizer.ApplyFactors(p.first.weights, p.first.bias, nil, 1, factors); err != nil {
		return err
	}
	for part, g := range p.next.parts() {
		if err := quantizer.ApplyFactors(nil, nil, part, p.next.inner, factors[g*p.next.depth:][:p.next.depth]); err != nil {
			return err
		}
	}
	return nil
}
