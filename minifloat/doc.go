// Package minifloat provides binary floating-point numbers of few bits: any
// format of up to 11 exponent and 23 mantissa bits, the named ones of machine
// learning (e4m3fn, e5m2, e2m1fn, bfloat16, ...), IEEE 754's binary16 and
// binary32, and those of IEEE P3109.
package minifloat
