package minifloat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func TestParseFormatSpellings(t *testing.T) {
	for canonical, spellings := range map[string]string{
		"binary32":    "binary32 float32 Float32 single FP32 f32 float e8m23 float32_e8m23",
		"tf32":        "tf32 TF32 TensorFloat32 tensor-float-32 e8m10 float19_e8m10",
		"bfloat16":    "bfloat16 BFloat16 bf16 BF16 brain_float_16 e8m7 float16_e8m7",
		"binary16":    "binary16 Binary16 float16 half HALF fp16 f16 e5m10 ieee_e5m10",
		"e3m4":        "e3m4 E3M4 float8_e3m4 F8E3M4 f8E3M4 fp8_e3m4",
		"e4m3":        "e4m3 float8_e4m3 F8E4M3 f8E4M3 fp8-e4m3 e4m3ieee",
		"e4m3fn":      "e4m3fn float8_e4m3fn F8E4M3FN f8E4M3FN E4M3FN fp8_e4m3fn e4m3_fn nanonly_e4m3 e4m3nanonly e4m3b7fn",
		"e4m3fnuz":    "e4m3fnuz float8_e4m3fnuz F8E4M3FNUZ",
		"e4m3b11fnuz": "e4m3b11fnuz float8_e4m3b11fnuz F8E4M3B11FNUZ",
		"e5m2":        "e5m2 float8_e5m2 F8E5M2 fp8_e5m2",
		"e5m2fnuz":    "e5m2fnuz float8_e5m2fnuz F8E5M2FNUZ",
		"e8m0fnu":     "e8m0fnu float8_e8m0fnu F8E8M0FNU e8m0 E8M0",
		"e2m3fn":      "e2m3fn float6_e2m3fn F6E2M3FN e2m3finite finite_e2m3 fp6_e2m3fn",
		"e3m2fn":      "e3m2fn float6_e3m2fn F6E3M2FN",
		"e2m1fn":      "e2m1fn float4_e2m1fn F4E2M1FN fp4_e2m1fn Finite-E2M1",
		"e2m5finite":  "e2m5finite finite_e2m5 E2M5Finite float8_e2m5finite",
		"e3m2":        "e3m2 ieeee3m2 float6_e3m2",
		"e2m2nanonly": "e2m2nanonly nanonly_e2m2",
		"Binary8p4se": "Binary8p4se binary8p4se BINARY8P4SE e4m3p3109se",
		"Binary8p3sf": "binary8p3sf",
		"Binary8p1ue": "binary8p1ue e8m0p3109ue",
		"Binary3p3uf": "binary3p3uf",
		"e4m3b9fn":    "e4m3b9fn F8E4M3B9FN",
		"e4m3bm3":     "e4m3bm3 e4m3b-3 E4M3_B-3 e4m3_b_-3",
		"e4m3bm3fn":   "e4m3bm3fn e4m3b-3fn fp8_e4m3b-3_fn nanonly-e4m3b-3",
		"e4m3fnnosub": "e4m3fnnosub e4m3fn-nosub F8E4M3FN_nosub",
	} {
		for _, s := range strings.Fields(spellings) {
			f, err := minifloat.ParseFormat(s)
			if err != nil || f.Name() != canonical {
				t.Errorf("ParseFormat(%q) = %v, %v; want %s", s, f, err, canonical)
			}
		}
	}
	if f, err := minifloat.ParseFormat("finite e2m5"); err != nil || f.Name() != "e2m5finite" {
		t.Errorf("finite e2m5: %v, %v", f, err)
	}
}

func TestParseFormatErrors(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"e4m3nf", "did you mean e4m3fn?"},
		{"float8_e4m3fm", "did you mean e4m3fn?"},
		{"bfloat61", "did you mean bfloat16?"},
		{"haff", "did you mean half?"},
		{"Binary8p4sd", "did you mean Binary8p4se?"},
		{"binary1", "did you mean binary16?"},
		{"", "a name is like"},
		{"posit16", "a name is like"},
		{"float16_e4m3fn", "e4m3fn has 8 bits, not 16"},
		{"e12m3", "12 exponent and 3 mantissa bits"},
		{"e4m24", "4 exponent and 24 mantissa bits"},
		{"e11m23", "more than 32 bits"},
		{"e1m3", "two exponent bits"},
		{"e11m3fn", "beyond those of float64"},
		{"e8m1fnu", "no mantissa"},
		{"e4m3b5000", "bias 5000"},
		{"e11m3b3", "beyond those of float64"},
		{"binary8p9se", "P3109 with 8 bits and precision 9"},
		{"binary2p1se", "P3109 with 2 bits"},
		{"e99999m3", "a name is like"},
		{"e-4m3", "did you mean"},
		{"e4m-3", "did you mean"},
		{"fp8_e4m-3", "did you mean"},
		{"e4m3b--3", ""},
		{"e4m3bm-3", ""},
		{"e4m3bm3-1", ""},
		{"e4m3b1_1fnuz", "did you mean"},
		{"e1-1m2", ""},
		{"e2m1-1", ""},
		{"Binary8p-4se", "did you mean Binary8p4se?"},
		{strings.Repeat("e4m3", 1000), "..."},
		{"e4m3\xff\x00", `\xff\x00`},
	} {
		f, err := minifloat.ParseFormat(c.name)
		if !errors.Is(err, minifloat.ErrUnknownFormat) || f != (minifloat.Format{}) || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 300 {
			t.Errorf("ParseFormat(%.40q) = %v, %v; want ...%s...", c.name, f, err, c.want)
		}
	}
}

// TestNamesReadBack checks that every format's name is its own, and that
// ParseFormat reads it.
func TestNamesReadBack(t *testing.T) {
	seen := map[string]minifloat.Format{}
	check := func(f minifloat.Format) {
		t.Helper()
		g, err := minifloat.ParseFormat(f.Name())
		if err != nil || g != f {
			t.Fatalf("%v reads as %v, %v", f, g, err)
		}
		if h, ok := seen[f.Name()]; ok && h != f {
			t.Fatalf("%v names two formats", f)
		}
		seen[f.Name()] = f
	}
	for _, f := range minifloat.Formats() {
		check(f)
	}
	for e := range 12 {
		for m := range 24 {
			for family := minifloat.IEEEFamily; family <= minifloat.P3109UF; family++ {
				f, err := minifloat.NewFormat(e, m, family)
				if err != nil {
					continue
				}
				check(f)
				check(f.WithoutSubnormals())
				for _, bias := range []int{-7, 0, 3, 11, 127} {
					if g, err := f.WithBias(bias); err == nil {
						check(g)
						check(g.WithoutSubnormals())
					}
				}
			}
		}
	}
	for k := 3; k <= 32; k++ {
		for p := 1; p <= k; p++ {
			for i := range 4 {
				if f, err := minifloat.P3109(k, p, i&1 != 0, i&2 != 0); err == nil {
					check(f)
				}
			}
		}
	}
	if len(seen) < 5000 {
		t.Errorf("only %d formats", len(seen))
	}
}

func TestNewFormatRefuses(t *testing.T) {
	for _, c := range []struct {
		e, m   int
		family minifloat.FamilyID
	}{
		{0, 3, minifloat.IEEEFamily}, {-1, 3, minifloat.IEEEFamily}, {12, 3, minifloat.IEEEFamily}, {4, 24, minifloat.IEEEFamily}, {4, -1, minifloat.IEEEFamily},
		{1, 3, minifloat.IEEEFamily}, {4, 0, minifloat.IEEEFamily}, {4, 0, minifloat.FNFamily}, {11, 3, minifloat.FNFamily}, {11, 3, minifloat.FiniteFamily},
		{8, 1, minifloat.FNUFamily}, {1, 0, minifloat.FNUFamily}, {11, 23, minifloat.IEEEFamily}, {4, 3, 0}, {4, 3, 99},
		{1, 0, minifloat.P3109SE}, {1, 1, minifloat.P3109UF},
	} {
		if f, err := minifloat.NewFormat(c.e, c.m, c.family); !errors.Is(err, minifloat.ErrFormat) || f != (minifloat.Format{}) {
			t.Errorf("NewFormat(%d, %d, %v) = %v, %v", c.e, c.m, c.family, f, err)
		}
		mustPanic(t, "MustFormat", func() { minifloat.MustFormat(c.e, c.m, c.family) })
	}
	if _, err := minifloat.MustFormat(4, 3, minifloat.FNFamily).WithBias(1 << 30); !errors.Is(err, minifloat.ErrFormat) {
		t.Errorf("WithBias: %v", err)
	}
	for _, c := range []struct{ k, p int }{{2, 1}, {8, 0}, {8, 8}, {33, 5}, {20, 1}} {
		if f, err := minifloat.P3109(c.k, c.p, true, true); !errors.Is(err, minifloat.ErrFormat) {
			t.Errorf("P3109(%d, %d) = %v, %v", c.k, c.p, f, err)
		}
	}
}

// mustPanic checks that f panics with a message of this package.
func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "minifloat: ") && !strings.HasPrefix(s, "rounding: ") {
			t.Errorf("%s: panic %q", what, s)
		}
	}()
	f()
	t.Errorf("%s: no panic", what)
}

func TestPanics(t *testing.T) {
	var zero minifloat.Format
	var ctx minifloat.Context
	one := minifloat.Value{Format: mustParse(t, "e4m3"), Bits: 0x38}
	half := mustParse(t, "binary16")
	mustPanic(t, "Decode", func() { zero.Decode(1) })
	mustPanic(t, "Encode", func() { zero.Encode(1) })
	mustPanic(t, "Context.Encode", func() { ctx.Encode(zero, 1) })
	mustPanic(t, "Round", func() { ctx.Round(zero, 1) })
	mustPanic(t, "Add to the zero Format", func() { ctx.Add(zero, one, one) })
	mustPanic(t, "Add of the zero Value", func() { ctx.Add(half, one, minifloat.Value{}) })
	mustPanic(t, "MaxFinite", func() { zero.MaxFinite() })
	mustPanic(t, "Parse", func() { zero.Parse("1") })
	mustPanic(t, "Class", func() { zero.Class(1) })
	for _, mode := range []minifloat.Context{{Mode: rounding.StochasticA}, {Mode: 200}} {
		mustPanic(t, "stochastic or unknown mode", func() { mode.Add(half, one, minifloat.Value{Format: half, Bits: 1}) })
		mustPanic(t, "stochastic or unknown mode", func() { mode.Encode(half, 1e9) })
		mustPanic(t, "stochastic or unknown mode", func() { mode.Encode(half, 1e-9) })
		mustPanic(t, "stochastic or unknown mode", func() { mode.Encode(half, 1.0/3) })
		mustPanic(t, "stochastic or unknown mode", func() { minifloat.NewRounder(half, mode) })
	}
	mustPanic(t, "EncodeStochastic", func() { ctx.EncodeStochastic(half, 1, 4, 2) })
	mustPanic(t, "EncodeStochastic", func() { ctx.EncodeStochastic(half, 1, 0, 64) })
	// Types that are no formats, or do not fit.
	mustPanic(t, "16 bits in 8", func() { minifloat.From[minifloat.Float[uint8, minifloat.E5, minifloat.M10, minifloat.IEEE]](1) })
	mustPanic(t, "9 bits in 8", func() {
		var x minifloat.Float[uint8, minifloat.E4, minifloat.M4, minifloat.FN]
		x.Add(x)
	})
	mustPanic(t, "IEEE without a mantissa", func() {
		minifloat.FormatOf[minifloat.Float[uint8, minifloat.E4, minifloat.M0, minifloat.IEEE]]()
	})
	mustPanic(t, "IEEE of one exponent bit", func() {
		minifloat.NaN[minifloat.Float[uint8, minifloat.E1, minifloat.M4, minifloat.IEEE]]()
	})
	mustPanic(t, "FNU with a mantissa", func() {
		var x minifloat.Float[uint8, minifloat.E4, minifloat.M1, minifloat.FNU]
		x.Neg()
	})
	mustPanic(t, "FN of 11 exponent bits", func() {
		var x minifloat.Float[uint32, minifloat.E11, minifloat.M4, minifloat.FN]
		_ = x.String()
	})
	minifloat.From[minifloat.Float[uint8, minifloat.E4, minifloat.M4, minifloat.UE]](1) // 8 bits, unsigned, in 8
}
