package main

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
)

// TestRun: what C's half precision does is known: every operation but the fused one is
// right, and that rounds twice.
func TestRun(t *testing.T) {
	program, err := build(t.TempDir())
	if err != nil {
		t.Skip(err)
	}
	count := int64(20000)
	if testing.Short() {
		count = 8000
	}
	var out strings.Builder
	reports, err := run(&out, program, count)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		twice := slices.ContainsFunc(r.Findings, func(f fuzz.Finding) bool { return f.Class == fuzz.DoubleRounding })
		switch fused := r.Operation.Operator == fuzz.FMA; {
		case !fused && !r.OK() && runtime.GOARCH == "amd64":
			t.Errorf("%v", r)
		case fused && r.Operation.Context == (fuzz.Context{}) && !twice:
			t.Errorf("fused by way of float, but not found to round twice: %v", r)
		}
	}
	if s := out.String(); strings.Count(s, "\nok") != 20 || !strings.Contains(s, "Double rounding: it rounds to binary32 first") {
		t.Errorf("%s", s)
	}
}
