// Package fuzz checks the rounding of an implementation of small
// floating-point formats, yours or ours: a library, a kernel, a model of a unit
// in hardware.
//
// [Binary], [Unary] and [Conversion] take the implementation as a function on
// codes, run it on all operands of a format of up to 8 bits, on corner cases and
// a sample that is the same in every call above that, and compare each answer
// with the one correct rounding as package fuzz/exact defines it. The [Report]
// counts, and explains the simplest disagreement:
//
//	r := fuzz.Binary(f, fuzz.Add, rounding.Context{}, add)
//	if r.Failed > 0 {
//		t.Error(r)
//	}
//
// For property tests of one's own there are generators for
// github.com/leanovate/gopter, [Code] and [Float64], whose values lie where
// rounding is delicate and shrink toward simple ones, and the list of corner
// cases itself, [Corners].
//
// # What agrees
//
// Codes are compared, so the sign of a zero counts, and a code with bits above
// the format's is wrong; a subnormal code of a format without subnormals is
// wrong too, although it decodes as zero. Any NaN agrees with any other. Flags
// are not looked at.
//
// # What is simple
//
// The simplest disagreement is the one whose operands have the fewest bits set
// in their mantissa fields; among those, the one whose exponents are nearest to
// that of 1, in sum; then the one with fewer minus signs; then the first found.
// A zero counts as 1 does. Where not all operands were run, the search goes on
// from the simplest one found: mantissa bits are cleared and exponents brought
// nearer to 1 for as long as the implementation stays wrong.
package fuzz
