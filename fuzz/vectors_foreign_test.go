package fuzz_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/internal/shared"
)

// TestForeignVectors: CPFloat's results, in which float64 numbers are rounded to those
// of other formats, and gemmlowp's products of integers are right, all of them; what
// gemmlowp rounds twice is refused.
func TestForeignVectors(t *testing.T) {
	files := append(shared.Glob(t, "vectors/cpfloat/*.txt.gz"), shared.Glob(t, "vectors/gemmlowp/*.txt.gz")...)
	for i, file := range files {
		if testing.Short() && i%10 != 0 {
			continue
		}
		v, err := fuzz.OpenVectors(filepath.Join(shared.Dir(t), file), fuzz.Operation{})
		if twice := strings.Contains(file, "double-rounding"); err != nil || twice {
			if err == nil || !twice || !strings.Contains(err.Error(), "rounds twice") {
				t.Errorf("%s: %v", file, err)
			}
			continue
		}
		if r := check(t, v, v.Operation, fuzz.Options{}); !r.OK() {
			t.Errorf("%s: %v", file, r)
		}
		v.Close()
	}
}

// TestForeignHeaders: what no operation can be made of is an error.
func TestForeignHeaders(t *testing.T) {
	for header, want := range map[string]string{
		"# source: CPFloat\n# op: round float64 to format, result as float64\n# format: odd\n# mode: min\n":                              "has no precision",
		"# source: CPFloat\n# op: round float64 to format, result as float64\n# format: x: precision=99 emin=-1 emax=1\n# mode: min\n":   "2 to 53 bits",
		"# source: CPFloat\n# op: round float64 to format, result as float64\n# format: x: precision=9 emin=-1 emax=9999\n# mode: min\n": "none within float64",
		"# source: gemmlowp\n# op: Multiply\n# mode: x\n":                                                                                "is not known",
	} {
		if _, err := fuzz.ReadVectors(strings.NewReader(header), "x", fuzz.Operation{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", header, err)
		}
	}
}
