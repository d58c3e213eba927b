package fixedpoint

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestMismatches compares with one look at each sum.
func TestMismatches(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	forms := someForms()
	for range randomCount(t, 2000) {
		a, b := forms[r.IntN(len(forms))], forms[r.IntN(len(forms))]
		m := Multiplier{int32(1<<30 + r.Int64N(1<<30)), 3 - r.IntN(20)}
		switch r.IntN(6) {
		case 0:
			m.Mantissa = int32(1<<30 + r.Int64N(1<<4)<<26)
		case 1:
			m.Mantissa = int32(r.Uint32()) // negative ones too
		case 2:
			m.Shift = -r.IntN(70)
		}
		lo := int32(r.Uint32()) >> r.IntN(31)
		switch r.IntN(20) {
		case 0: // where a shift to the left begins to lose bits
			m.Shift = 1 + r.IntN(3)
			lo = int32(1<<(31-m.Shift)) - r.Int32N(2000)
		case 1:
			lo = []int32{math.MinInt32, math.MaxInt32}[r.IntN(2)]
		}
		hi := int32(min(int64(lo)+r.Int64N(3000)-10, math.MaxInt32))
		most := r.IntN(20)
		var want []Mismatch
		count := uint64(0)
		for x := int64(lo); x <= int64(hi); x++ {
			if za, zb := wantFast(a, m, int32(x)), wantFast(b, m, int32(x)); za != zb {
				if count++; len(want) < most {
					want = append(want, Mismatch{int32(x), za, zb})
				}
			}
		}
		n, first := m.Mismatches(a, b, lo, hi, most)
		if n != count || !slices.Equal(first, want) {
			t.Fatalf("%+v: %v against %v on %d to %d: %d, first %v; want %d, first %v", m, a, b, lo, hi, n, first, count, want)
		}
	}
}

// wantFast is Apply, which TestForms judges: this test is about the search.
func wantFast(f Form, m Multiplier, x int32) int32 { return f.Apply(m, x) }

// TestMismatchesWhole counts over all sums, where the steps make that fast.
func TestMismatchesWhole(t *testing.T) {
	const all = 1 << 32
	m := Multiplier{1<<30 + 1<<24, -15}
	for _, c := range []struct {
		a, b Form
	}{{ONNX, TFLiteSingle}, {Gemmlowp, ONNX}, {FP32, ONNX}, {Once(rounding.ToZero), Once(rounding.ToNegativeInf)}} {
		n, first := m.Mismatches(c.a, c.b, math.MinInt32, math.MaxInt32, 1000)
		rest, _ := m.Mismatches(c.a, c.b, math.MinInt32, -12346, 0)
		more, _ := m.Mismatches(c.a, c.b, -12345, math.MaxInt32, 0)
		if n != rest+more || n == 0 || n > all || len(first) != int(min(n, 1000)) {
			t.Errorf("%v and %v: %d on the whole, %d + %d in parts, %d listed", c.a, c.b, n, rest, more, len(first))
		}
		for _, f := range first {
			if f.A == f.B || c.a.Apply(m, f.X) != f.A || c.b.Apply(m, f.X) != f.B {
				t.Errorf("%v and %v: %+v", c.a, c.b, f)
			}
		}
	}
	if n, first := m.Mismatches(RNDNU, Ruy, math.MinInt32, math.MaxInt32, 9); n != 0 || first != nil {
		t.Errorf("two forms of one formula differ for %d sums", n)
	}
	// Toward zero and to minus infinity differ wherever a negative product is not an integer: all negative sums but the multiples of 2^n,
	// the factor being an odd number over 2^n.
	m = Multiplier{65 << 24, -15} // 65 * 2^(24-46)
	if n, _ := m.Mismatches(Once(rounding.ToZero), Once(rounding.ToNegativeInf), math.MinInt32, math.MaxInt32, 0); n != 1<<31-1<<(31-22) {
		t.Errorf("%d sums, want %d", n, 1<<31-1<<(31-22))
	}
	if n, first := m.Mismatches(ONNX, Gemmlowp, 5, 4, 1); n != 0 || first != nil {
		t.Errorf("%d sums of none", n)
	}
	mustPanic(t, "fixedpoint: ", func() { m.Mismatches(ONNX, 200, 5, 4, 1) })
	mustPanic(t, "fixedpoint: ", func() { Multiplier{1, 32}.Mismatches(ONNX, ONNX, 5, 4, 1) })
}
