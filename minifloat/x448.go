package minifloat

import "github.com/x448/float16"

// FromX448 returns x, of the type that github.com/x448/float16 and the
// libraries built on it use, with the same code.
func FromX448(x float16.Float16) Float16 { return Float16{x.Bits()} }

// ToX448 returns x as the type of github.com/x448/float16, with the same code.
func ToX448(x Float16) float16.Float16 { return float16.Frombits(x.bits) }
