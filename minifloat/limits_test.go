package minifloat_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

// TestLimits holds what numpy's and ml_dtypes' finfo (epsneg included) and C++'s numeric_limits say of the formats that
// they have, and what a person counts of others.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name                   string
		emin, emax             int
		lowest, epsilon, below float64
		digits10, maxDigits10  int
		nans                   int
	}{
		{"binary32", -126, 127, -math.MaxFloat32, 0x1p-23, 0x1p-24, 6, 9, 1<<24 - 2},
		{"tf32", -126, 127, -0x1.ffcp127, 0x1p-10, 0x1p-11, 3, 5, 2046},
		{"bfloat16", -126, 127, -0x1.fep127, 0x1p-7, 0x1p-8, 2, 4, 254},
		{"binary16", -14, 15, -65504, 0x1p-10, 0x1p-11, 3, 5, 2046},
		{"e3m4", -2, 3, -15.5, 0x1p-4, 0x1p-5, 1, 3, 30},
		{"e4m3", -6, 7, -240, 0x1p-3, 0x1p-4, 0, 3, 14},
		{"e4m3fn", -6, 8, -448, 0x1p-3, 0x1p-4, 0, 3, 2},
		{"e4m3fnuz", -7, 7, -240, 0x1p-3, 0x1p-4, 0, 3, 1},
		{"e4m3b11fnuz", -10, 4, -30, 0x1p-3, 0x1p-4, 0, 3, 1},
		{"e5m2", -14, 15, -57344, 0x1p-2, 0x1p-3, 0, 2, 6},
		{"e5m2fnuz", -15, 15, -57344, 0x1p-2, 0x1p-3, 0, 2, 1},
		{"e8m0fnu", -127, 127, 0x1p-127, 1, 0.5, 0, 2, 1},
		{"e2m3fn", 0, 2, -7.5, 0.125, 0.125, 0, 3, 0},
		{"e3m2fn", -2, 4, -28, 0.25, 0.125, 0, 2, 0},
		{"e2m1fn", 0, 2, -6, 0.5, 0.5, 0, 2, 0},
		{"e2m1fnnosub", 0, 2, -6, 0.5, 1, 0, 2, 0},        // 0, 1, 1.5, 2, ...
		{"e3m4bm2", 3, 8, -496, 0x1p-4, 0.5, 1, 3, 30},    // 1 is subnormal: 0, 0.5, 1, ...
		{"e3m4b-3", 4, 9, -992, 0x1p-4, 1, 1, 3, 30},      // 0, 1, 2, ...
		{"e3m2b-9", 10, 15, -57344, 0.25, 0.125, 0, 2, 6}, // no 1
		{"Binary8p4se", -7, 7, -224, 0.125, 0.0625, 0, 3, 1},
		{"Binary8p1uf", -127, 126, 0, 1, 0.5, 0, 2, 1},
		{"Binary16p1se", -1<<14 + 1, 1<<14 - 2, math.Inf(-1), 1, 0.5, 0, 2, 1}, // 2^16382 is no float64
	} {
		f := mustParse(t, c.name)
		if got := f.MinExponent(); got != c.emin {
			t.Errorf("%v: MinExponent %d, want %d", f, got, c.emin)
		}
		if got := f.MaxExponent(); got != c.emax {
			t.Errorf("%v: MaxExponent %d, want %d", f, got, c.emax)
		}
		if got := f.Lowest(); got != c.lowest {
			t.Errorf("%v: Lowest %v, want %v", f, got, c.lowest)
		}
		if got := f.Epsilon(); got != c.epsilon {
			t.Errorf("%v: Epsilon %v, want %v", f, got, c.epsilon)
		}
		if got := f.EpsilonBelow(); got != c.below {
			t.Errorf("%v: EpsilonBelow %v, want %v", f, got, c.below)
		}
		if got := f.Digits10(); got != c.digits10 {
			t.Errorf("%v: Digits10 %d, want %d", f, got, c.digits10)
		}
		if got := f.MaxDigits10(); got != c.maxDigits10 {
			t.Errorf("%v: MaxDigits10 %d, want %d", f, got, c.maxDigits10)
		}
		if got := f.NaNCount(); got != c.nans {
			t.Errorf("%v: NaNCount %d, want %d", f, got, c.nans)
		}
		if f.Bits() > 16 {
			continue
		}
		nans, lowest := 0, math.Inf(1)
		for code := range uint32(1) << f.Bits() {
			v := minifloat.Value{Format: f, Bits: code}
			if v.IsNaN() {
				nans++
			} else if v.IsFinite() {
				lowest = min(lowest, v.Float64())
			}
		}
		if nans != c.nans || lowest != c.lowest {
			t.Errorf("%v: %d NaNs and the lowest value %v by its codes", f, nans, lowest)
		}
	}
}

// TestDecimalDigits checks the definitions in integers: 10^d <= 2^M, and 10^(d-1) > 2^(M+1).
func TestDecimalDigits(t *testing.T) {
	power := func(base, n int) *big.Int {
		return new(big.Int).Exp(big.NewInt(int64(base)), big.NewInt(int64(n)), nil)
	}
	for p := 1; p <= 32; p++ {
		f, err := minifloat.P3109(32, p, false, false)
		if p < 17 {
			f, err = minifloat.P3109(p+3, p, true, false)
		}
		if err != nil {
			t.Fatal(err)
		}
		if d := f.Digits10(); power(10, d).Cmp(power(2, p-1)) > 0 || power(10, d+1).Cmp(power(2, p-1)) <= 0 {
			t.Errorf("%v: Digits10 %d", f, d)
		}
		if d := f.MaxDigits10(); power(10, d-1).Cmp(power(2, p)) < 0 || power(10, d-2).Cmp(power(2, p)) >= 0 {
			t.Errorf("%v: MaxDigits10 %d", f, d)
		}
	}
}
