package onnx

import (
	"fmt"
	"maps"
	"slices"

	"github.com/halfulp/halfulp/quantizer/network"
)

// sortNodes returns the indices of the nodes, each after those that it depends
// on, in the order of the graph as far as possible. On the way it checks that
// every name is defined once, and every name that is read.
func sortNodes(g *network.Graph) ([]int, error) {
	const given = -1            // not by a node
	definer := map[string]int{} // of each name: a node's index, or given
	for _, name := range slices.Sorted(maps.Keys(g.Initializers)) {
		if name == "" {
			return nil, inconsistent("an initializer without a name")
		}
		definer[name] = given
	}
	seen := map[string]bool{}
	for _, v := range g.Inputs {
		if v.Name == "" || seen[v.Name] {
			return nil, inconsistent("input %s is declared twice or without a name", quote(v.Name))
		}
		seen[v.Name] = true
		definer[v.Name] = given
	}
	fault := func(i int, err error) error { return fmt.Errorf("%s: %w", describe(g.Nodes[i], i), err) }
	for i, n := range g.Nodes {
		for _, name := range n.Outputs {
			if _, ok := definer[name]; ok && name != "" {
				return nil, fault(i, inconsistent("output %s is defined twice", quote(name)))
			}
			definer[name] = i
		}
	}
	definer[""] = given // an input that is absent
	if len(g.Outputs) == 0 {
		return nil, inconsistent("no outputs")
	}
	clear(seen)
	for _, v := range g.Outputs {
		if v.Name == "" || seen[v.Name] {
			return nil, inconsistent("output %s is declared twice or without a name", quote(v.Name))
		}
		seen[v.Name] = true
		if _, ok := definer[v.Name]; !ok {
			return nil, inconsistent("output %s does not exist", quote(v.Name))
		}
	}

	const (
		open = iota + 1
		done
	)
	state := make([]uint8, len(g.Nodes))
	order := make([]int, 0, len(g.Nodes))
	// Depth first with a stack of our own: graphs may be deep.
	type frame struct{ node, next int }
	for root := range g.Nodes {
		if state[root] == done {
			continue
		}
		state[root] = open
		stack := []frame{{root, 0}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			inputs := g.Nodes[f.node].Inputs
			if f.next == len(inputs) {
				state[f.node] = done
				order = append(order, f.node)
				stack = stack[:len(stack)-1]
				continue
			}
			name := inputs[f.next]
			f.next++
			p, ok := definer[name]
			switch {
			case !ok:
				return nil, fault(f.node, inconsistent("input %s does not exist", quote(name)))
			case p == given || state[p] == done:
			case state[p] == open:
				return nil, fault(f.node, inconsistent("input %s depends on the node itself", quote(name)))
			default:
				state[p] = open
				stack = append(stack, frame{p, 0})
			}
		}
	}
	return order, nil
}
