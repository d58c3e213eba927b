package blas

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// GemmFloat32 sets C = op(A) op(B), plus bias if there is one, plus C if p.Accumulate.
//
// Every element is one chain of fused multiply-adds of float32 over ascending k: it starts from the bias
// (from C when accumulating, else from +0), and each step rounds A[i,k]*B[k,j] + sum once, to nearest
// even. The result is the same on every machine and for any number of threads; of a NaN only that it is
// one is promised.
//
// A nil bias is none. It panics if p contradicts itself, or if a slice is shorter than p says. C must not
// overlap A, B or the bias.
func GemmFloat32(p GemmParams, a, b, bias, c []float32) {
	p.check(len(a), len(b), given(bias), len(c))
	if p.M == 0 || p.N == 0 {
		return
	}
	w := p.workspace()
	if shiftedRows && w.rows.lay(&p, a, b, bias, c) {
		w.rows.run(p.Threads)
	} else if tiled {
		q := w.tiles(a, b)
		channelRows := layGemm(q, &p, &w.a.singles, &w.b.singles)
		w.sinks.tiles.float32Sink = float32Sink{c, bias, channelRows, 0, p.Accumulate}
		q.run(p.Threads)
	} else {
		q := &w.floats
		w.a.float32s.x, w.b.float32s.x = a, b
		channelRows := layGemm(q, &p, &w.a.float32s, &w.b.float32s)
		w.float32s(c, bias, channelRows, 0, p.Accumulate)
		q.run(p.Threads)
	}
	p.release(w)
}

// ConvFloat32 sets y to the convolution of the images x with the weights, plus bias (one of each output
// channel) if there is one, plus y if p.Accumulate. Images and weights lie as p.Layout and p.WeightLayout
// say; the output, N x K x OutH x OutW in the same layout as the images, is empty where the kernel does
// not fit.
//
// Every element is one chain of fused multiply-adds of float32 as in [GemmFloat32], over the kernel's rows,
// its columns and the channels of the group, the channels fastest. Padding takes part: it multiplies
// weights by +0.
//
// A nil bias is none. It panics if p contradicts itself, or if a slice is shorter than p says. The output
// must not overlap the other operands.
func ConvFloat32(p ConvParams, x, weights, bias, y []float32) {
	p.check(len(x), len(weights), given(bias), len(y))
	if p.empty() {
		return
	}
	w := p.workspace()
	if shiftedRows && w.depthwise.lay(&p, x, weights, bias, y) {
		w.depthwise.run(p.Threads)
	} else if tiled {
		q := w.tiles(weights, x)
		channelRows := layConv(q, &p, &w.a.singles, &w.b.singles)
		w.sinks.tiles.float32Sink = float32Sink{y, bias, channelRows, p.K / p.Groups, p.Accumulate}
		q.run(p.Threads)
	} else {
		q := &w.floats
		w.a.float32s.x, w.b.float32s.x = weights, x
		channelRows := layConv(q, &p, &w.a.float32s, &w.b.float32s)
		w.float32s(y, bias, channelRows, p.K/p.Groups, p.Accumulate)
		q.run(p.Threads)
	}
	p.release(w)
}

// float32s makes the plan one of float32 chains that end in c.
func (w *Workspace) float32s(c, bias []float32, channelRows bool, groupChannels int, accumulate bool) {
	s := &w.sinks.float32s
	*s = float32Sink{c: c, bias: bias, channelRows: channelRows, groupChannels: groupChannels, accumulate: accumulate}
	w.floats.kernel, w.floats.sink = float32Kernel{narrow: true}, s
}

// float32Sink starts sums from a bias, from the output or from zero, and stores them.
type float32Sink struct {
	c, bias       []float32
	channelRows   bool
	groupChannels int
	accumulate    bool
}

func (s *float32Sink) start(sums *[lanes]float64, at *place) {
	channel := at.group * s.groupChannels
	for i := range at.count {
		switch {
		case s.accumulate:
			sums[i] = float64(s.c[at.offs[i]])
		case s.bias == nil:
			sums[i] = 0
		case s.channelRows:
			sums[i] = float64(s.bias[channel+at.row])
		default:
			sums[i] = float64(s.bias[channel+at.col+i])
		}
	}
}

func (s *float32Sink) finish(sums *[lanes]float64, at *place) {
	for i := range at.count {
		s.c[at.offs[i]] = float32(sums[i])
	}
}

// float32Kernel makes chains of float32 fused multiply-adds in float64.
//
// The product of two float32 values is exact in float64: 48 bits, and an exponent in range. Their sum
// with a third is rounded to 53 bits and then to 24. That is one rounding of the exact sum unless the
// first rounding was inexact and landed on a midpoint between two float32 values: it is monotone, so that it
// can carry a sum onto a midpoint but not across, and only there does the second rounding want to know what
// the first has lost. In the normal range, and at the threshold of overflow, a midpoint is a float64 whose
// lowest 29 bits are a 1 and zeros. So:
//
//   - chainFloat32 tests these bits and redoes a step that shows them with the lost part folded into the
//     last bit (rounding to odd, after which a rounding to 29 bits fewer is right). Infinities do not show
//     them; a NaN that does is redone to a NaN.
//   - Below 2^-126 midpoints are elsewhere. If all products are multiples of 2^-179, then so is the sum
//     (float32 values are multiples of 2^-149), and below 2^-126 it has at most 53 bits: it is exact. Where the
//     spans of the operands do not say so, chainFloat32Tiny also redoes every step that ends there.
//   - If the operands are float32, and a product has at most 24 bits, is a multiple of 2^-149 and below 2^128,
//     then it is a float32 too, and a step is an ordinary addition: addFloat32.
//
// A sum is float32 between steps, whichever of the three makes it, so that they agree in every bit.
type float32Kernel struct {
	narrow bool // the operands are float32
}

func (f float32Kernel) prepare(x []float64, _, times int) span {
	if f.narrow && times == 1 { // chainFloat32Tiny takes anything, at less than it costs to measure once
		return span{low: -149, high: 128, bits: 24}
	}
	return measure(x)
}

func (f float32Kernel) multiply(sums *[lanes]float64, count int, row, panel []float64, rowSpan, panelSpan *span) {
	for half := 0; half < count; half += lanes / 2 {
		s := (*[lanes / 2]float64)(sums[half:])
		switch {
		case !exactProducts(rowSpan, panelSpan): // not of float32 operands
			slowFloat32(s, row, panel[half:])
		case float32Products(rowSpan, panelSpan):
			addFloat32(s, row, panel[half:])
		case rowSpan.low+panelSpan.low >= -179:
			chainFloat32(s, row, panel[half:])
		default:
			chainFloat32Tiny(s, row, panel[half:])
		}
	}
}

// The bits of a float64 that a float32 has not, shifted to the top, and what a midpoint shows there.
const (
	belowFloat32 = 64 - 29
	midFloat32   = 1 << 63
)

func addFloat32(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := float32(sums[0]), float32(sums[1]), float32(sums[2]), float32(sums[3])
	for k := range row {
		a, b := float32(row[k]), (*[lanes / 2]float64)(panel[lanes*k:])
		c0 += float32(a * float32(b[0]))
		c1 += float32(a * float32(b[1]))
		c2 += float32(a * float32(b[2]))
		c3 += float32(a * float32(b[3]))
	}
	sums[0], sums[1], sums[2], sums[3] = float64(c0), float64(c1), float64(c2), float64(c3)
}

func chainFloat32(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := float32(sums[0]), float32(sums[1]), float32(sums[2]), float32(sums[3])
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		s0 := float64(a*b[0]) + float64(c0)
		s1 := float64(a*b[1]) + float64(c1)
		s2 := float64(a*b[2]) + float64(c2)
		s3 := float64(a*b[3]) + float64(c3)
		if math.Float64bits(s0)<<belowFloat32 == midFloat32 || math.Float64bits(s1)<<belowFloat32 == midFloat32 ||
			math.Float64bits(s2)<<belowFloat32 == midFloat32 || math.Float64bits(s3)<<belowFloat32 == midFloat32 {
			s0, s1, s2, s3 = oddStep(a, b, c0, c1, c2, c3)
		}
		c0, c1, c2, c3 = float32(s0), float32(s1), float32(s2), float32(s3)
	}
	sums[0], sums[1], sums[2], sums[3] = float64(c0), float64(c1), float64(c2), float64(c3)
}

func chainFloat32Tiny(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := float32(sums[0]), float32(sums[1]), float32(sums[2]), float32(sums[3])
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		s0 := float64(a*b[0]) + float64(c0)
		s1 := float64(a*b[1]) + float64(c1)
		s2 := float64(a*b[2]) + float64(c2)
		s3 := float64(a*b[3]) + float64(c3)
		if unsafeFloat32(s0) || unsafeFloat32(s1) || unsafeFloat32(s2) || unsafeFloat32(s3) {
			s0, s1, s2, s3 = oddStep(a, b, c0, c1, c2, c3)
		}
		c0, c1, c2, c3 = float32(s0), float32(s1), float32(s2), float32(s3)
	}
	sums[0], sums[1], sums[2], sums[3] = float64(c0), float64(c1), float64(c2), float64(c3)
}

// unsafeFloat32 reports whether s is a midpoint, or not zero and below the normal numbers of float32.
func unsafeFloat32(s float64) bool {
	u := math.Float64bits(s)
	return u<<belowFloat32 == midFloat32 || u<<1-1 < (1023-126)<<53-1
}

//go:noinline
func oddStep(a float64, b *[lanes / 2]float64, c0, c1, c2, c3 float32) (s0, s1, s2, s3 float64) {
	return rounding.AddOdd(float64(a*b[0]), float64(c0)), rounding.AddOdd(float64(a*b[1]), float64(c1)),
		rounding.AddOdd(float64(a*b[2]), float64(c2)), rounding.AddOdd(float64(a*b[3]), float64(c3))
}

func slowFloat32(sums *[lanes / 2]float64, row, panel []float64) {
	for k, a := range row {
		b := (*[lanes / 2]float64)(panel[lanes*k:])
		for i, c := range sums {
			s := fmaOdd(a, b[i], c)
			if s == 0 {
				s = float64(a*b[i]) + c // the sign of a zero
			}
			sums[i] = float64(float32(s))
		}
	}
}
