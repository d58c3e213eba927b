package exact

import (
	"fmt"
	"math"
	"testing"
)

// Values of the specifications, copied by hand: OFP8 table 1, MX table 1 and
// section 5.4.1, IEEE 754 table 3.5, the FNUZ paper, the P3109 report.
func TestNamedFormats(t *testing.T) {
	none := uint64(math.MaxUint64)
	for _, row := range []struct {
		name               string
		f                  Format
		bits               int
		max, normal, least float64
		inf, nan           uint64
	}{
		{"binary16", IEEE(5, 10), 16, 65504, 0x1p-14, 0x1p-24, 0x7c00, 0x7e00},
		{"bfloat16", IEEE(8, 7), 16, 0x1.fep127, 0x1p-126, 0x1p-133, 0x7f80, 0x7fc0},
		{"TF32", IEEE(8, 10), 19, 0x1.ffcp127, 0x1p-126, 0x1p-136, 0x3fc00, 0x3fe00},
		{"binary32", IEEE(8, 23), 32, math.MaxFloat32, 0x1p-126, math.SmallestNonzeroFloat32, 0x7f800000, 0x7fc00000},
		{"binary64", IEEE(11, 52), 64, math.MaxFloat64, 0x1p-1022, math.SmallestNonzeroFloat64, 0x7ff0000000000000, 0x7ff8000000000000},
		{"OFP8 E5M2", IEEE(5, 2), 8, 57344, 0x1p-14, 0x1p-16, 0x7c, 0x7e},
		{"OFP8 E4M3", FN(4, 3), 8, 448, 0x1p-6, 0x1p-9, none, 0x7f},
		{"E4M3 IEEE", IEEE(4, 3), 8, 240, 0x1p-6, 0x1p-9, 0x78, 0x7c},
		{"E3M4 IEEE", IEEE(3, 4), 8, 15.5, 0x1p-2, 0x1p-6, 0x70, 0x78},
		{"E4M3FNUZ", FNUZ(4, 3), 8, 240, 0x1p-7, 0x1p-10, none, 0x80},
		{"E5M2FNUZ", FNUZ(5, 2), 8, 57344, 0x1p-15, 0x1p-17, none, 0x80},
		{"MX E2M3", FiniteOnly(2, 3), 6, 7.5, 1, 0.125, none, none},
		{"MX E3M2", FiniteOnly(3, 2), 6, 28, 0.25, 0.0625, none, none},
		{"MX E2M1", FiniteOnly(2, 1), 4, 6, 1, 0.5, none, none},
		{"MX E8M0", E8M0(), 8, 0x1p127, 0x1p-127, 0x1p-127, none, 0xff},
		{"Binary8p4se", P3109(8, 4, true, true), 8, 224, 0x1p-7, 0x1p-10, 0x7f, 0x80},
		{"Binary8p4sf", P3109(8, 4, true, false), 8, 240, 0x1p-7, 0x1p-10, none, 0x80},
		{"Binary8p3se", P3109(8, 3, true, true), 8, 49152, 0x1p-15, 0x1p-17, 0x7f, 0x80},
		{"Binary8p1uf", P3109(8, 1, false, false), 8, 0x1p126, 0x1p-127, 0x1p-127, none, 0xff},
		{"Binary8p1ue", P3109(8, 1, false, true), 8, 0x1p125, 0x1p-127, 0x1p-127, 0xfe, 0xff},
		{"Binary4p2sf", P3109(4, 2, true, false), 4, 3, 0.5, 0.25, none, 0x8},
	} {
		if row.f.Bits() != row.bits {
			t.Errorf("%s has %d bits, want %d", row.name, row.f.Bits(), row.bits)
		}
		for _, limit := range []struct {
			what string
			got  Number
			want float64
		}{{"largest", row.f.MaxFinite(), row.max}, {"smallest normal", row.f.SmallestNormal(), row.normal}, {"smallest", row.f.SmallestPositive(), row.least}} {
			if v, isExact := limit.got.Float(); v != limit.want || !isExact {
				t.Errorf("%s: %s value %v, want %v", row.name, limit.what, v, limit.want)
			}
		}
		if (row.inf != none) != row.f.Infinities || row.f.Infinities && row.f.infinityCode() != row.inf {
			t.Errorf("%s: infinity", row.name)
		}
		if (row.nan != none) != (row.f.NaN != NoNaN) || row.nan != none && row.f.nanCode() != row.nan {
			t.Errorf("%s: NaN", row.name)
		}
	}
	b11 := FNUZ(4, 3)
	b11.Bias = 11
	if v, _ := b11.MaxFinite().Float(); v != 30 {
		t.Errorf("E4M3B11FNUZ: largest %v, want 30", v)
	}
	// P3109: 1.0 has the middle code, 2^(K-2) signed and 2^(K-1) unsigned.
	for k := 3; k <= 8; k++ {
		for p := 1; p <= k; p++ {
			for _, extended := range []bool{false, true} {
				if v, _ := P3109(k, p, false, extended).Decode(1 << (k - 1)).Float(); v != 1 {
					t.Errorf("Binary%dp%du: middle code is %v", k, p, v)
				}
				if p == k {
					continue
				}
				if v, _ := P3109(k, p, true, extended).Decode(1 << (k - 2)).Float(); v != 1 {
					t.Errorf("Binary%dp%ds: middle code is %v", k, p, v)
				}
			}
		}
	}
}

// Every code of the smallest formats, as the specifications' tables list them.
func TestCodesByHand(t *testing.T) {
	for _, row := range []struct {
		name string
		f    Format
		want string
	}{
		{"MX E2M1", FiniteOnly(2, 1), "0 0.5 1 1.5 2 3 4 6 -0 -0.5 -1 -1.5 -2 -3 -4 -6"},
		{"Binary4p2sf", P3109(4, 2, true, false), "0 0.25 0.5 0.75 1 1.5 2 3 NaN -0.25 -0.5 -0.75 -1 -1.5 -2 -3"},
		{"Binary4p2se", P3109(4, 2, true, true), "0 0.25 0.5 0.75 1 1.5 2 +Inf NaN -0.25 -0.5 -0.75 -1 -1.5 -2 -Inf"},
		{"Binary3p1se", P3109(3, 1, true, true), "0 0.5 1 +Inf NaN -0.5 -1 -Inf"},
		{"Binary3p3ue", P3109(3, 3, false, true), "0 0.25 0.5 0.75 1 1.25 +Inf NaN"},
		{"Binary3p2uf", P3109(3, 2, false, false), "0 0.25 0.5 0.75 1 1.5 2 NaN"},
		{"E2M1 IEEE", IEEE(2, 1), "0 0.5 1 1.5 2 3 +Inf NaN -0 -0.5 -1 -1.5 -2 -3 -Inf NaN"},
		{"E2M1 FN", FN(2, 1), "0 0.5 1 1.5 2 3 4 NaN -0 -0.5 -1 -1.5 -2 -3 -4 NaN"},
		{"E2M1 FNUZ", FNUZ(2, 1), "0 0.25 0.5 0.75 1 1.5 2 3 NaN -0.25 -0.5 -0.75 -1 -1.5 -2 -3"},
		{"E1M1", FiniteOnly(1, 1), "0 1 2 3 -0 -1 -2 -3"},
		{"E2M1 without subnormals", withoutSubnormals(FiniteOnly(2, 1)), "0 0 1 1.5 2 3 4 6 -0 -0 -1 -1.5 -2 -3 -4 -6"},
	} {
		got := ""
		for code := range uint64(1) << row.f.Bits() {
			v, _ := row.f.Decode(code).Float()
			got += fmt.Sprint(v) + " "
		}
		if got != row.want+" " {
			t.Errorf("%s: %s\nwant %s", row.name, got, row.want)
		}
	}
}

func withoutSubnormals(f Format) Format {
	f.Subnormals = false
	return f
}

// smallFormats returns every format of bits bits or fewer that the families have.
func smallFormats(bits int) map[string]Format {
	all := map[string]Format{}
	for e := 1; e < bits; e++ {
		for m := 0; 1+e+m <= bits; m++ {
			name := fmt.Sprintf("E%dM%d", e, m)
			if e >= 2 && m >= 1 {
				all[name] = IEEE(e, m)
			}
			if m >= 1 {
				all[name+"FN"] = FN(e, m)
			}
			all[name+"FNUZ"] = FNUZ(e, m)
			all[name+"Finite"] = FiniteOnly(e, m)
			all[name+"FiniteNoSubnormals"] = withoutSubnormals(FiniteOnly(e, m))
		}
	}
	for k := 3; k <= bits; k++ {
		for p := 1; p <= k; p++ {
			for i, extended := range []bool{false, true} {
				if p < k {
					all[fmt.Sprintf("Binary%dp%ds%c", k, p, "fe"[i])] = P3109(k, p, true, extended)
				}
				all[fmt.Sprintf("Binary%dp%du%c", k, p, "fe"[i])] = P3109(k, p, false, extended)
			}
		}
	}
	return all
}

// Positive codes ascend, the derived limits are those of a search over all codes,
// and each special code occurs as often as its family says.
func TestCodesAscend(t *testing.T) {
	all := smallFormats(8)
	all["E8M0"] = E8M0()
	for name, f := range all {
		codes := uint64(1) << f.Bits()
		if f.Signed {
			codes /= 2
		}
		last, lastCode, infinities, nans := -1.0, uint64(0), 0, 0
		for code := range codes {
			x := f.Decode(code)
			v, isExact := x.Float()
			switch {
			case !isExact:
				t.Fatalf("%s: code %#x is no float64", name, code)
			case x.Kind == NaN:
				nans++
			case x.Kind == Infinite:
				infinities++
			case v < last || v == last && f.Subnormals:
				t.Fatalf("%s: code %#x is %v after %v", name, code, v, last)
			default:
				last, lastCode = v, code
			}
		}
		if lastCode != f.maxCode() {
			t.Errorf("%s: largest finite code %#x, by search %#x", name, f.maxCode(), lastCode)
		}
		wantNaNs := map[NaNCodes]int{TopExponent: 1<<f.MantissaBits - 1, AllOnes: 1}[f.NaN]
		if nans != wantNaNs || (infinities == 1) != f.Infinities {
			t.Errorf("%s: %d NaNs and %d infinities among the positive codes", name, nans, infinities)
		}
	}
}
