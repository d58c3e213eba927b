package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/kernel/mapf32"
)

// grainElements is the least number of elements that are worth a goroutine.
const grainElements = 1 << 14

// reluGradient: the derivative at 0 is 0.
func reluGradient(b *layerBuilder, l *layer) error {
	return maskGradient(b, l, 0, float32(math.Inf(1)))
}

// clipGradient: the derivative at the bounds is 0, as that of ReLU6 commonly is.
func clipGradient(b *layerBuilder, l *layer) error {
	lo, hi := float32(math.Inf(-1)), float32(math.Inf(1))
	if b.opset < 11 {
		return maskGradient(b, l, b.float("min", lo), b.float("max", hi))
	}
	for i, bound := range []*float32{&lo, &hi} {
		if len(b.in) <= i+1 || b.in[i+1] == nil {
			continue
		}
		t := b.consts[i+1]
		if t == nil {
			return fmt.Errorf("%w: the gradient with bounds that are not constant", ErrUnsupported)
		}
		*bound = t.Float[0]
	}
	return maskGradient(b, l, lo, hi)
}

// maskGradient passes the gradient where lo < x < hi.
func maskGradient(b *layerBuilder, l *layer, lo, hi float32) error {
	x, dx, dy := b.in[0].tensor.Float, b.wants(0), b.out[0].gradient
	if dx == nil {
		return nil
	}
	l.backward = func() {
		b.t.x.parallel(len(x), grainElements, func(from, to int) {
			mapf32.AddBetween(dx[from:to], dy[from:to], x[from:to], lo, hi)
		})
	}
	return nil
}

// addGradient passes the gradient to both operands, summed over the axes along
// which they are broadcast.
func addGradient(b *layerBuilder, l *layer) error {
	y := b.out[0]
	var parts []func()
	for i := range 2 {
		dx, shape := b.wants(i), b.in[i].tensor.Shape
		if dx == nil || len(y.gradient) == 0 {
			continue
		}
		if len(dx) == len(y.gradient) {
			parts = append(parts, func() {
				b.t.x.parallel(len(dx), grainElements, func(lo, hi int) { addTo(dx[lo:hi], y.gradient[lo:hi]) })
			})
			continue
		}
		out := y.tensor.Shape
		strides := broadcastStrides(shape, out)
		samples := out[0]
		size := len(y.gradient) / samples
		index := indexMap(out[1:], strides[1:])
		if strides[0] != 0 {
			parts = append(parts, func() {
				b.t.workers.each(samples, func(_ *worker, n int) {
					z, dy := dx[n*strides[0]:], y.gradient[n*size:][:size]
					for i, v := range dy {
						z[index[i]] += v
					}
				})
			})
			continue
		}
		chunks := chunkCount(samples)
		partial := make([]float32, chunks*len(dx))
		parts = append(parts, func() {
			clear(partial)
			b.t.workers.each(chunks, func(_ *worker, chunk int) {
				z := partial[chunk*len(dx):][:len(dx)]
				lo, hi := chunkRange(chunk, samples)
				for n := lo; n < hi; n++ {
					for i, v := range y.gradient[n*size:][:size] {
						z[index[i]] += v
					}
				}
			})
			addTree(dx, partial)
		})
	}
	l.backward = func() {
		for _, f := range parts {
			f()
		}
	}
	return nil
}

// indexMap returns, for each element of a dense tensor of the given shape, the
// offset that strides give it.
func indexMap(shape, strides []int) []int {
	n, _ := sizeOf(shape)
	index := make([]int, n)
	for i := range index {
		rest := i
		for d := len(shape) - 1; d >= 0; d-- {
			index[i] += rest % shape[d] * strides[d]
			rest /= shape[d]
		}
	}
	return index
}
