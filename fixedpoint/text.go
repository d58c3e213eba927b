package fixedpoint

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/rounding"
)

// String returns the format's name and the shortest decimal that reads back as
// v, as in Q3.4(1.5).
func (v Value) String() string {
	if v.Format.width == 0 {
		return "invalid"
	}
	b := append(append(make([]byte, 0, 32), v.Format.Name()...), '(')
	return string(append(v.appendShortest(b), ')'))
}

// GoString returns String.
func (v Value) GoString() string { return v.String() }

// Text returns v as text in one of the formats of [big.Float.Text] ('e', 'E', 'f',
// 'g', 'G', 'x', 'b'). prec is the number of digits; -1 asks for the fewest
// that read back as v, which are fewer than those of the same float64: 0.1 in Q0.7 is "0.1".
func (v Value) Text(fmt byte, prec int) string { return string(v.Append(nil, fmt, prec)) }

// Append appends v's Text to dst.
func (v Value) Append(dst []byte, fmt byte, prec int) []byte {
	if prec >= 0 {
		return v.Big().Append(dst, fmt, prec)
	}
	switch fmt {
	case 'f', 'F':
		return v.appendShortest(dst)
	case 'e', 'E', 'g', 'G':
		return v.shortest().Append(dst, fmt, -1)
	}
	return v.Big().Append(dst, fmt, prec)
}

// shortest is the number that appendShortest writes, with bits enough that its own shortest
// decimal is that one.
func (v Value) shortest() *big.Float {
	z, _ := new(big.Float).SetPrec(512).SetString(string(v.appendShortest(nil)))
	return z
}

// format is the method of fmt.Formatter; Value has a field of its name.
func (v Value) format(state fmt.State, verb rune) {
	switch verb {
	case 'v', 's':
		fmt.Fprintf(state, fmt.FormatString(state, 's'), v.String())
	case 'X':
		fmt.Fprint(state, strings.ToUpper(fmt.Sprintf(fmt.FormatString(state, 'x'), v.Big())))
	case 'e', 'E', 'f', 'F', 'g', 'G', 'x', 'b':
		x := v.Big()
		if _, precise := state.Precision(); !precise && (verb == 'g' || verb == 'G') {
			x = v.shortest()
		}
		x.Format(state, verb)
	default:
		fmt.Fprintf(state, "%%!%c(%s)", verb, v.String())
	}
}

// appendShortest writes digits until what is left is nearer than half the format's
// step, from below or from above: then no shorter number reads back the same
// (Steele and White, How to print floating-point numbers accurately, 1990, FP3).
func (v Value) appendShortest(b []byte) []byte {
	n := v.number()
	if n.neg {
		b = append(b, '-')
	}
	mag := new(big.Int).SetUint64(n.lo)
	if n.exp >= 0 {
		return mag.Lsh(mag, uint(n.exp)).Append(b, 10)
	}
	f := uint(-n.exp)
	whole := new(big.Int).Rsh(mag, f)
	b = whole.Append(b, 10)
	rest := mag.Sub(mag, whole.Lsh(whole, f))
	if rest.Sign() == 0 {
		return b
	}
	b = append(b, '.')
	// In units of half a step: what is left, one, and half a step.
	rest.Lsh(rest, 1)
	one := new(big.Int).Lsh(big.NewInt(1), f+1)
	half, ten := big.NewInt(1), big.NewInt(10)
	var digit, above big.Int
	for {
		rest.Mul(rest, ten)
		half.Mul(half, ten)
		digit.QuoRem(rest, one, rest)
		above.Sub(one, rest)
		low, high := rest.Cmp(half) < 0, above.Cmp(half) < 0
		d := byte(digit.Uint64())
		if !low && !high {
			b = append(b, '0'+d)
			continue
		}
		// d+1 is never 10: the next integer is a whole step away.
		if !low || high && rest.Cmp(&above) >= 0 {
			d++
		}
		return append(b, '0'+d)
	}
}

const (
	maxText = 4096 // longest text of a number
	// Exponents beyond these bounds give what the bounds give: a number of maxText digits is then a multiple of
	// 2^(64-minFraction), or below a quarter of 2^-maxFraction.
	maxExponent = 5000
	minExponent = -20000
)

// Parse reads a decimal number (-1.25, .5, 3e-2) or a hexadecimal one as Go writes them
// (0x1.8p-3), of at most 4096 bytes, and rounds it once to f.
//
// The errors are of type [*ParseError]. A text that is no number, an infinity and
// NaN among them, gives one that wraps [ErrSyntax] and the value 0. A number beyond
// the range gives what c.Overflow says, and unless that is Wrap an error that
// wraps [ErrRange].
func (c Context) Parse(f Format, text string) (Value, rounding.Flags, error) {
	f.mustBeValid()
	n, ok := scan(f, text)
	if !ok {
		return Value{Format: f}, 0, parseError(f, text, ErrSyntax)
	}
	v, flags := c.deliver(f, n)
	if flags&rounding.Overflow != 0 && c.Overflow != Wrap {
		return v, flags, parseError(f, text, ErrRange)
	}
	return v, flags, nil
}

// Parse returns the integer of the number that text stands for, rounded once to
// nearest even, saturated, as the function [Parse] does.
func (f Format) Parse(text string) (int64, error) {
	v, _, err := Context{}.Parse(f, text)
	return v.Bits, err
}

// Parse reads a number, rounded once to nearest even, saturated. Syntax and
// errors are those of [Context.Parse]; with ErrRange it returns the nearest value.
func Parse[T interface{ Fixed[S, F] }, S Storage, F Fraction](text string) (T, error) {
	v, _, err := Context{}.Parse(typeFormat[S, F](), text)
	return T(Fixed[S, F]{S(v.Bits)}), err
}

// scan reads a number, for packing into f.
func scan(f Format, s string) (n number, ok bool) {
	if len(s) == 0 || len(s) > maxText {
		return n, false
	}
	if s[0] == '-' || s[0] == '+' {
		n.neg = s[0] == '-'
		s = s[1:]
	}
	base, perDigit, mark := 10, 1, byte('e')
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		base, perDigit, mark = 16, 4, 'p'
		s = s[2:]
	}
	digits := make([]byte, 0, len(s))
	point, exp := -1, 0
	i := 0
	for ; i < len(s); i++ {
		if s[i] == '.' {
			if point >= 0 {
				return n, false
			}
			point = len(digits)
			continue
		}
		if !isDigit(s[i], base) {
			break
		}
		digits = append(digits, s[i])
	}
	if len(digits) == 0 {
		return n, false
	}
	if i < len(s) {
		if s[i]|0x20 != mark {
			return n, false
		}
		if exp, ok = scanExponent(s[i+1:]); !ok {
			return n, false
		}
	}
	if point >= 0 {
		exp -= (len(digits) - point) * perDigit
	}
	exp = max(min(exp, maxExponent), minExponent)

	num, _ := new(big.Int).SetString(string(digits), base)
	if n.neg {
		num.Neg(num)
	}
	switch {
	case num.Sign() == 0:
		return number{}, true
	case base == 16:
		return ratio(f, num, big.NewInt(1), exp), true
	case exp >= 0:
		return ratio(f, num.Mul(num, pow10(exp)), big.NewInt(1), 0), true
	}
	return ratio(f, num, pow10(-exp), 0), true
}

func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f'
}

// scanExponent reads an exponent, cut far outside the bounds.
func scanExponent(s string) (n int, ok bool) {
	neg := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if len(s) == 0 {
		return 0, false
	}
	for i := range len(s) {
		if !isDigit(s[i], 10) {
			return 0, false
		}
		n = min(10*n+int(s[i]-'0'), 1<<20)
	}
	if neg {
		n = -n
	}
	return n, true
}
