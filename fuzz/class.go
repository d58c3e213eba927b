package fuzz

import "fmt"

// Class is a kind of disagreement.
type Class uint8

// The classes, in the order in which one is preferred where several explain the
// same disagreements as well.
const (
	NoAnswer       Class = iota // the implementation failed: a panic, for instance
	NotACode                    // the result has bits above those of the format
	WrongNaN                    // a NaN for a number, a number for a NaN, or another NaN where codes are compared
	WrongInfinity               // an exact infinity is not delivered, or an infinite operand is not taken as one
	WrongOverflow               // another result beyond the largest finite value, or beyond another border
	Subnormals                  // operands or results below the smallest normal value are zero, or read wrongly
	SignOfZero                  // a zero of the other sign
	WrongSign                   // the magnitude is right
	DoubleRounding              // right twice: to another format first
	StickyLost                  // bits below the last place are dropped before the rounding
	CarryLost                   // the significand overflowed into nothing
	WrongTie                    // exactly between two values: the other one
	WrongDirection              // between two values: the other one, by another mode
	WrongInteger                // an invalid conversion to an integer gives another one, or raises something else
	WrongTininess               // Underflow by the other rule
	WrongFlags                  // the result is right, the exceptions are not
	WrongOrder                  // a comparison
	OneUlp                      // the value beside the right one, which is no neighbour of the exact result
	ManyUlps                    // further away
	Unexplained                 // none of these
	classes
)

var classNames = [classes]string{"no answer", "not a code", "NaN", "infinity", "overflow", "subnormals", "sign of zero", "sign",
	"double rounding", "sticky lost", "carry lost", "wrong tie", "wrong direction", "invalid integer", "tininess", "flags", "order",
	"one ulp", "many ulps", "unexplained"}

// String returns the class's name in lower case, such as "wrong tie".
func (c Class) String() string {
	if c < classes {
		return classNames[c]
	}
	return fmt.Sprintf("Class(%d)", uint8(c))
}

// MarshalText returns the name.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
