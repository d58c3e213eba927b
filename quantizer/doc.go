// Package quantizer maps real numbers to numbers of few bits and back, on plain
// slices; it knows no network.
//
// # Schemes
//
// A tensor is divided into groups, the whole of it, its channels or blocks of
// neighbours ([Grouping]), and each group has [Params], one positive float32 scale s
// and where the [Scheme] is asymmetric a zero point z, so that
//
//	real = s * (q - z)
//
// where q is a value of the target [Format]: a value of a minifloat, of a
// fixed-point format, or an integer: of the narrow range (int8: -127 to 127, so that
// -q exists for every q), of the full one (int8full: -128 to 127) or unsigned (uint8).
// The zero point is a code of the format, so zero is always exact; a minifloat has
// none but 0. [Quantizer] is a scheme with the parameters of all groups; the
// functions without it are those of symmetric schemes.
//
// A symmetric scale follows from a threshold T, the largest magnitude that is to be
// representable:
//
//	s = T / Largest        // one float32 rounding; T = 0 gives s = 1
//
// so T itself lands on the format's largest finite value (int8: 127, e4m3fn:
// 448). Magnitudes beyond T saturate to it, whatever the format does by itself
// (saturation [github.com/halfulp/halfulp/rounding.SatFinite]). An asymmetric one
// follows from a range ([Scheme.Params]). Either may be rounded up to a power of two.
//
// # Rounding
//
// q is x/s rounded to nearest, ties to even. The quotient is taken in float64,
// which has 53 bits: two float32 x and s cannot make a quotient closer than
// 2^-49 (relative) to a tie of a format with at most 24 significant bits unless
// it is that tie, so the float64 quotient lies on the same side of every tie as
// the exact one and the result is rounded once.
//
// # Calibration
//
// [MinMax] and [ChannelMinMax] find thresholds from data that arrives in pieces:
// the largest magnitude seen. [Histogram] sees the distribution, and [Histogram.Choose]
// finds the range that is best by a [Criterion] for a scheme: extreme values,
// percentile, mean square error, SQNR, Kullback-Leibler divergence. [Calibrate] does
// so for every group of a tensor at hand, as weights are. All observers can be merged,
// so that parts of the data may be seen apart, and written as JSON. [Noise] says what
// a range costs, in decibels too. NaN or infinity in the data is an error
// ([ErrNotFinite]), not a threshold.
//
// # Training
//
// [Trained] fake-quantizes with ranges that are trained, from calibrated ones on, by
// the straight-through gradient of [Surrogate]: as factors within limits (fast
// adjustable thresholds), as logarithms (TQT) or as step sizes (LSQ). The three are
// numbers for one kernel. It knows no loss and no optimizer.
//
// # Correction
//
// Quantized weights move the mean of a product's outputs. [CorrectBias] takes that
// out of the bias, with mean inputs from batch normalization ([ClippedNormal]) or
// from data ([ChannelMean]). [AdaRound] learns which weights to round down or up.
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
