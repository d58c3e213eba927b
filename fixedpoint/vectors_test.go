package fixedpoint

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/rounding"
)

// TestUniversal compares every value of stillwater-sc/universal's tables of fixpnt<n,r>, n bits in two's complement with r
// fraction bits, with the code it stands for, both ways.
func TestUniversal(t *testing.T) {
	var f Format
	tables, values := 0, 0
	for line := range strings.Lines(string(shared.Read(t, "vectors/suites/universal_fixpnts.csv.gz"))) {
		if _, title, ok := strings.Cut(line, "FIXPNT<"); ok {
			var n, r int
			if _, err := fmt.Sscanf(title, "%d,%d>", &n, &r); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			f = MustFormat(true, n-1-r, r)
			tables++
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), ",")
		code, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			continue // titles and headings
		}
		want, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		values++
		bits := f.extend(uint64(code))
		if got := f.Decode(bits); got != want {
			t.Errorf("%v: code %d is %v, want %v", f, code, got, want)
		}
		for _, mode := range rounding.Modes() {
			if got, flags := (Context{Mode: mode}).Encode(f, want); got != bits || flags != 0 {
				t.Errorf("%v, %v: %v gives %d, %v, want %d", f, mode, want, got, flags, bits)
			}
		}
	}
	if tables < 20 || values < 2000 {
		t.Errorf("%d tables with %d values: the file is not what it was", tables, values)
	}
}
