package quantizer

import (
	"fmt"
	"math"
	"strconv"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Kind says what sort of numbers a [Format] has.
type Kind uint8

// The kinds. The zero Format has kind None.
const (
	None       Kind = iota
	Minifloat       // floating-point numbers of package minifloat
	FixedPoint      // Q formats of package fixedpoint
	Integer         // integers: of the symmetric narrow range, of the full range, unsigned
)

// String returns the kind's name in lower case.
func (k Kind) String() string {
	switch k {
	case None:
		return "none"
	case Minifloat:
		return "minifloat"
	case FixedPoint:
		return "fixed point"
	case Integer:
		return "integer"
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// Format is a target of quantization: a set of numbers q that a scale stretches
// over the reals. Formats are comparable; the zero Format has no values.
type Format struct {
	kind  Kind
	bits  uint8
	span  span // of integers
	mini  minifloat.Format
	fixed fixedpoint.Format
}

// span says which integers of a width a format has.
type span uint8

const (
	narrow   span = iota // signed, without the most negative one
	full                 // signed, all
	unsigned             // from 0
)

// Int returns the signed integers of the given number of bits, 2 to 16, without
// the most negative one: int8 is -127 to 127. It panics for other widths.
func Int(bits int) Format { return integers(bits, narrow) }

// FullInt returns all signed integers of the given number of bits, 2 to 16:
// int8full is -128 to 127. It panics for other widths.
func FullInt(bits int) Format { return integers(bits, full) }

// Uint returns the integers from 0 of the given number of bits, 2 to 16: uint8 is
// 0 to 255. It panics for other widths.
func Uint(bits int) Format { return integers(bits, unsigned) }

func integers(bits int, s span) Format {
	if bits < 2 || bits > 16 {
		panic(badBits)
	}
	return Format{kind: Integer, bits: uint8(bits), span: s}
}

// OfMinifloat returns the values of f as a target. It panics for the zero
// minifloat.Format and for formats of more than 11 exponent or 23 mantissa bits.
func OfMinifloat(f minifloat.Format) Format {
	if f == (minifloat.Format{}) || tooWide(f) {
		panic(badMini)
	}
	return Format{kind: Minifloat, bits: uint8(f.Bits()), mini: f}
}

// tooWide reports whether f has values that are no float64, or more significant
// bits than the package's rounding argument covers.
func tooWide(f minifloat.Format) bool { return f.ExponentBits() > 11 || f.MantissaBits() > 23 }

// OfFixedPoint returns the values of f as a target; the most negative one, which
// has no counterpart above zero, is among them. It panics for the zero
// fixedpoint.Format, for formats of more than 24 bits, whose values a float32 does
// not hold, and for a bare sign bit, which has no value above zero.
func OfFixedPoint(f fixedpoint.Format) Format {
	if f == (fixedpoint.Format{}) || f.Bits() > 24 || f.Max() <= 0 {
		panic(badFixed)
	}
	return Format{kind: FixedPoint, bits: uint8(f.Bits()), fixed: f}
}

// Kind returns what sort of numbers the format has.
func (f Format) Kind() Kind { return f.kind }

// Minifloat returns the minifloat format, and whether f is one.
func (f Format) Minifloat() (minifloat.Format, bool) { return f.mini, f.kind == Minifloat }

// FixedPoint returns the fixed-point format, and whether f is one.
func (f Format) FixedPoint() (fixedpoint.Format, bool) { return f.fixed, f.kind == FixedPoint }

// Bits returns the width of a code.
func (f Format) Bits() int { return int(f.bits) }

// Name returns the name that [ParseFormat] accepts and the format is printed by.
func (f Format) Name() string {
	switch f.kind {
	case Minifloat:
		return f.mini.Name()
	case FixedPoint:
		return f.fixed.Name()
	case Integer:
		width := strconv.Itoa(int(f.bits))
		switch f.span {
		case unsigned:
			return "uint" + width
		case full:
			return "int" + width + "full"
		}
		return "int" + width
	}
	return "none"
}

// String returns Name.
func (f Format) String() string { return f.Name() }

// MarshalText returns the name. The error of the zero Format wraps [ErrFormat].
func (f Format) MarshalText() ([]byte, error) {
	if f.kind == None {
		return nil, fmt.Errorf("%w: the zero Format", ErrFormat)
	}
	return []byte(f.Name()), nil
}

// UnmarshalText sets f to the format of a name, as [ParseFormat] reads it. On an
// error f is unchanged.
func (f *Format) UnmarshalText(text []byte) error {
	g, err := ParseFormat(string(text))
	if err == nil {
		*f = g
	}
	return err
}

// Largest returns the largest value q; the threshold lands on it. It panics for
// the zero Format.
func (f Format) Largest() float64 {
	if f.kind == Minifloat {
		return f.mini.MaxFinite()
	}
	_, hi := f.codes()
	return float64(hi) * f.unit()
}

// Least returns the least value: 0 in unsigned formats, and where all values are
// positive (E8M0) the smallest. It panics for the zero Format.
func (f Format) Least() float64 {
	if f.kind != Minifloat {
		lo, _ := f.codes()
		return float64(lo) * f.unit()
	}
	switch {
	case f.mini.Signed():
		return -f.mini.MaxFinite()
	case f.mini.HasZero():
		return 0
	}
	return f.mini.SmallestSubnormal()
}

// Signed reports whether the format has values below zero. It panics for the zero
// Format.
func (f Format) Signed() bool { return f.Least() < 0 }

// codes returns the least and the greatest code of a format whose codes are
// integers in proportion to the values. It panics for the zero Format.
func (f Format) codes() (lo, hi int32) {
	switch {
	case f.kind == FixedPoint:
		return int32(f.fixed.MinBits()), int32(f.fixed.MaxBits())
	case f.kind != Integer:
		panic(badFormat)
	case f.span == unsigned:
		return 0, 1<<f.bits - 1
	case f.span == full:
		return -1 << (f.bits - 1), 1<<(f.bits-1) - 1
	}
	return 1 - 1<<(f.bits-1), 1<<(f.bits-1) - 1
}

// unit returns the value of code 1 of such a format, a power of two from 2^-127
// to 2^64.
func (f Format) unit() float64 {
	if f.kind == FixedPoint {
		return f.fixed.Epsilon()
	}
	return 1
}

// Round returns the value q of the format nearest to x, which is x or real/scale,
// ties to even, saturating. Special values are treated as the package's comment
// says. It panics for the zero Format.
func (f Format) Round(x float64) float64 {
	if f.kind == Minifloat {
		return saturating.Round(f.mini, x)
	}
	lo, hi := f.codes()
	u := f.unit()
	return nearest(float64(lo), float64(hi), x/u) * u
}

// Encode returns the code of Round(x): the bits of a minifloat, or the integer of
// a fixed-point or integer format. It panics for the zero Format.
func (f Format) Encode(x float64) int32 {
	if f.kind == Minifloat {
		code, _ := saturating.Encode(f.mini, x)
		return int32(code)
	}
	lo, hi := f.codes()
	return int32(nearest(float64(lo), float64(hi), x/f.unit()))
}

// Decode returns the value q of a code. Bits of the code above Bits are ignored,
// so a negative integer may come from storage of either sign. It panics for the
// zero Format.
func (f Format) Decode(code int32) float64 {
	if f.kind == Minifloat {
		return f.mini.Decode(uint32(f.extend(code)))
	}
	if f.kind == None {
		panic(badFormat)
	}
	return float64(f.extend(code)) * f.unit()
}

// extend returns the low Bits bits of a code: of a minifloat and of an unsigned
// format as they are, otherwise with the sign.
func (f Format) extend(code int32) int32 {
	above := 32 - f.bits
	if f.kind == Minifloat || f.span == unsigned || f.kind == FixedPoint && !f.fixed.Signed() {
		return int32(uint32(code) << above >> above)
	}
	return code << above >> above
}

// saturating is the context of every minifloat quantization here: nearest even,
// the zero value of the mode, and the largest finite value beyond it.
var saturating = minifloat.Context{Saturation: rounding.SatFinite}

// nearest rounds to the nearest integer from lo to hi, NaN to 0; zero is always
// +0, as integers have but one.
func nearest(lo, hi, x float64) float64 {
	if x != x {
		return 0
	}
	return min(max(math.RoundToEven(x), lo), hi) + 0
}
