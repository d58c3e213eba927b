package chart

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// Letter bounds the width of one letter of Canvas.Text at its usual size, in pixels.
const Letter = 6.7

// Muted is the attribute of text that stands back, Grid that of a line behind the data and Frame that of
// an axis.
const (
	Muted = `fill="#555"`
	Grid  = `stroke="#e4e4e4"`
	Frame = `stroke="#888"`
	Bold  = `font-size="16" font-weight="bold"`
)

// Canvas is a picture that is being drawn, in pixels from its upper left corner.
type Canvas struct{ b strings.Builder }

// NewCanvas returns a white picture. The title is for those who do not see it.
func NewCanvas(width, height float64, title string) *Canvas {
	c := new(Canvas)
	fmt.Fprintf(&c.b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="12" fill="#222">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&c.b, "<title>%s</title>\n", html.EscapeString(title))
	c.b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	return c
}

// Text writes text, which starts at x unless attributes anchor it elsewhere, on the base line y.
func (c *Canvas) Text(x, y float64, text string, attributes ...string) {
	fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f"%s>%s</text>`+"\n", x, y, join(attributes), html.EscapeString(text))
}

// Halo writes text in a colour with a white rim, readable on lines.
func (c *Canvas) Halo(x, y float64, text, colour string) {
	c.Text(x, y, text, fmt.Sprintf(`fill="%s" stroke="#fff" stroke-width="3" paint-order="stroke"`, colour))
}

// Line draws a straight line.
func (c *Canvas) Line(x1, y1, x2, y2 float64, attributes ...string) {
	fmt.Fprintf(&c.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"%s/>`+"\n", x1, y1, x2, y2, join(attributes))
}

// Circle draws a circle with a rim.
func (c *Canvas) Circle(x, y, radius float64, rim, fill string) {
	fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="%g" fill="%s" stroke="%s" stroke-width="1.5"/>`+"\n", x, y, radius, fill, rim)
}

// Square draws a square with a rim around a point.
func (c *Canvas) Square(x, y, side float64, rim, fill string) {
	fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="%g" height="%g" fill="%s" stroke="%s" stroke-width="1.5"/>`+"\n", x-float64(side/2), y-float64(side/2), side, side, fill, rim)
}

// Polyline draws a line through points, of which there is one for each pair of elements.
func (c *Canvas) Polyline(points []Point, attributes ...string) {
	c.b.WriteString(`<polyline points="`)
	for i, p := range points {
		if i > 0 {
			c.b.WriteByte(' ')
		}
		fmt.Fprintf(&c.b, "%.1f,%.1f", p.X, p.Y)
	}
	fmt.Fprintf(&c.b, `" fill="none" stroke-linejoin="round"%s/>`+"\n", join(attributes))
}

// Point is a place, in pixels or in the chart's own units.
type Point struct{ X, Y float64 }

// Write ends the picture and writes it.
func (c *Canvas) Write(w io.Writer) error {
	_, err := io.WriteString(w, c.b.String()+"</svg>\n")
	return err
}

func join(attributes []string) string {
	if len(attributes) == 0 {
		return ""
	}
	return " " + strings.Join(attributes, " ")
}
