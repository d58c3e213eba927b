package minifloat

// The slice functions convert many numbers with one instantiation and no call
// into a dictionary per element.

const (
	shortFromFloat32s = "minifloat: FromFloat32s: dst is shorter than src"
	shortFromFloat64s = "minifloat: FromFloat64s: dst is shorter than src"
	shortFloat32s     = "minifloat: Float32s: dst is shorter than src"
	shortFloat64s     = "minifloat: Float64s: dst is shorter than src"
)

// FromFloat32s sets dst[i] to src[i] rounded to nearest even, with the format's
// own overflow, for all i < len(src). It panics if dst is shorter than src.
func FromFloat32s[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](dst []F, src []float32) {
	if len(dst) < len(src) {
		panic(shortFromFloat32s)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = F(Float[S, E, M, V]{}.FromFloat64(float64(x)))
	}
}

// FromFloat64s sets dst[i] to src[i] rounded to nearest even, with the format's
// own overflow, for all i < len(src). It panics if dst is shorter than src.
func FromFloat64s[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](dst []F, src []float64) {
	if len(dst) < len(src) {
		panic(shortFromFloat64s)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = F(Float[S, E, M, V]{}.FromFloat64(x))
	}
}

// Float32s sets dst[i] to src[i], rounded to nearest even where the type has
// more than 8 exponent bits, for all i < len(src). It panics if dst is shorter
// than src.
func Float32s[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](dst []float32, src []F) {
	if len(dst) < len(src) {
		panic(shortFloat32s)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = Float[S, E, M, V](x).Float32()
	}
}

// Float64s sets dst[i] to src[i] for all i < len(src). It panics if dst is
// shorter than src.
func Float64s[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](dst []float64, src []F) {
	if len(dst) < len(src) {
		panic(shortFloat64s)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = Float[S, E, M, V](x).Float64()
	}
}
