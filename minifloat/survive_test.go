package minifloat_test

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/x448/float16"

	"github.com/halfulp/halfulp/minifloat"
)

// Every code of every named format survives every form: text in all of its
// layouts, JSON, the binary form and gob, appended or not, printed and scanned. A
// NaN survives text as the canonical one, and the others as it is. Of the two
// formats above 16 bits a sample does.
func TestEveryCodeSurvives(t *testing.T) {
	t.Run("Float32", survives[minifloat.Float32])
	t.Run("TF32", survives[minifloat.TF32])
	t.Run("BFloat16", survives[minifloat.BFloat16])
	t.Run("Float16", survives[minifloat.Float16])
	t.Run("E3M4", survives[minifloat.E3M4])
	t.Run("E4M3", survives[minifloat.E4M3])
	t.Run("E4M3FN", survives[minifloat.E4M3FN])
	t.Run("E4M3FNUZ", survives[minifloat.E4M3FNUZ])
	t.Run("E4M3B11FNUZ", survives[minifloat.E4M3B11FNUZ])
	t.Run("E5M2", survives[minifloat.E5M2])
	t.Run("E5M2FNUZ", survives[minifloat.E5M2FNUZ])
	t.Run("E8M0FNU", survives[minifloat.E8M0FNU])
	t.Run("E2M3FN", survives[minifloat.E2M3FN])
	t.Run("E3M2FN", survives[minifloat.E3M2FN])
	t.Run("E2M1FN", survives[minifloat.E2M1FN])
	t.Run("Binary8p4se", survives[minifloat.Binary8p4se])
	t.Run("Binary8p3se", survives[minifloat.Binary8p3se])
	t.Run("Binary4p2sf", survives[minifloat.Binary4p2sf])
	t.Run("Binary8p1uf", survives[minifloat.Binary8p1uf])
}

// form is what survives asks of a type.
type form interface {
	IsNaN() bool
	Value() minifloat.Value
	Text(fmt byte, prec int) string
	json.Marshaler
	encoding.TextMarshaler
	encoding.TextAppender
	encoding.BinaryMarshaler
	encoding.BinaryAppender
}

func survives[F interface {
	minifloat.Float[S, E, M, V]
	form
}, S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](t *testing.T) {
	t.Parallel()
	f := minifloat.FormatOf[F, S, E, M, V]()
	type reader interface {
		json.Unmarshaler
		encoding.TextUnmarshaler
		encoding.BinaryUnmarshaler
	}
	var all []F
	step := uint64(1)
	if f.Bits() > 8 {
		step = uint64(1)<<(f.Bits()-8)/uint64(sized(1, 16, 256)) | 1
	}
	for code := uint64(0); code < 1<<f.Bits(); code += step {
		all = append(all, minifloat.FromBits[F, S, E, M, V](S(code)))
	}
	for _, x := range all {
		inText := x
		if x.IsNaN() {
			inText = minifloat.NaN[F, S, E, M, V]()
		}
		read := func(what string, want F, unmarshal func(r reader) error) {
			var y F
			if err := unmarshal(any(&y).(reader)); err != nil || y != want {
				t.Fatalf("%v, %s: %v, %v", x.Value(), what, y, err)
			}
		}
		marshalled := func(what string, want F, data []byte, err error, unmarshal func(r reader, data []byte) error) {
			if err != nil {
				t.Fatalf("%v, %s: %v", x.Value(), what, err)
			}
			read(what, want, func(r reader) error { return unmarshal(r, data) })
		}
		data, err := x.MarshalText()
		marshalled("MarshalText", inText, data, err, reader.UnmarshalText)
		more, err := x.AppendText([]byte("x="))
		marshalled("AppendText", inText, bytes.TrimPrefix(more, []byte("x=")), err, reader.UnmarshalText)
		data, err = x.MarshalJSON()
		marshalled("MarshalJSON", inText, data, err, reader.UnmarshalJSON)
		if !json.Valid(data) {
			t.Fatalf("%v: %s is no JSON", x.Value(), data)
		}
		data, err = x.MarshalBinary()
		marshalled("MarshalBinary", x, data, err, reader.UnmarshalBinary)
		more, err = x.AppendBinary([]byte{9})
		marshalled("AppendBinary", x, more[1:], err, reader.UnmarshalBinary)
		for _, verb := range "eEfgGxX" {
			text := x.Text(byte(verb), -1)
			read("Text "+string(verb), inText, func(r reader) error { return r.UnmarshalText([]byte(text)) })
			printed := fmt.Sprintf("%"+string(verb), x)
			if verb == 'g' || verb == 'G' || verb == 'x' || verb == 'X' {
				read("%"+string(verb), inText, func(r reader) error { return r.UnmarshalText([]byte(printed)) })
			}
		}
		exact := x.Text('e', 160) // every digit
		read("Text e 160", inText, func(r reader) error { return r.UnmarshalText([]byte(exact)) })
	}
	// gob and JSON carry them all at once, and as Values.
	values := make([]minifloat.Value, len(all))
	for i, x := range all {
		values[i] = x.Value()
	}
	var buf bytes.Buffer
	var back []F
	var backValues []minifloat.Value
	encoder, decoder := gob.NewEncoder(&buf), gob.NewDecoder(&buf)
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	if err := decoder.Decode(&back); err != nil || len(back) != len(all) {
		t.Fatal(len(back), err)
	}
	if err := encoder.Encode(values[:min(256, len(values))]); err != nil {
		t.Fatal(err)
	}
	if err := decoder.Decode(&backValues); err != nil || len(backValues) != min(256, len(values)) {
		t.Fatal(len(backValues), err)
	}
	for i, x := range all {
		if back[i] != x || i < 256 && backValues[i] != values[i] {
			t.Fatalf("gob: %v is %v", x, back[i])
		}
	}
	data, err := json.Marshal(values[:min(256, len(values))])
	if err == nil {
		backValues = nil
		err = json.Unmarshal(data, &backValues)
	}
	for i := range backValues {
		if backValues[i] != values[i] {
			t.Fatalf("JSON: %v is %v", values[i], backValues[i])
		}
	}
	if err != nil || len(backValues) == 0 {
		t.Fatal(err)
	}
}

// TestTextFloat32: of binary32 the text is strconv's, shortest or not.
func TestTextFloat32(t *testing.T) {
	r := rand.New(rand.NewPCG(70, 71))
	for range sized(500, 20000, 500000) {
		u := r.Uint32()
		x, v := minifloat.FromBits[minifloat.Float32](u), math.Float32frombits(u)
		if v != v {
			continue
		}
		for _, c := range []struct {
			verb byte
			prec int
		}{{'g', -1}, {'e', -1}, {'f', -1}, {'G', -1}, {'E', -1}, {'x', -1}, {'e', r.IntN(20)}, {'g', 1 + r.IntN(20)}, {'f', r.IntN(20)}, {'x', r.IntN(8)}} {
			if got, want := x.Text(c.verb, c.prec), strconv.FormatFloat(float64(v), c.verb, c.prec, 32); got != want {
				t.Fatalf("%v, %c %d: %s, want %s", v, c.verb, c.prec, got, want)
			}
		}
	}
}

// TestVerbs: with a precision every verb prints what it prints of the float64,
// whatever the flags and the width.
func TestVerbs(t *testing.T) {
	r := rand.New(rand.NewPCG(72, 73))
	flags := []string{"", "+", "-", " ", "0", "#", "+0", "-+", "# "}
	for range sized(500, 20000, 200000) {
		x := minifloat.FromBits[minifloat.Float16](uint16(r.Uint32()))
		verb := fmt.Sprintf("%%%s%d.%d%c", flags[r.IntN(len(flags))], r.IntN(14), r.IntN(9), "eEfFgGxX"[r.IntN(8)])
		if got, want := fmt.Sprintf(verb, x), fmt.Sprintf(verb, x.Float64()); got != want {
			t.Fatalf("%s of %v: %q, want %q", verb, x, got, want)
		}
	}
	x := minifloat.From[minifloat.E5M2](-1.5)
	for _, verb := range []string{"%b", "%12b", "%e", "%F"} {
		if got, want := fmt.Sprintf(verb, x), fmt.Sprintf(verb, x.Float64()); got != want {
			t.Errorf("%s: %q, want %q", verb, got, want)
		}
	}
}

// TestVerbsFloat32: of binary32 every verb but %b, whose mantissa is that of a float64, prints what it prints of the float32, with and without
// a precision, whatever the flags and the width.
func TestVerbsFloat32(t *testing.T) {
	r := rand.New(rand.NewPCG(74, 75))
	flags := []string{"", "+", "-", " ", "0", "#", "+0", "-+", "# ", "-0", "+#0"}
	for i := range sized(2000, 40000, 400000) {
		x := math.Float32frombits(r.Uint32())
		switch i % 8 {
		case 0:
			x = float32(math.Ldexp(float64(r.IntN(2000)-1000), r.IntN(20)-10))
		case 1:
			x = float32([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1e21, 123456, 1234567}[r.IntN(8)])
		}
		verb := "%" + flags[r.IntN(len(flags))]
		if r.IntN(2) == 0 {
			verb += strconv.Itoa(r.IntN(20))
		}
		if r.IntN(2) == 0 {
			verb += "." + strconv.Itoa(r.IntN(12))
		}
		verb += string("eEfFgGxX"[r.IntN(8)])
		if got, want := fmt.Sprintf(verb, minifloat.FromFloat32[minifloat.Float32](x)), fmt.Sprintf(verb, x); got != want {
			t.Fatalf("%s of %v: %q, want %q", verb, x, got, want)
		}
	}
}

func TestX448Views(t *testing.T) {
	theirs := []float16.Float16{float16.Fromfloat32(1.5), float16.Inf(-1)}
	ours := minifloat.FromX448s(theirs)
	ours[0] = ours[0].Neg()
	if theirs[0].Float32() != -1.5 || !ours[1].IsInf(-1) || &minifloat.ToX448s(ours)[1] != &theirs[1] {
		t.Errorf("%v, %v", ours, theirs)
	}
	if minifloat.FromX448s(nil) != nil || len(minifloat.ToX448s(nil)) != 0 {
		t.Error("the view of nil is not nil")
	}
}
