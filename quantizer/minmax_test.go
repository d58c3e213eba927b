package quantizer_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

// TestMinMaxProperty: pieces and merging see what one sorted slice shows.
func TestMinMaxProperty(t *testing.T) {
	properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
	properties.Property("range", prop.ForAll(
		func(a, b, c []float32) bool {
			var o, p quantizer.MinMax
			if o.Observe(a) != nil || o.Observe(b) != nil || p.Observe(c) != nil {
				return false
			}
			o.Merge(p)
			all := slices.Concat(a, b, c)
			if len(all) == 0 {
				return o == quantizer.MinMax{}
			}
			slices.Sort(all)
			lo, hi := o.Range()
			threshold := float32(math.Max(math.Abs(float64(all[0])), math.Abs(float64(all[len(all)-1]))))
			return lo == all[0] && hi == all[len(all)-1] && o.Count() == int64(len(all)) && o.Threshold() == threshold
		},
		gen.SliceOf(gen.Float32Range(-9, 5)), gen.SliceOf(gen.Float32Range(1, 2)), gen.SliceOf(gen.Float32Range(-4, -3))))
	properties.TestingRun(t)
}

func TestChannelMinMax(t *testing.T) {
	o := quantizer.NewChannelMinMax(2, 3)
	for _, x := range [][]float32{
		{1, -2, 0, 5, 6, 7, 1, 1, 1, -8, 2, 2},
		{-3, 0, 0, 0, 0, 0},
		nil,
	} {
		if err := o.Observe(x); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := o.Thresholds(), []float32{3, 8}; !slices.Equal(got, want) {
		t.Errorf("thresholds %v, want %v", got, want)
	}
	if lo, hi := o.Channel(0).Range(); lo != -3 || hi != 1 {
		t.Errorf("channel 0 from %v to %v", lo, hi)
	}
	if n := o.Channel(1).Count(); n != 9 {
		t.Errorf("channel 1 saw %d values", n)
	}
}

func TestNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		x := []float32{1, 2, float32(bad), 3}
		o, c := quantizer.MinMax{}, quantizer.NewChannelMinMax(2, 1)
		if err := o.Observe([]float32{-4}); err != nil {
			t.Fatal(err)
		}
		before := o
		err := o.Observe(x)
		if !errors.Is(err, quantizer.ErrNotFinite) || o != before {
			t.Errorf("%v: error %v, observer %v", bad, err, o)
		}
		if err := c.Observe(x); !errors.Is(err, quantizer.ErrNotFinite) || c.Channel(0).Count() != 0 {
			t.Errorf("%v per channel: error %v", bad, err)
		}
		if _, err := quantizer.Threshold(x); !errors.Is(err, quantizer.ErrNotFinite) {
			t.Errorf("%v: Threshold error %v", bad, err)
		}
	}
}

func TestScale(t *testing.T) {
	for _, c := range []struct {
		format    string
		threshold float32
		want      float32
	}{
		{"int8", 127, 1},
		{"int8", 0, 1},
		{"int8", 2.54, float32(float64(float32(2.54)) / 127)},
		{"int8", math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat32},
		{"e4m3fn", 896, 2},
		{"e3m4", 31, 2},
		{"q1.6", 127, 64},
		{"uq0.8", 2.55, float32(float64(float32(2.55)) / (255. / 256))},
	} {
		if got := quantizer.Scale(format(t, c.format), c.threshold); got != c.want {
			t.Errorf("%s, threshold %v: scale %v, want %v", c.format, c.threshold, got, c.want)
		}
	}
	if got := quantizer.Scales(format(t, "int8"), []float32{127, 254}); !slices.Equal(got, []float32{1, 2}) {
		t.Errorf("scales %v", got)
	}
}
