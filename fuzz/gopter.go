package fuzz

import (
	"math/rand/v2"

	"github.com/leanovate/gopter"
)

// Codes generates codes of f, of type uint64, for property tests with
// github.com/leanovate/gopter. Of ten, four are [Corners], three lie one or two codes
// beside a corner, three are uniform over all codes. They shrink toward codes with
// fewer bits in the mantissa and an exponent nearer to that of 1, as the package's
// documentation orders them.
func Codes(f Format) gopter.Gen {
	corners, l := Corners(f), layoutOf(f)
	shrinker := func(v any) gopter.Shrink {
		return stream(l.simpler(v.(uint64)), func(code uint64) any { return code })
	}
	return func(p *gopter.GenParameters) *gopter.GenResult {
		code := corners[p.Rng.Intn(len(corners))]
		switch n := p.Rng.Intn(10); {
		case n < 4:
		case n < 7:
			code += [...]uint64{1, 2, ^uint64(0), ^uint64(1)}[p.Rng.Intn(4)]
		default:
			code = p.Rng.Uint64()
		}
		return gopter.NewGenResult(code&f.mask(), shrinker)
	}
}

// Gen generates cases of an operation, of type Case, as [Cases] weights its families,
// for property tests with github.com/leanovate/gopter. They shrink as counterexamples
// of [Check] do.
func Gen(op Operation) gopter.Gen {
	var layouts []layout
	for _, f := range op.Formats() {
		layouts = append(layouts, layoutOf(f))
	}
	shrinker := func(v any) gopter.Shrink {
		return stream(simplerCases(layouts, v.(Case)), func(c Case) any { return c })
	}
	g := newGenerator(op, 0)
	return func(p *gopter.GenParameters) *gopter.GenResult {
		// Only what gopter draws may decide, so that its seed repeats a run.
		g.r.pcg = *rand.NewPCG(p.Rng.Uint64(), 0)
		g.next, g.turn = g.r.pcg.Uint64(), g.r.pcg.Uint64()>>2
		return gopter.NewGenResult(schedule[g.r.below(len(schedule))](g), shrinker)
	}
}

func stream[T any](all []T, as func(T) any) gopter.Shrink {
	return func() (any, bool) {
		if len(all) == 0 {
			return nil, false
		}
		first := all[0]
		all = all[1:]
		return as(first), true
	}
}
