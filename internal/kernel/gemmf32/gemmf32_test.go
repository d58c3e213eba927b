package gemmf32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
	"github.com/halfulp/halfulp/internal/kernel/kerneltest"
)

// check compares f with the Go body, on slices at any alignment and surrounded by guards.
func check(t *testing.T, what string, f func(c []float32, ldc, rows int, a, b []float32, depth int),
	r *rand.Rand, gen func(*rand.Rand) float32, rows, depth int) {
	t.Helper()
	ldc := Cols + r.IntN(5)
	c, cMemory := kerneltest.Guarded((rows-1)*ldc+Cols, r.IntN(33))
	a, aMemory := kerneltest.Guarded(depth*Rows, r.IntN(33))
	b, bMemory := kerneltest.Guarded(depth*Cols, r.IntN(33))
	for _, x := range [][]float32{a, b} {
		for i := range x {
			x[i] = gen(r)
		}
	}
	for i := range rows {
		for j := range Cols {
			c[i*ldc+j] = gen(r)
		}
	}
	aWas, bWas, cWas := slices.Clone(aMemory), slices.Clone(bMemory), slices.Clone(cMemory)
	cIs, want := slices.Clone(c), slices.Clone(c)
	tileGeneric(want, ldc, rows, a, b, depth)
	f(c, ldc, rows, a, b, depth)
	for i := range want {
		if !kerneltest.Same(c[i], want[i]) {
			t.Fatalf("%s: %d rows, depth %d: element %d,%d is %x, want %x", what, rows, depth, i/ldc, i%ldc, c[i], want[i])
		}
		if i%ldc >= Cols && math.Float32bits(c[i]) != kerneltest.Guard {
			t.Fatalf("%s: %d rows, depth %d: wrote between rows", what, rows, depth)
		}
	}
	copy(c, cIs) // only what is outside is left to differ
	for _, m := range [][2][]float32{{cMemory, cWas}, {aMemory, aWas}, {bMemory, bWas}} {
		for i, x := range m[0] {
			if math.Float32bits(x) != math.Float32bits(m[1][i]) {
				t.Fatalf("%s: %d rows, depth %d: changed an operand, or wrote outside of c", what, rows, depth)
			}
		}
	}
}

// TestVariants runs every variant that this machine has, and what Tile chooses, against the Go body.
func TestVariants(t *testing.T) {
	ran := map[cpu.Feature]bool{}
	run := func(name string, f func(c []float32, ldc, rows int, a, b []float32, depth int)) {
		t.Run(name, func(t *testing.T) {
			for _, kind := range kerneltest.Kinds {
				r := rand.New(rand.NewPCG(1, 30))
				for rows := 1; rows <= Rows; rows++ {
					for depth := 1; depth <= 20; depth++ {
						check(t, kind.Name, f, r, kind.Gen, rows, depth)
					}
				}
				check(t, kind.Name, f, r, kind.Gen, Rows, 333)
			}
		})
	}
	for _, v := range impls {
		if v.ok {
			run(v.feature.String(), v.tile)
			ran[v.feature] = true
		}
	}
	run("chosen", Tile)
	required, _ := cpu.Required()
	for _, f := range required {
		if (f == cpu.AVX2 || f == cpu.AVX512) && !ran[f] {
			t.Errorf("HALFULP_REQUIRE: the variant for %v did not run", f)
		}
	}
	if f := best(); f != nil {
		t.Logf("chosen: %v", f.feature)
	} else {
		t.Log("chosen: the Go body")
	}
}

// A depth of several calls of assembly, and none.
func TestDepths(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 30))
	for _, depth := range []int{0, Depth, Depth + 1, 2*Depth + 7} {
		check(t, "normal", Tile, r, kerneltest.Kinds[0].Gen, 5, depth)
	}
}

func TestShortSlicesPanic(t *testing.T) {
	for _, lengths := range [][3]int{{63, 36, 96}, {64, 35, 96}, {64, 36, 95}} {
		t.Run(fmt.Sprint(lengths), func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			x := func(n int) []float32 { return make([]float32, n, 2*n) }
			Tile(x(lengths[0]), Cols, 2, x(lengths[1]), x(lengths[2]), 3)
		})
	}
}

// Tile does not allocate.
func TestAllocations(t *testing.T) {
	c, a, b := make([]float32, Rows*Cols), make([]float32, 9*Rows), make([]float32, 9*Cols)
	if n := testing.AllocsPerRun(10, func() { Tile(c, Cols, Rows, a, b, 9) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
