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
		var a, b string
		var db float64
		if _, err := fmt.Sscan(line, &a, &b, &db); err != nil {
			t.Fatal(err)
		}
		name := a + ", " + b
		snr[name] = db
		if !strings.Contains(string(picture), ">"+name+"<") {
			t.Errorf("the picture does not name %q", name)
		}
	}
	// 16 more bits are 96 dB; a sum of the same width costs the error of 63 roundings, a wider one almost none.
	if d := snr["Q0.31, Q0.31"] - snr["Q0.15, Q0.15"]; d < 90 || d > 105 {
		t.Errorf("16 bits more give %.1f dB", d)
	}
	if snr["Q0.15, Q8.31"] < snr["Q0.15, Q0.15"]+6 || snr["Q0.7, Q8.14"] < snr["Q0.7, Q0.7"]+6 {
		t.Errorf("wide sums do not help: %v", snr)
	}
}
