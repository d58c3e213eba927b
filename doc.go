// Package halfulp is the landing page of a module for numbers of few bits:
// minifloats, fixed point, the matrix arithmetic over them and the
// quantization of networks. It has no API of its own.
//
// Open first: package minifloat for the floating-point types, package
// fixedpoint for Q formats, package rounding for the one rule by which both
// round, package blas for products of matrices, package quantizer for
// networks, and package fuzz for checking the rounding of an implementation of
// your own; package fuzz/exact is the oracle that judges all of them.
//
// A number is rounded once, by one rule, in one place; everything else in this
// module is a consequence of that sentence. Results are the same bits on every
// architecture, with any number of threads.
package halfulp
