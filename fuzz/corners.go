package fuzz

import (
	"slices"

	"github.com/halfulp/halfulp/minifloat"
)

// exhaustiveBits is the width up to which all codes and all pairs are run.
const exhaustiveBits = 8

// Corners returns the corner cases among the codes of f, ascending, each once.
// Up to 8 bits they are all codes. Above, in the manner of Berkeley TestFloat,
// they are every exponent field of the first list with every mantissa field of
// the second, with either sign, a few hundred in all:
//
//   - 0 (zero and the subnormal numbers), 1, 2; that of 1, one and two beside
//     it, and M, M+1 beside it, where the last bit of one operand meets the
//     first of another; the last two finite ones and the one above;
//   - zero, each single bit, the first and the last bit, all ones, all ones
//     but the last, all ones but the first;
//
// and then the largest finite codes, the infinities and the canonical NaN.
func Corners(f minifloat.Format) []uint32 {
	largest := f.MaxCode() // panics for the zero Format
	if f.Bits() <= exhaustiveBits {
		all := make([]uint32, 1<<f.Bits())
		for i := range all {
			all[i] = uint32(i)
		}
		return all
	}
	m, bias := f.MantissaBits(), f.Bias()
	ones := uint32(1)<<m - 1
	mantissas := []uint32{0, ones, ones &^ 1, ones >> 1, (ones&^(ones>>1) | 1) & ones}
	for i := range m {
		mantissas = append(mantissas, 1<<i)
	}
	top := int(largest >> m)
	expos := []int{0, 1, 2, bias, bias - 1, bias + 1, bias - 2, bias + 2, bias - m, bias + m, bias - m - 1, bias + m + 1, top - 1, top, top + 1}
	magnitudes := []uint32{largest, largest - 1}
	for _, e := range expos {
		for _, t := range mantissas {
			if e >= 0 && e < 1<<f.ExponentBits() {
				magnitudes = append(magnitudes, uint32(e)<<m|t)
			}
		}
	}
	if code, ok := f.InfCode(+1); ok {
		magnitudes = append(magnitudes, code)
	}
	all := slices.Clone(magnitudes)
	if f.Signed() {
		for _, code := range magnitudes {
			all = append(all, code|1<<(f.Bits()-1))
		}
	}
	if code, ok := f.NaNCode(); ok {
		all = append(all, code)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
