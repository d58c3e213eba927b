package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// ErrNotCalibrated is wrapped by the error of a product whose activation the
// calibration has not seen.
var ErrNotCalibrated = errors.New("no calibration of an activation")

// FewBit is the [Arithmetic] of a network quantized after training: both operands
// of every product are rounded, each with a scale of its own (see package quantizer), and
//
//	y = s_x * s_w * sum((q_x - z_x) * q_w) + bias
//
// where the sum is made in the Accumulator, multiplied by the scales in float64,
// rounded to float32, and the bias is added in float32. The zero point z_x is 0 unless
// activations are Asymmetric. Weights have the scale of their largest magnitude (with
// PerChannel, that of each output channel) or of the WeightCriterion; activations have
// one scale per tensor, from Calibration. A constant operand of a
// MatMul that is no matrix of weights (no [LinearSite]) is treated as an activation.
// Where the Calibration has trained ranges, of weights as well, they are used.
//
// What is not a product (additions, pooling, gates, softmax, normalization) stays
// float32. Fold batch normalization first: [FoldBatchNorm].
//
// Operands enter the sum multiplied by the power of two that brings the format's
// largest value into [1, 2), or below 1 for fixed point and integers, and the
// scales make up for it. So sums of e4m3fn products, which reach 448*448 each, can
// be made in binary16, which ends at 65504. Where no sum leaves the accumulator's
// range this changes no bit.
type FewBit struct {
	// Format is that of all operands. Minifloats have at most 10 exponent bits.
	Format quantizer.Format
	// WeightFormat is that of weights, where it is another one; the zero Format stands
	// for Format.
	WeightFormat quantizer.Format
	// PerChannel gives the weights one scale per output channel.
	PerChannel bool
	// Asymmetric gives activations zero points, so that their ranges need not be
	// symmetric around 0: see [quantizer.Scheme]. Format has to have integer codes
	// then. Weights stay symmetric.
	Asymmetric bool
	// PowerOfTwo rounds every scale up to a power of two.
	PowerOfTwo bool
	// Criterion chooses the ranges of activations from the Calibration; any but the
	// zero value needs one of [NewHistogramCalibration].
	Criterion quantizer.Criterion
	// WeightCriterion chooses the ranges of weights that were not trained.
	WeightCriterion quantizer.Criterion
	// Calibration holds the ranges of the activations.
	Calibration *Calibration
	// Accumulator makes the sums.
	Accumulator blas.Accumulator
	// Float lists prefixes of the names of nodes whose products stay float32, Kept
	// whole names.
	Float, Kept []string
	// Threads is the greatest number of goroutines that compute a product; zero
	// means GOMAXPROCS. Results do not depend on it.
	Threads int
}

// Linear implements [Arithmetic].
func (f FewBit) Linear(s *Site) (LinearFunc, error) {
	if f.KeepsFloat(s.Node) {
		return f.float().Linear(s)
	}
	e, w, err := f.prepare(s)
	if err != nil {
		return nil, err
	}
	var scales scaleCache
	site, k := s.String(), w.depth()
	return func(y, x []float32, rows, lo, hi int) error {
		v, err := scales.get(activation{site, 'x', lo, hi}, e, w)
		if err != nil {
			return err
		}
		q := e.x.rounded(x[:rows*k], v.activation)
		defer buffers32.Put(q)
		y = y[:rows*(hi-lo)]
		e.linear(y, *q, w, v.factors, rows, lo, hi)
		if s.Bias != nil {
			for bias := s.Bias[lo:hi]; len(y) > 0; y = y[len(bias):] {
				for i, b := range bias {
					y[i] += b
				}
			}
		}
		return nil
	}, nil
}

// Conv implements [Arithmetic].
func (f FewBit) Conv(s *Site) (ConvFunc, error) {
	if f.KeepsFloat(s.Node) {
		return f.float().Conv(s)
	}
	e, w, err := f.prepare(s)
	if err != nil {
		return nil, err
	}
	var scales scaleCache
	key := activation{s.String(), 'x', 0, w.channels}
	return func(y, x []float32, c ConvShape) error {
		v, err := scales.get(key, e, w)
		if err != nil {
			return err
		}
		q := e.x.rounded(x, v.activation)
		defer buffers32.Put(q)
		e.conv(c, y, *q, w, v.factors)
		if plane := c.OH * c.OW; s.Bias != nil {
			for i := range c.N * c.O {
				b := s.Bias[i%c.O]
				for j := range y[i*plane:][:plane] {
					y[i*plane+j] += b
				}
			}
		}
		return nil
	}, nil
}

// MatMul implements [Arithmetic].
func (f FewBit) MatMul(s *Site) (MatMulFunc, error) {
	if f.KeepsFloat(s.Node) {
		return f.float().MatMul(s)
	}
	e, err := f.engine(s)
	if err != nil {
		return nil, err
	}
	site := s.String()
	return func(y, a, b *Tensor) error {
		pa, err := e.activation(activation{site: site, operand: 'a'})
		if err != nil {
			return err
		}
		pb, err := e.activation(activation{site: site, operand: 'b'})
		if err != nil {
			return err
		}
		_, pairs, err := MatMulBatches(a.Shape, b.Shape)
		if err != nil {
			return err
		}
		qa, qb := e.x.rounded(a.Float, pa), e.x.rounded(b.Float, pb)
		defer buffers32.Put(qa)
		defer buffers32.Put(qb)
		factor := []float64{float64(pa.Scale) * float64(pb.Scale) / (e.x.unit * e.x.unit)}
		m, k, n := a.Shape[len(a.Shape)-2], a.Shape[len(a.Shape)-1], b.Shape[len(b.Shape)-1]
		p := blas.GemmParams{M: m, N: n, K: k}
		p.Threads = f.Threads
		for i, pair := range pairs {
			e.gemm(p, e.x, y.Float[i*m*n:][:m*n], (*qa)[pair[0]*m*k:][:m*k], (*qb)[pair[1]*k*n:][:k*n], factor, m*n)
		}
		return nil
	}, nil
}

// prepare returns the engine of a site with constant weights, and these.
func (f FewBit) prepare(s *Site) (*engine, *operand, error) {
	e, err := f.engine(s)
	if err != nil {
		return nil, nil, err
	}
	w, err := e.weights()
	return e, w, err
}

// scaleCache holds what a site's calls need for each activation; there are a few.
type scaleCache struct{ m sync.Map }

type activationScales struct {
	activation quantizer.Params
	factors    []float64 // of sums, for each output channel of the call
}

func (c *scaleCache) get(key activation, e *engine, w *operand) (activationScales, error) {
	if v, ok := c.m.Load(key); ok {
		return v.(activationScales), nil
	}
	p, err := e.activation(key)
	if err != nil {
		return activationScales{}, err
	}
	v := activationScales{p, e.factors(w, p.Scale, key.lo, key.hi)}
	c.m.Store(key, v)
	return v, nil
}

// ActivationScheme is that of the activations.
func (f FewBit) ActivationScheme() quantizer.Scheme {
	return quantizer.Scheme{Format: f.Format, Asymmetric: f.Asymmetric, PowerOfTwo: f.PowerOfTwo}
}

// WeightScheme is that of weights of the given number of output channels, which come
// first, each of inner weights.
func (f FewBit) WeightScheme(channels, inner int) quantizer.Scheme {
	s := quantizer.Scheme{Format: f.WeightFormat, PowerOfTwo: f.PowerOfTwo}
	if s.Format == (quantizer.Format{}) {
		s.Format = f.Format
	}
	if f.PerChannel {
		s.Grouping = quantizer.PerChannel(channels, inner)
	}
	return s
}

// Operands returns what quantizes the two operands of a site: the activation and the
// weights, in the layout of [Site].Weight, or both sides of a MatMul. It is what the
// products are computed with, scale by scale and bit by bit, for a program that writes
// the network down for another runtime. The error of a site that stays float32 and of a
// recurrent one, which has more activations than one, wraps [ErrUnsupported].
func (f FewBit) Operands(s *Site) (left, right quantizer.Quantizer, err error) {
	if left, right, err = f.operands(s); err != nil {
		err = report{fmt.Errorf("operands of %v: %w", s, err)}
	}
	return left, right, err
}

func (f FewBit) operands(s *Site) (left, right quantizer.Quantizer, err error) {
	if f.KeepsFloat(s.Node) {
		return left, right, fmt.Errorf("%w: it stays float32", ErrUnsupported)
	}
	if s.Part != "" {
		return left, right, fmt.Errorf("%w: a recurrent product", ErrUnsupported)
	}
	if err := f.ActivationScheme().Check(); err != nil {
		return left, right, err
	}
	side := func(key activation) (q quantizer.Quantizer, err error) {
		p, err := f.paramsOf(f.ActivationScheme(), key)
		return quantizer.Quantizer{Scheme: f.ActivationScheme(), Params: []quantizer.Params{p}}, err
	}
	if s.Kind == MatMulSite {
		if left, err = side(activation{site: s.String(), operand: 'a'}); err == nil {
			right, err = side(activation{site: s.String(), operand: 'b'})
		}
		return left, right, err
	}
	channels := s.Weight.Shape[0]
	if left, err = side(activation{s.String(), 'x', 0, channels}); err != nil {
		return left, right, err
	}
	right.Scheme = f.WeightScheme(channels, len(s.Weight.Float)/channels)
	right.Params, err = f.weightParams(s.Weight.Float, channels, s.String())
	return left, right, err
}

// KeepsFloat reports whether the products of a node stay float32.
func (f FewBit) KeepsFloat(node string) bool {
	return slices.Contains(f.Kept, node) || slices.ContainsFunc(f.Float, func(p string) bool { return strings.HasPrefix(node, p) })
}

func (f FewBit) float() Arithmetic { return Float32Arithmetic{Threads: f.Threads} }

// Weights counts the weights of the sites whose products are of few bits, and
// their scales. Weights that several sites share count once; biases do not count.
func (f FewBit) Weights(sites []*Site) (elements, scales int64) {
	seen := map[*Tensor]bool{}
	for _, s := range sites {
		if s.Weight == nil || f.KeepsFloat(s.Node) || seen[s.Weight] {
			continue
		}
		seen[s.Weight] = true
		elements += int64(len(s.Weight.Float))
		if f.PerChannel {
			scales += int64(s.Weight.Shape[0])
		} else {
			scales++
		}
	}
	return elements, scales
}

// WeightBytes returns the storage of the weights that Weights counts: the bits of
// their format for each, packed, and four bytes for each scale.
func (f FewBit) WeightBytes(sites []*Site) int64 {
	elements, scales := f.Weights(sites)
	return (elements*int64(f.WeightScheme(1, 1).Format.Bits())+7)/8 + 4*scales
}
