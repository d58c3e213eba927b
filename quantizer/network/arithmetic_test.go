package network

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// recorder is an Arithmetic that writes down what it is handed, computes each
// product from the definition in the doc comments, and fails on demand.
type recorder struct {
	sites []*Site
	calls []string
	fail  string // in the call of this site
}

var errRecorder = errors.New("recorder failed")

func (r *recorder) log(s *Site, format string, args ...any) error {
	r.calls = append(r.calls, s.String()+" "+fmt.Sprintf(format, args...))
	if s.String() == r.fail {
		return errRecorder
	}
	return nil
}

func (r *recorder) Linear(s *Site) (LinearFunc, error) {
	r.sites = append(r.sites, s)
	return func(y, x []float32, rows, lo, hi int) error {
		k := s.Weight.Shape[1]
		if len(y) != rows*(hi-lo) || len(x) != rows*k {
			return fmt.Errorf("%d results, %d operands for %d rows of channels %d to %d", len(y), len(x), rows, lo, hi)
		}
		for i := range rows {
			for n := lo; n < hi; n++ {
				sum := 0.0
				if s.Bias != nil {
					sum = float64(s.Bias[n])
				}
				for j := range k {
					sum += float64(x[i*k+j]) * float64(s.Weight.Float[n*k+j])
				}
				y[i*(hi-lo)+n-lo] = float32(sum)
			}
		}
		return r.log(s, "%dx%d [%d,%d)", rows, k, lo, hi)
	}, nil
}

func (r *recorder) Conv(s *Site) (ConvFunc, error) {
	r.sites = append(r.sites, s)
	return func(y, x []float32, c ConvShape) error {
		var bias *Tensor
		if s.Bias != nil {
			bias = NewFloat([]int{c.O}, s.Bias)
		}
		got := referenceConv(NewFloat([]int{c.N, c.C, c.H, c.W}, x), s.Weight, bias, c.Groups, c.StrideH, c.StrideW, c.DilationH, c.DilationW,
			[4]int{c.PadTop, c.PadLeft, c.PadBottom, c.PadRight})
		if !equalShape(got.Shape, []int{c.N, c.O, c.OH, c.OW}) || c.KH != s.Weight.Shape[2] || c.KW != s.Weight.Shape[3] {
			return fmt.Errorf("%+v does not fit its own sizes", c)
		}
		copy(y, got.Float)
		return r.log(s, "%dx%dx%dx%d", c.N, c.C, c.H, c.W)
	}, nil
}

func (r *recorder) MatMul(s *Site) (MatMulFunc, error) {
	r.sites = append(r.sites, s)
	f, err := Float32Arithmetic{}.MatMul(s)
	return func(y, a, b *Tensor) error {
		if err := f(y, a, b); err != nil {
			return err
		}
		return r.log(s, "%v %v", a.Shape, b.Shape)
	}, err
}

// productGraph has one of each product.
func productGraph(r *rand.Rand) *Graph {
	return &Graph{
		Opset:   14,
		Inputs:  []ValueInfo{{Name: "x", Type: Float32}}, // [N, 2, 6]
		Outputs: []ValueInfo{{Name: "y"}},
		Initializers: map[string]*Tensor{
			"k": random(r, 4, 1, 3), "kb": random(r, 4),
			"W": random(r, 2, 9, 4), "R": random(r, 2, 9, 3), "B": random(r, 2, 18),
			"m": random(r, 6, 5), "g": random(r, 5, 2), "gb": random(r, 2), "rows": i64(sh(3), 0, 0, -1), "flat": i64(sh(2), -1, 5),
		},
		Nodes: []Node{
			{Name: "conv", Op: "Conv", Attrs: Attributes{"group": ai(2), "pads": aint(1, 1)}, Inputs: []string{"x", "k", "kb"}, Outputs: []string{"c"}}, // [N, 4, 6]
			{Op: "Transpose", Attrs: Attributes{"perm": aint(2, 0, 1)}, Inputs: []string{"c"}, Outputs: []string{"t"}},                                  // [6, N, 4]
			{Name: "gru", Op: "GRU", Attrs: Attributes{"direction": as("bidirectional")}, Inputs: []string{"t", "W", "R", "B"}, Outputs: []string{"h"}}, // [6, 2, N, 3]
			{Op: "Transpose", Attrs: Attributes{"perm": aint(2, 0, 1, 3)}, Inputs: []string{"h"}, Outputs: []string{"s"}},                               // [N, 6, 2, 3]
			{Op: "Reshape", Inputs: []string{"s", "rows"}, Outputs: []string{"q"}},                                                                      // [N, 6, 6]
			{Name: "scores", Op: "MatMul", Inputs: []string{"q", "q"}, Outputs: []string{"a"}},                                                          // [N, 6, 6]
			{Op: "MatMul", Inputs: []string{"a", "m"}, Outputs: []string{"o"}},                                                                          // [N, 6, 5]
			{Op: "Reshape", Inputs: []string{"o", "flat"}, Outputs: []string{"p"}},
			{Name: "gemm", Op: "Gemm", Inputs: []string{"p", "g", "gb"}, Outputs: []string{"y"}},
		},
	}
}

func TestArithmetic(t *testing.T) {
	g := productGraph(rand.New(rand.NewPCG(12, 13)))
	x := map[string]*Tensor{"x": random(rand.New(rand.NewPCG(14, 15)), 2, 2, 6)}
	rec := &recorder{}
	n, err := New(g, Options{Arithmetic: rec})
	if err != nil {
		t.Fatal(err)
	}
	got, err := n.Run(x)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := plain.Run(x)
	if err != nil {
		t.Fatal(err)
	}
	if !within(got["y"], want["y"], 1e-4) {
		t.Errorf("with an arithmetic of our own: %v, want %v", got["y"], want["y"])
	}

	var sites []string
	for _, s := range n.Sites() {
		weight := "-"
		if s.Weight != nil {
			weight = fmt.Sprint(s.WeightName, s.Weight.Shape)
		}
		sites = append(sites, fmt.Sprintf("%v %s kind %d weight %s bias %d", s, s.Op, s.Kind, weight, len(s.Bias)))
	}
	wantSites := []string{
		"conv Conv kind 1 weight k[4 1 1 3] bias 4",
		"gru/W GRU kind 0 weight W[18 4] bias 18",
		"gru/R GRU kind 0 weight R[18 3] bias 18",
		"scores MatMul kind 2 weight - bias 0",
		"MatMul#6 MatMul kind 0 weight m[5 6] bias 0",
		"gemm Gemm kind 0 weight g[2 5] bias 2",
	}
	if !slices.Equal(sites, wantSites) {
		t.Errorf("sites:\n%s\nwant:\n%s", strings.Join(sites, "\n"), strings.Join(wantSites, "\n"))
	}
	// Each activation operand, whole; of a GRU h for z and r, then r*h.
	wantCalls := []string{"conv 2x2x1x6"}
	for d := range 2 {
		wantCalls = append(wantCalls, fmt.Sprintf("gru/W 12x4 [%d,%d)", 9*d, 9*d+9))
		for range 6 {
			wantCalls = append(wantCalls, fmt.Sprintf("gru/R 2x3 [%d,%d)", 9*d, 9*d+6), fmt.Sprintf("gru/R 2x3 [%d,%d)", 9*d+6, 9*d+9))
		}
	}
	wantCalls = append(wantCalls, "scores [2 6 6] [2 6 6]", "MatMul#6 12x6 [0,5)", "gemm 12x5 [0,2)")
	if !slices.Equal(rec.calls, wantCalls) {
		t.Errorf("calls:\n%s\nwant:\n%s", strings.Join(rec.calls, "\n"), strings.Join(wantCalls, "\n"))
	}

	rec.fail = "gru/R"
	if _, err := n.Run(x); !errors.Is(err, errRecorder) || !strings.Contains(err.Error(), `node "gru" (GRU, opset 14)`) {
		t.Errorf("failing arithmetic: %v", err)
	}
}

// TestSharedWeights: sites that use one initializer in one layout have one
// copy of it.
func TestSharedWeights(t *testing.T) {
	g := &Graph{Opset: 13, Inputs: []ValueInfo{{Name: "v0", Type: Float32}}, Outputs: []ValueInfo{{Name: "v3"}}, Initializers: map[string]*Tensor{"w": NewFloat(sh(2, 2), nil)}}
	for i := range 3 {
		g.Nodes = append(g.Nodes, Node{Op: "MatMul", Inputs: []string{fmt.Sprint("v", i), "w"}, Outputs: []string{fmt.Sprint("v", i+1)}})
	}
	n, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range n.Sites()[1:] {
		if s.Weight != n.Sites()[0].Weight {
			t.Errorf("%v has a copy of the weights", s)
		}
	}
}

// TestRowsAlone: what a sample gives does not depend on the other samples of a
// batch, nor on the number of threads.
func TestRowsAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 17))
	g := productGraph(r)
	x := random(r, 5, 2, 6)
	var results []*Tensor
	for threads := 1; threads <= 3; threads++ {
		n, err := New(g, Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		out, err := n.Run(map[string]*Tensor{"x": x})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, out["y"])
		one := NewFloat(out["y"].Shape, nil)
		for i := range 5 {
			out, err := n.Run(map[string]*Tensor{"x": NewFloat(sh(1, 2, 6), x.Float[12*i:][:12])})
			if err != nil {
				t.Fatal(err)
			}
			copy(one.Float[12*i:], out["y"].Float)
		}
		results = append(results, one)
	}
	for i, y := range results {
		if !same(y, results[0]) {
			t.Errorf("result %d: %v, want %v", i, y, results[0])
		}
	}
}
