package minifloat

import (
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// farExponent lies beyond every format's range, and within every int's.
const farExponent = 1 << 24

// EncodeBig returns the code of x, of any precision, rounded once to f. Its special
// cases are those of Encode: -0 and infinities are values of a big.Float. Like all
// that has to do with package math/big it allocates memory.
func (c Context) EncodeBig(f Format, x *big.Float) (uint32, rounding.Flags) {
	f.mustBeValid()
	return c.pack(f, numberOfBig(x))
}

// numberOfBig returns x to 64 bits, the others jammed.
func numberOfBig(x *big.Float) number {
	n := number{neg: x.Signbit()}
	switch {
	case x.IsInf():
		n.kind = isInf
	case x.Sign() != 0:
		// x is an integer of MinPrec bits, times 2^(exp-prec).
		prec := int(x.MinPrec())
		var mant big.Float
		exp := max(-farExponent, min(x.MantExp(&mant), farExponent))
		i, _ := mant.SetMantExp(&mant, prec).Int(nil)
		n = numberOf(n.neg, i.Abs(i), exp-prec, false)
	}
	return n
}

// EncodeBigInt returns the code of i rounded once to f. It allocates memory.
func (c Context) EncodeBigInt(f Format, i *big.Int) (uint32, rounding.Flags) {
	f.mustBeValid()
	n := number{}
	if i.Sign() != 0 {
		n = numberOf(i.Sign() < 0, new(big.Int).Abs(i), 0, false)
	}
	return c.pack(f, n)
}

// EncodeRat returns the code of x rounded once to f. It allocates memory.
func (c Context) EncodeRat(f Format, x *big.Rat) (uint32, rounding.Flags) {
	f.mustBeValid()
	return c.pack(f, numberOfRat(x))
}

// numberOfRat returns x to 64 bits, the others jammed.
func numberOfRat(x *big.Rat) number {
	n := number{}
	if x.Sign() != 0 {
		// 65 bits of quotient at least, the rest of the division jammed.
		num, rest := new(big.Int).Abs(x.Num()), new(big.Int)
		shift := max(66+x.Denom().BitLen()-num.BitLen(), 0)
		num.QuoRem(num.Lsh(num, uint(shift)), x.Denom(), rest)
		n = numberOf(x.Sign() < 0, num, -shift, rest.Sign() != 0)
	}
	return n
}

// FromBig returns x rounded once in context c, and the flags: see
// [Context.EncodeBig].
func FromBig[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x *big.Float) (F, rounding.Flags) {
	code, flags := c.EncodeBig(FormatOf[F, S, E, M, V](), x)
	return F(Float[S, E, M, V]{S(code)}), flags
}

// FromBigInt returns i rounded once in context c, and the flags.
func FromBigInt[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, i *big.Int) (F, rounding.Flags) {
	code, flags := c.EncodeBigInt(FormatOf[F, S, E, M, V](), i)
	return F(Float[S, E, M, V]{S(code)}), flags
}

// FromRat returns x rounded once in context c, and the flags.
func FromRat[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x *big.Rat) (F, rounding.Flags) {
	code, flags := c.EncodeRat(FormatOf[F, S, E, M, V](), x)
	return F(Float[S, E, M, V]{S(code)}), flags
}
