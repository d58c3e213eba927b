package minifloat

// The named formats as types. Any other one is a line in the user's own
// package:
//
//	type E3M2 = minifloat.Float[uint8, minifloat.E3, minifloat.M2, minifloat.IEEE]
type (
	Float32  = Float[uint32, E8, M23, IEEE] // IEEE 754 binary32
	TF32     = Float[uint32, E8, M10, IEEE] // TensorFloat-32, 19 bits in a word
	BFloat16 = Float[uint16, E8, M7, IEEE]  // bfloat16
	Float16  = Float[uint16, E5, M10, IEEE] // IEEE 754 binary16

	E3M4        = Float[uint8, E3, M4, IEEE]
	E4M3        = Float[uint8, E4, M3, IEEE]    // with infinities: not OCP's, which is E4M3FN
	E4M3FN      = Float[uint8, E4, M3, FN]      // OCP OFP8 E4M3
	E4M3FNUZ    = Float[uint8, E4, M3, FNUZ]    // bias 8
	E4M3B11FNUZ = Float[uint8, E4, M3, B11FNUZ] // bias 11
	E5M2        = Float[uint8, E5, M2, IEEE]    // OCP OFP8 E5M2
	E5M2FNUZ    = Float[uint8, E5, M2, FNUZ]    // bias 16
	E8M0FNU     = Float[uint8, E8, M0, FNU]     // OCP MX scale: powers of two; the zero value is 2^-127

	E2M3FN = Float[uint8, E2, M3, Finite] // OCP MX FP6
	E3M2FN = Float[uint8, E3, M2, Finite] // OCP MX FP6
	E2M1FN = Float[uint8, E2, M1, Finite] // OCP MX FP4

	// P3109's mandatory set: 8 bits of precision 4 and 3, and 4 bits of
	// precision 2. They are not OCP's: the bias is one more, there is no -0.
	Binary8p4se = Float[uint8, E4, M3, SE]
	Binary8p3se = Float[uint8, E5, M2, SE]
	Binary4p2sf = Float[uint8, E2, M1, SF]

	Binary8p1uf = Float[uint8, E8, M0, UF] // P3109's scale format
)
