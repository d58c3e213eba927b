package minifloat

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestNextafter compares all pairs of narrow formats with the oracle's neighbours, and the special cases with C's.
func TestNextafter(t *testing.T) {
	var fs []Format
	for _, f := range everyFormat() {
		if f.Bits() <= 5 {
			fs = append(fs, f)
		}
	}
	fs = append(fs, FormatOf[E4M3FN](), FormatOf[E8M0FNU](), FormatOf[E5M2FNUZ]())
	for _, f := range fs {
		oracle := oracleFormat(f)
		for _, g := range []Format{f, FormatOf[E2M1FN](), FormatOf[E5M2](), FormatOf[Binary8p4se]()} {
			for a := range uint32(1) << f.Bits() {
				for b := range uint32(1) << g.Bits() {
					v, w := Value{f, a}, Value{g, b}
					x, y := v.Float64(), w.Float64() // every value of these formats is one
					got := v.Nextafter(w)
					ok := false
					switch {
					case x != x || y != y:
						ok = got.IsNaN() || !f.HasNaN() && got.Bits == 0
					case x < y:
						ok = got.Bits == uint32(oracle.NextUp(oracle.Decode(uint64(a))))
					case x > y:
						ok = got.Bits == uint32(oracle.NextDown(oracle.Decode(uint64(a))))
					default:
						ok = got.Float64() == x && math.Signbit(got.Float64()) == (math.Signbit(y) && (x != 0 || f.HasNegZero()))
					}
					if !ok || got.Format != f {
						t.Fatalf("Nextafter(%v, %v) = %v", v, w, got)
					}
				}
			}
		}
	}
	// As C's nextafterf on the same numbers.
	for _, x := range []float32{0, 1, -1, math.MaxFloat32, math.SmallestNonzeroFloat32, float32(math.Inf(1))} {
		for _, y := range []float32{0, 2, -2, float32(math.Inf(-1)), float32(math.Inf(1)), 0.5} {
			if got := FromFloat32[Float32](x).Nextafter(FromFloat32[Float32](y)).Float32(); got != math.Nextafter32(x, y) {
				t.Errorf("Nextafter(%v, %v) = %v", x, y, got)
			}
		}
	}
}

// TestSide compares with the exact value of the code.
func TestSide(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	fs := everyFormat()
	for range 20000 {
		f := fs[r.IntN(len(fs))]
		x := math.Ldexp(r.NormFloat64(), r.IntN(80)-40)
		if near := f.Decode(r.Uint32() & f.codeMask()); r.IntN(2) == 0 && near-near == 0 {
			x = near + float64(r.IntN(3)-1)*math.Abs(near)*0x1p-40
		}
		modes := rounding.Modes()
		c := Context{Mode: modes[r.IntN(len(modes))]}
		if c.Mode.Stochastic() {
			continue
		}
		code, _ := c.Encode(f, x)
		side, ok := c.Side(f, x)
		z, isNaN := f.Big(code)
		if ok == isNaN {
			t.Fatalf("%v of %v, %v: ok = %t", f, x, c, ok)
		}
		if want := big.Accuracy(z.Cmp(big.NewFloat(x))); ok && side != want {
			t.Fatalf("%v of %v, %v: %v, want %v", f, x, c, side, want)
		}
	}
	for _, c := range []struct {
		mode rounding.Mode
		x    float64
		side big.Accuracy
		ok   bool
	}{
		{rounding.ToNearestEven, 1.0625, big.Below, true}, {rounding.ToPositiveInf, 1.0625, big.Above, true}, {rounding.ToNegativeInf, -1.0625, big.Below, true}, {rounding.ToNearestEven, 448, big.Exact, true},
		{rounding.ToNearestEven, math.Copysign(0, -1), big.Exact, true}, {rounding.ToZero, 1e9, big.Below, true}, {rounding.ToNearestEven, 1e9, 0, false}, {rounding.ToNearestEven, math.NaN(), 0, false}, {rounding.ToNearestEven, math.Inf(-1), 0, false},
	} {
		if side, ok := (Context{Mode: c.mode}).Side(FormatOf[E4M3FN](), c.x); ok != c.ok || ok && side != c.side {
			t.Errorf("%v, %v: %v, %t; want %v, %t", c.mode, c.x, side, ok, c.side, c.ok)
		}
	}
	if side, ok := (Context{}).Side(FormatOf[E5M2](), 1e9); !ok || side != big.Above {
		t.Errorf("an overflow to infinity: %v, %t", side, ok)
	}
}
