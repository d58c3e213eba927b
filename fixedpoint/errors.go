package fixedpoint

import (
	"errors"
	"fmt"
)

var (
	// ErrFormat is wrapped by errors about a format that does not exist.
	ErrFormat = errors.New("fixedpoint: no such format")
	// ErrUnknownFormat is wrapped by the errors of [ParseFormat].
	ErrUnknownFormat = errors.New("fixedpoint: unknown format")
	// ErrSyntax is wrapped where a text is not a number.
	ErrSyntax = errors.New("fixedpoint: invalid syntax")
	// ErrRange is wrapped where a number is outside the format's range.
	ErrRange = errors.New("fixedpoint: value out of range")
	// ErrData is wrapped where binary data has not the length of the number.
	ErrData = errors.New("fixedpoint: wrong length of data")
	// ErrMultiplier is wrapped where a factor is not a positive number below 2^31.
	ErrMultiplier = errors.New("fixedpoint: factor out of range")
)

// FormatError says which counts of bits make no format. It wraps [ErrFormat].
type FormatError struct {
	Signed            bool
	Integer, Fraction int
}

func (e *FormatError) Error() string {
	kind := "an unsigned"
	if e.Signed {
		kind = "a signed"
	}
	return fmt.Sprintf("%v: %s one with %d integer and %d fraction bits (1 to 64 bits in all, %d to %d of them fraction)",
		ErrFormat, kind, e.Integer, e.Fraction, minFraction, maxFraction)
}

// Unwrap returns [ErrFormat].
func (e *FormatError) Unwrap() error { return ErrFormat }
