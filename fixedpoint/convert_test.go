package fixedpoint

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	oracle "github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// TestEncodeOthers compares the conversions from integers and from math/big with the oracle.
func TestEncodeOthers(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range randomCount(t, 40000) {
		f, k := randomFormat(r), r.IntN(len(contexts))
		c := contexts[k]
		check := func(name string, got Value, flags rounding.Flags, x oracle.Result) {
			t.Helper()
			if want, wantFlags := judge(f, x).round(options[k]); got != (Value{f, want}) || flags != wantFlags {
				t.Fatalf("%s: %v %v: %v into %v = %v %v, want %d %v", name, c, f, x, f, got, flags, want, wantFlags)
			}
		}
		u := uint64(randomBits(r, MustFormat(false, 64, 0)))
		z, flags := c.EncodeInt(f, int64(u))
		check("int64", z, flags, oracle.Convert(oracle.Int64(int64(u))))
		z, flags = c.EncodeUint(f, u)
		check("uint64", z, flags, oracle.Convert(oracle.Uint64(u)))

		wide := new(big.Int).Lsh(new(big.Int).SetUint64(u), uint(r.IntN(300)))
		wide.Add(wide, big.NewInt(int64(r.IntN(3)-1)))
		if r.IntN(2) == 0 {
			wide.Neg(wide)
		}
		before := new(big.Int).Set(wide)
		z, flags = c.EncodeBigInt(f, wide)
		check("big.Int", z, flags, oracle.Convert(oracle.Dyadic(wide, 0)))
		exp := r.IntN(700) - 550
		z, flags = c.EncodeBig(f, new(big.Float).SetMantExp(new(big.Float).SetInt(wide), exp))
		check("big.Float", z, flags, oracle.Convert(oracle.Dyadic(wide, exp)))
		q := new(big.Rat).SetFrac(wide, big.NewInt(1+r.Int64N(1<<(1+r.IntN(62)))))
		z, flags = c.EncodeRat(f, q)
		check("big.Rat", z, flags, exactRatio(q))
		c.Mode = rounding.StochasticA + rounding.Mode(r.IntN(4))
		o := optionsOf(c)
		o.Random, o.Bits = randomDraw(r)
		drawn, wantFlags := judge(f, exactRatio(q)).round(o)
		if got, flags := c.EncodeRatStochastic(f, q, o.Random, o.Bits); got != (Value{f, drawn}) || flags != wantFlags {
			t.Fatalf("%v: %v into %v with %#x of %d bits = %v %v, want %d %v", c, q, f, o.Random, o.Bits, got, flags, drawn, wantFlags)
		}
		c = contexts[k]
		if wide.Cmp(before) != 0 {
			t.Fatal("an operand is changed")
		}

		// And back.
		v := Value{f, randomBits(r, f)}
		want, wantFlags := judge(MustFormat(true, 63, 0), oracle.Convert(exactOf(v))).round(options[k])
		if got, flags := c.Int64(v); got != want || flags != wantFlags {
			t.Fatalf("%v.Int64(%v) = %d %v, want %d %v", c, v, got, flags, want, wantFlags)
		}
		want, wantFlags = judge(MustFormat(false, 64, 0), oracle.Convert(exactOf(v))).round(options[k])
		if got, flags := c.Uint64(v); got != uint64(want) || flags != wantFlags {
			t.Fatalf("%v.Uint64(%v) = %d %v, want %d %v", c, v, got, flags, want, wantFlags)
		}
		exactly := ratOf(exactOf(v))
		if back, _ := v.Big().Rat(nil); v.Rat().Cmp(exactly) != 0 || exactly.Sign() != v.Sign() || v.IsZero() != (v.Sign() == 0) || exactly.Sign() != 0 && back.Cmp(exactly) != 0 {
			t.Fatalf("%v is %v and %v, want %v", v, v.Rat(), v.Big(), exactly)
		}
		if want, _ := exactly.Float32(); v.Float32() != want {
			t.Fatalf("%v is %v, want %v", v, v.Float32(), want)
		}
		if n, err := NewFormat(f.Signed(), f.IntegerBits(), f.FractionBits()); err != nil || n != f {
			t.Fatal(n, err)
		}
	}
}

// TestEncodeBigBounds: an exponent of a big.Float costs nothing.
func TestEncodeBigBounds(t *testing.T) {
	f := MustFormat(true, 3, 4)
	one := big.NewFloat(1)
	for _, c := range []struct {
		x     *big.Float
		o     Overflow
		bits  int64
		flags rounding.Flags
	}{
		{new(big.Float).SetMantExp(one, big.MaxExp-2), Saturate, 127, rounding.Overflow | rounding.Inexact},
		{new(big.Float).SetMantExp(one, big.MaxExp-2), Wrap, 0, rounding.Overflow | rounding.Inexact},
		{new(big.Float).SetMantExp(one, big.MinExp+2), Wrap, 0, rounding.Inexact},
		{new(big.Float).SetInf(true), SaturateSymmetric, -127, rounding.Overflow | rounding.Inexact},
		{new(big.Float).SetInf(false), Wrap, 127, rounding.Overflow | rounding.Inexact},
		{new(big.Float), Wrap, 0, 0},
	} {
		if z, flags := (Context{Overflow: c.o}).EncodeBig(f, c.x); z.Bits != c.bits || flags != c.flags {
			t.Errorf("%v: %v %v", c, z, flags)
		}
	}
	if z, _ := (Context{Mode: rounding.ToNegativeInf}).EncodeBig(f, new(big.Float).SetMantExp(big.NewFloat(-1), big.MinExp+2)); z.Bits != -1 {
		t.Error(z)
	}
	if f.Encode(0.3) != 5 || f.Encode(math.Inf(-1)) != -128 {
		t.Error("Format.Encode is wrong")
	}
}

func TestParseOverflow(t *testing.T) {
	for name, want := range map[string]Overflow{
		"Saturate": Saturate, "wrap": Wrap, "saturate-symmetric": SaturateSymmetric, "SC_SAT": Saturate, "AP_WRAP": Wrap, "AC_SAT_SYM": SaturateSymmetric,
		"fixed_saturate": Saturate, "fixed_wrap": Wrap, "None_s": Wrap, "Sat_s": Saturate, "SAT": Saturate,
	} {
		if got, err := ParseOverflow(name); got != want || err != nil {
			t.Errorf("ParseOverflow(%q) = %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "SC_SAT_ZERO", "NUMERIC_STD", "Overflow(1)", strings.Repeat("w", 100)} {
		if got, err := ParseOverflow(name); !errors.Is(err, ErrUnknownOverflow) || got != 0 || len(err.Error()) > 150 {
			t.Errorf("ParseOverflow(%q) = %v, %v", name, got, err)
		}
	}
}
