package network

import (
	"fmt"
	"math"
)

// FitWeights returns a graph whose weights and biases are those that make the best of
// few-bit inputs: each product, in the order of execution, gets the weights W that
// minimize
//
//	|W X + b - Y|^2 + p |W - W0|^2
//
// for its inputs X as they are rounded, with all that the products before it do wrong, and
// its outputs Y in float32 of the reference, over the samples and positions. It is a
// linear regression, solved in one go, with W0 the weights as they were and p as much as
// one sample more for each weight. Noise in the inputs of a product makes
// weights smaller that would only amplify it: where products take differences of large
// inputs and formats are coarse far from zero, as minifloats are, this is most of what is
// lost. The weights are rounded afterwards, and the biases make up for the means as
// [CorrectBias] does.
//
// The reference, whose nodes have the same names, may be the graph itself. The inputs are
// all samples in one batch; the outputs of all products are held in memory once. The given
// graphs do not change. The report has an entry for each Conv, Gemm and MatMul. The
// arithmetic that is returned is f without trained ranges of what has new weights now.
func FitWeights(reference, g *Graph, f FewBit, inputs map[string]*Tensor, options Options) (*Graph, FewBit, []WeightFit, error) {
	g, f, out, err := fitLayers(reference, g, f, inputs, options, func(l *layerwise) func(*Site, []float32, []*layerMoments) error {
		return func(s *Site, w []float32, groups []*layerMoments) error {
			l.few.Calibration.fix(s.String(), nil)
			size := len(w) / len(groups)
			fails := make([]error, len(groups))
			l.workers.each(len(groups), func(_ *worker, i int) { fails[i] = groups[i].regress(w[i*size:][:size]) })
			for _, err := range fails {
				if err != nil {
					return fmt.Errorf("node %q: %w", s.Node, err)
				}
			}
			return nil
		}
	})
	if err != nil {
		return nil, f, nil, report{err}
	}
	return g, f, out, nil
}

// regress puts the weights of the regression in the place of w.
func (m *layerMoments) regress(w []float32) error {
	d := m.inputs
	trace := 0.0
	for i := range d {
		trace += m.gram[i*d+i]
	}
	if !(trace > 0) {
		return nil // inputs that never change say nothing of weights
	}
	// The mean power of an input, once for each weight of an output.
	prior := trace / m.n
	a := make([]float64, d*d)
	copy(a, m.gram)
	for i := range d {
		a[i*d+i] += prior
	}
	if !cholesky(a, d) {
		return fmt.Errorf("%w: second moments of inputs that are not positive", ErrData)
	}
	x := make([]float64, d)
	for k := range m.outputs {
		row := w[k*d:][:d]
		for i, v := range row {
			x[i] = m.cross[k*d+i] + float64(prior*float64(v))
		}
		solve(a, x, d)
		for i, v := range x {
			if row[i] = float32(v); math.IsInf(float64(row[i]), 0) || v != v {
				return fmt.Errorf("%w: a weight becomes %v", ErrData, v)
			}
		}
	}
	return nil
}

// cholesky replaces the lower triangle of a symmetric n x n matrix by its factor L with
// A = L L', and reports whether A is positive.
func cholesky(a []float64, n int) bool {
	for j := range n {
		row := a[j*n:][:j]
		pivot := a[j*n+j]
		for _, v := range row {
			pivot -= float64(v * v)
		}
		if !(pivot > 0) {
			return false
		}
		root := math.Sqrt(pivot)
		a[j*n+j] = root
		for i := j + 1; i < n; i++ {
			sum := a[i*n+j]
			for k, v := range row {
				sum -= float64(a[i*n+k] * v)
			}
			a[i*n+j] = sum / root
		}
	}
	return true
}

// solve replaces x by the solution of L L' y = x.
func solve(l, x []float64, n int) {
	for i := range n {
		sum := x[i]
		for k, v := range l[i*n:][:i] {
			sum -= float64(v * x[k])
		}
		x[i] = sum / l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		sum := x[i]
		for k := i + 1; k < n; k++ {
			sum -= float64(l[k*n+i] * x[k])
		}
		x[i] = sum / l[i*n+i]
	}
}
