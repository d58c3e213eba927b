// Package fuzz checks the rounding of any implementation of small formats: a
// library, a kernel, a simulator, a floating-point unit, yours or ours.
//
// An [Operation] is data: an [Operator], the format of each operand and of the
// result, and a [Context] of rounding. An implementation is a [Subject]: a Go
// function ([Unary], [Binary], [Ternary], [Func]), a [Program] that reads operands
// and writes results, or a file of results, [Vectors]. [Check] runs it on cases,
// compares each answer with the one correct rounding as package fuzz/exact defines it,
// and explains what is wrong:
//
//	op := fuzz.Add.In(fuzz.Float(f))
//	r, err := fuzz.Check(ctx, fuzz.Binary(add), op, fuzz.Options{}) // func add(x, y uint8) uint8
//	if err != nil {
//		t.Fatal(err) // it could not be asked
//	}
//	if !r.OK() {
//		t.Error(r)
//	}
//
// # The cases
//
// Where all operands together have at most [DefaultCount] combinations of codes,
// all are run. Otherwise [Cases] says what is drawn, the same for the same seed:
// corner cases in TestFloat's manner, constructed hard cases at and beside the
// midpoints of the result's format, cancellation, the borders of overflow and
// underflow. [Coverage] counts what the cases were.
//
// [WriteVectors] and [WriteTable] write cases with their correct results for others.
// For tests of one's own there are generators for github.com/leanovate/gopter,
// [Codes] and [Gen], the iterators [All] and [Cases], [Native] for testing.F, and the
// corner cases themselves, [Corners].
//
// # What agrees
//
// Codes are compared, so the sign of a zero counts, and a code with bits above
// the format's is wrong; a subnormal code of a format without subnormals is
// wrong too, although it decodes as zero. Flags are compared where the
// implementation gives them. What standards leave open is not compared unless
// Options.Strict asks for it: any NaN agrees with any other, any integer with that
// of an invalid conversion.
//
// # What is wrong
//
// A disagreement is explained by what a faulty implementation would have answered:
// ties in another mode, a rounding to another format first, bits below the last
// place dropped, subnormals flushed and so on, each a [Class] with its detail. Of all
// explanations the report holds the few that explain everything: again and again the
// one that explains most of what is left.
//
// # What is simple
//
// The simplest disagreement is the one whose operands have the fewest bits set
// in their mantissa fields; among those, the one whose exponents are nearest to
// that of 1, in sum; then the one with fewer minus signs; then the first found.
// A zero counts as 1 does. Where not all operands were run, the search goes on
// from the simplest one found: mantissa bits are cleared and exponents brought
// nearer to 1 for as long as the implementation stays wrong in the same way.
package fuzz
