// Package tapf32 adds rows that are shifted and weighted: the inner loop of convolutions in which every output
// has one input channel (depthwise ones), and of their gradients.
//
// A tap is a weight and an offset. The taps of an element of the output are added one after the other, each in
// one float32 step, so that an element is one chain whatever the vectors are: all variants give the same bits.
// Of a NaN only that it is one is promised.
//
// Kernels check nothing but what keeps them inside the slices.
package tapf32

import (
	"github.com/halfulp/halfulp/internal/cpu"
	"github.com/halfulp/halfulp/rounding"
)

//go:generate go -C ../_asm/tapf32 run main.go -out ../../tapf32/tap_amd64.s -stubs ../../tapf32/tap_stub_amd64.go -pkg tapf32

// A body is a loop over rows of at least one element, with at least one tap.
type body func(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32)

// An impl is the two loops in one instruction set.
type impl struct {
	feature     cpu.Feature
	ok          bool // this machine has it
	fma, mulAdd body
}

// Bounds of one call of assembly, as it cannot be preempted: it takes at most maxSteps/8 vector steps and as many
// loads, under 10 us at 2 GHz. Rows shorter than wholeRow take the time of one of that length.
const (
	maxSteps = 1 << 17
	maxTaps  = 128
	maxCols  = 1 << 10
	wholeRow = 64
)

// Accelerated reports whether this machine has a variant in assembly. Where it has none, rounding.FMA32 makes
// [FMA] slower than what a caller that knows its operands can do.
func Accelerated() bool { return best() != nil }

func best() *impl {
	for i := range impls {
		if impls[i].ok {
			return &impls[i]
		}
	}
	return nil
}

// FMA adds taps to rows of y of n elements that begin ldy apart, from rows of x that begin ldx apart, with
// one rounding a tap:
//
//	for i := range rows {
//		for j := range n {
//			for t, off := range offsets {
//				y[i*ldy+j] = rounding.FMA32(x[i*ldx+off+j], w[t], y[i*ldy+j])
//			}
//		}
//	}
//
// y must not overlap x. It panics if a slice is too short or an offset negative.
func FMA(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
	if f := best(); f != nil {
		divide(f.fma, y, ldy, rows, n, x, ldx, offsets, w)
	} else {
		divide(fmaGeneric, y, ldy, rows, n, x, ldx, offsets, w)
	}
}

// MulAdd is [FMA] with the product rounded too: y[i*ldy+j] += float32(x[i*ldx+off+j] * w[t]).
func MulAdd(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
	if f := best(); f != nil {
		divide(f.mulAdd, y, ldy, rows, n, x, ldx, offsets, w)
	} else {
		divide(mulAddGeneric, y, ldy, rows, n, x, ldx, offsets, w)
	}
}

// divide calls f for parts that are short enough, the taps of an element in order.
func divide(f body, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
	if rows <= 0 || n <= 0 || len(offsets) == 0 {
		return
	}
	_, _ = y[(rows-1)*ldy+n-1], w[len(offsets)-1]
	for _, off := range offsets {
		_, _ = x[off], x[(rows-1)*ldx+off+n-1]
	}
	for len(offsets) > maxTaps {
		divide(f, y, ldy, rows, n, x, ldx, offsets[:maxTaps], w[:maxTaps])
		offsets, w = offsets[maxTaps:], w[maxTaps:]
	}
	for ; n > maxCols; y, x, n = y[maxCols:], x[maxCols:], n-maxCols {
		divide(f, y, ldy, rows, maxCols, x, ldx, offsets, w)
	}
	part := max(1, maxSteps/(max(n, wholeRow)*len(offsets)))
	for i := 0; i < rows; i += part {
		f(y[i*ldy:], ldy, min(part, rows-i), n, x[i*ldx:], ldx, offsets, w)
	}
}

func fmaGeneric(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
	for i := range rows {
		for t, off := range offsets {
			z, from, weight := y[i*ldy:][:n], x[i*ldx+off:][:n], w[t]
			for j, v := range from {
				z[j] = rounding.FMA32(v, weight, z[j])
			}
		}
	}
}

func mulAddGeneric(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
	for i := range rows {
		for t, off := range offsets {
			z, from, weight := y[i*ldy:][:n], x[i*ldx+off:][:n], w[t]
			for j, v := range from {
				z[j] += float32(v * weight)
			}
		}
	}
}
