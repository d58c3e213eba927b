package fixedpoint

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/rounding"
)

func hexInt(t *testing.T, s string, bits int) int64 {
	t.Helper()
	u, err := strconv.ParseUint(s, 16, bits)
	if err != nil {
		t.Fatal(err)
	}
	return int64(u<<(64-bits)) >> (64 - bits)
}

// TestGemmlowp compares with lines that gemmlowp's own functions wrote.
func TestGemmlowp(t *testing.T) {
	lines := func(name string, f func(in []string) (got, want int64)) {
		n := 0
		shared.Lines(t, "vectors/gemmlowp/"+name+".txt.gz", func(_ map[string]string, in []string) {
			n++
			if got, want := f(in); got != want {
				t.Errorf("%s %v: %d, want %d", name, in, got, want)
			}
		})
		if n < 5000 {
			t.Errorf("%s has %d lines", name, n)
		}
	}
	lines("i32_srdhm_nearest-up", func(in []string) (got, want int64) {
		return int64(SaturatingRoundingDoublingHighMul(int32(hexInt(t, in[0], 32)), int32(hexInt(t, in[1], 32)))), hexInt(t, in[2], 32)
	})
	lines("i16_srdhm_nearest-up", func(in []string) (got, want int64) {
		return int64(SaturatingRoundingDoublingHighMul(int16(hexInt(t, in[0], 16)), int16(hexInt(t, in[1], 16)))), hexInt(t, in[2], 16)
	})
	lines("i32_rdbp_nearest-away", func(in []string) (got, want int64) {
		return int64(RoundingDivideByPOT(int32(hexInt(t, in[0], 32)), int(hexInt(t, in[1], 8)))), hexInt(t, in[2], 32)
	})
	lines("i32_mbqm_double-rounding", func(in []string) (got, want int64) {
		m := Multiplier{int32(hexInt(t, in[1], 32)), int(hexInt(t, in[2], 8))}
		x := int32(hexInt(t, in[0], 32))
		if !Gemmlowp.Supports(m) || CMSISNN.Apply(m, x) != Gemmlowp.Apply(m, x) {
			t.Errorf("%v %d: not supported, or CMSIS-NN differs", m, x)
		}
		return int64(Gemmlowp.Apply(m, x)), hexInt(t, in[3], 32)
	})
}

// The oracle of the forms: each step of the runtime's function as the real number it stands for, and the rounding of
// that, in math/big.

// nearest rounds num/den to an integer by a rule for ties.
func nearest(num, den *big.Int, mode rounding.Mode) *big.Int {
	p := locate(MustFormat(true, 31, 0), exact{num, den})
	if p.inexact && up[mode](p, p.floor.Bit(0) == 1) {
		return p.floor.Add(p.floor, bigInt(1))
	}
	return p.floor
}

func power(n int) *big.Int { return new(big.Int).Lsh(bigInt(1), uint(n)) }

// low32 keeps the low 32 bits, as a conversion to int32 does.
func low32(z *big.Int) int32 {
	return int32(uint32(new(big.Int).And(z, bigInt(math.MaxUint32)).Uint64()))
}

func clamp32(z *big.Int) int32 {
	switch {
	case z.Cmp(bigInt(math.MaxInt32)) > 0:
		return math.MaxInt32
	case z.Cmp(bigInt(math.MinInt32)) < 0:
		return math.MinInt32
	}
	return int32(z.Int64())
}

// wantForm applies a form by its definition.
func wantForm(f Form, m Multiplier, x int32) int32 {
	product := mulInt(bigInt(int64(x)), bigInt(int64(m.Mantissa)))
	switch f {
	case Gemmlowp, CMSISNN:
		shifted := low32(mulInt(bigInt(int64(x)), power(max(m.Shift, 0))))
		high := nearest(mulInt(bigInt(int64(shifted)), bigInt(int64(m.Mantissa))), power(31), rounding.ToNearestUp)
		if f == Gemmlowp {
			high = bigInt(int64(clamp32(high)))
		} else {
			high = bigInt(int64(low32(high)))
		}
		return low32(nearest(high, power(max(-m.Shift, 0)), rounding.ToNearestAway))
	case TFLiteSingle, Ruy, RNDNU:
		return low32(nearest(product, power(31-m.Shift), rounding.ToNearestUp))
	case FP32:
		// big.Float of 24 bits rounds as float32 does wherever nothing is subnormal.
		float := func() *big.Float { return new(big.Float).SetPrec(24).SetMode(big.ToNearestEven) }
		scale := float().SetInt64(int64(m.Mantissa))
		p := float().Mul(float().SetInt64(int64(x)), scale)
		r, _ := p.Rat(nil)
		return clamp32(nearest(r.Num(), mulInt(r.Denom(), power(31-m.Shift)), rounding.ToNearestEven))
	}
	return clamp32(nearest(product, power(31-m.Shift), rounding.Mode(f)))
}

// someForms are the named ones and each mode.
func someForms() []Form {
	forms := Forms()
	for _, mode := range rounding.Modes()[1:] {
		forms = append(forms, Once(mode))
	}
	return forms
}

// TestForms compares every form with its definition: multipliers and sums of all sizes, ties, extremes, shifts from 31 to the left
// to beyond everything to the right.
func TestForms(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	q0 := MustFormat(true, 31, 0)
	forms := someForms()
	extremes := []int32{math.MinInt32, math.MinInt32 + 1, -3, -2, -1, 0, 1, 2, 3, math.MaxInt32 - 1, math.MaxInt32}
	check := func(m Multiplier, x int32) {
		for _, f := range forms {
			if got, want := f.Apply(m, x), wantForm(f, m, x); got != want {
				t.Fatalf("%v of %+v and %d: %d, want %d", f, m, x, got, want)
			}
		}
	}
	for shift := 31; shift > -70; shift-- {
		for _, mantissa := range []int32{0, 1, 1 << 30, 1<<30 + 1, 3 << 29, math.MaxInt32 - 127, math.MaxInt32, math.MinInt32, -1} {
			for _, x := range extremes {
				check(Multiplier{mantissa, shift}, x)
			}
			if shift <= 0 && shift >= -31 { // sums around ties
				for k := range int32(8) {
					if x := int64(2*k-7) << uint(-shift) / 2; x == int64(int32(x)) {
						for d := range int64(5) {
							check(Multiplier{mantissa, shift}, int32(max(math.MinInt32, min(x+d-2, math.MaxInt32))))
						}
					}
				}
			}
		}
	}
	for range randomCount(t, 20000) {
		m := Multiplier{int32(1<<30 + r.Int64N(1<<30)), 31 - r.IntN(70)}
		if r.IntN(3) == 0 { // ties
			m.Mantissa = int32(1<<30 + r.Int64N(1<<4)<<26)
		}
		check(m, int32(randomBits(r, q0)))
	}
	if got := (Multiplier{}).Apply(rounding.AwayFromZero, -7); got != 0 {
		t.Error(got)
	}
}

// TestFormCorners: what the runtimes' authors document, and the bugs that were found in them.
func TestFormCorners(t *testing.T) {
	const half = 1 << 30 // as a mantissa: 1/2
	least, most := int32(math.MinInt32), int32(math.MaxInt32)
	for _, c := range []struct {
		name string
		form Form
		m    Multiplier
		x    int32
		want int32
	}{
		// apache/tvm pull 4828: 1 * 1/4 rounds to 0 once; in two steps 1/2 goes up to 1, and 1/2 of that away from zero to 1.
		{"tvm 4828", ONNX, Multiplier{half, -1}, 1, 0},
		{"tvm 4828", TFLiteSingle, Multiplier{half, -1}, 1, 0},
		{"tvm 4828", Gemmlowp, Multiplier{half, -1}, 1, 1},
		{"tvm 4828", CMSISNN, Multiplier{half, -1}, 1, 1},
		{"a tie below zero", ONNX, Multiplier{half, 0}, -1, 0},
		{"a tie below zero", Once(rounding.ToNearestAway), Multiplier{half, 0}, -1, -1},
		{"a tie below zero, in the product", Gemmlowp, Multiplier{half, 0}, -1, 0},
		{"a tie below zero, in the shift", Gemmlowp, Multiplier{half, -1}, -2, -1},
		{"a tie below zero", TFLiteSingle, Multiplier{half, -1}, -2, 0},
		{"a tie below zero", FP32, Multiplier{half, -1}, -6, -2},
		{"the one saturating product", Gemmlowp, Multiplier{least, 0}, least, most},
		{"the one saturating product", CMSISNN, Multiplier{least, 0}, least, least},
		{"bits lost to the left", Gemmlowp, Multiplier{half, 4}, 0x12345678, 0x11a2b3c0},
		{"bits lost to the left", TFLiteSingle, Multiplier{half, 4}, 0x12345678, -0x6e5d4c40},
		{"no room to the left", ONNX, Multiplier{half, 4}, 0x12345678, most},
		{"no room to the left", FP32, Multiplier{half, 4}, -0x12345678, least},
		{"the largest shift", Gemmlowp, Multiplier{half, -31}, least, -1}, // -1/2 after the product, a tie
		{"the largest shift", TFLiteSingle, Multiplier{half, -31}, least, 0},
		{"a shift beyond 31", Gemmlowp, Multiplier{half, -32}, least, 0},
		{"a shift beyond 31", Gemmlowp, Multiplier{math.MaxInt32, -32}, least, 0},
		{"a shift beyond 31", Once(rounding.ToNegativeInf), Multiplier{half, -400}, -1, -1},
		{"a sum that is no float32", FP32, Multiplier{half, 1}, 1<<24 + 1, 1 << 24},
		{"a sum that is no float32", RNDNU, Multiplier{half, 1}, 1<<24 + 1, 1<<24 + 1},
	} {
		if got := c.form.Apply(c.m, c.x); got != c.want || got != wantForm(c.form, c.m, c.x) {
			t.Errorf("%s: %v of %+v and %d: %d, want %d", c.name, c.form, c.m, c.x, got, c.want)
		}
	}
	for _, c := range []struct {
		form        Form
		least, most int
	}{{Gemmlowp, -31, 30}, {CMSISNN, -31, 30}, {TFLiteSingle, -31, 30}, {Ruy, -31, 7}, {RNDNU, -31, 8}, {FP32, -31, 8}, {ONNX, -1000, 31}} {
		for shift := -1000; shift < 40; shift++ {
			if got := c.form.Supports(Multiplier{half, shift}); got != (c.least <= shift && shift <= c.most) {
				t.Errorf("%v supports the shift %d: %v", c.form, shift, got)
			}
		}
		if c.form.Supports(Multiplier{-1, 0}) || c.form.Supports(Multiplier{half + 64, 0}) == (c.form == RNDNU || c.form == FP32) || !c.form.Supports(Multiplier{half + 128, 0}) {
			t.Errorf("%v: wrong mantissas", c.form)
		}
	}
}

func TestFormNames(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range someForms() {
		if s := f.String(); seen[s] || !f.Valid() || s != "ONNX" && strings.HasPrefix(s, "Form(") {
			t.Errorf("%q", s)
		} else {
			seen[s] = true
		}
	}
	for _, f := range []Form{Form(rounding.ToOdd) + 1, firstRuntime - 1, formEnd, 255} {
		if f.Valid() || f.String() != fmt.Sprintf("Form(%d)", uint8(f)) {
			t.Errorf("%v is valid", f)
		}
		mustPanic(t, "fixedpoint: ", func() { f.Apply(Multiplier{}, 1) })
	}
	for _, f := range someForms() {
		mustPanic(t, "fixedpoint: ", func() { f.Apply(Multiplier{1 << 30, 32}, 1) })
	}
	mustPanic(t, "fixedpoint: ", func() { Once(rounding.StochasticA) })
	mustPanic(t, "fixedpoint: ", func() { Multiplier{1 << 30, 15}.ApplyInt64(1) })
	mustPanic(t, "fixedpoint: ", func() { RoundingDivideByPOT(1, -1) })
}

func mustPanic(t *testing.T, prefix string, f func()) {
	t.Helper()
	defer func() {
		if s, _ := recover().(string); !strings.HasPrefix(s, prefix) {
			t.Errorf("panic %q, want one that starts with %q", s, prefix)
		}
	}()
	f()
}

// TestApplyInt64 compares with the definition.
func TestApplyInt64(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for range randomCount(t, 20000) {
		m := Multiplier{int32(r.Uint32() >> 1), 7 - r.IntN(39)}
		if r.IntN(4) == 0 {
			m.Mantissa = math.MaxInt32 - r.Int32N(1<<17)
		}
		x := r.Int64N(1<<48) - 1<<47
		x >>= r.IntN(48)
		reduced := nearest(bigInt(int64(m.Mantissa)), power(16), rounding.ToNearestUp)
		if reduced.Cmp(bigInt(0x7fff)) > 0 {
			reduced = bigInt(0x7fff)
		}
		want := low32(nearest(mulInt(bigInt(x), reduced), power(15-m.Shift), rounding.ToNearestUp))
		if got := m.ApplyInt64(x); got != want {
			t.Fatalf("%+v.ApplyInt64(%d) = %d, want %d", m, x, got, want)
		}
	}
}

// FuzzForms compares a form with its definition.
func FuzzForms(f *testing.F) {
	f.Add(uint8(1), int32(1<<30), -1, int32(1))
	forms := someForms()
	f.Fuzz(func(t *testing.T, form uint8, mantissa int32, shift int, x int32) {
		m := Multiplier{mantissa, max(shift, -100)}
		if m.Shift > 31 {
			return
		}
		f := forms[int(form)%len(forms)]
		if got, want := f.Apply(m, x), wantForm(f, m, x); got != want {
			t.Fatalf("%v of %+v and %d: %d, want %d", f, m, x, got, want)
		}
	})
}

func TestNewMultiplier(t *testing.T) {
	for x, want := range map[float64]Multiplier{
		1: {1 << 30, 1}, 0.5: {1 << 30, 0}, 0: {}, 0.75: {3 << 29, 0}, 1.0 / 3: {1431655765, -1}, 1 - 0x1p-33: {1 << 30, 1},
		0.5 + 0x1p-32: {1<<30 + 1, 0}, 0.5 + 0x1p-32 - 0x1p-53: {1 << 30, 0}, 1<<31 - 1: {1<<31 - 1, 31}, 0x1p-1074: {1 << 30, -1073},
	} {
		m, err := NewMultiplier(x)
		if err != nil || m != want {
			t.Errorf("NewMultiplier(%v) = %v, %v", x, m, err)
		}
		if got := m.Float64(); math.Abs(got-x) > x*0x1p-31 {
			t.Errorf("%v stands for %v", m, got)
		}
	}
	for _, x := range []float64{-1, 1 << 31, 1<<31 - 0x1p-10, math.Inf(1), math.NaN(), math.Copysign(math.SmallestNonzeroFloat64, -1)} {
		if m, err := NewMultiplier(x); !errors.Is(err, ErrMultiplier) || m != (Multiplier{}) {
			t.Errorf("NewMultiplier(%v) = %v, %v", x, m, err)
		}
	}
}
