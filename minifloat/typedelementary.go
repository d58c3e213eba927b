package minifloat

import "github.com/halfulp/halfulp/rounding"

// Exp returns e^x rounded once in context c, and the flags: see [Context.Exp].
func Exp[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncExp, x)
}

// Exp2 returns 2^x rounded once in context c, and the flags: see
// [Context.Exp2].
func Exp2[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncExp2, x)
}

// Expm1 returns e^x - 1 rounded once in context c, and the flags: see
// [Context.Expm1].
func Expm1[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncExpm1, x)
}

// Log returns the natural logarithm of x rounded once in context c, and the
// flags: see [Context.Log].
func Log[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncLog, x)
}

// Log2 returns the logarithm of x to base 2 rounded once in context c, and the
// flags: see [Context.Log2].
func Log2[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncLog2, x)
}

// Log10 returns the logarithm of x to base 10 rounded once in context c, and
// the flags: see [Context.Log10].
func Log10[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncLog10, x)
}

// Log1p returns log(1+x) rounded once in context c, and the flags: see
// [Context.Log1p].
func Log1p[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncLog1p, x)
}

// Sin returns the sine of x rounded once in context c, and the flags: see
// [Context.Sin].
func Sin[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncSin, x)
}

// Cos returns the cosine of x rounded once in context c, and the flags: see
// [Context.Cos].
func Cos[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncCos, x)
}

// Tan returns the tangent of x rounded once in context c, and the flags: see
// [Context.Tan].
func Tan[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncTan, x)
}

// Sinh returns the hyperbolic sine of x rounded once in context c, and the
// flags: see [Context.Sinh].
func Sinh[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncSinh, x)
}

// Cosh returns the hyperbolic cosine of x rounded once in context c, and the
// flags: see [Context.Cosh].
func Cosh[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncCosh, x)
}

// Tanh returns the hyperbolic tangent of x rounded once in context c, and the
// flags: see [Context.Tanh].
func Tanh[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncTanh, x)
}

// Sigmoid returns the logistic function 1/(1 + e^-x) rounded once in context
// c, and the flags: see [Context.Sigmoid].
func Sigmoid[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncSigmoid, x)
}

// Softplus returns log(1 + e^x) rounded once in context c, and the flags: see
// [Context.Softplus].
func Softplus[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncSoftplus, x)
}

// Erf returns the error function of x rounded once in context c, and the
// flags: see [Context.Erf].
func Erf[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncErf, x)
}

// Gelu returns x Φ(x), Φ the normal distribution rounded once in context c,
// and the flags: see [Context.Gelu].
func Gelu[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncGelu, x)
}

// Silu returns x/(1 + e^-x) rounded once in context c, and the flags: see
// [Context.Silu].
func Silu[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncSilu, x)
}

// Cbrt returns the cubic root of x rounded once in context c, and the flags:
// see [Context.Cbrt].
func Cbrt[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncCbrt, x)
}

// Exp10 returns 10^x rounded once in context c, and the flags: see
// [Context.Exp10].
func Exp10[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncExp10, x)
}

// Asin returns the inverse sine of x, in radians, rounded once in context c,
// and the flags: see [Context.Asin].
func Asin[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncAsin, x)
}

// Acos returns the inverse cosine of x, in radians, rounded once in context c,
// and the flags: see [Context.Acos].
func Acos[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncAcos, x)
}

// Atan returns the inverse tangent of x, in radians, rounded once in context c,
// and the flags: see [Context.Atan].
func Atan[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncAtan, x)
}

// Asinh returns the inverse hyperbolic sine of x rounded once in context c, and
// the flags: see [Context.Asinh].
func Asinh[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncAsinh, x)
}

// Acosh returns the inverse hyperbolic cosine of x rounded once in context c,
// and the flags: see [Context.Acosh].
func Acosh[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncAcosh, x)
}

// Atanh returns the inverse hyperbolic tangent of x rounded once in context c,
// and the flags: see [Context.Atanh].
func Atanh[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncAtanh, x)
}

// Erfc returns 1 - erf(x), the complementary error function, rounded once in
// context c, and the flags: see [Context.Erfc].
func Erfc[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](c Context, x F) (F, rounding.Flags) {
	return Apply[F, S, E, M, V](c, FuncErfc, x)
}

// Exp returns e^x: see [Context.Exp].
func (x Float[S, E, M, V]) Exp() Float[S, E, M, V] { return x.Apply(FuncExp) }

// Exp2 returns 2^x: see [Context.Exp2].
func (x Float[S, E, M, V]) Exp2() Float[S, E, M, V] { return x.Apply(FuncExp2) }

// Expm1 returns e^x - 1: see [Context.Expm1].
func (x Float[S, E, M, V]) Expm1() Float[S, E, M, V] { return x.Apply(FuncExpm1) }

// Log returns the natural logarithm of x: see [Context.Log].
func (x Float[S, E, M, V]) Log() Float[S, E, M, V] { return x.Apply(FuncLog) }

// Log2 returns the logarithm of x to base 2: see [Context.Log2].
func (x Float[S, E, M, V]) Log2() Float[S, E, M, V] { return x.Apply(FuncLog2) }

// Log10 returns the logarithm of x to base 10: see [Context.Log10].
func (x Float[S, E, M, V]) Log10() Float[S, E, M, V] { return x.Apply(FuncLog10) }

// Log1p returns log(1+x): see [Context.Log1p].
func (x Float[S, E, M, V]) Log1p() Float[S, E, M, V] { return x.Apply(FuncLog1p) }

// Sin returns the sine of x: see [Context.Sin].
func (x Float[S, E, M, V]) Sin() Float[S, E, M, V] { return x.Apply(FuncSin) }

// Cos returns the cosine of x: see [Context.Cos].
func (x Float[S, E, M, V]) Cos() Float[S, E, M, V] { return x.Apply(FuncCos) }

// Tan returns the tangent of x: see [Context.Tan].
func (x Float[S, E, M, V]) Tan() Float[S, E, M, V] { return x.Apply(FuncTan) }

// Sinh returns the hyperbolic sine of x: see [Context.Sinh].
func (x Float[S, E, M, V]) Sinh() Float[S, E, M, V] { return x.Apply(FuncSinh) }

// Cosh returns the hyperbolic cosine of x: see [Context.Cosh].
func (x Float[S, E, M, V]) Cosh() Float[S, E, M, V] { return x.Apply(FuncCosh) }

// Tanh returns the hyperbolic tangent of x: see [Context.Tanh].
func (x Float[S, E, M, V]) Tanh() Float[S, E, M, V] { return x.Apply(FuncTanh) }

// Sigmoid returns the logistic function 1/(1 + e^-x): see [Context.Sigmoid].
func (x Float[S, E, M, V]) Sigmoid() Float[S, E, M, V] { return x.Apply(FuncSigmoid) }

// Softplus returns log(1 + e^x): see [Context.Softplus].
func (x Float[S, E, M, V]) Softplus() Float[S, E, M, V] { return x.Apply(FuncSoftplus) }

// Erf returns the error function of x: see [Context.Erf].
func (x Float[S, E, M, V]) Erf() Float[S, E, M, V] { return x.Apply(FuncErf) }

// Gelu returns x Φ(x), Φ the normal distribution: see [Context.Gelu].
func (x Float[S, E, M, V]) Gelu() Float[S, E, M, V] { return x.Apply(FuncGelu) }

// Silu returns x/(1 + e^-x): see [Context.Silu].
func (x Float[S, E, M, V]) Silu() Float[S, E, M, V] { return x.Apply(FuncSilu) }

// Cbrt returns the cubic root of x: see [Context.Cbrt].
func (x Float[S, E, M, V]) Cbrt() Float[S, E, M, V] { return x.Apply(FuncCbrt) }

// Exp10 returns 10^x: see [Context.Exp10].
func (x Float[S, E, M, V]) Exp10() Float[S, E, M, V] { return x.Apply(FuncExp10) }

// Asin returns the inverse sine of x, in radians: see [Context.Asin].
func (x Float[S, E, M, V]) Asin() Float[S, E, M, V] { return x.Apply(FuncAsin) }

// Acos returns the inverse cosine of x, in radians: see [Context.Acos].
func (x Float[S, E, M, V]) Acos() Float[S, E, M, V] { return x.Apply(FuncAcos) }

// Atan returns the inverse tangent of x, in radians: see [Context.Atan].
func (x Float[S, E, M, V]) Atan() Float[S, E, M, V] { return x.Apply(FuncAtan) }

// Asinh returns the inverse hyperbolic sine of x: see [Context.Asinh].
func (x Float[S, E, M, V]) Asinh() Float[S, E, M, V] { return x.Apply(FuncAsinh) }

// Acosh returns the inverse hyperbolic cosine of x: see [Context.Acosh].
func (x Float[S, E, M, V]) Acosh() Float[S, E, M, V] { return x.Apply(FuncAcosh) }

// Atanh returns the inverse hyperbolic tangent of x: see [Context.Atanh].
func (x Float[S, E, M, V]) Atanh() Float[S, E, M, V] { return x.Apply(FuncAtanh) }

// Erfc returns 1 - erf(x), the complementary error function: see
// [Context.Erfc].
func (x Float[S, E, M, V]) Erfc() Float[S, E, M, V] { return x.Apply(FuncErfc) }
