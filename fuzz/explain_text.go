package fuzz

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// Explain writes a disagreement in four lines: the case, the exact result with the
// values it lies between, the correct answer and why it is that one, and what the
// implementation gave.
func (op Operation) Explain(d Disagreement) string {
	var codes, values []string
	for i, f := range op.Operands {
		codes = append(codes, f.hex(d.Operands[i]))
		values = append(values, f.value(d.Operands[i]))
	}
	random := ""
	if op.Context.RandomBits > 0 {
		random = fmt.Sprintf(", random bits %#x of %d", d.Operands[len(op.Operands)], op.Context.RandomBits)
	}
	got := "none: it " + d.Got.Failed
	if d.Got.Failed == "" {
		got = op.answer(d.Got.Code, d.Got)
	}
	where, why := op.reason(d)
	return fmt.Sprintf("case    %s = %s%s\nexact   %s\nwant    %s%s\ngot     %s",
		op.question(codes), op.question(values), random, where, op.answer(d.Want.Code, Answer{Flags: d.Want.Flags, HasFlags: d.Got.HasFlags}), why, got)
}

// answer writes a result with its value and flags.
func (op Operation) answer(code uint64, a Answer) string {
	s := op.Result.hex(code) + " (" + op.Result.value(code) + ")"
	if a.HasFlags {
		s += ", flags " + flagNames(a.Flags)
	}
	return s
}

func flagNames(f rounding.Flags) string {
	var names []string
	for i, name := range []string{"inexact", "underflow", "overflow", "division by zero", "invalid"} {
		if f>>i&1 != 0 {
			names = append(names, name)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, " and ")
}

// reason says where the exact result lies and why that gives the correct code.
func (op Operation) reason(d Disagreement) (where, why string) {
	r := op.Exact(d.Operands)
	if r.Kind != exact.Finite || op.Result.kind != floating {
		return resultText(r), ""
	}
	f := op.Result.float
	p := exact.Locate(r, f)
	fraction, more := p.Fraction()
	where = resultText(r)
	if op.Context.Subnormals&rounding.FlushToZero != 0 && p.Tiny() && d.Want.Flags&rounding.Underflow != 0 {
		return where + ", below the smallest normal value", ": flushed to zero"
	}
	spot := spotOf(fraction, more)
	if r.IsZero() || spot == Exact {
		if c := newClassifier(op.Result); !r.IsZero() {
			if lower, _ := p.Numbers(); uint64(lower) > c.largest {
				return where + ", beyond the largest finite value " + op.Result.value(c.largest), op.overflowReason()
			}
		}
		if r.IsZero() && r.Cancelled {
			return where, ": terms that cancel give -0 in ToNegativeInf alone, +0 otherwise"
		}
		return where + ", a value of the format", ""
	}
	lower, upper := p.Numbers()
	c := newClassifier(op.Result)
	if uint64(lower) > c.largest {
		return where + ", beyond the largest finite value " + op.Result.value(c.largest), op.overflowReason()
	}
	sign := uint64(0)
	if r.Negative {
		sign = op.Result.sign()
	}
	neighbour := func(n int64) string {
		if uint64(n) > c.largest {
			return "the next value, beyond the largest"
		}
		return op.answer(uint64(n)|sign, Answer{})
	}
	position := map[Spot]string{Below: "below half of the way", BelowTie: "just below half of the way", Tie: "halfway",
		AboveTie: "just above half of the way", Above: "above half of the way"}[spot]
	where += fmt.Sprintf(", %s between %s and %s", position, neighbour(lower), neighbour(upper))
	if r.Negative && op.Result.sign() == 0 {
		return where + " below zero", ""
	}
	switch {
	case d.Want.Flags&rounding.Overflow != 0:
		return where, op.overflowReason()
	case op.Context.Mode.Stochastic():
		return where, ": " + op.Context.Mode.String() + " decides by the random bits"
	case spot == Tie && nearest(op.Context.Mode):
		return where, ": a tie, which " + op.Context.Mode.String() + " takes so"
	case nearest(op.Context.Mode):
		return where, ": the nearer one"
	}
	return where, ": " + op.Context.Mode.String() + " takes it"
}

func (op Operation) overflowReason() string {
	return ": overflow, " + op.Context.Mode.String() + " and " + op.Context.Saturation.String()
}

// resultText writes an exact result, of one that has no end its first digits.
func resultText(r exact.Result) string {
	switch {
	case r.Kind == exact.NaN && r.Raised != 0:
		return "none: the operation is invalid"
	case r.Kind == exact.NaN:
		return "NaN"
	case r.Kind == exact.Infinite && r.ByZero:
		return number(r.Number) + ", by a division by zero"
	case r.Kind == exact.Infinite, r.IsZero():
		return number(r.Number)
	}
	sign := ""
	if r.Negative {
		sign = "-"
	}
	const most = 1 << 14 // beyond it decimal digits are of no use to anybody
	if r.Exp > most || r.Exp < -most-r.Int.BitLen() {
		return fmt.Sprintf("%sabout 2^%d", sign, r.Exp+r.Int.BitLen()-1)
	}
	x := new(big.Float).SetMantExp(new(big.Float).SetInt(r.Int), r.Exp)
	s := x.Text('g', -1)
	if r.Between || len(s) > 24 {
		s = x.Text('g', 20) + "..."
	}
	return sign + s
}
