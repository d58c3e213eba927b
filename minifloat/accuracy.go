package minifloat

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// Accuracy says what conversion to a format would make of a number, rounding to
// nearest even: the answers of PrecisionFromfloat32 of
// github.com/x448/float16, for any format, and without its one unknown.
type Accuracy uint8

const (
	AccuracyExact     Accuracy = iota // kept: a zero, a normal number, an infinity or a NaN of the format
	AccuracySubnormal                 // kept, as a subnormal number
	AccuracyInexact                   // rounded
	AccuracyUnderflow                 // rounded, and tiny
	AccuracyOverflow                  // beyond the largest finite value; an infinity where there is none
	AccuracyInvalid                   // a negative number without a sign, a NaN without NaN

	accuracyCount
)

var accuracyNames = [accuracyCount]string{
	"AccuracyExact", "AccuracySubnormal", "AccuracyInexact", "AccuracyUnderflow", "AccuracyOverflow", "AccuracyInvalid",
}

// String returns the constant's name.
func (a Accuracy) String() string {
	if a < accuracyCount {
		return accuracyNames[a]
	}
	return fmt.Sprintf("Accuracy(%d)", uint8(a))
}

// Exact reports whether the value is kept.
func (a Accuracy) Exact() bool { return a <= AccuracySubnormal }

// Accuracy returns what f.Encode would make of x. A -0 is kept also where it
// becomes +0, and a NaN where it becomes another one.
func (f Format) Accuracy(x float64) Accuracy {
	code, flags := Context{}.Encode(f, x)
	switch {
	case flags&rounding.Invalid != 0 && (x == x || !f.HasNaN()):
		return AccuracyInvalid
	case flags&rounding.Overflow != 0:
		return AccuracyOverflow
	case flags&rounding.Underflow != 0:
		return AccuracyUnderflow
	case flags&rounding.Inexact != 0:
		return AccuracyInexact
	case x-x == 0 && x != 0 && f.unpack(code).exp < f.minExp():
		return AccuracySubnormal
	}
	return AccuracyExact
}

// AccuracyOf returns what From would make of x: see [Format.Accuracy].
func AccuracyOf[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](x float64) Accuracy {
	return FormatOf[F, S, E, M, V]().Accuracy(x)
}

// Side tells on which side of x the value of c.Encode(f, x) lies, the sign of the
// rounding error: [big.Below], [big.Exact] or [big.Above]. An infinity is above or
// below every finite x. If x or the value is a NaN, there is none: ok is false.
func (c Context) Side(f Format, x float64) (side big.Accuracy, ok bool) {
	code, _ := c.Encode(f, x)
	z := f.Decode(code)
	return big.Accuracy(cmp.Compare(z, x)), z == z && x == x
}
