package fuzz

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// hex writes a code with all its digits.
func (f Format) hex(code uint64) string { return fmt.Sprintf("0x%0*x", f.digits(), code) }

// value writes the value of a code in decimal.
func (f Format) value(code uint64) string {
	switch {
	case !f.has(code):
		return fmt.Sprintf("no code of %d bits", f.Bits())
	case f.kind == truth:
		return strconv.FormatBool(code != 0)
	}
	return number(f.Decode(code))
}

// number writes a number in decimal, shortest where it is a float64.
func number(n exact.Number) string {
	if n.Kind == exact.NaN {
		return "NaN"
	}
	x, isExact := n.Float()
	if isExact || n.Kind == exact.Infinite {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return "about " + strconv.FormatFloat(x, 'g', -1, 64)
}

// question writes the operation on operands.
func (op Operation) question(operands []string) string {
	switch {
	case op.Operator.symbol != "" && len(operands) == 2:
		return operands[0] + " " + op.Operator.symbol + " " + operands[1]
	}
	return op.Operator.name + "(" + strings.Join(operands, ", ") + ")"
}

// show writes a disagreement in one line.
func (op Operation) show(d Disagreement) string {
	var codes, values []string
	for i, f := range op.Operands {
		codes = append(codes, f.hex(d.Operands[i]))
		values = append(values, f.value(d.Operands[i]))
	}
	s := op.question(codes) + " = " + op.question(values)
	if op.Context.RandomBits > 0 {
		s += fmt.Sprintf(", random %#x", d.Operands[len(op.Operands)])
	}
	s += ": got "
	flags := d.Got.HasFlags && d.Got.Flags != d.Want.Flags
	if d.Got.Failed != "" {
		s += "none (" + d.Got.Failed + ")"
	} else {
		s += op.Result.hex(d.Got.Code) + " (" + op.Result.value(d.Got.Code) + ")"
		if flags {
			s += " " + d.Got.Flags.String()
		}
	}
	s += ", want " + op.Result.hex(d.Want.Code) + " (" + op.Result.value(d.Want.Code) + ")"
	if flags {
		s += " " + d.Want.Flags.String()
	}
	return s
}
