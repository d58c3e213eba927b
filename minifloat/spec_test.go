package minifloat_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// spec restates a format by hand, as its source gives it; nothing of the
// package is used to read a code.
type spec struct {
	name            string
	e, m, bias      int
	signed, inf     bool
	nan             func(code, width int) bool
	plusInf         int // code of +Inf, where inf
	canonicalNaN    int // -1: none
	max, minNormal  float64
	minSub, epsilon float64
	negZero         bool
}

func noNaN(int, int) bool { return false }

func nanIEEE(e, m int) func(int, int) bool {
	return func(code, width int) bool {
		mag := code & (1<<(width-1) - 1)
		return mag>>m == 1<<e-1 && mag&(1<<m-1) != 0
	}
}

func nanAllOnes(code, width int) bool { return code&(1<<(width-1)-1) == 1<<(width-1)-1 }
func nanNegZero(code, width int) bool { return code == 1<<(width-1) }
func nanTop(code, width int) bool     { return code == 1<<width-1 }

var p = math.Ldexp

// specs restates every named format, and P3109's mandatory ones.
var specs = []spec{
	{"binary32", 8, 23, 127, true, true, nanIEEE(8, 23), 0x7f800000, 0x7fc00000, math.MaxFloat32, p(1, -126), p(1, -149), p(1, -23), true},
	{"tf32", 8, 10, 127, true, true, nanIEEE(8, 10), 0x3fc00, 0x3fe00, (2 - p(1, -10)) * p(1, 127), p(1, -126), p(1, -136), p(1, -10), true},
	{"bfloat16", 8, 7, 127, true, true, nanIEEE(8, 7), 0x7f80, 0x7fc0, (2 - p(1, -7)) * p(1, 127), p(1, -126), p(1, -133), p(1, -7), true},
	{"binary16", 5, 10, 15, true, true, nanIEEE(5, 10), 0x7c00, 0x7e00, 65504, p(1, -14), p(1, -24), p(1, -10), true},
	{"e3m4", 3, 4, 3, true, true, nanIEEE(3, 4), 0x70, 0x78, 15.5, 0.25, p(1, -6), p(1, -4), true},
	{"e4m3", 4, 3, 7, true, true, nanIEEE(4, 3), 0x78, 0x7c, 240, p(1, -6), p(1, -9), 0.125, true},
	{"e4m3fn", 4, 3, 7, true, false, nanAllOnes, 0, 0x7f, 448, p(1, -6), p(1, -9), 0.125, true},
	{"e4m3fnuz", 4, 3, 8, true, false, nanNegZero, 0, 0x80, 240, p(1, -7), p(1, -10), 0.125, false},
	{"e4m3b11fnuz", 4, 3, 11, true, false, nanNegZero, 0, 0x80, 30, p(1, -10), p(1, -13), 0.125, false},
	{"e5m2", 5, 2, 15, true, true, nanIEEE(5, 2), 0x7c, 0x7e, 57344, p(1, -14), p(1, -16), 0.25, true},
	{"e5m2fnuz", 5, 2, 16, true, false, nanNegZero, 0, 0x80, 57344, p(1, -15), p(1, -17), 0.25, false},
	{"e8m0fnu", 8, 0, 127, false, false, nanTop, 0, 0xff, p(1, 127), p(1, -127), p(1, -127), 1, false},
	{"e2m3fn", 2, 3, 1, true, false, noNaN, 0, -1, 7.5, 1, 0.125, 0.125, true},
	{"e3m2fn", 3, 2, 3, true, false, noNaN, 0, -1, 28, 0.25, 0.0625, 0.25, true},
	{"e2m1fn", 2, 1, 1, true, false, noNaN, 0, -1, 6, 1, 0.5, 0.5, true},
	{"Binary8p4se", 4, 3, 8, true, true, nanNegZero, 0x7f, 0x80, 224, p(1, -7), p(1, -10), 0.125, false},
	{"Binary8p4sf", 4, 3, 8, true, false, nanNegZero, 0, 0x80, 240, p(1, -7), p(1, -10), 0.125, false},
	{"Binary8p3se", 5, 2, 16, true, true, nanNegZero, 0x7f, 0x80, 49152, p(1, -15), p(1, -17), 0.25, false},
	{"Binary4p2sf", 2, 1, 2, true, false, nanNegZero, 0, 0x8, 3, 0.5, 0.25, 0.5, false},
	{"Binary8p1uf", 8, 0, 128, false, false, nanTop, 0, 0xff, p(1, 126), p(1, -127), p(1, -127), 1, false},
	{"Binary8p1ue", 8, 0, 128, false, true, nanTop, 0xfe, 0xff, p(1, 125), p(1, -127), p(1, -127), 1, false},
	{"Binary8p8uf", 1, 7, 1, false, false, nanTop, 0, 0xff, 2 - p(1, -6), 1, p(1, -7), p(1, -7), false},
}

// decode is the textbook: sign, exponent field, fraction.
func (s *spec) decode(code int) float64 {
	width := s.e + s.m
	if s.signed {
		width++
	}
	if s.nan(code, width) {
		return math.NaN()
	}
	sign, mag := 1.0, code
	if s.signed && code>>(width-1) == 1 {
		sign, mag = -1, code-1<<(width-1)
	}
	if s.inf && mag == s.plusInf {
		return sign * math.Inf(1)
	}
	field, frac := mag>>s.m, float64(mag%(1<<s.m))/float64(int(1)<<s.m)
	switch {
	case s.name == "e8m0fnu":
		return p(1, code-127)
	case field == 0:
		return sign * p(frac, 1-s.bias)
	}
	return sign * p(1+frac, field-s.bias)
}

func mustParse(t testing.TB, name string) minifloat.Format {
	t.Helper()
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// alike compares bits of float64s, all NaNs being one.
func alike(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

func TestSpecCoversFormats(t *testing.T) {
	known := map[string]bool{}
	for _, s := range specs {
		if known[s.name] {
			t.Errorf("%s stands twice", s.name)
		}
		known[s.name] = true
	}
	for _, f := range minifloat.Formats() {
		if !known[f.Name()] {
			t.Errorf("%v has no row of its own in this test", f)
		}
	}
}

func TestFormatProperties(t *testing.T) {
	for _, s := range specs {
		f := mustParse(t, s.name)
		width := s.e + s.m
		if s.signed {
			width++
		}
		nan, hasNaN := f.NaNCode()
		inf, hasInf := f.InfCode(1)
		if !hasNaN {
			nan = ^uint32(0)
		}
		for _, c := range []struct {
			what      string
			got, want any
		}{
			{"Name", f.Name(), s.name},
			{"ExponentBits", f.ExponentBits(), s.e},
			{"MantissaBits", f.MantissaBits(), s.m},
			{"Precision", f.Precision(), s.m + 1},
			{"Bias", f.Bias(), s.bias},
			{"Bits", f.Bits(), width},
			{"Signed", f.Signed(), s.signed},
			{"HasInf", f.HasInf(), s.inf},
			{"InfCode", hasInf, s.inf},
			{"InfCode", int(inf), s.plusInf},
			{"HasNaN", f.HasNaN(), s.canonicalNaN >= 0},
			{"NaNCode", int(int32(nan)), s.canonicalNaN},
			{"HasNegZero", f.HasNegZero(), s.negZero},
			{"HasSubnormals", f.HasSubnormals(), s.m > 0},
			{"MaxFinite", f.MaxFinite(), s.max},
			{"SmallestNormal", f.SmallestNormal(), s.minNormal},
			{"SmallestSubnormal", f.SmallestSubnormal(), s.minSub},
			{"Epsilon", f.Epsilon(), s.epsilon},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s = %v, want %v", s.name, c.what, c.got, c.want)
			}
		}
	}
}

// codes calls f for every code of up to 16 bits, and for a sample of a wider
// format that has every exponent.
func codes(width int, f func(code int)) {
	step := 1
	if width > 16 {
		step = 1<<(width-16) - 1
	}
	for c := 0; c < 1<<width; c += step {
		f(c)
	}
}

func TestDecodeTextbook(t *testing.T) {
	for _, s := range specs {
		f := mustParse(t, s.name)
		codes(f.Bits(), func(c int) {
			want := s.decode(c)
			if got := f.Decode(uint32(c)); !alike(got, want) {
				t.Fatalf("%s: Decode(%#x) = %v, want %v", s.name, c, got, want)
			}
			v, nan := f.Big(uint32(c))
			if nan != (want != want) || !nan && v.Cmp(big.NewFloat(want)) != 0 || v.Signbit() != (!nan && math.Signbit(want)) {
				t.Fatalf("%s: Big(%#x) = %v, %v, want %v", s.name, c, v, nan, want)
			}
			// A value comes back as its code; a NaN as the canonical one.
			back := f.Encode(want)
			if want != want {
				c = s.canonicalNaN
			}
			if int(back) != c {
				t.Fatalf("%s: Encode(%v) = %#x, want %#x", s.name, want, back, c)
			}
		})
	}
}

// TestNearestByNeighbours checks rounding to nearest even against the values
// of neighbouring codes: at each midpoint, and one float64 to either side.
func TestNearestByNeighbours(t *testing.T) {
	for _, s := range specs {
		f := mustParse(t, s.name)
		if s.name == "e8m0fnu" || f.Bits() > 16 {
			continue
		}
		for c := 0; c < int(f.MaxCode()); c++ {
			lo, hi := s.decode(c), s.decode(c+1)
			mid := (lo + hi) / 2
			even := c + c&1
			for _, k := range []struct {
				x    float64
				want int
			}{
				{mid, even}, {math.Nextafter(mid, 0), c}, {math.Nextafter(mid, hi), c + 1},
				{math.Nextafter(lo, hi), c}, {math.Nextafter(hi, 0), c + 1},
			} {
				if got := f.Encode(k.x); int(got) != k.want {
					t.Fatalf("%s: Encode(%v) = %#x, want %#x", s.name, k.x, got, k.want)
				}
				if !s.signed {
					continue
				}
				want := k.want | 1<<(f.Bits()-1)
				if k.want == 0 && !s.negZero {
					want = 0
				}
				if got := f.Encode(-k.x); int(got) != want {
					t.Fatalf("%s: Encode(%v) = %#x, want %#x", s.name, -k.x, got, want)
				}
			}
		}
	}
}

// TestArithmeticFloat64 compares + - * / and sqrt of all pairs of codes with
// float64 arithmetic rounded once more, which the theorem on 2p+2 bits allows.
func TestArithmeticFloat64(t *testing.T) {
	var ctx minifloat.Context
	for _, name := range []string{"e4m3fn", "e5m2", "e3m4", "e4m3fnuz", "e3m2fn", "Binary8p3se"} {
		f := mustParse(t, name)
		n := uint32(1) << f.Bits()
		value := func(c uint32) minifloat.Value { return minifloat.Value{Format: f, Bits: c} }
		check := func(op string, x, y uint32, got minifloat.Value, want float64) {
			t.Helper()
			if got.Bits != f.Encode(want) {
				t.Fatalf("%s: %s(%#x, %#x) = %#x, want %#x", name, op, x, y, got.Bits, f.Encode(want))
			}
		}
		for x := range n {
			a := f.Decode(x)
			z, _ := ctx.Sqrt(f, value(x))
			check("Sqrt", x, 0, z, math.Sqrt(a))
			for y := range n {
				b := f.Decode(y)
				z, _ = ctx.Add(f, value(x), value(y))
				check("Add", x, y, z, a+b)
				z, _ = ctx.Sub(f, value(x), value(y))
				check("Sub", x, y, z, a-b)
				z, _ = ctx.Mul(f, value(x), value(y))
				check("Mul", x, y, z, a*b)
				if b != 0 || f.Family() == minifloat.IEEEFamily {
					z, _ = ctx.Quo(f, value(x), value(y))
					check("Quo", x, y, z, a/b)
				}
			}
		}
	}
}

func TestDecodeModes(t *testing.T) {
	f := mustParse(t, "e4m3fn")
	for _, c := range []struct {
		ctx  minifloat.Context
		x    float64
		want uint32
		fl   rounding.Flags
	}{
		{minifloat.Context{}, 464, 0x7e, rounding.Inexact},
		{minifloat.Context{}, math.Nextafter(464, 500), 0x7f, rounding.Overflow | rounding.Inexact},
		{minifloat.Context{Mode: rounding.ToZero}, 672, 0x7e, rounding.Overflow | rounding.Inexact},
		{minifloat.Context{Mode: rounding.ToOdd}, 672, 0x7e, rounding.Overflow | rounding.Inexact},
		{minifloat.Context{Saturation: rounding.SatFinite}, 672, 0x7e, rounding.Overflow | rounding.Inexact},
		{minifloat.Context{}, math.Inf(-1), 0x7f, rounding.Overflow | rounding.Inexact},
		{minifloat.Context{Saturation: rounding.SatPropagate}, math.Inf(-1), 0xfe, rounding.Overflow | rounding.Inexact},
	} {
		got, fl := c.ctx.Encode(f, c.x)
		if got != c.want || fl != c.fl {
			t.Errorf("%v: Encode(%v) = %#x %v, want %#x %v", c.ctx, c.x, got, fl, c.want, c.fl)
		}
	}
}
