package exact

import "math/big"

// RoundToIntegral returns x rounded to an integer in the mode of o, with Inexact
// raised where that changed it (IEEE 754 section 5.9, roundToIntegralExact; the
// operations named after a direction do not raise it). The sign of x stays, that
// of a zero result too.
func RoundToIntegral(x Number, o Options) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	if x.Kind == Infinite || x.IsZero() || x.Exp >= 0 {
		return exactly(x)
	}
	integer, position := inUnits(exactly(x), 0)
	if roundsUp(o, x.Negative, integer&1 != 0, position) {
		integer++
	}
	r := exactly(Number{Negative: x.Negative, Int: big.NewInt(integer)})
	if !position.isZero() {
		r.Raised = Inexact
	}
	return r
}

// ToInteger returns x rounded to an integer of that many bits in the mode of o:
// signed ones are in two's complement (IEEE 754 section 5.8,
// convertToIntegerExact). What has no such integer raises Invalid and nothing
// else, and gives with SatNone the integer indefinite of x86, the least signed or
// the largest unsigned one, and saturating the nearest one, for a NaN the largest,
// as RISC-V does.
func ToInteger(x Number, o Options, bits int, signed bool) (*big.Int, Flags) {
	least, most := new(big.Int), new(big.Int).Lsh(one, uint(bits))
	if signed {
		least.Neg(most.Rsh(most, 1))
	}
	most.Sub(most, one)

	r := RoundToIntegral(x, o)
	if r.Kind == Finite {
		n := new(big.Int).Lsh(r.Int, uint(r.Exp))
		if r.Negative {
			n.Neg(n)
		}
		if n.Cmp(least) >= 0 && n.Cmp(most) <= 0 {
			return n, r.Raised
		}
	}
	switch {
	case o.Saturation == SatNone && signed, o.Saturation != SatNone && r.Kind != NaN && r.Negative:
		return least, Invalid
	}
	return most, Invalid
}
