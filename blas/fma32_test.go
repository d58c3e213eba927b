package blas

import (
	"math"
	"math/big"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// exactFMA32 is x*y + z in exact arithmetic, rounded once to float32. The operands are finite.
func exactFMA32(x, y, z float32) float32 {
	p := new(big.Float).SetPrec(1000).SetFloat64(float64(x))
	p.Mul(p, new(big.Float).SetFloat64(float64(y)))
	p.Add(p, new(big.Float).SetFloat64(float64(z)))
	if p.Sign() == 0 {
		return x*y + z // zeros only: the sign is that of IEEE 754
	}
	v, _ := p.Float32()
	return v
}

// The step that everything here is built on, and the three bodies that replace it, against math/big: sums beside
// midpoints of float32 at every distance, in the normal numbers, the subnormals and at the threshold of
// overflow.
func TestFMA32(t *testing.T) {
	r := rng(14)
	one := func(x, y, z float32) {
		t.Helper()
		want := exactFMA32(x, y, z)
		if got := rounding.FMA32(x, y, z); math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("FMA32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
		c := []float32{z}
		GemmFloat32(GemmParams{M: 1, N: 1, K: 1, Accumulate: true}, []float32{x}, []float32{y}, nil, c)
		if math.Float32bits(c[0]) != math.Float32bits(want) {
			t.Fatalf("GemmFloat32 of %x, %x, %x: %x, want %x", x, y, z, c[0], want)
		}
	}
	for _, kind := range float32Kinds {
		for range 20000 {
			x, y, z := kind.gen(r), kind.gen(r), kind.gen(r)
			if isFinite(float64(x)) && isFinite(float64(y)) && isFinite(float64(z)) {
				one(x, y, z)
			}
		}
	}
	// z half a unit from a neighbour, and a product that is this half and a little: x*y = 2^h * (1 + 2^-i)(1 - 2^-j).
	for range 200000 {
		z := math.Float32frombits(r.Uint32() &^ (1 << 30) >> uint(r.IntN(9)))
		if r.IntN(8) == 0 {
			z = math.MaxFloat32
		}
		_, e := math.Frexp(float64(z))
		half := max(e-25, -150) + r.IntN(2) - r.IntN(2)
		x := math.Ldexp(1+math.Ldexp(1, -1-r.IntN(23)), half/2)
		y := math.Ldexp(1-math.Ldexp(1, -1-r.IntN(24)), half-half/2)
		if r.IntN(4) == 0 {
			x, y = math.Ldexp(1, half/2), math.Ldexp(1, half-half/2)
		}
		if r.IntN(2) == 0 {
			x = -x
		}
		one(float32(x), float32(y), z)
	}
}
