package minifloat

import (
	"unsafe"

	"golang.org/x/exp/constraints"

	"github.com/halfulp/halfulp/rounding"
)

// integral rounds the magnitude of a finite x below 2^64 to an integer.
func integral(mode rounding.Mode, x number) (n uint64, inexact bool) {
	return integralWith(mode, x, chance{})
}

func integralWith(mode rounding.Mode, x number, r chance) (n uint64, inexact bool) {
	switch {
	case x.exp >= 63:
		return x.sig, false
	case r.n == 0:
		return rounding.ShiftRight64(mode, x.neg, x.sig, uint(63-x.exp))
	}
	shift := uint(63 - x.exp)
	n = x.sig >> shift
	if up(mode, r, x.neg, n&1 != 0, x.sig, shift) {
		n++
	}
	return n, shift > 63 || x.sig<<(64-shift) != 0
}

// roundToIntegral returns x, an operand, rounded to an integer.
func roundToIntegral(mode rounding.Mode, x number, r chance) (number, rounding.Flags) {
	switch {
	case x.kind >= isNaN:
		return nanOf(x)
	case x.kind != isFinite || x.exp >= 63:
		return x, 0
	}
	n, inexact := integralWith(mode, x, r)
	var flags rounding.Flags
	if inexact {
		flags = rounding.Inexact
	}
	z := integer(x.neg, n)
	z.neg = x.neg
	return z, flags
}

// RoundToIntegral returns x rounded to an integer in c's mode, in x's format.
// It is IEEE 754's roundToIntegralTiesToEven and its kin (section 5.9), which do
// not raise Inexact; [Context.RoundToIntegralExact] does.
//
// Special cases are:
//
//	RoundToIntegral(±0) = ±0
//	RoundToIntegral(x) = ±0 with x's sign, where |x| rounds to 0
//	RoundToIntegral(±Inf) = ±Inf
//	RoundToIntegral(NaN) = NaN; Invalid where the NaN is signaling
//	RoundToIntegral(x) overflows where the format ends below the integer (e3m4: 15.5)
//	RoundToIntegral(x) = 2^-127, Underflow and Inexact, in e8m0fnu where x rounds to 0
func (c Context) RoundToIntegral(x Value) (Value, rounding.Flags) {
	z, flags := roundToIntegral(c.Mode, c.unpack(x), chance{})
	return c.deliver(x.Format, z, flags&^rounding.Inexact)
}

// RoundToIntegralExact is [Context.RoundToIntegral] and raises Inexact where the
// result differs from x: IEEE 754's roundToIntegralExact.
func (c Context) RoundToIntegralExact(x Value) (Value, rounding.Flags) {
	z, flags := roundToIntegral(c.Mode, c.unpack(x), chance{})
	return c.deliver(x.Format, z, flags)
}

// toInteger returns the integer of so many bits, as its two's complement.
func (c Context) toInteger(x number, size uint, signed bool) (uint64, rounding.Flags) {
	most := ^uint64(0) >> (64 - size)
	least := uint64(0)
	if signed {
		most >>= 1
		least = ^most
	}
	if x.kind == isZero {
		return 0, 0
	}
	if x.kind == isFinite && x.exp < 64 {
		n, inexact := integral(c.Mode, x)
		limit := most
		if x.neg {
			limit = -least
		}
		if n <= limit {
			if x.neg {
				n = -n
			}
			if inexact {
				return n, rounding.Inexact
			}
			return n, 0
		}
	}
	switch {
	case c.Saturation == rounding.SatNone && signed, c.Saturation != rounding.SatNone && x.kind < isNaN && x.neg:
		return least, rounding.Invalid
	}
	return most, rounding.Invalid
}

const noSuchInteger = "minifloat: an integer has 1 to 64 bits"

// ToInt64 returns x rounded once to a signed integer of size bits, 1 to 64. It
// is IEEE 754's convertToIntegerExact (section 5.8) in c's mode; those of its
// operations without Exact in the name do not raise Inexact.
//
// What is no such integer, a NaN, an infinity or a number that rounds beyond the
// range, raises Invalid and nothing else. Its result is the least integer, as on
// x86; if c saturates, the nearest integer, for a NaN the largest, as on RISC-V.
// ToInt64 panics if size is out of range.
func (c Context) ToInt64(x Value, size int) (int64, rounding.Flags) {
	if size < 1 || size > 64 {
		panic(noSuchInteger)
	}
	n, flags := c.toInteger(c.unpack(x), uint(size), true)
	return int64(n), flags
}

// ToUint64 is [Context.ToInt64] for unsigned integers. A negative number that
// rounds to zero is in range, any other is not. If c does not saturate the
// result out of range is the largest integer, as on x86; if c does it is the
// nearest, for a NaN the largest.
func (c Context) ToUint64(x Value, size int) (uint64, rounding.Flags) {
	if size < 1 || size > 64 {
		panic(noSuchInteger)
	}
	return c.toInteger(c.unpack(x), uint(size), false)
}

// ToInt returns x rounded once to an integer type, ToInt[int8](c, x), and the
// flags: see [Context.ToInt64] and [Context.ToUint64].
func ToInt[I constraints.Integer, F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (I, rounding.Flags) {
	var zero I
	n, flags := c.toInteger(c.unpack(Float[S, E, M, V](x).Value()), uint(unsafe.Sizeof(zero)*8), ^zero < 0)
	return I(n), flags
}

// RoundToIntegral returns x rounded to an integer in c's mode, and the flags:
// see [Context.RoundToIntegral].
func RoundToIntegral[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	z, flags := c.RoundToIntegral(Float[S, E, M, V](x).Value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// RoundToIntegralExact is [RoundToIntegral] and raises Inexact where the result
// differs from x.
func RoundToIntegralExact[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	z, flags := c.RoundToIntegralExact(Float[S, E, M, V](x).Value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

func (x Float[S, E, M, V]) integral(mode rounding.Mode) Float[S, E, M, V] {
	z, _ := Context{Mode: mode}.RoundToIntegral(x.Value())
	return Float[S, E, M, V]{S(z.Bits)}
}

// Floor returns the largest integer not above x, as [math.Floor] does. The
// function [RoundToIntegral] has every mode, and the special cases.
func (x Float[S, E, M, V]) Floor() Float[S, E, M, V] { return x.integral(rounding.ToNegativeInf) }

// Ceil returns the least integer not below x, as [math.Ceil] does.
func (x Float[S, E, M, V]) Ceil() Float[S, E, M, V] { return x.integral(rounding.ToPositiveInf) }

// Trunc returns x rounded to an integer toward zero, as [math.Trunc] does.
func (x Float[S, E, M, V]) Trunc() Float[S, E, M, V] { return x.integral(rounding.ToZero) }

// Round returns x rounded to the nearest integer, ties away from zero, as
// [math.Round] does.
func (x Float[S, E, M, V]) Round() Float[S, E, M, V] { return x.integral(rounding.ToNearestAway) }

// RoundToEven returns x rounded to the nearest integer, ties to even, as
// [math.RoundToEven] does.
func (x Float[S, E, M, V]) RoundToEven() Float[S, E, M, V] {
	return x.integral(rounding.ToNearestEven)
}
