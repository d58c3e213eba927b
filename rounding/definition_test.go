package rounding_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// The definitions on the number line: x lies between the integers lower and lower+1, at a fraction that compares with one half as
// half says (-1, 0, 1). They know nothing of magnitudes, half and sticky bits.
var goesUp = map[rounding.Mode]func(negative, lowerIsOdd bool, half int) bool{
	rounding.ToNearestEven: func(_, odd bool, half int) bool { return half > 0 || half == 0 && odd },
	rounding.ToNearestAway: func(negative, _ bool, half int) bool { return half > 0 || half == 0 && !negative },
	rounding.ToZero:        func(negative, _ bool, _ int) bool { return negative },
	rounding.AwayFromZero:  func(negative, _ bool, _ int) bool { return !negative },
	rounding.ToNegativeInf: func(_, _ bool, _ int) bool { return false },
	rounding.ToPositiveInf: func(_, _ bool, _ int) bool { return true },
	rounding.ToNearestZero: func(negative, _ bool, half int) bool { return half > 0 || half == 0 && negative },
	rounding.ToNearestUp:   func(_, _ bool, half int) bool { return half >= 0 },
	rounding.ToNearestDown: func(_, _ bool, half int) bool { return half > 0 },
	rounding.ToNearestOdd:  func(_, odd bool, half int) bool { return half > 0 || half == 0 && !odd },
	rounding.ToOdd:         func(_, odd bool, _ int) bool { return !odd },
}

// roundShifted is x / 2^n rounded by the definition.
func roundShifted(m rounding.Mode, x *big.Int, n uint) (z *big.Int, inexact bool) {
	one := big.NewInt(1)
	unit := new(big.Int).Lsh(one, n)
	rest := new(big.Int)
	floor, _ := new(big.Int).DivMod(x, unit, rest) // 0 <= rest
	if rest.Sign() == 0 {
		return floor, false
	}
	if goesUp[m](x.Sign() < 0, floor.Bit(0) == 1, new(big.Int).Lsh(rest, 1).Cmp(unit)) {
		floor.Add(floor, one)
	}
	return floor, true
}

// TestShiftDefinition compares the rounded and the jamming shifts with the definition, and Increment through them: all small
// magnitudes with all counts, then structured large ones.
func TestShiftDefinition(t *testing.T) {
	check := func(m rounding.Mode, neg bool, hi, lo uint64, n uint) {
		mag := new(big.Int).SetUint64(hi)
		mag.Or(mag.Lsh(mag, 64), new(big.Int).SetUint64(lo))
		x := new(big.Int).Set(mag)
		if neg {
			x.Neg(x)
		}
		reach := min(n, 200) // beyond, only the sticky bit is left
		want, wantInexact := roundShifted(m, x, reach)
		want.Abs(want)
		zhi, zlo, inexact := rounding.ShiftRight128(m, neg, hi, lo, n)
		z := new(big.Int).SetUint64(zhi)
		if z.Or(z.Lsh(z, 64), new(big.Int).SetUint64(zlo)); z.Cmp(want) != 0 || inexact != wantInexact {
			t.Fatalf("ShiftRight128(%v, %t, %#x, %#x, %d) = %v, %t, want %v, %t", m, neg, hi, lo, n, z, inexact, want, wantInexact)
		}
		jam := new(big.Int).Rsh(mag, reach)
		if wantInexact {
			jam.SetBit(jam, 0, 1)
		}
		zhi, zlo = rounding.ShiftRightJam128(hi, lo, n)
		z.SetUint64(zhi)
		if z.Or(z.Lsh(z, 64), new(big.Int).SetUint64(zlo)); z.Cmp(jam) != 0 {
			t.Fatalf("ShiftRightJam128(%#x, %#x, %d) = %v, want %v", hi, lo, n, z, jam)
		}
		if hi == 0 {
			if z, inexact := rounding.ShiftRight64(m, neg, lo, n); z != want.Uint64() || inexact != wantInexact {
				t.Fatalf("ShiftRight64(%v, %t, %#x, %d) = %d, %t, want %v, %t", m, neg, lo, n, z, inexact, want, wantInexact)
			}
			if z := rounding.ShiftRightJam64(lo, n); z != jam.Uint64() {
				t.Fatalf("ShiftRightJam64(%#x, %d) = %d, want %v", lo, n, z, jam)
			}
		}
	}
	for _, m := range rounding.Modes() {
		for _, neg := range []bool{false, true} {
			for x := range uint64(64) {
				for n := range uint(8) {
					check(m, neg, 0, x, n)
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 60000 {
		n := uint(r.IntN(140))
		if r.IntN(50) == 0 {
			n = uint(r.Uint64())
		}
		check(rounding.Modes()[r.IntN(len(rounding.Modes()))], r.IntN(2) == 0, word(r), word(r), n)
	}
}

// word has runs of ones and zeros, single bits, and anything.
func word(r *rand.Rand) uint64 {
	switch r.IntN(5) {
	case 0:
		return 0
	case 1:
		return 1 << r.IntN(64)
	case 2:
		return math.MaxUint64 << r.IntN(65)
	case 3:
		return math.MaxUint64 >> r.IntN(65)
	}
	return r.Uint64()
}

// TestStochasticDefinition compares with the formulae of IEEE P3109 in integers: the discarded part is v/2^65, v odd where there is a sticky bit.
func TestStochasticDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 60000 {
		fraction, sticky, n := word(r), r.IntN(2) == 0, 1+r.IntN(63)
		random := r.Uint64() >> (64 - n)
		if r.IntN(4) == 0 {
			random = 1<<n - 1
		}
		v := new(big.Int).SetUint64(fraction)
		v.Lsh(v, 1)
		if sticky {
			v.SetBit(v, 0, 1)
		}
		bigR := new(big.Int).SetUint64(random)
		scaled := func(bits int) *big.Int { return new(big.Int).Lsh(v, uint(bits)) }
		limit := func(bits int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(bits)) }

		a := new(big.Int).Rsh(scaled(n), 65)
		b := new(big.Int).Rsh(scaled(n+1), 65)
		c, _ := roundShifted(rounding.ToNearestEven, scaled(n), 65)
		o, _ := roundShifted(rounding.ToNearestOdd, scaled(n), 65)
		for m, want := range map[rounding.Mode]bool{
			rounding.StochasticA:     a.Add(a, bigR).Cmp(limit(n)) >= 0,
			rounding.StochasticB:     b.Add(b, limit(0)).Add(b, bigR).Add(b, bigR).Cmp(limit(n+1)) >= 0,
			rounding.StochasticC:     c.Add(c, bigR).Cmp(limit(n)) >= 0,
			rounding.StochasticEqual: v.Sign() != 0 && bigR.Bit(n-1) != 0,
			rounding.StochasticOdd:   o.Add(o, bigR).Cmp(limit(n)) >= 0,
		} {
			if got := rounding.IncrementStochastic(m, r.IntN(2) == 0, r.IntN(2) == 0, fraction, sticky, random, n); got != want {
				t.Fatalf("IncrementStochastic(%v, %#x, %t, %#x, %d) = %t", m, fraction, sticky, random, n, got)
			}
		}
	}
}

// floats are finite: any, near the largest, cancelling, and small multiples of powers of two.
func randomFloat(r *rand.Rand) float64 {
	for {
		x := math.Float64frombits(r.Uint64())
		switch r.IntN(5) {
		case 0:
			x = math.Copysign(math.MaxFloat64, x) * math.Ldexp(1, -r.IntN(110))
		case 1:
			x = math.Ldexp(r.Float64()-0.5, r.IntN(120)-60)
		case 2:
			x = math.Ldexp(float64(r.IntN(17)-8), 1020-r.IntN(110))
		}
		if x-x == 0 {
			return x
		}
	}
}

func TestSumDefinition(t *testing.T) {
	const prec = 2200 // holds any sum of two float64 exactly
	wide := func(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }
	r := rand.New(rand.NewPCG(5, 6))
	for range 100000 {
		a, b := randomFloat(r), randomFloat(r)
		if r.IntN(4) == 0 {
			b = -math.Float64frombits(math.Float64bits(a) ^ r.Uint64()&3)
		}
		if b-b != 0 {
			continue
		}
		sum := new(big.Float).Add(wide(a), wide(b))
		s, e := rounding.TwoSum(a, b)
		if !math.IsInf(s, 0) && new(big.Float).Add(wide(s), wide(e)).Cmp(sum) != 0 {
			t.Fatalf("TwoSum(%x, %x) = %x, %x", a, b, s, e)
		}
		down, _ := new(big.Float).SetMode(big.ToNegativeInf).SetPrec(53).Set(sum).Float64()
		up, _ := new(big.Float).SetMode(big.ToPositiveInf).SetPrec(53).Set(sum).Float64()
		want := down
		if math.Float64bits(down)&1 == 0 && up != down {
			want = up
		}
		if math.IsInf(want, 0) || math.IsInf(down, 0) || math.IsInf(up, 0) {
			want = math.Copysign(math.MaxFloat64, want)
		}
		if got := rounding.AddOdd(a, b); got != want {
			t.Fatalf("AddOdd(%x, %x) = %x, want %x", a, b, got, want)
		}
	}
}

func TestFMA32Definition(t *testing.T) {
	wide := func(x float32) *big.Float { return new(big.Float).SetPrec(1200).SetFloat64(float64(x)) }
	r := rand.New(rand.NewPCG(7, 8))
	number := func() float32 {
		x := math.Float32frombits(r.Uint32())
		switch r.IntN(3) {
		case 0:
			x = float32(math.Ldexp(float64(r.IntN(1<<24)-1<<23), 30-r.IntN(180)))
		case 1:
			x = float32(r.NormFloat64())
		}
		if x-x != 0 {
			return 0
		}
		return x
	}
	for range 100000 {
		x, y, z := number(), number(), number()
		if r.IntN(3) == 0 {
			z = -x * y // all but cancels
		}
		if z-z != 0 {
			continue
		}
		exact := wide(x)
		exact.Mul(exact, wide(y)).Add(exact, wide(z))
		want, _ := exact.Float32()
		if got := rounding.FMA32(x, y, z); got != want {
			t.Fatalf("FMA32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
}
