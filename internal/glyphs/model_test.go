package glyphs_test

import (
	"fmt"
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
	n, want := 2000, 1926
	if testing.Short() {
		n, want = 100, 96
	}
	accuracy, err := glyphs.Accuracy(g, glyphs.TestSeed, n)
	if err != nil {
		t.Fatal(err)
	}
	if right := accuracy * float64(n); right != float64(want) {
		t.Errorf("%v of %d test images are right, want %d", right, n, want)
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
