package quantizer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// distributions are the data of these tests, from a fixed seed.
var distributions = []struct {
	name string
	draw func(r *rand.Rand) float64
}{
	{"normal", func(r *rand.Rand) float64 { return r.NormFloat64() }},
	{"uniform", func(r *rand.Rand) float64 { return 2*r.Float64() - 1 }},
	{"heavy", func(r *rand.Rand) float64 { return r.NormFloat64() * math.Exp(r.NormFloat64()) }},
	{"relu", func(r *rand.Rand) float64 { return max(0, r.NormFloat64()) }},
	{"shifted", func(r *rand.Rand) float64 { return r.NormFloat64() + 2 }},
	{"negative", func(r *rand.Rand) float64 { return -r.ExpFloat64() }},
}

func sample(name string, n int, seed uint64) []float32 {
	i := slices.IndexFunc(distributions, func(d struct {
		name string
		draw func(r *rand.Rand) float64
	}) bool {
		return d.name == name
	})
	r := rand.New(rand.NewPCG(seed, 5))
	x := make([]float32, n)
	for k := range x {
		x[k] = float32(distributions[i].draw(r))
	}
	return x
}

// schemes are those of these tests: every kind of format, with and without zero
// points and powers of two.
func schemes(t testing.TB) []quantizer.Scheme {
	var all []quantizer.Scheme
	for _, name := range []string{"int8", "int4", "int2", "int8full", "uint8", "uint4", "q1.6", "uq0.8", "e4m3fn", "e5m2", "e2m1fn", "e3m2fn", "finite e2m5",
		"e4m3fnuz", "e3m0fn", "e2m1fnnosub", "Binary8p4se", "Binary8p3uf", "Binary4p1sf", "binary16", "e11m4", "int16"} {
		all = append(all, quantizer.Scheme{Format: format(t, name)})
	}
	for _, name := range []string{"int8", "int8full", "uint8", "uint3", "q1.6"} {
		all = append(all, quantizer.Scheme{Format: format(t, name), Asymmetric: true})
	}
	return append(all, quantizer.Scheme{Format: format(t, "int8"), PowerOfTwo: true}, quantizer.Scheme{Format: format(t, "e3m2fn"), PowerOfTwo: true},
		quantizer.Scheme{Format: format(t, "uint4"), PowerOfTwo: true, Asymmetric: true})
}

func title(s quantizer.Scheme) string {
	return fmt.Sprintf("%v asymmetric %v power of two %v", s.Format, s.Asymmetric, s.PowerOfTwo)
}

// squares returns the mean square error of quantizing x, part by part, with the
// error of clipped values weighted: by codes and their values, not by the ruler.
func squares(x []float32, s quantizer.Scheme, p quantizer.Params, weight float64) float64 {
	q := make([]int32, len(x))
	quantizer.QuantizeTensor(q, x, quantizer.Quantizer{Scheme: quantizer.Scheme{Format: s.Format, Asymmetric: s.Asymmetric}, Params: []quantizer.Params{p}})
	unit := s.Format.Decode(1) // only where there is a zero point
	least, most := float64(p.Scale)*(s.Format.Least()-float64(p.Zero)*unit), float64(p.Scale)*(s.Format.Largest()-float64(p.Zero)*unit)
	sum := 0.0
	for i, v := range x {
		zero := 0.0
		if p.Zero != 0 {
			zero = float64(p.Zero) * unit
		}
		d := float64(v) - float64(p.Scale)*(s.Format.Decode(q[i])-zero)
		if float64(v) < least || float64(v) > most {
			d *= math.Sqrt(weight)
		}
		sum += d * d
	}
	return sum / float64(len(x))
}

func one(s quantizer.Scheme, p quantizer.Params) quantizer.Quantizer {
	return quantizer.Quantizer{Scheme: s, Params: []quantizer.Params{p}}
}

// TestNoise: errors of values are those of their codes, errors from bins are within
// the stated bound of them, and the signal is the mean square.
func TestNoise(t *testing.T) {
	for _, d := range distributions {
		x := sample(d.name, 3000, 1)
		h := quantizer.NewHistogram(256)
		if err := h.Observe(x); err != nil {
			t.Fatal(err)
		}
		signal := 0.0
		for _, v := range x {
			signal += float64(v) * float64(v) / float64(len(x))
		}
		for _, s := range schemes(t) {
			for _, share := range []float32{0.3, 0.77, 1} {
				lo, hi := h.Range()
				p := s.Params(min(lo*share, 0), max(hi*share, 0))
				want := squares(x, s, p, 1)
				clipping := squares(x, s, p, 2) - want
				got := quantizer.NoiseOf(x, one(s, p))
				if math.Abs(got.Error-want) > 1e-9*want || math.Abs(got.Clipping-clipping) > 1e-9*want || math.Abs(got.Signal-signal) > 1e-9*signal || got.Bound != 0 {
					t.Errorf("%s, %s, share %v: noise %+v, want %v, clipping %v, signal %v", d.name, title(s), share, got, want, clipping, signal)
				}
				bins := h.Noise(s, p)
				if !(math.Abs(bins.Error-want) <= bins.Bound+1e-12*want) {
					t.Errorf("%s, %s, share %v: error from bins %v, of the values %v, bound %v", d.name, title(s), share, bins.Error, want, bins.Bound)
				}
				if math.Abs(bins.Signal-signal) > h.Width()*4 {
					t.Errorf("%s: signal from bins %v, of the values %v", d.name, bins.Signal, signal)
				}
			}
		}
	}
}

// TestNoiseOfEvenValues: where values do lie evenly, the closed form from few bins
// is the sum over many values.
func TestNoiseOfEvenValues(t *testing.T) {
	const n = 1 << 15
	x := make([]float32, n)
	for i := range x {
		x[i] = (float32(i) + 0.5) / (n / 2) * 1.9
	}
	for i := range x {
		x[i] -= 1.9
	}
	h := quantizer.NewHistogram(16)
	if err := h.Observe(x); err != nil {
		t.Fatal(err)
	}
	for _, s := range schemes(t) {
		if s.Format.Bits() > 8 {
			continue // the values are too few for its cells
		}
		for _, end := range []float32{0.4, 1, 1.9, 3} {
			p := s.Params(-end, end)
			got, want := h.Noise(s, p), quantizer.NoiseOf(x, one(s, p))
			if math.Abs(got.Error-want.Error) > 1e-3*want.Error || math.Abs(got.Clipping-want.Clipping) > 1e-3*want.Error {
				t.Errorf("%s, to %v: %+v from bins, %+v of the values", title(s), end, got, want)
			}
		}
	}
}

// grid returns the ranges that ByMSE looks at, as documented.
func ranges(s quantizer.Scheme, lo, hi float32) [][2]float32 {
	var all [][2]float32
	ratio := func(k int) float64 { return math.Pow(2, -float64(k)/16) }
	cut := func(x float32, k int) float32 { return float32(float64(x) * ratio(k)) }
	if !s.Asymmetric {
		t := max(hi, 0)
		if s.Format.Signed() {
			t = max(-lo, hi)
		}
		for k := -4; k <= 160; k++ {
			all = append(all, [2]float32{-cut(t, k), cut(t, k)})
		}
		return all
	}
	for i := 0; i <= 160; i += 8 {
		for k := 0; k <= 160; k += 8 {
			all = append(all, [2]float32{cut(min(lo, 0), i), cut(max(hi, 0), k)})
		}
	}
	return all
}

// TestLeastSquares: no range of the grid is better for the values than what was
// chosen from them; what was chosen from bins is worse by no more than the bounds.
func TestLeastSquares(t *testing.T) {
	for _, d := range distributions {
		x := sample(d.name, 600, 2)
		h := quantizer.NewHistogram(512)
		if err := h.Observe(x); err != nil {
			t.Fatal(err)
		}
		lo, hi := h.Range()
		for _, s := range schemes(t) {
			for _, c := range []struct {
				by     quantizer.Criterion
				weight float64
			}{{quantizer.ByMSE(), 1}, {quantizer.BySQNR(), 3}} {
				q, err := quantizer.Calibrate(x, s, c.by)
				if err != nil {
					t.Fatal(err)
				}
				got := squares(x, s, q.Params[0], c.weight)
				a, b, err := h.Choose(s, c.by)
				if err != nil {
					t.Fatal(err)
				}
				p := s.Params(a, b)
				bins, bound := squares(x, s, p, c.weight), c.weight*h.Noise(s, p).Bound
				for _, r := range ranges(s, lo, hi) {
					if s.Asymmetric {
						// Only improved in turns: see TestTurns.
						break
					}
					p := s.Params(r[0], r[1])
					e := squares(x, s, p, c.weight)
					if got > e*(1+1e-9) {
						t.Errorf("%s, %s, %v: mean square %v, but %v for %v", d.name, title(s), c.by, got, e, r)
						break
					}
					if bins > e+bound+c.weight*h.Noise(s, p).Bound {
						t.Errorf("%s, %s, %v: mean square %v from bins, but %v for %v: not within the bounds", d.name, title(s), c.by, bins, e, r)
						break
					}
				}
			}
		}
	}
}

// TestTurns: in asymmetric schemes neither end can be moved to a better place of the
// grid, and the choice is not far behind the best pair of ends.
func TestTurns(t *testing.T) {
	for _, d := range distributions {
		x := sample(d.name, 300, 3)
		lo, hi := slices.Min(x), slices.Max(x)
		for _, s := range schemes(t) {
			if !s.Asymmetric || s.PowerOfTwo {
				continue
			}
			q, err := quantizer.Calibrate(x, s, quantizer.ByMSE())
			if err != nil {
				t.Fatal(err)
			}
			got, best := squares(x, s, q.Params[0], 1), math.Inf(1)
			for _, r := range ranges(s, lo, hi) {
				best = min(best, squares(x, s, s.Params(r[0], r[1]), 1))
			}
			if got > best*1.1 {
				t.Errorf("%s, %s: mean square %v, %v on the coarser grid", d.name, title(s), got, best)
			}
			if full := squares(x, s, s.Params(min(lo, 0), max(hi, 0)), 1); got > full*(1+1e-9) {
				t.Errorf("%s, %s: mean square %v, without clipping %v", d.name, title(s), got, full)
			}
		}
	}
}

// TestKnownSQNR: the signal-to-noise ratios of formats with the best clipping of
// uniform and normal data, computed elsewhere on another 40 000 samples and another
// grid (0.1 to 1.2 of the largest value). Those of heavier tails depend on the few
// largest values.
func TestKnownSQNR(t *testing.T) {
	formats := []string{"int8", "finite e2m5", "finite e3m4", "finite e4m3", "finite e5m2", "int6", "finite e2m3", "finite e3m2", "int4", "e2m1fn"}
	for _, c := range []struct {
		name string
		draw func(r *rand.Rand) float64
		want []float64
	}{
		{"uniform", distributions[1].draw, []float64{48.1, 44.5, 38.5, 32.4, 26.3, 36.0, 32.4, 26.3, 23.6, 20.1}},
		{"normal", distributions[0].draw, []float64{40.7, 42.8, 37.6, 31.6, 25.6, 29.6, 30.9, 25.6, 18.9, 18.9}},
	} {
		r := rand.New(rand.NewPCG(9, 9))
		var h quantizer.Histogram
		for range 40 {
			x := make([]float32, 1000)
			for i := range x {
				x[i] = float32(c.draw(r))
			}
			if err := h.Observe(x); err != nil {
				t.Fatal(err)
			}
		}
		for i, name := range formats {
			s := quantizer.Scheme{Format: format(t, name)}
			lo, hi, err := h.Choose(s, quantizer.ByMSE())
			if err != nil {
				t.Fatal(err)
			}
			if got := h.Noise(s, s.Params(lo, hi)).SQNR(); math.Abs(got-c.want[i]) > 0.5 {
				t.Errorf("%s, %s: %.2f dB, want %.1f", c.name, name, got, c.want[i])
			}
		}
	}
}

// TestPercentile: of values the order statistic itself, of bins the end of its bin.
func TestPercentile(t *testing.T) {
	for _, d := range distributions {
		x := sample(d.name, 1000, 4)
		h := quantizer.NewHistogram(128)
		if err := h.Observe(x); err != nil {
			t.Fatal(err)
		}
		up, magnitudes := slices.Clone(x), slices.Clone(x)
		slices.Sort(up)
		for i, v := range x {
			magnitudes[i] = max(v, -v)
		}
		slices.Sort(magnitudes)
		for _, c := range []struct {
			percent float64
			clipped int // of 1000
		}{{100, 0}, {99.95, 0}, {99.9, 1}, {99, 10}, {98.8, 12}, {95, 50}} {
			for _, s := range []quantizer.Scheme{{Format: quantizer.Int(8)}, {Format: quantizer.Uint(8)}, {Format: quantizer.Uint(8), Asymmetric: true}} {
				var lo, hi float32
				switch {
				case s.Asymmetric:
					lo, hi = min(up[c.clipped/2], 0), max(up[999-c.clipped/2], 0)
				case s.Format.Signed():
					hi = magnitudes[999-c.clipped]
					lo = -hi
				default:
					hi = max(up[999-c.clipped], 0)
				}
				q, err := quantizer.Calibrate(x, s, quantizer.ByPercentile(c.percent))
				if err != nil || q.Params[0] != s.Params(lo, hi) {
					t.Errorf("%s, %s, %v %%: %+v, %v; want %+v of %v to %v", d.name, title(s), c.percent, q.Params, err, s.Params(lo, hi), lo, hi)
				}
				a, b, err := h.Choose(s, quantizer.ByPercentile(c.percent))
				w := float32(h.Width())
				if err != nil || a > lo || a < lo-w || b < hi || b > hi+w {
					t.Errorf("%s, %s, %v %%: %v to %v from bins of width %v, %v; want %v to %v", d.name, title(s), c.percent, a, b, w, err, lo, hi)
				}
			}
		}
	}
	// A percentile that is 0 clips nothing.
	x := make([]float32, 1000)
	x[3], x[5] = 2, -1
	var h quantizer.Histogram
	if err := h.Observe(x); err != nil {
		t.Fatal(err)
	}
	s := quantizer.Scheme{Format: quantizer.Uint(8), Asymmetric: true}
	if lo, hi, err := h.Choose(s, quantizer.ByPercentile(99)); lo != -1 || hi != 2 || err != nil {
		t.Errorf("sparse: %v to %v, %v", lo, hi, err)
	}
	if q, err := quantizer.Calibrate(x, s, quantizer.ByPercentile(99)); err != nil || q.Params[0] != s.Params(-1, 2) {
		t.Errorf("sparse: %+v, %v", q, err)
	}
}

// divergence is the definition that Choose documents, with an array for everything:
// the Kullback-Leibler divergence of candidate ends of m bins below zero and n above.
func divergence(h *quantizer.Histogram, s quantizer.Scheme, p quantizer.Params, m, n int) float64 {
	from := -h.Bins()
	if !s.Asymmetric && !s.Format.Signed() {
		from = 0
	}
	P, Q, value := make([]float64, m+n), make([]float64, m+n), make([]float64, m+n)
	for k := from; k < h.Bins(); k++ {
		c := float64(h.Bin(k))
		P[min(max(k+m, 0), m+n-1)] += c
		if k >= -m && k < n {
			Q[k+m] = c
			x := []float32{float32((float64(k) + 0.5) * h.Width())}
			quantizer.FakeQuantizeTensor(x, x, one(s, p))
			value[k+m] = float64(x[0])
		}
	}
	sumP, sumQ, support := 0.0, 0.0, 0.0
	expanded := make([]float64, m+n)
	for i := range P {
		sumP += P[i]
		sumQ += Q[i]
		if P[i] > 0 {
			support++
		}
		total, some := 0.0, 0.0
		for j := range P {
			if value[j] == value[i] {
				total += Q[j]
				if P[j] > 0 {
					some++
				}
			}
		}
		if P[i] > 0 {
			expanded[i] = total / some
		}
	}
	if sumQ == 0 {
		return math.Inf(1)
	}
	d := 0.0
	for i := range P {
		if P[i] > 0 {
			q := (expanded[i]/sumQ + 1e-4/support) / (1 + 1e-4)
			d += P[i] / sumP * math.Log(P[i]/sumP/q)
		}
	}
	return d
}

func TestLeastDivergence(t *testing.T) {
	for _, d := range distributions {
		for _, s := range []quantizer.Scheme{{Format: quantizer.Int(4)}, {Format: quantizer.Uint(3)}, {Format: quantizer.Uint(4), Asymmetric: true}, {Format: format(t, "e2m1fn")}, {Format: quantizer.Int(8)}} {
			x := sample(d.name, 2000, 6)
			h := quantizer.NewHistogram(64)
			if err := h.Observe(x); err != nil {
				t.Fatal(err)
			}
			lo, hi, err := h.Choose(s, quantizer.ByKL())
			if err != nil {
				t.Fatal(err)
			}
			// Every range of whole bins, largest first; with the start of the search
			// restated: as many bins as the format has values from 0 on.
			least, most := h.Range()
			if !s.Asymmetric {
				most = max(most, 0)
				if s.Format.Signed() {
					most = max(-least, most)
				}
				least = -most
				if !s.Format.Signed() {
					least = 0
				}
			}
			least, most = min(least, 0), max(most, 0)
			w := h.Width()
			below, above := math.Ceil(float64(-least)/w), math.Ceil(float64(most)/w)
			top := max(below, above)
			if top == 0 {
				continue
			}
			values := map[string]int{"int4": 8, "uint3": 8, "uint4": 16, "e2m1fn": 8, "int8": 128}[s.Format.Name()]
			best, wantLo, wantHi := math.Inf(1), least, most
			for i := int(top); i >= min(values, int(top)); i-- {
				m, n := int(math.Ceil(below*float64(i)/top)), int(math.Ceil(above*float64(i)/top))
				a, b := max(-float32(float64(m)*w), least), min(float32(float64(n)*w), most)
				if e := divergence(h, s, s.Params(a, b), m, n); e < best-1e-12 {
					best, wantLo, wantHi = e, a, b
				}
			}
			if lo != wantLo || hi != wantHi {
				t.Errorf("%s, %s: %v to %v, want %v to %v", d.name, title(s), lo, hi, wantLo, wantHi)
			}
		}
	}
}

// published is the divergence as published for int8: of the first i bins of
// magnitudes, in 128 groups of i/128 bins, the last with the rest.
func published(counts []float64, i int) float64 {
	P, Q := slices.Clone(counts[:i]), make([]float64, i)
	for _, c := range counts[i:] {
		P[i-1] += c
	}
	for g := range 128 {
		from, to := g*(i/128), (g+1)*(i/128)
		if g == 127 {
			to = i
		}
		total, some := 0.0, 0.0
		for _, c := range counts[from:to] {
			total += c
			if c != 0 {
				some++
			}
		}
		for j := from; j < to; j++ {
			if counts[j] != 0 {
				Q[j] = total / some
			}
		}
	}
	sumP, sumQ, d := 0.0, 0.0, 0.0
	for j := range P {
		sumP += P[j]
		sumQ += Q[j]
	}
	for j := range P {
		if P[j] > 0 {
			d += P[j] / sumP * math.Log(P[j]/sumP/max(Q[j]/sumQ, 1e-9))
		}
	}
	return d
}

// TestPublishedDivergence: for int8 the choice is within a factor of 2 of the best by
// the published partition into equal groups, and far better than the whole range of data with
// outliers.
func TestPublishedDivergence(t *testing.T) {
	for _, name := range []string{"normal", "heavy", "relu"} {
		x := sample(name, 200000, 7)
		for i := range x {
			x[i] = max(x[i], -x[i])
		}
		var h quantizer.Histogram
		if err := h.Observe(x); err != nil {
			t.Fatal(err)
		}
		_, most := h.Range()
		counts := make([]float64, int(math.Ceil(float64(most)/h.Width())))
		for k := range counts {
			counts[k] = float64(h.Bin(k))
		}
		best := math.Inf(1)
		for i := 128; i <= len(counts); i++ {
			best = min(best, published(counts, i))
		}
		_, hi, err := h.Choose(quantizer.Scheme{Format: quantizer.Int(8)}, quantizer.ByKL())
		if err != nil {
			t.Fatal(err)
		}
		got, whole := published(counts, int(math.Round(float64(hi)/h.Width()))), published(counts, len(counts))
		if got > 2*best || name == "heavy" && got > whole/5 {
			t.Errorf("%s: to %v of %v: %v, the best %v, the whole range %v", name, hi, most, got, best, whole)
		}
	}
}

// TestDegenerate: one value, equal values, zeros, nothing, and what is no number.
func TestDegenerate(t *testing.T) {
	criteria := []quantizer.Criterion{quantizer.ByMinMax(), quantizer.ByPercentile(60), quantizer.ByMSE(), quantizer.BySQNR(), quantizer.ByKL()}
	for _, s := range schemes(t) {
		for _, c := range criteria {
			for _, x := range [][]float32{{0}, {0, 0, 0}, {3}, {-3, -3, -3}, {1e-44}, {math.MaxFloat32, math.MaxFloat32}} {
				var h quantizer.Histogram
				if err := h.Observe(x); err != nil {
					t.Fatal(err)
				}
				q, err := quantizer.Calibrate(x, s, c)
				want := s.Params(min(x[0], 0), max(x[0], 0))
				if err != nil || q.Params[0] != want {
					t.Errorf("%s, %v: %v calibrates to %+v, %v; want %+v", title(s), c, x, q.Params, err, want)
				}
				lo, hi, err := h.Choose(s, c)
				if err != nil || s.Params(lo, hi) != want {
					t.Errorf("%s, %v: %v gives %v to %v, %v", title(s), c, x, lo, hi, err)
				}
			}
			for _, x := range [][]float32{{-math.MaxFloat32, 1e-45, math.MaxFloat32}, {1e-45, 3e-45, 4e-45}, {0, 1}, {-1, 0, 5}} {
				var h quantizer.Histogram
				if err := h.Observe(x); err != nil {
					t.Fatal(err)
				}
				lo, hi, err := h.Choose(s, c)
				if err != nil || !(lo <= 0) || !(hi >= 0) {
					t.Errorf("%s, %v: %v gives %v to %v, %v", title(s), c, x, lo, hi, err)
				}
				if q, err := quantizer.Calibrate(x, s, c); err != nil || q.Check() != nil {
					t.Errorf("%s, %v: %v calibrates to %+v, %v", title(s), c, x, q, err)
				}
			}
			var h quantizer.Histogram
			if _, _, err := h.Choose(s, c); !errors.Is(err, quantizer.ErrEmpty) {
				t.Errorf("nothing observed: %v", err)
			}
			if _, err := quantizer.Calibrate(nil, s, c); !errors.Is(err, quantizer.ErrEmpty) {
				t.Errorf("nothing to calibrate on: %v", err)
			}
			if _, err := quantizer.Calibrate([]float32{1, float32(math.NaN())}, s, c); !errors.Is(err, quantizer.ErrNotFinite) {
				t.Errorf("a NaN: %v", err)
			}
		}
	}
	var h quantizer.Histogram
	e8m0 := quantizer.Scheme{Format: format(t, "e8m0fnu")}
	if _, _, err := h.Choose(e8m0, quantizer.ByMSE()); !errors.Is(err, quantizer.ErrScheme) {
		t.Errorf("a format without zero: %v", err)
	}
	if _, err := quantizer.Calibrate([]float32{1}, e8m0, quantizer.ByMSE()); !errors.Is(err, quantizer.ErrScheme) {
		t.Errorf("a format without zero: %v", err)
	}
}

// TestCalibrateGroups: groups are calibrated apart, in any layout.
func TestCalibrateGroups(t *testing.T) {
	x := sample("heavy", 2*6*4, 8)
	for _, g := range []quantizer.Grouping{{}, quantizer.PerChannel(6, 4), quantizer.PerChannel(6, 1), quantizer.PerBlock(6, 4, 4), quantizer.PerBlock(12, 1, 5)} {
		s := quantizer.Scheme{Format: quantizer.FullInt(4), Asymmetric: true, Grouping: g}
		q, err := quantizer.Calibrate(x, s, quantizer.ByMSE())
		if err != nil {
			t.Fatal(err)
		}
		parts := make([][]float32, g.Groups(len(x)))
		for i, v := range x {
			parts[g.Group(i)] = append(parts[g.Group(i)], v)
		}
		plain := s
		plain.Grouping = quantizer.Grouping{}
		for i, part := range parts {
			alone, err := quantizer.Calibrate(part, plain, quantizer.ByMSE())
			if err != nil || alone.Params[0] != q.Params[i] {
				t.Errorf("%+v: group %d has %+v, alone %+v, %v", g, i, q.Params[i], alone.Params, err)
			}
		}
	}
}

func TestCriterionText(t *testing.T) {
	for _, c := range []quantizer.Criterion{quantizer.ByMinMax(), quantizer.ByPercentile(99.99), quantizer.ByMSE(), quantizer.BySQNR(), quantizer.ByKL()} {
		data, err := json.Marshal(map[string]quantizer.Criterion{"by": c})
		var back map[string]quantizer.Criterion
		if err != nil || json.Unmarshal(data, &back) != nil || back["by"] != c {
			t.Errorf("%v as %s, %v", c, data, err)
		}
	}
	if c, err := quantizer.ParseCriterion(" Percentile:99.9 "); err != nil || c != quantizer.ByPercentile(99.9) {
		t.Errorf("%v, %v", c, err)
	}
	for _, name := range []string{"", "max", "percentile", "percentile:", "percentile:50", "percentile:101", "percentile:NaN", "mse:3", "minmax:"} {
		if c, err := quantizer.ParseCriterion(name); !errors.Is(err, quantizer.ErrCriterion) || c != (quantizer.Criterion{}) {
			t.Errorf("%q: %v, %v", name, c, err)
		}
	}
}

func BenchmarkChoose(b *testing.B) {
	x := sample("normal", 100000, 1)
	var h quantizer.Histogram
	if err := h.Observe(x); err != nil {
		b.Fatal(err)
	}
	for _, s := range []quantizer.Scheme{{Format: quantizer.Int(8)}, {Format: quantizer.FullInt(8), Asymmetric: true}, {Format: format(b, "e4m3fn")}} {
		for _, c := range []quantizer.Criterion{quantizer.ByPercentile(99.9), quantizer.ByMSE(), quantizer.ByKL()} {
			if s.Asymmetric && c == quantizer.ByKL() {
				continue
			}
			name := s.Format.Name()
			if s.Asymmetric {
				name += "asymmetric"
			}
			b.Run(name+"/"+c.String(), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := h.Choose(s, c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestCalibratorsForEveryFormat: parts that were seen apart, written, read and merged, in any
// order, give the range of one pass, for every kind of format and every criterion; it lies
// within what was seen and quantizes.
func TestCalibratorsForEveryFormat(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x := make([]float32, 3000)
	for i := range x {
		x[i] = float32(r.NormFloat64() * math.Exp(r.NormFloat64()))
	}
	whole, parts := quantizer.NewHistogram(128), quantizer.NewHistogram(128)
	if err := whole.Observe(x); err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]float32{x[2000:], x[:10], x[10:2000]} {
		seen := quantizer.NewHistogram(128)
		if err := seen.Observe(part); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(seen)
		if err != nil {
			t.Fatal(err)
		}
		var read quantizer.Histogram
		if err := json.Unmarshal(data, &read); err != nil {
			t.Fatal(err)
		}
		parts.Merge(&read)
	}
	least, most := whole.Range()
	for _, name := range []string{
		"int2", "int4", "int8", "int16", "int4full", "int8full", "uint2", "uint8", "q1.6", "uq0.8", "q3.12",
		"e2m1fn", "e2m3fn", "e3m2fn", "e3m4", "e4m3fn", "e5m2", "e4m3fnuz", "binary16", "bfloat16", "binary8p4se",
	} {
		f := format(t, name)
		for _, s := range []quantizer.Scheme{{Format: f}, {Format: f, PowerOfTwo: true}, {Format: f, Asymmetric: true}} {
			if s.Check() != nil {
				continue // a minifloat has no zero point
			}
			for _, by := range []quantizer.Criterion{quantizer.ByMinMax(), quantizer.ByPercentile(99.5), quantizer.ByMSE(), quantizer.BySQNR(), quantizer.ByKL()} {
				lo, hi, err := whole.Choose(s, by)
				if err != nil {
					t.Fatal(err)
				}
				if l, h, err := parts.Choose(s, by); l != lo || h != hi || err != nil {
					t.Errorf("%v, %v: from %v to %v of the parts, from %v to %v of the whole, error %v", s, by, l, h, lo, hi, err)
				}
				bound := 1.2 * max(most, -least) // candidates of the least error go up to 2^(1/4)
				if !(lo <= 0 && hi > 0 && -lo <= bound && hi <= bound) {
					t.Errorf("%v, %v: from %v to %v, seen from %v to %v", s, by, lo, hi, least, most)
				}
				q := quantizer.Quantizer{Scheme: s, Params: []quantizer.Params{s.Params(lo, hi)}}
				if err := q.Check(); err != nil {
					t.Errorf("%v, %v: %v", s, by, err)
				}
			}
		}
	}
}
