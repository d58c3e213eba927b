package npz

import "github.com/x448/float16"

// half returns the value of a binary16 code.
func half(code uint16) float64 { return float64(float16.Frombits(code).Float32()) }
