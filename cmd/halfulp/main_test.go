package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/glyphs"
)

// halfulp runs the program.
func halfulp(args ...string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// TestNext: the commands that the program suggests are as they must be, and the
// README has them too where they are about a network of one's own.
func TestNext(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	model, data := tiny(t)
	commands := regexp.MustCompile(`(?m)^  go run ./cmd/halfulp (.*)$`).FindAllStringSubmatch(next, -1)
	if len(commands) != 7 {
		t.Errorf("%d commands", len(commands))
	}
	t.Chdir(t.TempDir())
	for _, c := range commands {
		if strings.Contains(c[1], "X.onnx") && !strings.Contains(string(readme), "go run ./cmd/halfulp "+c[1]) {
			t.Errorf("README.md does not have %q", c[1])
		}
		line := strings.NewReplacer("X.onnx", model, "X.npz", data, "Y.npz", data).Replace(c[1])
		if strings.HasPrefix(line, "sweep") || strings.HasPrefix(line, "quantize") {
			line += " -limit 2 -calibrate 2"
		}
		if code, out, err := halfulp(strings.Fields(line)...); code != 0 || err != "" || out == "" {
			t.Errorf("%s: code %d, stderr %q", line, code, err)
		}
	}
}

// TestGuide: what the program does without arguments, with fewer samples: a table, a
// report in a folder of its own, and what to try next.
func TestGuide(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	run := func() string {
		t.Helper()
		c := quantizeCommand{Format: "int8", Thresholds: "auto", Rescale: "auto", Train: 1, Calibrate: 12, Limit: 24, Seed: 1, Output: ownFolder, guide: true}
		var out, stderr bytes.Buffer
		if err := c.Run(streams{&out, &stderr}); err != nil || stderr.Len() > 0 {
			t.Fatalf("error %v, stderr %q", err, &stderr)
		}
		return out.String()
	}
	for range 2 { // the second takes the place of the first
		out := run()
		for _, want := range []string{"glyphs: int8", "9 samples of another seed calibrate and train, 3 more", "24 samples of drawn letters", "\nnaive ", "\nreport:  halfulp-glyphs/report.html\n", next} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
	}
	if !isReport(filepath.Join(ownFolder, reportName)) {
		t.Error("the report is not there")
	}
	// A folder of somebody else's stays as it is.
	if err := os.WriteFile(filepath.Join(ownFolder, reportName), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if out := run(); strings.Contains(out, " halfulp-glyphs/") || !strings.Contains(out, "halfulp-glyphs-") {
		t.Errorf("the report is in\n%s", out)
	}
	if b, err := os.ReadFile(filepath.Join(ownFolder, reportName)); err != nil || string(b) != "mine" {
		t.Errorf("%q, %v", b, err)
	}
}

// TestBuiltIn: the program's own network in the forms that a file's may have, and
// its figures with the calibration that they depend on.
func TestBuiltIn(t *testing.T) {
	sweep := func(args ...string) (r sweepResult) {
		t.Helper()
		code, out, stderr := halfulp(append([]string{"sweep", "--json", "-formats", "int4"}, args...)...)
		if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
			t.Fatalf("code %d, stderr %q, error %v", code, stderr, err)
		}
		return r
	}
	r := sweep("-limit", "36", "-ignore-labels", "0,1", "-calibrate", "12")
	if r.Model != "glyphs" || r.Samples != 30 || r.FileSamples != 36 || r.Calibrated != 12 || r.Rows[0].Accuracy < 80 {
		t.Errorf("%+v", r)
	}
	if a, b := r.Rows[1], sweep("-limit", "36", "-ignore-labels", "0,1", "-calibrate", "240").Rows[1]; *a.SQNR == *b.SQNR {
		t.Error("the calibration does not matter")
	}
	// Calibration does not touch the samples of the table.
	for _, seed := range []uint64{glyphs.TestSeed, glyphs.CalibrationSeed} {
		d := draw(seed, 13)
		x, label := glyphs.Draw(seed, 12)
		if got := d.AppendInput([]float32{7}, 12, 13); !slices.Equal(got[1:], x) || d.Labels()[12] != label || d.Samples() != 13 {
			t.Errorf("seed %d: the last image is another one", seed)
		}
	}
	s, err := builtIn(24, 12)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(s.test.AppendInput(nil, 0, 1), s.calibration.AppendInput(nil, 0, 1)) || s.test.Samples() != 24 || s.calibration.Samples() != 12 {
		t.Error("test and calibration share their images")
	}
}

// TestDefectsAreSeen: a panic is no way to end with code 0.
func TestDefectsAreSeen(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a panic of a command is lost")
		}
	}()
	run([]string{"formats"}, broken{}, broken{})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { panic("broken") }

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}, {"sweep", "--help"}, {"sweep", "-help"}, {"formats", "-h"}, {"--version"}} {
		code, out, err := halfulp(args...)
		if code != 0 || err != "" || out == "" {
			t.Errorf("%q: code %d, stdout %q, stderr %q", args, code, out, err)
		}
	}
}

func TestFormats(t *testing.T) {
	code, out, stderr := halfulp("formats")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %q", code, stderr)
	}
	for _, want := range []string{"name", "binary16", "e4m3fn ", "65504", "448"} {
		if !strings.Contains(out, want) {
			t.Errorf("the list does not have %q:\n%s", want, out)
		}
	}
	code, out, _ = halfulp("formats", "-markdown")
	if lines := strings.Split(out, "\n"); code != 0 || !strings.HasPrefix(lines[0], "| name |") || !strings.HasPrefix(lines[1], "|---|") {
		t.Errorf("code %d, Markdown\n%s", code, out)
	}
	code, out, _ = halfulp("formats", "--json")
	var rows []formatRow
	if err := json.Unmarshal([]byte(out), &rows); code != 0 || err != nil {
		t.Fatalf("code %d, error %v", code, err)
	}
	if !slices.ContainsFunc(rows, func(r formatRow) bool {
		return r.Name == "e5m2" && r.Bits == 8 && r.ExponentBits == 5 && r.MantissaBits == 2 && r.Bias == 15 && r.Largest == 57344 && r.Infinity && r.NaN
	}) {
		t.Errorf("no e5m2 in %v", rows)
	}
}

// TestFormatCodes compares all values of two formats, restated here, with what is
// printed.
func TestFormatCodes(t *testing.T) {
	for _, name := range []string{"e4m3fn", "float8_e4m3fn"} {
		d := codes(t, name)
		if len(d.Codes) != 256 {
			t.Fatalf("%d codes", len(d.Codes))
		}
		for c, got := range d.Codes {
			exp, man := c>>3&15, c&7
			v := math.Ldexp(float64(man), -9)
			if exp > 0 {
				v = math.Ldexp(float64(man+8), exp-10)
			}
			want := fmt.Sprint(math.Copysign(v, float64(127-c)))
			if c&0x7f == 0x7f {
				want = "NaN"
			}
			if got.Code != uint64(c) || got.Value != want || got.Class == "" {
				t.Errorf("code %#x: %+v, want %s", c, got, want)
			}
			if got.Bits != fmt.Sprintf("%b %04b %03b", c>>7, exp, man) {
				t.Errorf("code %#x: bits %q", c, got.Bits)
			}
		}
	}
	d := codes(t, "q1.2")
	var values []string
	for _, c := range d.Codes {
		values = append(values, c.Value)
	}
	if got, want := strings.Join(values, " "), "0 0.25 0.5 0.75 1 1.25 1.5 1.75 -2 -1.75 -1.5 -1.25 -1 -0.75 -0.5 -0.25"; got != want {
		t.Errorf("q1.2: %s", got)
	}
	if d := codes(t, "int4"); d.Codes[8].Class != "not used" || d.Codes[7].Value != "7" || d.Least != -7 {
		t.Errorf("int4: %+v", d)
	}
}

// TestFixedFormats: the list has the usual fixed-point formats, and a format wider than the quantizer's has its notable codes.
func TestFixedFormats(t *testing.T) {
	if code, out, _ := halfulp("formats"); code != 0 || !strings.Contains(strings.Join(strings.Fields(out), " "), "Q0.15 16 0 15 -1 1 - 2^-15 2^-15 Q15") {
		t.Errorf("code %d, the list is\n%s", code, out)
	}
	d := codes(t, "q15.16")
	if len(d.Codes) != 5 || d.Codes[2].Code != 1<<16 || d.Codes[2].Value != "1" || d.Codes[3].Bits != "0 111111111111111.1111111111111111" ||
		d.Codes[4].Value != "-32768" || d.Codes[4].Class != "negative" || d.Most != 32767.9999847412109375 {
		t.Errorf("q15.16: %+v", d)
	}
	if d := codes(t, "uq0.64"); d.Codes[len(d.Codes)-1].Code != math.MaxUint64 || d.Codes[1].Code != 1 {
		t.Errorf("uq0.64: %+v", d)
	}
}

func codes(t *testing.T, name string) description {
	t.Helper()
	code, out, stderr := halfulp("formats", "--json", name)
	var d description
	if err := json.Unmarshal([]byte(out), &d); code != 0 || err != nil {
		t.Fatalf("%s: code %d, stderr %q, error %v", name, code, stderr, err)
	}
	return d
}

func TestFormatText(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"e2m1fn"}, []string{"e2m1fn: 4 bits, 2 exponent, 1 mantissa, bias 1", "0x7   0 11 1      6"}},
		{[]string{"finite", "e2m5"}, []string{"8 bits, 2 exponent, 5 mantissa", "7.875"}},
		{[]string{"binary16"}, []string{"0x7bff  0 11110 1111111111", "65504", "largest value", "NaN", "0x3c01"}},
		{[]string{"Binary8p4se"}, []string{"family P3109SE"}},
		{[]string{"e8m0fnu"}, []string{"0x00  00000000"}},
		{[]string{"int8"}, []string{"integer, 8 bits, from -127 to 127"}},
		{[]string{"q3.12"}, []string{"fixed point, 16 bits, from -8 to 7.99976", "smallest positive value"}},
		{[]string{"int16"}, []string{"0x7fff"}},
	} {
		code, out, stderr := halfulp(append([]string{"formats"}, c.args...)...)
		if code != 0 || stderr != "" {
			t.Errorf("%q: code %d, stderr %q", c.args, code, stderr)
		}
		for _, w := range c.want {
			if !strings.Contains(out, w) {
				t.Errorf("%q does not print %q:\n%s", c.args, w, out)
			}
		}
	}
}

func TestSweep(t *testing.T) {
	model, data := tiny(t)
	picture := filepath.Join(t.TempDir(), "chart.svg")
	code, out, stderr := halfulp("sweep", "-model", model, "-data", data, "-o", picture, "-formats", "e4m3fn,finite e2m5,int8,int8/channel,q1.6")
	if code != 0 || stderr != "" {
		t.Fatalf("code %d, stderr %q", code, stderr)
	}
	for _, want := range []string{
		"tiny.onnx on 6 samples of tiny.npz", "the first 6 samples", "float32             32       83.33       100.00    exact            48",
		"e4m3fn ", "e2m5finite ", "int8 per channel ", "Q1.6 ", "picture: " + picture,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	b, err := os.ReadFile(picture)
	if err != nil || !bytes.HasPrefix(b, []byte("<svg ")) || !bytes.Contains(b, []byte("int8 per channel 83.33")) {
		t.Errorf("picture: %v, %s", err, b)
	}
}

func TestSweepJSON(t *testing.T) {
	model, data := tiny(t)
	code, out, stderr := halfulp("sweep", "-model", model, "-data", data, "-ignore-labels", "0", "-limit", "5", "-calibrate=2",
		"-accumulator", "binary16", "-per-channel", "--json")
	var r sweepResult
	if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
		t.Fatalf("code %d, stderr %q, error %v", code, stderr, err)
	}
	if r.Samples != 3 || r.FileSamples != 6 || r.Calibrated != 2 || r.Accumulator != "binary16" || !slices.Equal(r.IgnoreLabels, []int{0}) {
		t.Errorf("%+v", r)
	}
	if len(r.Rows) < 7 || r.Rows[0].Accuracy != 100 || r.Rows[0].SQNR != nil || !r.Rows[1].PerChannel || r.Rows[1].WeightBytes != 2*12+3*4 {
		t.Errorf("%+v", r.Rows)
	}
	for _, run := range r.Rows[1:] {
		if run.SQNR == nil || *run.SQNR < 10 || *run.SQNR > 100 {
			t.Errorf("%+v", run)
		}
	}
}

func TestSweepFloatNodes(t *testing.T) {
	model, data := tiny(t)
	code, out, stderr := halfulp("sweep", "-model", model, "-data", data, "-formats", "int2", "-float", "head/")
	if code != 0 || !strings.Contains(out, "1 under head/ float32") || !strings.Contains(out, "exact             0") {
		t.Errorf("code %d, stderr %q\n%s", code, stderr, out)
	}
}

// TestBadInput: each mistake gives one line on stderr and the right code.
func TestBadInput(t *testing.T) {
	model, data := tiny(t)
	changed := func(change func(map[string]array)) string {
		a := tinyArrays()
		change(a)
		return write(t, "bad.npz", npzFile(t, a))
	}
	notFinite := tinyWeights()
	notFinite[5] = float32(math.NaN())
	nan := floats(make([]float32, 24))
	copy(nan[12:], floats([]float32{float32(math.NaN())}))
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown command", []string{"swep"}, exitUsage, "swep"},
		{"unknown flag", []string{"sweep", "-modle", model}, exitUsage, "modle"},
		{"no model", []string{"sweep", "-data", data}, exitUsage, "-model"},
		{"no data", []string{"sweep", "-model", model}, exitUsage, "-data"},
		{"too many images", []string{"sweep", "-limit", "100001"}, exitUsage, "100000"},
		{"too many images to calibrate on", []string{"sweep", "-calibrate", "1000000000000"}, exitUsage, "100000"},
		{"label of no glyph", []string{"sweep", "-ignore-labels", "12"}, exitUsage, "classes 0 to 11"},
		{"unknown format", []string{"formats", "e4m3fm"}, exitUsage, "did you mean e4m3fn?"},
		{"unknown format in a sweep", []string{"sweep", "-model", model, "-data", data, "-formats", "e4m3fn,e3m44"}, exitUsage, "e3m44"},
		{"unknown integer", []string{"sweep", "-model", model, "-data", data, "-formats", "int99"}, exitUsage, "int2 to int16"},
		{"unknown suffix", []string{"sweep", "-model", model, "-data", data, "-formats", "int8/row"}, exitUsage, "/channel"},
		{"unknown accumulator", []string{"sweep", "-model", model, "-data", data, "-accumulator", "binary17"}, exitUsage, "binary17"},
		{"negative limit", []string{"sweep", "-model", model, "-data", data, "-limit", "-3"}, exitUsage, "limit"},
		{"no calibration", []string{"sweep", "-model", model, "-data", data, "-calibrate", "0"}, exitUsage, "calibrate"},
		{"label that is no number", []string{"sweep", "-model", model, "-data", data, "-ignore-labels", "x"}, exitUsage, "ignore-labels"},
		{"label of no class", []string{"sweep", "-model", model, "-data", data, "-ignore-labels", "1,3"}, exitUsage, "classes 0 to 2"},
		{"model without a name", []string{"sweep", "-model", "", "-data", data}, exitUsage, "-model"},
		{"data without a name", []string{"sweep", "-model", model, "-data", ""}, exitUsage, "-data"},
		{"picture of another kind", []string{"sweep", "-model", model, "-data", data, "-o", "chart.png"}, exitUsage, ".svg"},
		{"float nodes that are not there", []string{"sweep", "-model", model, "-data", data, "-float", "frontend/"}, exitUsage, "frontend/"},
		{"Markdown of one format", []string{"formats", "--markdown", "e5m2"}, exitUsage, "markdown"},
		{"missing file", []string{"sweep", "-model", "nothing.onnx", "-data", data}, exitData, "nothing.onnx"},
		{"missing data", []string{"sweep", "-model", model, "-data", "nothing.npz"}, exitData, "nothing.npz"},
		{"model of another format", []string{"sweep", "-model", data, "-data", data}, exitData, "tiny.npz"},
		{"truncated model", []string{"sweep", "-model", write(t, "cut.onnx", tinyModel(tinyWeights())[:60]), "-data", data}, exitData, "cut.onnx"},
		{"data of another format", []string{"sweep", "-model", model, "-data", model}, exitData, "tiny.onnx"},
		{"no labels", []string{"sweep", "-model", model, "-data", changed(func(a map[string]array) { delete(a, "y") })}, exitData, "y"},
		{"wrong shape", []string{"sweep", "-model", model, "-data", changed(func(a map[string]array) { a["x"] = array{"|u1", []int{6, 2, 2}, a["x"].data} })}, exitData, "bad.npz"},
		{"label out of range", []string{"sweep", "-model", model, "-data", changed(func(a map[string]array) { a["y"].data[2] = 3 })}, exitData, "3"},
		{"NaN in the data", []string{"sweep", "-model", model, "-data", changed(func(a map[string]array) { a["x"] = array{"<f4", []int{6, 4}, nan} })}, exitData, "NaN"},
		{"NaN in the weights", []string{"sweep", "-model", write(t, "nan.onnx", tinyModel(notFinite)), "-data", data}, exitData, "NaN"},
		{"nothing left", []string{"sweep", "-model", model, "-data", data, "-ignore-labels", "0,1,2"}, exitData, "no sample"},
		{"picture that cannot be written", []string{"sweep", "-model", model, "-data", data, "-o", "/nowhere/at/all.svg"}, exitData, "all.svg"},
	} {
		code, out, err := halfulp(c.args...)
		if code != c.code {
			t.Errorf("%s: code %d, want %d (%s)", c.name, code, c.code, err)
		}
		if strings.Count(err, "\n") != 1 || !strings.HasPrefix(err, "halfulp: ") || !strings.Contains(err, c.says) {
			t.Errorf("%s: stderr %q does not say %q in one line", c.name, err, c.says)
		}
		if out != "" {
			t.Errorf("%s: stdout %q", c.name, out)
		}
	}
}

// TestWorkers: the figures do not depend on the number of workers.
func TestWorkers(t *testing.T) {
	model, data := tiny(t)
	_, want, _ := halfulp("sweep", "-model", model, "-data", data, "--json")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, got, _ := halfulp("sweep", "-model", model, "-data", data, "--json"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
