package onnx_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// qdqCase is a network that was quantized, written and read again.
type qdqCase struct {
	graph *network.Graph // quantized, without pairs
	few   network.FewBit
	qdq   []byte // the file with pairs
	x     *network.Tensor
}

// quantized folds and calibrates a network, here on the samples that judge: what is
// compared is one few-bit network with itself.
func quantized(t *testing.T, g *network.Graph, x *network.Tensor, format string, perChannel bool, passes ...string) qdqCase {
	t.Helper()
	f, err := quantizer.ParseFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	q := &network.Quantization{Graph: g, Samples: map[string]*network.Tensor{g.Inputs[0].Name: x}}
	q.FewBit = network.FewBit{Format: f, PerChannel: perChannel}
	if f.Kind() != quantizer.Minifloat {
		q.FewBit.Accumulator = blas.Accumulator{Exact: true}
	}
	for _, name := range append([]string{"fold"}, append(passes, "calibrate")...) {
		pass, err := network.PassByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.Apply(pass); err != nil {
			t.Fatal(err)
		}
	}
	if f.Kind() != quantizer.Minifloat {
		var err error
		if q.Graph, _, err = network.RoundBiases(q.Graph, q.FewBit); err != nil {
			t.Fatal(err)
		}
	}
	pairs, _, err := network.InsertQDQ(q.Graph, q.FewBit)
	if err != nil {
		t.Fatal(err)
	}
	b, err := onnx.Write(pairs)
	if err != nil {
		t.Fatal(err)
	}
	return qdqCase{q.Graph, q.FewBit, b, x}
}

// emulated returns the logits of the few-bit arithmetic.
func emulated(t *testing.T, g *network.Graph, few network.FewBit, x *network.Tensor) []float32 {
	t.Helper()
	n, err := network.New(g, network.Options{Arithmetic: few})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(map[string]*network.Tensor{g.Inputs[0].Name: x})
	if err != nil {
		t.Fatal(err)
	}
	return out[g.Outputs[0].Name].Float
}

// qdqModels are real networks; those whose recurrent nodes hide their state from a
// file are not read back to the same bits.
var qdqModels = []struct {
	name    string
	samples int
	channel bool
	passes  []string
	hidden  bool
}{
	{"kws_mobilenet_v2_015", 128, false, nil, false},
	{"kws_ds_cnn_s", 300, true, nil, false},
	{"kws_lstm_s", 64, false, nil, false},
	{"kws_gru_s", 300, false, nil, true},
	{"kws_basic_lstm_s", 300, true, nil, true},
	{"kws_crnn_s", 300, false, nil, true},
	{"kwt1", 4, true, nil, false},
	{"mobilenet_v1_025_224", 16, false, []string{"equalize"}, false},
}

// TestQDQModels: the file with pairs, read back, has the bits of the emulation, and
// takes about a quarter of the bytes.
func TestQDQModels(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	for _, m := range qdqModels {
		t.Run(m.name, func(t *testing.T) {
			if m.hidden {
				return
			}
			file := "models/" + m.name + ".onnx"
			b := shared.Read(t, file)
			g, err := onnx.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			samples := min(m.samples, 8)
			if m.name == "kwt1" {
				samples = 1
			}
			c := quantized(t, g, sampleInputs(t, path.Base(file), samples), "int8", m.channel, m.passes...)
			read, err := onnx.Read(c.qdq)
			if err != nil {
				t.Fatal(err)
			}
			plain, few, err := network.RemoveQDQ(read)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := emulated(t, plain, few, c.x), emulated(t, c.graph, c.few, c.x); !slices.Equal(got, want) {
				t.Errorf("other bits: %v, want %v", got[:4], want[:4])
			}
			t.Logf("%d bytes of %d", len(c.qdq), len(b))
			if len(c.qdq) > len(b)*2/3 {
				t.Errorf("%d bytes for %d of float32", len(c.qdq), len(b))
			}
		})
	}
}

// TestONNXRuntimeQDQ: onnxruntime runs the files with pairs, in int8 and in e4m3fn, and
// finds the class of the emulation for 99 % of the samples or more. Its logits differ
// from ours by sums in another order, and where that moves a value over the border
// between two codes.
func TestONNXRuntimeQDQ(t *testing.T) {
	ort := newONNXRuntime(t)
	compare := func(t *testing.T, c qdqCase, samples int) {
		t.Helper()
		ours, theirs := emulated(t, c.graph, c.few, c.x), ort.run(t, c.qdq, c.x)
		if len(ours) != len(theirs) {
			t.Fatalf("%d logits, want %d", len(theirs), len(ours))
		}
		classes := len(ours) / samples
		same, noise := 0, quantizer.Noise{}
		for i := range samples {
			if argmax(ours[i*classes:][:classes]) == argmax(theirs[i*classes:][:classes]) {
				same++
			}
		}
		for i, v := range ours {
			d := float64(v) - float64(theirs[i])
			noise.Signal += float64(v) * float64(v)
			noise.Error += d * d
		}
		t.Logf("the same class for %d of %d samples; logits to %.0f dB", same, samples, noise.SQNR())
		if 100*same < 99*samples {
			t.Errorf("only %d of %d samples are of the same class", same, samples)
		}
	}
	for _, m := range qdqModels {
		t.Run(m.name, func(t *testing.T) {
			file := "models/" + m.name + ".onnx"
			g, err := onnx.Read(shared.Read(t, file))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, quantized(t, g, sampleInputs(t, path.Base(file), m.samples), "int8", m.channel, m.passes...), m.samples)
		})
	}
	g, err := onnx.Read(glyphs.Model())
	if err != nil {
		t.Fatal(err)
	}
	images, _ := glyphs.Set(glyphs.TestSeed, 200)
	for _, format := range []string{"int8", "int8full", "int6", "q1.6", "int16", "e4m3fn", "e5m2", "e4m3fnuz", "e5m2fnuz"} {
		t.Run("glyphs "+format, func(t *testing.T) {
			// Its optimizations look at a Clip before every QuantizeLinear and end with an
			// error where that makes FP8.
			ort.plain = strings.HasPrefix(format, "e")
			compare(t, quantized(t, g, glyphs.Tensor(images), format, true), 200)
		})
	}
}
