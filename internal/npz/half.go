package npz

import "github.com/halfulp/halfulp/minifloat"

// half returns the value of a binary16 code.
func half(code uint16) float64 { return minifloat.FromBits[minifloat.Float16](code).Float64() }
