package fixedpoint

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		name, canonical   string
		signed            bool
		width, frac, ints int
	}{
		{"Q3.4", "Q3.4", true, 8, 4, 3}, {"q3.4", "Q3.4", true, 8, 4, 3}, {"UQ0.8", "UQ0.8", false, 8, 8, 0}, {"uq4.0", "UQ4.0", false, 4, 0, 4},
		{"sfix16_12", "Q3.12", true, 16, 12, 3}, {"sfix16_En12", "Q3.12", true, 16, 12, 3}, {"ufix8_4", "UQ4.4", false, 8, 4, 4}, {"ufix8", "UQ8.0", false, 8, 0, 8},
		{"sfix8_E3", "Q10.-3", true, 8, -3, 10}, {"Q15", "Q0.15", true, 16, 15, 0}, {"q31", "Q0.31", true, 32, 31, 0}, {"UQ8", "UQ0.8", false, 8, 8, 0},
		{"Q-4.11", "Q-4.11", true, 8, 11, -4}, {"Q0.0", "Q0.0", true, 1, 0, 0}, {"UQ64.0", "UQ64.0", false, 64, 0, 64}, {"UQ-63.64", "UQ-63.64", false, 1, 64, -63},
		{"sfixed(3 downto -12)", "Q3.12", true, 16, 12, 3}, {"ufixed(-1 downto -8)", "UQ0.8", false, 8, 8, 0}, {"SFIXED(10 downto 3)", "Q10.-3", true, 8, -3, 10},
		{"ap_fixed<16,4>", "Q3.12", true, 16, 12, 3}, {"ap_fixed<8, -12>", "Q-13.20", true, 8, 20, -13}, {"ap_ufixed<8,0>", "UQ0.8", false, 8, 8, 0},
		{"sc_fixed<8,11>", "Q10.-3", true, 8, -3, 10}, {"sc_ufixed<8,8>", "UQ8.0", false, 8, 0, 8}, {"ac_fixed<16,4,true>", "Q3.12", true, 16, 12, 3},
		{"ac_fixed<16,4,false>", "UQ4.12", false, 16, 12, 4}, {"ac_fixed<16,4>", "Q3.12", true, 16, 12, 3},
		{"UQ128.-64", "UQ128.-64", false, 64, -64, 128}, {"Q-64.127", "Q-64.127", true, 64, 127, -64},
	} {
		f, err := ParseFormat(c.name)
		if err != nil {
			t.Error(err)
			continue
		}
		if f.Name() != c.canonical || f.String() != c.canonical || f.Signed() != c.signed || f.Bits() != c.width || f.FractionBits() != c.frac || f.IntegerBits() != c.ints {
			t.Errorf("%s: %v, signed %t, %d bits, %d of them fraction, %d integer", c.name, f, f.Signed(), f.Bits(), f.FractionBits(), f.IntegerBits())
		}
		if g, err := ParseFormat(f.SimulinkName()); err != nil || g != f {
			t.Errorf("%s comes back as %v, %v", f.SimulinkName(), g, err)
		}
		text, err := f.MarshalText()
		var g Format
		if err != nil || g.UnmarshalText(text) != nil || g != f {
			t.Errorf("%s comes back as %v", text, g)
		}
	}
	for _, name := range []string{"", "q", "u", "uq", "q3", "q3.", "q.4", "q3.4.5", "q 3.4", "q3.4 ", "e4m3", "fix8", "sfix", "sfix8_", "sfix8_E", "sfix-8_2", "ufix0", "usfix8_2",
		"q64.0", "uq64.1", "q1.1234", "q+3.4", "q3.--4", "uq0.0", "q-1.0", "Q200.-137", "q0.128", "uq129.-65", "q" + strings.Repeat("1", 1000), "sfix8_en", "sfix8_e-",
		"sfixed(3 downto )", "sfixed(3 downto -12", "sfixed(3,4)", "sfixed<3,4>", "ap_fixed(8,4)", "ap_fixed<8>", "ap_fixed<8,4,2>", "ac_fixed<8,4,1>", "ap_fixed<65,1>", "ufixed(0 downto 1)",
		"sfixed(3 downto -12>", "ap_fixed<8,4)"} {
		f, err := ParseFormat(name)
		if name == "q3" { // Q0.3
			if err != nil || f.Bits() != 4 {
				t.Errorf("%q: %v %v", name, f, err)
			}
			continue
		}
		if !errors.Is(err, ErrUnknownFormat) || f != (Format{}) || len(err.Error()) > 300 {
			t.Errorf("%q: %v %v", name, f, err)
		}
	}
	for name, want := range map[string]string{"Q3.12": "sfix16_En12", "Q10.-3": "sfix8_E3", "UQ8.0": "ufix8", "Q-13.20": "sfix8_En20", "UQ-63.64": "ufix1_En64"} {
		if f, err := ParseFormat(name); err != nil || f.SimulinkName() != want {
			t.Errorf("%s is %s, %v, want %s", name, f.SimulinkName(), err, want)
		}
	}
	if _, err := NewFormat(true, math.MaxInt, math.MaxInt); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := (Format{}).MarshalText(); !errors.Is(err, ErrFormat) || (Format{}).Name() != "invalid" || (Format{}).SimulinkName() != "invalid" {
		t.Error(err)
	}
	f := MustFormat(true, 3, 4)
	if err := f.UnmarshalText([]byte("x")); err == nil || f != MustFormat(true, 3, 4) {
		t.Error("UnmarshalText changed the receiver")
	}
}
