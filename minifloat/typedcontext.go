package minifloat

import "github.com/halfulp/halfulp/rounding"

// Value returns x as a number whose format is chosen at run time.
func (x Float[S, E, M, V]) Value() Value {
	x.check()
	return Value{x.format(), uint32(x.bits)}
}

// Add returns x + y rounded once in context c, and the flags: see [Context.Add]
// for the special cases.
func Add[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x), Float[S, E, M, V](y)
	a.check()
	f := a.format()
	z, flags := c.Add(f, Value{f, uint32(a.bits)}, Value{f, uint32(b.bits)})
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Sub returns x - y rounded once in context c, and the flags: see [Context.Sub]
// for the special cases.
func Sub[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x), Float[S, E, M, V](y)
	a.check()
	f := a.format()
	z, flags := c.Sub(f, Value{f, uint32(a.bits)}, Value{f, uint32(b.bits)})
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Mul returns x * y rounded once in context c, and the flags: see [Context.Mul]
// for the special cases.
func Mul[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x), Float[S, E, M, V](y)
	a.check()
	f := a.format()
	z, flags := c.Mul(f, Value{f, uint32(a.bits)}, Value{f, uint32(b.bits)})
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Quo returns x / y rounded once in context c, and the flags: see [Context.Quo]
// for the special cases.
func Quo[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	a, b := Float[S, E, M, V](x), Float[S, E, M, V](y)
	a.check()
	f := a.format()
	z, flags := c.Quo(f, Value{f, uint32(a.bits)}, Value{f, uint32(b.bits)})
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// Sqrt returns the square root of x rounded once in context c, and the flags:
// see [Context.Sqrt] for the special cases.
func Sqrt[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x)
	a.check()
	f := a.format()
	z, flags := c.Sqrt(f, Value{f, uint32(a.bits)})
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}

// FMA returns x*y + z rounded once in context c, and the flags: see
// [Context.FMA] for the special cases.
func FMA[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y, z F) (F, rounding.Flags) {
	a, b, d := Float[S, E, M, V](x), Float[S, E, M, V](y), Float[S, E, M, V](z)
	a.check()
	f := a.format()
	v, flags := c.FMA(f, Value{f, uint32(a.bits)}, Value{f, uint32(b.bits)}, Value{f, uint32(d.bits)})
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
	z, flags := c.Convert(Float[S, E, M, V]{}.format(), Float[S2, E2, M2, V2](x).Value())
	return F(Float[S, E, M, V]{S(z.Bits)}), flags
}
