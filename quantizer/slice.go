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
	quantize(dst, x, f, Params{Scale: scale})
}

// QuantizeChannels is [Quantize] with one scale per channel: element i belongs to
// channel (i / inner) mod len(scales). It panics as Quantize does, and where the
// length is not a multiple of len(scales) * inner.
func QuantizeChannels[C Code](dst []C, x []float32, f Format, scales []float32, inner int) {
	checkChannels(len(dst), len(x), f, scales, inner)
	checkStorage[C](f)
	eachChannel(len(x), scales, inner, func(i, j int, p Params) {
		quantize(dst[i:j], x[i:j], f, p)
	})
}

// Dequantize writes scale * q of the codes q to dst, rounded once to float32. It
// panics as [Quantize] does.
func Dequantize[C Code](dst []float32, q []C, f Format, scale float32) {
	check(len(dst), len(q), f, scale)
	checkStorage[C](f)
	dequantize(dst, q, f, Params{Scale: scale})
}

// DequantizeChannels is [Dequantize] with one scale per channel, laid out as in
// [QuantizeChannels].
func DequantizeChannels[C Code](dst []float32, q []C, f Format, scales []float32, inner int) {
	checkChannels(len(dst), len(q), f, scales, inner)
	checkStorage[C](f)
	eachChannel(len(q), scales, inner, func(i, j int, p Params) {
		dequantize(dst[i:j], q[i:j], f, p)
	})
}

// FakeQuantize writes to dst what [Dequantize] makes of what [Quantize] makes of
// x: float32 numbers, but only those that codes can stand for. dst and x may be
// the same slice. It panics as Quantize does.
func FakeQuantize(dst, x []float32, f Format, scale float32) {
	check(len(dst), len(x), f, scale)
	fakeQuantize(dst, x, f, Params{Scale: scale})
}

// FakeQuantizeChannels is [FakeQuantize] with one scale per channel, laid out as
// in [QuantizeChannels].
func FakeQuantizeChannels(dst, x []float32, f Format, scales []float32, inner int) {
	checkChannels(len(dst), len(x), f, scales, inner)
	eachChannel(len(x), scales, inner, func(i, j int, p Params) {
		fakeQuantize(dst[i:j], x[i:j], f, p)
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
	if f.kind == Minifloat {
		for i, v := range x {
			dst[i] = float32(saturating.Round(f.mini, float64(v)/s))
		}
		return
	}
	l, unit := f.lattice(Params{Scale: scale}), f.unit()
	for i, v := range x {
		dst[i] = float32(unit * nearest(l.lo, l.hi, float64(v)/l.step))
	}
}

// RoundAffine writes to dst the values q of x less the zero point, so that a real
// number is Scale times its element of dst; with a zero point of 0 it is [RoundSlice].
// In an integer format an element has up to one bit more than the format. dst and x
// may be the same slice. It panics as Quantize does, and where p has a zero point that
// is no code of f.
func RoundAffine(dst, x []float32, f Format, p Params) {
	if p.Zero == 0 {
		RoundSlice(dst, x, f, p.Scale)
		return
	}
	check(len(dst), len(x), f, p.Scale)
	if (Scheme{Format: f, Asymmetric: true}).checkParams(p) != nil {
		panic(badZero)
	}
	l, unit := f.lattice(p), f.unit()
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = float32(unit * nearest(l.lo, l.hi, float64(v)/l.step))
	}
}

// eachChannel calls do for the runs i to j of inner elements, each of one
// channel, with the channel's scale.
func eachChannel(n int, scales []float32, inner int, do func(i, j int, p Params)) {
	for i, c := 0, 0; i < n; i += inner {
		do(i, i+inner, Params{Scale: scales[c]})
		if c++; c == len(scales) {
			c = 0
		}
	}
}

// lattice is what the loops need of a format of integer codes and its Params: with
// k the nearest integer to x/step from lo to hi, the code is k + zero and the real
// number step*k. The step is the scale times the format's unit, a power of two:
// exact in float64, so that x/step is rounded as x/scale is.
type lattice struct {
	lo, hi, step float64
	zero         int32
}

func (f Format) lattice(p Params) lattice {
	lo, hi := f.codes()
	return lattice{float64(lo - p.Zero), float64(hi - p.Zero), float64(p.Scale) * f.unit(), p.Zero}
}

func quantize[C Code](dst []C, x []float32, f Format, p Params) {
	s := float64(p.Scale)
	dst = dst[:len(x)]
	if f.kind == Minifloat {
		for i, v := range x {
			code, _ := saturating.Encode(f.mini, float64(v)/s)
			dst[i] = C(code)
		}
		return
	}
	l := f.lattice(p)
	for i, v := range x {
		dst[i] = C(int32(nearest(l.lo, l.hi, float64(v)/l.step)) + l.zero)
	}
}

func dequantize[C Code](dst []float32, q []C, f Format, p Params) {
	s := float64(p.Scale)
	zero := 0.0
	if p.Zero != 0 {
		zero = float64(p.Zero) * f.unit()
	}
	dst = dst[:len(q)]
	// A table pays from a few times its own length.
	if f.bits <= 8 && len(q) >= 1024 {
		var table [256]float32
		for code := range 1 << f.bits {
			table[code] = float32(s * (f.Decode(int32(code)) - zero))
		}
		mask := uint8(1<<f.bits - 1)
		for i, c := range q {
			dst[i] = table[uint8(c)&mask]
		}
		return
	}
	for i, c := range q {
		dst[i] = float32(s * (f.Decode(int32(c)) - zero))
	}
}

func fakeQuantize(dst, x []float32, f Format, p Params) {
	s := float64(p.Scale)
	dst = dst[:len(x)]
	if f.kind == Minifloat {
		for i, v := range x {
			dst[i] = float32(s * saturating.Round(f.mini, float64(v)/s))
		}
		return
	}
	l := f.lattice(p)
	for i, v := range x {
		dst[i] = float32(l.step * nearest(l.lo, l.hi, float64(v)/l.step))
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
