package onnx_test

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// TestModels runs the real networks on their data: the logits of the first 64
// samples against those of ONNX Runtime, and the accuracy on the whole file
// against the one that it had there. With -short only the logits of two
// samples: those take an emulated processor a minute.
func TestModels(t *testing.T) {
	dir := filepath.Join(shared.Dir(t), "models")
	var index map[string]struct {
		Data      string  `json:"data"`
		Reference string  `json:"reference"`
		Ignore    []int   `json:"ignore_labels"`
		Accuracy  float64 `json:"float_accuracy_percent"`
	}
	if err := json.Unmarshal(shared.Read(t, "models/index.json"), &index); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 || len(files) != len(index) {
		t.Errorf("%d models, %d in the index", len(files), len(index))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			about, ok := index[filepath.Base(path)]
			if !ok {
				t.Fatal("not in the index")
			}
			g, err := onnx.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			n, err := network.New(g, network.Options{})
			if err != nil {
				t.Fatal(err)
			}
			data, err := npz.OpenDataset(filepath.Join(dir, about.Data), npz.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := readLogits(t, filepath.Join(dir, about.Reference))
			samples, compared := data.Samples(), 64
			if testing.Short() {
				samples, compared = 2, 2
			}
			got := forward(t, g, n, data, samples)
			classes := len(got) / samples
			compare(t, got[:compared*classes], want[:compared*classes], 1e-4)
			if testing.Short() {
				return
			}
			right, of := 0, 0
			for i, y := range data.Labels() {
				if slices.Contains(about.Ignore, y) {
					continue
				}
				of++
				if argmax(got[i*classes:][:classes]) == y {
					right++
				}
			}
			accuracy := 100 * float64(right) / float64(of)
			t.Logf("accuracy %.2f%% of %d samples", accuracy, of)
			if math.Abs(accuracy-about.Accuracy) > 0.1 {
				t.Errorf("accuracy %.2f%%, want %.2f%%", accuracy, about.Accuracy)
			}
		})
	}
}

func readLogits(t *testing.T, path string) []float32 {
	t.Helper()
	f, err := npz.Open(path, npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := f.Array("logits")
	if err != nil {
		t.Fatal(err)
	}
	return a.Float32s()
}

// forward returns the logits of the first samples.
func forward(t *testing.T, g *network.Graph, n *network.Network, data *npz.Dataset, samples int) []float32 {
	t.Helper()
	const batch = 64
	var logits []float32
	for i := 0; i < samples; i += batch {
		j := min(i+batch, samples)
		in := network.NewFloat(append([]int{j - i}, data.Shape()...), data.Input(i, j))
		out, err := n.Run(map[string]*network.Tensor{g.Inputs[0].Name: in})
		if err != nil {
			t.Fatal(err)
		}
		logits = append(logits, out["logits"].Float...)
	}
	return logits
}

// compare asks for agreement to within a part of the largest logit.
func compare(t *testing.T, got, want []float32, part float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d logits, want %d", len(got), len(want))
	}
	var largest, difference float64
	for i, w := range want {
		largest = max(largest, math.Abs(float64(w)))
		difference = max(difference, math.Abs(float64(got[i])-float64(w)))
	}
	t.Logf("difference %.2g of the largest logit", difference/largest)
	// Also refuses a NaN.
	if !(difference <= part*largest) {
		t.Errorf("the logits differ by %.3g, the largest is %.3g", difference, largest)
	}
}

// argmax returns the first index of the greatest value.
func argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
