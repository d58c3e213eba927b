package network

import (
	"fmt"
	"maps"
	"strconv"
)

// editor changes a copy of a graph; the tensors that it does not replace are
// shared with the original. Every node has a name of its own in the copy.
type editor struct {
	g        *Graph
	names    []string
	producer map[string]int  // the node that makes a tensor
	reader   map[string]int  // the last node that reads a tensor
	uses     map[string]int  // how many inputs of nodes, and of the graph, and outputs of it, are this tensor
	taken    map[string]bool // names of tensors
	consts   map[string]*Tensor
	after    map[int]Node // nodes to insert after others
}

func newEditor(g *Graph) *editor {
	c := *g
	c.Nodes = append([]Node(nil), g.Nodes...)
	c.Initializers = maps.Clone(g.Initializers)
	if c.Initializers == nil {
		c.Initializers = map[string]*Tensor{}
	}
	e := &editor{
		g: &c, producer: map[string]int{}, reader: map[string]int{}, uses: map[string]int{},
		taken: map[string]bool{}, consts: map[string]*Tensor{}, after: map[int]Node{},
	}
	e.names = nodeNames(c.Nodes)
	for name, t := range c.Initializers {
		e.taken[name] = true
		if t.check() == nil {
			e.consts[name] = t
		}
	}
	for i, n := range c.Nodes {
		c.Nodes[i].Name = e.names[i] // unnamed nodes keep theirs when others go
		for _, out := range n.Outputs {
			e.producer[out] = i
			e.taken[out] = true
			if a := n.Attrs["value"]; n.Op == "Constant" && a.Kind == AttrTensor && a.Tensor.check() == nil {
				e.consts[out] = a.Tensor
			}
		}
		for _, in := range n.Inputs {
			e.reader[in] = i
			e.uses[in]++
		}
	}
	for _, in := range c.Inputs {
		e.taken[in.Name] = true
		e.uses[in.Name]++ // a declared input stays an initializer
	}
	for _, out := range c.Outputs {
		e.uses[out.Name]++
	}
	return e
}

// vector returns a constant of n floats.
func (e *editor) vector(name string, n int) ([]float32, error) {
	t := e.consts[name]
	if t == nil || !t.Type.IsFloat() || !equalShape(t.Shape, []int{n}) {
		return nil, fmt.Errorf("%q is not a constant of %d floats", name, n)
	}
	return t.Float, nil
}

// unused returns a name that no tensor has yet.
func (e *editor) unused(base string) string {
	name := base
	for i := 2; e.taken[name]; i++ {
		name = base + strconv.Itoa(i)
	}
	e.taken[name] = true
	return name
}

// define adds an initializer under a name of its own.
func (e *editor) define(base string, t *Tensor) string {
	name := e.unused(base)
	e.g.Initializers[name] = t
	e.consts[name] = t
	return name
}

// release drops an initializer that nobody reads any more.
func (e *editor) release(name string) {
	if e.uses[name]--; e.uses[name] == 0 {
		delete(e.g.Initializers, name)
	}
}

// replace makes an initializer the input of a node; it keeps the name of the old
// one where nobody else reads that. An absent input at the end is appended.
func (e *editor) replace(node, input int, base string, t *Tensor) {
	n := &e.g.Nodes[node]
	inputs := append([]string(nil), n.Inputs...)
	for len(inputs) <= input {
		inputs = append(inputs, "")
	}
	old := inputs[input]
	if _, own := e.g.Initializers[old]; own && e.uses[old] == 1 {
		e.g.Initializers[old], e.consts[old] = t, t
		return
	}
	if old != "" {
		base = old
		e.release(old)
	}
	inputs[input] = e.define(base, t)
	e.uses[inputs[input]]++
	e.reader[inputs[input]] = node
	n.Inputs = inputs
}

// insert puts the new nodes in their places; indices of nodes hold no longer then.
func (e *editor) insert() {
	if len(e.after) == 0 {
		return
	}
	var nodes []Node
	for i, n := range e.g.Nodes {
		nodes = append(nodes, n)
		if n, ok := e.after[i]; ok {
			nodes = append(nodes, n)
		}
	}
	e.g.Nodes = nodes
}
