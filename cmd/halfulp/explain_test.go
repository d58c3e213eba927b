package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

var update = flag.Bool("update", false, "write the golden outputs of explain")

// explained are the command lines of testdata/explain.txt.
var explained = []string{
	"0.3 e4m3fn",
	"0.3 q1.6",
	"-0.3 q1.6 -mode SC_TRN",
	"464 e4m3fn",
	"464.5 e4m3fn",
	"672 e4m3fn -mode ToZero",
	"1000 e4m3fn -saturate finite",
	"65520 binary16",
	"1e-8 e5m2",
	"1/3 Binary8p4se -mode roundTiesToAway",
	"2.5 e2m1fn -mode toodd",
	"7 e2m1fn",
	"-0 e4m3fnuz",
	"-1 e8m0fnu",
	"1e-50 e8m0fnu",
	"0x1.000003p0 binary32",
	"3 q1.6 -overflow wrap",
	"-9 q3.4 -overflow SaturateSymmetric",
	"-5 uq4.4",
	"100 q10.-3",
	"0.001 q-4.11",
	"0.9999999999999999999 uq0.64",
	"nan q0.7",
	"-inf e2m1fn",
	"inf e4m3fn",
	"nan e5m2",
	"512 e4m3fn -saturate finite",
	"-.5 q1.6",
	"0x1.ep-7 e4m3fn",
	"0x1.fp-7 e4m3fn",
	"0x1.fp-7 e4m3fn -tininess before",
	"0.003 e4m3fn -mode ToPositiveInf -subnormals ftz",
	"code(0x09)-code(0x08) e4m3fn -subnormals ftz",
	"0x1.fp-7 e4m3fn -tininess before -subnormals FlushToZero",
	"0x1.fp-7 e4m3fn -subnormals both",
	"code(0x04)*8 e4m3fn -subnormals daz",
	"quo(1,0x1p-15) e5m2 -subnormals both",
	"0.003 e8m0fnu -subnormals both",
	"500 Binary8p4sf",
	"fma(0.1,3,-0.25) e4m3fn",
	"fma(7,37,-0x1p-60) bfloat16",
	"0.1+0.2 binary16",
	"-0.1-0.2 e5m2 -mode ToOdd",
	"code(0x7d)+1 e5m2",
	"inf-inf e5m2",
	"quo(1,-0) e5m2",
	"div(1,0) Binary8p4se",
	"quo(1,inf) e4m3",
	"400*400 e4m3fn -saturate finite",
	"sqrt(2) e3m4",
	"rsqrt(0x1p-17) e2m1fn",
	"rem(7,3) e2m1fn -mode ToZero",
	"min(-0,0) e4m3fn",
	"minimumNumber(nan,2) e4m3fn",
	"0.25*0.3 q0.7",
	"exp(1) e4m3fn",
	"exp(0x1p-100) bfloat16 -mode ToPositiveInf",
	"tanh(20) binary16",
	"log10(1000) binary16",
	"exp(-1e38) bfloat16 -mode ToPositiveInf",
	"log(0) e5m2",
	"cbrt(27) e4m3fn",
	"atan(-inf) e5m2",
	"quo(-1,0) q1.6",
	"0.3 e4m3fn -mode StochasticA -random 0x5 -random-bits 3",
	"-0.3 q1.6 -mode StochasticB -random 2 -random-bits 3",
	"0.3 e4m3fn -mode StochasticC -random 0b11 -random-bits 3",
	"0x1.04p0 e4m3fn -mode StochasticOdd -random 0b11 -random-bits 2",
	"exp(1) e5m2 -mode StochasticEqual -random 0x1fffffff -random-bits 30",
	"mul(0.1:e5m2,3.3:bfloat16) e4m3fn",
	"0x1.0020000001p0:binary32 binary16",
	"inf:e5m2+1:e5m2 e4m3fn",
	"code(0x7d):e5m2 e4m3fn",
	"minimumNumber(nan:e5m2,0.3:binary16) e4m3fn",
	"roundToIntegral(2.5) e4m3fn",
	"roundToInt(15.5) e3m4",
	"nextUp(448) e4m3fn",
	"scalb(0.3,-8) e4m3fn",
	"0.003 e4m3fn_nosub",
}

// TestExplainGolden compares with what was looked at by eye; go test -update writes it anew.
func TestExplainGolden(t *testing.T) {
	const golden = "testdata/explain.txt"
	var all bytes.Buffer
	for _, line := range explained {
		code, out, stderr := halfulp(append([]string{"explain"}, strings.Fields(line)...)...)
		if code != 0 || stderr != "" {
			t.Errorf("explain %s: code %d, stderr %q", line, code, stderr)
		}
		fmt.Fprintf(&all, "$ halfulp explain %s\n%s\n", line, out)
	}
	if *update {
		if err := os.WriteFile(golden, all.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, old := strings.Split(all.String(), "$ "), strings.Split(string(want), "$ ")
	for i := range got {
		if i >= len(old) || got[i] != old[i] {
			t.Errorf("%s\nis not what %s has", got[i], golden)
		}
	}
}

func TestExplainErrors(t *testing.T) {
	for line, want := range map[string]string{
		"":                           "expected",
		"0.3":                        "expected",
		"abc e5m2":                   `"abc" is no number`,
		"1e e5m2":                    "is no number",
		"0x e5m2":                    "is no number",
		". e5m2":                     "is no number",
		"1/2/3 e5m2":                 "is no number",
		"1/nan e5m2":                 "is no number",
		"0o17 e5m2":                  "is no number",
		"1_000 e5m2":                 "is no number",
		"--5 e5m2":                   "unknown flag",
		"1/0 e5m2":                   "divides by zero",
		"1/0.0e5 e5m2":               "divides by zero",
		"1e9999999999999999999 e5m2": "exponent",
		"0x1p-50001 e5m2":            "exponent",
		"0.3 e99m3":                  "e99m3",
		"0.3 q99.3":                  "99 integer",
		"0.3 int8":                   "q7.0",
		"0.3 uint16":                 "uq16.0",
		"0.3 nonsense":               "no format",
		"0.3 e5m2 -mode foo":         "unknown mode",
		"0.3 e5m2 -mode StochasticA": "random",
		"0.3 e5m2 -overflow wrap":    "-saturate",
		"0.3 q1.6 -saturate finite":  "-overflow",
		"0.3 e5m2 -saturate most":    `"most"`,
		"0.3 q1.6 -overflow most":    "most",
		"0.3 e5m2 extra":             "extra",
		"0.3 e5m2 -tininess never":   `"never"`,
		"0.3 q1.6 -tininess after":   "-tininess",
		"0.3 e5m2 -subnormals none":  `"none"`,
		"0.3 q1.6 -subnormals ftz":   "-subnormals",
		"hypot(3,4) q3.4":            "no hypot",
		"code(0x100)+1 e5m2":         "8 bits",
		"1+code(0x40):e2m1fn e5m2":   "code(0x40): the codes of e2m1fn have 4 bits",
		"scalb(1,2) q3.4":            "no scalb",

		"0.3 e5m2 -random 1":                                        "not for ToNearestEven",
		"0.3 e5m2 -mode StochasticA -random 1":                      "-random-bits how many",
		"0.3 e5m2 -mode StochasticA -random-bits 3":                 "-random says which",
		"0.3 e5m2 -mode StochasticA -random 9 -random-bits 3":       "more than the 3 bits",
		"0.3 e5m2 -mode StochasticA -random 1 -random-bits 31":      "a minifloat takes 1 to 30",
		"0.3 q1.6 -mode StochasticA -random 1 -random-bits 64":      "fixed point takes 1 to 63",
		"0.3 e5m2 -mode StochasticA -random 1 -random-bits=-1":      "a minifloat takes 1 to 30",
		"0.3 e5m2 -mode StochasticC -random x -random-bits 3":       `"x" is no integer`,
		"0.3 q1.6 -mode SR -random 1 -random-bits 3":                "unknown mode",
		"nextUp(1) e5m2 -mode StochasticA -random 1 -random-bits 3": "nextUp takes no random bits",
	} {
		code, out, stderr := halfulp(append([]string{"explain"}, strings.Fields(line)...)...)
		if code != exitUsage || out != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, want) {
			t.Errorf("explain %s: code %d, stdout %q, stderr %q; want %q in one line", line, code, out, stderr, want)
		}
	}
	long := strings.Repeat("1", maxValueText+1)
	if code, _, stderr := halfulp("explain", long, "e5m2"); code != exitUsage || len(stderr) > 200 {
		t.Errorf("a long value: code %d, %d bytes of stderr", code, len(stderr))
	}
}

// TestExpressionErrors: the mistake is marked where it is.
func TestExpressionErrors(t *testing.T) {
	for text, want := range map[string]struct {
		at   int
		what string
	}{
		"fma(0.1, 3 -0.25)":   {11, "a comma was expected: fma(x, y, z)"},
		"fma(0.1, 3)":         {10, "an operand is missing"},
		"fma(0.1, 3, 1, 2)":   {13, "an operand too many"},
		"fma 0.1, (3, 1)":     {4, "parenthesis is missing"},
		"fma(0.1, 3, 1":       {13, "closing parenthesis"},
		"fma(0.1, 3, 1) 2":    {15, "should end here"},
		"fma(0.1, 3, 1) + 2":  {15, "one operation at a time"},
		"fma(0.1, mul(2,3),)": {9, "one operation at a time"},
		"fma(,,)":             {4, "a number was expected"},
		"fma(x, y, z)":        {4, "a number was expected"},
		"frob(1)":             {0, `"frob" is no operation: add sub`},
		"0.1 / 3":             {4, "quo(x, y)"},
		"1 + 2 + 3":           {6, "one operation at a time"},
		"1 +":                 {3, "a number was expected"},
		"1 2":                 {2, "an operator was expected"},
		"1,2":                 {1, "an operator was expected"},
		"code(zz)+1":          {0, "a code is an integer"},
		"-code(1)+1":          {0, "no sign"},
		"code(0x3c)":          {10, "an operator was expected"},
		"1/0+1":               {0, "divides by zero"},
		"2*1e999999999":       {2, "exponent"},
		"0.1:":                {4, "a format was expected behind 0.1"},
		"0.1:, 2":             {4, "a format was expected behind 0.1"},
		"0.1 : e5m3 + 1 2":    {15, "should end here"},
		"0.1:nonsense + 1":    {4, "no format"},
		"0.1:e99m3 + 1":       {4, "e99m3"},
		"0.1:int8 + 1":        {4, "q7.0"},
		"0.1:e5m2 0.2":        {9, "an operator was expected"},
		"add(0.1:e5m2 3)":     {13, "a comma was expected"},
		"e5m2(0.1)":           {0, "a format stands behind its operand: 0.1:e5m2"},
		"mul(0.1:q1.6, 2)":    {8, "x is of Q1.6 and the result of e4m3fn"},
		"mul(0.1, 2:q1.6)":    {11, "y is of Q1.6 and the result of e4m3fn"},
		"nextUp(1:e5m2)":      {9, "the result of nextUp is in its operand's format"},
		"scalb(1, 0.5)":       {9, "an integer was expected: scalb(x, n) = x * 2^n"},
		"scalb(1, 3:e5m2)":    {10, "is an integer and has no format"},
		"scalb(1, 1000000)":   {9, "beyond 100000"},
	} {
		code, out, stderr := halfulp("explain", text, "e4m3fn")
		lines := strings.Split(stderr, "\n")
		if code != exitUsage || out != "" || len(lines) != 4 || !strings.Contains(lines[0], want.what) ||
			lines[1] != "  "+strings.TrimSpace(text) || lines[2] != "  "+strings.Repeat(" ", want.at)+"^" {
			t.Errorf("explain %q: code %d, stdout %q, stderr\n%s", text, code, out, stderr)
		}
	}
	code, _, stderr := halfulp("explain", "1 +\n\xff", "e4m3fn")
	if code != exitUsage || strings.Count(stderr, "\n") != 3 {
		t.Errorf("control characters: code %d, stderr %q", code, stderr)
	}
	if code, _, stderr := halfulp("explain", "1+"+strings.Repeat(" ", maxValueText), "e5m2"); code != exitUsage || len(stderr) > 300 {
		t.Errorf("a long expression: code %d, %d bytes of stderr", code, len(stderr))
	}
}

// oracle returns an operation as package fuzz/exact defines it, beside whose results it stands with an exponent and random
// bits that are no operands there.
func oracle(t *testing.T, o operation, exponent int, r randomBits, mode exact.Mode) *fuzz.Operator {
	t.Helper()
	own := func(of func(x []exact.Number, e fuzz.Environment) exact.Result) *fuzz.Operator {
		return fuzz.NewOperator(o.name, len(o.operands), of)
	}
	switch o.name {
	case "roundToIntegral", "roundToIntegralExact":
		return own(func(x []exact.Number, _ fuzz.Environment) exact.Result {
			z := exact.RoundToIntegral(x[0], exact.Options{Mode: mode, Random: r.word, Bits: r.n})
			if o.quiet {
				z.Raised &^= exact.Inexact
			}
			return z
		})
	case "scalb":
		return fuzz.NewOperator("scalb", 1, func(x []exact.Number, _ fuzz.Environment) exact.Result { return exact.Scalb(x[0], exponent) })
	case "clamp":
		return own(func(x []exact.Number, _ fuzz.Environment) exact.Result { return exact.ClampTo(x[0], x[1], x[2]) })
	case "ulp": // of an operand in the format of the result
		return own(func(x []exact.Number, e fuzz.Environment) exact.Result {
			return exact.Result{Number: e.Result.Ulp(x[0])}
		})
	case "nextUp", "nextDown":
		return own(func(x []exact.Number, e fuzz.Environment) exact.Result {
			if o.name == "nextUp" {
				return exact.Result{Number: e.Result.Decode(e.Result.NextUp(x[0]))}
			}
			return exact.Result{Number: e.Result.Decode(e.Result.NextDown(x[0]))}
		})
	}
	op, err := fuzz.ParseOperator(o.name)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// oracleModes are the oracle's names of the stochastic modes and of those that round to integers here.
var oracleModes = map[rounding.Mode]exact.Mode{
	rounding.ToNearestEven: exact.TiesToEven, rounding.ToNearestAway: exact.TiesToAway, rounding.ToZero: exact.TowardZero,
	rounding.AwayFromZero: exact.AwayFromZero, rounding.ToNegativeInf: exact.TowardNegative, rounding.ToPositiveInf: exact.TowardPositive,
	rounding.ToNearestZero: exact.TiesToZero, rounding.ToNearestUp: exact.TiesToPositive, rounding.ToNearestDown: exact.TiesToNegative,
	rounding.ToNearestOdd: exact.TiesToOdd, rounding.ToOdd: exact.ToOdd,
	rounding.StochasticA: exact.StochasticA, rounding.StochasticB: exact.StochasticB, rounding.StochasticC: exact.StochasticC,
	rounding.StochasticEqual: exact.StochasticEqual, rounding.StochasticOdd: exact.StochasticOdd,
}

// oracleFormat is a format as package fuzz has it.
func oracleFormat(f numberFormat) fuzz.Format {
	switch f := f.(type) {
	case explainedMinifloat:
		return fuzz.Float(f.f)
	case explainedFixed:
		return fuzz.Fixed(f.f)
	}
	panic("another kind of format")
}

// TestExplainOperations: the result of every operation, on operands of every kind in formats of their own, in every mode, is
// that of the oracle, and so is what the exact value that is shown rounds to.
func TestExplainOperations(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	tries := 160
	if testing.Short() {
		tries = 60
	}
	names := []string{"e4m3fn", "e5m2", "e2m1fn", "bfloat16", "Binary8p4se", "Binary6p3uf", "e4m3fnuz", "e4m3fn_nosub", "e8m0fnu", "q3.4", "uq0.8", "q10.-3"}
	format := func() numberFormat {
		f, err := newNumberFormat(names[r.IntN(len(names))])
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	allModes := append(rounding.Modes(), rounding.StochasticModes()...)
	for _, o := range operations {
		seen, inexact := 0, 0
		for range tries {
			c := fuzz.Context{Mode: allModes[r.IntN(len(allModes))], Saturation: rounding.Saturations()[r.IntN(3)],
				Tininess: rounding.Tininess(r.IntN(2)), Overflow: fixedpoint.Overflows()[r.IntN(3)],
				Subnormals: rounding.Subnormals(max(0, r.IntN(8)-4))}
			var drawn randomBits
			if c.Mode.Stochastic() {
				drawn.n = 1 + r.IntN(30)
				drawn.word, c.RandomBits = r.Uint64()>>(64-drawn.n), drawn.n
			}
			f := format()
			switch g := f.(type) {
			case explainedMinifloat:
				g.c, g.drawn = minifloat.Context{Mode: c.Mode, Saturation: c.Saturation, Tininess: c.Tininess, Subnormals: c.Subnormals}, drawn
				f = g
			case explainedFixed:
				g.c, g.drawn = fixedpoint.Context{Mode: c.Mode, Overflow: c.Overflow}, drawn
				c.Subnormals = rounding.GradualUnderflow // the program has no other beside a fixed-point result
				f = g
			}
			x := expression{operation: o}
			op := fuzz.Operation{Result: oracleFormat(f), Context: c}
			var codes fuzz.Case
			exponent := r.IntN(40) - 20
			for i := range o.operands {
				if o.exponent && i == len(o.operands)-1 {
					number := new(big.Rat).SetInt64(int64(exponent))
					x.operands = append(x.operands, written{text: "n", integer: true, value: exactValue{text: strconv.Itoa(exponent), number: number}})
					break
				}
				w, in := written{text: "code", isCode: true}, f
				if r.IntN(2) == 0 && o.name != "ulp" {
					in = format()
					w.in = in
				}
				w.code = r.Uint64N(1 << in.bits())
				codes[i], op.Operands = w.code, append(op.Operands, oracleFormat(in))
				x.operands = append(x.operands, w)
			}
			e, err := explainOperation(x, f, c.Mode)
			if err != nil {
				continue // of formats that do not go together; there are enough others
			}
			codes[len(op.Operands)] = drawn.word
			if o.asIs {
				op.Context.Subnormals &^= rounding.DenormalsAreZero
			}
			if o.next != "" {
				op.Context.Saturation = rounding.SatNone // nothing is rounded, but to what overflow gives
				op.Context.Subnormals = rounding.GradualUnderflow
			}
			op.Operator = oracle(t, o, exponent, drawn, oracleModes[c.Mode])
			want, wantFlags := op.Want(codes)
			name := fmt.Sprintf("%s, %v, %s, in %s %s", e.Value, op, e.Policy, e.Mode, e.Random)
			if result := codeOfFormat(f, want); e.Result.Code != result.Code || strings.Join(e.Flags, " ") != strings.Join(flagNames(wantFlags), " ") {
				t.Errorf("%s: %s %v, want %s %v", name, e.Result.Code, e.Flags, result.Code, wantFlags)
			}
			if len(e.Why) == 0 || e.Why[0] == "" {
				t.Errorf("%s: no reason", name)
			}
			if e.exactNumber == nil || e.exactNumber.Sign() == 0 || e.Position == "special" {
				continue
			}
			seen++
			if e.Upper != nil {
				inexact++
			}
			if o.integers {
				if e.Upper != nil && (!e.Lower.number.IsInt() || difference(e.Upper.number, e.Lower.number).Cmp(one.number) != 0) {
					t.Errorf("%s: between %s and %s", name, e.Lower.Value, e.Upper.Value)
				}
				continue
			}
			// A quotient by zero is not exact but an infinity; what is exact rounds to the result, whatever else is raised.
			if got, gotFlags := f.round(exactValue{number: e.exactNumber, negative: e.exactNumber.Sign() < 0}); got != want || gotFlags != wantFlags&^rounding.Invalid && gotFlags != wantFlags {
				t.Errorf("%s: %s rounds to %#x %v, want %#x %v", name, e.Exact, got, gotFlags, want, wantFlags)
			}
		}
		if seen < tries/20 || inexact == 0 && o.next == "" && o.name != "ulp" {
			t.Errorf("%s: %d results, %d of them rounded", o.name, seen, inexact)
		}
	}
}

// TestExplainOdds: odds worked out by hand from what is cut off, in units of 2^-n of a step.
func TestExplainOdds(t *testing.T) {
	for _, c := range []struct {
		line              string
		n                 int
		a, b, c, odd, any int64 // the words of n bits with which each mode goes away from zero
	}{
		{"0.3 e4m3fn", 3, 4, 5, 5, 5, 4},                                        // 0.6: 4.8, and 9.6 of 16
		{"-0.3 e4m3fn", 3, 4, 5, 5, 5, 4},                                       // the same for the magnitude
		{"0x1.04p0 e4m3fn", 3, 1, 1, 1, 1, 4},                                   // 1/8: 1, and 2 of 16
		{"0x1.04p0 e4m3fn", 2, 0, 1, 0, 1, 2},                                   // 0.5, a tie, and 1 of 8
		{"0x1.0cp0 e4m3fn", 2, 1, 2, 2, 1, 2},                                   // 3/8: 1.5, a tie, and 3 of 8
		{"0x1.1ep0 e4m3fn", 2, 3, 4, 4, 4, 2},                                   // 15/16: 3.75, and 7.5 of 8
		{"0.003 e4m3fn", 3, 4, 4, 4, 4, 4},                                      // 0.536 of the step of subnormal numbers: 4.288, and 8.576 of 16
		{"0.3 q1.6", 3, 1, 2, 2, 2, 4},                                          // 0.2: 1.6, and 3.2 of 16
		{"sqrt(2) e3m4", 4, 10, 10, 10, 10, 8},                                  // 22.627... of the step 1/16: 10.038..., and 20.077... of 32
		{"roundToInt(2.25) e4m3fn", 2, 1, 1, 1, 1, 2},                           // a quarter
		{"0x1.04p0:bfloat16 e4m3fn", 3, 1, 1, 1, 1, 4},                          // as above
		{"exp(0x1p-100) bfloat16", 30, 0, 0, 0, 0, 1 << 29},                     // 2^-93 of a step
		{"0.3 e4m3fn", 30, 644245094, 644245094, 644245094, 644245094, 1 << 29}, // 0.6 * 2^30 = 644245094.4, and 1288490188.8 of 2^31
	} {
		for mode, want := range map[string]int64{"StochasticA": c.a, "StochasticB": c.b, "StochasticC": c.c, "StochasticOdd": c.odd, "StochasticEqual": c.any} {
			won := int64(0)
			for word := range min(1<<c.n, 16) {
				args := append([]string{"explain", "-json", "-mode", mode, "-random", strconv.Itoa(word), "-random-bits", strconv.Itoa(c.n)}, strings.Fields(c.line)...)
				code, out, stderr := halfulp(args...)
				var e explanation
				if err := json.Unmarshal([]byte(out), &e); code != 0 || err != nil {
					t.Fatalf("%s: code %d, %v, %s", c.line, code, err, stderr)
				}
				away, to := e.Upper, e.Lower
				if strings.HasPrefix(e.Exact, "-") {
					away, to = to, away
				}
				all := fmt.Sprint(1 << c.n)
				if c.n == 30 {
					all = "2^30"
				}
				if away.Odds != fmt.Sprintf("%d/%s", want, all) || to.Odds != fmt.Sprintf("%d/%s", 1<<c.n-want, all) {
					t.Errorf("%s %s, %d bits: odds %s and %s, want %d", c.line, mode, c.n, away.Odds, to.Odds, want)
				}
				if e.Random != fmt.Sprintf("%0*b", c.n, word) {
					t.Errorf("%s %s: the random bits %q", c.line, mode, e.Random)
				}
				if e.Result.Code == away.Code {
					won++
				}
			}
			if c.n <= 4 && won != want {
				t.Errorf("%s %s, %d bits: %d words go away from zero, want %d", c.line, mode, c.n, won, want)
			}
		}
	}
}

// TestExplainOddsRandom: the odds are how many words of random bits take a neighbour where the oracle rounds.
func TestExplainOddsRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	names := []string{"e4m3fn", "e5m2", "e2m1fn", "e4m3fnuz", "e4m3fn_nosub", "Binary8p3se", "bfloat16", "q3.4", "q10.-3", "uq0.8"}
	seen := 0
	for range 600 {
		name := names[r.IntN(len(names))]
		f, err := newNumberFormat(name)
		if err != nil {
			t.Fatal(err)
		}
		mode, n := rounding.StochasticA+rounding.Mode(r.IntN(4)), 1+r.IntN(5)
		x := float32(math.Ldexp(r.NormFloat64(), r.IntN(20)-12))
		op := fuzz.Convert.In(fuzz.Float(binary32)).To(oracleFormat(f)).With(fuzz.Context{Mode: mode, RandomBits: n})
		counts := map[string]int64{}
		var last explanation
		for word := range uint64(1) << n {
			switch g := f.(type) {
			case explainedMinifloat:
				g.c.Mode, g.drawn = mode, randomBits{word, n}
				f = g
			case explainedFixed:
				g.c.Mode, g.drawn = mode, randomBits{word, n}
				f = g
			}
			v, err := parseValue(strconv.FormatFloat(float64(x), 'g', -1, 64))
			if err != nil {
				t.Fatal(err)
			}
			last = explain(v, f, mode)
			code, flags := op.Want(fuzz.Case{uint64(math.Float32bits(x)), word})
			want := codeOfFormat(f, code)
			counts[want.Code]++
			if last.Result.Code != want.Code || strings.Join(last.Flags, " ") != strings.Join(flagNames(flags), " ") {
				t.Fatalf("%v in %s, %v, %#x of %d bits: %s %v, want %s %v", x, name, mode, word, n, last.Result.Code, last.Flags, want.Code, flags)
			}
			// The reason names the neighbour that was taken, of those within the range.
			if last.Upper != nil && last.Upper.Code != "" && last.Lower.Code != "" && !claimed(t, strings.Join(last.Why, "; "), last) {
				t.Errorf("%v in %s, %v: %q", x, name, mode, last.Why)
			}
		}
		if last.Upper == nil || last.Upper.Code == "" || last.Lower.Code == "" {
			continue
		}
		seen++
		all := power(n)
		upper, lower := fmt.Sprintf("%d/%s", counts[last.Upper.Code], all), fmt.Sprintf("%d/%s", counts[last.Lower.Code], all)
		if last.Upper.Odds != upper || last.Lower.Odds != lower {
			t.Errorf("%v in %s, %v of %d bits: odds %s and %s, want %s and %s", x, name, mode, n, last.Upper.Odds, last.Lower.Odds, upper, lower)
		}
	}
	if seen < 200 {
		t.Errorf("%d values between two neighbours", seen)
	}
}

// TestExplainMixed: operands in formats of their own, with results worked out by hand.
func TestExplainMixed(t *testing.T) {
	for line, want := range map[string]struct{ operands, exact, result string }{
		"mul(0.1:e5m2,3:bfloat16) binary16":         {"0.09375 3", "9/32", "0.28125"},
		"0.1:e5m2*3 e2m1fn":                         {"0.09375 3", "9/32", "0.5"}, // beyond a quarter
		"0.1:e5m2+0.1:q1.6 e4m3fn":                  {"", "", ""},                 // floating and fixed point
		"0.1:e5m2 e4m3fn":                           {"0.09375", "3/32", "0.09375"},
		"464.5:bfloat16 e4m3fn":                     {"464", "464", "448"}, // rounded twice: 464.5 itself overflows
		"convert(464.5:binary16) e4m3fn":            {"464.5", "929/2", "NaN"},
		"-0.3:q1.6 e4m3fn":                          {"-0.296875", "-19/64", "-0.3125"}, // a tie
		"0.3:e4m3fn q1.6":                           {"0.3125", "5/16", "0.3125"},
		"0.1:ap_fixed<8,2>*2:Q3.4 q3.4":             {"0.09375 2", "3/16", "0.1875"},
		"sqrt(code(0x40):e4m3fn) e3m4":              {"2", "~1.41421356237", "1.4375"}, // 22.6 steps of 1/16
		"fma(7:e4m3fn,37:bfloat16,1:e5m2) e5m2":     {"7 37 1", "260", "256"},          // 4.06 steps of 64
		"min(0.3:binary16,0.3:e4m3fn) e5m2":         {"0.300048828125 0.3125", "1229/4096", "0.3125"},
		"maximumNumber(nan:e5m2,0.3:binary16) e5m2": {"NaN 0.300048828125", "1229/4096", "0.3125"},
		"rem(0.3:binary16,inf:e5m2) e4m3fn":         {"0.300048828125 +infinity", "1229/4096", "0.3125"},
		"inf:e5m2 e4m3fn":                           {"+infinity", "+infinity", "NaN"},
		"scalb(0.3,-5) e4m3fn":                      {"0.3125 -5", "5/512", "0.009765625"},
		"scalb(1:binary32,-200) bfloat16":           {"1 -200", "1/1606938044258990275541962092341162602522202993782792835301376", "0"},
		"logb(448:e4m3fn) e2m1fn":                   {"448", "8", "6"}, // the largest value
		"logb(0.003) e4m3fn":                        {"0.00390625", "-8", "-8"},
		"ulp(448:e4m3fn) binary16":                  {"448", "32", "32"},
		"ulp(0) e4m3fn":                             {"0", "1/512", "0.001953125"},
		"nextUp(0.3) e4m3fn":                        {"0.3125", "11/32", "0.34375"},
		"nextDown(-448) e4m3fn":                     {"-448", "NaN", "NaN"},
		"nextUp(inf) e5m2":                          {"+infinity", "+infinity", "+infinity"},
		"nextDown(inf) e5m2":                        {"+infinity", "57344", "57344"},
		"roundToIntegral(2.5) e4m3fn":               {"2.5", "5/2", "2"},
		"roundToIntegral(3.5) e4m3fn":               {"3.5", "7/2", "4"},
		"roundToInt(-0.3) e4m3fn":                   {"-0.3125", "-5/16", "-0"},
	} {
		code, out, stderr := halfulp(append([]string{"explain", "-json"}, strings.Fields(line)...)...)
		if want.result == "" {
			if code != exitUsage || !strings.Contains(stderr, "floating and fixed point meet in convert(x) alone") {
				t.Errorf("%s: code %d, stderr %q", line, code, stderr)
			}
			continue
		}
		var e explanation
		if err := json.Unmarshal([]byte(out), &e); code != 0 || err != nil {
			t.Errorf("%s: code %d, %v, stderr %q", line, code, err, stderr)
			continue
		}
		var operands []string
		for _, x := range e.Operands {
			operands = append(operands, x.Value)
		}
		if got := strings.Join(operands, " "); got != want.operands || e.Exact != want.exact || e.Result.Value != want.result {
			t.Errorf("%s: of %s exactly %s, becomes %s; want %s, %s, %s", line, got, e.Exact, e.Result.Value, want.operands, want.exact, want.result)
		}
	}
}

// TestExplainSVG: the picture names the values that the text does, and is the whole of a file that was there.
func TestExplainSVG(t *testing.T) {
	file := filepath.Join(t.TempDir(), "line.svg")
	if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 1<<16), 0o666); err != nil {
		t.Fatal(err)
	}
	for line, names := range map[string][]string{
		"0.3 e4m3fn":                   {"exact 0.3", "0.28125", "0.296875", "0.3125", "0 0101 010", "upper = the result", "error +0.4 of a step"},
		"464 e4m3fn":                   {"exact 464, a tie", "480", "beyond the range", "lower = the result", "a tie, and ToNearestEven"},
		"70000 binary16":               {"+infinity", "the result", "flags: inexact, overflow"},
		"0.25 e4m3fn":                  {"the next below", "0.234375", "the next above", "0.28125"},
		"nan e4m3fn":                   {"NaN"},
		"-500 e4m3fn -saturate finite": {"-448", "-512", "-480"},
		"fma(0.1,3,-0.26) e5m2":        {"x = 0.09375 (from 0.1)", "fma(x, y, z) = x*y + z"},
		"-9 q3.4 -overflow wrap":       {"exact -9", "the result", ">7<", "-9.0625", "-8.9375"},
		"480 e4m3fn":                   {"exact 480", "NaN", "448", "512"},
		"mul(0.1:e5m2,3.3:bfloat16) e4m3fn -mode StochasticB -random 0x155 -random-bits 10": {
			"x = 0.09375 in e5m2 (from 0.1)", "lower (odds 112/1024)", "upper (odds 912/1024) = the result", "random bits 0101010101"},
		"roundToIntegral(2) e4m3fn": {"the next below", ">1<", "the next above", ">3<"},
		"4 e2m3fn":                  {">3.75<", ">4.5<"},
		"-480 e4m3fn -mode tozero":  {"exact -480", "-448", "-512"},
	} {
		code, text, stderr := halfulp(append([]string{"explain", "-svg", file}, strings.Fields(line)...)...)
		if code != 0 || text == "" || stderr != "" {
			t.Errorf("%s: code %d, stderr %q", line, code, stderr)
		}
		svg, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(svg, new(struct{})); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		for _, name := range names {
			if !strings.Contains(string(svg), name) {
				t.Errorf("%s: the picture lacks %q\n%s", line, name, svg)
			}
		}
	}
	if code, _, stderr := halfulp("explain", "0.3", "e4m3fn", "-svg", filepath.Join(file, "x.svg")); code != exitData || stderr == "" {
		t.Errorf("a path that cannot be written: code %d, stderr %q", code, stderr)
	}
}

func TestExplainJSON(t *testing.T) {
	code, out, stderr := halfulp("explain", "-3/7", "e2m3fn", "--json", "-mode", "tozero")
	var e map[string]any
	if err := json.Unmarshal([]byte(out), &e); code != 0 || stderr != "" || err != nil {
		t.Fatalf("code %d, stderr %q, error %v", code, stderr, err)
	}
	if e["exact"] != "-3/7" || e["mode"] != "ToZero" || e["position"] != "above" || e["midpoint"] != "-0.4375" ||
		e["result"].(map[string]any)["code"] != "0x23" || e["lower"].(map[string]any)["value"] != "-0.5" {
		t.Errorf("%s", out)
	}
}

// parsed reads a text that decimalText wrote, which is exact unless it has a ~.
func parsed(t *testing.T, s string) (x *big.Rat, exact bool) {
	t.Helper()
	s, about := strings.CutPrefix(s, "~")
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return x, !about
}

// TestExplain: for any number, no value of the format lies between the neighbours, the position is that against their midpoint, the result is
// what the libraries give, and what the fields say multiplies out to it.
func TestExplain(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var formats []numberFormat
	for _, name := range []string{"e5m2", "e4m3fn", "e4m3fnuz", "e3m4", "e2m1fn", "e3m2fn", "e8m0fnu", "Binary8p4se", "Binary8p1uf", "Binary8p8uf", "Binary6p3ue"} {
		f, err := minifloat.ParseFormat(name)
		if err != nil {
			t.Fatal(err)
		}
		formats = append(formats, explainedMinifloat{f: f})
	}
	for _, name := range []string{"q1.6", "uq0.8", "q10.-3", "q-4.11", "uq3.2", "q0.0"} {
		f, err := fixedpoint.ParseFormat(name)
		if err != nil {
			t.Fatal(err)
		}
		formats = append(formats, explainedFixed{f: f})
	}
	modes := rounding.Modes()
	for range 4000 {
		f, mode := formats[r.IntN(len(formats))], modes[r.IntN(len(modes))]
		var bits int
		switch g := f.(type) {
		case explainedMinifloat:
			g.c = minifloat.Context{Mode: mode, Saturation: rounding.Saturations()[r.IntN(3)]}
			f, bits = g, g.f.Bits()
		case explainedFixed:
			g.c = fixedpoint.Context{Mode: mode, Overflow: fixedpoint.Overflows()[r.IntN(3)]}
			f, bits = g, g.f.Bits()
		}
		// A value of the format, or near one, or anything.
		x, _ := f.decode(r.Uint64N(1 << bits))
		if x == nil || r.IntN(5) == 0 {
			x, _ = new(big.Rat).SetString(strconv.FormatFloat(math.Ldexp(r.NormFloat64(), r.IntN(40)-20), 'g', 5, 64))
		}
		switch r.IntN(3) {
		case 0:
			x = new(big.Rat).Mul(x, big.NewRat(1000+r.Int64N(200)-100, 1000))
		case 1:
			x = new(big.Rat).Add(x, new(big.Rat).Quo(f.step(x), big.NewRat(2, 1)))
		}
		v, err := parseValue(x.RatString())
		if err != nil {
			t.Fatal(err)
		}
		e := explain(v, f, mode)
		name := fmt.Sprintf("%s in %s, %s, %s", v.text, e.Format, e.Mode, e.Policy)

		if e.Upper == nil {
			if e.Position != "exact" {
				t.Errorf("%s: position %s without neighbours", name, e.Position)
			}
		} else {
			low, high := e.Lower.number, e.Upper.number
			if x.Cmp(low) <= 0 || x.Cmp(high) >= 0 {
				t.Errorf("%s: not between %s and %s", name, e.Lower.Value, e.Upper.Value)
			}
			for c := range uint64(1) << bits {
				if y, _ := f.decode(c); y != nil && low.Cmp(y) < 0 && y.Cmp(high) < 0 {
					t.Fatalf("%s: %s lies between the neighbours %s and %s", name, y.RatString(), e.Lower.Value, e.Upper.Value)
				}
			}
			twice := new(big.Rat).Add(x, x)
			if want := [...]string{"below", "tie", "above"}[twice.Cmp(new(big.Rat).Add(low, high))+1]; e.Position != want {
				t.Errorf("%s: position %s, want %s", name, e.Position, want)
			}
			if len(e.Flags) == 1 && e.Flags[0] == "inexact" && e.Result.number.Cmp(low) != 0 && e.Result.number.Cmp(high) != 0 {
				t.Errorf("%s: the result %s is no neighbour", name, e.Result.Value)
			}
			if len(e.Why) == 1 && e.Result.number != nil {
				if !claimed(t, e.Why[0], e) {
					t.Errorf("%s becomes %s: %s", name, e.Result.Value, e.Why[0])
				}
			}
			for _, n := range []*neighbour{e.Lower, e.Upper} {
				lo, hi := f.limits()
				inside := n.number.Cmp(lo) >= 0 && n.number.Cmp(hi) <= 0
				if inside != (n.Code != "") {
					t.Errorf("%s: neighbour %s has the code %q", name, n.Value, n.Code)
				}
			}
		}
		if len(e.Why) == 0 || len(e.Why[0]) == 0 {
			t.Errorf("%s: no reason", name)
		}
		if e.Result.number == nil {
			continue
		}
		if e.Error != "" {
			if d, exact := parsed(t, strings.Replace(e.Error, "+", "", 1)); exact && d.Cmp(new(big.Rat).Sub(e.Result.number, x)) != 0 {
				t.Errorf("%s: error %s", name, e.Error)
			}
		} else if e.Result.number.Cmp(x) != 0 {
			t.Errorf("%s: no error, and the result %s", name, e.Result.Value)
		}
		// "a * 2^n = b": as the fields say, and as the bits say.
		last := e.Fields[len(e.Fields)-1].Meaning
		left, right, _ := strings.Cut(last, " = ")
		a, n, _ := strings.Cut(left, " * 2^")
		k, err := strconv.Atoi(n)
		factor, exact := parsed(t, a)
		if value, exactValue := parsed(t, right); err != nil || !exact || factor.Mul(factor, power2(k)).Cmp(e.Result.number) != 0 || exactValue && value.Cmp(e.Result.number) != 0 {
			t.Errorf("%s: the fields say %q, the result is %s", name, last, e.Result.Value)
		}
		if got := strings.NewReplacer(" ", "", ".", "").Replace(e.Result.Bits); len(got) != bits || fmt.Sprintf("0x%0*x", (bits+3)/4, mustBinary(t, got)) != e.Result.Code {
			t.Errorf("%s: bits %q, code %s", name, e.Result.Bits, e.Result.Code)
		}
		if len(e.letters) != len(e.Result.Bits) {
			t.Errorf("%s: letters %q under %q", name, e.letters, e.Result.Bits)
		}
	}
}

// claimed reports whether a reason tells the neighbour that was taken.
func claimed(t *testing.T, reason string, e explanation) bool {
	took := e.Result.number
	magnitude := func(x *big.Rat) *big.Rat { return new(big.Rat).Abs(x) }
	odd := strings.HasSuffix(e.Result.Bits, "1")
	for text, holds := range map[string]bool{
		"the upper neighbour":               took.Cmp(e.Upper.number) == 0,
		"the lower neighbour":               took.Cmp(e.Lower.number) == 0,
		"the neighbour whose last bit is 1": odd,
		"the neighbour whose last bit is 0": !odd,
		"the neighbour nearer to zero":      magnitude(took).Cmp(magnitude(e.Upper.number)) <= 0 && magnitude(took).Cmp(magnitude(e.Lower.number)) <= 0,
		"the neighbour farther from zero":   magnitude(took).Cmp(magnitude(e.Upper.number)) >= 0 && magnitude(took).Cmp(magnitude(e.Lower.number)) >= 0,
	} {
		if strings.Contains(reason, text) {
			return holds
		}
	}
	t.Errorf("%q names no neighbour", reason)
	return false
}

func mustBinary(t *testing.T, s string) uint64 {
	n, err := strconv.ParseUint(s, 2, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDecimalText(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "1": "1", "-0.5": "-0.5", "1/3": "~0.333333333333", "2/3": "~0.666666666667", "448": "448", "1e6": "1000000", "0.0001": "0.0001",
		"0.00001": "1e-05", "18446744073709551615": "18446744073709551615", "1e30": "1e+30", "-1/7000000": "~-1.42857142857e-07", "100/3": "~33.3333333333",
		"010.5": "10.5", "0010": "10", "00.": "0", "-007/2": "-3.5", "1e20/3": "~3.33333333333e+19", "123456789012345.5": "123456789012345.5", "0x1p-24": "5.9604644775390625e-08",
	} {
		v, err := parseValue(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := decimalText(v.number); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// FuzzParseValue: no panic, and a number that strconv reads is that number.
func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"0.3", "-1e-4", "0x1.8p-3", "1/3", "inf", "nan", "007.50", "1e15000/1e-15000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parseValue(s)
		if err != nil || v.number == nil {
			return
		}
		if want, err := strconv.ParseFloat(s, 64); err == nil {
			if got, _ := v.number.Float64(); math.Abs(got) != math.Abs(want) {
				t.Fatalf("%q is %v, want %v", s, got, want)
			}
		}
		if len(decimalText(v.number)) > 100 {
			t.Fatalf("%q prints %q", s, decimalText(v.number))
		}
	})
}

// FuzzParseExpression: no panic, a mistake is marked within the text, and every operand is a part of it.
func FuzzParseExpression(f *testing.F) {
	for _, s := range []string{"fma(0.1, 3, -0.25)", "0.1+0.2", "1e-3-1e+3", "code(0x3c)*1/3", "hypot(inf,nan)", "add(1", "mul(0.1:e5m2, 3:q-4.11)", "scalb(1, -3)", "1:ap_fixed<8,2>-2", "\t- 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := parseExpression(s)
		var syntax syntaxError
		if errors.As(err, &syntax) && (syntax.at > len(s) || !strings.HasSuffix(syntax.mark(), "^\n")) {
			t.Fatalf("%q: %v", s, err)
		}
		if err != nil {
			return
		}
		if len(x.operands) != len(x.operation.operands) {
			t.Fatalf("%q: %d operands of %s", s, len(x.operands), x.operation.call())
		}
		for _, w := range x.operands {
			if s[w.at:w.at+len(w.text)] != w.text {
				t.Fatalf("%q: %q does not stand at %d", s, w.text, w.at)
			}
		}
	})
}
