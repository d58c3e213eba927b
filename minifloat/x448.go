package minifloat

import (
	"unsafe"

	"github.com/x448/float16"
)

// FromX448 returns x, of the type that github.com/x448/float16 and the
// libraries built on it use, with the same code.
func FromX448(x float16.Float16) Float16 { return Float16{x.Bits()} }

// ToX448 returns x as the type of github.com/x448/float16, with the same code.
func ToX448(x Float16) float16.Float16 { return float16.Frombits(x.bits) }

// FromX448s returns s as numbers of this package: a view, no copy is made, and
// writing to one writes to the other. [Bits] and [Floats] are the same for
// []uint16.
func FromX448s(s []float16.Float16) []Float16 {
	return unsafe.Slice((*Float16)(unsafe.Pointer(unsafe.SliceData(s))), cap(s))[:len(s)]
}

// ToX448s returns s as numbers of github.com/x448/float16: the inverse of
// FromX448s, a view as well.
func ToX448s(s []Float16) []float16.Float16 {
	return unsafe.Slice((*float16.Float16)(unsafe.Pointer(unsafe.SliceData(s))), cap(s))[:len(s)]
}
