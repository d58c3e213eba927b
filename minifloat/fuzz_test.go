package minifloat_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

func FuzzParseFormat(f *testing.F) {
	for _, name := range []string{"e4m3fn", "float8_e4m3b11fnuz", "Binary8p4se", "finite e2m5", "half", "e4m3bm3nosub", "", "e4m", "binary8p", "f99e1m1", "e4m3b99999"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		g, err := minifloat.ParseFormat(name)
		if err != nil {
			if !errors.Is(err, minifloat.ErrUnknownFormat) || g != (minifloat.Format{}) || len(err.Error()) > 600 {
				t.Fatalf("%q: %v, %v", name, g, err)
			}
			return
		}
		if h, err := minifloat.ParseFormat(g.Name()); err != nil || h != g {
			t.Fatalf("%q: %v reads as %v, %v", name, g, h, err)
		}
		if one := g.Decode(g.Encode(1)); g.Bias() > 0 && g.ExponentBits() > 2 && one != 1 && g.MaxFinite() >= 1 && g.SmallestNormal() <= 1 {
			t.Fatalf("%v: 1 rounds to %v", g, one)
		}
	})
}

// parseTargets are formats of different ranges and families.
var parseTargets = [...]string{"binary16", "e4m3fn", "e2m1fn", "binary32", "e8m0fnu", "Binary8p4ue", "e11m20", "Binary16p3se"}

func FuzzParse(f *testing.F) {
	for i, s := range []string{"1.5", "-0x1.8p-3", "1e400", "65519.9999999999999999", "nan", "-Infinity", "0.0000000298023223876953125", "1e-99999999999", "0x.p1", "1_0", "3.40282357e38"} {
		f.Add(byte(i), s)
	}
	f.Fuzz(func(t *testing.T, target byte, s string) {
		g := mustParse(t, parseTargets[int(target)%len(parseTargets)])
		code, err := g.Parse(s)
		if uint64(code) >= 1<<g.Bits() {
			t.Fatalf("%v: %q gives %#x", g, s, code)
		}
		if errors.Is(err, minifloat.ErrSyntax) {
			if code != 0 {
				t.Fatalf("%v: %q gives %#x, %v", g, s, code, err)
			}
			return
		}
		if err != nil && !errors.Is(err, minifloat.ErrRange) {
			t.Fatalf("%v: %q: %v", g, s, err)
		}
		v := minifloat.Value{Format: g, Bits: code}
		// A far exponent would keep math/big busy for ever.
		if x := math.Abs(v.Float64()); err != nil || len(s) > 200 || !(x > 1e-300 && x < 1e300) {
			return
		}
		// math/big reads the same numbers, exactly enough to see which of the two
		// neighbours is nearer.
		want, _, bigErr := big.ParseFloat(s, 0, 4096, big.ToZero)
		if bigErr != nil || want.IsInf() || strings.Contains(s, "_") {
			return
		}
		distance := func(c uint32) *big.Float {
			x, nan := g.Big(c)
			if nan || x.IsInf() {
				return nil
			}
			d := new(big.Float).SetPrec(8192).Sub(want, x)
			return d.Abs(d)
		}
		d := distance(code)
		for _, c := range []uint32{code - 1, code + 1} {
			if uint64(c) < 1<<g.Bits() {
				if e := distance(c); e != nil && e.Cmp(d) < 0 && g.Family() != minifloat.FNUFamily {
					t.Fatalf("%v: %q gives %v, %#x is nearer", g, s, v, c)
				}
			}
		}
	})
}

func FuzzUnmarshalText(f *testing.F) {
	for _, s := range []string{"1.5", "NaN", "+Inf", "0x1p-24", "", "1e5", "-"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		start := minifloat.From[minifloat.Float16](3)
		x := start
		if err := x.UnmarshalText(text); err != nil {
			if x != start {
				t.Fatalf("%q: %v after %v", text, x, err)
			}
			return
		}
		out, err := x.MarshalText()
		y := start
		if err2 := y.UnmarshalText(out); err != nil || err2 != nil || x != y {
			t.Fatalf("%q: %v, then %s, %v", text, x, out, y)
		}
	})
}

func FuzzUnmarshalJSON(f *testing.F) {
	for _, s := range []string{"1.5", `"NaN"`, "null", `"-Inf"`, "[1]", "1e999", `"\u0031"`, "tru", "-0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		start := minifloat.From[minifloat.E5M2](3)
		x, y := start, start
		if err := x.UnmarshalJSON(text); err != nil {
			if x != start {
				t.Fatalf("%q: %v after %v", text, x, err)
			}
			return
		}
		out, err := json.Marshal(x)
		if err2 := json.Unmarshal(out, &y); err != nil || err2 != nil || x != y {
			t.Fatalf("%q: %v, then %s, %v", text, x, out, y)
		}
	})
}

func FuzzUnmarshalBinary(f *testing.F) {
	for _, s := range []string{"", "\x00", "\x00\x3c", "\xff\xff", "\x01\x02\x03"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var x minifloat.Float16
		if err := x.UnmarshalBinary(data); err != nil {
			if x != (minifloat.Float16{}) || !errors.Is(err, minifloat.ErrEncoding) {
				t.Fatalf("%x: %v, %v", data, x, err)
			}
		} else if out, err := x.MarshalBinary(); err != nil || string(out) != string(data) {
			t.Fatalf("%x comes back as %x, %v", data, out, err)
		}
		var four minifloat.E2M1FN
		if err := four.UnmarshalBinary(data); err == nil && (len(data) != 1 || data[0] > 15) {
			t.Fatalf("%x accepted for 4 bits", data)
		}
	})
}

// FuzzArithmetic compares the typed operators of binary16 with the run-time
// ones, and the flags with what the values say.
func FuzzArithmetic(f *testing.F) {
	f.Add(uint16(0x3c00), uint16(0x0001), uint16(0x8001))
	f.Add(uint16(0x7bff), uint16(0x7bff), uint16(0xfc00))
	f.Fuzz(func(t *testing.T, a, b, c uint16) {
		x, y, z := minifloat.FromBits[minifloat.Float16](a), minifloat.FromBits[minifloat.Float16](b), minifloat.FromBits[minifloat.Float16](c)
		var ctx minifloat.Context
		sum, _ := minifloat.Add(ctx, x, y)
		product, _ := minifloat.Mul(ctx, x, y)
		quotient, _ := minifloat.Quo(ctx, x, y)
		fused, _ := minifloat.FMA(ctx, x, y, z)
		root, _ := minifloat.Sqrt(ctx, x)
		if sum != x.Add(y) || product != x.Mul(y) || quotient != x.Quo(y) || fused != x.FMA(y, z) || root != x.Sqrt() {
			t.Fatalf("%#x %#x %#x: %v %v %v %v %v", a, b, c, sum, product, quotient, fused, root)
		}
	})
}
