package minifloat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Every named format and every format of every family of 8 bits or fewer: all
// codes decoded, negated and made absolute, all pairs of codes under all operations
// and compared, in all modes, saturations and rules of tininess, result and flags.
// A fifth of the formats run once more without their subnormals.
//
// Without -exhaustive a format of 7 or 8 bits that has no name runs on a sixteenth of
// its pairs, chosen by its place in the list, in which every code stands on either
// side of as many pairs as any other.
func TestProofSmallFormats(t *testing.T) {
	type proof struct {
		subject
		step int // one pair in step
	}
	var proofs []proof
	done := map[minifloat.Format]bool{}
	for _, s := range namedSmall(t) {
		proofs = append(proofs, proof{s, sized(64, 1, 1)})
		done[s.f] = true
	}
	for i, s := range smallSubjects(t) {
		if done[s.f] {
			continue
		}
		step := sized(256, 16, 1)
		if s.f.Bits() <= sized(4, 6, 6) {
			step = 1
		}
		proofs = append(proofs, proof{s, step})
		if i%5 == 0 && s.f.HasSubnormals() {
			s.name += " without subnormals"
			s.f, s.g.Subnormals = s.f.WithoutSubnormals(), false
			proofs = append(proofs, proof{s, step})
		}
	}
	for i, s := range proofs {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			all := s.operands()
			for _, x := range all {
				v, isExact := x.n.Float()
				if got := s.f.Decode(x.v.Bits); !sameFloat(got, v) || !isExact {
					t.Fatalf("code %#x decodes as %v, want %v", x.v.Bits, got, x.n)
				}
				p.signs(s.subject, x)
				p.prove(sqrt, s.subject, x.v, x.v, x.v, x.n, x.n, x.n, options)
				p.prove(convert, s.subject, x.v, x.v, x.v, x.n, x.n, x.n, options)
				// y = i + 7x mod 16: as 7 is odd, a Latin square.
				for k := (i + 7*int(x.v.Bits)) % s.step; k < len(all); k += s.step {
					y := all[k]
					p.order(x, y)
					for _, op := range pairOperations {
						p.prove(op, s.subject, x.v, y.v, y.v, x.n, y.n, y.n, options)
					}
				}
			}
			p.done()
		})
	}
}

// signs compares the two operations on the sign. In formats whose NaNs have a sign
// it is changed like any other; of a NaN without one they are the NaN itself.
func (p *prover) signs(s subject, x operand) {
	negative, _ := exact.RoundResult(exact.Negate(x.n), s.g, exact.Options{})
	absolute, _ := exact.RoundResult(exact.Abs(x.n), s.g, exact.Options{})
	if x.n.Kind == exact.NaN {
		negative, absolute = uint64(x.v.Bits), uint64(x.v.Bits)
		if s.g.NaN == exact.TopExponent || s.g.NaN == exact.AllOnes && s.g.Signed {
			negative ^= 1 << (s.f.Bits() - 1)
			absolute &^= 1 << (s.f.Bits() - 1)
		}
	}
	p.count++
	if x.n.IsZero() && !s.g.Subnormals {
		// A code that stood for a subnormal number may keep its bits: it is a zero.
		if x.v.Neg().Float64() != 0 || x.v.Abs().Float64() != 0 {
			p.wrong++
			p.t.Errorf("%s %#x: a zero's negative is not zero", s.name, x.v.Bits)
		}
		return
	}
	if got, abs := x.v.Neg(), x.v.Abs(); got.Bits != uint32(negative) || abs.Bits != uint32(absolute) || got.Format != s.f || abs.Format != s.f {
		if p.wrong++; p.wrong <= tooMany {
			p.t.Errorf("%s %#x: negative %#x, want %#x, absolute %#x, want %#x", s.name, x.v.Bits, got.Bits, negative, abs.Bits, absolute)
		}
	}
}

// order compares the comparisons: Cmp orders NaN below everything and equal to itself;
// the predicates are those of IEEE 754, false where one is NaN.
func (p *prover) order(x, y operand) {
	order, unordered := exact.Compare(x.n, y.n)
	cmp := order
	if unordered {
		cmp = boolToInt(y.n.Kind == exact.NaN) - boolToInt(x.n.Kind == exact.NaN)
	}
	p.count++
	if x.v.Cmp(y.v) != cmp || x.v.Equal(y.v) != (!unordered && order == 0) || x.v.Less(y.v) != (!unordered && order < 0) || x.v.LessEqual(y.v) != (!unordered && order <= 0) {
		if p.wrong++; p.wrong <= tooMany {
			p.t.Errorf("comparison of %v and %v", x, y)
		}
	}
}

// The integer arithmetic under the ways through float64: all pairs of formats whose
// bias is so far from zero that nothing may go through float64, with the results in
// the middle of the destination's range.
//
// Without -exhaustive three of the formats, on an eighth of the pairs.
func TestProofFarBiases(t *testing.T) {
	subjects, step := namedSmall(t), sized(128, 8, 1)
	if !*exhaustive {
		subjects = []subject{namedSubject(t, "e4m3fn"), namedSubject(t, "e5m2"), namedSubject(t, "Binary8p4se")}
	}
	for i, s := range subjects {
		if s.g.Bits() < 6 || !s.g.Signed {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			const far = 640
			shifted := func(bias int) subject {
				f, err := s.f.WithBias(bias)
				if err != nil {
					t.Fatal(err)
				}
				return subject{s.name, f, withBias(s.g, bias)}
			}
			small, large, root := shifted(far), shifted(s.g.Bias-far), shifted(s.g.Bias/2+far/2)
			p := &prover{t: t}
			others, reciprocals := small.operands(), large.operands()
			for _, x := range others {
				p.prove(sqrt, root, x.v, x.v, x.v, x.n, x.n, x.n, options)
				p.prove(convert, small, x.v, x.v, x.v, x.n, x.n, x.n, options)
				for k := (i + int(x.v.Bits)*3) % step; k < len(others); k += step {
					y, r := others[k], reciprocals[k]
					p.prove(add, small, x.v, y.v, y.v, x.n, y.n, y.n, options)
					p.prove(sub, small, x.v, y.v, y.v, x.n, y.n, y.n, options)
					p.prove(mul, s, x.v, r.v, r.v, x.n, r.n, r.n, options)
					p.prove(quo, s, x.v, y.v, y.v, x.n, y.n, y.n, options)
					z := s.operands(uint32(k*37+int(x.v.Bits)*11) & (1<<s.f.Bits() - 1))[0]
					p.prove(fma, s, x.v, r.v, z.v, x.n, r.n, z.n, options)
				}
			}
			p.done()
		})
	}
}

// Fused multiply-add: all triples of the formats of 4 bits or fewer (with
// -exhaustive 6, of 6 bits in every mode and saturation once), in all options; above
// that, triples that cancel, that tie, and that lie far apart, and random ones.
func TestProofFMA(t *testing.T) {
	bits := sized(2, 4, 6)
	for _, s := range smallSubjects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			all := s.operands()
			if s.f.Bits() <= bits {
				some := options
				if s.f.Bits() == 6 {
					some = few
				}
				for _, x := range all {
					for _, y := range all {
						for _, z := range all {
							p.prove(fma, s, x.v, y.v, z.v, x.n, y.n, z.n, some)
						}
					}
				}
				p.done()
				return
			}
			random := rand.New(rand.NewPCG(5, uint64(s.f.Bits())))
			for range sized(3, 400, 2000) {
				x, y := all[random.IntN(len(all))], all[random.IntN(len(all))]
				// z near the product, near its negation, and anywhere.
				product, _ := exact.RoundResult(exact.Mul(x.n, y.n), s.g, exact.Options{Saturation: exact.SatFinite})
				for _, code := range []uint64{product, product ^ 1, product + 1, random.Uint64()} {
					for _, flip := range []uint64{0, 1 << (s.f.Bits() - 1)} {
						z := all[(code^flip)%uint64(len(all))]
						p.prove(fma, s, x.v, y.v, z.v, x.n, y.n, z.n, options)
					}
				}
			}
			p.done()
		})
	}
}

// Fused multiply-add of more than 6 bits: structured triples of the named formats,
// each in one combination of mode, saturation and rule of tininess. Factors are
// structured codes or any; the addend is so too, or cancels the product to within two
// last places.
//
// With -exhaustive 10^8 triples, 3 minutes of CPU; CI leaves that to whoever changes
// the operation.
func TestProofFMATriples(t *testing.T) {
	for i, row := range named {
		if row.g.Bits() <= 6 {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := namedSubject(t, row.name)
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(7, uint64(i)))
			var corners []uint32
			if s.f.Bits() > 8 {
				corners = cornerCodes(s)
			}
			mask := uint32(1)<<s.f.Bits() - 1
			draw := func() operand {
				if len(corners) > 0 && random.IntN(2) == 0 {
					return s.operands(corners[random.IntN(len(corners))])[0]
				}
				return s.operands(random.Uint32() & mask)[0]
			}
			for range sized(200, 10000, 6_700_000) {
				x, y, z := draw(), draw(), draw()
				if random.IntN(4) != 0 { // -x*y or nearly
					code := s.f.Encode(-x.v.Float64() * y.v.Float64())
					z = s.operands((code + random.Uint32N(5) - 2) & mask)[0]
				}
				place := exact.Locate(exact.FMA(x.n, y.n, z.n), s.g)
				p.compare(fma, s, x.v, y.v, z.v, &place, &options[random.IntN(len(options))])
			}
			p.done()
		})
	}
}

// Conversion and arithmetic between formats: every code of every format of 8 bits
// or fewer into every named format and back from a sample of the wide ones; then
// operands of two formats with the result in a third.
func TestProofMixedFormats(t *testing.T) {
	var targets []subject
	for _, row := range named {
		targets = append(targets, namedSubject(t, row.name))
	}
	small := smallSubjects(t)
	for i, s := range small {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(6, uint64(i)))
			all := s.operands()
			for k, to := range targets {
				if testing.Short() && (i+k)%16 != 0 {
					continue
				}
				for _, x := range all {
					p.prove(convert, to, x.v, x.v, x.v, x.n, x.n, x.n, options)
				}
				// Back: the target's codes, all of them or random ones.
				for range sized(1, 64, 64) {
					x := to.operands(random.Uint32N(1 << min(to.f.Bits(), 31)))[0]
					p.prove(convert, s, x.v, x.v, x.v, x.n, x.n, x.n, options)
				}
			}
			for range sized(5, 300, 300) {
				a, b, c := targets[random.IntN(len(targets))], small[random.IntN(len(small))], targets[random.IntN(len(targets))]
				x := a.operands(random.Uint32N(1 << min(a.f.Bits(), 31)))[0]
				y := b.operands(random.Uint32N(1 << b.f.Bits()))[0]
				z := all[random.IntN(len(all))]
				for _, op := range append([]operation{fma, sqrt}, pairOperations...) {
					p.prove(op, s, x.v, y.v, z.v, x.n, y.n, z.n, options)
					p.prove(op, c, z.v, y.v, x.v, z.n, y.n, x.n, options)
				}
			}
			p.done()
		})
	}
}

// conversions are the options of encode: of a float64 none is read as zero.
var conversions = append(options[:len(options):len(options)], flushing...)

// rounders returns a Rounder for each of the conversions.
func rounders(f minifloat.Format) []*minifloat.Rounder {
	all := make([]*minifloat.Rounder, len(conversions))
	for i, o := range conversions {
		all[i] = minifloat.NewRounder(f, o.c)
	}
	return all
}

// encode compares the conversions of a float64, those that flush results where it is
// tiny and one in 32 where it is not.
func (p *prover) encode(s subject, x float64, rounders []*minifloat.Rounder) {
	place := exact.Locate(exact.Convert(exact.Float64(x)), s.g)
	for i, r := range rounders {
		o := &conversions[i]
		if i >= len(options) && !place.Tiny() && (p.count+i)%32 != 0 {
			continue
		}
		want, wantFlags := place.Round(o.o)
		got, flags := o.c.Encode(s.f, x)
		p.count++
		if got != uint32(want) || int(flags) != int(wantFlags) || r.Encode(x) != got {
			if p.wrong++; p.wrong <= tooMany {
				p.t.Errorf("Encode %v (%x) into %s, %+v: %#x %v, Rounder %#x, want %#x %v", x, math.Float64bits(x), s.name, o.o, got, exact.Flags(flags), r.Encode(x), want, wantFlags)
			}
		}
		if i < len(options) && i%6 != 0 { // Round once in each mode: the rules of tininess do not concern it
			continue
		}
		value, _ := s.g.Decode(want).Float()
		if got := o.c.Round(s.f, x); !sameFloat(got, value) || !sameFloat(r.Round(x), value) {
			if p.wrong++; p.wrong <= tooMany {
				p.t.Errorf("Round %v into %s, %+v: %v, Rounder %v, want %v", x, s.name, o.o, got, r.Round(x), value)
			}
		}
	}
}

// stochastic compares the stochastic modes with given random bits.
func (p *prover) stochastic(s subject, x float64, random uint64, bits int, saturation exact.Saturation, tininess exact.Tininess) {
	place := exact.Locate(exact.Convert(exact.Float64(x)), s.g)
	for _, mode := range exact.StochasticModes() {
		o := newOption(exact.Options{Mode: mode, Saturation: saturation, Tininess: tininess, Random: random, Bits: bits})
		o = o.with(rounding.Subnormals(p.count / 4 % 4))
		want, wantFlags := place.Round(o.o)
		got, flags := o.c.EncodeStochastic(s.f, x, random, bits)
		p.count++
		if got != uint32(want) || int(flags) != int(wantFlags) {
			if p.wrong++; p.wrong <= tooMany {
				p.t.Errorf("EncodeStochastic %v into %s, %+v: %#x %v, want %#x %v", x, s.name, o.o, got, exact.Flags(flags), want, wantFlags)
			}
		}
	}
}

// Conversion from float64 of every value and every midpoint of every format of 8
// bits or fewer, their float64 neighbours, the borders of overflow and underflow,
// and the specials; the stochastic modes on these with random bits of every number.
// Eighths of the distances too, for unnamed formats of 7 and 8 bits only with
// -exhaustive.
func TestProofEncodeSmall(t *testing.T) {
	small := smallSubjects(t)
	unnamed := len(small)
	for i, s := range append(small, namedSmall(t)...) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(7, uint64(i)))
			flush := s
			flush.f, flush.g.Subnormals = s.f.WithoutSubnormals(), false
			flush.name += " without subnormals"
			parts := sized(2, 8, 8)
			if s.f.Bits() > 6 && i < unnamed {
				if parts = sized(0, 2, 8); parts == 0 {
					return
				}
			}
			plain, flushing := rounders(s.f), rounders(flush.f)
			for _, x := range breakpoints(s, parts) {
				p.encode(s, x, plain)
				p.encode(flush, x, flushing)
				for range 4 {
					n := 1 + random.IntN(63)
					p.stochastic(s, x, random.Uint64()>>(64-n), n, exact.Saturation(random.IntN(3)), exact.Tininess(random.IntN(2)))
					n = 1 + random.IntN(4)
					p.stochastic(flush, x, random.Uint64()>>(64-n), n, exact.Saturation(random.IntN(3)), exact.Tininess(random.IntN(2)))
				}
			}
			p.done()
		})
	}
}

// breakpoints returns the values of a small format and what lies between them, at
// that many parts of the distance, also below the smallest value and above the largest
// one, with the float64 neighbours of each.
func breakpoints(s subject, parts int) []float64 {
	points := []float64{0, math.Inf(1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022, 1e300, 1e-300}
	last := 0.0
	add := func(v float64) {
		gap := v - last
		for i := range parts {
			x := last + gap*float64(i)/float64(parts)
			points = append(points, x, math.Nextafter(x, math.Inf(1)), math.Nextafter(x, math.Inf(-1)))
		}
		last = v
	}
	for code := range uint64(1) << s.f.Bits() {
		n := s.g.Decode(code)
		if v, _ := n.Float(); n.Kind == exact.Finite && v > last {
			add(v)
		}
	}
	// Above the largest value: four more of its units, then binades.
	_, e := math.Frexp(last)
	unit := math.Ldexp(1, e-1-s.f.MantissaBits())
	for range 4 {
		add(last + unit)
	}
	for range 3 {
		add(last * 2)
	}
	n := len(points)
	for _, x := range points[:n] {
		points = append(points, -x)
	}
	return points
}

// A tie of the bits that StochasticC keeps, far below the smallest value: a quarter
// of it with one random bit is 0 or 1, even is 0, and no bit carries. Discarded zeros
// once counted as something.
func TestStochasticTieFarBelow(t *testing.T) {
	f := minifloat.MustFormat(2, 1, minifloat.FiniteFamily)
	c := minifloat.Context{Mode: rounding.StochasticC}
	if code, flags := c.EncodeStochastic(f, 0.125, 1, 1); code != 0 || flags != rounding.Inexact|rounding.Underflow {
		t.Errorf("code %#x flags %v", code, flags)
	}
	if code, _ := c.EncodeStochastic(f, math.Nextafter(0.125, 1), 1, 1); code != 1 {
		t.Errorf("just above the tie: code %#x", code)
	}
}
