package elementary

import "math"

// StandInError bounds, in units in the last place, by how much a result of [Function.StandIn] may lie on the wrong side of a number.
const StandInError = 16

// StandIn returns a float64 that stands for f(x) where a result of few bits is to be rounded: it compares with every number b of at most
// 33 bits and a magnitude of 2^-700 to 2^700 as f(x) does, unless it lies within [StandInError] units in the last place of b. There
// nothing is said; for one thing, f(x) may be b itself. x is a finite nonzero number of at most 32 bits. The result is NaN where f has no
// value.
//
// Where f(x) lies beside a number of at most 32 bits and nearer to it than 2^-34 of it (the sine of 2^-20, the hyperbolic tangent of 15),
// the result is 2^-40 away on the same side: no number of 33 bits lies between.
func (f Function) StandIn(x float64) float64 {
	r := &rows[f]
	a, sign := noAsymptote, 0
	switch {
	case x > r.above.near:
		a, sign = r.above.a, r.above.sign
	case x < r.below.near:
		a, sign = r.below.a, r.below.sign
	case math.Abs(x) < tiny[r.order].near:
		a, sign = r.zero, r.side(x < 0)
	default:
		return r.kernel(x)
	}
	return a.float64(x) * (1 + float64(float64(sign)*0x1p-40))
}

// side returns the sign of d near zero: see row.
func (r *row) side(negative bool) int {
	if negative && r.order == 1 {
		return -r.sign
	}
	return r.sign
}

// lines are the asymptotes as c + s x, {c, s}: a table, since which of them is taken is not predictable.
var lines = [...][2]float64{
	toOne:       {1, 0},
	toMinusOne:  {-1, 0},
	toHalf:      {0.5, 0},
	toTwo:       {2, 0},
	toX:         {0, 1},
	toHalfX:     {0, 0.5},
	toInf:       {0x1p1000, 0},
	toMinusInf:  {-0x1p1000, 0},
	toZero:      {0x1p-1000, 0},
	toMinusZero: {-0x1p-1000, 0},
}

// float64 returns the asymptote at x.
func (a asymptote) float64(x float64) float64 {
	l := &lines[a]
	return l[0] + float64(l[1]*x)
}
