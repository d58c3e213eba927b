package minifloat

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// EncodeMLDtypes returns the code that ml_dtypes 0.6.0 (github.com/jax-ml/ml_dtypes,
// the types of NumPy, JAX and TensorFlow) gives a float32 by astype. It rounds to
// nearest even with the format's own overflow, as Encode does, except that
//
//   - a NaN into a format without NaN is the zero of the opposite sign;
//   - in e8m0fnu zero is NaN, a tie between two powers of two goes to the larger
//     one, and so does everything above 2^-127 and below 2^-126, which is a
//     subnormal float32.
//
// Integers and float64 go there through float32, with two roundings:
// f.EncodeMLDtypes(float32(x)).
func (f Format) EncodeMLDtypes(x float32) uint32 {
	c := Context{NaN: rounding.MLDtypesNaN}
	if f.Family() == FNUFamily {
		c.Mode = rounding.ToNearestAway
		switch {
		case x == 0:
			return f.nanCode()
		case x > 0x1p-127 && x < 0x1p-126 && f.SmallestNormal() == 0x1p-127:
			x = 0x1p-126
		}
	}
	code, _ := c.Encode(f, float64(x))
	return code
}

// ConvertMLDtypes returns what ml_dtypes 0.6.0 makes of v in another format by
// astype: [Format.EncodeMLDtypes] of its float32. The NaN of a FNUZ format, in the
// place of -0, counts as negative.
func (v Value) ConvertMLDtypes(dst Format) Value {
	x := float32(v.Float64())
	if v.IsNaN() {
		x = float32(math.NaN())
		if v.Bits&v.Format.signBit() != 0 {
			x = float32(math.Copysign(math.NaN(), -1))
		}
	}
	return Value{dst, dst.EncodeMLDtypes(x)}
}

// FromMLDtypes returns what ml_dtypes 0.6.0 makes of x: see
// [Format.EncodeMLDtypes].
func FromMLDtypes[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](x float32) F {
	return F(Float[S, E, M, V]{S(FormatOf[F, S, E, M, V]().EncodeMLDtypes(x))})
}
