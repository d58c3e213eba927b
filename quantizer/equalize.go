package quantizer

import (
	"fmt"
	"math"
)

// Equalization balances the weights of two consecutive products channel by
// channel: cross-layer equalization of Nagel and others, "Data-free quantization
// through weight equalization and bias correction" (2019). With r1 the range of
// the weights that make a channel and r2 that of the weights that read it, both
// become sqrt(r1*r2) when the first are multiplied by
//
//	s = sqrt(r2/r1)
//
// and the others divided by it (the paper writes 1/s). It is exact where the
// activation between commutes with s: for ReLU or none. One that is clipped at a
// limit commutes where the channel's limit becomes s*limit.
//
// The zero Equalization is usable.
type Equalization struct {
	// Bound is the largest factor, and one over it the smallest; 0 means 64.
	Bound float32
	// PowerOfTwo takes the power of two nearest to the factor by ratio.
	PowerOfTwo bool
}

// EqualizedChannel says what becomes of one channel.
type EqualizedChannel struct {
	State       ChannelState // Equalized, Bounded or Dead
	First, Next float32      // r1 and r2, before
	Factor      float32      // s
}

// String returns a line that says why the channel has its factor.
func (c EqualizedChannel) String() string {
	return fmt.Sprintf("%v: weights to %v, next weights to %v, factor %v", c.State, c.First, c.Next, c.Factor)
}

// Factors returns the factor of each channel for the ranges of the weights on both
// sides, as thresholds have them. A channel without weights on one side is dead
// and keeps 1. It panics where the lengths differ, a range is negative or not
// finite, or Bound is below 1.
func (e Equalization) Factors(first, next []float32) []EqualizedChannel {
	if len(first) != len(next) {
		panic(badLength)
	}
	bound := boundOr64(e.Bound)
	out := make([]EqualizedChannel, len(first))
	for k := range out {
		c := EqualizedChannel{First: first[k], Next: next[k], Factor: 1}
		if !(c.First >= 0 && c.Next >= 0 && finite(c.First) && finite(c.Next)) {
			panic(badThreshold)
		}
		if c.First == 0 || c.Next == 0 {
			c.State = Dead
		} else {
			s := math.Sqrt(float64(c.Next) / float64(c.First))
			if c.Factor = e.Bounded(s); s > float64(bound) || s < 1/float64(bound) {
				c.State = Bounded
			}
		}
		out[k] = c
	}
	return out
}

// Bounded returns the factor for a positive s: within 1/Bound and Bound, and a power
// of two where those are asked for. It panics for a Bound below 1.
func (e Equalization) Bounded(s float64) float32 {
	bound := boundOr64(e.Bound)
	if e.PowerOfTwo {
		s = nearestPowerOfTwo(s)
	}
	return float32(bounded(s, bound, e.PowerOfTwo))
}

// AbsorbBias moves a constant c[k] >= 0 out of each channel of a product into the
// bias of the next one: bias[k] falls by c[k], and nextBias[o] grows by c[k] times
// the sum of the weights next[o, k, ...]. The next weights have the shape
// [O, C/groups, ...] of a convolution with C = len(c), O = len(nextBias) outputs,
// of which consecutive runs of O/groups read consecutive runs of C/groups channels.
// Sums are made in float64, each bias is rounded once.
//
// With ReLU between the two the network computes the same, to rounding, wherever no
// value of channel k before the activation is below c[k], and nothing that the next
// product reads is padded: high-bias absorption of Nagel and others (2019), which
// makes the range of the channel smaller. An upper limit of the activation has to
// fall by c[k] too.
//
// It panics where a length does not fit or groups divides O or C not.
func AbsorbBias(bias, next, nextBias, c []float32, groups int) {
	if len(bias) != len(c) || len(c) == 0 || len(nextBias) == 0 {
		panic(badLength)
	}
	if groups <= 0 || len(c)%groups != 0 || len(nextBias)%groups != 0 {
		panic(badGroups)
	}
	depth, outs := len(c)/groups, len(nextBias)/groups
	if len(next)%(len(nextBias)*depth) != 0 {
		panic(badWhole)
	}
	inner := len(next) / (len(nextBias) * depth)
	for o := range nextBias {
		sum := float64(nextBias[o])
		for k, v := range c[o/outs*depth:][:depth] {
			for _, w := range next[(o*depth+k)*inner:][:inner] {
				sum += float64(float64(v) * float64(w))
			}
		}
		nextBias[o] = float32(sum)
	}
	for k, v := range c {
		bias[k] -= v
	}
}
