package network

import (
	"fmt"
	"maps"
	"math"
)

// Folding says what FoldBatchNorm did with one BatchNormalization node.
type Folding struct {
	BatchNorm string // name of the node
	Into      string // name of the Conv or Gemm that took it in, or empty
	Reason    string // why it stayed, where Into is empty
}

// FoldBatchNorm returns a graph in which every BatchNormalization that follows
// a Conv or Gemm directly is part of that node's weights and biases:
//
//	weight' = weight * slope, bias' = bias * slope + offset
//
// for each output channel, with slope = scale/sqrt(variance + epsilon) and
// offset = B - mean*slope. All of it is computed in float64 and each weight is
// rounded to float32 once. The report has an entry for each
// BatchNormalization, in the order of the nodes.
//
// The given graph does not change; the new one shares its other tensors. A
// node is left as it is where the product has other readers, or is an output
// of the network, where something is not constant or malformed, or where a
// variance plus epsilon is not positive.
func FoldBatchNorm(g *Graph) (*Graph, []Folding) {
	e := newEditor(g)
	var report []Folding
	gone := map[int]bool{}
	for i := range e.g.Nodes {
		bn := &e.g.Nodes[i]
		if bn.Op != "BatchNormalization" || bn.Domain != "" && bn.Domain != "ai.onnx" {
			continue
		}
		entry := Folding{BatchNorm: e.names[i]}
		into, err := e.foldBatchNorm(bn)
		if err != nil {
			entry.Reason = err.Error()
		} else {
			entry.Into = e.names[into]
			gone[i] = true
		}
		report = append(report, entry)
	}
	nodes := e.g.Nodes[:0]
	for i, node := range e.g.Nodes {
		if !gone[i] {
			nodes = append(nodes, node)
		}
	}
	e.g.Nodes = nodes
	return e.g, report
}

// foldBatchNorm merges one BatchNormalization into the node before it and returns that
// node's index.
func (e *editor) foldBatchNorm(bn *Node) (int, error) {
	if len(bn.Inputs) != 5 || len(bn.Outputs) == 0 {
		return 0, fmt.Errorf("%d inputs, %d outputs", len(bn.Inputs), len(bn.Outputs))
	}
	for _, out := range bn.Outputs[1:] {
		if out != "" {
			return 0, fmt.Errorf("it has outputs of training")
		}
	}
	if bn.Attrs["training_mode"].Int != 0 {
		return 0, fmt.Errorf("it is in training mode")
	}
	if a, ok := bn.Attrs["spatial"]; ok && a.Int != 1 {
		return 0, fmt.Errorf("it is not spatial")
	}
	x := bn.Inputs[0]
	i, ok := e.producer[x]
	if !ok {
		return 0, fmt.Errorf("its input %q is not the result of a node", x)
	}
	node := &e.g.Nodes[i]
	if node.Op != "Conv" && node.Op != "Gemm" {
		return 0, fmt.Errorf("it follows a %s", node.Op)
	}
	if e.uses[x] != 1 {
		return 0, fmt.Errorf("%q has other readers", x)
	}
	if len(node.Inputs) < 2 {
		return 0, fmt.Errorf("the %s before it has %d inputs", node.Op, len(node.Inputs))
	}
	w := e.consts[node.Inputs[1]]
	if w == nil || !w.Type.IsFloat() || len(w.Shape) < 2 {
		return 0, fmt.Errorf("the weights %q are not constant", node.Inputs[1])
	}
	// Output channel of element k of the weights: k/inner%n.
	n, inner := w.Shape[0], 1
	if node.Op == "Conv" || node.Attrs["transB"].Int != 0 {
		inner, _ = sizeOf(w.Shape[1:])
	} else {
		n = w.Shape[1]
	}
	if len(w.Float) == 0 {
		return 0, fmt.Errorf("the weights %q are empty", node.Inputs[1])
	}
	var vectors [4][]float32 // scale, B, mean, variance
	for k := range vectors {
		var err error
		if vectors[k], err = e.vector(bn.Inputs[k+1], n); err != nil {
			return 0, err
		}
	}
	bias := make([]float64, n)
	if len(node.Inputs) > 2 && node.Inputs[2] != "" {
		t := e.consts[node.Inputs[2]]
		single := node.Op == "Gemm" && t != nil && len(t.Float) == 1
		if t == nil || !t.Type.IsFloat() || !single && (len(t.Float) != n || len(t.Shape) == 0 || t.Shape[len(t.Shape)-1] != n) {
			return 0, fmt.Errorf("the biases %q are not a constant for each channel", node.Inputs[2])
		}
		beta := 1.0
		if a, ok := node.Attrs["beta"]; ok && node.Op == "Gemm" {
			beta = float64(a.Float)
		}
		for c := range bias {
			bias[c] = beta * float64(t.Float[c%len(t.Float)])
		}
	}
	epsilon := float32(1e-5)
	if a, ok := bn.Attrs["epsilon"]; ok {
		epsilon = a.Float
	}
	slopes := make([]float64, n)
	folded := make([]float32, n)
	for c := range slopes {
		slope, offset := batchNormalization(vectors[0][c], vectors[1][c], vectors[2][c], vectors[3][c], epsilon)
		if math.IsInf(slope, 0) || slope != slope {
			return 0, fmt.Errorf("channel %d has a variance of %v with epsilon = %v", c, vectors[3][c], epsilon)
		}
		slopes[c] = slope
		folded[c] = float32(float64(bias[c]*slope) + offset)
	}
	weights := make([]float32, len(w.Float))
	for k, v := range w.Float {
		weights[k] = float32(float64(v) * slopes[k/inner%n])
	}

	merged := *node
	merged.Inputs = []string{
		node.Inputs[0],
		e.define(node.Inputs[1]+"/folded", NewFloat(w.Shape, weights)),
		e.define(node.Inputs[1]+"/bias/folded", NewFloat([]int{n}, folded)),
	}
	merged.Outputs = []string{bn.Outputs[0]}
	if _, ok := node.Attrs["beta"]; ok && node.Op == "Gemm" {
		merged.Attrs = maps.Clone(node.Attrs)
		merged.Attrs["beta"] = Attribute{Kind: AttrFloat, Float: 1}
	}
	old := append(append([]string(nil), node.Inputs[1:]...), bn.Inputs[1:]...)
	e.g.Nodes[i] = merged
	e.producer[bn.Outputs[0]] = i
	for _, name := range old {
		e.release(name)
	}
	return i, nil
}
