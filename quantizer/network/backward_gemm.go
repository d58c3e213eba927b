package network

import (
	"fmt"

	"github.com/halfulp/halfulp/blas"
)

// gemmGradient is that of Gemm and MatMul with a constant second operand: a
// product Y = alpha*A·W + beta*C of rows, which are the samples.
func gemmGradient(b *layerBuilder, l *layer) error {
	alpha, beta, byRows := float32(1), float32(1), false
	if b.node.Op == "Gemm" {
		if b.flag("transA", false) {
			return fmt.Errorf("%w: the gradient with transA = 1", ErrUnsupported)
		}
		byRows = b.flag("transB", false)
		alpha, beta = b.float("alpha", 1), b.float("beta", 1)
	}
	if b.consts[1] == nil || len(b.in[1].tensor.Shape) != 2 {
		return fmt.Errorf("%w: the gradient of a product with no constant matrix", ErrUnsupported)
	}
	x, w, y := b.in[0], b.in[1], b.out[0]
	n, k := w.tensor.Shape[1], w.tensor.Shape[0]
	if byRows {
		n, k = k, n
	}
	var c *Tensor
	if len(b.in) > 2 && b.in[2] != nil {
		c = b.in[2].tensor
		if len(c.Float) != n || len(c.Shape) > 0 && c.Shape[len(c.Shape)-1] != n {
			return fmt.Errorf("%w: the gradient with C of shape %v for %d columns", ErrUnsupported, c.Shape, n)
		}
	}
	rows := len(x.tensor.Float) / k
	dx, dw, dc := b.wants(0), b.wants(1), b.wants(2)
	if rows == 0 {
		return nil
	}
	// The kernel of inference may hold copies of the operands as they were.
	product := blas.GemmParams{M: rows, N: n, K: k, TransB: byRows}
	product.Threads = b.t.options.Threads
	product.Workspace = new(blas.Workspace)
	bias := make([]float32, n)
	l.forward = func() error {
		if c != nil {
			for j, v := range c.Float {
				bias[j] = beta * v
			}
		}
		z := y.tensor.Float
		if alpha == 1 {
			blas.GemmFloat32(product, x.tensor.Float, w.tensor.Float, bias, z)
			return nil
		}
		blas.GemmFloat32(product, x.tensor.Float, w.tensor.Float, nil, z)
		for i, v := range z {
			z[i] = float32(alpha*v) + bias[i%n]
		}
		return nil
	}
	if y.gradient == nil {
		return nil
	}
	chunks := chunkCount(rows)
	scaled := y.gradient
	if alpha != 1 {
		scaled = make([]float32, rows*n)
	}
	var partial []float32
	if dw != nil {
		partial = make([]float32, chunks*len(dw))
	}
	sums := make([]float32, n)
	l.backward = func() {
		dy := y.gradient
		if alpha != 1 {
			for i, v := range dy {
				scaled[i] = alpha * v
			}
		}
		if dx != nil {
			p := product
			p.N, p.K, p.TransB, p.Accumulate = k, n, !byRows, true
			blas.GemmFloat32(p, scaled, w.tensor.Float, nil, dx)
		}
		if dw != nil {
			for i := range chunks {
				lo, hi := chunkRange(i, rows)
				p, left, right := product, x.tensor.Float[lo*k:hi*k], scaled[lo*n:hi*n]
				p.M, p.N, p.K, p.TransA, p.TransB = k, n, hi-lo, true, false
				if byRows {
					p.M, p.N, left, right = n, k, right, left
				}
				blas.GemmFloat32(p, left, right, nil, partial[i*len(dw):][:len(dw)])
			}
			addTree(dw, partial)
		}
		if dc != nil {
			clear(sums)
			addChannelSums(&b.t.workers, sums, dy, rows, 1)
			for j, v := range sums {
				dc[j] += float32(beta * v)
			}
		}
	}
	return nil
}
