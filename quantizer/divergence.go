package quantizer

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

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
