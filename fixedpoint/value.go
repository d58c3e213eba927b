package fixedpoint

import "github.com/halfulp/halfulp/rounding"

// Value is a number of a format chosen at run time. Bits is its integer, the
// value times 2^FractionBits; bits above the format's width are ignored. == compares
// formats and integers; use [Value.Cmp] for values.
type Value struct {
	Format Format
	Bits   int64
}

func (v Value) number() number {
	v.Format.mustBeValid()
	neg, mag := v.Format.magnitude(v.Bits)
	return number{neg: neg, lo: mag, exp: v.Format.last()}
}

// Float64 is v.Format.Decode(v.Bits): exact up to 53 bits.
func (v Value) Float64() float64 { return v.Format.Decode(v.Bits) }

func (c Context) deliver(dst Format, n number) (Value, rounding.Flags) {
	z, flags := c.pack(dst, n)
	return Value{dst, z}, flags
}

// Add returns x + y, rounded once to dst.
func (c Context) Add(dst Format, x, y Value) (Value, rounding.Flags) {
	return c.deliver(dst, add(dst, x.number(), y.number()))
}

// Sub returns x - y, rounded once to dst.
func (c Context) Sub(dst Format, x, y Value) (Value, rounding.Flags) {
	return c.deliver(dst, add(dst, x.number(), y.number().negated()))
}

// Mul returns x * y, rounded once to dst.
func (c Context) Mul(dst Format, x, y Value) (Value, rounding.Flags) {
	return c.deliver(dst, mul(x.number(), y.number()))
}

// FMA returns x*y + z, rounded once to dst.
func (c Context) FMA(dst Format, x, y, z Value) (Value, rounding.Flags) {
	return c.deliver(dst, add(dst, mul(x.number(), y.number()), z.number()))
}

// Quo returns x / y, rounded once to dst.
//
// Special cases are:
//
//	Quo(x, 0) = the end of the range on x's side, DivideByZero, for x not 0, in every Overflow
//	Quo(0, 0) = 0, Invalid
func (c Context) Quo(dst Format, x, y Value) (Value, rounding.Flags) {
	c.mustBeKnown()
	return c.quo(dst, x, y, draw{})
}

func (c Context) quo(dst Format, x, y Value, d draw) (Value, rounding.Flags) {
	a, b := x.number(), y.number()
	if b.lo == 0 {
		if a.lo == 0 {
			return invalid(dst)
		}
		return Value{dst, c.end(dst, a.neg)}, rounding.DivideByZero
	}
	z, flags := c.packWith(dst, quo(dst, d.guard(), a, b), d)
	return Value{dst, z}, flags
}

// invalid is the result of an operation that has none.
func invalid(dst Format) (Value, rounding.Flags) {
	dst.mustBeValid()
	return Value{Format: dst}, rounding.Invalid
}

// Rem returns the remainder of x / y where the quotient is truncated toward zero,
// rounded once to dst: it has the sign of x, as Go's % and math.Mod.
//
// Special cases are:
//
//	Rem(x, 0) = 0, Invalid
func (c Context) Rem(dst Format, x, y Value) (Value, rounding.Flags) {
	c.mustBeKnown()
	return c.rem(dst, x, y, draw{})
}

func (c Context) rem(dst Format, x, y Value, d draw) (Value, rounding.Flags) {
	a, b := x.number(), y.number()
	if b.lo == 0 {
		return invalid(dst)
	}
	z, flags := c.packWith(dst, rem(a, b), d)
	return Value{dst, z}, flags
}

// Sqrt returns the square root of x, rounded once to dst.
//
// Special cases are:
//
//	Sqrt(x < 0) = 0, Invalid
func (c Context) Sqrt(dst Format, x Value) (Value, rounding.Flags) {
	c.mustBeKnown()
	return c.sqrt(dst, x, draw{})
}

func (c Context) sqrt(dst Format, x Value, d draw) (Value, rounding.Flags) {
	a := x.number()
	if a.neg {
		return invalid(dst)
	}
	z, flags := c.packWith(dst, sqrt(dst, d.guard(), a), d)
	return Value{dst, z}, flags
}

// Lsh returns x * 2^n, rounded once to dst.
func (c Context) Lsh(dst Format, x Value, n uint) (Value, rounding.Flags) {
	z := x.number()
	z.exp += int(min(n, maxShift))
	return c.deliver(dst, z)
}

// Rsh returns x / 2^n, rounded once to dst. The shift of integers in hardware
// rounds ToNegativeInf.
func (c Context) Rsh(dst Format, x Value, n uint) (Value, rounding.Flags) {
	z := x.number()
	z.exp -= int(min(n, maxShift))
	return c.deliver(dst, z)
}

// maxShift moves any number beyond the range, or below a quarter of the last
// place, of any format.
const maxShift = 1 << 10

// Neg returns -x, rounded once to dst.
func (c Context) Neg(dst Format, x Value) (Value, rounding.Flags) {
	return c.deliver(dst, x.number().negated())
}

// Abs returns |x|, rounded once to dst.
func (c Context) Abs(dst Format, x Value) (Value, rounding.Flags) {
	n := x.number()
	n.neg = false
	return c.deliver(dst, n)
}

// Convert returns x, rounded once to dst.
func (c Context) Convert(dst Format, x Value) (Value, rounding.Flags) {
	return c.deliver(dst, x.number())
}

// Cmp compares the exact values: -1 for v < w, 0 for v == w, +1 for v > w.
func (v Value) Cmp(w Value) int {
	a, b := v.number(), w.number()
	sign := 1
	switch {
	case a.lo == 0 && b.lo == 0:
		return 0
	case a.neg != b.neg:
		if a.neg {
			return -1
		}
		return 1
	case a.neg:
		sign = -1
	}
	if a.exp < b.exp {
		a, b, sign = b, a, -sign
	}
	hi, lo, over := shiftLeft(0, a.lo, uint(a.exp-b.exp))
	switch {
	case over || hi != 0 || lo > b.lo:
		return sign
	case lo < b.lo:
		return -sign
	}
	return 0
}

// Equal reports whether v and w have the same value.
func (v Value) Equal(w Value) bool { return v.Cmp(w) == 0 }

// Less reports whether v < w.
func (v Value) Less(w Value) bool { return v.Cmp(w) < 0 }

// LessEqual reports whether v <= w.
func (v Value) LessEqual(w Value) bool { return v.Cmp(w) <= 0 }

// IsZero reports whether v is 0.
func (v Value) IsZero() bool { return v.number().lo == 0 }

// Sign returns -1, 0 or +1.
func (v Value) Sign() int {
	n := v.number()
	switch {
	case n.neg:
		return -1
	case n.lo != 0:
		return 1
	}
	return 0
}
