package minifloat_test

import (
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// elementary are the functions beside the oracle's of the same name.
func elementary(t testing.TB) (all []operation) {
	t.Helper()
	for _, f := range minifloat.Functions() {
		found := false
		for _, g := range exact.Functions() {
			if g.Name == f.String() {
				found = true
				all = append(all, operation{g.Name, func(x, _, _ number) exact.Result { return g.Of(x) },
					func(c context, dst format, x, _, _ value) (value, flags) { return c.Apply(f, dst, x) }})
			}
		}
		if !found {
			t.Fatalf("the oracle does not know %v", f)
		}
	}
	return all
}

// remembered returns the operation with an oracle that works out each operand's
// result once: small formats have most of their values in common.
func remembered(op operation) operation {
	type key struct {
		kind     exact.Kind
		negative bool
		quiet    bool
		integer  uint64
		exp      int
	}
	var mu sync.Mutex
	known := map[key]exact.Result{}
	of := op.exact
	op.exact = func(x, y, z number) exact.Result {
		trailing := uint(0)
		if x.Int.Sign() != 0 {
			trailing = x.Int.TrailingZeroBits()
		}
		k := key{x.Kind, x.Negative, !x.Signalling, x.Int.Uint64() >> trailing, x.Exp + int(trailing)}
		if x.Kind == exact.NaN {
			return of(x, y, z) // payloads
		}
		mu.Lock()
		r, ok := known[k]
		mu.Unlock()
		if !ok {
			r = of(x, y, z)
			mu.Lock()
			known[k] = r
			mu.Unlock()
		}
		return r
	}
	return op
}

// proveMatter compares one operand in every mode, with every saturation where the
// result is infinite or some mode overflows, and both rules of tininess where it is
// tiny. One operand in 16 is compared in all combinations.
func (p *prover) proveMatter(op operation, dst subject, x operand) *exact.Place {
	place := exact.Locate(op.exact(x.n, x.n, x.n), dst.g)
	_, raised := place.Round(exact.Options{Mode: exact.AwayFromZero, Tininess: exact.BeforeRounding})
	saturations, tininesses := 1, 1
	if code, _ := place.Round(exact.Options{Saturation: exact.SatNone}); raised&(exact.Overflow|exact.DivideByZero) != 0 || dst.g.Decode(code).Kind != exact.Finite {
		saturations = 3
	}
	if raised&exact.Underflow != 0 {
		tininesses = 2
	}
	if x.v.Bits*0x9e3779b9>>28 == 0 {
		saturations, tininesses = 3, 2
	}
	for i := range options {
		if i/2%3 < saturations && i%2 < tininesses {
			p.compare(op, dst, x.v, x.v, x.v, &place, &options[i])
		}
	}
	p.flushes(op, dst, x, x, x, &place, options)
	if x.n.Kind == exact.NaN {
		p.compare(op, dst, x.v, x.v, x.v, &place, &mlDtypesNaN)
		p.compare(op, dst, x.v, x.v, x.v, &place, &propagateNaN)
	}
	return &place
}

// Every code of every format of 8 bits or fewer under every function in all modes,
// with the saturations and rules of tininess that matter, flags included; without
// -exhaustive an eighth of the named formats, and of the others one code in 61.
//
// With -exhaustive 80 s of CPU.
func TestProofElementarySmall(t *testing.T) {
	var operations []operation
	for _, op := range elementary(t) {
		operations = append(operations, remembered(op))
	}
	isNamed := map[format]bool{}
	for _, s := range namedSmall(t) {
		isNamed[s.f] = true
	}
	subjects := namedSmall(t)
	for i, s := range smallSubjects(t) {
		if isNamed[s.f] {
			continue
		}
		if i%3 == 0 && s.f.HasSubnormals() {
			s.name += " without subnormals"
			s.f, s.g.Subnormals = s.f.WithoutSubnormals(), false
		}
		subjects = append(subjects, s)
	}
	for i, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			step := sized(127, 8, 1)
			if !isNamed[s.f] {
				step = sized(251, 61, 1)
			}
			for code := uint32(i % min(step, 1<<s.f.Bits())); code < 1<<s.f.Bits(); code += uint32(step) {
				x := s.operands(code)[0]
				for _, op := range operations {
					p.proveMatter(op, s, x)
				}
			}
			p.done()
		})
	}
}

// Every code of binary16 and of bfloat16 under every function in all modes, with the
// saturations and rules of tininess that matter, flags included, and the methods of
// the types. Without -exhaustive the structured codes and one in 331.
//
// With -exhaustive 100 s of CPU: 3.5 million values of the oracle.
func TestProofElementary16(t *testing.T) {
	t.Run("binary16", func(t *testing.T) {
		proveElementary16(t, "binary16", func(f minifloat.Function, code uint16) uint16 {
			return minifloat.FromBits[minifloat.Float16](code).Apply(f).Bits()
		})
	})
	t.Run("bfloat16", func(t *testing.T) {
		proveElementary16(t, "bfloat16", func(f minifloat.Function, code uint16) uint16 {
			return minifloat.FromBits[minifloat.BFloat16](code).Apply(f).Bits()
		})
	})
}

func proveElementary16(t *testing.T, name string, method func(f minifloat.Function, code uint16) uint16) {
	s := namedSubject(t, name)
	var codes []uint32
	if *exhaustive {
		for code := range uint32(1) << 16 {
			codes = append(codes, code)
		}
	} else {
		corners := cornerCodes(s)
		for i := 0; i < len(corners); i += sized(16, 1, 1) {
			codes = append(codes, corners[i])
		}
		for code := uint32(0); code < 1<<16; code += uint32(sized(4999, 331, 1)) {
			codes = append(codes, code)
		}
	}
	for i, op := range elementary(t) {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			for _, x := range s.operands(codes...) {
				want, _ := p.proveMatter(op, s, x).Round(exact.Options{})
				if got := method(minifloat.Function(i), uint16(x.v.Bits)); uint64(got) != want {
					p.fail("%s of %v by method: %#x, want %#x", op.name, x.v, got, want)
				}
			}
			p.done()
		})
	}
}

// stretches are the ranges of operands, by magnitude and sign, in which a function
// is monotone: a breakpoint is found in them by bisection. Ends are integers of
// thousandths; zero is no end.
var stretches = map[string][]struct {
	negative  bool
	low, high int64
}{
	"Sin": {{false, 0, 1570}, {false, 1571, 4712}, {true, 1571, 4712}},
	"Cos": {{false, 0, 3141}, {true, 3142, 6283}},
	"Tan": {{false, 0, 1570}, {true, 1571, 4712}},
	// Their minima are at -0.7518 and -1.2785.
	"Gelu": {{false, 0, 0}, {true, 0, 751}, {true, 752, 0}},
	"Silu": {{false, 0, 0}, {true, 0, 1278}, {true, 1279, 0}},
	"Log":  {{false, 0, 0}}, "Log2": {{false, 0, 0}}, "Log10": {{false, 0, 0}},
	"Log1p": {{false, 0, 0}, {true, 0, 999}},
	"Asin":  {{false, 0, 1000}, {true, 0, 1000}}, "Acos": {{false, 0, 1000}, {true, 0, 1000}},
	"Acosh": {{false, 1000, 0}}, "Atanh": {{false, 0, 999}, {true, 0, 999}},
}

// Results of other formats than the operand's, where they are hardest: for values
// of the result's format, and points midway between two, the operands on both sides
// of where the function takes that value, in all modes, saturations and rules of
// tininess. So all but one step of the operand's format is left between the
// operand and a tie, an exact value or a border of overflow and underflow. A third
// of the operands is rounded with random bits too.
//
// With -exhaustive 50 s of CPU.
func TestProofElementaryMixed(t *testing.T) {
	sources := append([]subject{namedSubject(t, "binary32"), namedSubject(t, "tf32"), namedSubject(t, "bfloat16")}, wideSubjects(t)[4:]...)
	destinations := append(namedSmall(t), wideSubjects(t)...)
	for i, op := range elementary(t) {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(90, uint64(i)))
			ranges := stretches[op.name]
			if ranges == nil {
				ranges = append(ranges, stretches["Gelu"][0])
				ranges = append(ranges, ranges[0])
				ranges[1].negative = true
			}
			for range sized(3, 50, 1500) {
				src, dst := sources[random.IntN(len(sources))], destinations[random.IntN(len(destinations))]
				if random.IntN(4) == 0 {
					dst = src
				}
				stretch := ranges[random.IntN(len(ranges))]
				if stretch.negative && !src.g.Signed {
					continue
				}
				first, last := bisectRange(src, stretch.negative, stretch.low, stretch.high)
				if first >= last {
					continue
				}
				target := aim(dst, random)
				code := bisect(op, src, first, last, target)
				for _, code := range []uint32{code - 1, code, code + 1, code + 2} {
					if code < first || code > last {
						continue
					}
					x := src.operands(code)[0]
					place := exact.Locate(op.exact(x.n, x.n, x.n), dst.g)
					for k := random.IntN(2); k < len(options); k += 2 {
						p.compare(op, dst, x.v, x.v, x.v, &place, &options[k])
					}
					p.flushes(op, dst, x, x, x, &place, options)
					if random.IntN(3) == 0 {
						p.compareRandomBits(minifloat.Function(i), op, dst, x, &place, random)
					}
				}
			}
			p.done()
		})
	}
}

// aim draws a finite value of the format or the middle of two.
func aim(s subject, random *rand.Rand) number {
	for {
		code := random.Uint64() & (1<<s.f.Bits() - 1)
		if random.IntN(4) == 0 { // at the ends of the range, mostly out of reach otherwise
			code = uint64(s.f.MaxCode()) - random.Uint64N(3)
		}
		x := s.g.Decode(code)
		if x.Kind != exact.Finite {
			continue
		}
		if random.IntN(2) == 0 {
			if y := s.g.Decode(s.g.NextUp(x)); y.Kind == exact.Finite {
				x = exact.Scalb(exact.Add(x, y).Number, -1).Number
			}
		}
		return x
	}
}

// bisectRange returns the first and the last code of one sign between two
// magnitudes in thousandths, of which zero is none.
func bisectRange(s subject, negative bool, low, high int64) (first, last uint32) {
	sign := uint32(0)
	if negative {
		sign = 1 << (s.f.Bits() - 1)
	}
	first, last = sign+1, sign|s.f.MaxCode()
	thousandths := func(n int64, mode exact.Mode) uint32 {
		code, _ := exact.RoundResult(exact.Quo(exact.Int64(n), exact.Int64(1000)), s.g, exact.Options{Mode: mode})
		return sign | uint32(code)
	}
	if low != 0 {
		first = thousandths(low, exact.TowardPositive)
	}
	if high != 0 {
		last = thousandths(high, exact.TowardZero)
	}
	return first, last
}

// bisect returns the last code before the function passes the target, in the
// direction that it has between first and last.
func bisect(op operation, s subject, first, last uint32, target number) uint32 {
	below := func(code uint32) bool {
		x := s.g.Decode(uint64(code))
		order, _ := exact.Compare(op.exact(x, x, x).Number, target)
		return order < 0
	}
	rises := func() bool {
		x, y := s.g.Decode(uint64(first)), s.g.Decode(uint64(last))
		order, _ := exact.Compare(op.exact(x, x, x).Number, op.exact(y, y, y).Number)
		return order <= 0
	}()
	low, high := first, last
	for high-low > 1 {
		if middle := low + (high-low)/2; below(middle) == rises {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// compareRandomBits compares the stochastic forms with a word of few or many
// bits.
func (p *prover) compareRandomBits(f minifloat.Function, op operation, dst subject, x operand, place *exact.Place, random *rand.Rand) {
	n := 1 + random.IntN(30)
	word := random.Uint64() >> (64 - n)
	op.name += " with random bits"
	op.run = func(c context, dst format, x, _, _ value) (value, flags) {
		return c.ApplyStochastic(f, dst, x, word, n)
	}
	for _, mode := range exact.StochasticModes() {
		o := newOption(exact.Options{Mode: mode, Random: word, Bits: n})
		p.compare(op, dst, x.v, x.v, x.v, place, &o)
		p.flushes(op, dst, x, x, x, place, []option{o})
	}
}

// Operands of wide formats without a target: the structured codes, the values that
// have exact results and their neighbours, and operands as close to the ends of the
// range as formats of many exponent bits have them.
//
// With -exhaustive 85 s of CPU.
func TestProofElementaryWide(t *testing.T) {
	var exacts []number
	for n := int64(-160); n <= 160; n++ {
		exacts = append(exacts, exact.Int64(n), exact.Dyadic(big.NewInt(n*n*n), int(n%7)*3))
	}
	for n := range 300 {
		exacts = append(exacts, exact.Dyadic(big.NewInt(1), n-150))
	}
	for n, power := 0, big.NewInt(1); n < 28; n++ {
		exacts = append(exacts, exact.Dyadic(power, 0))
		power = new(big.Int).Mul(power, big.NewInt(10))
	}
	for _, s := range wideSubjects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			corners := cornerCodes(s)
			for i := 0; i < len(exacts); i += sized(97, 7, 1) {
				if !exacts[i].IsZero() {
					code, _ := exact.RoundResult(exact.Convert(exacts[i]), s.g, exact.Options{Saturation: exact.SatFinite})
					mask := uint32(1)<<s.f.Bits() - 1
					corners = append(corners, uint32(code), uint32(code-1)&mask, uint32(code+1)&mask)
				}
			}
			for i := 0; i < len(corners); i += sized(211, 9, 1) {
				x := s.operands(corners[i])[0]
				for _, op := range elementary(t) {
					p.prove(op, s, x.v, x.v, x.v, x.n, x.n, x.n, few)
				}
			}
			p.done()
		})
	}
}

// The functions named in Context, on the types and on values are those of Apply.
func TestElementaryDelegate(t *testing.T) {
	c := minifloat.Context{Mode: rounding.ToOdd}
	f := minifloat.FormatOf[minifloat.E4M3FN]()
	contexts := []func(dst format, x value) (value, flags){c.Exp, c.Exp2, c.Expm1, c.Log, c.Log2, c.Log10, c.Log1p, c.Sin, c.Cos, c.Tan,
		c.Sinh, c.Cosh, c.Tanh, c.Sigmoid, c.Softplus, c.Erf, c.Gelu, c.Silu, c.Cbrt, c.Exp10, c.Asin, c.Acos, c.Atan, c.Asinh, c.Acosh, c.Atanh, c.Erfc}
	if len(contexts) != len(minifloat.Functions()) {
		t.Fatal("a function is missing")
	}
	for i, of := range contexts {
		for code := uint32(0); code < 256; code += 3 {
			x := value{Format: f, Bits: code}
			got, flags := of(f, x)
			want, wantFlags := c.Apply(minifloat.Function(i), f, x)
			if got != want || flags != wantFlags {
				t.Fatalf("%v of %v: %v, want %v", minifloat.Function(i), x, got, want)
			}
		}
	}
}
