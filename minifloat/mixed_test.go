package minifloat

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// oracleFormat restates f as the oracle's format.
func oracleFormat(f Format) exact.Format {
	e, m := f.ExponentBits(), f.MantissaBits()
	var g exact.Format
	switch f.Family() {
	case IEEEFamily:
		g = exact.IEEE(e, m)
	case FNFamily:
		g = exact.FN(e, m)
	case FNUZFamily:
		g = exact.FNUZ(e, m)
	case FiniteFamily:
		g = exact.FiniteOnly(e, m)
	case FNUFamily:
		g = exact.E8M0()
	default:
		g = exact.P3109(f.Bits(), m+1, f.Signed(), f.HasInf())
	}
	g.Bias = f.Bias()
	g.Subnormals = g.Subnormals && f.word&noSubnormals == 0
	return g
}

var oracleModes = map[rounding.Mode]exact.Mode{
	rounding.ToNearestEven: exact.TiesToEven, rounding.ToNearestAway: exact.TiesToAway,
	rounding.ToZero: exact.TowardZero, rounding.AwayFromZero: exact.AwayFromZero,
	rounding.ToNegativeInf: exact.TowardNegative, rounding.ToPositiveInf: exact.TowardPositive,
	rounding.ToNearestZero: exact.TiesToZero, rounding.ToNearestUp: exact.TiesToPositive,
	rounding.ToNearestDown: exact.TiesToNegative, rounding.ToNearestOdd: exact.TiesToOdd, rounding.ToOdd: exact.ToOdd,
}

var oracleSaturations = map[rounding.Saturation]exact.Saturation{
	rounding.SatNone: exact.SatNone, rounding.SatFinite: exact.SatFinite, rounding.SatPropagate: exact.SatPropagate,
}

// everyFormat returns every format that can be made of the families' own
// biases, with and without subnormal numbers, and P3109's beyond them, of up to 32 bits.
func everyFormat() []Format {
	var fs []Format
	for e := 1; e <= maxExponentBits; e++ {
		for m := 0; m <= maxMantissaBits; m++ {
			for v := IEEEFamily; v < familyCount; v++ {
				if f, err := NewFormat(e, m, v); err == nil && (v != FNUFamily || e == 8) {
					fs = append(fs, f)
					if m > 0 {
						fs = append(fs, f.WithoutSubnormals())
					}
				}
			}
		}
	}
	for k := 3; k <= 32; k++ {
		for p := 1; p <= k; p++ {
			for i := range 4 {
				if f, err := P3109(k, p, i&1 != 0, i&2 != 0); err == nil && (f.expo() > maxExponentBits || f.mant() > maxMantissaBits) {
					fs = append(fs, f)
				}
			}
		}
	}
	// Precision 1 has rules of its own, and few formats.
	for range 50 {
		for k := 3; k <= 8; k++ {
			fs = append(fs, MustFormat(k-1, 0, P3109SE), MustFormat(k, 0, P3109UF), MustFormat(k-1, 0, FiniteFamily))
		}
	}
	return append(fs, Formats()...)
}

// TestMixedFormats compares every operation with the oracle, in every context,
// on random operands of random formats rounded to a random format.
func TestMixedFormats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	fs := everyFormat()
	if len(fs) < 4000 {
		t.Fatalf("only %d formats", len(fs))
	}
	code := func(f Format) uint32 {
		c := r.Uint32()
		switch r.IntN(4) {
		case 1:
			c = c&f.signBit() | f.maxCode() + r.Uint32N(5) - 2
		case 2:
			c = c&f.signBit() | r.Uint32N(5)
		case 3:
			c = uint32(f.Bias())<<f.mant() + c&(8<<f.mant()-1) - 4<<f.mant()
		}
		return c & f.codeMask()
	}
	n := 20000
	if testing.Short() {
		n = 2000
	}
	for i := range n {
		f := fs[r.IntN(len(fs))]
		g, h := f, f
		if i%2 == 0 {
			g, h = fs[r.IntN(len(fs))], fs[r.IntN(len(fs))]
		}
		x, y, z := Value{f, code(f)}, Value{g, code(g)}, Value{f, code(f)}
		a := oracleFormat(f).Decode(uint64(x.Bits))
		b := oracleFormat(g).Decode(uint64(y.Bits))
		d := oracleFormat(f).Decode(uint64(z.Bits))
		name, result := "", exact.Result{}
		var do func(c Context) (Value, rounding.Flags)
		switch r.IntN(7) {
		case 0:
			name, result, do = "Add", exact.Add(a, b), func(c Context) (Value, rounding.Flags) { return c.Add(h, x, y) }
		case 1:
			name, result, do = "Sub", exact.Sub(a, b), func(c Context) (Value, rounding.Flags) { return c.Sub(h, x, y) }
		case 2:
			name, result, do = "Mul", exact.Mul(a, b), func(c Context) (Value, rounding.Flags) { return c.Mul(h, x, y) }
		case 3:
			name, result, do = "Quo", exact.Quo(a, b), func(c Context) (Value, rounding.Flags) { return c.Quo(h, x, y) }
		case 4:
			name, result, do = "Sqrt", exact.Sqrt(a), func(c Context) (Value, rounding.Flags) { return c.Sqrt(h, x) }
		case 5:
			name, result, do = "FMA", exact.FMA(a, b, d), func(c Context) (Value, rounding.Flags) { return c.FMA(h, x, y, z) }
		case 6:
			name, result, do = "Convert", exact.Convert(a), func(c Context) (Value, rounding.Flags) { return c.Convert(h, x) }
		}
		place := exact.Locate(result, oracleFormat(h))
		for mode, oracleMode := range oracleModes {
			for saturation, oracleSaturation := range oracleSaturations {
				for i := range 4 {
					c := Context{Mode: mode, Saturation: saturation}
					o := exact.Options{Mode: oracleMode, Saturation: oracleSaturation}
					if i&1 != 0 {
						c.Tininess, o.Tininess = rounding.BeforeRounding, exact.BeforeRounding
					}
					if i&2 != 0 {
						c.NaN, o.NaN = rounding.MLDtypesNaN, exact.NaNToOppositeZero
					}
					want, wantFlags := place.Round(o)
					got, flags := do(c)
					if uint64(got.Bits) != want || got.Format != h || int(flags) != int(wantFlags) {
						t.Fatalf("%+v: %s of %v(%#x) %v(%#x) %#x to %v = %#x %v, want %#x %v",
							c, name, f, x.Bits, g, y.Bits, z.Bits, h, got.Bits, flags, want, wantFlags)
					}
				}
			}
		}
	}
}

// TestStochastic compares the stochastic modes with the oracle.
func TestStochastic(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	fs := fastFormats(t)
	modes := map[rounding.Mode]exact.Mode{
		rounding.StochasticA: exact.StochasticA, rounding.StochasticB: exact.StochasticB, rounding.StochasticC: exact.StochasticC,
		rounding.StochasticEqual: exact.StochasticEqual, rounding.StochasticOdd: exact.StochasticOdd,
	}
	for i := range 20000 {
		f := fs[i%len(fs)]
		x := boundary(r, f)
		n := 1 + r.IntN(62)
		random := r.Uint64() >> (64 - n)
		place := exact.Locate(exact.Convert(exact.Float64(x)), oracleFormat(f))
		for mode, oracleMode := range modes {
			for saturation, oracleSaturation := range oracleSaturations {
				want, wantFlags := place.Round(exact.Options{Mode: oracleMode, Saturation: oracleSaturation, Random: random, Bits: n})
				got, flags := Context{Mode: mode, Saturation: saturation}.EncodeStochastic(f, x, random, n)
				if uint64(got) != want || int(flags) != int(wantFlags) {
					t.Fatalf("%v %v: EncodeStochastic(%v, %b, %#x, %d) = %#x %v, want %#x %v", mode, saturation, f, x, random, n, got, flags, want, wantFlags)
				}
			}
		}
	}
}
