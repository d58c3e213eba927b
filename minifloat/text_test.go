package minifloat_test

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

// textFormats are formats of every family and of narrow and wide kinds.
func textFormats(t testing.TB) []minifloat.Format {
	fs := minifloat.Formats()
	for _, name := range []string{
		"Binary8p4se", "Binary4p2sf", "Binary8p1uf", "Binary6p3ue", "Binary16p3se", "Binary18p3ue",
		"e11m20", "e11m18fnuz", "e2m5finite", "e3m2nanonly", "e4m3fnnosub", "e3m4b-20", "e5m10b40", "e8m23finite",
	} {
		fs = append(fs, mustParse(t, name))
	}
	return fs
}

func TestTextReadsBack(t *testing.T) {
	for _, f := range textFormats(t) {
		n, stride := 0, uint32(1)
		if f.ExponentBits() > 11 {
			stride = 97 // their decimals have thousands of digits
		}
		sample(f.Bits(), func(code uint32) {
			if n++; uint32(n)%stride != 0 {
				return
			}
			v := minifloat.Value{Format: f, Bits: code}
			s := v.Text('g', -1)
			got, err := f.Parse(s)
			if err != nil {
				t.Fatalf("%v: Parse(%q): %v", f, s, err)
			}
			want := code
			if nan, ok := f.NaNCode(); ok && v.IsNaN() {
				want = nan
			}
			if !f.HasSubnormals() && v.Float64() == 0 {
				want &^= 1<<f.MantissaBits() - 1 // all of them are zeros
			}
			if got != want {
				t.Fatalf("%v: %#x is %s, which reads as %#x", f, code, s, got)
			}
		})
		if n < 8 {
			t.Errorf("%v: %d codes tried", f, n)
		}
	}
}

// sample calls f for every code of up to 12 bits, and for about 4000 of a wider
// format: both ends, and an odd stride between.
func sample(width int, f func(code uint32)) {
	n := uint64(1) << width
	step := n>>12 | 1
	for c := uint64(0); c < n; c += step {
		f(uint32(c))
	}
	for c := range min(n, 64) {
		f(uint32(c))
		f(uint32(n - 1 - c))
		f(uint32(n/2 - 1 - c&(n/2-1)))
	}
}

// TestTextShortest checks that no decimal of fewer digits reads back, by trying
// those around the value.
func TestTextShortest(t *testing.T) {
	for _, f := range textFormats(t) {
		if f.Bits() > 16 {
			continue
		}
		sample(f.Bits(), func(code uint32) {
			v := minifloat.Value{Format: f, Bits: code}
			x := v.Float64()
			if c := v.Class(); c == minifloat.QuietNaN || x == 0 || x-x != 0 || !strings.Contains(v.Text('e', -1), ".") {
				return
			}
			mantissa, exponent, _ := strings.Cut(v.Text('e', -1), "e")
			digits := strings.ReplaceAll(strings.TrimLeft(mantissa, "-"), ".", "")
			m, _ := strconv.Atoi(digits[:len(digits)-1])
			e, _ := strconv.Atoi(exponent)
			for _, d := range []int{m - 1, m, m + 1} {
				s := fmt.Sprintf("%de%d", d, e-len(digits)+2)
				if math.Signbit(x) {
					s = "-" + s
				}
				if got, err := f.Parse(s); err == nil && got == code {
					t.Fatalf("%v: %s would do for %s", f, s, v)
				}
			}
		})
	}
}

func TestString(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{minifloat.From[minifloat.Float16](1.5), "Float16(1.5)"},
		{minifloat.From[minifloat.Float16](0.1), "Float16(0.1)"},
		{minifloat.From[minifloat.BFloat16](-1e38), "BFloat16(-1e+38)"},
		{minifloat.From[minifloat.E4M3FN](0.3), "E4M3FN(0.3)"},
		{minifloat.NaN[minifloat.E4M3FN](), "E4M3FN(NaN)"},
		{minifloat.Inf[minifloat.E5M2](-1), "E5M2(-Inf)"},
		{minifloat.From[minifloat.Binary8p4se](2), "Binary8p4se(2)"},
		{minifloat.From[minifloat.E8M0FNU](0), "E8M0FNU(6e-39)"},
		{minifloat.From[minifloat.Float[uint8, minifloat.E2, minifloat.M5, minifloat.Finite]](-0.25), "E2M5FINITE(-0.25)"},
		{minifloat.Float32{}, "Float32(0)"},
		{minifloat.Value{Format: mustParse(t, "Binary16p1uf"), Bits: 0x7fff}, "Binary16p1uf(0.5)"},
	} {
		for _, verb := range []string{"%v", "%s", "%+v", "%#v"} {
			if got := fmt.Sprintf(verb, c.v); got != c.want {
				t.Errorf("%s: %s, want %s", verb, got, c.want)
			}
		}
	}
}

func TestFormatVerbs(t *testing.T) {
	x := minifloat.From[minifloat.Float16](-0.1)
	for _, c := range []struct{ verb, want string }{
		{"%g", "-0.1"}, {"%8g", "    -0.1"}, {"%-8g|", "-0.1    |"}, {"%08g", "-00000.1"},
		{"%.3f", "-0.100"}, {"%e", "-9.997559e-02"}, {"%.4g", "-0.09998"}, {"%x", "-0x1.998p-04"},
		{"%20s", "       Float16(-0.1)"}, {"%d", "%!d(Float16(-0.1))"}, {"%G", "-0.1"},
	} {
		if got := fmt.Sprintf(c.verb, x); got != c.want {
			t.Errorf("%s: %q, want %q", c.verb, got, c.want)
		}
	}
	for _, c := range []struct{ verb, want string }{{"%+g", "+2"}, {"% g", " 2"}, {"%+06g", "+00002"}, {"%6g", "     2"}} {
		if got := fmt.Sprintf(c.verb, x.FromFloat64(2)); got != c.want {
			t.Errorf("%s: %q, want %q", c.verb, got, c.want)
		}
	}
	if got := fmt.Sprintf("%05g", minifloat.Inf[minifloat.Float16](1)); got != " +Inf" {
		t.Errorf("%%05g of +Inf: %q", got)
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		x    float64
		fmt  byte
		prec int
		want string
	}{
		{65504, 'g', -1, "65500"}, {65504, 'f', 0, "65504"}, {65504, 'e', -1, "6.55e+04"}, {65504, 'E', -1, "6.55E+04"},
		{0.1, 'g', -1, "0.1"}, {0.1, 'f', -1, "0.1"}, {1.0 / 3, 'g', -1, "0.3333"}, {-1024, 'f', -1, "-1024"},
		{6e-8, 'g', -1, "6e-08"}, {6e-8, 'G', -1, "6E-08"}, {6e-8, 'f', -1, "0.00000006"}, {1.5, 'x', -1, "0x1.8p+00"}, {0, 'g', -1, "0"},
	} {
		if got := minifloat.From[minifloat.Float16](c.x).Text(c.fmt, c.prec); got != c.want {
			t.Errorf("%v %c %d: %s, want %s", c.x, c.fmt, c.prec, got, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	const long = "00000000000000000000000000000000000000000000000000"
	half, bf := mustParse(t, "binary16"), mustParse(t, "bfloat16")
	fn, e8, e2 := mustParse(t, "e4m3fn"), mustParse(t, "e8m0fnu"), mustParse(t, "e2m1fn")
	ue, wide := mustParse(t, "Binary8p4ue"), mustParse(t, "Binary16p3se")
	for _, c := range []struct {
		f    minifloat.Format
		s    string
		want uint32
		err  error
	}{
		{half, "1.5", 0x3e00, nil}, {half, "+1.5", 0x3e00, nil}, {half, "-1.5e0", 0xbe00, nil}, {half, "15E-1", 0x3e00, nil},
		{half, ".5", 0x3800, nil}, {half, "5.", 0x4500, nil}, {half, "0x1.8p0", 0x3e00, nil}, {half, "0X.Cp+1", 0x3e00, nil},
		{half, "0x18p-4", 0x3e00, nil}, {half, "-0", 0x8000, nil}, {half, "-0x0p9", 0x8000, nil}, {half, "000.000e-99", 0, nil},
		{half, "inf", 0x7c00, nil}, {half, "-Infinity", 0xfc00, nil}, {half, "+INF", 0x7c00, nil}, {half, "NaN", 0x7e00, nil}, {half, "-nan", 0x7e00, nil},
		// ties, and what lies beyond a float64 from them
		{half, "1.00048828125", 0x3c00, nil}, {half, "1.00048828125" + long + "1", 0x3c01, nil},
		{half, "1.00048828124999999999999999999999999999", 0x3c00, nil},
		{half, "1.00146484375", 0x3c02, nil}, {half, "1.00146484374999999999999999999999999999", 0x3c01, nil},
		{half, "0x1.002p0", 0x3c00, nil}, {half, "0x1.002" + long + "1p0", 0x3c01, nil}, {half, "0x1" + long + "p-200", 0x3c00, nil},
		{half, "0.0000000298023223876953125", 0, nil}, {half, "0.0000000298023223876953125" + long + "1", 1, nil},
		{half, "65519.99999999999999999999999999", 0x7bff, nil}, {half, "65520", 0x7c00, minifloat.ErrRange},
		{half, "-65520", 0xfc00, minifloat.ErrRange}, {half, "1e999999999999", 0x7c00, minifloat.ErrRange}, {half, "1e-999999999999", 0, nil},
		{half, "-1e-99999999999999999999999", 0x8000, nil}, {half, "0x1p99999999999999999999", 0x7c00, minifloat.ErrRange}, {half, "0x1p-99999999999999999999", 0, nil},
		{bf, "1e39", 0x7f80, minifloat.ErrRange}, {bf, "3e38", 0x7f62, nil},
		{fn, "464", 0x7e, nil}, {fn, "464.0000000000000000000000001", 0x7e, minifloat.ErrRange}, {fn, "-1000", 0xfe, minifloat.ErrRange},
		{fn, "inf", 0x7e, minifloat.ErrRange}, {fn, "nan", 0x7f, nil},
		{e8, "0", 0, nil}, {e8, "-1", 0, minifloat.ErrRange}, {e8, "1e39", 0xfe, minifloat.ErrRange}, {e8, "2", 0x80, nil},
		{e2, "nan", 0, minifloat.ErrRange}, {e2, "100", 7, minifloat.ErrRange}, {e2, "-7", 0xf, minifloat.ErrRange}, {e2, "6.9", 7, nil},
		{ue, "-1", 0, minifloat.ErrRange}, {ue, "-0.0000001", 0, nil}, {ue, "inf", 0xfe, nil}, {ue, "-inf", 0, minifloat.ErrRange},
		{wide, "1e1000", 0x73e8, nil}, {wide, "1e9999", 0x7fff, minifloat.ErrRange}, {wide, "1e-3000", 0, nil}, {wide, "1", 0x4000, nil},
		{half, "", 0, minifloat.ErrSyntax}, {half, "+", 0, minifloat.ErrSyntax}, {half, "1e", 0, minifloat.ErrSyntax}, {half, "1e+", 0, minifloat.ErrSyntax},
		{half, ".", 0, minifloat.ErrSyntax}, {half, "e5", 0, minifloat.ErrSyntax}, {half, "1.2.3", 0, minifloat.ErrSyntax}, {half, "1_000", 0, minifloat.ErrSyntax},
		{half, " 1", 0, minifloat.ErrSyntax}, {half, "1 ", 0, minifloat.ErrSyntax}, {half, "0x1", 0, minifloat.ErrSyntax}, {half, "0xp1", 0, minifloat.ErrSyntax},
		{half, "0x1.8", 0, minifloat.ErrSyntax}, {half, "0x1.g", 0, minifloat.ErrSyntax}, {half, "0x1.8e1", 0, minifloat.ErrSyntax}, {half, "infinit", 0, minifloat.ErrSyntax}, {half, "--1", 0, minifloat.ErrSyntax},
	} {
		got, err := c.f.Parse(c.s)
		if got != c.want || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%v: Parse(%q) = %#x, %v; want %#x, %v", c.f, c.s, got, err, c.want, c.err)
		}
		var pe *minifloat.ParseError
		if err != nil && (!errors.As(err, &pe) || pe.Format != c.f || !strings.HasPrefix(c.s, pe.Text)) {
			t.Errorf("%v: Parse(%q): %v", c.f, c.s, err)
		}
	}
}

// TestParseAgainstBig compares with math/big's reading at the precision of each
// format's value, for decimals close to boundaries.
func TestParseAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	for _, f := range textFormats(t) {
		if !f.HasZero() {
			continue
		}
		n, digits := 400, 1200
		if f.ExponentBits() > 11 {
			n, digits = 10, 35000
		}
		if testing.Short() {
			n = 10
		}
		for range n {
			code := r.Uint32() % f.MaxCode()
			lo, nan1 := f.Big(code)
			hi, nan2 := f.Big(code + 1)
			if nan1 || nan2 || lo.IsInf() || hi.IsInf() {
				continue
			}
			// The midpoint, and that with one more digit far out.
			mid := new(big.Float).SetPrec(200).Add(lo, hi)
			mid.Quo(mid, big.NewFloat(2))
			s := mid.Text('e', digits) // exact
			even := code + code&1
			if f.MantissaBits() > 0 && !f.HasSubnormals() && code < 1<<f.MantissaBits() {
				continue
			}
			for _, c := range []struct {
				s    string
				want uint32
			}{{s, even}, {strings.Replace(s, "e", "1e", 1), code + 1}, {strings.Replace(s, ".", ".", 1), even}} {
				if got, err := f.Parse(c.s); got != c.want || err != nil {
					t.Fatalf("%v: Parse(%.40s...) = %#x, %v; want %#x", f, c.s, got, err, c.want)
				}
			}
		}
	}
}

func TestMarshal(t *testing.T) {
	type doc struct {
		A minifloat.Float16
		B []minifloat.E4M3FN
		C map[minifloat.BFloat16]minifloat.E2M1FN
		F minifloat.Format
		Z minifloat.Float16 `json:",omitzero"`
	}
	in := doc{
		minifloat.From[minifloat.Float16](-0.1),
		[]minifloat.E4M3FN{minifloat.From[minifloat.E4M3FN](448), minifloat.NaN[minifloat.E4M3FN]()},
		map[minifloat.BFloat16]minifloat.E2M1FN{minifloat.From[minifloat.BFloat16](1.5): minifloat.From[minifloat.E2M1FN](6)},
		mustParse(t, "e5m2"), minifloat.Float16{},
	}
	text, err := json.Marshal(in)
	const want = `{"A":-0.1,"B":[450,"NaN"],"C":{"1.5":6},"F":"e5m2"}`
	if err != nil || string(text) != want {
		t.Fatalf("json: %s, %v, want %s", text, err, want)
	}
	var out doc
	if err := json.Unmarshal(text, &out); err != nil || out.A != in.A || out.B[0] != in.B[0] || out.B[1] != in.B[1] || out.F != in.F || len(out.C) != 1 {
		t.Fatalf("json back: %v, %v", out, err)
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(in.B); err != nil {
		t.Fatal(err)
	}
	var b []minifloat.E4M3FN
	if err := gob.NewDecoder(&buf).Decode(&b); err != nil || len(b) != 2 || b[0] != in.B[0] || b[1] != in.B[1] {
		t.Fatalf("gob: %v, %v", b, err)
	}
	for _, s := range []string{`{}`, `[]`, `true`, `"x"`, `1e99`, `tru`, `"1`} {
		x := in.A
		if err := x.UnmarshalJSON([]byte(s)); err == nil || x != in.A {
			t.Errorf("UnmarshalJSON(%s): %v, %v", s, x, err)
		}
	}
	for _, data := range [][]byte{nil, {1}, {1, 2, 3}} {
		x := in.A
		if err := x.UnmarshalBinary(data); !errors.Is(err, minifloat.ErrEncoding) || x != in.A {
			t.Errorf("UnmarshalBinary(%x): %v, %v", data, x, err)
		}
	}
	var four minifloat.E2M1FN
	if err := four.UnmarshalBinary([]byte{0x10}); !errors.Is(err, minifloat.ErrEncoding) {
		t.Errorf("UnmarshalBinary of five bits: %v", err)
	}
	code, _ := in.A.MarshalBinary()
	if !bytes.Equal(code, []byte{0x66, 0xae}) {
		t.Errorf("MarshalBinary: %x", code)
	}
	var a minifloat.Float16
	if err := a.UnmarshalBinary(code); err != nil || a != in.A {
		t.Errorf("UnmarshalBinary: %v, %v", a, err)
	}
	// A view reads and writes integers.
	xs := make([]minifloat.Float16, 2)
	if err := binary.Read(bytes.NewReader([]byte{0, 0x3c, 0, 0xc0}), binary.LittleEndian, minifloat.Bits(xs)); err != nil || xs[0].Float64() != 1 || xs[1].Float64() != -2 {
		t.Errorf("binary.Read: %v, %v", xs, err)
	}
}

func TestFlagAndScan(t *testing.T) {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	var x minifloat.E5M2
	var f minifloat.Format
	fs.TextVar(&x, "x", minifloat.From[minifloat.E5M2](1), "")
	fs.TextVar(&f, "f", mustParse(t, "e5m2"), "")
	if err := fs.Parse([]string{"-x", "0.75", "-f", "float8_e4m3fn"}); err != nil || x.Float64() != 0.75 || f.Name() != "e4m3fn" {
		t.Errorf("flags: %v %v, %v", x, f, err)
	}
	var y, z minifloat.Float16
	if n, err := fmt.Sscan("1.5 -0x1p-3", &y, &z); n != 2 || err != nil || y.Float64() != 1.5 || z.Float64() != -0.125 {
		t.Errorf("Sscan: %v %v, %v", y, z, err)
	}
	if _, err := fmt.Sscanf("1", "%d", &y); err == nil {
		t.Error("Sscanf of an integer verb: no error")
	}
}
