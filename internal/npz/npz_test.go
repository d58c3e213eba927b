package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestTypes reads what NumPy wrote (testdata/README.md): every type in both
// byte orders and both element orders.
func TestTypes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	want := map[DType][]float64{
		Bool:    {0, 1, 1, 0, 1, 0},
		Int8:    {0, 1, -1, 100, -128, 127},
		Int16:   {0, 1, -1, 100, -32768, 32767},
		Int32:   {0, 1, -1, 100, math.MinInt32, math.MaxInt32},
		Int64:   {0, 1, -1, 100, math.MinInt64, math.MaxInt64},
		Uint8:   {0, 1, 2, 100, 254, 255},
		Uint16:  {0, 1, 2, 100, 65534, 65535},
		Uint32:  {0, 1, 2, 100, math.MaxUint32 - 1, math.MaxUint32},
		Uint64:  {0, 1, 2, 100, math.MaxUint64, math.MaxUint64},
		Float16: {0, -1.5, 0x1p-14, 65504, inf, nan},
		Float32: {0, -1.5, 0x1p-126, math.MaxFloat32, inf, nan},
		Float64: {0, -1.5, 0x1p-1022, math.MaxFloat64, inf, nan},
	}
	f, err := Open("testdata/types.npz", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := len(f.Names()); got != 48 {
		t.Fatalf("%d arrays, want 48", got)
	}
	for _, name := range f.Names() {
		a, err := f.Array(name)
		if err != nil {
			t.Fatal(err)
		}
		if name[:2] != dtypes[a.DType()].code {
			t.Errorf("%s: type %v", name, a.DType())
		}
		if !reflect.DeepEqual(a.Shape(), []int{2, 3}) || a.Len() != 6 || a.Name() != name {
			t.Errorf("%s: name %s, shape %v, %d elements", name, a.Name(), a.Shape(), a.Len())
		}
		for i, got := range a.Float32s() {
			if w := float32(want[a.DType()][i]); got != w && (got == got || w == w) {
				t.Errorf("%s[%d] = %v, want %v", name, i, got, w)
			}
		}
		checkInts(t, a, want[a.DType()])
	}
}

func checkInts(t *testing.T, a *Array, want []float64) {
	t.Helper()
	got, err := a.Int64s()
	if a.DType().IsFloat() || a.DType() == Uint64 {
		if !errors.Is(err, ErrValue) {
			t.Errorf("%s: error %v, want ErrValue", a.Name(), err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		exact := int64(want[i])
		if want[i] == math.MaxInt64 {
			exact = math.MaxInt64
		}
		if got[i] != exact {
			t.Errorf("%s[%d] = %d, want %d", a.Name(), i, got[i], exact)
		}
	}
}

func TestOrders(t *testing.T) {
	f, err := Open("testdata/orders.npz", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	read := func(name string) *Array {
		t.Helper()
		a, err := f.Array(name)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, name := range []string{"c", "f"} {
		a := read(name)
		if !reflect.DeepEqual(a.Shape(), []int{2, 3, 4, 5}) {
			t.Errorf("%s: shape %v", name, a.Shape())
		}
		for i, v := range a.Float32s() {
			if v != float32(i) {
				t.Fatalf("%s[%d] = %v", name, i, v)
			}
		}
	}
	// t is c.transpose(2, 0, 3, 1), of shape [4 2 5 3].
	got := read("t").Float32s()
	for i := range got {
		i3, i2, i1, i0 := i%3, i/3%5, i/15%2, i/30
		if want := float32(((i1*3+i3)*4+i0)*5 + i2); got[i] != want {
			t.Fatalf("t[%d] = %v, want %v", i, got[i], want)
		}
	}
	if a := read("scalar"); len(a.Shape()) != 0 || a.Float32s()[0] != 2.5 {
		t.Errorf("scalar: shape %v, %v", a.Shape(), a.Float32s())
	}
	if a := read("empty"); a.Len() != 0 || len(a.Float32s()) != 0 {
		t.Errorf("empty: %d elements", a.Len())
	}
	single, err := Open("testdata/single.npy", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer single.Close()
	a, err := single.Array("arr_0")
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Float32s(); !reflect.DeepEqual(got, []float32{1, 2, 3, 4}) {
		t.Errorf("single.npy: %v", got)
	}
}

func TestHeaderVersions(t *testing.T) {
	text := `{"shape":(2L,) , "fortran_order" : False,"descr":"|i1"}`
	for version := byte(1); version <= 3; version++ {
		b := npy(text, []byte{5, 0xFF})
		if version > 1 {
			b[6] = version
			b = append(b[:10:10], append([]byte{0, 0}, b[10:]...)...)
		}
		a, err := file(t, b).Array("arr_0")
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Float32s(); !reflect.DeepEqual(got, []float32{5, -1}) {
			t.Errorf("version %d: %v", version, got)
		}
	}
}

func TestBadHeaders(t *testing.T) {
	good := "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
	replace := func(old, new string) string {
		s := strings.Replace(good, old, new, 1)
		if s == good {
			t.Fatalf("%q is not in the header", old)
		}
		return s
	}
	for name, c := range map[string]struct {
		header string
		want   error
	}{
		"structured":         {replace("'<f4'", "[('a', '<f4')]"), ErrUnsupported},
		"complex":            {replace("<f4", "<c8"), ErrUnsupported},
		"objects":            {replace("<f4", "|O"), ErrUnsupported},
		"strings":            {replace("<f4", "<U4"), ErrUnsupported},
		"long double":        {replace("<f4", "<f16"), ErrUnsupported},
		"no byte order":      {replace("<f4", "|f4"), ErrFormat},
		"native":             {replace("<f4", "=f4"), ErrFormat},
		"no type":            {replace("<f4", ""), ErrFormat},
		"type is a number":   {replace("'<f4'", "4"), ErrFormat},
		"escape":             {replace("<f4", `\x3cf4`), ErrFormat},
		"unclosed string":    {"{'descr", ErrFormat},
		"negative":           {replace("(1,)", "(-1,)"), ErrFormat},
		"too long a number":  {replace("(1,)", "(99999999999999999999,)"), ErrFormat},
		"overflow":           {replace("(1,)", "(4294967296, 4294967296)"), ErrFormat},
		"overflow and zero":  {replace("(1,)", "(4294967296, 4294967296, 0)"), ErrFormat},
		"overflow of bytes":  {replace("(1,)", "(4611686018427387904,)"), ErrFormat},
		"over the limit":     {replace("(1,)", "(1000000000000,)"), ErrBudget},
		"more than there is": {replace("(1,)", "(2,)"), ErrFormat},
		"less than there is": {replace("(1,)", "(0,)"), ErrFormat},
		"rank":               {replace("(1,)", "("+strings.Repeat("1,", 65)+")"), ErrFormat},
		"list":               {replace("(1,)", "[1]"), ErrFormat},
		"no commas":          {replace("(1,)", "(1 1)"), ErrFormat},
		"unclosed shape":     {replace("(1,), }", "(1,"), ErrFormat},
		"order":              {replace("False", "0"), ErrFormat},
		"twice":              {replace("'descr'", "'descr': '<i4', 'descr'"), ErrFormat},
		"missing key":        {"{'descr': '<f4', 'shape': (1,)}", ErrFormat},
		"unknown key":        {replace("{", "{'more': 1, "), ErrFormat},
		"no dictionary":      {"[]", ErrFormat},
		"more after it":      {good + "x", ErrFormat},
		"unclosed":           {strings.TrimSuffix(good, "}"), ErrFormat},
		"colon":              {replace("'shape':", "'shape'"), ErrFormat},
	} {
		a, err := file(t, npy(c.header, bytesOf(float32(1)))).Array("arr_0")
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, a, err, c.want)
			continue
		}
		checkMessage(t, err, "data.npz", `"arr_0"`)
		if strings.HasPrefix(name, "overflow") {
			checkMessage(t, err, "too large")
		}
	}
	if _, err := file(t, npy(good, bytesOf(float32(1)))).Array("arr_0"); err != nil {
		t.Error(err)
	}
}

// checkMessage asks for one line that names the file and the array.
func checkMessage(t *testing.T, err error, parts ...string) {
	t.Helper()
	s := err.Error()
	for _, p := range parts {
		if !strings.Contains(s, p) {
			t.Errorf("%q does not name %s", s, p)
		}
	}
	if strings.ContainsAny(s, "\n\r\x00\x1b") || len(s) > 400 {
		t.Errorf("%q is not one short line", s)
	}
}

func TestNotNumPy(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	for _, s := range []string{"", "x", "hello, world", png, "PK", "PK\x03\x04 and nothing else", "\x93NUM"} {
		_, err := NewFile(strings.NewReader(s), int64(len(s)), "data.npz", Limits{})
		if !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", s, err)
			continue
		}
		checkMessage(t, err, "data.npz")
	}
	path := filepath.Join(t.TempDir(), "data.npz")
	if _, err := Open(path, Limits{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Open(t.TempDir(), Limits{}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	whole := array("<f4", []int{3}, []float32{1, 2, 3})
	for n := len(magic); n < len(whole); n++ {
		if _, err := file(t, whole[:n]).Array("arr_0"); !errors.Is(err, ErrFormat) {
			t.Fatalf("first %d bytes: %v", n, err)
		}
	}
	zipped := archive(zip.Deflate, "x", whole)
	for n := range zipped {
		_, err := NewFile(bytes.NewReader(zipped), int64(n), "data.npz", Limits{})
		if !errors.Is(err, ErrFormat) {
			t.Fatalf("first %d bytes of the archive: %v", n, err)
		}
	}
}

func TestArchive(t *testing.T) {
	one := array("<f4", []int{1}, float32(1))
	b := archive(zip.Store, "x", one, "y", one)
	f := file(t, b)
	if !f.Has("x") || f.Has("z") {
		t.Error("Has")
	}
	_, err := f.Array("z")
	if !errors.Is(err, ErrMissing) {
		t.Fatal(err)
	}
	checkMessage(t, err, "data.npz", `"z"`, `"x", "y"`)

	twice := archive(zip.Store, "x", one, "y", one, "x", one)
	_, err = NewFile(bytes.NewReader(twice), int64(len(twice)), "data.npz", Limits{})
	if !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
	checkMessage(t, err, `two arrays are named "x"`)
	var many []any
	for i := range 20 {
		many = append(many, fmt.Sprint("a", i), one)
	}
	_, err = file(t, archive(zip.Store, many...)).Array("x\nx")
	checkMessage(t, err, `"x\nx"`, "12 more")
	_, err = file(t, archive(zip.Store)).Array("x")
	checkMessage(t, err, "none")

	// A damaged byte is found by the archive's checksum.
	i := bytes.Index(b, []byte{0, 0, 0x80, 0x3F})
	b[i]++
	if _, err := file(t, b).Array("x"); !errors.Is(err, ErrFormat) {
		t.Errorf("checksum: %v", err)
	}
}

func TestLimits(t *testing.T) {
	b := array("<f4", []int{3}, []float32{1, 2, 3})
	for limit, want := range map[int64]error{11: ErrBudget, 12: nil} {
		f, err := NewFile(bytes.NewReader(b), int64(len(b)), "data.npz", Limits{Bytes: limit})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Array("arr_0"); !errors.Is(err, want) {
			t.Errorf("limit %d: %v, want %v", limit, err, want)
		}
	}
}

// TestBombs: declared sizes must not be believed, whichever of the three
// places (array header, archive, zip64) declares them, and what inflates
// without end must not be followed.
func TestBombs(t *testing.T) {
	big := npy("{'descr': '|u1', 'fortran_order': False, 'shape': (500000000,), }", make([]byte, 1000))
	inflating := npy("{'descr': '|u1', 'fortran_order': False, 'shape': (10,), }", make([]byte, 64<<20))
	lying := archive(zip.Store, "x", big)
	// The uncompressed and compressed sizes in the central directory.
	i := bytes.Index(lying, []byte("PK\x01\x02"))
	copy(lying[i+20:], []byte{0, 0, 0, 0x7F, 0, 0, 0, 0x7F})
	long := slices.Concat([]byte(magic), []byte{2, 0, 0, 0, 0, 0x7F}, make([]byte, 100))
	for name, b := range map[string][]byte{
		"header":    long,
		"npy":       big,
		"stored":    archive(zip.Store, "x", big),
		"deflated":  archive(zip.Deflate, "x", big),
		"inflating": archive(zip.Deflate, "x", inflating),
		"lying":     lying,
	} {
		f := file(t, b)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := f.Array(f.Names()[0])
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
}

func TestFloat64Narrows(t *testing.T) {
	// Just above the tie between 1 and the next float32: one rounding goes up.
	x := []float64{1 + 0x1p-24 + 0x1p-50, 1 + 0x1p-24, 1e300, -1e300}
	a, err := file(t, array("<f8", []int{4}, x)).Array("arr_0")
	if err != nil {
		t.Fatal(err)
	}
	want := []float32{1 + 0x1p-23, 1, float32(math.Inf(1)), float32(math.Inf(-1))}
	if got := a.Float32s(); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := a.AppendFloat32s([]float32{7}, 1, 3); !reflect.DeepEqual(got, []float32{7, 1, want[2]}) {
		t.Errorf("AppendFloat32s: %v", got)
	}
}

func TestFloatLabels(t *testing.T) {
	a, err := file(t, array("<f8", []int{3}, []float64{3, -4, 1 << 62})).Array("arr_0")
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Int64s()
	if err != nil || !reflect.DeepEqual(got, []int64{3, -4, 1 << 62}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, x := range []float64{0.5, math.NaN(), math.Inf(1), math.Inf(-1), 1 << 63, -0x1p63 - 4096} {
		a, err := file(t, array("<f8", []int{2}, []float64{1, x})).Array("arr_0")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Int64s(); !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), "element 1") {
			t.Errorf("%v: %v", x, err)
		}
	}
}

func TestPanics(t *testing.T) {
	a, err := file(t, array("<f4", []int{3}, []float32{1, 2, 3})).Array("arr_0")
	if err != nil {
		t.Fatal(err)
	}
	for _, ij := range [][2]int{{-1, 1}, {2, 1}, {0, 4}} {
		func() {
			defer func() {
				if r := recover(); r != "npz: no such elements" {
					t.Errorf("%v: %v", ij, r)
				}
			}()
			a.AppendFloat32s(nil, ij[0], ij[1])
		}()
	}
}
