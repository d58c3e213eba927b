package bench

import (
	"math"
	"testing"

	"github.com/halfulp/halfulp/minifloat"
	x448 "github.com/x448/float16"
)

// throughMath are the functions of package math, which a number that is only
// stored in 16 bits goes through: they round a second time.
var throughMath = map[minifloat.Function]func(float64) float64{
	minifloat.FuncExp: math.Exp, minifloat.FuncExp2: math.Exp2, minifloat.FuncExpm1: math.Expm1, minifloat.FuncLog: math.Log,
	minifloat.FuncLog2: math.Log2, minifloat.FuncLog10: math.Log10, minifloat.FuncLog1p: math.Log1p, minifloat.FuncSin: math.Sin,
	minifloat.FuncCos: math.Cos, minifloat.FuncTan: math.Tan, minifloat.FuncSinh: math.Sinh, minifloat.FuncCosh: math.Cosh,
	minifloat.FuncTanh: math.Tanh, minifloat.FuncErf: math.Erf, minifloat.FuncCbrt: math.Cbrt, minifloat.FuncAsin: math.Asin,
	minifloat.FuncAcos: math.Acos, minifloat.FuncAtan: math.Atan, minifloat.FuncAsinh: math.Asinh, minifloat.FuncAcosh: math.Acosh,
	minifloat.FuncAtanh: math.Atanh, minifloat.FuncErfc: math.Erfc,
}

func BenchmarkElementary(b *testing.B) {
	for _, f := range minifloat.Functions() {
		b.Run(f.String(), func(b *testing.B) {
			ourHalf.run(b, func(x, _, _ []half) (s uint16) {
				for _, v := range x {
					s ^= v.Apply(f).Bits()
				}
				return s
			}, numbers, codes)
			ourEight.run(b, func(x, _, _ []eight) (s uint16) {
				for _, v := range x {
					s ^= uint16(v.Apply(f).Bits())
				}
				return s
			}, numbers)
			of := throughMath[f]
			if of == nil {
				return
			}
			theX448.run(b, func(x, _, _ []x448.Float16) (s uint16) {
				for _, v := range x {
					s ^= x448.Fromfloat32(float32(of(float64(v.Float32())))).Bits()
				}
				return s
			}, numbers, codes)
		})
	}
}
