package fixedpoint

import (
	"errors"
	"fmt"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestConvertWith: a 16-bit number is a float64, whose conversion the oracle judges elsewhere.
func TestConvertWith(t *testing.T) {
	for _, overflow := range Overflows() {
		for i, mode := range rounding.Modes() {
			c := Context{Mode: mode, Overflow: overflow}
			for code := i; code < 1<<16; code += len(rounding.Modes()) {
				x := FromBits[Q7x8](int16(code))
				got, flags := ConvertWith[Q3x4](c, x)
				want, wantFlags := FromWith[Q3x4](c, x.Float64())
				if got != want || flags != wantFlags {
					t.Fatalf("ConvertWith(%+v, %v) = %v %v, want %v %v", c, x, got, flags, want, wantFlags)
				}
				unsigned, flags := ConvertWith[UQ8](c, x)
				if want, wantFlags := FromWith[UQ8](c, x.Float64()); unsigned != want || flags != wantFlags {
					t.Fatalf("ConvertWith(%+v, %v) = %v %v, want %v %v", c, x, unsigned, flags, want, wantFlags)
				}
			}
		}
	}
}

// TestPrinting: all ways to the name and the number give the same text.
func TestPrinting(t *testing.T) {
	x := From[Q7](-0.1)
	const want = "Q0.7(-0.1)"
	for _, got := range []string{x.String(), x.GoString(), fmt.Sprint(x), fmt.Sprintf("%#v", x), x.Value().GoString(), fmt.Sprintf("%s", x)} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	text, err := x.MarshalText()
	if got := x.Text('f', -1); got != "-0.1" || string(text) != got || err != nil || string(x.Append(nil, 'f', -1)) != got {
		t.Errorf("Text %q, MarshalText %q, %v", got, text, err)
	}
	if got := fmt.Sprint(Saturate, Wrap, SaturateSymmetric, overflowCount); got != "Saturate Wrap SaturateSymmetric Overflow(3)" {
		t.Error(got)
	}
}

func TestScanVerb(t *testing.T) {
	x := From[Q3x4](2)
	if _, err := fmt.Sscanf("1", "%d", &x); !errors.Is(err, ErrSyntax) || x.Float64() != 2 {
		t.Errorf("%v, %v", x, err)
	}
}
