package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	if len(lines) < 6 {
		t.Fatalf("%s", &table)
	}
	snr := map[string]float64{}
	for i, line := range lines {
		if len(line) != len(lines[0]) {
			t.Errorf("a ragged table:\n%s", &table)
		}
		if i == 0 {
			continue
		}
		f := strings.Fields(line)
		last := len(f) - 3
		name := f[0] + ", " + strings.Join(f[1:last], " ")
		var db float64
		if _, err := fmt.Sscan(f[last], &db); err != nil {
			t.Fatal(err)
		}
		snr[name] = db
		if !strings.Contains(string(picture), ">"+name+"<") {
			t.Errorf("the picture does not name %q", name)
		}
	}
	// 16 more bits are 96 dB; cutting bits off costs a few.
	if d := snr["Q3.28, each sum"] - snr["Q3.12, each sum"]; d < 90 || d > 105 {
		t.Errorf("16 bits more give %.1f dB", d)
	}
	if snr["Q3.12, cut"] > snr["Q3.12, each sum"]-3 {
		t.Errorf("cutting bits off costs nothing: %v", snr)
	}
}
