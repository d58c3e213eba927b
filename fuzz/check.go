package fuzz

import (
	"math"
	"math/rand/v2"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// sample is how many pseudo-random cases follow the corner cases of a format of
// more than 8 bits.
const sample = 1 << 15

// Binary checks impl, which takes and returns codes of f, as the operation op
// rounded as ctx says. It runs all pairs of codes for formats of up to 8 bits;
// for wider ones all pairs of [Corners] and 32768 pseudo-random pairs, the same
// in every call: one half uniform, one half with exponents near each other,
// where sums round.
//
// Binary panics if op is not one of Add, Sub, Mul and Quo, if f is the zero
// Format, or if ctx is unknown or stochastic.
func Binary(f minifloat.Format, op Op, ctx rounding.Context, impl func(x, y uint32) uint32) Report {
	if op > Quo {
		panic("fuzz: Binary takes Add, Sub, Mul and Quo")
	}
	run := [...]func(x, y exact.Number) exact.Result{exact.Add, exact.Sub, exact.Mul, exact.Quo}[op]
	c := newCheck(f, op, ctx)
	c.ask = func(d Disagreement) (uint32, exact.Result) {
		return impl(d.X, d.Y), run(c.g.Decode(uint64(d.X)), c.g.Decode(uint64(d.Y)))
	}
	corners := Corners(f)
	for _, x := range corners {
		for _, y := range corners {
			c.try(Disagreement{X: x, Y: y})
		}
	}
	if f.Bits() > exhaustiveBits {
		random := rand.New(rand.NewPCG(1, uint64(op)))
		mask, m := uint32(1<<uint(f.Bits())-1), uint(f.MantissaBits())
		for i := range sample {
			x, y := random.Uint32()&mask, random.Uint32()&mask
			if i%2 != 0 { // the exponents at most M+2 apart, the sign either
				reach := (uint32(m) + 2) << m
				y = (x + random.Uint32N(2*reach+1) - reach ^ uint32(c.l.sign)*random.Uint32N(2)) & mask
			}
			c.try(Disagreement{X: x, Y: y})
		}
	}
	return c.finish()
}

// Unary checks impl, which takes and returns codes of f, as the operation op,
// which must be Sqrt. It runs all codes of up to 16 bits; for wider formats
// [Corners] and 32768 pseudo-random codes. It panics as Binary does.
func Unary(f minifloat.Format, op Op, ctx rounding.Context, impl func(x uint32) uint32) Report {
	if op != Sqrt {
		panic("fuzz: Unary takes Sqrt")
	}
	c := newCheck(f, op, ctx)
	c.ask = func(d Disagreement) (uint32, exact.Result) {
		return impl(d.X), exact.Sqrt(c.g.Decode(uint64(d.X)))
	}
	for _, x := range codes(f) {
		c.try(Disagreement{X: x})
	}
	return c.finish()
}

// Conversion checks impl as the conversion to codes of f from float64, or from
// float32, where impl takes that. It runs, with either sign, the value of every
// code of up to 16 bits, the midpoints between them, at the borders of
// underflow and overflow too, and what lies next to these among the numbers of
// type T; for wider formats those of [Corners] and of some 16000 pseudo-random
// codes. Zeros, infinities, NaN and the extremes of float64 and float32 follow. Whatever
// is no T is rounded to it first. It panics as Binary does.
func Conversion[T float32 | float64](f minifloat.Format, ctx rounding.Context, impl func(x T) uint32) Report {
	c := newCheck(f, Convert, ctx)
	c.ask = func(d Disagreement) (uint32, exact.Result) {
		return impl(T(d.Input)), exact.Convert(exact.Float64(d.Input))
	}
	for _, code := range codes(f) {
		if code > f.MaxCode() {
			continue // no finite magnitude; either sign of each runs below
		}
		value, middle := midpoint(f, code)
		for _, x := range [...]T{T(value), T(middle)} {
			for _, x := range [...]T{x, neighbour(x, -1), neighbour(x, +1)} {
				c.try(Disagreement{Input: float64(x)})
				c.try(Disagreement{Input: float64(-x)})
			}
		}
	}
	for _, x := range extremes() {
		c.try(Disagreement{Input: float64(T(x))})
	}
	return c.finish()
}

// codes returns all codes of up to 16 bits, else corners and a sample.
func codes(f minifloat.Format) []uint32 {
	var all []uint32
	if f.Bits() <= 16 {
		for code := range uint32(1) << f.Bits() {
			all = append(all, code)
		}
		return all
	}
	all = Corners(f)
	random := rand.New(rand.NewPCG(2, 0))
	for range sample {
		all = append(all, random.Uint32()&uint32(1<<uint(f.Bits())-1))
	}
	return all
}

// check is one run of an implementation.
type check struct {
	g      exact.Format
	o      exact.Options
	l      layout
	report Report
	ask    func(d Disagreement) (got uint32, r exact.Result) // reads the operands in d
}

func newCheck(f minifloat.Format, op Op, ctx rounding.Context) *check {
	return &check{g: describe(f), o: optionsOf(ctx), l: layoutOf(f), report: Report{Format: f, Op: op, Context: ctx}}
}

// agrees runs one case and fills in its two answers.
func (c *check) agrees(d *Disagreement) bool {
	got, r := c.ask(*d)
	want, _ := exact.RoundResult(r, c.g, c.o)
	d.Got, d.Want = got, uint32(want)
	if d.Got == d.Want {
		return true
	}
	return uint64(got)>>c.g.Bits() == 0 && c.g.Decode(uint64(got)).Kind == exact.NaN && c.g.Decode(want).Kind == exact.NaN
}

func (c *check) try(d Disagreement) {
	c.report.Checked++
	if c.agrees(&d) {
		return
	}
	c.report.Failed++
	if c.report.First == nil {
		first := d
		c.report.First = &first
	}
	if c.report.Simplest == nil || c.cost(d) < c.cost(*c.report.Simplest) {
		c.report.Simplest = &d
	}
}

func (c *check) cost(d Disagreement) uint64 {
	if c.report.Op == Convert {
		return float64Layout.cost(math.Float64bits(d.Input))
	}
	return c.l.cost(uint64(d.X)) + c.l.cost(uint64(d.Y))
}

// simpler returns cases of lower cost than d.
func (c *check) simpler(d Disagreement) []Disagreement {
	var all []Disagreement
	if c.report.Op == Convert {
		for _, bits := range float64Layout.simpler(math.Float64bits(d.Input)) {
			all = append(all, Disagreement{Input: math.Float64frombits(bits)})
		}
		return all
	}
	for _, x := range c.l.simpler(uint64(d.X)) {
		all = append(all, Disagreement{X: uint32(x), Y: d.Y})
	}
	if c.report.Op == Sqrt {
		return all
	}
	for _, y := range c.l.simpler(uint64(d.Y)) {
		all = append(all, Disagreement{X: d.X, Y: uint32(y)})
	}
	return all
}

// finish shrinks the simplest case for as long as a simpler one disagrees.
func (c *check) finish() Report {
	for shrunk := c.report.Simplest != nil; shrunk; {
		shrunk = false
		for _, d := range c.simpler(*c.report.Simplest) {
			if !c.agrees(&d) {
				c.report.Simplest, shrunk = &d, true
				break
			}
		}
	}
	return c.report
}
