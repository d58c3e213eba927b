// Package shared finds the data that tests read from outside the module:
// golden vectors by other implementations, and pretrained networks with
// labelled samples. Only tests import it.
package shared

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Dir returns the data directory: the environment variable HALFULP_DATA, or
// ../shared seen from the module's root. Where it is absent the test is
// skipped, or fails if HALFULP_REQUIRE_DATA=1.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HALFULP_DATA")
	if dir == "" {
		dir = filepath.Join(root(), "..", "shared")
	} else if !filepath.IsAbs(dir) {
		dir = filepath.Join(root(), dir)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("HALFULP_REQUIRE_DATA") == "1" {
			t.Fatalf("shared data required (HALFULP_REQUIRE_DATA=1) but not found: %v", err)
		}
		t.Skipf("shared data not found at %s (set HALFULP_DATA): skipped", dir)
	}
	return dir
}

// root is the module's root: two folders above this file's, or, where the
// binary was built with -trimpath, the nearest folder with a go.mod.
func root() string {
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		return filepath.Join(filepath.Dir(file), "..", "..")
	}
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	return "."
}

// Read returns the contents of a data file, uncompressed if its name ends in
// ".gz". name is relative to [Dir], with slashes.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(Dir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if b, err = io.ReadAll(z); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

// Glob returns the data files that match pattern, as names for [Read]. A
// pattern that matches nothing fails the test: a check without cases is none.
func Glob(t testing.TB, pattern string) []string {
	t.Helper()
	dir := Dir(t)
	paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("no data file matches %s", pattern)
	}
	for i, p := range paths {
		if paths[i], err = filepath.Rel(dir, p); err != nil {
			t.Fatal(err)
		}
		paths[i] = filepath.ToSlash(paths[i])
	}
	return paths
}

// Lines calls f for each case of a vector file: the header's "# key: value"
// lines, and the line's blank-separated fields. fields is valid until f returns.
func Lines(t testing.TB, name string, f func(header map[string]string, fields []string)) {
	t.Helper()
	header := map[string]string{}
	cases := 0
	s := bufio.NewScanner(bytes.NewReader(Read(t, name)))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		line := s.Text()
		if comment, ok := strings.CutPrefix(line, "#"); ok {
			if key, value, ok := strings.Cut(comment, ":"); ok {
				header[strings.TrimSpace(key)] = strings.TrimSpace(value)
			}
			continue
		}
		if fields := strings.Fields(line); len(fields) > 0 {
			cases++
			f(header, fields)
		}
	}
	if err := s.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if cases == 0 {
		t.Fatalf("%s: no cases", name)
	}
}
