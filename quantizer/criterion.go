package quantizer

import (
	"fmt"
	"strconv"
	"strings"
)

// Criterion says by what a range is chosen from the values seen. It is comparable;
// the zero value is the smallest range that clips nothing. As text it is its name.
type Criterion struct {
	rule    rule
	percent float64
}

type rule uint8

const (
	minMax rule = iota
	percentile
	meanSquare
	sqnr
	divergence
)

var ruleNames = [...]string{minMax: "minmax", percentile: "percentile", meanSquare: "mse", sqnr: "sqnr", divergence: "kl"}

// ByMinMax chooses the least and the greatest value seen.
func ByMinMax() Criterion { return Criterion{} }

// ByPercentile clips at most the given share of the values, in percent above 50 and
// up to 100 to six decimals: in symmetric schemes the largest magnitudes, in
// asymmetric ones half of the share at each end. Zeros count. Where that would leave
// only 0 though other values were seen, as it may in a sparse tensor, nothing is
// clipped. It panics for another percentage.
func ByPercentile(percent float64) Criterion {
	if !(percent > 50 && percent <= 100) {
		panic(badPercent)
	}
	return Criterion{percentile, percent}
}

// ByMSE minimizes the mean square error, over ranges whose ends are the extreme
// values times 2^(-k/16). See [Histogram.Choose].
func ByMSE() Criterion { return Criterion{rule: meanSquare} }

// BySQNR is ByMSE with the error of clipped values weighted by 3, which AIMET calls
// its SQNR scheme (tf_enhanced): a little less is clipped. (The plain ratio of
// signal to noise is best where the mean square error is.)
func BySQNR() Criterion { return Criterion{rule: sqnr} }

// ByKL minimizes the Kullback-Leibler divergence of the values from the quantized
// ones, as TensorRT's entropy calibration does. See [Histogram.Choose].
func ByKL() Criterion { return Criterion{rule: divergence} }

// ParseCriterion returns the criterion of a name: minmax, percentile:99.99, mse,
// sqnr, kl. Case does not matter. The error wraps [ErrCriterion].
func ParseCriterion(name string) (Criterion, error) {
	head, percent, has := strings.Cut(strings.ToLower(strings.TrimSpace(name)), ":")
	for r, n := range ruleNames {
		if n != head || has != (rule(r) == percentile) {
			continue
		}
		c := Criterion{rule: rule(r)}
		if has {
			p, err := strconv.ParseFloat(percent, 64)
			if err != nil || !(p > 50 && p <= 100) {
				break
			}
			c.percent = p
		}
		return c, nil
	}
	return Criterion{}, fmt.Errorf("%w %q: there are minmax, percentile:P with P above 50 and up to 100, mse, sqnr, kl", ErrCriterion, name)
}

// String returns the name that [ParseCriterion] reads.
func (c Criterion) String() string {
	if c.rule == percentile {
		return "percentile:" + strconv.FormatFloat(c.percent, 'g', -1, 64)
	}
	return ruleNames[c.rule]
}

// MarshalText returns the name.
func (c Criterion) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText sets c to the criterion of a name, as [ParseCriterion] reads it. On
// an error c is unchanged.
func (c *Criterion) UnmarshalText(text []byte) error {
	d, err := ParseCriterion(string(text))
	if err == nil {
		*c = d
	}
	return err
}

// clipWeight is the weight of the square error of clipped values.
func (c Criterion) clipWeight() float64 {
	if c.rule == sqnr {
		return 3
	}
	return 1
}
