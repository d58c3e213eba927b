package fuzz

import "slices"

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
// and then the largest finite codes, the infinities and the canonical NaN. Of
// integers and of fixed point they are the limits, the powers of two with the
// numbers beside them, and the negatives of these.
func Corners(f Format) []uint64 {
	if f.kind == noFormat {
		panic("fuzz: the zero Format is no format")
	}
	if f.Bits() <= exhaustiveBits {
		all := make([]uint64, 1<<f.Bits())
		for i := range all {
			all[i] = uint64(i)
		}
		return all
	}
	var all []uint64
	if f.kind == floating {
		all = floatCorners(f)
	} else {
		for i := range f.Bits() {
			for d := range uint64(3) {
				n := uint64(1)<<i + d - 1
				all = append(all, n&f.mask(), -n&f.mask())
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// exhaustiveBits is the width up to which all codes are corner cases.
const exhaustiveBits = 8

func floatCorners(f Format) []uint64 {
	c := newClassifier(f)
	m, bias := f.float.MantissaBits, f.float.Bias
	ones := uint64(1)<<m - 1
	mantissas := []uint64{0, ones, ones &^ 1, ones >> 1, (ones&^(ones>>1) | 1) & ones}
	for i := range m {
		mantissas = append(mantissas, 1<<i)
	}
	top := int(c.largest >> m)
	expos := []int{0, 1, 2, bias, bias - 1, bias + 1, bias - 2, bias + 2, bias - m, bias + m, bias - m - 1, bias + m + 1, top - 1, top, top + 1}
	magnitudes := []uint64{c.largest, c.largest - 1}
	for _, e := range expos {
		for _, t := range mantissas {
			if e >= 0 && e < 1<<f.float.ExponentBits {
				magnitudes = append(magnitudes, uint64(e)<<m|t)
			}
		}
	}
	if f.float.Infinities {
		magnitudes = append(magnitudes, c.largest+1)
	}
	all := slices.Clone(magnitudes)
	if c.sign != 0 {
		for _, code := range magnitudes {
			all = append(all, code|c.sign)
		}
	}
	return append(all, c.sign, f.mask()&^c.sign) // the places of a NaN that is alone
}
