package fixedpoint

import "unsafe"

// Bits returns the codes of s as a view: no copy is made, and writing to one
// writes to the other. Of use with encoding/binary, which reads and writes
// integers: binary.Read(r, binary.LittleEndian, fixedpoint.Bits(s)).
func Bits[T interface{ Fixed[S, F] }, S Storage, F Fraction](s []T) []S {
	return unsafe.Slice((*S)(unsafe.Pointer(unsafe.SliceData(s))), cap(s))[:len(s)]
}

// Numbers returns codes as numbers: the inverse of [Bits], a view as well.
func Numbers[T interface{ Fixed[S, F] }, S Storage, F Fraction](codes []S) []T {
	typeFormat[S, F]()
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(codes))), cap(codes))[:len(codes)]
}
