package quantizer

import (
	"math"
	"math/bits"
	"slices"

	"github.com/halfulp/halfulp/internal/elementary"
)

// Choose returns the range that is best for a scheme by a criterion; s.Params(lo, hi)
// is then what quantizes it, and trained thresholds start from it. A symmetric
// scheme gets -t and t, an unsigned one 0 and t. It takes the values of a bin to lie
// evenly in it, the outermost ones between their end of the bin and the extreme value.
//
//   - [ByMinMax]: exact.
//   - [ByPercentile]: each end lies in the bin of the exact order statistic, outside
//     it, so it clips no more and is off by less than Width.
//   - [ByMSE], [BySQNR]: the candidates are the extreme value times 2^(-k/16), k from
//     -4 to 160 (in asymmetric schemes from 0; first both ends have one k, then they
//     are improved in turns until neither can be); for each the expected square error of evenly
//     spread values is integrated in closed form over the cells of the format. It is
//     within the Bound of [Histogram.Noise] of that of the values, so the choice is
//     within the sum of two such bounds of the best candidate.
//   - [ByKL]: the algorithm of Migacz, "8-bit inference with TensorRT" (2017), with
//     the format's own cells for its 128 equal ones, so for every format. For each
//     candidate end i*w (at most 512 of them, from the number of the format's values
//     up to the whole range, the whole range among them; in asymmetric schemes both
//     ends are cut in proportion) P is the histogram with what lies beyond added to
//     the last bin, and Q the histogram without that, the bins of each cell replaced
//     by their mean. Its traps: bins that are empty stay so, the mean of a cell is over
//     the others; zeros take no part; bins that only got what lies beyond make the
//     divergence infinite, so Q is mixed with the even distribution over the bins
//     of P, 1e4 to 1.
//
// Of equally good ranges it takes the widest. Where all values are equal, or there is
// only one, no criterion clips. The error wraps [ErrEmpty] before the first value,
// and [ErrScheme] where s.Check fails.
func (h *Histogram) Choose(s Scheme, c Criterion) (lo, hi float32, err error) {
	if err := s.Check(); err != nil {
		return 0, 0, err
	}
	if h.Count() == 0 {
		return 0, 0, ErrEmpty
	}
	lo, hi = s.widen(h.Range())
	if h.seen.lo == h.seen.hi {
		return lo, hi, nil
	}
	switch c.rule {
	case percentile:
		lo, hi = h.percentile(s, lo, hi, c.percent)
	case meanSquare, sqnr:
		masses, r := h.masses(), newRuler(s.Format, c.clipWeight())
		lo, hi = s.search(lo, hi, func(p Params) float64 {
			r.set(p)
			sum := 0.0
			for _, m := range masses {
				all, _ := r.error(m)
				sum += float64(m.n * all)
			}
			return sum
		})
	case divergence:
		lo, hi = h.leastDivergence(s, lo, hi)
	}
	return lo, hi, nil
}

// Noise returns what p does to the values seen, by the even distribution in bins.
// It panics where s.Check fails, and gives zeros before the first value.
func (h *Histogram) Noise(s Scheme, p Params) Noise {
	s.must()
	if h.Count() == 0 {
		return Noise{}
	}
	r := newRuler(s.Format, 1)
	r.set(p)
	var n Noise
	for _, m := range h.masses() {
		all, clipped := r.error(m)
		n.Signal += float64(m.n * ((float64(m.a*m.a) + float64(m.a*m.b) + float64(m.b*m.b)) / 3))
		n.Error += float64(m.n * all)
		n.Clipping += float64(m.n * clipped)
		n.Bound += float64(m.n * r.bound(m))
	}
	return n.over(float64(h.Count()))
}

func (n Noise) over(count float64) Noise {
	return Noise{n.Signal / count, n.Error / count, n.Clipping / count, n.Bound / count}
}

// Calibrate is [CalibrateRanges], and what quantizes the ranges.
func Calibrate(x []float32, s Scheme, c Criterion) (Quantizer, error) {
	ranges, err := CalibrateRanges(x, s, c)
	if err != nil {
		return Quantizer{}, err
	}
	q := Quantizer{Scheme: s, Params: make([]Params, len(ranges))}
	for g, r := range ranges {
		q.Params[g] = s.Params(r.Lo, r.Hi)
	}
	return q, nil
}

// CalibrateRanges chooses a range for every group of x as [Histogram.Choose] does, but
// from the values themselves where that makes a difference: percentiles are exact,
// and square errors are those of the values. Only [ByKL] needs a histogram, of
// [DefaultBins]. The error wraps [ErrEmpty] where x is empty, [ErrNotFinite] where it
// has a NaN or an infinity, and [ErrScheme] where s.Check fails. It panics where the
// length does not fit the grouping.
func CalibrateRanges(x []float32, s Scheme, c Criterion) ([]Range, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if len(x) == 0 {
		return nil, ErrEmpty
	}
	if _, _, err := bounds(x); err != nil {
		return nil, err
	}
	ranges := make([]Range, s.Grouping.Groups(len(x)))
	ends := make([]int, len(ranges)+1)
	s.Grouping.runs(len(x), func(i, j, g int) { ends[g+1] += j - i })
	for g := range ranges {
		ends[g+1] += ends[g]
	}
	sorted, at := make([]float32, len(x)), slices.Clone(ends)
	s.Grouping.runs(len(x), func(i, j, g int) { at[g] += copy(sorted[at[g]:], x[i:j]) })
	for g := range ranges {
		ranges[g].Lo, ranges[g].Hi = s.choose(sorted[ends[g]:ends[g+1]], c)
	}
	return ranges, nil
}

// choose returns the range for finite values; it may change their order.
func (s Scheme) choose(x []float32, c Criterion) (lo, hi float32) {
	least, most, _ := bounds(x)
	lo, hi = s.widen(least, most)
	if least == most {
		return lo, hi
	}
	switch c.rule {
	case percentile:
		k := clipCount(int64(len(x)), c.percent)
		if s.Asymmetric {
			k /= 2
			slices.Sort(x)
			return orExtremes(min(x[k], 0), max(x[len(x)-1-int(k)], 0), lo, hi)
		}
		for i, v := range x {
			x[i] = s.magnitude(v)
		}
		slices.Sort(x)
		t := x[len(x)-1-int(k)]
		return orExtremes(min(0, max(lo, -t)), t, lo, hi)
	case meanSquare, sqnr:
		r := newRuler(s.Format, c.clipWeight())
		return s.search(lo, hi, func(p Params) float64 {
			r.set(p)
			return sumError(r, x)
		})
	case divergence:
		var h Histogram
		_ = h.Observe(x) // finite
		return h.leastDivergence(s, lo, hi)
	}
	return lo, hi
}

// sumError returns the sum of the square errors of values.
func sumError(r *ruler, x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		all, _ := r.error(mass{float64(v), float64(v), 1})
		sum += all
	}
	return sum
}

// NoiseOf returns what q does to x: the mean squares of x and of its error. It
// panics as [QuantizeTensor] does; x must be finite.
func NoiseOf(x []float32, q Quantizer) Noise {
	q.must(len(x), len(x))
	if len(x) == 0 {
		return Noise{}
	}
	r := newRuler(q.Scheme.Format, 1)
	var n Noise
	q.Scheme.Grouping.runs(len(x), func(i, j, g int) {
		r.set(q.Params[g])
		for _, v := range x[i:j] {
			all, clipped := r.error(mass{float64(v), float64(v), 1})
			n.Signal += float64(float64(v) * float64(v))
			n.Error += all
			n.Clipping += clipped
		}
	})
	return n.over(float64(len(x)))
}

// widen returns the range that clips nothing of what lies between lo and hi.
func (s Scheme) widen(lo, hi float32) (float32, float32) {
	if s.Asymmetric {
		return min(lo, 0), max(hi, 0)
	}
	if !s.Format.Signed() {
		return 0, max(hi, 0)
	}
	t := max(-lo, hi)
	return -t, t
}

// magnitude returns how large a threshold must be for v not to be clipped in a
// symmetric scheme.
func (s Scheme) magnitude(v float32) float32 {
	if s.Format.Signed() {
		return max(v, -v)
	}
	return max(v, 0)
}

// The grid of ranges: gridSteps ratios to an octave, gridAbove of them above the
// extreme value, gridBelow below.
const gridSteps, gridAbove, gridBelow = 16, 4, 160

func gridRatio(k int) float64 {
	r := math.Ldexp(1, -(k >> 4)) // gridSteps is 16
	if k &= gridSteps - 1; k > 0 {
		r *= elementary.Pow(2, -float64(k)/gridSteps)
	}
	return r
}

// search returns the range of the grid below lo and hi that has the least loss, of
// equal ones the widest.
func (s Scheme) search(lo, hi float32, loss func(p Params) float64) (float32, float32) {
	cut := func(x float32, k int) float32 {
		return float32(min(max(float64(x)*gridRatio(k), -math.MaxFloat32), math.MaxFloat32))
	}
	var last Params
	best, least := [2]int{}, math.Inf(1)
	try := func(i, j int) bool {
		p := s.Params(cut(lo, i), cut(hi, j))
		if p == last {
			return false // a power of two serves several ranges
		}
		last = p
		if l := loss(p); l < least {
			best, least = [2]int{i, j}, l
			return true
		}
		return false
	}
	if !s.Asymmetric {
		for k := -gridAbove; k <= gridBelow; k++ {
			try(k, k)
		}
		return cut(lo, best[0]), cut(hi, best[1])
	}
	for k := range gridBelow + 1 {
		try(k, k)
	}
	for better := true; better; {
		better = false
		for k := range gridBelow + 1 {
			better = hi > 0 && try(best[0], k) || better
		}
		for k := range gridBelow + 1 {
			better = lo < 0 && try(k, best[1]) || better
		}
	}
	return cut(lo, best[0]), cut(hi, best[1])
}

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

// valueCount returns the number of the format's values from 0 to the largest.
func (f Format) valueCount() int {
	if f.kind == Minifloat {
		n := int(f.mini.MaxCode()) + 1
		if !f.mini.HasSubnormals() {
			n -= 1<<f.mini.MantissaBits() - 1 // codes of zero
		}
		return n
	}
	_, hi := f.codes()
	return int(hi) + 1
}

// maxCandidates bounds the number of ranges that leastDivergence looks at.
const maxCandidates = 512

// smoothing is the share of the even distribution in Q.
const smoothing = 1e-4

// leastDivergence returns the range whose quantized values are, by Kullback-Leibler
// divergence, nearest to all.
func (h *Histogram) leastDivergence(s Scheme, least, most float32) (lo, hi float32) {
	w := h.Width()
	if w == 0 || least == most {
		return least, most
	}
	// ends returns the number of bins below and above zero of candidate i of top.
	below, above := int(math.Ceil(-float64(least)/w)), int(math.Ceil(float64(most)/w))
	top := max(below, above)
	ends := func(i int) (int, int) { return (below*i + top - 1) / top, (above*i + top - 1) / top }
	start := min(top, s.Format.valueCount())
	step := (top-start)/maxCandidates + 1
	lo, hi = least, most
	best := math.Inf(1)
	cells := make([]cell, 0, below+above)
	for i := top; i >= start; i -= step {
		m, n := ends(i)
		a, b := max(-float32(float64(m)*w), least), min(float32(float64(n)*w), most)
		if d := h.divergence(s, s.Params(a, b), m, n, &cells); d < best {
			lo, hi, best = a, b, d
		}
	}
	return lo, hi
}

// cell is what a value of the format stands for: the bins that round to it.
type cell struct {
	from, to int     // bins
	value    float64 // the value, times the scale
}

// divergence returns the Kullback-Leibler divergence of P from Q for a range of m
// bins below and n above zero; +Inf where that holds none of the values.
func (h *Histogram) divergence(s Scheme, p Params, m, n int, scratch *[]cell) float64 {
	counts := h.counts[h.bins-m : h.bins+n]
	var under, over int64
	if s.Asymmetric || s.Format.Signed() {
		for _, c := range h.counts[:h.bins-m] {
			under += c
		}
	}
	for _, c := range h.counts[h.bins+n:] {
		over += c
	}
	count := func(i int) int64 { // of P
		c := counts[i]
		if i == 0 {
			c += under
		}
		if i == len(counts)-1 {
			c += over
		}
		return c
	}
	r := ruler{format: s.Format}
	r.set(p)
	cells := (*scratch)[:0]
	w := h.Width()
	inside, support := int64(0), 0
	for i, c := range counts {
		inside += c
		if count(i) > 0 {
			support++
		}
		v := r.value((float64(i-m) + 0.5) * w)
		if k := len(cells) - 1; k >= 0 && cells[k].value == v {
			cells[k].to = i + 1
		} else {
			cells = append(cells, cell{i, i + 1, v})
		}
	}
	*scratch = cells
	if inside == 0 {
		return math.Inf(1)
	}
	all := float64(inside + under + over)
	even := smoothing / float64(support)
	sum := 0.0
	for _, c := range cells {
		total, some := int64(0), 0
		for i := c.from; i < c.to; i++ {
			total += counts[i]
			if count(i) > 0 {
				some++
			}
		}
		if some == 0 {
			continue
		}
		q := (float64(total)/float64(some)/float64(inside) + even) / (1 + smoothing)
		logQ := elementary.Log(q)
		for i := c.from; i < c.to; i++ {
			if p := float64(count(i)) / all; p > 0 {
				sum += float64(p * (elementary.Log(p) - logQ))
			}
		}
	}
	return sum
}
