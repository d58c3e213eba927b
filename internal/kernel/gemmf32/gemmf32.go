// Package gemmf32 multiplies packed panels of float32: the inner loop of matrix products and convolutions.
//
// Panels are what a tile of the product needs, in the order in which it needs it, padded to whole tiles:
//
//	panel of A, [Rows] rows       k=0: a0 a1 ... a11, k=1: a0 a1 ... a11, ...
//	panel of B, [Cols] columns    k=0: b0 b1 ... b31, k=1: b0 b1 ... b31, ...
//
// Every element of a tile is one chain of fused multiply-adds over ascending k that starts from the element
// itself. Vectors run over rows and columns, never over k, and a partial sum that is stored and loaded again is
// the same float32, so that neither the instruction set, nor the tiles, nor blocks of k show in a result: all
// variants give the same bits. Of a NaN only that it is one is promised.
//
// Kernels check nothing but what keeps them inside the slices.
package gemmf32

import (
	"github.com/halfulp/halfulp/internal/cpu"
	"github.com/halfulp/halfulp/rounding"
)

//go:generate go -C ../_asm/gemmf32 run main.go -out ../../gemmf32/tile_amd64.s -stubs ../../gemmf32/tile_stub_amd64.go -pkg gemmf32

// Rows and Cols are the height and the width of a tile. 12 x 32 sums are 24 of AVX-512's 32 registers, and four
// times 12 of AVX2's 16; the others hold one row of the panel of B and elements of A.
const (
	Rows = 12
	Cols = 32
)

// Depth is the greatest depth that one call of assembly takes on, as it cannot be preempted: 12 x 32 x 2048
// steps are 12 us in AVX2 at 4 GHz, and 20 us at half that speed in AVX-512.
const Depth = 2048

// An impl is one way to compute a tile, for any number of rows from 1 to Rows and a depth of at least 1.
type impl struct {
	feature cpu.Feature
	ok      bool // this machine has it
	tile    func(c []float32, ldc, rows int, a, b []float32, depth int)
	ceiling func(n int) // n times Rows * Cols fused multiply-adds that do not wait for each other
}

// Accelerated reports whether this machine has a variant in assembly. Where it has none, rounding.FMA32 makes
// [Tile] slower than what a caller that knows its operands can do.
func Accelerated() bool { return best() != nil }

// best returns the first variant that this machine has, nil if it has none.
func best() *impl {
	for i := range impls {
		if impls[i].ok {
			return &impls[i]
		}
	}
	return nil
}

// Tile adds the product of two panels to rows of c that begin ldc apart:
//
//	for i := range rows {
//		for j := range Cols {
//			for k := range depth {
//				c[i*ldc+j] = rounding.FMA32(a[k*Rows+i], b[k*Cols+j], c[i*ldc+j])
//			}
//		}
//	}
//
// rows is 1 to [Rows], depth at least 0; a and b are whole panels whatever rows is. c must not overlap
// them. It panics if a slice is too short.
func Tile(c []float32, ldc, rows int, a, b []float32, depth int) {
	if depth <= 0 {
		return
	}
	_, _, _ = c[(rows-1)*ldc+Cols-1], a[depth*Rows-1], b[depth*Cols-1]
	f := best()
	if f == nil {
		tileGeneric(c, ldc, rows, a, b, depth)
		return
	}
	for depth > Depth {
		f.tile(c, ldc, rows, a, b, Depth)
		a, b, depth = a[Depth*Rows:], b[Depth*Cols:], depth-Depth
	}
	f.tile(c, ldc, rows, a, b, depth)
}

// Ceiling does n times Rows x Cols fused multiply-adds that do not wait for each other nor for memory, in the
// variant that [Tile] uses: what a benchmark compares with. Where there is no assembly it does nothing and
// reports so. n is at most [Depth].
func Ceiling(n int) bool {
	f := best()
	if f == nil {
		return false
	}
	f.ceiling(min(n, Depth))
	return true
}

func tileGeneric(c []float32, ldc, rows int, a, b []float32, depth int) {
	for i := range rows {
		for j, sum := range c[i*ldc : i*ldc+Cols] {
			for k := range depth {
				sum = rounding.FMA32(a[k*Rows+i], b[k*Cols+j], sum)
			}
			c[i*ldc+j] = sum
		}
	}
}
