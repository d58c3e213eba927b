package fuzz

import (
	"math/bits"
	"math/rand/v2"
)

// random draws by PCG, whose sequence is fixed, and by nothing else of package
// rand: the cases of a seed never change.
type random struct{ pcg rand.PCG }

func newRandom(seed, stream uint64) *random {
	r := &random{}
	r.pcg.Seed(seed, stream)
	return r
}

// bits returns n random bits.
func (r *random) bits(n int) uint64 {
	if n <= 0 {
		return 0
	}
	return r.pcg.Uint64() >> (64 - min(n, 64))
}

// below returns a number from 0 to n-1.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between returns a number from low to high, both included.
func (r *random) between(low, high int) int { return low + r.below(high-low+1) }

// odd returns an odd number of n bits, the first of them set.
func (r *random) odd(n int) uint64 { return 1<<(n-1) | r.bits(n) | 1 }

// significand returns n bits of a pattern that implementations fail at: none, all,
// a single one, all but one, a run of ones, two, the last few, or any.
func (r *random) significand(n int) uint64 {
	if n == 0 {
		return 0
	}
	ones := uint64(1)<<(n-1)<<1 - 1
	switch r.below(10) {
	case 0:
		return 0
	case 1:
		return ones
	case 2:
		return 1 << r.below(n)
	case 3:
		return ones &^ (1 << r.below(n))
	case 4: // a run
		low := r.below(n)
		return ones >> r.below(n-low) >> low << low & ones
	case 5:
		first := uint64(1) << r.below(n)
		return first | 1<<r.below(n)
	case 6:
		return r.bits(min(n, 3))
	}
	return r.bits(n)
}
