package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// explainOperation rounds the operands to their formats, does the operation on them, and finds out why its result is what
// it is.
func explainOperation(x expression, f numberFormat, mode rounding.Mode) (explanation, error) {
	o := x.operation
	if err := x.fits(f, mode); err != nil {
		return explanation{}, err
	}
	operands, err := x.rounded(f)
	if err != nil {
		return explanation{}, err
	}
	if !o.asIs {
		readAsZero(operands, f.subnormals())
	}
	code, flags, ok := f.operate(o, operands)
	if !ok {
		return explanation{}, fmt.Errorf("fixed point has no %s here", o.name)
	}
	v := exactResult(o, operands, f, code, flags)
	names := make([]string, len(operands))
	for i := range operands {
		names[i] = operands[i].Value
	}
	v.text = o.with(names)
	if o.integers {
		f = integers{f}
	}
	e := explainRounded(v, code, flags, f, mode)
	e.Formula, e.Operands, e.unequal = o.call()+" = "+o.formula, operands, o.same || o.next != ""
	special := hasSpecial(operands)
	switch {
	case o.next != "":
		e.Why = []string{whyNext(o, operands[0], e.Result)}
	case v.number == nil && o.same:
		e.Why = append(whySignaling(operands), e.Why...)
	case v.number == nil || special && e.Position == "exact" && flags == 0:
		e.Position, e.Why = "special", append(whyOperation(o, operands, v, &e, flags), whyNotExact(f, v, &e, flags)...)
	case special:
		e.Why = append(whyOperation(o, operands, v, &e, flags), e.Why...)
	case v.number.Sign() == 0:
		if v.negative {
			e.decimal = "-0"
		}
		if strings.ContainsAny(o.formula, "+-") && slices.ContainsFunc(operands, func(x operand) bool { return x.value.number.Sign() != 0 }) {
			e.Why = append(e.Why, "a sum that is 0 without being a sum of zeros is +0, in mode ToNegativeInf -0")
		}
	}
	if o.quiet && flags&rounding.Inexact == 0 && e.Position != "exact" && e.Position != "special" {
		e.Why = append(e.Why, fmt.Sprintf("%s raises no inexact for that; roundToIntegralExact does", o.name))
	}
	return e, nil
}

// fits says which operand has a format that the operation cannot have with a result in f.
func (x expression) fits(f numberFormat, mode rounding.Mode) error {
	o := x.operation
	if o.certain && mode.Stochastic() {
		return fmt.Errorf("%s takes no random bits, which -mode %v needs", o.name, mode)
	}
	_, fixed := f.(explainedFixed)
	for i, w := range x.operands {
		if w.in == nil {
			continue
		}
		_, itsFixed := w.in.(explainedFixed)
		switch {
		case itsFixed != fixed && !o.any:
			return syntaxError{x.text, w.format, fmt.Sprintf("%s is of %s and the result of %s: floating and fixed point meet in convert(x) alone",
				o.operands[i], w.in.name(), f.name())}
		case o.stays && w.in.name() != f.name():
			return syntaxError{x.text, w.format, fmt.Sprintf("the result of %s is in its operand's format, and not in %s", o.name, f.name())}
		}
	}
	return nil
}

// rounded returns the operands as their formats have them.
func (x expression) rounded(f numberFormat) ([]operand, error) {
	var operands []operand
	for i, w := range x.operands {
		y := operand{Name: x.operation.operands[i], Written: w.text}
		if w.integer {
			y.Value, y.value = w.value.text, w.value
			operands = append(operands, y)
			continue
		}
		if y.in = f; w.in != nil {
			y.in, y.Format = w.in, w.in.name()
		}
		if y.code = w.code; !w.isCode {
			y.code, _ = y.in.rounded(w.value)
		} else if w.code>>(y.in.bits()-1)>>1 != 0 {
			return nil, fmt.Errorf("%s: the codes of %s have %d bits", w.text, y.in.name(), y.in.bits())
		}
		y.neighbour, y.value = codeOfFormat(y.in, y.code), y.in.value(y.code)
		y.Rounded = !w.isCode && !sameValue(y.value, w.value)
		operands = append(operands, y)
	}
	return operands, nil
}

// readAsZero makes zeros of the values of operands that are read as such.
func readAsZero(operands []operand, s rounding.Subnormals) {
	for i := range operands {
		x := &operands[i]
		in, ok := x.in.(explainedMinifloat)
		if !ok || x.value.number == nil {
			continue
		}
		read, _ := minifloat.Context{Subnormals: s & rounding.DenormalsAreZero}.Convert(in.f, minifloat.Value{Format: in.f, Bits: uint32(x.code)})
		if v := in.value(uint64(read.Bits)); v.number.Sign() == 0 && x.value.number.Sign() != 0 {
			x.value, x.Zero = v, true
		}
	}
}

// sameValue reports whether two values are one number, infinities or NaN.
func sameValue(x, y exactValue) bool {
	if x.number == nil || y.number == nil {
		return x.number == nil && y.number == nil && x.nan == y.nan
	}
	return x.number.Cmp(y.number) == 0
}

// hasSpecial reports whether an operand is an infinity or a NaN.
func hasSpecial(operands []operand) bool {
	return slices.ContainsFunc(operands, func(x operand) bool { return x.value.number == nil })
}

// exactResult is what an operation gives before it is rounded.
func exactResult(o operation, operands []operand, f numberFormat, code uint64, flags rounding.Flags) exactValue {
	result := f.value(code)
	var values []exactValue
	for _, x := range operands {
		values = append(values, x.value)
	}
	var v exactValue
	m, floating := f.(explainedMinifloat)
	switch {
	case o.next != "":
		return result
	case o.same:
		return values[0]
	case !floating && flags&rounding.Invalid != 0:
		return exactValue{nan: true}
	case !floating:
		v = o.exact(values)
	default:
		// Of operands that are infinities or NaN, and where there is none, the result is a limit or an operand.
		wide := m.wide()
		limit, raised, _ := wide.operate(o, operands)
		switch special := hasSpecial(operands); {
		case special && raised&rounding.Inexact != 0 && len(operands) == 1: // the inverse tangent of an infinity
			v = o.exact(values)
		case special && raised&rounding.Inexact != 0:
			v = result
		case special || raised&rounding.Invalid != 0:
			v = wide.value(limit)
		default:
			v = o.exact(values)
		}
	}
	if v.number != nil {
		v.negative = v.number.Sign() < 0 || v.number.Sign() == 0 && result.text == "-0"
	}
	return v
}

// whySignaling says of a signaling NaN among the operands what it does.
func whySignaling(operands []operand) []string {
	if slices.ContainsFunc(operands, func(x operand) bool { return x.value.signaling }) {
		return []string{"an operand is a signaling NaN: that is invalid, and the result a quiet one"}
	}
	return nil
}

// whyOperation is why for an exact result that is no number, or one of operands that are not.
func whyOperation(o operation, operands []operand, v exactValue, e *explanation, flags rounding.Flags) []string {
	nan := slices.ContainsFunc(operands, func(x operand) bool { return x.value.nan })
	switch {
	case nan && v.nan:
		if why := whySignaling(operands); why != nil {
			return why
		}
		if flags&rounding.Invalid != 0 && e.Result.Value == "NaN" {
			return []string{"an operand is NaN, and so is the result; what is done to the others is invalid besides"}
		}
		return []string{"an operand is NaN, and so is the result"}
	case nan:
		return []string{fmt.Sprintf("%s does not look at a NaN there", o.name)}
	case flags&rounding.DivideByZero != 0:
		return []string{"the exact result of finite operands is infinite: a division by zero"}
	case v.nan:
		return []string{fmt.Sprintf("%s has no value for these operands: invalid", o.name)}
	case v.number == nil:
		return []string{"an operand is infinite, and so is the result"}
	}
	return []string{"an operand is infinite: the exact result is the limit"}
}

// whyNotExact says what became of an exact result that is no number.
func whyNotExact(f numberFormat, v exactValue, e *explanation, flags rounding.Flags) []string {
	switch {
	case flags&rounding.DivideByZero != 0:
		return []string{whyInfinite(e)}
	case v.number != nil, v.nan == (e.Result.Value == "NaN") && v.negative == strings.HasPrefix(e.Result.Value, "-") && e.Result.number == nil:
		return nil
	}
	return whySpecial(f, v, e.Result, flags)
}

// whyNext says how a value of the format lies beside the operand.
func whyNext(o operation, x operand, result neighbour) string {
	switch {
	case x.value.nan:
		return "an operand is NaN, and so is the result"
	case result.Code == x.Code:
		return fmt.Sprintf("the format has nothing %s %s, and stays there", o.next, x.Value)
	case result.Value == "NaN":
		return fmt.Sprintf("the format has nothing %s %s but a NaN", o.next, x.Value)
	}
	return fmt.Sprintf("no other value of the format lies between it and %s", x.Value)
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
	if len(e.Operands) == 0 || e.Position == "special" || e.unequal {
		return e.Value
	}
	return e.Value + " = " + e.decimal
}

// operandTable shows what became of the operands.
func (e explanation) operandTable() *table {
	t := &table{header: []string{"operand", "value", "code", "bits", ""}, right: []bool{false, true, false, false, false}}
	formats := slices.ContainsFunc(e.Operands, func(x operand) bool { return x.Format != "" })
	if formats {
		t.header, t.right = slices.Insert(t.header, 1, "format"), slices.Insert(t.right, 1, false)
	}
	for _, x := range e.Operands {
		note := ""
		switch {
		case x.Rounded:
			note = x.Written + ", rounded"
		case strings.HasPrefix(strings.ToLower(x.Written), "code"):
			note = x.Written
		}
		if x.Zero {
			note = strings.TrimPrefix(note+", read as zero", ", ")
		}
		row := []string{x.Name, x.Value, x.Code, x.Bits, note}
		if formats {
			format := x.Format
			if format == "" && x.in != nil {
				format = e.Format
			}
			row = slices.Insert(row, 1, format)
		}
		t.add(row...)
	}
	return t
}
