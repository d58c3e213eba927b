package rounding

import (
	"fmt"
	"strings"
)

// Saturation says what becomes of values beyond a format's largest finite
// value, by the names of IEEE P3109 (interim report 4.0, section 4.7.5). Its
// zero value is SatNone. The modes that point inward give the largest finite
// value under each of them.
type Saturation uint8

const (
	// SatNone: overflow gives infinity; where the format has none, NaN; where
	// it has neither, the largest finite value.
	SatNone Saturation = iota
	// SatFinite: everything beyond the range, infinities included, becomes the
	// largest finite value.
	SatFinite
	// SatPropagate: finite values become the largest finite value; infinities
	// stay where the format has them.
	SatPropagate

	saturationCount
)

var saturationNames = [saturationCount]string{"SatNone", "SatFinite", "SatPropagate"}

// Saturations returns the saturation modes in order of their values.
func Saturations() []Saturation { return []Saturation{SatNone, SatFinite, SatPropagate} }

// String returns the constant's name.
func (s Saturation) String() string {
	if s < saturationCount {
		return saturationNames[s]
	}
	return fmt.Sprintf("Saturation(%d)", uint8(s))
}

// Tininess says when a result counts as tiny for the underflow flag (IEEE 754,
// section 7.5, leaves the choice). Its zero value is AfterRounding, as x86 and
// RISC-V have it; ARM detects it before.
type Tininess uint8

const (
	// AfterRounding: the value rounded as if the exponent were unbounded is
	// smaller in magnitude than the smallest normal number.
	AfterRounding Tininess = iota
	// BeforeRounding: the exact value is smaller in magnitude than the smallest
	// normal number.
	BeforeRounding
)

// String returns the constant's name.
func (t Tininess) String() string {
	switch t {
	case AfterRounding:
		return "AfterRounding"
	case BeforeRounding:
		return "BeforeRounding"
	}
	return fmt.Sprintf("Tininess(%d)", uint8(t))
}

// Subnormals says what becomes of numbers below the smallest normal one, of
// results and of operands: a set of FlushToZero and DenormalsAreZero, which
// hardware has as FTZ and DAZ. Its zero value, GradualUnderflow, is IEEE 754's.
// A format without zero, such as e8m0fnu, has no such numbers.
//
// The set concerns what a context rounds, in every operation that takes one: a
// conversion, a function, an operation that is otherwise exact, and those with
// random bits. What takes none reads and gives subnormal numbers as they are:
// comparisons, negation, neighbours, decoding; for hardware whose comparisons see
// denormal operands as zeros, convert these to their own format first. As operands
// float64s, integers and text are numbers and no codes of a format: none is read
// as zero.
type Subnormals uint8

const (
	// FlushToZero: a result that is tiny, by the context's rule of Tininess, and
	// not zero becomes the zero of its sign whatever the mode, with Underflow and
	// Inexact, also where it is a value of the format. In a format without -0 it
	// is +0, and so is one below zero without a sign. It is x86's MXCSR.FTZ
	// (Intel SDM, volume 1, section 10.2.3.3) with AfterRounding, and Arm's
	// FPCR.FZ (Arm ARM, FPRound) with BeforeRounding, but that Arm does not raise
	// Inexact. A result that is tiny before rounding and not after is the
	// smallest normal number.
	FlushToZero Subnormals = 1 << iota
	// DenormalsAreZero: a subnormal operand is read as the zero of its sign before
	// the operation, in a format without -0 as +0. That raises nothing. It is x86's
	// MXCSR.DAZ (section 10.2.3.4), with which its own flag DE is not raised
	// either, and the other half of Arm's FPCR.FZ, which raises a flag of its own,
	// IDC.
	DenormalsAreZero

	subnormalsCount

	GradualUnderflow Subnormals = 0 // subnormal operands and results are numbers like others
)

var subnormalsNames = [subnormalsCount]string{"GradualUnderflow", "FlushToZero", "DenormalsAreZero", "FlushToZero|DenormalsAreZero"}

// String returns the constant's name, that of both with a bar between them.
func (s Subnormals) String() string {
	if int(s) < len(subnormalsNames) {
		return subnormalsNames[s]
	}
	return fmt.Sprintf("Subnormals(%d)", uint8(s))
}

// NaN says which code stands for a NaN result. Its zero value is CanonicalNaN.
type NaN uint8

const (
	// CanonicalNaN: the format's one canonical quiet NaN; in a format without
	// NaN, +0 with the Invalid flag.
	CanonicalNaN NaN = iota
	// MLDtypesNaN: as CanonicalNaN, but into a format without NaN a NaN becomes
	// the zero of the opposite sign, as ml_dtypes 0.6.0 converts.
	MLDtypesNaN
	// PropagateNaN: a result of NaN operands is the first of them in the order of
	// the arguments, quieted, with its sign and as many leading bits of its
	// payload as the format has, as IEEE 754 (section 6.2.3) recommends and x86's
	// SSE does. Without payloads, and where no operand is a NaN, as CanonicalNaN.
	PropagateNaN

	nanCount
)

var nanNames = [nanCount]string{"CanonicalNaN", "MLDtypesNaN", "PropagateNaN"}

// NaNs returns the NaN policies in order of their values.
func NaNs() []NaN { return []NaN{CanonicalNaN, MLDtypesNaN, PropagateNaN} }

// String returns the constant's name.
func (n NaN) String() string {
	if n < nanCount {
		return nanNames[n]
	}
	return fmt.Sprintf("NaN(%d)", uint8(n))
}

// Flags are the exceptions that an operation raised (IEEE 754, section 7). They
// are returned, never kept. The values are those of Berkeley TestFloat's lines.
type Flags uint8

const (
	Inexact      Flags = 1 << iota // the result differs from the exact one
	Underflow                      // the result is tiny and inexact
	Overflow                       // the rounded result lies beyond the largest finite value
	DivideByZero                   // an exact infinity from finite operands
	Invalid                        // no useful result exists
)

// String lists the flags in TestFloat's letters, "vzoux" (invalid,
// divide by zero, overflow, underflow, inexact), with "." for one not raised.
func (f Flags) String() string {
	var b strings.Builder
	for i, c := range "vzoux" {
		if f&(Invalid>>i) == 0 {
			c = '.'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Context holds the choices of one operation. It is comparable and passed by
// value; its zero value is nearest-even with the format's own overflow.
type Context struct {
	Mode       Mode
	Saturation Saturation
	Tininess   Tininess
	NaN        NaN
	Subnormals Subnormals
}
