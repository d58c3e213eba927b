package minifloat_test

import (
	"testing"

	"github.com/halfulp/halfulp/minifloat"
)

// TestStorageTooSmall: the operators see a storage that is too small, even of
// normal numbers that no constructor made.
func TestStorageTooSmall(t *testing.T) {
	type tooSmall = minifloat.Float[uint16, minifloat.E8, minifloat.M10, minifloat.IEEE]
	x := minifloat.Floats[tooSmall]([]uint16{1 << 15})[0]
	type tooSmall8 = minifloat.Float[uint8, minifloat.E4, minifloat.M4, minifloat.IEEE] // with tables
	y := minifloat.Floats[tooSmall8]([]uint8{1 << 6})[0]
	for name, operate := range map[string]func(){
		"Add of 8 bits": func() { y.Add(y) }, "Quo of 8 bits": func() { y.Quo(y) },
		"Add": func() { x.Add(x) }, "Sub": func() { x.Sub(x) }, "Mul": func() { x.Mul(x) },
		"Quo": func() { x.Quo(x) }, "Sqrt": func() { x.Sqrt() }, "FMA": func() { x.FMA(x, x) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			operate()
		}()
	}
}
