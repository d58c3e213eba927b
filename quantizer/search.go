package quantizer

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

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
