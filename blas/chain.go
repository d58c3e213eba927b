package blas

import "math"

// chainKernel makes chains of sums that are rounded to a format at every step.
//
// A step is exact, or rounded to odd, before it is rounded to the format; 53 bits are enough for that, as
// the format has at most 24. In nearest even the sum may be an ordinary one, rounded to nearest, unless
// that can turn a number beside a midpoint of the format into the midpoint. With p the precision of the
// format and n that of the products, it cannot
//
//	(a) if n <= p: then the sum is one of two numbers of p bits, and 53 >= 2*p+2;
//	(b) if n+p <= 50, and the overflow threshold is at most 2^52 times the smallest spacing q of the
//	    format. For let the sum of the accumulator z and the product x be inexact in 53 bits. If |x| > |z|, its
//	    last bit weighs more than q, of which z is a multiple, so that the sum is at least 2^53*q and
//	    overflows either way. If |z| >= |x|, that bit weighs more than the last bit of x, hence |x| < 2^n
//	    times 2^-52*|z| <= 2^-(p+2)*|z|, half the way or less to the next midpoint: both roundings give z;
//
// otherwise, where the sum shows the bits of a midpoint, the step is done again with rounding to odd. So
// is every step that ends outside the normal numbers of the format, where midpoints are elsewhere, +0
// excepted: activations and padding of zero are many.
type chainKernel struct {
	rounder
	separate bool
}

func (c *chainKernel) prepare(x []float64, _, _ int) span { return measure(x) }

func (c *chainKernel) multiply(sums *[lanes]float64, count int, row, panel []float64, rowSpan, panelSpan *span) {
	n := rowSpan.bits + panelSpan.bits
	exact := exactProducts(rowSpan, panelSpan)
	for half := 0; half < count; half += lanes / 2 {
		s, p := (*[lanes / 2]float64)(sums[half:]), panel[half:]
		switch {
		case !exact:
			c.slow(s, row, p)
		case !c.common && c.separate:
			c.separateAny(s, row, p)
		case !c.common:
			c.fusedAny(s, row, p)
		case c.separate:
			c.separateEven(s, row, p)
		case n <= c.precision || n+c.precision <= 50 && c.reach <= 52:
			c.fusedEven(s, row, p)
		default:
			c.fusedMidpoint(s, row, p)
		}
	}
}

func (r *rounder) fusedEven(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := sums[0], sums[1], sums[2], sums[3]
	shift, add, keep, low, span := r.shift&63, r.half-1, r.keep, r.low, r.span
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		u0 := math.Float64bits(float64(a*b[0]) + c0)
		u1 := math.Float64bits(float64(a*b[1]) + c1)
		u2 := math.Float64bits(float64(a*b[2]) + c2)
		u3 := math.Float64bits(float64(a*b[3]) + c3)
		u0 = (u0 + add + u0>>shift&1) & keep
		u1 = (u1 + add + u1>>shift&1) & keep
		u2 = (u2 + add + u2>>shift&1) & keep
		u3 = (u3 + add + u3>>shift&1) & keep
		if u0<<1-low > span && u0 != 0 || u1<<1-low > span && u1 != 0 ||
			u2<<1-low > span && u2 != 0 || u3<<1-low > span && u3 != 0 {
			c0, c1, c2, c3 = r.again(a, b, c0, c1, c2, c3)
			continue
		}
		c0, c1 = math.Float64frombits(u0), math.Float64frombits(u1)
		c2, c3 = math.Float64frombits(u2), math.Float64frombits(u3)
	}
	sums[0], sums[1], sums[2], sums[3] = c0, c1, c2, c3
}

// again makes one fused step of any result.
//
//go:noinline
func (r *rounder) again(a float64, b *[lanes / 2]float64, c0, c1, c2, c3 float64) (z0, z1, z2, z3 float64) {
	return r.add(float64(a*b[0]), c0), r.add(float64(a*b[1]), c1), r.add(float64(a*b[2]), c2), r.add(float64(a*b[3]), c3)
}

func (r *rounder) fusedMidpoint(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := sums[0], sums[1], sums[2], sums[3]
	shift, half, keep, low, span := r.shift&63, r.half, r.keep, r.low, r.span
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		u0 := math.Float64bits(float64(a*b[0]) + c0)
		u1 := math.Float64bits(float64(a*b[1]) + c1)
		u2 := math.Float64bits(float64(a*b[2]) + c2)
		u3 := math.Float64bits(float64(a*b[3]) + c3)
		if u0&^keep == half || u1&^keep == half || u2&^keep == half || u3&^keep == half {
			c0, c1, c2, c3 = r.again(a, b, c0, c1, c2, c3)
			continue
		}
		u0 = (u0 + half - 1 + u0>>shift&1) & keep
		u1 = (u1 + half - 1 + u1>>shift&1) & keep
		u2 = (u2 + half - 1 + u2>>shift&1) & keep
		u3 = (u3 + half - 1 + u3>>shift&1) & keep
		if u0<<1-low > span && u0 != 0 || u1<<1-low > span && u1 != 0 ||
			u2<<1-low > span && u2 != 0 || u3<<1-low > span && u3 != 0 {
			c0, c1, c2, c3 = r.again(a, b, c0, c1, c2, c3)
			continue
		}
		c0, c1 = math.Float64frombits(u0), math.Float64frombits(u1)
		c2, c3 = math.Float64frombits(u2), math.Float64frombits(u3)
	}
	sums[0], sums[1], sums[2], sums[3] = c0, c1, c2, c3
}

// separateEven adds rounded products: two numbers of at most 24 bits, as in rule (a). A product of -0 may stay
// that in a format which has none: it is added to a sum that is not -0.
func (r *rounder) separateEven(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := sums[0], sums[1], sums[2], sums[3]
	shift, add, keep, low, span := r.shift&63, r.half-1, r.keep, r.low, r.span
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		u0, u1 := math.Float64bits(a*b[0]), math.Float64bits(a*b[1])
		u2, u3 := math.Float64bits(a*b[2]), math.Float64bits(a*b[3])
		u0 = (u0 + add + u0>>shift&1) & keep
		u1 = (u1 + add + u1>>shift&1) & keep
		u2 = (u2 + add + u2>>shift&1) & keep
		u3 = (u3 + add + u3>>shift&1) & keep
		if u0<<1-low > span && u0<<1 != 0 || u1<<1-low > span && u1<<1 != 0 ||
			u2<<1-low > span && u2<<1 != 0 || u3<<1-low > span && u3<<1 != 0 {
			c0, c1, c2, c3 = r.separateAgain(a, b, c0, c1, c2, c3)
			continue
		}
		u0 = math.Float64bits(math.Float64frombits(u0) + c0)
		u1 = math.Float64bits(math.Float64frombits(u1) + c1)
		u2 = math.Float64bits(math.Float64frombits(u2) + c2)
		u3 = math.Float64bits(math.Float64frombits(u3) + c3)
		u0 = (u0 + add + u0>>shift&1) & keep
		u1 = (u1 + add + u1>>shift&1) & keep
		u2 = (u2 + add + u2>>shift&1) & keep
		u3 = (u3 + add + u3>>shift&1) & keep
		if u0<<1-low > span && u0 != 0 || u1<<1-low > span && u1 != 0 ||
			u2<<1-low > span && u2 != 0 || u3<<1-low > span && u3 != 0 {
			c0, c1, c2, c3 = r.separateAgain(a, b, c0, c1, c2, c3)
			continue
		}
		c0, c1 = math.Float64frombits(u0), math.Float64frombits(u1)
		c2, c3 = math.Float64frombits(u2), math.Float64frombits(u3)
	}
	sums[0], sums[1], sums[2], sums[3] = c0, c1, c2, c3
}

//go:noinline
func (r *rounder) separateAgain(a float64, b *[lanes / 2]float64, c0, c1, c2, c3 float64) (z0, z1, z2, z3 float64) {
	return r.add(r.round(float64(a*b[0])), c0), r.add(r.round(float64(a*b[1])), c1),
		r.add(r.round(float64(a*b[2])), c2), r.add(r.round(float64(a*b[3])), c3)
}

func (r *rounder) fusedAny(sums *[lanes / 2]float64, row, panel []float64) {
	for k, a := range row {
		b := (*[lanes / 2]float64)(panel[lanes*k:])
		for i := range sums {
			sums[i] = r.add(float64(a*b[i]), sums[i])
		}
	}
}

func (r *rounder) separateAny(sums *[lanes / 2]float64, row, panel []float64) {
	for k, a := range row {
		b := (*[lanes / 2]float64)(panel[lanes*k:])
		for i := range sums {
			sums[i] = r.add(r.round(float64(a*b[i])), sums[i])
		}
	}
}

// slow is for products that are not float64 values.
func (c *chainKernel) slow(sums *[lanes / 2]float64, row, panel []float64) {
	for k, a := range row {
		b := (*[lanes / 2]float64)(panel[lanes*k:])
		for i := range sums {
			if c.separate {
				sums[i] = c.add(c.mul(a, b[i]), sums[i])
			} else {
				sums[i] = c.fma(a, b[i], sums[i])
			}
		}
	}
}
