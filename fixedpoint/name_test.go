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
		text, err := f.MarshalText()
		var g Format
		if err != nil || g.UnmarshalText(text) != nil || g != f {
			t.Errorf("%s comes back as %v", text, g)
		}
	}
	for _, name := range []string{"", "q", "u", "uq", "q3", "q3.", "q.4", "q3.4.5", "q 3.4", "q3.4 ", "e4m3", "fix8", "sfix", "sfix8_", "sfix8_E", "sfix-8_2", "ufix0", "usfix8_2",
		"q64.0", "uq64.1", "q1.1234", "q+3.4", "q3.--4", "uq0.0", "q-1.0", "Q200.-137", "q0.128", "uq129.-65", "q" + strings.Repeat("1", 1000), "sfix8_en", "sfix8_e-"} {
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
	if _, err := NewFormat(true, math.MaxInt, math.MaxInt); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := (Format{}).MarshalText(); !errors.Is(err, ErrFormat) || (Format{}).Name() != "invalid" {
		t.Error(err)
	}
	f := MustFormat(true, 3, 4)
	if err := f.UnmarshalText([]byte("x")); err == nil || f != MustFormat(true, 3, 4) {
		t.Error("UnmarshalText changed the receiver")
	}
}
