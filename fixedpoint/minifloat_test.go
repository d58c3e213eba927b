package fixedpoint

import (
	"math"
	"math/rand/v2"
	"testing"

	oracle "github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Conversions between fixed point and minifloat: the packages do not know each other, they meet in the exact value.

// minis are formats of package minifloat, restated for the oracle.
var minis = []struct {
	name string
	g    oracle.Format
}{
	{"e5m2", oracle.IEEE(5, 2)}, {"e4m3", oracle.IEEE(4, 3)}, {"e3m4", oracle.IEEE(3, 4)},
	{"e4m3fn", oracle.FN(4, 3)}, {"e4m3fnuz", oracle.FNUZ(4, 3)}, {"e5m2fnuz", oracle.FNUZ(5, 2)},
	{"e2m3fn", oracle.FiniteOnly(2, 3)}, {"e3m2fn", oracle.FiniteOnly(3, 2)}, {"e2m1fn", oracle.FiniteOnly(2, 1)},
	{"finite e2m5", oracle.FiniteOnly(2, 5)}, {"finite e5m2", oracle.FiniteOnly(5, 2)}, {"e8m0fnu", oracle.E8M0()},
	{"Binary8p4se", oracle.P3109(8, 4, true, true)}, {"Binary8p3sf", oracle.P3109(8, 3, true, false)},
	{"Binary8p1uf", oracle.P3109(8, 1, false, false)}, {"Binary8p5ue", oracle.P3109(8, 5, false, true)},
	{"Binary8p8uf", oracle.P3109(8, 8, false, false)}, {"Binary4p2sf", oracle.P3109(4, 2, true, false)},
}

// wideMinis have more than 8 bits; float64 does not hold the last two.
var wideMinis = []struct {
	name string
	g    oracle.Format
}{
	{"binary16", oracle.IEEE(5, 10)}, {"bfloat16", oracle.IEEE(8, 7)}, {"tf32", oracle.IEEE(8, 10)}, {"binary32", oracle.IEEE(8, 23)},
	{"e5m2", oracle.IEEE(5, 2)}, {"e4m3fn", oracle.FN(4, 3)}, {"Binary20p4se", oracle.P3109(20, 4, true, true)}, {"Binary32p20uf", oracle.P3109(32, 20, false, false)},
}

func mini(t *testing.T, name string) minifloat.Format {
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var miniSaturations = map[rounding.Saturation]oracle.Saturation{
	rounding.SatNone: oracle.SatNone, rounding.SatFinite: oracle.SatFinite, rounding.SatPropagate: oracle.SatPropagate,
}

// eightBits are the formats of 8 bits with the binary point from far right of the bits to left of them.
func eightBits() (fs []Format) {
	for fraction := -6; fraction <= 14; fraction++ {
		fs = append(fs, MustFormat(true, 7-fraction, fraction), MustFormat(false, 8-fraction, fraction))
	}
	return fs
}

// TestFromMinifloat: every code of the formats of at most 8 bits, to every fixed-point format of 8 bits, in every mode and overflow.
func TestFromMinifloat(t *testing.T) {
	count := 0
	for _, m := range minis {
		f := mini(t, m.name)
		for c := range uint32(1) << f.Bits() {
			x := f.Decode(c)
			number := m.g.Decode(uint64(c))
			big, isNaN := f.Big(c)
			for i, dst := range eightBits() {
				j := judge(dst, oracle.Convert(number))
				for k, context := range contexts {
					want, wantFlags := j.round(options[k])
					got, flags := context.Encode(dst, x)
					count++
					if got != want || flags&^rounding.Invalid != wantFlags&^rounding.Invalid || !number.Signalling && flags != wantFlags {
						t.Fatalf("%s %#x = %v to %v in %v: %d %v, want %d %v", m.name, c, x, dst, context, got, flags, want, wantFlags)
					}
					if (i+k)%8 == 0 && !isNaN {
						if v, flags := context.EncodeBig(dst, big); v.Bits != want || flags != wantFlags {
							t.Fatalf("%s %#x = %v to %v in %v: EncodeBig %v %v, want %d %v", m.name, c, x, dst, context, v, flags, want, wantFlags)
						}
					}
				}
			}
		}
	}
	t.Logf("%d conversions", count)
}

// TestToMinifloat: every value of a fixed-point format of 8 bits, to every format of at most 8 bits, in every mode and saturation.
func TestToMinifloat(t *testing.T) {
	values := map[float64]Value{}
	for _, f := range eightBits() {
		for c := f.MinBits(); c <= f.MaxBits(); c++ {
			v := Value{f, c}
			values[v.Float64()] = v
		}
	}
	count := 0
	for _, m := range minis {
		f := mini(t, m.name)
		for x, v := range values {
			place := oracle.Locate(oracle.Convert(exactOf(v)), m.g)
			for mode, oracleMode := range oracleModes {
				if mode.Stochastic() {
					continue
				}
				for saturation, oracleSaturation := range miniSaturations {
					c := minifloat.Context{Mode: mode, Saturation: saturation}
					want, wantFlags := place.Round(oracle.Options{Mode: oracleMode, Saturation: oracleSaturation})
					got, flags := c.Encode(f, x)
					count++
					if got != uint32(want) || int(flags) != int(wantFlags) {
						t.Fatalf("%v to %s in %v: %#x %v, want %#x %v", v, m.name, c, got, flags, want, wantFlags)
					}
					if mode == rounding.ToNearestEven {
						if got, flags := c.EncodeBig(f, v.Big()); got != uint32(want) || int(flags) != int(wantFlags) {
							t.Fatalf("%v to %s in %v: EncodeBig %#x %v, want %#x %v", v, m.name, c, got, flags, want, wantFlags)
						}
					}
				}
			}
		}
	}
	t.Logf("%d conversions of %d values", count, len(values))
}

// TestWideToMinifloat: 64-bit numbers beside the values and midpoints of a format, where float64 on the way rounds twice.
func TestWideToMinifloat(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	formats := []Format{MustFormat(true, 0, 63), MustFormat(false, 0, 64), MustFormat(true, 31, 32), MustFormat(false, 64, 0), MustFormat(true, 63, 0),
		MustFormat(true, -10, 73), MustFormat(false, 20, 40), MustFormat(true, 12, 41), MustFormat(false, 1, 52)}
	twice, exactly := 0, 0
	for range randomCount(t, 6000) {
		dst := wideMinis[r.IntN(len(wideMinis))]
		f := mini(t, dst.name)
		v := Value{Format: formats[r.IntN(len(formats))]}
		v.Bits = int64(r.Uint64() >> r.IntN(64))
		if r.IntN(4) > 0 { // p+1 leading bits and one behind: a value or a midpoint, or beside it
			n := 64 - v.Format.Bits() + r.IntN(20)
			if v.Format.Signed() {
				n++
			}
			keep := uint(f.Precision() + 1)
			bits := r.Uint64()>>(64-keep)<<(64-keep) | 1<<63
			v.Bits = int64(bits>>n) + int64(r.IntN(3)) - 1
			if v.Format.Signed() && r.IntN(2) == 0 {
				v.Bits = -v.Bits
			}
		}
		v.Bits = v.Format.extend(uint64(v.Bits))
		place := oracle.Locate(oracle.Convert(exactOf(v)), dst.g)
		for mode, oracleMode := range oracleModes {
			if mode.Stochastic() {
				continue
			}
			c := minifloat.Context{Mode: mode}
			want, wantFlags := place.Round(oracle.Options{Mode: oracleMode})
			if got, flags := c.EncodeBig(f, v.Big()); got != uint32(want) || int(flags) != int(wantFlags) {
				t.Fatalf("%v to %s in %v: %#x %v, want %#x %v", v, dst.name, c, got, flags, want, wantFlags)
			}
			got, flags := c.Encode(f, v.Float64())
			if same := got == uint32(want) && int(flags) == int(wantFlags); v.Format.Bits() > 53 && !same {
				twice++
			} else if v.Format.Bits() <= 53 {
				exactly++
				if !same {
					t.Fatalf("%v to %s in %v through float64: %#x %v, want %#x %v", v, dst.name, c, got, flags, want, wantFlags)
				}
			}
		}
	}
	if twice == 0 || exactly == 0 {
		t.Errorf("%d roundings through float64 went wrong, %d were exact: the test does not look where it matters", twice, exactly)
	}
	t.Logf("%d roundings of wide numbers through float64 went wrong", twice)
}

// TestFromWideMinifloat: numbers beyond float64, and any other, to wide formats.
func TestFromWideMinifloat(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	formats := []Format{MustFormat(true, 0, 63), MustFormat(false, 64, 0), MustFormat(true, -10, 73), MustFormat(false, 20, 12), MustFormat(true, 7, 0)}
	for range randomCount(t, 6000) {
		src := wideMinis[r.IntN(len(wideMinis))]
		f := mini(t, src.name)
		c := r.Uint32() >> (32 - f.Bits())
		if one := uint32(f.Bias()) << f.MantissaBits(); r.IntN(2) == 0 { // about 1
			c = (one + r.Uint32N(1<<(f.MantissaBits()+6)) - 1<<(f.MantissaBits()+5)) & (math.MaxUint32 >> (32 - f.Bits()))
		}
		x, isNaN := f.Big(c)
		if isNaN {
			continue
		}
		dst := formats[r.IntN(len(formats))]
		j := judge(dst, oracle.Convert(src.g.Decode(uint64(c))))
		for k, context := range contexts {
			want, wantFlags := j.round(options[k])
			if got, flags := context.EncodeBig(dst, x); got.Bits != want || flags != wantFlags {
				t.Fatalf("%s %#x to %v in %v: %v %v, want %d %v", src.name, c, dst, context, got, flags, want, wantFlags)
			}
		}
	}
}
