package fuzz_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/internal/shared"
)

// The golden vectors of other people's implementations, as files under check. They
// are right but where their sources are known to differ: ml_dtypes has ties to the
// larger power and NaN for zero in E8M0, and signs of its own for the zero that
// stands for a NaN where there is none.
func TestSharedVectors(t *testing.T) {
	known := map[string]bool{}
	for family, refusals := range map[string]int{"testfloat3": 0, "testfloat3-riscv": 0, "ml_dtypes": 6, "gfloat": 0} {
		files := shared.Glob(t, "vectors/"+family+"/*.txt.gz")
		if testing.Short() {
			files = files[:2]
		}
		refused := 0
		for i, file := range files {
			if family == "gfloat" && i%4 != 0 {
				continue // of the most
			}
			v, err := fuzz.OpenVectors(filepath.Join(shared.Dir(t), file), fuzz.Operation{})
			if err != nil {
				refused++ // two roundings
				continue
			}
			r := check(t, v, v.Operation, fuzz.Options{Count: 1000})
			v.Close()
			if r.OK() {
				continue
			}
			own := family == "ml_dtypes" && (strings.Contains(file, "e8m0fnu") || v.Operation.Result.Bits() <= 6)
			for _, x := range r.Findings {
				switch {
				case own && x.Class == fuzz.SignOfZero, own && strings.Contains(file, "e8m0fnu"):
					known[x.Detail] = true
				default:
					t.Errorf("%s: %v", file, r)
				}
			}
		}
		if refused != refusals && !testing.Short() {
			t.Errorf("%s: %d files refused, not %d", family, refused, refusals)
		}
	}
	for _, detail := range []string{"rounds to nearest, ties away from zero", "gives NaN for a finite result", "gives the zero of the other sign"} {
		if !known[detail] && !testing.Short() {
			t.Errorf("what ml_dtypes has of its own is not found: %s; %v", detail, known)
		}
	}
}
