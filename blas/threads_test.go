package blas

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// Products and convolutions that are large enough for several goroutines and several blocks of columns give
// the same for any number of goroutines, and the definition's result.
func TestThreads(t *testing.T) { everyWay(t, 10, testThreads) }

func testThreads(t *testing.T, count int) {
	if count < 10 {
		t.Skip("as slow as their definition: skipped")
	}
	r := rng(21)
	gen := func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }
	for _, p := range []GemmParams{
		{M: 67, N: 131, K: 40},
		{M: 300, N: 3, K: 90},
		{M: 1, N: 700, K: 150, TransB: true},
		{M: 3, N: 20, K: 9000},
		{M: 2, N: 333, K: 500, LDB: 340, LDC: 335},
		{M: 90, N: 20, K: 50},
		{M: 40, N: 9, K: 1100, TransA: true},
	} {
		na, nb, nc := p.sizes()
		a, b, bias := float32s(r, na, gen), float32s(r, nb, gen), float32s(r, p.N, gen)
		want := make([]float32, nc)
		ReferenceGemmFloat32(p, a, b, bias, want)
		x, y := codes[uint8](r, na), codes[int8](r, nb)
		sums := make([]int32, nc)
		ReferenceGemmInt32(p, ZeroPoints{A: 3, B: -5}, x, y, nil, sums)
		acc := Accumulator{Format: formats[0].f}
		var rounded []float32
		for _, threads := range []int{1, 2, 3, 6, 7, 0} {
			p.Threads = threads
			c := make([]float32, nc)
			GemmFloat32(p, a, b, bias, c)
			sameFloat32s(t, fmt.Sprintf("%+v", p), c, want)
			z := make([]int32, nc)
			GemmInt32(p, ZeroPoints{A: 3, B: -5}, x, y, nil, z)
			if !slices.Equal(z, sums) {
				t.Fatalf("%+v: integers differ", p)
			}
			Gemm(p, acc, Floats(a), Floats(b), Floats(bias), Floats(c))
			if rounded == nil {
				rounded = c
			}
			sameFloat32s(t, fmt.Sprintf("%v %+v", acc, p), c, rounded)
		}
	}
	for _, p := range []ConvParams{
		{N: 2, C: 6, H: 17, W: 19, K: 24, KH: 3, KW: 3, Groups: 2},
		{N: 1, C: 32, H: 20, W: 21, K: 32, KH: 3, KW: 3, Groups: 32, StrideW: 2},
		{N: 5, C: 12, H: 20, W: 21, K: 24, KH: 3, KW: 5, Groups: 12, StrideH: 2},
		{N: 3, C: 40, H: 1, W: 1, K: 300, KH: 1, KW: 1},
	} {
		p = p.SameUpper()
		nx, nw, ny := p.sizes()
		x, w := float32s(r, nx, gen), float32s(r, nw, gen)
		want := make([]float32, ny)
		ReferenceConvFloat32(p, x, w, nil, want)
		for _, threads := range []int{1, 2, 3, 7} {
			p.Threads = threads
			y := make([]float32, ny)
			ConvFloat32(p, x, w, nil, y)
			sameFloat32s(t, fmt.Sprintf("%+v", p), y, want)
		}
	}
}

// One workspace serves operations of every kind and size, one after the other.
func TestWorkspace(t *testing.T) {
	r := rng(22)
	gen := func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }
	w := new(Workspace)
	for range 100 {
		p := randomGemm(r)
		p.Workspace = w
		na, nb, nc := p.sizes()
		a, b, c := float32s(r, na, gen), float32s(r, nb, gen), make([]float32, nc)
		want, again := make([]float32, nc), make([]float32, nc)
		p.Accumulate = false
		acc, _, _ := randomAccumulator(r)
		GemmFloat32(p, a, b, nil, c)
		Gemm(p, acc, Floats(a), Floats(b), Array{}, Floats(again))
		p.Workspace = nil
		ReferenceGemmFloat32(p, a, b, nil, want)
		sameFloat32s(t, fmt.Sprintf("%+v", p), c, want)
		Gemm(p, acc, Floats(a), Floats(b), Array{}, Floats(want))
		sameFloat32s(t, fmt.Sprintf("%v %+v", acc, p), again, want)
	}
}
