package fuzz_test

import (
	"math"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
)

func TestGeneratorsInProperties(t *testing.T) {
	for _, f := range []minifloat.Format{parse(t, "binary16"), parse(t, "e4m3fnuz"), parse(t, "Binary8p1uf")} {
		p := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
		p.Property("codes are codes, and x+y = y+x", prop.ForAll(func(x, y uint32) bool {
			a, b := minifloat.Value{Format: f, Bits: x}, minifloat.Value{Format: f, Bits: y}
			s, _ := minifloat.Context{}.Add(f, a, b)
			z, _ := minifloat.Context{}.Add(f, b, a)
			return (x|y)>>f.Bits() == 0 && s == z
		}, fuzz.Code(f), fuzz.Code(f)))
		p.Property("rounding twice is rounding once", prop.ForAll(func(x float64) bool {
			code := f.Encode(x)
			return f.Encode(f.Decode(code)) == code
		}, fuzz.Float64(f)))
		p.TestingRun(t)
	}
}

// What the weights promise turns up in a thousand values.
func TestFloat64Reaches(t *testing.T) {
	f := parse(t, "binary16")
	parameters := gopter.DefaultGenParameters()
	parameters.Rng.Seed(1)
	g := fuzz.Float64(f)
	seen := map[string]int{}
	for range 3000 {
		v, ok := g(parameters).Retrieve()
		x := math.Abs(v.(float64))
		value := f.Decode(f.Encode(x))
		_, e := math.Frexp(math.Max(x, f.SmallestNormal()))
		q := x / math.Ldexp(1, e-f.Precision())
		switch {
		case !ok:
			t.Fatal("no value")
		case math.IsNaN(x):
			seen["NaN"]++
		case x == 65520:
			seen["border of overflow"]++
		case x == 0x1p-25:
			seen["border of underflow"]++
		case x == value:
			seen["value"]++
		case x < 65504 && q-math.Floor(q) == 0.5:
			seen["midpoint"]++
		case x < 65504 && math.Abs(q-math.Floor(q)-0.5) < 1e-9:
			seen["beside a midpoint"]++
		case math.Abs(q-math.Round(q)) < 1e-9:
			seen["beside a value"]++
		}
	}
	for what, least := range map[string]int{"NaN": 5, "border of overflow": 2, "border of underflow": 2, "value": 300,
		"midpoint": 300, "beside a midpoint": 150, "beside a value": 150} {
		if seen[what] < least {
			t.Errorf("%s: %d times", what, seen[what])
		}
	}
}

// gopter's own loop brings a counterexample to its simplest form.
func TestCodeShrinks(t *testing.T) {
	f := parse(t, "binary16")
	parameters := gopter.DefaultTestParametersWithSeed(3)
	r := prop.ForAll(func(x uint32) bool { return x&0x1f != 0x11 && x&0x3ff < 0x300 }, fuzz.Code(f)).Check(parameters)
	if r.Status != gopter.TestFailed || len(r.Args) != 1 {
		t.Fatalf("no counterexample: %+v", r)
	}
	got := r.Args[0].Arg.(uint32)
	if got != 0x11 && got != 0x3c11 && got != 0x3f00 {
		t.Errorf("shrunk to %#x, from %#x", got, r.Args[0].OrigArg)
	}
}
