// Package minifloat provides binary floating-point numbers of few bits: the
// formats of machine learning (e4m3fn, e5m2, e2m1fn, bfloat16, ...), IEEE 754's
// binary16 and binary32, those of IEEE P3109, and any other of up to 11
// exponent and 23 mantissa bits.
//
// # Two faces
//
// A format known to the compiler is a type, an instantiation of [Float]: its
// operators round to nearest even, and its constants are folded into the code.
//
//	x := minifloat.From[minifloat.Float16](1.5)
//	y := x.Mul(x).Add(minifloat.FromInt[minifloat.Float16](3))
//
// A format chosen at run time is a value, a [Format]: made by [NewFormat],
// [P3109] or, from any of its usual names, [ParseFormat]. A number of such a
// format is a code in a uint32, or a [Value] where it carries its format.
//
//	f, err := minifloat.ParseFormat("float8_e4m3fn")
//	code := f.Encode(0.3)
//	x := f.Decode(code)
//
// # Rounding
//
// A [Context] says how to round (package rounding has the modes), what overflow
// and NaN become, and when a result counts as tiny. Its methods take operands
// and a result each in its own format, and return the flags of IEEE 754; the
// functions [Add], [Mul], ... do the same for types. Every operation finds its
// exact result, or one that is exact up to a sticky bit, and rounds it once,
// directly from float64, an integer or a decimal text of any length. Arithmetic
// is total: there are no errors, and the one panic is a mode that does not
// exist.
//
// # Operations
//
// As methods of a type in nearest even, as functions of a Context and typed
// numbers, and as methods of a Context on Values:
//
//   - Add, Sub, Mul, Quo, Sqrt, FMA, Rem (IEEE 754's remainder), Mod (C's fmod), Recip, Rsqrt,
//     Hypot, and of P3109 FAA (x + y + z), ScaledAdd, ScaledSub, ScaledMul and Clamp;
//   - elementary functions, correctly rounded in every mode: Exp, Exp2, Exp10, Expm1, Log, Log2,
//     Log10, Log1p, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh, Atanh,
//     Sigmoid, Softplus, Erf, Erfc, Gelu, Silu and Cbrt, or Apply with a [Function];
//   - RoundToIntegral, ToInt, Logb, Scalb, NextUp, NextDown, Nextafter, Ulp, Copysign;
//   - every minimum and maximum of IEEE 754-2019 and P3109: Choose with an [Extremum];
//   - comparison: CompareQuiet and CompareSignaling, Cmp, TotalCmp; [Class];
//   - conversion from and to float64, all Go integers, big.Float, big.Int, big.Rat and
//     every other format; [Accuracy] says beforehand what it would lose; Decompose and
//     Compose exchange decimals with databases;
//   - with the caller's random bits: AddStochastic and its kin, EncodeStochastic.
//
// # Tables
//
// Types stored in 8 bits look results up: those of the four operators in 64 KiB
// for each, in a Context in 128 KiB for each operator and a few KiB more for each
// Context, those of the elementary functions in a few KiB for all. A type's tables are
// made at their first use, which takes milliseconds, and stay. In a Context that
// flushes subnormal numbers results are computed.
//
// # Values and codes
//
// A code is, from its highest bit, sign, exponent field c and mantissa field t.
// With E and M the widths of the fields and B the bias it stands for
//
//	±(1 + t/2^M) × 2^(c-B)   where c > 0
//	±(t/2^M) × 2^(1-B)       where c = 0: zero and the subnormal numbers
//
// except for the codes that the format's family ([FamilyID]) sets aside for
// infinities and NaN. Three formats are called E4M3: here e4m3 is IEEE's kind
// with infinities, e4m3fn is OCP's, and e4m3fnuz has neither infinity nor -0.
// P3109's Binary8p4se is a fourth.
//
// Results are canonical: a NaN result is the format's one canonical NaN, unless
// the Context propagates payloads. Where a format lacks something, the rules are
//
//   - overflow without infinity gives NaN, and without NaN the largest finite
//     value, unless the Context saturates or its mode points inward;
//   - NaN without NaN gives +0 and the flag Invalid;
//   - -0 without -0 gives +0; zero without zero (e8m0fnu) gives 2^-127 with the
//     flags Underflow and Inexact;
//   - a negative result without a sign gives NaN and Invalid, saturating +0.
//
// # Text
//
// A number prints as Float16(1.5), and by [Float.Text], JSON and the other text
// encodings as the shortest decimal that reads back; JSON's NaN and infinities
// are strings. [Parse] rounds once and returns the nearest value with an error
// of range; [Context.Parse] and [ParseWith] round in any context and return flags.
// Every Float has all of Go's marshal interfaces. To read and write slices with
// encoding/binary, use the view [Bits].
//
// A [Value] carries its format along: its text is Float16(1.5) in encodings too,
// its JSON and gob have its fields, and [Value.Formatter] is for the verbs of
// package fmt.
//
// The zero value of every type of this package but [Format], [Value] and
// [Rounder] is ready to use; those three belong to no format and panic, but for
// their text, which is "invalid".
package minifloat
