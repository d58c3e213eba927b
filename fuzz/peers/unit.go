package peers

import (
	"math"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func singleOf(x float32) single { return minifloat.FromBits[single](math.Float32bits(x)) }

func float32Of(x single) float32 { return math.Float32frombits(x.Bits()) }

// singleMissesUnderflow looks for tininess in the result: a carry to the smallest
// normal number hides it.
func singleMissesUnderflow(x float64) (float32, rounding.Flags) {
	z, flags := minifloat.FromWith[single](minifloat.Context{}, x)
	if math.Abs(z.Float64()) >= 0x1p-126 {
		flags &^= rounding.Underflow
	}
	return float32Of(z), flags
}

// quoExactUnderflows raises Underflow for every subnormal quotient.
func quoExactUnderflows(x, y float32) (float32, rounding.Flags) {
	z, flags := minifloat.Quo(minifloat.Context{}, singleOf(x), singleOf(y))
	if z.IsSubnormal() {
		flags |= rounding.Underflow
	}
	return float32Of(z), flags
}

// quoByInfOverflows raises Overflow for a division by infinity.
func quoByInfOverflows(x, y float32) (float32, rounding.Flags) {
	z, flags := minifloat.Quo(minifloat.Context{}, singleOf(x), singleOf(y))
	if math.IsInf(float64(y), 0) && x == x && !math.IsInf(float64(x), 0) {
		flags |= rounding.Overflow
	}
	return float32Of(z), flags
}

// quoZeroByZeroDivides raises DivideByZero for 0/0.
func quoZeroByZeroDivides(x, y float32) (float32, rounding.Flags) {
	z, flags := minifloat.Quo(minifloat.Context{}, singleOf(x), singleOf(y))
	if x == 0 && y == 0 {
		flags |= rounding.DivideByZero
	}
	return float32Of(z), flags
}

// singleOfIntNearest ignores its direction.
func singleOfIntNearest(n int32) float32 { return float32(n) }

// fmaSignOfZero takes a zero addend for the larger of two numbers of opposite signs.
func fmaSignOfZero(x, y, z float32) float32 {
	r := singleOf(x).FMA(singleOf(y), singleOf(z))
	if z == 0 && r.Signbit() != math.Signbit(float64(z)) {
		r = r.Neg()
	}
	return float32Of(r)
}

// fmaNegativeZero gives a sum of zeros of opposite signs the sign of the addend.
func fmaNegativeZero(x, y, z float32) float32 {
	if (x == 0 && y == y && !math.IsInf(float64(y), 0) || y == 0 && x == x && !math.IsInf(float64(x), 0)) && z == 0 {
		return z
	}
	return float32Of(singleOf(x).FMA(singleOf(y), singleOf(z)))
}

// mulByAddingZero multiplies by a fused multiply-add of +0.
func mulByAddingZero(x, y float32) float32 {
	return float32Of(singleOf(x).FMA(singleOf(y), singleOf(0)))
}

// mulMissesUnderflow is singleMissesUnderflow for a product.
func mulMissesUnderflow(x, y float32) (float32, rounding.Flags) {
	z, flags := minifloat.Mul(minifloat.Context{}, singleOf(x), singleOf(y))
	if math.Abs(z.Float64()) >= 0x1p-126 {
		flags &^= rounding.Underflow
	}
	return float32Of(z), flags
}
