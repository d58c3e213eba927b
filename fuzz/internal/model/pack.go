package model

import (
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// increments says in each mode whether a magnitude goes up, from its sign, the
// last bit that is kept, the first that is cut off and whether others follow.
var increments = [...]func(negative, odd, half, sticky bool) bool{
	rounding.ToNearestEven: func(_, odd, half, sticky bool) bool { return half && (sticky || odd) },
	rounding.ToNearestAway: func(_, _, half, _ bool) bool { return half },
	rounding.ToZero:        func(_, _, _, _ bool) bool { return false },
	rounding.AwayFromZero:  func(_, _, half, sticky bool) bool { return half || sticky },
	rounding.ToNegativeInf: func(negative, _, half, sticky bool) bool { return negative && (half || sticky) },
	rounding.ToPositiveInf: func(negative, _, half, sticky bool) bool { return !negative && (half || sticky) },
	rounding.ToNearestZero: func(_, _, half, sticky bool) bool { return half && sticky },
	rounding.ToNearestUp:   func(negative, _, half, sticky bool) bool { return half && (sticky || !negative) },
	rounding.ToNearestDown: func(negative, _, half, sticky bool) bool { return half && (sticky || negative) },
	rounding.ToNearestOdd:  func(_, odd, half, sticky bool) bool { return half && (sticky || !odd) },
	rounding.ToOdd:         func(_, odd, half, sticky bool) bool { return !odd && (half || sticky) },
}

// cut drops bits of sig and returns the first of them and whether others follow.
// A negative number of bits is appended instead.
func cut(sig uint64, drop int) (kept uint64, half, sticky bool) {
	switch {
	case drop <= 0:
		return sig << -drop, false, false
	case drop > 64:
		return 0, false, sig != 0
	}
	kept = sig >> (drop - 1)
	return kept >> 1, kept&1 != 0, sig<<(65-drop) != 0
}

// up is the rounding decision.
func (u Unit) up(negative bool, kept uint64, half, sticky bool) bool {
	odd := kept&1 != 0
	tie := half && !sticky
	switch {
	case u.Fault == TiesAway && u.Mode == rounding.ToNearestEven:
		return half
	case u.Fault == TiesDown && tie && u.Mode == rounding.ToNearestEven:
		return false
	case u.Fault == TiesUp && tie && u.Mode == rounding.ToNearestEven:
		return !negative
	case u.Fault == TiesToOdd && tie && u.Mode == rounding.ToNearestEven:
		return !odd
	case u.Fault == TieAwayToEven && tie && u.Mode == rounding.ToNearestAway:
		return odd
	case u.Fault == NearestTruncates && u.Mode == rounding.ToNearestEven:
		return false
	case u.Fault == StickyDropped:
		sticky = false
	case u.Fault == HalfDropped:
		half, sticky = false, half || sticky
	case u.Fault == DirectedIgnoresSign:
		negative = false
	case u.Fault == DirectedNeedsHalf && !half:
		return false
	case u.Fault == ZeroRoundsDown && u.Mode == rounding.ToZero:
		return negative && (half || sticky)
	case u.Fault == ToOddMovesExact && u.Mode == rounding.ToOdd:
		return !odd
	}
	return increments[u.Mode](negative, odd, half, sticky)
}

// pack rounds a finite nonzero value once and returns its code and the exceptions.
func (u Unit) pack(x operand) (uint64, rounding.Flags) {
	m, emin := u.M, 1-u.bias()
	top := x.exp + bits.Len64(x.sig) - 1 // the exponent of the leading bit
	tiny := top < emin
	if tiny && u.Fault == SubnormalResultFlushed {
		return u.zero(x.negative), rounding.Underflow | rounding.Inexact
	}
	last := max(top, emin) - m // the exponent of the last bit kept
	if tiny && u.Fault == SubnormalTwice {
		drop := top - m - x.exp
		if drop > 0 {
			x.sig, x.exp = u.nearest(x.sig, drop), x.exp+drop
		}
	}
	kept, half, sticky := cut(x.sig, last-x.exp)
	if tiny && u.Fault == SubnormalStickyDropped {
		sticky = false
	}
	if u.Fault == DeepUnderflowDropped && tiny && top < emin-m-1 {
		kept, half, sticky = 0, false, false
	}
	inexact := half || sticky
	up := u.up(x.negative, kept, half, sticky)
	if u.Fault == SubnormalTruncates && tiny {
		up = false
	}
	if u.Fault == SmallestHalfUp && kept == 0 && half && u.Mode == rounding.ToNearestEven {
		up = true
	}
	switch {
	case !up:
	case u.Fault == CarryLost && kept == 2<<m-1:
		kept = 1 << m
	case u.Fault == SubnormalCarryLost && kept == 1<<m-1:
		kept = 0
	case u.Fault == CarryShort && kept&(1<<(m-1)-1) == 1<<(m-1)-1:
		kept &^= 1<<(m-1) - 1 // the carry stops one place below the top
	default:
		kept++
	}
	if kept>>(m+1) != 0 { // a carry out of the significand
		kept, last = kept>>1, last+1
	}
	code := kept // subnormal numbers have the exponent field 0
	if kept>>m != 0 {
		code = uint64(last+m+u.bias())<<m | kept&(1<<m-1)
	}
	if code >= u.special() {
		return u.overflow(x.negative, code)
	}

	var flags rounding.Flags
	if inexact && !(u.Fault == InexactMissesSticky && !half) && !(u.Fault == InexactOnlyIfUp && !up) {
		flags |= rounding.Inexact
	}
	if u.tiny(x, top, emin) && (inexact || u.Fault == UnderflowOfExact) && u.Fault != UnderflowMissing &&
		!(u.Fault == UnderflowNeedsZero && code != 0) {
		flags |= rounding.Underflow
	}
	if u.Fault == SignOfZeroResult && code == 0 {
		x.negative = false
	}
	return u.sign(x.negative) | code, flags
}

// tiny says whether a value counts as below the normal numbers: by itself, or after
// rounding to full precision as if the exponent were unbounded.
func (u Unit) tiny(x operand, top, emin int) bool {
	after := u.Tininess == rounding.AfterRounding
	if u.Fault == TininessOther {
		after = !after
	}
	if top == emin-1 && after {
		kept, half, sticky := cut(x.sig, top-u.M-x.exp)
		if u.up(x.negative, kept, half, sticky) && kept+1 == 2<<u.M {
			return false
		}
	}
	return top < emin
}

// overflow is the result for a value that rounds beyond the largest finite one: that
// where the mode points inward, which shows in what it does with a value above an
// odd neighbour.
func (u Unit) overflow(negative bool, code uint64) (uint64, rounding.Flags) {
	flags := rounding.Overflow | rounding.Inexact
	switch u.Fault {
	case OverflowSilent:
		flags &^= rounding.Overflow
	case OverflowExact:
		flags &^= rounding.Inexact
	case OverflowUnderflow:
		flags |= rounding.Underflow
	}
	inward := !increments[u.Mode](negative, true, true, true)
	switch {
	case u.Fault == OverflowAlwaysInf:
		inward = false
	case u.Fault == OverflowAlwaysMax:
		inward = true
	case u.Fault == OverflowSignIgnored:
		inward = !increments[u.Mode](false, true, true, true)
	case u.Fault == OverflowAtTop && code>>u.M == u.special()>>u.M:
		inward = true // only a larger exponent is seen to overflow
	case u.Fault == OverflowWraps && !inward:
		return u.sign(negative) | code&u.magnitude(), flags
	}
	if inward {
		return u.largest(negative), flags
	}
	inf, _ := u.infinity(negative)
	return inf, flags
}
