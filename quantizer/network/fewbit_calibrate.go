package network

import (
	"fmt"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
)

// Calibration holds the range of every activation that entered a matrix product
// while the network ran on samples. Its methods may be called concurrently.
//
// Activations are told apart by site and operand, and in a recurrent node by the
// output channels they meet: in a GRU without linear_before_reset the state h and
// the product r*h have ranges of their own.
type Calibration struct {
	mu     sync.Mutex
	ranges map[activation]quantizer.MinMax
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
	return &Calibration{ranges: map[activation]quantizer.MinMax{}}
}

// Observe returns an arithmetic that computes as a does and takes every
// activation that enters a product into account. A run ends with an error that
// wraps [quantizer.ErrNotFinite] where an activation is NaN or infinite.
func (c *Calibration) Observe(a Arithmetic) Arithmetic { return observed{c, a} }

// Threshold returns the largest magnitude that the activation of a site had: x
// of Conv and linear sites, of all its operands in recurrent ones, the larger of
// both in MatMul. ok is false where nothing was observed.
func (c *Calibration) Threshold(site string) (t float32, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
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

func (c *Calibration) threshold(key activation) (float32, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.ranges[key]
	if !ok {
		return 0, fmt.Errorf("%w: %v", ErrNotCalibrated, key)
	}
	return r.Threshold(), nil
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
