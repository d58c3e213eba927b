package minifloat

import (
	"cmp"
	"fmt"

	"github.com/halfulp/halfulp/rounding"
)

// Relation is how two numbers compare: one of IEEE 754's four mutually exclusive
// relations (section 5.11).
type Relation uint8

// The relations. A NaN is Unordered with everything, itself included.
const (
	Less Relation = iota
	Equal
	Greater
	Unordered

	relationCount
)

var relationNames = [relationCount]string{"Less", "Equal", "Greater", "Unordered"}

// String returns the constant's name.
func (r Relation) String() string {
	if r < relationCount {
		return relationNames[r]
	}
	return fmt.Sprintf("Relation(%d)", uint8(r))
}

// CompareQuiet returns the relation of v to w, which may be of different
// formats, and Invalid where one is a signaling NaN (IEEE 754, section 5.11, the
// predicates named compareQuiet).
func (v Value) CompareQuiet(w Value) (Relation, rounding.Flags) {
	x, y := v.unpack(), w.unpack()
	if order, ordered := compare(x, y); ordered {
		return Relation(order + 1), 0
	}
	_, flags := nanOf(x, y)
	return Unordered, flags
}

// CompareSignaling returns the relation of v to w, which may be of different
// formats, and Invalid where one is a NaN of any kind (IEEE 754, section 5.11,
// the predicates named compareSignaling).
func (v Value) CompareSignaling(w Value) (Relation, rounding.Flags) {
	r, flags := v.CompareQuiet(w)
	if r == Unordered {
		flags = rounding.Invalid
	}
	return r, flags
}

// CompareQuiet returns the relation of x to y: see [Value.CompareQuiet].
func (x Float[S, E, M, V]) CompareQuiet(y Float[S, E, M, V]) (Relation, rounding.Flags) {
	return x.Value().CompareQuiet(y.Value())
}

// CompareSignaling returns the relation of x to y: see
// [Value.CompareSignaling].
func (x Float[S, E, M, V]) CompareSignaling(y Float[S, E, M, V]) (Relation, rounding.Flags) {
	return x.Value().CompareSignaling(y.Value())
}

// TotalCmp compares v and w, which may be of different formats, in a total
// order: it is negative, zero or positive, and IEEE 754's predicate totalOrder
// (section 5.10) is v.TotalCmp(w) <= 0. From below the order is
//
//	NaNs with the sign bit, -Inf, negative numbers, -0, +0, positive numbers, +Inf, NaNs
//
// where among positive NaNs a signaling one stands below the quiet ones, then
// by payload, and the other way round among negative ones. P3109's NaN stands
// below everything, and so does that of the FNUZ formats in the place of -0.
func (v Value) TotalCmp(w Value) int {
	a, b := v.nanSide(), w.nanSide()
	switch {
	case a != b:
		return cmp.Compare(a, b)
	case a != 0:
		return a * cmp.Compare(v.payload(), w.payload())
	}
	x, y := v.unpack(), w.unpack()
	order, _ := compare(x, y)
	if x.kind == isZero && y.kind == isZero {
		return cmp.Compare(btoi(y.neg), btoi(x.neg))
	}
	return order
}

// TotalCmpMag is TotalCmp of the absolute values: IEEE 754's totalOrderMag is
// v.TotalCmpMag(w) <= 0.
func (v Value) TotalCmpMag(w Value) int { return v.Abs().TotalCmp(w.Abs()) }

// nanSide is -1 for a NaN below all numbers, 1 for one above, 0 for a number.
func (v Value) nanSide() int {
	switch {
	case !v.IsNaN():
		return 0
	case v.Format.in(familiesP3109) != 0 || v.Bits&v.Format.signBit() != 0:
		return -1
	}
	return 1
}

// payload is the mantissa field at the top of the widest one.
func (v Value) payload() uint32 {
	m := v.Format.mant()
	return v.Bits & (1<<m - 1) << (31 - m)
}

// TotalCmp compares x and y in a total order: see [Value.TotalCmp].
func (x Float[S, E, M, V]) TotalCmp(y Float[S, E, M, V]) int { return x.Value().TotalCmp(y.Value()) }

// TotalCmpMag compares |x| and |y| in a total order: see [Value.TotalCmpMag].
func (x Float[S, E, M, V]) TotalCmpMag(y Float[S, E, M, V]) int {
	return x.Value().TotalCmpMag(y.Value())
}
