package quantizer_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

// wide generates slices of numbers of all magnitudes, powers of two and their
// neighbours, and zeros of both signs.
func wide() gopter.Gen {
	return gen.SliceOf(gen.UInt32()).Map(func(random []uint32) []float32 {
		x := make([]float32, len(random))
		for i, u := range random {
			v := float32(u>>8)*0x1p-23 - 1
			switch u & 7 {
			case 0:
				v = float32(math.Copysign(0, float64(v)))
			case 1, 2:
				v = float32(math.Ldexp(float64(v), int(u>>3&31)-16))
			case 3:
				v = float32(math.Copysign(math.Ldexp(1, int(u>>3&15)-8), float64(v)))
			case 4:
				v = math.Nextafter32(float32(math.Ldexp(1, int(u>>3&15)-8)), 2*v)
			}
			x[i] = v
		}
		return x
	})
}

// definition checks a histogram against the definition of its bins.
func definition(t *testing.T, h *quantizer.Histogram, x []float32) bool {
	least, most, largest, zeros := float32(0), float32(0), 0.0, int64(0)
	for i, v := range x {
		if i == 0 || v < least {
			least = v
		}
		if i == 0 || v > most {
			most = v
		}
		largest = max(largest, math.Abs(float64(v)))
		if v == 0 {
			zeros++
		}
	}
	lo, hi := h.Range()
	if h.Count() != int64(len(x)) || h.Zeros() != zeros || lo != least || hi != most {
		t.Logf("%d values, %d zeros, from %v to %v", h.Count(), h.Zeros(), lo, hi)
		return false
	}
	if largest == 0 {
		return h.Width() == 0 && h.Bin(0) == 0
	}
	r := 0x1p-149
	for r <= largest {
		r *= 2
	}
	w := r / float64(h.Bins())
	want := map[int]int64{}
	for _, v := range x {
		if v != 0 {
			want[int(math.Floor(float64(v)/w))]++
		}
	}
	if h.Width() != w {
		t.Logf("width %v, want %v", h.Width(), w)
		return false
	}
	for k := -h.Bins(); k < h.Bins(); k++ {
		if h.Bin(k) != want[k] {
			t.Logf("bin %d of width %v has %d, want %d", k, w, h.Bin(k), want[k])
			return false
		}
	}
	return true
}

// TestHistogramProperty: whatever pieces and parts the values come in, the
// histogram is that of one pass, which is the definition's.
func TestHistogramProperty(t *testing.T) {
	properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	properties.Property("pieces and merging", prop.ForAll(
		func(a, b, c, d []float32, bins int) bool {
			all := append(append(append(append([]float32{}, a...), b...), c...), d...)
			one := quantizer.NewHistogram(1 << bins)
			if one.Observe(all) != nil || !definition(t, one, all) {
				return false
			}
			p, q := quantizer.NewHistogram(1<<bins), quantizer.NewHistogram(1<<bins)
			for _, x := range [][]float32{d, b} {
				if p.Observe(x) != nil {
					return false
				}
			}
			for i := len(c) - 1; i >= 0; i-- {
				if q.Observe(c[i:i+1]) != nil {
					return false
				}
			}
			if q.Observe(a) != nil {
				return false
			}
			p.Merge(q)
			return reflect.DeepEqual(p, one)
		},
		wide(), wide(), wide(), wide(), gen.IntRange(4, 7)))
	properties.Property("JSON", prop.ForAll(
		func(x []float32, bins int) bool {
			h := quantizer.NewHistogram(1 << bins)
			if h.Observe(x) != nil {
				return false
			}
			data, err := json.Marshal(h)
			var back quantizer.Histogram
			if err != nil || json.Unmarshal(data, &back) != nil {
				return false
			}
			return reflect.DeepEqual(&back, h)
		},
		wide(), gen.IntRange(4, 7)))
	properties.TestingRun(t)
}

func TestHistogramExtremes(t *testing.T) {
	x := []float32{math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 3 * math.SmallestNonzeroFloat32, 1, -math.MaxFloat32, math.MaxFloat32, 0}
	var h quantizer.Histogram
	for i := range x {
		if err := h.Observe(x[i : i+1]); err != nil {
			t.Fatal(err)
		}
		if h.Bins() != quantizer.DefaultBins || !definition(t, &h, x[:i+1]) {
			t.Errorf("after %v", x[:i+1])
		}
	}
}

func TestHistogramNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		var h, want quantizer.Histogram
		for _, o := range []*quantizer.Histogram{&h, &want} {
			if err := o.Observe([]float32{1, -2}); err != nil {
				t.Fatal(err)
			}
		}
		err := h.Observe([]float32{100, float32(bad)})
		if !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), "index 1") || !reflect.DeepEqual(h, want) {
			t.Errorf("%v: error %v", bad, err)
		}
	}
}

func TestObserverJSON(t *testing.T) {
	var m quantizer.MinMax
	c := quantizer.NewChannelMinMax(2, 3)
	h := quantizer.NewHistogram(16)
	x := []float32{0, 0.5, -3, 4, 0, 0}
	for _, o := range []interface{ Observe([]float32) error }{&m, c, h} {
		if err := o.Observe(x); err != nil {
			t.Fatal(err)
		}
	}
	text := map[string]string{}
	for _, o := range []struct {
		name, want string
		from, to   any
	}{
		{"minmax", `{"min":-3,"max":4,"count":6}`, m, new(quantizer.MinMax)},
		{"channels", `{"inner":3,"channels":[{"min":-3,"max":0.5,"count":3},{"min":0,"max":4,"count":3}]}`, c, new(quantizer.ChannelMinMax)},
		{"histogram", `{"bins":16,"seen":{"min":-3,"max":4,"count":6},"zeros":3,"first":-6,"counts":[1,0,0,0,0,0,0,1,0,0,0,0,0,0,1]}`, h, new(quantizer.Histogram)},
	} {
		data, err := json.Marshal(o.from)
		if err != nil || string(data) != o.want {
			t.Errorf("%s: %s, %v; want %s", o.name, data, err, o.want)
		}
		if err := json.Unmarshal(data, o.to); err != nil {
			t.Errorf("%s: %v", o.name, err)
		}
		if again, err := json.Marshal(o.to); err != nil || string(again) != o.want {
			t.Errorf("%s: read and written again: %s, %v", o.name, again, err)
		}
		text[o.name] = o.want
	}
	for _, c := range []struct{ name, from, to, says string }{
		{"minmax", `"min":-3`, `"min":5`, "from 5 to 4"},
		{"minmax", `"count":6`, `"count":-6`, "-6 values"},
		{"minmax", `"count":6`, `"count":0`, "0 values"},
		{"channels", `"inner":3`, `"inner":0`, "inner size 0"},
		{"channels", `"min":-3`, `"min":3`, "from 3 to 0.5"},
		{"histogram", `"bins":16`, `"bins":17`, "17 bins"},
		{"histogram", `"bins":16`, `"bins":1073741824`, "1073741824 bins"},
		{"histogram", `"bins":16`, `"bins":32`, "do not end"},
		{"histogram", `"first":-6`, `"first":-17`, "from -17"},
		{"histogram", `"first":-6`, `"first":3`, "15 bins from 3"},
		{"histogram", `"first":-6`, `"first":-5`, "do not end"},
		{"histogram", `[1,0`, `[-1,0`, "bin -6 has -1"},
		{"histogram", `[1,0`, `[9223372036854775807,0`, "of 6 values"},
		{"histogram", `[1,0`, `[2,0`, "bin 8 has 1 of 6 values, 6"},
		{"histogram", `[1,0`, `[0,1`, "do not end"},
		{"histogram", `"zeros":3`, `"zeros":2`, "6 values are not the"},
		{"histogram", `"zeros":3`, `"zeros":-1`, "-1 zeros"},
		{"histogram", `"zeros":3`, `"zeros":7`, "7 zeros among 6"},
		{"histogram", `"max":4`, `"max":-1`, "zeros outside"},
		{"histogram", `"max":4`, `"max":3`, "do not end"},
		{"histogram", `"min":-3,"max":4`, `"min":0,"max":0`, "do not end"},
		{"histogram", `"min":-3`, `"min":0`, "do not end"},
	} {
		var o interface{ UnmarshalJSON([]byte) error }
		switch c.name {
		case "minmax":
			o = new(quantizer.MinMax)
		case "channels":
			o = new(quantizer.ChannelMinMax)
		default:
			o = new(quantizer.Histogram)
		}
		broken := strings.Replace(text[c.name], c.from, c.to, 1)
		err := o.UnmarshalJSON([]byte(broken))
		if !errors.Is(err, quantizer.ErrState) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", broken, err, c.says)
		}
	}
}

// FuzzHistogramJSON: whatever is read can be used, and is written as it was read.
func FuzzHistogramJSON(f *testing.F) {
	f.Add([]byte(`{"bins":16,"seen":{"min":-3,"max":4,"count":6},"zeros":3,"first":-6,"counts":[1,0,0,0,0,0,0,1,0,0,0,0,0,0,1]}`))
	f.Add([]byte(`{"bins":2048,"seen":{"min":0,"max":0,"count":9},"zeros":9,"first":0,"counts":[]}`))
	f.Add([]byte(`{"bins":16,"seen":{"min":1e-45,"max":1e-45,"count":9000000000000000000},"zeros":0,"first":8,"counts":[9000000000000000000]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var h quantizer.Histogram
		if err := json.Unmarshal(data, &h); err != nil {
			return
		}
		again, err := json.Marshal(&h)
		var back quantizer.Histogram
		if err != nil || json.Unmarshal(again, &back) != nil || !reflect.DeepEqual(h, back) {
			t.Fatalf("%s read and written as %s, %v", data, again, err)
		}
		s := quantizer.Scheme{Format: quantizer.Uint(4), Asymmetric: true}
		lo, hi, err := h.Choose(s, quantizer.ByMinMax())
		if h.Count() == 0 != errors.Is(err, quantizer.ErrEmpty) {
			t.Fatal(err)
		}
		h.Noise(s, s.Params(lo, hi))
	})
}

func TestHistogramPanics(t *testing.T) {
	for name, call := range map[string]func(){
		"quantizer: number of bins is not a power of two from 16 to 65536": func() { quantizer.NewHistogram(100) },
		"quantizer: histograms of different numbers of bins":               func() { quantizer.NewHistogram(16).Merge(new(quantizer.Histogram)) },
		"quantizer: percentage is not above 50 and up to 100":              func() { quantizer.ByPercentile(math.NaN()) },
		"quantizer: channels or inner sizes differ":                        func() { quantizer.NewChannelMinMax(2, 1).Merge(quantizer.NewChannelMinMax(1, 2)) },
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

func TestChannelMerge(t *testing.T) {
	a, b := quantizer.NewChannelMinMax(2, 1), quantizer.NewChannelMinMax(2, 1)
	if a.Observe([]float32{1, 2}) != nil || b.Observe([]float32{-3, 1, 2, 5}) != nil {
		t.Fatal("not observed")
	}
	a.Merge(b)
	if got := a.Thresholds(); got[0] != 3 || got[1] != 5 || a.Channel(0).Count() != 3 {
		t.Errorf("thresholds %v", got)
	}
}

func BenchmarkHistogram(b *testing.B) {
	x := ramp(1 << 16)
	var h quantizer.Histogram
	b.SetBytes(4 * int64(len(x)))
	for b.Loop() {
		if err := h.Observe(x); err != nil {
			b.Fatal(err)
		}
	}
}
