package rounding

import "math"

// TwoSum returns s = a+b rounded to nearest even and the error e, so that
// s + e = a + b exactly (Knuth, The Art of Computer Programming, volume 2,
// section 4.2.2, theorem B). It holds for all finite a and b whose sum does not
// overflow, subnormals included; no operation here can be fused, as none is a
// product.
func TwoSum(a, b float64) (s, e float64) {
	s = a + b
	t := s - a
	return s, (a - (s - t)) + (b - t)
}

// AddOdd returns a + b rounded to odd: the sum itself where it is a float64,
// otherwise the one of its two neighbours whose last bit is set. A second
// rounding, in any mode, to p bits or fewer then gives what one rounding of
// the exact sum gives, for p <= 51 (two bits fewer than float64's 53;
// Boldo and Melquiond, Emulation of FMA and correctly rounded sums, 2008).
// Infinities and NaN go by IEEE 754; an overflowing sum gives the largest
// finite value, since the exact sum was finite.
func AddOdd(a, b float64) float64 {
	s := a + b
	t := s - a
	e := (a - (s - t)) + (b - t)
	if e == 0 { // exact; false for NaN, which infinities lead to
		return s
	}
	return oddNeighbour(a, b, s, e)
}

// oddNeighbour finishes AddOdd for a sum with a rounding error, or with an
// operand or result that is not finite.
func oddNeighbour(a, b, s, e float64) float64 {
	u := math.Float64bits(s)
	if e-e != 0 {
		if math.IsInf(s, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0) {
			u--
		}
		return math.Float64frombits(u)
	}
	// If s is even and not the exact sum, the neighbour on the error's side is odd
	// and the exact sum lies between the two. s is not zero: sums of float64
	// numbers that round to zero are exact. Without branches, as neither the last
	// bit nor the error's sign can be foreseen.
	even := ^u & 1
	inward := (u ^ math.Float64bits(e)) >> 63
	return math.Float64frombits(u + even - even*inward*2)
}

// FMA32 returns x*y + z rounded once to float32, nearest even: IEEE 754's
// fusedMultiplyAdd, with the same bits on every machine, except that the sign
// and the payload of a NaN are the machine's. The product of two
// float32 is exact in float64 (48 bits, exponents within +-300), the sum is
// rounded to odd, and narrowing 53 bits to 24 or fewer rounds once.
func FMA32(x, y, z float32) float32 {
	return float32(AddOdd(float64(float64(x)*float64(y)), float64(z)))
}
