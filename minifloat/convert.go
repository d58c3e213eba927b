package minifloat

import (
	"math"
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// Big returns the exact value of a code, with as many bits of precision as it
// needs, and whether the code is a NaN, for which the value is 0.
func (f Format) Big(code uint32) (v *big.Float, isNaN bool) {
	f.mustBeValid()
	return f.unpack(code).big()
}

// Big returns the exact value of v, as [Format.Big] does.
func (v Value) Big() (x *big.Float, isNaN bool) { return v.Format.Big(v.Bits) }

// Rat returns the exact value of v as a fraction, or false where it has none: of
// a NaN or an infinity. -0 is 0.
func (v Value) Rat() (r *big.Rat, ok bool) {
	x, isNaN := v.Big()
	if isNaN || x.IsInf() {
		return nil, false
	}
	r, _ = x.Rat(nil)
	return r, true
}

// Rat returns the exact value of x as a fraction, as [Value.Rat] does.
func (x Float[S, E, M, V]) Rat() (r *big.Rat, ok bool) { return x.Value().Rat() }

// ToBigInt returns x rounded once to an integer in c's mode, which it allocates. Where x is a NaN or
// an infinity there is none: the result is nil, and Invalid raised.
func (c Context) ToBigInt(x Value) (*big.Int, rounding.Flags) {
	z, flags := roundToIntegral(c.Mode, c.unpack(x), chance{})
	v, isNaN := z.big()
	if isNaN || v.IsInf() {
		return nil, rounding.Invalid
	}
	n, _ := v.Int(nil)
	return n, flags
}

// Encode returns the code of x rounded once to f. A signaling NaN raises
// Invalid.
func (c Context) Encode(f Format, x float64) (uint32, rounding.Flags) {
	return within[value, E1, M0, runTime](c, f, 0, 0, 0, x)
}

// EncodeStochastic is Encode for a stochastic mode, with the low n bits of
// random, 1 <= n <= 63; the bits above them must be 0. Every other mode rounds
// as in Encode. It panics if n is out of range.
func (c Context) EncodeStochastic(f Format, x float64, random uint64, n int) (uint32, rounding.Flags) {
	f.mustBeValid()
	if n < 1 || n > 63 || random>>uint(n) != 0 {
		panic("minifloat: random bits out of range")
	}
	return c.packWith(f, unpackFloat64(x), chance{random, n})
}

// Round returns x rounded once to a value of f: Encode, then Decode. Where it
// is called often with one format, a [Rounder] is faster.
func (c Context) Round(f Format, x float64) float64 {
	if c.Mode == rounding.ToNearestEven && f.smooth() {
		b := math.Float64bits(x)
		mag := b &^ float64Sign
		switch {
		case mag >= f.limitBits() || !f.Signed() && int64(b) < 0:
		case mag >= f.minNormalBits():
			t, s := mag-f.rebias(), 52-f.mant()
			if code := nearestNormal(t, s); code <= uint64(f.maxCode()) {
				return math.Float64frombits(code<<s + f.rebias() | b&float64Sign)
			}
		case f.HasZero() && c.Subnormals&rounding.FlushToZero == 0:
			return nearestMultiple(b, f.subnormalMagic(), uint64(f.in(familiesWithNegZero))<<63)
		}
	}
	code, _ := c.Encode(f, x)
	return f.Decode(code)
}

// nearestMultiple rounds the float64 of bits b, below a smallest normal number,
// to the multiple of the smallest subnormal that magic belongs to. zeroSign is
// the sign bit where -0 exists, else 0.
func nearestMultiple(b, magic, zeroSign uint64) float64 {
	c := math.Float64frombits(magic)
	z := math.Float64bits((math.Float64frombits(b&^float64Sign) + c) - c)
	if z == 0 {
		return math.Float64frombits(b & zeroSign)
	}
	return math.Float64frombits(z | b&float64Sign)
}
