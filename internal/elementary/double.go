package elementary

import "math"

// A value that needs more than 53 bits is carried as an unevaluated sum hi + lo.

// head clears the low 27 bits of x: the product of two heads has at most 52 bits and is exact; x - head(x) has at most 27.
func head(x float64) float64 {
	return math.Float64frombits(math.Float64bits(x) &^ (1<<27 - 1))
}

// fastTwoSum returns s = a+b rounded and the exact error e, for |a| >= |b| or a = 0.
func fastTwoSum(a, b float64) (s, e float64) {
	s = a + b
	return s, b - (s - a)
}

// twoSum returns s = a+b rounded and the exact error e.
func twoSum(a, b float64) (s, e float64) {
	s = a + b
	t := s - a
	return s, (a - (s - t)) + (b - t)
}

// twoProduct returns p = x*y rounded and e with x*y = p + e within 2^-106 |x*y|, where nothing overflows or underflows.
func twoProduct(x, y float64) (p, e float64) {
	p = float64(x * y)
	xh, yh := head(x), head(y)
	xl, yl := x-xh, y-yh
	e = float64(xh*yh) - p
	e += float64(xh * yl)
	e += float64(xl * yh)
	e += float64(xl * yl)
	return p, e
}

// quotient returns (nh+nl)/(dh+dl) as q + c, c the correction, with a relative error below 2^-100 plus that of the operands.
func quotient(nh, nl, dh, dl float64) (q, c float64) {
	q = nh / dh
	p, e := twoProduct(q, dh)
	return q, (((nh - p) - e) + nl - float64(q*dl)) / dh
}

// pow2 returns 2^n for -1022 <= n <= 1023.
func pow2(n int) float64 { return math.Float64frombits(uint64(n+1023) << 52) }

func nan() float64 { return math.Float64frombits(0x7FF8_0000_0000_0000) }
