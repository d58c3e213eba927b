package minifloat_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

// TestScanAsFloat64 compares with what fmt makes of a float64: how many numbers it
// reads, and what it leaves.
func TestScanAsFloat64(t *testing.T) {
	for _, c := range []struct{ format, text string }{
		{"%g,%g", "1.5,2"}, {"%g,%g", "1.5 ,2"}, {"%g %g", " 1.5 2"}, {"(%e;%f)", "(-1.5e+1;.5)"}, {"%v%v", "+1.5-2"}, {"%gx%g", "0x1.8p3x0X.8P-1"},
		{"%g%g", "1e2e3"}, {"%g%%%g", "50%25"}, {"%3g%g", "12345"}, {"%g..%g", "1...5"}, {"%gp%g", "6p-2p1"}, {"%b%b", "6755399441055744p-52 -3p-1"},
		{"%g,%g", "inf,-INF"}, {"%g,%g", "NaN,nan"}, {"%gi%g", "infi2"}, {"%G%E", "1 2"}, {"%g", ""}, {"%g", "x"}, {"%g", "."}, {"%g", "1e"}, {"%g", "-"},
		{"%g", "ni"}, {"%g", "0x"}, {"%g%g", "1"}, {"%g,%g", "1;2"}, {"%d", "1"}, {"%q", "1"}, {"%F %b", "0.25 1p3"}, {"%g", "1p"}, {"%g", "-0"},
	} {
		var x, y minifloat.Float32
		v, w := x.Value(), y.Value()
		var a, b float64
		args := strings.Count(c.format, "%") - 2*strings.Count(c.format, "%%")
		in := [3]*strings.Reader{strings.NewReader(c.text), strings.NewReader(c.text), strings.NewReader(c.text)}
		n, err := fmt.Fscanf(in[0], c.format, []any{&a, &b}[:args]...)
		n1, err1 := fmt.Fscanf(in[1], c.format, []any{&x, &y}[:args]...)
		n2, err2 := fmt.Fscanf(in[2], c.format, []any{&v, &w}[:args]...)
		if c.text == "infi2" { // ours goes on to infinity
			n, err = 0, minifloat.ErrSyntax
			a = 0
		}
		if n1 != n || n2 != n || (err1 == nil) != (err == nil) || (err2 == nil) != (err == nil) {
			t.Errorf("Fscanf(%q, %q) = %d, %v; %d, %v for a Value; %d, %v for a float64", c.text, c.format, n1, err1, n2, err2, n, err)
		}
		if n > 0 && !alike(x.Float64(), a) || n > 1 && !alike(y.Float64(), b) || v.Float64() != x.Float64() && a == a || w.Float64() != y.Float64() && b == b {
			t.Errorf("Fscanf(%q, %q): %v %v, %v %v for a Value; want %v %v", c.text, c.format, x, y, v, w, a, b)
		}
		if err == nil && in[1].Len() != in[0].Len() {
			t.Errorf("Fscanf(%q, %q) leaves %d bytes, for a float64 %d", c.text, c.format, in[1].Len(), in[0].Len())
		}
	}
}

func TestScanErrors(t *testing.T) {
	half := mustParse(t, "binary16")
	for _, c := range []struct {
		text string
		want error
	}{
		{"1e9", minifloat.ErrRange}, {"1p99999999999", minifloat.ErrRange}, {"1_0", minifloat.ErrSyntax}, {"99999999999999999999p1", minifloat.ErrSyntax}, {"1.5p1", minifloat.ErrSyntax},
		{"p1", minifloat.ErrSyntax}, {"", io.ErrUnexpectedEOF}, {"infinitum", minifloat.ErrSyntax}, {"é", minifloat.ErrSyntax}, {"\xff", minifloat.ErrSyntax},
	} {
		x := minifloat.From[minifloat.Float16](7)
		v := x.Value()
		if _, err := fmt.Sscan(c.text, &x); !errors.Is(err, c.want) || x.Float64() != 7 {
			t.Errorf("Sscan(%q): %v, %v; want %v", c.text, x, err, c.want)
		}
		if _, err := fmt.Sscan(c.text, &v); !errors.Is(err, c.want) || v != x.Value() {
			t.Errorf("Sscan(%q) of a Value: %v, %v; want %v", c.text, v, err, c.want)
		}
	}
	var v minifloat.Value
	if _, err := fmt.Sscan("1", &v); !errors.Is(err, minifloat.ErrFormat) || v != (minifloat.Value{}) {
		t.Errorf("Sscan of the zero Value: %v, %v", v, err)
	}
	v.Format = half
	// A tie of %b's form rounds to even, what is below half the smallest to a zero of its sign.
	if n, err := fmt.Sscan("-2049p0", &v); n != 1 || err != nil || v.Float64() != -2048 {
		t.Errorf("Sscan of a tie: %v, %v", v, err)
	}
	if n, err := fmt.Sscan("-1p-26", &v); n != 1 || err != nil || v.Bits != 0x8000 || !math.Signbit(v.Float64()) {
		t.Errorf("Sscan of a tiny number: %v, %v", v, err)
	}
}
