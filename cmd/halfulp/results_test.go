package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/progress"
)

// TestResults: every share in docs/results.md is that of a whole number of samples, with
// its interval, and every picture is there.
func TestResults(t *testing.T) {
	const dir = "../../docs"
	page, err := os.ReadFile(filepath.Join(dir, "results.md"))
	if err != nil {
		t.Fatal(err)
	}
	judge := regexp.MustCompile(`(\d+) judge`)
	share := regexp.MustCompile(`^(\d+\.\d) \(\d+\.\d to \d+\.\d\)$`)
	samples, column, cells, tables := 0, -1, 0, 0
	inTable := false
	for _, line := range strings.Split(string(page), "\n") {
		if strings.HasPrefix(line, "## ") {
			samples, column = 0, -1
		}
		if m := judge.FindStringSubmatch(line); m != nil {
			samples, _ = strconv.Atoi(m[1])
		}
		if m := regexp.MustCompile(`!\[\]\((.*)\)`).FindStringSubmatch(line); m != nil {
			if b, err := os.ReadFile(filepath.Join(dir, m[1])); err != nil || !bytes.HasPrefix(b, []byte("<svg ")) {
				t.Errorf("picture %s: %v", m[1], err)
			}
		}
		if !strings.HasPrefix(line, "|") {
			inTable = false
			continue
		}
		row := strings.Split(strings.Trim(line, "| "), " | ")
		if !inTable {
			inTable = true
			tables++
			column = slices.Index(row, "samples")
			if strings.Contains(row[0], "64 crops") {
				samples = 64
			}
			continue
		}
		n := samples
		if column >= 0 && column < len(row) {
			n, _ = strconv.Atoi(row[column])
		}
		for _, c := range row {
			m := share.FindStringSubmatch(c)
			if m == nil {
				continue
			}
			cells++
			p, err := strconv.ParseFloat(m[1], 64)
			if err != nil || n == 0 {
				t.Fatalf("%s: of %d samples", line, n)
			}
			if count := int(p/100*float64(n) + 0.5); cell(count, n) != c {
				t.Errorf("%q is no share of %d samples: %s", c, n, cell(count, n))
			}
		}
	}
	if tables != 4 || cells < 60 {
		t.Errorf("%d tables with %d shares", tables, cells)
	}
}

// TestResultsAgain makes the row of the program's own network again.
func TestResultsAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work")
	}
	r := &results{line: &progress.Line{}}
	row, err := r.ownRow()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/results.md")
	if want := "| " + strings.Join(row, " | ") + " |\n"; err != nil || !strings.Contains(string(page), want) {
		t.Errorf("error %v, or docs/results.md has not\n%s", err, want)
	}
}

// TestWilson: intervals worked out by hand, and ends that stay within 0 and 100.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		count, n int
		want     string
	}{{10, 20, "50.0 (29.9 to 70.1)"}, {0, 10, "0.0 (0.0 to 27.8)"}, {64, 64, "100.0 (94.3 to 100.0)"}} {
		if got := cell(c.count, c.n); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.count, c.n, got, c.want)
		}
	}
}
