package fuzz

import (
	"fmt"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// ValueClass is a class of values of a format.
type ValueClass uint8

// The classes. A format has at most one value of each sign in Zero, SmallestNormal
// and Largest. The values of integers and of fixed point are Zero, Normal and
// Largest, which is either limit.
const (
	Zero ValueClass = iota
	Subnormal
	SmallestNormal
	Normal
	Largest
	Infinity
	NaN
	valueClasses
)

var valueClassNames = [valueClasses]string{"zero", "subnormal", "smallest normal", "normal", "largest", "infinity", "NaN"}

// String returns the class's name, such as "subnormal".
func (v ValueClass) String() string {
	if v < valueClasses {
		return valueClassNames[v]
	}
	return fmt.Sprintf("ValueClass(%d)", uint8(v))
}

// Spot is where an exact result lies between its two neighbours in the result's
// format.
type Spot uint8

// The spots. BelowTie and AboveTie lie within 1/64 of the neighbours' distance from
// the tie.
const (
	Exact Spot = iota
	Below
	BelowTie
	Tie
	AboveTie
	Above
	spots
)

var spotNames = [spots]string{"exact", "below half", "just below half", "half", "just above half", "above half"}

// String returns the spot's name, such as "just below half".
func (s Spot) String() string {
	if s < spots {
		return spotNames[s]
	}
	return fmt.Sprintf("Spot(%d)", uint8(s))
}

func spotOf(fraction uint64, more bool) Spot {
	const half, near = 1 << 63, 1 << 58
	switch {
	case fraction == 0 && !more:
		return Exact
	case fraction == half && !more:
		return Tie
	case fraction >= half && fraction-half < near:
		return AboveTie
	case fraction >= half:
		return Above
	case half-fraction <= near:
		return BelowTie
	}
	return Below
}

// Coverage counts what the cases of a check were: the classes of their operands
// and correct results, where the exact results lay, and the exceptions raised.
type Coverage struct {
	Operands [MaxOperands]ValueCounts
	Results  ValueCounts
	Spots    [spots]int64
	Raised   [5]int64 // inexact, underflow, overflow, division by zero, invalid
}

// ValueCounts counts values by class, those with a plus sign and those with a
// minus sign.
type ValueCounts [2][valueClasses]int64

func (v *ValueCounts) count(c classified) { v[c.sign&1][c.class%valueClasses]++ }

// Sum returns how many values of a class were counted, of either sign.
func (v *ValueCounts) Sum(c ValueClass) int64 { return v[0][c] + v[1][c] }

// classified is the class of a code, and its sign bit.
type classified struct {
	class ValueClass
	sign  uint8
}

// classifier finds the classes of the codes of a format.
type classifier struct {
	format            Format
	sign, mask        uint64
	smallest, largest uint64 // codes of the smallest normal and the largest value, without their sign
	nan               uint64 // the code that is NaN in the place of -0, else one with too many bits
}

func newClassifier(f Format) classifier {
	c := classifier{format: f, sign: f.sign(), mask: f.mask(), nan: 1<<64 - 1}
	if f.kind != floating {
		c.largest = c.mask &^ c.sign
		return c
	}
	c.smallest, _ = exact.RoundResult(exact.Convert(f.float.SmallestNormal()), f.float, exact.Options{})
	c.largest, _ = exact.RoundResult(exact.Convert(f.float.MaxFinite()), f.float, exact.Options{})
	if f.float.NaN == exact.MinusZero {
		c.nan = c.sign
	}
	return c
}

// of returns the class of a code; one with too many bits is taken without them.
func (c *classifier) of(code uint64) classified {
	code &= c.mask
	z, magnitude := classified{class: Normal}, code&^c.sign
	if code != magnitude {
		z.sign = 1
	}
	if c.format.kind != floating {
		switch {
		case code == 0:
			z.class = Zero
		case code == c.sign, code == c.largest:
			z.class = Largest
		}
		return z
	}
	f := &c.format.float
	switch {
	case code == c.nan:
		z.class = NaN
	case magnitude > c.largest && f.Infinities && magnitude == c.largest+1:
		z.class = Infinity
	case magnitude > c.largest:
		z.class = NaN
	case magnitude == c.largest:
		z.class = Largest
	case magnitude == c.smallest:
		z.class = SmallestNormal
	case magnitude > c.smallest:
	case magnitude == 0, !f.Subnormals:
		z.class = Zero
	default:
		z.class = Subnormal
	}
	return z
}
