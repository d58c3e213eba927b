package peers

import (
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func toBFloat(x float64) uint16 { return minifloat.From[bfloat](x).Bits() }

func bfloatIn(mode rounding.Mode, x float64) uint16 {
	code, _ := minifloat.FromWith[bfloat](minifloat.Context{Mode: mode}, x)
	return code.Bits()
}

func bfloatValue(code uint16) float64 { return minifloat.FromBits[bfloat](code).Float64() }

// bfloatTruncated keeps the upper half of a float32, of a NaN too.
func bfloatTruncated(x float32) uint16 { return uint16(math.Float32bits(x) >> 16) }

// bfloatNaNRounded rounds NaNs as it rounds numbers, by an addition to the code.
func bfloatNaNRounded(x float32) uint16 {
	b := math.Float32bits(x)
	if b&0x7fffffff > 0x7f800000 {
		return uint16(b >> 16) // the payload's lower half is lost
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}

// bfloatTiesAway adds half a unit in the last place.
func bfloatTiesAway(x float32) uint16 {
	if x != x {
		return toBFloat(float64(x))
	}
	return uint16((math.Float32bits(x) + 0x8000) >> 16)
}

// bfloatViaFloat32 rounds twice.
func bfloatViaFloat32(x float64) uint16 { return toBFloat(float64(float32(x))) }

// bfloatOfInt64 rounds an integer twice.
func bfloatOfInt64(n int64) uint16 { return toBFloat(float64(float32(n))) }

// bfloatOfInt32 rounds an integer to float32, then to bfloat16.
func bfloatOfInt32(n int32) uint16 { return toBFloat(float64(float32(n))) }

// bfloatOfInt32Truncated keeps the upper half of the float32.
func bfloatOfInt32Truncated(n int32) uint16 { return bfloatTruncated(float32(n)) }

// bfloatDecodedByShift normalizes a subnormal number, whose exponent field then is
// negative, and shifts that field, as an unsigned one, over the sign.
func bfloatDecodedByShift(code uint16) float32 {
	field, fraction := uint32(code>>7&0xff), uint32(code&0x7f)
	if field == 0 && fraction != 0 {
		shift := uint32(8 - bits.Len32(fraction))
		field, fraction = 1-shift, fraction<<shift&0x7f
	}
	return math.Float32frombits(uint32(code)&0x8000<<16 | field<<23 | fraction<<16)
}

// bfloatMulSmallest has the smallest subnormal number for all products that are
// below it.
func bfloatMulSmallest(x, y uint16) uint16 {
	p := bfloatValue(x) * bfloatValue(y) // exact
	if a := math.Abs(p); 0 < a && a < 0x1p-133 {
		return uint16(math.Float64bits(p)>>48)&0x8000 | 1
	}
	return toBFloat(p)
}

// bfloatFMAViaFloat64 trusts that 53 bits are enough.
func bfloatFMAViaFloat64(x, y, z uint16) uint16 {
	return toBFloat(math.FMA(bfloatValue(x), bfloatValue(y), bfloatValue(z)))
}

// bfloatFMAUnderflows goes through float32, rounded to odd, and keeps the exceptions
// of that step too.
func bfloatFMAUnderflows(x, y, z uint16) (uint16, rounding.Flags) {
	wide := func(code uint16) single { return minifloat.From[single](bfloatValue(code)) }
	of := func(code uint16) bfloat { return minifloat.FromBits[bfloat](code) }
	_, first := minifloat.FMA(minifloat.Context{Mode: rounding.ToOdd}, wide(x), wide(y), wide(z))
	code, flags := minifloat.FMA(minifloat.Context{}, of(x), of(y), of(z))
	return code.Bits(), flags | first&rounding.Underflow
}

// bfloatQuoForgets shifts an exact quotient out of the format and forgets it.
func bfloatQuoForgets(x, y uint16) (uint16, rounding.Flags) {
	a, b := minifloat.FromBits[bfloat](x), minifloat.FromBits[bfloat](y)
	code, flags := minifloat.Quo(minifloat.Context{Mode: rounding.ToPositiveInf}, a, b)
	q := a.Float64() / b.Float64() // of 8 bits each: exact where it ends within 53
	if q != 0 && math.Abs(q) < 0x1p-133 && math.FMA(q, b.Float64(), -a.Float64()) == 0 {
		return (x ^ y) & 0x8000, 0
	}
	return code.Bits(), flags
}

// bfloatLog2 finds the exponent as the floor of a logarithm, which comes out one too
// high just below a power of two.
func bfloatLog2(x float64) uint16 {
	if x == 0 || x != x || math.IsInf(x, 0) {
		return toBFloat(x)
	}
	a := math.Abs(x)
	exponent := math.Floor(math.Log2(a))
	if exponent < -126 || exponent > 127 {
		return bfloatIn(rounding.ToZero, x)
	}
	scale := math.Ldexp(1, int(exponent)-7)
	return bfloatIn(rounding.ToZero, math.Copysign(math.Trunc(a/scale)*scale, x))
}
