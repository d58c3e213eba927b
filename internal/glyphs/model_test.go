package glyphs_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

func model(t testing.TB) *network.Graph {
	t.Helper()
	g, err := onnx.Read(glyphs.Model())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestModel: the embedded network is small, has the nodes of NewNetwork, and
// gets exactly as many test images right as it did when it was made.
func TestModel(t *testing.T) {
	const most = 200_000
	if n := len(glyphs.Model()); n > most {
		t.Errorf("the file has %d bytes, want at most %d", n, most)
	}
	g, untrained := model(t), glyphs.NewNetwork()
	if len(g.Nodes) != len(untrained.Nodes) {
		t.Fatalf("%d nodes, NewNetwork has %d", len(g.Nodes), len(untrained.Nodes))
	}
	for i, n := range g.Nodes {
		if want := untrained.Nodes[i]; fmt.Sprint(n) != fmt.Sprint(want) {
			t.Errorf("node %d is %v, NewNetwork has %v", i, n, want)
		}
	}
	n, want := 2000, 1923
	if testing.Short() {
		n, want = 100, 94
	}
	accuracy, err := glyphs.Accuracy(g, glyphs.TestSeed, n)
	if err != nil {
		t.Fatal(err)
	}
	if right := accuracy * float64(n); right != float64(want) {
		t.Errorf("%v of %d test images are right, want %d", right, n, want)
	}
}

// TestAccuracy counts for itself, over a number that is not one of batches.
func TestAccuracy(t *testing.T) {
	const n = 130
	g := model(t)
	net, err := network.New(g, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, labels := glyphs.Set(glyphs.CalibrationSeed, n)
	out, err := net.Run(map[string]*network.Tensor{"images": network.NewFloat([]int{n, 1, glyphs.Size, glyphs.Size}, x)})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, label := range labels {
		logits := out["logits"].Float[i*len(glyphs.Classes):][:len(glyphs.Classes)]
		if slices.Max(logits) == logits[label] {
			right++
		}
	}
	got, err := glyphs.Accuracy(g, glyphs.CalibrationSeed, n)
	if want := float64(right) / n; got != want || err != nil || right == n {
		t.Errorf("accuracy %v, %v, want %v", got, err, want)
	}
}

// TestModelIsACopy: nobody can change the embedded file.
func TestModelIsACopy(t *testing.T) {
	glyphs.Model()[0]++
	if _, err := onnx.Read(glyphs.Model()); err != nil {
		t.Error(err)
	}
}

func TestAccuracyOfAnotherNetwork(t *testing.T) {
	g := glyphs.NewNetwork()
	g.Outputs[0].Name, g.Nodes[len(g.Nodes)-1].Outputs[0] = "y", "y"
	if _, err := glyphs.Accuracy(g, glyphs.TestSeed, 1); err == nil {
		t.Error("no error without logits")
	}
	g.Nodes = g.Nodes[1:]
	if _, err := glyphs.Accuracy(g, glyphs.TestSeed, 1); err == nil {
		t.Error("no error for a graph that is malformed")
	}
}
