package fixedpoint

import (
	"math/big"
	"math/rand/v2"

	oracle "github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// The oracle's formats and names; fuzz/exact shares no code with this package.

func oracleFormat(f Format) oracle.FixedFormat {
	return oracle.FixedFormat{Bits: f.Bits(), Signed: f.Signed(), Fraction: f.FractionBits()}
}

var oracleModes = map[rounding.Mode]oracle.Mode{
	rounding.ToNearestEven: oracle.TiesToEven, rounding.ToNearestAway: oracle.TiesToAway, rounding.ToNearestZero: oracle.TiesToZero,
	rounding.ToNearestUp: oracle.TiesToPositive, rounding.ToNearestDown: oracle.TiesToNegative, rounding.ToNearestOdd: oracle.TiesToOdd,
	rounding.ToZero: oracle.TowardZero, rounding.AwayFromZero: oracle.AwayFromZero, rounding.ToNegativeInf: oracle.TowardNegative,
	rounding.ToPositiveInf: oracle.TowardPositive, rounding.ToOdd: oracle.ToOdd,
	rounding.StochasticA: oracle.StochasticA, rounding.StochasticB: oracle.StochasticB, rounding.StochasticC: oracle.StochasticC,
	rounding.StochasticEqual: oracle.StochasticEqual, rounding.StochasticOdd: oracle.StochasticOdd,
}

var oracleOverflows = map[Overflow]oracle.FixedOverflow{
	Saturate: oracle.Clamp, Wrap: oracle.WrapAround, SaturateSymmetric: oracle.ClampSymmetric,
}

// contexts are all deterministic ones, and options the oracle's in the same order.
var contexts, options = func() (cs []Context, os []oracle.FixedOptions) {
	for _, m := range rounding.Modes() {
		for _, o := range Overflows() {
			cs = append(cs, Context{m, o})
			os = append(os, oracle.FixedOptions{Mode: oracleModes[m], Overflow: oracleOverflows[o]})
		}
	}
	return cs, os
}()

func optionsOf(c Context) oracle.FixedOptions {
	return oracle.FixedOptions{Mode: oracleModes[c.Mode], Overflow: oracleOverflows[c.Overflow]}
}

// code is the integer's bits, as the oracle has them.
func code(f Format, bits int64) uint64 { return uint64(bits) << (64 - f.width) >> (64 - f.width) }

func exactOf(v Value) oracle.Number { return oracleFormat(v.Format).Decode(code(v.Format, v.Bits)) }

// judgement is a located exact result, and the format of the results.
type judgement struct {
	f     Format
	place oracle.FixedPlace
}

func judge(f Format, r oracle.Result) *judgement {
	return &judgement{f, oracle.LocateFixed(r, oracleFormat(f))}
}

// round gives the integer as this package has it, and the flags.
func (j *judgement) round(o oracle.FixedOptions) (int64, rounding.Flags) {
	z, flags := j.place.Round(o)
	n := 64 - j.f.width
	if j.f.signed {
		return int64(z<<n) >> n, rounding.Flags(flags)
	}
	return int64(z), rounding.Flags(flags)
}

// wideBits of a quotient reach 64 places below any format's last: it is below 2^128 / 2^-127, and the last place is 2^-127 or more.
const wideBits = 640

// operation is a row of the one table of what is compared with the oracle.
type operation struct {
	name     string
	operands int
	got      func(c Context, dst Format, x, y, z Value) (Value, rounding.Flags)
	exact    func(bits int, x, y, z oracle.Number) oracle.Result
	random   func(c Context, dst Format, x, y, z Value, random uint64, n int) (Value, rounding.Flags)
}

var operations = []operation{
	{"Add", 2, func(c Context, dst Format, x, y, _ Value) (Value, rounding.Flags) { return c.Add(dst, x, y) },
		func(_ int, x, y, _ oracle.Number) oracle.Result { return oracle.Add(x, y) },
		func(c Context, dst Format, x, y, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.AddStochastic(dst, x, y, r, n)
		}},
	{"Sub", 2, func(c Context, dst Format, x, y, _ Value) (Value, rounding.Flags) { return c.Sub(dst, x, y) },
		func(_ int, x, y, _ oracle.Number) oracle.Result { return oracle.Sub(x, y) },
		func(c Context, dst Format, x, y, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.SubStochastic(dst, x, y, r, n)
		}},
	{"Mul", 2, func(c Context, dst Format, x, y, _ Value) (Value, rounding.Flags) { return c.Mul(dst, x, y) },
		func(_ int, x, y, _ oracle.Number) oracle.Result { return oracle.Mul(x, y) },
		func(c Context, dst Format, x, y, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.MulStochastic(dst, x, y, r, n)
		}},
	{"Quo", 2, func(c Context, dst Format, x, y, _ Value) (Value, rounding.Flags) { return c.Quo(dst, x, y) },
		func(bits int, x, y, _ oracle.Number) oracle.Result { return oracle.QuoBits(bits, x, y) },
		func(c Context, dst Format, x, y, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.QuoStochastic(dst, x, y, r, n)
		}},
	{"Rem", 2, func(c Context, dst Format, x, y, _ Value) (Value, rounding.Flags) { return c.Rem(dst, x, y) },
		func(_ int, x, y, _ oracle.Number) oracle.Result { return oracle.Rem(x, y) },
		func(c Context, dst Format, x, y, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.RemStochastic(dst, x, y, r, n)
		}},
	{"Neg", 1, func(c Context, dst Format, x, _, _ Value) (Value, rounding.Flags) { return c.Neg(dst, x) },
		func(_ int, x, _, _ oracle.Number) oracle.Result { return oracle.Negate(x) }, nil},
	{"Abs", 1, func(c Context, dst Format, x, _, _ Value) (Value, rounding.Flags) { return c.Abs(dst, x) },
		func(_ int, x, _, _ oracle.Number) oracle.Result { return oracle.Abs(x) }, nil},
	{"Sqrt", 1, func(c Context, dst Format, x, _, _ Value) (Value, rounding.Flags) { return c.Sqrt(dst, x) },
		func(bits int, x, _, _ oracle.Number) oracle.Result { return oracle.SqrtBits(bits, x) },
		func(c Context, dst Format, x, _, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.SqrtStochastic(dst, x, r, n)
		}},
	{"Convert", 1, func(c Context, dst Format, x, _, _ Value) (Value, rounding.Flags) { return c.Convert(dst, x) },
		func(_ int, x, _, _ oracle.Number) oracle.Result { return oracle.Convert(x) },
		func(c Context, dst Format, x, _, _ Value, r uint64, n int) (Value, rounding.Flags) {
			return c.ConvertStochastic(dst, x, r, n)
		}},
	{"FMA", 3, Context.FMA,
		func(_ int, x, y, z oracle.Number) oracle.Result { return oracle.FMA(x, y, z) }, Context.FMAStochastic},
}

func find(name string) operation {
	for _, op := range operations {
		if op.name == name {
			return op
		}
	}
	panic(name)
}

// exactRatio is num/den for the oracle, to more bits than any test's text needs.
func exactRatio(x *big.Rat) oracle.Result {
	return oracle.QuoBits(2*wideBits, oracle.Dyadic(x.Num(), 0), oracle.Dyadic(x.Denom(), 0))
}

// randomDraw is 1 to 63 random bits, with the ends of their range more often.
func randomDraw(r *rand.Rand) (uint64, int) {
	n := 1 + r.IntN(63)
	switch r.IntN(4) {
	case 0:
		return 0, n
	case 1:
		return 1<<n - 1, n
	}
	return r.Uint64() >> (64 - n), n
}
