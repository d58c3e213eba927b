package main

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// exactValue is a value as it was written, or what an operation gives: a number of any length, an infinity or a NaN.
type exactValue struct {
	text       string
	number     *big.Rat // nil for an infinity and a NaN
	negative   bool     // of a zero and an infinity too
	nan        bool
	signaling  bool         // of a NaN
	in         numberFormat // of an operand
	irrational bool         // number is nearer to the value than to any value or midpoint of a format

	// jammed: the value lies less than a unit in the 64th bit from number, on the same side of every value and midpoint.
	jammed bool
	about  string // what to write where number only stands for something large or small
}

var (
	decimalNumber = regexp.MustCompile(`^(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?$`)
	hexNumber     = regexp.MustCompile(`^0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP]([+-]?\d+))?$`)
)

// The formats' ranges end within 2^40000 and its inverse, 10^12042. Longer numbers and larger exponents only cost time.
const (
	maxValueText           = 2048
	maxDecimalExponent     = 15000
	maxHexadecimalExponent = 50000
)

// parseValue reads a decimal or hexadecimal number, a fraction of two such, inf or nan.
func parseValue(text string) (exactValue, error) {
	v := exactValue{text: text}
	if len(text) > maxValueText {
		return v, fmt.Errorf("a value of %d characters: at most %d are read", len(text), maxValueText)
	}
	rest := strings.ToLower(text)
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		v.negative, rest = rest[0] == '-', rest[1:]
	}
	switch rest {
	case "inf", "infinity":
		return v, nil
	case "nan":
		v.nan = true
		return v, nil
	}
	top, bottom, fraction := strings.Cut(rest, "/")
	var err error
	if v.number, err = parseNumber(top, text); err != nil {
		return v, err
	}
	if fraction {
		d, err := parseNumber(bottom, text)
		if err != nil {
			return v, err
		}
		if d.Sign() == 0 {
			return v, fmt.Errorf("%q divides by zero", text)
		}
		v.number.Quo(v.number, d)
	}
	if v.negative {
		v.number.Neg(v.number)
	}
	return v, nil
}

func parseNumber(s, text string) (*big.Rat, error) {
	m, most := decimalNumber.FindStringSubmatch(s), maxDecimalExponent
	if m == nil {
		m, most = hexNumber.FindStringSubmatch(s), maxHexadecimalExponent
	}
	if m == nil {
		return nil, fmt.Errorf("%q is no number: 0.3, -1e-4, 0x1.8p-3, 1/3, inf or nan", text)
	}
	if m[2] != "" {
		if e, err := strconv.Atoi(m[2]); errors.Is(err, strconv.ErrRange) || max(e, -e) > most {
			return nil, fmt.Errorf("the exponent of %q is beyond %d, which no format reaches", text, most)
		}
	}
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%q is no number", text)
	}
	return x, nil
}

// decimalText writes x as a decimal number if that takes at most 24 digits, else the nearest of 12 with a ~ before it, or
// of 21 where x has so many bits that fewer would not tell it from its neighbours.
func decimalText(x *big.Rat) string {
	const most = 24
	short := 12
	if bits := x.Num().BitLen() - int(x.Num().TrailingZeroBits()); bits > 36 && bits <= 66 && isPower2(x.Denom()) {
		short = 21
	}
	f := new(big.Float).SetPrec(256).SetRat(x)
	s := f.Text('e', most-1)
	if y, ok := new(big.Rat).SetString(s); !ok || y.Cmp(x) != 0 {
		return "~" + plain(f, x, short)
	}
	mantissa, _, _ := strings.Cut(strings.TrimPrefix(s, "-"), "e")
	return plain(f, x, max(1, len(strings.TrimRight(mantissa, "0"))-1)) // the point is no digit
}

// apart writes x as decimalText does, but with as many digits as tell it from the others, up to 40.
func apart(x *big.Rat, others ...*big.Rat) string {
	s := decimalText(x)
	f := new(big.Float).SetPrec(rootBits).SetRat(x)
	for digits := 12; strings.HasPrefix(s, "~") && digits < 40; digits++ {
		y, ok := new(big.Rat).SetString(s[1:])
		if ok && !slices.ContainsFunc(others, func(z *big.Rat) bool { return x.Cmp(z) != y.Cmp(z) }) {
			break
		}
		s = "~" + plain(f, x, digits)
	}
	return s
}

// decimal is the decimal text of a value that lies between others.
func (v exactValue) decimal(others ...*big.Rat) string {
	switch {
	case v.about != "":
		return v.about
	case !v.jammed:
		return apart(v.number, others...)
	}
	// 64 bits are 19 digits. Where they do not tell the value from another one, it is the other one and a little.
	f := new(big.Float).SetPrec(64).SetRat(v.number)
	for digits := 12; digits <= 18; digits++ {
		s := plain(f, v.number, digits)
		y, ok := new(big.Rat).SetString(s)
		if ok && !slices.ContainsFunc(others, func(z *big.Rat) bool { return v.number.Cmp(z) != y.Cmp(z) }) {
			return "~" + s
		}
	}
	nearest := slices.MinFunc(others, func(y, z *big.Rat) int {
		return new(big.Rat).Abs(difference(v.number, y)).Cmp(new(big.Rat).Abs(difference(v.number, z)))
	})
	if v.number.Cmp(nearest) < 0 {
		return decimalText(nearest) + " less a little"
	}
	return decimalText(nearest) + " and a little"
}

// measurable reports whether number tells to 12 digits how far the value is from y.
func (v exactValue) measurable(y *big.Rat) bool {
	d := difference(v.number, y)
	return v.about == "" && (!v.jammed || d.Abs(d).Cmp(new(big.Rat).Abs(product(v.number, power2(-60)))) > 0)
}

// distance writes how far the value is from y, in steps.
func (v exactValue) distance(y, step *big.Rat) string {
	if !v.measurable(y) {
		return ""
	}
	d := difference(v.number, y)
	return v.length(d.Abs(d.Quo(d, step)))
}

// length writes a difference of the value from another one: to 12 digits where the value is not known exactly.
func (v exactValue) length(d *big.Rat) string {
	if v.irrational || v.jammed {
		return "~" + plain(new(big.Float).SetPrec(256).SetRat(d), d, 12)
	}
	return decimalText(d)
}

func isPower2(x *big.Int) bool { return x.BitLen() == int(x.TrailingZeroBits())+1 }

// plain writes a number of so many digits without an exponent unless it is very large or small.
func plain(f *big.Float, x *big.Rat, digits int) string {
	s := f.Text('g', digits)
	i := strings.IndexByte(s, 'e')
	if i < 0 {
		return s
	}
	e, err := strconv.Atoi(s[i+1:])
	switch {
	case err != nil || e < -4 || e >= 21:
		return s
	case x.IsInt():
		return x.Num().String()
	case e >= digits: // not all digits before the point are known
		return s
	}
	return f.Text('f', digits-1-e)
}
