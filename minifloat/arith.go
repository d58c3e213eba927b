package minifloat

import (
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// The functions here compute on unpacked operands of at most 32 significant
// bits each. Their result is exact, or exact up to a jammed bit 0 that lies at
// least 30 bits below the last bit of any destination; it is packed once. The
// flags they return are those of the operation itself, before packing.

// nanOf is the result of an operation with a NaN among its operands: a quiet
// NaN raises nothing, a signaling one raises Invalid.
// The result has the sign and the payload of the first NaN, for packNaN.
func nanOf(xs ...number) (number, rounding.Flags) {
	nan, flags := number{}, rounding.Flags(0)
	for i := range xs {
		if xs[i].kind == isSignaling {
			flags = rounding.Invalid
		}
		if xs[i].kind >= isNaN && nan.kind != isNaN {
			nan = number{kind: isNaN, sig: xs[i].sig}
		}
	}
	return nan, flags
}

// invalid is the result of an operation that has none.
func invalid() (number, rounding.Flags) { return number{kind: isNaN}, rounding.Invalid }

// exactZero is the sum of x and -x: +0, or -0 when rounding toward -infinity.
func exactZero(mode rounding.Mode) number {
	return number{neg: mode == rounding.ToNegativeInf}
}

// add returns x + y. The 32 bits of the larger operand and the 32 of the
// smaller one at a distance of up to 31 are exact in 63 bits; beyond that the
// smaller one is jammed, and the sum's leading bit falls by at most one.
func add(mode rounding.Mode, x, y number) (number, rounding.Flags) {
	switch {
	case x.kind >= isNaN || y.kind >= isNaN:
		return nanOf(x, y)
	case x.kind == isInf:
		if y.kind == isInf && x.neg != y.neg {
			return invalid()
		}
		return x, 0
	case y.kind == isInf:
		return y, 0
	case x.kind == isZero && y.kind == isZero:
		if x.neg == y.neg {
			return x, 0
		}
		return exactZero(mode), 0
	case x.kind == isZero:
		return y, 0
	case y.kind == isZero:
		return x, 0
	}
	if x.exp < y.exp || x.exp == y.exp && x.sig < y.sig {
		x, y = y, x
	}
	big, small := x.sig>>1, rounding.ShiftRightJam64(y.sig>>1, uint(x.exp-y.exp))
	if x.neg == y.neg {
		big += small
	} else if big -= small; big == 0 {
		return exactZero(mode), 0
	}
	n := bits.LeadingZeros64(big)
	return number{isFinite, x.neg, x.exp + 1 - n, big << n}, 0
}

// sub returns x - y.
func sub(mode rounding.Mode, x, y number) (number, rounding.Flags) {
	if y.kind < isNaN {
		y.neg = !y.neg
	}
	return add(mode, x, y)
}

// mul returns x * y: the product of two 32-bit significands is exact in 64.
func mul(x, y number) (number, rounding.Flags) {
	neg := x.neg != y.neg
	switch {
	case x.kind >= isNaN || y.kind >= isNaN:
		return nanOf(x, y)
	case x.kind == isInf || y.kind == isInf:
		if x.kind == isZero || y.kind == isZero {
			return invalid()
		}
		return number{kind: isInf, neg: neg}, 0
	case x.kind == isZero || y.kind == isZero:
		return number{neg: neg}, 0
	}
	// The low words of both significands are 0, and so is the product's.
	sig, _ := bits.Mul64(x.sig, y.sig)
	exp := x.exp + y.exp + 1
	if sig>>63 == 0 {
		sig, exp = sig<<1, exp-1
	}
	return number{isFinite, neg, exp, sig}, 0
}

// quo returns x / y; strict is P3109's rule for a zero divisor. The quotient
// has 63 or 64 bits and a jammed remainder.
func quo(strict bool, x, y number) (number, rounding.Flags) {
	neg := x.neg != y.neg
	switch {
	case x.kind >= isNaN || y.kind >= isNaN:
		return nanOf(x, y)
	case x.kind == isInf && y.kind == isInf, x.kind == isZero && y.kind == isZero:
		return invalid()
	case y.kind == isZero && x.kind == isFinite:
		if strict {
			return number{kind: isNaN}, rounding.DivideByZero
		}
		return number{kind: isInf, neg: neg}, rounding.DivideByZero
	case x.kind == isInf:
		if strict && y.kind == isZero {
			return invalid()
		}
		return number{kind: isInf, neg: neg}, 0
	case x.kind == isZero || y.kind == isInf:
		return number{neg: neg}, 0
	}
	// x.sig × 2^63 / y.sig lies in (2^62, 2^64).
	sig, rest := bits.Div64(x.sig>>1, x.sig<<63, y.sig)
	if rest != 0 {
		sig |= 1
	}
	exp := x.exp - y.exp
	if sig>>63 == 0 {
		sig, exp = sig<<1, exp-1
	}
	return number{isFinite, neg, exp, sig}, 0
}

// sqrt returns the square root of x, as 53 bits and a jammed rest.
func sqrt(x number) (number, rounding.Flags) {
	switch {
	case x.kind >= isNaN:
		return nanOf(x)
	case x.kind == isZero:
		return x, 0
	case x.neg:
		return invalid()
	case x.kind == isInf:
		return x, 0
	}
	// x = a × 2^(2k-32) with a in [2^32, 2^34): the significand's upper 32 bits
	// are all it has. The root of a, in [2^16, 2^17), times 2^36 is an integer
	// of 53 bits when it is a float64.
	k := x.exp >> 1
	a := x.sig >> 31 << uint(x.exp&1)
	root := uint64(int64(math.Sqrt(float64(int64(a))) * (1 << 36)))
	// Sqrt rounds to nearest; root² against a × 2^72 says on which side.
	hi, lo := bits.Mul64(root, root)
	exact := hi == a<<8 && lo == 0
	if hi >= a<<8 && !exact {
		root--
	}
	sig := root << 11
	if !exact {
		sig |= 1
	}
	return number{isFinite, false, k, sig}, 0
}

// fma returns x*y + z.
func fma(mode rounding.Mode, x, y, z number) (number, rounding.Flags) {
	if x.kind >= isNaN || y.kind >= isNaN || z.kind >= isNaN {
		if x.kind == isInf && y.kind == isZero || x.kind == isZero && y.kind == isInf {
			return invalid()
		}
		return nanOf(x, y, z)
	}
	p, flags := mul(x, y)
	if p.kind == isNaN {
		return p, flags
	}
	return addProducts(mode, p, z)
}

// addProducts returns p + q, products of mul or operands.
func addProducts(mode rounding.Mode, p, q number) (number, rounding.Flags) {
	if p.kind != isFinite || q.kind != isFinite {
		return add(mode, p, q)
	}
	return add128(mode, number128{p.neg, p.exp, p.sig, 0}, number128{q.neg, q.exp, q.sig, 0}), 0
}

// number128 is ±(hi:lo) × 2^(exp-127), with bit 127 set and bit 0 clear.
type number128 struct {
	neg    bool
	exp    int
	hi, lo uint64
}

// add128 returns p + q. Both stand at the top of 127 bits. Of operands with at
// most 95 significant bits, the smaller one is jammed only where it lies at least
// 32 places below the larger one, so that the leading bit falls by at most one.
func add128(mode rounding.Mode, p, q number128) number {
	if p.exp < q.exp || p.exp == q.exp && (p.hi < q.hi || p.hi == q.hi && p.lo < q.lo) {
		p, q = q, p
	}
	bigHi, bigLo := p.hi>>1, p.hi<<63|p.lo>>1
	hi, lo := rounding.ShiftRightJam128(q.hi>>1, q.hi<<63|q.lo>>1, uint(p.exp-q.exp))
	var c uint64
	if p.neg == q.neg {
		bigLo, c = bits.Add64(bigLo, lo, 0)
		bigHi += hi + c
	} else {
		bigLo, c = bits.Sub64(bigLo, lo, 0)
		bigHi -= hi + c
		if bigHi|bigLo == 0 {
			return exactZero(mode)
		}
	}
	return normalize128(p.neg, p.exp+1, bigHi, bigLo)
}
