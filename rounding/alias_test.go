package rounding_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

func TestParseMode(t *testing.T) {
	all := append(rounding.Modes(), rounding.StochasticModes()...)
	for _, m := range all {
		if got, err := rounding.ParseMode(m.String()); got != m || err != nil {
			t.Errorf("ParseMode(%q) = %v, %v", m.String(), got, err)
		}
	}
	seen := map[string]rounding.Alias{}
	for _, a := range rounding.Aliases() {
		for _, name := range []string{a.Name, strings.ToUpper(a.Name), strings.ReplaceAll(a.Name, "_", "-")} {
			if got, err := rounding.ParseMode(name); got != a.Mode || err != nil {
				t.Errorf("ParseMode(%q) = %v, %v, want %v", name, got, err, a.Mode)
			}
		}
		if b, ok := seen[a.Name]; ok || a.Source == "" {
			t.Errorf("%v and %v", a, b)
		}
		seen[a.Name] = a
	}
	// IEEE 1666 (SystemC), table of quantization modes, and the spellings of its descendants.
	for name, want := range map[string]rounding.Mode{
		"SC_RND": rounding.ToNearestUp, "SC_RND_ZERO": rounding.ToNearestZero, "SC_RND_MIN_INF": rounding.ToNearestDown,
		"SC_RND_INF": rounding.ToNearestAway, "SC_RND_CONV": rounding.ToNearestEven, "SC_TRN": rounding.ToNegativeInf,
		"SC_TRN_ZERO": rounding.ToZero, "AP_RND_CONV": rounding.ToNearestEven, "AC_RND_CONV_ODD": rounding.ToNearestOdd,
		"to nearest even": rounding.ToNearestEven, "rnd_conv": rounding.ToNearestEven,
	} {
		if got, err := rounding.ParseMode(name); got != want || err != nil {
			t.Errorf("ParseMode(%q) = %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"", "_", "SC_", "SC_RNE", "SC_RND_CONV_ODD", "XX_RND", "Mode(3)", "JAM", "TRN_MAG", "STOCH_EQUAL", "nearest", "SC_SC_RND", strings.Repeat("x", 1000)} {
		if m, err := rounding.ParseMode(name); !errors.Is(err, rounding.ErrUnknownMode) || m != 0 || len(err.Error()) > 200 {
			t.Errorf("ParseMode(%q) = %v, %v", name, m, err)
		}
	}
	if _, err := rounding.ParseMode("jam"); !strings.Contains(err.Error(), "JAM_UNBIASED") {
		t.Error(err)
	}
}
