package fuzz

import (
	"context"
	"iter"
)

// Options say how much is checked. The zero value is a good choice.
type Options struct {
	// Cases are the cases to run, in order. Nil means those of [Cases] with Seed.
	Cases iter.Seq[Case]
	Seed  uint64

	// Count is the largest number of cases; 0 means [DefaultCount] where the cases
	// are [Cases], and all of Cases where that is given.
	Count int64

	// Strict compares what standards leave open, too: the codes of NaN results, and the
	// integer that an invalid conversion gives. Without it any NaN agrees with any
	// other, and any integer where the conversion is invalid, but for those that a
	// saturation asked for decides.
	Strict bool

	// IgnoreFlags leaves flags out where the implementation gives them.
	IgnoreFlags bool

	// Progress, if not nil, is called after every few thousand cases with the number
	// of those checked and of those that disagreed so far.
	Progress func(checked, failed int64)
}

// DefaultCount is how many cases are run where nothing else is said and the
// operands have more codes than that together.
const DefaultCount = 1 << 20

// Check runs an implementation on the cases of o and compares each answer with the
// one correct result. The error says that the operation is none, that ctx ended, or
// that the implementation could not be asked, in which case the report holds what
// was checked up to then. An implementation that is wrong is no error.
func Check(ctx context.Context, s Subject, op Operation, o Options) (*Report, error) {
	if err := op.Validate(); err != nil {
		return nil, err
	}
	c := newCheck(s, op, o)
	err := c.run(ctx)
	c.report.Incomplete = err != nil
	c.report.Exhaustive = c.report.Exhaustive && err == nil
	c.report.Findings, c.report.Classified = c.found.resolve(), c.found.classified
	if err == nil {
		err = c.shrink(ctx)
	}
	return c.report, err
}

// batcher is a Subject that is best asked many cases at a time.
type batcher interface{ batch() int }

// recorded is a Subject that brings its cases along.
type recorded interface {
	cases(yield func(Case) bool)
	failed() error // why the cases end, nil at their proper end
}

const batchSize = 1 << 12

// check is one run of an implementation.
type check struct {
	subject Subject
	op      Operation
	options Options
	judge   *judge
	report  *Report
	found   findings

	cases   []Case
	answers []Answer
}

func newCheck(s Subject, op Operation, o Options) *check {
	c := &check{subject: s, op: op, options: o, judge: newJudge(op, o), report: &Report{Operation: op, Seed: o.Seed}}
	c.found = newFindings(c.judge, o)
	size := batchSize
	if b, ok := s.(batcher); ok {
		size = b.batch()
	}
	c.cases, c.answers = make([]Case, 0, size), make([]Answer, size)
	return c
}

func (c *check) run(ctx context.Context) error {
	cases, count := casesOf(c.op, c.options)
	if r, ok := c.subject.(recorded); ok {
		cases, count = r.cases, c.options.Count
	} else {
		c.report.Exhaustive = c.options.Cases == nil && domain(c.op) <= uint64(count)
	}
	left := count
	var err error
	for next := range cases {
		c.cases = append(c.cases, next)
		left--
		if len(c.cases) == cap(c.cases) {
			if err = c.flush(ctx); err != nil {
				break
			}
		}
		if left == 0 {
			break
		}
	}
	if err == nil {
		err = c.flush(ctx)
	}
	if r, ok := c.subject.(recorded); ok && err == nil {
		err = r.failed()
	}
	return err
}

// casesOf returns the cases that o asks for and their largest number, 0 for all.
func casesOf(op Operation, o Options) (iter.Seq[Case], int64) {
	switch {
	case o.Cases != nil:
		return o.Cases, o.Count
	case o.Count <= 0:
		o.Count = DefaultCount
	}
	if domain(op) <= uint64(o.Count) {
		return All(op), o.Count
	}
	return Cases(op, o.Seed), o.Count
}

// domain returns the number of different cases of an operation, or the largest
// uint64 where it is beyond that.
func domain(op Operation) uint64 {
	n := 0
	for _, f := range op.Formats() {
		n += f.Bits()
	}
	if n >= 64 {
		return 1<<64 - 1
	}
	return 1 << n
}

// flush asks for the answers to the cases gathered and judges them.
func (c *check) flush(ctx context.Context) error {
	if len(c.cases) == 0 {
		return nil
	}
	answers := c.answers[:len(c.cases)]
	if err := c.subject.Answer(ctx, c.op, c.cases, answers); err != nil {
		return err
	}
	for i := range c.cases {
		if !c.judge.agrees(&c.cases[i], &answers[i], &c.report.Coverage, &c.report.Wrong) {
			c.report.Failed++
			c.found.add(c.judge.disagreement(c.cases[i], answers[i]))
		} else {
			c.found.witness(c.cases[i], c.judge.spot)
		}
	}
	c.report.Checked += int64(len(c.cases))
	c.cases = c.cases[:0]
	if c.options.Progress != nil {
		c.options.Progress(c.report.Checked, c.report.Failed)
	}
	return nil
}
