package minifloat_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// TestTypedConversions judges the typed conversions in a context by the oracle: every binary16 number, as a float64 and as a
// Float16, into E4M3FN, each in some of the options.
func TestTypedConversions(t *testing.T) {
	from, to := namedSubject(t, "binary16"), namedSubject(t, "e4m3fn")
	for code := range uint32(1) << 16 {
		n := from.g.Decode(uint64(code))
		place := exact.Locate(exact.Convert(n), to.g)
		x := minifloat.FromBits[minifloat.Float16](uint16(code))
		for i := range 5 {
			o := options[(int(code)*5+i)%len(options)]
			want, wantFlags := place.Round(o.o)
			if got, flags := minifloat.ConvertWith[minifloat.E4M3FN](o.c, x); uint64(got.Bits()) != want || int(flags) != int(wantFlags) {
				t.Fatalf("ConvertWith(%+v, %v) = %v %v, want %#x %v", o.o, x, got, flags, want, wantFlags)
			}
			if n.Kind == exact.NaN {
				wantFlags = 0 // a float64 NaN is quiet
			}
			if got, flags := minifloat.FromWith[minifloat.E4M3FN](o.c, x.Float64()); uint64(got.Bits()) != want || int(flags) != int(wantFlags) {
				t.Fatalf("FromWith(%+v, %v) = %v %v, want %#x %v", o.o, x.Float64(), got, flags, want, wantFlags)
			}
		}
	}
}

func TestTypedStochastic(t *testing.T) {
	s := namedSubject(t, "e5m2")
	r := rand.New(rand.NewPCG(31, 32))
	modes := exact.StochasticModes()
	for i := range 30000 {
		x := math.Ldexp(r.NormFloat64(), r.IntN(60)-30)
		n := 1 + r.IntN(20)
		o := newOption(exact.Options{Mode: modes[i%len(modes)], Saturation: exact.Saturation(r.IntN(3)), Random: r.Uint64() >> (64 - n), Bits: n})
		place := exact.Locate(exact.Convert(exact.Float64(x)), s.g)
		want, wantFlags := place.Round(o.o)
		if got, flags := minifloat.FromStochastic[minifloat.E5M2](o.c, x, o.o.Random, n); uint64(got.Bits()) != want || int(flags) != int(wantFlags) {
			t.Fatalf("FromStochastic(%+v, %v) = %v %v, want %#x %v", o.o, x, got, flags, want, wantFlags)
		}
	}
}

func TestTypedBig(t *testing.T) {
	for code := range 256 {
		x := minifloat.FromBits[minifloat.E5M2](uint8(code))
		v, isNaN := x.Big()
		if isNaN != x.IsNaN() || !isNaN && v.Cmp(big.NewFloat(x.Float64())) != 0 || isNaN && v.Sign() != 0 {
			t.Errorf("%v: Big is %v, %t", x, v, isNaN)
		}
	}
}

func TestRounderTellsWhatItIs(t *testing.T) {
	f := minifloat.MustFormat(3, 2, minifloat.FiniteFamily)
	c := minifloat.Context{Mode: rounding.ToOdd, Saturation: rounding.SatFinite}
	if r := minifloat.NewRounder(f, c); r.Format() != f || r.Context() != c {
		t.Errorf("%v, %+v", r.Format(), r.Context())
	}
}

// TestPrinting: all ways to the name and the number give the same text.
func TestPrinting(t *testing.T) {
	x := minifloat.From[minifloat.BFloat16](-0.1)
	const want = "BFloat16(-0.1)"
	for _, got := range []string{x.String(), x.GoString(), fmt.Sprint(x), fmt.Sprintf("%#v", x), x.Value().GoString(), fmt.Sprintf("%s", x)} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestScanVerb(t *testing.T) {
	x := minifloat.From[minifloat.Float16](2)
	if _, err := fmt.Sscanf("1", "%d", &x); !errors.Is(err, minifloat.ErrSyntax) || x.Float64() != 2 {
		t.Errorf("%v, %v", x, err)
	}
}
