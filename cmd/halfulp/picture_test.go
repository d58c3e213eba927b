package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPicture: a failing sweep leaves the file of the picture as it was, and
// a good one replaces all of it.
func TestPicture(t *testing.T) {
	model, data := tiny(t)
	path := filepath.Join(t.TempDir(), "chart.svg")
	// No float node has this name, which is found after the file was opened.
	bad := []string{"sweep", "-model", model, "-data", data, "-o", path, "-float", "nowhere/"}
	if code, _, _ := halfulp(bad...); code != exitUsage {
		t.Fatalf("code %d", code)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file was left behind: %v", err)
	}
	old := strings.Repeat("old ", 1<<14)
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := halfulp(bad...); code != exitUsage {
		t.Fatalf("code %d", code)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != old {
		t.Errorf("the file was changed: %d bytes, %v", len(b), err)
	}
	if code, _, stderr := halfulp("sweep", "-model", model, "-data", data, "-o", path, "-formats", "e4m3fn"); code != 0 {
		t.Fatal(stderr)
	}
	b, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(b), "old ") || !strings.HasSuffix(strings.TrimSpace(string(b)), "</svg>") {
		t.Errorf("%.40q, %v", b, err)
	}
}
