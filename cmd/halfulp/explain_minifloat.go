package main

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// explainedMinifloat is a minifloat format with its context.
type explainedMinifloat struct {
	f     minifloat.Format
	c     minifloat.Context
	drawn randomBits
}

func (e explainedMinifloat) name() string { return e.f.Name() }

func (e explainedMinifloat) random() randomBits { return e.drawn }

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
	switch {
	case x.Sign() != 0 && binade(x) >= least:
		return power2(binade(x) - m)
	case !e.f.HasSubnormals():
		return power2(least)
	}
	return power2(least - m)
}

func (e explainedMinifloat) round(v exactValue) (uint64, rounding.Flags) {
	word, n := e.drawn.given()
	if v.number != nil && v.number.Sign() != 0 {
		code, flags := e.c.EncodeRatStochastic(e.f, v.number, word, n)
		return uint64(code), flags
	}
	code, flags := e.c.EncodeStochastic(e.f, v.special(), word, n)
	return uint64(code), flags
}

func (e explainedMinifloat) rounded(v exactValue) (uint64, rounding.Flags) {
	return explainedMinifloat{f: e.f}.round(v)
}

func (e explainedMinifloat) operate(o operation, operands []operand) (uint64, rounding.Flags, bool) {
	var x []minifloat.Value
	b := beside{randomBits: e.drawn}
	for _, y := range operands {
		switch in := y.in.(type) {
		case explainedMinifloat:
			x = append(x, minifloat.Value{Format: in.f, Bits: uint32(y.code)})
		case nil:
			b.exponent = int(y.value.number.Num().Int64())
		default:
			code, flags := e.round(y.value)
			return code, flags, o.any
		}
	}
	z, flags := o.mini(e.c, e.f, x, b)
	return uint64(z.Bits), flags, true
}

func (e explainedMinifloat) value(code uint64) exactValue {
	number, name := e.decode(code)
	v := minifloat.Value{Format: e.f, Bits: uint32(code)}
	if number != nil && name == "" {
		name = decimalText(number)
	}
	return exactValue{text: name, number: number, negative: v.Signbit() && !v.IsNaN(), nan: v.IsNaN(), signaling: v.IsSignaling(), in: e}
}

// wide is a format with every limit that an operation has where operands are infinite: 0, 1, infinities and NaN, and
// every operand that has no more than 24 bits and 8 of them exponent.
func (e explainedMinifloat) wide() explainedMinifloat {
	f := binary32
	switch e.f.Family() {
	case minifloat.P3109SE, minifloat.P3109SF, minifloat.P3109UE, minifloat.P3109UF: // which have rules of their own
		f, _ = minifloat.P3109(32, 24, true, true)
	}
	return explainedMinifloat{f: f, c: minifloat.Context{Subnormals: e.c.Subnormals & rounding.DenormalsAreZero}}
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

func (e explainedMinifloat) subnormals() rounding.Subnormals { return e.c.Subnormals }

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

func (e explainedMinifloat) bits() int { return e.f.Bits() }
