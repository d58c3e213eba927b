package quantizer_test

import (
	"math"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

func format(t testing.TB, name string) quantizer.Format {
	t.Helper()
	f, err := quantizer.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%37-18) * 0.173
	}
	return x
}

// TestChannels: the per-channel forms are the plain ones, channel by channel.
func TestChannels(t *testing.T) {
	for _, name := range []string{"int8", "e4m3fn", "q1.6"} {
		f := format(t, name)
		const batch, channels, inner = 2, 3, 5
		x := ramp(batch * channels * inner)
		scales := []float32{0.1, 0.02, 0.5}
		q := make([]int8, len(x))
		quantizer.QuantizeChannels(q, x, f, scales, inner)
		y := make([]float32, len(x))
		quantizer.DequantizeChannels(y, q, f, scales, inner)
		fake := make([]float32, len(x))
		quantizer.FakeQuantizeChannels(fake, x, f, scales, inner)
		for i, v := range x {
			s := scales[i/inner%channels]
			one := make([]int8, 1)
			quantizer.Quantize(one, []float32{v}, f, s)
			want := float32(float64(s) * f.Decode(int32(one[0])))
			if q[i] != one[0] || y[i] != want || fake[i] != want {
				t.Fatalf("%s: element %d: code %d, %v and %v; want %d and %v", name, i, q[i], y[i], fake[i], one[0], want)
			}
		}
	}
}

// TestStorage: the same codes come back from storage of every width and sign.
func TestStorage(t *testing.T) {
	x := ramp(2000)
	for _, name := range []string{"int8", "int5", "e4m3fn", "q1.6", "uq0.8", "e3m2fn"} {
		f := format(t, name)
		want := make([]float32, len(x))
		quantizer.FakeQuantize(want, x, f, 0.03)
		same(t, name, f, x, want, make([]int8, len(x)))
		same(t, name, f, x, want, make([]uint8, len(x)))
		same(t, name, f, x, want, make([]int16, len(x)))
		same(t, name, f, x, want, make([]uint16, len(x)))
		same(t, name, f, x, want, make([]uint32, len(x)))
	}
}

func same[C quantizer.Code](t *testing.T, name string, f quantizer.Format, x, want []float32, q []C) {
	t.Helper()
	quantizer.Quantize(q, x, f, 0.03)
	got := make([]float32, len(x))
	quantizer.Dequantize(got, q, f, 0.03)
	if !slices.Equal(got, want) {
		t.Errorf("%s in %T: other values", name, q)
	}
	// The short form, without a table.
	clear(got)
	quantizer.Dequantize(got[:7], q[:7], f, 0.03)
	if !slices.Equal(got[:7], want[:7]) {
		t.Errorf("%s in %T: other values without a table", name, q)
	}
}

func TestSpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		name string
		x    float32
		want float32
	}{
		{"int8", inf, 127}, {"int8", -inf, -127}, {"int8", nan, 0}, {"int8", -1e30, -127},
		{"e4m3fn", inf, 448}, {"e4m3fn", -inf, -448}, {"e4m3fn", nan, nan},
		{"e5m2", inf, 57344}, {"e2m1fn", nan, 0}, {"e2m1fn", -inf, -6},
		{"q1.6", inf, 127. / 64}, {"q1.6", -inf, -2}, {"q1.6", nan, 0},
		{"uq0.8", -1, 0},
	} {
		got := make([]float32, 1)
		quantizer.FakeQuantize(got, []float32{c.x}, format(t, c.name), 1)
		if got[0] != c.want && !(got[0] != got[0] && c.want != c.want) {
			t.Errorf("%s: %v -> %v, want %v", c.name, c.x, got[0], c.want)
		}
	}
}

func TestInPlace(t *testing.T) {
	f := format(t, "e3m4")
	x := ramp(100)
	want := make([]float32, len(x))
	quantizer.FakeQuantize(want, x, f, 0.2)
	quantizer.FakeQuantize(x, x, f, 0.2)
	if !slices.Equal(x, want) {
		t.Error("in place differs")
	}
}

func TestNoAllocations(t *testing.T) {
	x := ramp(4096)
	y := make([]float32, len(x))
	q := make([]uint8, len(x))
	scales := []float32{0.1, 0.2, 0.3, 0.4}
	for _, name := range []string{"int8", "e4m3fn", "q1.6"} {
		f := format(t, name)
		if n := testing.AllocsPerRun(5, func() {
			quantizer.Quantize(q, x, f, 0.1)
			quantizer.Dequantize(y, q, f, 0.1)
			quantizer.FakeQuantize(y, x, f, 0.1)
			quantizer.RoundSlice(y, x, f, 0.1)
			quantizer.FakeQuantizeChannels(y, x, f, scales, 16)
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestPanics(t *testing.T) {
	f := format(t, "int8")
	for name, call := range map[string]func(){
		"quantizer: the zero Format has no values":                         func() { quantizer.Quantize([]int8{0}, []float32{0}, quantizer.Format{}, 1) },
		"quantizer: slices of different lengths":                           func() { quantizer.FakeQuantize(nil, []float32{0}, f, 1) },
		"quantizer: scale is not positive and finite":                      func() { quantizer.FakeQuantize(nil, nil, f, 0) },
		"quantizer: code does not fit its storage":                         func() { quantizer.Quantize([]int8{}, nil, format(t, "binary16"), 1) },
		"quantizer: no scales":                                             func() { quantizer.FakeQuantizeChannels(nil, nil, f, nil, 1) },
		"quantizer: inner size is not positive":                            func() { quantizer.NewChannelMinMax(1, 0) },
		"quantizer: number of channels is not positive":                    func() { quantizer.NewChannelMinMax(0, 1) },
		"quantizer: length is not a multiple of channels times inner size": func() { _ = quantizer.NewChannelMinMax(2, 3).Observe(make([]float32, 9)) },
		"quantizer: integer formats have 2 to 16 bits":                     func() { quantizer.Int(17) },
		"quantizer: threshold is negative or not finite":                   func() { quantizer.Scale(f, -1) },
	} {
		func() {
			defer func() {
				if got := recover(); got != name {
					t.Errorf("panic %v, want %q", got, name)
				}
			}()
			call()
		}()
	}
}

func BenchmarkFakeQuantize(b *testing.B) {
	x := ramp(4096)
	y := make([]float32, len(x))
	for _, name := range []string{"int8", "e4m3fn", "binary16", "q1.6"} {
		f := format(b, name)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(4 * int64(len(x)))
			for b.Loop() {
				quantizer.FakeQuantize(y, x, f, 0.01)
			}
		})
	}
}
