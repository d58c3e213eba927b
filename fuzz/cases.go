package fuzz

import (
	"iter"
	"slices"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// All returns all cases of an operation, in ascending order of the codes, the first
// operand's slowest.
func All(op Operation) iter.Seq[Case] {
	var masks []uint64
	for _, f := range op.Formats() {
		masks = append(masks, f.mask())
	}
	return func(yield func(Case) bool) {
		var c Case
		for {
			if !yield(c) {
				return
			}
			i := len(masks) - 1
			for ; i >= 0 && c[i] == masks[i]; i-- {
				c[i] = 0
			}
			if i < 0 {
				return
			}
			c[i]++
		}
	}
}

// Cases returns cases of an operation, without end, the same for the same seed. First
// come the zeros, the smallest and the largest values, the smallest normal ones, the
// ones, the infinities and NaN of up to three operands in all combinations. Of every
// 16 cases behind them there are
//
//   - 5 of [Corners] of every operand, all combinations in turn;
//   - 5 hard ones: their exact results lie at the midpoint of two values of the
//     result's format or next to one, subnormal results and the borders of overflow
//     and underflow among them. They are constructed: sums and fused operations by
//     choosing the addend, products and quotients by a congruence modulo the power of
//     two that is rounded away, roots by a root modulo it, conversions by the
//     midpoint itself;
//   - 3 with exponents near each other, where sums cancel and bits meet;
//   - 1 whose exponents bring the result to the borders of overflow or underflow;
//   - 2 uniform over all codes.
//
// The significands of the latter but one are, seven times of ten, patterns: none,
// all, one or two bits, all bits but one, a run of bits, the last few bits.
func Cases(op Operation, seed uint64) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		g := newGenerator(op, seed)
		for c := range g.specials() {
			if !yield(c) {
				return
			}
		}
		for {
			for _, draw := range schedule {
				if !yield(draw(g)) {
					return
				}
			}
		}
	}
}

// schedule is the order of the families of cases.
var schedule = [16]func(g *generator) Case{
	(*generator).corner, (*generator).hard, (*generator).near, (*generator).corner, (*generator).hard, (*generator).uniform,
	(*generator).corner, (*generator).hard, (*generator).near, (*generator).border, (*generator).corner, (*generator).hard,
	(*generator).near, (*generator).corner, (*generator).hard, (*generator).uniform,
}

// generator draws cases of an operation.
type generator struct {
	op        Operation
	formats   []Format
	r         *random
	classes   []classifier // of the operands
	result    classifier
	smallest  uint64 // the code of the result's smallest positive value
	turn      uint64 // the value whose midpoint came last
	step      uint64 // from there to the next
	last      []int  // the exponents of the last places of the operands' smallest values
	low, high int    // the exponents of the smallest and the largest value
	place     exact.Place

	corners [][]uint64
	count   uint64 // of the combinations of corners
	next    uint64 // of them, in an order of its own
	mask    uint64

	solve func(g *generator) (Case, bool) // a hard case
}

func newGenerator(op Operation, seed uint64) *generator {
	g := &generator{op: op, formats: op.Formats(), r: newRandom(seed, 1), count: 1, result: newClassifier(op.Result)}
	if op.Result.kind == floating {
		g.low, g.high = exponentOf(op.Result.float.SmallestPositive()), exponentOf(op.Result.float.MaxFinite())
		// Of a step that has no factor in common with their number every value has its turn.
		for g.step = 0x9e37; gcd(g.step, g.result.largest+1) != 1; g.step += 2 {
		}
		g.smallest, _ = exact.RoundResult(exact.Convert(op.Result.float.SmallestPositive()), op.Result.float, exact.Options{})
	}
	for _, f := range g.formats {
		if f.kind == floating {
			smallest := f.float.SmallestPositive()
			g.last = append(g.last, smallest.Exp)
		} else {
			g.last = append(g.last, -f.fixed.Fraction)
		}
		g.classes = append(g.classes, newClassifier(f))
		corners := Corners(f)
		g.corners = append(g.corners, corners)
		g.count *= uint64(len(corners)) // at most 5 times some thousand: 2^60
	}
	for g.mask = 1; g.mask < g.count; g.mask = g.mask<<1 | 1 {
	}
	g.solve = solver(op)
	return g
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// corner returns the next combination of corner cases. A step of a large odd number
// modulo a power of two meets every combination once before any comes again.
func (g *generator) corner() Case {
	for {
		g.next = (g.next + 0x9e3779b97f4a7c15) & g.mask
		if g.next < g.count {
			break
		}
	}
	var c Case
	n := g.next
	for i, corners := range g.corners {
		c[i] = corners[n%uint64(len(corners))]
		n /= uint64(len(corners))
	}
	return c
}

// specials returns the combinations of special values of the first three operands,
// with corners for further ones.
func (g *generator) specials() iter.Seq[Case] {
	return func(yield func(Case) bool) {
		n := min(len(g.formats), 3)
		var values [3][]uint64
		total := 1
		for i := range n {
			values[i] = g.classes[i].specials()
			total *= len(values[i])
		}
		for k := range total {
			c, rest := Case{}, k
			for i := range n {
				c[i] = values[i][rest%len(values[i])]
				rest /= len(values[i])
			}
			for i := n; i < len(g.formats); i++ {
				c[i] = g.corners[i][g.r.below(len(g.corners[i]))]
			}
			if !yield(c) {
				return
			}
		}
	}
}

// specials returns the codes of the values that rules are made for.
func (c *classifier) specials() []uint64 {
	var all []uint64
	add := func(code uint64) {
		for _, z := range []uint64{code, code | c.sign} {
			if !slices.Contains(all, z) {
				all = append(all, z)
			}
		}
	}
	add(0)
	add(1)
	add(c.largest)
	if c.format.kind == floating {
		f := c.format.float
		one, _ := exact.RoundResult(exact.Convert(exact.Int64(1)), f, exact.Options{})
		add(c.smallest)
		add(one)
		if c.largest < c.format.mask()&^c.sign {
			add(c.largest + 1)
			add(c.format.mask() &^ c.sign)
		}
	}
	return all
}

func (g *generator) uniform() Case {
	var c Case
	for i, f := range g.formats {
		c[i] = g.r.bits(f.Bits())
	}
	return c
}

// pattern returns a code of f with this exponent, the nearest that f has, and a
// significand of a pattern; of another format than a floating-point one the pattern
// alone.
func (g *generator) pattern(f Format, exponent int) uint64 {
	var sign uint64
	if f.sign() != 0 {
		sign = f.sign() * g.r.bits(1)
	}
	if f.kind != floating {
		code := g.r.significand(f.Bits())
		if sign != 0 {
			code = -code & f.mask()
		}
		return code
	}
	m := f.float.MantissaBits
	field := min(max(exponent+f.float.Bias, 0), 1<<f.float.ExponentBits-1)
	return sign | uint64(field)<<m | g.r.significand(m)
}

// exponent returns the exponent of a random code.
func (g *generator) exponent(f Format) int {
	if f.kind != floating {
		return g.r.below(f.Bits()) - f.fixed.Fraction
	}
	return g.r.below(1<<f.float.ExponentBits) - f.float.Bias
}

func (g *generator) near() Case {
	var c Case
	first := g.formats[0]
	reach := 4
	if first.kind == floating {
		reach = first.float.MantissaBits + 3
	}
	e := g.exponent(first)
	for i, f := range g.formats {
		c[i] = g.pattern(f, e)
		if i == 1 && g.r.below(4) == 0 && f == first { // beside the first, with either sign
			c[i] = (c[0] + uint64(g.r.below(5)) - 2 ^ f.sign()*g.r.bits(1)) & f.mask()
		}
		e += g.r.between(-reach, reach)
	}
	return c
}

// border returns a case whose result has about the exponent of the largest or of
// the smallest value, as a product, a quotient and a sum have it by turns.
func (g *generator) border() Case {
	if g.op.Result.kind != floating {
		return g.near()
	}
	target := g.low + g.r.between(-2, g.op.Result.float.MantissaBits+2)
	if g.r.bits(1) == 0 {
		target = g.high + g.r.between(-2, 2)
	}
	var c Case
	e := g.exponent(g.formats[0])
	turn := g.r.below(3)
	for i, f := range g.formats {
		exponent := target
		switch {
		case turn == 0 && i == 0:
			exponent = e
		case turn == 0 && i == 1:
			exponent = target - e
		case turn == 1 && i == 1:
			exponent = e - target
		case turn == 1 && i == 0:
			exponent = e
		}
		c[i] = g.pattern(f, exponent)
	}
	return c
}

func exponentOf(n exact.Number) int { return n.Int.BitLen() - 1 + n.Exp }

// hard returns a case by the operator's solver, or the hardest of a few.
func (g *generator) hard() Case {
	if g.solve != nil {
		for range 8 {
			if c, ok := g.solve(g); ok {
				return c
			}
		}
		return g.near()
	}
	return g.hardest()
}

// hardest returns, of a few cases, the one whose exact result is nearest to a
// midpoint, but on it only by chance.
func (g *generator) hardest() Case {
	best, distance := g.near(), uint64(1<<64-1)
	if g.op.Result.kind != floating || len(g.formats) < 2 {
		return best
	}
	for range 6 {
		c := g.near()
		p := exact.Locate(g.op.Exact(c), g.op.Result.float)
		fraction, _ := p.Fraction()
		if d := max(fraction, 1<<63) - min(fraction, 1<<63); fraction != 0 && d < distance {
			best, distance = c, d
		}
	}
	return best
}
