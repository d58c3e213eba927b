package fixedpoint

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
)

var (
	sinkQ15 Q15
	sink    int64
)

const pairs = 1 << 16

// randomPairs are uniform over all integers; no y is 0.
func randomPairs[S Storage, F Fraction](n int) (x, y []Fixed[S, F]) {
	r := rand.New(rand.NewPCG(1, 2))
	x, y = make([]Fixed[S, F], n), make([]Fixed[S, F], n)
	for i := range x {
		x[i].bits, y[i].bits = S(r.Uint64()), S(r.Uint64())
		if y[i].bits == 0 {
			y[i].bits = 1
		}
	}
	return x, y
}

// each reports the time of one element, of n.
func each(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/each")
	b.ReportMetric(0, "ns/op")
}

func benchmark[S Storage, F Fraction](b *testing.B, name string, loop func(z, x, y []Fixed[S, F])) {
	b.Run(name+"/"+FormatOf[Fixed[S, F]]().Name(), func(b *testing.B) {
		x, y := randomPairs[S, F](pairs)
		z := make([]Fixed[S, F], pairs)
		for b.Loop() {
			loop(z, x, y)
		}
		each(b, pairs)
	})
}

// BenchmarkFixed has the throughput of the methods on 64 Ki random pairs.
func BenchmarkFixed(b *testing.B) {
	benchmark(b, "Add", func(z, x, y []Q7) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Add(y[i])
		}
	})
	benchmark(b, "Add", func(z, x, y []Q15) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Add(y[i])
		}
	})
	benchmark(b, "Add", func(z, x, y []Q31) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Add(y[i])
		}
	})
	benchmark(b, "Add", func(z, x, y []Q63) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Add(y[i])
		}
	})
	benchmark(b, "Sub", func(z, x, y []Q7) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Sub(y[i])
		}
	})
	benchmark(b, "Sub", func(z, x, y []Q15) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Sub(y[i])
		}
	})
	benchmark(b, "Sub", func(z, x, y []Q31) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Sub(y[i])
		}
	})
	benchmark(b, "Sub", func(z, x, y []Q63) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Sub(y[i])
		}
	})
	benchmark(b, "Mul", func(z, x, y []Q7) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Mul(y[i])
		}
	})
	benchmark(b, "Mul", func(z, x, y []Q15) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Mul(y[i])
		}
	})
	benchmark(b, "Mul", func(z, x, y []Q31) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Mul(y[i])
		}
	})
	benchmark(b, "Mul", func(z, x, y []Q63) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Mul(y[i])
		}
	})
	benchmark(b, "Quo", func(z, x, y []Q7) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Quo(y[i])
		}
	})
	benchmark(b, "Quo", func(z, x, y []Q15) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Quo(y[i])
		}
	})
	benchmark(b, "Quo", func(z, x, y []Q31) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Quo(y[i])
		}
	})
	benchmark(b, "Quo", func(z, x, y []Q63) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].Quo(y[i])
		}
	})
	benchmark(b, "FMA", func(z, x, y []Q15) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].FMA(y[i], x[i])
		}
	})
	benchmark(b, "Sqrt", func(z, x, _ []Q15) {
		x = x[:len(z)]
		for i := range z {
			z[i] = x[i].Sqrt()
		}
	})
	benchmark(b, "FMA", func(z, x, y []Q31) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].FMA(y[i], x[i])
		}
	})
	benchmark(b, "Sqrt", func(z, x, _ []Q31) {
		x = x[:len(z)]
		for i := range z {
			z[i] = x[i].Sqrt()
		}
	})
	benchmark(b, "FMA", func(z, x, y []Q63) {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i].FMA(y[i], x[i])
		}
	})
	benchmark(b, "Sqrt", func(z, x, _ []Q63) {
		x = x[:len(z)]
		for i := range z {
			z[i] = x[i].Sqrt()
		}
	})
	benchmark(b, "Convert from Q0.31", func(z, _, _ []Q15) {
		for i := range z {
			z[i] = Convert[Q15](FromBits[Q31](int32(i) << 15))
		}
	})
	benchmark(b, "From float64", func(z, _, _ []Q15) {
		for i := range z {
			z[i] = From[Q15](float64(i) * 0x1.1p-16)
		}
	})
}

// BenchmarkSlice has the slice functions beside copy on the same bytes of the result, in the second level of cache and in memory.
func BenchmarkSlice(b *testing.B) {
	slicesBenchmark[int8, F7](b)
	slicesBenchmark[int16, F15](b)
	slicesBenchmark[int32, F31](b)
}

func slicesBenchmark[S Storage, F Fraction](b *testing.B) {
	type fixed = Fixed[S, F]
	for _, size := range []struct {
		name string
		n    int
	}{{"64Ki", 1 << 16}, {"16Mi", 1 << 24}} {
		run := func(name string, op func(z, x, y []fixed, f []float32)) {
			b.Run(name+"/"+FormatOf[fixed]().Name()+"/"+size.name, func(b *testing.B) {
				x, y := randomPairs[S, F](size.n)
				z, f := make([]fixed, size.n), make([]float32, size.n)
				Float32s(f, x)
				for b.Loop() {
					op(z, x, y, f)
				}
				each(b, size.n)
			})
		}
		run("copy", func(z, x, _ []fixed, _ []float32) { copy(z, x) })
		run("AddSlice", func(z, x, y []fixed, _ []float32) { AddSlice(z, x, y) })
		run("SubSlice", func(z, x, y []fixed, _ []float32) { SubSlice(z, x, y) })
		run("MulSlice", func(z, x, y []fixed, _ []float32) { MulSlice(z, x, y) })
		run("FromFloat32s", func(z, _, _ []fixed, f []float32) { FromFloat32s(z, f) })
		run("Float32s", func(_, x, _ []fixed, f []float32) { Float32s(f, x) })
		run("ConvertSlice", func(_, x, _ []fixed, f []float32) { ConvertSlice(Numbers[Q31](view32(f)), x) })
	}
}

// view32 lends a slice of float32 as integers, so that a benchmark needs no memory more.
func view32(f []float32) []int32 { return unsafe.Slice((*int32)(unsafe.Pointer(&f[0])), len(f)) }

func BenchmarkContext(b *testing.B) {
	c := Context{Mode: rounding.ToZero, Overflow: Wrap}
	f := MustFormat(true, 7, 8)
	x, y := Value{f, 1234}, Value{f, -567}
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			for b.Loop() {
				z, _ := op.got(c, f, y, x, x)
				sink = z.Bits
			}
		})
	}
	b.Run("Sqrt of 64 bits", func(b *testing.B) {
		x := Value{MustFormat(true, 0, 63), 1 << 60}
		for b.Loop() {
			z, _ := c.Sqrt(x.Format, x)
			sink = z.Bits
		}
	})
	for _, m := range []rounding.Mode{rounding.ToNearestEven, rounding.ToZero} {
		c := Context{Mode: m}
		r := NewRounder(f, c)
		xs := make([]float64, 1<<12)
		random := rand.New(rand.NewPCG(3, 4))
		for i := range xs {
			xs[i] = (random.Float64() - 0.5) * 260
		}
		b.Run("Encode/"+m.String(), func(b *testing.B) {
			for b.Loop() {
				for _, x := range xs {
					sink, _ = c.Encode(f, x)
				}
			}
			each(b, len(xs))
		})
		b.Run("Rounder/"+m.String(), func(b *testing.B) {
			for b.Loop() {
				for _, x := range xs {
					sink = r.Encode(x)
				}
			}
			each(b, len(xs))
		})
	}
}

func BenchmarkMultiplier(b *testing.B) {
	m := Multiplier{3 << 29, -7}
	forms := append(Forms(), Once(rounding.ToNearestUp), Once(rounding.ToZero))
	for _, f := range forms {
		b.Run(f.String(), func(b *testing.B) {
			x, z := int32(0), int32(0)
			for b.Loop() {
				x += 7919
				z += f.Apply(m, x)
			}
			sink = int64(z)
		})
	}
	b.Run("Int64", func(b *testing.B) {
		x := int64(0)
		for b.Loop() {
			x += 79190000
			sink = int64(m.ApplyInt64(x))
		}
	})
}

// BenchmarkMismatches: by steps and sum by sum, ns per 2^20 sums.
func BenchmarkMismatches(b *testing.B) {
	for _, shift := range []int{0, -3, -7} {
		m := Multiplier{1431655765, shift}
		b.Run(strconv.Itoa(shift), func(b *testing.B) {
			for b.Loop() {
				n, _ := m.Mismatches(Gemmlowp, TFLiteSingle, 0, 1<<20-1, 0)
				sink = int64(n)
			}
		})
	}
}

func TestNoAllocation(t *testing.T) {
	x, y := From[Q15](0.3), From[Q15](-0.7)
	a, w := x.Value(), Value{MustFormat(true, -40, 100), 12345}
	m, _ := NewMultiplier(0.3)
	c := Context{rounding.ToOdd, Wrap}
	r := NewRounder(a.Format, c)
	xs, ys, wide, floats := make([]Q15, 100), make([]Q15, 100), make([]Q31, 100), make([]float32, 100)
	var buf [16]byte
	for name, op := range map[string]func(){
		"methods": func() {
			sinkQ15 = x.Add(y).Sub(x).Mul(y).Quo(x).Neg().Abs().Sqrt().FMA(x, y).Rem(x).Lsh(1).Rsh(2)
			sinkQ15 = From[Q15](0.25).Add(FromInt[Q15](1)).Add(Convert[Q15](From[Q31](0.1)))
			z := From[Q63](0.1)
			sink = z.Mul(z).Quo(z).Sqrt().FMA(z, z).Bits()
		},
		"functions": func() {
			sinkQ15, _ = Mul(c, x, y)
			sinkQ15, _ = FMA(c, x, y, x)
			sinkQ15, _ = Sqrt(c, x)
			sinkQ15, _ = ConvertWith[Q15](c, From[Q63](0.1))
			sink, _ = Int[int64](c, x)
		},
		"run time": func() {
			z, _ := c.Add(a.Format, a, w)
			z, _ = c.Quo(a.Format, z, w)
			root, _ := c.Sqrt(w.Format, a)
			z, _ = c.Rem(a.Format, z, w)
			z, _ = c.FMA(a.Format, z, root, a)
			z, _ = c.AddStochastic(a.Format, z, w, 3, 4)
			z, _ = c.Lsh(w.Format, z, 3)
			sink, _ = c.Encode(a.Format, z.Float64())
			sink += r.Encode(0.1) + int64(z.Cmp(w))
			f, _ := a.Format.FullMul(a.Format)
			sink += f.MaxBits()
		},
		"slices": func() {
			AddSlice(xs, xs, ys)
			MulSlice(xs, xs, ys)
			SubSlice(xs, xs, ys)
			FromFloat32s(xs, floats)
			Float32s(floats, xs)
			ConvertSlice(wide, xs)
		},
		"binary": func() {
			b, _ := x.AppendBinary(buf[:0])
			if err := y.UnmarshalBinary(b); err != nil {
				t.Error(err)
			}
		},
		"multiplier": func() {
			sink = int64(m.Apply(c.Mode, int32(sink)) + Gemmlowp.Apply(m, 7) + FP32.Apply(m, 9) + m.ApplyInt64(9))
		},
	} {
		if n := testing.AllocsPerRun(100, op); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
