package blas

import (
	"math"
	"testing"
)

// TestShiftedRowsTakeThePadding: the padding takes part in sums, and padding that is larger than its image by far
// takes no memory.
func TestShiftedRowsTakeThePadding(t *testing.T) {
	everyWay(t, 10, func(t *testing.T, _ int) {
		inf := float32(math.Inf(1))
		p := ConvParams{N: 1, C: 1, H: 1, W: 2, K: 1, KH: 1, KW: 3}.SameUpper()
		y := make([]float32, 2)
		ConvFloat32(p, []float32{1, 2}, []float32{1, 1, inf}, nil, y)
		if !math.IsInf(float64(y[0]), 1) || y[1] == y[1] {
			t.Errorf("infinity times padding: %v, want [+Inf NaN]", y)
		}
		negative := float32(math.Copysign(0, -1))
		for _, c := range []struct{ bias, weight, want float32 }{{negative, 1, 0}, {negative, -1, negative}, {0, -1, 0}} {
			y := []float32{1, 1}
			ConvFloat32(ConvParams{N: 1, C: 1, H: 1, W: 1, K: 1, KH: 1, KW: 1, PadLeft: 1}, []float32{0}, []float32{c.weight}, []float32{c.bias}, y)
			if math.Float32bits(y[0]) != math.Float32bits(c.want) {
				t.Errorf("%+v: %v", c, y[0])
			}
		}
		p = ConvParams{N: 1, C: 1, H: 1, W: 1, K: 1, KH: 1, KW: 1, PadTop: 1 << 30, PadLeft: 1 << 30, StrideH: 1 << 30, StrideW: 1 << 30}
		y = make([]float32, 4)
		ConvFloat32(p, []float32{3}, []float32{2}, nil, y)
		if y[0] != 0 || y[1] != 0 || y[2] != 0 || y[3] != 6 {
			t.Errorf("far away in the padding: %v", y)
		}
	})
}

// A depthwise convolution that finds its memory does not allocate, with padding and strides too.
func TestDepthwiseAllocations(t *testing.T) {
	p := ConvParams{N: 2, C: 3, H: 9, W: 9, K: 6, KH: 3, KW: 3, Groups: 3, StrideW: 2}.SameUpper()
	p.Threads, p.Workspace = 1, new(Workspace)
	nx, nw, ny := p.sizes()
	x, w, y := make([]float32, nx), make([]float32, nw), make([]float32, ny)
	everyWay(t, 10, func(t *testing.T, _ int) {
		if n := testing.AllocsPerRun(10, func() { ConvFloat32(p, x, w, nil, y) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func TestFewRowsAllocations(t *testing.T) {
	p := GemmParams{M: 2, N: 30, K: 40, Options: Options{Threads: 1, Workspace: new(Workspace)}}
	a, b, c := make([]float32, 80), make([]float32, 1200), make([]float32, 60)
	everyWay(t, 10, func(t *testing.T, _ int) {
		if n := testing.AllocsPerRun(10, func() { GemmFloat32(p, a, b, nil, c) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
