package network

import (
	"fmt"
	"math"
	"sync"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// engine makes the products of one site: sums of products of rounded operands,
// multiplied by the scales.
type engine struct {
	FewBit
	site *Site
	x, w side
}

// side is how operands of one kind are rounded.
type side struct {
	// scheme is that of the operands with the format normalized: what RoundAffine
	// rounds to.
	scheme quantizer.Scheme
	// unit is the power of two that brings values of the format below 2 before
	// they enter a sum: 1 for minifloats, whose bias does it.
	unit float64
}

func (f FewBit) engine(s *Site) (*engine, error) {
	e := &engine{FewBit: f, site: s}
	channels, inner := 1, 1
	if s.Weight != nil {
		channels = s.Weight.Shape[0]
		inner = len(s.Weight.Float) / channels
	}
	var err error
	if e.x, err = sideOf(f.ActivationScheme()); err == nil {
		e.w, err = sideOf(f.WeightScheme(channels, inner))
	}
	return e, err
}

func sideOf(s quantizer.Scheme) (side, error) {
	switch s.Format.Kind() {
	case quantizer.None:
		return side{}, fmt.Errorf("%w: few-bit arithmetic without a format", ErrUnsupported)
	case quantizer.Minifloat:
		m, _ := s.Format.Minifloat()
		_, exp := math.Frexp(m.MaxFinite()) // in [1/2, 1) times 2^exp
		m, err := m.WithBias(m.Bias() + exp - 1)
		if err != nil {
			return side{}, fmt.Errorf("%w: few-bit arithmetic with %v: %w", ErrUnsupported, s.Format, err)
		}
		s.Format = quantizer.OfMinifloat(m)
		return side{s, 1}, s.Check()
	}
	_, exp := math.Frexp(s.Format.Largest())
	return side{s, math.Ldexp(1, -exp)}, s.Check()
}

// inFloat32 reports whether sums of k products with operands of x and w come out right
// from chains of float32: because that is the accumulator, or because it is exact and no
// partial sum of integers leaves the 24 bits of float32.
func (e *engine) inFloat32(w side, k int) bool {
	switch e.Accumulator {
	case blas.Accumulator{}:
		return true
	case blas.Accumulator{Exact: true}:
		if e.x.scheme.Format.Kind() == quantizer.Minifloat || w.scheme.Format.Kind() == quantizer.Minifloat {
			return false
		}
		return float64(k)*e.x.most()*w.most() <= 1<<24
	}
	return false
}

// most bounds the magnitude of what enters a sum, in units of the format: of a code, or
// of a code less a zero point.
func (s side) most() float64 {
	most := math.Ldexp(1, s.scheme.Format.Bits())
	if s.scheme.Format.Signed() && !s.scheme.Asymmetric {
		most /= 2
	}
	return most
}

// round sets q to x rounded to the format and multiplied by unit, as the operands
// of a sum are.
func (s side) round(q, x []float32, p quantizer.Params) {
	quantizer.RoundAffine(q, x, s.scheme.Format, p)
	if u := float32(s.unit); u != 1 {
		for i := range q {
			q[i] *= u
		}
	}
}

// rounded is round into memory of buffers32.
func (s side) rounded(x []float32, p quantizer.Params) *[]float32 {
	q := borrow[float32](&buffers32, len(x))
	s.round(*q, x, p)
	return q
}

// activation returns what quantizes an activation.
func (e *engine) activation(key activation) (quantizer.Params, error) {
	return e.paramsOf(e.x.scheme, key)
}

// operand is rounded weights with their scales.
type operand struct {
	values   []float32 // as the operands of a sum are
	channels int
	scales   []float32 // one, or one per output channel
}

// depth returns the number of weights of one output channel.
func (w *operand) depth() int { return len(w.values) / w.channels }

// weights rounds the site's weights.
func (e *engine) weights() (*operand, error) {
	t := e.site.Weight
	w := &operand{values: make([]float32, len(t.Float)), channels: t.Shape[0]}
	ranges, err := e.weightRanges(t.Float, w.channels, e.site.String())
	if err != nil {
		return nil, fmt.Errorf("weights %q: %w", e.site.WeightName, err)
	}
	part := len(t.Float) / len(ranges)
	for c, r := range ranges {
		p := r.params(e.w.scheme)
		w.scales = append(w.scales, p.Scale)
		e.w.round(w.values[c*part:][:part], t.Float[c*part:][:part], p)
	}
	return w, nil
}

// factors returns what sums of the output channels lo to hi-1 are multiplied by,
// for activations of the given scale.
func (e *engine) factors(w *operand, scale float32, lo, hi int) []float64 {
	f := make([]float64, hi-lo)
	for i := range f {
		c := 0
		if len(w.scales) > 1 {
			c = lo + i
		}
		// A product of two float32 numbers and a power of two: exact.
		f[i] = float64(scale) * float64(w.scales[c]) / (e.x.unit * e.w.unit)
	}
	return f
}

// linear computes y = f * x W' for rounded rows x and the rows lo to hi-1 of W; f
// has a factor for each column of y.
func (e *engine) linear(y, x []float32, w *operand, f []float64, rows, lo, hi int) {
	k := w.depth()
	p := blas.GemmParams{M: rows, N: hi - lo, K: k, TransB: true}
	p.Threads = e.Threads
	e.gemm(p, e.w, y, x, w.values[lo*k:hi*k], f, 1)
}

// gemm computes y = f * product for a product of rounded operands, the right ones of
// side w; f has a factor for each run of inner elements of y, and starts anew after its
// last.
func (e *engine) gemm(p blas.GemmParams, w side, y, a, b []float32, f []float64, inner int) {
	if e.inFloat32(w, p.K) {
		blas.GemmFloat32(p, a, b, nil, y)
		scale(y, y, f, inner)
		return
	}
	sums := borrow[float64](&buffers64, len(y))
	blas.Gemm(p, e.Accumulator, blas.Floats(a), blas.Floats(b), blas.Array{}, blas.Floats(*sums))
	scale(y, *sums, f, inner)
	buffers64.Put(sums)
}

// conv is gemm for convolutions; f has a factor for each output channel.
func (e *engine) conv(c ConvShape, y, x []float32, w *operand, f []float64) {
	p := c.Params()
	p.Threads = e.Threads
	if e.inFloat32(e.w, w.depth()) {
		blas.ConvFloat32(p, x, w.values, nil, y)
		scale(y, y, f, c.OH*c.OW)
		return
	}
	sums := borrow[float64](&buffers64, len(y))
	blas.Conv(p, e.Accumulator, blas.Floats(x), blas.Floats(w.values), blas.Array{}, blas.Floats(*sums))
	scale(y, *sums, f, c.OH*c.OW)
	buffers64.Put(sums)
}

// scale sets y to f * sums, rounded to float32; f has a factor for each run of
// inner elements, and starts anew after its last. y and sums may be the same.
func scale[T float32 | float64](y []float32, sums []T, f []float64, inner int) {
	sums = sums[:len(y)]
	if inner == 1 {
		for i := 0; i < len(y); i += len(f) {
			part, from := y[i:][:len(f)], sums[i:][:len(f)]
			for j, g := range f {
				part[j] = float32(float64(from[j]) * g)
			}
		}
		return
	}
	for i, c := 0, 0; i < len(y); i += inner {
		g := f[c]
		part := y[i:][:inner]
		for j, v := range sums[i:][:inner] {
			part[j] = float32(float64(v) * g)
		}
		if c++; c == len(f) {
			c = 0
		}
	}
}

// Memory for rounded activations and for sums.
var (
	buffers32 = sync.Pool{New: func() any { return new([]float32) }}
	buffers64 = sync.Pool{New: func() any { return new([]float64) }}
)

// borrow returns n elements from a pool, to be given back with Put.
func borrow[T float32 | float64](pool *sync.Pool, n int) *[]T {
	b := pool.Get().(*[]T)
	if cap(*b) < n {
		*b = make([]T, n)
	}
	*b = (*b)[:n]
	return b
}
