package network

import (
	"fmt"
	"slices"
	"sort"
)

// Tie is tensors that integer runtimes want at one scale and zero point, and the
// products that read them.
type Tie struct {
	// Tensors are tied by Nodes: in the order of the graph, as the names in Sites are,
	// of the products whose activations they are.
	Tensors, Nodes, Sites []string

	readers []operandTensor
}

// sameScale names the operators whose result has the scale of what they read: they move
// elements, or choose or average among them.
var sameScale = map[string]bool{
	"MaxPool": true, "AveragePool": true, "GlobalMaxPool": true, "GlobalAveragePool": true,
	"Flatten": true, "Reshape": true, "Transpose": true, "Squeeze": true, "Unsqueeze": true, "Identity": true, "Dropout": true,
	"Slice": true, "Split": true, "Gather": true, "Pad": true, "Expand": true, "Tile": true, "Concat": true,
}

// Ties returns the tensors of a graph that integer runtimes want at one scale, as TensorFlow
// Lite's quantization specification has it: what concatenations join and what they
// make, what enters pooling and what leaves it, what Reshape, Transpose, Slice and
// their kin only move, and the two sides of a residual addition, whose sum then takes
// one addition of integers. A tensor that several products read is one tensor to them too.
// A set of one tensor with at most one reader is left out.
func Ties(g *Graph) []Tie {
	e := newEditor(g)
	parent := map[string]string{}
	var find func(t string) string
	find = func(t string) string {
		if p, ok := parent[t]; ok && p != t {
			root := find(p)
			parent[t] = root
			return root
		}
		parent[t] = t
		return t
	}
	varies := func(t string) bool {
		_, initializer := e.g.Initializers[t]
		return t != "" && !initializer && e.consts[t] == nil
	}
	type link struct {
		node    string
		tensors []string
	}
	var links []link
	readers := map[string][]operandTensor{}
	for i, n := range e.g.Nodes {
		name := e.names[i]
		var tied []string
		switch {
		case n.Op == "Concat":
			tied = slices.Concat(n.Inputs, n.Outputs)
		case sameScale[n.Op]:
			tied = append(append(tied, n.Inputs[:min(1, len(n.Inputs))]...), n.Outputs...)
		case n.Op == "Add" && len(n.Inputs) == 2 && varies(n.Inputs[0]) && varies(n.Inputs[1]):
			tied = n.Inputs
		}
		if tied = slices.DeleteFunc(slices.Clone(tied), func(t string) bool { return !varies(t) }); len(tied) > 1 {
			links = append(links, link{name, tied})
			for _, t := range tied[1:] {
				parent[find(t)] = find(tied[0])
			}
		}
		for _, r := range operandsOf(name, &n) {
			if varies(r.tensor) {
				readers[r.tensor] = append(readers[r.tensor], r)
			}
		}
	}
	byRoot := map[string]*Tie{}
	var order []*Tie
	tie := func(t string) *Tie {
		root := find(t)
		if byRoot[root] == nil {
			byRoot[root] = &Tie{}
			order = append(order, byRoot[root])
		}
		return byRoot[root]
	}
	add := func(t string) {
		if z := tie(t); !slices.Contains(z.Tensors, t) {
			z.Tensors = append(z.Tensors, t)
			z.readers = append(z.readers, readers[t]...)
		}
	}
	for _, in := range e.g.Inputs {
		add(in.Name)
	}
	for _, n := range e.g.Nodes {
		for _, out := range n.Outputs {
			if varies(out) {
				add(out)
			}
		}
	}
	for _, l := range links {
		z := tie(l.tensors[0])
		z.Nodes = append(z.Nodes, l.node)
	}
	place := map[string]int{}
	for i, name := range e.names {
		place[name], place[name+"/W"] = i, i
	}
	var out []Tie
	for _, z := range order {
		sort.SliceStable(z.readers, func(i, j int) bool { return place[z.readers[i].site] < place[z.readers[j].site] })
		for _, r := range z.readers {
			if !slices.Contains(z.Sites, r.site) {
				z.Sites = append(z.Sites, r.site)
			}
		}
		if len(z.Tensors) > 1 || len(z.Sites) > 1 {
			out = append(out, *z)
		}
	}
	return out
}

// operandTensor is an activation operand of a node and the tensor that it is.
type operandTensor struct {
	activation
	tensor string
}

// operandsOf returns the operands of a node that may be activations. Whether the left
// one of a MatMul is 'x' of a matrix of weights, or 'a', depends on the right one.
func operandsOf(name string, n *Node) []operandTensor {
	if len(n.Inputs) < 2 {
		return nil
	}
	switch n.Op {
	case "Conv":
		return []operandTensor{{activation{site: name, operand: 'x'}, n.Inputs[0]}}
	case "Gemm", "MatMul":
		return []operandTensor{
			{activation{site: name, operand: 'x'}, n.Inputs[0]},
			{activation{site: name, operand: 'a'}, n.Inputs[0]},
			{activation{site: name, operand: 'b'}, n.Inputs[1]},
		}
	case "GRU", "LSTM", "RNN":
		return []operandTensor{{activation{site: name + "/W", operand: 'x'}, n.Inputs[0]}}
	}
	return nil
}

// Tie gives the activations of every tie that the calibration has seen one range: that
// of all its tensors. Those that no product reads, as the sides of most residual additions, are
// observed in a run of the graph over the inputs. What was trained stays; training
// keeps the ties. It returns the ties of the graph.
func (c *Calibration) Tie(g *Graph, inputs map[string]*Tensor, o Options) ([]Tie, error) {
	ties := Ties(g)
	var unread []string
	for _, z := range ties {
		if len(z.readers) == 0 {
			continue
		}
		for _, t := range z.Tensors {
			if !c.saw(z.readers, t) {
				unread = append(unread, t)
			}
		}
	}
	extra := map[string]*observation{}
	if len(unread) > 0 {
		wide := *g
		wide.Outputs = nil
		for _, t := range unread {
			wide.Outputs = append(wide.Outputs, ValueInfo{Name: t})
		}
		o.Arithmetic = Float32Arithmetic{Threads: o.Threads}
		n, err := New(&wide, o)
		if err != nil {
			return nil, err
		}
		out, err := n.Run(inputs)
		if err != nil {
			return nil, err
		}
		for _, t := range unread {
			x := c.observation()
			if out[t].Type.IsFloat() {
				if err := x.observe(out[t].Float); err != nil {
					return nil, report{fmt.Errorf("tensor %q: %w", t, err)}
				}
			}
			extra[t] = x
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.chosen)
	for _, z := range ties {
		var keys []activation
		first := ""
		for _, r := range z.readers {
			found := c.keys(r.activation)
			keys = append(keys, found...)
			if r.operand == 'x' && len(found) > 0 {
				if first == "" {
					first = r.site
				}
				c.ties[r.site] = first
			}
		}
		if len(keys) == 0 {
			continue
		}
		all := c.observation()
		for _, key := range keys {
			all.merge(c.seen[key])
		}
		for _, t := range z.Tensors {
			if x := extra[t]; x != nil {
				all.merge(x)
			}
		}
		for _, key := range keys {
			c.seen[key] = all
		}
	}
	return ties, nil
}

// saw reports whether one of the readers of a tensor has been seen.
func (c *Calibration) saw(readers []operandTensor, tensor string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(readers, func(r operandTensor) bool { return r.tensor == tensor && len(c.keys(r.activation)) > 0 })
}

// keys returns what was seen of an operand, whatever output channels it met.
func (c *Calibration) keys(a activation) []activation {
	var out []activation
	for key := range c.seen {
		if key.site == a.site && key.operand == a.operand {
			out = append(out, key)
		}
	}
	return out
}
