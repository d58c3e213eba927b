package minifloat

import (
	"fmt"
	"math/big"
)

// The forms of a decomposed number.
const (
	finiteForm byte = iota
	infiniteForm
	nanForm
)

// Decompose returns v as the parts of a decimal, the form that package database/sql
// and Go's decimal libraries exchange numbers in (golang.org/issue/30870): form 0 is
// the finite number ±coefficient × 10^exponent, form 1 an infinity, form 2 a NaN. The
// coefficient is an unsigned integer in big-endian order. Every finite value is
// a decimal: the parts are exact. The coefficient is in buf where that has the
// capacity.
//
// No coefficient is longer than 9 bytes in binary16, 40 in bfloat16 and 47 in
// binary32.
func (v Value) Decompose(buf []byte) (form byte, negative bool, coefficient []byte, exponent int32) {
	x := v.unpack()
	switch x.kind {
	case isZero:
		return finiteForm, x.neg, buf[:0], 0
	case isInf:
		return infiniteForm, x.neg, nil, 0
	case isFinite:
		c, e := x.decimal()
		if n := (c.BitLen() + 7) / 8; cap(buf) >= n {
			coefficient = c.FillBytes(buf[:n])
		} else {
			coefficient = c.Bytes()
		}
		return finiteForm, x.neg, coefficient, int32(e)
	}
	return nanForm, false, nil, 0
}

// decimal returns the finite |x| as c × 10^e with the smallest possible c and, of
// integers, e = 0.
func (x number) decimal() (c *big.Int, e int) {
	c = new(big.Int).SetUint64(x.sig)
	// x = c × 2^exp
	exp := x.exp - 63
	if exp >= 0 {
		return c.Lsh(c, uint(exp)), 0
	}
	zeros := min(int(c.TrailingZeroBits()), -exp)
	c.Rsh(c, uint(zeros))
	e = exp + zeros
	// 2^e = 5^-e × 10^e
	return c.Mul(c, new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(-e)), nil)), e
}

// Compose sets v to the number of v's format nearest to a decimal's parts, as
// Decompose returns them, rounded once to nearest even. The coefficient may be of any
// length and have leading zeros; that of an infinity or a NaN is not looked at.
//
// A number beyond the format's range, or a NaN that the format lacks, is an error
// that wraps [ErrRange], as in [Parse]; a form other than 0, 1 and 2 one that wraps
// [ErrEncoding]; a v without a format one that wraps [ErrFormat]. On an error v is
// unchanged.
func (v *Value) Compose(form byte, negative bool, coefficient []byte, exponent int32) error {
	if v.Format.word == 0 {
		return ErrFormat
	}
	x := number{neg: negative}
	switch form {
	case finiteForm:
		if c := new(big.Int).SetBytes(coefficient); c.Sign() != 0 {
			x = scaledNumber(v.Format, negative, c, int(exponent))
		}
	case infiniteForm:
		x.kind = isInf
	case nanForm:
		x.kind = isNaN
	default:
		return fmt.Errorf("%w: a decimal of form %d", ErrEncoding, form)
	}
	code, ok := v.Format.closest(x)
	if !ok {
		return fmt.Errorf("minifloat: decimal as %s: %w", v.Format.Name(), ErrRange)
	}
	v.Bits = code
	return nil
}

// scaledNumber returns ±c × 10^e, c > 0, with 64 bits and a jammed rest. Beyond f's
// range, where powers of ten would only cost, it is any number there. The rest of the
// work is bounded by the length of c and by f's exponents.
func scaledNumber(f Format, neg bool, c *big.Int, e int) number {
	// 2^(n-1) <= c < 2^n, and 10 lies between 2^3 and 2^4.
	switch n := c.BitLen(); {
	case e > 0 && n-1+3*e > f.maxExp()+1:
		return aboveRange(f, neg)
	case e < 0 && n+3*e < f.minExp()-int(f.mant())-3:
		return belowRange(f, neg)
	}
	return timesPowerOf10(neg, c, e, false)
}

// Decompose returns x as the parts of a decimal: see [Value.Decompose].
func (x Float[S, E, M, V]) Decompose(buf []byte) (form byte, negative bool, coefficient []byte, exponent int32) {
	return x.Value().Decompose(buf)
}

// Compose sets x to the number nearest to a decimal's parts: see [Value.Compose].
func (x *Float[S, E, M, V]) Compose(form byte, negative bool, coefficient []byte, exponent int32) error {
	v := x.Value()
	err := v.Compose(form, negative, coefficient, exponent)
	if err == nil {
		x.bits = S(v.Bits)
	}
	return err
}
