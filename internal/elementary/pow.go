package elementary

import "math"

// Pow returns x^y with an error below 0.51 ulp.
//
// Special cases are those of IEEE 754, in this order:
//
//	Pow(x, ±0) = 1 for any x, NaN too
//	Pow(1, y) = 1 for any y, NaN too
//	Pow(x, NaN) = Pow(NaN, y) = NaN
//	Pow(-1, ±Inf) = 1
//	Pow(x, +Inf) = +Inf for |x| > 1, 0 for |x| < 1
//	Pow(x, -Inf) = 0 for |x| > 1, +Inf for |x| < 1
//	Pow(±0, y) = ±Inf for an odd integer y < 0, +Inf for any other y < 0, ±0 for an odd integer y > 0, +0 for any other y > 0
//	Pow(+Inf, y) = +Inf for y > 0, 0 for y < 0
//	Pow(-Inf, y) = Pow(-0, -y)
//	Pow(x, y) = NaN for a finite x < 0 and a finite y that is no integer
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return nan()
	}
	a := math.Abs(x)
	if math.IsInf(y, 0) {
		switch {
		case a == 1:
			return 1
		case (a > 1) == (y > 0):
			return math.Inf(1)
		}
		return 0
	}
	integer, odd := parity(y)
	sign := 1.0
	if odd && math.Signbit(x) {
		sign = -1
	}
	switch {
	case a == 0 || a > math.MaxFloat64:
		if (a == 0) == (y > 0) {
			return sign * 0
		}
		return sign * math.Inf(1)
	case x < 0 && !integer:
		return nan()
	case a == 1:
		return sign
	}
	hi, lo := logParts(a)
	p := y * hi
	switch {
	case p >= 710:
		return sign * math.Inf(1)
	case p <= -746:
		return sign * 0
	case math.Abs(p) < 0x1p-60:
		return sign
	}
	// |y| < 2^63 here, since |hi| >= 2^-53; and the relative error 2^-65 of the logarithm is at most 746 * 2^-65 in the exponent.
	p, e := twoProduct(y, hi)
	return sign * scale(expParts(p, e+float64(y*lo)))
}

// parity says whether the finite nonzero y is an integer, and an odd one.
func parity(y float64) (integer, odd bool) {
	b := math.Float64bits(y)
	shift := 1075 - int(b>>52&0x7FF) // y is its significand times 2^-shift
	switch {
	case shift > 52:
		return false, false
	case shift < 0:
		return true, false
	}
	sig := b&(1<<52-1) | 1<<52
	if sig&(1<<shift-1) != 0 {
		return false, false
	}
	return true, sig>>shift&1 == 1
}
