package network

import (
	"fmt"
	"strings"

	"github.com/halfulp/halfulp/internal/elementary"
)

var recurrentOperators = []operator{
	{"RNN", 7, newestOpset, 3, 6, 0, 2, func(b *builder) (*kernel, error) { return buildRecurrent(b, rnn) }},
	{"GRU", 7, newestOpset, 3, 6, 0, 2, func(b *builder) (*kernel, error) { return buildRecurrent(b, gru) }},
	{"LSTM", 7, newestOpset, 3, 8, 0, 3, func(b *builder) (*kernel, error) { return buildRecurrent(b, lstm) }},
}

// cell tells the recurrent operators apart.
type cell uint8

const (
	rnn cell = iota
	gru
	lstm
)

// gates returns the number of gates of a cell, activations that of its
// activation functions.
func (c cell) gates() int       { return [...]int{1, 3, 4}[c] }
func (c cell) activations() int { return [...]int{1, 2, 3}[c] }

// recurrent is a node of RNN, GRU or LSTM made ready.
//
// The inputs, in ONNX's order: X, W, R, B, sequence_lens, initial_h, and of an
// LSTM initial_c and P. With gates G, hidden size H and D directions, W is
// [D, G*H, I], R is [D, G*H, H]: one row of the sites "W" and "R" for each.
type recurrent struct {
	cell
	hidden, input, directions int
	backward                  [2]bool
	functions                 [2][]func(float32) float32
	clip                      float32 // 0: none
	batchFirst                bool
	linearBeforeReset         bool // GRU
	inputForget               bool // LSTM
	w, r                      LinearFunc
}

func buildRecurrent(b *builder, c cell) (*kernel, error) {
	n := &recurrent{cell: c}
	switch d := b.string("direction", "forward"); d {
	case "forward":
		n.directions = 1
	case "reverse":
		n.directions, n.backward[0] = 1, true
	case "bidirectional":
		n.directions, n.backward[1] = 2, true
	default:
		return nil, fmt.Errorf("%w: direction = %q", ErrUnsupported, d)
	}
	if b.opset >= 14 {
		n.batchFirst = b.flag("layout", false)
	}
	if b.has("clip") {
		if n.clip = b.float("clip", 0); !(n.clip > 0) {
			return nil, fmt.Errorf("%w: clip = %v", ErrGraph, n.clip)
		}
	}
	switch c {
	case gru:
		n.linearBeforeReset = b.int("linear_before_reset", 0) != 0
	case lstm:
		n.inputForget = b.flag("input_forget", false)
	}
	if err := n.readFunctions(b); err != nil {
		return nil, err
	}
	if err := n.readWeights(b); err != nil {
		return nil, err
	}
	return &kernel{infer: n.infer, run: n.run, work: n.work, scratch: n.scratch, product: true}, nil
}

// recurrentFunction is an activation function of the recurrent operators; the
// defaults of alpha and beta are those of the operators of the same name.
type recurrentFunction struct {
	name        string
	alpha, beta bool // which of the two it has
	a, b        float32
	make        func(a, b float32) func(float32) float32
}

var recurrentFunctions = []recurrentFunction{
	{name: "Sigmoid", make: func(_, _ float32) func(float32) float32 { return sigmoid32 }},
	{name: "Tanh", make: func(_, _ float32) func(float32) float32 { return tanh32 }},
	{name: "Relu", make: func(_, _ float32) func(float32) float32 { return relu }},
	{name: "Softsign", make: func(_, _ float32) func(float32) float32 { return softsign }},
	{name: "Softplus", make: func(_, _ float32) func(float32) float32 {
		return func(x float32) float32 { return float32(elementary.Softplus(float64(x))) }
	}},
	{"Affine", true, true, 1, 0, func(a, b float32) func(float32) float32 {
		return func(x float32) float32 { return float32(a*x) + b }
	}},
	{"ScaledTanh", true, true, 1, 1, func(a, b float32) func(float32) float32 {
		return func(x float32) float32 { return float32(float64(a) * elementary.Tanh(float64(b)*float64(x))) }
	}},
	{"HardSigmoid", true, true, 0.2, 0.5, hardSigmoid},
	{"LeakyRelu", true, false, 0.01, 0, func(a, _ float32) func(float32) float32 { return leakyRelu(a) }},
	{"ThresholdedRelu", true, false, 1, 0, func(a, _ float32) func(float32) float32 { return thresholdedRelu(a) }},
	{"Elu", true, false, 1, 0, func(a, _ float32) func(float32) float32 { return elu(a) }},
}

// readFunctions reads the activations; those that have an alpha or a beta take
// the next one of the lists.
func (n *recurrent) readFunctions(b *builder) error {
	var names []string
	if a, ok := b.attr("activations", AttrStrings); ok {
		names = a.Strs
	} else {
		one := [][]string{{"Tanh"}, {"Sigmoid", "Tanh"}, {"Sigmoid", "Tanh", "Tanh"}}[n.cell]
		for range n.directions {
			names = append(names, one...)
		}
	}
	var alphas, betas []float32
	if a, ok := b.attr("activation_alpha", AttrFloats); ok {
		alphas = a.Floats
	}
	if a, ok := b.attr("activation_beta", AttrFloats); ok {
		betas = a.Floats
	}
	if len(names) != n.directions*n.activations() {
		return fmt.Errorf("%w: %d activations", ErrGraph, len(names))
	}
	next := func(list *[]float32, has bool, def float32) float32 {
		if !has || len(*list) == 0 {
			return def
		}
		v := (*list)[0]
		*list = (*list)[1:]
		return v
	}
	for i, name := range names {
		var found *recurrentFunction
		for j := range recurrentFunctions {
			if strings.EqualFold(recurrentFunctions[j].name, name) {
				found = &recurrentFunctions[j]
			}
		}
		if found == nil {
			return fmt.Errorf("%w: activation %q", ErrUnsupported, name)
		}
		f := found.make(next(&alphas, found.alpha, found.a), next(&betas, found.beta, found.b))
		d := i / n.activations()
		n.functions[d] = append(n.functions[d], f)
	}
	return nil
}

func (n *recurrent) readWeights(b *builder) error {
	w, err := b.floatConstant(1, "weights W")
	if err != nil {
		return err
	}
	r, err := b.floatConstant(2, "weights R")
	if err != nil {
		return err
	}
	if len(w.Shape) != 3 || len(r.Shape) != 3 || len(w.Float) == 0 {
		return fmt.Errorf("%w: weights of shapes %v and %v", ErrShape, w.Shape, r.Shape)
	}
	n.hidden, n.input = r.Shape[2], w.Shape[2]
	rows := n.gates() * n.hidden
	if h := b.int("hidden_size", n.hidden); h != n.hidden ||
		!equalShape(w.Shape, []int{n.directions, rows, n.input}) || !equalShape(r.Shape, []int{n.directions, rows, n.hidden}) {
		return fmt.Errorf("%w: weights of shapes %v and %v for %d directions of hidden size %d", ErrShape, w.Shape, r.Shape, n.directions, h)
	}
	sw, sr := b.site("W", LinearSite), b.site("R", LinearSite)
	sw.WeightName, sr.WeightName = b.node.Inputs[1], b.node.Inputs[2]
	if sw.Weight, err = b.shared(1, "rows", matrixRows); err != nil {
		return err
	}
	if sr.Weight, err = b.shared(2, "rows", matrixRows); err != nil {
		return err
	}
	if b.hasInput(3) {
		bias, err := b.floatConstant(3, "biases")
		if err != nil {
			return err
		}
		if !equalShape(bias.Shape, []int{n.directions, 2 * rows}) {
			return fmt.Errorf("%w: biases of shape %v", ErrShape, bias.Shape)
		}
		for d := range n.directions {
			both := bias.Float[2*d*rows:]
			sw.Bias = append(sw.Bias, both[:rows]...)
			sr.Bias = append(sr.Bias, both[rows:2*rows]...)
		}
	}
	if n.w, err = b.net.options.Arithmetic.Linear(sw); err != nil {
		return err
	}
	n.r, err = b.net.options.Arithmetic.Linear(sr)
	return err
}

// matrixRows sees the weights of all directions as one matrix.
func matrixRows(t *Tensor) *Tensor { return reshaped(t, t.Shape[0]*t.Shape[1], t.Shape[2]) }

// sizes returns the steps in time and the samples of an input.
func (n *recurrent) sizes(x []int) (steps, batch int) {
	if n.batchFirst {
		return x[1], x[0]
	}
	return x[0], x[1]
}

// state returns the shape of initial_h, Y_h and the like.
func (n *recurrent) state(batch int) []int {
	if n.batchFirst {
		return []int{batch, n.directions, n.hidden}
	}
	return []int{n.directions, batch, n.hidden}
}

func (n *recurrent) infer(in []value) ([]value, error) {
	if err := wantType(in[0], "an input", Float32); err != nil {
		return nil, err
	}
	if err := wantRank(in[0], "an input", 3); err != nil {
		return nil, err
	}
	if in[0].shape[2] != n.input {
		return nil, fmt.Errorf("%w: an input of shape %v for weights of %d columns", ErrShape, in[0].shape, n.input)
	}
	steps, batch := n.sizes(in[0].shape)
	if v := at(in, 4); v.present() {
		if v.typ != Int32 {
			return nil, fmt.Errorf("%w: sequence_lens of type %v", ErrShape, v.typ)
		}
		if err := wantShape(v, "sequence_lens", batch); err != nil {
			return nil, err
		}
	}
	for i, name := range []string{"initial_h", "initial_c"} {
		if v := at(in, 5+i); v.present() {
			if err := wantType(v, name, Float32); err != nil {
				return nil, err
			}
			if err := wantShape(v, name, n.state(batch)...); err != nil {
				return nil, err
			}
		}
	}
	if v := at(in, 7); v.present() {
		if err := wantType(v, "peepholes", Float32); err != nil {
			return nil, err
		}
		if err := wantShape(v, "peepholes", n.directions, 3*n.hidden); err != nil {
			return nil, err
		}
	}
	y := []int{steps, n.directions, batch, n.hidden}
	if n.batchFirst {
		y = []int{batch, steps, n.directions, n.hidden}
	}
	last := n.state(batch)
	return []value{{typ: Float32, shape: y}, {typ: Float32, shape: last}, {typ: Float32, shape: last}}, nil
}

func (n *recurrent) work(in, _ []value) int64 {
	steps, batch := n.sizes(in[0].shape)
	return mulWork(steps, batch, n.directions, n.gates()*n.hidden, n.input+n.hidden+4)
}

// scratch: the input's share of every gate at all steps, the state's share at
// one, h, c and r*h.
func (n *recurrent) scratch(in, _ []value) int64 {
	steps, batch := n.sizes(in[0].shape)
	return mulWork(steps+1, batch, n.gates()*n.hidden) + mulWork(3, batch, n.hidden)
}

// recurrentRun is the work of one direction.
type recurrentRun struct {
	*recurrent
	d            int // direction
	steps, batch int
	gx, gh       []float32 // [steps*batch or batch*steps, G*H] and [batch, G*H]
	h, c, rh     []float32 // [batch, H]
	peep         []float32 // [3*H] or nil
	lengths      []int64   // [batch] or nil
}

func (n *recurrent) run(x *exec, in, out []*Tensor) error {
	steps, batch := n.sizes(in[0].Shape)
	H := n.hidden
	GH := n.gates() * H
	y, yh, yc := tensorAt(out, 0), tensorAt(out, 1), tensorAt(out, 2)
	v := recurrentRun{recurrent: n, steps: steps, batch: batch}
	take := func(size int) []float32 {
		s := x.scratch[:size:size]
		x.scratch = x.scratch[size:]
		return s
	}
	v.gx, v.gh = take(steps*batch*GH), take(batch*GH)
	v.h, v.c, v.rh = take(batch*H), take(batch*H), take(batch*H)
	if t := tensorAt(in, 4); t != nil {
		v.lengths = t.Int
		for i, l := range v.lengths {
			if l < 0 || l > int64(steps) {
				return fmt.Errorf("%w: sequence_lens[%d] = %d of %d steps", ErrData, i, l, steps)
			}
		}
		if y != nil {
			clear(y.Float) // past the end of a sequence
		}
	}
	if batch == 0 {
		return nil
	}
	for d := range n.directions {
		v.d = d
		if t := tensorAt(in, 7); t != nil {
			v.peep = t.Float[d*3*H:][:3*H]
		}
		if steps > 0 {
			if err := n.w(v.gx, in[0].Float, steps*batch, d*GH, (d+1)*GH); err != nil {
				return err
			}
		}
		v.load(v.h, tensorAt(in, 5))
		v.load(v.c, tensorAt(in, 6))
		for s := range steps {
			if err := v.step(x, s, y); err != nil {
				return err
			}
		}
		v.store(yh, v.h)
		v.store(yc, v.c)
	}
	return nil
}

// at returns where the state of sample b stands in a tensor of states.
func (v *recurrentRun) at(b int) int {
	if v.batchFirst {
		return (b*v.directions + v.d) * v.hidden
	}
	return (v.d*v.batch + b) * v.hidden
}

func (v *recurrentRun) load(state []float32, t *Tensor) {
	if t == nil {
		clear(state)
		return
	}
	for b := range v.batch {
		copy(state[b*v.hidden:][:v.hidden], t.Float[v.at(b):])
	}
}

func (v *recurrentRun) store(t *Tensor, state []float32) {
	if t == nil {
		return
	}
	for b := range v.batch {
		copy(t.Float[v.at(b):][:v.hidden], state[b*v.hidden:])
	}
}

// when returns the time that sample b is at in step s, -1 after its end.
func (v *recurrentRun) when(s, b int) int {
	length := v.steps
	if v.lengths != nil {
		length = int(v.lengths[b])
	}
	if s >= length {
		return -1
	}
	if v.backward[v.d] {
		return length - 1 - s
	}
	return s
}

// each calls f for the samples that are still running at step s, with their
// rows of gx; n is the width of a row of gh.
func (v *recurrentRun) each(x *exec, s, n int, f func(b, t int, gx, gh []float32)) {
	GH := v.gates() * v.hidden
	x.parallel(v.batch, 1+2048/GH, func(lo, hi int) {
		for b := lo; b < hi; b++ {
			t := v.when(s, b)
			if t < 0 {
				continue
			}
			row := t*v.batch + b
			if v.batchFirst {
				row = b*v.steps + t
			}
			f(b, t, v.gx[row*GH:][:GH], v.gh[b*n:][:n])
		}
	})
}

func (v *recurrentRun) step(x *exec, s int, y *Tensor) error {
	H := v.hidden
	G := v.gates() * H
	lo := v.d * G
	clip := func(a float32) float32 { return a }
	if v.clip > 0 {
		clip = func(a float32) float32 { return clamp(a, -v.clip, v.clip) }
	}
	out := func(b, t int) {
		if y == nil {
			return
		}
		at := ((t*v.directions+v.d)*v.batch + b) * H
		if v.batchFirst {
			at = ((b*v.steps+t)*v.directions + v.d) * H
		}
		copy(y.Float[at:][:H], v.h[b*H:])
	}
	f := v.functions[v.d]
	switch {
	case v.cell == rnn:
		if err := v.r(v.gh, v.h, v.batch, lo, lo+G); err != nil {
			return err
		}
		v.each(x, s, G, func(b, t int, gx, gh []float32) {
			h := v.h[b*H:][:H]
			for i := range h {
				h[i] = f[0](clip(gx[i] + gh[i]))
			}
			out(b, t)
		})

	case v.cell == lstm:
		if err := v.r(v.gh, v.h, v.batch, lo, lo+G); err != nil {
			return err
		}
		v.each(x, s, G, func(b, t int, gx, gh []float32) {
			h, c := v.h[b*H:][:H], v.c[b*H:][:H]
			for i := range h {
				gi, gf := gx[i]+gh[i], gx[2*H+i]+gh[2*H+i]
				if v.peep != nil {
					gi += float32(v.peep[i] * c[i])
					gf += float32(v.peep[2*H+i] * c[i])
				}
				in := f[0](clip(gi))
				forget := f[0](clip(gf))
				if v.inputForget {
					forget = 1 - in
				}
				c[i] = float32(forget*c[i]) + float32(in*f[1](clip(gx[3*H+i]+gh[3*H+i])))
				g := gx[H+i] + gh[H+i]
				if v.peep != nil {
					g += float32(v.peep[H+i] * c[i])
				}
				h[i] = f[0](clip(g)) * f[2](c[i])
			}
			out(b, t)
		})

	case v.linearBeforeReset:
		if err := v.r(v.gh, v.h, v.batch, lo, lo+G); err != nil {
			return err
		}
		v.each(x, s, G, func(b, t int, gx, gh []float32) {
			h := v.h[b*H:][:H]
			for i := range h {
				z, r := f[0](clip(gx[i]+gh[i])), f[0](clip(gx[H+i]+gh[H+i]))
				h[i] = mix(z, f[1](clip(gx[2*H+i]+float32(r*gh[2*H+i]))), h[i])
			}
			out(b, t)
		})

	default:
		// The gates z and r need h; the candidate needs r*h.
		if err := v.r(v.gh[:v.batch*2*H], v.h, v.batch, lo, lo+2*H); err != nil {
			return err
		}
		clear(v.rh) // of the samples that have ended
		v.each(x, s, 2*H, func(b, _ int, gx, gh []float32) {
			h, rh := v.h[b*H:][:H], v.rh[b*H:][:H]
			for i := range h {
				gx[i] = f[0](clip(gx[i] + gh[i])) // z, used below
				rh[i] = f[0](clip(gx[H+i]+gh[H+i])) * h[i]
			}
		})
		if err := v.r(v.gh[:v.batch*H], v.rh, v.batch, lo+2*H, lo+3*H); err != nil {
			return err
		}
		v.each(x, s, H, func(b, t int, gx, gh []float32) {
			h := v.h[b*H:][:H]
			for i := range h {
				h[i] = mix(gx[i], f[1](clip(gx[2*H+i]+gh[i])), h[i])
			}
			out(b, t)
		})
	}
	return nil
}

// mix is a GRU's new state: (1-z)*candidate + z*h.
func mix(z, candidate, h float32) float32 {
	return float32((1-z)*candidate) + float32(z*h)
}
