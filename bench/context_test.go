package bench

import (
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// directed is a context that asks for another mode and for the flags.
var directed = minifloat.Context{Mode: rounding.ToPositiveInf}

// The operations of a context, on a type and at run time.

func addIn[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	y = y[:len(x)]
	for i, v := range x {
		z, flags := minifloat.Add(directed, v, y[i])
		s ^= uint16(z.Bits()) + uint16(flags)
	}
	return s
}

func mulIn[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	y = y[:len(x)]
	for i, v := range x {
		z, flags := minifloat.Mul(directed, v, y[i])
		s ^= uint16(z.Bits()) + uint16(flags)
	}
	return s
}

func quoIn[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	y = y[:len(x)]
	for i, v := range x {
		z, flags := minifloat.Quo(directed, v, y[i])
		s ^= uint16(z.Bits()) + uint16(flags)
	}
	return s
}

func sqrtIn[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, _, _ []minifloat.Float[S, E, M, V]) (s uint16) {
	for _, v := range x {
		z, flags := minifloat.Sqrt(directed, v)
		s ^= uint16(z.Bits()) + uint16(flags)
	}
	return s
}

func fmaIn[S minifloat.Storage, E minifloat.Exponent, M minifloat.Mantissa, V minifloat.Family](x, y, z []minifloat.Float[S, E, M, V]) (s uint16) {
	y, z = y[:len(x)], z[:len(x)]
	for i, v := range x {
		r, flags := minifloat.FMA(directed, v, y[i], z[i])
		s ^= uint16(r.Bits()) + uint16(flags)
	}
	return s
}

func BenchmarkContextAdd(b *testing.B) {
	ourHalf.run(b, addIn, numbers, codes)
	ourBrain.run(b, addIn, numbers, codes)
	ourEight.run(b, addIn, numbers, codes)
	ourOwn.run(b, addIn, numbers, codes)
}

func BenchmarkContextMul(b *testing.B) {
	ourHalf.run(b, mulIn, numbers, codes)
	ourBrain.run(b, mulIn, numbers, codes)
	ourEight.run(b, mulIn, numbers, codes)
	ourOwn.run(b, mulIn, numbers, codes)
}

func BenchmarkContextQuo(b *testing.B) {
	ourHalf.run(b, quoIn, numbers, codes)
	ourBrain.run(b, quoIn, numbers, codes)
	ourEight.run(b, quoIn, numbers, codes)
	ourOwn.run(b, quoIn, numbers, codes)
}

func BenchmarkContextSqrt(b *testing.B) {
	ourHalf.run(b, sqrtIn, magnitudes)
	ourBrain.run(b, sqrtIn, magnitudes)
	ourEight.run(b, sqrtIn, magnitudes)
	ourOwn.run(b, sqrtIn, magnitudes)
}

func BenchmarkContextFMA(b *testing.B) {
	ourHalf.run(b, fmaIn, numbers, codes)
	ourBrain.run(b, fmaIn, numbers, codes)
	ourEight.run(b, fmaIn, numbers, codes)
	ourOwn.run(b, fmaIn, numbers, codes)
}

// values is a format of run time as a subject.
func values(name string) subject[minifloat.Value] {
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		panic(err)
	}
	return subject[minifloat.Value]{
		name,
		func(x float64) minifloat.Value { return minifloat.Value{Format: f, Bits: f.Encode(x)} },
		func(c uint16) minifloat.Value {
			return minifloat.Value{Format: f, Bits: uint32(c) & (1<<f.Bits() - 1)}
		},
	}
}

func BenchmarkRunTime(b *testing.B) {
	for _, name := range []string{"binary16", "bfloat16", "e4m3fn"} {
		b.Run("Add", func(b *testing.B) {
			values(name).run(b, func(x, y, _ []minifloat.Value) (s uint16) {
				for i, v := range x {
					z, flags := directed.Add(v.Format, v, y[i])
					s ^= uint16(z.Bits) + uint16(flags)
				}
				return s
			}, numbers)
		})
		b.Run("Mul", func(b *testing.B) {
			values(name).run(b, func(x, y, _ []minifloat.Value) (s uint16) {
				for i, v := range x {
					z, flags := directed.Mul(v.Format, v, y[i])
					s ^= uint16(z.Bits) + uint16(flags)
				}
				return s
			}, numbers)
		})
		b.Run("FMA", func(b *testing.B) {
			values(name).run(b, func(x, y, z []minifloat.Value) (s uint16) {
				for i, v := range x {
					r, flags := directed.FMA(v.Format, v, y[i], z[i])
					s ^= uint16(r.Bits) + uint16(flags)
				}
				return s
			}, numbers)
		})
	}
}
