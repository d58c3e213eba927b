package network

import (
	"fmt"
	"math"
	"slices"

	"github.com/halfulp/halfulp/quantizer"
)

// QDQ says what [InsertQDQ] did with one product.
type QDQ struct {
	Node string
	// Activations has what quantizes each activation operand that is rounded now, Weights
	// that of the weights, or one for each output channel. Both are nil where the
	// product stays float32. Zero points count what is stored.
	Activations, Weights []quantizer.Params
	Reason               string // why the product, or a part of it, stays float32
}

// InsertQDQ writes into a graph what a few-bit arithmetic does to its operands, for
// other programs: the weights of every product become codes with a DequantizeLinear
// behind them, and its activations pass through a pair of QuantizeLinear and
// DequantizeLinear. What they are rounded to is what f rounds them to: same codes, same
// scales. Products themselves stay operators of float32, which a runtime may compute in
// integers. Biases become int32 codes where they are multiples of s_x * s_w already, as
// [RoundBiases] makes them, and stay float32 elsewhere, as f adds them.
//
// Integers and fixed point of up to 8 bits are stored as int8 or uint8, wider ones as
// int16 or uint16. Where a format has fewer codes than its type, a Clip before the
// QuantizeLinear keeps activations within them. The minifloats are e4m3fn, e5m2 and
// their fnuz forms. Opset 13 is needed, 19 for minifloats, 21 for 16 bits: a graph of a
// smaller one is raised where that changes none of its operators.
//
// Of recurrent nodes the input and the weights are rounded. Their state, which f rounds
// in every step, is inside the operator and stays float32, as the report says.
//
// Sums of the new graph in float32 differ from those of f in the last bits. [RemoveQDQ]
// brings back the graph for f, with the same bits. The given graph does not change; the
// report has an entry for each product that is needed. The error wraps ErrUnsupported
// where no type holds the format or the opset cannot be raised, ErrNotCalibrated where
// an activation has no threshold.
func InsertQDQ(g *Graph, f FewBit) (*Graph, []QDQ, error) {
	g, out, err := insertQDQ(g, f)
	if err != nil {
		return nil, nil, report{err}
	}
	return g, out, nil
}

func insertQDQ(g *Graph, f FewBit) (*Graph, []QDQ, error) {
	x, err := codesOf(f.Format)
	if err != nil {
		return nil, nil, err
	}
	w, err := codesOf(f.WeightScheme(1, 1).Format)
	if err != nil {
		return nil, nil, err
	}
	n, err := New(g, Options{Threads: f.Threads})
	if err != nil {
		return nil, nil, err
	}
	raised, err := raiseOpset(g, max(x.opset, w.opset))
	if err != nil {
		return nil, nil, err
	}
	q := &qdqWriter{editor: newEditor(raised), original: newEditor(raised), few: f, x: x, w: w, pairs: map[string]string{}, positive: map[string]bool{}}
	byName := map[string]int{}
	for i, name := range q.names {
		byName[name] = i
	}
	var out []QDQ
	for _, s := range n.sites {
		if s.Part == "R" {
			continue // with its "W"
		}
		entry := QDQ{Node: s.Node}
		if f.KeepsFloat(s.Node) {
			entry.Reason = "it stays in float32"
		} else if err := q.product(byName[s.Node], s, n, &entry); err != nil {
			return nil, nil, fmt.Errorf("node %q: %w", s.Node, err)
		}
		out = append(out, entry)
	}
	q.g.Nodes = append(q.g.Nodes, q.nodes...)
	return q.g, out, nil
}

// storage is how the codes of a format are stored in a graph.
type storage struct {
	format quantizer.Format
	dtype  DType
	opset  int     // the first that has the type in QuantizeLinear
	unit   float64 // the value of a stored 1: 1 but for fixed point
	lo, hi float64 // stored numbers that the format has, where they are integers
}

func codesOf(f quantizer.Format) (storage, error) {
	s := storage{format: f, unit: 1}
	switch f.Kind() {
	case quantizer.Minifloat:
		m, _ := f.Minifloat()
		for t := Float8E4M3FN; t < dtypes; t++ {
			if float8Format(t) == m {
				s.dtype, s.opset = t, 19
				return s, nil
			}
		}
	case quantizer.FixedPoint, quantizer.Integer:
		s.unit = f.Decode(1)
		s.lo, s.hi = f.Least()/s.unit, f.Largest()/s.unit
		for _, t := range [...]DType{Int8, Uint8, Int16, Uint16} {
			lo, hi := t.limits()
			if f.Signed() == (lo < 0) && float64(lo) <= s.lo && s.hi <= float64(hi) {
				s.dtype, s.opset = t, 13
				if t == Int16 || t == Uint16 {
					s.opset = 21
				}
				return s, nil
			}
		}
	}
	return s, fmt.Errorf("%w: no ONNX type holds codes of %v", ErrUnsupported, f)
}

// params returns what quantizes to stored numbers.
func (s storage) params(p quantizer.Params) (quantizer.Params, error) {
	scale := float64(p.Scale) * s.unit
	if z := float32(scale); float64(z) == scale {
		return quantizer.Params{Scale: z, Zero: p.Zero}, nil
	}
	return p, fmt.Errorf("%w: the scale %v is no float32", ErrUnsupported, scale)
}

// qdqWriter is an editor that puts QuantizeLinear and DequantizeLinear into a graph.
type qdqWriter struct {
	*editor
	original *editor // of the graph before
	few      FewBit
	x, w     storage           // of activations and weights
	nodes    []Node            // to append
	pairs    map[string]string // the tensor behind a pair, or behind weights, by what it is of
	positive map[string]bool   // what is known of tensors so far: never below zero
}

// product puts pairs before the operands of a site's node.
func (q *qdqWriter) product(node int, s *Site, n *Network, entry *QDQ) error {
	if s.Part != "" {
		return q.recurrent(node, s, n, entry)
	}
	left, right, err := q.few.operands(s)
	if err != nil {
		return err
	}
	if err := q.activation(node, 0, left.Params[0], entry); err != nil {
		return err
	}
	if s.Kind == MatMulSite {
		return q.activation(node, 1, right.Params[0], entry)
	}
	if err := q.weights(node, 1, s, n, right.Params, entry); err != nil {
		return err
	}
	return q.bias(node)
}

// recurrent puts a pair before the input of a recurrent node, and codes in the place of
// its weights.
func (q *qdqWriter) recurrent(node int, s *Site, n *Network, entry *QDQ) error {
	entry.Reason = "its state stays in float32"
	keys := q.few.Calibration.of(s.String())
	if len(keys) == 0 {
		return fmt.Errorf("%w: %v", ErrNotCalibrated, s)
	}
	// Whatever channels it meets, the input is the same.
	p, err := q.few.paramsOf(q.few.ActivationScheme(), keys[0])
	if err != nil {
		return err
	}
	if err := q.activation(node, 0, p, entry); err != nil {
		return err
	}
	for _, r := range n.sites {
		if r.Node != s.Node {
			continue
		}
		p, err := q.few.weightParams(r.Weight.Float, r.Weight.Shape[0], r.String())
		if err != nil {
			return err
		}
		input := map[string]int{"W": 1, "R": 2}[r.Part]
		if err := q.weights(node, input, r, n, p, entry); err != nil {
			return err
		}
	}
	return nil
}

// bias puts codes in the place of biases that are multiples of s_x * s_w.
func (q *qdqWriter) bias(node int) error {
	if q.x.dtype.isFloat8() || q.w.dtype.isFloat8() || len(q.g.Nodes[node].Inputs) < 3 {
		return nil
	}
	if a, ok := q.g.Nodes[node].Attrs["beta"]; ok && a.Float != 1 {
		return nil
	}
	w, err := q.original.load(node)
	if err != nil || w.bias == nil {
		return nil // it is no product whose biases could be rounded
	}
	units, err := q.few.biasUnits(w, q.names[node])
	if err != nil {
		return err
	}
	codes := make([]int64, len(units))
	for k, b := range w.bias {
		code := biasCode(b, units[k])
		if codes[k] = int64(code); float32(float32(code)*units[k]) != b {
			return nil
		}
	}
	name := q.g.Nodes[node].Inputs[2]
	y := q.unused(name + "/rounded")
	q.add("DequantizeLinear", []string{
		q.define(name+"/codes", NewInt(Int32, []int{len(codes)}, codes)), q.define(name+"/scale", NewFloat([]int{len(units)}, units)),
	}, y, Attributes{"axis": {Kind: AttrInt}})
	q.read(node, 2, y)
	return nil
}

// activation puts a pair before an input of a node.
func (q *qdqWriter) activation(node, input int, p quantizer.Params, entry *QDQ) error {
	p, err := q.x.params(p)
	if err != nil {
		return err
	}
	entry.Activations = append(entry.Activations, p)
	x := q.g.Nodes[node].Inputs[input]
	key := fmt.Sprintf("%s\x00%x,%d", x, math.Float32bits(p.Scale), p.Zero)
	if q.pairs[key] == "" {
		q.pairs[key] = q.pair(x, p)
	}
	q.read(node, input, q.pairs[key])
	return nil
}

// read makes a tensor the input of a node.
func (q *qdqWriter) read(node, input int, name string) {
	n := &q.g.Nodes[node]
	n.Inputs = slices.Clone(n.Inputs)
	q.release(n.Inputs[input])
	n.Inputs[input] = name
	q.uses[name]++
}

// pair rounds a tensor and returns the name of what comes of it.
func (q *qdqWriter) pair(x string, p quantizer.Params) string {
	q.uses[x]++
	from := x
	if lo, hi := q.clipLimits(x); !math.IsInf(lo, -1) || !math.IsInf(hi, 1) {
		inputs := []string{x}
		for _, limit := range []float64{lo, hi} {
			name := ""
			if !math.IsInf(limit, 0) {
				// A product of two float32: its rounding stays on the limit's code.
				name = q.define(x+"/limit", NewFloat([]int{}, []float32{float32((limit - float64(p.Zero)) * float64(p.Scale))}))
			}
			inputs = append(inputs, name)
		}
		for inputs[len(inputs)-1] == "" {
			inputs = inputs[:len(inputs)-1]
		}
		from = q.unused(x + "/clipped")
		q.add("Clip", inputs, from, nil)
	}
	s := q.define(x+"/scale", NewFloat([]int{}, []float32{p.Scale}))
	z := q.define(x+"/zero", NewInt(q.x.dtype, []int{}, []int64{int64(p.Zero)}))
	codes, y := q.unused(x+"/codes"), q.unused(x+"/rounded")
	q.add("QuantizeLinear", []string{from, s, z}, codes, nil)
	q.add("DequantizeLinear", []string{codes, s, z}, y, nil)
	return y
}

func (q *qdqWriter) add(op string, inputs []string, output string, attrs Attributes) {
	q.nodes = append(q.nodes, Node{Name: output, Op: op, Inputs: inputs, Outputs: []string{output}, Attrs: attrs})
}

// clipLimits returns the ends of the format in stored numbers where the type goes on
// behind them and a tensor may, infinities elsewhere.
func (q *qdqWriter) clipLimits(x string) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	if q.x.dtype.isFloat8() {
		return lo, hi
	}
	least, most := q.x.dtype.limits()
	if float64(least) < q.x.lo && !q.neverNegative(x) {
		lo = q.x.lo
	}
	if q.x.hi < float64(most) {
		hi = q.x.hi
	}
	return lo, hi
}

// keepsSign names the operators whose output is not below zero where their first input
// is not.
var keepsSign = map[string]bool{
	"MaxPool": true, "AveragePool": true, "GlobalMaxPool": true, "GlobalAveragePool": true,
	"Flatten": true, "Reshape": true, "Transpose": true, "Squeeze": true, "Unsqueeze": true, "Identity": true, "Dropout": true,
}

// neverNegative reports whether a tensor is known not to be below zero.
func (q *qdqWriter) neverNegative(x string) bool {
	var path []string
	known, positive := false, false
	for !known {
		if positive, known = q.positive[x]; known {
			break
		}
		path = append(path, x)
		i, ok := q.producer[x]
		if !ok {
			break
		}
		n := &q.g.Nodes[i]
		switch {
		case n.Op == "Relu", n.Op == "Sigmoid":
			positive, known = true, true
		case n.Op == "Clip" && len(n.Inputs) > 1 && q.consts[n.Inputs[1]] != nil:
			least := q.consts[n.Inputs[1]].Float
			positive, known = len(least) == 1 && least[0] >= 0, true
		case keepsSign[n.Op] && len(path) <= len(q.g.Nodes):
			x = n.Inputs[0]
		default:
			known = true
		}
	}
	for _, name := range path {
		q.positive[name] = positive
	}
	return positive
}

// weights puts codes in the place of an input of a node.
func (q *qdqWriter) weights(node, input int, s *Site, n *Network, params []quantizer.Params, entry *QDQ) error {
	stored := make([]quantizer.Params, len(params))
	for i, p := range params {
		var err error
		if stored[i], err = q.w.params(p); err != nil {
			return err
		}
	}
	name := q.g.Nodes[node].Inputs[input]
	w := n.consts[n.ids[name]] // in the layout of the graph
	axis := 0                  // of the output channels
	switch {
	case s.Part != "":
		axis = 1
		if len(stored) > 1 && w.Shape[0] > 1 {
			entry.Reason = "its state, and weights of two directions with a scale for each channel, stay in float32"
			return nil
		}
	case s.Op == "MatMul", s.Op == "Gemm" && q.g.Nodes[node].Attrs["transB"].Int == 0:
		axis = len(w.Shape) - 1
	}
	if len(w.Shape) == 1 { // a column, whose one channel is no axis
		stored = stored[:1]
	}
	entry.Weights = append(entry.Weights, stored...)
	key := fmt.Sprintf("%s\x00%d\x00%x", name, axis, stored)
	if q.pairs[key] == "" {
		q.pairs[key] = q.constant(name, w, stored, axis)
	}
	q.read(node, input, q.pairs[key])
	return nil
}

// constant adds the codes of weights and what makes numbers of them; it returns their
// name.
func (q *qdqWriter) constant(name string, w *Tensor, params []quantizer.Params, axis int) string {
	shape := []int{} // of the scales
	attrs := Attributes(nil)
	inner := 1
	if len(params) > 1 {
		shape = []int{len(params)}
		attrs = Attributes{"axis": {Kind: AttrInt, Int: int64(axis)}}
		inner, _ = sizeOf(w.Shape[axis+1:])
	}
	codes := make([]int64, len(w.Float))
	for i, v := range w.Float {
		scale := float64(params[i/inner%len(params)].Scale) / q.w.unit
		codes[i] = int64(q.w.format.Encode(float64(v) / scale))
	}
	scales := make([]float32, len(params))
	for i, p := range params {
		scales[i] = p.Scale
	}
	z := q.define(name+"/zero", NewInt(q.w.dtype, shape, nil))
	s := q.define(name+"/scale", NewFloat(shape, scales))
	c := q.define(name+"/codes", NewInt(q.w.dtype, w.Shape, codes))
	y := q.unused(name + "/rounded")
	q.add("DequantizeLinear", []string{c, s, z}, y, attrs)
	return y
}
