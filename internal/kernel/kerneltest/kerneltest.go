// Package kerneltest has what the tests of all kernels begin with: operands of
// every kind, and memory that shows what was touched.
package kerneltest

import (
	"math"
	"math/rand/v2"
)

// Guard is the bits of the floats around what a kernel may touch: a NaN that no
// sum becomes.
const Guard = 0x7fedcba9

// Guarded returns a slice of n floats that begins off floats, at most 64, into
// memory that is full of guards, and that memory.
func Guarded(n, off int) (x, memory []float32) {
	memory = make([]float32, n+64)
	for i := range memory {
		memory[i] = math.Float32frombits(Guard)
	}
	return memory[off : off+n : off+n], memory
}

// Same reports whether two floats are the same, of NaNs only whether they both
// are.
func Same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

// Kind draws operands.
type Kind struct {
	Name string
	Gen  func(r *rand.Rand) float32
}

// Kinds are operands that are ordinary, that are anything at all, that cancel and
// end on midpoints, that are subnormal or overflow, of all sizes, and special
// values.
var Kinds = []Kind{
	{"normal", func(r *rand.Rand) float32 { return float32(r.NormFloat64()) }},
	{"bits", func(r *rand.Rand) float32 { return math.Float32frombits(r.Uint32()) }},
	{"midpoints", func(r *rand.Rand) float32 {
		return float32(math.Ldexp(float64(r.IntN(1<<14)-1<<13), r.IntN(20)-16))
	}},
	{"subnormal", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), -60-r.IntN(90))) }},
	{"overflow", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), 63)) }},
	{"wide", func(r *rand.Rand) float32 { return float32(math.Ldexp(r.NormFloat64(), r.IntN(290)-150)) }},
	{"special", func(r *rand.Rand) float32 {
		return []float32{0, float32(math.Copysign(0, -1)), 1, -1, 6, 0x1p-149, -0x1p-149, math.MaxFloat32, -math.MaxFloat32,
			0x1p-126, 1 + 0x1p-23, 0x1p-75, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}[r.IntN(12+r.IntN(4))]
	}},
}
