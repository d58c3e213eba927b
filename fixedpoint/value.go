package fixedpoint

import (
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

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
	return number{neg: neg, lo: mag, exp: -int(v.Format.fraction)}
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
	n := y.number()
	n.neg = !n.neg
	return c.deliver(dst, add(dst, x.number(), n))
}

// Mul returns x * y, rounded once to dst.
func (c Context) Mul(dst Format, x, y Value) (Value, rounding.Flags) {
	a, b := x.number(), y.number()
	z := number{neg: a.neg != b.neg, exp: a.exp + b.exp}
	z.hi, z.lo = bits.Mul64(a.lo, b.lo)
	return c.deliver(dst, z)
}

// Quo returns x / y, rounded once to dst.
//
// Special cases are:
//
//	Quo(x, 0) = the end of the range on x's side, DivideByZero, for x not 0, in every Overflow
//	Quo(0, 0) = 0, Invalid
func (c Context) Quo(dst Format, x, y Value) (Value, rounding.Flags) {
	a, b := x.number(), y.number()
	if b.lo == 0 {
		if a.lo == 0 {
			dst.mustBeValid()
			return Value{Format: dst}, rounding.Invalid
		}
		return Value{dst, c.end(dst, a.neg)}, rounding.DivideByZero
	}
	return c.deliver(dst, quo(dst, a, b))
}

// Neg returns -x, rounded once to dst.
func (c Context) Neg(dst Format, x Value) (Value, rounding.Flags) {
	n := x.number()
	n.neg = !n.neg
	return c.deliver(dst, n)
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
	hi, lo := shiftLeft(a.lo>>63, a.lo<<1, uint(a.exp-b.exp)) // twice a and b, so that beyond is above any b
	bhi, blo := b.lo>>63, b.lo<<1
	switch {
	case hi == bhi && lo == blo:
		return 0
	case hi < bhi || hi == bhi && lo < blo:
		return -sign
	}
	return sign
}

// add returns x + y for packing into dst. Both are below 2^64 with no sticky bit.
func add(dst Format, x, y number) number {
	if x.exp < y.exp {
		x, y = y, x
	}
	d := uint(x.exp - y.exp)
	if x.lo == 0 || d >= 64 {
		return addFar(dst, x, y, d)
	}
	// x << d is below 2^127, so the sum does not leave 128 bits.
	hi, lo := x.lo>>(64-d), x.lo<<d
	z := number{neg: x.neg, exp: y.exp}
	var carry uint64
	if x.neg == y.neg {
		z.lo, carry = bits.Add64(lo, y.lo, 0)
		z.hi = hi + carry
		return z
	}
	z.lo, carry = bits.Sub64(lo, y.lo, 0)
	z.hi, carry = bits.Sub64(hi, 0, carry)
	if carry != 0 { // |y| was larger, so hi was 0
		z.neg, z.lo, z.hi = y.neg, -z.lo, 0
	}
	return z
}

// addFar is add where x is 0 or lies d >= 64 bits above y, d <= 191: the sum of up to 256
// bits is exact, and then jammed to two bits below the last place of dst.
func addFar(dst Format, x, y number, d uint) number {
	if x.lo == 0 {
		return y
	}
	if y.lo == 0 {
		return x
	}
	// w = x << d, least significant word first. |y| < w.
	var w [4]uint64
	w[d/64] = x.lo << (d % 64)
	if d%64 != 0 {
		w[d/64+1] = x.lo >> (64 - d%64)
	}
	var carry uint64
	if x.neg == y.neg {
		w[0], carry = bits.Add64(w[0], y.lo, 0)
		for i := 1; i < len(w); i++ {
			w[i], carry = bits.Add64(w[i], 0, carry)
		}
	} else {
		w[0], carry = bits.Sub64(w[0], y.lo, 0)
		for i := 1; i < len(w); i++ {
			w[i], carry = bits.Sub64(w[i], 0, carry)
		}
	}
	z := number{neg: x.neg, exp: y.exp}
	if drop := -int(dst.fraction) - 2 - y.exp; drop > 0 {
		z.exp += drop
		for ; drop >= 64; drop -= 64 {
			z.sticky = z.sticky || w[0] != 0
			w[0], w[1], w[2], w[3] = w[1], w[2], w[3], 0
		}
		if drop > 0 {
			z.sticky = z.sticky || w[0]<<(64-drop) != 0
			for i := range w {
				w[i] >>= drop
				if i+1 < len(w) {
					w[i] |= w[i+1] << (64 - drop)
				}
			}
		}
	}
	z.lo, z.hi = w[0], w[1]
	if w[2]|w[3] != 0 {
		z.hi |= beyond
	}
	return z
}

// quo returns x / y for packing into dst, y not 0: the quotient down to two bits below
// the last place of dst, and whether there is a remainder.
func quo(dst Format, x, y number) number {
	z := number{neg: x.neg != y.neg, exp: x.exp - y.exp}
	rem := x.lo % y.lo
	z.lo = x.lo / y.lo
	n := z.exp - (-int(dst.fraction) - 2) // quotient bits still to come; at most 64+3*127+2
	for n > 0 && rem != 0 {
		step := uint(min(n, 64))
		if z.hi>>(64-step) != 0 {
			z.hi |= beyond
		}
		overflow := z.hi & beyond
		var digit uint64
		// rem < y, so the next step digits are below 2^step.
		digit, rem = bits.Div64(rem>>(64-step), rem<<step, y.lo)
		if step == 64 {
			z.hi, z.lo = z.lo, digit
		} else {
			z.hi, z.lo = z.hi<<step|z.lo>>(64-step), z.lo<<step|digit
		}
		z.hi |= overflow
		n -= int(step)
		z.exp -= int(step)
	}
	z.sticky = rem != 0
	return z
}
