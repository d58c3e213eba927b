package network

import (
	"fmt"
	"sync"
)

// exec is what a kernel may use while it runs.
type exec struct {
	threads int
	scratch []float32
}

// parallel calls f for consecutive ranges that cover 0..n, each of at least
// grain elements where there are as many, on several goroutines. What f
// computes must not depend on the ranges.
func (x *exec) parallel(n, grain int, f func(lo, hi int)) {
	parts := min(x.threads, n/max(grain, 1))
	if parts <= 1 {
		if n > 0 {
			f(0, n)
		}
		return
	}
	fork(parts, func(i int) { f(n*i/parts, n*(i+1)/parts) })
}

// fork calls f for every part below parts, each on a goroutine of its own, and
// returns when all have.
func fork(parts int, f func(part int)) {
	if parts <= 1 {
		if parts == 1 {
			f(0)
		}
		return
	}
	var wg sync.WaitGroup
	for i := 1; i < parts; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(i)
		}()
	}
	f(0)
	wg.Wait()
}

// Run computes the outputs of the network for the given inputs, which are not
// modified; the outputs share no memory with them. Dimensions that the graph
// leaves open (the batch) are those of the inputs.
func (n *Network) Run(inputs map[string]*Tensor) (map[string]*Tensor, error) {
	out, err := n.run(inputs)
	if err != nil {
		return nil, report{err}
	}
	return out, nil
}

func (n *Network) run(inputs map[string]*Tensor) (map[string]*Tensor, error) {
	shapes := make(map[string][]int, len(inputs))
	for name, t := range inputs {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("input %q: %w", name, err)
		}
		shapes[name] = t.Shape
	}
	p, err := n.plan(shapes)
	if err != nil {
		return nil, err
	}
	values := make([]*Tensor, len(n.names))
	for _, in := range n.inputs {
		t := inputs[in.info.Name]
		if want := p.values[in.id].typ; t.Type != want {
			return nil, fmt.Errorf("%w: input %q of type %v, want %v", ErrShape, in.info.Name, t.Type, want)
		}
		values[in.id] = t
	}
	a, _ := p.arenas.Get().(*arena)
	if a == nil {
		a = &arena{make([]float32, p.floats), make([]int64, p.ints)}
	}
	defer p.arenas.Put(a)
	for id, pl := range p.places {
		if pl.kind == constant {
			values[id] = p.values[id].known
		}
	}
	x := &exec{threads: n.threads}
	for i := range p.steps {
		s := &p.steps[i]
		if s.kernel.view {
			id := s.out[0]
			values[id] = viewOf(values[s.in[0]], p.values[id].shape)
			continue
		}
		in := make([]*Tensor, len(s.in))
		for k, id := range s.in {
			if id != absent {
				in[k] = values[id]
			}
		}
		out := make([]*Tensor, len(s.out))
		for k, id := range s.out {
			if id != absent {
				out[k] = p.tensor(id, a)
				values[id] = out[k]
			}
		}
		x.scratch = nil
		if s.scratch > 0 {
			x.scratch = a.floats[s.scratchOff:][:s.scratch:s.scratch]
		}
		if err := s.kernel.run(x, in, out); err != nil {
			return nil, n.fault(s.name, s.node, err)
		}
	}
	results := make(map[string]*Tensor, len(n.output))
	for i, id := range n.output {
		t := values[id]
		if p.places[id].kind != owned || p.places[id].root != id {
			t = t.clone()
		}
		results[n.graph.Outputs[i].Name] = t
	}
	return results, nil
}

// tensor returns the storage of a value that a step makes.
func (p *plan) tensor(id int, a *arena) *Tensor {
	v, pl := p.values[id], p.places[id]
	if pl.kind == owned {
		return newTensor(v)
	}
	t := &Tensor{Shape: v.shape, Type: v.typ}
	size := int64(v.size())
	if v.typ.IsFloat() {
		t.Float = a.floats[pl.off:][:size:size]
	} else {
		t.Int = a.ints[pl.off:][:size:size]
	}
	return t
}

func (t *Tensor) clone() *Tensor {
	return &Tensor{
		Shape: append([]int{}, t.Shape...), Type: t.Type,
		Float: append([]float32(nil), t.Float...), Int: append([]int64(nil), t.Int...),
	}
}
