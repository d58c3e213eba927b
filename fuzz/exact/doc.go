// Package exact is the oracle of this module: small floating-point formats,
// their arithmetic and their rounding, written as a person would read them off
// the specifications and nothing faster. It shares no code with the packages it
// judges and imports nothing but the standard library.
//
// The specifications, named in the comments by these words:
//
//   - IEEE 754: IEEE Std 754-2019, for the family with infinities and NaNs in
//     the top exponent, the five directed and nearest modes, the flags.
//   - OFP8: OCP 8-bit Floating Point Specification (OFP8), revision 1.0, for
//     E4M3 (here FN(4, 3)) and E5M2 (IEEE(5, 2)).
//   - MX: OCP Microscaling Formats (MX), version 1.0, for the 4- and 6-bit
//     elements without special values and for the scale E8M0.
//   - P3109: the interim report of IEEE working group P3109, version 4.0, for
//     Binary{K}p{P}, rounding to odd, the three stochastic modes and the three
//     saturation modes.
//   - gfloat: the documentation of the Python package of that name, version 0.5,
//     for StochasticOdd.
//   - FNUZ formats have no specification of a committee; their description is
//     that of the paper 8-bit Numerical Formats for Deep Neural Networks
//     (Noune and others, 2022), as the ONNX operators adopted it.
//
// # Three steps
//
// Every operation is computed in three steps, each of them a function:
//
//	x, y := f.Decode(a), f.Decode(b)       // codes to Numbers: exact
//	r := exact.Add(x, y)                   // the exact Result, before any rounding
//	p := exact.Locate(r, g)                // its place between two neighbours of g
//	code, flags := p.Round(o)              // one neighbour, by mode and saturation
//
// Only the last depends on the mode, the saturation and the rule of tininess, and
// it is cheap: an exhaustive test locates each result once and rounds it in every
// combination.
//
// # Exactness
//
// A Number is a dyadic rational: sign, integer, power of two. Sums, differences,
// products and fused multiply-adds of dyadic numbers are dyadic, hence exact.
// Quotients and square roots are held as an integer part of at least 160 bits and
// the statement that the exact magnitude lies strictly above it and below its
// successor. That is enough: whatever is compared with an exact magnitude here (a
// neighbour, a midpoint, a threshold of stochastic rounding with up to 63 random
// bits, each also at twice the density for tininess) is a multiple of the unit in
// the last place of a number of at most 62 significant bits, divided by at most
// 2^64, so a number of 128 bits at most, and none of these lies strictly between
// two neighbouring integers of 160 bits. For the same reason no such boundary
// equals an inexact quotient or root.
//
// # Elementary functions
//
// The value of an elementary function is a number whose first 160 bits are certain,
// or exact, in the same form: nothing else changes in the three steps. A series in
// integers, with explicit bounds of what it leaves out, gives two bounds of the
// value. Where these have not the same 160 bits, as beside a number of few bits, it
// is evaluated again with half as many bits more. That ends because values that are
// not irrational are recognized by rule, each stated at its function (2^3, the cube
// root of 27, log10(1000)). Results beside a number as close as e^(2^-1000) is to 1,
// or farther out than every format, are stated by the first term of their series.
//
// Special values are those of IEEE 754 section 9.2: limits are exact and raise
// nothing, but for the arc tangent's, pi/2; the logarithm of a zero is -infinity with DivideByZero, an operand
// outside the domain is Invalid. P3109's differ in nothing but the formats.
//
// # Fixed point
//
// The operations on Numbers serve fixed-point formats too: [FixedFormat] decodes,
// [LocateFixed] finds the place of a result among a format's integers, and
// [FixedPlace.Round] takes one neighbour and applies an overflow. A wide integer
// part needs more of a quotient or root than 160 bits: QuoBits, SqrtBits.
//
// # Probabilities and blocks
//
// [Place.Outcomes] returns what a stochastic mode gives and with which probability, as
// a fraction. Blocks of MX, NVFP4 and P3109 are decoded into Numbers, and made by the
// rule of their specification for the scale and one rounding an element: [MXBlock],
// [NVFP4], [P3109Block].
//
// # Correspondence with package rounding
//
// The constants are the oracle's own. Mode: TiesToEven is rounding.ToNearestEven,
// TiesToAway ToNearestAway, TiesToZero ToNearestZero, TiesToPositive ToNearestUp,
// TiesToNegative ToNearestDown, TiesToOdd ToNearestOdd,
// TowardZero ToZero, AwayFromZero AwayFromZero, TowardNegative ToNegativeInf,
// TowardPositive ToPositiveInf, ToOdd ToOdd, StochasticA, B and C the same. Flags
// have TestFloat's bits on both sides.
package exact
