package quantizer

import (
	"fmt"
	"math"
	"strconv"
)

// Rescaling equalizes the output channels of a convolution, usually a depthwise
// one, so that one scale for all of its weights serves every channel: the weights
// and the bias of channel k are multiplied by a factor s_k > 0, and what the next
// product multiplies with that channel is divided by it. Between the two stands
// ReLU6, another activation that is linear from 0 to a limit, ReLU, or nothing.
//
// ReLU commutes with s_k. ReLU6 does only where neither x nor s_k*x is beyond 6;
// so channels that reach the limit are left alone, and no other is brought there.
// The network then computes the same, to rounding, on all data whose channels
// stay within the maxima that the calibration saw; bit for bit with PowerOfTwo,
// where no weight underflows.
//
// The rule is that of Goncharenko, Denisov and Alyamkin (chapter 6 of "Low-Power
// Computer Vision", CRC Press 2022). With a_k the largest magnitude of the weights
// of channel k and m_k the largest value of the channel before the activation:
//
//  1. Locked: m_k >= Locked gives s_k = 1.
//  2. The control value T is the mean of a_k over the locked channels.
//  3. Every other channel: s_k = min(T/a_k, Cap/m_k).
//
// What the rule leaves open is decided here. Without a locked channel T is the
// mean of a_k over all channels that have weights other than zero. A dead channel,
// a_k = 0, keeps s_k = 1. A silent one, m_k <= 0, which the activation makes zero
// on all calibrated data, has no cap. T/a_k is kept within 1/Bound and Bound: a
// channel with hardly any weights would otherwise blow up or wipe out the next
// weights. The bias is rescaled with the weights but does not count for a_k.
//
// The zero Rescaling is for ReLU or no activation: nothing is locked or capped. A
// cap keeps the activations within a range then, for the scale that they share.
type Rescaling struct {
	// Limit is that of the activation: 6 for ReLU6; 0 means none.
	Limit float32
	// Locked is the maximum from which on a channel is left alone; 0 means the
	// authors' 5.9 for a limit of 6, and 5.9/6 of any other. It is below Limit
	// to leave a margin to data that the calibration did not see. It is not used
	// without a limit.
	Locked float32
	// Cap is where rescaling may bring the maximum of a channel; 0 means Locked, and
	// without a limit that there is none.
	Cap float32
	// Bound is the largest factor, and one over it the smallest (but the cap may
	// ask for less); 0 means 64.
	Bound float32
	// Multiplier is the number of neighbouring channels that share a factor, that
	// of their largest weight and maximum; 0 means 1. In a depthwise convolution
	// with a channel multiplier, where all filters of one input channel shall stay
	// comparable, it is that multiplier. The result is exact either way.
	Multiplier int
	// PowerOfTwo takes the power of two nearest to the factor by ratio, or the
	// next below where the cap asks for it: no result of the network changes in
	// any bit then.
	PowerOfTwo bool
}

// ChannelState says why a channel has its factor.
type ChannelState uint8

const (
	// Equalized: the factor brings the weights to the control value; in an
	// [Equalization] both ranges to the same.
	Equalized ChannelState = iota
	// Locked: the maximum is too near the limit; factor 1.
	Locked
	// Capped: the factor brings the maximum to the cap, the weights stay below
	// the control value.
	Capped
	// Bounded: the factor is Bound or 1/Bound, the weights miss the control value.
	Bounded
	// Dead: all weights are zero, here or in the next product; factor 1.
	Dead
	// Silent: never active on the calibrated data; the weights are brought to the
	// control value, or as near as Bound allows.
	Silent
	channelStates // their number
)

var channelStateNames = [channelStates]string{"equalized", "locked", "capped", "bounded", "dead", "silent"}

// String returns the state's name in lower case.
func (s ChannelState) String() string {
	if s < channelStates {
		return channelStateNames[s]
	}
	return "ChannelState(" + strconv.Itoa(int(s)) + ")"
}

// RescaledChannel says what became of one channel.
type RescaledChannel struct {
	State   ChannelState
	Weight  float32 // a_k, the largest magnitude of the weights before
	Maximum float32 // m_k, before; 0 without maxima
	Factor  float32 // s_k
}

// String returns a line that says why the channel has its factor.
func (c RescaledChannel) String() string {
	return fmt.Sprintf("%v: weights to %v, maximum %v, factor %v", c.State, c.Weight, c.Maximum, c.Factor)
}

// Rescaled is the report of a Rescaling.
type Rescaled struct {
	// Control is the value to which the weights are brought.
	Control  float32
	Channels []RescaledChannel
}

// Factors returns the factor of every channel.
func (r Rescaled) Factors() []float32 {
	s := make([]float32, len(r.Channels))
	for k, c := range r.Channels {
		s[k] = c.Factor
	}
	return s
}

// Count returns the number of channels in a state.
func (r Rescaled) Count(s ChannelState) int {
	n := 0
	for _, c := range r.Channels {
		if c.State == s {
			n++
		}
	}
	return n
}

// defaults fills in what is zero. It panics for what makes no sense.
func (r Rescaling) defaults() Rescaling {
	if r.Locked == 0 || r.Limit == 0 {
		r.Locked = float32(float64(r.Limit) * 5.9 / 6)
	}
	if r.Cap == 0 {
		r.Cap = r.Locked
	}
	r.Bound = boundOr64(r.Bound)
	r.Multiplier = max(r.Multiplier, 1)
	if !(r.Limit >= 0 && r.Cap >= 0) || r.Limit > 0 && !(r.Locked > 0 && r.Cap > 0 && r.Locked <= r.Limit && r.Cap <= r.Limit) {
		panic(badLimit)
	}
	return r
}

// boundOr64 returns the bound of factors that an option asks for.
func boundOr64(bound float32) float32 {
	if bound == 0 {
		return 64
	}
	if !(bound >= 1) || math.IsInf(float64(bound), 0) {
		panic(badBound)
	}
	return bound
}

// Factors returns the factor of each channel, without applying it. The weights
// are those of channels output channels one after the other, [channels, ...];
// maxima are the largest values of the channels before the activation, and may be
// nil without a limit and a cap.
//
// A NaN or an infinity gives an error that wraps [ErrNotFinite]. It panics where
// the number of channels is not positive or not a multiple of Multiplier, a length
// does not fit, the limits are not 0 < Locked <= Limit and 0 < Cap <= Limit, or
// Bound is below 1.
func (r Rescaling) Factors(weights []float32, channels int, maxima []float32) (Rescaled, error) {
	r = r.defaults()
	if channels <= 0 {
		panic(badChannels)
	}
	if len(weights)%channels != 0 || channels%r.Multiplier != 0 {
		panic(badWhole)
	}
	if len(maxima) != channels && (r.Cap > 0 || maxima != nil) {
		panic(badLength)
	}
	out := Rescaled{Channels: make([]RescaledChannel, channels)}
	inner := len(weights) / channels
	for k := range out.Channels {
		c := &out.Channels[k]
		var err error
		if c.Weight, err = Threshold(weights[k*inner:][:inner]); err != nil {
			return Rescaled{}, fmt.Errorf("weights of channel %d: %w", k, err)
		}
		if maxima != nil {
			if c.Maximum = maxima[k]; !finite(c.Maximum) {
				return Rescaled{}, fmt.Errorf("maximum of channel %d: %w: %v", k, ErrNotFinite, c.Maximum)
			}
		}
	}
	// Channels that share a factor are judged by one that has the largest weight
	// and the largest maximum of them.
	groups := make([]RescaledChannel, channels/r.Multiplier)
	for i := range groups {
		g := out.Channels[i*r.Multiplier]
		for _, c := range out.Channels[i*r.Multiplier:][:r.Multiplier] {
			g.Weight, g.Maximum = max(g.Weight, c.Weight), max(g.Maximum, c.Maximum)
		}
		groups[i] = g
	}
	out.Control = float32(r.control(groups))
	for k := range out.Channels {
		g := groups[k/r.Multiplier]
		out.Channels[k].State, out.Channels[k].Factor = r.factor(g, float64(out.Control))
	}
	return out, nil
}

// control returns the mean weight of the locked channels; without one, of all
// that are not dead; 0 without any.
func (r Rescaling) control(channels []RescaledChannel) float64 {
	var sum [2]float64 // of all, of the locked
	var n [2]int
	for _, c := range channels {
		if c.Weight == 0 {
			continue
		}
		sum[0] += float64(c.Weight)
		n[0]++
		if r.locks(c) {
			sum[1] += float64(c.Weight)
			n[1]++
		}
	}
	switch {
	case n[1] > 0:
		return sum[1] / float64(n[1])
	case n[0] > 0:
		return sum[0] / float64(n[0])
	}
	return 0
}

func (r Rescaling) locks(c RescaledChannel) bool { return r.Limit > 0 && c.Maximum >= r.Locked }

func (r Rescaling) factor(c RescaledChannel, control float64) (ChannelState, float32) {
	switch {
	case c.Weight == 0:
		return Dead, 1
	case r.locks(c):
		return Locked, 1
	}
	state, s := Equalized, control/float64(c.Weight)
	if r.PowerOfTwo {
		s = nearestPowerOfTwo(s)
	}
	if b := bounded(s, r.Bound, r.PowerOfTwo); b != s {
		state, s = Bounded, b
	}
	switch limit := float64(r.Cap) / float64(c.Maximum); {
	case r.Cap == 0:
	case c.Maximum <= 0 && r.Limit > 0:
		state = Silent
	case c.Maximum > 0 && s > limit:
		state, s = Capped, limit
		if r.PowerOfTwo {
			s = powerOfTwoBelow(s)
		}
	}
	f := float32(s)
	if state == Capped && float64(f) > s {
		f = math.Nextafter32(f, 0) // the cap holds after rounding too
	}
	return state, f
}

// bounded returns s within 1/bound and bound.
func bounded(s float64, bound float32, powerOfTwo bool) float64 {
	b := float64(bound)
	if powerOfTwo {
		b = powerOfTwoBelow(b)
	}
	return min(max(s, 1/b), b)
}

// nearestPowerOfTwo returns the power of two nearest to x > 0 by ratio, the
// greater one of two at the same distance.
func nearestPowerOfTwo(x float64) float64 {
	f, e := math.Frexp(x) // f in [1/2, 1)
	if f < math.Sqrt2/2 {
		e--
	}
	return math.Ldexp(1, e)
}

// powerOfTwoBelow returns the largest power of two that is at most x > 0.
func powerOfTwoBelow(x float64) float64 {
	_, e := math.Frexp(x)
	return math.Ldexp(1, e-1)
}

func finite(x float32) bool { return math.Float32bits(x)&exponent32 != exponent32 }

// Apply rescales in place: the weights [C, ...] of C channels, their bias (C
// elements, or nil), and the weights of the next product, in which element i
// belongs to channel (i / inner) mod C. For a convolution [O, C, kh, kw] inner is
// kh*kw, for a depthwise one [C*m, 1, kh, kw] it is m*kh*kw, for a matrix [N, C]
// it is 1. The maxima are those of [Rescaling.Factors].
//
// Data that is not finite, before or after, gives an error that wraps
// [ErrNotFinite], and nothing has changed then. It panics as [Rescaling.Factors]
// does.
func (r Rescaling) Apply(weights, bias, next []float32, channels, inner int, maxima []float32) (Rescaled, error) {
	report, err := r.Factors(weights, channels, maxima)
	if err != nil {
		return Rescaled{}, err
	}
	if err := ApplyFactors(weights, bias, next, inner, report.Factors()); err != nil {
		return Rescaled{}, err
	}
	return report, nil
}

// ApplyFactors multiplies the weights [C, ...] and the bias (C elements, or nil)
// of each of C = len(factors) channels by its factor, and divides the next
// weights, laid out as in [Rescaling.Apply], by it; each element is rounded once.
// A result that is not finite gives an error that wraps [ErrNotFinite], and nothing
// has changed then. It panics where a length does not fit.
func ApplyFactors(weights, bias, next []float32, inner int, factors []float32) error {
	channels := len(factors)
	if channels == 0 {
		panic(badChannels)
	}
	if inner <= 0 {
		panic(badInner)
	}
	if len(weights)%channels != 0 || len(next)%(channels*inner) != 0 {
		panic(badWhole)
	}
	if bias != nil && len(bias) != channels {
		panic(badLength)
	}
	outer := len(weights) / channels
	parts := []struct {
		name    string
		x, z    []float32
		product func(i int) float32
	}{
		{"weight", weights, nil, func(i int) float32 { return weights[i] * factors[i/outer] }},
		{"bias", bias, nil, func(i int) float32 { return bias[i] * factors[i] }},
		{"next weight", next, nil, func(i int) float32 { return next[i] / factors[i/inner%channels] }},
	}
	for p := range parts {
		parts[p].z = make([]float32, len(parts[p].x))
		for i := range parts[p].z {
			z := parts[p].product(i)
			if !finite(z) {
				return fmt.Errorf("%s %d, %v, rescaled: %w: %v", parts[p].name, i, parts[p].x[i], ErrNotFinite, z)
			}
			parts[p].z[i] = z
		}
	}
	for _, p := range parts {
		copy(p.x, p.z)
	}
	return nil
}
