package network

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer"
)

// WeightRounding says what [RoundWeights] did with one product.
type WeightRounding struct {
	Node string
	// Scales has one scale, or one for each output channel; nil where the weights
	// stay as they are.
	Scales []float32
	quantizer.Noise
	Reason string // why they stay
}

// RoundWeights returns a graph in which the weights of every Conv and Gemm have the
// values that few-bit arithmetic gives them: rounded to the format, with the scales
// of [FewBit] (trained ones, where its calibration has them), and multiplied by the
// scale again. So another program computes with the same weights in float32. Biases
// stay float32, and so do the nodes that f keeps in float32. [FewBit] finds the same
// codes in the rounded weights, unless a WeightCriterion that clips chooses anew.
//
// The given graph does not change. The report has an entry for each Conv, Gemm,
// MatMul and recurrent node.
func RoundWeights(g *Graph, f FewBit) (*Graph, []WeightRounding, error) {
	if f.Format == (quantizer.Format{}) {
		return nil, nil, report{fmt.Errorf("%w: rounding without a format", ErrUnsupported)}
	}
	e := newEditor(g)
	var out []WeightRounding
	for i, n := range e.g.Nodes {
		if !hasProduct(n.Op) {
			continue
		}
		entry := WeightRounding{Node: e.names[i]}
		w, err := e.load(i)
		if err == nil && f.KeepsFloat(entry.Node) {
			err = fmt.Errorf("it stays in float32")
		}
		if err != nil {
			entry.Reason = err.Error()
			out = append(out, entry)
			continue
		}
		params, err := f.weightParams(w.weights, w.outs, entry.Node)
		if err != nil {
			return nil, nil, report{fmt.Errorf("rounding node %q: %w", entry.Node, err)}
		}
		for _, p := range params {
			entry.Scales = append(entry.Scales, p.Scale)
		}
		rounded := make([]float32, len(w.weights))
		format := f.WeightScheme(1, 1).Format
		quantizer.FakeQuantizeChannels(rounded, w.weights, format, entry.Scales, len(rounded)/len(entry.Scales))
		entry.Noise = noise(w.weights, rounded)
		w.weights = rounded
		e.store(w)
		out = append(out, entry)
	}
	return e.g, out, nil
}

// hasProduct reports whether an operator has matrix products with weights.
func hasProduct(op string) bool {
	switch op {
	case "Conv", "Gemm", "MatMul", "GRU", "LSTM", "RNN":
		return true
	}
	return false
}

// noise returns what rounding x to y does.
func noise(x, y []float32) quantizer.Noise {
	var signal, square float64
	for i, v := range x {
		d := float64(v) - float64(y[i])
		signal += float64(float64(v) * float64(v))
		square += float64(d * d)
	}
	n := float64(len(x))
	return quantizer.Noise{Signal: signal / n, Error: square / n}
}
