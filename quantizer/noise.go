package quantizer

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// Noise is what quantizing does to a tensor: means over all values, zeros too.
type Noise struct {
	// Signal is the mean square of the values.
	Signal float64 `json:"signal"`
	// Error is the mean square error, Clipping the part of it that values beyond
	// the range of the codes have.
	Error    float64 `json:"error"`
	Clipping float64 `json:"clipping"`
	// Bound is how far Error can be from that of the values themselves, because
	// inside a bin they were taken to lie evenly; 0 where the values were at hand.
	Bound float64 `json:"bound,omitempty"`
}

// SQNR returns the ratio of signal to quantization noise in decibels,
// 10 log10(Signal/Error): +Inf without an error, also where all values are 0.
func (n Noise) SQNR() float64 {
	if n.Error == 0 {
		return math.Inf(1)
	}
	return (elementary.Log(n.Signal) - elementary.Log(n.Error)) * (10 / math.Ln10)
}

// ruler integrates the square of the distance to the nearest value of a format,
// in a unit of length: of formats with integer codes a step, of minifloats (the scale
// times) a power of two by topExponent.
type ruler struct {
	format Format
	scale  float64
	unit   float64 // the length in real numbers
	lo, hi float64 // the least and the greatest value
	weight float64 // of the square error beyond them

	// Of minifloats: the spacing of the values between zero and the smallest normal
	// one; that, the exponent it has, and the integral from 0 to each power of two
	// from there.
	first, normal float64
	low, mantissa int
	below         []float64
}

// newRuler returns a ruler of a scheme's format, without its Params.
func newRuler(f Format, weight float64) *ruler {
	r := &ruler{format: f, weight: weight}
	if f.kind != Minifloat {
		return r
	}
	top := topExponent(f)
	_, most := math.Frexp(f.mini.MaxFinite())
	r.lo, r.hi = math.Ldexp(f.Least(), -top), math.Ldexp(f.Largest(), -top)
	smallest, normal := f.mini.SmallestSubnormal(), f.mini.SmallestNormal()
	_, e := math.Frexp(normal)
	r.first, r.normal, r.low, r.mantissa = math.Ldexp(smallest, -top), math.Ldexp(normal, -top), e-1-top, f.mini.MantissaBits()
	if r.low < negligible {
		r.low, r.first, r.normal = negligible, math.Ldexp(1, negligible), math.Ldexp(1, negligible)
	}
	// A spacing of u contributes u^3/12 from each value to the next.
	sum := cube(r.first) * (r.normal / r.first) / 12
	for e := r.low; e <= most-top; e++ {
		r.below = append(r.below, sum)
		sum += cube(math.Ldexp(1, e-r.mantissa)) * math.Ldexp(1, r.mantissa) / 12
	}
	return r
}

// topExponent returns the exponent of the power of two next above the largest value
// of a minifloat, at most 150: a scale is at least 2^-149, so from 9 exponent bits on
// no float32 is large enough to meet the largest values.
func topExponent(f Format) int {
	_, e := math.Frexp(f.mini.MaxFinite())
	return min(e, 150)
}

// negligible is an exponent relative to the ruler's unit: distances below it do not
// show in a sum of squares in float64, and formats with 11 exponent bits reach so far
// down that their cubes would be no float64.
const negligible = -300

func cube(x float64) float64 { return float64(x * x * x) }

// set makes the ruler one for p.
func (r *ruler) set(p Params) {
	r.scale = float64(p.Scale)
	if r.format.kind == Minifloat {
		r.unit = math.Ldexp(r.scale, topExponent(r.format))
		return
	}
	l := r.format.lattice(p)
	r.unit, r.lo, r.hi = l.step, l.lo, l.hi
}

// error returns the mean square error of a mass, and its weighted part beyond the
// range.
func (r *ruler) error(m mass) (all, clipped float64) {
	if m.a == m.b {
		d, beyond := r.distance(m.a)
		if d *= d; beyond {
			return r.weight * d, r.weight * d
		}
		return d, 0
	}
	a, b := m.a/r.unit, m.b/r.unit
	if a < r.lo {
		clipped += cube(r.lo-a) - cube(r.lo-min(b, r.lo))
	}
	if b > r.hi {
		clipped += cube(b-r.hi) - cube(max(a, r.hi)-r.hi)
	}
	clipped = float64(clipped * (r.weight / 3))
	if a, b := max(a, r.lo), min(b, r.hi); a < b {
		all = r.between(a, b)
	}
	// In this order no product overflows where the result does not.
	toMean := r.unit / (b - a)
	return (all + clipped) * toMean * r.unit, clipped * toMean * r.unit
}

// between integrates inside the range.
func (r *ruler) between(a, b float64) float64 {
	if r.format.kind != Minifloat {
		return steps(a, b)
	}
	return r.fromZero(b) - r.fromZero(a)
}

// steps integrates the square distance to the nearest integer from a to b: 1/12
// from one tie to the next, and a third of the cube of the rest.
func steps(a, b float64) float64 {
	na, nb := math.RoundToEven(a), math.RoundToEven(b)
	return (nb-na)/12 + (cube(b-nb)-cube(a-na))/3
}

// fromZero integrates from 0 to t, negative for t < 0.
func (r *ruler) fromZero(t float64) float64 {
	a := math.Abs(t)
	var sum float64
	if a < r.normal {
		sum = cube(r.first) * steps(0, a/r.first)
	} else {
		_, e := math.Frexp(a)
		e--
		u := math.Ldexp(1, e-r.mantissa)
		sum = r.below[e-r.low] + float64(cube(u)*steps(0, (a-math.Ldexp(1, e))/u))
	}
	return math.Copysign(sum, t)
}

// value returns what a real number is quantized to, in the scale (minifloats) or the
// unit (integer codes).
func (r *ruler) value(x float64) float64 {
	if r.format.kind == Minifloat {
		return saturating.Round(r.format.mini, x/r.scale)
	}
	return nearest(r.lo, r.hi, x/r.unit)
}

// distance returns the distance of a real number from what it is quantized to, and
// whether it lies beyond the range.
func (r *ruler) distance(x float64) (d float64, beyond bool) {
	length := r.unit
	if r.format.kind == Minifloat {
		length = r.scale
	}
	return math.Abs(x - float64(length*r.value(x))), x < r.lo*r.unit || x > r.hi*r.unit
}

// bound returns how far the mean square error of values in [a, b] can be from that
// of evenly spread ones. The distance is 1-Lipschitz, so with those at the ends it
// is at most (da+db+b-a)/2 and at least (da+db-b+a)/2.
func (r *ruler) bound(m mass) float64 {
	if m.a == m.b {
		return 0
	}
	da, _ := r.distance(m.a)
	db, _ := r.distance(m.b)
	most, least := float64((da+db+m.b-m.a)/2), float64(max(0, (da+db-m.b+m.a)/2))
	return (most - least) * (most + least)
}
