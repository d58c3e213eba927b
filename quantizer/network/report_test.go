package network

import (
	"errors"
	"strings"
	"testing"
	"unicode"
)

// TestReport: errors are one line of bounded length, whatever names a graph
// brings into them.
func TestReport(t *testing.T) {
	for _, name := range []string{"a\nb\x1b[1m", strings.Repeat("é", 1000), "\xff\xfe\x00"} {
		_, err := New(&Graph{
			Opset: 13, Outputs: []ValueInfo{{Name: "y"}},
			Nodes: []Node{{Name: name, Op: name, Outputs: []string{"y"}}},
		}, Options{})
		if !errors.Is(err, ErrUnsupported) {
			t.Fatalf("%q: %v", name, err)
		}
		s := err.Error()
		if !strings.HasPrefix(s, "network: node ") || len(s) > 600 || strings.ContainsFunc(s, unicode.IsControl) || !isUTF8(s) {
			t.Errorf("%q gives %q", name, s)
		}
	}
}

func isUTF8(s string) bool { return strings.ToValidUTF8(s, "?") == s }
