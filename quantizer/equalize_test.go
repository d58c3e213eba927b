package quantizer_test

import (
	"math"
	"slices"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

func TestEqualizationFactors(t *testing.T) {
	first := []float32{4, 1, 0, 3, 1e-6, 3}
	next := []float32{1, 9, 2, 0, 1, 1}
	const e, b, d = quantizer.Equalized, quantizer.Bounded, quantizer.Dead
	states := []quantizer.ChannelState{e, e, d, d, b, e}
	for _, c := range []struct {
		powerOfTwo bool
		want       []float32
	}{
		{false, []float32{0.5, 3, 1, 1, 64, float32(math.Sqrt(1.0 / 3))}},
		{true, []float32{0.5, 4, 1, 1, 64, 0.5}}, // 0.577 is nearer to 0.5 than to 1
	} {
		for k, got := range (quantizer.Equalization{PowerOfTwo: c.powerOfTwo}).Factors(first, next) {
			if got.Factor != c.want[k] || got.State != states[k] || got.First != first[k] || got.Next != next[k] {
				t.Errorf("channel %d: %v, want %v with factor %v", k, got, states[k], c.want[k])
			}
		}
	}
}

// TestEqualizationProperty: both ranges become equal, and with ReLU, or a limit
// that is rescaled with its channel, the network computes the same on any data.
func TestEqualizationProperty(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(2)
	parameters.MinSuccessfulTests = 200
	properties := gopter.NewProperties(parameters)
	ranges := func(p *pair) (first, next []float32) {
		o := quantizer.NewChannelMinMax(p.channels, p.depth)
		n := quantizer.NewChannelMinMax(p.channels, p.inner)
		if o.Observe(p.weights) != nil || n.Observe(p.next) != nil {
			t.Fatal("data is not finite")
		}
		return o.Thresholds(), n.Thresholds()
	}
	properties.Property("balanced and unchanged", prop.ForAll(
		func(seed uint64, powerOfTwo bool) string {
			before := randomPair(seed, 0)
			after := before.clone()
			var factors []float32
			report := quantizer.Equalization{PowerOfTwo: powerOfTwo}.Factors(ranges(before))
			for _, c := range report {
				factors = append(factors, c.Factor)
			}
			if err := quantizer.ApplyFactors(after.weights, after.bias, after.next, after.inner, factors); err != nil {
				return err.Error()
			}
			want, size := before.run()
			got, _ := after.run()
			for i := range want {
				bound := float64(before.depth+before.channels*before.inner+4) * math.Ldexp(1, -22) * (float64(size[i]) + 1)
				if powerOfTwo {
					bound = 0
				}
				if math.Abs(float64(got[i])-float64(want[i])) > bound {
					return "an output has changed"
				}
			}
			first, next := ranges(after)
			for k, c := range report {
				spread := 1e-6
				if powerOfTwo {
					spread = 1 // by at most sqrt(2) each way
				}
				if c.State == quantizer.Equalized && math.Abs(math.Log2(float64(first[k]/next[k]))) > spread*(1+1e-6) {
					return "the ranges differ"
				}
			}
			return ""
		}, gen.UInt64(), gen.Bool()))
	properties.TestingRun(t)
}

// TestAbsorbBias: a grouped product by hand, and that nothing changes where every
// channel stays above what is taken from it.
func TestAbsorbBias(t *testing.T) {
	// Two groups of two channels and one output each, two weights per channel.
	bias := []float32{5, 6, 7, 8}
	next := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	nextBias := []float32{0.5, -0.5}
	quantizer.AbsorbBias(bias, next, nextBias, []float32{1, 0, 2, 4}, 2)
	if want := []float32{4, 6, 5, 4}; !slices.Equal(bias, want) {
		t.Errorf("biases %v, want %v", bias, want)
	}
	// 1*(1+2) + 0; 2*(5+6) + 4*(7+8)
	if want := []float32{3.5, 81.5}; !slices.Equal(nextBias, want) {
		t.Errorf("next biases %v, want %v", nextBias, want)
	}
	relu := func(bias, nextBias []float32, limit float32, x float32) float32 {
		return nextBias[0] + 3*min(max(x+bias[0], 0), limit)
	}
	b, nb := []float32{2}, []float32{1}
	quantizer.AbsorbBias(b, []float32{3}, nb, []float32{1.5}, 1)
	for _, x := range []float32{-0.5, 0, 1, 4, 10} {
		if got, want := relu(b, nb, 6-1.5, x), relu([]float32{2}, []float32{1}, 6, x); got != want {
			t.Errorf("at %v: %v, want %v", x, got, want)
		}
	}
}
