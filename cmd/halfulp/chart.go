package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/internal/chart"
)

// accuracyChart is a picture of accuracy against bits: one labelled point for each
// format, and a line at the float network's accuracy.
type accuracyChart struct {
	title    string
	subtitle string
	footer   string
	float    float64 // percent
	points   []point
}

type point struct {
	label    string
	bits     int
	accuracy float64 // percent
	integer  bool    // drawn as a square, other formats as a circle
	channel  bool    // drawn hollow: one scale per output channel
}

// Sizes in pixels of the picture's own coordinates.
const (
	chartLeft    = 72  // of the plot's left edge
	chartTop     = 76  // of its upper edge
	chartPlot    = 420 // its height
	chartBelow   = 82  // under it: ticks, title of the axis, footer
	chartLead    = 150 // room left of the first group, where the float line's label stands
	chartGap     = 26  // from a group's markers to its labels
	chartLine    = 17  // of one label's height
	chartTitle   = 10  // of one letter's of the title
	chartMinimum = 760 // the picture's width
)

// chartSubject ends the title of every such picture.
const chartSubject = ": accuracy against bits"

// write draws the chart as SVG on a white background.
func (c accuracyChart) write(w io.Writer) error {
	groups := map[int][]point{}
	columns := map[int]float64{} // what each group and its labels need to the right
	for _, p := range c.points {
		groups[p.bits] = append(groups[p.bits], p)
		columns[p.bits] = max(columns[p.bits], chartGap+float64(chart.Letter*float64(len(p.caption())))+26)
	}
	bits := slices.Sorted(maps.Keys(groups))

	// A group's labels end before the next group, whatever lies between their bits.
	at, end := map[int]float64{}, float64(chartLeft+chartLead)
	for _, b := range bits {
		at[b] = end
		end += columns[b]
	}
	if spare := chartMinimum - end; spare > 0 {
		for i, b := range bits {
			at[b] += spare * float64(i) / float64(len(bits))
		}
		end = chartMinimum
	}
	width := max(end, chartLeft+float64(chartTitle*float64(len(c.title))))
	for _, line := range append(strings.Split(c.subtitle, "\n"), c.footer) {
		width = max(width, chartLeft+float64(chart.Letter*float64(len(line))))
	}

	axis := c.axis()
	y := func(accuracy float64) float64 { return axis.At(accuracy, chartTop+chartPlot, chartTop) }

	pic := chart.NewCanvas(width, chartTop+chartPlot+chartBelow, c.title+chartSubject)
	pic.Text(chartLeft, 28, c.title, chart.Bold)
	for i, part := range strings.Split(c.subtitle, "\n") {
		pic.Text(chartLeft, 46+float64(15*float64(i)), part, chart.Muted)
	}

	right := width - 12
	for _, t := range axis.Ticks() {
		pic.Line(chartLeft, y(t.Value), right, y(t.Value), chart.Grid)
		pic.Text(chartLeft-8, y(t.Value)+4, t.Label, `text-anchor="end"`)
	}
	for _, b := range bits {
		pic.Line(at[b], chartTop, at[b], chartTop+chartPlot, chart.Grid)
		pic.Text(at[b], chartTop+chartPlot+18, fmt.Sprint(b), `text-anchor="middle"`)
	}
	pic.Line(chartLeft, chartTop, chartLeft, chartTop+chartPlot, chart.Frame)
	pic.Line(chartLeft, chartTop+chartPlot, right, chartTop+chartPlot, chart.Frame)
	pic.Text((chartLeft+right)/2, chartTop+chartPlot+38, "bits of a weight and of an activation", `text-anchor="middle"`)
	middle := float64(chartTop + chartPlot/2)
	pic.Text(20, middle, "accuracy (percent)", fmt.Sprintf(`text-anchor="middle" transform="rotate(-90 20 %.1f)"`, middle))
	pic.Text(chartLeft, chartTop+chartPlot+64, c.footer, chart.Muted)

	pic.Line(chartLeft, y(c.float), right, y(c.float), `stroke="#222" stroke-width="1.5" stroke-dasharray="6 4"`)
	above := y(c.float) - 6
	if above < chartTop+12 {
		above = y(c.float) + 15
	}
	pic.Text(chartLeft+8, above, fmt.Sprintf("float32 %.2f", c.float))

	for _, b := range bits {
		g := groups[b]
		slices.SortStableFunc(g, func(p, q point) int {
			switch {
			case p.accuracy > q.accuracy:
				return -1
			case p.accuracy < q.accuracy:
				return 1
			}
			return 0
		})
		want := make([]float64, len(g))
		for i, p := range g {
			want[i] = y(p.accuracy)
		}
		heights := around(want, y(c.float))
		labels := at[b] + chartGap
		for i := range g {
			pic.Line(at[b]+6, want[i], labels-3, heights[i], fmt.Sprintf(`stroke="%s" stroke-width="0.8"`, g[i].colour()))
		}
		for i, p := range g {
			pic.Halo(labels, heights[i]+4, p.caption(), p.colour())
		}
		for i, p := range g {
			p.marker(pic, at[b], want[i])
		}
	}
	return pic.Write(w)
}

func (p point) caption() string { return fmt.Sprintf("%s %.2f", p.label, p.accuracy) }

// colour is of enough contrast for text on white (at least 5 to 1).
func (p point) colour() string {
	if p.integer {
		return "#a84300"
	}
	return "#1f5fa8"
}

func (p point) marker(c *chart.Canvas, x, y float64) {
	fill := p.colour()
	if p.channel {
		fill = "#fff"
	}
	if p.integer {
		c.Square(x, y, 9, p.colour(), fill)
		return
	}
	c.Circle(x, y, 5, p.colour(), fill)
}

// axis returns the accuracy axis, around all points and the float line.
func (c accuracyChart) axis() chart.Axis {
	lo, hi := c.float, c.float
	for _, p := range c.points {
		lo, hi = min(lo, p.accuracy), max(hi, p.accuracy)
	}
	margin := max(0.06*(hi-lo), 0.5)
	return chart.NewAxis(max(0, lo-margin), min(100, hi+margin), 6)
}

// around places the labels of points at ascending heights so that none lies on
// another or on the line: those of points on the line or above it go above while
// there is room.
func around(want []float64, line float64) []float64 {
	const half = chartLine / 2.0
	above := 0
	for above < len(want) && want[above] <= line && chartLine*float64(above+1) <= line-chartTop {
		above++
	}
	at := chart.Spread(want[:above], chartLine, chartTop+half, line-half-1)
	return append(at, chart.Spread(want[above:], chartLine, line+half+1, chartTop+chartPlot-half)...)
}
