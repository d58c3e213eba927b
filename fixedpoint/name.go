package fixedpoint

import (
	"fmt"
	"strconv"
	"strings"
)

// Name returns the canonical name: Q and UQ with the integer bits, sign not
// counted, and the fraction bits, as in Q3.4, UQ0.8, Q-4.11. The zero Format has
// none and gives "invalid".
func (f Format) Name() string {
	if f.width == 0 {
		return "invalid"
	}
	var buf [12]byte
	b := buf[:0]
	if !f.signed {
		b = append(b, 'U')
	}
	b = append(b, 'Q')
	b = strconv.AppendInt(b, int64(f.IntegerBits()), 10)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(f.fraction), 10)
	return string(b)
}

// String returns the name.
func (f Format) String() string { return f.Name() }

// MarshalText returns the name.
func (f Format) MarshalText() ([]byte, error) {
	if f.width == 0 {
		return nil, fmt.Errorf("%w: the zero Format", ErrFormat)
	}
	return []byte(f.Name()), nil
}

// UnmarshalText is [ParseFormat].
func (f *Format) UnmarshalText(text []byte) error {
	g, err := ParseFormat(string(text))
	if err == nil {
		*f = g
	}
	return err
}

// maxName bounds what of a name is looked at and repeated in an error.
const maxName = 64

// ParseFormat returns the format of a name, in upper or lower case:
//
//	Q3.4      sign, 3 integer bits, 4 fraction bits; UQ0.8 without the sign
//	Q15       Q0.15; UQ8 is UQ0.8
//	sfix16_12, sfix16_En12    16 bits with the sign, 12 of them fraction; ufix8_4 without
//	sfix16, sfix16_E3         an integer; one in steps of 2^3
//
// The error wraps [ErrUnknownFormat], and [ErrFormat] where the name is well formed
// but its bits are too many.
func ParseFormat(name string) (Format, error) {
	shown := name
	if len(shown) > maxName {
		shown = shown[:maxName] + "..."
	}
	if len(name) <= maxName {
		f, ok, err := parseName(strings.ToLower(name))
		if err != nil {
			return Format{}, fmt.Errorf("%w %q: %w", ErrUnknownFormat, shown, err)
		}
		if ok {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("%w %q (a name is like Q3.4, UQ0.8, sfix16_12 or ufix8_4)", ErrUnknownFormat, shown)
}

func parseName(s string) (f Format, ok bool, err error) {
	signed := true
	if rest, unsigned := strings.CutPrefix(s, "u"); unsigned {
		signed, s = false, rest
	}
	if rest, q := strings.CutPrefix(s, "q"); q {
		integer, fraction, dot := strings.Cut(rest, ".")
		if !dot {
			integer, fraction = "0", integer
		}
		i, ok1 := smallInt(integer)
		n, ok2 := smallInt(fraction)
		if !ok1 || !ok2 {
			return Format{}, false, nil
		}
		f, err = NewFormat(signed, i, n)
		return f, true, err
	}
	if signed {
		if s, ok = strings.CutPrefix(s, "s"); !ok {
			return Format{}, false, nil
		}
	}
	if s, ok = strings.CutPrefix(s, "fix"); !ok {
		return Format{}, false, nil
	}
	bits, scale, scaled := strings.Cut(s, "_")
	width, ok := smallInt(bits)
	if !ok || width < 0 {
		return Format{}, false, nil
	}
	fraction := 0
	if scaled {
		sign := 1
		if rest, e := strings.CutPrefix(scale, "e"); e {
			var n bool
			if scale, n = strings.CutPrefix(rest, "n"); !n {
				sign = -1
			}
		}
		if fraction, ok = smallInt(scale); !ok {
			return Format{}, false, nil
		}
		fraction *= sign
	}
	integer := width - fraction
	if signed {
		integer--
	}
	f, err = NewFormat(signed, integer, fraction)
	return f, true, err
}

// smallInt reads up to three digits with an optional minus.
func smallInt(s string) (n int, ok bool) {
	digits, minus := strings.CutPrefix(s, "-")
	if len(digits) < 1 || len(digits) > 3 {
		return 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	if minus {
		n = -n
	}
	return n, true
}
