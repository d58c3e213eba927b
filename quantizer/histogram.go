package quantizer

import (
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
)

// DefaultBins is the number of bins on each side of zero of a Histogram that was
// not made with [NewHistogram].
const DefaultBins = 2048

// Histogram is a streaming observer of the distribution of one tensor, from which
// [Histogram.Choose] finds a range. It has bins of one width on both sides of zero,
//
//	bin k holds the x with k*w <= x < (k+1)*w,    k from -bins to bins-1,
//
// and counts zeros apart: they are exact in every format here, and after a ReLU
// they would hide everything else. The width is w = R/bins, where R is the smallest
// power of two above every magnitude seen. Where a value does not fit, R doubles and
// pairs of bins are added; since floor(floor(x/w)/2) = floor(x/2w), the bins are at
// any time those of one pass with the final width. So the state depends on the
// values alone, not on their order, the pieces they came in, or how histograms of
// parts were merged.
//
// The zero value has seen nothing and is ready, with [DefaultBins].
type Histogram struct {
	bins   int // on each side, a power of two; 0 stands for DefaultBins
	shift  int // w = 2^shift
	seen   MinMax
	zeros  int64
	counts []int64 // of bins -bins to bins-1; nil before the first value that is not 0
}

// The limits of the number of bins on each side.
const minBins, maxBins = 16, 1 << 16

// NewHistogram returns a histogram with the given number of bins on each side of
// zero. It panics unless that is a power of two from 16 to 65536.
func NewHistogram(bins int) *Histogram {
	if !validBins(bins) {
		panic(badBins)
	}
	return &Histogram{bins: bins}
}

func validBins(n int) bool { return n >= minBins && n <= maxBins && n&(n-1) == 0 }

// Bins returns the number of bins on each side of zero.
func (h *Histogram) Bins() int {
	if h.bins == 0 {
		return DefaultBins
	}
	return h.bins
}

// Width returns the width of a bin, a power of two; 0 where all values seen are 0.
func (h *Histogram) Width() float64 {
	if h.counts == nil {
		return 0
	}
	return math.Ldexp(1, h.shift)
}

// Count returns the number of values seen.
func (h *Histogram) Count() int64 { return h.seen.n }

// Zeros returns the number of zeros seen.
func (h *Histogram) Zeros() int64 { return h.zeros }

// Range returns the least and the greatest value seen, 0 and 0 before the first.
func (h *Histogram) Range() (lo, hi float32) { return h.seen.Range() }

// Bin returns the number of values seen in bin k, from -Bins to Bins-1.
func (h *Histogram) Bin(k int) int64 {
	if h.counts == nil {
		return 0
	}
	return h.counts[k+h.bins]
}

// Observe takes the values of x into account. The error of a NaN or an infinity
// wraps [ErrNotFinite] and names the index; the histogram is then unchanged.
func (h *Histogram) Observe(x []float32) error {
	if len(x) == 0 {
		return nil
	}
	lo, hi, err := bounds(x)
	if err != nil {
		return err
	}
	h.see(MinMax{lo + 0, hi + 0, int64(len(x))}) // + 0 turns -0 to 0
	if h.counts == nil {
		h.zeros += int64(len(x))
		return nil
	}
	perWidth, counts := math.Ldexp(1, -h.shift), h.counts
	zeros := int64(0)
	for _, v := range x {
		if v == 0 {
			zeros++
			continue
		}
		counts[int(math.Floor(float64(v)*perWidth))+h.bins]++
	}
	h.zeros += zeros
	return nil
}

// Merge takes everything into account that p has seen. It panics where p has
// another number of bins.
func (h *Histogram) Merge(p *Histogram) {
	if h.Bins() != p.Bins() {
		panic(badMerge)
	}
	h.see(p.seen)
	h.zeros += p.zeros
	if p.counts == nil {
		return
	}
	d := h.shift - p.shift // not negative: h has seen what p has
	for i, n := range p.counts {
		h.counts[(i-h.bins)>>d+h.bins] += n
	}
}

// see takes a range into account, and makes room for it.
func (h *Histogram) see(r MinMax) {
	h.bins = h.Bins()
	h.seen.Merge(r)
	largest := h.seen.Threshold()
	if largest == 0 {
		return
	}
	_, e := math.Frexp(float64(largest)) // largest < 2^e
	shift := e - bits.TrailingZeros(uint(h.bins))
	if h.counts == nil {
		h.counts = make([]int64, 2*h.bins)
	} else if d := shift - h.shift; d > 0 {
		// Every bin moves toward zero, so it is read before it is written.
		for k := range h.bins {
			n := h.counts[k+h.bins]
			h.counts[k+h.bins] = 0
			h.counts[k>>d+h.bins] += n
		}
		for k := -1; k >= -h.bins; k-- {
			n := h.counts[k+h.bins]
			h.counts[k+h.bins] = 0
			h.counts[k>>d+h.bins] += n
		}
	}
	h.shift = shift
}

// bin returns the bin of a value that is not zero.
func (h *Histogram) bin(v float32) int {
	return int(math.Floor(math.Ldexp(float64(v), -h.shift)))
}

// mass is a number of values that are taken to lie evenly between a and b, or at a
// where a == b.
type mass struct{ a, b, n float64 }

// masses returns the bins that are not empty, zeros left out. The outermost ones end
// at the extreme values, which are known.
func (h *Histogram) masses() []mass {
	var m []mass
	w := h.Width()
	for i, n := range h.counts {
		if n > 0 {
			a := float64(float64(i-h.bins) * w)
			m = append(m, mass{max(a, float64(h.seen.lo)), min(a+w, float64(h.seen.hi)), float64(n)})
		}
	}
	return m
}

type histogramJSON struct {
	Bins  int    `json:"bins"`
	Seen  MinMax `json:"seen"`
	Zeros int64  `json:"zeros"`
	// First is the bin of Counts[0].
	First  int     `json:"first"`
	Counts []int64 `json:"counts"`
}

// MarshalJSON writes the counts from the first to the last bin that is not empty.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	z := histogramJSON{Bins: h.Bins(), Seen: h.seen, Zeros: h.zeros, Counts: []int64{}}
	lo, hi := 0, len(h.counts)
	for lo < hi && h.counts[lo] == 0 {
		lo++
	}
	for lo < hi && h.counts[hi-1] == 0 {
		hi--
	}
	if lo < hi {
		z.First, z.Counts = lo-h.bins, h.counts[lo:hi]
	}
	return json.Marshal(z)
}

// UnmarshalJSON reads what MarshalJSON writes. On an error h is unchanged; the error
// of JSON that is no state of a histogram wraps [ErrState].
func (h *Histogram) UnmarshalJSON(data []byte) error {
	var z histogramJSON
	if err := json.Unmarshal(data, &z); err != nil {
		return err
	}
	g, err := z.histogram()
	if err != nil {
		return fmt.Errorf("%w: histogram: %s", ErrState, err)
	}
	*h = *g
	return nil
}

func (z histogramJSON) histogram() (*Histogram, error) {
	if !validBins(z.Bins) {
		return nil, fmt.Errorf("%d bins, want a power of two from %d to %d", z.Bins, minBins, maxBins)
	}
	h := NewHistogram(z.Bins)
	h.see(z.Seen)
	h.zeros = z.Zeros
	if z.First < -z.Bins || len(z.Counts) > z.Bins-z.First {
		return nil, fmt.Errorf("%d bins from %d, of -%d to %d", len(z.Counts), z.First, z.Bins, z.Bins-1)
	}
	if z.Zeros < 0 || z.Zeros > z.Seen.n {
		return nil, fmt.Errorf("%d zeros among %d values", z.Zeros, z.Seen.n)
	}
	sum, least, most := z.Zeros, 0, 0
	for i, n := range z.Counts {
		if n < 0 || n > z.Seen.n-sum { // so no sum overflows
			return nil, fmt.Errorf("bin %d has %d of %d values, %d were counted before it", z.First+i, n, z.Seen.n, sum)
		}
		if n > 0 {
			if most = z.First + i; sum == z.Zeros {
				least = most
			}
		}
		sum += n
	}
	lo, hi := h.seen.lo, h.seen.hi
	switch some := sum > z.Zeros; {
	case sum != z.Seen.n:
		return nil, fmt.Errorf("%d values are not the %d in the bins and %d zeros", z.Seen.n, sum-z.Zeros, z.Zeros)
	case z.Zeros > 0 && (lo > 0 || hi < 0):
		return nil, fmt.Errorf("zeros outside the range from %v to %v", lo, hi)
	case some != (h.counts != nil),
		lo != 0 && least != h.bin(lo), lo == 0 && some && least < 0,
		hi != 0 && most != h.bin(hi), hi == 0 && some && most >= 0:
		return nil, fmt.Errorf("bins do not end where the range from %v to %v does", lo, hi)
	}
	for i, n := range z.Counts {
		if n > 0 {
			h.counts[z.First+i+h.bins] = n
		}
	}
	return h, nil
}
