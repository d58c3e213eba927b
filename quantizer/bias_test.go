package quantizer_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// moments integrates min(max(x, lo), hi) and its square over the normal density, by
// Simpson's rule on pieces that end at the limits.
func moments(mean, std, lo, hi float64) (m, variance float64) {
	density := func(x float64) float64 {
		z := (x - mean) / std
		return math.Exp(-z*z/2) / (std * math.Sqrt(2*math.Pi))
	}
	simpson := func(f func(x float64) float64, a, b float64) float64 {
		const n = 4000
		h, sum := (b-a)/n, f(a)+f(b)
		for i := 1; i < n; i++ {
			sum += f(a+float64(i)*h) * float64(2+2*(i&1))
		}
		return sum * h / 3
	}
	ends := []float64{mean - 12*std, mean + 12*std}
	for _, l := range []float64{lo, hi} {
		if l > ends[0] && l < ends[len(ends)-1] {
			ends = slices.Insert(ends, len(ends)-1, l)
		}
	}
	clip := func(x float64) float64 { return min(max(x, lo), hi) }
	for i := range len(ends) - 1 {
		m += simpson(func(x float64) float64 { return clip(x) * density(x) }, ends[i], ends[i+1])
	}
	for i := range len(ends) - 1 {
		variance += simpson(func(x float64) float64 { d := clip(x) - m; return d * d * density(x) }, ends[i], ends[i+1])
	}
	return m, variance
}

func TestClippedNormal(t *testing.T) {
	inf := math.Inf(1)
	for _, mean := range []float64{-5, -1, -0.01, 0, 0.3, 2, 6, 9} {
		for _, std := range []float64{0.01, 0.5, 1, 4} {
			for _, l := range [][2]float64{{0, inf}, {0, 6}, {-inf, inf}, {-inf, 1}, {-1, 1}, {2, 2}} {
				m, v := quantizer.ClippedNormal(mean, std, l[0], l[1])
				wantM, wantV := moments(mean, std, l[0], l[1])
				size := math.Abs(mean) + std + 6
				if math.Abs(m-wantM) > 1e-9*size || math.Abs(v-wantV) > 1e-9*size*size {
					t.Errorf("mean %v, deviation %v, limits %v: %v, %v; integrated %v, %v", mean, std, l, m, v, wantM, wantV)
				}
				if m2, v2 := quantizer.ClippedNormal(mean, -std, l[0], l[1]); m2 != m || v2 != v {
					t.Errorf("the sign of the deviation counts: %v, %v", m2, v2)
				}
			}
		}
	}
	for _, c := range []struct{ mean, std, lo, hi, m, v float64 }{
		{3, 0, 0, 6, 3, 0}, {-3, 0, 0, 6, 0, 0}, {8, 0, 0, 6, 6, 0}, // no deviation
		{-100, 1, 0, inf, 0, 0}, {100, 1, 0, 6, 6, 0}, // all clipped
		{0, 1, 0, inf, 1 / math.Sqrt(2*math.Pi), 0.5 - 1/(2*math.Pi)}, // half a normal
		{7, 2, -inf, inf, 7, 4},
	} {
		m, v := quantizer.ClippedNormal(c.mean, c.std, c.lo, c.hi)
		if math.Abs(m-c.m) > 1e-13 || math.Abs(v-c.v) > 1e-11 {
			t.Errorf("%+v: %v, %v", c, m, v)
		}
	}
}

// TestClippedNormalReLU: the published formulas for ReLU and ReLU6.
func TestClippedNormalReLU(t *testing.T) {
	phi := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	cdf := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	for beta := -3.0; beta < 9; beta += 0.37 {
		for _, g := range []float64{0.2, 1, 3} {
			relu := g*phi(-beta/g) + beta*(1-cdf(-beta/g))
			relu6 := g*(phi(-beta/g)-phi((6-beta)/g)) + beta*(cdf((6-beta)/g)-cdf(-beta/g)) + 6*(1-cdf((6-beta)/g))
			if m, _ := quantizer.ClippedNormal(beta, g, 0, math.Inf(1)); math.Abs(m-relu) > 1e-13 {
				t.Errorf("ReLU of mean %v, deviation %v: %v, want %v", beta, g, m, relu)
			}
			if m, _ := quantizer.ClippedNormal(beta, g, 0, 6); math.Abs(m-relu6) > 1e-13 {
				t.Errorf("ReLU6 of mean %v, deviation %v: %v, want %v", beta, g, m, relu6)
			}
		}
	}
}

// TestCorrectBias: on inputs that are the same at every place, so equal to their
// means, the corrected product is that of the weights before, exactly but for the
// rounding of the bias; by rationals.
func TestCorrectBias(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct{ in, out, inner, groups int }{{3, 4, 9, 1}, {6, 6, 9, 6}, {6, 4, 1, 2}, {1, 1, 1, 1}} {
		depth := c.in / c.groups
		w, bias, means := make([]float32, c.out*depth*c.inner), make([]float32, c.out), make([]float64, c.in)
		for i := range w {
			w[i] = float32(r.NormFloat64())
		}
		for i := range bias {
			bias[i] = float32(r.NormFloat64())
		}
		for i := range means {
			means[i] = float64(float32(r.Float64() * 4))
		}
		q, err := quantizer.Calibrate(w, quantizer.Scheme{Format: quantizer.Int(4)}, quantizer.ByMinMax())
		if err != nil {
			t.Fatal(err)
		}
		quantized, corrected := make([]float32, len(w)), slices.Clone(bias)
		quantizer.FakeQuantizeTensor(quantized, w, q)
		quantizer.CorrectBias(corrected, w, quantized, means, c.groups)
		output := func(w, bias []float32, o int) float64 {
			sum := rat(bias[o])
			first := o / (c.out / c.groups) * depth
			for i := range depth {
				for k := range c.inner {
					sum.Add(sum, new(big.Rat).Mul(rat(w[(o*depth+i)*c.inner+k]), new(big.Rat).SetFloat64(means[first+i])))
				}
			}
			f, _ := sum.Float64()
			return f
		}
		for o := range bias {
			want, got := output(w, bias, o), output(quantized, corrected, o)
			if math.Abs(got-want) > 0x1p-23*(1+math.Abs(float64(corrected[o]))) {
				t.Errorf("%+v: output %d is %v, before %v", c, o, got, want)
			}
		}
	}
}

func TestChannelMean(t *testing.T) {
	const channels, inner = 3, 2500
	r := rand.New(rand.NewPCG(7, 8))
	all := make([]float32, 2*channels*inner)
	sums := []*big.Rat{new(big.Rat), new(big.Rat), new(big.Rat)}
	for i := range all {
		all[i] = float32(r.NormFloat64() + 1)
		s := sums[i/inner%channels]
		s.Add(s, rat(all[i]))
	}
	o, a, b := quantizer.NewChannelMean(channels, inner), quantizer.NewChannelMean(channels, inner), quantizer.NewChannelMean(channels, inner)
	if _, err := o.Means(); !errors.Is(err, quantizer.ErrEmpty) {
		t.Errorf("nothing observed: %v", err)
	}
	half := len(all) / 2
	if o.Observe(all) != nil || a.Observe(all[:half]) != nil || b.Observe(all[half:]) != nil {
		t.Fatal("not observed")
	}
	a.Merge(b)
	means, err := o.Means()
	if err != nil || o.Count() != 2*inner {
		t.Fatal(err, o.Count())
	}
	if merged, err := a.Means(); err != nil || !slices.Equal(merged, means) {
		t.Errorf("merged %v, %v; in one %v", merged, err, means)
	}
	for c, m := range means {
		want, _ := sums[c].Quo(sums[c], big.NewRat(2*inner, 1)).Float64()
		if math.Abs(m-want) > 1e-14 {
			t.Errorf("channel %d: mean %v, want %v", c, m, want)
		}
	}
	data, err := json.Marshal(o)
	var back quantizer.ChannelMean
	if err != nil || json.Unmarshal(data, &back) != nil || !reflect.DeepEqual(&back, o) {
		t.Errorf("as JSON %s, %v", data, err)
	}
	for _, broken := range []string{`{"inner":0,"sums":[1],"count":1}`, `{"inner":1,"sums":[],"count":1}`, `{"inner":1,"sums":[1],"count":-1}`} {
		if err := json.Unmarshal([]byte(broken), &back); !errors.Is(err, quantizer.ErrState) || !reflect.DeepEqual(&back, o) {
			t.Errorf("%s: %v", broken, err)
		}
	}
	all[7] = float32(math.Inf(-1))
	if err := o.Observe(all); !errors.Is(err, quantizer.ErrNotFinite) || o.Count() != 2*inner {
		t.Errorf("an infinity: %v", err)
	}
}

func TestBiasPanics(t *testing.T) {
	for i, c := range []struct {
		want string
		call func()
	}{
		{"quantizer: limits in the wrong order, or a moment that is not finite", func() { quantizer.ClippedNormal(0, 1, 1, 0) }},
		{"quantizer: limits in the wrong order, or a moment that is not finite", func() { quantizer.ClippedNormal(math.NaN(), 1, 0, 1) }},
		{"quantizer: limits in the wrong order, or a moment that is not finite", func() { quantizer.ClippedNormal(0, math.Inf(1), 0, 1) }},
		{"quantizer: slices of different lengths", func() { quantizer.CorrectBias([]float32{1}, []float32{1}, nil, []float64{1}, 1) }},
		{"quantizer: groups do not divide the channels", func() { quantizer.CorrectBias([]float32{1}, []float32{1}, []float32{1}, []float64{1}, 2) }},
		{"quantizer: length is not a multiple of channels times inner size", func() {
			quantizer.CorrectBias([]float32{1}, make([]float32, 3), make([]float32, 3), make([]float64, 2), 1)
		}},
		{"quantizer: channels or inner sizes differ", func() { quantizer.NewChannelMean(1, 1).Merge(quantizer.NewChannelMean(1, 2)) }},
		{"quantizer: length is not a multiple of channels times inner size", func() { _ = quantizer.NewChannelMean(2, 1).Observe([]float32{1}) }},
	} {
		func() {
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("%d: panic %v, want %q", i, got, c.want)
				}
			}()
			c.call()
		}()
	}
}

func BenchmarkCorrectBias(b *testing.B) {
	w, q, bias, means := make([]float32, 256*256), make([]float32, 256*256), make([]float32, 256), make([]float64, 256)
	b.SetBytes(8 * int64(len(w)))
	for b.Loop() {
		quantizer.CorrectBias(bias, w, q, means, 1)
	}
}
