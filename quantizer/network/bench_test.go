package network

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchmark runs a graph on one input; samples is the size of its batch.
func benchmark(b *testing.B, g *Graph, x *Tensor, samples int) {
	n, err := New(g, Options{})
	if err != nil {
		b.Fatal(err)
	}
	in := map[string]*Tensor{g.Inputs[0].Name: x}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.Run(in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*samples), "ns/sample")
}

// BenchmarkGRU is the recurrent layer of kws_gru_s: 25 steps of 10 features,
// 154 units.
func BenchmarkGRU(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, batch := range []int{1, 16} {
		b.Run(fmt.Sprint("batch=", batch), func(b *testing.B) {
			g, _ := single("GRU", 14, nil, 1, []*Tensor{random(r, 25, batch, 10), random(r, 1, 462, 10), random(r, 1, 462, 154)}, 1, 2)
			benchmark(b, g, random(r, 25, batch, 10), batch)
		})
	}
}

// BenchmarkElementwise is what the network itself computes, without products.
func BenchmarkElementwise(b *testing.B) {
	r := rand.New(rand.NewPCG(2, 2))
	x, row := random(r, 16, 99, 256), random(r, 256)
	for _, c := range []struct {
		op    string
		opset int
		in    []*Tensor
	}{{"Relu", 13, []*Tensor{x}}, {"Tanh", 13, []*Tensor{x}}, {"Gelu", 20, []*Tensor{x}}, {"Softmax", 13, []*Tensor{x}}, {"Add", 13, []*Tensor{x, row}}, {"LayerNormalization", 17, []*Tensor{x, row, row}}} {
		b.Run(c.op, func(b *testing.B) {
			g, _ := single(c.op, c.opset, nil, 1, c.in, 1, 2)
			b.SetBytes(4 * int64(len(x.Float)))
			benchmark(b, g, x, 16)
		})
	}
}

// BenchmarkNew is the cost of checking and preparing a graph, and of a plan.
func BenchmarkNew(b *testing.B) {
	g := productGraph(rand.New(rand.NewPCG(3, 3)))
	b.Run("New", func(b *testing.B) {
		for b.Loop() {
			if _, err := New(g, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Shapes", func(b *testing.B) {
		n, err := New(g, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for i := 1; b.Loop(); i++ { // a plan each time
			if _, err := n.Shapes(map[string][]int{"x": {i%100 + 1, 2, 6}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
