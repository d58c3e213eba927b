package minifloat_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// The typed face has bodies of its own in which constants fold: every pair of
// codes of the types of 8 bits or fewer, structured and aimed operands of the wider
// ones, under every method.
func TestProofTypes(t *testing.T) {
	t.Run("Float32", typeProof[minifloat.Float32]("binary32"))
	t.Run("TF32", typeProof[minifloat.TF32]("tf32"))
	t.Run("BFloat16", typeProof[minifloat.BFloat16]("bfloat16"))
	t.Run("Float16", typeProof[minifloat.Float16]("binary16"))
	t.Run("E3M4", typeProof[minifloat.E3M4]("e3m4"))
	t.Run("E4M3", typeProof[minifloat.E4M3]("e4m3"))
	t.Run("E4M3FN", typeProof[minifloat.E4M3FN]("e4m3fn"))
	t.Run("E4M3FNUZ", typeProof[minifloat.E4M3FNUZ]("e4m3fnuz"))
	t.Run("E4M3B11FNUZ", typeProof[minifloat.E4M3B11FNUZ]("e4m3b11fnuz"))
	t.Run("E5M2", typeProof[minifloat.E5M2]("e5m2"))
	t.Run("E5M2FNUZ", typeProof[minifloat.E5M2FNUZ]("e5m2fnuz"))
	t.Run("E8M0FNU", typeProof[minifloat.E8M0FNU]("e8m0fnu"))
	t.Run("E2M3FN", typeProof[minifloat.E2M3FN]("e2m3fn"))
	t.Run("E3M2FN", typeProof[minifloat.E3M2FN]("e3m2fn"))
	t.Run("E2M1FN", typeProof[minifloat.E2M1FN]("e2m1fn"))
	t.Run("Binary8p4se", typeProof[minifloat.Binary8p4se]("Binary8p4se"))
	t.Run("Binary8p3se", typeProof[minifloat.Binary8p3se]("Binary8p3se"))
	t.Run("Binary4p2sf", typeProof[minifloat.Binary4p2sf]("Binary4p2sf"))
	t.Run("Binary8p1uf", typeProof[minifloat.Binary8p1uf]("Binary8p1uf"))

	// Types of a user's own, at the limits of the families and of the bodies that go
	// through float64.
	type (
		e10m21  = minifloat.Float[uint32, minifloat.E10, minifloat.M21, minifloat.IEEE]
		e11m20  = minifloat.Float[uint32, minifloat.E11, minifloat.M20, minifloat.IEEE]
		e9m22   = minifloat.Float[uint32, minifloat.E9, minifloat.M22, minifloat.Finite]
		e9m22z  = minifloat.Float[uint32, minifloat.E9, minifloat.M22, minifloat.FNUZ]
		e9m23ue = minifloat.Float[uint32, minifloat.E9, minifloat.M23, minifloat.UE]
		e10m22u = minifloat.Float[uint32, minifloat.E10, minifloat.M22, minifloat.UF]
		e8m23n  = minifloat.Float[uint32, minifloat.E8, minifloat.M23, minifloat.FN]
		e7m8ue  = minifloat.Float[uint16, minifloat.E7, minifloat.M8, minifloat.UE]
		e6m0    = minifloat.Float[uint16, minifloat.E6, minifloat.M0, minifloat.Finite]
		e1m6    = minifloat.Float[uint8, minifloat.E1, minifloat.M6, minifloat.FN]
		e1m0z   = minifloat.Float[uint8, minifloat.E1, minifloat.M0, minifloat.FNUZ]
		e2m5    = minifloat.Float[uint32, minifloat.E2, minifloat.M5, minifloat.IEEE]
		e3m4ue  = minifloat.Float[uint8, minifloat.E3, minifloat.M4, minifloat.UE]
		e1m7uf  = minifloat.Float[uint8, minifloat.E1, minifloat.M7, minifloat.UF]
		e5m0fnu = minifloat.Float[uint8, minifloat.E5, minifloat.M0, minifloat.FNU]
	)
	t.Run("e10m21", typeProof[e10m21]("e10m21", exact.IEEE(10, 21)))
	t.Run("e11m20", typeProof[e11m20]("e11m20", exact.IEEE(11, 20)))
	t.Run("e9m22", typeProof[e9m22]("e9m22", exact.FiniteOnly(9, 22)))
	t.Run("e9m22fnuz", typeProof[e9m22z]("e9m22fnuz", exact.FNUZ(9, 22)))
	t.Run("Binary32p24ue", typeProof[e9m23ue]("Binary32p24ue", exact.P3109(32, 24, false, true)))
	t.Run("Binary32p23uf", typeProof[e10m22u]("Binary32p23uf", exact.P3109(32, 23, false, false)))
	t.Run("e8m23fn", typeProof[e8m23n]("e8m23fn", exact.FN(8, 23)))
	t.Run("Binary15p9ue", typeProof[e7m8ue]("Binary15p9ue", exact.P3109(15, 9, false, true)))
	t.Run("e6m0", typeProof[e6m0]("e6m0", exact.FiniteOnly(6, 0)))
	t.Run("e1m6fn", typeProof[e1m6]("e1m6fn", exact.FN(1, 6)))
	t.Run("e1m0fnuz", typeProof[e1m0z]("e1m0fnuz", exact.FNUZ(1, 0)))
	t.Run("e2m5", typeProof[e2m5]("e2m5", exact.IEEE(2, 5)))
	t.Run("Binary7p5ue", typeProof[e3m4ue]("Binary7p5ue", exact.P3109(7, 5, false, true)))
	t.Run("Binary8p8uf", typeProof[e1m7uf]("Binary8p8uf", exact.P3109(8, 8, false, false)))
	t.Run("e5m0fnu", typeProof[e5m0fnu]("e5m0fnu", exact.FNU(5)))
}

// methods are those of Float that are proven here.
type methods[F any] interface {
	Add(F) F
	Sub(F) F
	Mul(F) F
	Quo(F) F
	Sqrt() F
	FMA(y, z F) F
	Neg() F
	Abs() F
	Cmp(F) int
	Equal(F) bool
	Less(F) bool
	LessEqual(F) bool
	IsNaN() bool
	IsInf(int) bool
	IsFinite() bool
	IsZero() bool
	Signbit() bool
	Float64() float64
	Float32() float32
	Value() minifloat.Value
}

func typeProof[F interface {
	minifloat.Float[S, E, M, V]
	methods[F]
}, S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](name string, own ...exact.Format) func(*testing.T) {
	return func(t *testing.T) {
		t.Parallel()
		var s subject
		if len(own) == 0 {
			s = namedSubject(t, name)
		} else {
			s = subject{name, minifloat.FormatOf[F, S, E, M, V](), own[0]}
		}
		p := &typeProver[F]{prover: prover{t: t}, s: s, fromBits: func(code uint32) F { return minifloat.FromBits[F, S, E, M, V](S(code)) }, from: minifloat.From[F, S, E, M, V]}
		if f := minifloat.FormatOf[F, S, E, M, V](); f != s.f {
			t.Fatalf("the type's format is %s", f.Name())
		}
		p.context = func(c minifloat.Context, x, y, z F) (all [6]F, flags [6]rounding.Flags) {
			all[0], flags[0] = minifloat.Add[F, S, E, M, V](c, x, y)
			all[1], flags[1] = minifloat.Sub[F, S, E, M, V](c, x, y)
			all[2], flags[2] = minifloat.Mul[F, S, E, M, V](c, x, y)
			all[3], flags[3] = minifloat.Quo[F, S, E, M, V](c, x, y)
			all[4], flags[4] = minifloat.Sqrt[F, S, E, M, V](c, x)
			all[5], flags[5] = minifloat.FMA[F, S, E, M, V](c, x, y, z)
			return all, flags
		}
		p.fromInt = minifloat.FromInt[F, int64, S, E, M, V]
		p.fromUint = minifloat.FromInt[F, uint64, S, E, M, V]
		p.run()
		p.done()
	}
}

type typeProver[F methods[F]] struct {
	prover
	s        subject
	fromBits func(code uint32) F
	from     func(float64) F
	fromInt  func(int64) F
	fromUint func(uint64) F
	context  func(c minifloat.Context, x, y, z F) ([6]F, [6]rounding.Flags)
}

func (p *typeProver[F]) run() {
	random := rand.New(rand.NewPCG(10, uint64(p.s.f.Bits())))
	g := generator{p.s, random}
	operands := p.s.operands
	var all []operand
	if p.s.f.Bits() <= 8 {
		all = operands()
	} else {
		all = operands(cornerCodes(p.s)...)
	}
	for i, x := range all {
		p.unary(x)
		if i%sized(32, 1, 1) != 0 {
			continue
		}
		for _, y := range all {
			p.binary(x, y)
		}
		for range 40 {
			y, z := all[random.IntN(len(all))], all[random.IntN(len(all))]
			p.fma(x, y, z)
			p.contexts(x, y, z, &options[random.IntN(len(options))])
			p.contexts(x, y, z, &flushing[random.IntN(len(flushing))])
		}
	}
	if p.s.f.Bits() > 8 {
		for range sized(50, 6000, 40000) {
			x, target := g.operand(), g.target()
			p.unary(x)
			for _, y := range g.around(exact.Sub(target, x.n)) {
				p.binary(x, y)
			}
			if x.n.IsZero() {
				continue
			}
			for _, y := range g.around(exact.Quo(target, x.n)) {
				p.binary(x, y)
			}
			for _, y := range g.around(exact.Mul(target, x.n)) {
				p.binary(y, x)
			}
			for _, y := range g.around(exact.Mul(target, target)) {
				p.unary(y)
			}
			y := g.operand()
			for _, z := range g.around(exact.Sub(target, exact.Mul(x.n, y.n).Number)) {
				p.fma(x, y, z)
			}
			for _, z := range g.around(exact.Sub(exact.Int64(0), exact.Mul(x.n, y.n).Number)) {
				p.fma(x, y, z)
			}
		}
	}
	if unsafe.Sizeof(p.fromBits(0)) == 1 {
		p.tables(all)
	}
	for _, n := range []int64{0, 1, -1, 7, -9, 464, 465, 1 << 24, 1<<24 + 1, 1<<53 + 1, -1<<53 - 3, 1<<62 + 1, math.MaxInt64, math.MinInt64} {
		p.result("FromInt", exact.Convert(exact.Int64(n)), p.fromInt(n), operand{})
	}
	for range sized(50, 2000, 2000) {
		u := random.Uint64() >> random.IntN(64)
		p.result("FromInt", exact.Convert(exact.Uint64(u)), p.fromUint(u), operand{})
		n := int64(u)
		p.result("FromInt", exact.Convert(exact.Int64(n)), p.fromInt(n), operand{})
	}
	var points []float64
	if p.s.f.Bits() <= 8 {
		points = breakpoints(p.s, sized(2, 8, 8))
	} else {
		for range sized(100, 5000, 5000) {
			x, _ := g.target().Float()
			points = append(points, x, math.Nextafter(x, math.Inf(1)), math.Nextafter(x, math.Inf(-1)))
		}
		points = append(points, math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1))
	}
	for _, x := range points {
		p.result("From", exact.Convert(exact.Float64(x)), p.from(x), operand{})
		if got, want := p.s.f.Encode(x), p.from(x).Value().Bits; got != want {
			p.fail("Format.Encode %v: %#x, the type has %#x", x, got, want)
		}
	}
}

func (p *typeProver[F]) fail(format string, args ...any) {
	if p.wrong++; p.wrong <= tooMany {
		p.t.Errorf(p.s.name+": "+format, args...)
	}
}

// result compares a result with the exact one rounded to nearest even.
func (p *typeProver[F]) result(op string, r exact.Result, got F, operands ...operand) {
	want, _ := exact.RoundResult(r, p.s.g, exact.Options{})
	p.count++
	if v := got.Value(); v.Bits != uint32(want) || v.Format != p.s.f {
		p.fail("%s %v: %v, want %#x", op, operands, v, want)
	}
}

func (p *typeProver[F]) unary(x operand) {
	v := p.fromBits(x.v.Bits)
	want, _ := x.n.Float()
	p.count++
	switch {
	case v.Value() != x.v:
		p.fail("FromBits(%#x) holds %v", x.v.Bits, v.Value())
	case !sameFloat(v.Float64(), want) || !sameFloat(float64(v.Float32()), float64(float32(want))):
		p.fail("%#x is %v, want %v", x.v.Bits, v.Float64(), want)
	case v.IsNaN() != (x.n.Kind == exact.NaN) || v.IsFinite() != (x.n.Kind == exact.Finite) || v.IsZero() != x.n.IsZero() ||
		v.IsInf(0) != (x.n.Kind == exact.Infinite) || v.IsInf(1) != (x.n.Kind == exact.Infinite && !x.n.Negative) ||
		v.IsInf(-1) != (x.n.Kind == exact.Infinite && x.n.Negative):
		p.fail("%#x is misclassified", x.v.Bits)
	case x.n.Kind != exact.NaN && v.Signbit() != x.n.Negative:
		p.fail("%#x has the wrong sign", x.v.Bits)
	}
	p.result("Sqrt", exact.Sqrt(x.n), v.Sqrt(), x)
	p.signs(p.s, x)
	if v.Neg().Value() != x.v.Neg() || v.Abs().Value() != x.v.Abs() {
		p.fail("Neg or Abs of %#x differ from the value's", x.v.Bits)
	}
}

func (p *typeProver[F]) binary(x, y operand) {
	v, w := p.fromBits(x.v.Bits), p.fromBits(y.v.Bits)
	p.result("Add", exact.Add(x.n, y.n), v.Add(w), x, y)
	p.result("Sub", exact.Sub(x.n, y.n), v.Sub(w), x, y)
	p.result("Mul", exact.Mul(x.n, y.n), v.Mul(w), x, y)
	p.result("Quo", exact.Quo(x.n, y.n), v.Quo(w), x, y)

	p.order(x, y)
	a, b := x.v, y.v
	if v.Cmp(w) != a.Cmp(b) || v.Equal(w) != a.Equal(b) || v.Less(w) != a.Less(b) || v.LessEqual(w) != a.LessEqual(b) {
		p.fail("comparison of %v and %v differs from the values'", a, b)
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *typeProver[F]) fma(x, y, z operand) {
	p.result("FMA", exact.FMA(x.n, y.n, z.n), p.fromBits(x.v.Bits).FMA(p.fromBits(y.v.Bits), p.fromBits(z.v.Bits)), x, y, z)
}

// tables compares what types stored in 8 bits look up in each context, for all
// pairs, with the results at run time, which are computed.
func (p *typeProver[F]) tables(all []operand) {
	operations := [4]func(minifloat.Context, minifloat.Format, minifloat.Value, minifloat.Value) (minifloat.Value, rounding.Flags){
		minifloat.Context.Add, minifloat.Context.Sub, minifloat.Context.Mul, minifloat.Context.Quo}
	for i := 0; i < 3*len(options); i += sized(51, 17, 7) { // 17 meets every mode, 51 that toward -infinity, of which zeros make classes
		c := options[i/3].c
		c.NaN = rounding.NaNs()[i%3]
		for _, x := range all {
			for _, y := range all {
				got, flags := p.context(c, p.fromBits(x.v.Bits), p.fromBits(y.v.Bits), p.fromBits(0))
				for i, of := range operations {
					p.count++
					if want, wantFlags := of(c, p.s.f, x.v, y.v); got[i].Value() != want || flags[i] != wantFlags {
						p.fail("operation %d of %v, %v in %+v: %v %v, computed %v %v", i, x, y, c, got[i].Value(), flags[i], want, wantFlags)
					}
				}
			}
		}
	}
}

// contexts compares the functions that take a Context, flags included.
func (p *typeProver[F]) contexts(x, y, z operand, o *option) {
	all, flags := p.context(o.c, p.fromBits(x.v.Bits), p.fromBits(y.v.Bits), p.fromBits(z.v.Bits))
	x.n, y.n, z.n = o.read(x), o.read(y), o.read(z)
	for i, r := range [6]exact.Result{exact.Add(x.n, y.n), exact.Sub(x.n, y.n), exact.Mul(x.n, y.n), exact.Quo(x.n, y.n), exact.Sqrt(x.n), exact.FMA(x.n, y.n, z.n)} {
		want, wantFlags := exact.RoundResult(r, p.s.g, o.o)
		p.count++
		if got := all[i].Value().Bits; got != uint32(want) || int(flags[i]) != int(wantFlags) {
			p.fail("operation %d of %v, %v, %v, %+v: %#x %v, want %#x %v", i, x, y, z, o.o, got, flags[i], want, wantFlags)
		}
	}
}
