package main

import (
	"errors"
	"fmt"
	"io"
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
	if files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); err != nil || len(files) != 1 {
		t.Errorf("%q, %v", files, err)
	}
	b, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(b), "old ") || !strings.HasSuffix(strings.TrimSpace(string(b)), "</svg>") {
		t.Errorf("%.40q, %v", b, err)
	}
}

// TestWriteWhole: a file that is being read keeps its contents, a link stays a link, a pipe is written as it is, and
// what fails leaves nothing behind.
func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Skip(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := writeWhole(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(reader); err != nil || string(b) != "old" {
		t.Errorf("whoever has the file open reads %q, %v", b, err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "new" {
		t.Errorf("the file holds %q, %v", b, err)
	}
	if target, err := os.Readlink(link); err != nil || target != "file" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	failed := errors.New("failed")
	if err := writeWholeBy(path, func(io.Writer) error { return failed }); err != failed {
		t.Errorf("error %v", err)
	}
	if err := writeWhole(dir, nil); err == nil {
		t.Error("a folder was written")
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Errorf("%v, %v", files, err)
	}
	pipe, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	name := fmt.Sprintf("/dev/fd/%d", end.Fd())
	if _, err := os.Stat(name); err != nil {
		t.Skip(err)
	}
	if err := writeWhole(name, []byte("new")); err != nil {
		t.Error(err)
	}
	end.Close()
	if b, err := io.ReadAll(pipe); err != nil || string(b) != "new" {
		t.Errorf("through a pipe: %q, %v", b, err)
	}
}
