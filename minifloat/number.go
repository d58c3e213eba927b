package minifloat

// Number is what generic code may ask of a number type T of few bits: every
// [Float] has it, and so has every type of package fixedpoint. Cmp orders NaN
// below everything; FromFloat64 does not look at its receiver. The calls are
// indirect: bulk work uses slices.
//
//	func Sum[T minifloat.Number[T]](xs []T) T {
//		s := minifloat.Zero[T]()
//		for _, x := range xs {
//			s = s.Add(x)
//		}
//		return s
//	}
type Number[T any] interface {
	Add(y T) T
	Sub(y T) T
	Mul(y T) T
	Quo(y T) T
	Cmp(y T) int
	FromFloat64(x float64) T
	Float64() float64
}

// Zero returns what 0 rounds to: 0, and 2^-127 in e8m0fnu, which has no zero.
func Zero[T Number[T]]() T {
	var z T
	return z.FromFloat64(0)
}
