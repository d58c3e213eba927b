package fixedpoint

import (
	"fmt"
	"strconv"
	"strings"
)

// Name returns the canonical name: Q and UQ with the integer bits, sign not
// counted, and the fraction bits, as in Q3.4 and UQ0.8. A count is negative where
// the point lies outside the bits: Q10.-3 is 8 bits in steps of 2^3, Q-13.20 is
// 8 bits in steps of 2^-20 (APyTypes and SystemC, too, write such counts with a
// minus, Simulink another letter: see [Format.SimulinkName]). The zero Format has
// no name and gives "invalid".
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

// SimulinkName returns the name of the format as MATLAB and Simulink spell it:
// the width, and the exponent of a step where that is not 1. Q3.12 is
// sfix16_En12, Q10.-3 is sfix8_E3, UQ8.0 is ufix8. The zero Format gives
// "invalid".
func (f Format) SimulinkName() string {
	if f.width == 0 {
		return "invalid"
	}
	var buf [16]byte
	b := append(buf[:0], "ufix"...)
	if f.signed {
		b[0] = 's'
	}
	b = strconv.AppendInt(b, int64(f.width), 10)
	switch {
	case f.fraction > 0:
		b = append(b, "_En"...)
		b = strconv.AppendInt(b, int64(f.fraction), 10)
	case f.fraction < 0:
		b = append(b, "_E"...)
		b = strconv.AppendInt(b, -int64(f.fraction), 10)
	}
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
//	Q3.4      sign, 3 integer bits, 4 fraction bits; UQ0.8 without the sign; Q10.-3, Q-13.20
//	Q15       Q0.15; UQ8 is UQ0.8
//	sfix16_12, sfix16_En12    16 bits with the sign, 12 of them fraction; ufix8_4 without
//	sfix16, sfix16_E3         an integer; one in steps of 2^3
//	sfixed(3 downto -12)      VHDL: the places of the first bit (of the sign) and of the last; ufixed without
//	ap_fixed<16,4>            Vitis and SystemC (sc_fixed, ac_fixed): the width, and the integer bits with
//	                          the sign; ap_ufixed, sc_ufixed without; ac_fixed<16,4,true>
//
// The integer bits of a Q name do not count the sign, as Texas Instruments has
// it; ARM's own spelling of Q15 as Q1.15 counts it and is not that of this
// package.
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
	if f, ok, err = parseDeclaration(s); ok {
		return f, ok, err
	}
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

// declarations are how the hardware languages begin: the bounds of VHDL, or the
// width and the integer bits, sign counted, of the C++ types.
var declarations = []struct {
	prefix string
	signed bool
}{
	{"sfixed(", true}, {"ufixed(", false},
	{"ap_fixed<", true}, {"ap_ufixed<", false}, {"sc_fixed<", true}, {"sc_ufixed<", false}, {"ac_fixed<", true},
}

func parseDeclaration(s string) (f Format, ok bool, err error) {
	for _, d := range declarations {
		list, found := strings.CutPrefix(s, d.prefix)
		if !found {
			continue
		}
		var width, integer int // with the sign
		var ok1, ok2, closed bool
		if list, closed = strings.CutSuffix(list, ")"); closed && strings.HasSuffix(d.prefix, "(") {
			left, right, _ := strings.Cut(list, " downto ")
			var high, low int
			high, ok1 = smallInt(left)
			low, ok2 = smallInt(right)
			width, integer = high-low+1, high+1
		} else if list, closed = strings.CutSuffix(list, ">"); closed && strings.HasSuffix(d.prefix, "<") {
			fields := strings.Split(strings.ReplaceAll(list, " ", ""), ",")
			if strings.HasPrefix(d.prefix, "ac") && len(fields) == 3 && (fields[2] == "true" || fields[2] == "false") {
				d.signed, fields = fields[2] == "true", fields[:2]
			}
			if len(fields) == 2 {
				width, ok1 = smallInt(fields[0])
				integer, ok2 = smallInt(fields[1])
			}
		}
		if !ok1 || !ok2 {
			return f, false, nil
		}
		fraction := width - integer
		if d.signed {
			integer--
		}
		f, err = NewFormat(d.signed, integer, fraction)
		return f, true, err
	}
	return f, false, nil
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
