package main

import (
	"fmt"
	"html"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// chart is a picture of accuracy against bits: one labelled point for each
// format, and a line at the float network's accuracy.
type chart struct {
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
	chartPlot    = 330 // its height
	chartBelow   = 82  // under it: ticks, title of the axis, footer
	chartLead    = 150 // room left of the first group, where the float line's label stands
	chartGap     = 26  // from a group's markers to its labels
	chartLine    = 17  // of one label's height
	chartLetter  = 6.7 // of one letter's width, at 12 px, on the safe side
	chartTitle   = 10  // of one letter's of the title
	chartMinimum = 760 // the picture's width
)

// write draws the chart as SVG on a white background.
func (c chart) write(w io.Writer) error {
	groups := map[int][]point{}
	columns := map[int]float64{} // what each group and its labels need to the right
	for _, p := range c.points {
		groups[p.bits] = append(groups[p.bits], p)
		columns[p.bits] = max(columns[p.bits], chartGap+float64(chartLetter*float64(len(p.caption())))+26)
	}
	bits := slices.Sorted(maps.Keys(groups))

	// Bits are to scale; one is wide enough for every group's labels to end before
	// the next group.
	first, last := bits[0], bits[len(bits)-1]
	perBit := 0.0
	if span := float64(last - first); span > 0 {
		perBit = (chartMinimum - chartLeft - chartLead - columns[last]) / span
	}
	for i := 1; i < len(bits); i++ {
		perBit = max(perBit, columns[bits[i-1]]/float64(bits[i]-bits[i-1]))
	}
	width := max(chartMinimum, chartLeft+chartLead+float64(perBit*float64(last-first))+columns[last],
		chartLeft+float64(chartTitle*float64(len(c.title))))
	for _, line := range append(strings.Split(c.subtitle, "\n"), c.footer) {
		width = max(width, chartLeft+float64(chartLetter*float64(len(line))))
	}
	x := func(b int) float64 { return chartLeft + chartLead + float64(perBit*float64(b-first)) }

	lo, hi, step := c.yRange()
	y := func(accuracy float64) float64 {
		return chartTop + chartPlot*(hi-accuracy)/(hi-lo)
	}

	var s strings.Builder
	height := chartTop + chartPlot + chartBelow
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="12" fill="#222">`+"\n", width, height, width, height)
	fmt.Fprintf(&s, "<title>%s: accuracy against bits</title>\n", html.EscapeString(c.title))
	s.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	text := func(x, y float64, extra, t string) {
		fmt.Fprintf(&s, `<text x="%.1f" y="%.1f"%s>%s</text>`+"\n", x, y, extra, html.EscapeString(t))
	}
	line := func(x1, y1, x2, y2 float64, style string) {
		fmt.Fprintf(&s, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" %s/>`+"\n", x1, y1, x2, y2, style)
	}
	text(chartLeft, 28, ` font-size="16" font-weight="bold"`, c.title)
	for i, part := range strings.Split(c.subtitle, "\n") {
		text(chartLeft, 46+float64(15*float64(i)), ` fill="#555"`, part)
	}

	right := width - 12
	for i := 0; ; i++ {
		v := lo + float64(step*float64(i))
		if v > hi+step/1e3 {
			break
		}
		line(chartLeft, y(v), right, y(v), `stroke="#e4e4e4"`)
		text(chartLeft-8, y(v)+4, ` text-anchor="end"`, fmt.Sprintf("%.*f", decimals(step), v))
	}
	for _, b := range bits {
		line(x(b), chartTop, x(b), chartTop+chartPlot, `stroke="#e4e4e4"`)
		text(x(b), chartTop+chartPlot+18, ` text-anchor="middle"`, fmt.Sprint(b))
	}
	line(chartLeft, chartTop, chartLeft, chartTop+chartPlot, `stroke="#888"`)
	line(chartLeft, chartTop+chartPlot, right, chartTop+chartPlot, `stroke="#888"`)
	text((chartLeft+right)/2, chartTop+chartPlot+38, ` text-anchor="middle"`, "bits of a weight and of an activation")
	middle := float64(chartTop + chartPlot/2)
	text(20, middle, fmt.Sprintf(` text-anchor="middle" transform="rotate(-90 20 %.1f)"`, middle), "accuracy (percent)")
	text(chartLeft, chartTop+chartPlot+64, ` fill="#555"`, c.footer)

	line(chartLeft, y(c.float), right, y(c.float), `stroke="#222" stroke-width="1.5" stroke-dasharray="6 4"`)
	above := y(c.float) - 6
	if above < chartTop+12 {
		above = y(c.float) + 15
	}
	text(chartLeft+8, above, "", fmt.Sprintf("float32 %.2f", c.float))

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
		at := around(want, y(c.float))
		labels := x(b) + chartGap
		for i := range g {
			line(x(b)+6, want[i], labels-3, at[i], fmt.Sprintf(`stroke="%s" stroke-width="0.8"`, g[i].colour()))
		}
		for i, p := range g {
			// A white halo keeps letters readable on the grid and on the float line.
			text(labels, at[i]+4, fmt.Sprintf(` fill="%s" stroke="#fff" stroke-width="3" paint-order="stroke"`, p.colour()), p.caption())
		}
		for i, p := range g {
			p.marker(&s, x(b), want[i])
		}
	}
	s.WriteString("</svg>\n")
	_, err := io.WriteString(w, s.String())
	return err
}

func (p point) caption() string { return fmt.Sprintf("%s %.2f", p.label, p.accuracy) }

// colour is of enough contrast for text on white (at least 5 to 1).
func (p point) colour() string {
	if p.integer {
		return "#a84300"
	}
	return "#1f5fa8"
}

func (p point) marker(s *strings.Builder, x, y float64) {
	fill := p.colour()
	if p.channel {
		fill = "#fff"
	}
	if p.integer {
		fmt.Fprintf(s, `<rect x="%.1f" y="%.1f" width="9" height="9" fill="%s" stroke="%s" stroke-width="1.5"/>`+"\n", x-4.5, y-4.5, fill, p.colour())
		return
	}
	fmt.Fprintf(s, `<circle cx="%.1f" cy="%.1f" r="5" fill="%s" stroke="%s" stroke-width="1.5"/>`+"\n", x, y, fill, p.colour())
}

// yRange returns the ends of the accuracy axis, both multiples of its step of 1,
// 2 or 5 times a power of ten, around all points and the float line.
func (c chart) yRange() (lo, hi, step float64) {
	lo, hi = c.float, c.float
	for _, p := range c.points {
		lo, hi = min(lo, p.accuracy), max(hi, p.accuracy)
	}
	margin := max(0.06*(hi-lo), 0.5)
	lo, hi = max(0, lo-margin), min(100, hi+margin)
	raw := (hi - lo) / 6
	step = math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*step >= raw {
			step *= m
			break
		}
	}
	return step * math.Floor(lo/step), min(100, step*math.Ceil(hi/step)), step
}

// decimals returns how many digits after the point a step needs.
func decimals(step float64) int {
	if step >= 1 {
		return 0
	}
	return int(math.Ceil(-float64(math.Log10(step)) - 1e-9))
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
	at := spread(want[:above], chartLine, chartTop+half, line-half-1)
	return append(at, spread(want[above:], chartLine, line+half+1, chartTop+chartPlot-half)...)
}

// spread moves ascending positions as little as their groups allow until
// neighbours are at least gap apart and all lie within lo and hi, the higher bound
// giving way if there are too many: positions that collide become a block around
// their mean.
func spread(want []float64, gap, lo, hi float64) []float64 {
	type block struct {
		n   int
		sum float64 // of each member's wanted position of the block's first
	}
	var blocks []block
	start := func(b block) float64 {
		length := float64(gap * float64(b.n-1))
		return max(lo, min(b.sum/float64(b.n), hi-length))
	}
	for _, v := range want {
		blocks = append(blocks, block{1, v})
		for len(blocks) > 1 {
			p, q := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if start(p)+float64(gap*float64(p.n)) <= start(q) {
				break
			}
			// A member k places into the merged block wants its first k gaps higher.
			p.sum += q.sum - float64(gap*float64(p.n*q.n))
			p.n += q.n
			blocks = append(blocks[:len(blocks)-2], p)
		}
	}
	at := make([]float64, 0, len(want))
	for _, b := range blocks {
		for i := range b.n {
			at = append(at, start(b)+float64(gap*float64(i)))
		}
	}
	return at
}
