package minifloat_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

var verbs = []string{
	"%g", "%G", "%e", "%E", "%f", "%F", "%x", "%X", "%b", "%v", "%s", "%+v", "%#v", "%d", "%q", "%t", "%.3g", "%.0e", "%.2f", "%.4x", "%.3X", "%20g", "%-20g|", "%020g",
	"%+g", "% g", "%+020.3e", "%-+12.1f|", "% 012f", "%#g", "%#.3g", "%#x", "%#.0f", "%20s", "%-20s|", "%25v", "%020x", "%-020g|", "%+.2b",
}

// TestFormatterOfValue: a Value's Formatter prints what the typed number prints.
func TestFormatterOfValue(t *testing.T) {
	check := func(x, v any) {
		for _, verb := range verbs {
			if got, want := fmt.Sprintf(verb, v), fmt.Sprintf(verb, x); got != want {
				t.Errorf("%s: %q, want %q", verb, got, want)
			}
		}
	}
	for code := uint16(0); code < 0xff00; code += 257 {
		x := minifloat.FromBits[minifloat.Float16](code)
		check(x, x.Value().Formatter())
		y := minifloat.FromBits[minifloat.E4M3FNUZ](uint8(code))
		check(y, y.Value().Formatter())
	}
	if got := fmt.Sprintf("%.3f", minifloat.From[minifloat.Float16](-0.1).Value().Formatter()); got != "-0.100" {
		t.Errorf("%%.3f: %q", got)
	}
}

// TestFormatterWide compares the numbers of a format beyond float64 with float64s: those that both have print alike.
// The flag # is left out, and %b, which shows how a float64 is stored.
func TestFormatterWide(t *testing.T) {
	f, err := minifloat.P3109(30, 14, true, true)
	if err != nil || f.ExponentBits() <= 11 {
		t.Fatal(f, err)
	}
	for _, x := range []float64{1, -1.5, 0.09375, 6755, 1e-3, 123456, 1 << 20, 5e-7, 3.25e10, -7.75e300, 0x1.8p-1000} {
		code := f.Encode(x)
		x := f.Decode(code)
		short := x // whose shortest decimal is that of the code
		fmt.Sscan(minifloat.Value{Format: f, Bits: code}.Text('g', -1), &short)
		for _, verb := range verbs {
			last := verb[len(verb)-1]
			if last == '|' {
				last = verb[len(verb)-2]
			}
			if !strings.ContainsRune("eEfFgGxX", rune(last)) || strings.Contains(verb, "#") {
				continue
			}
			want := fmt.Sprintf(verb, x)
			if last|0x20 == 'g' && !strings.Contains(verb, ".") {
				want = fmt.Sprintf(verb, short)
			}
			if got := fmt.Sprintf(verb, minifloat.Value{Format: f, Bits: code}.Formatter()); got != want {
				t.Errorf("%s of %v: %q, want %q", verb, x, got, want)
			}
		}
	}
}

// TestTextWide: of a number beyond float64, every form that can be read without this package reads as the number.
func TestTextWide(t *testing.T) {
	f, _ := minifloat.P3109(18, 2, true, true)
	code, err := f.Parse("1e2000")
	if err != nil {
		t.Fatal(err)
	}
	v := minifloat.Value{Format: f, Bits: code}
	want, _ := v.Big()
	for _, form := range []byte("eEfgGxXb") {
		prec := -1
		if form|0x20 != 'x' && form != 'b' {
			prec = 2100 // exact: an integer of 2001 digits
		}
		s := v.Text(form, prec)
		got, _, err := big.ParseFloat(s, 0, 64, big.ToNearestEven)
		if err != nil || got.Cmp(want) != 0 {
			t.Errorf("%c: %.60s, %v", form, s, err)
		}
	}
	for s, want := range map[string]string{v.Text('X', -1): "0X1P+6644", v.Text('X', 2): "0X1.00P+6644", fmt.Sprintf("%12X|", v.Formatter()): "   0X1P+6644|"} {
		if s != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
}

// TestZeroValueText: what has no format prints as such, without a panic, and is not marshalled.
func TestZeroValueText(t *testing.T) {
	var v minifloat.Value
	v.Bits = 7
	for verb, want := range map[string]string{"%v": "invalid", "%s": "invalid", "%#v": "invalid", "%+v": "invalid", "%10s": "   invalid"} {
		for _, x := range []any{v, v.Formatter()} {
			if got := fmt.Sprintf(verb, x); got != want {
				t.Errorf("%s: %q, want %q", verb, got, want)
			}
		}
	}
	if got := fmt.Sprintf("%.3f", v.Formatter()); got != "%!f(invalid)" {
		t.Errorf("%%.3f: %q", got)
	}
	if text, err := v.MarshalText(); !errors.Is(err, minifloat.ErrFormat) {
		t.Errorf("MarshalText: %q, %v", text, err)
	}
	if text, err := json.Marshal(v); !errors.Is(err, minifloat.ErrFormat) {
		t.Errorf("json: %q, %v", text, err)
	}
}

// TestValueTextReadsBack checks that the text of every format's values is read by UnmarshalText.
func TestValueTextReadsBack(t *testing.T) {
	for _, f := range textFormats(t) {
		if f.ExponentBits() > 11 {
			continue // their decimals are those of TestTextReadsBack
		}
		sample(min(f.Bits(), 10), func(code uint32) {
			v := minifloat.Value{Format: f, Bits: code << max(f.Bits()-10, 0)}
			text, err := v.MarshalText()
			var got minifloat.Value
			if e := got.UnmarshalText(text); err != nil || e != nil || got.Format != f || got.Cmp(v) != 0 || got.Signbit() != v.Signbit() && !v.IsNaN() && f.HasSubnormals() {
				t.Fatalf("%v: %#x is %q, %v, which reads as %v, %v", f, v.Bits, text, err, got, e)
			}
		})
	}
	v := minifloat.Value{Format: mustParse(t, "e4m3fn"), Bits: 42}
	for s, want := range map[string]error{
		"": minifloat.ErrEncoding, "1.5": minifloat.ErrEncoding, "E4M3FN(1": minifloat.ErrEncoding, "E4M3FN": minifloat.ErrEncoding, "E4M3FN()": minifloat.ErrSyntax, "E4M3FN((1))": minifloat.ErrSyntax,
		"E4M3FN(1e9)": minifloat.ErrRange, "E4M3FM(1)": minifloat.ErrUnknownFormat, "(1)": minifloat.ErrUnknownFormat, "invalid(1)": minifloat.ErrUnknownFormat,
	} {
		got := v
		if err := got.UnmarshalText([]byte(s)); !errors.Is(err, want) || got != v {
			t.Errorf("UnmarshalText(%q): %v, %v; want %v", s, got, err, want)
		}
	}
}

// TestValueEncodings pins the forms of JSON and gob, which are those of a struct of the two fields.
func TestValueEncodings(t *testing.T) {
	type fields struct {
		Format minifloat.Format
		Bits   uint32
	}
	v := minifloat.Value{Format: mustParse(t, "binary16"), Bits: 0xfe01} // a NaN with a payload
	text, err := json.Marshal(map[string]any{"v": v})
	if want := `{"v":{"Format":"binary16","Bits":65025}}`; err != nil || string(text) != want {
		t.Fatalf("json: %s, %v, want %s", text, err, want)
	}
	var back map[string]minifloat.Value
	if err := json.Unmarshal(text, &back); err != nil || back["v"] != v {
		t.Errorf("json back: %v, %v", back, err)
	}
	if key, err := json.Marshal(map[minifloat.Value]int{minifloat.From[minifloat.E4M3FN](0.3).Value(): 1}); err != nil || string(key) != `{"E4M3FN(0.3)":1}` {
		t.Errorf("json key: %s, %v", key, err)
	}
	for s, ok := range map[string]bool{`null`: true, `{}`: true, `{"Format":"e9"}`: false, `"E4M3FN(1)"`: false, `1`: false, `{"Bits":-1}`: false, `{"Format":"e4m3","Bits":"x"}`: false} {
		got := v
		if err := json.Unmarshal([]byte(s), &got); (err == nil) != ok || got != v {
			t.Errorf("Unmarshal(%s): %#v, %v", s, got, err)
		}
	}
	var buf bytes.Buffer
	var got fields
	if err := gob.NewEncoder(&buf).Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(&buf).Decode(&got); err != nil || got != fields(v) {
		t.Errorf("gob: %v, %v", got, err)
	}
	if err := gob.NewEncoder(&buf).Encode(fields{v.Format, 0x3c00}); err != nil {
		t.Fatal(err)
	}
	var again minifloat.Value
	if err := gob.NewDecoder(&buf).Decode(&again); err != nil || again.Float64() != 1 {
		t.Errorf("gob back: %v, %v", again, err)
	}
}
