package fuzz

import (
	"cmp"
	"slices"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// maxClassified bounds the disagreements that are looked at closely, and with them
// the time: the others are counted.
const maxClassified = 1 << 16

// maxWitnesses bounds the correct answers that are kept to see which hypothesis
// holds throughout.
const maxWitnesses = 1 << 10

// findings gathers disagreements by what may explain them.
type findings struct {
	op      Operation
	options Options
	judge   *judge
	all     []hypothesis
	layouts []layout

	groups     map[mask]*group
	classified int64
	witnesses  []Case
	passed     int // correct answers that could be witnesses
	stride     int // of these every one is kept, or every second, or every fourth ...
}

// mask is a set of hypotheses.
type mask [2]uint64

func (m mask) has(i int) bool { return m[i/64]>>(i%64)&1 != 0 }

// group is the disagreements that the same hypotheses explain.
type group struct {
	count    int64
	cost     uint64
	simplest Disagreement
}

func newFindings(j *judge, o Options) findings {
	f := findings{op: j.op, options: o, judge: j, all: hypotheses(j.op), groups: map[mask]*group{}, stride: 1}
	if len(f.all) > 64*len(mask{}) {
		panic("fuzz: more hypotheses than a mask holds")
	}
	for _, g := range j.op.Formats() {
		f.layouts = append(f.layouts, layoutOf(g))
	}
	return f
}

// witness keeps a case that was answered correctly, of those whose exact result is
// no value of the format: a few from the whole run.
func (f *findings) witness(c Case, spot Spot) {
	if spot == Exact {
		return
	}
	f.passed++
	if f.passed%f.stride != 0 {
		return
	}
	if len(f.witnesses) == maxWitnesses {
		for i := range maxWitnesses / 2 {
			f.witnesses[i] = f.witnesses[2*i+1]
		}
		f.witnesses, f.stride = f.witnesses[:maxWitnesses/2], 2*f.stride
		if f.passed%f.stride != 0 {
			return
		}
	}
	f.witnesses = append(f.witnesses, c)
}

func (f *findings) cost(c Case) uint64 {
	sum := uint64(0)
	for i := range f.layouts {
		sum += f.layouts[i].cost(c[i])
	}
	return sum
}

func (f *findings) add(d Disagreement) {
	if f.classified == maxClassified {
		return
	}
	f.classified++
	m := f.explain(&d)
	g, ok := f.groups[m]
	if !ok {
		g = &group{cost: 1<<64 - 1}
		f.groups[m] = g
	}
	g.count++
	if cost := f.cost(d.Operands); cost < g.cost {
		g.cost, g.simplest = cost, d
	}
}

// evidence looks at a case again, with the answer a.
func (f *findings) evidence(c Case, a Answer) *evidence {
	e := &evidence{op: &f.op, c: c, r: f.op.Exact(c), o: f.op.options(), results: &f.judge.result,
		got: a.Code, gotFlags: a.Flags, failed: a.Failed != ""}
	if e.o.Bits != 0 {
		e.o.Random = c[len(f.op.Operands)]
	}
	if f.op.Result.kind == floating {
		e.place = exact.Locate(e.r, f.op.Result.float)
		if e.r.Kind == exact.Finite {
			e.word = jammed(e.r)
		}
	}
	e.want, e.wantFlags = f.op.round(e.r, c)
	e.gotClass, e.wantClass = f.judge.result.of(e.got), f.judge.result.of(e.want)
	without := a
	without.HasFlags = false
	e.codeAgrees = f.judge.equal(e.want, e.wantFlags, &without, &c)
	return e
}

// explain returns the hypotheses that explain a disagreement, at least one.
func (f *findings) explain(d *Disagreement) (m mask) {
	e := f.evidence(d.Operands, d.Got)
	for _, last := range []bool{false, true} {
		for i := range f.all {
			if h := &f.all[i]; h.last == last && h.fits(e) {
				m[i/64] |= 1 << (i % 64)
				if last {
					return m // the first of these alone
				}
			}
		}
		if m != (mask{}) {
			return m
		}
	}
	return m
}

// resolve explains all disagreements with few hypotheses: again and again the one
// that explains the most of what is left. One that the correct answers kept as
// witnesses contradict counts half, so that a fault which shows everywhere comes
// before one that agrees by chance.
func (f *findings) resolve() []Finding {
	contradicted := make([]int, len(f.all))
	for _, c := range f.witnesses {
		if len(f.groups) == 0 {
			break
		}
		want, flags := f.judge.want(&c)
		e := f.evidence(c, Answer{Code: want, Flags: flags})
		for i := range f.all {
			if f.all[i].contradicted(e) {
				contradicted[i]++
			}
		}
	}
	var found []Finding
	for len(f.groups) > 0 {
		counts := make([]int64, len(f.all))
		for m, g := range f.groups {
			for i := range counts {
				if m.has(i) {
					counts[i] += 2 * g.count
				}
			}
		}
		best := 0
		for i := range counts {
			if contradicted[i] > 0 {
				counts[i] /= 2
			}
			if counts[i] > counts[best] {
				best = i
			}
		}
		x := Finding{Class: f.all[best].class, Detail: f.all[best].detail, hypothesis: best,
			Throughout: f.all[best].predict != nil && contradicted[best] == 0 && len(f.witnesses) > 0}
		cost := uint64(1<<64 - 1)
		for m, g := range f.groups {
			if !m.has(best) {
				continue
			}
			x.Count += g.count
			if g.cost < cost || g.cost == cost && slices.Compare(g.simplest.Operands[:], x.Simplest.Operands[:]) < 0 {
				cost, x.Simplest = g.cost, g.simplest
			}
			delete(f.groups, m)
		}
		found = append(found, x)
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(b.Count, a.Count) })
	return found
}
