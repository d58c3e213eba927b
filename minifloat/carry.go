package minifloat

import "github.com/halfulp/halfulp/rounding"

// carries is rounding.Increment as what to add: the sum of the discarded bits,
// as a fraction of 2^64, and carries[mode][row] carries out of its 64 bits where
// the mode rounds up a magnitude whose sign and last bit kept are neg and odd,
// row = neg<<1 | odd. Every mode is such a threshold. Of n discarded bits the sum
// with carries[mode][row]>>(64-n) carries out of the n bits just so: the shift
// leaves 2^n-1, 2^(n-1), 2^(n-1)-1 and 0 of the four numbers.
var carries = func() (all [rounding.ToOdd + 1][4]uint64) {
	for mode := range rounding.ToOdd + 1 {
		for row := range all[mode] {
			all[mode][row] = carry(mode, row&2 != 0, row&1 != 0)
		}
	}
	return all
}()

// carry is the least that carries what mode rounds up.
func carry(mode rounding.Mode, neg, odd bool) uint64 {
	switch {
	case rounding.Increment(mode, neg, odd, false, true): // anything that is inexact
		return 1<<64 - 1
	case rounding.Increment(mode, neg, odd, true, false): // from the half on
		return 1 << 63
	case rounding.Increment(mode, neg, odd, true, true): // beyond the half
		return 1<<63 - 1
	}
	return 0
}
