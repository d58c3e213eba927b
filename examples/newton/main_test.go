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
	steps := map[string]float64{}
	for i, line := range lines {
		if len(line) != len(lines[0]) {
			t.Errorf("a ragged table:\n%s", &table)
		}
		if i == 0 {
			continue
		}
		var name string
		var n, off float64
		if _, err := fmt.Sscan(line, &name, &n, &off); err != nil {
			t.Fatal(err)
		}
		if steps[name] = n; off <= 0 || off >= 50 {
			t.Errorf("%s: %v %% of the roots are not the nearest", name, off)
		}
		if !strings.Contains(string(picture), ">"+name+"<") {
			t.Errorf("the picture does not name %q", name)
		}
	}
	// A step doubles the right bits: twice the precision takes about one more.
	if d := steps["binary32"] - steps["binary16"]; d < 0.7 || d > 1.5 {
		t.Errorf("13 more bits take %.2f steps", d)
	}
}

// TestRoot: whatever number it begins with, the iteration ends within a unit in the last place of the root.
func TestRoot(t *testing.T) {
	for code := uint16(0x0400); code < 0x7c00; code += 7 {
		a := minifloat.FromBits[minifloat.Float16](code)
		x := root(a)
		last, want := x[len(x)-1], a.Sqrt()
		if last != want && last != want.NextUp() && last != want.NextDown() {
			t.Errorf("%v: %v, want %v", a, x, want)
		}
	}
}
