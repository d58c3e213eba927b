package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		want := make([]float64, 1+r.IntN(10))
		for i := range want {
			want[i] = 10 + 190*r.Float64()
			if i > 0 {
				want[i] = max(want[i-1], want[i]*r.Float64())
			}
		}
		at := Spread(want, 17, 0, 300)
		for i, v := range at {
			if v < 0 || v > 300 || i > 0 && v-at[i-1] < 17-1e-9 {
				t.Fatalf("%v -> %v", want, at)
			}
		}
	}
	if at := Spread([]float64{50, 100}, 17, 0, 300); at[0] != 50 || at[1] != 100 {
		t.Errorf("positions far apart were moved: %v", at)
	}
}

// TestAxis: an axis covers its range with a sensible number of ticks at the multiples of its step, whose labels read
// back as their values.
func TestAxis(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		lo := math.Ldexp(r.NormFloat64(), r.IntN(40)-20)
		hi := lo + math.Ldexp(r.Float64()+0.01, r.IntN(40)-20)
		if lo+(hi-lo)/1e9 == lo || !(lo < hi) {
			continue
		}
		a := NewAxis(lo, hi, 6)
		ticks := a.Ticks()
		if a.Lo() > lo || a.Hi() < hi || lo-a.Lo() >= a.Step() || a.Hi()-hi >= a.Step() || len(ticks) < 3 || len(ticks) > 9 {
			t.Fatalf("%v to %v: %+v with %d ticks", lo, hi, a, len(ticks))
		}
		if a.At(a.Lo(), 300, 10) != 300 || a.At(a.Hi(), 300, 10) != 10 {
			t.Fatalf("%+v: ends at %v and %v", a, a.At(a.Lo(), 300, 10), a.At(a.Hi(), 300, 10))
		}
		for i, tick := range ticks {
			if i > 0 && (tick.Value <= ticks[i-1].Value || tick.Label == ticks[i-1].Label) {
				t.Fatalf("%v to %v: %v", lo, hi, ticks)
			}
		}
	}
	var labels []string
	for _, tick := range NewAxis(-0.03, 0.11, 6).Ticks() {
		labels = append(labels, tick.Label)
	}
	if got, want := strings.Join(labels, " "), "-0.05 0.00 0.05 0.10 0.15"; got != want {
		t.Errorf("ticks %s, want %s", got, want)
	}
}

// TestLines: whatever the data, the picture is XML, and holds what was named.
func TestLines(t *testing.T) {
	for name, series := range map[string][]Series{
		"none":     nil,
		"empty":    {{Name: "a"}},
		"point":    {{"a", []Point{{3, 3}}}},
		"constant": {{"a", []Point{{0, 7}, {1, 7}}}},
		"gaps":     {{"a & b", []Point{{0, 1}, {1, math.Inf(-1)}, {2, 3}, {3, 2}, {4, math.NaN()}}}, {"c", []Point{{0, 1}, {4, 1}}}},
		"zero":     {{"a", []Point{{0, 0}, {0, 0}}}},
	} {
		var out bytes.Buffer
		if err := (Lines{Title: "title", Subtitle: "sub\ntitle", XName: "x", YName: "y", Series: series}).Write(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "NaN") || strings.Contains(out.String(), "Inf") {
			t.Errorf("%s: a coordinate is not finite:\n%s", name, &out)
		}
		texts := map[string]bool{}
		for d := xml.NewDecoder(&out); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if c, ok := token.(xml.CharData); ok {
				texts[string(c)] = true
			}
		}
		for _, s := range append([]Series{{Name: "title"}, {Name: "sub"}, {Name: "x"}, {Name: "y"}}, series...) {
			if !texts[s.Name] {
				t.Errorf("%s: %q is not in the picture", name, s.Name)
			}
		}
	}
}
