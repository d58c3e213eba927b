// Package fold is compiled by TestFolding, which reads the compiler's output.
package fold

import "github.com/halfulp/halfulp/fixedpoint"

type own = fixedpoint.Fixed[int16, fixedpoint.F9]

func Add(x, y own) own { return x.Add(y) }

func Sub(x, y own) own { return x.Sub(y) }

func Abs(x own) own { return x.Abs() }

func Float64(x own) float64 { return x.Float64() }

func Mul(x, y own) own { return x.Mul(y) }

func Quo(x, y own) own { return x.Quo(y) }

func FMA(x, y, z own) own { return x.FMA(y, z) }

func From(x float64) own { return fixedpoint.From[own](x) }

func Format() fixedpoint.Format { return fixedpoint.FormatOf[own]() }

func Slices(z, x, y []own) {
	fixedpoint.AddSlice(z, x, y)
	fixedpoint.MulSlice(z, x, y)
}
