package quantizer

import (
	"slices"
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
