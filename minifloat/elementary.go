package minifloat

import "github.com/halfulp/halfulp/rounding"

// The elementary functions are correctly rounded in every mode, with flags: an
// approximation with a known error either settles the rounding or is worked out
// anew with more bits, and exact results are recognised by rule (see
// [elementary.Function.Jammed]). A special value is exact, unless it is said to be
// rounded, and raises no flag but what is said; infinities and zeros that dst lacks
// become what package documentation says of all operations.

// Exp returns e^x, rounded once to dst (IEEE 754, section 9.2).
//
// Special cases are:
//
//	Exp(±0) = 1
//	Exp(+Inf) = +Inf
//	Exp(-Inf) = +0
//	Exp(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Exp(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncExp, dst, x)
}

// Exp2 returns 2^x, rounded once to dst (IEEE 754, section 9.2).
//
// Special cases are:
//
//	Exp2(±0) = 1
//	Exp2(+Inf) = +Inf
//	Exp2(-Inf) = +0
//	Exp2(x) is exact for integers x, where dst has the power of two
//	Exp2(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Exp2(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncExp2, dst, x)
}

// Expm1 returns e^x - 1, without cancellation near zero, rounded once to dst
// (IEEE 754, section 9.2).
//
// Special cases are:
//
//	Expm1(±0) = ±0
//	Expm1(+Inf) = +Inf
//	Expm1(-Inf) = -1
//	Expm1(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Expm1(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncExpm1, dst, x)
}

// Log returns the natural logarithm of x, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Log(±0) = -Inf, DivideByZero
//	Log(1) = +0
//	Log(+Inf) = +Inf
//	Log(x < 0) = NaN, Invalid
//	Log(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Log(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncLog, dst, x)
}

// Log2 returns the logarithm of x to base 2, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Log2(±0) = -Inf, DivideByZero
//	Log2(1) = +0
//	Log2(+Inf) = +Inf
//	Log2(x < 0) = NaN, Invalid
//	Log2(2^n) = n
//	Log2(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Log2(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncLog2, dst, x)
}

// Log10 returns the logarithm of x to base 10, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Log10(±0) = -Inf, DivideByZero
//	Log10(1) = +0
//	Log10(+Inf) = +Inf
//	Log10(x < 0) = NaN, Invalid
//	Log10(10^n) = n
//	Log10(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Log10(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncLog10, dst, x)
}

// Log1p returns log(1+x), without cancellation near zero, rounded once to dst
// (IEEE 754, section 9.2, logp1).
//
// Special cases are:
//
//	Log1p(±0) = ±0
//	Log1p(-1) = -Inf, DivideByZero
//	Log1p(+Inf) = +Inf
//	Log1p(x < -1) = NaN, Invalid
//	Log1p(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Log1p(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncLog1p, dst, x)
}

// Sin returns the sine of x, in radians, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Sin(±0) = ±0
//	Sin(±Inf) = NaN, Invalid
//	Sin(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Sin(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncSin, dst, x)
}

// Cos returns the cosine of x, in radians, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Cos(±0) = 1
//	Cos(±Inf) = NaN, Invalid
//	Cos(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Cos(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncCos, dst, x)
}

// Tan returns the tangent of x, in radians, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Tan(±0) = ±0
//	Tan(±Inf) = NaN, Invalid
//	Tan(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Tan(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncTan, dst, x)
}

// Sinh returns the hyperbolic sine of x, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Sinh(±0) = ±0
//	Sinh(±Inf) = ±Inf
//	Sinh(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Sinh(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncSinh, dst, x)
}

// Cosh returns the hyperbolic cosine of x, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Cosh(±0) = 1
//	Cosh(±Inf) = +Inf
//	Cosh(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Cosh(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncCosh, dst, x)
}

// Tanh returns the hyperbolic tangent of x, rounded once to dst (IEEE 754,
// section 9.2).
//
// Special cases are:
//
//	Tanh(±0) = ±0
//	Tanh(±Inf) = ±1
//	Tanh(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Tanh(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncTanh, dst, x)
}

// Sigmoid returns the logistic function 1/(1 + e^-x), rounded once to dst.
//
// Special cases are:
//
//	Sigmoid(±0) = 1/2
//	Sigmoid(+Inf) = 1
//	Sigmoid(-Inf) = +0
//	Sigmoid(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Sigmoid(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncSigmoid, dst, x)
}

// Softplus returns log(1 + e^x), rounded once to dst (IEEE P3109).
//
// Special cases are:
//
//	Softplus(±0) = log 2, rounded
//	Softplus(+Inf) = +Inf
//	Softplus(-Inf) = +0
//	Softplus(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Softplus(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncSoftplus, dst, x)
}

// Erf returns the error function of x, rounded once to dst.
//
// Special cases are:
//
//	Erf(±0) = ±0
//	Erf(±Inf) = ±1
//	Erf(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Erf(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncErf, dst, x)
}

// Gelu returns x Φ(x), Φ the normal distribution: x (1 + erf(x/√2))/2, not the
// approximation by tanh, rounded once to dst (Hendrycks and Gimpel,
// arXiv:1606.08415).
//
// Special cases are:
//
//	Gelu(±0) = ±0
//	Gelu(+Inf) = +Inf
//	Gelu(-Inf) = -0
//	Gelu(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Gelu(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncGelu, dst, x)
}

// Silu returns x/(1 + e^-x), also called swish, rounded once to dst.
//
// Special cases are:
//
//	Silu(±0) = ±0
//	Silu(+Inf) = +Inf
//	Silu(-Inf) = -0
//	Silu(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Silu(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncSilu, dst, x)
}

// Cbrt returns the cubic root of x, rounded once to dst (IEEE 754, section
// 9.2, rootn(x, 3)).
//
// Special cases are:
//
//	Cbrt(±0) = ±0
//	Cbrt(±Inf) = ±Inf
//	Cbrt(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Cbrt(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncCbrt, dst, x)
}

// Exp10 returns 10^x, rounded once to dst (IEEE 754, section 9.2).
//
// Special cases are:
//
//	Exp10(±0) = 1
//	Exp10(+Inf) = +Inf
//	Exp10(-Inf) = +0
//	Exp10(x) is exact for integers x ≥ 0, where dst has the power of ten
//	Exp10(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Exp10(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncExp10, dst, x)
}

// Asin returns the inverse sine of x, in radians, rounded once to dst (IEEE
// 754, section 9.2).
//
// Special cases are:
//
//	Asin(±0) = ±0
//	Asin(±1) = ±π/2, rounded
//	Asin(|x| > 1) = NaN, Invalid
//	Asin(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Asin(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncAsin, dst, x)
}

// Acos returns the inverse cosine of x, in radians, rounded once to dst (IEEE
// 754, section 9.2).
//
// Special cases are:
//
//	Acos(1) = +0
//	Acos(±0) = π/2, rounded
//	Acos(-1) = π, rounded
//	Acos(|x| > 1) = NaN, Invalid
//	Acos(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Acos(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncAcos, dst, x)
}

// Atan returns the inverse tangent of x, in radians, rounded once to dst (IEEE
// 754, section 9.2).
//
// Special cases are:
//
//	Atan(±0) = ±0
//	Atan(±Inf) = ±π/2, rounded
//	Atan(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Atan(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncAtan, dst, x)
}

// Asinh returns the inverse hyperbolic sine of x, rounded once to dst (IEEE
// 754, section 9.2).
//
// Special cases are:
//
//	Asinh(±0) = ±0
//	Asinh(±Inf) = ±Inf
//	Asinh(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Asinh(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncAsinh, dst, x)
}

// Acosh returns the inverse hyperbolic cosine of x, rounded once to dst (IEEE
// 754, section 9.2).
//
// Special cases are:
//
//	Acosh(1) = +0
//	Acosh(+Inf) = +Inf
//	Acosh(x < 1) = NaN, Invalid
//	Acosh(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Acosh(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncAcosh, dst, x)
}

// Atanh returns the inverse hyperbolic tangent of x, rounded once to dst (IEEE
// 754, section 9.2).
//
// Special cases are:
//
//	Atanh(±0) = ±0
//	Atanh(±1) = ±Inf, DivideByZero
//	Atanh(|x| > 1) = NaN, Invalid
//	Atanh(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Atanh(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncAtanh, dst, x)
}

// Erfc returns 1 - erf(x), the complementary error function, without
// cancellation, rounded once to dst.
//
// Special cases are:
//
//	Erfc(±0) = 1
//	Erfc(+Inf) = +0
//	Erfc(-Inf) = 2
//	Erfc(NaN) = NaN; Invalid where the NaN is signaling
func (c Context) Erfc(dst Format, x Value) (Value, rounding.Flags) {
	return c.Apply(FuncErfc, dst, x)
}
