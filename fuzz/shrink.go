package fuzz

import "context"

// maxRounds bounds how often the implementation is asked for simpler cases.
const maxRounds = 200

// shrink replaces the simplest case of each finding by simpler ones of the same
// kind, for as long as there are any. The cases of all findings are asked at once: a
// program is started once for all.
func (c *check) shrink(ctx context.Context) error {
	if _, ok := c.subject.(recorded); ok || c.report.Exhaustive {
		return nil // no other cases, or all were seen
	}
	open := make([]bool, len(c.report.Findings))
	for i := range open {
		open[i] = true
	}
	for range maxRounds {
		var cases []Case
		var owner []int
		for i, x := range c.report.Findings {
			if open[i] {
				for _, simpler := range simplerCases(c.found.layouts, x.Simplest.Operands) {
					cases, owner = append(cases, simpler), append(owner, i)
				}
				open[i] = false
			}
		}
		if len(cases) == 0 {
			return nil
		}
		answers := make([]Answer, len(cases))
		if err := c.subject.Answer(ctx, c.op, cases, answers); err != nil {
			return err
		}
		for k, i := range owner {
			if x := &c.report.Findings[i]; !open[i] && c.wrong(cases[k], answers[k]) {
				d := c.judge.disagreement(cases[k], answers[k])
				if m := c.found.explain(&d); m.has(x.hypothesis) {
					x.Simplest, open[i] = d, true
				}
			}
		}
	}
	return nil
}

// wrong reports whether an answer disagrees, and counts nothing.
func (c *check) wrong(x Case, a Answer) bool {
	code, flags := c.judge.want(&x)
	return !c.judge.equal(code, flags, &a, &x)
}

// simplerCases returns cases of lower cost, with one operand simplified.
func simplerCases(layouts []layout, x Case) []Case {
	var all []Case
	for i := range layouts {
		for _, code := range layouts[i].simpler(x[i]) {
			simpler := x
			simpler[i] = code
			all = append(all, simpler)
		}
	}
	return all
}
