package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// box is what a text covers, on the safe side.
type box struct{ left, top, right, bottom float64 }

func (b box) meets(c box) bool {
	return b.left < c.right && c.left < b.right && b.top < c.bottom && c.top < b.bottom
}

// drawn parses the picture and returns its size and the boxes of the points' labels.
func drawn(t *testing.T, c accuracyChart) (width, height float64, labels map[string]box) {
	t.Helper()
	var out bytes.Buffer
	if err := c.write(&out); err != nil {
		t.Fatal(err)
	}
	labels = map[string]box{}
	d := xml.NewDecoder(&out)
	var x, y float64
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	haloed, texts := false, 0.0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			haloed = false
			for _, a := range e.Attr {
				switch {
				case e.Name.Local == "svg" && a.Name.Local == "width":
					width = number(a.Value)
				case e.Name.Local == "svg" && a.Name.Local == "height":
					height = number(a.Value)
				case e.Name.Local == "text" && a.Name.Local == "x":
					x = number(a.Value)
				case e.Name.Local == "text" && a.Name.Local == "y":
					y = number(a.Value)
				case a.Name.Local == "paint-order":
					haloed = true
				}
			}
		case xml.CharData:
			s := strings.TrimSpace(string(e))
			if haloed && s != "" {
				labels[s] = box{x, y - 10, x + 6.5*float64(len(s)), y + 3}
			}
			if strings.HasPrefix(s, "long") {
				texts++
				if x+6.5*float64(len(s)) > width {
					t.Errorf("%q leaves the picture of width %v", s, width)
				}
			}
		}
	}
	if texts != 3 {
		t.Errorf("%v lines around the plot", texts)
	}
	return width, height, labels
}

// TestChartLabels: whatever the points, no label covers another, and all are in
// the picture.
func TestChartLabels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		long := "long" + strings.Repeat(" line", r.IntN(40))
		c := accuracyChart{title: "t", subtitle: long + "\n" + long, footer: long, float: 100 * r.Float64()}
		spread := []float64{0, 0.1, 5, 100}[round%4]
		for i := range 1 + r.IntN(14) {
			c.points = append(c.points, point{
				label: fmt.Sprintf("format%d", i), bits: 2 + r.IntN(9), integer: r.IntN(2) == 0, channel: r.IntN(2) == 0,
				accuracy: min(100, max(0, c.float+spread*(r.Float64()-0.5))),
			})
		}
		width, height, labels := drawn(t, c)
		if len(labels) != len(c.points) {
			t.Fatalf("%d labels of %d points", len(labels), len(c.points))
		}
		for a, p := range labels {
			if p.left < 0 || p.right > width || p.top < 0 || p.bottom > height {
				t.Errorf("round %d: %q at %v is not in the picture of %v x %v", round, a, p, width, height)
			}
			for b, q := range labels {
				if a < b && p.meets(q) {
					t.Errorf("round %d: %q at %v covers %q at %v", round, a, p, b, q)
				}
			}
		}
	}
}

func TestChartRange(t *testing.T) {
	for _, c := range []struct {
		float float64
		other float64
	}{{91.1, 88.5}, {100, 100}, {0, 0}, {82.8, 0}, {99.9, 99.9}} {
		a := accuracyChart{float: c.float, points: []point{{accuracy: c.other}}}.axis()
		lo, hi, step := a.Lo(), a.Hi(), a.Step()
		if lo < 0 || hi > 100 || lo > min(c.float, c.other) || hi < max(c.float, c.other) || (hi-lo)/step > 13 || (hi-lo)/step < 3 {
			t.Errorf("%v: axis from %v to %v by %v", c, lo, hi, step)
		}
	}
}
