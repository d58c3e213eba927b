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
// The names of other communities for the modes; [Aliases] has more of them, and
// [ParseMode] reads all:
//
//	ToNearestEven   IEEE 754 roundTiesToEven, ARM RNE, SystemC SC_RND_CONV, VHDL fixed_round
//	ToNearestAway   IEEE 754 roundTiesToAway, SystemC SC_RND_INF
//	ToZero          IEEE 754 roundTowardZero, SystemC SC_TRN_ZERO
//	AwayFromZero    math/big AwayFromZero, APyTypes TRN_AWAY
//	ToNegativeInf   IEEE 754 roundTowardNegative, SystemC SC_TRN, VHDL fixed_truncate
//	ToPositiveInf   IEEE 754 roundTowardPositive, APyTypes TRN_INF
//	ToNearestZero   IEEE 754 roundTiesToZero, SystemC SC_RND_ZERO
//	ToNearestUp     ties toward +infinity: SystemC SC_RND, TFLite SRDHM, ruy, XNNPACK rndnu
//	ToNearestDown   ties toward -infinity: SystemC SC_RND_MIN_INF
//	ToNearestOdd    ties to odd: Algorithmic C's AC_RND_CONV_ODD, APyTypes RND_CONV_ODD
//	ToOdd           SoftFloat round_odd (jamming), APyTypes JAM_UNBIASED, IEEE P3109 ToOdd; safe before a second rounding
//	StochasticA..C  IEEE P3109 interim report 4.0, RoundToPrecision
//	StochasticEqual CPFloat CPFLOAT_RND_SE
//	StochasticOdd   gfloat StochasticOdd
//
// Hardware that cuts bits off a number in two's complement rounds toward
// -infinity; cutting a sign and magnitude is ToZero. APyTypes' JAM and TRN_MAG
// change values that need no rounding and are no modes here.
//
// docs/rounding.md in the module's root is a guide to all of this, with pictures
// and counterexamples.
package rounding
