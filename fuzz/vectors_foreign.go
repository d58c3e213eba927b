package fuzz

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/rounding"
)

// The headers of vectors that were made with Berkeley TestFloat, ml_dtypes, gfloat,
// CPFloat and gemmlowp: "op", "format", "mode" and "columns" in the words of their sources.
var (
	testfloatConversion = regexp.MustCompile(`^(b?f\d+|u?i\d+)_to_(b?f\d+|u?i\d+)\b`)
	testfloatOperation  = regexp.MustCompile(`^(b?f\d+)_([a-zA-Z_]+)\b`)
	namedConversion     = regexp.MustCompile(`^convert (\S+) -> (\S+)`)
	plainOperation      = regexp.MustCompile(`^(add|sub|mul|div|sqrt)\b`)
	gfloatP3109         = regexp.MustCompile(`^p3109_k(\d+)p(\d+)([su][ef])$`)
	gfloatBits          = regexp.MustCompile(`srnumbits=(\d+)`)
)

// foreignModes are the names of modes that rounding.ParseMode does not know:
// CPFloat's of ties toward zero, and those of what is not rounded.
var foreignModes = map[string]rounding.Mode{
	"exact": rounding.ToNearestEven, "any": rounding.ToNearestEven, // nothing is rounded
	"near_minMag": rounding.ToNearestZero,
}

// foreignFormat reads a format's name, of gfloat's too.
func foreignFormat(name string) (Format, error) {
	switch {
	case name == "ocp_e4m3":
		name = "e4m3fn"
	case name == "ocp_e2m3" || name == "ocp_e3m2" || name == "ocp_e2m1":
		name = strings.TrimPrefix(name, "ocp_") + "fn"
	case name == "ocp_int8":
		name = "q1.6"
	case name == "ocp_e8m0":
		name = "e8m0fnu"
	case name == "ocp_e5m2":
		name = "e5m2"
	}
	if m := gfloatP3109.FindStringSubmatch(name); m != nil {
		name = "Binary" + m[1] + "p" + m[2] + m[3]
	}
	return ParseFormat(name)
}

// foreignOperation reads such a header.
func foreignOperation(h map[string]string) (op Operation, err error) {
	if strings.HasPrefix(h["source"], "gemmlowp") {
		return gemmlowpOperation(h["op"])
	}
	mode, rest, _ := strings.Cut(h["mode"], " ")
	mode = strings.TrimSuffix(mode, ",")
	if strings.HasPrefix(rest, "twice") {
		return op, fmt.Errorf("mode %q: two roundings are no operation here", h["mode"])
	}
	var ok bool
	if op.Context.Mode, ok = foreignModes[mode]; !ok {
		if op.Context.Mode, err = rounding.ParseMode(mode); err != nil {
			return op, err
		}
	}
	if m := gfloatBits.FindStringSubmatch(rest); m != nil {
		if op.Context.RandomBits, err = strconv.Atoi(m[1]); err != nil {
			return op, err
		}
	}
	if strings.Contains(rest, "saturation=on") && !strings.Contains(rest, "infinity=") {
		op.Context.Saturation = rounding.SatFinite
	}
	if strings.Contains(rest, "tininess=before") {
		op.Context.Tininess = rounding.BeforeRounding
	}
	if strings.HasPrefix(h["source"], "ml_dtypes") {
		op.Context.NaN = rounding.MLDtypesNaN
	}
	if strings.Contains(h["source"], "RISCV") {
		op.Context.Saturation = rounding.SatPropagate // conversions to integers saturate, infinities stay
	}
	what := h["op"]
	name, _, _ := strings.Cut(h["format"], ":")
	convert := func(from, to string) error {
		x, err := foreignFormat(from)
		if err != nil {
			return err
		}
		z, err := foreignFormat(to)
		if err != nil {
			return err
		}
		op.Operator, op.Operands, op.Result = Convert, []Format{x}, z
		return nil
	}
	notExact := strings.Contains(what, " notexact")
	switch {
	case testfloatConversion.MatchString(what):
		m := testfloatConversion.FindStringSubmatch(what)
		err = convert(m[1], m[2])
		if notExact && op.Operator != nil {
			op.Operator = ConvertNotExact
		}
	case testfloatOperation.MatchString(what):
		m := testfloatOperation.FindStringSubmatch(what)
		if op.Operator, err = ParseOperator(m[2]); err != nil {
			return op, err
		}
		if notExact && op.Operator == RoundToInt {
			op.Operator = RoundToIntNotExact
		}
		f, formatErr := foreignFormat(m[1])
		context := op.Context
		op, err = op.Operator.In(f).With(context), formatErr
	case namedConversion.MatchString(what):
		m := namedConversion.FindStringSubmatch(what)
		err = convert(m[1], m[2])
	case plainOperation.MatchString(what):
		operator, _ := ParseOperator(plainOperation.FindString(what))
		f, formatErr := foreignFormat(name)
		op, err = operator.In(f).With(op.Context), formatErr
	case strings.HasPrefix(what, "decode"):
		err = convert(name, "binary64")
	case strings.HasPrefix(what, "round float64 to format, result as float64"):
		op, err = cpfloatOperation(op, h["format"], h["mode"])
	case strings.HasPrefix(what, "round float64 to format"):
		err = convert("binary64", name)
	default:
		err = fmt.Errorf("operation %q is none that can be checked case by case", what)
	}
	return op, err
}
