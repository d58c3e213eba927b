package model

import (
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// product multiplies two operands that are no NaN; infinity by zero is one.
func (u Unit) product(a, b operand) operand {
	p := operand{kind: finite, negative: a.negative != b.negative, exp: a.exp + b.exp, sig: a.sig * b.sig}
	if u.Fault == ProductSign {
		p.negative = a.negative
	}
	switch {
	case a.kind == infinite && b.kind == zero || a.kind == zero && b.kind == infinite:
		p.kind = nan
		if u.Fault == ProductInfByZero {
			p.kind = zero
		}
	case a.kind == infinite || b.kind == infinite:
		p.kind = infinite
	case a.kind == zero || b.kind == zero:
		p.kind = zero
	}
	if limit := 1 << u.E; u.Fault == ProductExponentWraps && p.exp < -limit {
		p.exp += 2 * limit // the exponent's adder is one bit too narrow
	}
	return p
}

// sum adds two operands, of which the first may be a product.
func (u Unit) sum(a, b operand) (uint64, rounding.Flags) {
	if u.Fault == SumInfHidesNaN && (a.kind == infinite || b.kind == infinite) {
		if a.kind == nan {
			a.kind = zero
		}
		if b.kind == nan {
			b.kind = zero
		}
	}
	switch {
	case a.kind == nan || b.kind == nan:
		return u.propagate(a, b)
	case a.kind == infinite && b.kind == infinite && a.negative != b.negative:
		if u.Fault == SumInfMinusInf {
			return u.infinity(a.negative)
		}
		if u.Fault == SumInfMinusInfSilent {
			return u.nan(), 0
		}
		return u.nan(), rounding.Invalid
	case a.kind == infinite:
		if u.Fault == SumInfSign {
			return u.infinity(b.negative)
		}
		return u.infinity(a.negative)
	case b.kind == infinite:
		return u.infinity(b.negative)
	case a.kind == zero && b.kind == zero:
		if u.Fault == SumNegativeZeros {
			return u.zero(false), 0
		}
		if a.negative == b.negative {
			return u.zero(a.negative), 0
		}
		return u.cancelled(a)
	case a.kind == zero:
		return u.pack(b)
	case b.kind == zero:
		return u.pack(a)
	}
	s := u.add(a, b)
	if s.sig == 0 {
		return u.cancelled(a)
	}
	return u.pack(s)
}

// cancelled is the zero that is the sum of a and its opposite.
func (u Unit) cancelled(a operand) (uint64, rounding.Flags) {
	if u.Fault == CancelledTakesSign {
		return u.zero(a.negative), 0
	}
	if u.Fault == CancelledIgnoresMode {
		return u.zero(false), 0
	}
	return u.zero(u.Mode == rounding.ToNegativeInf), 0
}

// guard is how many bits the adder has below the wider operand: guard, round and
// sticky. If the exponents differ by one at most, no bit leaves it. Otherwise a
// difference loses one leading bit at most, so that below its precision at least
// one bit and the sticky one remain.
const guard = 3

// add adds two finite operands; a difference of zero has no sign.
func (u Unit) add(a, b operand) operand {
	width := max(bits.Len64(a.sig), bits.Len64(b.sig))
	extra := guard
	if u.Fault == AddGuardBitShort {
		extra = 1
	}
	a, b = a.widen(width+extra), b.widen(width+extra)
	if a.exp < b.exp || a.exp == b.exp && a.sig < b.sig {
		if u.Fault == AddSignOfFirst && a.exp == b.exp {
			a.negative, b.negative = b.negative, a.negative
		}
		a, b = b, a
	}
	distance := a.exp - b.exp
	if u.Fault == AddShiftWraps {
		distance %= 1 << bits.Len(uint(width)) // the shifter takes the low bits of the distance
	}
	if u.Fault == AddFarDropped && distance > width {
		return a
	}
	aligned, lost := b.sig>>min(distance, 63), false
	if distance > 0 {
		lost = aligned<<min(distance, 63) != b.sig
	}
	if u.Fault == AddStickyDropped {
		lost = false
	}
	if lost && u.Fault != AddStickyLate {
		aligned |= 1
	}
	if a.negative == b.negative {
		a.sig += aligned
	} else {
		a.sig -= aligned
	}
	if lost && u.Fault == AddStickyLate {
		a.sig |= 1
	}
	if u.Fault == AddShortNormalizer {
		if short := width + extra - bits.Len64(a.sig); short > u.M-1 && a.sig != 0 {
			a.exp -= short - (u.M - 1) // normalized by fewer places than counted
		}
	}
	return a
}

// widen shifts the significand left to that many bits.
func (x operand) widen(width int) operand {
	shift := width - bits.Len64(x.sig)
	x.sig, x.exp = x.sig<<shift, x.exp-shift
	return x
}
