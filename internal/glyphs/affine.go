package glyphs

import (
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

// affine maps a point p to the rows xx, xy and yx, yy times p, plus shift.
type affine struct {
	xx, xy, yx, yy float64
	shift          point
}

// distortion draws a rotation by up to most degrees after a shear and a
// stretching around the given scale.
func distortion(random *source, scale, most float64) affine {
	angle := random.between(-most, most) * (math.Pi / 180)
	sin, cos := elementary.Sin(angle), elementary.Cos(angle)
	w, h := scale*random.between(0.8, 1.2), scale*random.between(0.85, 1.15)
	shear := random.between(-0.3, 0.3)
	// The shear moves x by shear*y, before the rotation.
	return affine{
		xx: w * cos, xy: h * (float64(shear*cos) - sin),
		yx: w * sin, yy: h * (float64(shear*sin) + cos),
	}
}

// apply returns the image of a stroke.
func (a affine) apply(s stroke) stroke {
	z := make(stroke, len(s))
	for i, p := range s {
		z[i] = point{
			float64(a.xx*p.x) + float64(a.xy*p.y) + a.shift.x,
			float64(a.yx*p.x) + float64(a.yy*p.y) + a.shift.y,
		}
	}
	return z
}
