package quantizer

import (
	"encoding/json"
	"fmt"
	"math"
)

// MinMax is a streaming observer of the range of one tensor. The zero value has
// seen nothing and is ready. It holds no data, only the range.
type MinMax struct {
	lo, hi float32
	n      int64
}

// Observe takes the values of x into account, in any order and any number of
// calls. The error of a NaN or an infinity wraps [ErrNotFinite] and names the
// index; the observer is then unchanged.
func (o *MinMax) Observe(x []float32) error {
	if len(x) == 0 {
		return nil
	}
	lo, hi, err := bounds(x)
	if err != nil {
		return err
	}
	o.Merge(MinMax{lo, hi, int64(len(x))})
	return nil
}

// Merge takes everything into account that p has seen.
func (o *MinMax) Merge(p MinMax) {
	switch {
	case p.n == 0:
	case o.n == 0:
		*o = p
	default:
		o.lo = min(o.lo, p.lo)
		o.hi = max(o.hi, p.hi)
		o.n += p.n
	}
}

// Count returns the number of values seen.
func (o MinMax) Count() int64 { return o.n }

// Range returns the least and the greatest value seen, 0 and 0 before the first.
func (o MinMax) Range() (lo, hi float32) { return o.lo, o.hi }

// Threshold returns the largest magnitude seen, 0 before the first value.
func (o MinMax) Threshold() float32 { return max(-o.lo, o.hi, 0) }

type minMaxJSON struct {
	Lo    float32 `json:"min"`
	Hi    float32 `json:"max"`
	Count int64   `json:"count"`
}

// MarshalJSON writes the range and the number of values seen.
func (o MinMax) MarshalJSON() ([]byte, error) { return json.Marshal(minMaxJSON{o.lo, o.hi, o.n}) }

// UnmarshalJSON reads what MarshalJSON writes. On an error o is unchanged; the error
// of JSON that is no state of an observer wraps [ErrState].
func (o *MinMax) UnmarshalJSON(data []byte) error {
	var z minMaxJSON
	if err := json.Unmarshal(data, &z); err != nil {
		return err
	}
	if z.Lo > z.Hi || z.Count < 0 || z.Count == 0 && (z.Lo != 0 || z.Hi != 0) {
		return fmt.Errorf("%w: range from %v to %v of %d values", ErrState, z.Lo, z.Hi, z.Count)
	}
	*o = MinMax{z.Lo, z.Hi, z.Count}
	return nil
}

// ChannelMinMax is a streaming observer of the range of each channel of a
// tensor. Make it with [NewChannelMinMax].
type ChannelMinMax struct {
	inner int
	seen  []MinMax
}

// NewChannelMinMax returns an observer of tensors in which element i belongs to
// channel (i / inner) mod channels: for weights of shape [O, I, kh, kw] with one
// channel per output, channels is O and inner is I*kh*kw; for a matrix [K, N]
// with one channel per column, channels is N and inner is 1. It panics where
// channels or inner is not positive.
func NewChannelMinMax(channels, inner int) *ChannelMinMax {
	if channels <= 0 {
		panic(badChannels)
	}
	if inner <= 0 {
		panic(badInner)
	}
	return &ChannelMinMax{inner: inner, seen: make([]MinMax, channels)}
}

// Observe takes the values of x into account. The error of a NaN or an infinity
// wraps [ErrNotFinite] and names the index; the observer is then unchanged. It
// panics where the length of x is not a multiple of channels * inner.
func (o *ChannelMinMax) Observe(x []float32) error {
	if len(x)%(len(o.seen)*o.inner) != 0 {
		panic(badWhole)
	}
	if len(x) == 0 {
		return nil
	}
	if _, _, err := bounds(x); err != nil {
		return err
	}
	for c := 0; len(x) > 0; x = x[o.inner:] {
		lo, hi, _ := bounds(x[:o.inner])
		o.seen[c].Merge(MinMax{lo, hi, int64(o.inner)})
		if c++; c == len(o.seen) {
			c = 0
		}
	}
	return nil
}

// Merge takes everything into account that p has seen. It panics where p has
// another number of channels or another inner size.
func (o *ChannelMinMax) Merge(p *ChannelMinMax) {
	if len(o.seen) != len(p.seen) || o.inner != p.inner {
		panic(badChannelMerge)
	}
	for c, s := range p.seen {
		o.seen[c].Merge(s)
	}
}

type channelMinMaxJSON struct {
	Inner    int      `json:"inner"`
	Channels []MinMax `json:"channels"`
}

// MarshalJSON writes the inner size and what each channel has seen.
func (o *ChannelMinMax) MarshalJSON() ([]byte, error) {
	return json.Marshal(channelMinMaxJSON{o.inner, o.seen})
}

// UnmarshalJSON reads what MarshalJSON writes. On an error o is unchanged; the error
// of JSON that is no state of an observer wraps [ErrState].
func (o *ChannelMinMax) UnmarshalJSON(data []byte) error {
	var z channelMinMaxJSON
	if err := json.Unmarshal(data, &z); err != nil {
		return err
	}
	if z.Inner <= 0 || len(z.Channels) == 0 {
		return fmt.Errorf("%w: %d channels of inner size %d", ErrState, len(z.Channels), z.Inner)
	}
	*o = ChannelMinMax{z.Inner, z.Channels}
	return nil
}

// Channel returns the range of channel c.
func (o *ChannelMinMax) Channel(c int) MinMax { return o.seen[c] }

// Thresholds returns the largest magnitude seen in each channel.
func (o *ChannelMinMax) Thresholds() []float32 {
	t := make([]float32, len(o.seen))
	for c, s := range o.seen {
		t[c] = s.Threshold()
	}
	return t
}

// exponent32 masks the exponent of a float32; all ones in infinities and NaN.
const exponent32 = 0xff << 23

// bounds returns the least and the greatest value of a slice that is not empty.
func bounds(x []float32) (lo, hi float32, err error) {
	lo, hi = x[0], x[0]
	for i, v := range x {
		if math.Float32bits(v)&exponent32 == exponent32 {
			return 0, 0, fmt.Errorf("%w: %v at index %d", ErrNotFinite, v, i)
		}
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	return lo, hi, nil
}

// Threshold returns the largest magnitude in x, 0 for an empty slice. The error
// of a NaN or an infinity wraps [ErrNotFinite].
func Threshold(x []float32) (float32, error) {
	var o MinMax
	err := o.Observe(x)
	return o.Threshold(), err
}

// Scale returns the scale by which a threshold of at least 0 lands on the
// format's largest value: threshold / Largest, rounded once to float32; 1 for a
// threshold of 0, and never below the smallest positive float32. It panics where
// the threshold is negative or not finite, or the format is the zero Format.
func Scale(f Format, threshold float32) float32 {
	if !(threshold >= 0) || math.IsInf(float64(threshold), 0) {
		panic(badThreshold)
	}
	return scale(f.Largest(), threshold)
}

// Scales returns [Scale] of each threshold.
func Scales(f Format, thresholds []float32) []float32 {
	s := make([]float32, len(thresholds))
	for i, t := range thresholds {
		s[i] = Scale(f, t)
	}
	return s
}

func scale(largest float64, threshold float32) float32 {
	if threshold == 0 {
		return 1
	}
	return clampScale(float64(threshold) / largest)
}

// clampScale rounds a scale to float32. A format whose largest value is below 1
// could push it beyond float32 and one of a huge range below it; both ends stay
// usable scales.
func clampScale(s float64) float32 {
	return min(max(float32(s), math.SmallestNonzeroFloat32), math.MaxFloat32)
}
