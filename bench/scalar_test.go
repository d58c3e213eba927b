package bench

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	shogo "github.com/shogo82148/float16"
	x448 "github.com/x448/float16"
)

// The loops over our types. A generic function is compiled for each of them,
// and its calls are static.

func add[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	y = y[:len(x)]
	for i, v := range x {
		s ^= uint16(v.Add(y[i]).Bits())
	}
	return s
}

func mul[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	y = y[:len(x)]
	for i, v := range x {
		s ^= uint16(v.Mul(y[i]).Bits())
	}
	return s
}

func quo[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	y = y[:len(x)]
	for i, v := range x {
		s ^= uint16(v.Quo(y[i]).Bits())
	}
	return s
}

func sqrt[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, _, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	for _, v := range x {
		s ^= uint16(v.Sqrt().Bits())
	}
	return s
}

func fma[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, z []minifloat.Float[S, E, M, V]) (s uint16) {
	y, z = y[:len(x)], z[:len(x)]
	for i, v := range x {
		s ^= uint16(v.FMA(y[i], z[i]).Bits())
	}
	return s
}

func BenchmarkAdd(b *testing.B) {
	ourHalf.run(b, add, numbers, codes)
	ourBrain.run(b, add, numbers, codes)
	ourEight.run(b, add, numbers, codes)
	ourOwn.run(b, add, numbers, codes)
	theShogo.run(b, func(x, y, _ []shogo.Float16) (s uint16) {
		y = y[:len(x)]
		for i, v := range x {
			s ^= v.Add(y[i]).Bits()
		}
		return s
	}, numbers, codes)
	theX448.run(b, func(x, y, _ []x448.Float16) (s uint16) {
		y = y[:len(x)]
		for i, v := range x {
			s ^= x448.Fromfloat32(v.Float32() + y[i].Float32()).Bits()
		}
		return s
	}, numbers, codes)
}

func BenchmarkMul(b *testing.B) {
	ourHalf.run(b, mul, numbers, codes)
	ourBrain.run(b, mul, numbers, codes)
	ourEight.run(b, mul, numbers, codes)
	ourOwn.run(b, mul, numbers, codes)
	theShogo.run(b, func(x, y, _ []shogo.Float16) (s uint16) {
		y = y[:len(x)]
		for i, v := range x {
			s ^= v.Mul(y[i]).Bits()
		}
		return s
	}, numbers, codes)
	theX448.run(b, func(x, y, _ []x448.Float16) (s uint16) {
		y = y[:len(x)]
		for i, v := range x {
			s ^= x448.Fromfloat32(v.Float32() * y[i].Float32()).Bits()
		}
		return s
	}, numbers, codes)
}

func BenchmarkQuo(b *testing.B) {
	ourHalf.run(b, quo, numbers, codes)
	ourBrain.run(b, quo, numbers, codes)
	ourEight.run(b, quo, numbers, codes)
	ourOwn.run(b, quo, numbers, codes)
	theShogo.run(b, func(x, y, _ []shogo.Float16) (s uint16) {
		y = y[:len(x)]
		for i, v := range x {
			s ^= v.Quo(y[i]).Bits()
		}
		return s
	}, numbers, codes)
	theX448.run(b, func(x, y, _ []x448.Float16) (s uint16) {
		y = y[:len(x)]
		for i, v := range x {
			s ^= x448.Fromfloat32(v.Float32() / y[i].Float32()).Bits()
		}
		return s
	}, numbers, codes)
}

// magnitudes are what roots are taken of.
var magnitudes = input{"magnitudes", func(r *rand.Rand, _ int) float64 { return math.Abs(r.NormFloat64()) }}

func BenchmarkSqrt(b *testing.B) {
	ourHalf.run(b, sqrt, magnitudes)
	ourBrain.run(b, sqrt, magnitudes)
	ourEight.run(b, sqrt, magnitudes)
	ourOwn.run(b, sqrt, magnitudes)
	theShogo.run(b, func(x, _, _ []shogo.Float16) (s uint16) {
		for _, v := range x {
			s ^= v.Sqrt().Bits()
		}
		return s
	}, magnitudes)
	theX448.run(b, func(x, _, _ []x448.Float16) (s uint16) {
		for _, v := range x {
			s ^= x448.Fromfloat32(float32(math.Sqrt(float64(v.Float32())))).Bits()
		}
		return s
	}, magnitudes)
}

func BenchmarkFMA(b *testing.B) {
	ourHalf.run(b, fma, numbers, codes)
	ourBrain.run(b, fma, numbers, codes)
	ourEight.run(b, fma, numbers, codes)
	ourOwn.run(b, fma, numbers, codes)
	theShogo.run(b, func(x, y, z []shogo.Float16) (s uint16) {
		y, z = y[:len(x)], z[:len(x)]
		for i, v := range x {
			s ^= shogo.FMA(v, y[i], z[i]).Bits()
		}
		return s
	}, numbers, codes)
}
