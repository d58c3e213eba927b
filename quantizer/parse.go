package quantizer

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
)

// ParseFormat returns the format of a name: int2 to int16 (without the most
// negative integer), int2full to int16full (with it), uint2 to uint16; every
// spelling that minifloat.ParseFormat accepts (e4m3fn, E5M2, binary16,
// Binary8p4se); every fixed-point name of up to 24 bits (q1.6, uq0.8, sfix16_12).
// Case does not matter. An error wraps [ErrFormat] and suggests a name where one
// is near.
func ParseFormat(name string) (Format, error) {
	lower := strings.ToLower(strings.TrimSpace(name))
	if f, is, err := parseInteger(lower); is {
		if err != nil {
			return Format{}, fmt.Errorf("%w %q: integer formats are int2 to int16, int2full to int16full, uint2 to uint16", ErrFormat, name)
		}
		return f, nil
	}
	if looksFixed(lower) {
		f, err := fixedpoint.ParseFormat(lower)
		if err != nil {
			return Format{}, formatError{err}
		}
		if f.Bits() > 24 {
			return Format{}, fmt.Errorf("%w %q: fixed-point formats have at most 24 bits here", ErrFormat, name)
		}
		if f.Max() <= 0 {
			return Format{}, fmt.Errorf("%w %q: a sign bit alone has no value above zero", ErrFormat, name)
		}
		return OfFixedPoint(f), nil
	}
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		return Format{}, formatError{err}
	}
	if tooWide(f) {
		return Format{}, fmt.Errorf("%w %q: minifloat formats have at most 11 exponent and 23 mantissa bits here", ErrFormat, name)
	}
	return OfMinifloat(f), nil
}

// parseInteger returns the format of a name in lower case, and whether the name
// can only mean an integer format.
func parseInteger(name string) (f Format, is bool, err error) {
	s := narrow
	digits, is := strings.CutPrefix(name, "uint")
	if is {
		s = unsigned
	} else if digits, is = strings.CutPrefix(name, "int"); !is {
		return Format{}, false, nil
	} else if all, ok := strings.CutSuffix(digits, "full"); ok {
		s, digits = full, strings.TrimRight(all, " _-")
	}
	bits, err := strconv.ParseUint(digits, 10, 8)
	if err != nil || bits < 2 || bits > 16 {
		return Format{}, true, ErrFormat
	}
	return integers(int(bits), s), true, nil
}

// looksFixed reports whether a name in lower case can only mean a fixed-point
// format: q or uq before a number, sfix, ufix.
func looksFixed(name string) bool {
	if strings.HasPrefix(name, "sfix") || strings.HasPrefix(name, "ufix") {
		return true
	}
	rest, ok := strings.CutPrefix(strings.TrimPrefix(name, "u"), "q")
	rest = strings.TrimPrefix(rest, "-")
	return ok && rest != "" && '0' <= rest[0] && rest[0] <= '9'
}

// formatError is an error of another package's ParseFormat that is also an
// ErrFormat, without saying twice that the format is unknown.
type formatError struct{ err error }

func (e formatError) Error() string {
	s := e.err.Error()
	for _, p := range [...]string{"minifloat: ", "fixedpoint: "} {
		s = strings.TrimPrefix(s, p)
	}
	return "quantizer: " + s
}

func (e formatError) Is(target error) bool { return target == ErrFormat }

func (e formatError) Unwrap() error { return e.err }
