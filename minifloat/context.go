package minifloat

import "github.com/halfulp/halfulp/rounding"

// Context holds the choices of one operation: the rounding mode, what overflow,
// NaN and subnormal numbers become, and when a result counts as tiny. It is
// comparable and passed by value; its zero value rounds to nearest even with the
// format's own overflow. Operations panic if its Mode is unknown, or is a stochastic one
// where they take no random bits.
//
// A Mode is looked at where a finite number other than zero is rounded: results
// that are zeros, infinities and NaNs pass in any. The other fields are not
// checked: an unknown Saturation is taken for SatPropagate, an unknown Tininess for
// AfterRounding and an unknown NaN for CanonicalNaN; of Subnormals other bits than
// the two are ignored.
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

// operand returns v, or the zero that c reads it as.
func (c Context) operand(v Value) Value {
	if c.Subnormals&rounding.DenormalsAreZero != 0 {
		v.Bits = v.Format.denormalIsZero(v.Bits)
	}
	return v
}

func (c Context) unpack(v Value) number { return c.operand(v).unpack() }

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
	if x.Format == dst && y.Format == dst {
		code, flags := within[plus, E1, M0, runTime](c, dst, x.Bits, y.Bits, 0, 0)
		return Value{dst, code}, flags
	}
	return among[plus](c, dst, x, y, y)
}

// Sub returns x - y, rounded once to dst. Its special cases are those of Add.
func (c Context) Sub(dst Format, x, y Value) (Value, rounding.Flags) {
	if x.Format == dst && y.Format == dst {
		code, flags := within[minus, E1, M0, runTime](c, dst, x.Bits, y.Bits, 0, 0)
		return Value{dst, code}, flags
	}
	return among[minus](c, dst, x, y, y)
}

// Mul returns x * y, rounded once to dst.
//
// Special cases are:
//
//	Mul(±0, ±Inf) = NaN, Invalid
//	Mul(x, NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Mul(dst Format, x, y Value) (Value, rounding.Flags) {
	if x.Format == dst && y.Format == dst {
		code, flags := within[times, E1, M0, runTime](c, dst, x.Bits, y.Bits, 0, 0)
		return Value{dst, code}, flags
	}
	return among[times](c, dst, x, y, y)
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
	if x.Format == dst && y.Format == dst {
		code, flags := within[over, E1, M0, runTime](c, dst, x.Bits, y.Bits, 0, 0)
		return Value{dst, code}, flags
	}
	return among[over](c, dst, x, y, y)
}

// Sqrt returns the square root of x, rounded once to dst.
//
// Special cases are:
//
//	Sqrt(-0) = -0
//	Sqrt(x < 0) = NaN, Invalid
//	Sqrt(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Sqrt(dst Format, x Value) (Value, rounding.Flags) {
	if x.Format == dst {
		code, flags := within[root, E1, M0, runTime](c, dst, x.Bits, 0, 0, 0)
		return Value{dst, code}, flags
	}
	return among[root](c, dst, x, x, x)
}

// FMA returns x*y + z, rounded once to dst.
//
// Special cases are:
//
//	FMA(±0, ±Inf, z) = NaN, Invalid, for every z
//	FMA(x, y, z) = NaN, Invalid, where x*y and z are opposite infinities
//	FMA with a NaN = NaN; Invalid where a NaN is signaling
func (c Context) FMA(dst Format, x, y, z Value) (Value, rounding.Flags) {
	if x.Format == dst && y.Format == dst && z.Format == dst {
		code, flags := within[timesPlus, E1, M0, runTime](c, dst, x.Bits, y.Bits, z.Bits, 0)
		return Value{dst, code}, flags
	}
	return among[timesPlus](c, dst, x, y, z)
}

// Convert returns x rounded once to dst. A signaling NaN raises Invalid.
func (c Context) Convert(dst Format, x Value) (Value, rounding.Flags) {
	return c.deliver(dst, c.unpack(x), 0)
}
