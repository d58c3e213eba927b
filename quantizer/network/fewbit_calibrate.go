package network

import (
	"fmt"
	"maps"
	"math"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
)

// Calibration holds what every activation that entered a matrix product was like
// while the network ran on samples: its range, and where it was made with
// [NewHistogramCalibration] a histogram. Its methods may be called concurrently.
//
// Activations are told apart by site and operand, and in a recurrent node by the
// output channels they meet: in a GRU without linear_before_reset the state h and
// the product r*h have ranges of their own.
//
// A calibration that training made ([Trainer.Calibration]) has trained ranges too,
// of the activations of Conv, Gemm and MatMul and of their weights, which take the place
// of what was seen.
type Calibration struct {
	mu         sync.Mutex
	histograms bool
	seen       map[activation]*observation
	chosen     map[choice]interval   // what was found in histograms
	trained    map[string]interval   // of activations, by site
	weights    map[string][]interval // by site, one or one for each output channel
	ties       map[string]string     // sites whose activation has the range of another site's
}

// observation is what was seen of an activation.
type observation struct {
	quantizer.MinMax
	histogram *quantizer.Histogram // nil where none is kept
}

// observe takes values into account.
func (o *observation) observe(x []float32) error {
	if err := o.MinMax.Observe(x); err != nil {
		return err
	}
	if o.histogram != nil {
		return o.histogram.Observe(x)
	}
	return nil
}

func (o *observation) merge(p *observation) {
	o.MinMax.Merge(p.MinMax)
	if o.histogram != nil {
		o.histogram.Merge(p.histogram)
	}
}

// choice is a question to a histogram.
type choice struct {
	activation
	scheme    quantizer.Scheme
	criterion quantizer.Criterion
}

// interval is a range. Its ends are float64: a scale of float32 times a value of a
// format is exact there, so that [FewBit] finds the trained scales and zero points
// again.
type interval struct{ lo, hi float64 }

// params returns what quantizes the interval.
func (r interval) params(s quantizer.Scheme) quantizer.Params {
	if lo, hi := float32(r.lo), float32(r.hi); float64(lo) == r.lo && float64(hi) == r.hi {
		return s.Params(lo, hi)
	}
	if s.Asymmetric {
		k := s.Affine(r.lo, r.hi-r.lo)
		return k.Params()
	}
	k := s.Symmetric(r.hi)
	return k.Params()
}

// intervalOf returns the interval of which params makes p.
func intervalOf(s quantizer.Scheme, p quantizer.Params) interval {
	lo, hi := s.Range(p)
	hi = min(hi, math.MaxFloat32)
	if !s.Asymmetric {
		lo = 0
		if s.Format.Signed() {
			lo = -hi
		}
	}
	return interval{max(lo, -math.MaxFloat32), hi}
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

// NewCalibration returns a calibration that has seen nothing and keeps ranges.
func NewCalibration() *Calibration {
	return &Calibration{
		seen: map[activation]*observation{}, chosen: map[choice]interval{}, trained: map[string]interval{},
		weights: map[string][]interval{}, ties: map[string]string{},
	}
}

// NewHistogramCalibration returns a calibration that has seen nothing and keeps a
// histogram of every activation, 32 KiB each, from which every [quantizer.Criterion] can
// choose.
func NewHistogramCalibration() *Calibration {
	c := NewCalibration()
	c.histograms = true
	return c
}

// clone returns a calibration of its own; trained thresholds are replaced as a whole
// and can be shared.
func (c *Calibration) clone() *Calibration {
	c.mu.Lock()
	defer c.mu.Unlock()
	z := NewCalibration()
	z.histograms = c.histograms
	for key, o := range c.seen {
		p := c.observation()
		p.merge(o)
		z.seen[key] = p
	}
	z.chosen, z.trained, z.weights, z.ties = maps.Clone(c.chosen), maps.Clone(c.trained), maps.Clone(c.weights), maps.Clone(c.ties)
	return z
}

// observation returns one of nothing.
func (c *Calibration) observation() *observation {
	o := &observation{}
	if c.histograms {
		o.histogram = quantizer.NewHistogram(quantizer.DefaultBins)
	}
	return o
}

// Observe returns an arithmetic that computes as a does and takes every
// activation that enters a product into account. A run ends with an error that
// wraps [quantizer.ErrNotFinite] where an activation is NaN or infinite.
func (c *Calibration) Observe(a Arithmetic) Arithmetic {
	return observed{c, a, func(_ string, err error) error { return err }}
}

// Threshold returns the largest magnitude that the activation of a site had: x
// of Conv and linear sites, of all its operands in recurrent ones, the larger of
// both in MatMul; or the trained threshold, rounded to float32. ok is false where
// there is neither.
func (c *Calibration) Threshold(site string) (t float32, ok bool) {
	lo, hi, ok := c.Range(site)
	return max(-lo, hi), ok
}

// Range returns the least and the greatest value that Threshold is about.
func (c *Calibration) Range(site string) (lo, hi float32, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.trained[site]; ok {
		return float32(r.lo), float32(r.hi), true
	}
	all := c.merged(site)
	lo, hi = all.MinMax.Range()
	return lo, hi, all.Count() > 0
}

// Histogram returns a histogram of what Range is about without training, nil where
// none was kept or nothing seen.
func (c *Calibration) Histogram(site string) *quantizer.Histogram {
	c.mu.Lock()
	defer c.mu.Unlock()
	if all := c.merged(site); all.Count() > 0 {
		return all.histogram
	}
	return nil
}

// merged returns what was seen of all operands of a site. The order of merging does
// not show.
func (c *Calibration) merged(site string) *observation {
	all := c.observation()
	for key, o := range c.seen {
		if key.site == site {
			all.merge(o)
		}
	}
	return all
}

// of returns the activations of a site that were seen.
func (c *Calibration) of(site string) []activation {
	c.mu.Lock()
	defer c.mu.Unlock()
	var keys []activation
	for key := range c.seen {
		if key.site == site {
			keys = append(keys, key)
		}
	}
	return keys
}

func (c *Calibration) observe(key activation, x []float32) error {
	o := c.observation()
	if err := o.observe(x); err != nil {
		return fmt.Errorf("activation of %v: %w", key, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[key] == nil {
		c.seen[key] = c.observation()
	}
	c.seen[key].merge(o)
	clear(c.chosen)
	return nil
}

// rangeOf returns the range of an activation: the trained one, or what the criterion
// chooses from what was seen. c may be nil.
func (c *Calibration) rangeOf(key activation, s quantizer.Scheme, by quantizer.Criterion) (interval, error) {
	if c == nil {
		return interval{}, fmt.Errorf("%w: %v", ErrNotCalibrated, key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.trained[key.site]; ok {
		return r, nil
	}
	o := c.seen[key]
	if o == nil || o.Count() == 0 {
		return interval{}, fmt.Errorf("%w: %v", ErrNotCalibrated, key)
	}
	if by == quantizer.ByMinMax() {
		lo, hi := o.MinMax.Range()
		return interval{float64(lo), float64(hi)}, nil
	}
	if o.histogram == nil {
		return interval{}, fmt.Errorf("%w: %v: the criterion %v needs histograms", ErrNotCalibrated, key, by)
	}
	question := choice{key, s, by}
	if r, ok := c.chosen[question]; ok {
		return r, nil
	}
	lo, hi, err := o.histogram.Choose(s, by)
	if err != nil {
		return interval{}, fmt.Errorf("%v: %w", key, err)
	}
	r := interval{float64(lo), float64(hi)}
	c.chosen[question] = r
	return r, nil
}

// paramsOf returns what quantizes an activation, in the scheme of activations with the
// format as it is or normalized.
func (f FewBit) paramsOf(s quantizer.Scheme, key activation) (quantizer.Params, error) {
	r, err := f.Calibration.rangeOf(key, f.ActivationScheme(), f.Criterion)
	if err != nil {
		return quantizer.Params{}, err
	}
	return r.params(s), nil
}

// weightRanges returns the ranges of the weights of a site, one or one for each output
// channel: trained ones, or those of the criterion. The weights of a channel lie next to
// each other.
func (f FewBit) weightRanges(w []float32, channels int, site string) ([]interval, error) {
	groups := 1
	if f.PerChannel {
		groups = channels
	}
	if trained := f.Calibration.weightRanges(site); trained != nil {
		if len(trained) != groups {
			return nil, fmt.Errorf("%w: %d trained thresholds, want %d", ErrShape, len(trained), groups)
		}
		return trained, nil
	}
	ranges, err := quantizer.CalibrateRanges(w, f.WeightScheme(channels, len(w)/channels), f.WeightCriterion)
	if err != nil {
		return nil, err
	}
	out := make([]interval, groups)
	for g, r := range ranges {
		out[g] = interval{float64(r.Lo), float64(r.Hi)}
	}
	return out, nil
}

// weightParams returns what quantizes the weights of a site.
func (f FewBit) weightParams(w []float32, channels int, site string) ([]quantizer.Params, error) {
	ranges, err := f.weightRanges(w, channels, site)
	if err != nil {
		return nil, err
	}
	s := f.WeightScheme(channels, len(w)/channels)
	p := make([]quantizer.Params, len(ranges))
	for g, r := range ranges {
		p[g] = r.params(s)
	}
	return p, nil
}

// WeightThresholds returns the trained thresholds of the weights of a site, one or one
// for each output channel, rounded to float32; nil where none were trained.
func (c *Calibration) WeightThresholds(site string) []float32 {
	var out []float32
	for _, r := range c.weightRanges(site) {
		out = append(out, float32(r.hi))
	}
	return out
}

// weightRanges returns the trained ranges of the weights of a site. c may be nil.
func (c *Calibration) weightRanges(site string) []interval {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.weights[site]
}

// fix sets the ranges of the weights of a site.
func (c *Calibration) fix(site string, weights []interval) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.weights[site] = weights
}

// train sets the ranges of a site.
func (c *Calibration) train(site string, activation interval, weights []interval) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trained[site], c.weights[site] = activation, weights
}

// observed is the arithmetic of Calibration.Observe.
type observed struct {
	calibration *Calibration
	inner       Arithmetic
	fail        func(site string, err error) error // what an activation that is not finite makes of a run
}

func (o observed) observe(key activation, x []float32) error {
	if err := o.calibration.observe(key, x); err != nil {
		return o.fail(key.site, err)
	}
	return nil
}

func (o observed) Linear(s *Site) (LinearFunc, error) {
	f, err := o.inner.Linear(s)
	if err != nil {
		return nil, err
	}
	site := s.String()
	return func(y, x []float32, rows, lo, hi int) error {
		if err := o.observe(activation{site, 'x', lo, hi}, x); err != nil {
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
		if err := o.observe(key, x); err != nil {
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
		if err := o.observe(activation{site: site, operand: 'a'}, a.Float); err != nil {
			return err
		}
		if err := o.observe(activation{site: site, operand: 'b'}, b.Float); err != nil {
			return err
		}
		return f(y, a, b)
	}, nil
}
