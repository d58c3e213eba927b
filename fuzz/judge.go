package fuzz

import (
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// The oracle's names of the modes, saturations and rules for NaN: it shares
// none with the packages that it judges.
var (
	modes = [...]exact.Mode{
		rounding.ToNearestEven: exact.TiesToEven,
		rounding.ToNearestAway: exact.TiesToAway,
		rounding.ToZero:        exact.TowardZero,
		rounding.AwayFromZero:  exact.AwayFromZero,
		rounding.ToNegativeInf: exact.TowardNegative,
		rounding.ToPositiveInf: exact.TowardPositive,
		rounding.ToNearestZero: exact.TiesToZero,
		rounding.ToNearestUp:   exact.TiesToPositive,
		rounding.ToNearestDown: exact.TiesToNegative,
		rounding.ToNearestOdd:  exact.TiesToOdd,
		rounding.ToOdd:         exact.ToOdd,
	}
	saturations = [...]exact.Saturation{
		rounding.SatNone:      exact.SatNone,
		rounding.SatFinite:    exact.SatFinite,
		rounding.SatPropagate: exact.SatPropagate,
	}
	nans = [...]exact.NaNPolicy{
		rounding.CanonicalNaN: exact.NaNToZero,
		rounding.MLDtypesNaN:  exact.NaNToOppositeZero,
		rounding.PropagateNaN: exact.NaNPropagates,
	}
)

// optionsOf leaves the rule of tininess out: only flags depend on it.
func optionsOf(c rounding.Context) exact.Options {
	if int(c.Mode) >= len(modes) || int(c.Saturation) >= len(saturations) || int(c.NaN) >= len(nans) {
		panic("fuzz: a context that is unknown, or stochastic")
	}
	return exact.Options{Mode: modes[c.Mode], Saturation: saturations[c.Saturation], NaN: nans[c.NaN]}
}

// describe returns the oracle's description of f.
func describe(f minifloat.Format) exact.Format {
	g := exact.Format{}
	switch e, m := f.ExponentBits(), f.MantissaBits(); f.Family() {
	case minifloat.IEEEFamily:
		g = exact.IEEE(e, m)
	case minifloat.FNFamily:
		g = exact.FN(e, m)
	case minifloat.FNUZFamily:
		g = exact.FNUZ(e, m)
	case minifloat.FiniteFamily:
		g = exact.FiniteOnly(e, m)
	case minifloat.FNUFamily:
		g = exact.FNU(e)
	case minifloat.P3109SE, minifloat.P3109SF, minifloat.P3109UE, minifloat.P3109UF:
		g = exact.P3109(f.Bits(), m+1, f.Signed(), f.HasInf())
	default:
		panic("fuzz: the zero Format is no format")
	}
	g.Bias = f.Bias()
	if m := f.MantissaBits(); m > 0 && !f.HasSubnormals() {
		g.Subnormals = false
	}
	return g
}
