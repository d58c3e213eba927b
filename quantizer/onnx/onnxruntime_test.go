package onnx_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// The tests of this file ask onnxruntime, an implementation that shares nothing
// with this one, what it makes of the files that Write makes.

type onnxRuntime struct {
	modules, script string
	plain           bool // without its optimizations
}

// newONNXRuntime skips the test unless HALFULP_ONNXRUNTIME names a folder whose
// node_modules has onnxruntime-node, as .ci/run makes it.
func newONNXRuntime(t *testing.T) onnxRuntime {
	t.Helper()
	modules := os.Getenv("HALFULP_ONNXRUNTIME")
	if modules == "" {
		t.Skip("HALFULP_ONNXRUNTIME names no folder with onnxruntime-node: skipped")
	}
	script, err := filepath.Abs("../../.ci/onnxruntime.mjs")
	if err != nil {
		t.Fatal(err)
	}
	return onnxRuntime{modules: modules, script: script}
}

// run returns the outputs of a model, which are float32, one after another. x is
// its input, or nil.
func (o onnxRuntime) run(t *testing.T, model []byte, x *network.Tensor) []float32 {
	t.Helper()
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, b, 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	out := filepath.Join(dir, "out")
	args := []string{o.script, o.modules, file("model.onnx", model), out}
	if x != nil {
		b, err := binary.Append(nil, binary.LittleEndian, x.Float)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, file("in", b))
		for _, d := range x.Shape {
			args = append(args, strconv.Itoa(d))
		}
	}
	node := exec.Command("node", args...)
	if o.plain {
		node.Env = append(os.Environ(), "HALFULP_ONNXRUNTIME_PLAIN=1")
	}
	if message, err := node.CombinedOutput(); err != nil {
		t.Fatalf("onnxruntime: %v\n%s", err, message)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float32, len(b)/4)
	for i := range y {
		y[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return y
}

// TestONNXRuntimeModels: onnxruntime gives the same logits, bit for bit, for a
// real network and for what Write makes of it; and ours are those, as far as
// sums in another order can be (1e-5 of the largest logit), with the same
// class.
func TestONNXRuntimeModels(t *testing.T) {
	ort := newONNXRuntime(t)
	for _, name := range shared.Glob(t, "models/*.onnx") {
		t.Run(path.Base(name), func(t *testing.T) {
			b := shared.Read(t, name)
			g, err := onnx.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			written, err := onnx.Write(g)
			if err != nil {
				t.Fatal(err)
			}
			const samples = 64
			x := sampleInputs(t, name, samples)
			theirs := ort.run(t, written, x)
			for i, v := range ort.run(t, b, x) {
				if math.Float32bits(v) != math.Float32bits(theirs[i]) {
					t.Fatalf("onnxruntime gives %v for the original, %v for the written copy: logit %d", v, theirs[i], i)
				}
			}
			sameLogits(t, logits(t, g, x), theirs, samples)
		})
	}
}

// TestONNXRuntimeGlyphs: the network that the module has with it, as it stands in
// its file, with batch normalization folded, and written again.
func TestONNXRuntimeGlyphs(t *testing.T) {
	ort := newONNXRuntime(t)
	g, err := onnx.Read(glyphs.Model())
	if err != nil {
		t.Fatal(err)
	}
	folded, _ := network.FoldBatchNorm(g)
	const samples = 64
	images, _ := glyphs.Set(glyphs.TestSeed, samples)
	x := glyphs.Tensor(images)
	for name, g := range map[string]*network.Graph{"trained": g, "folded": folded} {
		t.Run(name, func(t *testing.T) {
			b, err := onnx.Write(g)
			if err != nil {
				t.Fatal(err)
			}
			sameLogits(t, logits(t, g, x), ort.run(t, b, x), samples)
		})
	}
}

// sameLogits compares ours with onnxruntime's.
func sameLogits(t *testing.T, ours, theirs []float32, samples int) {
	t.Helper()
	compare(t, ours, theirs, 1e-5)
	classes := len(theirs) / samples
	for i := range samples {
		if a, b := argmax(ours[i*classes:][:classes]), argmax(theirs[i*classes:][:classes]); a != b {
			t.Errorf("sample %d is of class %d, in onnxruntime of class %d", i, a, b)
		}
	}
}

// TestONNXRuntimeTypes: onnxruntime reads tensors of every type as they were
// meant: as initializers and, where the operator Constant takes them, as
// attributes.
func TestONNXRuntimeTypes(t *testing.T) {
	ort := newONNXRuntime(t)
	g := &network.Graph{Opset: 21, Initializers: map[string]*network.Tensor{}}
	var want []float32
	add := func(z *network.Tensor, values []float32) {
		cast := network.Attributes{"to": {Kind: network.AttrInt, Int: 1}}
		for _, from := range []string{"init", "const"} {
			name := fmt.Sprint(from, z.Type)
			if from == "init" {
				g.Initializers[name] = z
			} else {
				g.Nodes = append(g.Nodes, network.Node{Op: "Constant", Outputs: []string{name}, Attrs: network.Attributes{
					"value": {Kind: network.AttrTensor, Tensor: z},
				}})
			}
			g.Nodes = append(g.Nodes, network.Node{Op: "Cast", Inputs: []string{name}, Outputs: []string{name + "float"}, Attrs: cast})
			g.Outputs = append(g.Outputs, network.ValueInfo{Name: name + "float", Type: network.Float32})
			want = append(want, values...)
		}
	}
	floats := []float32{0, float32(math.Copysign(0, -1)), 1.5, -0x1p-149, float32(math.Inf(1))}
	add(network.NewFloat([]int{5}, floats), floats)
	for _, c := range []struct {
		dtype  network.DType
		values []int64
	}{
		{network.Int64, []int64{-1 << 40, 0, 1 << 62}},
		{network.Int32, []int64{-1 << 31, -1, 1<<31 - 1}},
		{network.Int16, []int64{-1 << 15, -1, 1<<15 - 1}},
		{network.Int8, []int64{-128, -1, 127}},
		{network.Int4, []int64{-8, -1, 7}},
		{network.Uint32, []int64{0, 1, 1<<32 - 1}},
		{network.Uint16, []int64{0, 1, 1<<16 - 1}},
		{network.Uint8, []int64{0, 1, 255}},
		{network.Uint4, []int64{3, 0, 15}},
		{network.Bool, []int64{1, 0, 1}},
	} {
		var values []float32
		for _, v := range c.values {
			values = append(values, float32(v))
		}
		add(network.NewInt(c.dtype, []int{3, 1}, c.values), values)
	}
	for _, c := range []struct {
		dtype  network.DType
		format minifloat.Format
	}{
		{network.Float8E4M3FN, minifloat.FormatOf[minifloat.E4M3FN]()},
		{network.Float8E4M3FNUZ, minifloat.FormatOf[minifloat.E4M3FNUZ]()},
		{network.Float8E5M2, minifloat.FormatOf[minifloat.E5M2]()},
		{network.Float8E5M2FNUZ, minifloat.FormatOf[minifloat.E5M2FNUZ]()},
	} {
		codes := make([]int64, 256)
		values := make([]float32, 256)
		for i := range codes {
			codes[i] = int64(i)
			values[i] = float32(c.format.Decode(uint32(i)))
		}
		add(network.NewInt(c.dtype, []int{16, 16}, codes), values)
	}
	b, err := onnx.Write(g)
	if err != nil {
		t.Fatal(err)
	}
	got := ort.run(t, b, nil)
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	for i, w := range want {
		if math.Float32bits(got[i]) != math.Float32bits(w) && (w == w || got[i] == got[i]) {
			t.Errorf("element %d is %v in onnxruntime, want %v", i, got[i], w)
		}
	}
}
