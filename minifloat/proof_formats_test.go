package minifloat_test

import (
	"flag"
	"math"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// exhaustive makes the proofs complete:
//
//	go test ./minifloat -run Proof -exhaustive
//
// Without it the larger ones run on a fixed sample that each states, and with
// -short, which is for emulators, on a small part of that.
var exhaustive = flag.Bool("exhaustive", false, "run the proofs of package minifloat in full")

// sized picks the size of a sample.
func sized(short, normal, full int) int {
	switch {
	case *exhaustive:
		return full
	case testing.Short():
		return short
	}
	return normal
}

// subject is a format under proof beside the oracle's description of it.
type subject struct {
	name string
	f    minifloat.Format
	g    exact.Format
}

// The named formats, restated: widths, bias and special codes by the oracle's
// constructors, which its own tests hold against the specifications; largest
// finite, smallest normal and smallest value by hand.
var named = []struct {
	name                 string
	g                    exact.Format
	e, m, bias           int
	inf, nan, negZero    bool
	max, normal, minimum float64
}{
	{"binary16", exact.IEEE(5, 10), 5, 10, 15, true, true, true, 65504, 0x1p-14, 0x1p-24},
	{"bfloat16", exact.IEEE(8, 7), 8, 7, 127, true, true, true, 0x1.fep127, 0x1p-126, 0x1p-133},
	{"tf32", exact.IEEE(8, 10), 8, 10, 127, true, true, true, 0x1.ffcp127, 0x1p-126, 0x1p-136},
	{"binary32", exact.IEEE(8, 23), 8, 23, 127, true, true, true, 0x1.fffffep127, 0x1p-126, 0x1p-149},
	{"e5m2", exact.IEEE(5, 2), 5, 2, 15, true, true, true, 57344, 0x1p-14, 0x1p-16},
	{"e4m3", exact.IEEE(4, 3), 4, 3, 7, true, true, true, 240, 0x1p-6, 0x1p-9},
	{"e3m4", exact.IEEE(3, 4), 3, 4, 3, true, true, true, 15.5, 0x1p-2, 0x1p-6},
	{"e4m3fn", exact.FN(4, 3), 4, 3, 7, false, true, true, 448, 0x1p-6, 0x1p-9},
	{"e4m3fnuz", exact.FNUZ(4, 3), 4, 3, 8, false, true, false, 240, 0x1p-7, 0x1p-10},
	{"e5m2fnuz", exact.FNUZ(5, 2), 5, 2, 16, false, true, false, 57344, 0x1p-15, 0x1p-17},
	{"e4m3b11fnuz", withBias(exact.FNUZ(4, 3), 11), 4, 3, 11, false, true, false, 30, 0x1p-10, 0x1p-13},
	{"e2m3fn", exact.FiniteOnly(2, 3), 2, 3, 1, false, false, true, 7.5, 1, 0.125},
	{"e3m2fn", exact.FiniteOnly(3, 2), 3, 2, 3, false, false, true, 28, 0.25, 0.0625},
	{"e2m1fn", exact.FiniteOnly(2, 1), 2, 1, 1, false, false, true, 6, 1, 0.5},
	{"e8m0fnu", exact.E8M0(), 8, 0, 127, false, true, false, 0x1p127, 0x1p-127, 0x1p-127},
	{"Binary8p4se", exact.P3109(8, 4, true, true), 4, 3, 8, true, true, false, 224, 0x1p-7, 0x1p-10},
	{"Binary8p3se", exact.P3109(8, 3, true, true), 5, 2, 16, true, true, false, 49152, 0x1p-15, 0x1p-17},
	{"Binary4p2sf", exact.P3109(4, 2, true, false), 2, 1, 2, false, true, false, 3, 0.5, 0.25},
	{"Binary8p1uf", exact.P3109(8, 1, false, false), 8, 0, 128, false, true, false, 0x1p126, 0x1p-127, 0x1p-127},
}

func withBias(g exact.Format, bias int) exact.Format {
	g.Bias = bias
	return g
}

func namedSubject(t testing.TB, name string) subject {
	t.Helper()
	for _, row := range named {
		if row.name == name {
			f, err := minifloat.ParseFormat(name)
			if err != nil {
				t.Fatal(err)
			}
			return subject{name, f, row.g}
		}
	}
	t.Fatalf("%s is not restated here", name)
	return subject{}
}

func TestProofNamedFormats(t *testing.T) {
	restated := map[minifloat.Format]bool{}
	for _, row := range named {
		f := namedSubject(t, row.name).f
		restated[f] = true
		if f.Name() != row.name || f.ExponentBits() != row.e || f.MantissaBits() != row.m || f.Bias() != row.bias ||
			f.Bits() != row.g.Bits() || f.HasInf() != row.inf || f.HasNaN() != row.nan || f.HasNegZero() != row.negZero ||
			f.Signed() != row.g.Signed || f.HasSubnormals() != (row.m > 0) {
			t.Errorf("%s: parameters differ: %s", row.name, f.Name())
		}
		if f.MaxFinite() != row.max || f.SmallestNormal() != row.normal || f.SmallestSubnormal() != row.minimum || f.Epsilon() != math.Ldexp(1, -row.m) {
			t.Errorf("%s: limits %v %v %v", row.name, f.MaxFinite(), f.SmallestNormal(), f.SmallestSubnormal())
		}
	}
	for _, f := range minifloat.Formats() {
		if !restated[f] {
			t.Errorf("%s is not restated here", f.Name())
		}
	}
}

// smallSubjects returns every format of 8 bits or fewer of every family, with the
// widths that the families' rules leave: IEEE needs two exponent bits (or nothing
// would be finite and normal) and a mantissa bit for its NaN, FN a mantissa bit,
// P3109 three bits in all. Formats of other widths must be refused.
func smallSubjects(t testing.TB) []subject {
	t.Helper()
	var all []subject
	add := func(f minifloat.Format, err error, g exact.Format) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, subject{f.Name(), f, g})
	}
	for e := 1; e <= 8; e++ {
		for m := 0; m <= 7; m++ {
			for _, family := range []struct {
				id    minifloat.FamilyID
				g     func(e, m int) exact.Format
				valid bool
			}{
				{minifloat.IEEEFamily, exact.IEEE, e >= 2 && m >= 1},
				{minifloat.FNFamily, exact.FN, m >= 1},
				{minifloat.FNUZFamily, exact.FNUZ, true},
				{minifloat.FiniteFamily, exact.FiniteOnly, true},
				{minifloat.FNUFamily, func(e, _ int) exact.Format { return exact.FNU(e) }, e >= 2 && m == 0},
			} {
				f, err := minifloat.NewFormat(e, m, family.id)
				if !family.valid {
					if err == nil {
						t.Errorf("%v with %d exponent and %d mantissa bits is accepted", family.id, e, m)
					}
					continue
				}
				if g := family.g(e, m); g.Bits() <= 8 {
					add(f, err, g)
				}
			}
		}
	}
	for k := 3; k <= 8; k++ {
		for p := 1; p <= k; p++ {
			for _, extended := range []bool{true, false} {
				if p < k {
					f, err := minifloat.P3109(k, p, true, extended)
					add(f, err, exact.P3109(k, p, true, extended))
				}
				f, err := minifloat.P3109(k, p, false, extended)
				add(f, err, exact.P3109(k, p, false, extended))
			}
		}
	}
	return all
}

// namedSmall returns the named formats of 8 bits or fewer; e4m3b11fnuz is the one
// among them that smallSubjects lacks.
func namedSmall(t testing.TB) []subject {
	var all []subject
	for _, row := range named {
		if row.g.Bits() <= 8 {
			all = append(all, namedSubject(t, row.name))
		}
	}
	return all
}

// The oracle's modes and their names here.
var modes = map[exact.Mode]rounding.Mode{
	exact.TiesToEven: rounding.ToNearestEven, exact.TiesToAway: rounding.ToNearestAway,
	exact.TiesToZero: rounding.ToNearestZero, exact.TiesToPositive: rounding.ToNearestUp,
	exact.TiesToNegative: rounding.ToNearestDown, exact.TiesToOdd: rounding.ToNearestOdd,
	exact.TowardZero: rounding.ToZero, exact.AwayFromZero: rounding.AwayFromZero,
	exact.TowardNegative: rounding.ToNegativeInf, exact.TowardPositive: rounding.ToPositiveInf,
	exact.ToOdd: rounding.ToOdd, exact.StochasticA: rounding.StochasticA,
	exact.StochasticB: rounding.StochasticB, exact.StochasticC: rounding.StochasticC,
	exact.StochasticEqual: rounding.StochasticEqual, exact.StochasticOdd: rounding.StochasticOdd,
}

var saturations = map[exact.Saturation]rounding.Saturation{
	exact.SatNone: rounding.SatNone, exact.SatFinite: rounding.SatFinite, exact.SatPropagate: rounding.SatPropagate,
}

var tininesses = map[exact.Tininess]rounding.Tininess{
	exact.AfterRounding: rounding.AfterRounding, exact.BeforeRounding: rounding.BeforeRounding,
}

var nans = map[exact.NaNPolicy]rounding.NaN{
	exact.NaNToZero: rounding.CanonicalNaN, exact.NaNToOppositeZero: rounding.MLDtypesNaN,
	exact.NaNPropagates: rounding.PropagateNaN,
}

// option is one way of rounding, for the oracle and for the package.
type option struct {
	o exact.Options
	c minifloat.Context
}

func newOption(o exact.Options) option {
	return option{o, minifloat.Context{Mode: modes[o.Mode], Saturation: saturations[o.Saturation], Tininess: tininesses[o.Tininess], NaN: nans[o.NaN]}}
}

// options are all combinations of mode, saturation and tininess, 54 of them; the
// rule for NaNs concerns formats without NaN alone.
var options = func() (all []option) {
	for _, mode := range exact.Modes() {
		for _, s := range []exact.Saturation{exact.SatNone, exact.SatFinite, exact.SatPropagate} {
			for _, t := range []exact.Tininess{exact.AfterRounding, exact.BeforeRounding} {
				all = append(all, newOption(exact.Options{Mode: mode, Saturation: s, Tininess: t}))
			}
		}
	}
	return all
}()

var (
	mlDtypesNaN  = newOption(exact.Options{NaN: exact.NaNToOppositeZero})
	propagateNaN = newOption(exact.Options{NaN: exact.NaNPropagates})
)

// operation is an arithmetic operation of one to three operands.
type operation struct {
	name  string
	exact func(x, y, z exact.Number) exact.Result
	run   func(c minifloat.Context, dst minifloat.Format, x, y, z minifloat.Value) (minifloat.Value, rounding.Flags)
}

var (
	add = operation{"Add", func(x, y, _ exact.Number) exact.Result { return exact.Add(x, y) },
		func(c minifloat.Context, dst minifloat.Format, x, y, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.Add(dst, x, y)
		}}
	sub = operation{"Sub", func(x, y, _ exact.Number) exact.Result { return exact.Sub(x, y) },
		func(c minifloat.Context, dst minifloat.Format, x, y, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.Sub(dst, x, y)
		}}
	mul = operation{"Mul", func(x, y, _ exact.Number) exact.Result { return exact.Mul(x, y) },
		func(c minifloat.Context, dst minifloat.Format, x, y, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.Mul(dst, x, y)
		}}
	quo = operation{"Quo", func(x, y, _ exact.Number) exact.Result { return exact.Quo(x, y) },
		func(c minifloat.Context, dst minifloat.Format, x, y, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.Quo(dst, x, y)
		}}
	sqrt = operation{"Sqrt", func(x, _, _ exact.Number) exact.Result { return exact.Sqrt(x) },
		func(c minifloat.Context, dst minifloat.Format, x, _, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.Sqrt(dst, x)
		}}
	convert = operation{"Convert", func(x, _, _ exact.Number) exact.Result { return exact.Convert(x) },
		func(c minifloat.Context, dst minifloat.Format, x, _, _ minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.Convert(dst, x)
		}}
	fma = operation{"FMA", exact.FMA,
		func(c minifloat.Context, dst minifloat.Format, x, y, z minifloat.Value) (minifloat.Value, rounding.Flags) {
			return c.FMA(dst, x, y, z)
		}}
	pairOperations = []operation{add, sub, mul, quo}
)

// prover counts the roundings that were compared, and reports the first few that
// differ.
type prover struct {
	t     testing.TB
	count int
	wrong int
	turn  int // of flushes
}

const tooMany = 10

// prove compares one operation on one set of operands in all given options: the
// exact result is computed and located once, and again where subnormal operands are
// read as zeros.
func (p *prover) prove(op operation, dst subject, x, y, z minifloat.Value, nx, ny, nz exact.Number, options []option) {
	place := p.proveGradual(op, dst, x, y, z, nx, ny, nz, options)
	p.flushes(op, dst, operand{x, nx}, operand{y, ny}, operand{z, nz}, place, options)
}

// proveGradual is prove with gradual underflow alone. It returns the place of the
// result.
func (p *prover) proveGradual(op operation, dst subject, x, y, z minifloat.Value, nx, ny, nz exact.Number, options []option) *exact.Place {
	place := exact.Locate(op.exact(nx, ny, nz), dst.g)
	for i := range options {
		p.compare(op, dst, x, y, z, &place, &options[i])
	}
	if dst.g.NaN == exact.NoNaN {
		p.compare(op, dst, x, y, z, &place, &mlDtypesNaN)
	}
	if nx.Kind == exact.NaN || ny.Kind == exact.NaN || nz.Kind == exact.NaN {
		p.compare(op, dst, x, y, z, &place, &propagateNaN)
	}
	return &place
}

func (p *prover) compare(op operation, dst subject, x, y, z minifloat.Value, place *exact.Place, o *option) {
	want, wantFlags := place.Round(o.o)
	got, flags := op.run(o.c, dst.f, x, y, z)
	p.count++
	if got.Bits != uint32(want) || int(flags) != int(wantFlags) || got.Format != dst.f {
		if p.wrong++; p.wrong <= tooMany {
			p.t.Errorf("%s into %s of %s %#x, %s %#x, %s %#x, %v %v %v %v %v: %#x %v, want %#x %v", op.name, dst.name,
				x.Format, x.Bits, y.Format, y.Bits, z.Format, z.Bits, o.o.Mode, o.o.Saturation, o.o.Tininess, o.o.NaN, o.c.Subnormals,
				got.Bits, exact.Flags(flags), want, wantFlags)
		}
	}
}

func (p *prover) done() {
	p.t.Helper()
	if p.wrong > tooMany {
		p.t.Errorf("and %d more", p.wrong-tooMany)
	}
	if p.count == 0 {
		p.t.Error("nothing was compared")
	}
}

// operand is a code with its value on both sides.
type operand struct {
	v minifloat.Value
	n exact.Number
}

// operands returns the given codes, or all of the format.
func (s subject) operands(codes ...uint32) []operand {
	if codes == nil {
		for code := range uint32(1) << s.f.Bits() {
			codes = append(codes, code)
		}
	}
	all := make([]operand, len(codes))
	for i, code := range codes {
		all[i] = operand{minifloat.Value{Format: s.f, Bits: code}, s.g.Decode(uint64(code))}
	}
	return all
}

// sameFloat compares values: bits, all NaNs being one.
func sameFloat(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || math.IsNaN(x) && math.IsNaN(y)
}

func TestProofDescriptionsAgree(t *testing.T) {
	for _, s := range append(smallSubjects(t), namedSmall(t)...) {
		v, _ := s.g.MaxFinite().Float()
		least, _ := s.g.SmallestPositive().Float()
		normal, _ := s.g.SmallestNormal().Float()
		if s.f.MaxFinite() != v || s.f.SmallestSubnormal() != least || s.f.SmallestNormal() != normal {
			t.Errorf("%s: limits", s.name)
		}
		if s.f.Bias() != s.g.Bias || s.f.Bits() != s.g.Bits() || s.f.HasInf() != s.g.Infinities || s.f.HasNaN() != (s.g.NaN != exact.NoNaN) ||
			s.f.HasNegZero() != s.g.NegativeZero || s.f.Signed() != s.g.Signed {
			t.Errorf("%s: %+v", s.name, s.g)
		}
	}
	n := len(smallSubjects(t))
	t.Logf("%d formats of 8 bits or fewer", n)
	if n < 200 {
		t.Error("so few?")
	}
}
