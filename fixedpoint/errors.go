package fixedpoint

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

var (
	// ErrFormat is wrapped by errors about a format that does not exist.
	ErrFormat = errors.New("fixedpoint: no such format")
	// ErrUnknownFormat is wrapped by the errors of [ParseFormat].
	ErrUnknownFormat = errors.New("fixedpoint: unknown format")
	// ErrEncoding is wrapped by the errors of UnmarshalBinary and UnmarshalJSON.
	ErrEncoding = errors.New("fixedpoint: bad encoding")
	// ErrMultiplier is wrapped where a factor is not a positive number below 2^31.
	ErrMultiplier = errors.New("fixedpoint: factor out of range")
)

// ErrSyntax and ErrRange are package strconv's: what an error of reading a
// number wraps.
var (
	ErrSyntax = strconv.ErrSyntax // the text is no number
	ErrRange  = strconv.ErrRange  // the number lies beyond the format's range
)

// A ParseError tells which text could not be read as a number of which format.
type ParseError struct {
	Format Format
	Text   string // at most 64 bytes of it
	Err    error  // ErrSyntax or ErrRange
}

// Error returns a message that starts with the package's name.
func (e *ParseError) Error() string {
	return "fixedpoint: parsing " + strconv.Quote(e.Text) + " as " + e.Format.Name() + ": " + e.Err.Error()
}

// Unwrap returns ErrSyntax or ErrRange.
func (e *ParseError) Unwrap() error { return e.Err }

func parseError(f Format, text string, err error) error {
	if len(text) > maxName {
		text = text[:maxName]
	}
	return &ParseError{f, strings.Clone(text), err}
}

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
