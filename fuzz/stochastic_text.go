package fuzz

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// String returns one line, and one more for each input that does not agree.
func (r *StochasticReport) String() string {
	counts := [...]int{Undecided: 0, Agrees: 0, Differs: 0, Wrong: 0}
	for _, x := range r.Inputs {
		counts[x.Decision]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%v: of %s %d agree", r.Operation, plural(int64(len(r.Inputs)), "input"), counts[Agrees])
	for _, d := range []Decision{Differs, Wrong, Undecided} {
		if counts[d] > 0 {
			fmt.Fprintf(&b, ", %d %v", counts[d], d)
		}
	}
	fmt.Fprintf(&b, "; %s, error %g, margin %g", plural(r.Draws, "draw"), r.Error, r.Margin)
	for _, x := range r.Inputs {
		if x.Decision != Agrees {
			fmt.Fprintf(&b, "\n  %s", r.line(x))
		}
	}
	return b.String()
}

// line describes an input that does not agree.
func (r *StochasticReport) line(x StochasticInput) string {
	var values []string
	for i, f := range r.Operation.Operands {
		values = append(values, f.value(x.Operands[i]))
	}
	s := r.Operation.question(values) + ": "
	switch {
	case x.Decision == Wrong && x.Answer.Failed != "":
		return s + x.Answer.Failed
	case x.Decision == Wrong && x.Down == x.Up:
		return s + "gives " + r.Operation.answer(x.Answer.Code, Answer{}) + ", the result is exactly " + r.Operation.answer(x.Down, Answer{})
	case x.Decision == Wrong:
		return s + "gives " + r.Operation.answer(x.Answer.Code, Answer{}) + ", neither " + r.Operation.answer(x.Down, Answer{}) + " nor " + r.Operation.answer(x.Up, Answer{})
	}
	return s + fmt.Sprintf("%s with probability %.6g, observed %s of %s, %.6g (%v)",
		r.Operation.answer(x.Up, Answer{}), x.Probability, group3(x.Ups), group3(x.Draws), float64(x.Ups)/float64(max(x.Draws, 1)), x.Decision)
}

// WriteText writes a table of all inputs.
func (r *StochasticReport) WriteText(w io.Writer) error {
	var b bytes.Buffer
	line, _, _ := strings.Cut(r.String(), "\n")
	fmt.Fprintf(&b, "%s\n\n", line)
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "down\tup\texpected\tobserved\tdraws\t\tinput")
	for _, x := range r.Inputs {
		var values []string
		for i, f := range r.Operation.Operands {
			values = append(values, f.value(x.Operands[i]))
		}
		f := r.Operation.Result
		fmt.Fprintf(table, "%s\t%s\t%.6f\t%.6f\t%s\t%v\t  %s\n", f.value(x.Down), f.value(x.Up), x.Probability,
			float64(x.Ups)/float64(max(x.Draws, 1)), group3(x.Draws), x.Decision, r.Operation.question(values))
	}
	table.Flush()
	_, err := w.Write(b.Bytes())
	return err
}
