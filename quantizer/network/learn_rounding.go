package network

import (
	"fmt"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// RoundingOptions say how [LearnRounding] works. Zero fields stand for the values of the
// authors and of AIMET.
type RoundingOptions struct {
	Steps  int     // of the optimiser for each product; 10000
	Rate   float64 // of Adam; 0.01
	Lambda float64 // weight of the penalty; 0.01
}

func (o RoundingOptions) withDefaults() RoundingOptions {
	if o.Steps <= 0 {
		o.Steps = 10000
	}
	if o.Rate == 0 {
		o.Rate = 0.01
	}
	if o.Lambda == 0 {
		o.Lambda = 0.01
	}
	return o
}

// LearnRounding returns a graph with rounded weights, of which each went down or up as an
// optimiser decided: AdaRound (see [quantizer.AdaRound]), product by product in the order of
// execution. The loss is the square error of a product's outputs from those of the reference
// in float32, for its inputs as they are rounded with all that the products before it do wrong
// (the asymmetric reconstruction of the paper), summed over its channels and averaged
// over samples and positions. It is quadratic in the weights, so that the second
// moments of the inputs say all of it, and every step sees all samples. Biases make up for
// the means afterwards.
//
// The scales are those of f, and stay in the calibration of the arithmetic that is
// returned. For the rest see [FitWeights].
func LearnRounding(reference, g *Graph, f FewBit, inputs map[string]*Tensor, o RoundingOptions, options Options) (*Graph, FewBit, []WeightFit, error) {
	o = o.withDefaults()
	g, f, out, err := fitLayers(reference, g, f, inputs, options, func(l *layerwise) func(*Site, []float32, []*layerMoments) error {
		return func(s *Site, w []float32, groups []*layerMoments) error { return l.learnRounding(s, w, groups, o) }
	})
	if err != nil {
		return nil, f, nil, report{err}
	}
	return g, f, out, nil
}

func (l *layerwise) learnRounding(s *Site, w []float32, groups []*layerMoments, o RoundingOptions) error {
	channels := s.Weight.Shape[0]
	ranges, err := l.few.weightRanges(w, channels, s.String())
	if err != nil {
		return fmt.Errorf("weights %q: %w", s.WeightName, err)
	}
	l.few.Calibration.fix(s.String(), ranges)
	q := quantizer.Quantizer{Scheme: l.few.WeightScheme(channels, len(w)/channels)}
	if q.Params, err = l.few.weightParams(w, channels, s.String()); err != nil {
		return err
	}
	r := quantizer.NewAdaRound(w, q)
	d, outs, size := groups[0].inputs, groups[0].outputs, len(w)/len(groups)
	gram, cross := make([]float32, len(groups)*d*d), make([]float32, len(w))
	for g, m := range groups {
		for i, v := range m.gram {
			gram[g*d*d+i] = float32(2 * v / m.n)
		}
		for i, v := range m.cross {
			cross[g*size+i] = float32(2 * v / m.n)
		}
	}
	soft, by := make([]float32, len(w)), make([]float32, len(w))
	grad, first, second := make([]float32, len(w)), make([]float32, len(w)), make([]float32, len(w))
	adam := Adam{}.withDefaults()
	c1, c2 := 1.0, 1.0 // powers of the betas
	for step := range o.Steps {
		r.Soft(soft)
		l.workers.each(len(groups), func(w *worker, g int) {
			p := blas.GemmParams{M: outs, N: d, K: d, Options: w.options()}
			blas.GemmFloat32(p, soft[g*size:][:size], gram[g*d*d:][:d*d], nil, by[g*size:][:size])
		})
		for i, c := range cross {
			by[i] -= c
		}
		clear(grad)
		r.Backward(grad, by)
		r.Penalty(grad, o.Lambda, quantizer.AdaRoundBeta(step, o.Steps))
		c1, c2 = float64(c1*adam.Beta1), float64(c2*adam.Beta2)
		adam.update(r.Values, grad, first, second, o.Rate, 1-c1, 1-c2)
	}
	r.Hard(w)
	return nil
}
