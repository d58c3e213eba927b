package blas

import (
	"github.com/halfulp/halfulp/minifloat"
)

// Gemm sets C = op(A) op(B), plus bias if there is one, plus C if p.Accumulate, for operands in any formats
// and a sum that is rounded as acc says.
//
// Every element is one chain over ascending k. It starts from the bias (from C when accumulating, else from
// +0), rounded to the accumulator's format; products are exact unless acc.Separate. The sum is stored in C:
// as it is where C can hold it, else rounded once more, to C's format: floats to nearest even, other formats in
// the mode of acc.Context. The result is the same on every machine and for any number of threads; of a NaN only that
// it is one is promised.
//
// The zero Array as a bias is none. It panics if p contradicts itself, if an array is shorter than p says,
// if acc has a mode that is unknown or stochastic, reads subnormal operands as zeros, or has a format with
// values that are not float64. C must
// not overlap A, B or the bias.
func Gemm(p GemmParams, acc Accumulator, a, b, bias, c Array) {
	p.check(a.Len(), b.Len(), bias.given(), c.Len())
	checkArrays(acc, a, b, c)
	if p.M == 0 || p.N == 0 {
		return
	}
	w := p.workspace()
	channelRows := layGemm(&w.floats, &p, a.x, b.x)
	w.emulate(acc, c, bias, channelRows, 0, p.Accumulate)
	w.floats.run(p.Threads)
	p.release(w)
}

// Conv is [Gemm] for a convolution, with the shapes of [ConvFloat32]: of the images x with the weights, to y.
// Padding is +0, also in formats that have no zero.
func Conv(p ConvParams, acc Accumulator, x, weights, bias, y Array) {
	p.check(x.Len(), weights.Len(), bias.given(), y.Len())
	checkArrays(acc, x, weights, y)
	if p.empty() {
		return
	}
	w := p.workspace()
	channelRows := layConv(&w.floats, &p, weights.x, x.x)
	w.emulate(acc, y, bias, channelRows, p.K/p.Groups, p.Accumulate)
	w.floats.run(p.Threads)
	p.release(w)
}

func checkArrays(acc Accumulator, a, b, c Array) {
	if a.x == nil || b.x == nil || c.x == nil {
		panic(absent)
	}
	acc.check(c)
}

// emulate makes the plan one of sums as acc says, that end in c.
func (w *Workspace) emulate(acc Accumulator, c, bias Array, channelRows bool, groupChannels int, accumulate bool) {
	s := &w.sinks.arrays
	*s = arraySink{c: c.x, bias: bias.x, channelRows: channelRows, groupChannels: groupChannels, accumulate: accumulate,
		ctx: acc.Context, exact: acc.Exact}
	w.floats.sink = s
	f := acc.Format
	if f == (minifloat.Format{}) {
		f = binary32()
	}
	switch {
	case acc.Exact:
		w.exact = exactKernel{nearest: acc.Format == (minifloat.Format{}) && c.x.float64s()}
		w.floats.kernel = &w.exact
		if acc.Format != (minifloat.Format{}) {
			w.chain.set(f, acc.Context)
			s.end = &w.chain.rounder
		}
	case f == binary32() && acc.Context == (minifloat.Context{}) && !acc.Separate:
		w.floats.kernel = float32Kernel{}
	default:
		w.chain.set(f, acc.Context)
		w.chain.separate = acc.Separate
		w.floats.kernel = &w.chain
		s.begin = &w.chain.rounder
	}
}

// arraySink starts sums from a bias, from the output or from zero, and stores them.
type arraySink struct {
	c, bias       array
	channelRows   bool
	groupChannels int
	accumulate    bool
	ctx           minifloat.Context
	exact         bool
	begin, end    *rounder
}

func (s *arraySink) start(sums *[lanes]float64, at *place) {
	channel := at.group * s.groupChannels
	for i := range at.count {
		var v float64
		switch {
		case s.accumulate:
			v = s.c.load(at.offs[i])
		case s.bias == nil:
			// A format without zero has one all the same until the first step rounds to it.
			sums[i] = 0
			continue
		case s.channelRows:
			v = s.bias.load(channel + at.row)
		default:
			v = s.bias.load(channel + at.col + i)
		}
		switch {
		case s.begin != nil:
			v = s.begin.round(v)
		case !s.exact:
			v = float64(float32(v))
		}
		sums[i] = v
	}
}

func (s *arraySink) finish(sums *[lanes]float64, at *place) {
	for i := range at.count {
		v := sums[i]
		if s.exact {
			v += 0 // +0 for -0
		}
		if s.end != nil {
			v = s.end.round(v)
		}
		s.c.store(at.offs[i], v, s.ctx)
	}
}
