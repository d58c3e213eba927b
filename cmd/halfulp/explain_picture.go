package main

import (
	"bytes"
	"fmt"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/internal/chart"
)

// Sizes in pixels of the number line's picture.
const (
	lineWidth   = 900
	lineLower   = 240 // of the lower neighbour, from the left
	lineUpper   = 660
	lineMiddle  = (lineLower + lineUpper) / 2
	lineBeyond  = 150 // how far beyond the neighbours a result lies that is neither of them
	lineHeight  = 178 // of the line, from the top
	lineEnd     = 50  // how far it goes beyond the neighbours
	lineReason  = 16  // of a line of text
	lineLetters = 125 // of one, at most
	lineNear    = 130 // what a word on the error needs

	lineResult = "#1f5fa8"
	lineExact  = "#a84300"
)

// picture draws the number line: the neighbours and their midpoint, the exact value, and which of them it became.
func (e explanation) picture() []byte {
	var reasons []string
	for _, s := range e.Why {
		reasons = append(reasons, wrap(s, lineLetters)...)
	}
	if flags := strings.Join(e.Flags, ", "); flags != "" {
		reasons = append(reasons, "flags: "+flags)
	}
	title := shorten(fmt.Sprintf("%s becomes %s", e.Value, e.Result.Value), 76)
	height := lineHeight + 100 + float64(lineReason*float64(len(reasons)))
	c := chart.NewCanvas(lineWidth, height, title)
	c.Text(lineEnd, 30, title, chart.Bold)
	c.Text(lineEnd, 50, e.about, chart.Muted)
	c.Text(lineEnd, 66, e.choices(), chart.Muted)
	if len(e.Operands) > 0 {
		var parts []string
		for _, x := range e.Operands {
			s := x.Name + " = " + x.Value
			if x.Format != "" {
				s += " in " + x.Format
			}
			if x.Rounded {
				s += " (from " + x.Written + ")"
			}
			parts = append(parts, s)
		}
		c.Text(lineEnd, 82, shorten(e.Formula+"; "+strings.Join(parts, ", "), lineLetters), chart.Muted)
	}

	switch {
	case e.Upper != nil:
		e.drawBetween(c)
	case e.below != nil && (e.Result.number == nil || e.Result.number.Cmp(e.exactNumber) != 0):
		drawLine(c)
		e.mark(c, lineLower, e.below, "the next below")
		e.mark(c, lineUpper, e.above, "the next above")
		e.mark(c, lineMiddle, &neighbour{Value: e.decimal, number: e.exactNumber}, "")
		e.drawExact(c, lineMiddle, "exact "+e.decimal)
		e.drawBeyond(c, e.below, e.above)
	case e.Result.number != nil:
		drawLine(c)
		e.mark(c, lineMiddle, &e.Result, "")
		if e.below != nil {
			e.mark(c, lineLower, e.below, "the next below")
			e.mark(c, lineUpper, e.above, "the next above")
		}
	default: // an infinity or a NaN lies beyond the line
		drawLine(c)
		at := float64(lineUpper + lineBeyond)
		if strings.HasPrefix(e.Result.Value, "-") {
			at = lineLower - lineBeyond
		}
		e.mark(c, at, &e.Result, "")
	}
	for i, s := range reasons {
		c.Text(lineEnd, lineHeight+88+float64(lineReason*float64(i)), s)
	}
	var b bytes.Buffer
	c.Write(&b) // a buffer takes everything
	return b.Bytes()
}

func drawLine(c *chart.Canvas) {
	c.Line(lineLower-lineEnd, lineHeight, lineUpper+lineEnd, lineHeight, chart.Frame)
}

// drawBetween draws a value between its neighbours.
func (e explanation) drawBetween(c *chart.Canvas) {
	drawLine(c)
	c.Line(lineMiddle, lineHeight-7, lineMiddle, lineHeight+7, chart.Frame, `stroke-dasharray="3 2"`)
	c.Text(lineMiddle, lineHeight+22, "midpoint", chart.Muted, `text-anchor="middle"`)
	c.Text(lineMiddle, lineHeight+37, e.Midpoint, chart.Muted, `text-anchor="middle"`)

	at := lineLower + float64((lineUpper-lineLower)*e.part())
	to := 0.0
	switch {
	case e.Result.Code == e.Lower.Code:
		to = lineLower
	case e.Result.Code == e.Upper.Code:
		to = lineUpper
	}
	if to != 0 {
		c.Line(at, lineHeight, to, lineHeight, fmt.Sprintf(`stroke="%s" stroke-width="5" stroke-opacity="0.35"`, lineResult))
		where, anchor := (at+to)/2, "middle"
		switch {
		case to-at > 0 && to-at < lineNear:
			where, anchor = at+8, "start"
		case to-at < 0 && to-at > -lineNear:
			where, anchor = at-8, "end"
		}
		error, _ := new(big.Rat).Quo(difference(e.Result.number, e.exactNumber), difference(e.Upper.number, e.Lower.number)).Float64()
		c.Text(where, lineHeight-14, fmt.Sprintf("error %+.3g of a step", error), fmt.Sprintf(`fill="%s" text-anchor="%s" font-size="11"`, lineResult, anchor))
	}
	e.mark(c, lineLower, e.Lower, "lower")
	e.mark(c, lineUpper, e.Upper, "upper")

	label := "exact " + e.decimal
	if e.Position == "tie" {
		label += ", a tie"
	}
	e.drawExact(c, at, label)
	if to == 0 {
		e.drawBeyond(c, e.Lower, e.Upper)
	}
}

// drawExact lets the exact value point at its place from above.
func (e explanation) drawExact(c *chart.Canvas, at float64, label string) {
	pen := fmt.Sprintf(`stroke="%s" stroke-width="1.5"`, lineExact)
	c.Line(at, lineHeight-52, at, lineHeight-8, pen)
	c.Polyline([]chart.Point{{X: at - 4, Y: lineHeight - 16}, {X: at, Y: lineHeight - 7}, {X: at + 4, Y: lineHeight - 16}}, pen)
	c.Text(at, lineHeight-60, label, `text-anchor="middle"`, fmt.Sprintf(`fill="%s"`, lineExact))
}

// drawBeyond draws a result that is no neighbour of the value: beyond the range on its side, or what wrapped around.
func (e explanation) drawBeyond(c *chart.Canvas, lower, upper *neighbour) {
	at := float64(lineUpper + lineBeyond)
	if r := e.Result.number; r != nil && r.Cmp(lower.number) <= 0 || strings.HasPrefix(e.Result.Value, "-inf") {
		at = lineLower - lineBeyond
	}
	if e.Result.Code != lower.Code && e.Result.Code != upper.Code {
		e.mark(c, at, &e.Result, "")
	}
}

// part is where the value lies on the way from the lower to the upper neighbour.
func (e explanation) part() float64 {
	part, _ := new(big.Rat).Quo(difference(e.exactNumber, e.Lower.number), difference(e.Upper.number, e.Lower.number)).Float64()
	return part
}

// mark draws a value of the format as a point with its code, filled where it is the result and hollow where the
// format lacks it.
func (e explanation) mark(c *chart.Canvas, x float64, n *neighbour, role string) {
	middle := `text-anchor="middle"`
	colour, fill := "#555", "#fff"
	if n.Code == e.Result.Code {
		colour, fill = lineResult, lineResult
	}
	y := float64(lineHeight)
	if n.number == nil { // an infinity or a NaN is no place on the line
		c.Square(x, y, 11, colour, fill)
	} else {
		c.Circle(x, y, 6, colour, fill)
	}
	if n.Odds != "" {
		role += " (odds " + n.Odds + ")"
	}
	name := role
	if n.Code == e.Result.Code {
		name = strings.TrimSpace(role + " = the result")
		if role == "" {
			name = "the result"
		}
	}
	c.Text(x, y+22, name, middle, fmt.Sprintf(`fill="%s"`, colour))
	c.Text(x, y+37, n.Value, middle, fmt.Sprintf(`fill="%s" font-weight="bold"`, colour))
	if n.Code == "" {
		c.Text(x, y+52, "beyond the range", middle, chart.Muted)
		return
	}
	c.Text(x, y+52, n.Code, middle, chart.Muted)
	c.Text(x, y+67, n.Bits, middle, chart.Muted)
}

// wrap cuts a text into lines of at most n letters, where it has blanks.
func wrap(s string, n int) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= n {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// shorten cuts a text to n letters.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-3]) + "..."
	}
	return s
}
