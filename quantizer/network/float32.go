package network

import "github.com/halfulp/halfulp/blas"

// Float32Arithmetic is the Arithmetic of float32: every element of a product is
// one chain of fused multiply-adds that starts from the bias, as package blas
// defines it. Its bits do not depend on Threads (0 means GOMAXPROCS).
type Float32Arithmetic struct{ Threads int }

// Linear implements Arithmetic.
func (f Float32Arithmetic) Linear(s *Site) (LinearFunc, error) {
	w, bias, depth := s.Weight.Float, s.Bias, s.Weight.Shape[1]
	return func(y, x []float32, rows, lo, hi int) error {
		var b []float32
		if bias != nil {
			b = bias[lo:hi]
		}
		p := blas.GemmParams{M: rows, N: hi - lo, K: depth, TransB: true}
		p.Threads = f.Threads
		blas.GemmFloat32(p, x, w[lo*depth:hi*depth], b, y)
		return nil
	}, nil
}

// Conv implements Arithmetic.
func (f Float32Arithmetic) Conv(s *Site) (ConvFunc, error) {
	w, bias := s.Weight.Float, s.Bias
	return func(y, x []float32, c ConvShape) error {
		p := c.Params()
		p.Threads = f.Threads
		blas.ConvFloat32(p, x, w, bias, y)
		return nil
	}, nil
}

// Params returns the shape in the terms of package blas.
func (c ConvShape) Params() blas.ConvParams {
	return blas.ConvParams{
		N: c.N, C: c.C, H: c.H, W: c.W, K: c.O, KH: c.KH, KW: c.KW,
		StrideH: c.StrideH, StrideW: c.StrideW, DilationH: c.DilationH, DilationW: c.DilationW,
		PadTop: c.PadTop, PadBottom: c.PadBottom, PadLeft: c.PadLeft, PadRight: c.PadRight, Groups: c.Groups,
	}
}

// MatMul implements Arithmetic.
func (f Float32Arithmetic) MatMul(*Site) (MatMulFunc, error) {
	return func(y, a, b *Tensor) error {
		_, pairs, err := MatMulBatches(a.Shape, b.Shape)
		if err != nil || len(y.Float) == 0 {
			return err
		}
		m, k, n := a.Shape[len(a.Shape)-2], a.Shape[len(a.Shape)-1], b.Shape[len(b.Shape)-1]
		multiply := func(i, threads int) {
			p := blas.GemmParams{M: m, N: n, K: k}
			p.Threads = threads
			blas.GemmFloat32(p, a.Float[pairs[i][0]*m*k:][:m*k], b.Float[pairs[i][1]*k*n:][:k*n], nil, y.Float[i*m*n:][:m*n])
		}
		if len(pairs) == 1 || f.Threads == 1 {
			for i := range pairs {
				multiply(i, f.Threads)
			}
			return nil
		}
		x := exec{threads: threadsOr(f.Threads)}
		x.parallel(len(pairs), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				multiply(i, 1)
			}
		})
		return nil
	}, nil
}
