package fuzz

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// alternatives are other accumulations that an implementation may have followed.
func (a Accumulation) alternatives() (all []Accumulation, details []string) {
	add := func(detail string, b Accumulation) {
		b.Result = a.result()
		if b.String() != a.String() {
			all, details = append(all, b), append(details, detail)
		}
	}
	for _, s := range []Step{Fused, Separate} {
		b := a
		b.Step = s
		add("computes as if "+s.String(), b)
	}
	for _, order := range []Order{Sequential, Descending, Pairwise} {
		b := a
		b.Order = order
		add("sums in the order "+order.String(), b)
	}
	for _, order := range []Order{Lanes, Chunks} {
		for width := 2; width <= 32; width *= 2 {
			b := a
			b.Order, b.Width = order, width
			add(fmt.Sprintf("sums in %v of %d", order, width), b)
		}
	}
	in := func(f Format) {
		for _, s := range []Step{Fused, Separate} {
			b := a
			b.Accumulator, b.Step = f, s
			add("sums in "+f.name+", "+s.String(), b)
		}
	}
	in(Format{kind: floating, name: "binary16", float: exact.IEEE(5, 10)})
	in(Format{kind: floating, name: "bfloat16", float: exact.IEEE(8, 7)})
	in(Format{kind: floating, name: "binary32", float: exact.IEEE(8, 23)})
	once := a
	once.Step = ExactSums
	add("computes as if "+ExactSums.String(), once)
	in(Binary64())
	for _, m := range rounding.Modes() {
		b := a
		b.Context.Mode = m
		add("rounds "+modeFault[m], b)
	}
	for s := range bothFlushed + 1 {
		b := a
		b.Context.Subnormals = s
		add("takes subnormal numbers as with "+s.String(), b)
	}
	return all, details
}

// finish explains the disagreements, few details for all, and shrinks one of each.
func (c *dotCheck) finish() {
	c.report.Classified = int64(len(c.found))
	all, details := c.a.alternatives()
	for rest := c.found; len(rest) > 0; {
		best, most := -1, 0
		for i, b := range all {
			n := 0
			for _, d := range rest {
				if c.explains(b, d) {
					n++
				}
			}
			if n > most {
				best, most = i, n
			}
		}
		f := DotFinding{Detail: "gives another result"}
		holds := func(DotDisagreement) bool { return true }
		if best >= 0 {
			f.Detail = details[best]
			holds = func(d DotDisagreement) bool { return c.explains(all[best], d) }
		}
		var left []DotDisagreement
		for _, d := range rest {
			if !holds(d) {
				left = append(left, d)
				continue
			}
			if f.Count++; f.Count == 1 || c.cost(d) < c.cost(f.Simplest) {
				f.Simplest = d
			}
		}
		f.Simplest = c.shrink(f.Simplest, holds)
		if f.Simplest.Place != "" {
			f.Detail += ", though not of one row and one column alone"
		}
		c.report.Findings = append(c.report.Findings, f)
		rest = left
	}
	slices.SortStableFunc(c.report.Findings, func(a, b DotFinding) int { return cmp.Compare(b.Count, a.Count) })
}

// explains says whether an accumulation gives the answer that was given.
func (c *dotCheck) explains(b Accumulation, d DotDisagreement) bool {
	if d.Got.Failed != "" {
		return false
	}
	code, flags := b.Want(d.X, d.Y)
	return c.judge.equal(code, flags, &d.Got, &Case{})
}

// cost is the number of terms and, of equally many, the simplicity of these.
func (c *dotCheck) cost(d DotDisagreement) uint64 {
	sum := uint64(len(d.X)) << 48
	for i := range d.X {
		sum += c.layouts[0].cost(d.X[i])>>16 + c.layouts[1].cost(d.Y[i])>>16
	}
	return sum
}

// maxAsked bounds how often an implementation is asked to shrink one disagreement.
const maxAsked = 4000

// shrink leaves out terms and simplifies elements for as long as the answer stays
// wrong in the same way.
func (c *dotCheck) shrink(d DotDisagreement, holds func(DotDisagreement) bool) DotDisagreement {
	asked := 0
	wrong := func(x, y []uint64) (DotDisagreement, bool) {
		asked++
		code, flags := c.a.Want(x, y)
		z := DotDisagreement{X: x, Y: y, Got: c.ask.safely(x, y), Want: Answer{Code: code, Flags: flags, HasFlags: true}}
		return z, !c.judge.equal(code, flags, &z.Got, &Case{}) && holds(z)
	}
	alone, ok := wrong(d.X, d.Y)
	if !ok {
		return d // right when computed alone
	}
	d = alone
	for shrunk := true; shrunk && asked < maxAsked; {
		shrunk = false
		for n := len(d.X); n >= 1 && !shrunk; n /= 2 { // leave out n terms
			for i := 0; i+n <= len(d.X); i += n {
				if z, ok := wrong(slices.Delete(slices.Clone(d.X), i, i+n), slices.Delete(slices.Clone(d.Y), i, i+n)); ok {
					d, shrunk = z, true
					break
				}
			}
		}
		for i := 0; i < len(d.X) && !shrunk; i++ {
			for _, operand := range []int{0, 1} {
				for _, code := range c.layouts[operand].simpler([][]uint64{d.X, d.Y}[operand][i]) {
					x, y := slices.Clone(d.X), slices.Clone(d.Y)
					[][]uint64{x, y}[operand][i] = code
					if z, ok := wrong(x, y); ok {
						d, shrunk = z, true
						break
					}
				}
				if shrunk {
					break
				}
			}
		}
	}
	return d
}

// String returns one line, and for each finding the simplest product.
func (r *DotReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: ", r.Accumulation)
	switch {
	case r.Checked == 0:
		b.WriteString("nothing was checked")
	case r.Failed == 0:
		fmt.Fprintf(&b, "%s agree", plural(r.Checked, "result"))
	default:
		fmt.Fprintf(&b, "%s of %s wrong", group3(r.Failed), plural(r.Checked, "result"))
		if r.Classified < r.Failed {
			fmt.Fprintf(&b, "; of the first %d:", r.Classified)
		}
	}
	for _, x := range r.Findings {
		fmt.Fprintf(&b, "\n  it %s (%s); simplest: %s", x.Detail, plural(x.Count, "result"), r.Accumulation.show(x.Simplest))
	}
	return b.String()
}

// show writes a product as a sum.
func (a Accumulation) show(d DotDisagreement) string {
	const most = 6
	var terms []string
	for i := range d.X {
		if i == most {
			terms = append(terms, fmt.Sprintf("... (%s)", plural(int64(len(d.X)), "term")))
			break
		}
		terms = append(terms, a.X.value(d.X[i])+"*"+a.Y.value(d.Y[i]))
	}
	s := strings.Join(terms, " + ")
	if s == "" {
		s = "no terms"
	}
	if d.Place != "" {
		s += " at " + d.Place
	}
	r := Operation{Result: a.result()}
	got := d.Got.Failed
	withFlags := d.Got.HasFlags && d.Got.Flags != d.Want.Flags
	if got == "" {
		got = r.answer(d.Got.Code, Answer{Flags: d.Got.Flags, HasFlags: withFlags})
	}
	return s + ": got " + got + ", want " + r.answer(d.Want.Code, Answer{Flags: d.Want.Flags, HasFlags: withFlags})
}
