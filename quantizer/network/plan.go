package network

import (
	"fmt"
	"strconv"
	"sync"
)

// plan is a network made ready for inputs of certain shapes: every tensor has
// its shape and its place.
type plan struct {
	key    string
	values []value // by value id
	places []place
	steps  []planned
	floats int64 // elements of the arenas
	ints   int64
	work   int64
	arenas sync.Pool
}

// arena is the memory of all tensors of one Run that do not leave it.
type arena struct {
	floats []float32
	ints   []int64
}

// place says where the elements of a value are.
type place struct {
	kind placeKind
	root int   // a value whose storage this one shares, see plan.root; itself mostly
	off  int64 // in the arena of its type
}

type placeKind uint8

const (
	nowhere  placeKind = iota
	constant           // in Network.consts, or known in the plan
	given              // an input
	inArena
	owned // allocated for an output of the network
)

type planned struct {
	*step
	cost
	scratchOff int64
}

// smallValue bounds the elements of results that are computed while shapes are
// inferred.
const smallValue = 4096

// Shapes returns the shape of every tensor of the network, constants that were
// folded away excepted, for inputs of the given shapes. It fails as Run would
// for such inputs, ErrBudget included.
func (n *Network) Shapes(inputs map[string][]int) (map[string][]int, error) {
	p, err := n.plan(inputs)
	if err != nil {
		return nil, report{err}
	}
	shapes := map[string][]int{}
	for id, v := range p.values {
		if v.present() {
			shapes[n.names[id]] = append([]int{}, v.shape...)
		}
	}
	return shapes, nil
}

// checkInputs compares shapes with the declared inputs.
func (n *Network) checkInputs(shapes map[string][]int) error {
	symbols := map[string]int{}
	for _, in := range n.inputs {
		name := in.info.Name
		shape, ok := shapes[name]
		if !ok {
			return fmt.Errorf("%w: input %q is missing", ErrShape, name)
		}
		if _, ok := sizeOf(shape); !ok {
			return fmt.Errorf("%w: input %q of shape %v", ErrShape, name, shape)
		}
		if !in.info.HasShape {
			continue
		}
		fits := len(shape) == len(in.info.Shape)
		for i := 0; fits && i < len(shape); i++ {
			d := in.info.Shape[i]
			if d.Size >= 0 {
				fits = d.Size == shape[i]
			} else if d.Symbol != "" {
				if size, ok := symbols[d.Symbol]; ok {
					fits = size == shape[i]
				}
				symbols[d.Symbol] = shape[i]
			}
		}
		if !fits {
			return fmt.Errorf("%w: input %q of shape %v, want %v", ErrShape, name, shape, dims(in.info.Shape))
		}
	}
	if len(shapes) > len(n.inputs) {
		for name := range shapes {
			if id, ok := n.ids[name]; !ok || !n.isInput(id) {
				return fmt.Errorf("%w: %q is not an input of the network", ErrShape, name)
			}
		}
	}
	return nil
}

func (n *Network) isInput(id int) bool {
	for _, in := range n.inputs {
		if in.id == id {
			return true
		}
	}
	return false
}

// dims prints declared dimensions by their symbols.
type dims []Dim

func (d dims) String() string {
	s := "["
	for i, x := range d {
		if i > 0 {
			s += " "
		}
		switch {
		case x.Size >= 0:
			s += strconv.Itoa(x.Size)
		case x.Symbol != "":
			s += x.Symbol
		default:
			s += "?"
		}
	}
	return s + "]"
}

// plan returns the plan for inputs of the given shapes, from the last few or
// made now.
func (n *Network) plan(inputs map[string][]int) (*plan, error) {
	const keep = 4
	if err := n.checkInputs(inputs); err != nil {
		return nil, err
	}
	var key []byte
	for _, in := range n.inputs {
		for _, d := range inputs[in.info.Name] {
			key = strconv.AppendInt(key, int64(d), 10)
			key = append(key, ',')
		}
		key = append(key, ';')
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, p := range n.plans {
		if p.key == string(key) {
			copy(n.plans[1:i+1], n.plans[:i])
			n.plans[0] = p
			return p, nil
		}
	}
	p, err := n.makePlan(inputs)
	if err != nil {
		return nil, err
	}
	p.key = string(key)
	n.plans = append([]*plan{p}, n.plans[:min(len(n.plans), keep-1)]...)
	return p, nil
}

func (n *Network) makePlan(inputs map[string][]int) (*plan, error) {
	p := &plan{values: make([]value, len(n.names)), places: make([]place, len(n.names))}
	for id, t := range n.consts {
		if t != nil {
			p.values[id] = value{t.Type, t.Shape, t}
			p.places[id] = place{constant, id, 0}
		}
	}
	bytes := n.constBytes
	for _, in := range n.inputs {
		typ := in.info.Type
		if typ == Undefined {
			typ = Float32
		}
		v := value{typ: typ, shape: append([]int{}, inputs[in.info.Name]...)}
		p.values[in.id] = v
		p.places[in.id] = place{given, in.id, 0}
		bytes += valueBytes(v)
	}
	if bytes > n.options.MaxBytes {
		return nil, fmt.Errorf("%w: constants and inputs take %d bytes, %d are allowed", ErrBudget, bytes, n.options.MaxBytes)
	}
	for i := range n.steps {
		s := &n.steps[i]
		if err := n.inferStep(p, s, &bytes); err != nil {
			return nil, n.fault(s.name, s.node, err)
		}
	}
	if err := n.assign(p, bytes); err != nil {
		return nil, err
	}
	return p, nil
}

// inferStep finds type and shape of a step's outputs, and their elements where
// they are few and do not depend on the data.
func (n *Network) inferStep(p *plan, s *step, bytes *int64) error {
	in := make([]value, len(s.in))
	known := !s.kernel.product
	for i, id := range s.in {
		if id != absent {
			in[i] = p.values[id]
			known = known && in[i].known != nil
		}
	}
	out, c, err := s.infer(in)
	if err != nil {
		return err
	}
	if p.work += c.work; p.work > n.options.MaxWork {
		return fmt.Errorf("%w: %d steps, %d are allowed", ErrBudget, p.work, n.options.MaxWork)
	}
	for i, id := range s.out {
		if id == absent {
			continue
		}
		if i >= len(out) || !out[i].present() {
			return fmt.Errorf("%w: output %d", ErrUnsupported, i)
		}
		known = known && out[i].size() <= smallValue
	}
	known = known && c.work <= 64*smallValue && c.scratch <= smallValue
	if known || len(out) > 0 && out[0].known != nil {
		ts, err := s.evaluate(1, in, out, c)
		if err != nil {
			return err
		}
		for i, id := range s.out {
			if id != absent {
				p.values[id] = value{ts[i].Type, ts[i].Shape, ts[i]}
				p.places[id] = place{constant, id, 0}
				*bytes += bytesOf(ts[i])
			}
		}
		return nil
	}
	for i, id := range s.out {
		if id != absent {
			p.values[id] = out[i]
			p.places[id] = place{nowhere, id, 0}
		}
	}
	if s.kernel.view {
		p.places[s.out[0]].root = s.in[0]
	}
	p.steps = append(p.steps, planned{step: s, cost: c})
	return nil
}

// assign gives every value its place: a slot of the arena from the step that
// makes it to the last one that reads it.
func (n *Network) assign(p *plan, bytes int64) error {
	uses := make([]int, len(p.values))
	for i := range p.steps {
		if p.steps[i].kernel.view {
			continue
		}
		for _, id := range p.steps[i].in {
			if id != absent {
				uses[p.root(id)]++
			}
		}
	}
	for _, id := range n.output {
		uses[p.root(id)]++ // never drops to zero: alive to the end
		bytes += valueBytes(p.values[id])
	}
	for _, id := range n.output {
		if p.places[id].kind == nowhere && p.places[id].root == id {
			p.places[id].kind = owned
		}
	}
	var floats, ints slots
	space := func(v value) *slots {
		if v.typ.IsFloat() {
			return &floats
		}
		return &ints
	}
	release := func(root int) {
		if p.places[root].kind == inArena {
			v := p.values[root]
			space(v).free(p.places[root].off, int64(v.size()))
		}
	}
	for i := range p.steps {
		s := &p.steps[i]
		if s.kernel.view {
			continue // takes its root's place below
		}
		for k, id := range s.out {
			if id == absent || p.places[id].kind != nowhere {
				continue
			}
			v := p.values[id]
			if k == 0 && s.kernel.inplace && len(s.in) > 0 && s.in[0] != absent {
				from := p.root(s.in[0])
				f := p.values[s.in[0]]
				if p.places[from].kind == inArena && uses[from] == 1 && f.typ == v.typ && equalShape(f.shape, v.shape) {
					p.places[id] = place{inArena, from, p.places[from].off}
					uses[from] += uses[id]
					continue
				}
			}
			p.places[id].kind = inArena
			p.places[id].off = space(v).take(int64(v.size()))
		}
		s.scratchOff = floats.take(s.scratch)
		if total := bytes + 4*floats.top + 8*ints.top; total > n.options.MaxBytes {
			return n.fault(s.name, s.node, fmt.Errorf("%w: %d bytes, %d are allowed", ErrBudget, total, n.options.MaxBytes))
		}
		floats.free(s.scratchOff, s.scratch)
		for _, id := range s.in {
			if id == absent {
				continue
			}
			root := p.root(id)
			if uses[root]--; uses[root] == 0 {
				release(root)
			}
		}
		for _, id := range s.out {
			if id != absent && p.places[id].root == id && uses[id] == 0 {
				release(id) // nobody reads it
			}
		}
	}
	for i := range p.steps {
		// In order: a view of a view finds its root placed.
		if s := &p.steps[i]; s.kernel.view {
			id := s.out[0]
			root := p.root(id)
			p.places[id] = place{p.places[root].kind, root, p.places[root].off}
		}
	}
	p.floats, p.ints = floats.top, ints.top
	return nil
}

// root follows the views, and the results made in place, to the value that
// owns the storage, and shortens the path for the next time.
func (p *plan) root(id int) int {
	for p.places[id].root != id {
		p.places[id].root = p.places[p.places[id].root].root
		id = p.places[id].root
	}
	return id
}

// slots hands out ranges of an arena that grows as needed, best fit first.
type slots struct {
	top  int64
	list []slot // free, ascending, never adjacent
}

type slot struct{ off, size int64 }

// slotAlign keeps rows of different tensors out of one cache line.
const slotAlign = 16

func aligned(size int64) int64 { return (size + slotAlign - 1) &^ (slotAlign - 1) }

func (s *slots) take(size int64) int64 {
	size = aligned(size)
	if size == 0 {
		return 0
	}
	best := -1
	for i, f := range s.list {
		if f.size >= size && (best < 0 || f.size < s.list[best].size) {
			best = i
		}
	}
	if best < 0 {
		// Extend the last range if it ends at the top.
		off := s.top
		if k := len(s.list) - 1; k >= 0 && s.list[k].off+s.list[k].size == s.top {
			off = s.list[k].off
			s.list = s.list[:k]
		}
		s.top = off + size
		return off
	}
	off := s.list[best].off
	if s.list[best].size == size {
		s.list = append(s.list[:best], s.list[best+1:]...)
	} else {
		s.list[best].off += size
		s.list[best].size -= size
	}
	return off
}

func (s *slots) free(off, size int64) {
	size = aligned(size)
	if size == 0 {
		return
	}
	i := 0
	for i < len(s.list) && s.list[i].off < off {
		i++
	}
	s.list = append(s.list, slot{})
	copy(s.list[i+1:], s.list[i:])
	s.list[i] = slot{off, size}
	if i+1 < len(s.list) && off+size == s.list[i+1].off {
		s.list[i].size += s.list[i+1].size
		s.list = append(s.list[:i+1], s.list[i+2:]...)
	}
	if i > 0 && s.list[i-1].off+s.list[i-1].size == off {
		s.list[i-1].size += s.list[i].size
		s.list = append(s.list[:i], s.list[i+1:]...)
	}
}
