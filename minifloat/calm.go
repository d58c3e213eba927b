package minifloat

import "github.com/halfulp/halfulp/rounding"

// The operations of a Context may go through float64 too, in every mode and
// with flags. Call a boundary of the destination any of its values and any
// midpoint of two: a number of at most p+1 <= 25 bits. Rounding, and the flags,
// depend only on which boundaries the exact result lies on or between, and the
// float64 lies on the same or between the same:
//
//   - a product of two 24-bit numbers is exact in 53 bits;
//   - a sum, and a product plus a number, is rounded to odd: where it is not a
//     float64 its last bit is set, and a boundary's is not (Boldo and
//     Melquiond, "Emulation of FMA and correctly rounded sums", 2008);
//   - a quotient x/y that is not the boundary b is far from it: x and b*y are
//     different multiples of one power of two and one of them has at most 49
//     bits, so that they differ by more than 2^-50 of either, and rounding to
//     float64 moves the quotient by 2^-53 at most;
//   - a square root that is not b is far from it likewise: x and b*b differ by
//     more than 2^-51 of either, and the roots by half as much.
//
// The formats must be calm: of at most 24 bits of precision, which P3109's may
// exceed, and such that no float64 on the way overflows or falls below the normal
// numbers, with at most 9 exponent bits and a bias of 1 to 300.
// Their nonzero values lie between 2^-322 and 2^511, and products and quotients
// between 2^-833 and 2^1022.
//
// Zeros, infinities and NaN go the other way, in arith.go, which has their
// rules.

// calm reports whether operations on f may go through float64.
func (f Format) calm() bool {
	return f.word&31 <= maxMantissaBits && f.word>>8&63 <= 9 && f.word>>32-1 < 300
}

// ordinary reports whether x is neither zero, nor infinite, nor NaN.
func ordinary(x float64) bool { return x != 0 && x-x == 0 }

// encode packs z, which stands for an exact result as said above.
func (c Context) encode(dst Format, z float64) (Value, rounding.Flags) {
	code, flags := c.Encode(dst, z)
	return Value{dst, code}, flags
}
