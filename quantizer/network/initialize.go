package network

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Initialize returns a graph like g whose parameters have the values that
// training begins with, the same on every machine: the weights of Conv, Gemm
// and MatMul are uniform in ±sqrt(6/fan-in) (He and others, 2015), drawn node
// after node by PCG from the seed; their biases are 0; in batch normalizations
// scale and variance are 1, bias and mean 0. Initializers that no such node reads are
// those of g; g itself is not changed.
func Initialize(g *Graph, seed uint64) (*Graph, error) {
	z := *g
	z.Initializers = make(map[string]*Tensor, len(g.Initializers))
	for name, t := range g.Initializers {
		z.Initializers[name] = t
	}
	random := rand.NewPCG(seed, 0)
	drawn := map[string]bool{}
	for i := range g.Nodes {
		node := &g.Nodes[i]
		for k, name := range node.Inputs {
			t := g.Initializers[name]
			role := roleOf(node.Op, k)
			if t == nil || role == notParameter || drawn[name] {
				continue
			}
			if err := t.check(); err != nil {
				return nil, report{fmt.Errorf("initializer %q: %w", name, err)}
			}
			if !t.Type.IsFloat() {
				continue
			}
			drawn[name] = true
			t = NewFloat(append([]int{}, t.Shape...), nil)
			switch role {
			case weightParameter:
				bound := math.Sqrt(6 / float64(fanIn(node, t.Shape)))
				for j := range t.Float {
					u := float64(float64(random.Uint64()>>11) * 0x1p-52) // in [0, 2), exact
					t.Float[j] = float32((u - 1) * bound)
				}
			case scaleParameter, runningVariance:
				fill(t.Float, 1)
			}
			z.Initializers[name] = t
		}
	}
	return &z, nil
}

// role says what an operand is to training.
type role uint8

const (
	notParameter role = iota
	weightParameter
	biasParameter
	scaleParameter
	runningMean
	runningVariance
)

var parameterRoles = map[string][]role{
	"Conv":               {notParameter, weightParameter, biasParameter},
	"Gemm":               {notParameter, weightParameter, biasParameter},
	"MatMul":             {notParameter, weightParameter},
	"BatchNormalization": {notParameter, scaleParameter, biasParameter, runningMean, runningVariance},
}

// roleOf returns the role of operand i of an operator.
func roleOf(op string, i int) role {
	if roles := parameterRoles[op]; i < len(roles) {
		return roles[i]
	}
	return notParameter
}

// trainable reports whether gradients change an operand of this role.
func (r role) trainable() bool {
	return r == weightParameter || r == biasParameter || r == scaleParameter
}

// fanIn returns the number of products in an output of a node with weights of
// the given shape, at least 1.
func fanIn(node *Node, shape []int) int {
	n := 1
	if node.Op == "Conv" {
		for _, d := range shape[min(1, len(shape)):] {
			n *= d
		}
	} else if len(shape) == 2 {
		n = shape[0]
		if a, ok := node.Attrs["transB"]; ok && a.Int == 1 {
			n = shape[1]
		}
	}
	return max(n, 1)
}
