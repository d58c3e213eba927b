package main

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// numberFormat is a format whose rounding is explained.
type numberFormat interface {
	// describe is a line on the format.
	describe() string
	// step is the distance of the two neighbours of a number, as if there were no largest value.
	step(x *big.Rat) *big.Rat
	// limits are the least and the largest finite value.
	limits() (low, high *big.Rat)
	// round returns the code that a value becomes.
	round(v exactValue) (uint64, rounding.Flags)
	// operate does an operation on codes; false where the format has no such operation.
	operate(o operation, codes []uint64) (uint64, rounding.Flags, bool)
	// rounded is round in the default context, for operands.
	rounded(v exactValue) (uint64, rounding.Flags)
	// underflow is the smallest normal number and when results count as tiny; nil where there is no underflow.
	underflow() (normal *big.Rat, when rounding.Tininess)
	// policy names what overflow becomes.
	policy() string
	// decode is the value of a code: number is nil for an infinity and a NaN, name is set for these and for -0.
	decode(code uint64) (number *big.Rat, name string)
	// draw writes a code in binary with its fields apart, and below it a letter for each bit.
	draw(code uint64) (bits, letters string)
	// fields reads a code field by field.
	fields(code uint64) []field
	// bits is the width of a code.
	bits() int
	// digits is how many hexadecimal digits a code has.
	digits() int
}

// field is a part of a code, and what it says.
type field struct {
	Name    string `json:"name"`
	Bits    string `json:"bits"`
	Meaning string `json:"meaning"`
}

// parseNumberFormat reads a fixed-point or a minifloat format.
func parseNumberFormat(name string) (fixed fixedpoint.Format, mini minifloat.Format, isFixed bool, err error) {
	if fixed, err = fixedpoint.ParseFormat(name); err == nil {
		return fixed, mini, true, nil
	}
	if errors.Is(err, fixedpoint.ErrFormat) { // well formed, but no format
		return fixed, mini, false, err
	}
	if mini, err = minifloat.ParseFormat(name); err == nil {
		return fixed, mini, false, nil
	}
	if errors.Is(err, minifloat.ErrFormat) && !errors.Is(err, minifloat.ErrUnknownFormat) {
		return fixed, mini, false, err
	}
	if n, unsigned, ok := integerName(name); ok {
		if unsigned {
			return fixed, mini, false, fmt.Errorf("%q: unsigned integers of %d bits are uq%d.0 here", name, n, n)
		}
		return fixed, mini, false, fmt.Errorf("%q: integers of %d bits are q%d.0 here", name, n, n-1)
	}
	return fixed, mini, false, fmt.Errorf("%q is no format: e4m3fn, binary16, finite e2m5, Binary8p4se, q1.6, uq0.8, ...; \"halfulp formats\" lists them", name)
}

// integerName reads int8 and uint8.
func integerName(name string) (bits int, unsigned, ok bool) {
	rest, unsigned := strings.CutPrefix(strings.ToLower(name), "u")
	rest, ok = strings.CutPrefix(rest, "int")
	bits, err := strconv.Atoi(rest)
	return bits, unsigned, ok && err == nil && bits > 0 && bits <= 64
}

func power2(n int) *big.Rat {
	p := new(big.Int).Lsh(big.NewInt(1), uint(max(n, -n)))
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

// binade returns floor(log2 |x|), x not 0.
func binade(x *big.Rat) int {
	x = new(big.Rat).Abs(x)
	e := x.Num().BitLen() - x.Denom().BitLen() // x is within 2^(e-1) and 2^(e+1)
	if x.Cmp(power2(e)) < 0 {
		e--
	}
	return e
}

// explainedMinifloat is a minifloat format with its context.
type explainedMinifloat struct {
	f minifloat.Format
	c minifloat.Context
}

func (e explainedMinifloat) describe() string {
	f := e.f
	s := fmt.Sprintf("%s: %d bits, %d exponent, %d mantissa, bias %d", f.Name(), f.Bits(), f.ExponentBits(), f.MantissaBits(), f.Bias())
	low, high := e.limits()
	return s + fmt.Sprintf(", from %s to %s", decimalText(low), decimalText(high))
}

func (e explainedMinifloat) finite(code uint64) *big.Rat {
	x, _ := e.f.Big(uint32(code))
	r, _ := x.Rat(nil)
	return r
}

func (e explainedMinifloat) limits() (low, high *big.Rat) {
	high = e.finite(uint64(e.f.MaxCode()))
	switch {
	case e.f.Signed():
		return new(big.Rat).Neg(high), high
	case e.f.HasZero():
		return new(big.Rat), high
	}
	return e.finite(0), high
}

func (e explainedMinifloat) step(x *big.Rat) *big.Rat {
	m := e.f.MantissaBits()
	least := 1 - e.f.Bias() // the exponent of the smallest normal number
	if e.f.Family() == minifloat.FNUFamily {
		least = -e.f.Bias()
	}
	if x.Sign() == 0 {
		return power2(least - m)
	}
	return power2(max(binade(x), least) - m)
}

func (e explainedMinifloat) round(v exactValue) (uint64, rounding.Flags) {
	if v.number != nil && v.number.Sign() != 0 {
		code, flags := e.c.EncodeRat(e.f, v.number)
		return uint64(code), flags
	}
	code, flags := e.c.Encode(e.f, v.special())
	return uint64(code), flags
}

func (e explainedMinifloat) rounded(v exactValue) (uint64, rounding.Flags) {
	return explainedMinifloat{f: e.f}.round(v)
}

func (e explainedMinifloat) operate(o operation, codes []uint64) (uint64, rounding.Flags, bool) {
	x := make([]minifloat.Value, len(codes))
	for i, code := range codes {
		x[i] = minifloat.Value{Format: e.f, Bits: uint32(code)}
	}
	z, flags := o.mini(e.c, e.f, x)
	return uint64(z.Bits), flags, true
}

// special is the float64 of a value that is no number, or a zero.
func (v exactValue) special() float64 {
	sign := 1.0
	if v.negative {
		sign = -1
	}
	switch {
	case v.nan:
		return math.NaN()
	case v.number != nil:
		return math.Copysign(0, sign)
	}
	return math.Inf(int(sign))
}

func (e explainedMinifloat) underflow() (*big.Rat, rounding.Tininess) {
	if e.f.Family() == minifloat.FNUFamily {
		return nil, 0
	}
	return power2(1 - e.f.Bias()), e.c.Tininess
}

func (e explainedMinifloat) policy() string { return e.c.Saturation.String() }

func (e explainedMinifloat) decode(code uint64) (*big.Rat, string) {
	x, isNaN := e.f.Big(uint32(code))
	switch {
	case isNaN:
		return nil, "NaN"
	case x.IsInf():
		return nil, strings.Replace(x.String(), "Inf", "infinity", 1)
	case x.Sign() == 0 && x.Signbit():
		return new(big.Rat), "-0"
	}
	return e.finite(code), ""
}

// parts cuts a code into its fields.
func (e explainedMinifloat) parts(code uint64) (sign, exponent, mantissa string) {
	bits := fmt.Sprintf("%0*b", e.f.Bits(), code)
	if e.f.Signed() {
		sign, bits = bits[:1], bits[1:]
	}
	m := len(bits) - e.f.MantissaBits()
	return sign, bits[:m], bits[m:]
}

func (e explainedMinifloat) draw(code uint64) (bits, letters string) {
	s, x, m := e.parts(code)
	var b, l []string
	for i, part := range []string{s, x, m} {
		if part != "" {
			b, l = append(b, part), append(l, strings.Repeat("sem"[i:i+1], len(part)))
		}
	}
	return strings.Join(b, " "), strings.Join(l, " ")
}

func (e explainedMinifloat) fields(code uint64) []field {
	s, x, m := e.parts(code)
	f := e.f
	number, name := e.decode(code)
	var fields []field
	sign := ""
	if s != "" {
		sign = "+"
		if s == "1" {
			sign = "-"
		}
		fields = append(fields, field{"sign", s, sign})
	}
	t, one := int64(code&(1<<len(m)-1)), int64(1)<<len(m)
	c := int64(code >> len(m) & (1<<len(x) - 1))
	hidden, exponent := int64(1), c-int64(f.Bias())
	says := fmt.Sprintf("%d - %d = %d", c, f.Bias(), exponent)
	switch {
	case number == nil:
		fields = append(fields, field{"exponent", x, ""})
		if m != "" {
			fields = append(fields, field{"mantissa", m, ""})
		}
		return append(fields, field{"value", "", "the code is set aside for " + words(f.Class(uint32(code)).String())})
	case c == 0 && f.Family() != minifloat.FNUFamily:
		hidden, exponent = 0, int64(1-f.Bias())
		says = fmt.Sprintf("0 stands for %d, without the leading 1", exponent)
	}
	fields = append(fields, field{"exponent", x, says})
	significand := big.NewRat(hidden*one+t, one)
	if m != "" {
		fields = append(fields, field{"mantissa", m, fmt.Sprintf("%d + %d/%d = %s", hidden, t, one, decimalText(significand))})
	}
	if name == "" {
		name = decimalText(number)
	}
	return append(fields, field{"value", "", fmt.Sprintf("%s%s * 2^%d = %s", strings.TrimPrefix(sign, "+"), decimalText(significand), exponent, name)})
}

func (e explainedMinifloat) digits() int { return (e.f.Bits() + 3) / 4 }

// explainedFixed is a fixed-point format with its context.
type explainedFixed struct {
	f fixedpoint.Format
	c fixedpoint.Context
}

func (e explainedFixed) describe() string {
	low, high := explainedFixed{f: e.f}.limits()
	kind := "unsigned"
	if e.f.Signed() {
		kind = "signed"
	}
	return fmt.Sprintf("%s: %s, %d bits, %d of them fraction, from %s to %s in steps of %s", e.f.Name(), kind, e.f.Bits(), e.f.FractionBits(),
		decimalText(low), decimalText(high), decimalText(e.step(nil)))
}

func (e explainedFixed) step(*big.Rat) *big.Rat { return power2(-e.f.FractionBits()) }

func (e explainedFixed) limits() (low, high *big.Rat) {
	low, high = fixedpoint.Value{Format: e.f, Bits: e.f.MinBits()}.Rat(), fixedpoint.Value{Format: e.f, Bits: e.f.MaxBits()}.Rat()
	if e.c.Overflow == fixedpoint.SaturateSymmetric && e.f.Signed() {
		low.Neg(high)
	}
	return low, high
}

func (e explainedFixed) round(v exactValue) (uint64, rounding.Flags) {
	var bits int64
	var flags rounding.Flags
	if v.number != nil {
		var z fixedpoint.Value
		z, flags = e.c.EncodeRat(e.f, v.number)
		bits = z.Bits
	} else {
		bits, flags = e.c.Encode(e.f, v.special())
	}
	return e.code(bits), flags
}

// code is an integer as the format's bits.
func (e explainedFixed) code(bits int64) uint64 {
	return uint64(bits) << (64 - e.f.Bits()) >> (64 - e.f.Bits())
}

func (e explainedFixed) rounded(v exactValue) (uint64, rounding.Flags) {
	return explainedFixed{f: e.f}.round(v)
}

func (e explainedFixed) operate(o operation, codes []uint64) (uint64, rounding.Flags, bool) {
	if o.fixed == nil {
		return 0, 0, false
	}
	x := make([]fixedpoint.Value, len(codes))
	for i, code := range codes {
		x[i] = fixedpoint.Value{Format: e.f, Bits: int64(code)}
	}
	z, flags := o.fixed(e.c, e.f, x)
	return e.code(z.Bits), flags, true
}

func (e explainedFixed) underflow() (*big.Rat, rounding.Tininess) { return nil, 0 }

func (e explainedFixed) policy() string { return e.c.Overflow.String() }

func (e explainedFixed) decode(code uint64) (*big.Rat, string) {
	return fixedpoint.Value{Format: e.f, Bits: int64(code)}.Rat(), ""
}

func (e explainedFixed) draw(code uint64) (bits, letters string) {
	b := fmt.Sprintf("%0*b", e.f.Bits(), code)
	l := strings.Repeat("i", max(0, e.f.Bits()))
	if n := e.f.FractionBits(); n > 0 {
		n = min(n, len(b))
		l = l[:len(b)-n] + strings.Repeat("f", n)
	}
	if e.f.Signed() {
		l = "s" + l[1:]
	}
	// The point, where it lies within the bits.
	at := e.f.Bits() - e.f.FractionBits()
	cut := func(s string) string {
		if 0 <= at && at < len(s) {
			s = s[:at] + "." + s[at:]
		}
		if e.f.Signed() {
			s = strings.TrimSuffix(s[:1]+" "+s[1:], " ")
		}
		return s
	}
	return cut(b), cut(l)
}

func (e explainedFixed) fields(code uint64) []field {
	b := fmt.Sprintf("%0*b", e.f.Bits(), code)
	integer := new(big.Int).SetUint64(code)
	meaning := integer.String()
	if e.f.Signed() && b[0] == '1' {
		modulus := new(big.Int).Lsh(big.NewInt(1), uint(e.f.Bits()))
		integer.Sub(integer, modulus)
		meaning = fmt.Sprintf("%d - %v = %v", code, modulus, integer)
	}
	number, _ := e.decode(code)
	return []field{{"integer", b, meaning}, {"value", "", fmt.Sprintf("%v * 2^%d = %s", integer, -e.f.FractionBits(), decimalText(number))}}
}

func (e explainedFixed) digits() int { return (e.f.Bits() + 3) / 4 }

func (e explainedMinifloat) bits() int { return e.f.Bits() }

func (e explainedFixed) bits() int { return e.f.Bits() }
