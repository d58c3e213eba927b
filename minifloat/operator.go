package minifloat

import (
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
)

// The operators of the typed face as types, for the same reason as the widths:
// in each instantiation of a body the length is a constant.
type operator interface {
	plus | minus | times | over | root | timesPlus
}

type (
	plus      [opAdd]struct{}
	minus     [opSub]struct{}
	times     [opMul]struct{}
	over      [opQuo]struct{}
	root      [opSqrt]struct{}
	timesPlus [opFMA]struct{}

	value [opValue]struct{} // the operand itself: see within
)

const (
	opAdd = iota
	opSub
	opMul
	opQuo
	tabledOps // those before have tables in types stored in 8 bits
	opSqrt
	opFMA
	opValue
)

// operatorTable holds the code of x op y at [x][y].
type operatorTable [1 << 8][1 << 8]uint8

// operatorTables has a table of 64 KiB, made at its first use, for each of these
// operators of a type that is stored in 8 bits, at the size of its tableKey.
var operatorTables [tabledOps][tableKeys]atomic.Pointer[operatorTable]

// tableKey has a size of its own for each E, M and V. To the compiler it is a
// literal, which the inliner's budget takes for one: tabled below, inlined into an
// operator, leaves no room for an expression of lengths.
type tableKey[E Exponent, M Mantissa, V Family] struct {
	_ [(maxMantissaBits + 1) * (maxExponentBits + 1)]V
	_ [maxExponentBits + 1]M
	_ E
}

// tableKeys is beyond the largest size; the longest family is B11FNUZ.
const tableKeys = (tagB11 + 1) * (maxMantissaBits + 1) * (maxExponentBits + 1)

// tabled returns x op y: looked up where the type has its table, computed where
// it has not yet, or never will, being stored in more than 8 bits. It is inlined
// into the operators and they into their callers, because a call takes twice as
// long as the look-up. A call of compute, a parameter, is what the inliner holds
// to be cheap.
func tabled[S Storage, E Exponent, M Mantissa, V Family](t *operatorTable, x, y Float[S, E, M, V], compute func() Float[S, E, M, V]) Float[S, E, M, V] {
	if unsafe.Sizeof(x) == 1 && t != nil {
		return Float[S, E, M, V]{S(t[x.bits][y.bits])}
	}
	return compute()
}

// makeTable makes the table of an operator. Goroutines that do so at the same
// time make the same one.
func makeTable[O operator, S Storage, E Exponent, M Mantissa, V Family](place *atomic.Pointer[operatorTable]) {
	var z Float[S, E, M, V]
	t := new(operatorTable)
	codes := int(z.format().codeMask()) + 1
	for x := range codes {
		for y := range codes {
			t[x][y] = uint8(anywhere[O](Float[S, E, M, V]{S(x)}, Float[S, E, M, V]{S(y)}, z).bits)
		}
	}
	place.Store(t)
}

// operate is the body of all operators: x op y, or x*y + z, rounded to nearest
// even without flags. It may therefore go through float64, where that is proven
// to round as one rounding would:
//
//   - + - * / and the square root, in every smooth format: 53 bits are at least
//     2p+2 for p <= 24 (Figueroa, "When is double rounding innocuous?", 1995),
//     and the results down to half the smallest subnormal, at least 2^-624, are
//     normal float64s. A float64 result that underflows is below that half and
//     gives the same zero; one that overflows gives the infinity that a finite
//     value beyond the range gives in nearest even.
//   - x*y + z of normal numbers, where the float64 sum is not a midpoint of two
//     numbers of the format: the product is exact (48 bits, and at least
//     2^-1068), the sum lies on the same side of every midpoint as the exact
//     one or on the midpoint itself.
//
// Here are the cases that are common and quick; the others are anywhere's.
func operate[O operator, S Storage, E Exponent, M Mantissa, V Family](x, y, z Float[S, E, M, V]) Float[S, E, M, V] {
	var o O
	x.check()
	if len(o) < tabledOps && unsafe.Sizeof(x) == 1 {
		makeTable[O, S, E, M, V](&operatorTables[len(o)][unsafe.Sizeof(tableKey[E, M, V]{})])
		return anywhere[O](x, y, z)
	}
	f := x.format()
	first, last := uint32(1)<<f.mant(), f.maxCode()
	mask, sign := f.magnitudeMask(), f.signBit()
	a, b, c := uint32(x.bits), uint32(y.bits), uint32(z.bits)
	if !f.smooth() || f.mant() == 0 || a&mask-first > last-first || len(o) != opSqrt && b&mask-first > last-first ||
		len(o) == opFMA && c&mask-first > last-first {
		return anywhere[O](x, y, z)
	}

	// All operands are normal numbers. The result of * and / has a sign of its own.
	shift, toSign := 52-f.mant(), 63-f.magnitudeBits()
	var negative uint32
	signs := sign
	if len(o) == opMul || len(o) == opQuo {
		negative, signs = (a^b)&sign, 0
	}
	p := math.Float64frombits(uint64(a&mask)<<shift + f.rebias() | uint64(a&signs)<<toSign)
	q := math.Float64frombits(uint64(b&mask)<<shift + f.rebias() | uint64(b&signs)<<toSign)
	var r float64
	switch len(o) {
	case opAdd:
		r = p + q
	case opSub:
		r = p - q
	case opMul:
		r = p * q
	case opQuo:
		r = p / q
	case opSqrt:
		r = math.Sqrt(p)
	case opFMA:
		r = float64(p*q) + math.Float64frombits(uint64(c&mask)<<shift+f.rebias()|uint64(c&sign)<<toSign)
	}
	mag := math.Float64bits(r)
	if signs != 0 {
		negative = uint32(mag>>63) << f.magnitudeBits()
		mag &^= float64Sign
	}
	if (len(o) == opSqrt || !f.Signed()) && mag > float64Inf {
		return anywhere[O](x, y, z)
	}
	// r of FMA is rounded already: where it lies on a midpoint the exact result
	// may not.
	if len(o) == opFMA && (mag < f.minNormalBits() || mag<<(64-shift) == 1<<63) {
		return anywhere[O](x, y, z)
	}
	// Adding magic rounds to the last place of r's binade, in the lowest one to that
	// of the subnormal numbers; what is left of the sum is the significand, whose last
	// bit is the code's, as there is a mantissa. In IEEE's family the power of two
	// above the largest finite value has infinity's code.
	mag = min(mag, f.limitBits())
	binade := max(mag>>52, f.minNormalBits()>>52)
	magic := (binade + uint64(shift)) << 52
	code := math.Float64bits(math.Float64frombits(mag)+math.Float64frombits(magic)) - magic +
		(binade-f.minNormalBits()>>52)<<f.mant()
	if f.Family() != IEEEFamily && code > uint64(last) {
		return Float[S, E, M, V]{S(f.beyond(negative))}
	}
	if code == 0 && !f.HasNegZero() {
		negative = 0
	}
	return Float[S, E, M, V]{S(uint32(code) | negative)}
}

// anywhere is operate for all operands and results. In a smooth format it goes
// through float64 as said there; of x*y + z, with exponents within ±600 for up
// to 9 exponent bits of the family's own bias, the sum is rounded to odd, whose
// 53 bits are at least p+2 (Boldo and Melquiond, 2008). Everything else takes
// the integer way of arith.go.
func anywhere[O operator, S Storage, E Exponent, M Mantissa, V Family](x, y, z Float[S, E, M, V]) Float[S, E, M, V] {
	var o O
	f := x.format()
	a, b := uint32(x.bits), uint32(y.bits)
	if f.smooth() {
		switch len(o) {
		case opAdd:
			return x.FromFloat64(x.Float64() + y.Float64())
		case opSub:
			return x.FromFloat64(x.Float64() - y.Float64())
		case opMul:
			return x.FromFloat64(x.Float64() * y.Float64())
		case opQuo:
			if b != 0 || f.in(familiesP3109) == 0 {
				return x.FromFloat64(x.Float64() / y.Float64())
			}
		case opSqrt:
			return x.FromFloat64(math.Sqrt(x.Float64()))
		case opFMA:
			if f.expo() <= 9 {
				return x.FromFloat64(rounding.AddOdd(float64(x.Float64()*y.Float64()), z.Float64()))
			}
		}
	}
	p, q := Value{f, a}, Value{f, b}
	switch len(o) {
	case opAdd:
		p, _ = Context{}.Add(f, p, q)
	case opSub:
		p, _ = Context{}.Sub(f, p, q)
	case opMul:
		p, _ = Context{}.Mul(f, p, q)
	case opQuo:
		p, _ = Context{}.Quo(f, p, q)
	case opSqrt:
		p, _ = Context{}.Sqrt(f, p)
	case opFMA:
		p, _ = Context{}.FMA(f, p, q, Value{f, uint32(z.bits)})
	}
	return Float[S, E, M, V]{S(p.Bits)}
}
