package exact

import (
	"fmt"
	"math/big"
)

// NaNCodes says which codes of a format are NaN.
type NaNCodes int

const (
	NoNaN       NaNCodes = iota // none
	TopExponent                 // IEEE 754: the exponent field all ones and the significand field not zero
	AllOnes                     // exponent and significand fields all ones, with either sign bit where there is one
	MinusZero                   // the code that would be -0, and no other
)

// Format is a binary floating-point format by its parameters, none of them
// derived from another. A code is, from its highest bit: one sign bit where
// Signed, ExponentBits, MantissaBits.
//
// With exponent field e and significand field t the value is, for e > 0,
//
//	(1 + t/2^MantissaBits) * 2^(e-Bias)
//
// and, for e = 0, t/2^MantissaBits * 2^(1-Bias) with Subnormals and zero without.
// A format without Zero has e = 0 follow the first rule.
type Format struct {
	ExponentBits int // at least 1
	MantissaBits int // the trailing significand field: precision less one, at most 60
	Bias         int

	Signed       bool
	Zero         bool // false: no code is zero, and e = 0 is an exponent like the others (MX E8M0)
	NegativeZero bool // the sign bit alone is -0
	Subnormals   bool // false: codes with e = 0 are all zero
	Infinities   bool // IEEE 754: top exponent and significand zero; P3109: the codes above the largest finite value
	NaN          NaNCodes

	// P3109 marks the rules of arithmetic in which P3109 differs from IEEE 754:
	// x/0 is NaN, and a finite format keeps overflowing values finite.
	P3109 bool
}

// IEEE returns the interchange format of IEEE 754 section 3.4 with e exponent and
// m trailing significand bits: binary16 is IEEE(5, 10). OFP8 E5M2 is IEEE(5, 2).
func IEEE(e, m int) Format {
	return Format{ExponentBits: e, MantissaBits: m, Bias: 1<<(e-1) - 1,
		Signed: true, Zero: true, NegativeZero: true, Subnormals: true, Infinities: true, NaN: TopExponent}
}

// FN returns the format in the manner of OFP8 E4M3 (FN(4, 3)): finite but for one
// NaN of each sign, all bits one.
func FN(e, m int) Format {
	return Format{ExponentBits: e, MantissaBits: m, Bias: 1<<(e-1) - 1,
		Signed: true, Zero: true, NegativeZero: true, Subnormals: true, NaN: AllOnes}
}

// FNUZ returns the format whose only special value is a NaN in the place of -0,
// with a bias one larger than that of IEEE 754.
func FNUZ(e, m int) Format {
	return Format{ExponentBits: e, MantissaBits: m, Bias: 1 << (e - 1),
		Signed: true, Zero: true, Subnormals: true, NaN: MinusZero}
}

// FiniteOnly returns the format in the manner of the elements of MX: E2M3, E3M2
// and E2M1 have neither infinity nor NaN.
func FiniteOnly(e, m int) Format {
	return Format{ExponentBits: e, MantissaBits: m, Bias: 1<<(e-1) - 1,
		Signed: true, Zero: true, NegativeZero: true, Subnormals: true}
}

// E8M0 returns the scale format of MX: the powers of two from 2^-127 to 2^127, and
// NaN as 0xFF; no sign, no zero, no infinity.
func E8M0() Format { return FNU(8) }

// FNU returns the format in the manner of E8M0 with e bits.
func FNU(e int) Format { return Format{ExponentBits: e, Bias: 1<<(e-1) - 1, NaN: AllOnes} }

// P3109 returns Binary{k}p{p}, signed or unsigned, extended (with infinities) or
// finite: k > 2, 0 < p < k signed, 0 < p <= k unsigned.
func P3109(k, p int, signed, extended bool) Format {
	f := Format{ExponentBits: k - p + 1, MantissaBits: p - 1, Bias: 1 << (k - p),
		Zero: true, Subnormals: true, Infinities: extended, NaN: AllOnes, P3109: true}
	if signed {
		f.ExponentBits, f.Bias, f.Signed, f.NaN = k-p, 1<<(k-p-1), true, MinusZero
	}
	return f
}

// Bits returns the length of a code.
func (f Format) Bits() int {
	n := f.ExponentBits + f.MantissaBits
	if f.Signed {
		n++
	}
	return n
}

// signBit returns the code that is the sign bit alone; zero in unsigned formats.
func (f Format) signBit() uint64 {
	if !f.Signed {
		return 0
	}
	return 1 << (f.ExponentBits + f.MantissaBits)
}

// infinityCode returns the code of +infinity: in IEEE 754 the top exponent with a
// zero significand; in P3109 the last code before NaN (signed: before the codes
// of negative values).
func (f Format) infinityCode() uint64 {
	last := uint64(1)<<(f.ExponentBits+f.MantissaBits) - 1
	switch f.NaN {
	case TopExponent:
		return last >> f.MantissaBits << f.MantissaBits
	case AllOnes:
		return last - 1
	}
	return last
}

// maxCode returns the code of the largest finite value.
func (f Format) maxCode() uint64 {
	last := uint64(1)<<(f.ExponentBits+f.MantissaBits) - 1
	switch {
	case f.Infinities:
		return f.infinityCode() - 1
	case f.NaN == AllOnes:
		return last - 1
	}
	return last
}

// nanCode returns the code that a NaN result has: quiet, positive, and in IEEE
// formats with only the first bit of the significand set.
func (f Format) nanCode() uint64 {
	last := uint64(1)<<(f.ExponentBits+f.MantissaBits) - 1
	switch f.NaN {
	case TopExponent:
		return f.infinityCode() | 1<<(f.MantissaBits-1)
	case AllOnes:
		return last
	case MinusZero:
		return f.signBit()
	}
	panic("exact: the format has no NaN")
}

// minExponent returns the exponent of the smallest normal value, emin in IEEE 754.
func (f Format) minExponent() int {
	if !f.Zero {
		return -f.Bias
	}
	return 1 - f.Bias
}

// Decode returns the value of a code.
func (f Format) Decode(code uint64) Number {
	if code>>f.Bits() != 0 {
		panic(fmt.Sprintf("exact: %#x is not a code of %d bits", code, f.Bits()))
	}
	negative := code&f.signBit() != 0
	magnitude := code &^ f.signBit()
	last := uint64(1)<<(f.ExponentBits+f.MantissaBits) - 1

	switch f.NaN {
	case TopExponent:
		if magnitude > f.infinityCode() {
			return Number{Kind: NaN, Negative: negative, Int: zero, Signalling: magnitude&(1<<(f.MantissaBits-1)) == 0,
				Payload: magnitude << (64 - f.MantissaBits), PayloadSign: negative}
		}
	case AllOnes:
		if magnitude == last {
			return Number{Kind: NaN, Negative: negative, Int: zero}
		}
	case MinusZero:
		if negative && magnitude == 0 {
			return Number{Kind: NaN, Int: zero}
		}
	}
	if f.Infinities && magnitude == f.infinityCode() {
		return Inf(negative)
	}

	exponent := int(magnitude >> f.MantissaBits)
	significand := magnitude & (1<<f.MantissaBits - 1)
	switch {
	case exponent > 0 || !f.Zero:
		significand |= 1 << f.MantissaBits
	case !f.Subnormals:
		significand, exponent = 0, 1
	default:
		exponent = 1
	}
	return Number{Negative: negative, Int: new(big.Int).SetUint64(significand), Exp: exponent - f.Bias - f.MantissaBits}
}

// MaxFinite returns the largest finite value.
func (f Format) MaxFinite() Number { return f.Decode(f.maxCode()) }

// SmallestNormal returns the smallest positive value of full precision.
func (f Format) SmallestNormal() Number { return Number{Int: one, Exp: f.minExponent()} }

// SmallestPositive returns the smallest value above zero, subnormal where the
// format has such.
func (f Format) SmallestPositive() Number {
	if !f.Zero || !f.Subnormals {
		return f.SmallestNormal()
	}
	return f.Decode(1)
}
