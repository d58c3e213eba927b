package sumf32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
	"github.com/halfulp/halfulp/internal/kernel/kerneltest"
)

// guarded returns n floats that were drawn, in memory that is full of guards: if one of them took part in a sum,
// the sum would be no number.
func guarded(r *rand.Rand, n int, gen func(*rand.Rand) float32) []float32 {
	x, _ := kerneltest.Guarded(n, r.IntN(33))
	for i := range x {
		x[i] = gen(r)
	}
	return x
}

// kinds are of this package, whose products and sums are float64.
var kinds = []struct {
	name string
	gen  func(r *rand.Rand) float32
}{
	{"normal", func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }},
	{"finite bits", func(r *rand.Rand) float32 { return math.Float32frombits(r.Uint32() &^ (1 << 30)) }},
	{"wide", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), r.IntN(250)-130)) }},
	{"zeros", func(r *rand.Rand) float32 { return []float32{0, float32(math.Copysign(0, -1)), 1}[r.IntN(3)] }},
	{"special", func(r *rand.Rand) float32 {
		return []float32{0, -1, 0x1p-149, math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}[r.IntN(4+r.IntN(4))]
	}},
}

// same reports whether two floats are, of NaNs only whether they both are.
func same(x, y []float64) bool {
	return slices.EqualFunc(x, y, func(a, b float64) bool {
		return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
	})
}

// A sum is what the three functions over slices have in common.
type sum func(acc *[Lanes]float64, x []float32, m float64, y []float32)

func sumsOf(f *impl) map[string]sum {
	return map[string]sum{
		"Add":         func(acc *[Lanes]float64, x []float32, _ float64, _ []float32) { f.add(acc, x) },
		"AddSquares":  func(acc *[Lanes]float64, x []float32, m float64, _ []float32) { f.addSquares(acc, x, m) },
		"AddProducts": func(acc *[Lanes]float64, x []float32, m float64, y []float32) { f.addProducts(acc, x, m, y) },
	}
}

// terms are the definitions.
var terms = map[string]func(x, m, y float64) float64{
	"Add":         func(x, _, _ float64) float64 { return x },
	"AddSquares":  func(x, m, _ float64) float64 { return float64((x - m) * (x - m)) },
	"AddProducts": func(x, m, y float64) float64 { return float64(y * (x - m)) },
}

func checkSums(t *testing.T, sums map[string]sum, r *rand.Rand, gen func(*rand.Rand) float32, n int) {
	t.Helper()
	for name, f := range sums {
		x, y, m := guarded(r, n, gen), guarded(r, n, gen), float64(gen(r))
		var acc, want [Lanes]float64
		for i := range acc {
			acc[i] = math.Abs(r.NormFloat64())
		}
		want = acc
		for i, v := range x {
			want[i%Lanes] += terms[name](float64(v), m, float64(y[i]))
		}
		xWas, yWas := slices.Clone(x), slices.Clone(y)
		f(&acc, x, m, y)
		if !same(acc[:], want[:]) {
			t.Fatalf("%s of %d elements: %v, want %v", name, n, acc, want)
		}
		unchanged(t, name, x, xWas)
		unchanged(t, name, y, yWas)
	}
}

func unchanged(t *testing.T, name string, x, was []float32) {
	t.Helper()
	for i := range x {
		if math.Float32bits(x[i]) != math.Float32bits(was[i]) {
			t.Fatalf("%s changed an operand", name)
		}
	}
}

type dotsFunc func(acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int)

func checkDots(t *testing.T, f dotsFunc, r *rand.Rand, gen func(*rand.Rand) float32, rows, n, taps int) {
	t.Helper()
	ldy, ldx, reach := n+r.IntN(5), n+r.IntN(40), 1+r.IntN(70)
	y, x := guarded(r, (rows-1)*ldy+n, gen), guarded(r, (rows-1)*ldx+n+reach-1, gen)
	for i := range y { // between rows
		if i%ldy >= n {
			y[i] = math.Float32frombits(kerneltest.Guard)
		}
	}
	offsets := make([]int, taps)
	for i := range offsets {
		offsets[i] = r.IntN(reach)
	}
	acc := make([]float64, DotLanes*(taps+2))
	for i := range acc {
		acc[i] = math.Abs(r.NormFloat64())
	}
	want := slices.Clone(acc)
	for t, off := range offsets {
		for i := range rows {
			for j := range n {
				want[(t+1)*DotLanes+j%DotLanes] += float64(float64(y[i*ldy+j]) * float64(x[i*ldx+off+j]))
			}
		}
	}
	xWas, yWas := slices.Clone(x), slices.Clone(y)
	f(acc[DotLanes:(taps+1)*DotLanes], y, ldy, rows, n, x, ldx, offsets)
	if !same(acc, want) {
		t.Fatalf("%d rows of %d, %d taps: %v, want %v", rows, n, taps, acc, want)
	}
	unchanged(t, "Dots", x, xWas)
	unchanged(t, "Dots", y, yWas)
}

// TestVariants runs the Go bodies, every variant that this machine has, and what is chosen, against the definition.
func TestVariants(t *testing.T) {
	ran := map[cpu.Feature]bool{}
	run := func(name string, f *impl) {
		t.Run(name, func(t *testing.T) {
			for _, kind := range kinds {
				r := rand.New(rand.NewPCG(1, 32))
				for n := 1; n <= 130; n++ {
					checkSums(t, sumsOf(f), r, kind.gen, n*Lanes)
					checkDots(t, f.dots, r, kind.gen, 1+r.IntN(3), n, 1+r.IntN(maxDots))
				}
			}
		})
	}
	for i := range impls {
		if v := &impls[i]; v.ok {
			run(v.feature.String(), v)
			ran[v.feature] = true
		}
	}
	run("generic", &generic)
	t.Run("chosen", func(t *testing.T) {
		sums := map[string]sum{
			"Add":         func(acc *[Lanes]float64, x []float32, _ float64, _ []float32) { Add(acc, x) },
			"AddSquares":  func(acc *[Lanes]float64, x []float32, m float64, _ []float32) { AddSquares(acc, x, m) },
			"AddProducts": AddProducts,
		}
		for _, kind := range kinds {
			r := rand.New(rand.NewPCG(2, 32))
			for n := range 130 {
				checkSums(t, sums, r, kind.gen, n)
				checkDots(t, Dots, r, kind.gen, 1+r.IntN(3), 1+n, 1+r.IntN(12))
			}
		}
	})
	required, _ := cpu.Required()
	for _, f := range required {
		if (f == cpu.AVX2 || f == cpu.AVX512) && !ran[f] {
			t.Errorf("HALFULP_REQUIRE: the variant for %v did not run", f)
		}
	}
}

// What is divided into several calls of assembly, and what is empty.
func TestDivision(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 32))
	for _, n := range []int{maxElements - 1, maxElements, 2*maxElements + 19} {
		checkSums(t, map[string]sum{"AddProducts": AddProducts}, r, kinds[0].gen, n)
		checkDots(t, Dots, r, kinds[0].gen, 2, n, 4)
	}
	checkDots(t, Dots, r, kinds[0].gen, maxElements/wholeRow+3, 5, 4)
	Dots(nil, nil, 1, 0, 1, nil, 1, []int{0})
	Dots(nil, nil, 1, 1, 0, nil, 1, []int{0})
	Dots(nil, nil, 1, 1, 1, nil, 1, nil)
}

func TestTotal(t *testing.T) {
	if got := Total([]float64{1, 2, 4, 8, 16, 32, 64, 128}); got != 255 {
		t.Errorf("the sum of eight lanes is %v", got)
	}
	x := []float64{1, -0x1p60, 0x1p60, 0x1p-60} // (1 + 0x1p60) + (-0x1p60 + 0x1p-60)
	if got := Total(x); got != 0 {
		t.Errorf("the tree gives %v", got)
	}
}

func TestShortSlicesPanic(t *testing.T) {
	for _, c := range []struct{ acc, y, x, off int }{{15, 13, 15, 1}, {16, 12, 15, 1}, {16, 13, 14, 1}, {16, 13, 15, -1}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			z := func(n int) []float32 { return make([]float32, n, 2*n) }
			Dots(make([]float64, c.acc, 2*c.acc), z(c.y), 8, 2, 5, z(c.x), 9, []int{0, c.off}) // 16, 13 and 15
		})
	}
	Dots(make([]float64, 16), make([]float32, 13), 8, 2, 5, make([]float32, 15), 9, []int{0, 1})
}

func TestAllocations(t *testing.T) {
	x, acc, dots, offsets := make([]float32, 99), new([Lanes]float64), make([]float64, 4*DotLanes), []int{0, 1, 2, 3}
	if n := testing.AllocsPerRun(10, func() {
		Add(acc, x)
		AddSquares(acc, x, 1)
		AddProducts(acc, x, 1, x)
		Dots(dots, x, 9, 8, 9, x, 10, offsets)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
