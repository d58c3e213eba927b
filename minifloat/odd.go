package minifloat

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// The operations of a Context may go through float64 too, in every mode and
// with flags, as long as the float64 is rounded to odd: the result itself where
// it is a float64, else the neighbour whose last bit is set. Rounding that to p
// bits, p+2 <= 53, gives the code and the flags of the exact result in every
// mode (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums",
// 2008): the set last bit is what a jammed bit is elsewhere.
//
// The formats must be calm, so that no float64 on the way overflows or falls
// below the normal numbers: at most 9 exponent bits and a bias of 1 to 300.
// Their nonzero values lie between 2^-322 and 2^511, products and quotients
// between 2^-833 and 2^1022, and the residuals below at 2^-886 at the least.
//
// Zeros, infinities and NaN go the other way, in arith.go, which has their
// rules.

// calm reports whether operations on f may go through float64.
func (f Format) calm() bool { return f.word>>8&63 <= 9 && f.word>>32-1 < 300 }

// ordinary reports whether x is neither zero, nor infinite, nor NaN.
func ordinary(x float64) bool { return x != 0 && x-x == 0 }

// odd returns z, the float64 nearest to an exact value, rounded to odd; the
// exact value lies above z in magnitude where beyond > 0 and below it where
// beyond < 0.
func odd(z, beyond float64) float64 {
	b := math.Float64bits(z)
	switch {
	case beyond == 0 || b&1 != 0:
		return z
	case beyond > 0:
		return math.Float64frombits(b + 1)
	}
	return math.Float64frombits(b - 1)
}

// quoOdd returns x / y rounded to odd, x and y ordinary. The residual x - q*y
// is a float64.
func quoOdd(x, y float64) float64 {
	q := x / y
	return odd(q, math.FMA(-q, y, x)*math.Copysign(1, x))
}

// sqrtOdd returns the square root of x > 0 rounded to odd. The residual
// x - s*s is a float64.
func sqrtOdd(x float64) float64 {
	s := math.Sqrt(x)
	return odd(s, math.FMA(-s, s, x))
}

// encode packs z, a float64 rounded to odd.
func (c Context) encode(dst Format, z float64) (Value, rounding.Flags) {
	code, flags := c.Encode(dst, z)
	return Value{dst, code}, flags
}
