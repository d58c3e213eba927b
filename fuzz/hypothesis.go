package fuzz

import (
	"fmt"
	"math/big"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// evidence is a case with its exact result and its two answers.
type evidence struct {
	op    *Operation
	c     Case
	r     exact.Result
	place exact.Place // of a floating-point result
	word  exact.Word  // a finite one in few bits: see jammed
	o     exact.Options

	results             *classifier
	got, want           uint64
	gotFlags, wantFlags rounding.Flags
	gotClass, wantClass classified
	failed              bool
	codeAgrees          bool
}

// hypothesis is a fault that an implementation may have. One that predicts says
// what an implementation with this fault answers, the correct code where the fault
// does not show; one with a property alone says whether an answer looks like it.
type hypothesis struct {
	class    Class
	detail   string // a clause whose subject is the implementation: "rounds ties away from zero"
	predict  func(e *evidence) uint64
	property func(e *evidence) bool
	last     bool // asked only where no other one fits
}

// fits says whether the hypothesis explains a disagreement.
func (h *hypothesis) fits(e *evidence) bool {
	if h.predict == nil {
		return h.property(e)
	}
	return !e.codeAgrees && !e.failed && e.same(h.predict(e), e.got)
}

// contradicted says whether an implementation with the fault would have been wrong
// in a case in which the one under check was right.
func (h *hypothesis) contradicted(e *evidence) bool {
	return h.predict != nil && !e.same(h.predict(e), e.want)
}

// same compares two results, any NaN being the same as any other.
func (e *evidence) same(x, y uint64) bool {
	return x == y || e.op.Result.kind == floating && e.op.Result.has(x) && e.op.Result.has(y) &&
		e.results.of(x).class == NaN && e.results.of(y).class == NaN
}

// hypotheses lists what may be wrong with an implementation of op, the preferred
// first.
func hypotheses(op Operation) []hypothesis {
	all := []hypothesis{
		{class: NoAnswer, detail: "gives no result", property: func(e *evidence) bool { return e.failed }},
		{class: NotACode, detail: "sets bits above those of the result's format",
			property: func(e *evidence) bool { return !e.failed && !e.op.Result.has(e.got) }},
	}
	switch op.Result.kind {
	case floating:
		all = append(all, specialFaults()...)
		all = append(all, overflowFaults(op)...)
		all = append(all, subnormalFaults(op)...)
		all = append(all, signFaults()...)
		all = append(all, doubleRoundings(op)...)
		all = append(all, stickyFaults(op)...)
	case integer:
		all = append(all, integerFaults()...)
	case fixed:
		all = append(all, fixedFaults()...)
		all = append(all, fixedDoubleRoundings(op)...)
	case truth:
		all = append(all, orderFaults()...)
	}
	if op.Result.kind != truth {
		all = append(all, modeFaults(op)...)
	}
	if op.Result.kind == floating {
		all = append(all, nearestFirst(op)...)
	}
	all = append(all, flagFaults()...)
	all = append(all,
		hypothesis{class: OneUlp, detail: "gives the value beside the correct one, which is no neighbour of the exact result", last: true,
			property: func(e *evidence) bool { d, ok := e.ulps(); return ok && d == 1 }},
		hypothesis{class: ManyUlps, detail: "is several units in the last place off", last: true,
			property: func(e *evidence) bool { d, ok := e.ulps(); return ok && d > 1 }},
		hypothesis{class: Unexplained, detail: "gives another result", last: true,
			property: func(e *evidence) bool { return true }})
	return all
}

// ulps returns how many values of the result's format lie between the two answers,
// plus one, where both are finite numbers.
func (e *evidence) ulps() (uint64, bool) {
	if e.failed || e.codeAgrees || !e.op.Result.has(e.got) || e.gotClass.class >= Infinity || e.wantClass.class >= Infinity || e.op.Result.kind == truth {
		return 0, false
	}
	a, b := e.op.Result.ordinal(e.got), e.op.Result.ordinal(e.want)
	d := a.Sub(a, b)
	return d.Abs(d).Uint64(), true
}

// ordinal numbers the values in ascending order, the zeros both 0.
func (f Format) ordinal(code uint64) *big.Int {
	n := new(big.Int).SetUint64(code &^ f.sign())
	switch {
	case code&f.sign() == 0:
	case f.kind == floating:
		n.Neg(n)
	default:
		n.Sub(n, new(big.Int).SetUint64(f.sign()))
	}
	return n
}

// round rounds the exact result in another way.
func (e *evidence) round(change func(c *Context)) uint64 {
	c := e.op.Context
	change(&c)
	if c.Mode.Stochastic() != e.op.Context.Mode.Stochastic() {
		c.RandomBits = 0
	}
	if e.op.Result.kind == floating {
		o := e.op.With(c).options()
		o.Random = e.o.Random
		code, _ := e.place.Round(o)
		return code
	}
	code, _ := e.op.With(c).round(e.r, e.c)
	return code
}

// again rounds another result, as e's was.
func (e *evidence) again(r exact.Result) uint64 {
	code, _ := e.op.round(r, e.c)
	return code
}

var modeFault = [...]string{
	rounding.ToNearestEven: "to nearest, ties to even",
	rounding.ToNearestAway: "to nearest, ties away from zero",
	rounding.ToZero:        "toward zero: it truncates",
	rounding.AwayFromZero:  "away from zero",
	rounding.ToNegativeInf: "toward -infinity",
	rounding.ToPositiveInf: "toward +infinity",
	rounding.ToNearestZero: "to nearest, ties toward zero",
	rounding.ToNearestUp:   "to nearest, ties toward +infinity",
	rounding.ToNearestDown: "to nearest, ties toward -infinity",
	rounding.ToNearestOdd:  "to nearest, ties to odd",
	rounding.ToOdd:         "to odd",
}

func nearest(m rounding.Mode) bool {
	return modes[m] <= exact.TiesToOdd
}

// modeFaults are roundings in another mode: of two that round to nearest a wrong
// tie, otherwise a wrong direction.
func modeFaults(op Operation) []hypothesis {
	var ties, directions []hypothesis
	for _, m := range rounding.Modes() {
		if m == op.Context.Mode {
			continue
		}
		h := hypothesis{class: WrongDirection, detail: "rounds " + modeFault[m],
			predict: func(e *evidence) uint64 { return e.round(func(c *Context) { c.Mode = m }) }}
		list := &directions
		if nearest(m) && nearest(op.Context.Mode) {
			h.class, list = WrongTie, &ties
		}
		within := h // one that overflows in its own way
		within.predict = func(e *evidence) uint64 {
			if lower, _ := e.place.Numbers(); e.wantFlags&rounding.Overflow != 0 && uint64(lower) != e.results.largest {
				return e.want
			}
			return h.predict(e)
		}
		*list = append(*list, h, within)
	}
	return append(ties, directions...)
}

// specialFaults are wrong NaNs and infinities.
func specialFaults() []hypothesis {
	return []hypothesis{
		{class: WrongNaN, detail: "gives another code of NaN", property: func(e *evidence) bool {
			return !e.codeAgrees && e.gotClass.class == NaN && e.wantClass.class == NaN && e.op.Result.has(e.got)
		}},
		{class: WrongNaN, detail: "gives no NaN where an operand is NaN", property: func(e *evidence) bool {
			return e.wantClass.class == NaN && e.gotClass.class != NaN && e.hasOperand(NaN)
		}},
		{class: WrongNaN, detail: "gives a number for an operation that has no result", property: func(e *evidence) bool {
			return e.r.Kind == exact.NaN && e.wantClass.class == NaN && e.gotClass.class != NaN && !e.hasOperand(NaN)
		}},
		{class: WrongNaN, detail: "gives NaN for a finite result", property: func(e *evidence) bool {
			return e.r.Kind == exact.Finite && e.gotClass.class == NaN && e.wantClass.class < Infinity && e.wantFlags&rounding.Overflow == 0 && e.wantClass.class != Largest
		}},
		{class: WrongInfinity, detail: "gives something else for an infinite result", property: func(e *evidence) bool {
			return e.r.Kind == exact.Infinite && e.gotClass != e.wantClass
		}},
		{class: WrongInfinity, detail: "gives infinity for a finite result within the range", property: func(e *evidence) bool {
			return e.r.Kind == exact.Finite && e.gotClass.class == Infinity && e.wantFlags&rounding.Overflow == 0 && e.wantClass.class < Largest
		}},
	}
}

func (e *evidence) hasOperand(v ValueClass) bool {
	for i, f := range e.op.Operands {
		n := f.Decode(e.c[i])
		switch {
		case v == NaN && n.Kind == exact.NaN,
			v == Infinity && n.Kind == exact.Infinite,
			v == Subnormal && f.subnormal(e.c[i]):
			return true
		}
	}
	return false
}

// subnormal reports whether a code is of a value between zero and the smallest
// normal one.
func (f Format) subnormal(code uint64) bool {
	magnitude := code &^ f.sign()
	return f.kind == floating && f.float.Zero && f.float.Subnormals && magnitude != 0 && magnitude>>f.float.MantissaBits == 0
}

// overflowFaults are wrong results beyond the largest finite value.
func overflowFaults(op Operation) []hypothesis {
	var all []hypothesis
	beyond := func(e *evidence) bool { return e.r.Kind == exact.Finite && e.wantFlags&rounding.Overflow != 0 }
	for _, s := range rounding.Saturations() {
		if s != op.Context.Saturation {
			all = append(all, hypothesis{class: WrongOverflow, detail: "overflows as with " + s.String(),
				predict: func(e *evidence) uint64 {
					if !beyond(e) && e.r.Kind != exact.Infinite {
						return e.want
					}
					return e.round(func(c *Context) { c.Saturation = s })
				}})
		}
	}
	top := newClassifier(op.Result)
	limit := func(e *evidence, code uint64) uint64 {
		if !beyond(e) {
			return e.want
		}
		if e.r.Negative {
			return code | op.Result.sign()
		}
		return code
	}
	all = append(all, hypothesis{class: WrongOverflow, detail: "stays at the largest finite value where the result overflows",
		predict: func(e *evidence) uint64 { return limit(e, top.largest) }})
	if op.Result.float.Infinities {
		all = append(all, hypothesis{class: WrongOverflow, detail: "gives infinity for every result beyond the largest finite value",
			predict: func(e *evidence) uint64 { return limit(e, top.largest+1) }})
	}
	all = append(all,
		hypothesis{class: WrongOverflow, detail: "wraps: the exponent's upper bits are lost",
			predict: func(e *evidence) uint64 {
				if !beyond(e) {
					return e.want
				}
				lower, upper := e.place.Numbers()
				n := upper
				if z := e.unboundedUp(); !z {
					n = lower
				}
				return limit(e, uint64(n)&(op.Result.mask()&^op.Result.sign()))
			}},
		hypothesis{class: WrongOverflow, detail: "overflows within the range: its largest finite value is too small",
			property: func(e *evidence) bool {
				return e.r.Kind == exact.Finite && e.wantFlags&rounding.Overflow == 0 && e.wantClass.class <= Largest &&
					(e.gotClass.class >= Infinity || e.gotClass.class == Largest && e.wantClass.class != Largest) &&
					e.op.Result.has(e.got) && e.near(e.want, top.largest)
			}},
		hypothesis{class: WrongOverflow, detail: "gives another result where the result overflows",
			property: func(e *evidence) bool { return beyond(e) && !e.codeAgrees && !e.failed }})
	return all
}

// unboundedUp says whether the magnitude rounds up with an unbounded exponent.
func (e *evidence) unboundedUp() bool {
	fraction, more := e.place.Fraction()
	if fraction == 0 && !more {
		return false
	}
	if !nearest(e.op.Context.Mode) {
		return false
	}
	return fraction >= 1<<63
}

// near says whether a code is in the two highest binades.
func (e *evidence) near(code, largest uint64) bool {
	m := e.op.Result.float.MantissaBits
	return (code&^e.op.Result.sign())>>m+2 > largest>>m
}

// mask has the bits of a code.
func (f Format) mask() uint64 { return 1<<(f.Bits()-1)<<1 - 1 }

// subnormalFaults are operands and results below the smallest normal value that
// are flushed or misread.
func subnormalFaults(op Operation) []hypothesis {
	flush := func(e *evidence) exact.Result {
		return e.recompute(func(f Format, code uint64, n exact.Number) exact.Number {
			if f.subnormal(code) {
				n.Int = new(big.Int)
			}
			return n
		})
	}
	zeroOf := func(e *evidence, code uint64, r exact.Result) uint64 {
		p := exact.Locate(r, op.Result.float)
		if r.Kind == exact.Finite && p.Tiny() {
			if op.Result.float.NegativeZero {
				return code & op.Result.sign()
			}
			return 0
		}
		return code
	}
	var all []hypothesis
	if own := op.Context.Subnormals; own != rounding.GradualUnderflow {
		for different := rounding.FlushToZero; different <= bothFlushed; different++ { // the nearest first
			s := own ^ different
			all = append(all, hypothesis{class: Subnormals, detail: "takes subnormal numbers as with " + s.String(),
				predict: func(e *evidence) uint64 {
					c := e.op.Context
					c.Subnormals = s
					code, _ := e.op.With(c).Want(e.c)
					return code
				}})
		}
	}
	return append(all, []hypothesis{
		{class: Subnormals, detail: "takes subnormal operands for zero", predict: func(e *evidence) uint64 {
			if !e.hasOperand(Subnormal) {
				return e.want
			}
			return e.again(flush(e))
		}},
		{class: Subnormals, detail: "gives zero for results below the smallest normal value", predict: func(e *evidence) uint64 {
			return zeroOf(e, e.want, e.r)
		}},
		{class: Subnormals, detail: "gives zero for results that round to less than the smallest normal value", predict: func(e *evidence) uint64 {
			switch {
			case e.wantClass.class != Subnormal:
				return e.want
			case op.Result.float.NegativeZero:
				return e.want & op.Result.sign()
			}
			return 0
		}},
		{class: Subnormals, detail: "gives +0 for results below the smallest normal value", predict: func(e *evidence) uint64 {
			if e.r.Kind == exact.Finite && e.place.Tiny() {
				return 0
			}
			return e.want
		}},
		{class: Subnormals, detail: "takes subnormal operands for zero, and gives zero for results below the smallest normal value",
			predict: func(e *evidence) uint64 {
				r := flush(e)
				return zeroOf(e, e.again(r), r)
			}},
		{class: Subnormals, detail: "reads subnormal operands as if they were normal", predict: func(e *evidence) uint64 {
			if !e.hasOperand(Subnormal) {
				return e.want
			}
			return e.again(e.recompute(func(f Format, code uint64, n exact.Number) exact.Number {
				if f.subnormal(code) { // 1.t * 2^-bias
					n.Int = new(big.Int).SetUint64(code&^f.sign() | 1<<f.float.MantissaBits)
					n.Exp--
				}
				return n
			}))
		}},
		{class: Subnormals, detail: "gives a wrong result with a subnormal operand", last: true,
			property: func(e *evidence) bool { return !e.failed && !e.codeAgrees && e.hasOperand(Subnormal) }},
		{class: Subnormals, detail: "gives a wrong result below the smallest normal value", last: true,
			property: func(e *evidence) bool {
				return !e.failed && !e.codeAgrees && e.r.Kind == exact.Finite && e.place.Tiny()
			}},
	}...)
}

// recompute returns the exact result of operands that are read in another way.
func (e *evidence) recompute(read func(f Format, code uint64, n exact.Number) exact.Number) exact.Result {
	x := e.op.numbers(e.c)
	for i, f := range e.op.Operands {
		x[i] = read(f, e.c[i], x[i])
	}
	return e.op.Operator.exact(x[:len(e.op.Operands)], e.op.environment())
}

func signFaults() []hypothesis {
	return []hypothesis{
		{class: SignOfZero, detail: "gives the zero of the other sign", property: func(e *evidence) bool {
			return e.gotClass.class == Zero && e.wantClass.class == Zero && e.got^e.want == e.op.Result.sign() && !e.codeAgrees
		}},
		{class: WrongSign, detail: "gives the result with the other sign", property: func(e *evidence) bool {
			return e.got^e.want == e.op.Result.sign() && !e.codeAgrees && e.wantClass.class != NaN && e.gotClass.class != NaN
		}},
		{class: CarryLost, detail: "loses the carry of a significand that rounds up to a power of two", predict: func(e *evidence) uint64 {
			m := e.op.Result.float.MantissaBits
			lower, upper := e.place.Numbers()
			up := int64(e.want&^e.op.Result.sign()) == upper || e.wantFlags&rounding.Overflow != 0 && e.unboundedUp()
			if e.r.Kind != exact.Finite || upper <= lower || !up || upper&(1<<m-1) != 0 || upper>>m == 0 || m == 0 {
				return e.want
			}
			code := uint64(upper - 1<<m)
			if code > e.results.largest {
				return e.want
			}
			if e.r.Negative {
				code |= e.op.Result.sign()
			}
			return code
		}},
	}
}

// step is a format that a result may be rounded to on its way.
type step struct {
	name string
	f    exact.Format
}

func stepsTo(g exact.Format) (steps []step) {
	p := g.MantissaBits + 1
	for _, s := range []step{{"binary16", exact.IEEE(5, 10)}, {"bfloat16", exact.IEEE(8, 7)}, {"binary32", exact.IEEE(8, 23)}, {"binary64", exact.IEEE(11, 52)}} {
		if s.f.MantissaBits >= p {
			steps = append(steps, s)
		}
	}
	for n := 1; n <= 3; n++ {
		wide := exact.IEEE(15, min(g.MantissaBits+n, 60))
		steps = append(steps, step{fmt.Sprintf("%d more bits of precision", n), wide})
	}
	return append(steps, step{"the full precision of a normal number", exact.IEEE(15, max(g.MantissaBits, 1))})
}

// doubleRoundings are roundings to another format first, and those of a fused
// operation's parts.
func doubleRoundings(op Operation) []hypothesis {
	var all []hypothesis
	steps := stepsTo(op.Result.float)
	first := op.Context.options()
	if first.Bits != 0 {
		first = exact.Options{}
	}
	for _, s := range steps {
		all = append(all, hypothesis{class: DoubleRounding, detail: "rounds to " + s.name + " first", predict: func(e *evidence) uint64 {
			return e.through(s.f, exact.Options{Mode: first.Mode})
		}})
	}
	for _, s := range steps {
		if s.f.ExponentBits < 15 {
			all = append(all, hypothesis{class: StickyLost, detail: "truncates to " + s.name + " first", predict: func(e *evidence) uint64 {
				return e.through(s.f, exact.Options{Mode: exact.TowardZero})
			}})
		}
	}
	return append(all, unfused(op, first)...)
}

// nearestFirst are roundings to nearest, to another format, before that in another
// mode. What bits forgotten or the wrong mode explain as well is no such thing.
func nearestFirst(op Operation) []hypothesis {
	if op.Context.Mode == rounding.ToNearestEven || op.Context.Mode.Stochastic() {
		return nil
	}
	var all []hypothesis
	for _, s := range stepsTo(op.Result.float) {
		all = append(all, hypothesis{class: DoubleRounding, detail: "rounds to nearest " + s.name + " first", predict: func(e *evidence) uint64 {
			return e.through(s.f, exact.Options{})
		}})
	}
	return all
}

// through rounds to f and then as e was rounded.
func (e *evidence) through(f exact.Format, o exact.Options) uint64 {
	if e.r.Kind != exact.Finite || e.r.IsZero() {
		return e.want
	}
	var p exact.Place
	p.LocateWord(e.word, &f)
	code, _ := p.Round(o)
	w, finite := f.DecodeWord(code)
	if !finite {
		return e.again(exact.Convert(f.Decode(code)))
	}
	p.LocateWord(w, &e.op.Result.float)
	code, _ = p.Round(e.o)
	return code
}

// jammed returns a finite result in 62 bits, the last of them set where there were
// more: whatever has fewer than 60 bits is rounded to as the result itself, but for
// what stochastic modes see.
func jammed(r exact.Result) exact.Word {
	w := exact.Word{Negative: r.Negative, Exp: r.Exp}
	n := max(0, r.Int.BitLen()-62)
	w.Int, w.Exp = new(big.Int).Rsh(r.Int, uint(n)).Uint64(), r.Exp+n
	if r.Between || n > 0 && r.Int.TrailingZeroBits() < uint(n) {
		w.Int |= 1
	}
	return w
}

// unfused are the ways in which an operation of several steps rounds between them.
func unfused(op Operation, o exact.Options) []hypothesis {
	g := op.Result.float
	round := func(r exact.Result, f exact.Format) exact.Number {
		code, _ := exact.RoundResult(r, f, o)
		return f.Decode(code)
	}
	steps := func(detail string, f exact.Format, run func(x []exact.Number, f exact.Format) exact.Result) hypothesis {
		return hypothesis{class: DoubleRounding, detail: detail, predict: func(e *evidence) uint64 {
			x := op.numbers(e.c)
			return e.again(run(x[:], f))
		}}
	}
	var all []hypothesis
	switch op.Operator {
	case FMA:
		product := func(x []exact.Number, f exact.Format) exact.Result {
			return exact.Add(round(exact.Mul(x[0], x[1]), f), x[2])
		}
		all = append(all, steps("rounds the product before the sum", g, product),
			steps("rounds the product to binary32 before the sum", exact.IEEE(8, 23), product),
			steps("rounds the product and the sum to binary32", exact.IEEE(8, 23), func(x []exact.Number, f exact.Format) exact.Result {
				return exact.Convert(round(product(x, f), f))
			}))
	case FAA:
		all = append(all, steps("rounds the first sum before the second", g, func(x []exact.Number, f exact.Format) exact.Result {
			return exact.Add(round(exact.Add(x[0], x[1]), f), x[2])
		}))
	case Quo:
		all = append(all, steps("multiplies with the rounded reciprocal", g, func(x []exact.Number, f exact.Format) exact.Result {
			return exact.Mul(x[0], round(exact.Recip(x[1]), f))
		}))
	case Rsqrt:
		all = append(all, steps("takes the reciprocal of the rounded root", g, func(x []exact.Number, f exact.Format) exact.Result {
			return exact.Recip(round(exact.Sqrt(x[0]), f))
		}))
	}
	return all
}

// stickyFaults keep a few bits below the last place and forget the others.
func stickyFaults(op Operation) []hypothesis {
	var all []hypothesis
	for n := 1; n <= 3; n++ {
		all = append(all, hypothesis{class: StickyLost, detail: fmt.Sprintf("drops what follows the first %s below the last place", plural(int64(n), "bit")),
			predict: func(e *evidence) uint64 {
				if e.r.Kind != exact.Finite || e.r.IsZero() {
					return e.want
				}
				p := e.place.Keep(n)
				code, _ := p.Round(e.o)
				return code
			}})
	}
	return all
}

func integerFaults() []hypothesis {
	invalid := func(e *evidence) bool { return e.wantFlags&rounding.Invalid != 0 }
	var all []hypothesis
	for _, s := range []rounding.Saturation{rounding.SatNone, rounding.SatFinite} {
		all = append(all, hypothesis{class: WrongInteger, detail: "gives the integer of " + s.String() + " for an invalid conversion",
			predict: func(e *evidence) uint64 {
				if !invalid(e) {
					return e.want
				}
				return e.round(func(c *Context) { c.Saturation = s })
			}})
	}
	return append(all, hypothesis{class: WrongInteger, detail: "gives another integer for an invalid conversion",
		property: func(e *evidence) bool { return invalid(e) && !e.codeAgrees && !e.failed }})
}

func fixedFaults() []hypothesis {
	var all []hypothesis
	for _, o := range fixedpoint.Overflows() {
		all = append(all, hypothesis{class: WrongOverflow, detail: "overflows as with " + o.String(),
			predict: func(e *evidence) uint64 { return e.round(func(c *Context) { c.Overflow = o }) }})
	}
	return append(all, hypothesis{class: WrongOverflow, detail: "gives another result where the result overflows",
		property: func(e *evidence) bool { return e.wantFlags&rounding.Overflow != 0 && !e.codeAgrees && !e.failed }})
}

// fixedDoubleRoundings are roundings to a few more bits of fraction first.
func fixedDoubleRoundings(op Operation) []hypothesis {
	var all []hypothesis
	o := exact.FixedOptions{Mode: op.Context.options().Mode}
	if op.Context.Mode.Stochastic() {
		o.Mode = exact.TiesToEven
	}
	for n := 1; n <= 3 && op.Result.fixed.Bits+n < 64; n++ {
		wide := op.Result.fixed
		wide.Bits, wide.Fraction = wide.Bits+n+1, wide.Fraction+n
		all = append(all, hypothesis{class: DoubleRounding, detail: fmt.Sprintf("rounds to %s of fraction first", plural(int64(n), "more bit")),
			predict: func(e *evidence) uint64 {
				if e.r.Kind != exact.Finite || e.wantFlags&rounding.Overflow != 0 {
					return e.want
				}
				code, _ := exact.RoundFixed(e.r, wide, o)
				return e.again(exact.Convert(wide.Decode(code)))
			}})
	}
	return all
}

func orderFaults() []hypothesis {
	wrong := func(when func(e *evidence) bool) func(e *evidence) bool {
		return func(e *evidence) bool { return !e.failed && !e.codeAgrees && e.op.Result.has(e.got) && when(e) }
	}
	return []hypothesis{
		{class: WrongOrder, detail: "orders NaN", property: wrong(func(e *evidence) bool { return e.hasOperand(NaN) })},
		{class: WrongOrder, detail: "tells the zeros apart", property: wrong(func(e *evidence) bool {
			return e.op.Operands[0].Decode(e.c[0]).IsZero() && e.op.Operands[1].Decode(e.c[1]).IsZero()
		})},
		{class: WrongOrder, detail: "compares wrongly", property: wrong(func(e *evidence) bool { return true }), last: true},
	}
}

// flagFaults are exceptions raised wrongly with a correct result.
func flagFaults() []hypothesis {
	all := []hypothesis{{class: WrongTininess, detail: "decides by the other rule when a result is tiny", property: func(e *evidence) bool {
		if !e.codeAgrees || e.op.Result.kind != floating || e.gotFlags^e.wantFlags != rounding.Underflow {
			return false
		}
		o := e.o
		o.Tininess = 1 - o.Tininess
		_, flags := e.place.Round(o)
		return rounding.Flags(flags) == e.gotFlags
	}}}
	names := [...]string{"Inexact", "Underflow", "Overflow", "DivideByZero", "Invalid"}
	for i, name := range names {
		flag := rounding.Flags(1) << i
		all = append(all,
			hypothesis{class: WrongFlags, detail: "does not raise " + name,
				property: func(e *evidence) bool { return e.codeAgrees && !e.failed && e.wantFlags&^e.gotFlags&flag != 0 }},
			hypothesis{class: WrongFlags, detail: "raises " + name + " without a reason",
				property: func(e *evidence) bool { return e.codeAgrees && !e.failed && e.gotFlags&^e.wantFlags&flag != 0 }})
	}
	return append(all, hypothesis{class: WrongFlags, detail: "raises flags that are none", last: true,
		property: func(e *evidence) bool { return e.codeAgrees && !e.failed && e.gotFlags >= 1<<len(names) }})
}
