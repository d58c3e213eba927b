package fixedpoint

import (
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// The stochastic forms of the operations round in a stochastic mode with the low
// n bits of random, 1 <= n <= 63; the bits above them must be 0. Every other mode
// rounds as without. They panic if n is out of range. What is discarded is that of
// the magnitude: IEEE P3109 rounds sign and magnitude.

func (c Context) deliverWith(dst Format, x number, d draw) (Value, rounding.Flags) {
	c.mustBeDrawn(d)
	z, flags := c.packWith(dst, x, d)
	return Value{dst, z}, flags
}

// AddStochastic is [Context.Add] with n random bits, for a stochastic mode:
// 1 <= n <= 63, and the bits of random above them are 0. Every other mode
// rounds as in Add. It panics if n is out of range.
func (c Context) AddStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	return c.deliverWith(dst, add(dst, x.number(), y.number()), draw{random, n})
}

// SubStochastic is [Context.Sub] with n random bits, as in AddStochastic.
func (c Context) SubStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	return c.deliverWith(dst, add(dst, x.number(), y.number().negated()), draw{random, n})
}

// MulStochastic is [Context.Mul] with n random bits, as in AddStochastic.
func (c Context) MulStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	return c.deliverWith(dst, mul(x.number(), y.number()), draw{random, n})
}

// FMAStochastic is [Context.FMA] with n random bits, as in AddStochastic.
func (c Context) FMAStochastic(dst Format, x, y, z Value, random uint64, n int) (Value, rounding.Flags) {
	return c.deliverWith(dst, add(dst, mul(x.number(), y.number()), z.number()), draw{random, n})
}

// QuoStochastic is [Context.Quo] with n random bits, as in AddStochastic.
func (c Context) QuoStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	c.mustBeDrawn(draw{random, n})
	return c.quo(dst, x, y, draw{random, n})
}

// RemStochastic is [Context.Rem] with n random bits, as in AddStochastic.
func (c Context) RemStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	c.mustBeDrawn(draw{random, n})
	return c.rem(dst, x, y, draw{random, n})
}

// SqrtStochastic is [Context.Sqrt] with n random bits, as in AddStochastic.
func (c Context) SqrtStochastic(dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	c.mustBeDrawn(draw{random, n})
	return c.sqrt(dst, x, draw{random, n})
}

// ConvertStochastic is [Context.Convert] with n random bits, as in AddStochastic.
func (c Context) ConvertStochastic(dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	return c.deliverWith(dst, x.number(), draw{random, n})
}

// EncodeStochastic is [Context.Encode] with n random bits, as in AddStochastic.
func (c Context) EncodeStochastic(f Format, x float64, random uint64, n int) (int64, rounding.Flags) {
	d := draw{random, n}
	c.mustBeDrawn(d)
	if x-x != 0 {
		c.Mode = rounding.ToNearestEven // of no effect
		return c.Encode(f, x)
	}
	return c.packWith(f, unpackFloat(x), d)
}

// EncodeRatStochastic is [Context.EncodeRat] with n random bits, as in AddStochastic.
func (c Context) EncodeRatStochastic(dst Format, x *big.Rat, random uint64, n int) (Value, rounding.Flags) {
	dst.mustBeValid()
	return c.deliverWith(dst, ratio(dst, new(big.Int).Set(x.Num()), new(big.Int).Set(x.Denom()), 0), draw{random, n})
}
