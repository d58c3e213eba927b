package glyphs

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// Classes are the glyphs, by label. Neighbours are easily mistaken: a bar, a
// tail, a leg or the roundness of a corner tells them apart.
var Classes = []string{"C", "G", "O", "Q", "D", "B", "P", "R", "S", "5", "Z", "2"}

// point is a place in the plane; y grows downwards.
type point struct{ x, y float64 }

// stroke is a chain of straight segments, which is what curves become.
type stroke []point

// shapes holds the strokes of each class. A glyph fills about -1 <= y <= 1, and
// is a little narrower.
var shapes = func() [][]stroke {
	bowl := join(line(-0.55, 0, -0.55, -1, 0.1, -1), arc(0.1, -0.5, 0.52, 0.5, -90, 90), line(0.1, 0, -0.55, 0))
	return [][]stroke{
		{arc(0, 0, 0.78, 1, 45, 315)},                                                                            // C
		{join(arc(0, 0, 0.78, 1, 315, 10), line(0.77, 0.17, 0.15, 0.17))},                                        // G
		{arc(0, 0, 0.78, 1, 0, 360)},                                                                             // O
		{arc(0, 0, 0.78, 1, 0, 360), line(0.2, 0.4, 0.8, 1.05)},                                                  // Q
		{join(line(-0.6, 1, -0.6, -1, -0.05, -1), arc(-0.05, 0, 0.7, 1, -90, 90), line(-0.05, 1, -0.6, 1))},      // D
		{bowl, join(line(-0.55, 0, -0.55, 1, 0.1, 1), arc(0.1, 0.5, 0.56, 0.5, 90, -90), line(0.1, 0, -0.3, 0))}, // B
		{bowl, line(-0.55, 0, -0.55, 1)},                                                                         // P
		{bowl, line(-0.55, 0, -0.55, 1), line(0, 0, 0.6, 1)},                                                     // R
		{join(arc(0, -0.5, 0.6, 0.5, -30, -270), arc(0, 0.5, 0.6, 0.5, -90, 150))},                               // S
		{join(line(0.5, -1, -0.5, -1, -0.5, -0.05), arc(-0.02, 0.4, 0.62, 0.6, -135, 150))},                      // 5
		{line(-0.6, -1, 0.6, -1, -0.6, 1, 0.6, 1)},                                                               // Z
		{join(arc(0, -0.45, 0.6, 0.55, -165, 35), line(-0.6, 1, 0.6, 1))},                                        // 2
	}
}()

// line is the chain through points given as x, y, x, y, ...
func line(coordinates ...float64) stroke {
	var s stroke
	for i := 0; i < len(coordinates); i += 2 {
		s = append(s, point{coordinates[i], coordinates[i+1]})
	}
	return s
}

// arc is a part of an ellipse around (cx, cy) with the radii rx and ry. Angles
// are in degrees, 0 to the right and 90 downwards.
func arc(cx, cy, rx, ry, from, to float64) stroke {
	const most = 20.0 // degrees of a segment
	n := math.Ceil(math.Abs(to-from) / most)
	var s stroke
	for i := 0.0; i <= n; i++ {
		angle := (from + float64((to-from)*i)/n) * (math.Pi / 180)
		s = append(s, point{cx + float64(rx*elementary.Cos(angle)), cy + float64(ry*elementary.Sin(angle))})
	}
	return s
}

// join makes one stroke of several.
func join(parts ...stroke) stroke {
	var s stroke
	for _, p := range parts {
		s = append(s, p...)
	}
	return s
}
