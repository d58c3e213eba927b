package fuzz

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Op is an operation.
type Op uint8

// The operations. Binary takes the first four, Unary takes Sqrt; Convert stands
// in the reports of Conversion.
const (
	Add Op = iota
	Sub
	Mul
	Quo
	Sqrt
	Convert
)

var operations = [...]struct{ name, symbol string }{
	{"add", "+"}, {"sub", "-"}, {"mul", "*"}, {"quo", "/"}, {"sqrt", ""}, {"convert", ""},
}

// String returns the operation's name in lower case, such as "add".
func (op Op) String() string {
	if int(op) < len(operations) {
		return operations[op].name
	}
	return fmt.Sprintf("Op(%d)", uint8(op))
}

// Disagreement is one answer that is not the correctly rounded result.
type Disagreement struct {
	X, Y  uint32  // the operands' codes; Y is 0 for Unary, both are 0 for Conversion
	Input float64 // the operand of Conversion, otherwise 0
	Got   uint32  // the implementation's answer
	Want  uint32  // the correct one; where that is NaN, the canonical NaN
}

// Report says how an implementation fared.
type Report struct {
	Format  minifloat.Format
	Op      Op
	Context rounding.Context

	Checked, Failed int           // cases run, and those of them that disagreed
	First           *Disagreement // the first of them, nil if there is none
	Simplest        *Disagreement // the simplest one, nil if there is none
}

// String is one line: how much was checked and, if anything disagrees, the
// simplest case with its values.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v %v, %v", r.Format, r.Op, r.Context.Mode)
	if r.Context.Saturation != rounding.SatNone {
		fmt.Fprintf(&b, ", %v", r.Context.Saturation)
	}
	if r.Simplest == nil {
		fmt.Fprintf(&b, ": all %d agree", r.Checked)
		return b.String()
	}
	fmt.Fprintf(&b, ": %d of %d wrong; simplest: %s", r.Failed, r.Checked, r.explain(*r.Simplest))
	return b.String()
}

func (r Report) explain(d Disagreement) string {
	g := describe(r.Format)
	width := (r.Format.Bits() + 3) / 4
	hex := func(code uint32) string { return fmt.Sprintf("0x%0*x", width, code) }
	value := func(code uint32) string {
		if uint64(code)>>r.Format.Bits() != 0 {
			return fmt.Sprintf("no code of %d bits", r.Format.Bits())
		}
		n := g.Decode(uint64(code))
		if n.Kind == exact.NaN {
			return "NaN"
		}
		x, _ := n.Float()
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	var question string
	switch r.Op {
	case Convert:
		question = fmt.Sprintf("%v (%x)", d.Input, d.Input)
	case Sqrt:
		question = fmt.Sprintf("sqrt %s = sqrt %s", hex(d.X), value(d.X))
	default:
		symbol := operations[r.Op].symbol
		question = fmt.Sprintf("%s %s %s = %s %s %s", hex(d.X), symbol, hex(d.Y), value(d.X), symbol, value(d.Y))
	}
	return fmt.Sprintf("%s: got %s (%s), want %s (%s)", question, hex(d.Got), value(d.Got), hex(d.Want), value(d.Want))
}
