package minifloat

import "github.com/halfulp/halfulp/rounding"

// maxOperationBits is the most random bits an operation takes: of a precision of
// at most 32 bits there are 31 exact bits below the last one, one of which mode
// StochasticB needs beyond them, above the jammed bit.
const maxOperationBits = 30

const badOperationBits = "minifloat: random bits of an operation out of range"

// deliverStochastic is deliver with the low n bits of random.
func (c Context) deliverStochastic(dst Format, z number, flags rounding.Flags, random uint64, n int) (Value, rounding.Flags) {
	dst.mustBeValid()
	if n < 1 || n > maxOperationBits || random>>uint(n) != 0 {
		panic(badOperationBits)
	}
	code, more := c.packWith(dst, z, chance{random, n})
	return Value{dst, code}, flags | more
}

// AddStochastic returns x + y, rounded once to dst in a stochastic mode with the
// low n bits of random, 1 <= n <= 30; the bits above them must be 0. Every other
// mode rounds as in Add, whose special cases these are. It panics if n is out of
// range. [rounding.IncrementStochastic] says what the modes do with the bits.
func (c Context) AddStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	r, flags := add(c.Mode, c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, r, flags, random, n)
}

// SubStochastic returns x - y, rounded once to dst with random bits, as
// [Context.AddStochastic] does.
func (c Context) SubStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	r, flags := sub(c.Mode, c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, r, flags, random, n)
}

// MulStochastic returns x * y, rounded once to dst with random bits, as
// [Context.AddStochastic] does.
func (c Context) MulStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	r, flags := mul(c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, r, flags, random, n)
}

// QuoStochastic returns x / y, rounded once to dst with random bits, as
// [Context.AddStochastic] does.
func (c Context) QuoStochastic(dst Format, x, y Value, random uint64, n int) (Value, rounding.Flags) {
	r, flags := quo(dst.in(familiesP3109) != 0, c.unpack(x), c.unpack(y))
	return c.deliverStochastic(dst, r, flags, random, n)
}

// SqrtStochastic returns the square root of x, rounded once to dst with random bits, as
// [Context.AddStochastic] does.
func (c Context) SqrtStochastic(dst Format, x Value, random uint64, n int) (Value, rounding.Flags) {
	r, flags := sqrt(c.unpack(x))
	return c.deliverStochastic(dst, r, flags, random, n)
}

// FMAStochastic returns x*y + z, rounded once to dst with random bits, as
// [Context.AddStochastic] does.
func (c Context) FMAStochastic(dst Format, x, y, z Value, random uint64, n int) (Value, rounding.Flags) {
	r, flags := fma(c.Mode, c.unpack(x), c.unpack(y), c.unpack(z))
	return c.deliverStochastic(dst, r, flags, random, n)
}

// AddStochastic returns x + y rounded once in context c with the low n bits of
// random, and the flags: see [Context.AddStochastic].
func AddStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	r, flags := c.AddStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(r.Bits)}), flags
}

// SubStochastic returns x - y rounded once in context c with the low n bits of
// random, and the flags: see [Context.SubStochastic].
func SubStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	r, flags := c.SubStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(r.Bits)}), flags
}

// MulStochastic returns x * y rounded once in context c with the low n bits of
// random, and the flags: see [Context.MulStochastic].
func MulStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	r, flags := c.MulStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(r.Bits)}), flags
}

// QuoStochastic returns x / y rounded once in context c with the low n bits of
// random, and the flags: see [Context.QuoStochastic].
func QuoStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F, random uint64, n int) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value()
	r, flags := c.QuoStochastic(a.Format, a, b, random, n)
	return F(Float[S, E, M, V]{S(r.Bits)}), flags
}

// SqrtStochastic returns the square root of x rounded once in context c with the low n bits of
// random, and the flags: see [Context.SqrtStochastic].
func SqrtStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F, random uint64, n int) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).Value()
	r, flags := c.SqrtStochastic(a.Format, a, random, n)
	return F(Float[S, E, M, V]{S(r.Bits)}), flags
}

// FMAStochastic returns x*y + z rounded once in context c with the low n bits of
// random, and the flags: see [Context.FMAStochastic].
func FMAStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y, z F, random uint64, n int) (F, rounding.Flags) {
	a, b, d := Float[S, E, M, V](x).Value(), Float[S, E, M, V](y).Value(), Float[S, E, M, V](z).Value()
	r, flags := c.FMAStochastic(a.Format, a, b, d, random, n)
	return F(Float[S, E, M, V]{S(r.Bits)}), flags
}
