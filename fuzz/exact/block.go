package exact

import "math/big"

// ScaleRule says which power of two an MX block is divided by.
type ScaleRule int

const (
	// FloorScale is MX section 6.3: 2^(floor(log2(max|v|)) - emax) with the exponent
	// emax of the largest element. Elements above the largest one saturate.
	FloorScale ScaleRule = iota

	// CeilScale is the least power of two that no element saturates at:
	// 2^ceil(log2(max|v| / largest element)), as NVIDIA trains with MXFP8.
	CeilScale
)

// DecodeBlock returns the values scale*element of a block of MX or of
// P3109. A NaN scale gives NaNs; a product that is invalid is a NaN too.
func DecodeBlock(scale Number, elements []Number) []Number {
	values := make([]Number, len(elements))
	for i, x := range elements {
		values[i] = Mul(x, scale).Number
	}
	return values
}

// BlockDot returns the dot product of two blocks without any rounding: MX's Dot,
// P3109's BlockDotProduct.
func BlockDot(xScale Number, x []Number, yScale Number, y []Number) Result {
	return ExactDot(Number{Int: zero}, DecodeBlock(xScale, x), DecodeBlock(yScale, y))
}

// largest returns the largest magnitude of the finite values, and whether some are not.
func largest(values []Number) (most Number, allFinite bool) {
	most, allFinite = Number{Int: zero}, true
	for _, v := range values {
		if v.Kind != Finite {
			allFinite = false
		} else if compareMagnitudes(v, most) > 0 {
			most = Abs(v).Number
		}
	}
	return most, allFinite
}

// MXScale returns the code of E8M0 for a block: NaN if a value is not finite or the
// power of two is above 2^127, and 2^-127 where it is below, as for a block of zeros.
// (The specification leaves these to the implementation; Microsoft's emulator of it
// does so.)
func MXScale(values []Number, element Format, rule ScaleRule) uint64 {
	most, allFinite := largest(values)
	if !allFinite {
		return E8M0().nanCode()
	}
	if most.IsZero() {
		return 0
	}
	top := element.MaxFinite()
	exponent := most.binade() - top.binade()
	if rule == CeilScale && compareMagnitudes(most, Number{Int: top.Int, Exp: top.Exp + exponent}) > 0 {
		exponent++
	}
	switch {
	case exponent > 127:
		return E8M0().nanCode()
	case exponent < -127:
		return 0
	}
	return uint64(exponent + 127)
}

// MXBlock returns the scale and the elements of a block: each value divided by the
// scale and rounded once by o, of which MX requires TiesToEven and SatFinite.
func MXBlock(values []Number, element Format, rule ScaleRule, o Options) (scale uint64, codes []uint64, flags Flags) {
	scale = MXScale(values, element, rule)
	codes, flags = divideAndRound(values, E8M0().Decode(scale), element, o)
	return scale, codes, flags
}

func divideAndRound(values []Number, scale Number, element Format, o Options) (codes []uint64, flags Flags) {
	codes = make([]uint64, len(values))
	for i, v := range values {
		code, raised := RoundResult(Quo(v, scale), element, o)
		codes[i] = code
		flags |= raised
	}
	return codes, flags
}

// NVFP4 returns the scale, in OFP8 E4M3, and the elements, in E2M1, of a block of
// NVFP4 whose tensor has a scale of its own. The block's scale is max|v| / 6 / tensor,
// rounded to nearest even and kept within the positive codes; the elements are
// v / (scale*tensor), rounded to nearest even and saturated. Each is rounded once from
// the exact quotient. The tensor's scale should be max|v| / (6*448) over all blocks.
func NVFP4(values []Number, tensor Number) (scale uint64, codes []uint64, flags Flags) {
	e4m3, e2m1 := FN(4, 3), FiniteOnly(2, 1)
	most, allFinite := largest(values)
	o := Options{Saturation: SatFinite}
	if !allFinite {
		scale = e4m3.nanCode()
	} else if scale, flags = RoundResult(Quo(most, Mul(tensor, Int64(6)).Number), e4m3, o); scale == 0 {
		scale = 1 // 2^-9
	}
	codes, raised := divideAndRound(values, Mul(e4m3.Decode(scale), tensor).Number, e2m1, o)
	return scale, codes, flags | raised
}

// BlockElement returns what a value becomes in a block of P3109 before it is rounded:
// with a NaN scale NaN, with a zero scale zero, with an infinite one the sign of the
// value, and x/scale otherwise.
func BlockElement(x, scale Number) Result {
	if r, isNaN := propagate(x, scale); isNaN {
		return r
	}
	switch {
	case scale.IsZero() || x.IsZero():
		return exactly(Number{Int: zero})
	case scale.Kind == Infinite:
		return exactly(Number{Negative: x.Negative != scale.Negative, Int: one})
	}
	return Quo(x, scale)
}

// P3109Block is ConvertToBlockMaxAbsFinite: the scale is the largest finite magnitude
// rounded by so into the format of scales, and each element is rounded by o. P3109
// suggests TowardPositive for the scale, so that no element is above 1.
func P3109Block(values []Number, scaleFormat Format, so Options, element Format, o Options) (scale uint64, codes []uint64) {
	most, _ := largest(values)
	scale, _ = RoundResult(exactly(most), scaleFormat, so)
	codes = make([]uint64, len(values))
	for i, v := range values {
		codes[i], _ = RoundResult(BlockElement(v, scaleFormat.Decode(scale)), element, o)
	}
	return scale, codes
}

// Reduce returns the sum of values, or their product, without rounding: P3109's
// BlockReduceAdd and BlockReduceMultiply.
func Reduce(values []Number, multiply bool) Result {
	sum := exactly(Number{Int: zero})
	op := Add
	if multiply {
		sum, op = exactly(Number{Int: big.NewInt(1)}), Mul
	}
	for _, v := range values {
		raised := sum.Raised
		sum = op(sum.Number, v)
		sum.Raised |= raised
	}
	return sum
}
