package minifloat

import (
	"cmp"
	"math/big"
)

// Cmp compares x and y: -1 if x < y, 0 if they are equal (-0 and +0 are), 1 if
// x > y. A NaN is equal to itself and below every other number, as in package
// cmp.
func (x Float[S, E, M, V]) Cmp(y Float[S, E, M, V]) int {
	return cmp.Compare(x.Float64(), y.Float64())
}

// Equal reports whether x and y have the same value: -0 equals +0, and a NaN
// equals nothing.
func (x Float[S, E, M, V]) Equal(y Float[S, E, M, V]) bool { return x.Float64() == y.Float64() }

// Less reports whether x < y; false if one is a NaN.
func (x Float[S, E, M, V]) Less(y Float[S, E, M, V]) bool { return x.Float64() < y.Float64() }

// LessEqual reports whether x <= y; false if one is a NaN.
func (x Float[S, E, M, V]) LessEqual(y Float[S, E, M, V]) bool { return x.Float64() <= y.Float64() }

// compare returns the sign of x - y exactly; ordered is false if one is a NaN.
func compare(x, y number) (order int, ordered bool) {
	if x.kind >= isNaN || y.kind >= isNaN {
		return 0, false
	}
	return cmp.Or(cmp.Compare(x.sign(), y.sign()), x.sign()*x.compareMagnitude(y)), true
}

func (x number) sign() int {
	switch {
	case x.kind == isZero:
		return 0
	case x.neg:
		return -1
	}
	return 1
}

// compareMagnitude compares |x| and |y|, no NaNs; the kinds are in order of
// magnitude.
func (x number) compareMagnitude(y number) int {
	return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.exp, y.exp), cmp.Compare(x.sig, y.sig))
}

// Cmp compares v and w, which may be of different formats, exactly: -1 if
// v < w, 0 if they are equal, 1 if v > w. A NaN is equal to itself and below
// every other number.
func (v Value) Cmp(w Value) int {
	x, y := v.unpack(), w.unpack()
	order, ordered := compare(x, y)
	if !ordered {
		return cmp.Compare(btoi(x.kind < isNaN), btoi(y.kind < isNaN))
	}
	return order
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Equal reports whether v and w, which may be of different formats, have the
// same value: -0 equals +0, and a NaN equals nothing.
func (v Value) Equal(w Value) bool {
	order, ordered := compare(v.unpack(), w.unpack())
	return ordered && order == 0
}

// Less reports whether v < w, which may be of different formats; false if one
// is a NaN.
func (v Value) Less(w Value) bool {
	order, ordered := compare(v.unpack(), w.unpack())
	return ordered && order < 0
}

// LessEqual reports whether v <= w, which may be of different formats; false if
// one is a NaN.
func (v Value) LessEqual(w Value) bool {
	order, ordered := compare(v.unpack(), w.unpack())
	return ordered && order <= 0
}

// Big returns the exact value of x, with as many bits of precision as it needs,
// and whether x is a NaN, for which the value is 0.
func (x Float[S, E, M, V]) Big() (v *big.Float, isNaN bool) {
	x.check()
	return x.format().Big(uint32(x.bits))
}
