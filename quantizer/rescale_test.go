package quantizer_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

// TestRescalingFactors: each state, worked by hand.
func TestRescalingFactors(t *testing.T) {
	const e, l, c, b, d, s = quantizer.Equalized, quantizer.Locked, quantizer.Capped, quantizer.Bounded, quantizer.Dead, quantizer.Silent
	for _, test := range []struct {
		name            string
		r               quantizer.Rescaling
		weights, maxima []float32 // one weight a channel
		control         float32
		states          []quantizer.ChannelState
		factors         []float32
	}{
		// Locked at 5.9 exactly; control (2+4)/2; 3/1.5 = 2 brings 2 to 4, 3/0.5 = 6
		// would bring 1.5 to 9 and is capped at 5.9/1.5.
		{"relu6", quantizer.Rescaling{Limit: 6}, []float32{2, -4, 1.5, 0.5, 12}, []float32{5.9, 7, 2, 1.5, 5},
			3, []quantizer.ChannelState{l, l, e, c, e}, []float32{1, 1, 2, 3.9333334, 0.25}},
		{"just below the lock", quantizer.Rescaling{Limit: 6}, []float32{2, 4}, []float32{7, 5.8999996},
			2, []quantizer.ChannelState{l, e}, []float32{1, 0.5}},
		// No locked channel: the mean of all that have weights.
		{"no locked channel", quantizer.Rescaling{Limit: 6}, []float32{1, 3, 0, 8}, []float32{1, 1, 1, 1},
			4, []quantizer.ChannelState{e, e, d, e}, []float32{4, 1.3333334, 1, 0.5}},
		{"all dead", quantizer.Rescaling{Limit: 6}, []float32{0, 0}, []float32{1, 9}, 0, []quantizer.ChannelState{d, d}, []float32{1, 1}},
		// A dead channel beyond the lock does not pull the control value down.
		{"dead and locked", quantizer.Rescaling{Limit: 6}, []float32{0, 2, 1}, []float32{9, 9, 1}, 2, []quantizer.ChannelState{d, l, e}, []float32{1, 1, 2}},
		{"silent", quantizer.Rescaling{Limit: 6}, []float32{2, 0.5, 1e-9, 1000}, []float32{6, 0, -3, -1},
			2, []quantizer.ChannelState{l, s, s, s}, []float32{1, 4, 64, 1.0 / 64}},
		{"bounded", quantizer.Rescaling{Limit: 6, Bound: 8}, []float32{1, 0.01, 100}, []float32{6, 0.001, 1},
			1, []quantizer.ChannelState{l, b, b}, []float32{1, 8, 0.125}},
		// The bound does not lift a channel over the cap.
		{"cap below the bound", quantizer.Rescaling{Limit: 6, Cap: 0.5, Bound: 2}, []float32{1, 1}, []float32{6, 4},
			1, []quantizer.ChannelState{l, c}, []float32{1, 0.125}},
		{"cap of 6", quantizer.Rescaling{Limit: 6, Cap: 6}, []float32{4, 0.5}, []float32{6, 3}, 4, []quantizer.ChannelState{l, c}, []float32{1, 2}},
		{"another limit", quantizer.Rescaling{Limit: 12}, []float32{4, 0.5}, []float32{11.8, 11.7}, 4, []quantizer.ChannelState{l, c}, []float32{1, 1.0085469}},
		{"lock of 3", quantizer.Rescaling{Limit: 6, Locked: 3}, []float32{4, 1}, []float32{3, 2}, 4, []quantizer.ChannelState{l, c}, []float32{1, 1.5}},
		// Without a limit nothing is locked or capped, and maxima are not needed.
		{"relu", quantizer.Rescaling{}, []float32{1, 3}, nil, 2, []quantizer.ChannelState{e, e}, []float32{2, 0.6666667}},
		{"relu with maxima", quantizer.Rescaling{}, []float32{1, 3}, []float32{100, -1}, 2, []quantizer.ChannelState{e, e}, []float32{2, 0.6666667}},
		// A cap without a limit: 2/0.5 would bring 3 to 12.
		{"relu with a cap", quantizer.Rescaling{Cap: 9}, []float32{3.5, 2, 0.5, 2}, []float32{9, 1, 3, -1}, 2,
			[]quantizer.ChannelState{e, e, c, e}, []float32{0.5714286, 1, 3, 1}},
		// Powers of two: 3 goes to 4 (ratio 1.33 against 1.5), 2.8 to 2; the cap at
		// 5.9/1.5 = 3.93 leaves 2.
		{"powers of two", quantizer.Rescaling{Limit: 6, PowerOfTwo: true}, []float32{3, 1, 1.0714286, 1}, []float32{6, 1, 1, 1.5},
			3, []quantizer.ChannelState{l, e, e, c}, []float32{1, 4, 2, 2}},
		{"powers of two, bounded", quantizer.Rescaling{PowerOfTwo: true, Bound: 7}, []float32{1, 0.01, 300}, nil,
			100.33667, []quantizer.ChannelState{b, b, e}, []float32{4, 4, 0.25}},
		// The first two channels share the factor of weight 2 and maximum 3.
		{"multiplier", quantizer.Rescaling{Limit: 6, Multiplier: 2}, []float32{1, 2, 4, 1}, []float32{3, 1, 6, 1},
			4, []quantizer.ChannelState{c, c, l, l}, []float32{1.9666667, 1.9666667, 1, 1}},
	} {
		got, err := test.r.Factors(test.weights, len(test.weights), test.maxima)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got.Control != test.control {
			t.Errorf("%s: control value %v, want %v", test.name, got.Control, test.control)
		}
		if !slices.Equal(got.Factors(), test.factors) {
			t.Errorf("%s: factors %v, want %v", test.name, got.Factors(), test.factors)
		}
		for k, ch := range got.Channels {
			if ch.State != test.states[k] {
				t.Errorf("%s: channel %d is %v, want %v", test.name, k, ch.State, test.states[k])
			}
			if ch.Weight != float32(math.Abs(float64(test.weights[k]))) || test.maxima != nil && ch.Maximum != test.maxima[k] {
				t.Errorf("%s: channel %d is reported as %v", test.name, k, ch)
			}
		}
		if n := got.Count(test.states[0]); n < 1 || n > len(test.states) {
			t.Errorf("%s: %d channels are %v", test.name, n, test.states[0])
		}
	}
}

// pair is two products with an activation between them, as plain loops: channel k
// is a chain over the weights [k, depth], the second product a chain over channels
// and then inner positions, which read the same channel.
type pair struct {
	weights, bias, next []float32
	channels, depth     int
	outs, inner         int
	limit               float32
	data                [][]float32 // samples of channels*depth elements
}

// before returns the channels of one sample before the activation.
func (p *pair) before(x []float32) []float32 {
	z := slices.Clone(p.bias)
	for k := range z {
		for i := range p.depth {
			z[k] = float32(math.FMA(float64(p.weights[k*p.depth+i]), float64(x[k*p.depth+i]), float64(z[k])))
		}
	}
	return z
}

func (p *pair) maxima() []float32 {
	m := slices.Repeat([]float32{float32(math.Inf(-1))}, p.channels)
	for _, x := range p.data {
		for k, v := range p.before(x) {
			m[k] = max(m[k], v)
		}
	}
	return m
}

// run returns the outputs of all samples, and for each the sum of the magnitudes
// of its terms.
func (p *pair) run() (out, size []float32) {
	for _, x := range p.data {
		z := p.before(x)
		for o := range p.outs {
			var y, m float32
			for i := range p.channels * p.inner {
				v := max(z[i/p.inner], 0)
				if p.limit > 0 {
					v = min(v, p.limit)
				}
				w := p.next[o*p.channels*p.inner+i]
				y = float32(math.FMA(float64(w), float64(v), float64(y)))
				m += float32(math.Abs(float64(w) * float64(v)))
			}
			out, size = append(out, y), append(size, m)
		}
	}
	return out, size
}

func (p *pair) clone() *pair {
	q := *p
	q.weights, q.bias, q.next = slices.Clone(p.weights), slices.Clone(p.bias), slices.Clone(p.next)
	return &q
}

// randomPair returns a pair whose channels have weights over several orders of
// magnitude, dead, silent, locked and capped ones among them.
func randomPair(seed uint64, limit float32) *pair {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &pair{channels: 2 * (1 + r.IntN(6)), depth: 1 + r.IntN(9), outs: 1 + r.IntN(4), inner: 1 + r.IntN(3), limit: limit}
	normal := func() float32 { return float32(r.NormFloat64()) }
	for range p.channels {
		size := float32(math.Ldexp(1+r.Float64(), r.IntN(12)-8))
		bias := normal()
		switch r.IntN(6) {
		case 0:
			size = 0
		case 1:
			bias = -100 // silent
		case 2:
			bias = 6 // locked
		}
		for range p.depth {
			p.weights = append(p.weights, size*normal())
		}
		p.bias = append(p.bias, bias)
	}
	for range p.outs * p.channels * p.inner {
		p.next = append(p.next, normal())
	}
	for range 20 {
		x := make([]float32, p.channels*p.depth)
		for i := range x {
			x[i] = normal()
		}
		p.data = append(p.data, x)
	}
	return p
}

// TestRescalingProperty: on the calibrated data the network computes the same, to
// rounding, and bit for bit with powers of two; unlocked maxima stay under the cap
// and weights come to the control value where nothing is in the way.
func TestRescalingProperty(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = 400
	properties := gopter.NewProperties(parameters)
	seen := map[quantizer.ChannelState]int{}
	properties.Property("the network is unchanged", prop.ForAll(
		func(seed uint64, relu6, powerOfTwo, shared bool) string {
			limit := float32(0)
			if relu6 {
				limit = 6
			}
			before := randomPair(seed, limit)
			after := before.clone()
			r := quantizer.Rescaling{Limit: limit, PowerOfTwo: powerOfTwo}
			if shared {
				r.Multiplier = 2
			}
			maxima := before.maxima()
			report, err := r.Apply(after.weights, after.bias, after.next, after.channels, after.inner, maxima)
			if err != nil {
				return err.Error()
			}
			want, size := before.run()
			got, _ := after.run()
			for i := range want {
				// Each product and sum of a channel, and each of an output, is
				// rounded once; a factor rounds the weights on both sides.
				terms := float64(before.depth + before.channels*before.inner + 4)
				bound := terms * math.Ldexp(1, -22) * (float64(size[i]) + 1)
				if powerOfTwo {
					bound = 0
				}
				if math.Abs(float64(got[i])-float64(want[i])) > bound {
					return "an output has changed"
				}
			}
			for k, m := range after.maxima() {
				c := report.Channels[k]
				seen[c.State]++
				if relu6 && c.State != quantizer.Locked && c.State != quantizer.Dead && m > 5.9*(1+float32(after.depth)*0x1p-22) {
					return "a maximum is over the cap"
				}
				if powerOfTwo && c.Factor != float32(math.Ldexp(1, int(math.Round(math.Log2(float64(c.Factor)))))) {
					return "a factor is no power of two"
				}
				var a float32
				for _, w := range after.weights[k*after.depth:][:after.depth] {
					a = max(a, w, -w)
				}
				if c.State == quantizer.Equalized && !powerOfTwo && !shared && math.Abs(float64(a/report.Control)-1) > 1e-6 {
					return "weights are not at the control value"
				}
				if c.Factor > 64 || c.Factor < 1.0/64 {
					return "a factor is out of bounds"
				}
			}
			return ""
		},
		gen.UInt64(), gen.Bool(), gen.Bool(), gen.Bool()))
	properties.TestingRun(t)
	for s := quantizer.Equalized; s <= quantizer.Silent; s++ {
		if seen[s] == 0 {
			t.Errorf("no channel was %v", s)
		}
	}
}

func TestRescalingBadData(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		weights, bias, next, maxima []float32
		want                        string
	}{
		{[]float32{1, nan}, []float32{1, 1}, []float32{1, 1}, []float32{1, 1}, "weights of channel 1"},
		{[]float32{1, 2}, []float32{1, 1}, []float32{1, 1}, []float32{1, inf}, "maximum of channel 1"},
		{[]float32{1, 2}, []float32{1, 1}, []float32{1, 1}, []float32{1, nan}, "maximum of channel 1"},
		{[]float32{1, 2}, []float32{1, inf}, []float32{1, 1}, []float32{1, 1}, "bias 1"},
		{[]float32{1, 2}, []float32{1, 1}, []float32{nan, 1}, []float32{1, 1}, "next weight 0"},
		{[]float32{1, 3}, []float32{1, 1}, []float32{1, 3e38}, []float32{1, 1}, "next weight 1"}, // divided by 2/3
	} {
		weights, bias, next := slices.Clone(c.weights), slices.Clone(c.bias), slices.Clone(c.next)
		_, err := quantizer.Rescaling{Limit: 6}.Apply(weights, bias, next, 2, 1, c.maxima)
		if !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
		for i, pair := range [][2][]float32{{weights, c.weights}, {bias, c.bias}, {next, c.next}} {
			for k := range pair[0] {
				if math.Float32bits(pair[0][k]) != math.Float32bits(pair[1][k]) {
					t.Errorf("%s: operand %d has changed", c.want, i)
				}
			}
		}
	}
}

func TestRescalingPanics(t *testing.T) {
	x := make([]float32, 4)
	for name, f := range map[string]func(){
		"channels":   func() { quantizer.Rescaling{}.Factors(x, 0, nil) },
		"whole":      func() { quantizer.Rescaling{}.Factors(x, 3, nil) },
		"multiplier": func() { quantizer.Rescaling{Multiplier: 3}.Factors(x, 4, nil) },
		"maxima":     func() { quantizer.Rescaling{Limit: 6}.Factors(x, 4, nil) },
		"no maxima":  func() { quantizer.Rescaling{Cap: 1}.Factors(x, 4, nil) },
		"no cap":     func() { quantizer.Rescaling{Cap: -1}.Factors(x, 4, x) },
		"more":       func() { quantizer.Rescaling{}.Factors(x, 4, x[:3]) },
		"locked":     func() { quantizer.Rescaling{Limit: 6, Locked: 7}.Factors(x, 4, x) },
		"cap":        func() { quantizer.Rescaling{Limit: 6, Cap: 7}.Factors(x, 4, x) },
		"limit":      func() { quantizer.Rescaling{Limit: -1}.Factors(x, 4, x) },
		"bound":      func() { quantizer.Rescaling{Bound: 0.5}.Factors(x, 4, nil) },
		"inner":      func() { quantizer.Rescaling{}.Apply(x, nil, x, 4, 0, nil) },
		"next":       func() { quantizer.Rescaling{}.Apply(x, nil, x[:3], 4, 1, nil) },
		"bias":       func() { quantizer.Rescaling{}.Apply(x, x[:3], x, 4, 1, nil) },
		"no factors": func() { quantizer.ApplyFactors(x, nil, x, 1, nil) },
		"ranges":     func() { quantizer.Equalization{}.Factors(x, x[:3]) },
		"negative":   func() { quantizer.Equalization{}.Factors([]float32{-1}, []float32{1}) },
		"groups":     func() { quantizer.AbsorbBias(x, x, x[:2], x, 3) },
		"absorb":     func() { quantizer.AbsorbBias(x, x, x, x[:2], 1) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "quantizer: ") {
					t.Errorf("%s: recovered %q", name, s)
				}
			}()
			f()
		}()
	}
}
