package model

import "github.com/halfulp/halfulp/rounding"

type kind int

const (
	zero kind = iota
	finite
	infinite
	nan
)

// operand is an unpacked number: its value is sig * 2^exp. The last bit of sig may
// stand for all that is below it: it is jammed.
type operand struct {
	kind       kind
	negative   bool
	signalling bool
	exp        int
	sig        uint64
}

// jam appends a bit that says whether anything follows.
func (x operand) jam(more bool) operand {
	x.sig, x.exp = x.sig<<1, x.exp-1
	if more {
		x.sig |= 1
	}
	return x
}

// bias is that of IEEE 754.
func (f Format) bias() int { return 1<<(f.E-1) - 1 }

// magnitude is the mask of a code without its sign.
func (f Format) magnitude() uint64 { return 1<<(f.E+f.M) - 1 }

// special is the first code above the finite ones.
func (f Format) special() uint64 {
	if f.FN {
		return f.magnitude()
	}
	return f.magnitude() &^ (1<<f.M - 1)
}

// unpack takes a code apart, and normalizes a subnormal number, so that a finite
// operand has M+1 bits.
func (u Unit) unpack(f Format, code uint64) operand {
	x := operand{kind: finite, negative: code>>(f.E+f.M)&1 != 0}
	magnitude := code & f.magnitude()
	field, fraction := int(magnitude>>f.M), magnitude&(1<<f.M-1)
	if magnitude >= f.special() && u.Fault != SpecialsAsNumbers {
		if fraction == 0 && !f.FN {
			x.kind = infinite
			return x
		}
		x.kind = nan
		x.signalling = !f.FN && fraction>>(f.M-1) == 0
		if u.Fault == SignallingNaNAsInf && x.signalling {
			x.kind = infinite
		}
		return x
	}
	x.exp, x.sig = field-f.bias()-f.M, 1<<f.M|fraction
	if field == 0 {
		if u.Fault != SubnormalHiddenBit {
			x.sig = fraction
		}
		if u.Fault != SubnormalExponent {
			x.exp++
		}
		if fraction == 0 || u.Fault == SubnormalOperandFlushed {
			x.kind, x.sig = zero, 0
		}
		for x.kind == finite && x.sig>>f.M == 0 {
			x.sig, x.exp = x.sig<<1, x.exp-1
		}
	}
	return x
}

// propagate is the NaN result of an operation with a NaN among its operands.
func (u Unit) propagate(operands ...operand) (uint64, rounding.Flags) {
	for _, x := range operands {
		if x.signalling && u.Fault != SignallingNaNSilent || x.kind == nan && u.Fault == QuietNaNRaises {
			return u.nan(), rounding.Invalid
		}
	}
	return u.nan(), 0
}

func (u Unit) sign(negative bool) uint64 {
	if negative {
		return 1 << (u.E + u.M)
	}
	return 0
}

func (u Unit) zero(negative bool) uint64 { return u.sign(negative) }

func (u Unit) largest(negative bool) uint64 { return u.sign(negative) | (u.special() - 1) }

// nan is the canonical quiet NaN.
func (u Unit) nan() uint64 {
	if u.FN {
		return u.special()
	}
	return u.special() | 1<<(u.M-1)
}

// infinity is the result for an infinite value: where there is no infinity NaN, by
// overflow.
func (u Unit) infinity(negative bool) (uint64, rounding.Flags) {
	if u.FN {
		return u.nan(), rounding.Overflow | rounding.Inexact
	}
	return u.sign(negative) | u.special(), 0
}
