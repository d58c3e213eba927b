package bench

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/halfulp/halfulp/minifloat"
	shogo "github.com/shogo82148/float16"
	x448 "github.com/x448/float16"
)

// count is the number of operand triples. It is large enough that no branch
// predictor learns them.
const count = 1 << 16

// The types of ours that have rows: two of 16 bits, one of 8, and one of a
// user's own.
type (
	half  = minifloat.Float16
	brain = minifloat.BFloat16
	eight = minifloat.E4M3FN
	own   = minifloat.Float[uint8, minifloat.E3, minifloat.M4, minifloat.Finite]
)

// A subject is a type that is measured.
type subject[T any] struct {
	name     string
	from     func(float64) T
	fromCode func(uint16) T // a type of 8 bits takes the low half
}

var (
	ourHalf  = subject[half]{"Float16", minifloat.From[half], minifloat.FromBits[half]}
	ourBrain = subject[brain]{"BFloat16", minifloat.From[brain], minifloat.FromBits[brain]}
	ourEight = subject[eight]{"E4M3FN", minifloat.From[eight], func(c uint16) eight { return minifloat.FromBits[eight](uint8(c)) }}
	ourOwn   = subject[own]{"own", minifloat.From[own], func(c uint16) own { return minifloat.FromBits[own](uint8(c)) }}
	theShogo = subject[shogo.Float16]{"shogo82148", shogo.FromFloat64, shogo.FromBits}
	theX448  = subject[x448.Float16]{"x448", func(x float64) x448.Float16 { return x448.Fromfloat32(float32(x)) }, x448.Frombits}
)

// An input says how operands are drawn.
type input struct {
	name string
	draw func(r *rand.Rand, i int) float64
}

// numbers are normally distributed, so that results rarely overflow. The input
// without a draw function is random codes: in Float16 one in sixteen of them is
// zero, subnormal, infinite or NaN.
var (
	numbers = input{"normal", func(r *rand.Rand, _ int) float64 { return r.NormFloat64() }}
	codes   = input{"codes", nil}
)

// operands returns three slices of numbers.
func (s subject[T]) operands(in input) (z [3][]T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range count {
		for j := range z {
			if in.draw == nil {
				z[j] = append(z[j], s.fromCode(uint16(r.Uint32())))
			} else {
				z[j] = append(z[j], s.from(in.draw(r, i)))
			}
		}
	}
	return z
}

var sink uint16

// run measures a loop over all operands and reports nanoseconds an operation.
func (s subject[T]) run(b *testing.B, loop func(x, y, z []T) uint16, inputs ...input) {
	for _, in := range inputs {
		b.Run(s.name+"/"+in.name, func(b *testing.B) {
			xs := s.operands(in)
			measure(b, func() { sink = loop(xs[0], xs[1], xs[2]) })
		})
	}
}

// measure runs a loop of count operations again and again, and reports
// nanoseconds an operation: of the fastest pass, which is what counts on a machine
// that others use too, and of the median one.
func measure(b *testing.B, loop func()) {
	var passes []time.Duration
	for b.Loop() {
		start := time.Now()
		loop()
		passes = append(passes, time.Since(start))
	}
	slices.Sort(passes)
	b.ReportMetric(0, "ns/op") // of count operations: of no use
	b.ReportMetric(float64(passes[0].Nanoseconds())/count, "min-ns")
	b.ReportMetric(float64(passes[len(passes)/2].Nanoseconds())/count, "median-ns")
}
