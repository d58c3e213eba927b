package fixedpoint

import (
	"unsafe"

	"golang.org/x/exp/constraints"

	"github.com/halfulp/halfulp/rounding"
)

// Add returns x + y in the context.
func Add[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Add(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Sub returns x - y in the context.
func Sub[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Sub(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Mul returns x * y, rounded once in the context.
func Mul[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Mul(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// FMA returns x*y + z, rounded once in the context.
func FMA[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y, z T) (T, rounding.Flags) {
	v, flags := c.FMA(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value(), Fixed[S, F](z).Value())
	return T(Fixed[S, F]{S(v.Bits)}), flags
}

// Quo returns x / y, rounded once in the context. Its special cases are those of
// [Context.Quo].
func Quo[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Quo(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Rem returns the remainder of x / y, with the sign of x, in the context. It is
// exact; for the special cases see [Context.Rem].
func Rem[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x, y T) (T, rounding.Flags) {
	z, flags := c.Rem(typeFormat[S, F](), Fixed[S, F](x).Value(), Fixed[S, F](y).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Sqrt returns the square root of x, rounded once in the context; that of x < 0
// is 0 and Invalid.
func Sqrt[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T) (T, rounding.Flags) {
	z, flags := c.Sqrt(typeFormat[S, F](), Fixed[S, F](x).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Neg returns -x in the context.
func Neg[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T) (T, rounding.Flags) {
	z, flags := c.Neg(typeFormat[S, F](), Fixed[S, F](x).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Abs returns |x| in the context.
func Abs[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T) (T, rounding.Flags) {
	z, flags := c.Abs(typeFormat[S, F](), Fixed[S, F](x).Value())
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Lsh returns x * 2^n in the context.
func Lsh[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T, n uint) (T, rounding.Flags) {
	z, flags := c.Lsh(typeFormat[S, F](), Fixed[S, F](x).Value(), n)
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Rsh returns x / 2^n, rounded once in the context.
func Rsh[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T, n uint) (T, rounding.Flags) {
	z, flags := c.Rsh(typeFormat[S, F](), Fixed[S, F](x).Value(), n)
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// FromWith returns v rounded once in the context, and the flags: see
// [Context.Encode].
func FromWith[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, v float64) (T, rounding.Flags) {
	z, flags := c.Encode(typeFormat[S, F](), v)
	return T(Fixed[S, F]{S(z)}), flags
}

// FromStochastic returns v rounded once in a context whose mode is stochastic,
// with the low n bits of random, and the flags: see [Context.EncodeStochastic].
func FromStochastic[T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, v float64, random uint64, n int) (T, rounding.Flags) {
	z, flags := c.EncodeStochastic(typeFormat[S, F](), v, random, n)
	return T(Fixed[S, F]{S(z)}), flags
}

// ConvertWith returns x rounded once in the context to another type, and the
// flags: ConvertWith[Q7](c, x).
func ConvertWith[T interface{ Fixed[S, F] }, G interface{ Fixed[S2, F2] }, S, S2 Storage, F, F2 Fraction](c Context, x G) (T, rounding.Flags) {
	z, flags := c.pack(typeFormat[S, F](), Fixed[S2, F2](x).Value().number())
	return T(Fixed[S, F]{S(z)}), flags
}

// ConvertStochastic is [ConvertWith] for a stochastic mode, with the low n bits
// of random: see [Context.ConvertStochastic].
func ConvertStochastic[T interface{ Fixed[S, F] }, G interface{ Fixed[S2, F2] }, S, S2 Storage, F, F2 Fraction](c Context, x G, random uint64, n int) (T, rounding.Flags) {
	z, flags := c.ConvertStochastic(typeFormat[S, F](), Fixed[S2, F2](x).Value(), random, n)
	return T(Fixed[S, F]{S(z.Bits)}), flags
}

// Int returns x as an integer of any type, rounded once in the context, and the
// flags: Int[int8](c, x).
func Int[I constraints.Integer, T interface{ Fixed[S, F] }, S Storage, F Fraction](c Context, x T) (I, rounding.Flags) {
	var i I
	f := Format{width: uint8(8 * unsafe.Sizeof(i)), signed: i-1 < 0}
	z, flags := c.pack(f, Fixed[S, F](x).Value().number())
	return I(z), flags
}
