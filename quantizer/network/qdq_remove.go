package network

import (
	"fmt"
	"math"
	"slices"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// RemoveQDQ is the inverse of [InsertQDQ]: it returns a graph without the pairs of
// QuantizeLinear and DequantizeLinear before products, whose weights have the values of
// their codes, and the arithmetic that rounds as the pairs did. The products compute
// with one rounded operand's scale for each tensor, and exact sums of integers, as
// integer hardware does. Its formats have all codes of a type: int8full for int8.
//
// Conv, Gemm and MatMul are found by their operands: a pair before each activation,
// DequantizeLinear of constants before weights. A product that has only one of the two,
// recurrent nodes and everything else keep what they have and compute in float32.
//
// The error wraps ErrUnsupported where products have several types, a zero point that
// is not 0 in weights, scales of blocks or along another axis than that of the output
// channels, and where there is no product with both.
func RemoveQDQ(g *Graph) (*Graph, FewBit, error) {
	g, f, err := removeQDQ(g)
	if err != nil {
		return nil, FewBit{}, report{err}
	}
	return g, f, nil
}

// dequantized is what a DequantizeLinear makes its output of.
type dequantized struct {
	dtype  DType
	scales []float32
	axis   int
	from   string // the tensor before the pair; empty where the codes are constant
	shape  []int  // of the constant
	zero   int32
	// oneZero: all zero points are zero.
	oneZero bool
}

// qdqProduct is a product with rounded operands.
type qdqProduct struct {
	name     string
	x, w     dequantized
	channels int // of weights; 0 where both operands are activations
}

// calibrate gives a product the ranges of which FewBit makes its scales.
func (p qdqProduct) calibrate(f FewBit) error {
	s := f.ActivationScheme()
	x, w := quantizer.Params{Scale: p.x.scales[0], Zero: p.x.zero}, quantizer.Params{Scale: p.w.scales[0], Zero: p.w.zero}
	if p.channels == 0 {
		if err := f.Calibration.assume(activation{site: p.name, operand: 'a'}, s, x); err != nil {
			return fmt.Errorf("left operand: %w", err)
		}
		if err := f.Calibration.assume(activation{site: p.name, operand: 'b'}, s, w); err != nil {
			return fmt.Errorf("right operand: %w", err)
		}
		return nil
	}
	groups := 1
	if f.PerChannel {
		groups = p.channels
	}
	weights := make([]interval, groups)
	for i := range weights {
		weights[i] = intervalOf(f.WeightScheme(1, 1), quantizer.Params{Scale: p.w.scales[i%len(p.w.scales)]})
	}
	f.Calibration.train(p.name, intervalOf(s, x), weights)
	return nil
}

func removeQDQ(g *Graph) (*Graph, FewBit, error) {
	e := newEditor(g)
	tensors, err := e.dequantize()
	if err != nil {
		return nil, FewBit{}, err
	}
	f := FewBit{Calibration: NewCalibration()}
	var types [2]DType // of activations and weights
	var found []qdqProduct
	var float []string
	for i := range e.g.Nodes {
		n := &e.g.Nodes[i]
		if !hasProduct(n.Op) {
			continue
		}
		if len(n.Inputs) < 2 {
			return nil, FewBit{}, fmt.Errorf("%w: node %q has %d inputs", ErrGraph, n.Name, len(n.Inputs))
		}
		x, okX := tensors[n.Inputs[0]]
		w, okW := tensors[n.Inputs[1]]
		if n.Op != "Conv" && n.Op != "Gemm" && n.Op != "MatMul" || !okX || !okW || n.Op == "Conv" && (w.from != "" || x.from == "") {
			float = append(float, n.Name)
			continue
		}
		fail := func(format string, args ...any) (*Graph, FewBit, error) {
			return nil, FewBit{}, fmt.Errorf("node %q: %w: "+format, append([]any{n.Name, ErrUnsupported}, args...)...)
		}
		matrix := x.from != "" && w.from == "" && (n.Op != "MatMul" || len(w.shape) <= 2)
		for k, z := range []dequantized{x, w} {
			if !matrix {
				k = 0
			}
			if types[k] == Undefined {
				types[k] = z.dtype
			}
			switch {
			case z.dtype != types[k]:
				return fail("an operand of %v besides those of %v", z.dtype, types[k])
			case k == 1 && z.zero != 0:
				return fail("weights with a zero point of %d", z.zero)
			case !z.oneZero:
				return fail("zero points that differ")
			case k == 0 && len(z.scales) != 1:
				return fail("an activation of %d scales", len(z.scales))
			}
			f.Asymmetric = f.Asymmetric || z.zero != 0
		}
		channels := 0
		if matrix {
			axis := 0
			if n.Op == "MatMul" || n.Op == "Gemm" && n.Attrs["transB"].Int == 0 {
				axis = len(w.shape) - 1
			}
			if len(w.scales) > 1 && w.axis != axis {
				return fail("scales of weights along axis %d", w.axis)
			}
			f.PerChannel = f.PerChannel || len(w.scales) > 1
			channels = 1
			if len(w.shape) > 1 {
				channels = w.shape[axis]
			}
		}
		found = append(found, qdqProduct{n.Name, x, w, channels})
		for k, z := range []dequantized{x, w} {
			if z.from != "" {
				n.Inputs = slices.Clone(n.Inputs)
				n.Inputs[k] = z.from
			}
		}
	}
	if len(found) == 0 {
		return nil, FewBit{}, fmt.Errorf("%w: no product has rounded operands", ErrUnsupported)
	}
	f.Format, f.Kept = allCodesOf(types[0]), float
	if types[1] != Undefined && types[1] != types[0] {
		f.WeightFormat = allCodesOf(types[1])
	}
	for _, p := range found {
		if err := p.calibrate(f); err != nil {
			return nil, FewBit{}, fmt.Errorf("node %q: %w", p.name, err)
		}
	}
	if f.Format.Kind() == quantizer.Integer && f.WeightScheme(1, 1).Format.Kind() == quantizer.Integer {
		f.Accumulator = blas.Accumulator{Exact: true}
	}
	e.sweep()
	return e.g, f, nil
}

// allCodesOf returns the format of all codes of a type.
func allCodesOf(t DType) quantizer.Format {
	if t.isFloat8() {
		return quantizer.OfMinifloat(float8Format(t))
	}
	switch t {
	case Int4:
		return quantizer.FullInt(4)
	case Int8:
		return quantizer.FullInt(8)
	case Int16:
		return quantizer.FullInt(16)
	case Uint4:
		return quantizer.Uint(4)
	case Uint16:
		return quantizer.Uint(16)
	}
	return quantizer.Uint(8)
}

// dequantize finds what comes out of pairs, and puts constants in the place of what is
// made of constant codes.
func (e *editor) dequantize() (map[string]dequantized, error) {
	tensors := map[string]dequantized{}
	gone := map[int]bool{}
	for i := range e.g.Nodes {
		n := &e.g.Nodes[i]
		if n.Op != "DequantizeLinear" || len(n.Inputs) < 2 || len(n.Outputs) != 1 || n.Attrs["block_size"].Int != 0 {
			continue
		}
		scale := e.consts[n.Inputs[1]]
		if scale == nil || !scale.Type.IsFloat() || len(scale.Float) == 0 || len(scale.Shape) > 1 {
			continue
		}
		z := dequantized{scales: scale.Float, axis: 1, oneZero: true}
		if a, ok := n.Attrs["axis"]; ok {
			z.axis = int(a.Int)
		}
		zero := ""
		if len(n.Inputs) > 2 && n.Inputs[2] != "" {
			zero = n.Inputs[2]
			t := e.consts[zero]
			if t == nil || t.Type.IsFloat() {
				continue
			}
			z.dtype = t.Type
			if len(t.Int) > 0 {
				z.zero = int32(t.Int[0])
			}
			z.oneZero = !slices.ContainsFunc(t.Int, func(v int64) bool { return v != int64(z.zero) })
		}
		if !slices.ContainsFunc(z.scales, func(s float32) bool { return !(s > 0 && s <= math.MaxFloat32) }) {
			if c := e.consts[n.Inputs[0]]; c != nil {
				if _, declared := e.g.Initializers[n.Outputs[0]]; declared {
					continue
				}
				made, err := constantNode(n, e.g.Opset, c, scale, e.consts[zero])
				if err != nil {
					return nil, fmt.Errorf("node %q: %w", n.Name, err)
				}
				z.dtype, z.shape = c.Type, c.Shape
				if z.axis < 0 {
					z.axis += len(c.Shape)
				}
				e.g.Initializers[n.Outputs[0]] = made
				tensors[n.Outputs[0]] = z
				gone[i] = true
				continue
			}
			if p, ok := e.producer[n.Inputs[0]]; ok {
				q := &e.g.Nodes[p]
				if q.Op == "QuantizeLinear" && len(q.Inputs) >= 2 && e.sameConstant(q.Inputs[1], n.Inputs[1]) &&
					(zero == "" && len(q.Inputs) == 2 || zero != "" && len(q.Inputs) == 3 && e.sameConstant(q.Inputs[2], zero)) {
					if z.dtype == Undefined {
						z.dtype = Uint8
					}
					z.from = q.Inputs[0]
					tensors[n.Outputs[0]] = z
				}
			}
		}
	}
	nodes := e.g.Nodes[:0]
	for i, n := range e.g.Nodes {
		if !gone[i] {
			nodes = append(nodes, n)
		}
	}
	e.g.Nodes = nodes
	return tensors, nil
}

// constantNode computes a node whose inputs are constant.
func constantNode(n *Node, opset int, inputs ...*Tensor) (*Tensor, error) {
	own := *n
	own.Inputs, own.Outputs = nil, []string{"y"}
	g := &Graph{Opset: opset, Initializers: map[string]*Tensor{}, Outputs: []ValueInfo{{Name: "y"}}}
	for i, t := range inputs {
		if t != nil {
			name := string(rune('a' + i))
			g.Initializers[name] = t
			own.Inputs = append(own.Inputs, name)
		}
	}
	g.Nodes = []Node{own}
	net, err := New(g, Options{Threads: 1})
	if err != nil {
		return nil, err
	}
	y, err := net.Run(nil)
	return y["y"], err
}

// sameConstant reports whether two names are of constants of the same elements.
func (e *editor) sameConstant(x, y string) bool {
	a, b := e.consts[x], e.consts[y]
	return a != nil && b != nil && a.Type == b.Type && equalShape(a.Shape, b.Shape) && slices.Equal(a.Float, b.Float) && slices.Equal(a.Int, b.Int)
}

// sweep drops nodes and initializers that nobody reads.
func (e *editor) sweep() {
	used := map[string]bool{}
	needed := make([]bool, len(e.g.Nodes))
	producer := map[string]int{}
	for i, n := range e.g.Nodes {
		for _, out := range n.Outputs {
			producer[out] = i
		}
	}
	var open []string
	for _, out := range e.g.Outputs {
		open = append(open, out.Name)
	}
	for len(open) > 0 {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		used[name] = true
		if i, ok := producer[name]; ok && !needed[i] {
			needed[i] = true
			open = append(open, e.g.Nodes[i].Inputs...)
		}
	}
	nodes := e.g.Nodes[:0]
	for i, n := range e.g.Nodes {
		if needed[i] {
			nodes = append(nodes, n)
		}
	}
	e.g.Nodes = nodes
	for _, in := range e.g.Inputs {
		used[in.Name] = true
	}
	for name := range e.g.Initializers {
		if !used[name] {
			delete(e.g.Initializers, name)
		}
	}
}

// assume sets the range of an activation to one of which a scheme makes the params.
func (c *Calibration) assume(key activation, s quantizer.Scheme, p quantizer.Params) error {
	r := intervalOf(s, p)
	near := func(x float64) [3]float32 {
		v := float32(x)
		return [3]float32{v, math.Nextafter32(v, 0), math.Nextafter32(v, float32(math.Inf(1)))}
	}
	for _, lo := range near(r.lo) {
		for _, hi := range near(r.hi) {
			if !s.Asymmetric && s.Format.Signed() {
				lo = -hi
			}
			if !(lo <= hi && hi <= math.MaxFloat32) || s.Params(lo, hi) != p {
				continue
			}
			o := c.observation()
			if err := o.observe([]float32{lo, hi}); err != nil {
				return err
			}
			c.seen[key] = o
			return nil
		}
	}
	return fmt.Errorf("%w: no range has the scale %v and zero point %d", ErrUnsupported, p.Scale, p.Zero)
}
