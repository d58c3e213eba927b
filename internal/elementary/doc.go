// Package elementary has the transcendental functions that the module needs, in float64, with the same bits on every machine.
//
// Package math has assembly for some of them on some machines, and its Go bodies may be fused by the compiler; their results differ
// between architectures. Here only operations are used that IEEE 754 defines in every bit: + - * / and bit casts. No product is ever
// added without the conversion float64(x*y), which forbids the compiler to fuse the two. Tables and constants are generated, and
// compared with their definition in math/big by a test.
//
// Every function works out its result as an unevaluated sum of two float64, with ten or more bits beyond a float64 except in Sin, Cos and
// Erf, and rounds that sum once. The bounds in the comments are in units in the last place (ulp) of the exact result, over the whole range with the
// subnormal numbers; 0.5 would be correct rounding. They are tested against an oracle in math/big.
//
// A NaN result is the canonical quiet NaN 0x7FF8000000000000, whatever the argument.
//
// The one idea behind all functions is a table near enough that a short Taylor series is exact enough: no coefficient
// was fitted, and every truncation error is the next term of a known series.
package elementary

//go:generate go test -run TestTables -generate
