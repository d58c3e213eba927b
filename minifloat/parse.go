package minifloat

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/rounding"
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
	return "minifloat: parsing " + strconv.Quote(e.Text) + " as " + e.Format.Name() + ": " + e.Err.Error()
}

// Unwrap returns ErrSyntax or ErrRange.
func (e *ParseError) Unwrap() error { return e.Err }

func parseError(f Format, s string, err error) error {
	if len(s) > maxName {
		s = s[:maxName]
	}
	return &ParseError{f, strings.Clone(s), err}
}

// Parse returns the number that s stands for, rounded once to nearest even:
// Parse[E4M3FN]("0.3"). Accepted are decimal and hexadecimal floating-point
// literals of any length, with or without a sign and an exponent (a
// hexadecimal one needs its p exponent, as in Go), "inf", "infinity" and "nan"
// in any case. Other than in [strconv.ParseFloat], digits have no '_' between
// them, and nan may have a sign.
//
// The errors are of type [*ParseError]. One that wraps [ErrSyntax] comes with
// the zero value. One that wraps [ErrRange] comes with the nearest value: an
// infinity where the format has one and the text means one or rounds to one,
// otherwise the largest finite value or, for a negative number without a sign
// to carry, the smallest; a NaN in a format without NaN reads as +0.
func Parse[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](s string) (F, error) {
	Float[S, E, M, V]{}.check()
	code, err := Float[S, E, M, V]{}.format().Parse(s)
	return F(Float[S, E, M, V]{S(code)}), err
}

// Parse returns the code of the number that s stands for, rounded once to
// nearest even, as the function [Parse] does.
func (f Format) Parse(s string) (uint32, error) {
	f.mustBeValid()
	if v, ok := parseShort(s); ok {
		if code, flags := (Context{}).Encode(f, v); flags&beyondRange == 0 {
			return code, nil
		}
	}
	x, ok := parseNumber(f, s)
	if !ok {
		return 0, parseError(f, s, ErrSyntax)
	}
	code, ok := f.closest(x)
	if !ok {
		return code, parseError(f, s, ErrRange)
	}
	return code, nil
}

// Parse returns the number that s stands for, rounded once to f in context c, and
// the flags (IEEE 754, section 5.12.2); it reads what the function [Parse] reads.
//
// The errors are of type [*ParseError]. One that wraps [ErrSyntax] comes with the
// code 0 and no flags. One that wraps [ErrRange] says that Overflow or Invalid is
// among the flags; the value is what the context makes of the number all the same,
// as in [Context.Encode].
func (c Context) Parse(f Format, s string) (Value, rounding.Flags, error) {
	f.mustBeValid()
	var code uint32
	var flags rounding.Flags
	if v, ok := parseShort(s); ok {
		code, flags = c.Encode(f, v)
	} else if x, ok := parseNumber(f, s); ok {
		code, flags = c.pack(f, x)
	} else {
		return Value{Format: f}, 0, parseError(f, s, ErrSyntax)
	}
	if flags&beyondRange != 0 {
		return Value{f, code}, flags, parseError(f, s, ErrRange)
	}
	return Value{f, code}, flags, nil
}

// ParseWith returns the number that s stands for, rounded once in context c, and
// the flags: see [Context.Parse].
func ParseWith[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, s string) (F, rounding.Flags, error) {
	z, flags, err := c.Parse(FormatOf[F, S, E, M, V](), s)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags, err
}

// closest returns the code of the value of f nearest to x, and false if x is beyond
// the range of f or a NaN that f lacks.
func (f Format) closest(x number) (code uint32, ok bool) {
	code, flags := Context{}.pack(f, x)
	if flags&beyondRange == 0 {
		return code, true
	}
	if !f.HasInf() || flags&rounding.Invalid != 0 {
		code, _ = Context{Saturation: rounding.SatFinite}.pack(f, x)
		if x.neg && !f.Signed() {
			code = 0 // the smallest value, whether that is zero or not
		}
	}
	return code, false
}

// beyondRange are the flags of what is an error of range in a text.
const beyondRange = rounding.Overflow | rounding.Invalid

// parseShort reads a decimal of few digits as a float64 that rounds to any format
// as the number itself does.
func parseShort(s string) (x float64, ok bool) {
	unsigned, negative := s, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		unsigned, negative = s[1:], s[0] == '-'
	}
	m, e, ok := scanShort(unsigned)
	if !ok {
		return 0, false
	}
	x, ok = exactDecimal(m, e)
	if negative {
		x = -x
	}
	return x, ok
}

// parseNumber reads s as a number whose bit 0 is jammed, precise enough to be
// packed in any mode with the right flags.
func parseNumber(f Format, s string) (x number, ok bool) {
	rest := s
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		x.neg = rest[0] == '-'
		rest = rest[1:]
	}
	switch {
	case strings.EqualFold(rest, "inf"), strings.EqualFold(rest, "infinity"):
		x.kind = isInf
		return x, true
	case strings.EqualFold(rest, "nan"):
		x.kind = isNaN
		return x, true
	case len(rest) > 1 && rest[0] == '0' && rest[1]|0x20 == 'x':
		return parseHex(x.neg, rest[2:])
	}
	d, ok := scanDecimal(rest)
	if !ok {
		return x, false
	}
	if d.digits == "" {
		return x, true
	}
	if f.inFloat64() {
		if v, ok := d.float64(rest); ok {
			y := unpackFloat64(v)
			if !ambiguous(f, y) || d.equals(y) {
				y.neg = x.neg
				return y, true
			}
		}
	}
	return d.number(f, x.neg), true
}

// decimal is a decimal number: 0.digits × 10^exp, the first and the last digit
// not 0. No digits: zero.
type decimal struct {
	digits string // '0' to '9', and '.' where it stood
	exp    int
}

// exponentLimit is where reading an exponent stops counting. It lies beyond
// every format's range (a float64's 10^±324, a P3109 format's 10^±10000) by
// more than any text is long.
const exponentLimit = 1 << 40

// scanDecimal takes a decimal literal without its sign apart.
func scanDecimal(s string) (d decimal, ok bool) {
	i, point, seen := 0, -1, false
	for ; i < len(s); i++ {
		if c := s[i]; c == '.' && point < 0 {
			point = i
		} else if '0' <= c && c <= '9' {
			seen = true
		} else {
			break
		}
	}
	if !seen {
		return d, false
	}
	mantissa := s[:i]
	if point < 0 {
		point = i
	}
	e, ok := scanExponent(s[i:], 'e')
	if !ok {
		return d, false
	}
	first := strings.IndexFunc(mantissa, nonzeroDigit)
	if first < 0 {
		return decimal{}, true
	}
	last := strings.LastIndexFunc(mantissa, nonzeroDigit)
	// 0.d1d2... : the point stands before the first digit.
	d.exp = point - first + e
	if first > point {
		d.exp++
	}
	d.digits = mantissa[first : last+1]
	return d, true
}

func nonzeroDigit(c rune) bool { return '1' <= c && c <= '9' }

// scanExponent reads nothing, or letter, sign and digits.
func scanExponent(s string, letter byte) (e int, ok bool) {
	if s == "" {
		return 0, true
	}
	if s[0]|0x20 != letter {
		return 0, false
	}
	s = s[1:]
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if s == "" {
		return 0, false
	}
	limit := min(exponentLimit, math.MaxInt/4)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if e < limit {
			e = e*10 + int(s[i]-'0')
		}
	}
	e = min(e, limit)
	if neg {
		e = -e
	}
	return e, true
}

// float64 is the float64 nearest to d, whose text is s. Of a text of more than 800
// bytes it reports that it does not know: strconv drops the digits of an integer
// beyond the 800th, and with them their powers of ten (seen in Go 1.26).
func (d decimal) float64(s string) (float64, bool) {
	if len(s) > 800 {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// ambiguous reports whether y, the float64 nearest to an unknown number, leaves
// open on which side of a boundary the number is: whether y is itself a value of f
// or half way between two, for a number below the normal ones also of those that f
// had if its exponent were unbounded, which decide about tininess. Its bits below
// the half of such a value are all zero then. (A zero may stand for a number too
// small for a float64.)
func ambiguous(f Format, y number) bool {
	return y.kind != isFinite || y.sig<<(f.mant()+2) == 0
}

// equals reports whether y is d exactly. It answers true only for what is
// quickly seen: up to 19 digits, few of them behind the point.
func (d decimal) equals(y number) bool {
	if y.kind != isFinite {
		return false
	}
	m, places := uint64(0), -d.exp
	for i := range len(d.digits) {
		if d.digits[i] != '.' {
			m = m*10 + uint64(d.digits[i]-'0')
			places++
		}
	}
	if len(d.digits) > 19 || places < -19 || places > 19 {
		return false
	}
	// d = m × 10^-places, y = s × 2^e, s odd: with both sides' powers of five
	// and the odd parts in integers, the powers of two must agree.
	n := bits.TrailingZeros64(y.sig)
	s, e := y.sig>>n, y.exp-63+n
	n = bits.TrailingZeros64(m)
	m, e = m>>n, e-n+places
	mhi, shi := uint64(0), uint64(0)
	if places < 0 {
		mhi, m = bits.Mul64(m, powerOf5(-places))
	} else {
		shi, s = bits.Mul64(s, powerOf5(places))
	}
	return e == 0 && m == s && mhi == shi
}

// powerOf5 is 5^n for 0 <= n <= 19, at most 45 bits.
func powerOf5(n int) uint64 {
	z := uint64(1)
	for range n {
		z *= 5
	}
	return z
}

// number returns ±d with 64 bits and a jammed rest.
func (d decimal) number(f Format, neg bool) number {
	// Far beyond the range, where powers of ten would only cost: 10^(exp-1) <=
	// |d| < 10^exp, and 10 lies between 2^3 and 2^4.
	switch {
	case d.exp > 0 && 3*(d.exp-1) > f.maxExp()+1:
		return aboveRange(f, neg)
	case d.exp < 0 && 3*d.exp < f.minExp()-int(f.mant())-3:
		return belowRange(f, neg)
	}
	// A boundary of f is an odd multiple of 2^(minExp-M-1) at the least, and of half
	// of that where tininess is decided; its digits end no more than M+2-minExp
	// places behind the point. What of d stands further behind only tells that
	// there is more.
	digits := strings.Replace(d.digits, ".", "", 1)
	sticky := false
	if places := max(d.exp, 0) + max(int(f.mant())+2-f.minExp(), 0) + 1; len(digits) > places {
		digits, sticky = digits[:places], true
	}
	mant, _ := new(big.Int).SetString(digits, 10)
	return timesPowerOf10(neg, mant, d.exp-len(digits), sticky)
}

// aboveRange is a number that rounds to f as every one far above its largest value.
func aboveRange(f Format, neg bool) number { return number{isFinite, neg, f.maxExp() + 2, 1<<63 | 1} }

// belowRange is a number that rounds to f as every one far below its smallest value.
func belowRange(f Format, neg bool) number {
	return number{isFinite, neg, f.minExp() - int(f.mant()) - 3, 1<<63 | 1}
}

// timesPowerOf10 returns ±mant × 10^e, mant > 0, with what falls below 64 bits, and
// sticky, jammed into bit 0. It changes mant.
func timesPowerOf10(neg bool, mant *big.Int, e int, sticky bool) number {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(e, -e))), nil)
	shift := 0
	if e >= 0 {
		mant.Mul(mant, ten)
	} else {
		// At least 65 bits of quotient.
		shift = max(66+ten.BitLen()-mant.BitLen(), 0)
		rest := new(big.Int)
		mant.QuoRem(mant.Lsh(mant, uint(shift)), ten, rest)
		sticky = sticky || rest.Sign() != 0
	}
	return numberOf(neg, mant, -shift, sticky)
}

// numberOf returns ±mant × 2^exp, mant > 0, with what falls below 64 bits, and
// sticky, jammed into bit 0.
func numberOf(neg bool, mant *big.Int, exp int, sticky bool) number {
	n := mant.BitLen()
	x := number{kind: isFinite, neg: neg, exp: exp + n - 1}
	if n <= 64 {
		x.sig = mant.Uint64() << (64 - n)
	} else {
		sticky = sticky || int(mant.TrailingZeroBits()) < n-64
		x.sig = new(big.Int).Rsh(mant, uint(n-64)).Uint64()
	}
	if sticky {
		x.sig |= 1
	}
	return x
}

// parseHex reads a hexadecimal literal behind its 0x.
func parseHex(neg bool, s string) (x number, ok bool) {
	x.neg = neg
	var sig uint64
	sticky, seen, point := false, false, false
	exp := 0 // of sig's last bit
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		var digit uint64
		switch {
		case c == '.' && !point:
			point = true
			continue
		case '0' <= c && c <= '9':
			digit = uint64(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			digit = uint64(c|0x20-'a') + 10
		default:
			digit = 16
		}
		if digit == 16 {
			break
		}
		seen = true
		if sig>>60 == 0 {
			sig = sig<<4 | digit
			if point {
				exp -= 4
			}
		} else {
			sticky = sticky || digit != 0
			if !point {
				exp += 4
			}
		}
	}
	if !seen || i == len(s) {
		return x, false
	}
	e, ok := scanExponent(s[i:], 'p')
	if !ok {
		return x, false
	}
	if sig == 0 {
		return x, true
	}
	n := bits.LeadingZeros64(sig)
	x = number{isFinite, neg, exp + 63 - n + e, sig << n}
	if sticky {
		x.sig |= 1
	}
	return x, true
}
