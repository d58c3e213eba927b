package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// The test's own binary is the program under check where this variable names one.
const programVariable = "HALFULP_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		os.Exit(programs[name]())
	}
	os.Exit(m.Run())
}

// programs add numbers of E5M2, rightly or not, and return their exit code.
var programs = map[string]func() int{
	"right": func() int { return adder(func(ctx minifloat.Context) minifloat.Context { return ctx }) },
	"truncates": func() int {
		return adder(func(ctx minifloat.Context) minifloat.Context { ctx.Mode = rounding.ToZero; return ctx })
	},
	"binary": func() int {
		in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
		for {
			x, err := in.ReadByte()
			if err != nil {
				out.Flush()
				return 0
			}
			y, _ := in.ReadByte()
			z, flags := minifloat.Add(minifloat.Context{}, minifloat.FromBits[minifloat.E5M2](x), minifloat.FromBits[minifloat.E5M2](y))
			out.WriteByte(z.Bits())
			out.WriteByte(byte(flags))
		}
	},
	"dies": func() int {
		fmt.Println("00")
		fmt.Fprintln(os.Stderr, "out of coffee")
		return 7
	},
	"hangs":  func() int { time.Sleep(time.Minute); return 0 },
	"babble": func() int { fmt.Println("00\n00\nthe sum is 3"); return 0 },
	"endless": func() int {
		for {
			if _, err := os.Stdout.WriteString(strings.Repeat("0", 1<<16)); err != nil {
				return 1
			}
		}
	},
}

// adder answers lines, in the mode that it is told.
func adder(change func(minifloat.Context) minifloat.Context) int {
	mode, err := rounding.ParseMode(os.Getenv("HALFULP_MODE"))
	if err != nil || os.Getenv("HALFULP_OP") != "add" || os.Getenv("HALFULP_FORMAT") != "e5m2" || len(os.Args) > 1 && os.Args[1] != mode.String() {
		fmt.Fprintln(os.Stderr, "told something else:", os.Args[1:], os.Environ())
		return 1
	}
	ctx := change(minifloat.Context{Mode: mode})
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var v [2]uint8
		for i, field := range strings.Fields(in.Text()) {
			n, _ := strconv.ParseUint(field, 16, 8)
			v[i] = uint8(n)
		}
		z, flags := minifloat.Add(ctx, minifloat.FromBits[minifloat.E5M2](v[0]), minifloat.FromBits[minifloat.E5M2](v[1]))
		fmt.Fprintf(out, "%s %02x %02x\n", in.Text(), z.Bits(), uint8(flags))
	}
	return 0
}

// checkProgram checks one of programs.
func checkProgram(t *testing.T, name string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv(programVariable, name)
	return halfulp(append([]string{"check", "-op", "add", "-format", "E5M2", "-count", "2000"}, args...)...)
}

func TestCheckProgram(t *testing.T) {
	self := os.Args[0]
	modes := "ToNearestEven,ToNearestAway"
	if !testing.Short() {
		modes = "all"
	}
	code, out, stderr := checkProgram(t, "right", "-mode", modes, "--", self, "{mode}")
	if code != 0 || stderr != "" || strings.Count(out, "\nok  ") < 2 || strings.Contains(out, "FAIL") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	if code, out, stderr = checkProgram(t, "binary", "-binary", "-flags", "--", self); code != 0 || stderr != "" || !strings.Contains(out, "2,000 cases agree") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	code, out, stderr = checkProgram(t, "truncates", "--", self)
	if code != exitDisagree || stderr != "halfulp: the implementation under check is wrong\n" || !strings.Contains(out, "Wrong direction: it rounds toward zero") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	code, out, stderr = checkProgram(t, "truncates", "-mode", "ToZero,ToPositiveInf", "--", self)
	if code != exitDisagree || stderr != "halfulp: the implementation under check is wrong in 1 of 2 checks\n" ||
		!strings.Contains(out, "ok    add e5m2, ToZero") || !strings.Contains(out, "FAIL  add e5m2, ToPositiveInf") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	code, out, _ = checkProgram(t, "truncates", "-json", "--", self)
	var result struct {
		OK     bool
		Checks []struct {
			Report struct {
				Checked, Failed int
				Findings        []struct{ Class string }
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil || code != exitDisagree || result.OK || len(result.Checks) != 1 ||
		result.Checks[0].Report.Checked != 2000 || len(result.Checks[0].Report.Findings) == 0 {
		t.Errorf("code %d, error %v, %s", code, err, out)
	}
}

// A program that dies, hangs or writes what is no answer is no disagreement: the
// error names it, the line, and what was expected.
func TestCheckHostile(t *testing.T) {
	for name, want := range map[string]string{
		"dies":    "1 answer to 2,000 cases, the first of those without one is 0x80 0x00 (exit status 7); it wrote: out of coffee",
		"hangs":   "neither reads nor writes for 300ms",
		"babble":  `line 3, "the sum is 3": not hexadecimal numbers`,
		"endless": "line 1: longer than 4096 bytes",
	} {
		code, _, stderr := checkProgram(t, name, "-mode", "ToZero,ToOdd", "-timeout", "300ms", "--", os.Args[0])
		if code != exitData || !strings.Contains(stderr, want) {
			t.Errorf("%s: code %d, %s", name, code, stderr)
		}
	}
	if code, _, stderr := halfulp("check", "-op", "add", "-format", "e5m2", "--", "./no-such-program"); code != exitData || !strings.Contains(stderr, "no-such-program") {
		t.Errorf("code %d, %s", code, stderr)
	}
}

func TestCheckVectors(t *testing.T) {
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right.txt"), filepath.Join(dir, "wrong.txt")
	for _, file := range []string{right, wrong} {
		if code, out, stderr := halfulp("vectors", "-op", "quo", "-format", "binary16", "-mode", "ToOdd", "-flags", "-count", "500", "-o", file); code != 0 || out+stderr != "" {
			t.Fatalf("code %d, %s%s", code, out, stderr)
		}
	}
	text, err := os.ReadFile(wrong)
	if err != nil {
		t.Fatal(err)
	}
	// 1/1 becomes the number below 1.
	broken := strings.Replace(string(text), "\n3c00 3c00 3c00 00\n", "\n3c00 3c00 3bff 00\n", 1)
	if err := os.WriteFile(wrong, []byte(broken), 0o600); err != nil || broken == string(text) {
		t.Fatalf("%v, or 1/1 is not among the cases", err)
	}
	code, out, stderr := halfulp("check", "-vectors", right)
	if code != 0 || stderr != "" || !strings.Contains(out, "500 cases agree") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	code, out, stderr = halfulp("check", "-vectors", right, wrong)
	if code != exitDisagree || !strings.Contains(stderr, "in 1 of 2 checks") || !strings.Contains(out, "1 of 500 cases wrong") || !strings.Contains(out, "0x3c00 / 0x3c00") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	code, out, stderr = halfulp("check", "-vectors", right, filepath.Join(dir, "none.txt"))
	if code != exitData || !strings.Contains(stderr, "none.txt") || !strings.Contains(out, "error") {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	// Without a header the operation comes from the command line.
	bare := filepath.Join(dir, "bare.txt")
	if err := os.WriteFile(bare, []byte("3c00 4000 4200\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr = halfulp("check", "-vectors", bare); code != exitData || !strings.Contains(stderr, "no header") {
		t.Errorf("code %d, %s", code, stderr)
	}
	if code, out, stderr = halfulp("check", "-vectors", "-op", "add", "-format", "binary16", bare); code != 0 {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
}

// TestCheckShared checks a few files of other people's, one of which is contested.
func TestCheckShared(t *testing.T) {
	dir := filepath.Join(shared.Dir(t), "vectors")
	right := []string{"testfloat3/f16_mulAdd_odd.txt.gz", "testfloat3-riscv/f16_to_i32_minMag_exact.txt.gz", "ml_dtypes/float8_e4m3fn_mul_rne.txt.gz", "gfloat/p3109_k8p4se_round_max.txt.gz"}
	args := []string{"check", "-vectors"}
	for _, name := range right {
		args = append(args, filepath.Join(dir, filepath.FromSlash(name)))
	}
	if code, out, stderr := halfulp(args...); code != 0 || strings.Count(out, "\nok  ") != len(right) {
		t.Errorf("code %d, %s%s", code, out, stderr)
	}
	code, out, _ := halfulp("check", "-vectors", filepath.Join(dir, "gfloat-contested", "binary16_round_odd.txt.gz"))
	if code != exitDisagree || !strings.Contains(out, "overflow") {
		t.Errorf("code %d, %s", code, out)
	}
}

func TestVectors(t *testing.T) {
	line := []string{"vectors", "-op", "mulAdd", "-format", "E4M3FN", "-mode", "ToZero", "-flags", "-count", "5000", "-seed", "7"}
	code, first, stderr := halfulp(line...)
	if code != 0 || stderr != "" || !strings.Contains(first, "# op: fma\n# operands: e4m3fn e4m3fn e4m3fn\n# result: e4m3fn\n# mode: ToZero\n") || strings.Count(first, "\n") < 5000 {
		t.Errorf("code %d, %s%s", code, first, stderr)
	}
	if _, again, _ := halfulp(line...); again != first {
		t.Error("the same seed gives another file")
	}
	line[len(line)-1] = "8"
	if _, other, _ := halfulp(line...); other == strings.Replace(first, "seed: 7", "seed: 8", 1) {
		t.Error("another seed gives the same file")
	}
	if code, out, _ := halfulp("vectors", "-table", "-format", "Binary4p2sf"); code != 0 || !strings.HasPrefix(out, "codepoint,") {
		t.Errorf("code %d, %s", code, out)
	}
	if code, _, _ := halfulp("vectors", "-op", "convert", "-from", "binary64", "-format", "binary16", "-o", filepath.Join(t.TempDir(), "none", "x.txt")); code != exitData {
		t.Errorf("code %d", code)
	}
}

func TestCheckUsage(t *testing.T) {
	for want, args := range map[string]string{
		"no program":                   "check -op add -format e5m2",
		"no files":                     "check -vectors",
		"-op and -format":              "check -- ./x",
		"unknown operation":            "check -op plus -format e5m2 -- ./x",
		"-format":                      "check -op add -format e5m2x -- ./x",
		"-mode":                        "check -op add -format e5m2 -mode up-ish -- ./x",
		"2 formats, where fma has 3":   "vectors -op fma -from e5m2,e4m3 -format binary16",
		"-flags is for -binary":        "check -op add -format e5m2 -flags -- ./x",
		"one operation in one mode":    "vectors -op add,mul -format e5m2",
		"stochastic mode takes 1 to":   "vectors -op add -format e5m2 -mode StochasticA",
		"-count 0":                     "vectors -op add -format e5m2 -count 0",
		"-nan":                         "vectors -op add -format e5m2 -nan none",
		"-table writes values":         "vectors -table -op add -format e5m2",
		"is none of none, finite":      "vectors -op add -format e5m2 -saturate most",
		"is neither after nor before":  "vectors -op add -format e5m2 -tininess never",
		"is none of gradual, ftz":      "vectors -op add -format e5m2 -subnormals never",
		"only convert has results of ": "vectors -op add -format int8",
	} {
		if code, out, stderr := halfulp(strings.Fields(args)...); code != exitUsage || !strings.Contains(stderr, want) || out != "" {
			t.Errorf("%s: code %d, %s%s", args, code, out, stderr)
		}
	}
}
