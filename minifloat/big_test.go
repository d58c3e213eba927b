package minifloat

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// numberNear returns a number of many bits near a value or a midpoint of f, or anywhere, as integer and exponent.
func numberNear(r *rand.Rand, f Format) (*big.Int, int) {
	i, exp := new(big.Int).SetUint64(r.Uint64()>>r.IntN(64)), r.IntN(400)-200
	if r.IntN(4) > 0 {
		x := f.unpack(r.Uint32() & f.codeMask())
		if x.kind == isFinite {
			i.SetUint64(x.sig | uint64(r.IntN(2))<<(62-f.mant()))
			exp = x.exp - 63
			if k := uint(r.IntN(300)); r.IntN(2) == 0 {
				i.Add(i.Lsh(i, k), big.NewInt(int64(r.IntN(3)-1)))
				exp -= int(k)
			}
		}
	}
	if r.IntN(2) == 0 {
		i.Neg(i)
	}
	return i, exp
}

// TestEncodeBig compares with the oracle, in every mode and saturation, numbers of hundreds of bits close to the values and the midpoints.
func TestEncodeBig(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	fs := everyFormat()
	n := 10000
	if testing.Short() {
		n = 1000
	}
	for range n {
		f := fs[r.IntN(len(fs))]
		i, exp := numberNear(r, f)
		x := new(big.Float).SetMantExp(new(big.Float).SetInt(i), exp)
		rat, _ := x.Rat(nil)
		place := exact.Locate(exact.Convert(exact.Dyadic(i, exp)), oracleFormat(f))
		for mode, oracleMode := range oracleModes {
			for saturation, oracleSaturation := range oracleSaturations {
				c := Context{Mode: mode, Saturation: saturation}
				want, wantFlags := place.Round(exact.Options{Mode: oracleMode, Saturation: oracleSaturation})
				check := func(name string, got uint32, flags rounding.Flags) {
					if got != uint32(want) || int(flags) != int(wantFlags) {
						t.Fatalf("%s(%v, %v * 2^%d) in %v: %#x %v, want %#x %v", name, f, i, exp, c, got, flags, want, wantFlags)
					}
				}
				got, flags := c.EncodeBig(f, x)
				check("EncodeBig", got, flags)
				got, flags = c.EncodeRat(f, rat)
				check("EncodeRat", got, flags)
				if rat.IsInt() {
					got, flags = c.EncodeBigInt(f, rat.Num())
					check("EncodeBigInt", got, flags)
				}
			}
		}
	}
}

// TestEncodeRat compares fractions with the oracle's quotients.
func TestEncodeRat(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	fs := everyFormat()
	for range 3000 {
		f := fs[r.IntN(len(fs))]
		i, exp := numberNear(r, f)
		d := big.NewInt(1 + r.Int64N(1000))
		num, den := new(big.Int).Set(i), new(big.Int).Set(d)
		if exp >= 0 {
			num.Lsh(num, uint(exp))
		} else {
			den.Lsh(den, uint(-exp))
		}
		place := exact.Locate(exact.Quo(exact.Dyadic(i, exp), exact.Dyadic(d, 0)), oracleFormat(f))
		for mode, oracleMode := range oracleModes {
			want, wantFlags := place.Round(exact.Options{Mode: oracleMode})
			got, flags := Context{Mode: mode}.EncodeRat(f, new(big.Rat).SetFrac(num, den))
			if got != uint32(want) || int(flags) != int(wantFlags) {
				t.Fatalf("EncodeRat(%v, %v/%v) in %v: %#x %v, want %#x %v", f, num, den, mode, got, flags, want, wantFlags)
			}
		}
	}
}

// TestEncodeBigSpecial: zeros, infinities and exponents far beyond every format are those of Encode.
func TestEncodeBigSpecial(t *testing.T) {
	huge := new(big.Float).SetMantExp(big.NewFloat(0.5), big.MaxExp)
	tiny := new(big.Float).SetMantExp(big.NewFloat(-0.5), big.MinExp+1)
	for _, f := range Formats() {
		for _, mode := range rounding.Modes() {
			c := Context{Mode: mode}
			for _, x := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1)} {
				want, wantFlags := c.Encode(f, x)
				if got, flags := c.EncodeBig(f, big.NewFloat(x)); got != want || flags != wantFlags {
					t.Errorf("%v of %v in %v: %#x %v, want %#x %v", f, x, mode, got, flags, want, wantFlags)
				}
			}
			want, wantFlags := c.Encode(f, 0x1p1000)
			if got, flags := c.EncodeBig(f, huge); got != want || flags != wantFlags {
				t.Errorf("%v of a huge number in %v: %#x %v, want %#x %v", f, mode, got, flags, want, wantFlags)
			}
			want, wantFlags = c.Encode(f, -0x1p-1000)
			if got, flags := c.EncodeBig(f, tiny); got != want || flags != wantFlags {
				t.Errorf("%v of a tiny number in %v: %#x %v, want %#x %v", f, mode, got, flags, want, wantFlags)
			}
			want, wantFlags = c.Encode(f, 0)
			if got, flags := c.EncodeBigInt(f, new(big.Int)); got != want || flags != wantFlags {
				t.Errorf("%v of the integer 0: %#x %v", f, got, flags)
			}
			if got, flags := c.EncodeRat(f, new(big.Rat)); got != want || flags != wantFlags {
				t.Errorf("%v of the fraction 0: %#x %v", f, got, flags)
			}
		}
	}
}
