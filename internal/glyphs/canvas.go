package glyphs

import "math"

// Size is the height and the width of an image in pixels.
const Size = 24

// center is the middle of an image, between pixels: pixel i covers i-1/2 to i+1/2.
const center = (Size - 1) / 2.0

// canvas is an image of ink between 0 and 1, by rows.
type canvas [Size * Size]float64

// stroke draws a chain of segments with round ends, in pixels. Where ink is
// already, the darker of the two stays.
func (c *canvas) stroke(s stroke, width, ink float64) {
	reach := float64(width/2) + 0.5
	for i := 1; i < len(s); i++ {
		p, q := s[i-1], s[i]
		x0, x1 := span(p.x, q.x, reach)
		y0, y1 := span(p.y, q.y, reach)
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				d := distance(point{float64(x), float64(y)}, p, q)
				at := &c[y*Size+x]
				*at = max(*at, ink*min(1, max(0, reach-d)))
			}
		}
	}
}

// span returns the pixels [lo, hi) within reach of a segment in one direction.
func span(a, b, reach float64) (lo, hi int) {
	return int(max(0, math.Ceil(min(a, b)-reach))), int(min(Size, math.Floor(max(a, b)+reach)+1))
}

// distance returns that of a from the segment between p and q.
func distance(a, p, q point) float64 {
	dx, dy := q.x-p.x, q.y-p.y
	ax, ay := a.x-p.x, a.y-p.y
	if square := float64(dx*dx) + float64(dy*dy); square > 0 {
		t := min(1, max(0, (float64(ax*dx)+float64(ay*dy))/square))
		ax -= float64(t * dx)
		ay -= float64(t * dy)
	}
	return math.Sqrt(float64(ax*ax) + float64(ay*ay))
}

// blur replaces every pixel by a weighted mean of itself and its neighbours:
// side, 1-2*side, side in either direction. Outside there is no ink.
func (c *canvas) blur(side float64) {
	for y := range Size {
		blurLine(c[y*Size:], 1, side)
	}
	for x := range Size {
		blurLine(c[x:], Size, side)
	}
}

func blurLine(line []float64, stride int, side float64) {
	before := 0.0
	for i := range Size {
		at, after := line[i*stride], 0.0
		if i+1 < Size {
			after = line[(i+1)*stride]
		}
		line[i*stride] = float64((1-2*side)*at) + float64(side*(before+after))
		before = at
	}
}
