package blas

import (
	"math"

	"github.com/halfulp/halfulp/fixedpoint"
)

// Requantize is the output stage of an integer product: from a sum in int32 to
//
//	clamp(round(sum * scale) + Zero, Min, Max)
//
// The scale is that of A times that of B over that of the output. The product with it is exact, and rounded
// once, unless Form says otherwise. A rectifier costs nothing: it is a Min of Zero (and for one that
// ends at six, a Max of the code of six).
type Requantize struct {
	// Scale has one element, or one for each output channel; each is finite and not negative. A tie goes
	// to the even integer.
	Scale []float64
	// Multiplier takes the place of Scale in integer arithmetic, which all inference runtimes share.
	Multiplier []fixedpoint.Multiplier
	// Form is how a multiplier is applied: rounding once, or as a runtime does it. TensorFlow Lite's default is
	// [fixedpoint.Gemmlowp].
	Form fixedpoint.Form
	// Zero is the code of zero in the output.
	Zero int32
	// Min and Max bound the output; 0 and 0 stand for the range of its type.
	Min, Max int32
}

// stage is a Requantize that has been checked.
type stage struct {
	scale           []float64
	multiplier      []fixedpoint.Multiplier
	form            fixedpoint.Form
	zero, low, high float64
}

func newStage[C Byte](q Requantize, channels int) stage {
	n := len(q.Scale) + len(q.Multiplier)
	if n != 1 && n != channels || len(q.Scale) != 0 && len(q.Multiplier) != 0 {
		panic(badScales)
	}
	for _, s := range q.Scale {
		if !(s >= 0 && s <= math.MaxFloat64) {
			panic(badScale)
		}
	}
	for _, m := range q.Multiplier {
		if m.Mantissa < 0 || m.Shift > 31 {
			panic(badScale)
		}
	}
	if !q.Form.Valid() {
		panic(badForm)
	}
	lowest, highest := limits[C]()
	if q.Zero < lowest || q.Zero > highest {
		panic(badZero)
	}
	if q.Min == 0 && q.Max == 0 {
		q.Min, q.Max = lowest, highest
	}
	if q.Min < lowest || q.Max > highest || q.Min > q.Max {
		panic(badClamp)
	}
	return stage{q.Scale, q.Multiplier, q.Form, float64(q.Zero), float64(q.Min), float64(q.Max)}
}

// apply returns the code of a sum in a channel, as a number of the output's range. The sum of a rounded
// product and the zero point is exact in float64 wherever the range does not clamp it.
func (s *stage) apply(sum int32, channel int) int32 {
	var v float64
	if len(s.multiplier) > 0 {
		m := s.multiplier[0]
		if len(s.multiplier) > 1 {
			m = s.multiplier[channel]
		}
		v = float64(s.form.Apply(m, sum))
	} else {
		scale := s.scale[0]
		if len(s.scale) > 1 {
			scale = s.scale[channel]
		}
		v = roundProduct(float64(sum), scale)
	}
	return int32(min(max(v+s.zero, s.low), s.high))
}

// roundProduct returns x*y for an integer x of 32 bits, rounded once to an integer, ties to even. The product
// rounded to float64 is on the same side of every half as the exact one, or on the half itself: then the
// rest decides. FMA finds it exactly, as a half has no smaller exponent than -1.
func roundProduct(x, y float64) float64 {
	p := float64(x * y)
	whole := math.Trunc(p)
	if math.Abs(p-whole) == 0.5 {
		if rest := math.FMA(x, y, -p); rest != 0 {
			return p + math.Copysign(0.5, rest)
		}
	}
	return math.RoundToEven(p)
}

type byteSink[C Byte] struct {
	integerStart
	stage stage
	c     []C
}

func newByteSink[C Byte](s *sinks, start integerStart, stage stage, c []C) sink[int32] {
	switch c := any(c).(type) {
	case []int8:
		s.int8s = byteSink[int8]{start, stage, c}
		return &s.int8s
	case []uint8:
		s.uint8s = byteSink[uint8]{start, stage, c}
		return &s.uint8s
	}
	return nil
}

func (s *byteSink[C]) start(sums *[lanes]int32, at *place) { s.load(sums, at) }

func (s *byteSink[C]) finish(sums *[lanes]int32, at *place) {
	channel := at.group * s.groupChannels
	if s.channelRows {
		channel += at.row
	} else {
		channel += at.col
	}
	for i := range at.count {
		s.c[at.offs[i]] = C(s.stage.apply(sums[i], channel))
		if !s.channelRows {
			channel++
		}
	}
}
