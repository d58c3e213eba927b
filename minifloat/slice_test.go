package minifloat_test

import (
	"math"
	"testing"

	"github.com/x448/float16"

	"github.com/halfulp/halfulp/minifloat"
)

func TestSlices(t *testing.T) {
	x32 := []float32{0, 1, -0.3, 1e9, float32(math.Inf(-1)), 6e-8}
	x64 := []float64{0, 1, -0.3, 1e9, math.Inf(-1), 6e-8}
	a, b := make([]minifloat.Float16, len(x32)+1), make([]minifloat.Float16, len(x64))
	a[len(x32)] = minifloat.From[minifloat.Float16](7)
	minifloat.FromFloat32s(a, x32)
	minifloat.FromFloat64s(b, x64)
	back32, back64 := make([]float32, len(b)), make([]float64, len(b))
	minifloat.Float32s(back32, b)
	minifloat.Float64s(back64, b)
	for i := range b {
		if want := minifloat.FromFloat32[minifloat.Float16](x32[i]); a[i] != want || b[i] != want || back64[i] != want.Float64() || float64(back32[i]) != want.Float64() {
			t.Errorf("%v: %v %v %v %v, want %v", x64[i], a[i], b[i], back32[i], back64[i], want)
		}
	}
	if a[len(x32)].Float64() != 7 {
		t.Error("written past src")
	}
	mustPanic(t, "FromFloat32s", func() { minifloat.FromFloat32s(a[:1], x32) })
	mustPanic(t, "FromFloat64s", func() { minifloat.FromFloat64s(a[:1], x64) })
	mustPanic(t, "Float32s", func() { minifloat.Float32s(back32[:1], b) })
	mustPanic(t, "Float64s", func() { minifloat.Float64s(back64[:1], b) })
}

func TestViews(t *testing.T) {
	xs := make([]minifloat.E4M3FN, 3, 5)
	codes := minifloat.Bits(xs)
	if len(codes) != 3 || cap(codes) != 5 {
		t.Fatalf("Bits: %d of %d", len(codes), cap(codes))
	}
	codes[1] = 0x38
	if xs[1].Float64() != 1 {
		t.Errorf("a code written through Bits gives %v", xs[1])
	}
	back := minifloat.Floats[minifloat.E4M3FN](codes)
	back[2] = minifloat.Max[minifloat.E4M3FN]()
	if xs[2].Bits() != 0x7e || len(back) != 3 || cap(back) != 5 {
		t.Errorf("Floats: %v", back)
	}
	if minifloat.Bits[minifloat.E5M2](nil) != nil || minifloat.Floats[minifloat.E5M2]([]uint8(nil)) != nil {
		t.Error("the view of nil is not nil")
	}
	if len(minifloat.Bits([]minifloat.E5M2{})) != 0 {
		t.Error("the view of an empty slice is not empty")
	}
}

// TestX448 checks that github.com/x448/float16 reads the same codes the same
// way, and rounds float32s to the same ones.
func TestX448(t *testing.T) {
	for code := range 1 << 16 {
		x := float16.Frombits(uint16(code))
		h := minifloat.FromX448(x)
		if h.Bits() != uint16(code) || minifloat.ToX448(h) != x {
			t.Fatalf("%#x changes", code)
		}
		if got, want := h.Float32(), x.Float32(); got != want && (got == got || want == want) || math.Signbit(float64(got)) != math.Signbit(float64(want)) && got == got {
			t.Fatalf("%#x: %v, x448 has %v", code, got, want)
		}
	}
	for bits := uint32(0); bits < 0x7f800000; bits += 40093 {
		v := math.Float32frombits(bits)
		if got, want := minifloat.FromFloat32[minifloat.Float16](v).Bits(), float16.Fromfloat32(v).Bits(); got != want {
			t.Fatalf("%v: %#x, x448 has %#x", v, got, want)
		}
	}
}
