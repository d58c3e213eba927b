package minifloat_test

import (
	"math"
	"path"
	"regexp"
	"strconv"
	"testing"

	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/minifloat"
)

var mldtypesConversion = regexp.MustCompile(`^([a-z0-9_]+?)_(from-f32|from-f64-via-f32|to-([a-z0-9_]+))_rne\.txt\.gz$`)

// TestMLDtypes: every conversion that ml_dtypes made, none left out, code for code: those that TestVectors leaves out
// because ml_dtypes has rules of its own there are among them.
func TestMLDtypes(t *testing.T) {
	files, cases := 0, 0
	for _, file := range shared.Glob(t, "vectors/ml_dtypes/*.txt.gz") {
		m := mldtypesConversion.FindStringSubmatch(path.Base(file))
		if m == nil {
			continue // decoding and arithmetic
		}
		f := mustParse(t, m[1])
		wrong := 0
		shared.Lines(t, file, func(_ map[string]string, fields []string) {
			in, err := strconv.ParseUint(fields[0], 16, 64)
			want, err2 := strconv.ParseUint(fields[1], 16, 32)
			if err != nil || err2 != nil {
				t.Fatalf("%s: %v", file, fields)
			}
			dst, got := f, uint32(0)
			switch m[2] {
			case "from-f32":
				got = f.EncodeMLDtypes(math.Float32frombits(uint32(in)))
			case "from-f64-via-f32":
				x := math.Float64frombits(in)
				narrow := float32(x)
				if x != x { // the machine may lose a NaN's sign
					narrow = math.Float32frombits(0x7fc00000 | uint32(in>>63<<31))
				}
				got = f.EncodeMLDtypes(narrow)
			default:
				dst = mustParse(t, m[3])
				got = minifloat.Value{Format: f, Bits: uint32(in)}.ConvertMLDtypes(dst).Bits
			}
			cases++
			same := got == uint32(want) || minifloat.Value{Format: dst, Bits: got}.IsNaN() && minifloat.Value{Format: dst, Bits: uint32(want)}.IsNaN()
			if !same {
				if wrong++; wrong < 4 {
					t.Errorf("%s: %v: got %x", path.Base(file), fields, got)
				}
			}
		})
		files++
	}
	if t.Logf("%d conversions in %d files", cases, files); files < 60 || cases < 180_000 {
		t.Errorf("%d conversions in %d files", cases, files)
	}
	if got := minifloat.FromMLDtypes[minifloat.E8M0FNU](3); got.Float64() != 4 {
		t.Errorf("3 in E8M0FNU: %v", got)
	}
}
