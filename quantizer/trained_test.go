package quantizer_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// model is the surrogate of one range around a point, restated in float64: what
// rounding does to an input, to a zero point, and whether an input is clipped are
// frozen at the point; the rest is a function of threshold or width and left limit.
type model struct {
	asymmetric bool
	format     quantizer.Format
	scale      float64 // at the point, times the unit of integer codes
	size, left float64 // the point
	least      float64 // rounded left limit less the left limit, in scales
}

func newModel(s quantizer.Scheme, p quantizer.Params, size, left float64) model {
	m := model{asymmetric: s.Asymmetric, format: s.Format, scale: float64(p.Scale), size: size, left: left}
	if s.Format.Kind() != quantizer.Minifloat {
		m.scale *= s.Format.Decode(1)
	}
	m.least = math.RoundToEven(left/m.scale) - left/m.scale
	return m
}

// ends returns the ends of the symmetric range in scales, and how many spacings lie
// between those of an asymmetric one.
func (m model) ends() (lo, hi float64) {
	unit := 1.0
	if m.format.Kind() != quantizer.Minifloat {
		unit = m.format.Decode(1)
	}
	return m.format.Least() / unit, m.format.Largest() / unit
}

// at returns the surrogate's output for x at another size and left limit.
func (m model) at(x, size, left float64) (y float64, inside bool) {
	lo, hi := m.ends()
	t := x / m.scale
	var rounded, down, up float64 // what t rounds to; where the next value up and down would be
	if m.format.Kind() == quantizer.Minifloat {
		rounded = m.format.Round(t)
		mini, _ := m.format.Minifloat()
		_, e := math.Frexp(hi)
		up = hi + math.Ldexp(1, e-1-mini.MantissaBits())/2
		down = -up
		if !mini.Signed() {
			down = -mini.SmallestSubnormal() / 2
		}
	} else {
		rounded = math.RoundToEven(t)
		if m.asymmetric {
			first := math.RoundToEven(m.left / m.scale)
			lo, hi = first, first+hi-lo
		}
		down, up = lo-0.5, hi+0.5
	}
	scale := m.scale * size / m.size
	limit := 0.0
	if m.asymmetric {
		limit = scale*m.least + left // the left limit, rounded as it was
	}
	switch {
	case t > up && m.asymmetric:
		return limit + scale*(hi-lo), false
	case t < down && m.asymmetric:
		return limit, false
	case t > up:
		return scale * hi, false
	case t < down:
		return scale * lo, false
	}
	return scale * (x/scale + rounded - t), true
}

// derivative is the central difference of f, which is linear or nearly so, at x.
func derivative(f func(x float64) float64, x float64) float64 {
	h := 1e-4 * max(math.Abs(x), 1e-3)
	return (f(x+h) - f(x-h)) / (2 * h)
}

func near(got, want, size float64) bool { return math.Abs(got-want) <= 1e-5*(math.Abs(want)+size) }

// trainable are the schemes without the format whose scales are no float32.
func trainable(t testing.TB) []quantizer.Scheme {
	return slices.DeleteFunc(schemes(t), func(s quantizer.Scheme) bool { return s.Format.Name() == "e11m4" })
}

// rangesFor returns ranges for n groups that lie about zero, some with more on one
// side.
func rangesFor(s quantizer.Scheme, n int) []quantizer.Range {
	all := []quantizer.Range{{-1, 1.5}, {-0.3, 2}, {-2, 0.25}, {0, 1}, {-1, 0}, {-0.01, 0.02}}
	return append(slices.Clone(all[:min(n, len(all))]), make([]quantizer.Range, max(0, n-len(all)))...)
}

// TestSurrogateGradient: the closed form against differences of the surrogate, for
// every kind of format, alone and in every form of training.
func TestSurrogateGradient(t *testing.T) {
	for _, s := range trainable(t) {
		if s.Format.Bits() > 8 {
			s.Grouping = quantizer.PerChannel(6, 50)
		} else {
			s.Grouping = quantizer.PerChannel(6, 200)
		}
		n := 2 * s.Grouping.Axis * s.Grouping.Inner
		r := rand.New(rand.NewPCG(11, 12))
		x, g := make([]float32, n), make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
			g[i] = float32(r.NormFloat64())
		}
		for _, form := range []quantizer.Form{quantizer.Factor, quantizer.Logarithm, quantizer.StepSize} {
			if s.PowerOfTwo && form == quantizer.StepSize {
				continue // of which it is no function that has a derivative
			}
			limits := quantizer.Limits{Least: 0.25, Most: 4, Left: -0.4, Right: 0.4}
			base := rangesFor(s, 6)
			trained, err := quantizer.NewTrained(s, form, limits, base)
			if err != nil {
				t.Fatal(err)
			}
			per := len(trained.Values) / 6
			for i := range trained.Values { // a point inside of the limits
				switch {
				case i%per == 1:
					trained.Values[i] += 0.05
				case form == quantizer.Logarithm:
					trained.Values[i] = 0.2
				default:
					trained.Values[i] *= 1.1
				}
			}
			if err := trained.Project(); err != nil {
				t.Fatal(err)
			}
			y := make([]float32, n)
			trained.Forward(y, x)
			q := trained.Quantizer()
			want := make([]float32, n)
			quantizer.FakeQuantizeTensor(want, x, q)
			if !slices.Equal(y, want) {
				t.Fatalf("%s, %v: forward is not what the quantizer does", title(s), form)
			}
			sums, dx, grad := make([]quantizer.Gradient, 6), make([]float32, n), make([]float32, len(trained.Values))
			for i := range dx {
				dx[i] = 10
			}
			trained.Backward(sums, dx, g, x)
			trained.Gradient(grad, sums, 400)

			for group := range 6 {
				b := base[group]
				width, left := float64(b.Hi)-float64(b.Lo), float64(b.Lo)
				if !s.Asymmetric {
					width, left = float64(max(b.Hi, -b.Lo)), 0
					if !s.Format.Signed() {
						width = float64(b.Hi)
					}
				}
				v := trained.Values[group*per:][:per]
				if width == 0 {
					if grad[group*per] != 0 || q.Params[group].Scale != 1 {
						t.Errorf("%s, %v: a range of width 0 is trained", title(s), form)
					}
					continue
				}
				span := s.Format.Largest()
				if s.Asymmetric {
					span -= s.Format.Least()
				}
				size := func(v float64) float64 {
					switch form {
					case quantizer.Factor:
						return v * width
					case quantizer.Logarithm:
						return math.Pow(2, v) * width
					}
					return v * span
				}
				shift := func(v float64) float64 {
					if form == quantizer.StepSize {
						return v
					}
					return left + v*width
				}
				at := [2]float64{float64(v[0])}
				if per == 2 {
					at[1] = float64(v[1])
				}
				m := newModel(s, q.Params[group], size(at[0]), shift(at[1]))
				total := func(size, left float64) float64 {
					sum := 0.0
					for i := range x {
						if s.Grouping.Group(i) == group {
							y, _ := m.at(float64(x[i]), size, left)
							sum += y * float64(g[i])
						}
					}
					return sum
				}
				factor := 1.0
				if form == quantizer.StepSize {
					values := 0.0
					for c := range 1 << s.Format.Bits() {
						if s.Format.Decode(int32(c)) > 0 && !math.IsInf(s.Format.Decode(int32(c)), 1) {
							values++
						}
					}
					factor = 1 / math.Sqrt(400*values)
				}
				bySize := derivative(func(v float64) float64 { return total(size(v), shift(at[1])) }, at[0]) * factor
				if !near(float64(grad[group*per]), bySize, 1e-3) {
					t.Errorf("%s, %v, group %d: gradient %v, difference %v", title(s), form, group, grad[group*per], bySize)
				}
				if per == 2 {
					byLeft := 0.0
					if b.Lo != 0 {
						byLeft = derivative(func(v float64) float64 { return total(size(at[0]), shift(v)) }, at[1]) * factor
					}
					if !near(float64(grad[group*per+1]), byLeft, 1e-3) {
						t.Errorf("%s, %v, group %d: gradient of the left limit %v, difference %v", title(s), form, group, grad[group*per+1], byLeft)
					}
				}
				for i := range x {
					if s.Grouping.Group(i) != group {
						continue
					}
					value, inside := m.at(float64(x[i]), size(at[0]), shift(at[1]))
					passed := float32(10)
					if inside {
						passed += g[i]
					}
					if math.Abs(value-float64(y[i])) > 1e-6*width || dx[i] != passed {
						t.Fatalf("%s, %v, group %d: %v gives %v, gradient %v; the model %v, %v", title(s), form, group, x[i], y[i], dx[i], value, passed)
					}
				}
			}
		}
	}
}

// TestSurrogateEnds: what is inside is what rounds to a value of the format, ties to
// even, by hand.
func TestSurrogateEnds(t *testing.T) {
	for _, c := range []struct {
		format  string
		x       float32
		clipped bool
	}{
		{"int8", 127.25, false}, {"int8", 127.5, true}, {"int8", -127.5, true}, {"int8", -127.49, false},
		{"int8full", -128.5, false}, {"int8full", -128.51, true},
		{"uint8", -0.5, false}, {"uint8", -0.51, true}, {"uint8", 255.5, true},
		{"q1.6", 127.4 / 64, false}, {"q1.6", 127.6 / 64, true}, {"q1.6", -2.007, false},
		{"e4m3fn", 464, false}, {"e4m3fn", 464.1, true}, {"e4m3fn", -464, false},
		{"e5m2", 61439, false}, {"e5m2", 61440, true}, {"e2m1fn", 6.99, false}, {"e2m1fn", 7, true},
		{"e3m0fn", 23.9, false}, {"e3m0fn", 24, true}, {"e3m0fn", -25, true},
		{"Binary8p3uf", -0x1p-34, false}, {"Binary8p3uf", -0x1.1p-34, true}, // half the smallest value is a tie {"int8", float32(math.NaN()), true}, {"int8", float32(math.Inf(1)), true},
	} {
		f := format(t, c.format)
		k := quantizer.Scheme{Format: f}.Symmetric(f.Largest())
		if k.Params().Scale != 1 {
			t.Fatalf("%s: scale %v", c.format, k.Params().Scale)
		}
		dx := []float32{0}
		k.Backward(dx, []float32{1}, []float32{c.x})
		if (dx[0] == 0) != c.clipped {
			t.Errorf("%s: %v clipped %v, want %v", c.format, c.x, dx[0] == 0, c.clipped)
		}
	}
}

// TestSurrogateTree: the sum is that of the documented tree, in every bit, with and
// without the gradient by the inputs.
func TestSurrogateTree(t *testing.T) {
	// The width is a power of two, so that dividing by it changes no bit.
	k := quantizer.Scheme{Format: quantizer.FullInt(4), Asymmetric: true}.Affine(-0.5, 2)
	others := 0
	for seed := range uint64(20) {
		x, g := sample("heavy", 7000, seed), sample("normal", 7000, seed+100)
		for i := range g {
			g[i] *= float32(math.Ldexp(1, i*7%37)) // so that sums depend on their order
		}
		part := func(i, j int) quantizer.Gradient { return k.Backward(nil, g[i:min(j, 7000)], x[i:min(j, 7000)]) }
		add := func(a, b quantizer.Gradient) quantizer.Gradient { a.Add(b); return a }
		var l []quantizer.Gradient
		for i := 0; i < 7000; i += 1024 {
			l = append(l, part(i, i+1024))
		}
		got := part(0, 7000)
		if want := add(add(add(l[0], l[1]), add(l[2], l[3])), add(add(l[4], l[5]), l[6])); got != want {
			t.Errorf("gradient %v, tree %v", got, want)
		}
		if with := k.Backward(make([]float32, 7000), g, x); with != got {
			t.Errorf("gradient %v with that by the inputs, %v without", with, got)
		}
		if got != add(add(l[0], l[1]), add(add(l[2], l[3]), add(add(l[4], l[5]), l[6]))) {
			others++
		}
	}
	if others == 0 {
		t.Error("another tree has the same bits: the check is blind")
	}
}

// TestTrainedStart: training starts from what calibration found, in every form.
func TestTrainedStart(t *testing.T) {
	for _, s := range trainable(t) {
		s.Grouping = quantizer.PerChannel(7, 1)
		base := append(rangesFor(s, 6), quantizer.Range{Lo: -float32(s.Format.Largest() / 8), Hi: float32(s.Format.Largest() / 8)}) // a power of two
		for _, form := range []quantizer.Form{quantizer.Factor, quantizer.Logarithm, quantizer.StepSize} {
			trained, err := quantizer.NewTrained(s, form, quantizer.Limits{}, base)
			if err != nil {
				t.Fatal(err)
			}
			for g, p := range trained.Quantizer().Params {
				if want := s.Params(base[g].Lo, base[g].Hi); p != want {
					t.Errorf("%s, %v, range %v: %+v, want %+v", title(s), form, base[g], p, want)
				}
			}
		}
	}
}

// TestProject: limits hold, the range contains 0, a second projection changes
// nothing, and a run that is resumed from the values continues with the same bits.
func TestProject(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, s := range trainable(t) {
		for _, form := range []quantizer.Form{quantizer.Factor, quantizer.Logarithm, quantizer.StepSize} {
			for range 200 {
				base := []quantizer.Range{{float32(-r.ExpFloat64()), float32(r.ExpFloat64())}}
				limits := quantizer.Limits{Least: 0.5, Most: 1.25, Left: -0.2, Right: 0.4}
				trained, err := quantizer.NewTrained(s, form, limits, base)
				if err != nil {
					t.Fatal(err)
				}
				start := trained.Surrogate(0)
				for i := range trained.Values {
					trained.Values[i] += float32(r.NormFloat64()) * max(trained.Values[i], 0.3)
				}
				if err := trained.Project(); err != nil {
					t.Fatal(err)
				}
				values, q := slices.Clone(trained.Values), trained.Quantizer()
				resumed, err := quantizer.NewTrained(s, form, limits, base)
				if err != nil {
					t.Fatal(err)
				}
				copy(resumed.Values, values)
				if err := resumed.Project(); err != nil || !slices.Equal(resumed.Values, values) || resumed.Surrogate(0) != trained.Surrogate(0) {
					t.Fatalf("%s, %v: resumed with %v, %+v; want %v, %+v", title(s), form, resumed.Values, resumed.Surrogate(0), values, trained.Surrogate(0))
				}
				ratio := float64(q.Params[0].Scale) / float64(start.Params().Scale)
				least, most := 0.5, 1.25
				if s.PowerOfTwo {
					most = 2
				}
				if ratio < least*(1-1e-6) || ratio > most*(1+1e-6) {
					t.Fatalf("%s, %v: scale times %v", title(s), form, ratio)
				}
				if q.Check() != nil {
					t.Fatal(q.Check())
				}
				if s.Asymmetric {
					lo, hi := s.Range(q.Params[0])
					step := float64(q.Params[0].Scale) * s.Format.Decode(1)
					width := float64(base[0].Hi) - float64(base[0].Lo)
					if lo > 0 || hi < 0 || lo < float64(base[0].Lo)-0.2*width-step || lo > float64(base[0].Lo)+0.4*width+step && hi > step && !s.PowerOfTwo {
						t.Fatalf("%s, %v: from %v to %v, calibrated %v", title(s), form, lo, hi, base[0])
					}
				}
			}
		}
	}
}

func TestProjectNaN(t *testing.T) {
	s := quantizer.Scheme{Format: quantizer.Int(8), Grouping: quantizer.PerChannel(3, 1)}
	trained, err := quantizer.NewTrained(s, quantizer.Factor, quantizer.Limits{}, rangesFor(s, 3))
	if err != nil {
		t.Fatal(err)
	}
	before := trained.Quantizer()
	trained.Values[0], trained.Values[2] = 0.7, float32(math.NaN())
	err = trained.Project()
	if !errors.Is(err, quantizer.ErrNotFinite) || !strings.Contains(err.Error(), "group 2") || !slices.Equal(trained.Quantizer().Params, before.Params) || trained.Values[0] != 0.7 {
		t.Errorf("error %v, %+v", err, trained.Quantizer())
	}
}

func TestNewTrainedErrors(t *testing.T) {
	s := quantizer.Scheme{Format: quantizer.Int(8)}
	ok := []quantizer.Range{{-1, 1}}
	nan := float32(math.NaN())
	for _, c := range []struct {
		scheme quantizer.Scheme
		limits quantizer.Limits
		ranges []quantizer.Range
	}{
		{quantizer.Scheme{}, quantizer.Limits{}, ok},
		{s, quantizer.Limits{Least: 2, Most: 3}, ok},
		{s, quantizer.Limits{Least: -1, Most: 1}, ok},
		{s, quantizer.Limits{Least: 0.5, Most: math.Inf(1)}, ok},
		{s, quantizer.Limits{Left: 0.1, Right: 0.2}, ok},
		{s, quantizer.Limits{}, nil},
		{quantizer.Scheme{Format: format(t, "e11m4")}, quantizer.Limits{}, ok},
		{s, quantizer.Limits{}, []quantizer.Range{{0, 1e-44}}},
		{s, quantizer.Limits{}, []quantizer.Range{{1, -1}}},
		{s, quantizer.Limits{}, []quantizer.Range{{nan, nan}}},
		{s, quantizer.Limits{}, []quantizer.Range{{0, float32(math.Inf(1))}}},
	} {
		if _, err := quantizer.NewTrained(c.scheme, quantizer.Factor, c.limits, c.ranges); !errors.Is(err, quantizer.ErrScheme) {
			t.Errorf("%+v: error %v", c, err)
		}
	}
	if fmt.Sprint(quantizer.Factor, quantizer.Logarithm, quantizer.StepSize, quantizer.Form(9)) != "factor logarithm step size Form(9)" {
		t.Error("names of forms")
	}
}

// TestTrainingFindsTheThreshold: descent along the straight-through gradient of the
// square error comes, from extreme values, to the square error of the best threshold.
func TestTrainingFindsTheThreshold(t *testing.T) {
	x := sample("heavy", 4000, 21)
	lo, hi := slices.Min(x), slices.Max(x)
	y, g := make([]float32, len(x)), make([]float32, len(x))
	for _, s := range []quantizer.Scheme{{Format: quantizer.Int(4)}, {Format: quantizer.Int(8)}, {Format: format(t, "e2m1fn")}, {Format: quantizer.Uint(4), Asymmetric: true}} {
		best, err := quantizer.Calibrate(x, s, quantizer.ByMSE())
		if err != nil {
			t.Fatal(err)
		}
		want := quantizer.NoiseOf(x, best).Error
		for _, form := range []quantizer.Form{quantizer.Factor, quantizer.Logarithm, quantizer.StepSize} {
			trained, err := quantizer.NewTrained(s, form, quantizer.Limits{Least: 0.001, Most: 1, Left: -0.2, Right: 0.9}, []quantizer.Range{{lo, hi}})
			if err != nil {
				t.Fatal(err)
			}
			start := quantizer.NoiseOf(x, trained.Quantizer()).Error
			unit := slices.Clone(trained.Values)
			for i := range unit {
				if unit[i] = float32(math.Abs(float64(unit[i]))); form != quantizer.StepSize {
					unit[i] = 1
				}
			}
			least := start
			for step := range 400 {
				trained.Forward(y, x)
				for i := range x {
					g[i] = y[i] - x[i]
				}
				sums, grad := make([]quantizer.Gradient, 1), make([]float32, len(trained.Values))
				trained.Backward(sums, nil, g, x)
				trained.Gradient(grad, sums, len(x))
				rate := 0.05 * float32(math.Pow(0.985, float64(step)))
				if form == quantizer.Logarithm {
					rate *= 5
				}
				for i := range grad { // by sign: steps of the rate, in units of the start
					switch {
					case grad[i] > 0:
						trained.Values[i] -= rate * unit[i]
					case grad[i] < 0:
						trained.Values[i] += rate * unit[i]
					}
				}
				if err := trained.Project(); err != nil {
					t.Fatal(err)
				}
				least = min(least, quantizer.NoiseOf(x, trained.Quantizer()).Error)
			}
			if least > 1.1*want {
				t.Errorf("%s, %v: from %v to %v, the best is %v", title(s), form, start, least, want)
			}
		}
	}
}

func TestTrainedPanics(t *testing.T) {
	s := quantizer.Scheme{Format: quantizer.Int(8), Grouping: quantizer.PerChannel(2, 1)}
	trained, err := quantizer.NewTrained(s, quantizer.Factor, quantizer.Limits{}, rangesFor(s, 2))
	if err != nil {
		t.Fatal(err)
	}
	two, sums := make([]float32, 2), make([]quantizer.Gradient, 2)
	k := trained.Surrogate(0)
	asymmetric := quantizer.Scheme{Format: quantizer.Uint(8), Asymmetric: true}
	const lengths, params = "quantizer: slices of different lengths", "quantizer: number of parameters is not that of the groups"
	for i, c := range []struct {
		want string
		call func()
	}{
		{lengths, func() { trained.Forward(two, nil) }},
		{lengths, func() { trained.Backward(sums, nil, nil, two) }},
		{lengths, func() { trained.Backward(sums, two[:1], two, two) }},
		{params, func() { trained.Backward(sums[:1], two, two, two) }},
		{params, func() { trained.Gradient(two, sums[:1], 1) }},
		{lengths, func() { trained.Gradient(two[:1], sums, 1) }},
		{"quantizer: number of elements is not positive", func() { trained.Gradient(two, sums, 0) }},
		{lengths, func() { k.Forward(two, nil) }},
		{lengths, func() { k.Backward(two, two, nil) }},
		{"quantizer: unknown form", func() { _, _ = quantizer.NewTrained(s, 3, quantizer.Limits{}, rangesFor(s, 2)) }},
		{"quantizer: a symmetric surrogate of an asymmetric scheme, or the reverse", func() { s.Affine(-1, 2) }},
		{"quantizer: a symmetric surrogate of an asymmetric scheme, or the reverse", func() { asymmetric.Symmetric(1) }},
		{"quantizer: threshold is negative or not finite", func() { s.Symmetric(math.NaN()) }},
		{"quantizer: a range that is not finite, or ends before it begins", func() { asymmetric.Affine(-2, 1) }},
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

func TestTrainedNoAllocations(t *testing.T) {
	for _, s := range []quantizer.Scheme{{Format: quantizer.Int(8), Grouping: quantizer.PerChannel(4, 16)}, {Format: format(t, "e4m3fn")}, {Format: quantizer.Uint(8), Asymmetric: true}} {
		n := max(1, s.Grouping.Axis)
		trained, err := quantizer.NewTrained(s, quantizer.Logarithm, quantizer.Limits{}, rangesFor(s, n))
		if err != nil {
			t.Fatal(err)
		}
		x := ramp(4096)
		y, dx, sums, grad := make([]float32, len(x)), make([]float32, len(x)), make([]quantizer.Gradient, n), make([]float32, len(trained.Values))
		if a := testing.AllocsPerRun(5, func() {
			trained.Forward(y, x)
			trained.Backward(sums, dx, y, x)
			trained.Gradient(grad, sums, 100)
			if trained.Project() != nil {
				panic("not projected")
			}
		}); a != 0 {
			t.Errorf("%s: %v allocations", title(s), a)
		}
	}
}

func BenchmarkTrained(b *testing.B) {
	for _, s := range []quantizer.Scheme{{Format: quantizer.Int(8)}, {Format: quantizer.Uint(8), Asymmetric: true}, {Format: format(b, "e4m3fn")}} {
		trained, err := quantizer.NewTrained(s, quantizer.Factor, quantizer.Limits{}, rangesFor(s, 1))
		if err != nil {
			b.Fatal(err)
		}
		x := ramp(1 << 16)
		y, dx, sums := make([]float32, len(x)), make([]float32, len(x)), make([]quantizer.Gradient, 1)
		b.Run(s.Format.Name()+"/forward", func(b *testing.B) {
			b.SetBytes(4 * int64(len(x)))
			for b.Loop() {
				trained.Forward(y, x)
			}
		})
		b.Run(s.Format.Name()+"/backward", func(b *testing.B) {
			b.SetBytes(4 * int64(len(x)))
			for b.Loop() {
				trained.Backward(sums, dx, y, x)
			}
		})
	}
}
