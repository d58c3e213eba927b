package rounding

import (
	"fmt"
	"math/bits"
)

// Mode is a rounding direction attribute. Its zero value is ToNearestEven. The
// first six modes equal math/big's RoundingMode in name and value.
type Mode uint8

const (
	ToNearestEven Mode = iota // nearest, ties to the even neighbour (IEEE 754 roundTiesToEven)
	ToNearestAway             // nearest, ties away from zero (IEEE 754 roundTiesToAway)
	ToZero                    // toward zero (IEEE 754 roundTowardZero)
	AwayFromZero              // away from zero
	ToNegativeInf             // toward -infinity (IEEE 754 roundTowardNegative)
	ToPositiveInf             // toward +infinity (IEEE 754 roundTowardPositive)
	ToNearestZero             // nearest, ties toward zero
	ToNearestUp               // nearest, ties toward +infinity
	ToNearestDown             // nearest, ties toward -infinity
	ToNearestOdd              // nearest, ties to the odd neighbour
	ToOdd                     // an inexact value goes to the odd neighbour

	// The stochastic modes of IEEE P3109 decide with random bits that the
	// caller supplies: see [IncrementStochastic].
	StochasticA
	StochasticB
	StochasticC

	// StochasticEqual sends every inexact value up or down with equal odds, by the
	// first of the random bits.
	StochasticEqual

	// StochasticOdd is StochasticC with its ties to the odd neighbour, as gfloat has it.
	StochasticOdd

	modeCount
)

var modeNames = [modeCount]string{
	"ToNearestEven", "ToNearestAway", "ToZero", "AwayFromZero", "ToNegativeInf", "ToPositiveInf",
	"ToNearestZero", "ToNearestUp", "ToNearestDown", "ToNearestOdd", "ToOdd", "StochasticA", "StochasticB", "StochasticC",
	"StochasticEqual", "StochasticOdd",
}

// Modes returns the deterministic modes, in order of their values.
func Modes() []Mode {
	return []Mode{ToNearestEven, ToNearestAway, ToZero, AwayFromZero, ToNegativeInf, ToPositiveInf,
		ToNearestZero, ToNearestUp, ToNearestDown, ToNearestOdd, ToOdd}
}

// StochasticModes returns the modes that need random bits, in order of their values.
func StochasticModes() []Mode {
	return []Mode{StochasticA, StochasticB, StochasticC, StochasticEqual, StochasticOdd}
}

// String returns the constant's name.
func (m Mode) String() string {
	if m < modeCount {
		return modeNames[m]
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// Stochastic reports whether m needs random bits.
func (m Mode) Stochastic() bool { return m >= StochasticA && m < modeCount }

// Increment reports whether a value rounds away from zero, to its upper
// neighbour in magnitude. neg is its sign, odd whether its lower neighbour is
// odd, half the first discarded bit and sticky whether any later one is set.
//
//	half sticky | Even  Away  Zero  AwayFromZero  NegInf  PosInf  NearZero  NearUp  NearDown  NearOdd  Odd
//	  0    0    |  -     -     -        -           -       -        -        -        -         -      -
//	  0    1    |  -     -     -        up         neg     !neg      -        -        -         -     !odd
//	  1    0    | odd    up    -        up         neg     !neg      -       !neg     neg       !odd   !odd
//	  1    1    |  up    up    -        up         neg     !neg      up       up       up        up    !odd
//
// Increment panics if m is unknown or stochastic.
func Increment(m Mode, neg, odd, half, sticky bool) bool {
	switch m {
	case ToNearestEven:
		return half && (sticky || odd)
	case ToNearestAway:
		return half
	case ToZero:
		return false
	case AwayFromZero:
		return half || sticky
	case ToNegativeInf:
		return neg && (half || sticky)
	case ToPositiveInf:
		return !neg && (half || sticky)
	case ToNearestZero:
		return half && sticky
	case ToNearestUp:
		return half && (sticky || !neg)
	case ToNearestDown:
		return half && (sticky || neg)
	case ToNearestOdd:
		return half && (sticky || !odd)
	case ToOdd:
		return !odd && (half || sticky)
	}
	panic("rounding: unknown mode, or a stochastic one without random bits")
}

// IncrementStochastic decides the stochastic modes: those of IEEE P3109 (interim
// report 4.0, RoundToPrecision), the one with equal odds of CPFloat (SE) and the one with ties to odd of gfloat. The
// discarded part is fraction/2^64, or a little more where sticky is set; random holds n random bits, 1 <= n <= 63,
// in its low end. With v the discarded part and R the random integer:
//
//	StochasticA: floor(v*2^n) + R >= 2^n
//	StochasticB: floor(v*2^(n+1)) + 2R+1 >= 2^(n+1)
//	StochasticC: v*2^n rounded to nearest even, + R >= 2^n
//	StochasticEqual: R >= 2^(n-1), where v is not 0
//	StochasticOdd: v*2^n rounded to nearest, ties to odd, + R >= 2^n
//
// An exact value (v = 0) never goes up. For every other Mode the random bits
// are not looked at and the answer is Increment's with the given sign and
// parity. IncrementStochastic panics if n is out of range, random has more
// than n bits, or m is unknown.
func IncrementStochastic(m Mode, neg, odd bool, fraction uint64, sticky bool, random uint64, n int) bool {
	if !m.Stochastic() {
		return Increment(m, neg, odd, fraction>>63 != 0, fraction<<1 != 0 || sticky)
	}
	if n < 1 || n > 63 || random>>n != 0 {
		panic("rounding: random bits out of range")
	}
	limit := uint64(1) << n
	switch kept := fraction >> (64 - n); m {
	case StochasticA:
		return kept+random >= limit
	case StochasticB:
		// 2*limit <= 2^64 may wrap, so carry the sum's 65th bit instead.
		sum, carry := bits.Add64(fraction>>(63-n), 2*random+1, 0)
		return carry != 0 || n < 63 && sum >= 2*limit
	case StochasticEqual:
		return (fraction != 0 || sticky) && random >= limit/2
	default: // StochasticC, StochasticOdd
		rest, nearest := fraction<<n, ToNearestEven
		if m == StochasticOdd {
			nearest = ToNearestOdd
		}
		if Increment(nearest, false, kept&1 != 0, rest>>63 != 0, rest<<1 != 0 || sticky) {
			kept++
		}
		return kept+random >= limit
	}
}

// Overflows reports what lies beyond the largest finite value: whether a
// finite value whose rounded magnitude exceeds it leaves the finite range (to
// infinity, or to what stands for it) rather than staying at the largest finite
// value. The modes that point inward stay: ToZero, and the directed modes on
// their side. ToOdd goes to whichever of the two has an odd code: oddMax tells
// that the largest finite value's code is odd, as it is in every IEEE format.
// A stochastic mode leaves: its rounded magnitude is beyond the range already.
// Overflows panics if m is unknown.
func Overflows(m Mode, neg, oddMax bool) bool {
	if m.Stochastic() {
		return true
	}
	// Beyond the range the two neighbours are the largest finite value and
	// infinity, and the value counts as nearer to infinity.
	return Increment(m, neg, oddMax, true, true)
}
