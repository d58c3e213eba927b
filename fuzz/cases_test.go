package fuzz

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func float(t testing.TB, name string) Format {
	t.Helper()
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return Float(f)
}

// solved are operations whose hard cases are constructed.
func solved(t testing.TB) []Operation {
	e4m3, half, single, brain := float(t, "e4m3fn"), float(t, "binary16"), float(t, "binary32"), float(t, "bfloat16")
	var all []Operation
	for _, f := range []Format{half, brain, single, float(t, "tf32"), float(t, "e5m7fnuz")} {
		for _, o := range []*Operator{Add, Sub, Mul, Quo, FMA, Sqrt} {
			all = append(all, o.In(f))
		}
	}
	return append(all, FMA.On(e4m3, e4m3, half).To(half), Mul.On(half, e4m3).To(brain), Quo.On(single, single).To(half), Quo.On(half, single).To(single),
		Convert.In(Binary64()).To(half), Convert.In(single).To(e4m3), Convert.In(Integer(32, true)).To(brain), Add.On(single, half).To(half), Sqrt.On(single).To(brain))
}

// The cases constructed are what they are meant to be: most of their results lie at
// the midpoint of two values or next to it, on either side.
func TestHardCases(t *testing.T) {
	n := 1000
	for _, op := range solved(t) {
		g := newGenerator(op, 1)
		j := newJudge(op, Options{})
		var spots [spots]int
		finite, subnormal := 0, 0
		for range n {
			c := g.hard()
			code, _ := j.want(&c)
			if class := j.result.of(code).class; class < Infinity {
				finite++
				spots[j.spot]++
				if class == Subnormal {
					subnormal++
				}
			}
		}
		atTie := spots[BelowTie] + spots[Tie] + spots[AboveTie]
		want := 3 // of 10
		if op.Result != op.Operands[0] || op.Result.float.MantissaBits < 10 {
			want = 1
		}
		beside := spots[BelowTie] >= n/100 && spots[AboveTie] >= n/100
		if atTie*10 < finite*want || finite*2 < n || !beside && op.Result == op.Operands[0] {
			t.Errorf("%v: of %d finite results %v", op, finite, spots)
		}
		// A root, and a quotient whose divisor is no shorter than its dividend, meet no tie
		// in full precision.
		if spots[Tie] < n/50 && op.Operator != Sqrt && op.Operator != Quo {
			t.Errorf("%v: %d ties", op, spots[Tie])
		}
		if op.Operator == Mul && op.Result == op.Operands[0] && subnormal < n/20 {
			t.Errorf("%v: %d subnormal results", op, subnormal)
		}
		if testing.Verbose() {
			t.Logf("%-40v finite %d, subnormal %d, %v", op, finite, subnormal, spots)
		}
	}
}

// The judge in words and in math/big give the same code and flags.
func TestJudges(t *testing.T) {
	n := 600
	if testing.Short() {
		n = 50
	}
	for _, op := range solved(t) {
		for _, mode := range []rounding.Mode{rounding.ToNearestEven, rounding.ToNegativeInf, rounding.ToOdd} {
			op := op.With(Context{Mode: mode, Tininess: rounding.BeforeRounding})
			j, left := newJudge(op, Options{}), n
			for c := range Cases(op, 2) {
				code, flags := j.want(&c)
				if wantCode, want := op.Want(c); code != wantCode || flags != want {
					t.Fatalf("%v: %x: %x %v, want %x %v", op, c, code, flags, wantCode, want)
				}
				if left--; left == 0 {
					break
				}
			}
		}
	}
}

// The cases of a seed are a promise: vector files are written with them.
func TestCasesAreFixed(t *testing.T) {
	digest := func(op Operation, seed uint64) uint64 {
		h, n := fnv.New64a(), 0
		for c := range Cases(op, seed) {
			binary.Write(h, binary.LittleEndian, c)
			if n++; n == 5000 {
				break
			}
		}
		return h.Sum64()
	}
	half := float(t, "binary16")
	for _, test := range []struct {
		op   Operation
		want uint64
	}{
		{Add.In(half), 0xb8630d0a8270f4aa}, {Mul.In(half), 0xbda550edceb4d55c}, {Quo.In(float(t, "bfloat16")), 0x680c2eaa1859ecca}, {FMA.In(half), 0x89c3283868c123d8}, {Sqrt.In(float(t, "binary32")), 0x1f7f785a6e9da377},
		{Convert.In(Binary64()).To(float(t, "e5m2")), 0xeff75d3755571129}, {Rem.In(half), 0xcf861b33201f4a0c},
	} {
		if got := digest(test.op, 1); got != test.want {
			t.Errorf("%v: digest %#x, not %#x", test.op, got, test.want)
		}
		if digest(test.op, 1) == digest(test.op, 2) {
			t.Errorf("%v: two seeds, the same cases", test.op)
		}
	}
}

// Every combination of corner cases comes before any comes again.
func TestCornersComeInTurn(t *testing.T) {
	op := Sub.In(float(t, "e6m5"))
	g := newGenerator(op, 3)
	seen := map[Case]bool{}
	for range g.count {
		seen[g.corner()] = true
	}
	if uint64(len(seen)) != g.count || g.count < 50000 {
		t.Errorf("%d of %d", len(seen), g.count)
	}
}

func TestAll(t *testing.T) {
	op := Add.In(float(t, "e2m1fn")).With(Context{Mode: rounding.StochasticA, RandomBits: 3})
	seen := map[Case]bool{}
	for c := range All(op) {
		seen[c] = true
	}
	if len(seen) != 16*16*8 || uint64(len(seen)) != domain(op) {
		t.Errorf("%d cases", len(seen))
	}
	for range All(op) {
		break
	}
}

// Everything has a lower cost than what it is a simpler form of, in every format.
func TestSimplerIsSimpler(t *testing.T) {
	for _, f := range []Format{float(t, "binary16"), float(t, "e4m3fnuz"), float(t, "e8m0fnu"), float(t, "Binary8p1uf"), Binary64(), Integer(12, true), Integer(64, false), Bool()} {
		l := layoutOf(f)
		r := newRandom(1, 1)
		for range 2000 {
			code := r.bits(f.Bits())
			for _, simpler := range l.simpler(code) {
				if !f.has(simpler) || l.cost(simpler) >= l.cost(code) {
					t.Fatalf("%v: %#x is not simpler than %#x", f, simpler, code)
				}
			}
		}
	}
}

func TestGenInProperties(t *testing.T) {
	op := FMA.In(float(t, "binary16"))
	p := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	p.Property("x*y + z = y*x + z", prop.ForAll(func(c Case) bool {
		a, _ := op.Want(c)
		b, _ := op.Want(Case{c[1], c[0], c[2]})
		return a == b
	}, Gen(op)))
	p.TestingRun(t)

	// gopter's own loop brings a counterexample to its simplest form.
	parameters := gopter.DefaultTestParametersWithSeed(3)
	parameters.MinSuccessfulTests = 1000
	r := prop.ForAll(func(c Case) bool { return c[0]&0x1f != 0x11 }, Gen(op)).Check(parameters)
	if r.Status != gopter.TestFailed || len(r.Args) != 1 {
		t.Fatalf("no counterexample: %+v", r)
	}
	if c := r.Args[0].Arg.(Case); c != (Case{0x11}) && c != (Case{0x3c11}) {
		t.Errorf("shrunk to %x", c)
	}
}

// The classes are those of the values.
func TestClasses(t *testing.T) {
	for _, f := range []Format{float(t, "e4m3"), float(t, "e4m3fn"), float(t, "e5m2fnuz"), float(t, "e3m2fn"), float(t, "e8m0fnu"), float(t, "Binary8p3se"),
		float(t, "Binary8p1uf"), float(t, "e3m2nosub"), Integer(8, true), Integer(8, false), Bool()} {
		c := newClassifier(f)
		largest := 0
		for code := range uint64(1) << f.Bits() {
			n, z := f.Decode(code), c.of(code)
			want := Normal
			value, _ := n.Float()
			switch {
			case n.Kind == exact.NaN:
				want = NaN
			case n.Kind == exact.Infinite:
				want = Infinity
			case n.IsZero():
				want = Zero
			case f.kind == floating && math.Abs(value) == floatOf(f.float.SmallestNormal()) && floatOf(f.float.MaxFinite()) != math.Abs(value):
				want = SmallestNormal
			case f.kind == floating && math.Abs(value) < floatOf(f.float.SmallestNormal()):
				want = Subnormal
			case z.class == Largest:
				want = Largest
				largest++
			}
			if z.class != want || n.Kind != exact.NaN && (z.sign == 1) != n.Negative {
				t.Errorf("%v: %#x is %v, not %v", f, code, z, want)
			}
		}
		if largest != 1 && largest != 2 {
			t.Errorf("%v: %d largest values", f, largest)
		}
	}
}

func floatOf(n exact.Number) float64 {
	x, _ := n.Float()
	return x
}
