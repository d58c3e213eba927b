package blas

import (
	"math"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// A rounder is a [minifloat.Rounder] and what the kernels need to round the most common sums themselves, in
// nearest even: those whose result lies between the format's smallest normal and its largest finite number.
// They do it on the bits of a float64, of which shift = 52-M have to go: half a unit less one is added, and one
// more if the last bit kept is set, and the rest is cleared; a carry out of the significand moves into the
// exponent, as it should. The result may be looked at afterwards, as what is lifted so to the smallest normal
// number, past a midpoint of the binade below, is also past the midpoint of the wider spacing that subnormals
// have.
type rounder struct {
	*minifloat.Rounder
	shift     uint
	half      uint64 // the first discarded bit
	keep      uint64 // the bits kept
	low, span uint64 // the smallest normal number, and how far the largest is above it, as bits without sign
	common    bool   // the kernels may round: in nearest even, to a format with a sign and a significand, not flushing
	down      bool   // the mode is toward -infinity, in which sums of opposite numbers are -0
	precision int
	reach     int // the overflow threshold is at most 2^reach times the smallest spacing

	// The special values that round to themselves.
	zero, inf, nan bool
}

// set makes r round to f. It keeps what it has if that is the same.
func (r *rounder) set(f minifloat.Format, ctx minifloat.Context) {
	if r.Rounder != nil && r.Format() == f && r.Context() == ctx {
		return
	}
	m := f.MantissaBits()
	*r = rounder{
		Rounder:   minifloat.NewRounder(f, ctx),
		shift:     uint(52 - m),
		down:      ctx.Mode == rounding.ToNegativeInf,
		precision: m + 1,
		zero:      f.HasNegZero(),
		inf:       f.HasInf() && f.Signed() && ctx.Saturation != rounding.SatFinite,
		nan:       f.HasNaN(),
	}
	r.half = 1 << (r.shift - 1)
	r.keep = ^uint64(0) << r.shift
	smallest := f.SmallestNormal()
	r.common = ctx.Mode == rounding.ToNearestEven && f.Signed() && m > 0 && smallest >= 0x1p-1022 && ctx.Subnormals == 0
	r.low = math.Float64bits(smallest) << 1
	r.span = math.Float64bits(f.MaxFinite())<<1 - r.low
	_, first := math.Frexp(f.MaxFinite())
	_, last := math.Frexp(smallest)
	r.reach = first - (last - 1 - m)
}

// round rounds a value that is exact or has been rounded to odd.
func (r *rounder) round(v float64) float64 {
	if u := math.Float64bits(v) << 1; u-1 >= 2047<<53-1 && (u == 0 && r.zero || u == 2047<<53 && r.inf || v != v && r.nan) {
		return v
	}
	return r.Round(v)
}

// add returns x + y rounded once.
func (r *rounder) add(x, y float64) float64 {
	s := rounding.AddOdd(x, y)
	if s == 0 {
		s = r.zeroSum(math.Signbit(x), math.Signbit(y))
	}
	return r.round(s)
}

// fma returns x*y + z rounded once, for any float64 values.
func (r *rounder) fma(x, y, z float64) float64 {
	s := fmaOdd(x, y, z)
	if s == 0 {
		s = r.zeroSum(math.Signbit(x) != math.Signbit(y), math.Signbit(z))
	}
	return r.round(s)
}

// mul returns x*y rounded once, for any float64 values.
func (r *rounder) mul(x, y float64) float64 {
	s := fmaOdd(x, y, 0)
	if s == 0 {
		s = float64(x * y)
	}
	return r.round(s)
}

// zeroSum returns the sum that is exactly zero of two numbers of these signs.
func (r *rounder) zeroSum(neg1, neg2 bool) float64 {
	if neg1 && neg2 || (neg1 || neg2) && r.down {
		return math.Copysign(0, -1)
	}
	return 0
}

// fmaOdd returns x*y + z rounded to odd, for any float64 values.
func fmaOdd(x, y, z float64) float64 {
	var s exactSum
	s.addProduct(x, y)
	s.add(z)
	return s.value(rounding.ToOdd)
}
