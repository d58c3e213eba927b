package minifloat

import (
	"math"
)

// Decimals of few digits, by float64s whose errors are known. A power of ten up
// to 10^22 is a float64, and the sign of a fused x*y - z is exact.

// powersOf10 are those that are float64s.
var powersOf10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

const maxPower = len(powersOf10) - 1

// scale returns x × 10^k for |k| <= 2*maxPower, with an error of at most two
// units in the last place.
func scale(x float64, k int) float64 {
	switch {
	case k > maxPower:
		return x * powersOf10[maxPower] * powersOf10[k-maxPower]
	case k >= 0:
		return x * powersOf10[k]
	case k >= -maxPower:
		return x / powersOf10[-k]
	}
	return x / powersOf10[maxPower] / powersOf10[-k-maxPower]
}

// against compares the integer d with x × 10^k, |k| <= maxPower: the result has
// the sign of the difference.
func against(d, x float64, k int) float64 {
	if k >= 0 {
		return -math.FMA(x, powersOf10[k], -d)
	}
	return math.FMA(d, powersOf10[-k], -x)
}

// closeCall is how near to a decision the result of scale leaves it open: far
// more than its error, for numbers below 2^36.
const closeCall = 1e-4

// ceilScaled returns the least integer that is at least x × 10^k, or above it
// where strict is set. Of a close call beyond maxPower it reports that it does
// not know.
func ceilScaled(x float64, k int, strict bool) (z float64, ok bool) {
	y := scale(x, k)
	z = math.Ceil(y)
	near := math.RoundToEven(y)
	if math.Abs(y-near) > closeCall {
		return z, true
	}
	if k > maxPower || k < -maxPower {
		return 0, false
	}
	if above := against(near, x, k); above < 0 || above == 0 && strict {
		near++
	}
	return near, true
}

// shortDecimal returns the decimal d × 10^e of the fewest digits that reads back
// as the finite magnitude x of a smooth format, and of several the nearest to x:
// what shortest finds by trying. It reports false where it does not know.
//
// Every number between the midpoints around x reads back, and so do these
// themselves where the code is even. Among the decimals in between, at first of
// more digits than the precision asks for, multiples of ever higher powers of ten
// are looked for.
func (f Format) shortDecimal(code uint32, x number) (d uint64, e int, ok bool) {
	if !f.smooth() || !f.HasZero() || f.mant() > maxMantissaBits {
		return 0, 0, false
	}
	v := math.Float64frombits(finite(code&f.magnitudeMask(), f.mant(), f.rebias()))
	step := math.Float64frombits(uint64(1023+max(x.exp, f.minExp())-int(f.mant())-1) << 52) // half an ulp
	low, high := v-step, v+step
	if x.sig<<1 == 0 && x.exp > f.minExp() {
		low = v - float64(step/2) // below a power of two the numbers are twice as dense
	}
	strict := code&1 != 0

	// 10^(digits-1) > 2^p: one digit more than the precision has. A binary exponent
	// is worth 0.30103 decimal ones, rounded down here, so that x has that many
	// digits or one more.
	digits := (int(f.mant())+1)*30103/100000 + 2
	k := digits - 1 - floorLog10(x.exp)
	if k > 2*maxPower || k-digits < -2*maxPower { // k falls by digits at most
		return 0, 0, false
	}
	first, ok1 := ceilScaled(low, k, strict)
	beyond, ok2 := ceilScaled(high, k, !strict)
	if !ok1 || !ok2 || first >= beyond {
		return 0, 0, false
	}
	from, to := uint64(int64(first)), uint64(int64(beyond))-1
	for left := scale(v, k); left >= 10; left /= 10 { // one digit of x stays
		a, b := (from+9)/10, to/10
		if a > b {
			break
		}
		from, to, k = a, b, k-1
	}
	d, e = from, -k
	if from < to {
		y := scale(v, k)
		z := math.RoundToEven(y)
		if rest := math.Abs(y - z); rest > 0.5-closeCall {
			// Which of two is nearer is a close call.
			if k > maxPower || k < -maxPower {
				return 0, 0, false
			}
			z = math.Floor(y)
			if side := against(float64(2*z)+1, 2*v, k); side < 0 || side == 0 && math.Mod(z, 2) != 0 {
				z++
			}
		}
		d = min(max(uint64(int64(z)), from), to)
	}
	if d%10 == 0 { // one digit, rounded up
		d, e = d/10, e+1
	}
	return d, e, true
}

// floorLog10 is the exponent of 10 in 2^e, rounded down, for |e| < 1000.
func floorLog10(e int) int { return e * 315653 >> 20 }

// exactDecimal returns m × 10^e rounded to odd, where that is quickly done: with
// m below 2^53 and a power of ten that is a float64, so that there is one
// rounding, whose error a fused multiply-add tells. Formats have at most 32 bits
// of precision, far below the 51 up to which a rounded result may be rounded
// again (see rounding.AddOdd).
func exactDecimal(m uint64, e int) (x float64, ok bool) {
	if m>>53 != 0 || e > maxPower || e < -maxPower {
		return 0, false
	}
	y := float64(int64(m))
	var rest float64
	if e >= 0 {
		x = y * powersOf10[e]
		rest = math.FMA(y, powersOf10[e], -x)
	} else {
		x = y / powersOf10[-e]
		rest = -math.FMA(x, powersOf10[-e], -y)
	}
	u := math.Float64bits(x)
	if rest != 0 && u&1 == 0 {
		// The odd neighbour on the side of the exact value.
		if u++; rest < 0 {
			u -= 2
		}
	}
	return math.Float64frombits(u), true
}

// scanShort takes a decimal literal of at most 19 digits and an exponent of at
// most 3 apart, without its sign: m × 10^e. It reports false for everything else.
func scanShort(s string) (m uint64, e int, ok bool) {
	i, digits := 0, 0
	point := -1
	for ; i < len(s); i++ {
		c := s[i]
		if d := c - '0'; d < 10 {
			m = m*10 + uint64(d)
			digits++
		} else if c == '.' && point < 0 {
			point = digits
		} else {
			break
		}
	}
	if digits == 0 || digits > 19 {
		return 0, 0, false
	}
	if point >= 0 {
		e = point - digits
	}
	if i == len(s) {
		return m, e, true
	}
	if s[i]|0x20 != 'e' {
		return 0, 0, false
	}
	s = s[i+1:]
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	if s == "" || len(s) > 3 {
		return 0, 0, false
	}
	power := 0
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, 0, false
		}
		power = power*10 + int(d)
	}
	if negative {
		power = -power
	}
	return m, e + power, true
}
