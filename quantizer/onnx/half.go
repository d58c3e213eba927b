package onnx

import (
	"math"

	half "github.com/x448/float16"
)

// float16 returns the value of a binary16 code.
func float16(code uint16) float32 { return half.Frombits(code).Float32() }

// bfloat16 returns the value of a bfloat16 code: the upper half of a float32.
func bfloat16(code uint16) float32 { return math.Float32frombits(uint32(code) << 16) }
