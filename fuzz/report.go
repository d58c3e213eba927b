package fuzz

import (
	"fmt"
	"strings"
)

// Report says how an implementation fared.
type Report struct {
	Operation Operation
	Seed      uint64

	Checked, Failed int64 // cases run, and those of them that disagreed
	Exhaustive      bool  // the cases were all there are
	Incomplete      bool  // the check ended with an error

	// Findings are the faults that explain the disagreements, the most frequent first.
	// Of the disagreements the first 65536 are classified: Classified says how many
	// were.
	Findings   []Finding
	Classified int64

	Coverage Coverage // of all cases
	Wrong    Coverage // of those that disagreed
}

// Finding is a fault that explains some of the disagreements.
type Finding struct {
	Class  Class
	Detail string // what the implementation seems to do, a clause: "rounds to nearest, ties away from zero"
	Count  int64  // of the classified disagreements

	// Throughout says that the correct answers agree with the fault too, as far as some
	// of them were looked at: it does not show in them.
	Throughout bool

	Simplest Disagreement // the simplest of these

	hypothesis int
}

// Disagreement is one wrong answer.
type Disagreement struct {
	Operands Case
	Got      Answer
	Want     Answer
}

// OK reports whether the check came to its end, there were cases, and all agreed.
func (r *Report) OK() bool { return r.Failed == 0 && r.Checked > 0 && !r.Incomplete }

// plural writes a count and a noun.
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return group3(n) + " " + noun + "s"
}

// group3 writes a count with a comma before every three digits.
func group3(n int64) string {
	s := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// String returns one line for a correct implementation, else one more for each
// finding with its simplest case in numbers. [Report.WriteText] says more.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %s", r.Operation, r.verdict())
	for _, x := range r.Findings {
		fmt.Fprintf(&b, "\n  %v: it %s (%s); simplest: %s", x.Class, x.Detail, plural(x.Count, "case"), r.Operation.show(x.Simplest))
	}
	return b.String()
}

// verdict says how many cases agree.
func (r *Report) verdict() string {
	all := ""
	if r.Exhaustive {
		all = "all "
	}
	switch {
	case r.Checked == 0:
		return "no case was checked"
	case r.Failed == 0:
		return fmt.Sprintf("%s%s agree", all, plural(r.Checked, "case"))
	case r.Classified < r.Failed:
		return fmt.Sprintf("%s of %s%s wrong; of the first %s:", group3(r.Failed), all, plural(r.Checked, "case"), group3(r.Classified))
	}
	return fmt.Sprintf("%s of %s%s wrong", group3(r.Failed), all, plural(r.Checked, "case"))
}
