package fixedpoint

import (
	"strconv"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

var (
	sinkQ7  Q7
	sinkQ15 Q15
	sinkQ31 Q31
	sinkQ63 Q63
	sink    int64
)

func benchmark[S Storage, F Fraction](b *testing.B, name string, sink *Fixed[S, F], op func(x, y Fixed[S, F]) Fixed[S, F]) {
	b.Run(name, func(b *testing.B) {
		var xs [256]Fixed[S, F]
		for i := range xs {
			xs[i] = From[Fixed[S, F]](float64(i*37%256)/128 - 1)
		}
		i := 0
		for b.Loop() {
			*sink = op(xs[i&255], xs[(i+101)&255])
			i++
		}
	})
}

func BenchmarkFixed(b *testing.B) {
	benchmark(b, "Add/Q7", &sinkQ7, func(x, y Q7) Q7 { return x.Add(y) })
	benchmark(b, "Add/Q15", &sinkQ15, func(x, y Q15) Q15 { return x.Add(y) })
	benchmark(b, "Add/Q31", &sinkQ31, func(x, y Q31) Q31 { return x.Add(y) })
	benchmark(b, "Add/Q63", &sinkQ63, func(x, y Q63) Q63 { return x.Add(y) })
	benchmark(b, "Mul/Q7", &sinkQ7, func(x, y Q7) Q7 { return x.Mul(y) })
	benchmark(b, "Mul/Q15", &sinkQ15, func(x, y Q15) Q15 { return x.Mul(y) })
	benchmark(b, "Mul/Q31", &sinkQ31, func(x, y Q31) Q31 { return x.Mul(y) })
	benchmark(b, "Mul/Q63", &sinkQ63, func(x, y Q63) Q63 { return x.Mul(y) })
	benchmark(b, "Quo/Q15", &sinkQ15, func(x, y Q15) Q15 { return x.Quo(y) })
	benchmark(b, "Quo/Q31", &sinkQ31, func(x, y Q31) Q31 { return x.Quo(y) })
	benchmark(b, "Quo/Q63", &sinkQ63, func(x, y Q63) Q63 { return x.Quo(y) })
}

func BenchmarkContext(b *testing.B) {
	c := Context{Mode: rounding.ToZero, Overflow: Wrap}
	f := MustFormat(true, 7, 8)
	x, y := Value{f, 1234}, Value{f, -567}
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			for b.Loop() {
				z, _ := op.got(c, f, x, y, x)
				sink = z.Bits
			}
		})
	}
	for _, m := range []rounding.Mode{rounding.ToNearestEven, rounding.ToZero} {
		b.Run("Encode/"+m.String(), func(b *testing.B) {
			c := Context{Mode: m}
			x := 0.1
			for b.Loop() {
				sink, _ = c.Encode(f, x)
				if x += 0.001; x > 100 {
					x = -100
				}
			}
		})
	}
}

// BenchmarkMultiplier: each form over sums of all sizes, ns per sum.
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
	a, b := x.Value(), Value{MustFormat(true, -40, 100), 12345}
	m, _ := NewMultiplier(0.3)
	c := Context{rounding.ToOdd, Wrap}
	if n := testing.AllocsPerRun(100, func() {
		sinkQ15 = x.Add(y).Sub(x).Mul(y).Quo(x).Neg().Abs()
		sinkQ15, _ = Mul(c, x, y)
		z, _ := c.Add(a.Format, a, b)
		z, _ = c.Quo(a.Format, z, b)
		sink, _ = c.Encode(a.Format, z.Float64())
		sink = int64(m.Apply(c.Mode, int32(sink)) + Gemmlowp.Apply(m, 7) + FP32.Apply(m, 9) + m.ApplyInt64(9))
		sinkQ15 = From[Q15](0.25)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
