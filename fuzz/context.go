package fuzz

import (
	"errors"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// Context holds the choices of one rounding. It is comparable; its zero value is
// nearest-even with the result format's own overflow.
type Context struct {
	Mode       rounding.Mode
	Saturation rounding.Saturation
	Tininess   rounding.Tininess
	NaN        rounding.NaN
	Subnormals rounding.Subnormals // of comparisons too, but not of Neg and Abs

	Overflow fixedpoint.Overflow // of results in fixed point

	// RandomBits is N of the stochastic modes, 1 to 63. In these the random word, an
	// unsigned integer of N bits, is one more operand, the last.
	RandomBits int
}

// The oracle's names of the modes, saturations and rules for NaN: it shares
// none with the packages that it judges.
var (
	modes = [...]exact.Mode{
		rounding.ToNearestEven:   exact.TiesToEven,
		rounding.ToNearestAway:   exact.TiesToAway,
		rounding.ToZero:          exact.TowardZero,
		rounding.AwayFromZero:    exact.AwayFromZero,
		rounding.ToNegativeInf:   exact.TowardNegative,
		rounding.ToPositiveInf:   exact.TowardPositive,
		rounding.ToNearestZero:   exact.TiesToZero,
		rounding.ToNearestUp:     exact.TiesToPositive,
		rounding.ToNearestDown:   exact.TiesToNegative,
		rounding.ToNearestOdd:    exact.TiesToOdd,
		rounding.ToOdd:           exact.ToOdd,
		rounding.StochasticA:     exact.StochasticA,
		rounding.StochasticB:     exact.StochasticB,
		rounding.StochasticC:     exact.StochasticC,
		rounding.StochasticEqual: exact.StochasticEqual,
		rounding.StochasticOdd:   exact.StochasticOdd,
	}
	saturations = [...]exact.Saturation{
		rounding.SatNone:      exact.SatNone,
		rounding.SatFinite:    exact.SatFinite,
		rounding.SatPropagate: exact.SatPropagate,
	}
	tininesses = [...]exact.Tininess{
		rounding.AfterRounding:  exact.AfterRounding,
		rounding.BeforeRounding: exact.BeforeRounding,
	}
	nans = [...]exact.NaNPolicy{
		rounding.CanonicalNaN: exact.NaNToZero,
		rounding.MLDtypesNaN:  exact.NaNToOppositeZero,
		rounding.PropagateNaN: exact.NaNPropagates,
	}
	overflows = [...]exact.FixedOverflow{
		fixedpoint.Saturate:          exact.Clamp,
		fixedpoint.Wrap:              exact.WrapAround,
		fixedpoint.SaturateSymmetric: exact.ClampSymmetric,
	}
)

// bothFlushed is the largest of the sets of these.
const bothFlushed = rounding.FlushToZero | rounding.DenormalsAreZero

func (c Context) validate() error {
	if int(c.Mode) >= len(modes) || int(c.Saturation) >= len(saturations) || int(c.Tininess) >= len(tininesses) ||
		int(c.NaN) >= len(nans) || c.Subnormals > bothFlushed || int(c.Overflow) >= len(overflows) {
		return errors.New("fuzz: a context of unknown values")
	}
	if c.Mode.Stochastic() != (c.RandomBits != 0) || c.RandomBits < 0 || c.RandomBits > 63 {
		return errors.New("fuzz: a stochastic mode takes 1 to 63 random bits, any other none")
	}
	return nil
}

// options returns c in the oracle's words.
func (c Context) options() exact.Options {
	return exact.Options{Mode: modes[c.Mode], Saturation: saturations[c.Saturation], Tininess: tininesses[c.Tininess],
		NaN: nans[c.NaN], Bits: c.RandomBits,
		FlushToZero:      c.Subnormals&rounding.FlushToZero != 0,
		DenormalsAreZero: c.Subnormals&rounding.DenormalsAreZero != 0}
}

// String lists what differs from the zero value behind the mode, as in
// "ToZero, SatFinite".
func (c Context) String() string {
	s := c.Mode.String()
	if c.RandomBits != 0 {
		s += " of " + plural(int64(c.RandomBits), "bit")
	}
	if c.Saturation != rounding.SatNone {
		s += ", " + c.Saturation.String()
	}
	if c.Tininess != rounding.AfterRounding {
		s += ", tininess " + c.Tininess.String()
	}
	if c.NaN != rounding.CanonicalNaN {
		s += ", " + c.NaN.String()
	}
	if c.Subnormals != rounding.GradualUnderflow {
		s += ", " + c.Subnormals.String()
	}
	if c.Overflow != fixedpoint.Saturate {
		s += ", " + c.Overflow.String()
	}
	return s
}
