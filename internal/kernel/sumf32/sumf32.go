// Package sumf32 sums float32 in float64: statistics of a channel, and the gradients of what a channel shares.
//
// A sum is several chains, the lanes: element i of a slice, or of a row, is added to lane i mod [Lanes] (or
// [DotLanes]), and [Total] adds the lanes in a fixed tree. This is the order on every machine; all variants give
// the same bits. Of a NaN only that it is one is promised. Lanes begin at +0.
//
// Kernels check nothing but what keeps them inside the slices.
package sumf32

import "github.com/halfulp/halfulp/internal/cpu"

//go:generate go -C ../_asm/sumf32 run main.go -out ../../sumf32/sum_amd64.s -stubs ../../sumf32/sum_stub_amd64.go -pkg sumf32

// Lanes is the number of chains of a sum, DotLanes that of a dot product.
const (
	Lanes    = 16
	DotLanes = 8
)

// An impl is the loops in one instruction set: over whole blocks of Lanes elements, and over at least one row and
// column with one to three taps.
type impl struct {
	feature     cpu.Feature
	ok          bool // this machine has it
	add         func(acc *[Lanes]float64, x []float32)
	addSquares  func(acc *[Lanes]float64, x []float32, m float64)
	addProducts func(acc *[Lanes]float64, x []float32, m float64, y []float32)
	dots        func(acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int)
}

var generic = impl{add: addGeneric, addSquares: addSquaresGeneric, addProducts: addProductsGeneric, dots: dotsGeneric}

// best returns the first variant that this machine has, else the Go bodies.
func best() *impl {
	for i := range impls {
		if impls[i].ok {
			return &impls[i]
		}
	}
	return &generic
}

// Bounds of one call of assembly, as it cannot be preempted: maxElements take 4 us at one a cycle and 2 GHz.
// Rows shorter than wholeRow take the time of one of that length.
const (
	maxElements = 1 << 13
	wholeRow    = 16
	maxDots     = 3
)

// Add adds the elements of x: acc[i%Lanes] += float64(x[i]).
func Add(acc *[Lanes]float64, x []float32) {
	f := best()
	n := len(x) &^ (Lanes - 1)
	for i := 0; i < n; i += maxElements {
		f.add(acc, x[i:min(i+maxElements, n)])
	}
	addGeneric(acc, x[n:])
}

// AddSquares adds the squares of the distances from m: acc[i%Lanes] += d*d, where d is float64(x[i]) - m, each
// operation rounded.
func AddSquares(acc *[Lanes]float64, x []float32, m float64) {
	f := best()
	n := len(x) &^ (Lanes - 1)
	for i := 0; i < n; i += maxElements {
		f.addSquares(acc, x[i:min(i+maxElements, n)], m)
	}
	addSquaresGeneric(acc, x[n:], m)
}

// AddProducts adds the products of y and the distance of x from m: acc[i%Lanes] += float64(y[i])*d, where d is
// float64(x[i]) - m, each operation rounded. y is as long as x at least.
func AddProducts(acc *[Lanes]float64, x []float32, m float64, y []float32) {
	f := best()
	y = y[:len(x)]
	n := len(x) &^ (Lanes - 1)
	for i := 0; i < n; i += maxElements {
		to := min(i+maxElements, n)
		f.addProducts(acc, x[i:to], m, y[i:to])
	}
	addProductsGeneric(acc, x[n:], m, y[n:])
}

// Dots adds dot products of rows of y with shifted rows of x. Rows have n elements and begin ldy and ldx apart:
//
//	for t, off := range offsets {
//		for i := range rows {
//			for j := range n {
//				acc[t*DotLanes+j%DotLanes] += float64(y[i*ldy+j]) * float64(x[i*ldx+off+j])
//			}
//		}
//	}
//
// The products are exact. It panics if a slice is too short or an offset negative.
func Dots(acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int) {
	if rows <= 0 || n <= 0 || len(offsets) == 0 {
		return
	}
	_, _ = acc[len(offsets)*DotLanes-1], y[(rows-1)*ldy+n-1]
	for _, off := range offsets {
		_, _ = x[off], x[(rows-1)*ldx+off+n-1]
	}
	f := best()
	if n > maxElements { // lanes go on as maxElements is a multiple of their number
		for i := range rows {
			for j := 0; j < n; j += maxElements {
				dots(f, acc, y[i*ldy+j:], 0, 1, min(maxElements, n-j), x[i*ldx+j:], 0, offsets)
			}
		}
		return
	}
	part := max(1, maxElements/max(n, wholeRow))
	for i := 0; i < rows; i += part {
		dots(f, acc, y[i*ldy:], ldy, min(part, rows-i), n, x[i*ldx:], ldx, offsets)
	}
}

// dots divides the taps.
func dots(f *impl, acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int) {
	for t := 0; t < len(offsets); t += maxDots {
		f.dots(acc[t*DotLanes:], y, ldy, rows, n, x, ldx, offsets[t:min(t+maxDots, len(offsets))])
	}
}

// Total returns the sum of lanes, which are a power of two: half of them is added to the other half until one is
// left. It destroys them.
func Total(lanes []float64) float64 {
	for n := len(lanes) / 2; n > 0; n /= 2 {
		for i := range n {
			lanes[i] += lanes[i+n]
		}
	}
	return lanes[0]
}

func addGeneric(acc *[Lanes]float64, x []float32) {
	for ; len(x) > 0; x = x[min(Lanes, len(x)):] {
		for i, v := range x[:min(Lanes, len(x))] {
			acc[i] += float64(v)
		}
	}
}

func addSquaresGeneric(acc *[Lanes]float64, x []float32, m float64) {
	for ; len(x) > 0; x = x[min(Lanes, len(x)):] {
		for i, v := range x[:min(Lanes, len(x))] {
			d := float64(v) - m
			acc[i] += float64(d * d)
		}
	}
}

func addProductsGeneric(acc *[Lanes]float64, x []float32, m float64, y []float32) {
	for len(x) > 0 {
		n := min(Lanes, len(x))
		for i, v := range x[:n] {
			acc[i] += float64(float64(y[i]) * (float64(v) - m))
		}
		x, y = x[n:], y[n:]
	}
}

func dotsGeneric(acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int) {
	for t, off := range offsets {
		sums := (*[DotLanes]float64)(acc[t*DotLanes:])
		for i := range rows {
			left, right := y[i*ldy:][:n], x[i*ldx+off:][:n]
			for j, v := range left {
				sums[j%DotLanes] += float64(float64(v) * float64(right[j]))
			}
		}
	}
}
