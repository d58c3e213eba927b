package main

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// numberFormat is a format whose rounding is explained.
type numberFormat interface {
	name() string
	// describe is a line on the format.
	describe() string
	// step is the distance of the two neighbours of a number, as if there were no largest value.
	step(x *big.Rat) *big.Rat
	// limits are the least and the largest finite value.
	limits() (low, high *big.Rat)
	// round returns the code that a value becomes.
	round(v exactValue) (uint64, rounding.Flags)
	// operate does an operation whose result is in the format; false where it has no such operation on such operands.
	operate(o operation, operands []operand) (uint64, rounding.Flags, bool)
	// rounded is round in the default context, for operands.
	rounded(v exactValue) (uint64, rounding.Flags)
	// value is the value of a code.
	value(code uint64) exactValue
	// drawn is the random bits, of a stochastic mode.
	random() randomBits
	// underflow is the smallest normal number and when results count as tiny; nil where there is no underflow.
	underflow() (normal *big.Rat, when rounding.Tininess)
	// subnormals is what becomes of numbers below the smallest normal one.
	subnormals() rounding.Subnormals
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

// newNumberFormat reads a format, with the default context.
func newNumberFormat(name string) (numberFormat, error) {
	fixed, mini, isFixed, err := parseNumberFormat(name)
	switch {
	case err != nil:
		return nil, err
	case isFixed:
		return explainedFixed{f: fixed}, nil
	}
	return explainedMinifloat{f: mini}, nil
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

// integers are the numbers of a format that roundToIntegral rounds to.
type integers struct{ numberFormat }

func (f integers) step(x *big.Rat) *big.Rat {
	if step := f.numberFormat.step(x); step.Cmp(one.number) > 0 {
		return step
	}
	return one.number
}

// underflow: what rounds to an integer has none.
func (f integers) underflow() (*big.Rat, rounding.Tininess) {
	_, when := f.numberFormat.underflow()
	return nil, when
}
