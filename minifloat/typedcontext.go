package minifloat

import "github.com/halfulp/halfulp/rounding"

// value is x as a number of a run-time format.
func (x Float[S, E, M, V]) value() Value {
	x.check()
	return Value{x.format(), uint32(x.bits)}
}

// Value returns x as a number whose format is chosen at run time.
func (x Float[S, E, M, V]) Value() Value { return x.value() }

// Add returns x + y rounded once in context c, and the flags: see [Context.Add]
// for the special cases.
func Add[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).value(), Float[S, E, M, V](y).value()
	z, flags := c.Add(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Sub returns x - y rounded once in context c, and the flags: see [Context.Sub]
// for the special cases.
func Sub[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).value(), Float[S, E, M, V](y).value()
	z, flags := c.Sub(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Mul returns x * y rounded once in context c, and the flags: see [Context.Mul]
// for the special cases.
func Mul[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).value(), Float[S, E, M, V](y).value()
	z, flags := c.Mul(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Quo returns x / y rounded once in context c, and the flags: see [Context.Quo]
// for the special cases.
func Quo[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x).value(), Float[S, E, M, V](y).value()
	z, flags := c.Quo(a.Format, a, b)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Sqrt returns the square root of x rounded once in context c, and the flags:
// see [Context.Sqrt] for the special cases.
func Sqrt[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).value()
	z, flags := c.Sqrt(a.Format, a)
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// FMA returns x*y + z rounded once in context c, and the flags: see
// [Context.FMA] for the special cases.
func FMA[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y, z F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x).value()
	v, flags := c.FMA(a.Format, a, Float[S, E, M, V](y).value(), Float[S, E, M, V](z).value())
	return F(Float[S, E, M, V]{S(v.Bits)}), flags
}

// FromWith returns x rounded once in context c, and the flags: see
// [Context.Encode].
func FromWith[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x float64) (F, rounding.Flags) {
	Float[S, E, M, V]{}.check()
	code, flags := c.Encode(Float[S, E, M, V]{}.format(), x)
	return F(Float[S, E, M, V]{S(code)}), flags
}

// FromStochastic returns x rounded once in a context whose mode is stochastic,
// with the low n bits of random, and the flags: see
// [Context.EncodeStochastic].
func FromStochastic[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x float64, random uint64, n int) (F, rounding.Flags) {
	Float[S, E, M, V]{}.check()
	code, flags := c.EncodeStochastic(Float[S, E, M, V]{}.format(), x, random, n)
	return F(Float[S, E, M, V]{S(code)}), flags
}

// ConvertWith returns x rounded once in context c to another type, and the
// flags: ConvertWith[E5M2](c, x).
func ConvertWith[F interface{ Float[S, E, M, V] }, G interface{ Float[S2, E2, M2, V2] },
	S, S2 Storage, E, E2 Exponent, M, M2 Mantissa, V, V2 Family](c Context, x G) (F, rounding.Flags) {
	Float[S, E, M, V]{}.check()
	z, flags := c.Convert(Float[S, E, M, V]{}.format(), Float[S2, E2, M2, V2](x).value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}
