package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

// TestRun: the table is aligned and has the figures of the theory, and the picture names every line.
func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "picture.svg")
	var table strings.Builder
	if err := run(&table, file); err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(table.String(), "\n"), "\n")
	if len(lines) != 7 {
		t.Fatalf("%s", &table)
	}
	worst := map[string]float64{}
	for i, line := range lines {
		if len(line) != len(lines[0]) {
			t.Errorf("a ragged table:\n%s", &table)
		}
		if i == 0 {
			continue
		}
		var name string
		var most, mean float64
		if _, err := fmt.Sscan(line, &name, &most, &mean); err != nil {
			t.Fatal(err)
		}
		if worst[name] = most; !(mean > 0 && mean < most) {
			t.Errorf("%s: mean error %v, largest %v", name, mean, most)
		}
		if !strings.Contains(string(picture), ">"+name+"<") {
			t.Errorf("the picture does not name %q", name)
		}
	}
	// Each rounding is off by half a unit of at most 1/2 in floating point, of 1 in fixed point; three bits more
	// make the error about eight times smaller.
	for name, unit := range map[string]float64{"bfloat16": 0x1p-8, "binary16": 0x1p-11, "Q0.7": 0x1p-7, "Q0.15": 0x1p-15} {
		if worst[name] > 6*unit/2 || worst[name] < unit/8 {
			t.Errorf("%s: error %v, a unit is %v", name, worst[name], unit)
		}
	}
	if r := worst["bfloat16"] / worst["binary16"]; r < 4 || r > 16 {
		t.Errorf("three bits more make the error %v times smaller", r)
	}
}

// TestHorner: 2x² - 3x + 1 at 3, exactly.
func TestHorner(t *testing.T) {
	of := minifloat.Float16{}.FromFloat64
	if y := horner([]minifloat.Float16{of(2), of(-3), of(1)}, of(3)); y != of(10) {
		t.Errorf("%v", y)
	}
}
