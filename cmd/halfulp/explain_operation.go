package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/rounding"
)

// explainOperation rounds the operands to the format, does the operation on them, and finds out why its result is what it
// is.
func explainOperation(x expression, f numberFormat, mode rounding.Mode) (explanation, error) {
	o := x.operation
	operands, codes, values, err := x.rounded(f)
	if err != nil {
		return explanation{}, err
	}
	code, flags, ok := f.operate(o, codes)
	if !ok {
		return explanation{}, fmt.Errorf("fixed point has no %s here", o.name)
	}
	v := exactResult(o, values, codeOfFormat(f, code), flags)
	names := make([]string, len(operands))
	for i := range operands {
		names[i] = operands[i].Value
	}
	v.text = o.with(names)
	e := explainRounded(v, code, flags, f, mode)
	e.Formula, e.Operands = o.call()+" = "+o.formula, operands
	if v.number == nil || x.special(values) {
		e.Position, e.Why = "special", whyOperation(o, values, &e, flags)
	} else if v.number.Sign() == 0 {
		if v.negative {
			e.decimal = "-0"
		}
		if strings.ContainsAny(o.formula, "+-") && slices.ContainsFunc(values, func(x exactValue) bool { return x.number.Sign() != 0 }) {
			e.Why = append(e.Why, "a sum that is 0 without being a sum of zeros is +0, in mode ToNegativeInf -0")
		}
	}
	return e, nil
}

// rounded returns the operands as the format has them, with their codes and exact values.
func (x expression) rounded(f numberFormat) (operands []operand, codes []uint64, values []exactValue, err error) {
	for i, w := range x.operands {
		code := w.code
		if !w.isCode {
			code, _ = f.rounded(w.value)
		} else if code>>(f.bits()-1)>>1 != 0 {
			return nil, nil, nil, fmt.Errorf("%s: the codes of this format have %d bits", w.text, f.bits())
		}
		n := codeOfFormat(f, code)
		v := exactValue{text: n.Value, number: n.number, nan: n.Value == "NaN", negative: strings.HasPrefix(n.Value, "-")}
		same := w.isCode || v.nan && w.value.nan || v.number == nil && w.value.number == nil && v.nan == w.value.nan ||
			v.number != nil && w.value.number != nil && v.number.Cmp(w.value.number) == 0
		operands = append(operands, operand{Name: x.operation.operands[i], Written: w.text, neighbour: n, Rounded: !same})
		codes, values = append(codes, code), append(values, v)
	}
	return operands, codes, values, nil
}

// special reports whether an operand is an infinity or a NaN.
func (x expression) special(values []exactValue) bool {
	for _, v := range values {
		if v.number == nil {
			return true
		}
	}
	return false
}

// exactResult is what an operation gives before it is rounded. Of operands that are infinities or NaN the result is
// exact: where it is a number it is that one.
func exactResult(o operation, values []exactValue, result neighbour, flags rounding.Flags) exactValue {
	v := exactValue{number: result.number, nan: result.Value == "NaN", negative: strings.HasPrefix(result.Value, "-")}
	special := expression{}.special(values)
	if !special && o.exact != nil && (flags&rounding.Invalid == 0 || flags&rounding.DivideByZero != 0) {
		v = o.exact(values)
	}
	if v.number != nil && v.number.Sign() == 0 {
		v.negative = result.Value == "-0"
	}
	if v.number != nil && v.number.Sign() != 0 {
		v.negative = v.number.Sign() < 0
	}
	return v
}

// whyOperation is why for a result that is no number, or one of operands that are not.
func whyOperation(o operation, values []exactValue, e *explanation, flags rounding.Flags) []string {
	nan := 0
	for _, v := range values {
		if v.nan {
			nan++
		}
	}
	var reasons []string
	switch {
	case nan > 0 && flags&rounding.Invalid != 0 && e.Result.Value == "NaN":
		reasons = append(reasons, "an operand is a signaling NaN: that is invalid, and the result a quiet one")
	case nan > 0 && e.Result.Value == "NaN":
		reasons = append(reasons, "an operand is NaN, and so is the result")
	case nan > 0:
		reasons = append(reasons, fmt.Sprintf("%s does not look at a NaN there", o.name))
	case flags&rounding.DivideByZero != 0:
		reasons = append(reasons, "the exact result of finite operands is infinite: a division by zero")
		reasons = append(reasons, whyInfinite(e))
	case flags&rounding.Invalid != 0:
		reasons = append(reasons, fmt.Sprintf("%s has no value for these operands: invalid", o.name))
	case e.Result.number == nil:
		reasons = append(reasons, "an operand is infinite, and so is the result")
	default:
		reasons = append(reasons, "an operand is infinite: the result is the limit, exactly")
	}
	return reasons
}

// whyInfinite says what an exact infinity became.
func whyInfinite(e *explanation) string {
	switch {
	case e.Result.number != nil:
		return "the format has no infinity, and the end of the range stands for it"
	case strings.HasSuffix(e.Result.Value, "infinity"):
		return "the format has infinities"
	case strings.HasPrefix(e.Format, "Binary"):
		return "in P3109's formats that is NaN"
	}
	return "the format has no infinity, but a NaN"
}

// subject is what was rounded: the value as it was written, or the operation on operands of the format.
func (e explanation) subject() string {
	if len(e.Operands) == 0 || e.Position == "special" {
		return e.Value
	}
	return e.Value + " = " + e.decimal
}

// operandTable shows what became of the operands.
func (e explanation) operandTable() *table {
	t := &table{header: []string{"operand", "value", "code", "bits", ""}, right: []bool{false, true, false, false, false}}
	for _, x := range e.Operands {
		note := ""
		switch {
		case x.Rounded:
			note = x.Written + ", rounded"
		case strings.HasPrefix(strings.ToLower(x.Written), "code"):
			note = x.Written
		}
		t.add(x.Name, x.Value, x.Code, x.Bits, note)
	}
	return t
}
