package quantizer_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

func TestParseFormat(t *testing.T) {
	for _, c := range []struct {
		in      string
		kind    quantizer.Kind
		bits    int
		largest float64
	}{
		{"int8", quantizer.Integer, 8, 127},
		{"INT2", quantizer.Integer, 2, 1},
		{" int16 ", quantizer.Integer, 16, 32767},
		{"int8full", quantizer.Integer, 8, 127},
		{"INT4_full", quantizer.Integer, 4, 7},
		{"uint8", quantizer.Integer, 8, 255},
		{"uint2", quantizer.Integer, 2, 3},
		{"e4m3fn", quantizer.Minifloat, 8, 448},
		{"float8_e4m3fn", quantizer.Minifloat, 8, 448},
		{"E5M2", quantizer.Minifloat, 8, 57344},
		{"e3m4", quantizer.Minifloat, 8, 15.5},
		{"binary16", quantizer.Minifloat, 16, 65504},
		{"q1.6", quantizer.FixedPoint, 8, 127. / 64},
		{"q-4.11", quantizer.FixedPoint, 8, 127. / 2048},
		{"Q9.-2", quantizer.FixedPoint, 8, 508},
		{"UQ0.8", quantizer.FixedPoint, 8, 255. / 256},
	} {
		f, err := quantizer.ParseFormat(c.in)
		if err != nil {
			t.Error(err)
			continue
		}
		if f.Kind() != c.kind || f.Bits() != c.bits || f.Largest() != c.largest {
			t.Errorf("%s: %v of %d bits up to %v", c.in, f.Kind(), f.Bits(), f.Largest())
		}
		_, mini := f.Minifloat()
		_, fixed := f.FixedPoint()
		if kind := map[[2]bool]string{{true, false}: "minifloat", {false, true}: "fixed point", {false, false}: "integer"}[[2]bool{mini, fixed}]; f.Kind().String() != kind {
			t.Errorf("%s: of kind %v, but is %s", c.in, f.Kind(), kind)
		}
		if back, err := quantizer.ParseFormat(f.Name()); err != nil || back != f {
			t.Errorf("%s: printed as %q, which gives %v, %v", c.in, f.Name(), back, err)
		}
	}
}

func TestParseFormatErrors(t *testing.T) {
	for _, c := range []struct{ in, says string }{
		{"int1", "int2 to int16"},
		{"int17", "int2 to int16"},
		{"int", "int2 to int16"},
		{"int+8", "int2 to int16"},
		{"uint1", "uint2 to uint16"},
		{"uint17", "uint2 to uint16"},
		{"uint8full", "uint2 to uint16"},
		{"int8fully", "int2full"},
		{"q40.2", "q40.2"},
		{"q1.30", "24 bits"},
		{"sfix1", "above zero"},
		{"e4m3fm", "e4m3fn"},
		{"", ""},
	} {
		f, err := quantizer.ParseFormat(c.in)
		if !errors.Is(err, quantizer.ErrFormat) || f != (quantizer.Format{}) {
			t.Errorf("%q: %v, error %v", c.in, f, err)
			continue
		}
		if !strings.Contains(strings.ToLower(err.Error()), c.says) {
			t.Errorf("%q: error %q does not say %q", c.in, err, c.says)
		}
	}
}

func FuzzParseFormat(f *testing.F) {
	for _, s := range []string{"int8", "e4m3fn", "q1.6", "uq0.8", "sfix16_12", "Binary8p4se", "uint8", "int8full", "int99", "q", "finite e2m5", "e99m99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := quantizer.ParseFormat(s)
		if err != nil {
			if !errors.Is(err, quantizer.ErrFormat) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if b, err := quantizer.ParseFormat(a.Name()); err != nil || b != a {
			t.Fatalf("%q: printed as %q, which gives %v, %v", s, a.Name(), b, err)
		}
		if a.Largest() <= 0 || a.Decode(a.Encode(a.Largest())) != a.Largest() {
			t.Fatalf("%q: largest value %v", s, a.Largest())
		}
	})
}
