package quantizer

import (
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
	Integer         // integers of the symmetric narrow range
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
	mini  minifloat.Format
	fixed fixedpoint.Format
}

// Int returns the signed integers of the given number of bits, 2 to 16, without
// the most negative one: int8 is -127 to 127. It panics for other widths.
func Int(bits int) Format {
	if bits < 2 || bits > 16 {
		panic(badBits)
	}
	return Format{kind: Integer, bits: uint8(bits)}
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
		return "int" + strconv.Itoa(int(f.bits))
	}
	return "none"
}

// String returns Name.
func (f Format) String() string { return f.Name() }

// Largest returns the largest value q; the threshold lands on it. It panics for
// the zero Format.
func (f Format) Largest() float64 {
	switch f.kind {
	case Minifloat:
		return f.mini.MaxFinite()
	case FixedPoint:
		return f.fixed.Max()
	case Integer:
		return float64(f.limit())
	}
	panic(badFormat)
}

// limit returns the largest code of an integer format.
func (f Format) limit() int32 { return int32(1)<<(f.bits-1) - 1 }

// Round returns the value q of the format nearest to x, which is x or real/scale,
// ties to even, saturating. Special values are treated as the package's comment
// says. It panics for the zero Format.
func (f Format) Round(x float64) float64 {
	switch f.kind {
	case Minifloat:
		return saturating.Round(f.mini, x)
	case FixedPoint:
		q, _ := saturatingFixed.Encode(f.fixed, x)
		return f.fixed.Decode(q)
	case Integer:
		return roundInteger(float64(f.limit()), x)
	}
	panic(badFormat)
}

// Encode returns the code of Round(x): the bits of a minifloat, or the integer of
// a fixed-point or integer format. It panics for the zero Format.
func (f Format) Encode(x float64) int32 {
	switch f.kind {
	case Minifloat:
		code, _ := saturating.Encode(f.mini, x)
		return int32(code)
	case FixedPoint:
		q, _ := saturatingFixed.Encode(f.fixed, x)
		return int32(q)
	case Integer:
		return int32(roundInteger(float64(f.limit()), x))
	}
	panic(badFormat)
}

// Decode returns the value q of a code. Bits of the code above Bits are ignored,
// so a negative integer may come from storage of either sign. It panics for the
// zero Format.
func (f Format) Decode(code int32) float64 {
	above := 32 - f.bits
	switch f.kind {
	case Minifloat:
		return f.mini.Decode(uint32(code) << above >> above)
	case FixedPoint:
		if f.fixed.Signed() {
			return f.fixed.Decode(int64(code << above >> above))
		}
		return f.fixed.Decode(int64(uint32(code) << above >> above))
	case Integer:
		return float64(code << above >> above)
	}
	panic(badFormat)
}

// The contexts of every quantization here: nearest even, the zero value of the
// mode, and saturating.
var (
	saturating      = minifloat.Context{Saturation: rounding.SatFinite}
	saturatingFixed = fixedpoint.Context{Overflow: fixedpoint.Saturate}
)

// roundInteger rounds to the nearest integer of magnitude at most limit, NaN to 0;
// zero is always +0, as integers have but one.
func roundInteger(limit, x float64) float64 {
	if x != x {
		return 0
	}
	return min(max(math.RoundToEven(x), -limit), limit) + 0
}
