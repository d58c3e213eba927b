package fixedpoint

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// Overflow says what becomes of a rounded result beyond the range. Its zero
// value is Saturate.
type Overflow uint8

const (
	Saturate          Overflow = iota // the nearer end of the range
	Wrap                              // the low bits, as integers wrap
	SaturateSymmetric                 // as Saturate, with the negative of the largest value as the lower end
	overflowCount
)

// String returns the constant's name.
func (o Overflow) String() string {
	switch o {
	case Saturate:
		return "Saturate"
	case Wrap:
		return "Wrap"
	case SaturateSymmetric:
		return "SaturateSymmetric"
	}
	return fmt.Sprintf("Overflow(%d)", uint8(o))
}

// Overflows returns the policies in order of their values.
func Overflows() []Overflow { return []Overflow{Saturate, Wrap, SaturateSymmetric} }

// Context holds the choices of one operation. It is comparable and passed by
// value; its zero value rounds to nearest even and saturates. Operations panic
// if its Mode is unknown or stochastic, or its Overflow unknown.
type Context struct {
	Mode     rounding.Mode
	Overflow Overflow
}

func (c Context) mustBeKnown() {
	if c.Mode > rounding.ToOdd || c.Overflow >= overflowCount {
		panic("fixedpoint: unknown mode or overflow, or a stochastic mode")
	}
}

// number is an exact result: (-1)^neg (hi*2^64 + lo) 2^exp. sticky says that the
// magnitude lies between this and the next integer; then exp is at least 2 below the
// last place of the format that it is packed into.
type number struct {
	neg    bool
	sticky bool
	hi, lo uint64
	exp    int
}

// beyond is a bit of number.hi that stands for everything above it: far above
// the range of any format, and dropped by wrapping.
const beyond = 1 << 63

// pack rounds n to f. Every result of this package comes from here, or is proven
// equal to it.
func (c Context) pack(f Format, n number) (int64, rounding.Flags) {
	f.mustBeValid()
	c.mustBeKnown()
	var flags rounding.Flags
	hi, lo := n.hi, n.lo
	switch shift := -int(f.fraction) - n.exp; {
	case shift > 0:
		if n.sticky {
			lo |= 1 // at least two bits are discarded, so that it is below the half
		}
		var inexact bool
		hi, lo, inexact = shiftRight(c.Mode, n.neg, hi, lo, uint(shift))
		if inexact {
			flags = rounding.Inexact
		}
	case shift < 0:
		hi, lo = shiftLeft(hi, lo, uint(-shift))
	}

	low, high := f.limits()
	limit := high
	if n.neg {
		limit = low
		if c.Overflow == SaturateSymmetric {
			limit = min(low, high)
		}
	}
	if hi != 0 || lo > limit {
		flags = rounding.Overflow | rounding.Inexact
		if c.Overflow != Wrap {
			lo = limit
		}
	}
	if n.neg {
		lo = -lo
	}
	return f.extend(lo), flags
}

// shiftRight is rounding.ShiftRight64 where that is enough.
func shiftRight(m rounding.Mode, neg bool, hi, lo uint64, n uint) (zhi, zlo uint64, inexact bool) {
	if hi == 0 {
		zlo, inexact = rounding.ShiftRight64(m, neg, lo, n)
		return 0, zlo, inexact
	}
	return rounding.ShiftRight128(m, neg, hi, lo, n)
}

// shiftLeft keeps the low bits exact, and sets beyond where others are lost.
func shiftLeft(hi, lo uint64, n uint) (zhi, zlo uint64) {
	if hi == 0 && bits.Len64(lo)+int(n) <= 64 {
		return 0, lo << n
	}
	if n < 64 {
		zhi, zlo = hi<<n|lo>>(64-n), lo<<n
		if hi>>(64-n) != 0 {
			zhi |= beyond
		}
		return zhi, zlo
	}
	if lo == 0 && hi == 0 {
		return 0, 0
	}
	if n < 128 {
		zhi = lo << (n - 64)
	}
	if hi != 0 || n >= 128 || lo>>(128-n) != 0 {
		zhi |= beyond
	}
	return zhi, 0
}

// magnitude returns the sign and absolute value of an integer of f.
func (f Format) magnitude(x int64) (neg bool, mag uint64) {
	x = f.extend(uint64(x))
	if f.signed && x < 0 {
		return true, -uint64(x)
	}
	return false, uint64(x)
}

// unpackFloat returns a finite x exactly.
func unpackFloat(x float64) number {
	b := math.Float64bits(x)
	exp, sig := int(b>>52&0x7FF), b&(1<<52-1)
	if exp == 0 {
		exp = 1
	} else {
		sig |= 1 << 52
	}
	return number{neg: b>>63 != 0, lo: sig, exp: exp - 1075}
}

// Encode rounds x once to f and returns the integer; that of an unsigned format of
// 64 bits as the int64 with the same bits.
//
// Special cases are:
//
//	Encode(NaN) = 0, Invalid
//	Encode(±Inf) = the end of the range, Overflow and Inexact, in every Overflow
func (c Context) Encode(f Format, x float64) (int64, rounding.Flags) {
	if x-x != 0 { // NaN or infinity
		if x != x {
			f.mustBeValid()
			c.mustBeKnown()
			return 0, rounding.Invalid
		}
		return c.end(f, x < 0), rounding.Overflow | rounding.Inexact
	}
	return c.pack(f, unpackFloat(x))
}

// end returns the end of f's range.
func (c Context) end(f Format, neg bool) int64 {
	if c.Overflow == Wrap {
		c.Overflow = Saturate
	}
	z, _ := c.pack(f, number{neg: neg, hi: beyond})
	return z
}

// Round returns the value of f that x rounds to: Encode, then Decode.
func (c Context) Round(f Format, x float64) float64 {
	z, _ := c.Encode(f, x)
	return f.Decode(z)
}
