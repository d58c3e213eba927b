package minifloat

import (
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// chance holds the random bits of a stochastic mode: the low n bits of random.
// In a deterministic mode n is 0.
type chance struct {
	random uint64
	n      int
}

// up asks package rounding whether the discarded low n bits of sig (1 <= n),
// bit 0 of which may be jammed, carry into the bits above them.
func up(mode rounding.Mode, r chance, neg, odd bool, sig uint64, n uint) bool {
	// fraction × 2^-64 is the discarded part, apart from what sticky tells.
	fraction, sticky := sig, false
	switch {
	case n < 64:
		fraction = sig << (64 - n)
	case n > 64:
		fraction, sticky = sig>>(n-64), n >= 128 || sig<<(128-n) != 0
	}
	if r.n > 0 {
		return rounding.IncrementStochastic(mode, neg, odd, fraction, sticky, r.random, r.n)
	}
	return rounding.Increment(mode, neg, odd, fraction>>63 != 0, fraction<<1 != 0 || sticky)
}

// pack turns an exact result into a code: the one place where a result is
// rounded.
func (c Context) pack(f Format, x number) (uint32, rounding.Flags) {
	return c.packWith(f, x, chance{})
}

func (c Context) packWith(f Format, x number, r chance) (uint32, rounding.Flags) {
	switch x.kind {
	case isFinite:
		return c.roundPack(f, x.neg, x.exp, x.sig, r)
	case isZero:
		return packZero(f, x.neg)
	case isInf:
		return c.packInf(f, x.neg)
	case isSignaling:
		code, flags := c.packNaN(f, x)
		return code, flags | rounding.Invalid
	}
	return c.packNaN(f, x)
}

// roundPack rounds ±sig × 2^(exp-63), bit 63 of sig set and bit 0 jammed, to f.
// It rounds as if the exponent had no upper bound and then looks at overflow.
// The precision is at most 32 bits: the discarded part has at least 32, and
// the jammed bit is never the half.
func (c Context) roundPack(f Format, neg bool, exp int, sig uint64, r chance) (uint32, rounding.Flags) {
	m, emin := f.mant(), f.minExp()
	if f.Family() == FNUFamily {
		if neg {
			return f.nanCode(), rounding.Invalid
		}
		if exp < emin {
			return 0, rounding.Underflow | rounding.Inexact
		}
	}
	if exp > f.maxExp() {
		// Beyond the largest finite value already. The mode is asked all the
		// same: an unknown one must not pass.
		return c.overflow(f, neg, r)
	}

	// n bits are discarded. Below the smallest normal number the last bit stays
	// where it is there; without subnormal numbers it is that number itself.
	n := 63 - m
	tiny := exp < emin
	var code uint64
	scale := uint(0)
	if tiny {
		n += uint(emin - exp)
		if f.word&noSubnormals != 0 {
			n, scale = n+m, m
		}
	} else {
		// The leading bit adds 1 to the exponent field, except where the field
		// 0 is a number like the others.
		code = uint64(exp-emin) << m
		if f.Family() == FNUFamily {
			code--
		}
	}
	kept := uint64(0)
	if n < 64 {
		kept = sig >> n
	}
	code += kept
	inexact := n >= 64 || sig<<(64-n) != 0
	if up(c.Mode, r, neg, code&1 != 0, sig, n) {
		code++ // may carry into the exponent, which is then right
	}
	code <<= scale

	var flags rounding.Flags
	if inexact {
		flags = rounding.Inexact
	}
	flush := c.Subnormals&rounding.FlushToZero != 0
	if tiny && (inexact || flush) && (c.Tininess == rounding.BeforeRounding || !c.roundsToNormal(f, neg, exp, sig, r)) {
		flags |= rounding.Underflow
		if flush {
			code, flags = 0, flags|rounding.Inexact
		}
	}
	switch {
	case neg && !f.Signed() && code != 0:
		return c.belowZero(f)
	case code > uint64(f.maxCode()):
		return c.overflow(f, neg, r)
	case neg && (code != 0 || f.HasNegZero()):
		code |= uint64(f.signBit())
	}
	return uint32(code), flags
}

// roundsToNormal reports whether a value below f's smallest normal number
// would reach it if the exponent had no lower bound, so that it is not tiny
// after rounding.
func (c Context) roundsToNormal(f Format, neg bool, exp int, sig uint64, r chance) bool {
	if exp != f.minExp()-1 {
		return false
	}
	n := 63 - f.mant()
	kept := sig >> n
	if kept != 1<<(f.mant()+1)-1 {
		return false
	}
	// The code of kept, were there an exponent field -1 for it, is kept-(1<<m).
	odd := (kept-1<<f.mant())&1 != 0
	return up(c.Mode, r, neg, odd, sig, n)
}

// overflow packs a finite value whose rounded magnitude lies beyond the largest
// finite value.
func (c Context) overflow(f Format, neg bool, r chance) (uint32, rounding.Flags) {
	if r.n == 0 && c.Mode.Stochastic() {
		panic("minifloat: a stochastic mode without random bits")
	}
	if neg && !f.Signed() {
		return c.belowZero(f)
	}
	const flags = rounding.Overflow | rounding.Inexact
	// Without an infinity there is no odd code beyond the largest finite value
	// for ToOdd to go to.
	oddMax := !f.HasInf() || f.maxCode()&1 != 0
	leaves := rounding.Overflows(c.Mode, neg, oddMax)
	if !leaves || c.Saturation != rounding.SatNone {
		return signed(f, neg, f.maxCode()), flags
	}
	return f.beyond(signed(f, neg, 0)), flags
}

// packInf packs an infinity: an operand, or the exact result of 1/0.
func (c Context) packInf(f Format, neg bool) (uint32, rounding.Flags) {
	if neg && !f.Signed() {
		return c.belowZero(f)
	}
	if f.HasInf() && c.Saturation != rounding.SatFinite {
		return signed(f, neg, f.infCode()), 0
	}
	const flags = rounding.Overflow | rounding.Inexact
	if c.Saturation != rounding.SatNone {
		return signed(f, neg, f.maxCode()), flags
	}
	return f.beyond(signed(f, neg, 0)), flags
}

// belowZero packs a negative value into a format without a sign.
func (c Context) belowZero(f Format) (uint32, rounding.Flags) {
	if f.Family() == FNUFamily || c.Saturation == rounding.SatNone {
		return f.nanCode(), rounding.Invalid
	}
	return 0, rounding.Overflow | rounding.Inexact
}

// packZero packs an exact zero.
func packZero(f Format, neg bool) (uint32, rounding.Flags) {
	switch {
	case f.Family() == FNUFamily:
		return 0, rounding.Underflow | rounding.Inexact // 2^-127 in e8m0fnu
	case neg && f.HasNegZero():
		return f.signBit(), 0
	}
	return 0, 0
}

// packNaN packs a NaN.
func (c Context) packNaN(f Format, x number) (uint32, rounding.Flags) {
	switch {
	case c.NaN == rounding.PropagateNaN && f.Family() == IEEEFamily && x.sig != 0:
		m := f.mant()
		return signed(f, x.sig>>63 != 0, f.infCode()|1<<(m-1)|uint32(x.sig<<1>>(64-m))), 0
	case f.HasNaN():
		return f.nanCode(), 0
	case c.NaN == rounding.MLDtypesNaN && !x.neg && f.HasNegZero():
		return f.signBit(), rounding.Invalid
	}
	return 0, rounding.Invalid
}

// signed gives a nonzero magnitude its sign.
func signed(f Format, neg bool, mag uint32) uint32 {
	if neg {
		mag |= f.signBit()
	}
	return mag
}

// normalize128 makes ±(hi:lo) × 2^(exp-127), hi:lo not 0, a number: the leading
// bit moves to bit 63 of one word, what falls below is jammed into bit 0.
func normalize128(neg bool, exp int, hi, lo uint64) number {
	if hi == 0 {
		n := bits.LeadingZeros64(lo)
		return number{isFinite, neg, exp - 64 - n, lo << n}
	}
	n := uint(bits.LeadingZeros64(hi))
	sig := hi<<n | lo>>1>>(63-n)
	if lo<<n != 0 {
		sig |= 1
	}
	return number{isFinite, neg, exp - int(n), sig}
}
