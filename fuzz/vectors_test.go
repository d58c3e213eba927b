package fuzz_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/rounding"
)

// operations are some of each kind of format and context.
func operations(t testing.TB) []fuzz.Operation {
	e4m3, half := fuzz.Float(parse(t, "e4m3fn")), fuzz.Float(parse(t, "binary16"))
	q, err := fixedpoint.ParseFormat("Q3.4")
	if err != nil {
		t.Fatal(err)
	}
	return []fuzz.Operation{
		fuzz.Add.In(e4m3),
		fuzz.FMA.On(e4m3, e4m3, half).To(half).With(fuzz.Context{Mode: rounding.ToOdd, Saturation: rounding.SatFinite}),
		fuzz.Convert.In(fuzz.Binary64()).To(e4m3).With(fuzz.Context{Mode: rounding.StochasticB, RandomBits: 12}),
		fuzz.Convert.In(half).To(fuzz.Integer(32, true)).With(fuzz.Context{Mode: rounding.ToZero}),
		fuzz.ConvertNotExact.In(half).To(fuzz.Integer(64, false)),
		fuzz.Convert.In(fuzz.Integer(64, true)).To(half).With(fuzz.Context{Tininess: rounding.BeforeRounding}),
		fuzz.Mul.In(fuzz.Fixed(q)).With(fuzz.Context{Mode: rounding.ToNearestUp, Overflow: fixedpoint.Wrap}),
		fuzz.Convert.In(half).To(fuzz.Fixed(q)),
		fuzz.Le.In(half),
		fuzz.Hypot.In(half).With(fuzz.Context{NaN: rounding.PropagateNaN}),
		fuzz.ScaledAdd.In(e4m3),
		fuzz.Mul.In(e4m3).With(fuzz.Context{Subnormals: rounding.FlushToZero}),
		fuzz.Sqrt.In(half).With(fuzz.Context{Subnormals: rounding.FlushToZero | rounding.DenormalsAreZero}),
	}
}

func write(t testing.TB, op fuzz.Operation, o fuzz.VectorOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := fuzz.WriteVectors(&b, op, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is written is read as the same operation, agrees, and is the same every
// time; one wrong digit is found.
func TestVectorsComeBack(t *testing.T) {
	count := int64(1000)
	if testing.Short() {
		count = 40
	}
	for _, op := range operations(t) {
		for _, json := range []bool{false, true} {
			o := fuzz.VectorOptions{Seed: 7, Count: count, Flags: true, JSON: json}
			text := write(t, op, o)
			if !bytes.Equal(text, write(t, op, o)) {
				t.Errorf("%v: two times, two files", op)
			}
			var zipped bytes.Buffer
			z := gzip.NewWriter(&zipped)
			z.Write(text)
			z.Close()
			for _, file := range [][]byte{text, zipped.Bytes()} {
				v, err := fuzz.ReadVectors(bytes.NewReader(file), "file", fuzz.Operation{})
				if err != nil {
					t.Fatal(err)
				}
				if v.Operation.String() != op.String() || v.Operation.Context != op.Context {
					t.Errorf("%v reads as %v", op, v.Operation)
				}
				passes(t, check(t, v, v.Operation, fuzz.Options{Strict: true}), count)
			}
			i := bytes.LastIndexAny(text, "0123456789abcdef")
			text[i] ^= 1 // another flag: inexact
			v, err := fuzz.ReadVectors(bytes.NewReader(text), "file", fuzz.Operation{})
			if err != nil {
				t.Fatal(err)
			}
			if r := check(t, v, v.Operation, fuzz.Options{}); r.Failed != 1 {
				t.Errorf("one wrong digit: %v", r)
			}
		}
	}
}

func TestOpenVectors(t *testing.T) {
	op := fuzz.Mul.In(fuzz.Float(parse(t, "e5m2")))
	path := filepath.Join(t.TempDir(), "mul.txt")
	if err := os.WriteFile(path, write(t, op, fuzz.VectorOptions{}), 0o666); err != nil {
		t.Fatal(err)
	}
	v, err := fuzz.OpenVectors(path, fuzz.Operation{})
	if err != nil {
		t.Fatal(err)
	}
	passes(t, check(t, v, v.Operation, fuzz.Options{}), 1<<16)
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if _, err := fuzz.OpenVectors(path+"x", op); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// Lines without a header are of the operation that is given.
func TestVectorsWithoutHeader(t *testing.T) {
	op := fuzz.Add.In(fuzz.Float(parse(t, "binary16")))
	v, err := fuzz.ReadVectors(strings.NewReader("3C00 3C00 4000 00\n0x3c00 0001 3C00 01\n"), "stdin", op)
	if err != nil {
		t.Fatal(err)
	}
	passes(t, check(t, v, v.Operation, fuzz.Options{}), 2)
}

func TestTables(t *testing.T) {
	for _, name := range []string{"Binary8p4se", "Binary16p1ue", "Binary3p2sf", "e4m3fn", "e8m0fnu", "binary16", "bfloat16"} {
		f := fuzz.Float(parse(t, name))
		if testing.Short() && f.Bits() > 8 {
			continue
		}
		var b bytes.Buffer
		if err := fuzz.WriteTable(&b, f); err != nil {
			t.Fatal(err)
		}
		v, err := fuzz.ReadVectors(&b, "dir/"+name+".csv", fuzz.Operation{})
		if err != nil {
			t.Fatal(err)
		}
		passes(t, check(t, v, v.Operation, fuzz.Options{}), 1<<f.Bits())
	}
	// Lines as P3109 publishes them, the last of them wrong.
	v, err := fuzz.ReadVectors(strings.NewReader("codepoint,value,subnormal\n0x01,0x0.4p-8,*\n0x80,NaN, \n0xff,-Inf, \n0x08,1.0, \n"), "Binary8p4se.csv", fuzz.Operation{})
	if err != nil {
		t.Fatal(err)
	}
	if r := check(t, v, v.Operation, fuzz.Options{}); r.Checked != 4 || r.Failed != 1 {
		t.Error(r)
	}
	if err := fuzz.WriteTable(&bytes.Buffer{}, fuzz.Binary64()); err == nil {
		t.Error("a table of 2^64 lines")
	}
}

// brokenVectors are files that are none, and what the error says.
var brokenVectors = map[string]string{
	"":                                 "no header says which operation",
	"38 38 40\n":                       "no header says which operation",
	"# op: f16_x\n":                    `unknown mode ""`,
	"# op: f16_x\n# mode: near_even\n": `unknown operation "x"`,
	"# op: f16_add\n# mode: near_even\n3c00 3c00\n":                                              "line 3",
	"# op: f16_add\n# mode: near_even\n3c00 3c00 4000 00\n3c00 3c00 40g\n":                       "line 4",
	"# op: f16_add\n# mode: near_even\n3c00 13c00 4000 00\n":                                     "operand 2 is 0x13c00, binary16 has 16 bits",
	"# op: f16_add\n# mode: near_even\n3c00 3c00 4000 3f\n":                                      "flags beyond 1f",
	"# op: sequential dot\n# mode: near_even\n":                                                  "none that can be checked case by case",
	"# op: add\n# operands: e4m3fn\n# result: e4m3fn\n# mode: odd\n":                             "add takes 2 operands, not 1",
	"# op: add\n# operands: e4m3fn e4m3\n# result: e4m4x\n# mode: odd\n":                         "unknown format \"e4m4x\"",
	"# op: neg\n# operands: e4m3fn\n# result: e4m3fn\n# mode: odd\n# nan: what\n":                `unknown nan "what"`,
	"# " + strings.Repeat("x", 5000):                                                             "no header",
	strings.Repeat("# a: b\n", 1):                                                                `unknown mode ""`,
	`{"op": "add", "cases": []}`:                                                                 "unknown format",
	`{"op": "add"}`:                                                                              `no "cases"`,
	`{"op": 1}`:                                                                                  `"op"`,
	`{"op": "add"`:                                                                               "EOF",
	`{"x": "` + strings.Repeat("x", 2<<20) + `"}`:                                                "longer than 1048576 bytes",
	`{"op":"neg","operands":"e4m3fn","result":"e4m3fn","mode":"odd","cases":[["38","b8"],["38",`: "case 2",
	`{"op":"neg","operands":"e4m3fn","result":"e4m3fn","mode":"odd","cases":[["38","b8"],["38","zz"]]}`: `case 2: "zz"`,
	`{"op":"neg","operands":"e4m3fn","result":"e4m3fn","mode":"odd","cases":[["38","b8"]`:               "break off behind number 1",
	"codepoint,value\n0x00,0\n": "named after its format",
	"\x1f\x8bxx":                "unexpected EOF",
}

func TestBrokenVectors(t *testing.T) {
	for text, want := range brokenVectors {
		v, err := fuzz.ReadVectors(strings.NewReader(text), "file", fuzz.Operation{})
		if err == nil {
			_, err = fuzz.Check(context.Background(), v, v.Operation, fuzz.Options{})
		}
		if !errors.Is(err, fuzz.ErrVectors) || !strings.Contains(err.Error(), want) || len(err.Error()) > 800 {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
	for _, row := range []string{"0x00", "0x100,1", "0x00,x", "0x00,0x1p99999999", "0x00,1e999999999", "0x00,0x1.23456789abcdefp0"} {
		v, err := fuzz.ReadVectors(strings.NewReader("codepoint,value\n"+row+"\n"), "e4m3fn.csv", fuzz.Operation{})
		if err == nil {
			_, err = fuzz.Check(context.Background(), v, v.Operation, fuzz.Options{})
		}
		if !errors.Is(err, fuzz.ErrVectors) || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", row, err)
		}
	}
}

func FuzzVectors(f *testing.F) {
	for text := range brokenVectors {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	for _, op := range operations(f) {
		f.Add(write(f, op, fuzz.VectorOptions{Count: 3, Flags: true}))
		f.Add(write(f, op, fuzz.VectorOptions{Count: 3, JSON: true}))
	}
	f.Add([]byte("codepoint,value,subnormal\n0x01,0x0.4p-8,*\n0xff,-Inf, \n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := fuzz.ReadVectors(bytes.NewReader(data), "Binary8p4se.csv", fuzz.Operation{})
		if err != nil {
			return
		}
		r, err := fuzz.Check(context.Background(), v, v.Operation, fuzz.Options{Count: 10})
		if r == nil || err != nil && !errors.Is(err, fuzz.ErrVectors) || r.Checked > 10 || r.Failed > r.Checked || len(r.String()) == 0 {
			t.Fatalf("%v, %v", r, err)
		}
	})
}
