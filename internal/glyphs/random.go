package glyphs

import "math/rand/v2"

// source draws the random numbers of one image.
type source struct{ pcg rand.PCG }

func newSource(seed uint64, index int) *source {
	var s source
	s.pcg.Seed(seed, uint64(index))
	return &s
}

// between returns a number that is uniform in [lo, hi).
func (s *source) between(lo, hi float64) float64 {
	u := float64(s.pcg.Uint64()>>11) * 0x1p-53
	return lo + float64((hi-lo)*u)
}

// below returns an integer that is uniform in [0, n), but for 2^-50 or so.
func (s *source) below(n int) int { return int(s.between(0, float64(n))) }

// normal returns a number of mean 0 and variance 1 that is nearly normal and
// within 3.5: the sum of four uniform ones.
func (s *source) normal() float64 {
	const (
		mean      = 4 * 65535 / 2
		deviation = 37837.2 // the square root of 4 * (65536^2-1)/12
	)
	u := s.pcg.Uint64()
	sum := u&0xffff + u>>16&0xffff + u>>32&0xffff + u>>48
	return (float64(sum) - mean) / deviation
}
