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
	"quo(-1,0) q1.6",
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
		"hypot(3,4) q3.4":            "no hypot",
		"code(0x100)+1 e5m2":         "8 bits",
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

// TestExplainOperations: what an operation gives exactly, in rational numbers, rounds to what the packages compute, which
// know nothing of them. Every operation, with operands of every kind.
func TestExplainOperations(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	tries := 250
	if testing.Short() {
		tries = 80
	}
	for _, o := range operations {
		seen, inexact := 0, 0
		for range tries {
			mode := rounding.Modes()[r.IntN(11)]
			var f numberFormat
			var codes []uint64
			if name := []string{"e4m3fn", "e5m2", "e2m1fn", "bfloat16", "Binary8p4se", "e4m3fnuz", "q3.4", "uq0.8", "q10.-3"}[r.IntN(9)]; o.fixed != nil || name[0] != 'q' && name[0] != 'u' {
				fixed, mini, isFixed, err := parseNumberFormat(name)
				if err != nil {
					t.Fatal(err)
				}
				f = explainedMinifloat{mini, minifloat.Context{Mode: mode, Saturation: rounding.Saturations()[r.IntN(3)], Tininess: rounding.Tininess(r.IntN(2))}}
				if isFixed {
					f = explainedFixed{fixed, fixedpoint.Context{Mode: mode, Overflow: fixedpoint.Overflows()[r.IntN(3)]}}
				}
			} else {
				continue
			}
			var x expression
			x.operation = o
			for range o.operands {
				codes = append(codes, r.Uint64N(1<<f.bits()))
				x.operands = append(x.operands, written{text: "code", isCode: true, code: codes[len(codes)-1]})
			}
			e, err := explainOperation(x, f, mode)
			if err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("%s in %s, %s, %s", e.Value, e.Format, e.Mode, e.Policy)
			if len(e.Why) == 0 || e.Why[0] == "" {
				t.Errorf("%s: no reason", name)
			}
			code, flags, _ := f.operate(o, codes)
			if want := codeOfFormat(f, code); e.Result.Code != want.Code || strings.Join(e.Flags, " ") != strings.Join(flagNames(flags), " ") {
				t.Errorf("%s: %s %v, the package gives %s %v", name, e.Result.Code, e.Flags, want.Code, flags)
			}
			if e.exactNumber == nil || e.exactNumber.Sign() == 0 || o.exact == nil || e.Position == "special" {
				continue
			}
			seen++
			if flags&rounding.Inexact != 0 {
				inexact++
			}
			if got, gotFlags := f.round(exactValue{number: e.exactNumber, negative: e.exactNumber.Sign() < 0}); got != code || gotFlags != flags {
				t.Errorf("%s: %s rounds to %#x %v, the package gives %#x %v", name, e.Exact, got, gotFlags, code, flags)
			}
		}
		if o.exact != nil && (seen < tries/10 || inexact == 0 && o.name != "rem" && o.name != "mod") {
			t.Errorf("%s: %d results, %d of them rounded", o.name, seen, inexact)
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
		"-480 e4m3fn -mode tozero":     {"exact -480", "-448", "-512"},
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
	for _, s := range []string{"fma(0.1, 3, -0.25)", "0.1+0.2", "1e-3-1e+3", "code(0x3c)*1/3", "hypot(inf,nan)", "add(1", "\t- 1"} {
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
