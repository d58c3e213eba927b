package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/kernel/mapf32"
	"github.com/halfulp/halfulp/internal/kernel/sumf32"
)

// batchNormGradient normalizes with the mean and the variance (over samples
// and positions, divided by their number) of the batch, through which
// gradients flow:
//
//	z = (x - mean) / sqrt(variance + epsilon)    y = scale*z + bias
//	dscale = sum dy*z    dbias = sum dy
//	dx = scale/sqrt(variance + epsilon) * (dy - dbias/m - z*dscale/m)
//
// Frozen, mean and variance are constants, and the last two terms of dx zero.
func batchNormGradient(b *layerBuilder, l *layer) error {
	for i, t := range b.consts[1:] {
		if t == nil {
			return fmt.Errorf("%w: the gradient with an input %d that is not constant", ErrUnsupported, i+1)
		}
	}
	epsilon, momentum := float64(b.float("epsilon", 1e-5)), float64(b.float("momentum", 0.9))
	x, y := b.in[0].tensor, b.out[0]
	scale, bias, mean, variance := b.in[1].tensor.Float, b.in[2].tensor.Float, b.in[3].tensor.Float, b.in[4].tensor.Float
	dx, dscale, dbias := b.wants(0), b.wants(1), b.wants(2)
	if len(x.Float) == 0 {
		return nil
	}
	samples, channels := x.Shape[0], x.Shape[1]
	size := len(x.Float) / (samples * channels)
	count := float64(samples * size)
	frozen := b.t.options.FrozenBatchNorm
	ws := &b.t.workers

	means, variances := make([]float64, channels), make([]float64, channels)
	// plane returns the elements of one channel of one sample.
	plane := func(t []float32, n, c int) []float32 { return t[(n*channels+c)*size:][:size] }
	statistics := func(w *worker, c int) {
		if frozen {
			means[c], variances[c] = float64(mean[c]), float64(variance[c])
			return
		}
		m := w.sum(samples, func(lanes *[sumf32.Lanes]float64, n int) { sumf32.Add(lanes, plane(x.Float, n, c)) }) / count
		means[c] = m
		variances[c] = w.sum(samples, func(lanes *[sumf32.Lanes]float64, n int) {
			sumf32.AddSquares(lanes, plane(x.Float, n, c), m)
		}) / count
	}
	infer := l.forward
	l.forward = func() error {
		ws.each(channels, statistics)
		if frozen {
			return infer() // the bits of inference
		}
		ws.each(channels, func(_ *worker, c int) {
			slope := float64(scale[c]) / math.Sqrt(variances[c]+epsilon)
			m, offset := means[c], float64(bias[c])
			for n := range samples {
				mapf32.Normalize(plane(y.tensor.Float, n, c), plane(x.Float, n, c), m, slope, offset)
			}
		})
		return nil
	}
	if !frozen {
		b.tape.updates = append(b.tape.updates, func() {
			for c := range means {
				mean[c] = float32(float64(momentum*float64(mean[c])) + float64((1-momentum)*means[c]))
				variance[c] = float32(float64(momentum*float64(variance[c])) + float64((1-momentum)*variances[c]))
			}
		})
	}
	if y.gradient == nil {
		return nil
	}
	l.backward = func() {
		ws.each(channels, func(w *worker, c int) {
			m, inverse := means[c], 1/math.Sqrt(variances[c]+epsilon)
			sumBias := w.sum(samples, func(lanes *[sumf32.Lanes]float64, n int) { sumf32.Add(lanes, plane(y.gradient, n, c)) })
			sumScale := inverse * w.sum(samples, func(lanes *[sumf32.Lanes]float64, n int) {
				sumf32.AddProducts(lanes, plane(x.Float, n, c), m, plane(y.gradient, n, c))
			})
			if dscale != nil {
				dscale[c] += float32(sumScale)
			}
			if dbias != nil {
				dbias[c] += float32(sumBias)
			}
			if dx == nil {
				return
			}
			slope := float64(scale[c]) * inverse
			shift, tilt := sumBias/count, sumScale*inverse/count
			if frozen {
				shift, tilt = 0, 0
			}
			for n := range samples {
				mapf32.AddTilted(plane(dx, n, c), plane(y.gradient, n, c), plane(x.Float, n, c), slope, shift, m, tilt)
			}
		})
	}
	return nil
}
