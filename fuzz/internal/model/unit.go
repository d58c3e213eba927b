package model

import (
	"github.com/halfulp/halfulp/rounding"
)

// Format is a format with the bias of IEEE 754: one sign bit, E exponent bits, M
// bits of trailing significand. Infinities and NaNs are those of IEEE 754, or with
// FN those of OCP E4M3: no infinity, and all ones for NaN.
type Format struct {
	E, M int
	FN   bool
}

// Unit is a floating-point unit that works in one format and one rounding mode.
type Unit struct {
	Format
	Mode     rounding.Mode
	Tininess rounding.Tininess
	Fault    Fault
}

// Add returns x + y.
func (u Unit) Add(x, y uint64) (uint64, rounding.Flags) {
	return u.sum(u.unpack(u.Format, x), u.unpack(u.Format, y))
}

// Sub returns x - y.
func (u Unit) Sub(x, y uint64) (uint64, rounding.Flags) {
	b := u.unpack(u.Format, y)
	if !(u.Fault == SubOfZeroKeepsSign && b.kind == zero) {
		b.negative = !b.negative
	}
	return u.sum(u.unpack(u.Format, x), b)
}

// Mul returns x * y.
func (u Unit) Mul(x, y uint64) (uint64, rounding.Flags) {
	a, b := u.unpack(u.Format, x), u.unpack(u.Format, y)
	if u.Fault == MulZeroByNaN && (a.kind == zero && b.kind == nan || a.kind == nan && b.kind == zero) {
		return u.zero(a.negative != b.negative), 0
	}
	if a.kind == nan || b.kind == nan {
		return u.propagate(a, b)
	}
	p := u.product(a, b)
	switch p.kind {
	case nan:
		if u.Fault == MulInfByZeroSilent {
			return u.nan(), 0
		}
		return u.nan(), rounding.Invalid
	case infinite:
		return u.infinity(p.negative)
	case zero:
		if u.Fault == MulZeroUnsigned {
			return u.zero(false), 0
		}
		return u.zero(p.negative), 0
	}
	if u.Fault == MulLowHalfDropped {
		p.sig, p.exp = p.sig>>(u.M-1), p.exp+u.M-1
	}
	if u.Fault == MulCarryDropped && p.sig>>(2*u.M+1) != 0 {
		p.exp--
	}
	return u.pack(p)
}

// Quo returns x / y.
func (u Unit) Quo(x, y uint64) (uint64, rounding.Flags) {
	a, b := u.unpack(u.Format, x), u.unpack(u.Format, y)
	negative := a.negative != b.negative
	switch {
	case a.kind == nan || b.kind == nan:
		return u.propagate(a, b)
	case a.kind == infinite && b.kind == infinite:
		if u.Fault == QuoInfByInf {
			return u.infinity(negative)
		}
		return u.nan(), rounding.Invalid
	case a.kind == infinite:
		code, flags := u.infinity(negative)
		if u.Fault == QuoInfByZeroRaises && b.kind == zero {
			flags |= rounding.DivideByZero
		}
		return code, flags
	case b.kind == infinite:
		if u.Fault == QuoByInfUnderflows {
			return u.zero(negative), rounding.Underflow | rounding.Inexact
		}
		return u.zero(negative), 0
	case a.kind == zero && b.kind == zero:
		if u.Fault == QuoZeroByZeroFlag {
			return u.nan(), rounding.DivideByZero
		}
		if u.Fault == QuoZeroByZeroValue {
			code, _ := u.infinity(negative)
			return code, rounding.Invalid
		}
		return u.nan(), rounding.Invalid
	case b.kind == zero:
		if u.Fault == QuoByZeroUnsigned {
			negative = false
		}
		code, flags := u.infinity(negative)
		if u.Fault == QuoByZeroSilent {
			return code, flags
		}
		return code, flags | rounding.DivideByZero
	case a.kind == zero:
		return u.zero(negative), 0
	}
	// One bit beyond the precision at least, and the remainder below it.
	extra := u.M + 2
	if u.Fault == QuoBitShort {
		extra--
	}
	dividend := a.sig << extra
	quotient, rest := dividend/b.sig, dividend%b.sig
	q := operand{kind: finite, negative: negative, exp: a.exp - extra - b.exp, sig: quotient}
	if u.Fault != QuoRemainderDropped {
		q = q.jam(rest != 0)
	}
	return u.pack(q)
}

// Sqrt returns the square root of x.
func (u Unit) Sqrt(x uint64) (uint64, rounding.Flags) {
	a := u.unpack(u.Format, x)
	switch {
	case a.kind == nan:
		return u.propagate(a)
	case a.kind == zero:
		if u.Fault == SqrtNegativeZero {
			return u.zero(false), 0
		}
		return u.zero(a.negative), 0
	case a.negative && u.Fault != SqrtOfNegative:
		if u.Fault == SqrtOfNegativeSilent {
			return u.nan(), 0
		}
		return u.nan(), rounding.Invalid
	case a.kind == infinite:
		return u.infinity(false)
	}
	// An even exponent, and a root of one bit beyond the precision, the remainder
	// below it.
	shift := u.M + 2
	if u.Fault == SqrtBitShort {
		shift -= 2
	}
	if (a.exp-shift)&1 != 0 {
		shift++
	}
	half := (a.exp - shift) / 2
	if u.Fault == SqrtOddExponent {
		half = a.exp/2 - shift/2 // each half toward zero
	}
	radicand, root := a.sig<<shift, uint64(0)
	for bit := uint64(1) << (u.M + 1); bit > 0; bit >>= 1 { // digit by digit
		if (root|bit)*(root|bit) <= radicand {
			root |= bit
		}
	}
	r := operand{kind: finite, exp: half, sig: root}
	if u.Fault != SqrtRemainderDropped {
		r = r.jam(root*root != radicand)
	}
	return u.pack(r)
}

// FMA returns x * y + z in one rounding. An invalid product raises Invalid beside a
// quiet NaN too.
func (u Unit) FMA(x, y, z uint64) (uint64, rounding.Flags) {
	a, b, c := u.unpack(u.Format, x), u.unpack(u.Format, y), u.unpack(u.Format, z)
	if u.Fault == FMAAsTwo {
		p, first := u.Mul(x, y)
		s, second := u.sum(u.unpack(u.Format, p), c)
		return s, first | second
	}
	if a.kind == nan || b.kind == nan {
		return u.propagate(a, b, c)
	}
	p := u.product(a, b)
	if p.kind == nan && !(u.Fault == FMAInvalidHidden && c.kind == nan) {
		return u.nan(), rounding.Invalid
	}
	if c.kind == nan {
		return u.propagate(c)
	}
	if u.Fault == FMAProductTruncated && p.kind == finite {
		p.sig, p.exp = p.sig>>(u.M-1), p.exp+u.M-1
	}
	return u.sum(p, c)
}

// Convert returns the value of a code of another format.
func (u Unit) Convert(from Format, x uint64) (uint64, rounding.Flags) {
	a := u.unpack(from, x)
	switch a.kind {
	case nan:
		if u.Fault == ConvertNaNPayload && x<<(64-max(1, from.M-u.M)) != 0 {
			return u.infinity(a.negative)
		}
		return u.propagate(a)
	case infinite:
		if u.Fault == ConvertInfToMax {
			return u.largest(a.negative), 0
		}
		return u.infinity(a.negative)
	case zero:
		if u.Fault == ConvertZeroUnsigned {
			return u.zero(false), 0
		}
		return u.zero(a.negative), 0
	}
	if u.Fault == ConvertTwice {
		a.sig, a.exp = u.nearest(a.sig, from.M-u.M-2), a.exp+from.M-u.M-2
	}
	if u.Fault == ConvertTruncates {
		a.sig, a.exp = a.sig>>(from.M-u.M), a.exp+from.M-u.M
	}
	return u.pack(a)
}

// nearest drops bits of sig, to nearest even.
func (u Unit) nearest(sig uint64, drop int) uint64 {
	kept, half, sticky := cut(sig, drop)
	if half && (sticky || kept&1 != 0) {
		kept++
	}
	return kept
}
