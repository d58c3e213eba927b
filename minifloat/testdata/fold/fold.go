// Package fold is compiled by TestFolding, which reads the compiler's output.
package fold

import (
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

type own = minifloat.Float[uint8, minifloat.E3, minifloat.M4, minifloat.Finite]

func AddFloat16(x, y minifloat.Float16) minifloat.Float16 { return x.Add(y) }

func AddOwn(x, y own) own { return x.Add(y) }

func AddContext(c minifloat.Context, x, y own) (own, rounding.Flags) {
	return minifloat.Add(c, x, y)
}

func Constants() (minifloat.Format, minifloat.Format) {
	return minifloat.FormatOf[own](), minifloat.FormatOf[minifloat.Float16]()
}
