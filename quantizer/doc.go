// Package quantizer maps real numbers to numbers of few bits and back, on plain
// slices; it knows no network.
//
// # The scheme
//
// Quantization here is symmetric. A tensor, or each output channel of a weight
// tensor, has one positive float32 scale s, and
//
//	real = s * q
//
// where q is a value of the target [Format]: a value of a minifloat, of a
// fixed-point format, or an integer of the narrow range (int8: -127 to 127, so
// that the range is symmetric and -q exists for every q). Zero is always
// representable where the format has a zero, because no zero point is added.
//
// The scale follows from a threshold T, the largest magnitude that is to be
// representable:
//
//	s = T / Largest        // one float32 rounding; T = 0 gives s = 1
//
// so T itself lands on the format's largest finite value (int8: 127, e4m3fn:
// 448). Magnitudes beyond T saturate to it, whatever the format does by itself
// (saturation [github.com/halfulp/halfulp/rounding.SatFinite]).
//
// # Rounding
//
// q is x/s rounded to nearest, ties to even. The quotient is taken in float64,
// which has 53 bits: two float32 x and s cannot make a quotient closer than
// 2^-49 (relative) to a tie of a format with at most 24 significant bits unless
// it is that tie, so the float64 quotient lies on the same side of every tie as
// the exact one and the result is rounded once.
//
// # Thresholds
//
// [MinMax] and [ChannelMinMax] find thresholds from data that arrives in pieces:
// the largest magnitude seen. NaN or infinity in the data is an error
// ([ErrNotFinite]), not a threshold.
//
// # Rescaling channels
//
// One scale serves all channels of a tensor badly where they differ in size by
// orders of magnitude, as those of depthwise convolutions do. [Rescaling] makes
// them alike and keeps ReLU6 exact; [Equalization] balances the weights of two
// products; [AbsorbBias] takes a constant out of the activations between them.
// All leave what the network computes as it is.
//
// # Special values in the slice functions
//
// NaN gives the format's NaN where it has one and 0 where it has none; infinities
// saturate. Unsigned formats turn negative numbers to 0 (E8M0, which has neither
// sign nor zero: to its NaN).
package quantizer
