package glyphs

import (
	"math"
	"math/rand/v2"
	"testing"
)

// near is what rounding may make of a difference here.
const near = 1e-12

// TestStroke draws strokes, some of them beyond the edges, and measures every pixel's
// distance by walking along the segment.
func TestStroke(t *testing.T) {
	r, strokes := rand.New(rand.NewPCG(1, 1)), 50
	if testing.Short() {
		strokes = 6
	}
	for range strokes {
		var s stroke
		for range 1 + r.IntN(4) {
			s = append(s, point{r.Float64()*40 - 8, r.Float64()*40 - 8})
		}
		if len(s) > 2 {
			s[1] = s[0] // a segment without length
		}
		width, ink := 1+2*r.Float64(), 0.4+0.6*r.Float64()
		var c canvas
		c.stroke(s, width, ink)
		for y := range Size {
			for x := range Size {
				nearest := math.Inf(1)
				for i := 1; i < len(s); i++ {
					// The distance is convex along the segment: halve the step around the best.
					p, q := s[i-1], s[i]
					at := func(u float64) float64 {
						return math.Hypot(p.x+u*(q.x-p.x)-float64(x), p.y+u*(q.y-p.y)-float64(y))
					}
					lo, hi := 0.0, 1.0
					for range 200 {
						a, b := lo+(hi-lo)/3, hi-(hi-lo)/3
						if at(a) < at(b) {
							hi = b
						} else {
							lo = a
						}
					}
					nearest = min(nearest, at(lo))
				}
				want := 0.0
				switch d := nearest - width/2; {
				case d <= -0.5:
					want = ink
				case d < 0.5:
					want = ink * (0.5 - d)
				}
				if got := c[y*Size+x]; math.Abs(got-want) > 1e-6 {
					t.Fatalf("stroke %v of width %v: pixel (%d, %d) is %v, want %v", s, width, x, y, got, want)
				}
			}
		}
	}
}

// TestStrokesKeepTheDarker: where strokes cross, the darker one shows.
func TestStrokesKeepTheDarker(t *testing.T) {
	s := line(4, 4, 20, 20)
	var dark, both canvas
	dark.stroke(s, 2, 1)
	both.stroke(s, 2, 1)
	both.stroke(s, 2, 0.5)
	if dark != both {
		t.Error("a lighter stroke changed a darker one")
	}
}

// TestBlur compares with the convolution in two dimensions.
func TestBlur(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, side := range []float64{0, 0.1, 0.25, 1.0 / 3} {
		var c canvas
		for i := range c {
			c[i] = r.Float64()
		}
		blurred := c
		blurred.blur(side)
		weight := [3]float64{side, 1 - 2*side, side}
		for y := range Size {
			for x := range Size {
				want := 0.0
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						if x+dx >= 0 && x+dx < Size && y+dy >= 0 && y+dy < Size {
							want += weight[1+dy] * weight[1+dx] * c[(y+dy)*Size+x+dx]
						}
					}
				}
				if got := blurred[y*Size+x]; math.Abs(got-want) > near {
					t.Fatalf("side %v: pixel (%d, %d) is %v, want %v", side, x, y, got, want)
				}
			}
		}
	}
}

// TestShapes: every class has strokes within the square, and all differ.
func TestShapes(t *testing.T) {
	if len(shapes) != len(Classes) {
		t.Fatalf("%d shapes for %d classes", len(shapes), len(Classes))
	}
	for label, strokes := range shapes {
		top, bottom := math.Inf(1), math.Inf(-1)
		for _, s := range strokes {
			if len(s) < 2 {
				t.Errorf("%s: a stroke of %d points", Classes[label], len(s))
			}
			for _, p := range s {
				if math.Abs(p.x) > 0.85 || math.Abs(p.y) > 1.1 {
					t.Errorf("%s: point %v is outside", Classes[label], p)
				}
				top, bottom = min(top, p.y), max(bottom, p.y)
			}
		}
		if top > -0.95 || bottom < 0.95 {
			t.Errorf("%s fills %v to %v", Classes[label], top, bottom)
		}
	}
}

// TestArc: points lie on the ellipse, from end to end, none far from the next.
func TestArc(t *testing.T) {
	s := arc(1, 2, 3, 4, -30, -270)
	for i, p := range s {
		if d := math.Hypot((p.x-1)/3, (p.y-2)/4); math.Abs(d-1) > near {
			t.Errorf("point %v lies at %v of the radius", p, d)
		}
		if i > 0 && math.Hypot((p.x-s[i-1].x)/3, (p.y-s[i-1].y)/4) > 2*math.Sin(10*math.Pi/180)+near {
			t.Errorf("points %v and %v are more than 20 degrees apart", s[i-1], p)
		}
	}
	for _, end := range []struct {
		got     point
		degrees float64
	}{{s[0], -30}, {s[len(s)-1], -270}} {
		sin, cos := math.Sincos(end.degrees * math.Pi / 180)
		if math.Abs(end.got.x-(1+3*cos)) > near || math.Abs(end.got.y-(2+4*sin)) > near {
			t.Errorf("the end at %v degrees is %v", end.degrees, end.got)
		}
	}
}

// TestDistortion: nothing is mirrored, turned by more than it may be, or
// stretched beyond the bounds.
func TestDistortion(t *testing.T) {
	random := newSource(4, 4)
	for range 2000 {
		a := distortion(random, 7, 25)
		square := a.apply(line(0, 0, 1, 0, 0, 1))
		right, down := square[1], square[2]
		if turn := math.Atan2(right.y, right.x) * 180 / math.Pi; math.Abs(turn) > 25+near {
			t.Fatalf("turned by %v degrees", turn)
		}
		if w := math.Hypot(right.x, right.y); w < 7*0.8-near || w > 7*1.2+near {
			t.Fatalf("width %v of 7", w)
		}
		// The height is what remains without the shear: the area over the width.
		area := right.x*down.y - right.y*down.x
		if h := area / math.Hypot(right.x, right.y); h < 7*0.85-near || h > 7*1.15+near {
			t.Fatalf("height %v of 7", h)
		}
		a.shift = point{3, -2}
		if moved := a.apply(line(0, 0))[0]; moved != a.shift {
			t.Fatalf("the origin goes to %v", moved)
		}
	}
}
