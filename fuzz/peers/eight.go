package peers

import (
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func toE4M3FN(x float64) uint8 { return minifloat.From[e4m3fn](x).Bits() }

func e4m3fnIn(c minifloat.Context, x float64) uint8 {
	code, _ := minifloat.FromWith[e4m3fn](c, x)
	return code.Bits()
}

func e4m3fnValue(code uint8) float64 { return minifloat.FromBits[e4m3fn](code).Float64() }

func sign8(x float64) uint8 { return uint8(math.Float64bits(x)>>56) & 0x80 }

// e4m3fnViaFloat32 rounds twice.
func e4m3fnViaFloat32(x float64) uint8 { return toE4M3FN(float64(float32(x))) }

// e4m3ViaBFloat rounds to bfloat16 on the way.
func e4m3ViaBFloat(x float64) uint8 {
	return minifloat.From[e4m3](minifloat.From[bfloat](x).Float64()).Bits()
}

// e4m3OfIntTruncated cuts an integer off.
func e4m3OfIntTruncated(n int16) uint8 {
	if n < -240 || 240 < n {
		return minifloat.FromInt[e4m3](n).Bits()
	}
	code, _ := minifloat.FromIntWith[e4m3](minifloat.Context{Mode: rounding.ToZero}, n)
	return code.Bits()
}

// e4m3OfIntCarries leaves one bit of the significand behind when a carry raises the
// exponent.
func e4m3OfIntCarries(n int16) uint8 {
	code := minifloat.FromInt[e4m3](n).Bits()
	magnitude := int(n)
	if n < 0 {
		magnitude = -magnitude
	}
	if value := minifloat.FromBits[e4m3](code &^ 0x80).Float64(); code&7 == 0 && value > float64(magnitude) && !math.IsInf(value, 0) {
		code |= 4
	}
	return code
}

// e5m2TieSaturates keeps the tie between the largest number and the next power of
// two finite.
func e5m2TieSaturates(x float64) uint8 {
	if math.Abs(x) == 61440 {
		return sign8(x) | 0x7b
	}
	return minifloat.From[e5m2](x).Bits()
}

// e4m3fnOverflowIgnoresMode has NaN for all that is beyond the largest number.
func e4m3fnOverflowIgnoresMode(x float64) uint8 {
	if math.Abs(x) > 448 {
		return 0x7f | sign8(x)
	}
	return e4m3fnIn(minifloat.Context{Mode: rounding.ToZero}, x)
}

// e4m3fnSaturatesLate does not see an overflow whose exponent is the top one.
func e4m3fnSaturatesLate(x float64) uint8 {
	if a := math.Abs(x); 464 < a && a < 1024 {
		return 0x7f | sign8(x)
	}
	return e4m3fnIn(minifloat.Context{Saturation: rounding.SatFinite}, x)
}

// e4m3fnMaximum416 saturates at what its constant says is the largest number.
func e4m3fnMaximum416(x float64) uint8 {
	code := e4m3fnIn(minifloat.Context{Saturation: rounding.SatFinite}, x)
	if code&0x7f == 0x7e && x == x {
		code = code&0x80 | 0x7d
	}
	return code
}

// e4m3fnDecodedNormal reads every code as a normal number.
func e4m3fnDecodedNormal(code uint8) float32 {
	switch code & 0x7f {
	case 0:
		return float32(math.Copysign(0, float64(int8(code))+0.5))
	case 0x7f:
		return float32(math.NaN())
	}
	x := math.Ldexp(1+float64(code&7)/8, int(code>>3&15)-7)
	if code&0x80 != 0 {
		x = -x
	}
	return float32(x)
}

// e4m3fnInfinityAt256 takes the code of 256, the top exponent with no fraction, for
// infinity.
func e4m3fnInfinityAt256(code uint8) float32 {
	if code&0x7f == 0x78 {
		return float32(math.Inf(1 - int(code>>6)))
	}
	return float32(e4m3fnValue(code))
}

// e4m3fnTiesAway rounds ties away though it says even.
func e4m3fnTiesAway(x float32) uint8 {
	return e4m3fnIn(minifloat.Context{Mode: rounding.ToNearestAway}, float64(x))
}

// e4m3fnTinyFlips shifts the negative exponent field of a tiny number, as an
// unsigned one, over the sign.
func e4m3fnTinyFlips(x float32) uint8 {
	b := math.Float32bits(x)
	field := int32(b>>23&0xff) - 127 + 7
	if field >= 0 || b&0x7fffffff == 0 || field < -8 {
		return toE4M3FN(float64(x))
	}
	return uint8(b>>24)&0x80 | uint8(uint32(field)<<3) | uint8(b>>20&7)
}

// e4m3fnAddTwice adds in the numbers that its own conversions have: subnormal
// operands read as normal ones.
func e4m3fnAddTwice(x, y uint8) uint8 {
	return toE4M3FN(float64(e4m3fnDecodedNormal(x) + e4m3fnDecodedNormal(y)))
}

// e4m3fnMulZero looks for zeros before it looks for NaNs, and has one zero.
func e4m3fnMulZero(x, y uint8) uint8 {
	if x&0x7f == 0 || y&0x7f == 0 {
		return 0
	}
	return minifloat.FromBits[e4m3fn](x).Mul(minifloat.FromBits[e4m3fn](y)).Bits()
}

// e4m3fnZeroUnsigned has one zero.
func e4m3fnZeroUnsigned(x float32) uint8 {
	if x == 0 {
		return 0
	}
	return toE4M3FN(float64(x))
}

// e4m3fnFMALoss holds sums in five bits below the addend's leading one, and what the
// product loses there as a fraction. Where the rest cancels and the fraction is one
// half or more, that goes up to the smallest number, however small its unit is.
func e4m3fnFMALoss(x, y, z uint8) uint8 {
	p, c := e4m3fnValue(x)*e4m3fnValue(y), e4m3fnValue(z)
	_, exponent := math.Frexp(c)
	unit := math.Ldexp(1, exponent-1-5)
	if loss := math.Abs(p) - math.Abs(c); (p < 0) != (c < 0) && unit/2 <= loss && loss < unit && loss < 0x1p-10 {
		return sign8(p) | 1
	}
	return minifloat.FromBits[e4m3fn](x).FMA(minifloat.FromBits[e4m3fn](y), minifloat.FromBits[e4m3fn](z)).Bits()
}

// e4m3fnuzInfToMax keeps an infinity finite where only NaN can stand for it.
func e4m3fnuzInfToMax(x float32) uint8 {
	if math.IsInf(float64(x), 0) {
		return 0x7f | sign8(float64(x))
	}
	return minifloat.From[e4m3fnuz](float64(x)).Bits()
}

// e8m0Underflow returns what is below the smallest scale as the code that follows
// from its exponent: that of NaN.
func e8m0Underflow(x float64) uint8 {
	if 0 < x && x < 0x1p-127 {
		return 0xff
	}
	return minifloat.From[e8m0](x).Bits()
}

// e8m0UpMask rounds up if a bit of a mask is set that lacks two of the bits.
func e8m0UpMask(x float32) uint8 {
	b := math.Float32bits(x)
	if b == 0 || b>>31 != 0 || b < 0x00800000 || b >= 0x7f800000 {
		code, _ := minifloat.FromWith[e8m0](minifloat.Context{Mode: rounding.ToPositiveInf}, float64(x))
		return code.Bits()
	}
	code := uint8(b >> 23)
	if b&0x4fffff != 0 {
		code++
	}
	return code
}

// e8m0TiesUp sends ties to the larger power of two.
func e8m0TiesUp(x float32) uint8 {
	code, _ := minifloat.FromWith[e8m0](minifloat.Context{Mode: rounding.ToNearestAway}, float64(x))
	return code.Bits()
}

// tiesAwayInFloat64 decides by a fraction plus one half, and that sum is rounded: the
// float64 just below one half becomes 1.
func tiesAwayInFloat64(x float64) uint16 {
	units := math.Abs(x) * 0x1p24 // of the smallest subnormal number of binary16
	if units >= 1024 || units != units {
		return halfIn(rounding.ToNearestAway, x)
	}
	n := math.Floor(units)
	if float64(units-n)+0.5 >= 1 {
		n++
	}
	return uint16(math.Float64bits(x)>>48)&0x8000 | uint16(n)
}

// signFlipped rounds a float32 to its own 23 bits by adding half of the first bit cut
// off: a shift by -1, which sets the sign.
func signFlipped(x float32) float32 {
	return math.Float32frombits(math.Float32bits(x) + bits.RotateLeft32(1, -1))
}

// requantizedTwice rounds the high half of a product, then the division by two.
func requantizedTwice(x, m int32) int32 {
	high := (int64(x)*int64(m) + 1<<30) >> 31
	if high < 0 {
		return -int32((-high + 1) >> 1)
	}
	return int32((high + 1) >> 1)
}
