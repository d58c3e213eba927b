package fixedpoint

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// Context holds the choices of one operation. It is comparable and passed by
// value; its zero value rounds to nearest even and saturates. Operations panic
// if its Overflow is unknown or its Mode is, or if the Mode is stochastic and
// they take no random bits.
type Context struct {
	Mode     rounding.Mode
	Overflow Overflow
}

const (
	badContext = "fixedpoint: unknown mode or overflow, or a stochastic mode without random bits"
	badRandom  = "fixedpoint: random bits out of range"
)

func (c Context) mustBeKnown() {
	if c.Mode > rounding.ToOdd || c.Overflow >= overflowCount {
		panic(badContext)
	}
}

// draw is n random bits for one rounding; n = 0 is none.
type draw struct {
	random uint64
	n      int
}

// mustBeDrawn is mustBeKnown for an operation that takes random bits.
func (c Context) mustBeDrawn(d draw) {
	if d.n < 1 || d.n > 63 || d.random>>uint(d.n) != 0 {
		panic(badRandom)
	}
	if !c.Mode.Stochastic() {
		c.mustBeKnown()
	}
	if c.Overflow >= overflowCount {
		panic(badContext)
	}
}

// guard returns how many bits below the last place the mode looks at.
func (d draw) guard() int {
	if d.n != 0 {
		return guardStochastic
	}
	return guard
}

// pack rounds n to f. Every result of this package comes from here, or is proven
// equal to it.
func (c Context) pack(f Format, n number) (int64, rounding.Flags) {
	c.mustBeKnown()
	return c.packWith(f, n, draw{})
}

// packWith is pack with random bits.
func (c Context) packWith(f Format, n number, d draw) (int64, rounding.Flags) {
	f.mustBeValid()
	var flags rounding.Flags
	hi, lo, over := n.hi, n.lo, n.over
	switch shift := f.last() - n.exp; {
	case shift > 0:
		var inexact bool
		if d.n != 0 {
			hi, lo, inexact = c.shiftStochastic(n, uint(shift), d)
		} else {
			if n.sticky {
				lo |= 1 // at least two bits are discarded, so that it is below the half
			}
			hi, lo, inexact = shiftRight(c.Mode, n.neg, hi, lo, uint(shift))
		}
		if inexact {
			flags = rounding.Inexact
		}
	case shift < 0:
		var more bool
		hi, lo, more = shiftLeft(hi, lo, uint(-shift))
		over = over || more
	}

	low, high := f.limits()
	limit := high
	if n.neg {
		limit = low
		if c.Overflow == SaturateSymmetric {
			limit = min(low, high)
		}
	}
	if over || hi != 0 || lo > limit {
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

// shiftStochastic is shiftRight with random bits, n not 0: the first 64 discarded
// bits decide, and whether any follow.
func (c Context) shiftStochastic(x number, n uint, d draw) (hi, lo uint64, inexact bool) {
	var fraction uint64
	rest := uint64(0)
	switch {
	case n <= 64:
		hi, lo, fraction = x.hi>>n, x.hi<<(64-n)|x.lo>>n, x.lo<<(64-n)
	case n <= 128:
		n -= 64
		lo, fraction, rest = x.hi>>n, x.hi<<(64-n)|x.lo>>n, x.lo<<(64-n)
	case n < 192:
		n -= 128
		fraction, rest = x.hi>>n, x.hi<<(64-n)|x.lo
	default:
		rest = x.hi | x.lo
	}
	sticky := x.sticky || rest != 0
	if rounding.IncrementStochastic(c.Mode, x.neg, lo&1 != 0, fraction, sticky, d.random, d.n) {
		if lo++; lo == 0 {
			hi++
		}
	}
	return hi, lo, fraction != 0 || sticky
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

// end returns the end of f's range.
func (c Context) end(f Format, neg bool) int64 {
	if c.Overflow == Wrap {
		c.Overflow = Saturate
	}
	z, _ := c.packWith(f, number{neg: neg, over: true, exp: f.last()}, draw{})
	return z
}
