package quantizer

import (
	"math"
	"unsafe"
)

// Code is the storage of codes. A code takes the low [Format.Bits] bits; in
// signed storage those of integer and fixed-point formats are sign-extended, in
// unsigned storage of more bits too.
type Code interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32
}

// Quantize writes the codes of x/scale to dst, rounded to nearest even and
// saturating. It panics where dst and x differ in length, the scale is not
// positive and finite, a code does not fit C, or f is the zero Format.
func Quantize[C Code](dst []C, x []float32, f Format, scale float32) {
	check(len(dst), len(x), f, scale)
	checkStorage[C](f)
	quantize(dst, x, f, scale)
}

// QuantizeChannels is [Quantize] with one scale per channel: element i belongs to
// channel (i / inner) mod len(scales). It panics as Quantize does, and where the
// length is not a multiple of len(scales) * inner.
func QuantizeChannels[C Code](dst []C, x []float32, f Format, scales []float32, inner int) {
	checkChannels(len(dst), len(x), f, scales, inner)
	checkStorage[C](f)
	eachChannel(len(x), scales, inner, func(i, j int, scale float32) {
		quantize(dst[i:j], x[i:j], f, scale)
	})
}

// Dequantize writes scale * q of the codes q to dst, rounded once to float32. It
// panics as [Quantize] does.
func Dequantize[C Code](dst []float32, q []C, f Format, scale float32) {
	check(len(dst), len(q), f, scale)
	checkStorage[C](f)
	dequantize(dst, q, f, scale)
}

// DequantizeChannels is [Dequantize] with one scale per channel, laid out as in
// [QuantizeChannels].
func DequantizeChannels[C Code](dst []float32, q []C, f Format, scales []float32, inner int) {
	checkChannels(len(dst), len(q), f, scales, inner)
	checkStorage[C](f)
	eachChannel(len(q), scales, inner, func(i, j int, scale float32) {
		dequantize(dst[i:j], q[i:j], f, scale)
	})
}

// FakeQuantize writes to dst what [Dequantize] makes of what [Quantize] makes of
// x: float32 numbers, but only those that codes can stand for. dst and x may be
// the same slice. It panics as Quantize does.
func FakeQuantize(dst, x []float32, f Format, scale float32) {
	check(len(dst), len(x), f, scale)
	fakeQuantize(dst, x, f, scale)
}

// FakeQuantizeChannels is [FakeQuantize] with one scale per channel, laid out as
// in [QuantizeChannels].
func FakeQuantizeChannels(dst, x []float32, f Format, scales []float32, inner int) {
	checkChannels(len(dst), len(x), f, scales, inner)
	eachChannel(len(x), scales, inner, func(i, j int, scale float32) {
		fakeQuantize(dst[i:j], x[i:j], f, scale)
	})
}

// RoundSlice writes the values q of x/scale to dst, not multiplied by the scale
// again. Most formats' values are float32 numbers; those of minifloats of more
// than 8 exponent bits, or with another bias, may be rounded to float32. dst and x
// may be the same slice. It panics as [Quantize] does.
func RoundSlice(dst, x []float32, f Format, scale float32) {
	check(len(dst), len(x), f, scale)
	s := float64(scale)
	dst = dst[:len(x)]
	switch f.kind {
	case Integer:
		limit := float64(f.limit())
		for i, v := range x {
			dst[i] = float32(roundInteger(limit, float64(v)/s))
		}
	case Minifloat:
		for i, v := range x {
			dst[i] = float32(saturating.Round(f.mini, float64(v)/s))
		}
	default:
		for i, v := range x {
			dst[i] = float32(f.Round(float64(v) / s))
		}
	}
}

// eachChannel calls do for the runs i to j of inner elements, each of one
// channel, with the channel's scale.
func eachChannel(n int, scales []float32, inner int, do func(i, j int, scale float32)) {
	for i, c := 0, 0; i < n; i += inner {
		do(i, i+inner, scales[c])
		if c++; c == len(scales) {
			c = 0
		}
	}
}

func quantize[C Code](dst []C, x []float32, f Format, scale float32) {
	s := float64(scale)
	dst = dst[:len(x)]
	switch f.kind {
	case Integer:
		limit := float64(f.limit())
		for i, v := range x {
			dst[i] = C(int32(roundInteger(limit, float64(v)/s)))
		}
	case Minifloat:
		for i, v := range x {
			code, _ := saturating.Encode(f.mini, float64(v)/s)
			dst[i] = C(code)
		}
	default:
		for i, v := range x {
			dst[i] = C(f.Encode(float64(v) / s))
		}
	}
}

func dequantize[C Code](dst []float32, q []C, f Format, scale float32) {
	s := float64(scale)
	dst = dst[:len(q)]
	// A table pays from a few times its own length.
	if f.bits <= 8 && len(q) >= 1024 {
		var table [256]float32
		for code := range 1 << f.bits {
			table[code] = float32(s * f.Decode(int32(code)))
		}
		mask := uint8(1<<f.bits - 1)
		for i, c := range q {
			dst[i] = table[uint8(c)&mask]
		}
		return
	}
	for i, c := range q {
		dst[i] = float32(s * f.Decode(int32(c)))
	}
}

func fakeQuantize(dst, x []float32, f Format, scale float32) {
	s := float64(scale)
	dst = dst[:len(x)]
	switch f.kind {
	case Integer:
		limit := float64(f.limit())
		for i, v := range x {
			dst[i] = float32(s * roundInteger(limit, float64(v)/s))
		}
	case Minifloat:
		for i, v := range x {
			dst[i] = float32(s * saturating.Round(f.mini, float64(v)/s))
		}
	default:
		for i, v := range x {
			dst[i] = float32(s * f.Round(float64(v)/s))
		}
	}
}

func check(dst, src int, f Format, scale float32) {
	if f.kind == None {
		panic(badFormat)
	}
	if dst != src {
		panic(badLength)
	}
	checkScale(scale)
}

func checkScale(scale float32) {
	if !(scale > 0) || scale > math.MaxFloat32 {
		panic(badScale)
	}
}

func checkChannels(dst, src int, f Format, scales []float32, inner int) {
	if f.kind == None {
		panic(badFormat)
	}
	if dst != src {
		panic(badLength)
	}
	if len(scales) == 0 {
		panic(badScales)
	}
	if inner <= 0 {
		panic(badInner)
	}
	if src%(len(scales)*inner) != 0 {
		panic(badWhole)
	}
	for _, s := range scales {
		checkScale(s)
	}
}

func checkStorage[C Code](f Format) {
	var c C
	if int(f.bits) > 8*int(unsafe.Sizeof(c)) {
		panic(badStorage)
	}
}
