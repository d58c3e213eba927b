package fixedpoint

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestRounder(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for range randomCount(t, 3000) {
		f, c := randomFormat(r), contexts[r.IntN(len(contexts))]
		rounder := NewRounder(f, c)
		if rounder.Format() != f || rounder.Context() != c {
			t.Fatal(rounder)
		}
		xs := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -0x1p-1074, f.Max(), f.Min()}
		for range 40 {
			x := (float64(randomBits(r, f)>>r.IntN(60)) + float64(r.IntN(9)-4)/4) * f.Epsilon()
			xs = append(xs, x, math.Nextafter(x, 1), math.Nextafter(x, -1), math.Ldexp(r.Float64()-0.5, r.IntN(60)-f.FractionBits()))
		}
		for _, x := range xs {
			want, _ := c.Encode(f, x)
			if got := rounder.Encode(x); got != want {
				t.Fatalf("%v %v: %v is %d, want %d", f, c, x, got, want)
			}
			if got := rounder.Round(x); math.Float64bits(got) != math.Float64bits(c.Round(f, x)) {
				t.Fatalf("%v %v: %v rounds to %v, want %v", f, c, x, got, c.Round(f, x))
			}
		}
	}
	if panics(func() { new(Rounder).Round(1) }) == nil || panics(func() { NewRounder(Format{}, Context{}) }) == nil ||
		panics(func() { NewRounder(MustFormat(true, 3, 4), Context{Mode: 99}) }) == nil {
		t.Error("no panic")
	}
}
