package rounding

import "math/bits"

// ShiftRightJam64 returns x >> n with every lost one-bit or-ed into bit 0
// ("jammed"): what remains compares with any tie exactly as x did, as long as
// at least two bits below the rounding position remain. Any n is allowed.
func ShiftRightJam64(x uint64, n uint) uint64 {
	if n == 0 {
		return x
	}
	if n > 63 {
		return nonzero(x)
	}
	return x>>n | nonzero(x<<(64-n))
}

// ShiftRightJam128 is ShiftRightJam64 on the 128-bit number hi*2^64 + lo.
func ShiftRightJam128(hi, lo uint64, n uint) (zhi, zlo uint64) {
	switch {
	case n == 0:
		return hi, lo
	case n < 64:
		return hi >> n, hi<<(64-n) | lo>>n | nonzero(lo<<(64-n))
	case n == 64:
		return 0, hi | nonzero(lo)
	default:
		return 0, ShiftRightJam64(hi, n-64) | nonzero(lo)
	}
}

// ShiftRight64 returns x / 2^n rounded to an integer in mode m, and whether
// that was inexact. The value's sign is neg and x its magnitude, so neg matters
// to the directed modes and to ToNearestUp only. Any n is allowed. Unless n is
// 0 it panics as [Increment] does.
func ShiftRight64(m Mode, neg bool, x uint64, n uint) (z uint64, inexact bool) {
	if n == 0 {
		return x, false
	}
	var half, sticky bool
	if n <= 64 {
		rest := x << (64 - n) // the discarded bits, left-aligned; n = 64 keeps all of x
		half, sticky = rest>>63 != 0, rest<<1 != 0
	} else {
		sticky = x != 0
	}
	if n < 64 {
		z = x >> n
	}
	// z + 1 cannot wrap: z < 2^63.
	if Increment(m, neg, z&1 != 0, half, sticky) {
		z++
	}
	return z, half || sticky
}

// ShiftRight128 is ShiftRight64 on the 128-bit magnitude hi*2^64 + lo.
func ShiftRight128(m Mode, neg bool, hi, lo uint64, n uint) (zhi, zlo uint64, inexact bool) {
	if n == 0 {
		return hi, lo, false
	}
	half, sticky := lo&1 != 0, false
	zhi, zlo = hi>>1, hi<<63|lo>>1
	if n > 1 {
		// Jam all but two of the discarded bits: the half and the sticky.
		hi, lo = ShiftRightJam128(hi, lo, n-2)
		half, sticky = lo&2 != 0, lo&1 != 0
		zhi, zlo = hi>>2, hi<<62|lo>>2
	}
	if Increment(m, neg, zlo&1 != 0, half, sticky) {
		var carry uint64
		zlo, carry = bits.Add64(zlo, 1, 0)
		zhi += carry
	}
	return zhi, zlo, half || sticky
}

func nonzero(x uint64) uint64 {
	return (x | -x) >> 63
}
