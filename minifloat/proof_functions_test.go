package minifloat_test

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

type (
	context = minifloat.Context
	format  = minifloat.Format
	value   = minifloat.Value
	flags   = rounding.Flags
	number  = exact.Number
)

// The operations of two operands that have bodies of their own.
var (
	rem = operation{"Rem", func(x, y, _ number) exact.Result { return exact.Remainder(x, y) },
		func(c context, dst format, x, y, _ value) (value, flags) { return c.Rem(dst, x, y) }}
	mod = operation{"Mod", func(x, y, _ number) exact.Result { return exact.Mod(x, y) },
		func(c context, dst format, x, y, _ value) (value, flags) { return c.Mod(dst, x, y) }}
	rsqrt = operation{"Rsqrt", func(x, _, _ number) exact.Result { return exact.Rsqrt(x) },
		func(c context, dst format, x, _, _ value) (value, flags) { return c.Rsqrt(dst, x) }}
	recip = operation{"Recip", func(x, _, _ number) exact.Result { return exact.Recip(x) },
		func(c context, dst format, x, _, _ value) (value, flags) { return c.Recip(dst, x) }}
	faa = operation{"FAA", exact.FAA,
		func(c context, dst format, x, y, z value) (value, flags) { return c.FAA(dst, x, y, z) }}
	clamp = operation{"Clamp", exact.ClampTo,
		func(c context, dst format, x, y, z value) (value, flags) { return c.Clamp(dst, x, y, z) }}
)

// hypot's rule for an infinity beside a NaN depends on the destination.
func hypot(s subject) operation {
	return operation{"Hypot", func(x, y, _ number) exact.Result { return exact.Hypot(x, y, s.g.P3109) },
		func(c context, dst format, x, y, _ value) (value, flags) { return c.Hypot(dst, x, y) }}
}

var extrema = func() (all []operation) {
	for e := minifloat.Minimum; e <= minifloat.MaximumFinite; e++ {
		all = append(all, operation{e.String(), func(x, y, _ number) exact.Result { return exact.Choose(exact.Extremum(e), x, y) },
			func(c context, dst format, x, y, _ value) (value, flags) { return c.Choose(e, dst, x, y) }})
	}
	return all
}()

// few are options enough for operations that only choose an operand, or are exact
// in the format: every mode and saturation once.
var few = func() (all []option) {
	for i := 0; i < len(options); i += 5 {
		all = append(all, options[i])
	}
	return all
}()

// Remainders, roots of sums of squares, reciprocals and extrema: all pairs of the
// named formats of 8 bits or fewer, of all others of 6 or fewer, and one pair in 64
// (with -exhaustive all) of the rest.
func TestProofFunctions(t *testing.T) {
	subjects := namedSmall(t)
	done := map[format]bool{}
	for _, s := range subjects {
		done[s.f] = true
	}
	for _, s := range smallSubjects(t) {
		if !done[s.f] {
			subjects = append(subjects, s)
		}
	}
	for i, s := range subjects {
		step := sized(64, 4, 1)
		if s.f.Bits() > 6 && !done[s.f] {
			step = sized(512, 64, 1)
		} else if s.f.Bits() <= 6 {
			step = sized(16, 1, 1)
		}
		if i%4 == 0 && s.f.HasSubnormals() {
			s.name += " without subnormals"
			s.f, s.g.Subnormals = s.f.WithoutSubnormals(), false
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			all := s.operands()
			hypot := hypot(s)
			for _, x := range all {
				p.prove(rsqrt, s, x.v, x.v, x.v, x.n, x.n, x.n, options)
				p.prove(recip, s, x.v, x.v, x.v, x.n, x.n, x.n, options)
				for k := (i + 7*int(x.v.Bits)) % step; k < len(all); k += step {
					y := all[k]
					p.prove(hypot, s, x.v, y.v, y.v, x.n, y.n, y.n, options)
					p.prove(rem, s, x.v, y.v, y.v, x.n, y.n, y.n, few)
					p.prove(mod, s, x.v, y.v, y.v, x.n, y.n, y.n, few)
					if s.f.Bits() > 6 && (k+int(x.v.Bits))%4 != 0 && !*exhaustive {
						continue
					}
					for _, op := range extrema {
						p.prove(op, s, x.v, y.v, y.v, x.n, y.n, y.n, few[:2])
					}
				}
			}
			p.done()
		})
	}
}

// Sums of three and scaled operations: all triples of the formats of 4 bits or
// fewer, above that random and aimed ones, with operands and results of one format
// and of several.
func TestProofFused(t *testing.T) {
	small := append(smallSubjects(t), namedSmall(t)...)
	wide := wideSubjects(t)
	for i, s := range append(small, wide...) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(50, uint64(i)))
			if s.f.Bits() <= sized(2, 4, 5) {
				all := s.operands()
				for _, x := range all {
					for _, y := range all {
						for _, z := range all {
							p.prove(faa, s, x.v, y.v, z.v, x.n, y.n, z.n, options)
							p.prove(clamp, s, x.v, y.v, z.v, x.n, y.n, z.n, few[:2])
						}
					}
				}
			}
			operand := func(s subject) operand { return s.operands(random.Uint32() & (1<<s.f.Bits() - 1))[0] }
			for range sized(5, 100, 2000) {
				other := wide[random.IntN(len(wide))]
				if random.IntN(2) == 0 {
					other = small[random.IntN(len(small))]
				}
				x, y, z, w := operand(s), operand(other), operand(s), operand(other)
				switch random.IntN(5) {
				case 0: // x and -x, and something between them and nothing
					code, _ := exact.RoundResult(exact.Negate(x.n), s.g, exact.Options{Saturation: exact.SatFinite})
					z = s.operands(uint32(code))[0]
				case 1: // nearly so
					code, _ := exact.RoundResult(exact.Negate(x.n), s.g, exact.Options{Saturation: exact.SatFinite})
					z = s.operands(uint32(code) ^ 1)[0]
				case 2: // x*y - z*w cancels, or nearly
					if !w.n.IsZero() {
						code, _ := exact.RoundResult(exact.Quo(exact.Mul(x.n, y.n).Number, w.n), s.g, exact.Options{Saturation: exact.SatFinite})
						z = s.operands(uint32(code))[0]
					}
				case 3: // y and -y, far from x or not
					z = operand(other)
					if y.n.Kind == exact.Finite && other.g.Signed && !y.n.IsZero() {
						z = other.operands(y.v.Bits ^ 1<<(other.f.Bits()-1))[0]
					}
				}
				some := options[random.IntN(6):][:48]
				for _, dst := range []subject{s, other} {
					p.prove(faa, dst, x.v, y.v, z.v, x.n, y.n, z.n, some)
					p.prove(faa, dst, y.v, z.v, x.v, y.n, z.n, x.n, some[:8])
					p.prove(clamp, dst, x.v, y.v, w.v, x.n, y.n, w.n, some[:8])
					for _, op := range scaledOperations(w) {
						p.proveScaled(op, dst, x, y, z, w, some)
					}
				}
			}
			p.done()
		})
	}
}

// proveScaled is prove of an operation to which w is given: it knows w as it is.
func (p *prover) proveScaled(op operation, dst subject, x, y, z, w operand, options []option) {
	if w.isSubnormal() {
		p.proveGradual(op, dst, x.v, y.v, z.v, x.n, y.n, z.n, options)
	} else {
		p.prove(op, dst, x.v, y.v, z.v, x.n, y.n, z.n, options)
	}
}

// scaledOperations are those of P3109 on x, y and z with the fourth operand given:
// x*y and z*w.
func scaledOperations(w operand) []operation {
	return []operation{
		{"ScaledAdd", func(x, y, z number) exact.Result { return exact.ScaledAdd(x, y, z, w.n) },
			func(c context, dst format, x, y, z value) (value, flags) { return c.ScaledAdd(dst, x, y, z, w.v) }},
		{"ScaledSub", func(x, y, z number) exact.Result { return exact.ScaledSub(x, y, z, w.n) },
			func(c context, dst format, x, y, z value) (value, flags) { return c.ScaledSub(dst, x, y, z, w.v) }},
		{"ScaledMul", func(x, y, z number) exact.Result { return exact.ScaledMul(x, y, z, w.n) },
			func(c context, dst format, x, y, z value) (value, flags) { return c.ScaledMul(dst, x, y, z, w.v) }},
	}
}

// The wide formats: structured pairs, random ones, every code of binary16 and
// bfloat16 (one in 31 without -exhaustive) under the operations of one operand, and
// operands made for their result.
func TestProofFunctionsWide(t *testing.T) {
	wide := wideSubjects(t)
	for i, s := range wide {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			hypot := hypot(s)
			pair := func(x, y operand) {
				p.prove(rem, s, x.v, y.v, y.v, x.n, y.n, y.n, few[:3])
				p.prove(mod, s, x.v, y.v, y.v, x.n, y.n, y.n, few[:3])
				p.prove(hypot, s, x.v, y.v, y.v, x.n, y.n, y.n, few)
			}
			one := func(x operand) {
				p.prove(rsqrt, s, x.v, x.v, x.v, x.n, x.n, x.n, few)
				p.prove(recip, s, x.v, x.v, x.v, x.n, x.n, x.n, few)
			}
			corners := s.operands(cornerCodes(s)...)
			for k, x := range corners {
				one(x)
				for m, y := range corners {
					if (k+m)%sized(64, 4, 1) == 0 {
						pair(x, y)
					}
				}
			}
			if s.f.Bits() == 16 {
				for code := uint32(0); code < 1<<16; code += uint32(sized(257, 31, 1)) {
					one(s.operands(code)[0])
				}
			}
			g := generator{s, rand.New(rand.NewPCG(51, uint64(i)))}
			for range sized(20, 500, 20000) {
				x, y, target := g.operand(), g.operand(), g.target()
				pair(x, y)
				// y so that the root of the squares, and the reciprocal root, is near the target.
				square := exact.Sub(exact.Mul(target, target).Number, exact.Mul(x.n, x.n).Number).Number
				for _, y := range g.around(exact.Sqrt(exact.Abs(square).Number)) {
					pair(x, y)
				}
				if !target.IsZero() {
					for _, y := range g.around(exact.Quo(exact.Int64(1), exact.Mul(target, target).Number)) {
						one(y)
					}
				}
				// Multiples of x, halves of odd multiples, and their neighbours.
				for _, y := range g.around(exact.Scalb(exact.Mul(x.n, exact.Int64(1+g.random.Int64N(64))).Number, -1)) {
					pair(y, x)
				}
				// x and y close to each other.
				for _, y := range g.around(exact.Scalb(x.n, g.random.IntN(72)-36)) {
					pair(x, y)
				}
			}
			p.done()
		})
	}
}
