package main

import (
	"strings"
	"testing"
)

// TestRun: with three bits, one of them sticky, the adder is right; with fewer, or
// without it, it is not.
func TestRun(t *testing.T) {
	count := int64(1 << 15)
	if testing.Short() {
		count = 1 << 13
	}
	var out strings.Builder
	if err := run(&out, count); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 10 {
		t.Fatalf("%s", &out)
	}
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		enough := fields[0] >= "3" && fields[1] == "true"
		if right := fields[2] == "0"; right != enough {
			t.Errorf("%s", line)
		}
		if !enough && !strings.Contains(line, ", not ") {
			t.Errorf("without a case: %s", line)
		}
	}
}

// TestAllocations: the adder is a model of a unit, and runs millions of times.
func TestAllocations(t *testing.T) {
	a := adder{3, true}
	if n := testing.AllocsPerRun(100, func() { a.add(0x3c01, 0xbc00) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
