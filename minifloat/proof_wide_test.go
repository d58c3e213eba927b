package minifloat_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
)

var wideNames = []string{"binary16", "bfloat16", "tf32", "binary32"}

// wideSubjects returns the named formats of more than 8 bits, and others at the
// limits: of the widths, of what may go through float64, and beyond float64.
func wideSubjects(t testing.TB) []subject {
	var all []subject
	for _, name := range wideNames {
		all = append(all, namedSubject(t, name))
	}
	for _, own := range []struct {
		e, m   int
		family minifloat.FamilyID
		g      exact.Format
	}{
		{9, 22, minifloat.FNFamily, exact.FN(9, 22)},
		{10, 21, minifloat.FNUZFamily, exact.FNUZ(10, 21)},
		{11, 20, minifloat.IEEEFamily, exact.IEEE(11, 20)},
		{10, 5, minifloat.P3109UE, exact.P3109(15, 6, false, true)},
		{8, 23, minifloat.P3109UF, exact.P3109(31, 24, false, false)},
	} {
		f := minifloat.MustFormat(own.e, own.m, own.family)
		all = append(all, subject{f.Name(), f, own.g})
	}
	far, err := namedSubject(t, "binary32").f.WithBias(640)
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, subject{far.Name(), far, withBias(exact.IEEE(8, 23), 640)})
	// 13 exponent bits; 27 bits of precision, whose products are no float64s; 29.
	for _, kp := range [][2]int{{18, 5}, {32, 27}, {32, 29}} {
		beyond, err := minifloat.P3109(kp[0], kp[1], true, true)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, subject{beyond.Name(), beyond, exact.P3109(kp[0], kp[1], true, true)})
	}
	return all
}

// Formats of more than 8 bits, in all modes, saturations and rules of tininess:
// all pairs of structured operands, and pairs made for their result.
func TestProofWideFormats(t *testing.T) {
	for i, s := range wideSubjects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			corners := s.operands(cornerCodes(s)...)
			for i, x := range corners {
				if i%sized(32, 1, 1) != 0 {
					continue
				}
				p.prove(sqrt, s, x.v, x.v, x.v, x.n, x.n, x.n, options)
				for _, y := range corners {
					for _, op := range pairOperations {
						p.prove(op, s, x.v, y.v, y.v, x.n, y.n, y.n, options)
					}
				}
			}
			g := generator{s, rand.New(rand.NewPCG(8, uint64(i)))}
			for range sized(20, 1000, 40000) {
				x, target := g.operand(), g.target()
				for _, y := range g.around(exact.Sub(target, x.n)) {
					p.prove(add, s, x.v, y.v, y.v, x.n, y.n, y.n, options)
				}
				for _, y := range g.around(exact.Sub(x.n, target)) {
					p.prove(sub, s, x.v, y.v, y.v, x.n, y.n, y.n, options)
				}
				if !x.n.IsZero() {
					for _, y := range g.around(exact.Quo(target, x.n)) {
						p.prove(mul, s, x.v, y.v, y.v, x.n, y.n, y.n, options)
						p.prove(quo, s, y.v, x.v, x.v, y.n, x.n, x.n, options)
					}
				}
				for _, y := range g.around(exact.Mul(target, x.n)) {
					p.prove(quo, s, y.v, x.v, x.v, y.n, x.n, x.n, options)
				}
				for _, y := range g.around(exact.Mul(target, target)) {
					p.prove(sqrt, s, y.v, y.v, y.v, y.n, y.n, y.n, options)
				}
				y := g.operand()
				product := exact.Mul(x.n, y.n).Number
				for _, z := range g.around(exact.Sub(target, product)) {
					p.prove(fma, s, x.v, y.v, z.v, x.n, y.n, z.n, options)
				}
				product.Negative = !product.Negative
				for _, z := range g.around(exact.Convert(product)) {
					p.prove(fma, s, x.v, y.v, z.v, x.n, y.n, z.n, options)
				}
				z := g.operand()
				p.prove(fma, s, x.v, y.v, z.v, x.n, y.n, z.n, options)
			}
			p.done()
		})
	}
}

// Every code of the 16-bit formats under the operations of one operand, decoded,
// and into every named format.
func TestProofAllCodes16(t *testing.T) {
	var targets []subject
	for _, row := range named {
		targets = append(targets, namedSubject(t, row.name))
	}
	for _, name := range []string{"binary16", "bfloat16"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := namedSubject(t, name)
			p := &prover{t: t}
			for i, x := range s.operands() {
				if i%sized(257, 1, 1) != 0 {
					continue
				}
				v, _ := x.n.Float()
				if got := s.f.Decode(x.v.Bits); !sameFloat(got, v) {
					t.Fatalf("code %#x decodes as %v, want %v", x.v.Bits, got, v)
				}
				p.prove(sqrt, s, x.v, x.v, x.v, x.n, x.n, x.n, options)
				for k, to := range targets {
					if !*exhaustive && (i+k)%4 != 0 {
						continue
					}
					p.prove(convert, to, x.v, x.v, x.v, x.n, x.n, x.n, options)
				}
			}
			p.done()
		})
	}
}

// Conversion from float64: values, midpoints and their float64 neighbours.
func TestProofEncodeWide(t *testing.T) {
	for i, name := range wideNames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := namedSubject(t, name)
			p := &prover{t: t}
			g := generator{s, rand.New(rand.NewPCG(9, uint64(i)))}
			points := []float64{0, math.Inf(1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022,
				math.Float64frombits(0x7ff0000000000001)}
			for range sized(100, 5000, 5000) {
				x, _ := g.target().Float()
				points = append(points, x, math.Nextafter(x, math.Inf(1)), math.Nextafter(x, math.Inf(-1)))
			}
			all := rounders(s.f)
			for _, x := range points {
				p.encode(s, x, all)
				p.encode(s, -x, all)
				n := 1 + g.random.IntN(63)
				p.stochastic(s, x, g.random.Uint64()>>(64-n), n, exact.Saturation(g.random.IntN(3)), exact.Tininess(g.random.IntN(2)))
			}
			p.done()
		})
	}
}

// cornerCodes crosses exponents at the borders with significands of few bits, of
// many, and around one half, with both signs.
func cornerCodes(s subject) []uint32 {
	e, m := s.f.ExponentBits(), s.f.MantissaBits()
	top, bias, ones := uint32(1)<<e-1, uint32(s.f.Bias()), uint32(1)<<m-1
	half := uint32(1) << (m - 1)
	var codes []uint32
	for _, exponent := range []uint32{0, 1, 2, bias - uint32(m) - 1, bias - 1, bias, bias + 1, bias + uint32(m), top - 2, top - 1, top} {
		for _, significand := range []uint32{0, 1, 2, 3, half - 1, half, half + 1, ones / 3, ones - 1, ones} {
			code := exponent&top<<m | significand
			codes = append(codes, code)
			if s.f.Signed() {
				codes = append(codes, code|1<<(e+m))
			}
		}
	}
	return codes
}

// generator draws operands and results that are hard to round.
type generator struct {
	s      subject
	random *rand.Rand
}

// operand draws a finite operand: half of them of few significant bits.
func (g generator) operand() operand {
	m := g.s.f.MantissaBits()
	for {
		code := g.random.Uint32() & (1<<g.s.f.Bits() - 1)
		if g.random.IntN(2) == 0 {
			code = code >> m << m
			for range g.random.IntN(3) {
				code ^= 1 << g.random.IntN(m)
			}
		}
		if x := g.s.operands(code)[0]; x.n.Kind == exact.Finite {
			return x
		}
	}
}

// target draws a value to be aimed at: a value of the format, a midpoint, or
// something close to one of them; a third of them at the borders of underflow and of
// overflow.
func (g generator) target() exact.Number {
	m := g.s.f.MantissaBits()
	significand := int64(1)<<m | g.random.Int64N(1<<m)
	switch g.random.IntN(4) {
	case 0:
		significand = 2<<m - 1 - int64(g.random.IntN(2))
	case 1:
		significand = 1<<m + int64(g.random.IntN(2))
	}
	var exponent int
	smallest, largest := 1-g.s.f.Bias()-m, 1<<g.s.f.ExponentBits()-2-g.s.f.Bias()-m
	switch g.random.IntN(6) {
	case 0:
		exponent = smallest + g.random.IntN(3) - 1
	case 1:
		exponent = smallest - g.random.IntN(m+3)
	case 2:
		exponent = largest - g.random.IntN(2)
	default:
		exponent = smallest + g.random.IntN(largest-smallest)
	}
	scaled := new(big.Int).Lsh(big.NewInt(significand), 64)
	part := new(big.Int).Lsh(big.NewInt(int64(g.random.IntN(8))), 61) // eighths of a unit
	if shift := uint(g.random.IntN(70)); shift < 64 {
		part.Add(part, new(big.Int).Lsh(big.NewInt(int64(g.random.IntN(3)-1)), shift))
	}
	scaled.Add(scaled, part)
	if g.random.IntN(2) == 0 {
		scaled.Neg(scaled)
	}
	return exact.Dyadic(scaled, exponent-64)
}

// around returns the operand nearest to what an exact result asks for, and its two
// neighbours.
func (g generator) around(r exact.Result) []operand {
	code, _ := exact.RoundResult(r, g.s.g, exact.Options{Saturation: exact.SatFinite})
	mask := uint32(1)<<g.s.f.Bits() - 1
	return g.s.operands(uint32(code), (uint32(code)+1)&mask, (uint32(code)-1)&mask)
}
