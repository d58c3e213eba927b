package glyphs

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// Draw returns an image of Size by Size pixels, by rows, and the label of the
// glyph in it. Pixels are multiples of 1/255 between 0 and 1. The label is
// index modulo the number of classes; everything else is random. It panics for
// a negative index.
func Draw(seed uint64, index int) (pixels []float32, label int) {
	pixels = make([]float32, Size*Size)
	return pixels, draw(pixels, seed, index)
}

func draw(pixels []float32, seed uint64, index int) (label int) {
	if index < 0 {
		panic("glyphs: negative index")
	}
	label = index % len(Classes)
	random := newSource(seed, index)
	var c canvas
	width := random.between(1.3, 2.8)
	scale := random.between(5.5, 8.5)
	clutter(&c, random, label, scale, width)
	place := distortion(random, scale, 25)
	place.shift = point{center + random.between(-2, 2), center + random.between(-2, 2)}
	for _, s := range shapes[label] {
		c.stroke(place.apply(s), width, 1)
	}
	c.blur(random.between(0, 0.3))
	paper, contrast := random.between(0, 0.4), random.between(0.25, 0.6)
	noise := random.between(0.04, 0.16)
	for i, ink := range c {
		v := paper + float64(contrast*ink) + float64(noise*random.normal())
		pixels[i] = float32(math.RoundToEven(255*min(1, max(0, v)))) / 255
	}
	return label
}

// clutter draws fragments of other glyphs around the middle.
func clutter(c *canvas, random *source, label int, scale, width float64) {
	for range random.below(4) {
		other := shapes[(label+1+random.below(len(shapes)-1))%len(shapes)]
		s := other[random.below(len(other))]
		place := distortion(random, 0.8*scale, 180)
		angle, radius := random.between(0, 2*math.Pi), random.between(0.35, 0.55)*Size
		n := 1 + len(s)/2
		from := random.below(len(s) - n + 1)
		s = place.apply(s[from : from+n])
		// The fragment's middle point goes to the place that was drawn.
		middle := s[n/2]
		dx, dy := float64(radius*elementary.Cos(angle))-middle.x, float64(radius*elementary.Sin(angle))-middle.y
		for i := range s {
			s[i] = point{s[i].x + dx + center, s[i].y + dy + center}
		}
		c.stroke(s, width, random.between(0.4, 1))
	}
}
