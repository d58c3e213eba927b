package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer"
)

// BiasRounding says what [RoundBiases] did with one product.
type BiasRounding struct {
	Node string
	// Shift is what was added to each bias; nil where they stay as they are.
	Shift  []float32
	Reason string // why they stay
}

// RoundBiases returns a graph in which every bias of Conv and Gemm is a multiple of
//
//	s_x * s_w
//
// rounded to float32 once, the product of the scales of [FewBit]: a unit of the sums of
// codes. Integer runtimes store it as an int32 and add it to the sum; onnxruntime rounds
// biases so by itself. Where an activation has a few large values its scale is coarse,
// and so are these biases. The multiple is the nearest one, ties to even, within the
// int32.
//
// Only formats whose codes are integers count so; f.Calibration gives the scales of
// activations. The given graph does not change. The report has an entry for each
// Conv, Gemm, MatMul and recurrent node.
func RoundBiases(g *Graph, f FewBit) (*Graph, []BiasRounding, error) {
	for _, format := range []quantizer.Format{f.Format, f.WeightScheme(1, 1).Format} {
		if k := format.Kind(); k != quantizer.Integer && k != quantizer.FixedPoint {
			return nil, nil, report{fmt.Errorf("%w: biases in units of %v", ErrUnsupported, format)}
		}
	}
	e := newEditor(g)
	var out []BiasRounding
	for i, n := range e.g.Nodes {
		if !hasProduct(n.Op) {
			continue
		}
		entry := BiasRounding{Node: e.names[i]}
		w, err := e.load(i)
		switch {
		case err != nil:
		case f.KeepsFloat(entry.Node):
			err = fmt.Errorf("it stays in float32")
		case w.bias == nil:
			err = fmt.Errorf("it has no biases")
		}
		if err != nil {
			entry.Reason = err.Error()
			out = append(out, entry)
			continue
		}
		units, err := f.biasUnits(w, entry.Node)
		if err != nil {
			return nil, nil, report{fmt.Errorf("rounding biases of node %q: %w", entry.Node, err)}
		}
		for k, b := range w.bias {
			w.bias[k] = float32(float32(biasCode(b, units[k])) * units[k])
			entry.Shift = append(entry.Shift, w.bias[k]-b)
		}
		e.storeBias(w)
		out = append(out, entry)
	}
	return e.g, out, nil
}

// biasUnits returns s_x * s_w of each output channel.
func (f FewBit) biasUnits(w *weighted, node string) ([]float32, error) {
	x, err := f.paramsOf(f.ActivationScheme(), activation{node, 'x', 0, w.outs})
	if err != nil {
		return nil, err
	}
	params, err := f.weightParams(w.weights, w.outs, node)
	if err != nil {
		return nil, err
	}
	unit := f.Format.Decode(1) * f.WeightScheme(1, 1).Format.Decode(1)
	units := make([]float32, w.outs)
	for k := range units {
		// A power of two and a product of two float32: exact, rounded once.
		units[k] = float32(float64(x.Scale) * float64(params[k%len(params)].Scale) * unit)
		if units[k] == 0 {
			return nil, fmt.Errorf("%w: the unit of channel %d is below float32", ErrUnsupported, k)
		}
	}
	return units, nil
}

// biasCode returns the int32 that stands for a bias.
func biasCode(b, unit float32) int32 {
	return int32(min(max(math.RoundToEven(float64(b)/float64(unit)), math.MinInt32), math.MaxInt32))
}
