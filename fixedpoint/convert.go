package fixedpoint

import (
	"math"
	"math/big"

	"golang.org/x/exp/constraints"

	"github.com/halfulp/halfulp/rounding"
)

// Encode rounds x once to f and returns the integer; that of an unsigned format of
// 64 bits as the int64 with the same bits.
//
// Special cases are:
//
//	Encode(NaN) = 0, Invalid
//	Encode(±Inf) = the end of the range, Overflow and Inexact, in every Overflow
func (c Context) Encode(f Format, x float64) (int64, rounding.Flags) {
	if x-x != 0 { // NaN or infinity
		f.mustBeValid()
		c.mustBeKnown()
		if x != x {
			return 0, rounding.Invalid
		}
		return c.end(f, x < 0), rounding.Overflow | rounding.Inexact
	}
	return c.pack(f, unpackFloat(x))
}

// Round returns the value of f that x rounds to: Encode, then Decode.
func (c Context) Round(f Format, x float64) float64 {
	z, _ := c.Encode(f, x)
	return f.Decode(z)
}

// Encode returns the integer of x rounded to nearest even, saturated: that of
// Context{}.Encode.
func (f Format) Encode(x float64) int64 {
	z, _ := Context{}.Encode(f, x)
	return z
}

// EncodeInt returns the integer i in the format dst, rounded once.
func (c Context) EncodeInt(dst Format, i int64) (Value, rounding.Flags) {
	return c.deliver(dst, integer(i))
}

// EncodeUint returns the integer u in the format dst, rounded once.
func (c Context) EncodeUint(dst Format, u uint64) (Value, rounding.Flags) {
	return c.deliver(dst, integer(u))
}

// EncodeBig returns x in the format dst, rounded once. An infinity gives the end
// of the range, with Overflow and Inexact, in every Overflow.
func (c Context) EncodeBig(dst Format, x *big.Float) (Value, rounding.Flags) {
	dst.mustBeValid()
	c.mustBeKnown()
	switch {
	case x.IsInf():
		return Value{dst, c.end(dst, x.Signbit())}, rounding.Overflow | rounding.Inexact
	case x.Sign() == 0:
		return Value{Format: dst}, 0
	}
	// x is a fraction in [1/2, 1) of MinPrec bits, times 2^exp. Exponents beyond these bounds give
	// what the bounds give, so that no memory goes by the exponent.
	prec := int(x.MinPrec())
	var mant big.Float
	exp := x.MantExp(&mant)
	exp = min(max(exp, dst.last()-4), dst.last()+prec+128)
	num, _ := mant.SetMantExp(&mant, prec).Int(nil)
	return c.deliver(dst, ratio(dst, num, big.NewInt(1), exp-prec))
}

// EncodeBigInt returns i in the format dst, rounded once.
func (c Context) EncodeBigInt(dst Format, i *big.Int) (Value, rounding.Flags) {
	dst.mustBeValid()
	return c.deliver(dst, ratio(dst, new(big.Int).Set(i), big.NewInt(1), 0))
}

// EncodeRat returns x in the format dst, rounded once.
func (c Context) EncodeRat(dst Format, x *big.Rat) (Value, rounding.Flags) {
	dst.mustBeValid()
	return c.deliver(dst, ratio(dst, new(big.Int).Set(x.Num()), new(big.Int).Set(x.Denom()), 0))
}

// ratio returns num/den * 2^exp, den positive, jammed 64 bits below the last
// place of f. It overwrites both.
func ratio(f Format, num, den *big.Int, exp int) number {
	n := number{neg: num.Sign() < 0, exp: f.last() - 64}
	num.Abs(num)
	if shift := exp - n.exp; shift > 0 {
		num.Lsh(num, uint(shift))
	} else {
		den.Lsh(den, uint(-shift))
	}
	var rem, word big.Int
	num.QuoRem(num, den, &rem)
	n.sticky = rem.Sign() != 0
	n.over = num.BitLen() > 128
	mask := new(big.Int).SetUint64(math.MaxUint64)
	n.lo = word.And(num, mask).Uint64()
	n.hi = word.And(word.Rsh(num, 64), mask).Uint64()
	return n
}

// integer returns i exactly.
func integer[I constraints.Integer](i I) number {
	neg, mag := split(i)
	return number{neg: neg, lo: mag}
}

// Int64 returns x as an integer, rounded once: Convert to Q63.0.
func (c Context) Int64(x Value) (int64, rounding.Flags) {
	return c.pack(Format{width: 64, signed: true}, x.number())
}

// Uint64 returns x as an integer, rounded once: Convert to UQ64.0.
func (c Context) Uint64(x Value) (uint64, rounding.Flags) {
	z, flags := c.pack(Format{width: 64}, x.number())
	return uint64(z), flags
}

// Float32 returns the value, exact up to 24 bits, beyond rounded once to nearest
// even: 2^128 and more gives infinity.
func (v Value) Float32() float32 {
	v.Format.mustBeValid()
	// The integer is rounded to 24 bits; the scaling is exact, since no float32 ends
	// above 2^-127, or overflows.
	scale := float32(pow2(v.Format.last()))
	bits := v.Format.extend(uint64(v.Bits))
	if v.Format.signed {
		return float32(bits) * scale
	}
	return float32(uint64(bits)) * scale
}

// Big returns the exact value, with a precision of 64 bits.
func (v Value) Big() *big.Float {
	n := v.number()
	z := new(big.Float).SetUint64(n.lo)
	if n.neg {
		z.Neg(z)
	}
	return z.SetMantExp(z, n.exp)
}

// Rat returns the exact value.
func (v Value) Rat() *big.Rat {
	n := v.number()
	num := new(big.Int).SetUint64(n.lo)
	if n.neg {
		num.Neg(num)
	}
	if n.exp >= 0 {
		return new(big.Rat).SetInt(num.Lsh(num, uint(n.exp)))
	}
	return new(big.Rat).SetFrac(num, new(big.Int).Lsh(big.NewInt(1), uint(-n.exp)))
}
