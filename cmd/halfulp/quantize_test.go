package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// small are flags for the program's own network that take a moment.
var small = []string{"quantize", "-limit", "60", "-calibrate", "24", "-train", "2"}

func quantize(t *testing.T, args ...string) quantizeResult {
	t.Helper()
	code, out, stderr := halfulp(append(append([]string{}, small...), append(args, "--json")...)...)
	var r quantizeResult
	if err := json.Unmarshal([]byte(out), &r); code != 0 || stderr != "" || err != nil {
		t.Fatalf("%q: code %d, stderr %q, error %v", args, code, stderr, err)
	}
	return r
}

// TestQuantizeOwn: the stages of the program's own network, and what is left in the
// folder: the figures, a page that needs nothing, and a network with the logits that
// were judged.
func TestQuantizeOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "out")
	r := quantize(t, "-pointwise", "-o", dir)
	var names []string
	for _, s := range r.Stages {
		names = append(names, s.Name)
		if s.Accuracy == nil || s.Accuracy.Low > s.Accuracy.Percent || s.Accuracy.High < s.Accuracy.Percent || s.WeightBytes <= 0 {
			t.Errorf("%+v", s)
		}
	}
	if got := strings.Join(names, ", "); got != "float32, naive, calibrated, rescaled, trained, point-wise, int32 biases" {
		t.Errorf("stages %s", got)
	}
	if a, b := r.Stages[1], r.Stages[3]; !r.Stages[0].Exact || a.SQNR == nil || *b.SQNR < *a.SQNR+6 {
		t.Errorf("naive %+v, rescaled %+v", a, b)
	}
	if s := r.Samples; s.Calibration != 18 || s.Validation != 6 || s.Evaluation != 60 {
		t.Errorf("samples %+v", s)
	}
	if len(r.Losses) != 6 || r.Losses[0].Training != nil || r.Losses[1].Training == nil || r.Losses[3].Pass != "pointwise" {
		t.Errorf("losses %+v", r.Losses)
	}
	if len(r.Layers) != 11 || r.Layers[0].Before == nil || r.Layers[0].SQNR == nil || r.Layers[0].Activation == nil {
		t.Errorf("%d layers, %+v", len(r.Layers), r.Layers[0])
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("%v in the folder, error %v", entries, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	var again quantizeResult
	if err != nil || json.Unmarshal(b, &again) != nil || fmt.Sprint(again.Samples) != fmt.Sprint(r.Samples) || len(again.Files) != 3 {
		t.Errorf("report.json: %v, %+v", err, again.Files)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, string(page), 4+11)
	g, err := onnx.ReadFile(filepath.Join(dir, "glyphs-int8.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	plain, few, err := network.RemoveQDQ(g)
	if err != nil {
		t.Fatal(err)
	}
	test := draw(4, 60) // glyphs.TestSeed
	n, err := network.New(plain, network.Options{Arithmetic: few})
	if err != nil {
		t.Fatal(err)
	}
	y, err := n.Run(map[string]*network.Tensor{plain.Inputs[0].Name: tensor(test)})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, label := range test.labels {
		if argmax(y[plain.Outputs[0].Name].Float[12*i:][:12]) == label {
			right++
		}
	}
	if got, want := 100*float64(right)/60, r.Stages[6].Accuracy.Percent; math.Abs(got-want) > 1e-9 {
		t.Errorf("the file gives %v %% accuracy, the table says %v", got, want)
	}
}

// checkPage: a page stands alone, and its pictures are XML with finite coordinates.
func checkPage(t *testing.T, page string, pictures int) {
	t.Helper()
	for _, not := range []string{"<script", "NaN", "Inf", "href=", "src=", "url(", "@import", "ZgotmplZ"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
	found := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1)
	if len(found) != pictures {
		t.Errorf("%d pictures, want %d", len(found), pictures)
	}
	for _, p := range found {
		for d := xml.NewDecoder(strings.NewReader(p)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %.200s", err, p)
			}
		}
	}
}

// TestQuantizeFormats: formats, schemes and ways to rescale end in a table; what no file
// can hold is said.
func TestQuantizeFormats(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	for _, c := range []struct {
		args  []string
		says  string
		files int
	}{
		{[]string{"-format", "e4m3fn", "-rescale", "none"}, "", 3},
		{[]string{"-format", "int4", "-scheme", "channel"}, "", 3},
		{[]string{"-scheme", "channel", "-relu6"}, "", 3},
		{[]string{"-format", "uint8", "-weights", "int8", "-scheme", "asymmetric,channel", "-train", "1"}, "", 3},
		{[]string{"-weights", "int4", "-thresholds", "percentile:99.9", "-float", "stem."}, "stem.conv", 3},
		{[]string{"-format", "e3m4", "-train", "0"}, "no ONNX file: unsupported: no ONNX type holds codes of e3m4", 2},
		{[]string{"-scheme", "power-of-two", "-thresholds", "kl"}, "", 3},
		{[]string{"-format", "e4m3fn", "-with", "center,fit", "-train", "0"}, "", 3},
	} {
		dir := t.TempDir()
		r := quantize(t, append(c.args, "-o", dir)...)
		if len(r.Files) != c.files {
			t.Errorf("%q: files %v", c.args, r.Files)
		}
		if got := strings.Join(r.notes(), "\n"); !strings.Contains(got, c.says) || c.says == "" && got != "" {
			t.Errorf("%q: notes %q, want %q", c.args, got, c.says)
		}
		if s := r.Stages[len(r.Stages)-1]; s.Agreement.Percent < 70 {
			t.Errorf("%q: %+v", c.args, s)
		}
	}
}

// chainNetwork is a network of two products over a Relu, [N, 4] -> [N, 3].
func chainNetwork(change func(g *network.Graph)) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	weights := func(shape ...int) *network.Tensor {
		t := network.NewFloat(shape, nil)
		for i := range t.Float {
			t.Float[i] = float32(r.NormFloat64())
		}
		return t
	}
	value := func(name string, width int) network.ValueInfo {
		return network.ValueInfo{Name: name, Type: network.Float32, HasShape: true, Shape: []network.Dim{{Size: -1, Symbol: "N"}, {Size: width}}}
	}
	g := &network.Graph{
		Opset: 13, Inputs: []network.ValueInfo{value("x", 4)}, Outputs: []network.ValueInfo{value("logits", 3)},
		Initializers: map[string]*network.Tensor{"a/w": weights(4, 8), "a/b": weights(8), "b/w": weights(8, 3)},
		Nodes: []network.Node{
			{Name: "first", Op: "Gemm", Inputs: []string{"x", "a/w", "a/b"}, Outputs: []string{"h"}},
			{Name: "relu", Op: "Relu", Inputs: []string{"h"}, Outputs: []string{"r"}},
			{Name: "second", Op: "MatMul", Inputs: []string{"r", "b/w"}, Outputs: []string{"logits"}},
		},
	}
	change(g)
	b, err := onnx.Write(g)
	if err != nil {
		panic(err)
	}
	return b
}

// chainFiles writes such a network and samples for it.
func chainFiles(t *testing.T, samples int, change func(g *network.Graph)) (model, data string) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	x := make([]float32, 4*samples)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return write(t, "chain.onnx", chainNetwork(change)), write(t, "x.npz", npzFile(t, map[string]array{"x": {"<f4", []int{samples, 4}, floats(x)}}))
}

func same(*network.Graph) {}

// TestQuantizeFiles: samples without labels are split once, by seed or in order, and no
// sample does two things.
func TestQuantizeFiles(t *testing.T) {
	model, data := chainFiles(t, 40, same)
	for _, args := range [][]string{{}, {"-seed", "7"}, {"-in-order"}, {"-calibrate", "12"}, {"-eval", data}} {
		code, out, stderr := halfulp(append([]string{"quantize", "-model", model, "-data", data, "-train", "1"}, args...)...)
		if code != 0 || stderr != "" || !strings.Contains(out, "float32                -       100.00") {
			t.Errorf("%q: code %d, stderr %q\n%s", args, code, stderr, out)
		}
		calibration, validation, judges := 15, 5, 20
		if len(args) > 1 && args[0] == "-calibrate" {
			calibration, validation, judges = 9, 3, 28
		} else if len(args) > 1 && args[0] == "-eval" {
			calibration, validation, judges = 30, 10, 40
		}
		want := fmt.Sprintf("%d samples of x.npz calibrate and train, %d more", calibration, validation)
		if !strings.Contains(out, want) || !strings.Contains(out, fmt.Sprintf("%d samples ", judges)) {
			t.Errorf("%q: not %q\n%s", args, want, out)
		}
	}
	split := func(c quantizeCommand) *quantizeSubject {
		t.Helper()
		c.Model, c.Data = &model, &data
		s, err := c.subject()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a := split(quantizeCommand{Calibrate: 16, Seed: 1})
	used := slices.Concat(a.calibration.(chosen).indices, a.validation.(chosen).indices, a.test.(chosen).indices)
	slices.Sort(used)
	if !slices.Equal(used, indicesTo(40)) {
		t.Errorf("samples %v", used)
	}
	if b := split(quantizeCommand{Calibrate: 16, Seed: 2}); slices.Equal(a.test.(chosen).indices, b.test.(chosen).indices) {
		t.Error("the seed does not matter")
	}
	if b := split(quantizeCommand{Calibrate: 16, InOrder: true}); !slices.Equal(b.test.(chosen).indices, indicesTo(40)[16:]) {
		t.Errorf("in order: %v", b.test.(chosen).indices)
	}
	if x := a.test.AppendInput(nil, 1, 3); len(x) != 8 || x[0] != a.test.(chosen).samples.AppendInput(nil, a.test.(chosen).indices[1], a.test.(chosen).indices[1]+1)[0] {
		t.Error("chosen samples are others")
	}
	one, few := chainFiles(t, 1, same)
	if code, out, stderr := halfulp("quantize", "-model", one, "-data", few, "-eval", data, "-train", "1"); code != 0 || !strings.Contains(out, "and choose the best epoch") {
		t.Errorf("one sample: code %d, stderr %q\n%s", code, stderr, out)
	}
}

// TestQuantizeOddNetworks: what cannot be quantized ends the run with the node and the
// reason, or stays in float32 where -keep-going says so, and the report tells.
func TestQuantizeOddNetworks(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name   string
		change func(g *network.Graph)
		code   int
		says   string // on stderr, or in the table's notes
		goes   string // with -keep-going
	}{
		{"constant activations", func(g *network.Graph) {
			clear(g.Initializers["a/w"].Float)
			for i := range g.Initializers["a/b"].Float {
				g.Initializers["a/b"].Float[i] = -1
			}
		}, 0, "", ""},
		{"weights of zero", func(g *network.Graph) { clear(g.Initializers["b/w"].Float) }, 0, "", ""},
		{"an operator without a gradient", func(g *network.Graph) {
			g.Nodes[1].Op = "Sigmoid"
		}, exitData, "-train 0", "train was left out"},
		{"NaN in the weights", func(g *network.Graph) { g.Initializers["b/w"].Float[4] = nan }, exitData, "NaN", ""},
		{"infinite activations behind a limit", func(g *network.Graph) {
			// exp(1e3*x) is infinite for some samples, and 1 behind the Min.
			g.Initializers["one"] = network.NewFloat([]int{}, []float32{1})
			g.Initializers["big"] = network.NewFloat([]int{1, 1}, []float32{1})
			g.Initializers["scale"] = network.NewFloat([]int{}, []float32{1e3})
			g.Initializers["column"] = network.NewFloat([]int{4, 1}, []float32{1, 0, 0, 0})
			g.Nodes = append(g.Nodes[:2:2],
				network.Node{Name: "pick", Op: "MatMul", Inputs: []string{"x", "column"}, Outputs: []string{"p"}},
				network.Node{Name: "times", Op: "Mul", Inputs: []string{"p", "scale"}, Outputs: []string{"m"}},
				network.Node{Name: "exp", Op: "Exp", Inputs: []string{"m"}, Outputs: []string{"e"}},
				network.Node{Name: "gate", Op: "MatMul", Inputs: []string{"e", "big"}, Outputs: []string{"g"}},
				network.Node{Name: "min", Op: "Min", Inputs: []string{"g", "one"}, Outputs: []string{"s"}},
				network.Node{Name: "second", Op: "MatMul", Inputs: []string{"r", "b/w"}, Outputs: []string{"t"}},
				network.Node{Name: "add", Op: "Add", Inputs: []string{"t", "s"}, Outputs: []string{"logits"}})
		}, exitData, `node "gate"`, "gate: it stays float32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			model, data := chainFiles(t, 32, c.change)
			dir := filepath.Join(t.TempDir(), "out")
			args := []string{"quantize", "-model", model, "-data", data, "-train", "1", "-o", dir}
			code, out, stderr := halfulp(args...)
			if code != c.code || c.code != 0 && (!strings.Contains(stderr, c.says) || strings.Count(stderr, "\n") != 1) {
				t.Errorf("code %d, stderr %q\n%s", code, stderr, out)
			}
			if files, _ := os.ReadDir(dir); c.code != 0 && len(files) > 1 {
				t.Errorf("left in the folder: %v", files)
			}
			if c.goes == "" {
				return
			}
			code, out, stderr = halfulp(append(args, "-keep-going")...)
			if code != 0 || !strings.Contains(out, c.goes) {
				t.Errorf("-keep-going: code %d, stderr %q\n%s", code, stderr, out)
			}
			if files, err := os.ReadDir(dir); err != nil || len(files) != 3 {
				t.Errorf("-keep-going: %v in the folder", files)
			}
		})
	}
}

// TestQuantizeBadInput: each mistake gives one line on stderr and the right code, and
// leaves nothing behind.
func TestQuantizeBadInput(t *testing.T) {
	model, data := chainFiles(t, 8, same)
	_, one := chainFiles(t, 1, same)
	empty := write(t, "empty.npz", npzFile(t, map[string]array{"x": {"<f4", []int{0, 4}, nil}}))
	of := func(args ...string) []string {
		return append([]string{"quantize", "-model", model, "-data", data}, args...)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no data", []string{"quantize", "-model", model}, exitUsage, "-data"},
		{"judges alone", []string{"quantize", "-eval", data}, exitUsage, "-model"},
		{"data without a name", []string{"quantize", "-model", model, "-data", ""}, exitUsage, "-data"},
		{"format", of("-format", "int99"), exitUsage, "int2 to int16"},
		{"weights", of("-weights", "e4m3fm"), exitUsage, "-weights"},
		{"unsigned weights", of("-format", "uint8"), exitUsage, "-weights"},
		{"scheme", of("-scheme", "rows"), exitUsage, "channel"},
		{"asymmetric minifloat", of("-format", "e4m3fn", "-scheme", "asymmetric"), exitUsage, "zero point"},
		{"thresholds", of("-thresholds", "percentile:12"), exitUsage, "percentile"},
		{"rescale", of("-rescale", "relu7"), exitUsage, "rescale"},
		{"passes", of("-with", "centre"), exitUsage, "center"},
		{"epochs", of("-train", "-1"), exitUsage, "-train"},
		{"point-wise without epochs", of("-train", "0", "-pointwise"), exitUsage, "-pointwise"},
		{"calibration", of("-calibrate", "0"), exitUsage, "-calibrate"},
		{"label", of("-ignore-labels", "1"), exitUsage, "no labels"},
		{"float nodes", of("-float", "head"), exitUsage, "head"},
		{"all float", of("-float", "first,second"), exitUsage, "all products"},
		{"missing file", []string{"quantize", "-model", "nothing.onnx", "-data", data}, exitData, "nothing.onnx"},
		{"missing judges", of("-eval", "nothing.npz"), exitData, "nothing.npz"},
		{"no samples", []string{"quantize", "-model", model, "-data", empty}, exitData, "no data"},
		{"one sample", []string{"quantize", "-model", model, "-data", one}, exitData, "-eval"},
		{"out is a file", of("-o", model), exitUsage, "folder"},
		{"out cannot be made", of("-o", filepath.Join(model, "out")), exitData, "out"},
		{"checkpoint of another program", of("-checkpoint", model), exitData, "checkpoint"},
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

// TestQuantizeResumes interrupts training and goes on: the same bytes as of a run that
// was not. In between nothing but the checkpoint is there.
func TestQuantizeResumes(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("seconds of work, and an interrupt to send")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "halfulp")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out := filepath.Join(dir, "out")
	args := append(append([]string{}, small...), "-train", "8", "-o", out)
	cmd := exec.Command(program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(out, "checkpoint")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(kept); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no checkpoint")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted || !strings.Contains(stderr.String(), "interrupted") {
		t.Fatalf("interrupted: %v, stderr %q", err, &stderr)
	}
	files, err := os.ReadDir(out)
	if err != nil || len(files) != 1 || files[0].Name() != "checkpoint" {
		t.Fatalf("%v in the folder, error %v", files, err)
	}
	// Another run does not take it for its own.
	if code, _, stderr := halfulp(append(append([]string{}, args...), "-seed", "2")...); code != exitData || !strings.Contains(stderr, "checkpoint") {
		t.Errorf("another seed: code %d, stderr %q", code, stderr)
	}
	whole := filepath.Join(dir, "whole")
	for _, args := range [][]string{args, append(append([]string{}, small...), "-train", "8", "-o", whole)} {
		if b, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
	}
	for _, name := range []string{"glyphs-int8.onnx", "report.html", "report.json"} {
		a, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		if a, b = bytes.ReplaceAll(a, []byte(out), nil), bytes.ReplaceAll(b, []byte(whole), nil); !bytes.Equal(a, b) {
			t.Errorf("%s: the run that went on has other bytes: %s", name, firstDifference(a, b))
		}
	}
	if _, err := os.Stat(kept); err == nil {
		t.Error("the checkpoint is left")
	}
}

// firstDifference returns the first lines that differ.
func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %.300q, %.300q", i+1, x[i], y[i])
		}
	}
	return "one has more lines"
}

// TestQuantizeChoosesRanges: -thresholds auto takes the criterion of the smallest error
// that it reports, for each stage, and goes on as if that had been asked for.
func TestQuantizeChoosesRanges(t *testing.T) {
	chosen := map[string]string{}
	auto := quantize(t, "-train", "0", "-rescale", "none")
	for _, p := range auto.Passes {
		if p.Pass != "choose" {
			continue
		}
		if len(p.Entries) != 1 || !p.Entries[0].Done {
			t.Fatalf("%+v", p)
		}
		name, list, ok := strings.Cut(p.Entries[0].Text, ", of the relative errors ")
		least, best, tried := math.Inf(1), "", strings.Split(list, ", ")
		for _, s := range tried {
			var by string
			var e float64
			if _, err := fmt.Sscan(s, &by, &e); err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			if e < least {
				least, best = e, by
			}
		}
		if !ok || name != best || len(tried) != 6 || least <= 0 || least > 1 {
			t.Errorf("%s: %s", p.Stage, p.Entries[0].Text)
		}
		chosen[p.Stage] = name
	}
	if len(chosen) != 1 || chosen["calibrated"] == "" {
		t.Fatalf("chosen %v", chosen)
	}
	asked := quantize(t, "-train", "0", "-rescale", "none", "-thresholds", chosen["calibrated"])
	if a, b := fmt.Sprint(*auto.Stages[2].SQNR), fmt.Sprint(*asked.Stages[2].SQNR); a != b {
		t.Errorf("%s: SQNR %s, chosen %s", chosen["calibrated"], b, a)
	}
	other := quantize(t, "-train", "0", "-rescale", "none", "-thresholds", "percentile:99.5")
	if chosen["calibrated"] != "percentile:99.5" && *other.Stages[2].SQNR == *auto.Stages[2].SQNR {
		t.Error("the criterion makes no difference: the test is blind")
	}
}
