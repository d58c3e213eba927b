package onnx

import "github.com/halfulp/halfulp/minifloat"

// float16 returns the value of a binary16 code.
func float16(code uint16) float32 { return minifloat.FromBits[minifloat.Float16](code).Float32() }

// bfloat16 returns the value of a bfloat16 code.
func bfloat16(code uint16) float32 { return minifloat.FromBits[minifloat.BFloat16](code).Float32() }
