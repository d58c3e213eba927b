// Package fixedpoint has numbers with a fixed binary point: an integer of up to
// 64 bits, in two's complement or unsigned, and a count of fraction bits.
//
//	Q3.4, 8 bits:   s i i i . f f f f          value = integer * 2^-4
//	UQ0.8, 8 bits:          . f f f f f f f f  value = integer * 2^-8
//	Q10.-3, 8 bits: s i i i i i i i 0 0 0 .    value = integer * 2^3
//
// Names follow Texas Instruments' Q notation, which does not count the sign bit:
// Q3.4 is a sign, 3 integer bits and 4 fraction bits. A count is negative where
// the point lies outside the bits. Simulink's sfix8_En4, VHDL's
// sfixed(3 downto -4) and Vitis' ap_fixed<8,4> are read as well: [ParseFormat].
//
// # Two faces
//
// [Fixed] is the typed face: Fixed[int16, F15] is an int16 in memory. Its
// methods round once, to nearest even, and saturate; functions of the same
// names take a [Context] with any rounding mode and a wrapping or symmetric
// overflow, and return flags. [Format] and [Value] are the same for formats
// chosen at run time, where operands and result may differ in format: the exact
// result is rounded once. The forms with Stochastic in their names take the random
// bits that the stochastic modes ask for. Package rounding says what SystemC,
// VHDL, APyTypes and Simulink call each mode, and reads those names;
// [ParseOverflow] reads theirs for the overflow.
//
// # Exactness
//
// Arithmetic is total and exact up to that one rounding: products of 64-bit
// numbers have 128 bits, quotients and square roots have a sticky bit, sums of
// formats that lie far apart have as many bits as they need. [Format.FullAdd],
// [Format.FullSub] and [Format.FullMul] return the format in which nothing is
// rounded at all.
//
// Flags: Inexact where the result differs from the exact one; Overflow, always
// with Inexact, where the rounded result was beyond the range, whatever then
// became of it; DivideByZero for x/0, which gives the end of the range on
// x's side; Invalid for 0/0, for a remainder by 0, for the root of a negative
// number and for NaN, which give 0. There is no underflow: the numbers are
// evenly spaced.
//
// # Conversions and text
//
// Floats, integers of every type, math/big's numbers, decimal and hexadecimal
// text and the other formats convert with one rounding. A number prints as
// Q0.15(0.5), and by Text, JSON and the other text encodings as the shortest
// decimal that reads back. Every Fixed has all of Go's marshal interfaces.
// [Bits] and [Numbers] view a slice of numbers as one of integers and back;
// [AddSlice] and its like do many at once.
//
// [Multiplier] is the factor by which integer inference rescales its sums, and a
// [Form] the way in which a runtime does so.
//
// A number of package minifloat becomes a fixed-point one, and the other way round,
// with one rounding from the exact value: by the float64 (Context.Encode of either
// package takes it), which is exact up to 53 bits; by the big.Float (EncodeBig)
// beyond them, where float64 on the way would round twice.
package fixedpoint
