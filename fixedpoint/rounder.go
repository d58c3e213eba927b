package fixedpoint

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// Rounder rounds many numbers to one format in one context: what depends only
// on these two is computed once. Its results are those of [Context.Round] and
// [Context.Encode]. The zero Rounder panics when used; make one with
// [NewRounder].
type Rounder struct {
	step, steps float64 // 2^-FractionBits and its inverse
	low, high   int64   // the integers that nothing becomes of, up to 52 bits
	ups         uint16  // rounding.Increment as a table: bit neg<<3|odd<<2|half<<1|sticky
	format      Format
	context     Context
}

// NewRounder returns the Rounder of a format and a context. It panics if the
// context's mode is unknown or stochastic, or its overflow unknown.
func NewRounder(f Format, c Context) *Rounder {
	f.mustBeValid()
	c.mustBeKnown()
	r := &Rounder{step: pow2(f.last()), steps: pow2(-f.last()), format: f, context: c}
	for i := range 16 {
		if rounding.Increment(c.Mode, i&8 != 0, i&4 != 0, i&2 != 0, i&1 != 0) {
			r.ups |= 1 << i
		}
	}
	low, high := f.limits()
	if c.Overflow == SaturateSymmetric {
		low = min(low, high)
	}
	const most = 1 << 52
	r.low, r.high = -int64(min(low, most)), int64(min(high, most))
	return r
}

// Format returns the format r rounds to.
func (r *Rounder) Format() Format { return r.format }

// Context returns the context r rounds in.
func (r *Rounder) Context() Context { return r.context }

// integer returns x in steps, rounded, and whether it is within the range. A
// number of 2^53 steps or more, or of 2^-1000, is not looked at.
func (r *Rounder) integer(x float64) (i int64, ok bool) {
	w := float64(x * r.steps) // exact but where it overflows, or is tiny
	if a := math.Abs(w); !(a < 1<<53) || a < 0x1p-1000 && x != 0 {
		return 0, false
	}
	i = int64(w)
	rest := math.Abs(w - float64(i)) // exact
	var at uint
	if w < 0 {
		at = 8
	}
	at |= uint(i&1) << 2
	if rest >= 0.5 {
		at |= 2
		rest -= 0.5
	}
	if rest != 0 {
		at |= 1
	}
	up := int64(r.ups >> at & 1)
	i += up - up<<1*int64(at>>3)
	return i, r.low <= i && i <= r.high
}

// Encode returns the integer of x rounded once to the format.
func (r *Rounder) Encode(x float64) int64 {
	r.format.mustBeValid()
	if i, ok := r.integer(x); ok {
		return i
	}
	i, _ := r.context.Encode(r.format, x)
	return i
}

// Round returns x rounded once to a value of the format.
func (r *Rounder) Round(x float64) float64 {
	r.format.mustBeValid()
	if i, ok := r.integer(x); ok {
		return float64(i) * r.step
	}
	return r.context.Round(r.format, x)
}
