package quantizer

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// Surrogate is the fake quantization of one range with the straight-through
// gradient by which its range is trained: d round(x)/dx is taken to be 1, and
// d clip(x)/dx to be 1 where the rounded value lies in the format and 0 beyond. With
// y the output, T the threshold, m the left limit and w the width of the range, the
// chain rule leaves
//
//	symmetric    inside:  dy/dx = 1     dy/dT = (y - x)/T
//	             clipped: dy/dx = 0     dy/dT = y/T
//	asymmetric   inside:  dy/dx = 1     dy/dm = 0     dy/dw = (y - x)/w
//	             clipped: dy/dx = 0     dy/dm = 1     dy/dw = (y - m)/w
//
// (Goncharenko, Denisov and Alyamkin, "Fast adjustable threshold", and their code;
// Jain et al., "Trained quantization thresholds", and Esser et al., "Learned step size
// quantization", have the same kernel for other parameters: see [Trained].) The
// derivation: y = s*q with q = round(x/s), s in proportion to T; so
// dy/dT = (q - x/s) ds/dT = (y - x)/T inside, where x/s moves against s, and q ds/dT = y/T
// where q is an end of the format and stays. Nothing in it asks for the values q to be
// equally spaced, so it is the same for minifloats, whose step depends on x but is
// scaled by s as a whole. The zero point round(m/s) is treated in the same way, which
// gives the last line.
//
// Where the scale is a power of two, the rounding of its logarithm counts as
// straight through too: the formulas stay, with T and w as they were before.
//
// NaN counts as clipped. The zero Surrogate is not usable; make one with
// [Scheme.Symmetric] or [Scheme.Affine].
type Surrogate struct {
	format Format
	params Params
	scale  float64 // the step, of formats with integer codes
	lo, hi float64 // what is inside: rounded integers, or reals in the scale
	size   float64 // T or w
	left   float64 // m; 0 in symmetric schemes
	affine bool
}

// Symmetric returns the surrogate of a threshold, with s.Params of -threshold and
// threshold. It panics where s.Check fails or s is asymmetric, and where the
// threshold is not positive and at most the largest float32.
func (s Scheme) Symmetric(threshold float64) Surrogate {
	s.must()
	if s.Asymmetric {
		panic(badSymmetry)
	}
	if !(threshold > 0 && threshold <= math.MaxFloat32) {
		panic(badThreshold)
	}
	p := Params{Scale: s.scale(threshold, s.Format.Largest())}
	return s.surrogate(p, threshold, 0)
}

// Affine returns the surrogate of the range from left to left+width, with the scale
// and zero point of [Scheme.Params]. The range must contain 0: otherwise no code
// were the zero point. It panics where that is not so, where the width is not
// positive and finite, where s.Check fails or s is symmetric.
func (s Scheme) Affine(left, width float64) Surrogate {
	s.must()
	if !s.Asymmetric {
		panic(badSymmetry)
	}
	if !(width > 0 && width <= 2*math.MaxFloat32 && left <= 0 && left >= -width) {
		panic(badRange)
	}
	return s.surrogate(s.affine(left, width), width, left)
}

func (s Scheme) surrogate(p Params, size, left float64) Surrogate {
	k := Surrogate{format: s.Format, params: p, size: size, left: left, affine: s.Asymmetric}
	if s.Format.kind != Minifloat {
		l := s.Format.lattice(p)
		k.scale, k.lo, k.hi = l.step, l.lo, l.hi
		return k
	}
	k.scale = float64(p.Scale)
	f := s.Format.mini
	k.hi = f.MaxFinite()
	_, e := math.Frexp(k.hi)
	// Halfway to the next value that there would be, and that tie only where it
	// does not round up to it.
	k.hi += math.Ldexp(0.5, e-1-f.MantissaBits())
	if _, flags := saturating.Encode(f, k.hi); flags&rounding.Overflow != 0 {
		k.hi = math.Nextafter(k.hi, 0)
	}
	if k.lo = -k.hi; !f.Signed() {
		k.lo = -f.SmallestSubnormal() / 2 // what rounds to -0
	}
	return k
}

// Params returns the scale and the zero point.
func (k *Surrogate) Params() Params { return k.params }

// Forward writes the fake-quantized x to dst, as [FakeQuantizeTensor] does. dst and x
// may be the same slice. It panics where they differ in length.
func (k *Surrogate) Forward(dst, x []float32) {
	if len(dst) != len(x) {
		panic(badLength)
	}
	fakeQuantize(dst, x, k.format, k.params)
}

// Gradient is the gradient of a loss by a range: Size by its threshold or width,
// Left by its left limit (0 in symmetric schemes).
type Gradient struct{ Size, Left float64 }

// Add adds another gradient, of other samples.
func (g *Gradient) Add(h Gradient) {
	g.Size += h.Size
	g.Left += h.Left
}

// Backward returns the gradient by the range for the inputs x of Forward and the
// gradient g by its outputs, and adds that by the inputs to dx unless dx is nil. The
// sums are made in float64 in a tree over chunks of 1024 elements, so they depend on
// the slice alone. It panics where the lengths differ.
func (k *Surrogate) Backward(dx, g, x []float32) Gradient {
	if len(g) != len(x) || dx != nil && len(dx) != len(x) {
		panic(badLength)
	}
	z := k.backward(dx, g, x)
	z.Size /= k.size
	return z
}

// chunk is the number of elements over which a gradient is one chain of additions.
const chunk = 1024

// treeHalf returns how many of n > chunk elements stand in the left half of the tree:
// the chunk times the greatest power of two that leaves some for the right.
func treeHalf(n int) int {
	half := chunk
	for 2*half < n {
		half *= 2
	}
	return half
}

// backward returns the gradient with Size not yet divided by the size.
func (k *Surrogate) backward(dx, g, x []float32) Gradient {
	if len(x) > chunk {
		half := treeHalf(len(x))
		var left, right []float32
		if dx != nil {
			left, right = dx[:half], dx[half:]
		}
		z := k.backward(left, g[:half], x[:half])
		z.Add(k.backward(right, g[half:], x[half:]))
		return z
	}
	var size, left float64
	for i, v := range x {
		r := float64(v)
		t := r / k.scale
		var y float64
		if k.format.kind == Minifloat {
			y = float64(k.scale * saturating.Round(k.format.mini, t))
		} else if t == t {
			t = math.RoundToEven(t)
			y = float64(k.scale * min(max(t, k.lo), k.hi))
		}
		d := float64(g[i])
		if t >= k.lo && t <= k.hi {
			size += float64(d * (y - r))
			if dx != nil {
				dx[i] += g[i]
			}
		} else {
			size += float64(d * (y - k.left))
			left += d
		}
	}
	if !k.affine {
		left = 0
	}
	return Gradient{size, left}
}
