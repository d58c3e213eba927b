package bench

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	shogo "github.com/shogo82148/float16"
	x448 "github.com/x448/float16"
)

// count is the number of operand triples. It is large enough that no branch
// predictor learns them.
const count = 1 << 16

// triples are operands as codes of 16 bits; types of 8 bits take the low half.
type triples struct {
	name    string
	x, y, z []uint16
}

// inputs are normally distributed numbers, which rarely overflow, and random
// codes, one in sixteen of which is zero, subnormal, infinite or NaN.
var inputs = []triples{draw("normal", normal), draw("codes", code)}

func draw(name string, next func(r *rand.Rand) uint16) triples {
	r := rand.New(rand.NewPCG(1, 2))
	t := triples{name: name}
	for range count {
		t.x, t.y, t.z = append(t.x, next(r)), append(t.y, next(r)), append(t.z, next(r))
	}
	return t
}

func normal(r *rand.Rand) uint16 {
	return minifloat.From[minifloat.Float16](r.NormFloat64()).Bits()
}

func code(r *rand.Rand) uint16 { return uint16(r.Uint32()) }

var sink uint16

// run measures a loop over all operands, decoded beforehand, and reports
// nanoseconds an operation.
func run[T any](b *testing.B, name string, decode func(uint16) T, loop func(x, y, z []T) uint16) {
	for _, in := range inputs {
		var operands [3][]T
		for i, codes := range [...][]uint16{in.x, in.y, in.z} {
			for _, c := range codes {
				operands[i] = append(operands[i], decode(c))
			}
		}
		b.Run(name+"/"+in.name, func(b *testing.B) {
			for b.Loop() {
				sink = loop(operands[0], operands[1], operands[2])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/element")
		})
	}
}

type (
	half  = minifloat.Float16
	brain = minifloat.BFloat16
	eight = minifloat.E4M3FN
)

func toEight(c uint16) eight { return minifloat.FromBits[eight](uint8(c)) }

func BenchmarkAdd(b *testing.B) {
	run(b, "Float16", minifloat.FromBits[half], func(x, y, _ []half) (s uint16) {
		for i := range x {
			s ^= x[i].Add(y[i]).Bits()
		}
		return s
	})
	run(b, "shogo82148", shogo.FromBits, func(x, y, _ []shogo.Float16) (s uint16) {
		for i := range x {
			s ^= x[i].Add(y[i]).Bits()
		}
		return s
	})
	run(b, "x448", x448.Frombits, func(x, y, _ []x448.Float16) (s uint16) {
		for i := range x {
			s ^= x448.Fromfloat32(x[i].Float32() + y[i].Float32()).Bits()
		}
		return s
	})
	run(b, "BFloat16", minifloat.FromBits[brain], func(x, y, _ []brain) (s uint16) {
		for i := range x {
			s ^= x[i].Add(y[i]).Bits()
		}
		return s
	})
	run(b, "E4M3FN", toEight, func(x, y, _ []eight) (s uint16) {
		for i := range x {
			s ^= uint16(x[i].Add(y[i]).Bits())
		}
		return s
	})
}

// BenchmarkAddLatency adds every number to the last sum. (Sums of random codes
// soon are NaN.)
func BenchmarkAddLatency(b *testing.B) {
	run(b, "Float16", minifloat.FromBits[half], func(x, y, _ []half) uint16 {
		s := x[0]
		for _, v := range y {
			s = s.Add(v)
		}
		return s.Bits()
	})
	run(b, "shogo82148", shogo.FromBits, func(x, y, _ []shogo.Float16) uint16 {
		s := x[0]
		for _, v := range y {
			s = s.Add(v)
		}
		return s.Bits()
	})
	run(b, "E4M3FN", toEight, func(x, y, _ []eight) uint16 {
		s := x[0]
		for _, v := range y {
			s = s.Add(v)
		}
		return uint16(s.Bits())
	})
}

func BenchmarkMul(b *testing.B) {
	run(b, "Float16", minifloat.FromBits[half], func(x, y, _ []half) (s uint16) {
		for i := range x {
			s ^= x[i].Mul(y[i]).Bits()
		}
		return s
	})
	run(b, "shogo82148", shogo.FromBits, func(x, y, _ []shogo.Float16) (s uint16) {
		for i := range x {
			s ^= x[i].Mul(y[i]).Bits()
		}
		return s
	})
	run(b, "x448", x448.Frombits, func(x, y, _ []x448.Float16) (s uint16) {
		for i := range x {
			s ^= x448.Fromfloat32(x[i].Float32() * y[i].Float32()).Bits()
		}
		return s
	})
	run(b, "BFloat16", minifloat.FromBits[brain], func(x, y, _ []brain) (s uint16) {
		for i := range x {
			s ^= x[i].Mul(y[i]).Bits()
		}
		return s
	})
	run(b, "E4M3FN", toEight, func(x, y, _ []eight) (s uint16) {
		for i := range x {
			s ^= uint16(x[i].Mul(y[i]).Bits())
		}
		return s
	})
}

func BenchmarkQuo(b *testing.B) {
	run(b, "Float16", minifloat.FromBits[half], func(x, y, _ []half) (s uint16) {
		for i := range x {
			s ^= x[i].Quo(y[i]).Bits()
		}
		return s
	})
	run(b, "shogo82148", shogo.FromBits, func(x, y, _ []shogo.Float16) (s uint16) {
		for i := range x {
			s ^= x[i].Quo(y[i]).Bits()
		}
		return s
	})
	run(b, "x448", x448.Frombits, func(x, y, _ []x448.Float16) (s uint16) {
		for i := range x {
			s ^= x448.Fromfloat32(x[i].Float32() / y[i].Float32()).Bits()
		}
		return s
	})
	run(b, "BFloat16", minifloat.FromBits[brain], func(x, y, _ []brain) (s uint16) {
		for i := range x {
			s ^= x[i].Quo(y[i]).Bits()
		}
		return s
	})
}

// BenchmarkSqrt takes the roots of magnitudes.
func BenchmarkSqrt(b *testing.B) {
	const magnitude = 0x7fff
	run(b, "Float16", func(c uint16) half { return minifloat.FromBits[half](c & magnitude) }, func(x, _, _ []half) (s uint16) {
		for i := range x {
			s ^= x[i].Sqrt().Bits()
		}
		return s
	})
	run(b, "shogo82148", func(c uint16) shogo.Float16 { return shogo.FromBits(c & magnitude) }, func(x, _, _ []shogo.Float16) (s uint16) {
		for i := range x {
			s ^= x[i].Sqrt().Bits()
		}
		return s
	})
	run(b, "BFloat16", func(c uint16) brain { return minifloat.FromBits[brain](c & magnitude) }, func(x, _, _ []brain) (s uint16) {
		for i := range x {
			s ^= x[i].Sqrt().Bits()
		}
		return s
	})
}

func BenchmarkFMA(b *testing.B) {
	run(b, "Float16", minifloat.FromBits[half], func(x, y, z []half) (s uint16) {
		for i := range x {
			s ^= x[i].FMA(y[i], z[i]).Bits()
		}
		return s
	})
	run(b, "shogo82148", shogo.FromBits, func(x, y, z []shogo.Float16) (s uint16) {
		for i := range x {
			s ^= shogo.FMA(x[i], y[i], z[i]).Bits()
		}
		return s
	})
	run(b, "BFloat16", minifloat.FromBits[brain], func(x, y, z []brain) (s uint16) {
		for i := range x {
			s ^= x[i].FMA(y[i], z[i]).Bits()
		}
		return s
	})
}
