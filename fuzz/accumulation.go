package fuzz

import (
	"errors"
	"fmt"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// Accumulation says how a dot product is summed: the formats of the elements and
// of the accumulator, what is rounded, how, and in which order. The sum starts at
// +0.
type Accumulation struct {
	X, Y        Format  // of the elements, floating point
	Accumulator Format  // of the sums, floating point
	Result      Format  // of the result, rounded from the sum once more; the zero Format is the accumulator's
	Context     Context // of every rounding; no stochastic mode

	Step  Step
	Order Order
	Width int // of Chunks: terms of a chunk; of Lanes: their number
}

// Step says what is rounded of a term.
type Step uint8

// The steps.
const (
	Fused     Step = iota // the sum with the exact product: one rounding a term
	Separate              // the product, to the accumulator's format, and then the sum
	ExactSums             // nothing but the whole sum, at the end
)

var stepNames = [...]string{"fused", "product and sum rounded", "rounded once at the end"}

// String describes the step, such as "fused".
func (s Step) String() string {
	if int(s) < len(stepNames) {
		return stepNames[s]
	}
	return fmt.Sprintf("Step(%d)", uint8(s))
}

// Order says which sums are formed.
type Order uint8

// The orders.
const (
	Sequential Order = iota // one sum, by ascending index
	Descending              // one sum, by descending index
	Pairwise                // neighbouring terms, then neighbouring sums, an odd last one staying for the next round
	Chunks                  // Width terms at a time by ascending index; each chunk's sum is added to the total
	Lanes                   // Width sums, term i in sum i mod Width; these are added by ascending index
)

var orderNames = [...]string{"sequential", "descending", "pairwise", "chunks", "lanes"}

// String returns the order's name.
func (o Order) String() string {
	if int(o) < len(orderNames) {
		return orderNames[o]
	}
	return fmt.Sprintf("Order(%d)", uint8(o))
}

// String describes the accumulation in one line.
func (a Accumulation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "dot %v, %v -> %v", a.X, a.Y, a.Accumulator)
	if r := a.result(); r != a.Accumulator {
		fmt.Fprintf(&b, " -> %v", r)
	}
	if a.Step == ExactSums {
		return b.String() + ", " + a.Step.String() + ", " + a.Context.String()
	}
	fmt.Fprintf(&b, ", %v, %v", a.Step, a.Order)
	if a.Order == Chunks || a.Order == Lanes {
		fmt.Fprintf(&b, " of %d", a.Width)
	}
	return b.String() + ", " + a.Context.String()
}

func (a Accumulation) result() Format {
	if a.Result.kind == noFormat {
		return a.Accumulator
	}
	return a.Result
}

func (a Accumulation) validate() error {
	for _, f := range []Format{a.X, a.Y, a.Accumulator, a.result()} {
		if f.kind != floating {
			return fmt.Errorf("fuzz: an accumulation in %v: all formats are of floating point", f)
		}
	}
	switch {
	case a.Context.Mode.Stochastic():
		return errors.New("fuzz: an accumulation in a stochastic mode")
	case int(a.Step) >= len(stepNames) || int(a.Order) >= len(orderNames):
		return errors.New("fuzz: an accumulation of unknown step or order")
	case (a.Order == Chunks || a.Order == Lanes) && a.Width < 1:
		return errors.New("fuzz: chunks and lanes have a width")
	}
	return a.Context.validate()
}

// Want returns the one correct result of a dot product and all exceptions raised on
// the way. The slices are of one length.
func (a Accumulation) Want(x, y []uint64) (code uint64, flags rounding.Flags) {
	s := summation{a: a, o: a.Context.options(), g: a.Accumulator.float}
	terms := make([]term, len(x))
	for i := range x {
		terms[i] = s.term(x[i], y[i])
	}
	if a.Step == ExactSums {
		var xs, ys []exact.Number
		for _, t := range terms {
			xs, ys = append(xs, t.x), append(ys, t.y)
		}
		return s.result(exact.ExactDot(exact.Int64(0), xs, ys))
	}
	zero := uint64(0)
	switch a.Order {
	case Sequential:
		code = s.sequence(zero, terms)
	case Descending:
		code = zero
		for i := len(terms) - 1; i >= 0; i-- {
			code = s.sequence(code, terms[i:i+1])
		}
	case Pairwise:
		code = s.tree(terms)
	case Chunks:
		for code = zero; len(terms) > 0; {
			n := min(a.Width, len(terms))
			code = s.add(code, s.sequence(zero, terms[:n]))
			terms = terms[n:]
		}
	case Lanes:
		lanes := make([]uint64, a.Width)
		for i := range terms {
			lanes[i%a.Width] = s.sequence(lanes[i%a.Width], terms[i:i+1])
		}
		code = zero
		for _, lane := range lanes {
			code = s.add(code, lane)
		}
	}
	if a.result() == a.Accumulator {
		return code, s.flags
	}
	return s.result(exact.Convert(s.number(code)))
}

type term struct{ x, y exact.Number }

// summation is one dot product under way.
type summation struct {
	a     Accumulation
	o     exact.Options
	g     exact.Format
	flags rounding.Flags
}

// term returns a product's factors.
func (s *summation) term(x, y uint64) term {
	return term{s.a.X.Decode(s.a.X.operand(x, s.o)), s.a.Y.Decode(s.a.Y.operand(y, s.o))}
}

// number returns a sum so far, an operand of the next.
func (s *summation) number(code uint64) exact.Number {
	return s.g.Decode(s.o.Operand(&s.g, code))
}

func (s *summation) round(r exact.Result) uint64 {
	code, raised := exact.RoundResult(r, s.g, s.o)
	s.flags |= rounding.Flags(raised)
	return code
}

// result rounds to the format of the result.
func (s *summation) result(r exact.Result) (uint64, rounding.Flags) {
	code, raised := exact.RoundResult(r, s.a.result().float, s.o)
	return code, s.flags | rounding.Flags(raised)
}

func (s *summation) add(x, y uint64) uint64 {
	return s.round(exact.Add(s.number(x), s.number(y)))
}

func (s *summation) sequence(sum uint64, terms []term) uint64 {
	for _, t := range terms {
		if s.a.Step == Separate {
			sum = s.add(sum, s.round(exact.Mul(t.x, t.y)))
		} else {
			sum = s.round(exact.FMA(t.x, t.y, s.number(sum)))
		}
	}
	return sum
}

// tree adds pairs. A fused step has nothing to fuse with: the first of two products
// is rounded, and the second is added to it.
func (s *summation) tree(terms []term) uint64 {
	var sums []uint64
	for i := 0; i < len(terms); i += 2 {
		sum := s.round(exact.Mul(terms[i].x, terms[i].y))
		if i+1 < len(terms) {
			sum = s.sequence(sum, terms[i+1:i+2])
		}
		sums = append(sums, sum)
	}
	for len(sums) > 1 {
		half := sums[:0]
		for i := 0; i < len(sums); i += 2 {
			if i+1 < len(sums) {
				half = append(half, s.add(sums[i], sums[i+1]))
			} else {
				half = append(half, sums[i])
			}
		}
		sums = half
	}
	if len(sums) == 0 {
		return 0
	}
	return sums[0]
}
