package minifloat_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// oneOperand returns the subjects of the operations of one operand with the codes
// they run on: every code of every format of 8 bits or fewer, named or not, every
// code of binary16 and bfloat16, structured ones of the wider formats, and of some
// formats without subnormal numbers.
func oneOperand(t testing.TB) []struct {
	subject
	codes []uint32
} {
	var all []struct {
		subject
		codes []uint32
	}
	add := func(s subject, codes ...uint32) {
		all = append(all, struct {
			subject
			codes []uint32
		}{s, codes})
	}
	for i, s := range append(smallSubjects(t), namedSmall(t)...) {
		add(s)
		if i%3 == 0 && s.f.HasSubnormals() {
			s.name += " without subnormals"
			s.f, s.g.Subnormals = s.f.WithoutSubnormals(), false
			add(s)
		}
	}
	// Biases that leave no integer but zero, and nothing but integers.
	for _, bias := range []int{-20, 40} {
		f, err := minifloat.MustFormat(3, 4, minifloat.IEEEFamily).WithBias(bias)
		if err != nil {
			t.Fatal(err)
		}
		add(subject{f.Name(), f, withBias(exact.IEEE(3, 4), bias)})
	}
	for i, s := range wideSubjects(t) {
		codes := cornerCodes(s)
		random := rand.New(rand.NewPCG(40, uint64(i)))
		for range sized(50, 1000, 20000) {
			codes = append(codes, random.Uint32()&(1<<s.f.Bits()-1))
		}
		// Around the integers of up to 2^(M+2), and the largest of each width.
		for range sized(50, 1000, 20000) {
			n := exact.Dyadic(big.NewInt(random.Int64N(8<<s.f.MantissaBits())), -random.IntN(4))
			code, _ := exact.RoundResult(exact.Convert(n), s.g, exact.Options{Saturation: exact.SatFinite})
			codes = append(codes, uint32(code))
		}
		for k := range 66 {
			code, _ := exact.RoundResult(exact.Convert(exact.Number{Int: big.NewInt(1), Exp: k}), s.g, exact.Options{Saturation: exact.SatFinite})
			codes = append(codes, uint32(code), uint32(code)-1)
		}
		if s.f.Bits() == 16 && !testing.Short() {
			codes = nil
		}
		add(s, codes...)
	}
	return all
}

// stride is the step from one tested code of oneOperand's to the next.
func stride(s subject) int {
	if s.f.Bits() == 16 {
		return sized(11, 31, 1)
	}
	return sized(11, 1, 1)
}

// Rounding to an integer, in the format and as a Go integer, in all options.
func TestProofIntegral(t *testing.T) {
	for _, s := range oneOperand(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			step := stride(s.subject)
			all := s.operands(s.codes...)
			for i := 0; i < len(all); i += step {
				p.integral(s.subject, all[i])
			}
			p.done()
		})
	}
}

func (p *prover) integral(s subject, x operand) {
	all := options
	if x.isSubnormal() || s.g.Bias < 1 { // there integers may be tiny
		all = append(all[:len(all):len(all)], flushing...)
	}
	for i := range all {
		o := &all[i]
		n := o.read(x)
		r := exact.RoundToIntegral(n, o.o)
		want, wantFlags := exact.RoundResult(r, s.g, o.o)
		got, flags := o.c.RoundToIntegralExact(x.v)
		r.Raised &^= exact.Inexact
		quiet, quietFlags := exact.RoundResult(r, s.g, o.o)
		got2, flags2 := o.c.RoundToIntegral(x.v)
		p.count++
		if got.Bits != uint32(want) || int(flags) != int(wantFlags) || got.Format != s.f ||
			got2.Bits != uint32(quiet) || int(flags2) != int(quietFlags) || got2.Format != s.f {
			p.fail("%s: RoundToIntegral of %v, %+v: %v %v, %v %v, want %#x %v", s.name, x, o.o, got, flags, got2, flags2, want, wantFlags)
		}
		if o.o.Tininess != exact.AfterRounding || o.o.Saturation == exact.SatPropagate {
			continue
		}
		if o.o.Saturation == exact.SatNone && o.c.Subnormals == rounding.GradualUnderflow {
			p.bigInteger(s, x, o)
		}
		for _, size := range []int{1, 2, 5, 8, 16, 31, 32, 63, 64} {
			for _, isSigned := range []bool{true, false} {
				want, wantFlags := exact.ToInteger(n, o.o, size, isSigned)
				var got big.Int
				var flags rounding.Flags
				if isSigned {
					var n int64
					n, flags = o.c.ToInt64(x.v, size)
					got.SetInt64(n)
				} else {
					var n uint64
					n, flags = o.c.ToUint64(x.v, size)
					got.SetUint64(n)
				}
				p.count++
				if got.Cmp(want) != 0 || int(flags) != int(wantFlags) {
					p.fail("%s: %v as an integer of %d bits, signed %t, %+v: %v %v, want %v %v", s.name, x, size, isSigned, o.o, &got, flags, want, wantFlags)
				}
			}
		}
	}
}

// bigInteger compares the conversions to integers and fractions without a bound.
func (p *prover) bigInteger(s subject, x operand, o *option) {
	r := exact.RoundToIntegral(x.n, o.o)
	got, flags := o.c.ToBigInt(x.v)
	p.count++
	if x.n.Kind != exact.Finite {
		if _, ok := x.v.Rat(); got != nil || flags != rounding.Invalid || ok {
			p.fail("%s: %v is the integer %v %v", s.name, x, got, flags)
		}
		return
	}
	integer := func(n exact.Number) *big.Rat {
		z := new(big.Rat).SetInt(new(big.Int).Lsh(n.Int, uint(max(n.Exp, 0))))
		z.Quo(z, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(max(-n.Exp, 0)))))
		if n.Negative {
			z.Neg(z)
		}
		return z
	}
	want := integer(r.Number)
	if got == nil || new(big.Rat).SetInt(got).Cmp(want) != 0 || int(flags) != int(r.Raised) {
		p.fail("%s: %v, %+v, is the integer %v %v, want %v %v", s.name, x, o.o, got, flags, want, r.Raised)
	}
	if v, ok := x.v.Rat(); !ok || v.Cmp(integer(x.n)) != 0 {
		p.fail("%s: %v is the fraction %v", s.name, x, v)
	}
}

func (p *prover) fail(format string, args ...any) {
	if p.wrong++; p.wrong <= tooMany {
		p.t.Errorf(format, args...)
	}
}

// The neighbours, the last place, exponents and scales.
func TestProofNeighbours(t *testing.T) {
	for i, s := range oneOperand(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			step := stride(s.subject)
			to := namedSubject(t, wideNames[i%len(wideNames)])
			random := rand.New(rand.NewPCG(41, uint64(i)))
			all := s.operands(s.codes...)
			for i := 0; i < len(all); i += step {
				x := all[i]
				p.neighbours(s.subject, x)
				p.prove(logbOperation, s.subject, x.v, x.v, x.v, x.n, x.n, x.n, options)
				p.prove(logbOperation, to, x.v, x.v, x.v, x.n, x.n, x.n, options)
				far := int(s.g.MaxFinite().Exp-s.g.SmallestPositive().Exp) + s.f.MantissaBits() + 2
				for _, n := range []int{0, 1, -1, random.IntN(2*far+3) - far - 1, far, -far, math.MaxInt, math.MinInt} {
					clamped := max(min(n, 1<<17), -1<<17)
					scalb := operation{"Scalb", func(x, _, _ exact.Number) exact.Result { return exact.Scalb(x, clamped) },
						func(c minifloat.Context, dst minifloat.Format, x, _, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
							return c.Scalb(dst, x, n)
						}}
					p.prove(scalb, s.subject, x.v, x.v, x.v, x.n, x.n, x.n, options)
				}
			}
			p.done()
		})
	}
}

var logbOperation = operation{"Logb", func(x, _, _ exact.Number) exact.Result { return exact.Logb(x) },
	func(c minifloat.Context, dst minifloat.Format, x, _, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
		return c.Logb(dst, x)
	}}

func (p *prover) neighbours(s subject, x operand) {
	p.count++
	up, down := uint32(0), uint32(0)
	if x.n.Kind == exact.NaN {
		up, _ = s.f.NaNCode()
		down = up
	} else {
		up, down = uint32(s.g.NextUp(x.n)), uint32(s.g.NextDown(x.n))
	}
	if got, got2 := x.v.NextUp(), x.v.NextDown(); got != (minifloat.Value{Format: s.f, Bits: up}) || got2 != (minifloat.Value{Format: s.f, Bits: down}) {
		p.fail("%s: the neighbours of %v are %v and %v, want %#x and %#x", s.name, x, got, got2, up, down)
	}
	if want, _ := s.g.Ulp(x.n).Float(); !sameFloat(x.v.Ulp(), want) {
		p.fail("%s: the ulp of %v is %v, want %v", s.name, x, x.v.Ulp(), want)
	}
	exponent := math.MaxInt32
	if x.n.IsZero() {
		exponent = math.MinInt32
	} else if x.n.Kind == exact.Finite {
		exponent = x.n.Int.BitLen() + x.n.Exp - 1
	}
	if got := x.v.Ilogb(); got != exponent {
		p.fail("%s: the exponent of %v is %d, want %d", s.name, x, got, exponent)
	}

	v, finite := x.v, x.n.Kind == exact.Finite
	tiny := finite && !x.n.IsZero() && x.n.Int.BitLen()+x.n.Exp <= s.g.SmallestNormal().Exp
	class := map[bool]minifloat.Class{false: minifloat.PositiveNormal, true: minifloat.NegativeNormal}[x.n.Negative]
	switch {
	case x.n.Signalling:
		class = minifloat.SignalingNaN
	case x.n.Kind == exact.NaN:
		class = minifloat.QuietNaN
	case x.n.Kind == exact.Infinite:
		class = map[bool]minifloat.Class{false: minifloat.PositiveInfinity, true: minifloat.NegativeInfinity}[x.n.Negative]
	case x.n.IsZero():
		class = map[bool]minifloat.Class{false: minifloat.PositiveZero, true: minifloat.NegativeZero}[x.n.Negative]
	case tiny:
		class = map[bool]minifloat.Class{false: minifloat.PositiveSubnormal, true: minifloat.NegativeSubnormal}[x.n.Negative]
	}
	if v.Class() != class || v.IsFinite() != finite || v.IsZero() != x.n.IsZero() || v.IsSignaling() != x.n.Signalling ||
		v.IsSubnormal() != tiny || v.IsNormal() != (finite && !tiny && !x.n.IsZero()) || v.Signbit() != x.n.Negative ||
		v.IsInf(0) != (x.n.Kind == exact.Infinite) || v.IsInf(1) != (x.n.Kind == exact.Infinite && !x.n.Negative) ||
		v.IsInf(-1) != (x.n.Kind == exact.Infinite && x.n.Negative) {
		p.fail("%s: %v is misclassified as %v", s.name, x, v.Class())
	}
}

// The total order, the relations with their flags, and the sign of another number,
// over all pairs of the formats of 6 bits or fewer and of the named ones of 8.
func TestProofTotalOrder(t *testing.T) {
	subjects := namedSmall(t)
	for _, s := range smallSubjects(t) {
		if s.f.Bits() <= sized(4, 6, 8) {
			subjects = append(subjects, s)
		}
	}
	for _, s := range wideSubjects(t) {
		if s.f.ExponentBits() <= 11 {
			subjects = append(subjects, s)
		}
	}
	for i, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			var all []operand
			if s.f.Bits() <= 8 {
				all = s.operands()
			} else {
				random := rand.New(rand.NewPCG(42, uint64(i)))
				codes := cornerCodes(s)
				for range 60 {
					code := random.Uint32() & (1<<s.f.Bits() - 1)
					codes = append(codes, code, code|(1<<s.f.ExponentBits()-1)<<s.f.MantissaBits())
				}
				all = s.operands(codes...)
			}
			for i, x := range all {
				for j, y := range all {
					if (i+j)%sized(16, 1, 1) == 0 {
						p.totalOrder(s, x, y)
					}
				}
			}
			p.done()
		})
	}
}

func (p *prover) totalOrder(s subject, x, y operand) {
	p.count++
	v, w := x.v, y.v
	if got, want := v.TotalCmp(w), s.g.TotalOrder(uint64(v.Bits), uint64(w.Bits)); got != want {
		p.fail("%s: the order of %v and %v is %d, want %d", s.name, x, y, got, want)
	}
	if got, want := v.TotalCmpMag(w), s.g.TotalOrder(uint64(v.Abs().Bits), uint64(w.Abs().Bits)); got != want {
		p.fail("%s: the order of the magnitudes of %v and %v is %d, want %d", s.name, x, y, got, want)
	}

	order, unordered := exact.Compare(x.n, y.n)
	relation := minifloat.Relation(order + 1)
	var quiet, signaling rounding.Flags
	if unordered {
		relation, signaling = minifloat.Unordered, rounding.Invalid
		if x.n.Signalling || y.n.Signalling {
			quiet = rounding.Invalid
		}
	}
	got, flags := v.CompareQuiet(w)
	got2, flags2 := v.CompareSignaling(w)
	if got != relation || flags != quiet || got2 != relation || flags2 != signaling {
		p.fail("%s: %v and %v compare as %v %v and %v %v", s.name, x, y, got, flags, got2, flags2)
	}

	want := v
	switch {
	case s.g.P3109 && y.n.Kind == exact.NaN:
		want.Bits, _ = s.f.NaNCode()
	case x.n.Negative != y.n.Negative:
		want = v.Neg()
	}
	if got := v.Copysign(w); got != want {
		p.fail("%s: %v with the sign of %v is %v", s.name, x, y, got)
	}
}
