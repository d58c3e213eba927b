package fuzz

import (
	"math"

	"github.com/halfulp/halfulp/minifloat"
)

// midpoint returns the value of a finite code's magnitude and the midpoint
// between it and the next magnitude, both with its sign. Above the largest
// finite value the next is where the values would go on, so that its midpoint
// is the border of overflow; that of zero is the border of underflow.
func midpoint(f minifloat.Format, code uint32) (value, middle float64) {
	largest := f.MaxCode()
	sign := 1.0
	if f.Signed() && code>>(f.Bits()-1)&1 != 0 {
		sign = -1
		code &^= 1 << (f.Bits() - 1)
	}
	code = min(code, largest)
	low := f.Decode(code)
	var gap float64
	switch {
	case code < largest:
		gap = f.Decode(code+1) - low
		if gap == 0 { // within the zeros of a format without subnormals
			gap = f.SmallestSubnormal() - low
		}
	case largest > 0:
		gap = low - f.Decode(largest-1)
		if f.MantissaBits() == 0 {
			gap = low
		}
	}
	return sign * low, sign * (float64(gap/2) + low)
}

// neighbour moves x by that many units in the last place of T.
func neighbour[T float32 | float64](x T, steps int) T {
	for ; steps > 0; steps-- {
		x = next(x, math.Inf(1))
	}
	for ; steps < 0; steps++ {
		x = next(x, math.Inf(-1))
	}
	return x
}

func next[T float32 | float64](x T, toward float64) T {
	if narrow, ok := any(x).(float32); ok {
		return T(math.Nextafter32(narrow, float32(toward)))
	}
	return T(math.Nextafter(float64(x), toward))
}

// extremes are the inputs of a conversion that do not depend on the format.
func extremes() []float64 {
	return []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(),
		math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 0x1p-1022, 0x1p-126,
		math.MaxFloat32, math.SmallestNonzeroFloat32}
}
