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

// chances returns of how many of the 2^n random words a value at the fraction nu of
// the way between two neighbours goes up, by P3109's description of each mode: the
// first n bits of nu, nu rounded to n bits with ties up, and with ties to even, and with
// ties to odd by gfloat's. All four are 2^n * nu, without bias, where nu has n bits or fewer. With equal odds it is
// half of them.
func chances(mode rounding.Mode, nu *big.Rat, n int) int64 {
	if mode == rounding.StochasticEqual {
		if nu.Sign() == 0 {
			return 0
		}
		return 1 << (n - 1)
	}
	scaled := new(big.Rat).Mul(nu, new(big.Rat).SetInt64(1<<n))
	floor := new(big.Int).Div(scaled.Num(), scaled.Denom())
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(floor))
	up := floor.Int64()
	switch order := rest.Cmp(big.NewRat(1, 2)); {
	case mode == rounding.StochasticA:
	case order > 0, order == 0 && (mode == rounding.StochasticB || (floor.Bit(0) == 0) == (mode == rounding.StochasticOdd)):
		up++
	}
	return up
}

var stochasticModes = rounding.StochasticModes()

// The probability of each outcome, by all random words of 1 to 8 bits: every pair of
// neighbouring values of small formats of each family, with values at 32 parts of the
// distance and a little beside them. Only the two neighbours come out.
func TestProofProbabilities(t *testing.T) {
	for _, name := range []string{"e2m1fn", "e2m3fn", "e3m2fn", "e4m3fn", "e5m2", "e4m3fnuz", "Binary8p4se", "Binary8p4uf", "Binary4p2sf", "Binary6p1se"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := mustParse(t, name)
			outcomes := 0
			step := uint32(1)
			if f.Bits() > 6 {
				step = uint32(sized(64, 7, 1))
			}
			for code := uint32(0); code < f.MaxCode(); code += step {
				low, high := f.Decode(code), f.Decode(code+1)
				for part := range 32 {
					for _, beside := range []float64{0, 0x1p-20, -0x1p-20} {
						x := low + (high-low)*(float64(part)/32+beside)
						if x < low || code == 0 && x == 0 {
							continue
						}
						nu := new(big.Rat).SetFloat64(x)
						nu.Sub(nu, new(big.Rat).SetFloat64(low))
						nu.Quo(nu, new(big.Rat).SetFloat64(high-low))
						for n := 1; n <= sized(3, 8, 8); n++ {
							for _, mode := range stochasticModes {
								c := minifloat.Context{Mode: mode}
								want, up := chances(mode, nu, n), int64(0)
								for random := range uint64(1) << n {
									got, flags := c.EncodeStochastic(f, x, random, n)
									if got == code+1 {
										up++
									} else if got != code {
										t.Fatalf("%v(%v) with %d of %d bits is %#x", mode, x, random, n, got)
									}
									if (flags&rounding.Inexact != 0) != (nu.Sign() != 0) {
										t.Fatalf("%v(%v): %v", mode, x, flags)
									}
									outcomes++
								}
								if up != want {
									t.Fatalf("%v(%v) goes up for %d of %d words, want %d", mode, x, up, 1<<n, want)
								}
							}
						}
					}
				}
			}
			t.Logf("%d outcomes", outcomes)
		})
	}
}

// stochastically returns the operations with random bits.
func stochastically(random uint64, n int) []operation {
	return []operation{
		{"AddStochastic", add.exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.AddStochastic(dst, x, y, random, n)
		}},
		{"SubStochastic", sub.exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.SubStochastic(dst, x, y, random, n)
		}},
		{"MulStochastic", mul.exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.MulStochastic(dst, x, y, random, n)
		}},
		{"QuoStochastic", quo.exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.QuoStochastic(dst, x, y, random, n)
		}},
		{"SqrtStochastic", sqrt.exact, func(c context, dst format, x, _, _ value) (value, flags) { return c.SqrtStochastic(dst, x, random, n) }},
		{"FMAStochastic", fma.exact, func(c context, dst format, x, y, z value) (value, flags) {
			return c.FMAStochastic(dst, x, y, z, random, n)
		}},
	}
}

// otherwiseStochastically returns the other operations with random bits; the fourth operand of the scaled ones and the
// exponent of a scale are given.
func otherwiseStochastically(s subject, w operand, exponent int, random uint64, n int) []operation {
	scaled := scaledOperations(w)
	return []operation{
		{"ConvertStochastic", convert.exact, func(c context, dst format, x, _, _ value) (value, flags) {
			return c.ConvertStochastic(dst, x, random, n)
		}},
		{"RecipStochastic", recip.exact, func(c context, dst format, x, _, _ value) (value, flags) { return c.RecipStochastic(dst, x, random, n) }},
		{"RsqrtStochastic", rsqrt.exact, func(c context, dst format, x, _, _ value) (value, flags) { return c.RsqrtStochastic(dst, x, random, n) }},
		{"HypotStochastic", hypot(s).exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.HypotStochastic(dst, x, y, random, n)
		}},
		{"RemStochastic", rem.exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.RemStochastic(dst, x, y, random, n)
		}},
		{"ModStochastic", mod.exact, func(c context, dst format, x, y, _ value) (value, flags) {
			return c.ModStochastic(dst, x, y, random, n)
		}},
		{"FAAStochastic", faa.exact, func(c context, dst format, x, y, z value) (value, flags) {
			return c.FAAStochastic(dst, x, y, z, random, n)
		}},
		{"ScaledAddStochastic", scaled[0].exact, func(c context, dst format, x, y, z value) (value, flags) {
			return c.ScaledAddStochastic(dst, x, y, z, w.v, random, n)
		}},
		{"ScaledSubStochastic", scaled[1].exact, func(c context, dst format, x, y, z value) (value, flags) {
			return c.ScaledSubStochastic(dst, x, y, z, w.v, random, n)
		}},
		{"ScaledMulStochastic", scaled[2].exact, func(c context, dst format, x, y, z value) (value, flags) {
			return c.ScaledMulStochastic(dst, x, y, z, w.v, random, n)
		}},
		{"ScalbStochastic", func(x, _, _ number) exact.Result { return exact.Scalb(x, exponent) }, func(c context, dst format, x, _, _ value) (value, flags) {
			return c.ScalbStochastic(dst, x, exponent, random, n)
		}},
	}
}

// The operations with random bits: all words of up to 4 bits on every pair of the
// formats of 4 bits or fewer, random ones of up to 30 bits on formats of every width,
// the random bits around what decides as well.
func TestProofStochasticOperations(t *testing.T) {
	modes := exact.StochasticModes()
	subjects := append(append(smallSubjects(t), namedSmall(t)...), wideSubjects(t)...)
	for i, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(80, uint64(i)))
			if s.f.Bits() <= sized(3, 4, 5) {
				for _, x := range s.operands() {
					for _, y := range s.operands() {
						for n := 1; n <= sized(2, 4, 4); n++ {
							for word := range uint64(1) << n {
								for _, op := range stochastically(word, n)[:5] {
									o := newOption(exact.Options{Mode: modes[int(word+uint64(x.v.Bits))%len(modes)], Random: word, Bits: n})
									p.prove(op, s, x.v, y.v, y.v, x.n, y.n, y.n, []option{o})
								}
							}
						}
					}
				}
			}
			mask := uint32(1<<s.f.Bits() - 1)
			for range sized(20, 300, 10000) {
				all := s.operands(random.Uint32()&mask, random.Uint32()&mask, random.Uint32()&mask)
				n := 1 + random.IntN(30)
				word := random.Uint64() >> (64 - n)
				for _, op := range stochastically(word, n) {
					for _, mode := range modes {
						o := newOption(exact.Options{Mode: mode, Saturation: exact.Saturation(random.IntN(3)), Tininess: exact.Tininess(random.IntN(2)), Random: word, Bits: n})
						p.prove(op, s, all[0].v, all[1].v, all[2].v, all[0].n, all[1].n, all[2].n, []option{o})
					}
				}
			}
			p.done()
		})
	}
}

// The other operations with random bits: all words of up to 4 bits on every pair of the formats of 3 bits or fewer, random
// ones of up to 30 bits on formats of every width, with operands and result of two formats.
func TestProofOtherStochasticOperations(t *testing.T) {
	modes := exact.StochasticModes()
	subjects := append(append(smallSubjects(t), namedSmall(t)...), wideSubjects(t)...)
	for i, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(81, uint64(i)))
			mask := uint32(1<<s.f.Bits() - 1)
			prove := func(dst subject, x, y, z, w operand, mode exact.Mode, word uint64, n int) {
				o := newOption(exact.Options{Mode: mode, Saturation: exact.Saturation(random.IntN(3)), Tininess: exact.Tininess(random.IntN(2)), Random: word, Bits: n})
				for _, op := range otherwiseStochastically(dst, w, random.IntN(40)-20, word, n) {
					p.proveScaled(op, dst, x, y, z, w, []option{o})
				}
				o = o.with(rounding.Subnormals(p.turn % 4))
				got, flags := o.c.RoundToIntegralStochastic(x.v, word, n)
				want, wantFlags := exact.RoundResult(exact.RoundToIntegral(o.read(x), o.o), s.g, o.o)
				p.count++
				if got.Bits != uint32(want) || int(flags) != int(wantFlags) {
					p.fail("RoundToIntegralStochastic of %s %#x, %+v: %#x %v, want %#x %v", s.name, x.v.Bits, o.o, got.Bits, flags, want, wantFlags)
				}
			}
			if s.f.Bits() <= sized(2, 3, 4) {
				for _, x := range s.operands() {
					for _, y := range s.operands() {
						for n := 1; n <= sized(2, 4, 4); n++ {
							for word := range uint64(1) << n {
								prove(s, x, y, y, x, modes[int(word+uint64(x.v.Bits))%len(modes)], word, n)
							}
						}
					}
				}
			}
			for range sized(5, 60, 3000) {
				all := s.operands(random.Uint32()&mask, random.Uint32()&mask, random.Uint32()&mask, random.Uint32()&mask)
				dst := subjects[random.IntN(len(subjects))]
				n := 1 + random.IntN(30)
				word := random.Uint64() >> (64 - n)
				for _, mode := range modes {
					prove(s, all[0], all[1], all[2], all[3], mode, word, n)
					prove(dst, all[0], all[1], all[2], all[3], mode, word, n)
				}
			}
			p.done()
		})
	}
}

// Random bits just around what decides: the largest word that does not carry goes
// down and the next one up.
func TestStochasticOperationsDecide(t *testing.T) {
	one, three := minifloat.From[minifloat.Float16](1), minifloat.From[minifloat.Float16](3)
	c := minifloat.Context{Mode: rounding.StochasticA}
	down := one.Quo(three) // 1/3 lies above it: 0.333251953125 + (1/3 of an ulp)
	const n = 30
	first := uint64(1<<n) - 1<<n/3 // floor(nu*2^n) + R >= 2^n
	for random, want := range map[uint64]minifloat.Float16{0: down, first - 1: down, first: down.NextUp(), 1<<n - 1: down.NextUp()} {
		if got, flags := minifloat.QuoStochastic(c, one, three, random, n); got != want || flags != rounding.Inexact {
			t.Errorf("with %d: %v %v, want %v", random, got, flags, want)
		}
	}
	for name, call := range map[string]func(){
		"no bits":  func() { minifloat.AddStochastic(c, one, three, 0, 0) },
		"31 bits":  func() { minifloat.AddStochastic(c, one, three, 0, 31) },
		"too many": func() { minifloat.AddStochastic(c, one, three, 4, 2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
	x, y := minifloat.From[minifloat.E4M3FN](1.125), minifloat.From[minifloat.E4M3FN](1.25)
	f := minifloat.FormatOf[minifloat.E4M3FN]()
	for random := range uint64(16) {
		for i, got := range []func() (minifloat.E4M3FN, rounding.Flags){
			func() (minifloat.E4M3FN, rounding.Flags) { return minifloat.AddStochastic(c, x, y, random, 4) },
			func() (minifloat.E4M3FN, rounding.Flags) { return minifloat.SubStochastic(c, x, y, random, 4) },
			func() (minifloat.E4M3FN, rounding.Flags) { return minifloat.MulStochastic(c, x, y, random, 4) },
			func() (minifloat.E4M3FN, rounding.Flags) { return minifloat.QuoStochastic(c, x, y, random, 4) },
			func() (minifloat.E4M3FN, rounding.Flags) { return minifloat.SqrtStochastic(c, x, random, 4) },
			func() (minifloat.E4M3FN, rounding.Flags) { return minifloat.FMAStochastic(c, x, y, y, random, 4) },
		} {
			z, flags := got()
			want, wantFlags := stochastically(random, 4)[i].run(c, f, x.Value(), y.Value(), y.Value())
			if z.Value() != want || flags != wantFlags {
				t.Errorf("operation %d with %d: %v %v, want %v %v", i, random, z, flags, want, wantFlags)
			}
		}
	}
}

// Numbers of math/big with random bits are what float64 is with them, and what no float64 holds is decided by its own bits.
func TestStochasticBig(t *testing.T) {
	random := rand.New(rand.NewPCG(82, 83))
	for _, name := range []string{"e4m3fn", "e5m2", "binary16", "Binary8p4uf", "e8m0fnu"} {
		f := mustParse(t, name)
		for range 2000 {
			x := math.Ldexp(random.NormFloat64(), random.IntN(40)-20)
			n := 1 + random.IntN(30)
			word := random.Uint64() >> (64 - n)
			c := minifloat.Context{Mode: stochasticModes[random.IntN(len(stochasticModes))]}
			want, wantFlags := c.EncodeStochastic(f, x, word, n)
			code, flags := c.EncodeBigStochastic(f, big.NewFloat(x), word, n)
			code2, flags2 := c.EncodeRatStochastic(f, new(big.Rat).SetFloat64(x), word, n)
			if code != want || flags != wantFlags || code2 != want || flags2 != wantFlags {
				t.Fatalf("%s %v of %v with %d of %d bits: %#x %v and %#x %v, want %#x %v", name, c.Mode, x, word, n, code, flags, code2, flags2, want, wantFlags)
			}
		}
	}
	// A third of the way from 1 to 1.125: floor(2^30/3) of the words of 30 bits go up, the largest ones.
	f := mustParse(t, "e4m3fn")
	c := minifloat.Context{Mode: rounding.StochasticA}
	x := big.NewRat(25, 24)
	const words = 1 << 30
	for word, want := range map[uint64]float64{words - words/3 - 1: 1, words - words/3: 1.125} {
		if code, _ := c.EncodeRatStochastic(f, x, word, 30); f.Decode(code) != want {
			t.Errorf("25/24 with %d: %v, want %v", word, f.Decode(code), want)
		}
	}
	mustPanic(t, "too many bits", func() { c.RoundToIntegralStochastic(minifloat.Value{Format: f, Bits: 0x39}, 4, 2) })
}
