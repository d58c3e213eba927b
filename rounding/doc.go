// Package rounding decides whether an inexact value goes up or down. It is the
// only place in this module that does.
//
// A value that lies between two neighbours of a format is described to it by
// five facts: the mode, the sign, whether the lower neighbour (in magnitude)
// is odd, and the discarded part as two bits: half, the first discarded bit,
// and sticky, whether any bit after it is set.
//
//	             kept    discarded
//	  neg  1 0 1 1 0 1 | 1 0 0 1 0 0
//	                 ^   ^ \_______/
//	               odd half  sticky
//
//	half sticky   the value is
//	  0    0      the lower neighbour itself: never incremented
//	  0    1      nearer to the lower neighbour
//	  1    0      a tie
//	  1    1      nearer to the upper neighbour
//
// [Increment] answers whether the magnitude goes up to the upper neighbour.
// What happens beyond the largest finite value is [Overflows], and the policy
// for it a [Saturation]; what happened on the way is reported as [Flags]; all
// choices of one operation travel together as a [Context], by value. Nothing
// here is kept in a global.
//
// The names of other communities for the modes:
//
//	ToNearestEven   IEEE 754 roundTiesToEven, ARM RNE, SystemC RND_CONV, APyTypes RND_CONV
//	ToNearestAway   IEEE 754 roundTiesToAway, SystemC RND_INF
//	ToZero          IEEE 754 roundTowardZero, SystemC TRN_ZERO
//	AwayFromZero    math/big AwayFromZero, APyTypes TRN_AWAY
//	ToNegativeInf   IEEE 754 roundTowardNegative, SystemC TRN
//	ToPositiveInf   IEEE 754 roundTowardPositive, APyTypes TRN_INF
//	ToNearestZero   CPFloat ties to zero, SystemC RND_ZERO
//	ToNearestUp     ties toward +infinity: SystemC RND, TFLite SRDHM, ruy, XNNPACK rndnu
//	ToOdd           SoftFloat round_odd, IEEE P3109 ToOdd; safe before a second rounding
//	StochasticA..C  IEEE P3109 interim report 4.0, RoundToPrecision
package rounding
