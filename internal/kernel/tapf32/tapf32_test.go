package tapf32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
	"github.com/halfulp/halfulp/internal/kernel/kerneltest"
	"github.com/halfulp/halfulp/rounding"
)

// A shape is what a call works on.
type shape struct{ rows, n, taps int }

// check compares f with the definition, on slices at any alignment and surrounded by guards, with taps at any
// offsets, in any order.
func check(t *testing.T, what string, f body, fused bool, r *rand.Rand, gen func(*rand.Rand) float32, s shape) {
	t.Helper()
	ldy, ldx, reach := s.n+r.IntN(5), r.IntN(2*s.n+1), 1+r.IntN(70)
	y, yMemory := kerneltest.Guarded((s.rows-1)*ldy+s.n, r.IntN(33))
	x, xMemory := kerneltest.Guarded((s.rows-1)*ldx+s.n+reach-1, r.IntN(33))
	w, wMemory := kerneltest.Guarded(s.taps, r.IntN(33))
	for _, z := range [][]float32{x, w} {
		for i := range z {
			z[i] = gen(r)
		}
	}
	for i := range s.rows {
		for j := range s.n {
			y[i*ldy+j] = gen(r)
		}
	}
	offsets := make([]int, s.taps)
	for i := range offsets {
		offsets[i] = r.IntN(reach)
	}
	yIs, want := slices.Clone(y), slices.Clone(y)
	for i := range s.rows {
		for j := range s.n {
			sum := want[i*ldy+j]
			for t, off := range offsets {
				if v := x[i*ldx+off+j]; fused {
					sum = rounding.FMA32(v, w[t], sum)
				} else {
					sum += float32(v * w[t])
				}
			}
			want[i*ldy+j] = sum
		}
	}
	xWas, yWas, wWas, offsetsWas := slices.Clone(xMemory), slices.Clone(yMemory), slices.Clone(wMemory), slices.Clone(offsets)
	f(y, ldy, s.rows, s.n, x, ldx, offsets, w)
	for i := range want {
		if !kerneltest.Same(y[i], want[i]) {
			t.Fatalf("%s: %+v: element %d,%d is %x, want %x", what, s, i/ldy, i%ldy, y[i], want[i])
		}
		if i%ldy >= s.n && math.Float32bits(y[i]) != kerneltest.Guard {
			t.Fatalf("%s: %+v: wrote between rows", what, s)
		}
	}
	copy(y, yIs) // only what is outside is left to differ
	for _, m := range [][2][]float32{{yMemory, yWas}, {xMemory, xWas}, {wMemory, wWas}} {
		for i, v := range m[0] {
			if math.Float32bits(v) != math.Float32bits(m[1][i]) {
				t.Fatalf("%s: %+v: changed an operand, or wrote outside of y", what, s)
			}
		}
	}
	if !slices.Equal(offsets, offsetsWas) {
		t.Fatalf("%s: %+v: changed the offsets", what, s)
	}
}

// TestVariants runs the Go bodies, every variant that this machine has, and what is chosen, against the definition.
func TestVariants(t *testing.T) {
	ran := map[cpu.Feature]bool{}
	run := func(name string, fma, mulAdd body) {
		t.Run(name, func(t *testing.T) {
			for _, kind := range kerneltest.Kinds {
				r := rand.New(rand.NewPCG(1, 31))
				for n := 1; n <= 130; n++ {
					s := shape{1 + r.IntN(3), n, 1 + r.IntN(12)}
					check(t, "fma "+kind.Name, fma, true, r, kind.Gen, s)
					check(t, "mulAdd "+kind.Name, mulAdd, false, r, kind.Gen, s)
				}
			}
		})
	}
	for _, v := range impls {
		if v.ok {
			run(v.feature.String(), v.fma, v.mulAdd)
			ran[v.feature] = true
		}
	}
	run("generic", fmaGeneric, mulAddGeneric)
	run("chosen", FMA, MulAdd)
	required, _ := cpu.Required()
	for _, f := range required {
		if (f == cpu.AVX2 || f == cpu.AVX512) && !ran[f] {
			t.Errorf("HALFULP_REQUIRE: the variant for %v did not run", f)
		}
	}
	if f := best(); f != nil {
		t.Logf("chosen: %v", f.feature)
	} else {
		t.Log("chosen: the Go bodies")
	}
}

// What is divided into several calls of assembly, and what is empty.
func TestDivision(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 31))
	for _, s := range []shape{
		{1, 1, maxTaps + 1}, {2, maxCols + 1, 2}, {1, 2*maxCols + 7, 2*maxTaps + 3}, {maxSteps/wholeRow + 5, 1, 2}, {40, 300, 25},
	} {
		check(t, "FMA", FMA, true, r, kerneltest.Kinds[0].Gen, s)
		check(t, "MulAdd", MulAdd, false, r, kerneltest.Kinds[0].Gen, s)
	}
	y := []float32{1, 2}
	FMA(y, 1, 0, 1, nil, 0, []int{0}, []float32{1})
	FMA(y, 1, 1, 0, nil, 0, []int{0}, []float32{1})
	FMA(y, 1, 2, 1, nil, 0, nil, nil)
	if y[0] != 1 || y[1] != 2 {
		t.Errorf("nothing to add made %v", y)
	}
}

func TestShortSlicesPanic(t *testing.T) {
	for _, c := range []struct{ y, x, w, off int }{{12, 15, 2, 1}, {13, 14, 2, 1}, {13, 15, 1, 1}, {13, 15, 2, -1}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			z := func(n int) []float32 { return make([]float32, n, 2*n) }
			FMA(z(c.y), 8, 2, 5, z(c.x), 9, []int{0, c.off}, z(c.w)) // 13, 15 and 2
		})
	}
	y := make([]float32, 13)
	FMA(y, 8, 2, 5, make([]float32, 15), 9, []int{0, 1}, make([]float32, 2))
}

func TestAllocations(t *testing.T) {
	y, x, w, offsets := make([]float32, 64), make([]float32, 66), make([]float32, 3), []int{0, 1, 2}
	if n := testing.AllocsPerRun(10, func() {
		FMA(y, 64, 1, 64, x, 0, offsets, w)
		MulAdd(y, 64, 1, 64, x, 0, offsets, w)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
