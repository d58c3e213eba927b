package blas

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// FuzzGemmFloat32 compares a product of any float32 values with its definition.
func FuzzGemmFloat32(f *testing.F) {
	f.Add(uint8(1), uint8(1), uint8(0), []byte{0, 0, 128, 63, 0, 0, 0, 64})
	f.Add(uint8(3), uint8(9), uint8(7), []byte{1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 127, 127, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, m, n, flags uint8, data []byte) {
		p := GemmParams{M: int(m%9) + 1, N: int(n%19) + 1, TransA: flags&1 != 0, TransB: flags&2 != 0,
			Accumulate: flags&4 != 0, Options: Options{Threads: int(flags>>3&1) + 1}}
		values := make([]float32, min(len(data)/4, 1000))
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		if len(values) == 0 {
			return
		}
		p.K = min(len(values)/(p.M+p.N)+1, 40)
		na, nb, nc := p.sizes()
		at := func(n, from int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = values[(from+i)%len(values)]
			}
			return x
		}
		a, b, c := at(na, 0), at(nb, na), at(nc, 1)
		want := slices.Clone(c)
		ReferenceGemmFloat32(p, a, b, nil, want)
		start := slices.Clone(c)
		defer func(was bool) { tiled = was }(tiled)
		for _, tiled = range []bool{false, true} {
			copy(c, start)
			GemmFloat32(p, a, b, nil, c)
			sameFloat32s(t, fmt.Sprintf("tiled=%v: product", tiled), c, want)
		}
	})
}

// FuzzDot compares chains in any of the formats and modes with the oracle.
func FuzzDot(f *testing.F) {
	f.Add(uint8(0), uint8(2), uint8(2), uint8(0), []byte{0x38, 0, 0, 0, 0x38, 0, 0, 0})
	f.Add(uint8(1), uint8(0), uint8(1), uint8(16), []byte{0xff, 0x7b, 0, 0, 1, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x3c, 0, 0})
	f.Fuzz(func(t *testing.T, accumulator, left, right, how uint8, data []byte) {
		acc, fa, fb := formats[int(accumulator)%len(formats)], formats[int(left)%len(formats)], formats[int(right)%len(formats)]
		mode := rounding.Mode(how % 9)
		a := Accumulator{Format: acc.f, Separate: how&16 != 0, Context: minifloat.Context{Mode: mode, Saturation: rounding.Saturation(how >> 5 % 3)}}
		o := exact.Options{Mode: modes[mode], Saturation: saturations[a.Context.Saturation]}
		k := min(len(data)/8, 64)
		x, y := make([]uint32, k), make([]uint32, k)
		xs, ys := make([]exact.Number, k), make([]exact.Number, k)
		for i := range k {
			x[i] = binary.LittleEndian.Uint32(data[8*i:]) & uint32(1<<fa.f.Bits()-1)
			y[i] = binary.LittleEndian.Uint32(data[8*i+4:]) & uint32(1<<fb.f.Bits()-1)
			xs[i], ys[i] = fa.x.Decode(uint64(x[i])), fb.x.Decode(uint64(y[i]))
		}
		start, _ := exact.RoundResult(exact.Convert(exact.Int64(1)), acc.x, o)
		step := exact.Fused
		if a.Separate {
			step = exact.MultiplyAdd
		}
		code, _ := exact.Dot(start, xs, ys, acc.x, step, o)
		want, _ := acc.x.Decode(code).Float()
		got := make([]float64, 1)
		Gemm(GemmParams{M: 1, N: 1, K: k}, a, Codes(fa.f, x), Codes(fb.f, y), Floats([]float64{1}), Floats(got))
		if !sameNumber(got[0], want) {
			t.Fatalf("%v: %x, want %x of %v and %v", a, got[0], want, xs, ys)
		}
	})
}
