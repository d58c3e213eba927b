package peers

import (
	"math"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// The stand-ins of this package call package minifloat for what their originals do
// right, so that each is wrong in one way alone.

type (
	half     = minifloat.Float16
	bfloat   = minifloat.BFloat16
	single   = minifloat.Float32
	e4m3     = minifloat.E4M3
	e4m3fn   = minifloat.E4M3FN
	e4m3fnuz = minifloat.E4M3FNUZ
	e5m2     = minifloat.E5M2
	e8m0     = minifloat.E8M0FNU
)

func toHalf(x float64) uint16 { return minifloat.From[half](x).Bits() }

// halfIn is toHalf in another mode.
func halfIn(mode rounding.Mode, x float64) uint16 {
	code, _ := minifloat.FromWith[half](minifloat.Context{Mode: mode}, x)
	return code.Bits()
}

func halfValue(code uint16) float64 { return minifloat.FromBits[half](code).Float64() }

// isNaNHalf is true for the NaNs of binary16.
func isNaNHalf(code uint16) bool { return code&0x7fff > 0x7c00 }

// halfSubnormalsFlushed makes zeros of numbers below the normal ones.
func halfSubnormalsFlushed(x float32) uint16 {
	if math.Abs(float64(x)) < 0x1p-14 {
		return uint16(math.Float32bits(x)>>16) & 0x8000
	}
	return toHalf(float64(x))
}

// halfBelowSmallestFlushed makes zeros of numbers below the smallest subnormal one,
// the nearest to the upper half of which it is.
func halfBelowSmallestFlushed(x float32) uint16 {
	if math.Abs(float64(x)) < 0x1p-24 {
		return uint16(math.Float32bits(x)>>16) & 0x8000
	}
	return toHalf(float64(x))
}

// halfSubnormalStickyLost shifts subnormal numbers to their place and keeps of what
// it shifts out the first bit alone.
func halfSubnormalStickyLost(x float32) uint16 {
	b := math.Float32bits(x)
	e := int(b>>23&0xff) - 127
	if e >= -14 || e < -25 {
		return toHalf(float64(x))
	}
	significand := b&0x7fffff | 0x800000
	shift := uint(-1 - e) // 2^-24 is the unit: the significand's last bit is 2^(e-23)
	code := significand >> shift
	if significand>>(shift-1)&1 != 0 && code&1 != 0 {
		code++
	}
	return uint16(b>>16)&0x8000 | uint16(code)
}

// halfViaFloat32 rounds twice.
func halfViaFloat32(x float64) uint16 { return toHalf(float64(float32(x))) }

// halfAddZero gives a sum of zeros the sign of either.
func halfAddZero(x, y uint16) uint16 {
	if (x|y)&0x7fff == 0 {
		return x | y
	}
	return minifloat.FromBits[half](x).Add(minifloat.FromBits[half](y)).Bits()
}

// halfMulZero looks for zeros before it looks for NaNs.
func halfMulZero(x, y uint16) uint16 {
	if x&0x7fff == 0 && isNaNHalf(y) || y&0x7fff == 0 && isNaNHalf(x) {
		return (x ^ y) & 0x8000
	}
	return minifloat.FromBits[half](x).Mul(minifloat.FromBits[half](y)).Bits()
}

// halfQuoSpecial divides by zero, and divides infinity, before it looks for NaNs.
func halfQuoSpecial(x, y uint16) uint16 {
	switch sign := (x ^ y) & 0x8000; {
	case y&0x7fff == 0 && isNaNHalf(x), x&0x7fff == 0x7c00 && isNaNHalf(y):
		return sign | 0x7c00
	}
	return minifloat.FromBits[half](x).Quo(minifloat.FromBits[half](y)).Bits()
}

// halfNearestAwayIsAway takes ties-away for away: whatever is inexact goes up.
func halfNearestAwayIsAway(x float32) uint16 { return halfIn(rounding.AwayFromZero, float64(x)) }

// halfToZeroOverflows has infinity for all that is too large.
func halfToZeroOverflows(x float32) uint16 {
	if math.Abs(float64(x)) > 65504 {
		return halfIn(rounding.AwayFromZero, float64(x))
	}
	return halfIn(rounding.ToZero, float64(x))
}

// halfUpUnderflows has zero for all that is too small.
func halfUpUnderflows(x float32) uint16 {
	if math.Abs(float64(x)) < 0x1p-24 {
		return uint16(math.Float32bits(x)>>16) & 0x8000
	}
	return halfIn(rounding.ToPositiveInf, float64(x))
}

// halfAddToZeroViaFloat32 cuts off a sum that float32 has rounded to nearest.
func halfAddToZeroViaFloat32(x, y uint16) uint16 {
	return halfIn(rounding.ToZero, float64(float32(halfValue(x)+halfValue(y))))
}

// halfFMAViaFloat32 rounds a fused sum to float32, then to binary16.
func halfFMAViaFloat32(x, y, z uint16) uint16 {
	wide := func(code uint16) single { return minifloat.From[single](halfValue(code)) }
	return toHalf(wide(x).FMA(wide(y), wide(z)).Float64())
}

// halfToZeroIsNearest ignores its direction.
func halfToZeroIsNearest(x float32) uint16 { return toHalf(float64(x)) }

// halfOddOverflows rounds to odd beyond the largest number: to infinity.
func halfOddOverflows(x float64) (uint16, rounding.Flags) {
	code, flags := minifloat.FromWith[half](minifloat.Context{Mode: rounding.ToOdd}, x)
	if flags&rounding.Overflow != 0 {
		return minifloat.Inf[half](int(math.Copysign(1, x))).Bits(), flags
	}
	return code.Bits(), flags
}

// halfChopOverflow has binary16 by a scaled rounding to an integer, and zero for what
// has an exponent beyond it up to twice that.
func halfChopOverflow(x float64) uint16 {
	if a := math.Abs(x); 65536 <= a && a < 131072 {
		return 0
	}
	return toHalf(x)
}

// halfZeroUnsigned multiplies the sign by a magnitude of zero.
func halfZeroUnsigned(x float64) uint16 {
	if code := toHalf(x); code&0x7fff != 0 {
		return code
	}
	return 0
}

// halfTiesToZeroOfNegatives rounds ties down: away from zero below it.
func halfTiesToZeroOfNegatives(x float64) uint16 { return halfIn(rounding.ToNearestDown, x) }

// halfOddMovesExact makes odd codes of even ones that are exact.
func halfOddMovesExact(x float64) uint16 {
	code := halfIn(rounding.ToOdd, x)
	if code&0x7fff != 0 && code&0x7fff < 0x7c00 {
		code |= 1
	}
	return code
}

// halfUpZeroUnsigned loses the sign of what rounds up to zero, and of zero.
func halfUpZeroUnsigned(x float64) uint16 {
	code := halfIn(rounding.ToPositiveInf, x)
	if code&0x7fff == 0 {
		return 0
	}
	return code
}
