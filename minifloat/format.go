package minifloat

import (
	"errors"
	"fmt"
	"math"
)

// FamilyID says which codes of a format are special and which rule gives its
// bias. The typed face has a tag type for each ([IEEE], [FN], ...).
type FamilyID uint8

// The families. E and M are the widths of the exponent and mantissa fields.
const (
	noFamily FamilyID = iota

	// IEEEFamily has infinities and NaNs in the top exponent, -0, and the bias
	// 2^(E-1)-1.
	IEEEFamily

	// FNFamily has no infinity; a code of all ones, of either sign, is NaN. It
	// has -0 and the bias 2^(E-1)-1.
	FNFamily

	// FNUZFamily has neither infinity nor -0; the code of -0 is its one NaN.
	// Its bias is 2^(E-1).
	FNUZFamily

	// FiniteFamily has neither infinity nor NaN. It has -0 and the bias
	// 2^(E-1)-1.
	FiniteFamily

	// FNUFamily is a bare exponent: no sign, no zero, no mantissa. The code of
	// all ones is NaN. Its bias is 2^(E-1)-1.
	FNUFamily

	// P3109SE is IEEE P3109 signed extended: infinities at the ends, the one
	// NaN at the code of -0. Its bias is 2^(E-1).
	P3109SE

	// P3109SF is IEEE P3109 signed finite: as P3109SE without infinities.
	P3109SF

	// P3109UE is IEEE P3109 unsigned extended: the code of all ones is NaN, the
	// one below it infinity. Its bias is 2^(E-1).
	P3109UE

	// P3109UF is IEEE P3109 unsigned finite: as P3109UE without infinity.
	P3109UF

	familyCount
)

var familyNames = [familyCount]string{
	"invalid", "IEEE", "FN", "FNUZ", "Finite", "FNU", "P3109SE", "P3109SF", "P3109UE", "P3109UF",
}

// String returns the family's short name, such as "FNUZ".
func (v FamilyID) String() string {
	if v < familyCount {
		return familyNames[v]
	}
	return fmt.Sprintf("FamilyID(%d)", uint8(v))
}

// What the families have, as sets: bit v stands for family v.
const (
	familiesWithSign    = 1<<IEEEFamily | 1<<FNFamily | 1<<FNUZFamily | 1<<FiniteFamily | 1<<P3109SE | 1<<P3109SF
	familiesWithInf     = 1<<IEEEFamily | 1<<P3109SE | 1<<P3109UE
	familiesWithoutNaN  = 1 << FiniteFamily
	familiesWithNegZero = 1<<IEEEFamily | 1<<FNFamily | 1<<FiniteFamily
	// The bias is 2^(E-1), one more than IEEE's.
	familiesWithHighBias = 1<<FNUZFamily | familiesP3109
	// The one NaN stands in the place of -0.
	familiesWithNaNAtNegZero = 1<<FNUZFamily | 1<<P3109SE | 1<<P3109SF
	familiesP3109            = 1<<P3109SE | 1<<P3109SF | 1<<P3109UE | 1<<P3109UF
	// Overflow stays finite under SatNone although the format has a NaN.
	familiesP3109Finite = 1<<P3109SF | 1<<P3109UF
)

func (v FamilyID) in(set uint32) bool { return set>>v&1 != 0 }

// Format describes a binary floating-point format: the widths of its exponent
// and mantissa fields, its exponent bias, its family, and whether it has
// subnormal numbers. It is a small comparable value; two formats are == when
// all of these agree, however they were named. The zero value is no format:
// operations given it panic.
//
// A code of a format is its sign, exponent and mantissa fields, in this order
// from the top, in the low [Format.Bits] bits of a uint32. Bits above them are
// ignored where a code is read and zero where one is returned.
type Format struct {
	// mantissa width | exponent width << 8 | noSubnormals | family << 16 | bias << 32.
	// One word, so that the typed face passes an immediate in one register. The
	// accessors below are written for the inliner: given that immediate, each is a
	// constant.
	word uint64
}

// noSubnormals stands right above the exponent width, so that one comparison
// of both finds a narrow format with subnormal numbers.
const noSubnormals = 1 << 13

// Limits of the formats that NewFormat makes.
const (
	maxExponentBits = 11
	maxMantissaBits = 23
)

// maxP3109Exponent bounds the exponent field of a P3109 format: the report's
// tables end at 16 bits in all, and the exact powers of ten that reading a
// decimal needs stay small.
const maxP3109Exponent = 16

// ErrFormat is wrapped by the errors for parameters that describe no format.
var ErrFormat = errors.New("minifloat: no such format")

func makeFormat(e, m, bias int, family FamilyID) Format {
	return Format{uint64(m) | uint64(e)<<8 | uint64(family)<<16 | uint64(uint32(int32(bias)))<<32}
}

func defaultBias(e int, family FamilyID) int {
	if family.in(familiesWithHighBias) {
		return 1 << (e - 1)
	}
	return 1<<(e-1) - 1
}

// NewFormat returns the format with e exponent bits, m mantissa bits and the
// family's own bias. Every value of such a format is a float64. The limits are
// 1 <= e <= 11, 0 <= m <= 23, at most 32 bits in all, and
//
//	IEEE        e >= 2, m >= 1
//	FN          e <= 10, m >= 1
//	FNUZ        no more
//	Finite      e <= 10
//	FNU         2 <= e <= 10, m = 0
//	P3109       at least 3 bits in all; see the function P3109 for wider ones
//
// Outside them the error wraps [ErrFormat].
func NewFormat(e, m int, family FamilyID) (Format, error) {
	if e < 1 || e > maxExponentBits || m < 0 || m > maxMantissaBits {
		return Format{}, fmt.Errorf("%w: %d exponent and %d mantissa bits (1 to %d and 0 to %d are possible)",
			ErrFormat, e, m, maxExponentBits, maxMantissaBits)
	}
	if family == noFamily || family >= familyCount {
		return Format{}, fmt.Errorf("%w: unknown family %d", ErrFormat, family)
	}
	f := makeFormat(e, m, defaultBias(e, family), family)
	if why := f.invalid(); why != "" {
		return Format{}, fmt.Errorf("%w: e%dm%d of family %v: %s", ErrFormat, e, m, family, why)
	}
	return f, nil
}

// MustFormat is NewFormat for parameters known to be valid. It panics where
// NewFormat returns an error.
func MustFormat(e, m int, family FamilyID) Format {
	f, err := NewFormat(e, m, family)
	if err != nil {
		panic(err.Error())
	}
	return f
}

// P3109 returns the format Binary{K}p{P} of IEEE P3109 (interim report 4.0):
// k bits in all, precision p, signed or not, extended (with infinities) or
// finite. The limits are 3 <= k <= 32, 1 <= p < k signed, 1 <= p <= k unsigned,
// and at most 16 exponent bits. The bias is 2^(k-p-1), unsigned 2^(k-p).
//
// Where a value of such a format is no float64 (it has more than 11 exponent
// bits), [Format.Decode] and the other functions that return a float64 round
// to nearest even, beyond the range to infinity; [Format.Big] is exact.
func P3109(k, p int, signed, extended bool) (Format, error) {
	top := k
	if signed {
		top = k - 1
	}
	if k < 3 || k > 32 || p < 1 || p > top {
		return Format{}, fmt.Errorf("%w: P3109 with %d bits and precision %d", ErrFormat, k, p)
	}
	e, family := top-p+1, P3109UF
	switch {
	case signed && extended:
		family = P3109SE
	case signed:
		family = P3109SF
	case extended:
		family = P3109UE
	}
	if e > maxP3109Exponent {
		return Format{}, fmt.Errorf("%w: P3109 with %d exponent bits (at most %d are possible)", ErrFormat, e, maxP3109Exponent)
	}
	return makeFormat(e, p-1, defaultBias(e, family), family), nil
}

// WithBias returns f with the exponent bias b. Its values must remain float64
// values; otherwise the error wraps [ErrFormat].
func (f Format) WithBias(b int) (Format, error) {
	f.mustBeValid()
	if b < -1<<12 || b > 1<<12 {
		return Format{}, fmt.Errorf("%w: bias %d", ErrFormat, b)
	}
	g := Format{f.word&(1<<32-1) | uint64(uint32(int32(b)))<<32}
	if why := g.invalid(); why != "" {
		return Format{}, fmt.Errorf("%w: %v with bias %d: %s", ErrFormat, f, b, why)
	}
	return g, nil
}

// WithoutSubnormals returns f without its subnormal numbers: between zero and
// the smallest normal number there are no values, and codes with a zero
// exponent field are zeros. As neighbours of a value between them, zero counts
// as even and the smallest normal number as odd.
func (f Format) WithoutSubnormals() Format {
	f.mustBeValid()
	if f.mant() > 0 {
		f.word |= noSubnormals
	}
	return f
}

// invalid returns what is wrong with f's parameters, "" if nothing is.
func (f Format) invalid() string {
	e, m, family := f.ExponentBits(), f.MantissaBits(), f.Family()
	switch {
	case f.Bits() > 32:
		return "more than 32 bits"
	case family == IEEEFamily && (e < 2 || m < 1):
		return "infinities and NaN need two exponent bits and one mantissa bit"
	case family == FNFamily && m < 1:
		return "NaN needs one mantissa bit"
	case family == FNUFamily && m != 0:
		return "a bare exponent has no mantissa"
	case family == FNUFamily && e < 2:
		return "a bare exponent needs two bits"
	case family.in(familiesP3109) && f.Bits() < 3:
		return "less than 3 bits"
	case !f.inFloat64():
		return "values beyond those of float64"
	}
	return ""
}

// mustBeValid panics for the zero Format, which is the one invalid value that
// can be made.
func (f Format) mustBeValid() {
	if f.word == 0 {
		panic("minifloat: the zero Format is no format")
	}
}

func (f Format) mant() uint { return uint(f.word & 31) }
func (f Format) expo() uint { return uint(f.word >> 8 & 31) }

// in returns 1 if f's family is in the set, else 0.
func (f Format) in(set uint32) uint32 { return set >> (f.word >> 16 & 15) & 1 }

// Family returns the family.
func (f Format) Family() FamilyID { return FamilyID(f.word >> 16 & 15) }

// ExponentBits returns E, the width of the exponent field.
func (f Format) ExponentBits() int { return int(f.expo()) }

// MantissaBits returns M, the width of the mantissa field.
func (f Format) MantissaBits() int { return int(f.mant()) }

// Precision returns M+1, the number of significant bits of a normal number.
func (f Format) Precision() int { return int(f.mant()) + 1 }

// Bias returns the exponent bias: a normal number with exponent field c has
// the exponent c-Bias().
func (f Format) Bias() int { return int(int32(f.word >> 32)) }

// Bits returns the width of a code.
func (f Format) Bits() int { return int(f.magnitudeBits()) + int(f.in(familiesWithSign)) }

// Signed reports whether the format has a sign bit.
func (f Format) Signed() bool { return f.in(familiesWithSign) != 0 }

// HasInf reports whether the format has an infinity.
func (f Format) HasInf() bool { return f.in(familiesWithInf) != 0 }

// HasNaN reports whether the format has a NaN.
func (f Format) HasNaN() bool { return f.in(familiesWithoutNaN) == 0 }

// HasZero reports whether the format has a zero; e8m0fnu has none.
func (f Format) HasZero() bool { return f.in(1<<FNUFamily) == 0 }

// HasNegZero reports whether the format tells -0 from +0.
func (f Format) HasNegZero() bool { return f.in(familiesWithNegZero) != 0 }

// HasSubnormals reports whether the format has subnormal numbers.
func (f Format) HasSubnormals() bool { return f.mant() > 0 && f.word&noSubnormals == 0 }

// magnitudeBits is the width of a code without its sign.
func (f Format) magnitudeBits() uint { return uint(f.word&31 + f.word>>8&31) }

// magnitudeMask covers the exponent and mantissa fields.
func (f Format) magnitudeMask() uint32 { return uint32(1<<f.magnitudeBits() - 1) }

// codeMask covers all bits of a code.
func (f Format) codeMask() uint32 { return uint32(1<<uint(f.Bits()) - 1) }

// signBit is the sign's mask within a code, 0 in an unsigned format.
func (f Format) signBit() uint32 { return f.in(familiesWithSign) << f.magnitudeBits() }

// belowTop is how many codes stand above the largest finite value among the
// magnitude's 2^(E+M), two bits a family, apart from IEEE's 2^M.
const belowTop = 1<<(2*FNFamily) | 1<<(2*FNUFamily) | 1<<(2*P3109SE) | 2<<(2*P3109UE) | 1<<(2*P3109UF)

// maxCode is the code of the largest finite value.
func (f Format) maxCode() uint32 {
	return uint32(1<<f.magnitudeBits()-1-belowTop>>(f.word>>15&30)&3) - f.in(1<<IEEEFamily)<<f.mant()
}

// infCode is the code of +infinity, in the formats that have it.
func (f Format) infCode() uint32 { return f.maxCode() + 1 }

// nanCode is the code of the canonical NaN, in the formats that have one.
func (f Format) nanCode() uint32 {
	switch {
	case f.Family() == IEEEFamily:
		return f.infCode() | 1<<(f.mant()-1)
	case f.in(familiesWithNaNAtNegZero) != 0:
		return 1 << f.magnitudeBits()
	}
	return f.magnitudeMask()
}

// minCode is the code of the smallest positive value.
func (f Format) minCode() uint32 {
	switch {
	case f.Family() == FNUFamily:
		return 0
	case f.word&noSubnormals != 0:
		return 1 << f.mant()
	}
	return 1
}

// minExp is the exponent of the smallest normal number: that of the exponent
// field 1, or of 0 where 0 is a number like the others.
func (f Format) minExp() int { return int(f.in(^uint32(1<<FNUFamily))) - f.Bias() }

// maxExp is the exponent of the largest finite value, which is a normal number
// in every format.
func (f Format) maxExp() int { return int(f.maxCode()>>f.mant()) - f.Bias() }

// inFloat64 reports whether every value of f is a float64.
func (f Format) inFloat64() bool {
	return f.expo() <= maxExponentBits && f.maxExp() <= 1023 && f.minExp()-int(f.mant()) >= -1074
}

// MaxFinite returns the largest finite value.
func (f Format) MaxFinite() float64 { return f.Decode(f.maxCode()) }

// SmallestNormal returns the smallest positive value with the full precision.
func (f Format) SmallestNormal() float64 {
	f.mustBeValid()
	return math.Ldexp(1, f.minExp())
}

// SmallestSubnormal returns the smallest positive value of all; in a format
// without subnormal numbers this is SmallestNormal.
func (f Format) SmallestSubnormal() float64 { return f.Decode(f.minCode()) }

// Lowest returns the least finite value, C++'s numeric_limits::lowest and numpy's
// finfo.min: -MaxFinite, and without a sign the value of the code 0.
func (f Format) Lowest() float64 { return f.Decode(f.lowestCode()) }

func (f Format) lowestCode() uint32 {
	if f.Signed() {
		return f.signBit() | f.maxCode()
	}
	return 0
}

// MinExponent returns IEEE 754's emin, the exponent of the smallest normal number:
// numpy's finfo.minexp, and one less than C's FLT_MIN_EXP.
func (f Format) MinExponent() int {
	f.mustBeValid()
	return f.minExp()
}

// MaxExponent returns IEEE 754's emax, the exponent of the largest finite value:
// one less than numpy's finfo.maxexp and C's FLT_MAX_EXP.
func (f Format) MaxExponent() int {
	f.mustBeValid()
	return f.maxExp()
}

// Epsilon returns 2^-M, the distance from 1 to the next larger value where the
// format has both and 1 is a normal number: numpy's finfo.eps.
func (f Format) Epsilon() float64 {
	f.mustBeValid()
	return math.Ldexp(1, -int(f.mant()))
}

// EpsilonBelow returns the distance from 1 to the next smaller value, numpy's
// finfo.epsneg: half of Epsilon where 1 is above the smallest normal number; in
// e2m1fn, where it is that number, Epsilon. Where the format lacks 1 or anything
// below it, it is half of Epsilon too.
func (f Format) EpsilonBelow() float64 {
	one, flags := Context{}.Encode(f, 1)
	if below := f.next(one, true); flags == 0 && below != one {
		return 1 - f.Decode(below)
	}
	return f.Epsilon() / 2
}

// Digits10 returns how many significant digits a decimal in the range of the normal
// numbers keeps as it becomes a value and then text again, C's FLT_DIG and C++'s
// digits10: floor(M × log10 2).
func (f Format) Digits10() int {
	f.mustBeValid()
	return int(f.mant()) * 30103 / 100000 // right for any M up to 31
}

// MaxDigits10 returns how many significant decimal digits tell all values apart, C's
// FLT_DECIMAL_DIG and C++'s max_digits10: ceil(1 + (M+1) × log10 2). (One value may
// need fewer: see [Float.Text].)
func (f Format) MaxDigits10() int {
	f.mustBeValid()
	return int(f.mant()+1)*30103/100000 + 2 // no power of two but 1 is one of ten
}

// NaNCount returns the number of codes that are NaNs.
func (f Format) NaNCount() int {
	f.mustBeValid()
	switch f.Family() {
	case IEEEFamily:
		return 2 * (1<<f.mant() - 1)
	case FNFamily:
		return 2
	case FiniteFamily:
		return 0
	}
	return 1
}

// MaxCode returns the code of the largest finite value.
func (f Format) MaxCode() uint32 {
	f.mustBeValid()
	return f.maxCode()
}

// NaNCode returns the code of the canonical NaN, and whether the format has one.
func (f Format) NaNCode() (code uint32, ok bool) {
	f.mustBeValid()
	if !f.HasNaN() {
		return 0, false
	}
	return f.nanCode(), true
}

// InfCode returns the code of infinity with the sign of sign (+infinity for
// sign >= 0), and whether the format has it.
func (f Format) InfCode(sign int) (code uint32, ok bool) {
	f.mustBeValid()
	switch {
	case !f.HasInf() || sign < 0 && !f.Signed():
		return 0, false
	case sign < 0:
		return f.infCode() | f.signBit(), true
	}
	return f.infCode(), true
}
