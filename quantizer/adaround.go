package quantizer

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// AdaRound learns for each weight whether it is rounded down or up (Nagel et al., "Up
// or down? Adaptive rounding for post-training quantization", 2020). Between the two
// neighbours low and high of a weight in the format, which a scale and zero point
// make real, the soft weight is
//
//	low + h (high - low),    h = clip(1.2 sigmoid(V) - 0.1, 0, 1)
//
// with one trained V for each weight, and a penalty lambda * sum(1 - |2h-1|^beta) drives
// h to 0 or 1 as beta falls. The loss, a mean square error of the layer's output, is the
// caller's; a step is
//
//	r.Soft(w)                          // forward with these weights
//	r.Backward(grad, g)                // from the gradient by the weights
//	r.Penalty(grad, 0.01, AdaRoundBeta(i, n))
//	...                                // the optimizer changes r.Values by grad
//
// and r.Hard(w) the result. Any format serves: neighbours of minifloats are not
// equally far apart, but the rest is the same. Weights beyond the range stay at its end.
type AdaRound struct {
	// Values are the V.
	Values []float32

	low, high []float32
}

// The constants of the stretched sigmoid: beyond 0 and 1, so that h reaches both.
const zeta, gamma = 1.1, -0.1

// NewAdaRound starts from weights and what quantizes them, with h where the weight
// lies between its neighbours, so that the first soft weights are the weights. It
// panics as [QuantizeTensor] does; w must be finite.
func NewAdaRound(w []float32, q Quantizer) *AdaRound {
	q.must(len(w), len(w))
	r := &AdaRound{make([]float32, len(w)), make([]float32, len(w)), make([]float32, len(w))}
	q.Scheme.Grouping.runs(len(w), func(i, j, g int) {
		for ; i < j; i++ {
			low, high := q.Scheme.Format.neighbours(float64(w[i]), q.Params[g])
			r.low[i], r.high[i] = float32(low), float32(high)
			h := 0.5
			if high > low {
				h = (float64(w[i]) - low) / (high - low)
			}
			p := (h - gamma) / (zeta - gamma) // within 1/12 and 11/12
			r.Values[i] = float32(-elementary.Log(1/p - 1))
		}
	})
	return r
}

// neighbours returns the real numbers next to x that have codes, equal where x does or
// lies beyond the range.
func (f Format) neighbours(x float64, p Params) (low, high float64) {
	if f.kind == Minifloat {
		s := float64(p.Scale)
		down := minifloat.Context{Mode: rounding.ToNegativeInf, Saturation: rounding.SatFinite}
		up := minifloat.Context{Mode: rounding.ToPositiveInf, Saturation: rounding.SatFinite}
		return s * down.Round(f.mini, x/s), s * up.Round(f.mini, x/s)
	}
	l := f.lattice(p)
	t := x / l.step
	return l.step * min(max(math.Floor(t), l.lo), l.hi), l.step * min(max(math.Ceil(t), l.lo), l.hi)
}

// share returns h and its derivative by V.
func share(v float32) (h, slope float64) {
	s := elementary.Sigmoid(float64(v))
	h = float64((zeta-gamma)*s) + gamma
	switch {
	case h <= 0:
		return 0, 0
	case h >= 1:
		return 1, 0
	}
	return h, (zeta - gamma) * s * (1 - s)
}

// Soft writes the soft weights to dst. It panics where the lengths differ.
func (r *AdaRound) Soft(dst []float32) {
	r.must(len(dst))
	for i, v := range r.Values {
		h, _ := share(v)
		low := float64(r.low[i])
		dst[i] = float32(low + float64(h*(float64(r.high[i])-low)))
	}
}

// Hard writes the rounded weights to dst: high where h is at least 1/2. It panics where
// the lengths differ.
func (r *AdaRound) Hard(dst []float32) {
	r.must(len(dst))
	for i, v := range r.Values {
		if dst[i] = r.low[i]; v >= 0 { // h(0) = 1/2
			dst[i] = r.high[i]
		}
	}
}

// Undecided returns the number of weights whose h is neither 0 nor 1 and whose
// neighbours differ.
func (r *AdaRound) Undecided() int {
	n := 0
	for i, v := range r.Values {
		if h, _ := share(v); h > 0 && h < 1 && r.low[i] != r.high[i] {
			n++
		}
	}
	return n
}

// Backward adds to grad the gradient by Values, from the gradient g by the soft
// weights. It panics where the lengths differ.
func (r *AdaRound) Backward(grad, g []float32) {
	r.must(len(grad))
	r.must(len(g))
	for i, v := range r.Values {
		_, slope := share(v)
		grad[i] += float32(float64(g[i]) * (float64(r.high[i]) - float64(r.low[i])) * slope)
	}
}

// Penalty returns lambda * sum(1 - |2h-1|^beta) over the weights whose neighbours
// differ, and adds its gradient to grad. For a beta of 0, as in the warm start, both
// are 0. It panics where the lengths differ.
func (r *AdaRound) Penalty(grad []float32, lambda, beta float64) float64 {
	r.must(len(grad))
	if beta == 0 {
		return 0
	}
	return lambda * r.penalty(grad, lambda, beta, 0, len(grad))
}

func (r *AdaRound) penalty(grad []float32, lambda, beta float64, i, j int) float64 {
	if j-i > chunk {
		half := i + treeHalf(j-i)
		return r.penalty(grad, lambda, beta, i, half) + r.penalty(grad, lambda, beta, half, j)
	}
	sum := 0.0
	for ; i < j; i++ {
		if r.low[i] == r.high[i] {
			continue
		}
		h, slope := share(r.Values[i])
		d := float64(2*h) - 1
		a := math.Abs(d)
		if a == 0 {
			sum++
			continue
		}
		power := elementary.Pow(a, beta)
		sum += 1 - power
		grad[i] -= float32(lambda * 2 * beta * (power / d) * slope)
	}
	return sum
}

func (r *AdaRound) must(n int) {
	if n != len(r.Values) {
		panic(badLength)
	}
}

// AdaRoundBeta returns the beta of step i of n, from 0: no penalty in the first fifth,
// then half a cosine from 20 down to 2.
func AdaRoundBeta(i, n int) float64 {
	const warm, start, end = 0.2, 20.0, 2.0
	t := (float64(i)/float64(n) - warm) / (1 - warm)
	if !(t >= 0) {
		return 0
	}
	return end + float64((start-end)/2*(1+elementary.Cos(math.Pi*min(t, 1))))
}
