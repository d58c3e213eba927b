package minifloat

import (
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
)

// Value returns x as a number whose format is chosen at run time.
func (x Float[S, E, M, V]) Value() Value {
	x.check()
	return Value{x.format(), uint32(x.bits)}
}

// binary returns x op y rounded once in context c, and the flags: looked up in types
// that are stored in 8 bits.
func binary[O operator, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y Float[S, E, M, V]) (Float[S, E, M, V], rounding.Flags) {
	x.check()
	a, b := uint32(x.bits), uint32(y.bits)
	if unsafe.Sizeof(x) == 1 {
		var o O
		t := contextTables[len(o)][unsafe.Sizeof(tableKey[E, M, V]{})].Load()
		if r := t.in(&c); r != nil {
			z := (*r)[t.class[x.bits][y.bits]]
			return Float[S, E, M, V]{S(z)}, rounding.Flags(z >> 8)
		}
		z, flags := tabulate[O, E, M, V](c, a, b)
		return Float[S, E, M, V]{S(z)}, flags
	}
	z, flags := within[O, E, M, V](c, x.format(), a, b, 0, 0)
	return Float[S, E, M, V]{S(z)}, flags
}

// Add returns x + y rounded once in context c, and the flags: see [Context.Add]
// for the special cases.
func Add[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	z, flags := binary[plus](c, Float[S, E, M, V](x), Float[S, E, M, V](y))
	return F(z), flags
}

// Sub returns x - y rounded once in context c, and the flags: see [Context.Sub]
// for the special cases.
func Sub[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	z, flags := binary[minus](c, Float[S, E, M, V](x), Float[S, E, M, V](y))
	return F(z), flags
}

// Mul returns x * y rounded once in context c, and the flags: see [Context.Mul]
// for the special cases.
func Mul[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	z, flags := binary[times](c, Float[S, E, M, V](x), Float[S, E, M, V](y))
	return F(z), flags
}

// Quo returns x / y rounded once in context c, and the flags: see [Context.Quo]
// for the special cases.
func Quo[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y F) (F, rounding.Flags) {
	z, flags := binary[over](c, Float[S, E, M, V](x), Float[S, E, M, V](y))
	return F(z), flags
}

// Sqrt returns the square root of x rounded once in context c, and the flags:
// see [Context.Sqrt] for the special cases.
func Sqrt[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	a := Float[S, E, M, V](x)
	a.check()
	z, flags := within[root, E, M, V](c, a.format(), uint32(a.bits), 0, 0, 0)
	return F(Float[S, E, M, V]{S(z)}), flags
}

// FMA returns x*y + z rounded once in context c, and the flags: see
// [Context.FMA] for the special cases.
func FMA[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x, y, z F) (F, rounding.Flags) {
	a, b, d := Float[S, E, M, V](x), Float[S, E, M, V](y), Float[S, E, M, V](z)
	a.check()
	v, flags := within[timesPlus, E, M, V](c, a.format(), uint32(a.bits), uint32(b.bits), uint32(d.bits), 0)
	return F(Float[S, E, M, V]{S(v)}), flags
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
