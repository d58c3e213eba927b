package mapf32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
	"github.com/halfulp/halfulp/internal/kernel/kerneltest"
)

// A loop is one of the four functions, with scalars from s.
type loop struct {
	name string
	run  func(f *impl, z, y, x []float32, s [4]float32)
	// element is the definition.
	element func(z, y, x float32, s [4]float32) float32
}

var chosen = impl{clip: Clip, addBetween: AddBetween, normalize: Normalize, addTilted: AddTilted}

var loops = []loop{
	{"Clip", func(f *impl, z, _, x []float32, s [4]float32) { f.clip(z, x, s[0], s[1]) },
		func(_, _, x float32, s [4]float32) float32 {
			switch {
			case x != x:
				return x
			case s[0] > s[1] && (x > s[1] || x < s[0]): // lo, which is above hi
				return s[1]
			case x < s[0]:
				return s[0]
			case x > s[1]:
				return s[1]
			}
			return x
		}},
	{"AddBetween", func(f *impl, z, y, x []float32, s [4]float32) { f.addBetween(z, y, x, s[0], s[1]) },
		func(z, y, x float32, s [4]float32) float32 {
			if s[0] < x && x < s[1] {
				return z + y
			}
			return z
		}},
	{"Normalize", func(f *impl, z, _, x []float32, s [4]float32) {
		f.normalize(z, x, float64(s[0]), float64(s[1])/3, float64(s[2])/3)
	}, func(_, _, x float32, s [4]float32) float32 {
		return float32(float64((float64(x)-float64(s[0]))*(float64(s[1])/3)) + float64(s[2])/3)
	}},
	{"AddTilted", func(f *impl, z, y, x []float32, s [4]float32) {
		f.addTilted(z, y, x, float64(s[0])/3, float64(s[1])/3, float64(s[2]), float64(s[3])/3)
	}, func(z, y, x float32, s [4]float32) float32 {
		slope, shift, tilt := float64(s[0])/3, float64(s[1])/3, float64(s[3])/3
		return z + float32(slope*(float64(y)-shift-float64((float64(x)-float64(s[2]))*tilt)))
	}},
}

// check compares a loop with its definition, on slices at any alignment and surrounded by guards, and in place.
func check(t *testing.T, l loop, f *impl, r *rand.Rand, gen func(*rand.Rand) float32, n int) {
	t.Helper()
	s := [4]float32{gen(r), gen(r), gen(r), gen(r)}
	z, zMemory := kerneltest.Guarded(n, r.IntN(33))
	y, yMemory := kerneltest.Guarded(n, r.IntN(33))
	x, xMemory := kerneltest.Guarded(n, r.IntN(33))
	if r.IntN(4) == 0 {
		x = z
	}
	for _, v := range [][]float32{x, y, z} {
		for i := range v {
			v[i] = gen(r)
		}
	}
	want := make([]float32, n)
	for i := range want {
		want[i] = l.element(z[i], y[i], x[i], s)
	}
	zIs, zWas, yWas, xWas := slices.Clone(z), slices.Clone(zMemory), slices.Clone(yMemory), slices.Clone(xMemory)
	l.run(f, z, y, x, s)
	for i, v := range want {
		if !kerneltest.Same(z[i], v) {
			t.Fatalf("%s of %d elements, scalars %v: element %d is %x, want %x", l.name, n, s, i, z[i], v)
		}
	}
	copy(z, zIs) // only what is outside is left to differ
	for _, m := range [][2][]float32{{zMemory, zWas}, {yMemory, yWas}, {xMemory, xWas}} {
		for i, v := range m[0] {
			if math.Float32bits(v) != math.Float32bits(m[1][i]) {
				t.Fatalf("%s of %d elements: changed an operand, or wrote outside of z", l.name, n)
			}
		}
	}
}

// TestVariants runs the Go bodies, every variant that this machine has, and what is chosen, against the definition.
func TestVariants(t *testing.T) {
	ran := map[cpu.Feature]bool{}
	run := func(name string, f *impl, step int) {
		t.Run(name, func(t *testing.T) {
			for _, l := range loops {
				for _, kind := range kerneltest.Kinds {
					r := rand.New(rand.NewPCG(1, 33))
					for n := range 131 {
						if n > 0 || step == 1 {
							check(t, l, f, r, kind.Gen, n*step)
						}
					}
				}
			}
		})
	}
	for i := range impls {
		if v := &impls[i]; v.ok {
			run(v.feature.String(), v, block)
			ran[v.feature] = true
		}
	}
	run("generic", &generic, 1)
	run("chosen", &chosen, 1)
	required, _ := cpu.Required()
	for _, f := range required {
		if (f == cpu.AVX2 || f == cpu.AVX512) && !ran[f] {
			t.Errorf("HALFULP_REQUIRE: the variant for %v did not run", f)
		}
	}
}

// What is divided into several calls of assembly.
func TestDivision(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 33))
	for _, l := range loops {
		check(t, l, &chosen, r, kerneltest.Kinds[0].Gen, 2*maxElements+block+3)
	}
}

func TestShortSlicesPanic(t *testing.T) {
	for _, l := range loops {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", l.name)
				}
			}()
			l.run(&chosen, make([]float32, 40), make([]float32, 39), make([]float32, 39), [4]float32{})
		}()
	}
}

func TestAllocations(t *testing.T) {
	x := make([]float32, 99)
	for _, l := range loops {
		if n := testing.AllocsPerRun(10, func() { l.run(&chosen, x, x, x, [4]float32{1, 2, 3, 4}) }); n != 0 {
			t.Errorf("%s: %v allocations", l.name, n)
		}
	}
}
