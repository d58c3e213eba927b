package network

import (
	"fmt"
	"slices"
)

// tape is a graph laid out for batches of certain shapes: every tensor and
// gradient has its memory, every node its two functions.
type tape struct {
	shapes  [][]int // of the inputs
	slots   []*taped
	layers  []layer
	updates []func() // of running averages
	// rounded is memory for the gradient of one product's rounded activations.
	rounded []float32
	samples int
	logits  *taped
	inputs  []*taped // whose gradients are asked for
}

// taped is one tensor of a tape.
type taped struct {
	tensor *Tensor
	// gradient is nil where none is needed; views share that of their root.
	// Backward functions add to it.
	gradient  []float32
	parameter bool
	root      *taped // whose memory a view has; itself otherwise
}

// layer is one node of a tape.
type layer struct {
	step *step
	// forward computes the outputs; nil for views.
	forward func() error
	// backward adds to the gradients of the inputs and parameters; nil where
	// there are none.
	backward func()
	// fresh are the gradients that this node is the first to add to.
	fresh []*taped
}

// layerBuilder gives a gradient rule access to its node.
type layerBuilder struct {
	*builder
	t       *Trainer
	tape    *tape
	in, out []*taped // nil where absent
	claimed []bool   // inputs whose gradient the rule computes
}

// gradientRules has, for each operator, what sets the backward function of a
// layer, and the forward one where it is not that of inference. A rule claims
// the inputs that it computes gradients of.
var gradientRules map[string]func(b *layerBuilder, l *layer) error

func init() {
	gradientRules = map[string]func(b *layerBuilder, l *layer) error{
		"Conv": convGradient, "Gemm": gemmGradient, "MatMul": gemmGradient,
		"BatchNormalization": batchNormGradient,
		"Relu":               reluGradient, "Clip": clipGradient, "Min": minGradient, "Add": addGradient,
		"MaxPool": maxPoolGradient, "AveragePool": averagePoolGradient,
		"GlobalAveragePool": globalAverageGradient, "GlobalMaxPool": globalMaxGradient,
	}
}

// wants claims input i, and returns its gradient, nil if none is needed.
func (b *layerBuilder) wants(i int) []float32 {
	if i >= len(b.in) || b.in[i] == nil {
		return nil
	}
	b.claimed[i] = true
	return b.in[i].gradient
}

// tapeFor returns the tape for inputs, with the inputs in it.
func (t *Trainer) tapeFor(inputs map[string]*Tensor) (*tape, error) {
	shapes := make(map[string][]int, len(inputs))
	for name, x := range inputs {
		if err := x.check(); err != nil {
			return nil, fmt.Errorf("input %q: %w", name, err)
		}
		shapes[name] = x.Shape
	}
	if err := t.net.checkInputs(shapes); err != nil {
		return nil, err
	}
	same := t.tape != nil
	for i, in := range t.net.inputs {
		same = same && equalShape(t.tape.shapes[i], shapes[in.info.Name])
	}
	if !same {
		t.tape = nil // its memory may be needed
		tape, err := t.makeTape(shapes)
		if err != nil {
			return nil, err
		}
		t.tape = tape
	}
	for _, in := range t.net.inputs {
		x, slot := inputs[in.info.Name], t.tape.slots[in.id].tensor
		if x.Type != slot.Type {
			return nil, fmt.Errorf("%w: input %q of type %v, want %v", ErrShape, in.info.Name, x.Type, slot.Type)
		}
		copy(slot.Float, x.Float)
		copy(slot.Int, x.Int)
	}
	return t.tape, nil
}

func (t *Trainer) makeTape(shapes map[string][]int) (*tape, error) {
	p, err := t.net.makePlan(shapes)
	if err != nil {
		return nil, err
	}
	z := &tape{slots: make([]*taped, len(p.values))}
	var bytes int64
	for _, v := range p.values {
		if v.known == nil {
			bytes += valueBytes(v)
		}
	}
	more, most := t.thresholds.sizes(p)
	if bytes += 4 * (more + most); bytes > t.options.MaxBytes {
		return nil, fmt.Errorf("%w: the tensors of a step take %d bytes, %d are allowed", ErrBudget, bytes, t.options.MaxBytes)
	}
	for _, in := range t.net.inputs {
		z.shapes = append(z.shapes, p.values[in.id].shape)
	}
	view := make([]bool, len(p.values))
	for i := range p.steps {
		if s := p.steps[i].step; s.kernel.view {
			view[s.out[0]] = true
		}
	}
	for id, v := range p.values {
		if !v.present() {
			continue
		}
		s := &taped{tensor: v.known}
		s.root = s
		if s.tensor == nil && !view[id] {
			s.tensor = newTensor(v)
		}
		if param := t.parameters[t.net.names[id]]; param != nil && param.initializer() == v.known {
			s.gradient, s.parameter = param.gradient, true
		}
		z.slots[id] = s
	}
	for i := range p.steps {
		if s := p.steps[i].step; s.kernel.view {
			in, out := z.slots[s.in[0]], z.slots[s.out[0]]
			out.root, out.tensor = in.root, viewOf(in.tensor, p.values[s.out[0]].shape)
		}
	}
	fresh, err := t.placeGradients(z, p, bytes)
	if err != nil {
		return nil, err
	}
	z.logits = z.slots[t.net.output[0]]
	logits := z.logits.tensor
	if !logits.Type.IsFloat() || len(logits.Shape) == 0 || logits.Size() == 0 {
		return nil, fmt.Errorf("%w: logits of type %v and shape %v", ErrShape, logits.Type, logits.Shape)
	}
	if z.logits.gradient == nil || z.logits.root.parameter {
		return nil, fmt.Errorf("%w: %q depends on no parameter", ErrGraph, t.options.Logits)
	}
	z.samples = logits.Shape[0]
	z.rounded = make([]float32, most)
	for i := range p.steps {
		if err := t.addLayer(z, &p.steps[i], fresh[i]); err != nil {
			return nil, t.net.fault(p.steps[i].name, p.steps[i].node, err)
		}
	}
	return z, nil
}

// placeGradients gives a gradient its memory from the last node that reads the
// tensor, where the backward pass meets it first, to the node that makes it, and
// returns which gradients begin at each step.
func (t *Trainer) placeGradients(z *tape, p *plan, bytes int64) (fresh [][]*taped, err error) {
	needed := map[*taped]bool{}
	if t.options.InputGradients {
		for _, in := range t.net.inputs {
			if s := z.slots[in.id]; s.tensor.Type.IsFloat() {
				needed[s] = true
			}
		}
	}
	for i := range p.steps {
		s := p.steps[i].step
		need := t.thresholds.product(p.steps[i].name) != nil
		for _, id := range s.in {
			if id != absent {
				slot := z.slots[id]
				need = need || slot.parameter || needed[slot.root]
			}
		}
		for _, id := range s.out {
			if id != absent && need && z.slots[id].tensor.Type.IsFloat() {
				needed[z.slots[id].root] = true
			}
		}
	}
	var space slots
	offset := map[*taped]int64{}
	place := func(list []*taped, id int) []*taped {
		if id == absent {
			return list
		}
		s := z.slots[id].root
		if _, ok := offset[s]; ok || !needed[s] {
			return list
		}
		offset[s] = space.take(int64(s.tensor.Size()))
		return append(list, s)
	}
	place(nil, t.net.output[0]) // the loss writes it
	for _, in := range t.net.inputs {
		z.inputs = place(z.inputs, in.id)
	}
	fresh = make([][]*taped, len(p.steps))
	for i := len(p.steps) - 1; i >= 0; i-- {
		s := p.steps[i].step
		for _, id := range s.in {
			fresh[i] = place(fresh[i], id)
		}
		for _, id := range s.out {
			fresh[i] = place(fresh[i], id) // an output that nobody reads
		}
		if s.kernel.view {
			continue
		}
		for _, id := range s.out {
			if id != absent {
				if r := z.slots[id]; needed[r] {
					space.free(offset[r], int64(r.tensor.Size()))
				}
			}
		}
	}
	if bytes += 4 * space.top; bytes > t.options.MaxBytes {
		return nil, fmt.Errorf("%w: the tensors and gradients of a step take %d bytes, %d are allowed", ErrBudget, bytes, t.options.MaxBytes)
	}
	memory := make([]float32, space.top)
	for s, off := range offset {
		size := int64(s.tensor.Size())
		s.gradient = memory[off:][:size:size]
	}
	for _, s := range z.slots {
		if s != nil && s.gradient == nil {
			s.gradient = s.root.gradient
		}
	}
	return fresh, nil
}

func (t *Trainer) addLayer(z *tape, s *planned, fresh []*taped) error {
	l := layer{step: s.step, fresh: fresh}
	b := &layerBuilder{t: t, tape: z, claimed: make([]bool, len(s.in))}
	b.builder = &builder{node: s.node, name: s.name, opset: t.net.graph.Opset, net: t.net, consts: make([]*Tensor, len(s.in)), asked: map[string]bool{}}
	in, out := make([]*Tensor, len(s.in)), make([]*Tensor, len(s.out))
	b.in, b.out = make([]*taped, len(s.in)), make([]*taped, len(s.out))
	need := false
	for i, id := range s.in {
		if id != absent {
			b.in[i] = z.slots[id]
			in[i] = b.in[i].tensor
			b.consts[i] = t.net.consts[id]
			need = need || b.in[i].gradient != nil
		}
	}
	for i, id := range s.out {
		if id != absent {
			b.out[i] = z.slots[id]
			out[i] = b.out[i].tensor
		}
	}
	if !s.kernel.view {
		scratch := make([]float32, s.scratch)
		l.forward = func() error {
			t.x.scratch = scratch
			return s.kernel.run(&t.x, in, out)
		}
	}
	rule := gradientRules[s.node.Op]
	product := t.thresholds.product(s.name)
	switch {
	case s.kernel.view:
		b.wants(0) // the same memory
	case rule != nil && product != nil:
		if err := product.gradient(b, &l, rule); err != nil {
			return err
		}
	case rule != nil && (need || s.node.Op == "BatchNormalization"):
		if err := rule(b, &l); err != nil {
			return err
		}
	case need:
		return fmt.Errorf("%w: the operator has no gradient", ErrUnsupported)
	}
	for i, slot := range b.in {
		if slot != nil && slot.gradient != nil && !b.claimed[i] {
			return fmt.Errorf("%w: input %d (%q) has no gradient", ErrUnsupported, i, s.node.Inputs[i])
		}
	}
	z.layers = append(z.layers, l)
	return nil
}

// forward computes every tensor.
func (z *tape) forward() error {
	for i := range z.layers {
		l := &z.layers[i]
		if l.forward == nil {
			continue
		}
		if err := l.forward(); err != nil {
			return fmt.Errorf("node %q (%s): %w", l.step.name, l.step.node.Op, err)
		}
	}
	return nil
}

// backward computes the gradients from that of the logits.
func (z *tape) backward() {
	for _, s := range z.inputs {
		clear(s.gradient)
	}
	for _, l := range slices.Backward(z.layers) {
		for _, s := range l.fresh {
			clear(s.gradient)
		}
		if l.backward != nil {
			l.backward()
		}
	}
}
