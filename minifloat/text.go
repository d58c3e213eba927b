package minifloat

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// String returns the type's name and the shortest decimal that reads back as
// x, as in Float16(1.5) or E4M3FN(NaN). Text gives the number alone.
func (x Float[S, E, M, V]) String() string { return x.Value().String() }

// GoString returns String.
func (x Float[S, E, M, V]) GoString() string { return x.Value().String() }

// Text returns x as text in one of strconv's formats ('e', 'f', 'g', 'x', 'b'
// and their upper-case forms). prec is the number of digits as in
// [strconv.FormatFloat]; -1 asks for the fewest that read back as x, which are
// fewer than those of the same float64: 0.1 in Float16 is "0.1".
func (x Float[S, E, M, V]) Text(fmt byte, prec int) string { return x.Value().Text(fmt, prec) }

// Append appends x's Text to dst.
func (x Float[S, E, M, V]) Append(dst []byte, fmt byte, prec int) []byte {
	return x.Value().Append(dst, fmt, prec)
}

// Format is [fmt.Formatter]'s method: the verbs of a float64 print the number,
// %v and %s print String. (The type's format is [FormatOf].)
func (x Float[S, E, M, V]) Format(state fmt.State, verb rune) {
	formatter{x.Value()}.Format(state, verb)
}

// String returns the type's or format's name and the shortest decimal that
// reads back as v, as in Float16(1.5) or E2M5FINITE(0.3). That of the zero
// Value, which has no format, is "invalid".
func (v Value) String() string {
	if v.Format.word == 0 {
		return v.Format.Name()
	}
	return string(v.Append(append([]byte(v.Format.typeName()), '('), 'g', -1)) + ")"
}

// GoString returns String.
func (v Value) GoString() string { return v.String() }

// typeName is the name of the format's type where it has one, otherwise its
// own name in capitals.
func (f Format) typeName() string {
	for i := range rows {
		if r := &rows[i]; r.typeName != "" && r.format() == f {
			return r.typeName
		}
	}
	name := f.Name()
	if strings.HasPrefix(name, "Binary") {
		return name
	}
	return strings.ToUpper(name)
}

// Text returns v as text, as [Float.Text] does.
func (v Value) Text(fmt byte, prec int) string { return string(v.Append(nil, fmt, prec)) }

// Append appends v's Text to dst.
func (v Value) Append(dst []byte, fmt byte, prec int) []byte {
	v.Format.mustBeValid()
	x := v.Format.unpack(v.Bits)
	if prec < 0 && x.kind == isFinite {
		switch fmt {
		case 'e', 'E', 'f', 'g', 'G':
			if x.neg {
				dst = append(dst, '-')
			}
			var buf [maxDigits + 1]byte
			if d, e, ok := v.Format.shortDecimal(v.Bits, x); ok {
				digits := strconv.AppendUint(buf[:0], d, 10)
				return appendDecimal(dst, digits, e+len(digits)-1, fmt)
			}
			mantissa, exponent, _ := strings.Cut(v.Format.shortest(v.Bits, x), "e")
			digits := buf[:0]
			for _, c := range []byte(mantissa) {
				if '0' <= c && c <= '9' {
					digits = append(digits, c)
				}
			}
			e, _ := strconv.Atoi(exponent)
			return appendDecimal(dst, bytes.TrimRight(digits, "0"), e, fmt)
		}
	}
	if x.kind == isFinite && !v.Format.inFloat64() {
		wide, _ := x.big()
		if fmt == 'X' { // which big.Float lacks
			return append(dst, bytes.ToUpper(wide.Append(nil, 'x', prec))...)
		}
		return wide.Append(dst, fmt, prec)
	}
	return strconv.AppendFloat(dst, x.float64(), fmt, prec, 64)
}

// maxDigits is more than the 11 digits that tell numbers of 32 bits apart.
const maxDigits = 12

// shortest returns the decimal of the fewest digits that reads back as x, the
// finite nonzero value of code, as ±d.ddde±dd; of several, the nearest to x.
func (f Format) shortest(code uint32, x number) string {
	decimal := func(digits int) string { return strconv.FormatFloat(x.float64(), 'e', digits, 64) }
	if !f.inFloat64() {
		wide, _ := x.big()
		decimal = func(digits int) string { return wide.Text('e', digits) }
	}
	reads := func(s string) bool {
		got, err := f.Parse(s)
		return err == nil && got == code&f.codeMask()
	}
	for n := 0; ; n++ {
		s := decimal(n)
		if n == maxDigits || reads(s) {
			return s
		}
		// The interval that rounds to x is wider on one side at a power of two:
		// the neighbour across x may be in it when the nearest decimal is not.
		for _, up := range [...]bool{true, false} {
			if s, ok := step(s, up); ok && reads(s) {
				return s
			}
		}
	}
}

// step adds 1 to the last digit of ±d.ddde±dd, or subtracts it, where that does
// not change the number of digits.
func step(s string, up bool) (string, bool) {
	b := []byte(s)
	last, next := byte('9'), byte('0')
	if !up {
		last, next = next, last
	}
	for i := strings.IndexByte(s, 'e') - 1; i >= 0 && b[i] != '-'; i-- {
		switch {
		case b[i] == '.':
		case b[i] == last:
			b[i] = next
		case up:
			b[i]++
			return string(b), true
		default:
			b[i]--
			return string(b), b[i] != '0' || i > 1
		}
	}
	return "", false
}

// appendDecimal lays d.ddd × 10^e out, of which the digits are given, as strconv
// does for the shortest representation.
func appendDecimal(dst, digits []byte, e int, fmt byte) []byte {
	form := fmt
	if fmt == 'g' || fmt == 'G' {
		// strconv's rule for the shortest representation.
		if form = 'f'; e < -4 || e >= 6 {
			form = 'e' + fmt - 'g'
		}
	}
	if form == 'e' || form == 'E' {
		dst = append(dst, digits[0])
		if len(digits) > 1 {
			dst = append(append(dst, '.'), digits[1:]...)
		}
		sign := byte('+')
		if e < 0 {
			sign, e = '-', -e
		}
		dst = append(dst, form, sign)
		if e < 10 {
			dst = append(dst, '0')
		}
		return strconv.AppendInt(dst, int64(e), 10)
	}
	switch point := e + 1; {
	case point <= 0:
		dst = append(dst, "0."...)
		for range -point {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	case point >= len(digits):
		dst = append(dst, digits...)
		for range point - len(digits) {
			dst = append(dst, '0')
		}
		return dst
	default:
		dst = append(dst, digits[:point]...)
		dst = append(dst, '.')
		return append(dst, digits[point:]...)
	}
}

// Formatter returns v as an argument of package fmt's functions that prints as a
// [Float] does: the verbs of a float64 print the number, %v and %s print String.
//
//	fmt.Printf("%8.3f", v.Formatter())
//
// (Value itself cannot have the method of a [fmt.Formatter], whose name is that of
// a field: given as it is, it prints right with %v and %s alone.)
func (v Value) Formatter() fmt.Formatter { return formatter{v} }

type formatter struct{ v Value }

// Format is [fmt.Formatter]'s method.
func (f formatter) Format(state fmt.State, verb rune) {
	v := f.v
	switch {
	case verb == 'v' || verb == 's':
		fmt.Fprintf(state, fmt.FormatString(state, 's'), v.String())
	case !strings.ContainsRune("eEfFgGxXb", verb) || v.Format.word == 0:
		fmt.Fprintf(state, "%%!%c(%s)", verb, v.String())
	case v.IsFinite() && !v.Format.inFloat64():
		v.formatWide(state, byte(verb))
	default:
		x := v.Float64()
		if _, precise := state.Precision(); !precise && (verb == 'g' || verb == 'G') {
			// The shortest decimal has so few digits that it is that of its float64 too.
			x, _ = strconv.ParseFloat(v.Text('e', -1), 64)
		}
		fmt.Fprintf(state, fmt.FormatString(state, verb), x)
	}
}

// formatWide prints v, finite and perhaps no float64, as package fmt prints a
// float64, but for the flag #, which changes nothing.
func (v Value) formatWide(state fmt.State, verb byte) {
	prec, ok := state.Precision()
	if verb == 'F' {
		verb = 'f'
	}
	if !ok {
		if prec = -1; verb == 'e' || verb == 'E' || verb == 'f' {
			prec = 6
		}
	}
	sign, digits := "", v.Text(verb, prec)
	switch {
	case digits[0] == '-':
		sign, digits = digits[:1], digits[1:]
	case state.Flag('+'):
		sign = "+"
	case state.Flag(' '):
		sign = " "
	}
	width, _ := state.Width()
	padding := max(width-len(sign)-len(digits), 0)
	blanks := strings.Repeat(" ", padding)
	switch {
	case state.Flag('-'):
		fmt.Fprint(state, sign, digits, blanks)
	case state.Flag('0'):
		fmt.Fprint(state, sign, strings.Repeat("0", padding), digits)
	default:
		fmt.Fprint(state, blanks, sign, digits)
	}
}
