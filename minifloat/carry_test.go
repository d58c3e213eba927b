package minifloat

import (
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestCarries: what is added carries where rounding.Increment rounds up, for all
// that it looks at and every number of discarded bits.
func TestCarries(t *testing.T) {
	if len(carries) != len(rounding.Modes()) {
		t.Fatalf("%d modes have carries, there are %d", len(carries), len(rounding.Modes()))
	}
	for _, mode := range rounding.Modes() {
		for row, up := range carries[mode] {
			neg, odd := row&2 != 0, row&1 != 0
			for n := range uint(62) {
				n++
				half := uint64(1) << (n - 1)
				for _, rest := range []uint64{0, 1, half - 1, half, half + 1, 2*half - 1} {
					if rest >= 2*half { // of one bit
						continue
					}
					want := rounding.Increment(mode, neg, odd, rest >= half, rest != 0 && rest != half)
					if got := (rest+up>>(64-n))>>n != 0; got != want {
						t.Errorf("%v neg=%v odd=%v: %#x of %d bits: %v, want %v", mode, neg, odd, rest, n, got, want)
					}
				}
			}
		}
	}
}
