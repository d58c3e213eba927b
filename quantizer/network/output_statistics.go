package network

import (
	"fmt"
	"math"
	"sync"

	"github.com/halfulp/halfulp/quantizer"
)

// OutputStatistics holds the range, mean and deviation of every output channel of
// the products with constant weights, biases included and before any activation,
// while the network ran on samples. Its methods may be called concurrently; the
// last bits of means depend on the order of the runs, on nothing else.
type OutputStatistics struct {
	mu    sync.Mutex
	sites map[string][]channelSums
}

type channelSums struct {
	n        int64
	lo, hi   float32
	sum, sqr float64
}

// ChannelStatistics is what an output channel was on samples, over all positions.
type ChannelStatistics struct {
	Count           int64
	Least, Greatest float32
	Mean, Deviation float64 // Deviation is the root of the mean squared distance from Mean
}

// NewOutputStatistics returns statistics that have seen nothing.
func NewOutputStatistics() *OutputStatistics {
	return &OutputStatistics{sites: map[string][]channelSums{}}
}

// Observe returns an arithmetic that computes as a does and takes what every
// product with constant weights returns into account. A run ends with an error
// that wraps [quantizer.ErrNotFinite] where a result is NaN or infinite.
func (o *OutputStatistics) Observe(a Arithmetic) Arithmetic { return observedOutputs{a, o} }

// Channels returns the statistics of the output channels of a site (see
// [Site.String]), nil where nothing was observed.
func (o *OutputStatistics) Channels(site string) []ChannelStatistics {
	o.mu.Lock()
	defer o.mu.Unlock()
	sums := o.sites[site]
	if sums == nil {
		return nil
	}
	out := make([]ChannelStatistics, len(sums))
	for k, s := range sums {
		c := ChannelStatistics{Count: s.n, Least: s.lo, Greatest: s.hi}
		if s.n > 0 {
			c.Mean = s.sum / float64(s.n)
			c.Deviation = math.Sqrt(max(0, s.sqr/float64(s.n)-float64(c.Mean*c.Mean)))
		}
		out[k] = c
	}
	return out
}

// greatest returns the largest value of each of n channels of a site.
func (o *OutputStatistics) greatest(site string, n int) ([]float32, error) {
	if o == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotCalibrated, site)
	}
	channels := o.Channels(site)
	if len(channels) != n {
		return nil, fmt.Errorf("%w: %d channels of %s of %d", ErrNotCalibrated, len(channels), site, n)
	}
	m := make([]float32, n)
	for k, c := range channels {
		if m[k] = c.Greatest; c.Count == 0 {
			return nil, fmt.Errorf("%w: channel %d of %s", ErrNotCalibrated, k, site)
		}
	}
	return m, nil
}

// observe adds y, [samples, hi-lo, inner], whose channels are lo to hi-1 of those
// of a site.
func (o *OutputStatistics) observe(site string, channels int, y []float32, samples, lo, hi, inner int) error {
	if len(y) == 0 {
		return nil
	}
	batch := make([]channelSums, hi-lo)
	step := (hi - lo) * inner
	for k := range batch {
		var r quantizer.MinMax
		for n := range samples {
			if err := r.Observe(y[n*step+k*inner:][:inner]); err != nil {
				return fmt.Errorf("channel %d of %s: %w", lo+k, site, err)
			}
		}
		c := channelSums{n: r.Count()}
		c.lo, c.hi = r.Range()
		sum := func(f func(v float64) float64) float64 {
			return sumSamples(samples, func(from, to int) float64 {
				var s float64
				for n := from; n < to; n++ {
					for _, v := range y[n*step+k*inner:][:inner] {
						s += f(float64(v))
					}
				}
				return s
			})
		}
		c.sum = sum(func(v float64) float64 { return v })
		c.sqr = sum(func(v float64) float64 { return float64(v * v) })
		batch[k] = c
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.sites[site]
	if all == nil {
		all = make([]channelSums, channels)
		o.sites[site] = all
	}
	for k, c := range batch {
		z := &all[lo+k]
		if z.n == 0 {
			*z = c
			continue
		}
		z.n += c.n
		z.lo, z.hi = min(z.lo, c.lo), max(z.hi, c.hi)
		z.sum += c.sum
		z.sqr += c.sqr
	}
	return nil
}

// observedOutputs is the arithmetic of OutputStatistics.Observe.
type observedOutputs struct {
	Arithmetic
	statistics *OutputStatistics
}

func (o observedOutputs) Linear(s *Site) (LinearFunc, error) {
	f, err := o.Arithmetic.Linear(s)
	if err != nil {
		return nil, err
	}
	site, channels := s.String(), s.Weight.Shape[0]
	return func(y, x []float32, rows, lo, hi int) error {
		if err := f(y, x, rows, lo, hi); err != nil {
			return err
		}
		return o.statistics.observe(site, channels, y[:rows*(hi-lo)], rows, lo, hi, 1)
	}, nil
}

func (o observedOutputs) Conv(s *Site) (ConvFunc, error) {
	f, err := o.Arithmetic.Conv(s)
	if err != nil {
		return nil, err
	}
	site := s.String()
	return func(y, x []float32, c ConvShape) error {
		if err := f(y, x, c); err != nil {
			return err
		}
		return o.statistics.observe(site, c.O, y, c.N, 0, c.O, c.OH*c.OW)
	}, nil
}
