package main

import (
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
)

// TestRun: all is right but for the fused multiply-add, which is found to round twice.
func TestRun(t *testing.T) {
	count := int64(1 << 15)
	if testing.Short() {
		count = 1 << 13
	}
	var out strings.Builder
	reports, err := run(&out, count)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		switch {
		case r.Operation.Operator != fuzz.FMA && !r.OK():
			t.Errorf("%v", r)
		case r.Operation.Operator == fuzz.FMA && (r.OK() || r.Findings[0].Class != fuzz.DoubleRounding):
			t.Errorf("%v", r)
		}
	}
	if s := out.String(); strings.Count(s, "\nok") != len(reports)-1 || !strings.Contains(s, "it rounds to binary32 first") {
		t.Errorf("%s", s)
	}
}
