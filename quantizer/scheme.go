package quantizer

import (
	"fmt"
	"math"
)

// Scheme says how a tensor is quantized: all that is decided before any of its
// values is known. It is comparable; as JSON it is an object with the format's
// name.
type Scheme struct {
	// Format is that of the codes.
	Format Format `json:"format"`
	// Asymmetric gives every group a zero point, so that a range need not be
	// symmetric around 0. Formats whose codes are integers can have one: Integer
	// and FixedPoint. A minifloat cannot: its values are densest around 0, and a
	// shift would move that away (ONNX allows a zero point of 0 only, too).
	Asymmetric bool `json:"asymmetric,omitempty"`
	// PowerOfTwo rounds every scale up to a power of two, so that a shift
	// multiplies by it.
	PowerOfTwo bool `json:"power_of_two,omitempty"`
	// Grouping says which elements share a scale.
	Grouping Grouping `json:"grouping,omitzero"`
}

// Params is what quantizes one group of elements: real = Scale * (q - Zero) for a
// value q of the format. Scale is positive and finite. Zero, the zero point, is the
// code of the real 0, between the least and the greatest code of the format; it is
// 0 in symmetric schemes. For fixed point it counts units in the last place.
type Params struct {
	Scale float32 `json:"scale"`
	Zero  int32   `json:"zero,omitempty"`
}

// Check returns an error that wraps [ErrScheme] for a scheme that quantizes
// nothing: without a format, with a format without zero (E8M0), asymmetric with a
// minifloat, with an impossible grouping.
func (s Scheme) Check() error {
	switch m, mini := s.Format.Minifloat(); {
	case s.Format.kind == None:
		return fmt.Errorf("%w: no format", ErrScheme)
	case mini && !m.HasZero():
		return fmt.Errorf("%w: %v has no zero", ErrScheme, s.Format)
	case mini && s.Asymmetric:
		return fmt.Errorf("%w: %v has no zero point: asymmetric schemes need integer codes", ErrScheme, s.Format)
	}
	return s.Grouping.check()
}

func (s Scheme) must() {
	if s.Check() != nil {
		panic(badScheme)
	}
}

// Params returns what quantizes values from lo to hi. A symmetric scheme uses the
// [Scale] of the threshold max(-lo, hi), where the format is unsigned that of hi.
// An asymmetric one widens the range to contain 0 and has
//
//	Scale = (hi - lo) / (greatest code - least code)          // in units of the format
//	Zero  = least code - lo/Scale, rounded to nearest even and limited to the codes
//
// so that 0 is exact, and lo and hi come out to within half a step. Scales are
// rounded once to float32 and stay above zero; a range of width 0 has scale 1. With
// PowerOfTwo the scale is then the smallest power of two not below the quotient,
// so that nothing in the range is clipped but by that half step.
//
// It panics where lo > hi or one of them is not finite, and where Check fails.
func (s Scheme) Params(lo, hi float32) Params {
	s.must()
	if !(lo <= hi) || lo < -math.MaxFloat32 || hi > math.MaxFloat32 {
		panic(badRange)
	}
	if !s.Asymmetric {
		t := max(hi, 0)
		if s.Format.Signed() {
			t = max(-lo, hi)
		}
		return Params{Scale: s.scale(float64(t), s.Format.Largest())}
	}
	lo, hi = min(lo, 0), max(hi, 0)
	return s.affine(float64(lo), float64(hi)-float64(lo))
}

// affine returns what quantizes a range that contains 0.
func (s Scheme) affine(left, width float64) Params {
	scale := s.scale(width, s.span())
	return Params{scale, s.zero(left, scale)}
}

// zero returns the zero point of a left limit; 0 in symmetric schemes.
func (s Scheme) zero(left float64, scale float32) int32 {
	if !s.Asymmetric {
		return 0
	}
	least, most := s.Format.codes()
	k := math.RoundToEven(left / float64(scale) / s.Format.unit())
	return int32(min(max(float64(least)-k, float64(least)), float64(most)))
}

// scale returns the scale by which a range of values covers one of the format.
func (s Scheme) scale(real, format float64) float32 {
	if real == 0 {
		return 1
	}
	if !s.PowerOfTwo {
		return clampScale(real / format)
	}
	// The quotient of a float32 and a value of at most 24 bits lies on the same
	// side of a power of two as its float64, or on it. A width in float64 may have
	// been rounded up to one; then the power covers it all the same.
	m, e := math.Frexp(real / format)
	if m == 0.5 {
		e--
	}
	return float32(math.Ldexp(1, min(max(e, -149), 127)))
}

// Range returns the least and the greatest real number that p has a code for.
func (s Scheme) Range(p Params) (lo, hi float64) {
	zero := 0.0
	if p.Zero != 0 {
		zero = float64(p.Zero) * s.Format.unit()
	}
	return float64(p.Scale) * (s.Format.Least() - zero), float64(p.Scale) * (s.Format.Largest() - zero)
}

// checkParams returns an error that wraps ErrScheme where p does not belong to s.
func (s Scheme) checkParams(p Params) error {
	if !(p.Scale > 0) || p.Scale > math.MaxFloat32 {
		return fmt.Errorf("%w: scale %v is not positive and finite", ErrScheme, p.Scale)
	}
	if m, _ := math.Frexp(float64(p.Scale)); s.PowerOfTwo && m != 0.5 {
		return fmt.Errorf("%w: scale %v is no power of two", ErrScheme, p.Scale)
	}
	if p.Zero == 0 && !s.Asymmetric {
		return nil
	}
	if !s.Asymmetric {
		return fmt.Errorf("%w: zero point %d in a symmetric scheme", ErrScheme, p.Zero)
	}
	if least, most := s.Format.codes(); p.Zero < least || p.Zero > most {
		return fmt.Errorf("%w: zero point %d is no code of %v, %d to %d", ErrScheme, p.Zero, s.Format, least, most)
	}
	return nil
}
