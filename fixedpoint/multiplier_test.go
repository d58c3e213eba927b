package fixedpoint

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
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
		return int64(m.ApplyDoubleRounding(int32(hexInt(t, in[0], 32)))), hexInt(t, in[3], 32)
	})
}

// TestApply compares with the oracle in every mode, and the single-rounding form with TensorFlow Lite's formula as it is written.
func TestApply(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	q0 := MustFormat(true, 31, 0)
	for range randomCount(t, 20000) {
		m := Multiplier{int32(1<<30 + r.Int64N(1<<30)), 31 - r.IntN(70)}
		x := int32(randomBits(r, q0))
		if r.IntN(3) == 0 { // ties
			m.Mantissa = int32(1<<30 + r.Int64N(1<<4)<<26)
		}
		p := mulInt(bigInt(int64(x)), bigInt(int64(m.Mantissa)))
		place := locate(q0, exact{p, new(big.Int).Lsh(bigInt(1), uint(31-m.Shift))})
		for _, mode := range rounding.Modes() {
			if want, _ := place.round(Context{Mode: mode}, q0); int64(m.Apply(mode, x)) != want {
				t.Fatalf("%+v.Apply(%v, %d) = %d, want %d", m, mode, x, m.Apply(mode, x), want)
			}
		}
		if m.Shift <= 30 && m.Shift >= -31 {
			total := 31 - m.Shift
			want := (int64(x)*int64(m.Mantissa) + 1<<(total-1)) >> total
			if want == int64(int32(want)) && int64(m.ApplySingleRounding(x)) != want {
				t.Fatalf("%+v.ApplySingleRounding(%d) = %d, want %d", m, x, m.ApplySingleRounding(x), want)
			}
		}
	}
	if got := (Multiplier{}).Apply(rounding.AwayFromZero, -7); got != 0 {
		t.Error(got)
	}
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
