package glyphs_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/quantizer/network"
)

// TestNetwork: what the module's documentation says about the network.
func TestNetwork(t *testing.T) {
	g, err := network.Initialize(glyphs.NewNetwork(), 1)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	var depthwise, parameters int
	for _, n := range g.Nodes {
		count[n.Op]++
		if n.Op == "Conv" && n.Attrs["group"].Int > 1 {
			depthwise++
		}
	}
	for _, x := range g.Initializers {
		parameters += x.Size()
	}
	if depthwise != 4 || count["Conv"] != 10 || count["BatchNormalization"] != 10 || count["Clip"] != 9 || count["Add"] != 1 || count["Gemm"] != 1 {
		t.Errorf("%d depthwise convolutions, nodes %v", depthwise, count)
	}
	if parameters > 48000 {
		t.Errorf("%d parameters", parameters)
	}
	net, err := network.New(g, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := net.Shapes(map[string][]int{"images": {7, 1, glyphs.Size, glyphs.Size}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]int{
		"stem.relu6":                 {7, 16, 12, 12},
		"separable1.pointwise.relu6": {7, 32, 12, 12},
		"separable2.pointwise.relu6": {7, 48, 6, 6},
		"inverted.expand.relu6":      {7, 128, 6, 6},
		"inverted.add":               {7, 48, 6, 6},
		"separable3.pointwise.relu6": {7, 96, 3, 3},
		"logits":                     {7, len(glyphs.Classes)},
	} {
		if got := shapes[name]; !slices.Equal(got, want) {
			t.Errorf("%s has the shape %v, want %v", name, got, want)
		}
	}
	_, folded := network.FoldBatchNorm(g)
	for _, f := range folded {
		if f.Into == "" {
			t.Errorf("%s cannot be folded: %s", f.BatchNorm, f.Reason)
		}
	}
}

func ExampleAccuracy() {
	untrained, err := network.Initialize(glyphs.NewNetwork(), 1)
	if err != nil {
		panic(err)
	}
	accuracy, err := glyphs.Accuracy(untrained, glyphs.TestSeed, 24)
	fmt.Printf("%.2f %v\n", accuracy, err)
	// Output: 0.08 <nil>
}
