package fuzz_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/rounding"
)

func TestReports(t *testing.T) {
	f := parse(t, "e4m3fn")
	mul := fuzz.Mul.In(fuzz.Float(f))
	flushed := check(t, fuzz.Func(func(c fuzz.Case) fuzz.Answer {
		return fuzz.Answer{Code: model(f, "results flushed", f.Decode(uint32(c[0]))*f.Decode(uint32(c[1])))}
	}), mul, fuzz.Options{})
	var b bytes.Buffer
	if err := flushed.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"mul e4m3fn, ToNearestEven\n5,852 of all 65,536 cases wrong\n",
		"\n   5,628  5,628  subnormal results\n",
		"\n1. Subnormals: it gives zero for results below the smallest normal value\n   5,852 cases: this explains all answers, right and wrong\n",
		"\n   case    0x08 * 0x30 = 0.015625 * 0.5\n   exact   0.0078125, a value of the format\n   want    0x04 (0.0078125)\n   got     0x00 (0)\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, &b)
		}
	}
	data, err := json.Marshal(flushed)
	var back struct {
		OK       bool
		Failed   int
		Findings []struct {
			Class, Got string
			Operands   []string
		}
		Areas map[string]struct{ Checked, Failed int }
	}
	if err != nil || json.Unmarshal(data, &back) != nil {
		t.Fatal(err)
	}
	if back.OK || back.Failed != 5852 || len(back.Findings) != 1 || back.Findings[0].Class != "subnormals" || back.Findings[0].Got != "0x00" ||
		strings.Join(back.Findings[0].Operands, " ") != "0x08 0x30" || back.Areas["subnormal results"].Failed != 5628 {
		t.Errorf("%s", data)
	}

	right := check(t, ours(f, mul), mul, fuzz.Options{})
	b.Reset()
	if err := fuzz.WriteSummary(&b, []*fuzz.Report{right, flushed}); err != nil {
		t.Fatal(err)
	}
	const summary = `      operation                  cases         wrong
ok    mul e4m3fn, ToNearestEven  65,536 (all)  0
FAIL  mul e4m3fn, ToNearestEven  65,536 (all)  5,852  subnormals
`
	if b.String() != summary {
		t.Errorf("%s", &b)
	}
}

// What the four lines say of each kind of result.
func TestExplain(t *testing.T) {
	e4m3, half := fuzz.Float(parse(t, "e4m3fn")), fuzz.Float(parse(t, "binary16"))
	for _, test := range []struct {
		op   fuzz.Operation
		c    fuzz.Case
		want string
	}{
		{fuzz.Add.In(e4m3), fuzz.Case{0x18, 0x38}, "exact   1.0625, halfway between 0x38 (1) and 0x39 (1.125)\nwant    0x38 (1), flags inexact: a tie, which ToNearestEven takes so"},
		{fuzz.Add.In(e4m3).With(fuzz.Context{Mode: rounding.ToPositiveInf}), fuzz.Case{0x01, 0x38}, "below half of the way between 0x38 (1) and 0x39 (1.125)\nwant    0x39 (1.125), flags inexact: ToPositiveInf takes it"},
		{fuzz.Mul.In(e4m3), fuzz.Case{0x7e, 0x7e}, "exact   200704, beyond the largest finite value 448\nwant    0x7f (NaN), flags inexact and overflow: overflow, ToNearestEven and SatNone"},
		{fuzz.Quo.In(half), fuzz.Case{0x3c00, 0x4200}, "exact   0.33333333333333333333..., below half"},
		{fuzz.Quo.In(half), fuzz.Case{0x3c00, 0x8000}, "exact   -Inf, by a division by zero"},
		{fuzz.Sqrt.In(half), fuzz.Case{0xbc00}, "exact   none: the operation is invalid"},
		{fuzz.Sub.In(half), fuzz.Case{0x3c00, 0x3c00}, "terms that cancel give -0 in ToNegativeInf alone"},
		{fuzz.Convert.In(fuzz.Binary64()).To(e4m3).With(fuzz.Context{Mode: rounding.StochasticA, RandomBits: 4}), fuzz.Case{0x3ff1000000000000, 7}, "StochasticA decides by the random bits"},
		{fuzz.Convert.In(half).To(fuzz.Integer(8, true)), fuzz.Case{0xc500}, "exact   -5\nwant    0xfb (-5)"},
		{fuzz.Lt.In(half), fuzz.Case{0x3c00, 0x4000}, "want    0x1 (true)"},
	} {
		code, flags := test.op.Want(test.c)
		d := fuzz.Disagreement{Operands: test.c, Want: fuzz.Answer{Code: code, Flags: flags}, Got: fuzz.Answer{Code: 1, HasFlags: true}}
		if s := test.op.Explain(d); !strings.Contains(s, test.want) {
			t.Errorf("%v: %q is not in\n%s", test.op, test.want, s)
		}
	}
}
