package gemmf32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
)

// guard surrounds what a kernel may touch. It is no NaN that a sum could become.
const guard = 0x7fedcba9

// guarded returns a slice of n floats that begins off floats into memory that is full of guards, and that
// memory.
func guarded(n, off int) (x, memory []float32) {
	memory = make([]float32, n+64)
	for i := range memory {
		memory[i] = math.Float32frombits(guard)
	}
	return memory[off : off+n : off+n], memory
}

// kinds are operands that are ordinary, that cancel and end on midpoints, that are subnormal or overflow, and
// special values.
var kinds = []struct {
	name string
	gen  func(r *rand.Rand) float32
}{
	{"normal", func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }},
	{"bits", func(r *rand.Rand) float32 { return math.Float32frombits(r.Uint32()) }},
	{"midpoints", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(float64(r.IntN(1<<14)-1<<13), r.IntN(20)-16))
	}},
	{"subnormal", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), -60-r.IntN(90))) }},
	{"overflow", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), 63)) }},
	{"special", func(r *rand.Rand) float32 {
		return []float32{0, float32(math.Copysign(0, -1)), 1, -1, 0x1p-149, -0x1p-149, math.MaxFloat32, -math.MaxFloat32,
			0x1p-126, 1 + 0x1p-23, 0x1p-75, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}[r.IntN(11+r.IntN(4))]
	}},
}

// same reports whether two floats are, of NaNs only whether they both are.
func same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

// check compares f with the Go body, on slices at any alignment and surrounded by guards.
func check(t *testing.T, what string, f func(c []float32, ldc, rows int, a, b []float32, depth int),
	r *rand.Rand, gen func(*rand.Rand) float32, rows, depth int) {
	t.Helper()
	ldc := Cols + r.IntN(5)
	c, cMemory := guarded((rows-1)*ldc+Cols, r.IntN(33))
	a, aMemory := guarded(depth*Rows, r.IntN(33))
	b, bMemory := guarded(depth*Cols, r.IntN(33))
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
		if !same(c[i], want[i]) {
			t.Fatalf("%s: %d rows, depth %d: element %d,%d is %x, want %x", what, rows, depth, i/ldc, i%ldc, c[i], want[i])
		}
		if i%ldc >= Cols && math.Float32bits(c[i]) != guard {
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
			for _, kind := range kinds {
				r := rand.New(rand.NewPCG(1, 30))
				for rows := 1; rows <= Rows; rows++ {
					for depth := 1; depth <= 20; depth++ {
						check(t, kind.name, f, r, kind.gen, rows, depth)
					}
				}
				check(t, kind.name, f, r, kind.gen, Rows, 333)
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
		check(t, "normal", Tile, r, kinds[0].gen, 5, depth)
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
