package bench

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	shogo "github.com/shogo82148/float16"
)

// factors are a number and what leads back from it in turn, so that a chain of
// products, and one of quotients, stays near 1.
var factors = input{"factors", func(r *rand.Rand, i int) float64 {
	x := 1.4 + r.Float64()/16
	if i%2 != 0 {
		return 1 / x
	}
	return x
}}

// The chains give every result to the next operation.

func addChain[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) uint16 {
	s := x[0]
	for _, v := range y {
		s = s.Add(v)
	}
	return uint16(s.Bits())
}

func mulChain[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) uint16 {
	s := x[0]
	for _, v := range y {
		s = s.Mul(v)
	}
	return uint16(s.Bits())
}

func quoChain[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) uint16 {
	s := x[0]
	for _, v := range y {
		s = s.Quo(v)
	}
	return uint16(s.Bits())
}

func fmaChain[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, z []minifloat.Float[S, E, M, V]) uint16 {
	s := x[0]
	z = z[:len(y)]
	for i, v := range y {
		s = s.FMA(v, z[i])
	}
	return uint16(s.Bits())
}

// sqrtChain takes the last bit of each operand from the result before.
func sqrtChain[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, _, _ []minifloat.Float[S, E, M, V]) uint16 {
	s := x[0]
	for _, v := range x {
		s = minifloat.FromBits[minifloat.Float[S, E, M, V]](v.Bits() ^ s.Bits()&1).Sqrt()
	}
	return uint16(s.Bits())
}

func BenchmarkAddLatency(b *testing.B) {
	ourHalf.run(b, addChain, numbers)
	ourBrain.run(b, addChain, numbers)
	ourEight.run(b, addChain, numbers)
	ourOwn.run(b, addChain, numbers)
	theShogo.run(b, func(x, y, _ []shogo.Float16) uint16 {
		s := x[0]
		for _, v := range y {
			s = s.Add(v)
		}
		return s.Bits()
	}, numbers)
}

func BenchmarkMulLatency(b *testing.B) {
	ourHalf.run(b, mulChain, factors)
	ourBrain.run(b, mulChain, factors)
	ourEight.run(b, mulChain, factors)
	ourOwn.run(b, mulChain, factors)
	theShogo.run(b, func(x, y, _ []shogo.Float16) uint16 {
		s := x[0]
		for _, v := range y {
			s = s.Mul(v)
		}
		return s.Bits()
	}, factors)
}

func BenchmarkQuoLatency(b *testing.B) {
	ourHalf.run(b, quoChain, factors)
	ourBrain.run(b, quoChain, factors)
	ourEight.run(b, quoChain, factors)
	ourOwn.run(b, quoChain, factors)
	theShogo.run(b, func(x, y, _ []shogo.Float16) uint16 {
		s := x[0]
		for _, v := range y {
			s = s.Quo(v)
		}
		return s.Bits()
	}, factors)
}

// BenchmarkFMALatency's products have factors below 1 as often as above.
func BenchmarkFMALatency(b *testing.B) {
	ourHalf.run(b, fmaChain, factors)
	ourBrain.run(b, fmaChain, factors)
	ourEight.run(b, fmaChain, factors)
	ourOwn.run(b, fmaChain, factors)
	theShogo.run(b, func(x, y, z []shogo.Float16) uint16 {
		s := x[0]
		for i, v := range y {
			s = shogo.FMA(s, v, z[i])
		}
		return s.Bits()
	}, factors)
}

func BenchmarkSqrtLatency(b *testing.B) {
	ourHalf.run(b, sqrtChain, magnitudes)
	ourBrain.run(b, sqrtChain, magnitudes)
	ourEight.run(b, sqrtChain, magnitudes)
	ourOwn.run(b, sqrtChain, magnitudes)
	theShogo.run(b, func(x, _, _ []shogo.Float16) uint16 {
		s := x[0]
		for _, v := range x {
			s = shogo.FromBits(v.Bits() ^ s.Bits()&1).Sqrt()
		}
		return s.Bits()
	}, magnitudes)
}
