package minifloat

import (
	"fmt"

	"github.com/halfulp/halfulp/rounding"
)

// Extremum names an operation that chooses one of two numbers: those of IEEE
// 754-2019 (section 9.6) and of IEEE P3109 (interim report 4.0, section 4.12),
// which are the same but for the last two. All of them count -0 as less than +0.
type Extremum uint8

// The operations, by what they do with operands that are NaN, or not finite.
const (
	Minimum                Extremum = iota // a NaN if one is a NaN
	Maximum                                // a NaN if one is a NaN
	MinimumNumber                          // the other one if one is a NaN
	MaximumNumber                          // the other one if one is a NaN
	MinimumMagnitude                       // the one of smaller magnitude, Minimum where they agree
	MaximumMagnitude                       // the one of larger magnitude, Maximum where they agree
	MinimumMagnitudeNumber                 // MinimumMagnitude, but the other one if one is a NaN
	MaximumMagnitudeNumber                 // MaximumMagnitude, but the other one if one is a NaN
	MinimumFinite                          // P3109: MinimumNumber, but the finite one if one is infinite
	MaximumFinite                          // P3109: MaximumNumber, but the finite one if one is infinite

	extremumCount
)

var extremumNames = [extremumCount]string{
	"Minimum", "Maximum", "MinimumNumber", "MaximumNumber", "MinimumMagnitude", "MaximumMagnitude",
	"MinimumMagnitudeNumber", "MaximumMagnitudeNumber", "MinimumFinite", "MaximumFinite",
}

// What the operations are, as sets: bit e stands for operation e.
const (
	extremaMaximum   = 1<<Maximum | 1<<MaximumNumber | 1<<MaximumMagnitude | 1<<MaximumMagnitudeNumber | 1<<MaximumFinite
	extremaNaN       = 1<<Minimum | 1<<Maximum | 1<<MinimumMagnitude | 1<<MaximumMagnitude
	extremaMagnitude = 1<<MinimumMagnitude | 1<<MaximumMagnitude | 1<<MinimumMagnitudeNumber | 1<<MaximumMagnitudeNumber
	extremaFinite    = 1<<MinimumFinite | 1<<MaximumFinite
)

func (e Extremum) in(set uint) bool { return set>>e&1 != 0 }

// String returns the constant's name.
func (e Extremum) String() string {
	if e < extremumCount {
		return extremumNames[e]
	}
	return fmt.Sprintf("Extremum(%d)", uint8(e))
}

// choose returns x or y.
func (e Extremum) choose(x, y number) (number, rounding.Flags) {
	if x.isNaN() || y.isNaN() {
		z, flags := nanOf(x, y)
		switch {
		case e.in(extremaNaN):
		case !x.isNaN():
			z = x
		case !y.isNaN():
			z = y
		}
		return z, flags
	}
	if e.in(extremaFinite) && (x.kind == isInf) != (y.kind == isInf) {
		if x.kind == isInf {
			return y, 0
		}
		return x, 0
	}
	order, _ := compare(x, y)
	if order == 0 {
		order = btoi(y.neg) - btoi(x.neg)
	}
	if e.in(extremaMagnitude) {
		if m := x.compareMagnitude(y); m != 0 {
			order = m
		}
	}
	if e.in(extremaMaximum) {
		order = -order
	}
	if order <= 0 {
		return x, 0
	}
	return y, 0
}

// Choose returns the number that e chooses of x and y, rounded once to dst. A
// signaling NaN raises Invalid, also where the other operand is chosen. It
// panics if e is unknown.
func (c Context) Choose(e Extremum, dst Format, x, y Value) (Value, rounding.Flags) {
	if e >= extremumCount {
		panic("minifloat: unknown Extremum")
	}
	z, flags := e.choose(c.unpack(x), c.unpack(y))
	return c.deliver(dst, z, flags)
}

// Choose returns the number that e chooses of x and y, and the flags: see
// [Context.Choose]. Nothing is rounded.
func Choose[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](e Extremum, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	z, flags := Context{}.Choose(e, a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Min returns the smaller one of x and y, NaN if one is a NaN: Go's min and IEEE
// 754's minimum. The function [Choose] has the others.
func (x Float[S, E, M, V]) Min(y Float[S, E, M, V]) Float[S, E, M, V] {
	z, _ := Choose(Minimum, x, y)
	return z
}

// Max returns the larger one of x and y, NaN if one is a NaN: Go's max and IEEE
// 754's maximum.
func (x Float[S, E, M, V]) Max(y Float[S, E, M, V]) Float[S, E, M, V] {
	z, _ := Choose(Maximum, x, y)
	return z
}

// Clamp returns x if it lies between low and high, otherwise the nearer one of
// them, rounded once to dst: the Minimum of high and the Maximum of x and low
// (IEEE P3109, interim report 4.0, section 4.12.4).
//
// Special cases are:
//
//	Clamp(x, low, high) = NaN, Invalid, where low > high
//	Clamp with a NaN = NaN; Invalid where a NaN is signaling
func (c Context) Clamp(dst Format, x, low, high Value) (Value, rounding.Flags) {
	a, b, d := c.unpack(x), c.unpack(low), c.unpack(high)
	z, flags := nanOf(a, b, d)
	if !a.isNaN() && !b.isNaN() && !d.isNaN() {
		if order, _ := compare(b, d); order > 0 {
			z, flags = invalid()
		} else {
			z, _ = Maximum.choose(a, b)
			z, _ = Minimum.choose(z, d)
		}
	}
	return c.deliver(dst, z, flags)
}

// Clamp returns x if it lies between low and high, otherwise the nearer one of
// them: see [Context.Clamp].
func (x Float[S, E, M, V]) Clamp(low, high Float[S, E, M, V]) Float[S, E, M, V] {
	v := x.Value()
	z, _ := Context{}.Clamp(v.Format, v, low.Value(), high.Value())
	return Float[S, E, M, V]{S(z.Bits)}
}
