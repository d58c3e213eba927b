package main

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"

	"github.com/halfulp/halfulp/internal/chart"
	"github.com/halfulp/halfulp/internal/elementary"
)

// drawing is an SVG inside the report, whose style sheet has the colours.
type drawing struct{ b strings.Builder }

func newDrawing(width, height float64, title string) *drawing {
	d := &drawing{}
	fmt.Fprintf(&d.b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img"><title>%s</title>`,
		width, height, width, height, html.EscapeString(title))
	return d
}

func (d *drawing) text(x, y float64, anchor, class, text string) {
	fmt.Fprintf(&d.b, `<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`, x, y, anchor, class, html.EscapeString(text))
}

func (d *drawing) line(x1, y1, x2, y2 float64, class, more string) {
	fmt.Fprintf(&d.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s" %s/>`, x1, y1, x2, y2, class, more)
}

func (d *drawing) dot(x, y, radius float64, class string) {
	fmt.Fprintf(&d.b, `<circle cx="%.1f" cy="%.1f" r="%.1f" class="%s"/>`, x, y, radius, class)
}

func (d *drawing) end() template.HTML { return template.HTML(d.b.String() + "</svg>") }

// Sizes in pixels of the pictures that have a row for each layer or stage.
const (
	rowLabel   = 250 // room for names
	rowPlot    = 560
	rowHeight  = 16
	rowBelow   = 40
	rowLetters = 40 // of a name
)

// rows draws a picture with a row for each name over an axis.
func rows(title, axisName string, names []string, axis chart.Axis, label func(chart.Tick) string, row func(d *drawing, i int, y float64, at func(float64) float64)) template.HTML {
	height := float64(rowHeight * float64(len(names)))
	d := newDrawing(rowLabel+rowPlot+40, height+rowBelow, title)
	at := func(x float64) float64 { return axis.At(x, rowLabel, rowLabel+rowPlot) }
	for _, t := range axis.Ticks() {
		d.line(at(t.Value), 0, at(t.Value), height, "rule", "")
		d.text(at(t.Value), height+14, "middle", "soft", label(t))
	}
	d.text(rowLabel+rowPlot/2, height+32, "middle", "soft", axisName)
	for i, name := range names {
		y := float64(rowHeight*float64(i)) + rowHeight/2
		if most := rowLetters; len(name) > most {
			name = "…" + name[len(name)-most+1:]
		}
		d.text(rowLabel-10, y+4, "end", "", name)
		row(d, i, y, at)
	}
	return d.end()
}

func tickLabel(t chart.Tick) string { return t.Label }

// stagePicture shows the agreement of each stage with its interval.
func (r quantizeResult) stagePicture() template.HTML {
	var names []string
	least := 100.0
	for _, s := range r.Stages[1:] {
		names = append(names, s.Name)
		least = min(least, s.Agreement.Low)
	}
	axis := chart.NewAxis(max(0, min(least-0.5, 99)), 100, 6)
	return rows("agreement of each stage", "agreement with float32 (percent), and its interval", names, axis, tickLabel, func(d *drawing, i int, y float64, at func(float64) float64) {
		s := r.Stages[i+1].Agreement
		d.line(at(s.Low), y, at(s.High), y, "s2", `stroke-width="2"`)
		d.dot(at(s.Percent), y, 4, "f2")
	})
}

// layerPicture shows what few bits do to each layer.
func (r quantizeResult) layerPicture() template.HTML {
	var names []string
	var shown []layer
	lo, hi := 0.0, 10.0
	for _, l := range r.Layers {
		if l.Naive == nil && l.SQNR == nil {
			continue
		}
		names, shown = append(names, l.Site), append(shown, l)
		for _, v := range []*float64{l.Naive, l.SQNR} {
			if v != nil {
				lo, hi = min(lo, *v), max(hi, *v)
			}
		}
	}
	if len(shown) == 0 {
		return ""
	}
	return rows("signal to noise of each layer", "SQNR (dB)", names, chart.NewAxis(lo, hi, 8), tickLabel, func(d *drawing, i int, y float64, at func(float64) float64) {
		l := shown[i]
		if l.Naive != nil && l.SQNR != nil {
			d.line(at(*l.Naive), y, at(*l.SQNR), y, "rule", `stroke-width="2"`)
		}
		if l.Naive != nil {
			d.dot(at(*l.Naive), y, 4, "f1")
		}
		if l.SQNR != nil {
			d.dot(at(*l.SQNR), y, 4, "f2")
		}
	})
}

// leastChannel is the smallest share of the largest channel that is shown: 2^-12.
const leastChannel = -12

// channelPicture shows how the channels of each layer differ in size.
func (r quantizeResult) channelPicture() template.HTML {
	var names []string
	var shown []layer
	for _, l := range r.Layers {
		if l.Before != nil && l.After != nil && l.Before.Greatest > 0 && l.After.Greatest > 0 {
			names, shown = append(names, l.Site), append(shown, l)
		}
	}
	if len(shown) == 0 {
		return ""
	}
	label := func(t chart.Tick) string {
		if t.Value == 0 {
			return "1"
		}
		return fmt.Sprintf("1/%d", 1<<uint(-t.Value))
	}
	return rows("ranges of the channels of each layer", "share of the largest channel", names, chart.Axis{First: leastChannel / 2, Last: 0, Digit: 2}, label, func(d *drawing, i int, y float64, at func(float64) float64) {
		for k, s := range []*spread{shown[i].Before, shown[i].After} {
			place := func(v float32) float64 {
				if v == 0 {
					return at(leastChannel)
				}
				return at(max(leastChannel, elementary.Log(float64(v)/float64(s.Greatest))/math.Ln2))
			}
			h := y - 3 + float64(6*float64(k))
			class := fmt.Sprintf("s%d", k+1)
			d.line(place(s.Least), h, place(s.Greatest), h, class, `stroke-width="3"`)
			d.line(place(s.Median), h-3, place(s.Median), h+3, class, `stroke-width="2"`)
		}
	})
}

// lossPicture shows the losses of training.
func (r quantizeResult) lossPicture() template.HTML {
	if len(r.Losses) == 0 {
		return ""
	}
	const left, top, width, height, below = 60, 10, 700, 220, 56
	most, least := 0.0, math.Inf(1)
	for _, p := range r.Losses {
		most, least = max(most, p.Validation), min(least, p.Validation)
		if p.Training != nil {
			most, least = max(most, *p.Training), min(least, *p.Training)
		}
	}
	if !(most > least) {
		most, least = most+1, least-1
	}
	y := chart.NewAxis(max(0, least-(most-least)/10), most, 5)
	x := func(i int) float64 {
		return left + 20 + float64((width-40)*float64(i))/float64(max(1, len(r.Losses)-1))
	}
	d := newDrawing(left+width+20, top+height+below, "losses of training")
	at := func(v float64) float64 { return y.At(v, top+height, top) }
	for _, t := range y.Ticks() {
		d.line(left, at(t.Value), left+width, at(t.Value), "rule", "")
		d.text(left-8, at(t.Value)+4, "end", "soft", t.Label)
	}
	each := (len(r.Losses) + 23) / 24
	var training, validation []string
	for i, p := range r.Losses {
		if i%each == 0 || p.Epoch == 0 {
			d.text(x(i), top+height+16, "middle", "soft", fmt.Sprint(p.Epoch))
		}
		if p.Epoch == 0 {
			d.text(x(i), top+height+34, "start", "soft", p.Pass)
			d.polyline(training, "s1")
			d.polyline(validation, "s2")
			training, validation = nil, nil
		}
		if p.Training != nil {
			training = append(training, fmt.Sprintf("%.1f,%.1f", x(i), at(*p.Training)))
		}
		validation = append(validation, fmt.Sprintf("%.1f,%.1f", x(i), at(p.Validation)))
	}
	d.polyline(training, "s1")
	d.polyline(validation, "s2")
	for i, p := range r.Losses {
		class := "s2 hollow"
		if p.Best {
			class = "f2"
		}
		d.dot(x(i), at(p.Validation), 3.5, class)
	}
	d.text(left+width/2, top+height+50, "middle", "soft", "epoch (filled: the best so far)")
	return d.end()
}

func (d *drawing) polyline(points []string, class string) {
	if len(points) > 1 {
		fmt.Fprintf(&d.b, `<polyline points="%s" class="%s none" stroke-width="2"/>`, strings.Join(points, " "), class)
	}
}

// picture shows a distribution with its ranges.
func (a distribution) picture() template.HTML {
	const width, height, below = 240, 80, 18
	d := newDrawing(width, height+below, "distribution of an activation")
	lo, hi := a.Lo, a.Lo+float64(a.Width*float64(len(a.Counts)))
	for _, r := range []*[2]float32{a.Chosen, a.Trained} {
		if r != nil && lo < 0 {
			lo = min(lo, float64(r[0]))
		}
		if r != nil {
			hi = max(hi, float64(r[1]))
		}
	}
	lo, hi = min(lo, 0), max(hi, 0)
	x := func(v float64) float64 { return 4 + float64((width-8)*((v-lo)/(hi-lo))) }
	var most int64 = 1
	for _, n := range a.Counts {
		most = max(most, n)
	}
	full := elementary.Log(float64(most) + 1)
	for i, n := range a.Counts {
		if n == 0 {
			continue
		}
		h := float64((height - 6) * (elementary.Log(float64(n)+1) / full))
		from, to := x(a.Lo+float64(a.Width*float64(i))), x(a.Lo+float64(a.Width*float64(i+1)))
		fmt.Fprintf(&d.b, `<rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" class="bar"/>`, from, height-h, to-from, h)
	}
	d.line(0, height, width, height, "axis", "")
	for i, r := range []*[2]float32{a.Chosen, a.Trained} {
		if r == nil {
			continue
		}
		class := fmt.Sprintf("s%d", i+2)
		for _, v := range r {
			if float64(v) >= lo && v != 0 {
				d.line(x(float64(v)), 0, x(float64(v)), height, class, `stroke-width="1.8"`)
			}
		}
	}
	d.text(4, height+14, "start", "soft", fmt.Sprintf("%.3g", lo))
	d.text(width-4, height+14, "end", "soft", fmt.Sprintf("%.3g", hi))
	if z := x(0); z > 40 && z < width-40 {
		d.text(z, height+14, "middle", "soft", "0")
	}
	return d.end()
}
