package network

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
)

// Centering says what [CenterActivations] did with the activation of one product.
type Centering struct {
	Node string
	// Shifts were taken from each channel; nil where it was left alone.
	Shifts []float32
	// Before and After are what rounding does to the activation, After to what is left.
	// Both are over the mean square before.
	Before, After float64
	// Map tells that the biases of the product depend on the position, because it pads.
	Map    bool
	Reason string // why it was left alone
}

// CenterActivations returns a graph in which products read channels less a constant, which
// their biases make up for: W (x - m) + W m. It computes what it did, to rounding, on any
// data: activations keep their limits, and m is taken off behind them. But the numbers that are
// rounded are others. A minifloat is densest around 0, and a channel that lies
// within 3.1 and 3.2 has next to no digits in one of three bits of mantissa; less 3.15
// it has all of them. One scale and zero point for a whole tensor has that effect
// on integers too where channels lie far from each other.
//
// m is, for each channel, that one of 0 and the least, the mean and the greatest value over the
// samples that leaves the least square error when the rest is rounded as f rounds the
// activation; 0 where none of them takes a quarter of the error away. Where the product pads, with zeros that are no channel's m, W m depends on
// the position near the edges: an Add of a constant of shape [1, O, H, W] follows it then, and the
// graph serves inputs of that size only. Do this after the passes that change channels, whose pairs
// an Add would part, and before calibration.
//
// The given graph does not change. The report has an entry for each Conv, Gemm and MatMul.
func CenterActivations(g *Graph, f FewBit, inputs map[string]*Tensor, options Options) (*Graph, []Centering, error) {
	g, out, err := center(g, f, inputs, options)
	if err != nil {
		return nil, nil, report{err}
	}
	return g, out, nil
}

func center(g *Graph, f FewBit, inputs map[string]*Tensor, o Options) (*Graph, []Centering, error) {
	if err := f.ActivationScheme().Check(); err != nil {
		return nil, nil, err
	}
	e := newEditor(g)
	var out []Centering
	products := map[string]*weighted{}
	for i, n := range e.g.Nodes {
		if n.Op != "Conv" && n.Op != "Gemm" && n.Op != "MatMul" {
			continue
		}
		entry := Centering{Node: e.names[i]}
		w, err := e.load(i)
		if err == nil && f.KeepsFloat(entry.Node) {
			err = fmt.Errorf("it stays in float32")
		}
		if err != nil {
			entry.Reason = err.Error()
		} else {
			products[entry.Node] = w
		}
		out = append(out, entry)
	}
	seen := &centers{
		Arithmetic: Float32Arithmetic{Threads: o.Threads}, scheme: f.ActivationScheme(),
		workers: workers{make([]worker, threadsOr(o.Threads))}, found: map[string]*centered{},
	}
	for name := range products {
		seen.found[name] = nil
	}
	o.Arithmetic = seen
	n, err := New(e.g, o)
	if err != nil {
		return nil, nil, err
	}
	if _, err := n.Run(inputs); err != nil {
		return nil, nil, err
	}
	moved := map[string]string{} // by the tensor and its shifts
	for i := range out {
		w, c := products[out[i].Node], seen.found[out[i].Node]
		switch {
		case w == nil:
			continue
		case c == nil:
			out[i].Reason = "no output needs it"
			continue
		}
		out[i].Before, out[i].After = c.before, c.after
		if !slices.ContainsFunc(c.shifts, func(m float32) bool { return m != 0 }) {
			out[i].Reason = "no channel gains"
			continue
		}
		out[i].Shifts = c.shifts
		if out[i].Map, err = e.shift(w, c, moved); err != nil {
			return nil, nil, fmt.Errorf("centering node %q: %w", out[i].Node, err)
		}
	}
	return e.g, out, nil
}

// shift makes a product read its activation less the shifts, and reports whether its
// biases depend on the position then.
func (e *editor) shift(w *weighted, c *centered, moved map[string]string) (bool, error) {
	n := &e.g.Nodes[w.node]
	rank, spatial := 2, c.spatial
	if n.Op == "Conv" {
		rank = len(w.shape)
		spatial = spatial[len(spatial)-(rank-2):]
	}
	t := n.Inputs[0]
	key := fmt.Sprintf("%s\x00%x", t, c.shifts)
	if moved[key] == "" {
		minus := make([]float32, len(c.shifts))
		for k, m := range c.shifts {
			minus[k] = -m
		}
		name := e.unused(t + "/centered")
		shift := e.define(t+"/shift", NewFloat(channelShape(len(minus), rank), minus))
		e.g.Nodes = append(e.g.Nodes, Node{Name: name, Op: "Add", Inputs: []string{t, shift}, Outputs: []string{name}})
		e.names = append(e.names, name)
		e.uses[t]++
		e.uses[shift]++
		moved[key] = name
	}
	n = &e.g.Nodes[w.node]
	n.Inputs = slices.Clone(n.Inputs)
	e.uses[t]--
	n.Inputs[0] = moved[key]
	e.uses[moved[key]]++

	// What the shifts make of the product, at every position.
	x := NewFloat(append([]int{1, len(c.shifts)}, spatial...), nil)
	for i := range x.Float {
		x.Float[i] = c.shifts[i*len(c.shifts)/len(x.Float)]
	}
	one := Node{Name: n.Name, Op: n.Op, Inputs: []string{"x", "w"}, Outputs: []string{"y"}, Attrs: maps.Clone(n.Attrs)}
	delete(one.Attrs, "beta")
	inputs := []ValueInfo{{Name: "x", Type: Float32}}
	weights := e.consts[n.Inputs[1]]
	if n.Op == "Gemm" && e.g.Opset < 11 {
		one.Inputs = append(one.Inputs, "zero")
	}
	net, err := New(&Graph{
		Opset: e.g.Opset, Inputs: inputs, Outputs: []ValueInfo{{Name: "y"}}, Nodes: []Node{one},
		Initializers: map[string]*Tensor{"w": weights, "zero": NewFloat([]int{1}, nil)},
	}, Options{Threads: 1})
	if err != nil {
		return false, err
	}
	made, err := net.Run(map[string]*Tensor{"x": x})
	if err != nil {
		return false, err
	}
	y := made["y"]
	inner := len(y.Float) / w.outs
	same := true
	for i, v := range y.Float {
		same = same && v == y.Float[i/inner*inner]
	}
	if same || inner == 1 {
		bias := w.biases()
		for k := range bias {
			bias[k] += y.Float[k*inner]
		}
		e.storeBias(w)
		return false, nil
	}
	name := n.Outputs[0]
	product := e.unused(name + "/product")
	n.Outputs = []string{product}
	sum := e.define(name+"/map", y)
	e.uses[sum]++
	e.g.Nodes = append(e.g.Nodes, Node{Name: e.unused(n.Name + "/map"), Op: "Add", Inputs: []string{product, sum}, Outputs: []string{name}})
	e.names = append(e.names, e.g.Nodes[len(e.g.Nodes)-1].Name)
	return true, nil
}

// leastGain is the share of its square error that a channel may keep to be shifted.
const leastGain = 0.75

// centers is an arithmetic that finds the shifts of what enters the products that it has an
// entry for.
type centers struct {
	Arithmetic
	scheme  quantizer.Scheme
	workers workers
	mu      sync.Mutex
	found   map[string]*centered
}

type centered struct {
	shifts        []float32
	spatial       []int
	before, after float64
}

// take finds the shifts of x, [samples, channels, inner].
func (s *centers) take(node string, x []float32, samples, channels int, spatial ...int) error {
	s.mu.Lock()
	old, ok := s.found[node]
	s.mu.Unlock()
	switch {
	case !ok:
		return nil
	case old != nil:
		return fmt.Errorf("%w: centering of a batch that comes in parts", ErrUnsupported)
	}
	var seen quantizer.MinMax
	if err := seen.Observe(x); err != nil {
		return fmt.Errorf("activation of %s: %w", node, err)
	}
	q := quantizer.Quantizer{Scheme: s.scheme, Params: []quantizer.Params{s.scheme.Params(seen.Range())}}
	z := &centered{shifts: make([]float32, channels), spatial: spatial}
	inner := len(x) / (samples * channels)
	errors, rests := make([]float64, channels), make([]float64, channels)
	s.workers.each(channels, func(_ *worker, k int) {
		values, moved := make([]float32, 0, samples*inner), make([]float32, samples*inner)
		for n := range samples {
			values = append(values, x[(n*channels+k)*inner:][:inner]...)
		}
		var own quantizer.MinMax
		_ = own.Observe(values) // finite
		lo, hi := own.Range()
		for i, m := range []float32{0, lo, float32(rowSum(values) / float64(len(values))), hi} {
			for j, v := range values {
				moved[j] = v - m
			}
			e := quantizer.NoiseOf(moved, q).Error
			if i == 0 {
				errors[k], rests[k] = e, e
			}
			if e < min(rests[k], leastGain*errors[k]) {
				rests[k], z.shifts[k] = e, m
			}
		}
	})
	signal := 0.0
	for _, v := range x {
		signal += float64(float64(v) * float64(v))
	}
	for k, e := range errors {
		z.before += e
		z.after += rests[k]
	}
	if scale := float64(len(x)/channels) / signal; signal > 0 {
		z.before, z.after = z.before*scale, z.after*scale
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found[node] = z
	return nil
}

func (s *centers) Linear(site *Site) (LinearFunc, error) {
	f, err := s.Arithmetic.Linear(site)
	if err != nil || site.Part != "" {
		return f, err
	}
	return func(y, x []float32, rows, lo, hi int) error {
		if err := s.take(site.Node, x[:rows*site.Weight.Shape[1]], rows, site.Weight.Shape[1]); err != nil {
			return err
		}
		return f(y, x, rows, lo, hi)
	}, nil
}

func (s *centers) Conv(site *Site) (ConvFunc, error) {
	f, err := s.Arithmetic.Conv(site)
	if err != nil {
		return nil, err
	}
	return func(y, x []float32, c ConvShape) error {
		if err := s.take(site.Node, x, c.N, c.C, c.H, c.W); err != nil {
			return err
		}
		return f(y, x, c)
	}, nil
}
