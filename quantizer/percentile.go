package quantizer

import (
	"math"
	"math/bits"
)

// clipCount returns how many of n values lie beyond a percentile: floor of the share
// that remains, to six decimals of a percent.
func clipCount(n int64, percent float64) int64 {
	tail := uint64(math.RoundToEven((100 - percent) * 1e6))
	hi, lo := bits.Mul64(tail, uint64(n))
	k, _ := bits.Div64(hi, lo, 1e8)
	return int64(k)
}

// orExtremes returns a range, or the extreme values where only 0 would be left.
func orExtremes(lo, hi, least, most float32) (float32, float32) {
	if lo == 0 && hi == 0 {
		return least, most
	}
	return lo, hi
}

// percentile returns the range that clips at most k of the values of bins.
func (h *Histogram) percentile(s Scheme, least, most float32, percent float64) (lo, hi float32) {
	k := clipCount(h.Count(), percent)
	w := h.Width()
	// down returns the upper end of the bin with the value that has k above it, by
	// magnitude where fold is set, 0 where that value is not above 0.
	down := func(k int64, sign int, fold bool) float64 {
		for b := h.bins - 1; b >= 0; b-- {
			above, below := h.counts[h.bins+b], h.counts[h.bins-1-b]
			if sign < 0 {
				above, below = below, above
			}
			if fold {
				above += below
			}
			if k -= above; k < 0 {
				return float64(b+1) * w
			}
		}
		return 0
	}
	if s.Asymmetric {
		hi = min(float32(down(k/2, 1, false)), most)
		lo = max(-float32(down(k/2, -1, false)), least)
		return orExtremes(lo, hi, least, most)
	}
	hi = min(float32(down(k, 1, s.Format.Signed())), most)
	return orExtremes(max(least, -hi), hi, least, most)
}
