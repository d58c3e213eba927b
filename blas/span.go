package blas

import (
	"math"
	"math/bits"
)

// A span bounds the float64 values of a packed row or panel. Every one that is finite and not zero is a
// multiple of 2^low below 2^high in magnitude, and has at most so many significant bits.
type span struct {
	low, high, bits int
	special         bool // one is infinite or NaN
}

// measure returns the span of x. What it says of the lowest bit may be pessimistic, as it does not look at
// exponent and significand of one value together.
func measure(x []float64) span {
	var s span
	var all, largest uint64
	smallest := ^uint64(0)
	for _, v := range x {
		u := math.Float64bits(v) << 1
		if u >= 2047<<53 {
			s.special = true
			continue
		}
		all |= u
		largest = max(largest, u)
		smallest = min(smallest, u-1) // a zero becomes the largest number
	}
	if all == 0 {
		return s
	}
	s.high = int(largest>>53) - 1022
	e := int((smallest + 1) >> 53)
	if e == 0 {
		s.bits, s.low = 53, -1074
		return s
	}
	s.bits = 1
	if m := all << 11; m != 0 { // the significands without their first bits, at the top
		s.bits = 53 - (bits.TrailingZeros64(m) - 12)
	}
	s.low = e - 1023 - (s.bits - 1)
	return s
}

// exactProducts reports whether every product of a value of x and one of y is a float64, finite values
// assumed.
func exactProducts(x, y *span) bool {
	return x.bits+y.bits <= 53 && x.low+y.low >= -1074 && x.high+y.high <= 1024
}

// float32Products reports whether every value and every product of a value of x and one of y is a float32,
// finite values assumed.
func float32Products(x, y *span) bool {
	return x.bits+y.bits <= 24 && x.low+y.low >= -149 && x.high+y.high <= 128 &&
		min(x.low, y.low) >= -149 && max(x.high, y.high) <= 128
}
