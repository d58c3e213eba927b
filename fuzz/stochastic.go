package fuzz

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// StochasticOptions say how much [CheckStochastic] draws. The zero value is a good
// choice.
type StochasticOptions struct {
	// Cases are the inputs; nil means Inputs of Cases with Seed, spread over the
	// positions between two values.
	Cases  iter.Seq[Case]
	Inputs int // 0 means 48
	Seed   uint64

	// Error is the probability, at most, that a correct implementation is called wrong,
	// or one that is off by Margin correct; 0 means 1e-6.
	Error float64

	// Margin is the deviation of a probability that must not go unseen; 0 means 1/32.
	Margin float64

	// Draws is the largest number of answers asked for to one input; 0 means 262144.
	Draws int

	Progress func(drawn int64)
}

// Decision is what the answers to one input say.
type Decision uint8

// The decisions.
const (
	Undecided Decision = iota // not enough answers
	Agrees                    // the probability is within the margin of the correct one
	Differs                   // it is another
	Wrong                     // an answer is neither of the two values
)

var decisionNames = [...]string{"undecided", "agrees", "differs", "wrong"}

// String returns the decision's name, such as "agrees".
func (d Decision) String() string {
	if int(d) < len(decisionNames) {
		return decisionNames[d]
	}
	return fmt.Sprintf("Decision(%d)", uint8(d))
}

// MarshalText returns the name.
func (d Decision) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// StochasticInput is an input with the answers to it.
type StochasticInput struct {
	Operands    Case
	Down, Up    uint64  // the two values, the same one where the result is exact
	Probability float64 // that of Up; exact up to float64's own precision
	Draws, Ups  int64
	Decision    Decision
	Answer      Answer // the one that is neither, if Decision is Wrong
}

// StochasticReport says how a stochastic rounding fared.
type StochasticReport struct {
	Operation     Operation
	Error, Margin float64
	Inputs        []StochasticInput
	Draws         int64
}

// OK reports whether there were inputs, and all agree.
func (r *StochasticReport) OK() bool {
	for _, x := range r.Inputs {
		if x.Decision != Agrees {
			return false
		}
	}
	return len(r.Inputs) > 0
}

// CheckStochastic asks an implementation that draws its own random numbers again
// and again for the same inputs, and compares how often it rounds up with the
// correct probability: of the mode and number of random bits of op's context, or,
// with RandomBits 0, of the position of the exact result between the two values
// itself. (An implementation that takes the random word as an operand is for
// [Check], answer by answer.)
//
// The test is sequential: it stops as soon as an input is decided, and its error
// holds whenever it stops. With u answers up of n, the product over the answers of
// (u+1/2)/(n+1) for one up and (n-u+1/2)/(n+1) for one down, each divided by the
// probability of that answer, is a martingale if the probability is the true one, so
// that it ever exceeds 1/e with a probability of at most e (Ville 1939; the
// estimator is Krichevsky's and Trofimov's of 1981, the use as a confidence sequence
// Robbins' of 1970; see Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics
// 49, 2021). An input differs when the product of the correct probability exceeds
// m/Error, for m inputs, and agrees when those of the probabilities Margin above and
// below it do.
func CheckStochastic(ctx context.Context, s Subject, op Operation, o StochasticOptions) (*StochasticReport, error) {
	if !op.Context.Mode.Stochastic() || op.Result.kind != floating {
		return nil, errors.New("fuzz: CheckStochastic takes a stochastic mode and a floating-point result")
	}
	asked := op
	asked.Context.RandomBits = 0 // no random word among the operands
	if op.Context.RandomBits == 0 {
		op.Context.RandomBits = 63
	}
	if err := op.Validate(); err != nil {
		return nil, err
	}
	defaultTo(&o.Inputs, 48)
	defaultTo(&o.Draws, 1<<18)
	defaultTo(&o.Error, 1e-6)
	defaultTo(&o.Margin, 1./32)
	if o.Inputs < 0 || o.Draws < 0 || !(o.Error > 0 && o.Error < 1) || !(o.Margin > 0 && o.Margin < 1) {
		return nil, errors.New("fuzz: inputs and draws are positive, an error and a margin lie between 0 and 1")
	}
	r := &StochasticReport{Operation: asked, Error: o.Error, Margin: o.Margin}
	for c := range stochasticInputs(op, o) {
		r.Inputs = append(r.Inputs, stochasticInput(op, c))
	}
	bound := float64(len(r.Inputs)) / o.Error
	cases, answers := make([]Case, batchSize), make([]Answer, batchSize)
	for i := range r.Inputs {
		x := &r.Inputs[i]
		for k := range cases {
			cases[k] = x.Operands
		}
		test := newSequential(x.Probability, o.Margin, bound)
		for x.Decision == Undecided && x.Draws < int64(o.Draws) {
			n := min(batchSize, o.Draws-int(x.Draws))
			if err := s.Answer(ctx, asked, cases[:n], answers[:n]); err != nil {
				return r, err
			}
			for _, a := range answers[:n] {
				x.Draws++
				if x.take(a, &test) != Undecided {
					break
				}
			}
			r.Draws += int64(n)
		}
		if o.Progress != nil {
			o.Progress(r.Draws)
		}
	}
	return r, nil
}

func defaultTo[T int | float64](x *T, value T) {
	if *x == 0 {
		*x = value
	}
}

// take counts an answer.
func (x *StochasticInput) take(a Answer, test *sequential) Decision {
	switch {
	case a.Failed == "" && a.Code == x.Down && x.Probability < 1:
		test.next(false)
	case a.Failed == "" && a.Code == x.Up && x.Probability > 0:
		x.Ups++
		test.next(true)
	default:
		x.Decision, x.Answer = Wrong, a
		return Wrong
	}
	if x.Probability == 0 || x.Probability == 1 {
		if x.Draws >= exactDraws {
			x.Decision = Agrees
		}
		return x.Decision
	}
	x.Decision = test.decision()
	return x.Decision
}

// exactDraws is how often a result without a choice is asked for.
const exactDraws = 1000

// stochasticInput finds the two values of a case and the probability of the upper.
func stochasticInput(op Operation, c Case) StochasticInput {
	p := exact.Locate(op.Exact(c), op.Result.float)
	o := op.options()
	round := func(random uint64) uint64 {
		o.Random = random
		code, _ := p.Round(o)
		return code
	}
	last := uint64(1)<<op.Context.RandomBits - 1
	x := StochasticInput{Operands: c, Down: round(0), Up: round(last)}
	if x.Down == x.Up {
		return x
	}
	// The larger the random number, the sooner it rounds up: the first that does.
	low, high := uint64(0), last
	for high-low > 1 {
		if middle := low + (high-low)/2; round(middle) == x.Up {
			high = middle
		} else {
			low = middle
		}
	}
	x.Probability = math.Ldexp(float64(last-high)+1, -op.Context.RandomBits)
	if fraction, _ := p.Fraction(); op.Context.RandomBits == 63 && !o.FlushToZero {
		x.Probability = math.Ldexp(float64(fraction), -64)
	}
	return x
}

// stochasticInputs draws cases whose results are finite numbers, as many from each
// sixteenth of the way between two values as there are, and a few that are exact.
func stochasticInputs(op Operation, o StochasticOptions) iter.Seq[Case] {
	if o.Cases != nil {
		return o.Cases
	}
	const parts, most = 16, 1 << 18
	return func(yield func(Case) bool) {
		asked := op.With(Context{})
		var taken [parts + 1]int
		left, looked := o.Inputs, 0
		j := newJudge(asked, Options{})
		for c := range Cases(asked, o.Seed) {
			if looked++; left == 0 || looked > most {
				return
			}
			code, _ := j.want(&c)
			fraction, _ := j.place.Fraction()
			part := int(fraction >> 60)
			if j.spot == Exact {
				part = parts
			}
			lower, _ := j.place.Numbers()
			if j.result.of(code).class >= Largest || uint64(lower) >= j.result.largest || taken[part] > o.Inputs/parts {
				continue
			}
			taken[part]++
			left--
			if !yield(c) {
				return
			}
		}
	}
}

// sequential holds the three martingales of an input.
type sequential struct {
	ups, draws           float64
	correct, over, under martingale
	bound                float64
}

func newSequential(p, margin, bound float64) sequential {
	return sequential{bound: bound, correct: martingale{p: p, value: 1},
		over: martingale{p: p + margin, value: 1}, under: martingale{p: p - margin, value: 1}}
}

func (s *sequential) next(up bool) {
	k := s.ups
	if !up {
		k = s.draws - s.ups
	}
	estimate := (k + 0.5) / (s.draws + 1)
	s.correct.next(up, estimate)
	s.over.next(up, estimate)
	s.under.next(up, estimate)
	s.draws++
	if up {
		s.ups++
	}
}

func (s *sequential) decision() Decision {
	switch {
	case s.correct.exceeds(s.bound):
		return Differs
	case s.over.exceeds(s.bound) && s.under.exceeds(s.bound):
		return Agrees
	}
	return Undecided
}

// martingale is value * 2^exponent, the product for the probability p. One beyond 0
// and 1 is impossible from the start.
type martingale struct {
	p, value float64
	exponent int
}

func (m *martingale) next(up bool, estimate float64) {
	q := m.p
	if !up {
		q = 1 - m.p
	}
	if m.p <= 0 || m.p >= 1 {
		return
	}
	value, e := math.Frexp(m.value * (estimate / q))
	m.value, m.exponent = value, m.exponent+e
}

func (m *martingale) exceeds(bound float64) bool {
	if m.p <= 0 || m.p >= 1 {
		return true
	}
	value, e := math.Frexp(bound)
	return m.exponent > e || m.exponent == e && m.value > value
}
