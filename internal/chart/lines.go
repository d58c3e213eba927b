package chart

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// Lines is a chart of one or more lines over one axis, each labelled at its end.
type Lines struct {
	Title, Subtitle string // the subtitle may have several lines
	XName, YName    string // what the axes show, with the unit
	Series          []Series
}

// Series is one line. A point that is not finite leaves a gap.
type Series struct {
	Name   string
	Points []Point
}

// Sizes in pixels.
const (
	linesLeft   = 72
	linesTop    = 44 // and linesLine for every line of the subtitle
	linesLine   = 15
	linesWidth  = 560 // of the plot
	linesHeight = 320
	linesBelow  = 52
	linesLabel  = 17  // of a label's height
	linesGap    = 22  // from the plot to the labels
	linesMarked = 24  // at most so many points are marked
	linesTitle  = 10  // bounds a letter of the title
	linesMargin = 12  // at the right
	linesWide   = 1.8 // of a line
)

// colours have a contrast of at least 4.5 to 1 on white, and neighbours differ in lightness too.
var colours = [...]string{"#1f5fa8", "#a84300", "#23763a", "#7a2f8f", "#8a6100", "#b3174d", "#00727f", "#444444"}

// Write draws the chart as SVG.
func (l Lines) Write(w io.Writer) error {
	x, y := l.axes()
	top := float64(linesTop)
	var subtitle []string
	if l.Subtitle != "" {
		subtitle = strings.Split(l.Subtitle, "\n")
	}
	top += float64(linesLine * float64(len(subtitle)))
	bottom, right := top+linesHeight, float64(linesLeft+linesWidth)

	width := right
	for _, s := range l.Series {
		width = max(width, right+linesGap+float64(Letter*float64(len(s.Name))))
	}
	width = max(width, linesLeft+float64(linesTitle*float64(len(l.Title))))
	for _, s := range subtitle {
		width = max(width, linesLeft+float64(Letter*float64(len(s))))
	}
	c := NewCanvas(width+linesMargin, bottom+linesBelow, l.Title)
	c.Text(linesLeft, 28, l.Title, Bold)
	for i, s := range subtitle {
		c.Text(linesLeft, 46+float64(linesLine*float64(i)), s, Muted)
	}

	for _, t := range y.Ticks() {
		at := y.At(t.Value, bottom, top)
		c.Line(linesLeft, at, right, at, Grid)
		c.Text(linesLeft-8, at+4, t.Label, `text-anchor="end"`)
	}
	for _, t := range x.Ticks() {
		at := x.At(t.Value, linesLeft, right)
		c.Line(at, top, at, bottom, Grid)
		c.Text(at, bottom+18, t.Label, `text-anchor="middle"`)
	}
	c.Line(linesLeft, top, linesLeft, bottom, Frame)
	c.Line(linesLeft, bottom, right, bottom, Frame)
	c.Text((linesLeft+right)/2, bottom+38, l.XName, `text-anchor="middle"`)
	c.Text(20, (top+bottom)/2, l.YName, fmt.Sprintf(`text-anchor="middle" transform="rotate(-90 20 %.1f)"`, (top+bottom)/2))

	type end struct {
		name, colour string
		at           Point
	}
	var ends []end
	for i, s := range l.Series {
		colour := colours[i%len(colours)]
		stroke := fmt.Sprintf(`stroke="%s" stroke-width="%g"`, colour, linesWide)
		var run []Point
		flush := func() {
			if len(run) > 1 {
				c.Polyline(run, stroke)
			}
			if len(run) == 1 || len(s.Points) <= linesMarked {
				for _, p := range run {
					c.Circle(p.X, p.Y, 3, colour, colour)
				}
			}
			run = run[:0]
		}
		last := Point{right, bottom} // of a series without points
		for _, p := range s.Points {
			if !p.finite() {
				flush()
				continue
			}
			last = Point{x.At(p.X, linesLeft, right), y.At(p.Y, bottom, top)}
			run = append(run, last)
		}
		flush()
		ends = append(ends, end{s.Name, colour, last})
	}

	// Labels in the order of the lines' ends, so that the leaders do not cross.
	slices.SortStableFunc(ends, func(p, q end) int { return cmp.Compare(p.at.Y, q.at.Y) })
	want := make([]float64, len(ends))
	for i, e := range ends {
		want[i] = e.at.Y
	}
	for i, at := range Spread(want, linesLabel, top, bottom) {
		e := ends[i]
		c.Line(e.at.X+4, e.at.Y, right+linesGap-3, at, fmt.Sprintf(`stroke="%s" stroke-width="0.8"`, e.colour))
		c.Halo(right+linesGap, at+4, e.name, e.colour)
	}
	return c.Write(w)
}

func (p Point) finite() bool { return p.X-p.X == 0 && p.Y-p.Y == 0 }

// axes returns the axes around all finite points.
func (l Lines) axes() (x, y Axis) {
	lo, hi := Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, s := range l.Series {
		for _, p := range s.Points {
			if p.finite() {
				lo, hi = Point{min(lo.X, p.X), min(lo.Y, p.Y)}, Point{max(hi.X, p.X), max(hi.Y, p.Y)}
			}
		}
	}
	return around(lo.X, hi.X, 8), around(lo.Y, hi.Y, 6)
}

// around is NewAxis for a range that may be empty or a point.
func around(lo, hi float64, n int) Axis {
	switch {
	case lo > hi:
		lo, hi = 0, 1
	case hi-lo <= float64(1e-9*max(math.Abs(lo), math.Abs(hi))):
		pad := float64(max(1, math.Abs(lo)) / 2)
		lo, hi = lo-pad, hi+pad
	}
	return NewAxis(lo, hi, n)
}

// WriteFile draws the chart to a file, unless the path is empty.
func (l Lines) WriteFile(path string) error {
	if path == "" {
		return nil
	}
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}
