package blas

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/minifloat"
)

// A problem is a product of random size, of numbers whose magnitudes lie between 2^-8 and 2^8.
type problem struct {
	p       GemmParams
	a, b, c []float32
}

func problemOf(seed uint64) problem {
	r := rng(seed)
	q := problem{p: GemmParams{M: 1 + r.IntN(12), N: 1 + r.IntN(20), K: r.IntN(60), Options: Options{Threads: 1 + r.IntN(3)}}}
	value := func(r *rand.Rand) float32 {
		return float32(math.Ldexp(1+r.Float64(), r.IntN(15)-8) * float64(2*r.IntN(2)-1))
	}
	q.a, q.b = float32s(r, q.p.M*q.p.K, value), float32s(r, q.p.K*q.p.N, value)
	q.c = make([]float32, q.p.M*q.p.N)
	return q
}

func (q problem) run() []float32 {
	GemmFloat32(q.p, q.a, q.b, nil, q.c)
	return q.c
}

func scaled(x []float32, by float32) []float32 {
	z := slices.Clone(x)
	for i := range z {
		z[i] *= by
	}
	return z
}

func whole(x []float32) []float32 {
	z := slices.Clone(x)
	for i := range z {
		z[i] = float32(math.RoundToEven(float64(z[i])))
	}
	return z
}

func transposed[T any](x []T, rows, cols int) []T {
	z := make([]T, len(x))
	for i := range rows {
		for j := range cols {
			z[j*rows+i] = x[i*cols+j]
		}
	}
	return z
}

func TestProperties(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = 200
	properties := gopter.NewProperties(parameters)
	seeds := gen.UInt64()

	properties.Property("float32: the error is within K*u/(1-K*u) of the sum of magnitudes", prop.ForAll(func(seed uint64) bool {
		q := problemOf(seed)
		got := q.run()
		bound := float64(q.p.K+1) * 0x1p-24 / (1 - float64(q.p.K+1)*0x1p-24)
		for i := range q.p.M {
			for j := range q.p.N {
				var sum, magnitude float64
				for k := range q.p.K {
					v := float64(q.a[i*q.p.K+k]) * float64(q.b[k*q.p.N+j])
					sum += v
					magnitude += math.Abs(v)
				}
				if math.Abs(float64(got[i*q.p.N+j])-sum) > bound*magnitude+0x1p-50*magnitude {
					return false
				}
			}
		}
		return true
	}, seeds))

	properties.Property("float32: a power of two goes through", prop.ForAll(func(seed uint64, e int) bool {
		q := problemOf(seed)
		by := float32(math.Ldexp(1, e))
		want := scaled(q.run(), by)
		q.a = scaled(q.a, by)
		return slices.Equal(q.run(), want)
	}, seeds, gen.IntRange(-60, 60)))

	properties.Property("float32: integers are linear in the bias", prop.ForAll(func(seed uint64, bias int) bool {
		q := problemOf(seed)
		q.a, q.b = whole(q.a), whole(q.b)
		if q.p.K*256*256 >= 1<<23 {
			q.p.K = 0
		}
		want := slices.Clone(q.run())
		b := make([]float32, q.p.N)
		for j := range b {
			b[j] = float32(bias - j)
		}
		for i := range want {
			want[i] += b[i%q.p.N]
		}
		GemmFloat32(q.p, q.a, q.b, b, q.c)
		return slices.Equal(q.c, want)
	}, seeds, gen.IntRange(-1<<16, 1<<16)))

	properties.Property("float32: the transpose of a product is the product of the transposes", prop.ForAll(func(seed uint64) bool {
		q := problemOf(seed)
		want := transposed(q.run(), q.p.M, q.p.N)
		p := q.p
		p.M, p.N = q.p.N, q.p.M
		got := make([]float32, len(want))
		GemmFloat32(p, transposed(q.b, q.p.K, q.p.N), transposed(q.a, q.p.M, q.p.K), nil, got)
		p.TransA = true
		again := make([]float32, len(want))
		GemmFloat32(p, q.b, transposed(q.a, q.p.M, q.p.K), nil, again)
		return slices.Equal(got, want) && slices.Equal(again, want)
	}, seeds))

	properties.Property("exact: the order of the terms does not show", prop.ForAll(func(seed uint64) bool {
		q := problemOf(seed)
		f := minifloat.MustFormat(8, 7, minifloat.IEEEFamily)
		for _, acc := range []Accumulator{{Exact: true}, {Exact: true, Format: f}} {
			Gemm(q.p, acc, Floats(q.a), Floats(q.b), Array{}, Floats(q.c))
			want := slices.Clone(q.c)
			// A permutation of k: backwards in both operands.
			a, b := transposed(q.a, q.p.M, q.p.K), slices.Clone(q.b)
			for k := range q.p.K / 2 {
				l := q.p.K - 1 - k
				for i := range q.p.M {
					a[k*q.p.M+i], a[l*q.p.M+i] = a[l*q.p.M+i], a[k*q.p.M+i]
				}
				for j := range q.p.N {
					b[k*q.p.N+j], b[l*q.p.N+j] = b[l*q.p.N+j], b[k*q.p.N+j]
				}
			}
			p := q.p
			p.TransA = true
			Gemm(p, acc, Floats(a), Floats(b), Array{}, Floats(q.c))
			if !slices.Equal(q.c, want) {
				return false
			}
		}
		return true
	}, seeds))

	properties.Property("exact: float32 results are within half a unit of the sum in float64", prop.ForAll(func(seed uint64) bool {
		q := problemOf(seed)
		Gemm(q.p, Accumulator{Exact: true}, Floats(q.a), Floats(q.b), Array{}, Floats(q.c))
		for i := range q.p.M {
			for j := range q.p.N {
				var sum, magnitude float64
				for k := range q.p.K {
					v := float64(q.a[i*q.p.K+k]) * float64(q.b[k*q.p.N+j])
					sum += v
					magnitude += math.Abs(v)
				}
				got := float64(q.c[i*q.p.N+j])
				if math.Abs(got-sum) > 0x1p-24*math.Abs(sum)+0x1p-46*magnitude {
					return false
				}
			}
		}
		return true
	}, seeds))

	properties.Property("formats: the error is within K*u of the sum of magnitudes", prop.ForAll(func(seed uint64, m int) bool {
		q := problemOf(seed)
		q.p.K = min(q.p.K, 1<<(m-1))
		f := minifloat.MustFormat(8, m, minifloat.IEEEFamily)
		Gemm(q.p, Accumulator{Format: f}, Floats(q.a), Floats(q.b), Array{}, Floats(q.c))
		u := math.Ldexp(1, -m-1)
		bound := float64(q.p.K) * u / (1 - float64(q.p.K)*u)
		for i := range q.p.M {
			for j := range q.p.N {
				var sum, magnitude float64
				for k := range q.p.K {
					v := float64(q.a[i*q.p.K+k]) * float64(q.b[k*q.p.N+j])
					sum += v
					magnitude += math.Abs(v)
				}
				if math.Abs(float64(q.c[i*q.p.N+j])-sum) > (bound+0x1p-46)*magnitude {
					return false
				}
			}
		}
		return true
	}, seeds, gen.IntRange(4, 22)))

	properties.Property("integers: sums below 2^53 equal those in float64", prop.ForAll(func(seed uint64, za, zb uint8) bool {
		r := rng(seed)
		p := GemmParams{M: 1 + r.IntN(9), N: 1 + r.IntN(20), K: r.IntN(300)}
		a, b, c := codes[uint8](r, p.M*p.K), codes[uint8](r, p.K*p.N), make([]int32, p.M*p.N)
		GemmInt32(p, ZeroPoints{int32(za), int32(zb)}, a, b, nil, c)
		for i := range p.M {
			for j := range p.N {
				sum := 0.0
				for k := range p.K {
					sum += (float64(a[i*p.K+k]) - float64(za)) * (float64(b[k*p.N+j]) - float64(zb))
				}
				if float64(c[i*p.N+j]) != sum {
					return false
				}
			}
		}
		return true
	}, seeds, gen.UInt8(), gen.UInt8()))

	properties.TestingRun(t)
}
