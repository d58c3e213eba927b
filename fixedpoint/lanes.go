package fixedpoint

import (
	"encoding/binary"
	"unsafe"
)

// Sums and differences of numbers of 8 and 16 bits, several in a word of 64: the
// lanes of one word. A lane's first bit is kept apart, so that no carry leaves it
// (Warren, Hacker's Delight, section 2-18), and a lane that overflows is replaced.

// lanes returns the words with the first and with the last bit of every lane set.
func lanes[S Storage]() (top, one uint64) {
	w := 8 * unsafe.Sizeof(S(0))
	one = ^uint64(0) / (1<<w - 1)
	return one << (w - 1), one
}

// fill returns lanes of ones for those whose first bit is set in v, which has no
// other bits.
func fill[S Storage](v uint64) uint64 {
	n := 8*unsafe.Sizeof(S(0)) - 1
	return v | (v - v>>n)
}

// addWords sets dst[i] to x[i]+y[i], saturated, for as many whole words as there
// are, and returns how many elements that is.
func addWords[S Storage](dst, x, y []S) int {
	top, one := lanes[S]()
	d := bytesOf(dst)
	a, b := bytesOf(x)[:len(d)], bytesOf(y)[:len(d)]
	i := 0
	for ; i <= len(d)-8; i += 8 {
		p, q := binary.NativeEndian.Uint64(a[i:]), binary.NativeEndian.Uint64(b[i:])
		z := ((p &^ top) + (q &^ top)) ^ (p^q)&top
		if ^S(0) < 0 {
			over := fill[S](^(p ^ q) & (p ^ z) & top)
			end := ^top + p>>(8*unsafe.Sizeof(S(0))-1)&one
			z = z&^over | end&over
		} else {
			z |= fill[S]((p&q | (p|q)&^z) & top)
		}
		binary.NativeEndian.PutUint64(d[i:], z)
	}
	return i / int(unsafe.Sizeof(S(0)))
}

// subWords is addWords for differences.
func subWords[S Storage](dst, x, y []S) int {
	top, one := lanes[S]()
	d := bytesOf(dst)
	a, b := bytesOf(x)[:len(d)], bytesOf(y)[:len(d)]
	i := 0
	for ; i <= len(d)-8; i += 8 {
		p, q := binary.NativeEndian.Uint64(a[i:]), binary.NativeEndian.Uint64(b[i:])
		z := ((p | top) - (q &^ top)) ^ ^(p^q)&top
		if ^S(0) < 0 {
			over := fill[S]((p ^ q) & (p ^ z) & top)
			end := ^top + p>>(8*unsafe.Sizeof(S(0))-1)&one
			z = z&^over | end&over
		} else {
			z &^= fill[S]((^p&q | (^p|q)&z) & top)
		}
		binary.NativeEndian.PutUint64(d[i:], z)
	}
	return i / int(unsafe.Sizeof(S(0)))
}

// bytesOf returns the bytes of s as a view.
func bytesOf[S Storage](s []S) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(S(0))))
}
