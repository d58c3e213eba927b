package fixedpoint

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestTextReadsBack: what Text writes reads back as the same number, and one digit fewer does not.
func TestTextReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	check := func(v Value) {
		s := v.Text('f', -1)
		got, _, err := Context{}.Parse(v.Format, s)
		if err != nil || got != v {
			t.Fatalf("%v %d prints %s, which reads %v, %v", v.Format, v.Bits, s, got, err)
		}
		if i := strings.IndexByte(s, '.'); i >= 0 {
			// The nearest number with a digit fewer.
			short := ratOf(exactOf(v)).FloatString(len(s) - i - 2)
			if back, _, err := (Context{}).Parse(v.Format, short); err == nil && back == v && !isTie(v.Format, short) {
				t.Fatalf("%v %d prints %s, but %s is enough", v.Format, v.Bits, s, short)
			}
		}
	}
	for _, f := range []Format{MustFormat(true, 3, 4), MustFormat(false, 0, 8), MustFormat(true, 0, 7), MustFormat(true, 7, 0), MustFormat(true, 10, -3), MustFormat(true, -4, 11)} {
		for i := range int64(256) {
			check(Value{f, f.extend(uint64(i))})
		}
	}
	for range randomCount(t, 20000) {
		f := randomFormat(r)
		check(Value{f, randomBits(r, f)})
	}
}

// isTie reports whether a number lies half-way between two values of f: where the nearest-away mode and the nearest-zero mode
// differ.
func isTie(f Format, text string) bool {
	x := judge(f, exactRatio(mustRat(text)))
	away, _ := x.round(optionsOf(Context{Mode: rounding.ToNearestAway}))
	zero, _ := x.round(optionsOf(Context{Mode: rounding.ToNearestZero}))
	return away != zero
}

func mustRat(s string) *big.Rat {
	q, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return q
}

// TestParse compares with big.Rat's exact reading and the oracle's one rounding.
func TestParse(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	digits := func(n int, alphabet string) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	for range randomCount(t, 40000) {
		f, k := randomFormat(r), r.IntN(len(contexts))
		c := contexts[k]
		var s string
		switch r.IntN(4) {
		case 0:
			s = digits(1+r.IntN(22), "0123456789") + "." + digits(r.IntN(60), "0123456789")
		case 1:
			s = digits(1+r.IntN(30), "0123456789") + fmt.Sprintf("e%d", r.IntN(100)-60)
		case 2:
			s = "0x" + digits(1+r.IntN(8), "0123456789abcdefABCDEF") + "." + digits(r.IntN(30), "0f1") + fmt.Sprintf("p%+d", r.IntN(160)-100)
		case 3: // half a step, and a little beside it
			half := ratOf(exactOf(Value{f, 1}))
			half.Mul(half, big.NewRat(1, 2))
			s = half.Add(half, ratOf(exactOf(Value{f, randomBits(r, f)}))).FloatString(129)
			s += digits(r.IntN(3), "0001")
		}
		if s[0] != '-' {
			s = []string{"", "-", "+"}[r.IntN(3)] + s
		}
		want, wantFlags := judge(f, exactRatio(mustRat(s))).round(options[k])
		got, flags, err := c.Parse(f, s)
		if bits, plain := f.Parse(s); c == (Context{}) && (bits != got.Bits || (plain == nil) != (err == nil)) {
			t.Fatalf("%v.Parse(%s) = %d, %v, want %d", f, s, bits, plain, got.Bits)
		}
		if got.Bits != want || flags != wantFlags || (err != nil) != (flags >= 4 && c.Overflow != Wrap) {
			t.Fatalf("%v.Parse(%v, %s) = %v %v %v, want %d %v", c, f, s, got, flags, err, want, wantFlags)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, s := range []string{"", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", "1_000", " 1", "1 ", "0x", "0x.p1", "0x1p", "0x1e1.p", "1p3", "0x1g", "Inf", "NaN", "1e5x", "--1", "١", strings.Repeat("1", 4097)} {
		x, err := Parse[Q7](s)
		var detail *ParseError
		if !errors.As(err, &detail) || detail.Format != FormatOf[Q7]() || !strings.HasPrefix(s, detail.Text) {
			t.Errorf("Parse(%q): %#v", s, err)
		}
		if !errors.Is(err, ErrSyntax) || !errors.Is(err, strconv.ErrSyntax) || x != (Q7{}) || len(err.Error()) > 200 {
			t.Errorf("Parse(%q) = %v, %v", s, x, err)
		}
	}
	for s, want := range map[string]Q7{
		"1": Max[Q7](), "-1.1": Min[Q7](), "1e999999999999": Max[Q7](), "-0x1p99999999999": Min[Q7](), strings.Repeat("9", 4096): Max[Q7](),
	} {
		if x, err := Parse[Q7](s); !errors.Is(err, ErrRange) || x != want {
			t.Errorf("Parse(%.20q) = %v, %v", s, x, err)
		}
	}
	for k := range 400 { // every word of the number that is read
		for _, f := range []Format{FormatOf[Q7](), MustFormat(false, 64, 0), MustFormat(true, 0, 63)} {
			v, _, err := Context{}.Parse(f, fmt.Sprintf("0x1p%d", k))
			if big := k >= f.IntegerBits(); big != errors.Is(err, ErrRange) || big != (v.Bits == f.MaxBits()) {
				t.Errorf("2^%d as %v is %v, %v", k, f, v, err)
			}
		}
	}
	for s, want := range map[string]float64{
		"-1": -1, ".5": 0.5, "5.e-1": 0.5, "0x.8": 0.5, "0x1P-1": 0.5, "+00.5": 0.5, "1e-999999999999": 0, "-0": 0, "0e999999999": 0, "0x0p999999999": 0,
		"0." + strings.Repeat("0", 4000) + "1": 0, strings.Repeat("0", 4090) + "0.5": 0.5, "0.50390625" + strings.Repeat("0", 4000): 0.5, "0.50390625" + strings.Repeat("0", 4000) + "1": 0.5078125,
	} {
		if x, err := Parse[Q7](s); err != nil || x.Float64() != want {
			t.Errorf("Parse(%.20q) = %v, %v", s, x, err)
		}
	}
	if v, flags, err := (Context{Overflow: Wrap}).Parse(MustFormat(true, 3, 4), "8.0625"); err != nil || v.Bits != -127 || flags == 0 {
		t.Error(v, flags, err)
	}
}

func TestMarshal(t *testing.T) {
	type all struct {
		A Q7
		B Fixed[uint64, F32]
		C *Q15
	}
	c := From[Q15](-0.25)
	in := all{From[Q7](0.5), FromBits[Fixed[uint64, F32]](uint64(0xFEDCBA9876543210)), &c}
	var out all
	data, err := json.Marshal(in)
	if err != nil || json.Unmarshal(data, &out) != nil || out.A != in.A || out.B != in.B || *out.C != *in.C {
		t.Errorf("JSON %s gives %+v, %v", data, out, err)
	}
	if string(data) != `{"A":0.5,"B":4275878552.4622222222,"C":-0.25}` {
		t.Errorf("JSON is %s", data)
	}
	if err := json.Unmarshal([]byte(`{"A":"-0.5","B":null}`), &out); err != nil || out.A.Float64() != -0.5 || out.B != in.B {
		t.Error(out, err)
	}
	if err := json.Unmarshal([]byte(`{"A":2}`), &out); !errors.Is(err, ErrRange) || out.A.Float64() != -0.5 {
		t.Error(out, err)
	}
	if err := json.Unmarshal([]byte(`{"A":"\u0030.25"}`), &out); err != nil || out.A.Float64() != 0.25 {
		t.Error(out, err)
	}
	for _, data := range []string{"true", "{}", "[1]", "0x1p-2", "", `"x`, "1 2"} {
		x := From[Q7](0.5)
		if err := x.UnmarshalJSON([]byte(data)); !errors.Is(err, ErrEncoding) || x.Float64() != 0.5 {
			t.Errorf("%s: %v, %v", data, x, err)
		}
	}
	var buf bytes.Buffer
	out = all{}
	if err := gob.NewEncoder(&buf).Encode(in); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(&buf).Decode(&out); err != nil || out.A != in.A || out.B != in.B || *out.C != c {
		t.Error(out, err)
	}
	data, _ = FromBits[Q31](int32(0x12345678)).MarshalBinary()
	if !bytes.Equal(data, []byte{0x78, 0x56, 0x34, 0x12}) {
		t.Errorf("binary is %x", data)
	}
	x := From[Q7](0.5)
	if err := x.UnmarshalBinary([]byte{1, 2}); !errors.Is(err, ErrEncoding) || x.Float64() != 0.5 {
		t.Error(x, err)
	}
	if s := fmt.Sprintf("%v %#v %s", x, x, c); s != "Q0.7(0.5) Q0.7(0.5) Q0.15(-0.25)" {
		t.Error(s)
	}
	if s := (Value{}).String(); s != "invalid" {
		t.Error(s)
	}
}

func TestFormatting(t *testing.T) {
	x := From[Q7x8](-0.1)
	for format, want := range map[string]string{
		"%v": "Q7.8(-0.1)", "%20s": "          Q7.8(-0.1)", "%-12v|": "Q7.8(-0.1)  |", "%#v": "Q7.8(-0.1)", "%f": "-0.101562", "%.3f": "-0.102", "%8.2f": "   -0.10",
		"%g": "-0.1", "%e": "-1.015625e-01", "%.8g": "-0.1015625", "%x": "-0x1.a00000p-04", "%.3X": "-0X1.A00P-04", "%d": "%!d(Q7.8(-0.1))",
	} {
		if got := fmt.Sprintf(format, x); got != want {
			t.Errorf("%s prints %q, want %q", format, got, want)
		}
	}
	small := Value{MustFormat(true, -30, 37), 3}
	for _, c := range []struct {
		v    Value
		fmt  byte
		prec int
		want string
	}{
		{x.Value(), 'f', -1, "-0.1"}, {x.Value(), 'e', -1, "-1e-01"}, {x.Value(), 'f', 7, "-0.1015625"}, {small, 'g', -1, "2e-11"}, {small, 'f', -1, "0.00000000002"},
		{small, 'e', 4, "2.1828e-11"}, {Value{MustFormat(false, 64, 0), -1}, 'f', -1, "18446744073709551615"}, {Value{MustFormat(true, 10, -3), -128}, 'g', -1, "-1024"},
	} {
		if got := c.v.Text(c.fmt, c.prec); got != c.want {
			t.Errorf("%v as %c with %d digits is %s, want %s", c.v, c.fmt, c.prec, got, c.want)
		}
	}
	var y Q7
	var z Q15
	if n, err := fmt.Sscan("0.5 -0.25", &y, &z); n != 2 || err != nil || y.Float64() != 0.5 || z.Float64() != -0.25 {
		t.Error(n, err, y, z)
	}
	if _, err := fmt.Sscanf("0.5", "%d", &y); !errors.Is(err, ErrSyntax) {
		t.Error(err)
	}
}
