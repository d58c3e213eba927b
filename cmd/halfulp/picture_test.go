package main

import (
	"bytes"
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

// TestOwnPicture: what the program draws unasked takes the place of its like, and
// of nothing else.
func TestOwnPicture(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	draw := func() string {
		t.Helper()
		p, err := openOwnPicture(ownPicture)
		if err != nil {
			t.Fatal(err)
		}
		defer p.drop()
		var b bytes.Buffer
		if err := (accuracyChart{title: "t", points: []point{{bits: 8}}}).write(&b); err != nil {
			t.Fatal(err)
		}
		if err := p.write(b.Bytes()); err != nil {
			t.Fatal(err)
		}
		if !isChart(p.path) {
			t.Errorf("%s is no chart", p.path)
		}
		return p.path
	}
	for range 2 { // the second time in the place of the first
		if path := draw(); path != ownPicture {
			t.Errorf("drawn to %s", path)
		}
	}
	for name, make := range map[string]func() error{
		"another file":    func() error { return os.WriteFile(ownPicture, []byte("<svg a drawing of my own"), 0o666) },
		"an empty file":   func() error { return os.WriteFile(ownPicture, nil, 0o666) },
		"a folder":        func() error { return os.Mkdir(ownPicture, 0o777) },
		"a dangling link": func() error { return os.Symlink("elsewhere", ownPicture) },
	} {
		if err := os.RemoveAll(ownPicture); err != nil {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(ownPicture)
		path := draw()
		if after, _ := os.ReadFile(ownPicture); filepath.Dir(path) != os.TempDir() || string(after) != string(before) {
			t.Errorf("%s: drawn to %s, and %q is now %q", name, path, before, after)
		}
	}
	if _, err := os.Lstat("elsewhere"); err == nil {
		t.Error("drawn through a link")
	}
}
