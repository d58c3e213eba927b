package fuzz

import "math/bits"

// layout is where the fields of a code lie.
type layout struct {
	expo, mant uint
	bias       int
	sign       uint64 // the mask of the sign bit, 0 without one
	special    uint64 // codes from here on, without their sign, are infinities and NaNs
	nan        uint64 // a NaN that the fields alone do not show, else a value no code has
	zero       bool   // the magnitude 0 is the number zero
	integer    bool   // no fields: an integer in two's complement
}

func layoutOf(f Format) layout {
	if f.kind != floating {
		return layout{mant: uint(f.Bits()), sign: f.sign(), integer: true}
	}
	g := f.float
	l := layout{expo: uint(g.ExponentBits), mant: uint(g.MantissaBits), bias: g.Bias, sign: f.sign(), nan: 1<<64 - 1, zero: g.Zero}
	c := newClassifier(f)
	l.special = c.largest + 1
	if l.sign != 0 && c.of(l.sign).class == NaN {
		l.nan = l.sign
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
	if l.integer {
		if negative == 1 {
			code = -(code | -l.sign)
		}
		return uint64(bits.OnesCount64(code))<<32 | uint64(bits.Len64(code))<<2 | negative
	}
	magnitude := code &^ l.sign
	switch {
	case code == l.nan:
		return 1 << 24
	case magnitude == 0 && l.zero:
		return negative
	case magnitude >= l.special:
		return 1<<20 | uint64(bits.OnesCount64(magnitude))<<2 | negative
	}
	distance := int(magnitude>>l.mant) - l.bias
	return uint64(bits.OnesCount64(magnitude&(1<<l.mant-1)))<<32 | uint64(max(distance, -distance))<<2 | negative
}

// simpler returns codes of lower cost, the boldest step first. Repeated, it ends:
// the cost falls every time.
func (l layout) simpler(code uint64) []uint64 {
	var tries []uint64
	sign, magnitude := code&l.sign, code&^l.sign
	if l.integer {
		mask := uint64(1)<<(l.mant-1)<<1 - 1
		tries = []uint64{0, 1, -code & mask, code >> 1, (code | -sign) >> 1 & mask}
		for rest := code; rest != 0; rest &= rest - 1 {
			tries = append(tries, code&^(rest&-rest))
		}
	} else {
		mantissa := magnitude & (1<<l.mant - 1)
		expo := int(magnitude >> l.mant)
		one := min(max(l.bias, 0), 1<<l.expo-1)
		join := func(e int, m uint64) uint64 { return sign | uint64(e)<<l.mant | m }
		tries = []uint64{0, uint64(one) << l.mant, magnitude, join(expo, 0), join(one, mantissa), join((expo+one)/2, mantissa)}
		if expo < one {
			tries = append(tries, join(expo+1, mantissa))
		} else if expo > one {
			tries = append(tries, join(expo-1, mantissa))
		}
		for rest := mantissa; rest != 0; rest &= rest - 1 {
			tries = append(tries, code&^(rest&-rest))
		}
	}
	limit, kept := l.cost(code), tries[:0]
	for _, c := range tries {
		if l.cost(c) < limit {
			kept = append(kept, c)
		}
	}
	return kept
}
