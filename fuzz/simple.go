package fuzz

import (
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/minifloat"
)

// layout is where the fields of a code lie, of a format or of float64.
type layout struct {
	expo, mant uint
	bias       int
	sign       uint64 // the mask of the sign bit, 0 without one
	nan        uint64 // a NaN that the fields alone do not show, else a value no code has
	zero       bool   // the magnitude 0 is the number zero
}

var float64Layout = layout{expo: 11, mant: 52, bias: 1023, sign: 1 << 63, nan: math.MaxUint64, zero: true}

func layoutOf(f minifloat.Format) layout {
	l := layout{expo: uint(f.ExponentBits()), mant: uint(f.MantissaBits()), bias: f.Bias(), nan: math.MaxUint64, zero: f.HasZero()}
	if f.Signed() {
		l.sign = 1 << (l.expo + l.mant)
	}
	if code, ok := f.NaNCode(); ok {
		l.nan = uint64(code)
	}
	return l
}

// cost is how far a code is from simple, as the package's documentation orders
// them: bits in the mantissa above bit 32, distance of the exponent from that of
// 1, sign in bit 0. Costs of several operands add up without a carry.
func (l layout) cost(code uint64) uint64 {
	negative := uint64(0)
	if code&l.sign != 0 {
		negative = 1
	}
	magnitude := code &^ l.sign
	switch {
	case code == l.nan:
		return 1 << 24
	case magnitude == 0 && l.zero:
		return negative
	}
	distance := int(magnitude>>l.mant) - l.bias
	return uint64(bits.OnesCount64(magnitude&(1<<l.mant-1)))<<32 | uint64(max(distance, -distance))<<2 | negative
}

// simpler returns codes of lower cost, the boldest step first. Repeated, it ends:
// the cost falls every time.
func (l layout) simpler(code uint64) []uint64 {
	sign, magnitude := code&l.sign, code&^l.sign
	mantissa := magnitude & (1<<l.mant - 1)
	expo := int(magnitude >> l.mant)
	one := min(max(l.bias, 0), 1<<l.expo-1)
	join := func(e int, m uint64) uint64 { return sign | uint64(e)<<l.mant | m }
	tries := []uint64{0, uint64(one) << l.mant, magnitude, join(expo, 0), join(one, mantissa), join((expo+one)/2, mantissa)}
	if expo < one {
		tries = append(tries, join(expo+1, mantissa))
	} else if expo > one {
		tries = append(tries, join(expo-1, mantissa))
	}
	for rest := mantissa; rest != 0; rest &= rest - 1 {
		tries = append(tries, code&^(rest&-rest))
	}
	limit, kept := l.cost(code), tries[:0]
	for _, c := range tries {
		if l.cost(c) < limit {
			kept = append(kept, c)
		}
	}
	return kept
}
