package minifloat

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// Context holds the choices of one operation: the rounding mode, what overflow
// and NaN become, and when a result counts as tiny. It is comparable and passed
// by value; its zero value rounds to nearest even with the format's own
// overflow. Operations panic if its Mode is unknown, or is a stochastic one
// where they take no random bits.
type Context rounding.Context

// Value is a number of a format chosen at run time: == compares formats and
// codes (NaN == NaN, +0 != -0). Bits above the format's are ignored.
type Value struct {
	Format Format
	Bits   uint32
}

func (v Value) unpack() number {
	v.Format.mustBeValid()
	return v.Format.unpack(v.Bits)
}

func (c Context) deliver(dst Format, z number, flags rounding.Flags) (Value, rounding.Flags) {
	dst.mustBeValid()
	code, more := c.pack(dst, z)
	return Value{dst, code}, flags | more
}

// Add returns x + y, rounded once to dst.
//
// Special cases are:
//
//	Add(±Inf, ∓Inf) = NaN, Invalid
//	Add(x, NaN) = NaN; Invalid where the NaN is signaling
//	Add(x, -x) = +0, in mode ToNegativeInf -0
func (c Context) Add(dst Format, x, y Value) (Value, rounding.Flags) {
	if dst.calm() && x.Format.calm() && y.Format.calm() {
		if z := rounding.AddOdd(x.Float64(), y.Float64()); ordinary(z) {
			return c.encode(dst, z)
		}
	}
	return c.addExact(dst, x, y)
}

func (c Context) addExact(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := add(c.Mode, x.unpack(), y.unpack())
	return c.deliver(dst, z, flags)
}

// Sub returns x - y, rounded once to dst. Its special cases are those of Add.
func (c Context) Sub(dst Format, x, y Value) (Value, rounding.Flags) {
	if dst.calm() && x.Format.calm() && y.Format.calm() {
		if z := rounding.AddOdd(x.Float64(), -y.Float64()); ordinary(z) {
			return c.encode(dst, z)
		}
	}
	return c.subExact(dst, x, y)
}

func (c Context) subExact(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := sub(c.Mode, x.unpack(), y.unpack())
	return c.deliver(dst, z, flags)
}

// Mul returns x * y, rounded once to dst.
//
// Special cases are:
//
//	Mul(±0, ±Inf) = NaN, Invalid
//	Mul(x, NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Mul(dst Format, x, y Value) (Value, rounding.Flags) {
	if dst.calm() && x.Format.calm() && y.Format.calm() {
		if z := float64(x.Float64() * y.Float64()); ordinary(z) { // 48 bits: exact
			return c.encode(dst, z)
		}
	}
	return c.mulExact(dst, x, y)
}

func (c Context) mulExact(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := mul(x.unpack(), y.unpack())
	return c.deliver(dst, z, flags)
}

// Quo returns x / y, rounded once to dst.
//
// Special cases are:
//
//	Quo(±0, ±0) = Quo(±Inf, ±Inf) = NaN, Invalid
//	Quo(x, ±0) = ±Inf, DivideByZero, for finite nonzero x
//	Quo(x, 0) = NaN, DivideByZero, for finite nonzero x, if dst is a P3109 format
//	Quo(±Inf, 0) = NaN, Invalid, if dst is a P3109 format
//	Quo(x, NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Quo(dst Format, x, y Value) (Value, rounding.Flags) {
	if dst.calm() && x.Format.calm() && y.Format.calm() {
		if a, b := x.Float64(), y.Float64(); ordinary(a) && ordinary(b) {
			return c.encode(dst, a/b)
		}
	}
	return c.quoExact(dst, x, y)
}

func (c Context) quoExact(dst Format, x, y Value) (Value, rounding.Flags) {
	z, flags := quo(dst.in(familiesP3109) != 0, x.unpack(), y.unpack())
	return c.deliver(dst, z, flags)
}

// Sqrt returns the square root of x, rounded once to dst.
//
// Special cases are:
//
//	Sqrt(-0) = -0
//	Sqrt(x < 0) = NaN, Invalid
//	Sqrt(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Sqrt(dst Format, x Value) (Value, rounding.Flags) {
	if dst.calm() && x.Format.calm() {
		if a := x.Float64(); a > 0 && ordinary(a) {
			return c.encode(dst, math.Sqrt(a))
		}
	}
	return c.sqrtExact(dst, x)
}

func (c Context) sqrtExact(dst Format, x Value) (Value, rounding.Flags) {
	z, flags := sqrt(x.unpack())
	return c.deliver(dst, z, flags)
}

// FMA returns x*y + z, rounded once to dst.
//
// Special cases are:
//
//	FMA(±0, ±Inf, z) = NaN, Invalid, for every z
//	FMA(x, y, z) = NaN, Invalid, where x*y and z are opposite infinities
//	FMA with a NaN = NaN; Invalid where a NaN is signaling
func (c Context) FMA(dst Format, x, y, z Value) (Value, rounding.Flags) {
	if dst.calm() && x.Format.calm() && y.Format.calm() && z.Format.calm() {
		// The product has 48 bits: exact.
		if v := rounding.AddOdd(float64(x.Float64()*y.Float64()), z.Float64()); ordinary(v) {
			return c.encode(dst, v)
		}
	}
	return c.fmaExact(dst, x, y, z)
}

func (c Context) fmaExact(dst Format, x, y, z Value) (Value, rounding.Flags) {
	v, flags := fma(c.Mode, x.unpack(), y.unpack(), z.unpack())
	return c.deliver(dst, v, flags)
}

// Convert returns x rounded once to dst. A signaling NaN raises Invalid.
func (c Context) Convert(dst Format, x Value) (Value, rounding.Flags) {
	return c.deliver(dst, x.unpack(), 0)
}
