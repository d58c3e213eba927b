package fuzz

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// area is a part of the cases of a check.
type area struct {
	name  string
	count func(c *Coverage) int64
}

// areas are the parts that a report tells apart. A case may be in several.
var areas = []area{
	{"exact results", func(c *Coverage) int64 { return c.Spots[Exact] }},
	{"below half of the way between two values", func(c *Coverage) int64 { return c.Spots[Below] }},
	{"just below half", func(c *Coverage) int64 { return c.Spots[BelowTie] }},
	{"half: ties", func(c *Coverage) int64 { return c.Spots[Tie] }},
	{"just above half", func(c *Coverage) int64 { return c.Spots[AboveTie] }},
	{"above half", func(c *Coverage) int64 { return c.Spots[Above] }},
	{"results that are zero", func(c *Coverage) int64 { return c.Results.Sum(Zero) }},
	{"subnormal results", func(c *Coverage) int64 { return c.Results.Sum(Subnormal) }},
	{"results that are NaN", func(c *Coverage) int64 { return c.Results.Sum(NaN) }},
	{"results that are infinite", func(c *Coverage) int64 { return c.Results.Sum(Infinity) }},
	{"subnormal operands", func(c *Coverage) int64 { return c.operands(Subnormal) }},
	{"operands that are zero", func(c *Coverage) int64 { return c.operands(Zero) }},
	{"operands that are infinite", func(c *Coverage) int64 { return c.operands(Infinity) }},
	{"operands that are NaN", func(c *Coverage) int64 { return c.operands(NaN) }},
	{"overflow", func(c *Coverage) int64 { return c.Raised[2] }},
	{"underflow", func(c *Coverage) int64 { return c.Raised[1] }},
	{"division by zero", func(c *Coverage) int64 { return c.Raised[3] }},
	{"invalid", func(c *Coverage) int64 { return c.Raised[4] }},
}

// operands sums a class over all operands.
func (c *Coverage) operands(v ValueClass) (n int64) {
	for i := range c.Operands {
		n += c.Operands[i].Sum(v)
	}
	return n
}

// WriteText writes the report for people: what passes and what fails, part by part,
// and for each finding its simplest case, explained.
func (r *Report) WriteText(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%v\n%s\n", r.Operation, capital(strings.TrimSuffix(r.verdict(), ":")))
	if r.Incomplete {
		b.WriteString("The check did not come to its end.\n")
	}
	if !r.Exhaustive && r.Checked > 0 {
		fmt.Fprintf(&b, "Seed %d.\n", r.Seed)
	}
	b.WriteByte('\n')
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "cases\twrong\t")
	for _, a := range areas {
		if n := a.count(&r.Coverage); n > 0 {
			fmt.Fprintf(table, "%s\t%s\t  %s\n", group3(n), group3(a.count(&r.Wrong)), a.name)
		}
	}
	table.Flush()
	for i, x := range r.Findings {
		fmt.Fprintf(&b, "\n%d. %s: it %s\n   %s", i+1, capital(x.Class.String()), x.Detail, plural(x.Count, "case"))
		switch {
		case r.Classified < r.Failed:
			fmt.Fprintf(&b, " of the first %s", plural(r.Classified, "disagreement"))
		case x.Throughout && x.Count == r.Failed:
			b.WriteString(": this explains all answers, right and wrong")
		}
		b.WriteString("\n\n")
		for _, line := range strings.Split(r.Operation.Explain(x.Simplest), "\n") {
			b.WriteString("   " + line + "\n")
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// WriteSummary writes a table of several reports, one line each: the operation, the
// cases, the disagreements, and the classes found.
func WriteSummary(w io.Writer, reports []*Report) error {
	var b bytes.Buffer
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "\toperation\tcases\twrong\t")
	for _, r := range reports {
		mark, cases := "ok", group3(r.Checked)
		if !r.OK() {
			mark = "FAIL"
		}
		if r.Exhaustive {
			cases += " (all)"
		}
		var classes []string
		for _, x := range r.Findings {
			if s := x.Class.String(); len(classes) == 0 || classes[len(classes)-1] != s {
				classes = append(classes, s)
			}
		}
		if r.Incomplete {
			classes = append(classes, "incomplete")
		}
		fmt.Fprintf(table, "%s\t%v\t%s\t%s\t%s\n", mark, r.Operation, cases, group3(r.Failed), strings.Join(classes, ", "))
	}
	table.Flush()
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}
