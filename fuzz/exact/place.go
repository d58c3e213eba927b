package exact

import (
	"math"
	"math/big"
)

// Place is where an exact result lies among the values of a format: between which
// two neighbours, and how far up. Everything that the mode, the saturation and
// the rule of tininess do not change is in it.
//
// Values are numbered in ascending order of magnitude, 0 for zero, as their codes
// are; the numbering goes on above the largest finite value, as if the exponent
// field had more bits.
type Place struct {
	format Format
	result Result

	// The neighbours of a finite magnitude, and the position between them.
	lower, upper int64
	position     position

	// tiny: the exact magnitude is below the smallest normal value.
	tiny bool

	// nearNormal: it is so close below it that rounding to full precision with an
	// unbounded exponent may give the smallest normal value: finePosition is the
	// position between that and its predecessor in that precision, and fineOdd
	// whether the predecessor is odd.
	nearNormal   bool
	fineOdd      bool
	finePosition position
}

// position is a fraction nu, 0 <= nu < 1, of the distance between two neighbours:
// its first 64 bits, and whether anything follows them.
type position struct {
	fraction uint64
	more     bool
}

const half = 1 << 63

func (p position) isZero() bool    { return p.fraction == 0 && !p.more }
func (p position) isHalf() bool    { return p.fraction == half && !p.more }
func (p position) aboveHalf() bool { return p.fraction >= half && !p.isHalf() }

// Locate finds the place of an exact result in a format.
func Locate(r Result, f Format) Place {
	p := Place{format: f, result: r}
	if r.Kind != Finite || r.IsZero() {
		return p
	}

	// P3109 RoundToPrecision: the unit in the last place is 2^Q with
	// Q = max(floor(log2|X|), emin) - (precision - 1).
	emin := f.minExponent()
	binade := r.Int.BitLen() + r.Exp - 1
	q := max(binade, emin) - f.MantissaBits
	integer, position := inUnits(r, q)
	p.position = position
	p.tiny = binade < emin

	switch {
	case p.tiny && !f.Zero:
		// Nothing below the smallest value: Round gives that.
	case p.tiny && !f.Subnormals:
		// No values between zero and the smallest normal, which counts as odd.
		p.lower, p.upper = 0, 1<<f.MantissaBits
		_, p.position = inUnits(r, emin)
	default:
		// In the first two binades (e = 0 and 1) the number of a value is its
		// significand; each further one adds 2^MantissaBits. Without a code for zero
		// the numbering starts at the smallest normal value.
		// Beyond the numbers of 63 bits any large one will do: every format's codes end
		// before that.
		p.lower = math.MaxInt64 - 1
		if e := int64(q - (emin - f.MantissaBits)); e <= p.lower>>f.MantissaBits-2 {
			p.lower = e<<f.MantissaBits + integer
		}
		if !f.Zero {
			p.lower -= 1 << f.MantissaBits
		}
		p.upper = p.lower + 1
	}

	if binade == emin-1 {
		predecessor, position := inUnits(r, binade-f.MantissaBits)
		p.nearNormal = predecessor == 1<<(f.MantissaBits+1)-1
		p.finePosition = position
		// Of a precision of one bit the powers of two are odd and even by turns, the
		// smallest normal (code 1) being odd; otherwise a significand of ones is odd.
		p.fineOdd = f.MantissaBits > 0
	}
	return p
}

// inUnits returns the magnitude of r in units of 2^q: integer part and fraction.
func inUnits(r Result, q int) (int64, position) {
	integer, position := inUnitsBig(r, q)
	return integer.Int64(), position
}

// inUnitsBig is inUnits with the whole integer part.
func inUnitsBig(r Result, q int) (*big.Int, position) {
	// Truncated to 64 bits after the point.
	shift := q - 64 - r.Exp
	scaled := new(big.Int)
	more := r.Between
	if shift <= 0 {
		if r.Between {
			panic("exact: too few bits of a quotient or root")
		}
		scaled.Lsh(r.Int, uint(-shift))
	} else {
		scaled.Rsh(r.Int, uint(shift))
		more = more || r.Int.Sign() != 0 && r.Int.TrailingZeroBits() < uint(shift)
	}
	integer := new(big.Int).Rsh(scaled, 64)
	fraction := scaled.Sub(scaled, new(big.Int).Lsh(integer, 64))
	return integer, position{fraction.Uint64(), more}
}
