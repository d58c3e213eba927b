package exact

import (
	"math"
	"math/bits"
)

// Word is a finite Number whose integer has at most 62 bits, and the operations on
// Words find the place of a result without math/big: the same definition in
// 128-bit integers, for those who ask for millions of places a second. An
// exhaustive test holds them to be equal.
//
// The format of the place must have at most 52 significand bits.
type Word struct {
	Negative bool
	Int      uint64
	Exp      int
}

// DecodeWord returns the value of a code, and false for an infinity or a NaN. The
// code must have no more bits than the format.
func (f *Format) DecodeWord(code uint64) (Word, bool) {
	magnitude := code &^ f.signBit()
	negative := magnitude != code
	switch {
	case f.NaN == MinusZero && negative && magnitude == 0, magnitude > f.maxCode():
		return Word{}, false
	}
	exponent := int(magnitude >> f.MantissaBits)
	significand := magnitude & (1<<f.MantissaBits - 1)
	switch {
	case exponent > 0 || !f.Zero:
		significand |= 1 << f.MantissaBits
	case !f.Subnormals:
		significand, exponent = 0, 1
	default:
		exponent = 1
	}
	return Word{negative, significand, exponent - f.Bias - f.MantissaBits}, true
}

// LocateWord sets p to the place of x in f.
func (p *Place) LocateWord(x Word, f *Format) {
	if x.Int == 0 {
		p.zero(x.Negative, false, f)
		return
	}
	p.locate(x.Negative, 0, x.Int, x.Exp, false, f)
}

// LocateSum sets p to the place of x + y in f.
func (p *Place) LocateSum(x, y Word, f *Format) {
	switch {
	case x.Int == 0 && y.Int == 0:
		p.zero(x.Negative && y.Negative, x.Negative != y.Negative, f)
		return
	case y.Int == 0:
		p.LocateWord(x, f)
		return
	case x.Int == 0:
		p.LocateWord(y, f)
		return
	}
	// Both with their first bit in bit 63; x the larger.
	nx, ny := bits.LeadingZeros64(x.Int), bits.LeadingZeros64(y.Int)
	x.Int, x.Exp = x.Int<<nx, x.Exp-nx
	y.Int, y.Exp = y.Int<<ny, y.Exp-ny
	if y.Exp > x.Exp || y.Exp == x.Exp && y.Int > x.Int {
		x, y = y, x
	}
	// In 128 bits, the first bit of x in bit 125; y shifted to the same unit. Bits of y
	// are lost only where the exponents differ by more than 62, so that the sum keeps
	// 124 bits: 53 and the 64 of a position, and more.
	xhi, xlo := x.Int>>2, x.Int<<62
	yhi, ylo, lost := shiftRight(y.Int>>2, y.Int<<62, uint(x.Exp-y.Exp))
	if x.Negative == y.Negative {
		lo, carry := bits.Add64(xlo, ylo, 0)
		p.locate(x.Negative, xhi+yhi+carry, lo, x.Exp-62, lost, f)
		return
	}
	// What is lost of y makes the difference smaller than that of the integers: it lies
	// above the one below.
	less := uint64(0)
	if lost {
		less = 1
	}
	lo, borrow := bits.Sub64(xlo, ylo, less)
	hi := xhi - yhi - borrow
	if hi|lo == 0 {
		p.zero(false, true, f)
		return
	}
	p.locate(x.Negative, hi, lo, x.Exp-62, lost, f)
}

// LocateProduct sets p to the place of x * y in f.
func (p *Place) LocateProduct(x, y Word, f *Format) {
	negative := x.Negative != y.Negative
	hi, lo := bits.Mul64(x.Int, y.Int)
	if hi|lo == 0 {
		p.zero(negative, false, f)
		return
	}
	p.locate(negative, hi, lo, x.Exp+y.Exp, false, f)
}

// LocateFMA sets p to the place of x*y + z in f, and reports false where the
// product has more than 62 bits.
func (p *Place) LocateFMA(x, y, z Word, f *Format) bool {
	hi, lo := bits.Mul64(x.Int, y.Int)
	if hi != 0 || lo>>62 != 0 {
		return false
	}
	p.LocateSum(Word{x.Negative != y.Negative, lo, x.Exp + y.Exp}, z, f)
	return true
}

// LocateQuotient sets p to the place of x / y in f, and reports false where y is
// zero.
func (p *Place) LocateQuotient(x, y Word, f *Format) bool {
	negative := x.Negative != y.Negative
	switch {
	case y.Int == 0:
		return false
	case x.Int == 0:
		p.zero(negative, false, f)
		return true
	}
	nx, ny := bits.LeadingZeros64(x.Int), bits.LeadingZeros64(y.Int)
	a, b := x.Int<<nx, y.Int<<ny
	// a*2^127 / b, of 127 or 128 bits: a/2 is below b, whose first bit is bit 63.
	hi, rest := bits.Div64(a>>1, a<<63, b)
	lo, rest := bits.Div64(rest, 0, b)
	p.locate(negative, hi, lo, (x.Exp-nx)-(y.Exp-ny)-127, rest != 0, f)
	return true
}

// zero sets p to the place of a zero.
func (p *Place) zero(negative, cancelled bool, f *Format) {
	*p = Place{format: *f, result: Result{Number: Number{Negative: negative, Int: zero}, Cancelled: cancelled}}
}

// locate sets p to the place of a magnitude, not zero, of 128 bits in units of
// 2^exp, and of more than it but less than one unit. It is Locate in words.
func (p *Place) locate(negative bool, hi, lo uint64, exp int, more bool, f *Format) {
	*p = Place{format: *f, result: Result{Number: Number{Negative: negative, Int: one}}}
	emin := f.minExponent()
	binade := bits.Len64(hi) + 63 + exp
	if hi == 0 {
		binade = bits.Len64(lo) - 1 + exp
	}
	q := max(binade, emin) - f.MantissaBits
	var integer uint64
	integer, p.position = inWords(hi, lo, q-exp, more)
	p.tiny = binade < emin

	switch {
	case p.tiny && !f.Zero:
	case p.tiny && !f.Subnormals:
		p.lower, p.upper = 0, 1<<f.MantissaBits
		_, p.position = inWords(hi, lo, emin-exp, more)
	default:
		p.lower = math.MaxInt64 - 1
		if e := int64(q - (emin - f.MantissaBits)); e <= p.lower>>f.MantissaBits-2 {
			p.lower = e<<f.MantissaBits + int64(integer)
		}
		if !f.Zero {
			p.lower -= 1 << f.MantissaBits
		}
		p.upper = p.lower + 1
	}
	if binade == emin-1 {
		predecessor, position := inWords(hi, lo, binade-f.MantissaBits-exp, more)
		p.nearNormal = predecessor == 1<<(f.MantissaBits+1)-1
		p.finePosition = position
		p.fineOdd = f.MantissaBits > 0
	}
}

// inWords returns a magnitude of 128 bits, and of more, over 2^shift: integer part
// and position. The integer part has at most 64 bits.
func inWords(hi, lo uint64, shift int, more bool) (integer uint64, p position) {
	switch {
	case shift <= 0:
		return lo << uint(-shift), position{0, more}
	case shift < 64:
		return hi<<uint(64-shift) | lo>>uint(shift), position{lo << uint(64-shift), more}
	case shift < 128:
		s := uint(shift - 64)
		return hi >> s, position{hi<<(64-s) | lo>>s, more || lo<<(64-s) != 0}
	case shift < 192:
		s := uint(shift - 128)
		return 0, position{hi >> s, more || hi<<(64-s)|lo != 0}
	}
	return 0, position{0, true}
}

// shiftRight returns 128 bits shifted right, and whether a bit was lost.
func shiftRight(hi, lo uint64, n uint) (zhi, zlo uint64, lost bool) {
	switch {
	case n == 0:
		return hi, lo, false
	case n < 64:
		return hi >> n, hi<<(64-n) | lo>>n, lo<<(64-n) != 0
	case n < 128:
		return 0, hi >> (n - 64), hi<<(128-n)|lo != 0
	}
	return 0, 0, true
}
