package quantizer

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// ClippedNormal returns the mean and the variance of min(max(X, lo), hi) for a normal
// X with the given mean and standard deviation, whose sign does not count: of what
// ReLU (0, +Inf) and ReLU6 (0, 6) make of the output of a batch normalization with
// shift mean and scale std. With a = (lo-mean)/std, b = (hi-mean)/std, the density phi
// and the distribution Phi of the standard normal, the mean is
//
//	lo Phi(a) + mean (Phi(b) - Phi(a)) + std (phi(a) - phi(b)) + hi (1 - Phi(b))
//
// (Nagel et al., "Data-free quantization through weight equalization and bias
// correction", 2019, appendix C). Either limit may be infinite. The error of the mean
// is below 2^-50 (|mean| + std + the finite limits), that of the variance below 2^-49
// of the sum of their squares. It panics where lo > hi, a limit is NaN, or mean or std
// is not finite.
func ClippedNormal(mean, std, lo, hi float64) (m, variance float64) {
	if !(lo <= hi) || mean-mean != 0 || std-std != 0 {
		panic(badNormal)
	}
	if std = math.Abs(std); std == 0 {
		return min(max(mean, lo), hi), 0
	}
	// Of Y = X - mean, so that the variance is no difference of large numbers.
	a, b := lo-mean, hi-mean
	ca, da := normal(a / std)
	cb, db := normal(b / std)
	m = float64(std*(da-db)) + times(a, ca) + times(b, 1-cb)
	inside := cb - ca + times(a/std, da) - times(b/std, db)
	second := float64(float64(std*std)*inside) + times(a*a, ca) + times(b*b, 1-cb)
	return mean + m, max(0, second-float64(m*m))
}

// normal returns the standard normal distribution and density.
func normal(x float64) (distribution, density float64) {
	return (1 + elementary.Erf(x/math.Sqrt2)) / 2, elementary.Exp(-float64(x*x)/2) * (1 / (math.Sqrt2 * math.SqrtPi))
}

// times returns x*p, 0 where p is 0 and x infinite.
func times(x, p float64) float64 {
	if p == 0 {
		return 0
	}
	return float64(x * p)
}

// CorrectBias takes out of each output of a product what replacing its weights by
// quantized ones adds to its mean:
//
//	bias[o] -= sum over i and the kernel of (quantized - weights)[o, i, ...] * means[i]
//
// with the mean input of each channel i: from ClippedNormal (analytic bias correction)
// or from data. The weights have the shape [O, C/groups, ...] of a convolution with
// C = len(means) inputs and O = len(bias) outputs, of which consecutive runs of
// O/groups read consecutive runs of C/groups channels; a depthwise one has groups = C.
// Sums are made in float64, each bias is rounded once. Padding, where the mean is
// smaller, is not considered.
//
// It panics where a length does not fit or groups divides O or C not.
func CorrectBias(bias, weights, quantized []float32, means []float64, groups int) {
	if len(weights) != len(quantized) || len(means) == 0 || len(bias) == 0 {
		panic(badLength)
	}
	if groups <= 0 || len(means)%groups != 0 || len(bias)%groups != 0 {
		panic(badGroups)
	}
	depth, outs := len(means)/groups, len(bias)/groups
	if len(weights)%(len(bias)*depth) != 0 {
		panic(badWhole)
	}
	inner := len(weights) / (len(bias) * depth)
	for o := range bias {
		sum := 0.0
		for i, mean := range means[o/outs*depth:][:depth] {
			change, at := 0.0, (o*depth+i)*inner
			for k, w := range weights[at:][:inner] {
				change += float64(quantized[at+k]) - float64(w)
			}
			sum += float64(change * mean)
		}
		bias[o] = float32(float64(bias[o]) - sum)
	}
}

// ChannelMean is a streaming observer of the mean of each channel of a tensor. The
// differences of two, one of a network in float and one of it quantized, are the
// empirical bias correction of what made the channels: bias[c] -= quantized - float.
// Make it with [NewChannelMean].
//
// Sums are in float64, for each run of elements of one channel in a tree over chunks
// of 1024; runs, and what is merged, are added in the order in which they come.
type ChannelMean struct {
	inner int
	sums  []float64
	n     int64 // values of each channel
}

// NewChannelMean returns an observer of tensors in which element i belongs to channel
// (i / inner) mod channels. It panics where channels or inner is not positive.
func NewChannelMean(channels, inner int) *ChannelMean {
	if channels <= 0 {
		panic(badChannels)
	}
	if inner <= 0 {
		panic(badInner)
	}
	return &ChannelMean{inner: inner, sums: make([]float64, channels)}
}

// Observe takes the values of x into account. The error of a NaN or an infinity wraps
// [ErrNotFinite] and names the index; the observer is then unchanged. It panics where
// the length of x is not a multiple of channels * inner.
func (o *ChannelMean) Observe(x []float32) error {
	if len(x)%(len(o.sums)*o.inner) != 0 {
		panic(badWhole)
	}
	if len(x) == 0 {
		return nil
	}
	if _, _, err := bounds(x); err != nil {
		return err
	}
	o.n += int64(len(x) / len(o.sums))
	for c := 0; len(x) > 0; x = x[o.inner:] {
		o.sums[c] += total(x[:o.inner])
		if c++; c == len(o.sums) {
			c = 0
		}
	}
	return nil
}

func total(x []float32) float64 {
	if len(x) > chunk {
		half := treeHalf(len(x))
		return total(x[:half]) + total(x[half:])
	}
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}

// Merge takes everything into account that p has seen. It panics where p has another
// number of channels or another inner size.
func (o *ChannelMean) Merge(p *ChannelMean) {
	if len(o.sums) != len(p.sums) || o.inner != p.inner {
		panic(badChannelMerge)
	}
	o.n += p.n
	for c, s := range p.sums {
		o.sums[c] += s
	}
}

type channelMeanJSON struct {
	Inner int       `json:"inner"`
	Sums  []float64 `json:"sums"`
	Count int64     `json:"count"`
}

// MarshalJSON writes the inner size, the sums and the number of values of a channel.
func (o *ChannelMean) MarshalJSON() ([]byte, error) {
	return json.Marshal(channelMeanJSON{o.inner, o.sums, o.n})
}

// UnmarshalJSON reads what MarshalJSON writes. On an error o is unchanged; the error
// of JSON that is no state of an observer wraps [ErrState].
func (o *ChannelMean) UnmarshalJSON(data []byte) error {
	var z channelMeanJSON
	if err := json.Unmarshal(data, &z); err != nil {
		return err
	}
	if z.Inner <= 0 || len(z.Sums) == 0 || z.Count < 0 {
		return fmt.Errorf("%w: %d channels of inner size %d, %d values", ErrState, len(z.Sums), z.Inner, z.Count)
	}
	*o = ChannelMean{z.Inner, z.Sums, z.Count}
	return nil
}

// Count returns the number of values seen of each channel.
func (o *ChannelMean) Count() int64 { return o.n }

// Means returns the mean of each channel. The error wraps [ErrEmpty] before the first
// value.
func (o *ChannelMean) Means() ([]float64, error) {
	if o.n == 0 {
		return nil, fmt.Errorf("%w: no means of %d channels", ErrEmpty, len(o.sums))
	}
	m := make([]float64, len(o.sums))
	for c, s := range o.sums {
		m[c] = s / float64(o.n)
	}
	return m, nil
}
