package main

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/rounding"
)

// explainedFixed is a fixed-point format with its context.
type explainedFixed struct {
	f     fixedpoint.Format
	c     fixedpoint.Context
	drawn randomBits
}

func (e explainedFixed) name() string { return e.f.Name() }

func (e explainedFixed) random() randomBits { return e.drawn }

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
	word, n := e.drawn.given()
	if v.number != nil {
		z, flags := e.c.EncodeRatStochastic(e.f, v.number, word, n)
		return e.code(z.Bits), flags
	}
	bits, flags := e.c.EncodeStochastic(e.f, v.special(), word, n)
	return e.code(bits), flags
}

// code is an integer as the format's bits.
func (e explainedFixed) code(bits int64) uint64 {
	return uint64(bits) << (64 - e.f.Bits()) >> (64 - e.f.Bits())
}

func (e explainedFixed) rounded(v exactValue) (uint64, rounding.Flags) {
	return explainedFixed{f: e.f}.round(v)
}

func (e explainedFixed) operate(o operation, operands []operand) (uint64, rounding.Flags, bool) {
	var x []fixedpoint.Value
	for _, y := range operands {
		in, ok := y.in.(explainedFixed)
		if !ok {
			code, flags := e.round(y.value)
			return code, flags, o.any
		}
		x = append(x, fixedpoint.Value{Format: in.f, Bits: int64(y.code)})
	}
	if o.fixed == nil {
		return 0, 0, false
	}
	z, flags := o.fixed(e.c, e.f, x, beside{randomBits: e.drawn})
	return e.code(z.Bits), flags, true
}

func (e explainedFixed) value(code uint64) exactValue {
	number, _ := e.decode(code)
	return exactValue{text: decimalText(number), number: number, negative: number.Sign() < 0, in: e}
}

func (e explainedFixed) subnormals() rounding.Subnormals { return rounding.GradualUnderflow }

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

func (e explainedFixed) bits() int { return e.f.Bits() }
