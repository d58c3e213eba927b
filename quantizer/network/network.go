package network

import (
	"fmt"
	"runtime"
	"sort"
	"strconv"
	"sync"
)

// Network is a graph that was checked and made ready. Its methods may be
// called concurrently.
type Network struct {
	graph   *Graph
	options Options
	threads int

	ids    map[string]int // of values
	names  []string
	consts []*Tensor // by value; nil where not constant
	inputs []input
	output []int // values
	steps  []step
	sites  []*Site
	// shared holds constants in the layout of a site.
	shared map[string]*Tensor

	constBytes int64
	mu         sync.Mutex
	plans      []*plan // the latest first
}

type input struct {
	id   int
	info ValueInfo
}

// step is one node, ready to run.
type step struct {
	node    *Node
	name    string
	kernel  *kernel
	in, out []int // values; -1 where absent
}

const absent = -1

// New checks a graph, orders its nodes, folds what is constant and prepares
// every matrix product. The graph's tensors are kept, not copied, and must not
// be modified afterwards.
//
// Nodes and names that no output needs are checked for support but not
// prepared.
func New(g *Graph, o Options) (*Network, error) {
	o.Threads = threadsOr(o.Threads)
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxWork <= 0 {
		o.MaxWork = defaultMaxWork
	}
	if o.Arithmetic == nil {
		o.Arithmetic = Float32Arithmetic{Threads: o.Threads}
	}
	n := &Network{graph: g, options: o, threads: o.Threads, ids: map[string]int{}, shared: map[string]*Tensor{}}
	if err := n.load(); err != nil {
		return nil, report{err}
	}
	return n, nil
}

// threadsOr returns n, or GOMAXPROCS where n is not positive.
func threadsOr(n int) int {
	if n <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n
}

// Sites returns the matrix products of the network in the order of execution.
func (n *Network) Sites() []*Site { return append([]*Site(nil), n.sites...) }

// Graph returns the graph that the network was made of.
func (n *Network) Graph() *Graph { return n.graph }

func (n *Network) id(name string) int {
	id, ok := n.ids[name]
	if !ok {
		id = len(n.names)
		n.ids[name] = id
		n.names = append(n.names, name)
		n.consts = append(n.consts, nil)
	}
	return id
}

func (n *Network) load() error {
	g := n.graph
	if g == nil {
		return fmt.Errorf("%w: no graph", ErrGraph)
	}
	if g.Opset < oldestOpset || g.Opset > newestOpset {
		return fmt.Errorf("%w: opset %d; opsets %d to %d are known", ErrUnsupported, g.Opset, oldestOpset, newestOpset)
	}
	if err := n.declare(); err != nil {
		return err
	}
	order, err := n.order()
	if err != nil {
		return err
	}
	return n.prepare(order)
}

// declare enters initializers and inputs.
func (n *Network) declare() error {
	g := n.graph
	names := make([]string, 0, len(g.Initializers))
	for name := range g.Initializers {
		names = append(names, name)
	}
	sort.Strings(names) // the same error on every run
	for _, name := range names {
		t := g.Initializers[name]
		if name == "" {
			return fmt.Errorf("%w: an initializer without a name", ErrGraph)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("initializer %q: %w", name, err)
		}
		n.consts[n.id(name)] = t
	}
	seen := map[string]bool{}
	for _, v := range g.Inputs {
		if v.Name == "" || seen[v.Name] {
			return fmt.Errorf("%w: input %q is declared twice or without a name", ErrGraph, v.Name)
		}
		seen[v.Name] = true
		if err := v.check(); err != nil {
			return fmt.Errorf("input %q: %w", v.Name, err)
		}
		if _, ok := g.Initializers[v.Name]; ok {
			continue
		}
		n.inputs = append(n.inputs, input{n.id(v.Name), v})
	}
	return nil
}

func (v ValueInfo) check() error {
	if v.Type >= dtypes {
		return fmt.Errorf("%w: type %v", ErrGraph, v.Type)
	}
	for _, d := range v.Shape {
		if d.Size < -1 {
			return fmt.Errorf("%w: dimension %d", ErrShape, d.Size)
		}
	}
	return nil
}

// fault names the node, its operator and the opset.
func (n *Network) fault(name string, node *Node, err error) error {
	op := node.Op
	if node.Domain != "" {
		op = node.Domain + "." + op
	}
	return fmt.Errorf("node %q (%s, opset %d): %w", name, op, n.graph.Opset, err)
}

// order returns the indices of the nodes that the outputs need, each after
// those that it depends on, in the order of the graph as far as possible.
func (n *Network) order() ([]int, error) {
	g := n.graph
	producer := map[string]int{}
	names := nodeNames(n.graph.Nodes)
	for i := range g.Nodes {
		node := &g.Nodes[i]
		row, err := lookup(node, g.Opset)
		if err != nil {
			return nil, n.fault(names[i], node, err)
		}
		if err := row.arity(node); err != nil {
			return nil, n.fault(names[i], node, err)
		}
		for _, out := range node.Outputs {
			if out == "" {
				continue
			}
			if _, ok := producer[out]; ok {
				return nil, n.fault(names[i], node, fmt.Errorf("%w: %q is the output of two nodes", ErrGraph, out))
			}
			if _, ok := n.ids[out]; ok {
				return nil, n.fault(names[i], node, fmt.Errorf("%w: output %q is also an input or initializer", ErrGraph, out))
			}
			producer[out] = i
		}
	}
	const (
		open = iota + 1
		done
	)
	state := make([]uint8, len(g.Nodes))
	var order []int
	// visit walks the graph depth first with its own stack: graphs may be deep.
	type frame struct{ node, next int }
	visit := func(root int) error {
		if state[root] == done {
			return nil
		}
		state[root] = open
		stack := []frame{{root, 0}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			node := &g.Nodes[f.node]
			if f.next == len(node.Inputs) {
				state[f.node] = done
				order = append(order, f.node)
				stack = stack[:len(stack)-1]
				continue
			}
			name := node.Inputs[f.next]
			f.next++
			if name == "" {
				continue
			}
			if _, ok := n.ids[name]; ok {
				continue
			}
			p, ok := producer[name]
			if !ok {
				return n.fault(names[f.node], node, fmt.Errorf("%w: input %q does not exist", ErrGraph, name))
			}
			switch state[p] {
			case open:
				return n.fault(names[f.node], node, fmt.Errorf("%w: input %q depends on the node itself", ErrGraph, name))
			case done:
			default:
				state[p] = open
				stack = append(stack, frame{p, 0})
			}
		}
		return nil
	}
	if len(g.Outputs) == 0 {
		return nil, fmt.Errorf("%w: no outputs", ErrGraph)
	}
	seen := map[string]bool{}
	for _, out := range g.Outputs {
		if out.Name == "" || seen[out.Name] {
			return nil, fmt.Errorf("%w: output %q is declared twice or without a name", ErrGraph, out.Name)
		}
		seen[out.Name] = true
		if _, ok := n.ids[out.Name]; ok {
			continue
		}
		p, ok := producer[out.Name]
		if !ok {
			return nil, fmt.Errorf("%w: output %q does not exist", ErrGraph, out.Name)
		}
		if err := visit(p); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// nodeNames returns a unique name for every node.
func nodeNames(nodes []Node) []string {
	names := make([]string, len(nodes))
	used := make(map[string]bool, len(nodes))
	for i := range nodes {
		if name := nodes[i].Name; name != "" && !used[name] {
			names[i], used[name] = name, true
		}
	}
	for i := range nodes {
		if names[i] != "" {
			continue
		}
		name := nodes[i].Op + "#" + strconv.Itoa(i)
		for used[name] {
			name += "'"
		}
		names[i], used[name] = name, true
	}
	return names
}

func (o *operator) arity(node *Node) error {
	if len(node.Inputs) < o.minIn || (o.maxIn >= 0 && len(node.Inputs) > o.maxIn) {
		return fmt.Errorf("%w: %d inputs", ErrGraph, len(node.Inputs))
	}
	for i := range o.minIn {
		if node.Inputs[i] == "" {
			return fmt.Errorf("%w: input %d is absent", ErrGraph, i)
		}
	}
	if len(node.Outputs) < o.minOut || (o.maxOut >= 0 && len(node.Outputs) > o.maxOut) {
		return fmt.Errorf("%w: %d outputs", ErrGraph, len(node.Outputs))
	}
	return nil
}

// prepare builds the kernels of the nodes in order and folds constants.
func (n *Network) prepare(order []int) error {
	g := n.graph
	names := nodeNames(n.graph.Nodes)
	uses := map[string]int{} // of constants by nodes that are kept, and by outputs
	pending := map[string]int{}
	for _, out := range g.Outputs {
		uses[out.Name]++
	}
	for _, i := range order {
		for _, in := range g.Nodes[i].Inputs {
			pending[in]++
		}
	}
	for _, t := range n.consts {
		if t != nil {
			n.constBytes += bytesOf(t)
		}
	}
	if n.constBytes > n.options.MaxBytes {
		return fmt.Errorf("%w: the initializers take %d bytes, %d are allowed", ErrBudget, n.constBytes, n.options.MaxBytes)
	}
	var folded int64 // work
	for _, i := range order {
		node := &g.Nodes[i]
		s, err := n.build(node, names[i])
		if err != nil {
			return n.fault(names[i], node, err)
		}
		constant := !s.kernel.product
		for _, id := range s.in {
			constant = constant && (id == absent || n.consts[id] != nil)
		}
		if !constant {
			n.steps = append(n.steps, s)
			for _, in := range node.Inputs {
				uses[in]++
			}
		} else if err := n.fold(&s, &folded); err != nil {
			return n.fault(names[i], node, err)
		}
		for _, in := range node.Inputs {
			if pending[in]--; pending[in] == 0 && uses[in] == 0 && in != "" {
				// Only nodes that were folded needed it.
				if id := n.ids[in]; n.consts[id] != nil {
					n.constBytes -= bytesOf(n.consts[id])
					n.consts[id] = nil
				}
			}
		}
	}
	for _, out := range g.Outputs {
		n.output = append(n.output, n.ids[out.Name])
	}
	return nil
}

// build makes the step of one node.
func (n *Network) build(node *Node, name string) (step, error) {
	row, err := lookup(node, n.graph.Opset)
	if err != nil {
		return step{}, err
	}
	s := step{node: node, name: name, in: make([]int, len(node.Inputs)), out: make([]int, len(node.Outputs))}
	b := &builder{node: node, name: name, opset: n.graph.Opset, net: n, asked: map[string]bool{}}
	b.consts = make([]*Tensor, len(node.Inputs))
	for i, in := range node.Inputs {
		s.in[i] = absent
		if in != "" {
			s.in[i] = n.id(in)
			b.consts[i] = n.consts[s.in[i]]
		}
	}
	for i, out := range node.Outputs {
		s.out[i] = absent
		if out != "" {
			s.out[i] = n.id(out)
		}
	}
	s.kernel, err = row.build(b)
	if b.err != nil { // the first thing that was wrong
		return step{}, b.err
	}
	if err != nil {
		return step{}, err
	}
	unknown := ""
	for name := range node.Attrs {
		if !b.asked[name] && (unknown == "" || name < unknown) {
			unknown = name
		}
	}
	if unknown != "" {
		return step{}, fmt.Errorf("%w attribute %q", ErrUnsupported, unknown)
	}
	return s, nil
}

// fold computes a node whose inputs are constant.
func (n *Network) fold(s *step, folded *int64) error {
	in := make([]value, len(s.in))
	for i, id := range s.in {
		if id != absent {
			t := n.consts[id]
			in[i] = value{t.Type, t.Shape, t}
		}
	}
	out, cost, err := s.infer(in)
	if err != nil {
		return err
	}
	for _, v := range out {
		n.constBytes += valueBytes(v)
	}
	*folded += cost.work
	if n.constBytes+4*cost.scratch > n.options.MaxBytes || *folded > n.options.MaxWork {
		return fmt.Errorf("%w: a constant result of %d bytes in all, %d steps", ErrBudget, n.constBytes, *folded)
	}
	ts, err := s.evaluate(n.threads, in, out, cost)
	if err != nil {
		return err
	}
	for i, id := range s.out {
		if id != absent {
			n.consts[id] = ts[i]
		} else if i < len(out) {
			n.constBytes -= valueBytes(out[i])
		}
	}
	return nil
}

func bytesOf(t *Tensor) int64 {
	return 4*int64(len(t.Float)) + 8*int64(len(t.Int))
}

func valueBytes(v value) int64 {
	if v.typ.IsFloat() {
		return 4 * int64(v.size())
	}
	return 8 * int64(v.size())
}

// cost is what a step needs.
type cost struct {
	work    int64
	scratch int64 // float32 elements
}

// infer returns what is known of a step's outputs and what they cost, with all
// sizes checked.
func (s *step) infer(in []value) ([]value, cost, error) {
	var c cost
	out, err := s.kernel.infer(in)
	if err != nil {
		return nil, c, err
	}
	for _, v := range out {
		if _, ok := sizeOf(v.shape); !ok {
			return nil, c, fmt.Errorf("%w: an output of shape %v", ErrBudget, v.shape)
		}
		c.work += int64(v.size())
	}
	for _, v := range in {
		if v.present() {
			c.work += int64(v.size())
		}
	}
	if s.kernel.work != nil {
		c.work += s.kernel.work(in, out)
	}
	if s.kernel.scratch != nil {
		c.scratch = s.kernel.scratch(in, out)
	}
	return out, c, nil
}

// evaluate runs a step whose inputs are known.
func (s *step) evaluate(threads int, in, out []value, c cost) ([]*Tensor, error) {
	ins := make([]*Tensor, len(in))
	for i, v := range in {
		ins[i] = v.known
	}
	outs := make([]*Tensor, len(s.out))
	for i, id := range s.out {
		if id == absent {
			continue
		}
		if out[i].known != nil {
			outs[i] = out[i].known
			continue
		}
		outs[i] = newTensor(out[i])
	}
	if len(outs) > 0 && len(out) > 0 && out[0].known != nil {
		return outs, nil
	}
	if s.kernel.view {
		return []*Tensor{viewOf(ins[0], out[0].shape)}, nil
	}
	x := &exec{threads: threads, scratch: make([]float32, c.scratch)}
	return outs, s.kernel.run(x, ins, outs)
}

func newTensor(v value) *Tensor {
	t := &Tensor{Shape: v.shape, Type: v.typ}
	if v.typ.IsFloat() {
		t.Float = make([]float32, v.size())
	} else {
		t.Int = make([]int64, v.size())
	}
	return t
}

func viewOf(t *Tensor, shape []int) *Tensor {
	return &Tensor{Shape: shape, Type: t.Type, Float: t.Float, Int: t.Int}
}
