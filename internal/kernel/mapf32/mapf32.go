// Package mapf32 has loops over slices of float32 that compute each element by itself: ReLU6, batch
// normalization, and their gradients.
//
// All variants give the same bits; of a NaN only that it is one is promised. The result z may be an operand. The
// operands are as long as z at least.
package mapf32

import (
	"math"

	"github.com/halfulp/halfulp/internal/cpu"
)

//go:generate go -C ../_asm/mapf32 run main.go -out ../../mapf32/map_amd64.s -stubs ../../mapf32/map_stub_amd64.go -pkg mapf32

// block is what assembly takes at once; the Go bodies do the rest of a slice.
const block = 16

// maxElements bounds one call of assembly, as it cannot be preempted: in float64 these take 8 us at one a cycle and
// 2 GHz.
const maxElements = 1 << 14

// An impl is the loops in one instruction set, over whole blocks.
type impl struct {
	feature    cpu.Feature
	ok         bool // this machine has it
	clip       func(z, x []float32, lo, hi float32)
	addBetween func(z, y, x []float32, lo, hi float32)
	normalize  func(z, x []float32, m, slope, offset float64)
	addTilted  func(z, y, x []float32, slope, shift, m, tilt float64)
}

var generic = impl{clip: clipGeneric, addBetween: addBetweenGeneric, normalize: normalizeGeneric, addTilted: addTiltedGeneric}

// best returns the first variant that this machine has, else the Go bodies.
func best() *impl {
	for i := range impls {
		if impls[i].ok {
			return &impls[i]
		}
	}
	return &generic
}

// Clip sets z to x between lo and hi. NaN stays, zeros keep their sign, and hi wins where the bounds cross:
//
//	v := x[i]
//	if v < lo {
//		v = lo
//	}
//	if v > hi {
//		v = hi
//	}
//	z[i] = v
func Clip(z, x []float32, lo, hi float32) {
	f := best()
	x = x[:len(z)]
	n := len(z) &^ (block - 1)
	for i := 0; i < n; i += maxElements {
		to := min(i+maxElements, n)
		f.clip(z[i:to], x[i:to], lo, hi)
	}
	clipGeneric(z[n:], x[n:], lo, hi)
}

// AddBetween adds y to z where lo < x and x < hi.
func AddBetween(z, y, x []float32, lo, hi float32) {
	f := best()
	y, x = y[:len(z)], x[:len(z)]
	n := len(z) &^ (block - 1)
	for i := 0; i < n; i += maxElements {
		to := min(i+maxElements, n)
		f.addBetween(z[i:to], y[i:to], x[i:to], lo, hi)
	}
	addBetweenGeneric(z[n:], y[n:], x[n:], lo, hi)
}

// Normalize sets z to (x - m)*slope + offset: three operations in float64, and a rounding to float32.
func Normalize(z, x []float32, m, slope, offset float64) {
	f := best()
	x = x[:len(z)]
	n := len(z) &^ (block - 1)
	for i := 0; i < n; i += maxElements {
		to := min(i+maxElements, n)
		f.normalize(z[i:to], x[i:to], m, slope, offset)
	}
	normalizeGeneric(z[n:], x[n:], m, slope, offset)
}

// AddTilted adds slope*(y - shift - (x-m)*tilt) to z: operations in float64, a rounding to float32, and an addition
// of float32. It is the gradient of a normalization with the statistics of x.
func AddTilted(z, y, x []float32, slope, shift, m, tilt float64) {
	f := best()
	y, x = y[:len(z)], x[:len(z)]
	n := len(z) &^ (block - 1)
	for i := 0; i < n; i += maxElements {
		to := min(i+maxElements, n)
		f.addTilted(z[i:to], y[i:to], x[i:to], slope, shift, m, tilt)
	}
	addTiltedGeneric(z[n:], y[n:], x[n:], slope, shift, m, tilt)
}

// clipGeneric selects among bits, as compilers need no branch for that: signs are hard to predict.
func clipGeneric(z, x []float32, lo, hi float32) {
	low, high := math.Float32bits(lo), math.Float32bits(hi)
	for i, v := range x[:len(z)] {
		u := math.Float32bits(v)
		if v < lo {
			u = low
		}
		if math.Float32frombits(u) > hi {
			u = high
		}
		z[i] = math.Float32frombits(u)
	}
}

func addBetweenGeneric(z, y, x []float32, lo, hi float32) {
	y = y[:len(z)]
	for i, v := range x[:len(z)] {
		if lo < v && v < hi {
			z[i] += y[i]
		}
	}
}

func normalizeGeneric(z, x []float32, m, slope, offset float64) {
	for i, v := range x[:len(z)] {
		z[i] = float32(float64((float64(v)-m)*slope) + offset)
	}
}

func addTiltedGeneric(z, y, x []float32, slope, shift, m, tilt float64) {
	y = y[:len(z)]
	for i, v := range x[:len(z)] {
		z[i] += float32(slope * (float64(y[i]) - shift - float64((float64(v)-m)*tilt)))
	}
}
