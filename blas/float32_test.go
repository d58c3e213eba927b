package blas

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/internal/kernel/gemmf32"
)

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20)) }

// A float32 kind makes operands that lead to one of the bodies of the kernel, or to their edges.
var float32Kinds = []struct {
	name string
	gen  func(r *rand.Rand) float32
}{
	{"normal", func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }},
	{"bits", func(r *rand.Rand) float32 { return math.Float32frombits(r.Uint32()) }},
	{"eight significant bits", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(float64(r.IntN(511)-255), r.IntN(12)-9))
	}},
	// Sums of products of 13 bits end on midpoints of float32 all the time.
	{"midpoints", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(float64(r.IntN(1<<14)-1<<13), r.IntN(20)-16))
	}},
	// Sticky bits far below a midpoint: few bits of very different magnitude.
	{"sparse", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(float64(r.IntN(7)-3), r.IntN(90)-45))
	}},
	{"products in the subnormals", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(r.NormFloat64(), -70-r.IntN(10)))
	}},
	{"tiny", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), -r.IntN(150))) }},
	{"few bits in the subnormals", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(float64(r.IntN(63)-31), -62-r.IntN(20)))
	}},
	{"overflow", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(1+r.Float64(), 63)) * float32(2*r.IntN(2)-1)
	}},
	{"specials", func(r *rand.Rand) float32 {
		return []float32{0, float32(math.Copysign(0, -1)), 1, -1, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
			math.MaxFloat32, -math.MaxFloat32, 0x1p-126, 1 + 0x1p-23, 0x1p-75, -0x1p-75,
			float32(math.Inf(1 - 2*r.IntN(2)))}[r.IntN(12+r.IntN(2))]
	}},
	{"zeros", func(r *rand.Rand) float32 {
		if r.IntN(3) > 0 {
			return float32(math.Copysign(0, float64(r.IntN(2))-0.5))
		}
		return float32(r.NormFloat64())
	}},
}

func float32s(r *rand.Rand, n int, gen func(*rand.Rand) float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = gen(r)
	}
	return x
}

// sameFloat32s compares bits, of NaNs only that they are.
func sameFloat32s(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("%s: element %d is %x, want %x", what, i, got[i], want[i])
		}
	}
}

// randomGemm returns a product of at most 40 in each dimension (of at most 104 columns), often a small or a tail one, with rows that
// may be longer than needed.
func randomGemm(r *rand.Rand) GemmParams {
	dim := func() int {
		if r.IntN(3) == 0 {
			return r.IntN(4)
		}
		return r.IntN(41)
	}
	p := GemmParams{M: dim(), N: dim(), K: dim(), TransA: r.IntN(2) == 0, TransB: r.IntN(2) == 0,
		PerRow: r.IntN(2) == 0, Accumulate: r.IntN(3) == 0}
	if r.IntN(4) == 0 {
		p.N += 32 * r.IntN(3) // several panels of a tiled product
	}
	if r.IntN(2) == 0 {
		p.LDA, p.LDB, p.LDC = max(p.M, p.K)+r.IntN(4), max(p.K, p.N)+r.IntN(4), p.N+r.IntN(4)
	}
	p.Threads = 1 + r.IntN(3)
	return p
}

// sizes returns the lengths of the operands.
func (p GemmParams) sizes() (a, b, c int) {
	size := func(rows, row, ld int) int {
		if rows == 0 || row == 0 {
			return 0
		}
		return (rows-1)*max(ld, row) + row
	}
	if p.TransA {
		a = size(p.K, p.M, p.LDA)
	} else {
		a = size(p.M, p.K, p.LDA)
	}
	if p.TransB {
		b = size(p.N, p.K, p.LDB)
	} else {
		b = size(p.K, p.N, p.LDB)
	}
	return a, b, size(p.M, p.N, p.LDC)
}

// everyWay runs a test on the chains of float32Kernel, on tiles, and on tiles beside shifted rows. Where the last two
// are made by their slow definitions they get a tenth of the count.
func everyWay(t *testing.T, count int, test func(t *testing.T, count int)) {
	defer func(tilesWere, rowsWere bool) { tiled, shiftedRows = tilesWere, rowsWere }(tiled, shiftedRows)
	for i, name := range []string{"chains", "tiles", "rows"} {
		tiled, shiftedRows = i > 0, i > 1
		n := count
		if tiled && !gemmf32.Accelerated() {
			n /= 10
		}
		t.Run(name, func(t *testing.T) { test(t, n) })
	}
}

func TestGemmFloat32(t *testing.T) { everyWay(t, 400, testGemmFloat32) }

func testGemmFloat32(t *testing.T, count int) {
	for _, kind := range float32Kinds {
		t.Run(kind.name, func(t *testing.T) {
			r := rng(1)
			var w Workspace
			for range count {
				p := randomGemm(r)
				if r.IntN(2) == 0 {
					p.Workspace = &w
				}
				na, nb, nc := p.sizes()
				a, b, c := float32s(r, na, kind.gen), float32s(r, nb, kind.gen), float32s(r, nc, kind.gen)
				var bias []float32
				if !p.Accumulate && r.IntN(2) == 0 {
					bias = float32s(r, max(p.M, p.N), kind.gen)
				}
				want := append([]float32{}, c...)
				ReferenceGemmFloat32(p, a, b, bias, want)
				GemmFloat32(p, a, b, bias, c)
				p.Workspace = nil
				sameFloat32s(t, fmt.Sprintf("%+v", p), c, want)
			}
		})
	}
}

func randomConv(r *rand.Rand) ConvParams {
	p := ConvParams{Layout: Layout(r.IntN(2)), WeightLayout: Layout(r.IntN(2)),
		N: 1 + r.IntN(3), H: 1 + r.IntN(9), W: 1 + r.IntN(12), KH: 1 + r.IntN(3), KW: 1 + r.IntN(4),
		StrideH: r.IntN(4), StrideW: r.IntN(4), DilationH: r.IntN(3), DilationW: r.IntN(4),
		Groups: r.IntN(4), Accumulate: r.IntN(3) == 0}
	g := max(p.Groups, 1)
	p.C, p.K = g*(1+r.IntN(5)), g*(1+r.IntN(6))
	switch r.IntN(6) {
	case 0:
		p.Groups = p.C // depthwise, of multiplier 1 or 2
		p.K = p.C * (1 + r.IntN(2))
	case 1:
		p.H, p.KH = 1, 1
	case 2:
		p.KH, p.KW = 1, 1
	}
	switch r.IntN(4) {
	case 0:
		p = p.SameUpper()
	case 1:
		p = p.SameLower()
	case 2:
		p.PadTop, p.PadBottom, p.PadLeft, p.PadRight = r.IntN(4), r.IntN(4), r.IntN(4), r.IntN(4)
	}
	p.Threads = 1 + r.IntN(3)
	return p
}

func (p ConvParams) sizes() (x, w, y int) {
	return p.N * p.C * p.H * p.W, p.K * p.C / max(p.Groups, 1) * p.KH * p.KW, p.N * p.K * p.OutH() * p.OutW()
}

func TestConvFloat32(t *testing.T) { everyWay(t, 300, testConvFloat32) }

func testConvFloat32(t *testing.T, count int) {
	for _, kind := range float32Kinds {
		t.Run(kind.name, func(t *testing.T) {
			r := rng(2)
			for range count {
				p := randomConv(r)
				nx, nw, ny := p.sizes()
				x, w, y := float32s(r, nx, kind.gen), float32s(r, nw, kind.gen), float32s(r, ny, kind.gen)
				var bias []float32
				if !p.Accumulate && r.IntN(2) == 0 {
					bias = float32s(r, p.K, kind.gen)
				}
				want := append([]float32{}, y...)
				ReferenceConvFloat32(p, x, w, bias, want)
				ConvFloat32(p, x, w, bias, y)
				sameFloat32s(t, fmt.Sprintf("%+v", p), y, want)
			}
		})
	}
}
