package fixedpoint

import (
	"math"
	"unsafe"
)

// The slice functions do many numbers with one instantiation and no call per
// element where a body folds.

const (
	shortAdd          = "fixedpoint: AddSlice: slices of different lengths"
	shortSub          = "fixedpoint: SubSlice: slices of different lengths"
	shortMul          = "fixedpoint: MulSlice: slices of different lengths"
	shortConvert      = "fixedpoint: ConvertSlice: dst is shorter than src"
	shortFromFloat32s = "fixedpoint: FromFloat32s: dst is shorter than src"
	shortFromFloat64s = "fixedpoint: FromFloat64s: dst is shorter than src"
	shortFloat32s     = "fixedpoint: Float32s: dst is shorter than src"
	shortFloat64s     = "fixedpoint: Float64s: dst is shorter than src"
)

// AddSlice sets dst[i] to x[i].Add(y[i]) for all i. The slices have one length, or
// it panics; dst may be x or y, but must not overlap them otherwise.
func AddSlice[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst, x, y []T) {
	if len(x) != len(dst) || len(y) != len(dst) {
		panic(shortAdd)
	}
	if unsafe.Sizeof(S(0)) <= 2 {
		n := addWords(Bits[T, S, F](dst), Bits[T, S, F](x), Bits[T, S, F](y))
		dst, x, y = dst[n:], x[n:], y[n:]
	}
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = T(Fixed[S, F](x[i]).Add(Fixed[S, F](y[i])))
	}
}

// SubSlice sets dst[i] to x[i].Sub(y[i]) for all i. The slices have one length, or
// it panics; dst may be x or y, but must not overlap them otherwise.
func SubSlice[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst, x, y []T) {
	if len(x) != len(dst) || len(y) != len(dst) {
		panic(shortSub)
	}
	if unsafe.Sizeof(S(0)) <= 2 {
		n := subWords(Bits[T, S, F](dst), Bits[T, S, F](x), Bits[T, S, F](y))
		dst, x, y = dst[n:], x[n:], y[n:]
	}
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = T(Fixed[S, F](x[i]).Sub(Fixed[S, F](y[i])))
	}
}

// MulSlice sets dst[i] to x[i].Mul(y[i]) for all i. The slices have one length, or
// it panics; dst may be x or y, but must not overlap them otherwise.
func MulSlice[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst, x, y []T) {
	if len(x) != len(dst) || len(y) != len(dst) {
		panic(shortMul)
	}
	x, y = x[:len(dst)], y[:len(dst)]
	var s S
	if unsafe.Sizeof(s) < 8 && ^s < 0 {
		for i := range dst {
			dst[i] = T(Fixed[S, F]{mulSigned[S, F](Fixed[S, F](x[i]).bits, Fixed[S, F](y[i]).bits)})
		}
		return
	}
	for i := range dst {
		dst[i] = T(Fixed[S, F](x[i]).Mul(Fixed[S, F](y[i])))
	}
}

// ConvertSlice sets dst[i] to Convert of src[i] for all i < len(src). It panics if
// dst is shorter than src.
func ConvertSlice[T interface{ Fixed[S, F] }, G interface{ Fixed[S2, F2] }, S, S2 Storage, F, F2 Fraction](dst []T, src []G) {
	if len(dst) < len(src) {
		panic(shortConvert)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = Convert[T, G, S, S2, F, F2](x)
	}
}

// FromFloat32s sets dst[i] to src[i] rounded to nearest even, saturated, for all
// i < len(src). It panics if dst is shorter than src.
func FromFloat32s[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst []T, src []float32) {
	if len(dst) < len(src) {
		panic(shortFromFloat32s)
	}
	f := typeFormat[S, F]()
	steps := pow2(int(f.fraction))
	dst = dst[:len(src)]
	for i, x := range src {
		if w := float64(float64(x) * steps); f.width <= 32 && math.Abs(w) < 0x1p51 { // as FromFloat64
			dst[i] = T(Fixed[S, F]{fromSteps[S](w)})
		} else {
			dst[i] = T(Fixed[S, F]{}.FromFloat64(float64(x)))
		}
	}
}

// FromFloat64s sets dst[i] to src[i] rounded to nearest even, saturated, for all
// i < len(src). It panics if dst is shorter than src.
func FromFloat64s[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst []T, src []float64) {
	if len(dst) < len(src) {
		panic(shortFromFloat64s)
	}
	f := typeFormat[S, F]()
	steps := pow2(int(f.fraction))
	dst = dst[:len(src)]
	for i, x := range src {
		if w := float64(x * steps); f.width <= 32 && math.Abs(w) < 0x1p51 { // as FromFloat64
			dst[i] = T(Fixed[S, F]{fromSteps[S](w)})
		} else {
			dst[i] = T(Fixed[S, F]{}.FromFloat64(x))
		}
	}
}

// Float32s sets dst[i] to src[i], rounded to nearest even where the type has more
// than 24 bits, for all i < len(src). It panics if dst is shorter than src.
func Float32s[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst []float32, src []T) {
	if len(dst) < len(src) {
		panic(shortFloat32s)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = Fixed[S, F](x).Float32()
	}
}

// Float64s sets dst[i] to src[i], rounded to nearest even where the type has more
// than 53 bits, for all i < len(src). It panics if dst is shorter than src.
func Float64s[T interface{ Fixed[S, F] }, S Storage, F Fraction](dst []float64, src []T) {
	if len(dst) < len(src) {
		panic(shortFloat64s)
	}
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = Fixed[S, F](x).Float64()
	}
}
