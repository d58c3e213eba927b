package npz

import (
	"archive/zip"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

func TestDataset(t *testing.T) {
	x := make([]int16, 3*2*4)
	for i := range x {
		x[i] = int16(i * 1000)
	}
	scale, offset := float32(0.1), float32(-3.7)
	f := file(t, archive(zip.Deflate,
		"x", array("<i2", []int{3, 2, 4}, x),
		"y", array("<i8", []int{3}, []int64{4, 0, 2}),
		"scale", array("<f4", nil, scale),
		"offset", array("<f8", []int{1}, float64(offset))))
	d, err := NewDataset(f)
	if err != nil {
		t.Fatal(err)
	}
	if d.Samples() != 3 || d.SampleLen() != 8 || !reflect.DeepEqual(d.Shape(), []int{2, 4}) ||
		!reflect.DeepEqual(d.Labels(), []int{4, 0, 2}) {
		t.Errorf("%d samples of %d, %v, labels %v", d.Samples(), d.SampleLen(), d.Shape(), d.Labels())
	}
	in := d.Input(1, 3)
	if len(in) != 16 {
		t.Fatalf("%d inputs", len(in))
	}
	for i, got := range in {
		product := float32(x[8+i]) * scale
		if want := product + offset; got != want {
			t.Errorf("input %d = %v, want %v", i, got, want)
		}
	}
	if got := d.AppendInput([]float32{7}, 2, 2); !reflect.DeepEqual(got, []float32{7}) {
		t.Errorf("AppendInput: %v", got)
	}
	for _, want := range [][]int{{2, 4}, {-1, 4}, {-1, -1}} {
		if err := d.CheckShape(want); err != nil {
			t.Error(err)
		}
	}
	for _, want := range [][]int{{4, 2}, {2}, {1, 2, 4}, {-1, 3}} {
		err := d.CheckShape(want)
		if !errors.Is(err, ErrShape) {
			t.Fatal(err)
		}
		checkMessage(t, err, "data.npz", `"x"`, "[2 4]")
	}
	if err := d.CheckLabels(5); err != nil {
		t.Error(err)
	}
	if err = d.CheckLabels(4); !errors.Is(err, ErrValue) {
		t.Fatal(err)
	}
	checkMessage(t, err, "data.npz", `"y"`, "label 4 of sample 0", "4 classes")
}

func TestDatasetErrors(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	x := array("<f4", []int{2, 2}, []float32{1, 2, 3, 4})
	y := array("|u1", []int{2}, []uint8{0, 1})
	one := array("<f4", []int{1}, float32(1))
	for name, c := range map[string]struct {
		files []any
		want  error
		parts []string
	}{
		"no x":            {[]any{"y", y}, ErrMissing, []string{`"x"`, `the file has "y"`}},
		"no y":            {[]any{"x", x}, ErrMissing, []string{`"y"`}},
		"nothing":         {nil, ErrMissing, []string{"none"}},
		"fewer labels":    {[]any{"x", x, "y", one}, ErrShape, []string{`"x"`, "2 samples", "1 labels"}},
		"two labels each": {[]any{"x", x, "y", x}, ErrShape, []string{`"y"`, "[2 2]"}},
		"scalar x":        {[]any{"x", array("<f4", nil, float32(1)), "y", y}, ErrShape, []string{`"x"`}},
		"no samples":      {[]any{"x", array("<f4", []int{0, 2}, []float32{}), "y", array("<f4", []int{0}, []float32{})}, ErrShape, []string{`"x"`, "no data"}},
		"empty samples":   {[]any{"x", array("<f4", []int{2, 0}, []float32{}), "y", y}, ErrShape, []string{`"x"`, "no data"}},
		"negative label":  {[]any{"x", x, "y", array("|i1", []int{2}, []int8{0, -1})}, ErrValue, []string{`"y"`, "label -1 of sample 1"}},
		"huge label":      {[]any{"x", x, "y", array("<i8", []int{2}, []int64{0, 1 << 40})}, ErrValue, []string{`"y"`, "sample 1"}},
		"half a label":    {[]any{"x", x, "y", array("<f4", []int{2}, []float32{0, 0.5})}, ErrValue, []string{`"y"`, "0.5"}},
		"NaN":             {[]any{"x", array("<f4", []int{2, 2}, []float32{1, 2, 3, nan}), "y", y}, ErrValue, []string{`"x"`, "sample 1", "NaN", "element 1"}},
		"infinite":        {[]any{"x", array("<f4", []int{2, 2}, []float32{1, 2, inf, 1}), "y", y}, ErrValue, []string{`"x"`, "sample 1", "+Inf", "element 0"}},
		"beyond float32":  {[]any{"x", array("<f8", []int{2, 1}, []float64{1, 1e300}), "y", y}, ErrValue, []string{`"x"`, "sample 1"}},
		"scale overflows": {[]any{"x", x, "y", y, "scale", array("<f4", nil, float32(1e38))}, ErrValue, []string{`"x"`, "sample 1"}},
		"NaN scale":       {[]any{"x", x, "y", y, "scale", array("<f4", nil, nan)}, ErrValue, []string{`"scale"`, "NaN"}},
		"inf offset":      {[]any{"x", x, "y", y, "offset", array("<f4", nil, inf)}, ErrValue, []string{`"offset"`, "+Inf"}},
		"two scales":      {[]any{"x", x, "y", y, "scale", array("<f4", []int{2}, []float32{1, 2})}, ErrShape, []string{`"scale"`, "[2]"}},
		"damaged offset":  {[]any{"x", x, "y", y, "offset", []byte("x")}, ErrFormat, []string{`"offset"`}},
		"damaged y":       {[]any{"x", x, "y", y[:len(y)-1]}, ErrFormat, []string{`"y"`}},
		"damaged x":       {[]any{"x", x[:len(x)-1], "y", y}, ErrFormat, []string{`"x"`}},
	} {
		d, err := NewDataset(file(t, archive(zip.Deflate, c.files...)))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, d, err, c.want)
			continue
		}
		checkMessage(t, err, slices.Concat(c.parts, []string{"data.npz"})...)
	}
	if _, err := NewDataset(file(t, archive(zip.Deflate, "x", x, "y", y))); err != nil {
		t.Error(err)
	}
}

func TestOpenDataset(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.npz")
	b := archive(zip.Store, "x", array("|b1", []int{2}, []bool{true, false}), "y", array("<f4", []int{2}, []float32{1, 0}))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := OpenDataset(path, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Input(0, 2); !reflect.DeepEqual(got, []float32{1, 0}) || len(d.Shape()) != 0 {
		t.Errorf("%v, shape %v", got, d.Shape())
	}
	if _, err := OpenDataset(path+"x", Limits{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := OpenDataset(path, Limits{Bytes: 1}); !errors.Is(err, ErrBudget) {
		t.Error(err)
	}
}

// TestOpenInputs: labels may be absent there, but not wrong.
func TestOpenInputs(t *testing.T) {
	x, y := array("<f4", []int{2, 2}, []float32{1, 2, 3, 4}), array("|u1", []int{2}, []uint8{0, 1})
	write := func(files ...any) string {
		path := filepath.Join(t.TempDir(), "d.npz")
		if err := os.WriteFile(path, archive(zip.Store, files...), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	d, err := OpenInputs(write("x", x), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Samples() != 2 || d.Labels() != nil || !reflect.DeepEqual(d.Input(1, 2), []float32{3, 4}) || d.CheckLabels(1) != nil {
		t.Errorf("%d samples, labels %v", d.Samples(), d.Labels())
	}
	if d, err := OpenInputs(write("x", x, "y", y), Limits{}); err != nil || len(d.Labels()) != 2 {
		t.Errorf("with labels: %v", err)
	}
	if _, err := OpenInputs(write("x", x, "y", y[:len(y)-1]), Limits{}); !errors.Is(err, ErrFormat) {
		t.Errorf("damaged labels: %v", err)
	}
	if _, err := OpenInputs(write("y", y), Limits{}); !errors.Is(err, ErrMissing) {
		t.Errorf("no samples: %v", err)
	}
}
