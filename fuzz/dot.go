package fuzz

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// DotFunc is an implementation of a dot product on codes. [Dot] makes one of a
// function on Go types.
type DotFunc func(x, y []uint64) Answer

// Dot returns a function on slices of codes or of numbers as a DotFunc.
func Dot[X, Y, Z Code](f func(x []X, y []Y) Z) DotFunc {
	return func(x, y []uint64) Answer { return Answer{Code: toCode(f(slice[X](x), slice[Y](y)))} }
}

func slice[T Code](codes []uint64) []T {
	s := make([]T, len(codes))
	for i, c := range codes {
		s[i] = fromCode[T](c)
	}
	return s
}

// GEMMFunc is an implementation of a matrix product: of a, m rows of k codes, and b,
// k rows of n, it returns m rows of n codes.
type GEMMFunc func(m, n, k int, a, b []uint64) []uint64

// GEMM returns a function on slices of codes or of numbers as a GEMMFunc.
func GEMM[X, Y, Z Code](f func(m, n, k int, a []X, b []Y) []Z) GEMMFunc {
	return func(m, n, k int, a, b []uint64) []uint64 {
		var c []uint64
		for _, z := range f(m, n, k, slice[X](a), slice[Y](b)) {
			c = append(c, toCode(z))
		}
		return c
	}
}

// DotOptions say how much is checked. The zero value is a good choice.
type DotOptions struct {
	Seed    uint64
	Count   int64 // of dot products or, of CheckGEMM, of elements; 0 means 10000
	Longest int   // of the products, 0 means 40

	IgnoreFlags bool
	Strict      bool // as in Options

	Progress func(checked, failed int64)
}

// DotReport says how an implementation of a dot product or of a matrix product
// fared.
type DotReport struct {
	Accumulation    Accumulation
	Seed            uint64
	Checked, Failed int64
	Findings        []DotFinding // of the first 256 disagreements, the most frequent first
	Classified      int64
}

// DotFinding is what explains some of the disagreements.
type DotFinding struct {
	Detail   string // a clause: "sums in binary32"
	Count    int64
	Simplest DotDisagreement
}

// DotDisagreement is a wrong element.
type DotDisagreement struct {
	X, Y      []uint64
	Got, Want Answer
	Place     string // in a matrix product, where it is right when computed alone: "row 1, column 2 of 2 x 3 x 5"
}

// OK reports whether all products agreed, and there were any.
func (r *DotReport) OK() bool { return r.Failed == 0 && r.Checked > 0 }

// CheckDot runs an implementation on dot products of up to Longest terms and
// compares each with the one correct result of a. The terms are those of the hard
// cases of a fused multiply-add: many a partial sum lies at a midpoint; others cancel
// all before them, or are far smaller or larger; the lengths are all from 0 on.
func CheckDot(ctx context.Context, f DotFunc, a Accumulation, o DotOptions) (*DotReport, error) {
	c, err := newDotCheck(a, o)
	if err != nil {
		return nil, err
	}
	c.ask = f
	for c.report.Checked < c.count && ctx.Err() == nil {
		x, y := c.draw(int(c.report.Checked) % (c.longest + 1))
		c.try(x, y, f.safely(x, y), "")
	}
	c.finish()
	return c.report, ctx.Err()
}

// CheckGEMM does the same with the elements of matrix products of up to 6 rows and 6
// columns.
func CheckGEMM(ctx context.Context, f GEMMFunc, a Accumulation, o DotOptions) (*DotReport, error) {
	c, err := newDotCheck(a, o)
	if err != nil {
		return nil, err
	}
	c.ask = func(x, y []uint64) Answer {
		z := f(1, 1, len(x), slices.Clone(x), slices.Clone(y))
		if len(z) != 1 {
			return Answer{Failed: fmt.Sprintf("gives %s for 1 x 1", plural(int64(len(z)), "element"))}
		}
		return Answer{Code: z[0]}
	}
	for round := 0; c.report.Checked < c.count && ctx.Err() == nil; round++ {
		m, n, k := 1+c.g.r.below(6), 1+c.g.r.below(6), round%(c.longest+1)
		rows, columns := make([][]uint64, m), make([][]uint64, n)
		for i := range max(m, n) {
			x, y := c.draw(k)
			if i < m {
				rows[i] = x
			}
			if i < n {
				columns[i] = y
			}
		}
		var left, right []uint64
		for _, row := range rows {
			left = append(left, row...)
		}
		for p := range k {
			for _, column := range columns {
				right = append(right, column[p])
			}
		}
		z, failed := safeGEMM(f, m, n, k, left, right)
		if failed == "" && len(z) != m*n {
			failed = fmt.Sprintf("gives %s for %d x %d", plural(int64(len(z)), "element"), m, n)
		}
		for i := range m {
			for j := range n {
				answer := Answer{Failed: failed}
				if failed == "" {
					answer.Code = z[i*n+j]
				}
				c.try(rows[i], columns[j], answer, fmt.Sprintf("row %d, column %d of %d x %d x %d", i, j, m, n, k))
			}
		}
	}
	c.finish()
	return c.report, ctx.Err()
}

func (f DotFunc) safely(x, y []uint64) (a Answer) {
	defer func() {
		if r := recover(); r != nil {
			a = Answer{Failed: fmt.Sprint("panics: ", r)}
		}
	}()
	return f(slices.Clone(x), slices.Clone(y))
}

func safeGEMM(f GEMMFunc, m, n, k int, a, b []uint64) (z []uint64, failed string) {
	defer func() {
		if r := recover(); r != nil {
			failed = fmt.Sprint("panics: ", r)
		}
	}()
	return f(m, n, k, slices.Clone(a), slices.Clone(b)), ""
}

// dotCheck is one run of an implementation.
type dotCheck struct {
	a       Accumulation
	o       DotOptions
	ask     DotFunc
	report  *DotReport
	count   int64
	longest int
	g       *generator // of fused multiply-adds
	judge   *judge     // of the result
	layouts [2]layout
	found   []DotDisagreement
}

func newDotCheck(a Accumulation, o DotOptions) (*dotCheck, error) {
	if err := a.validate(); err != nil {
		return nil, err
	}
	if o.Count < 0 || o.Longest < 0 {
		return nil, errors.New("fuzz: counts and lengths are not negative")
	}
	if o.Count == 0 {
		o.Count = 10000
	}
	defaultTo(&o.Longest, 40)
	fma := FMA.On(a.X, a.Y, a.Accumulator).To(a.Accumulator).With(a.Context)
	return &dotCheck{a: a, o: o, count: o.Count, longest: o.Longest, g: newGenerator(fma, o.Seed),
		report: &DotReport{Accumulation: a, Seed: o.Seed}, layouts: [2]layout{layoutOf(a.X), layoutOf(a.Y)},
		judge: newJudge(Convert.On(a.Accumulator).To(a.result()).With(a.Context), Options{Strict: o.Strict, IgnoreFlags: o.IgnoreFlags})}, nil
}

// draw returns a dot product of n terms.
func (c *dotCheck) draw(n int) (x, y []uint64) {
	g, a := c.g, c.a
	sum := uint64(0)
	manner := g.r.below(4)
	one := summation{a: a, o: a.Context.options(), g: a.Accumulator.float}
	for len(x) < n {
		var p, q uint64
		finite := false
		switch k := g.r.below(4); {
		case manner == 0 || k == 0:
			p, q = g.r.bits(a.X.Bits()), g.r.bits(a.Y.Bits())
		case k == 1 && len(x) > 0: // what was there, with the other sign
			i := g.r.below(len(x))
			p, q = x[i]^a.X.sign(), y[i]
		case k == 2:
			c := g.near()
			p, q = c[0], c[1]
		default:
			if p, q, finite = g.halfway(sum); !finite {
				c := g.hard()
				p, q = c[0], c[1]
			}
		}
		if manner > 1 && (c.classOf(0, p) >= Infinity || c.classOf(1, q) >= Infinity) {
			p, q = 0, 0 // most sums are numbers
		}
		x, y = append(x, p), append(y, q)
		sum = one.sequence(sum, []term{one.term(p, q)})
	}
	return x, y
}

func (c *dotCheck) classOf(operand int, code uint64) ValueClass {
	return c.g.classes[operand].of(code).class
}

// try judges an answer.
func (c *dotCheck) try(x, y []uint64, got Answer, place string) {
	code, flags := c.a.Want(x, y)
	c.report.Checked++
	if !c.judge.equal(code, flags, &got, &Case{}) {
		c.report.Failed++
		if len(c.found) < maxDots {
			c.found = append(c.found, DotDisagreement{X: slices.Clone(x), Y: slices.Clone(y), Got: got,
				Want: Answer{Code: code, Flags: flags, HasFlags: true}, Place: place})
		}
	}
	if c.o.Progress != nil && c.report.Checked%batchSize == 0 {
		c.o.Progress(c.report.Checked, c.report.Failed)
	}
}

// maxDots bounds the disagreements that are looked at closely.
const maxDots = 256
