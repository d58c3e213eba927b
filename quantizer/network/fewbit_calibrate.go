package network

import (
	"fmt"
	"maps"
	"math"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
)

// Calibration holds the range of every activation that entered a matrix product
// while the network ran on samples. Its methods may be called concurrently.
//
// Activations are told apart by site and operand, and in a recurrent node by the
// output channels they meet: in a GRU without linear_before_reset the state h and
// the product r*h have ranges of their own.
//
// A calibration that training made ([Trainer.Calibration]) has trained thresholds too,
// of the activations of Conv, Gemm and MatMul and of their weights, which take the place
// of the ranges.
type Calibration struct {
	mu      sync.Mutex
	ranges  map[activation]quantizer.MinMax
	trained map[string]trainedThresholds // by site
}

// trainedThresholds are the thresholds of one product's operands. A scale of float32
// times the largest value of a format is exact in float64, so that [FewBit] has the
// trained scales again.
type trainedThresholds struct {
	activation float64
	weights    []float64 // one, or one for each output channel
}

// activation names one activation operand of a site.
type activation struct {
	site    string
	operand byte // 'x' of linear sites and convolutions, 'a' and 'b' of MatMul
	lo, hi  int  // the output channels that it meets
}

func (a activation) String() string {
	switch a.operand {
	case 'a':
		return a.site + ", left operand"
	case 'b':
		return a.site + ", right operand"
	}
	return a.site
}

// NewCalibration returns a calibration that has seen nothing.
func NewCalibration() *Calibration {
	return &Calibration{ranges: map[activation]quantizer.MinMax{}, trained: map[string]trainedThresholds{}}
}

// clone returns a calibration of its own; trained thresholds are replaced as a whole
// and can be shared.
func (c *Calibration) clone() *Calibration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &Calibration{ranges: maps.Clone(c.ranges), trained: maps.Clone(c.trained)}
}

// Observe returns an arithmetic that computes as a does and takes every
// activation that enters a product into account. A run ends with an error that
// wraps [quantizer.ErrNotFinite] where an activation is NaN or infinite.
func (c *Calibration) Observe(a Arithmetic) Arithmetic { return observed{c, a} }

// Threshold returns the largest magnitude that the activation of a site had: x
// of Conv and linear sites, of all its operands in recurrent ones, the larger of
// both in MatMul; or the trained threshold, rounded to float32. ok is false where
// there is neither.
func (c *Calibration) Threshold(site string) (t float32, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if z, ok := c.trained[site]; ok {
		return float32(z.activation), true
	}
	for key, r := range c.ranges {
		if key.site == site {
			t, ok = max(t, r.Threshold()), true
		}
	}
	return t, ok
}

func (c *Calibration) observe(key activation, x []float32) error {
	var r quantizer.MinMax
	if err := r.Observe(x); err != nil {
		return fmt.Errorf("activation of %v: %w", key, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.ranges[key]
	all.Merge(r)
	c.ranges[key] = all
	return nil
}

func (c *Calibration) threshold(key activation) (float64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if z, ok := c.trained[key.site]; ok {
		return z.activation, nil
	}
	r, ok := c.ranges[key]
	if !ok {
		return 0, fmt.Errorf("%w: %v", ErrNotCalibrated, key)
	}
	return float64(r.Threshold()), nil
}

// WeightThresholds returns the trained thresholds of the weights of a site, one or one
// for each output channel, rounded to float32; nil where none were trained.
func (c *Calibration) WeightThresholds(site string) []float32 {
	var out []float32
	for _, t := range c.weights(site) {
		out = append(out, float32(t))
	}
	return out
}

// weights returns the trained thresholds of the weights of a site. c may be nil.
func (c *Calibration) weights(site string) []float64 {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trained[site].weights
}

// train sets the thresholds of a site to those of scales of a format.
func (c *Calibration) train(site string, f quantizer.Format, activation float32, weights []float32) {
	threshold := func(scale float32) float64 { return min(float64(scale)*f.Largest(), math.MaxFloat32) }
	z := trainedThresholds{activation: threshold(activation)}
	for _, scale := range weights {
		z.weights = append(z.weights, threshold(scale))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trained[site] = z
}

// scaleOf returns the scale by which a threshold lands on the format's largest value.
func scaleOf(f quantizer.Format, threshold float64) float32 {
	if t := float32(threshold); float64(t) == threshold {
		return quantizer.Scale(f, t)
	}
	k := quantizer.Scheme{Format: f}.Symmetric(threshold)
	return k.Params().Scale
}

// observed is the arithmetic of Calibration.Observe.
type observed struct {
	calibration *Calibration
	inner       Arithmetic
}

func (o observed) Linear(s *Site) (LinearFunc, error) {
	f, err := o.inner.Linear(s)
	if err != nil {
		return nil, err
	}
	site := s.String()
	return func(y, x []float32, rows, lo, hi int) error {
		if err := o.calibration.observe(activation{site, 'x', lo, hi}, x); err != nil {
			return err
		}
		return f(y, x, rows, lo, hi)
	}, nil
}

func (o observed) Conv(s *Site) (ConvFunc, error) {
	f, err := o.inner.Conv(s)
	if err != nil {
		return nil, err
	}
	key := activation{s.String(), 'x', 0, s.Weight.Shape[0]}
	return func(y, x []float32, c ConvShape) error {
		if err := o.calibration.observe(key, x); err != nil {
			return err
		}
		return f(y, x, c)
	}, nil
}

func (o observed) MatMul(s *Site) (MatMulFunc, error) {
	f, err := o.inner.MatMul(s)
	if err != nil {
		return nil, err
	}
	site := s.String()
	return func(y, a, b *Tensor) error {
		if err := o.calibration.observe(activation{site: site, operand: 'a'}, a.Float); err != nil {
			return err
		}
		if err := o.calibration.observe(activation{site: site, operand: 'b'}, b.Float); err != nil {
			return err
		}
		return f(y, a, b)
	}, nil
}
