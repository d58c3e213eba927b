package quantizer_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/halfulp/halfulp/quantizer"
)

// grid is a format restated by hand: its values above zero in ascending order, as
// integers in units of 2^-shift, the parity of the value at index i of [0,
// values...] being that of i. Only formats in which codes ascend with values.
type grid struct {
	name   string
	shift  int
	values []int64
	// negative is the most negative value; -values[last] except in fixed point.
	negative int64
}

// floats restates a minifloat: e exponent bits, m mantissa bits, the bias, and the
// number of codes at the top that are not finite.
func floats(name string, e, m, bias, special int) grid {
	var v []int64
	shift := bias - 1 + m
	for code := 1; code < 1<<(e+m)-special; code++ {
		exp, man := code>>m, int64(code&(1<<m-1))
		if exp == 0 {
			v = append(v, man)
		} else {
			v = append(v, (man+1<<m)<<(exp-1))
		}
	}
	return grid{name, shift, v, -v[len(v)-1]}
}

func integers(name string, most, least int64, shift int) grid {
	var v []int64
	for i := int64(1); i <= most; i++ {
		v = append(v, i)
	}
	return grid{name, shift, v, least}
}

func grids() []grid {
	return []grid{
		floats("e4m3fn", 4, 3, 7, 1),
		floats("e5m2", 5, 2, 15, 4),
		floats("e3m4", 3, 4, 3, 16),
		floats("e2m1fn", 2, 1, 1, 0),
		floats("e3m2fn", 3, 2, 3, 0),
		integers("int8", 127, -127, 0),
		integers("int4", 7, -7, 0),
		integers("int2", 1, -1, 0),
		integers("int16", 32767, -32767, 0),
		integers("q1.6", 127, -128, 6),
		integers("uq0.8", 255, 0, 8),
	}
}

// nearest returns the value nearest to num/den in units of 2^-shift, by exact
// comparison, ties to the even index.
func (g grid) nearest(x *big.Rat) int64 {
	unit := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(g.shift)))
	t := new(big.Rat).Mul(new(big.Rat).Abs(x), unit)
	values := append([]int64{0}, g.values...)
	if x.Sign() < 0 {
		if g.negative == 0 {
			return 0
		}
		if last := values[len(values)-1]; -g.negative > last {
			values = append(values, -g.negative)
		}
	}
	// The first value at or above t.
	i, exact := slices.BinarySearchFunc(values, t, func(v int64, t *big.Rat) int {
		return new(big.Rat).SetInt64(v).Cmp(t)
	})
	switch {
	case i == len(values):
		i--
	case exact || i == 0:
	default:
		mid := new(big.Rat).SetFrac64(values[i-1]+values[i], 2)
		if c := t.Cmp(mid); c < 0 || c == 0 && i%2 == 1 {
			i--
		}
	}
	if x.Sign() < 0 {
		return -values[i]
	}
	return values[i]
}

func (g grid) parse(t testing.TB) quantizer.Format {
	f, err := quantizer.ParseFormat(g.name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLargest(t *testing.T) {
	for _, g := range grids() {
		want := math.Ldexp(float64(g.values[len(g.values)-1]), -g.shift)
		if got := g.parse(t).Largest(); got != want {
			t.Errorf("%s: largest value %v, want %v", g.name, got, want)
		}
	}
}

// TestNearest compares every tie, its float32 neighbours and the values themselves
// with the exact rational nearest value, at several scales.
func TestNearest(t *testing.T) {
	for _, g := range grids() {
		f := g.parse(t)
		for _, scale := range []float32{1, 0.37, 1e-3, 3} {
			var x []float32
			add := func(v float64) {
				f := float32(v)
				for _, y := range []float32{math.Nextafter32(f, -1e30), f, math.Nextafter32(f, 1e30)} {
					x = append(x, y, -y)
				}
			}
			step := max(1, len(g.values)/500)
			for i := 0; i < len(g.values); i += step {
				lo := int64(0)
				if i > 0 {
					lo = g.values[i-1]
				}
				unit := math.Ldexp(float64(scale), -g.shift)
				add(unit * float64(g.values[i]))
				add(unit * (float64(lo+g.values[i]) / 2))
			}
			add(1.5 * float64(scale) * f.Largest())
			compare(t, g, f, scale, x)
		}
	}
}

func compare(t testing.TB, g grid, f quantizer.Format, scale float32, x []float32) bool {
	t.Helper()
	q := make([]int32, len(x))
	quantizer.Quantize(q, x, f, scale)
	y := make([]float32, len(x))
	quantizer.Dequantize(y, q, f, scale)
	fake := make([]float32, len(x))
	quantizer.FakeQuantize(fake, x, f, scale)
	grid := make([]float32, len(x))
	quantizer.RoundSlice(grid, x, f, scale)
	for i, v := range x {
		r := new(big.Rat).SetFloat64(float64(v))
		r.Quo(r, new(big.Rat).SetFloat64(float64(scale)))
		n := math.Ldexp(float64(g.nearest(r)), -g.shift)
		want := float32(n * float64(scale))
		if got := f.Decode(q[i]); got != n || float64(grid[i]) != n || y[i] != want || fake[i] != want {
			t.Errorf("%s, scale %v: %v -> %v, rounded %v, dequantized %v, fake %v; want %v and %v",
				g.name, scale, v, got, grid[i], y[i], fake[i], n, want)
			return false
		}
	}
	return true
}

func TestNearestProperty(t *testing.T) {
	for _, g := range grids() {
		f := g.parse(t)
		properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
		properties.Property(g.name+": the nearest value", prop.ForAll(
			func(x []float32, threshold float32) bool {
				return compare(t, g, f, quantizer.Scale(f, threshold), x)
			},
			gen.SliceOf(gen.Float32Range(-10, 10)), gen.Float32Range(0.01, 12)))
		properties.TestingRun(t)
	}
}

// TestHalfStep: within the threshold the error is at most half the distance of the
// two values around, and what rounding the scale and the result to float32 adds:
// 2^-24 of the value each, which for int16 is up to 2^-8 of a step.
func TestHalfStep(t *testing.T) {
	for _, g := range grids() {
		f := g.parse(t)
		values := append([]int64{0}, g.values...)
		properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
		properties.Property(g.name+": within half a step", prop.ForAll(
			func(threshold, part float32) bool {
				x := []float32{threshold * part}
				scale := quantizer.Scale(f, threshold)
				y := make([]float32, 1)
				quantizer.FakeQuantize(y, x, f, scale)
				unit := math.Ldexp(float64(scale), -g.shift)
				i, _ := slices.BinarySearchFunc(values, float64(x[0])/unit, func(v int64, t float64) int {
					return int(math.Copysign(1, float64(v)-t))
				})
				i = min(max(i, 1), len(values)-1)
				step := unit * float64(values[i]-values[i-1])
				return math.Abs(float64(y[0])-float64(x[0])) <= step/2+0x1p-24*math.Abs(float64(x[0]))+0x1p-24*math.Abs(float64(y[0]))
			},
			gen.Float32Range(1e-6, 1e6), gen.Float32Range(0, 1)))
		properties.TestingRun(t)
	}
}
