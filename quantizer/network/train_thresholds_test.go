package network

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/quantizer"
)

// products is a network with a product of every kind: a convolution, a depthwise one, a
// Gemm with alpha and beta, a MatMul, with a residual around the second.
func products(seed uint64) *Graph {
	r := rand.New(rand.NewPCG(seed, 0))
	inits := map[string]*Tensor{
		"c/w": randomTensor(r, 0.8, 4, 2, 3, 3), "c/b": randomTensor(r, 0.3, 4),
		"d/w": randomTensor(r, 0.8, 4, 1, 3, 3), "d/b": randomTensor(r, 0.3, 4),
		"g/w": randomTensor(r, 0.8, 6, 4), "g/b": randomTensor(r, 0.3, 6), "m/w": randomTensor(r, 0.8, 6, 3),
		"zero": NewFloat([]int{}, []float32{0}), "six": NewFloat([]int{}, []float32{6}),
	}
	pads := attrInts(1, 1, 1, 1)
	g := sequence(inits,
		nodeOf("Conv", "c", Attributes{"pads": pads, "strides": attrInts(2, 2)}, "x", "c/w", "c/b"),
		nodeOf("Clip", "c6", nil, "c", "zero", "six"),
		nodeOf("Conv", "d", Attributes{"pads": pads, "group": attrInt(4)}, "c6", "d/w", "d/b"),
		nodeOf("Add", "sum", nil, "d", "c6"),
		nodeOf("GlobalAveragePool", "pool", nil, "sum"),
		nodeOf("Flatten", "flat", nil, "pool"),
		nodeOf("Gemm", "g", Attributes{"transB": attrInt(1), "alpha": attrFloat(0.75), "beta": attrFloat(2)}, "flat", "g/w", "g/b"),
		nodeOf("Relu", "r", nil, "g"), // biases keep it away from 0, where it has a corner
		nodeOf("MatMul", "y", nil, "r", "m/w"),
	)
	for i := range g.Nodes {
		g.Nodes[i].Name = g.Nodes[i].Outputs[0]
	}
	return g
}

func calibrated(t testing.TB, g *Graph, x *Tensor) *Calibration {
	t.Helper()
	c := NewCalibration()
	runWith(t, g, c.Observe(Float32Arithmetic{}), x)
	return c
}

func runWith(t testing.TB, g *Graph, a Arithmetic, x *Tensor) []float32 {
	t.Helper()
	n, err := New(g, Options{Arithmetic: a})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(map[string]*Tensor{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	return out[g.Outputs[0].Name].Float
}

func formatOf(t testing.TB, name string) quantizer.Format {
	t.Helper()
	f, err := quantizer.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// moveThresholds multiplies the factors of a trainer by numbers from 0.5 to 1.
func moveThresholds(t testing.TB, trainer *Trainer, r *rand.Rand) {
	t.Helper()
	s := trainer.State()
	for _, name := range trainer.Parameters() {
		for i := range s.Tensors[name] {
			s.Tensors[name][i] *= float32(0.5 + 0.5*r.Float64())
		}
	}
	if err := trainer.SetState(s); err != nil {
		t.Fatal(err)
	}
}

// TestThresholdsAreFewBits: the training form has the logits of FewBit bit for bit,
// with the thresholds of calibration and with trained ones.
func TestThresholdsAreFewBits(t *testing.T) {
	g, r := products(1), rand.New(rand.NewPCG(2, 0))
	x := randomTensor(r, 3, 70, 2, 7, 7)
	seen := calibrated(t, g, x)
	for _, c := range []FewBit{
		{Format: formatOf(t, "int8")}, {Format: formatOf(t, "int4")}, {Format: formatOf(t, "e4m3fn")}, {Format: formatOf(t, "e5m2")}, {Format: formatOf(t, "q3.4")},
		{Format: formatOf(t, "int8full"), Asymmetric: true, WeightFormat: formatOf(t, "int4")},
		{Format: formatOf(t, "uint8"), Asymmetric: true, WeightFormat: formatOf(t, "e2m1fn"), PowerOfTwo: true},
		{Format: formatOf(t, "e4m3fn"), WeightFormat: formatOf(t, "int8"), PowerOfTwo: true},
	} {
		for _, exact := range []bool{false, true} {
			for _, perChannel := range []bool{false, true} {
				for _, form := range []quantizer.Form{quantizer.Factor, quantizer.Logarithm, quantizer.StepSize} {
					few := c
					few.PerChannel, few.Calibration, few.Accumulator = perChannel, seen, blas.Accumulator{Exact: exact}
					trainer, err := NewTrainer(g, TrainOptions{
						Thresholds: &ThresholdOptions{FewBit: few, Form: form, Limits: quantizer.Limits{Least: 0.25, Most: 2}},
						Loss:       projection{make([]float32, 210)}, Threads: 2,
					})
					if err != nil {
						t.Fatal(err)
					}
					for range 2 {
						if _, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{}); err != nil {
							t.Fatal(err)
						}
						if want := runWith(t, g, few, x); !slices.Equal(trainer.Logits(), want) {
							t.Errorf("%+v, %v: the logits differ", few, form)
						}
						before := trainer.Logits()[0]
						moveThresholds(t, trainer, r)
						few.Calibration = trainer.Calibration()
						if got := runWith(t, g, few, x)[0]; got == before && form != quantizer.Logarithm && !few.PowerOfTwo {
							t.Errorf("%+v, %v: other thresholds change nothing", few, form)
						}
					}
				}
			}
		}
	}
}

// straight is the fake quantization whose derivative is the straight-through gradient:
// what it does to every element is taken down at the first call and kept. The
// largest value is 127, 7, or that of e4m3fn.
type straight struct {
	largest float64
	offsets map[string][]float64 // of x/scale; infinite where it is clipped
}

func (s *straight) round(t float64) float64 {
	if s.largest != 448 {
		return math.RoundToEven(t)
	}
	_, e := math.Frexp(t)
	unit := math.Ldexp(1, max(e-1, -6)-3)
	return math.RoundToEven(t/unit) * unit
}

// apply rounds n elements, with the threshold that threshold gives for each.
func (s *straight) apply(key string, x tensor64, threshold func(i int) float64) tensor64 {
	z := tensor64{x.shape, make([]float64, len(x.v))}
	offsets := s.offsets[key]
	if offsets == nil {
		offsets = make([]float64, len(x.v))
		for i, v := range x.v {
			t := v / threshold(i) * s.largest
			q := s.round(t)
			if offsets[i] = q - t; math.Abs(q) > s.largest {
				offsets[i] = math.Inf(int(math.Copysign(1, q)))
			}
		}
		s.offsets[key] = offsets
	}
	for i, o := range offsets {
		scale := threshold(i) / s.largest
		if z.v[i] = x.v[i] + scale*o; math.IsInf(o, 0) {
			z.v[i] = math.Copysign(threshold(i), o)
		}
	}
	return z
}

// TestThresholdGradients compares the gradients of a whole network with central
// differences of the straight-through surrogate in float64.
func TestThresholdGradients(t *testing.T) {
	g, r := products(3), rand.New(rand.NewPCG(14, 0))
	x := randomTensor(r, 3, 67, 2, 7, 7)
	c := calibrated(t, g, x)
	loss := projection{randomTensor(r, 1, 67*3).Float}
	weight := map[string]string{"c": "c/w", "d": "d/w", "g": "g/w", "y": "m/w"}
	for _, f := range []struct {
		format  string
		largest float64
	}{{"int8", 127}, {"int4", 7}, {"e4m3fn", 448}} {
		for _, perChannel := range []bool{false, true} {
			few := FewBit{Format: formatOf(t, f.format), PerChannel: perChannel, Calibration: c}
			trainer, err := NewTrainer(g, TrainOptions{Thresholds: &ThresholdOptions{FewBit: few}, Loss: loss})
			if err != nil {
				t.Fatal(err)
			}
			moveThresholds(t, trainer, r)
			got, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{})
			if err != nil {
				t.Fatal(err)
			}
			factors := map[string][]float64{}
			for name, v := range trainer.State().Tensors {
				for _, a := range v {
					factors[name] = append(factors[name], float64(a))
				}
			}
			s := &straight{f.largest, map[string][]float64{}}
			surrogate := func() float64 {
				values := map[string]tensor64{"x": widen(x)}
				for name, v := range g.Initializers {
					values[name] = widen(v)
				}
				var z tensor64
				for i := range g.Nodes {
					n := &g.Nodes[i]
					in := make([]tensor64, len(n.Inputs))
					for k, name := range n.Inputs {
						in[k] = values[name]
					}
					if name, ok := weight[n.Name]; ok {
						base, _ := c.Threshold(n.Name)
						in[0] = s.apply(n.Name, in[0], func(int) float64 { return factors[n.Name+": activations"][0] * float64(base) })
						a := factors[n.Name+": weights"]
						channel := func(i int) int {
							switch {
							case len(a) == 1:
								return 0
							case n.Op == "MatMul":
								return i % len(a)
							}
							return i / (len(in[1].v) / len(a))
						}
						most := make([]float64, len(a))
						for i, v := range g.Initializers[name].Float {
							most[channel(i)] = max(most[channel(i)], math.Abs(float64(v)))
						}
						in[1] = s.apply(name, in[1], func(i int) float64 { return a[channel(i)] * most[channel(i)] })
					}
					z = node64(g, n, in, true)
					values[n.Outputs[0]] = z
				}
				sum := 0.0
				for i, v := range z.v {
					sum += v * float64(loss.r[i])
				}
				return sum
			}
			if want := surrogate(); math.Abs(got-want) > 1e-4*max(1, math.Abs(want)) {
				t.Errorf("%s, per channel %v: the loss is %v, want %v", f.format, perChannel, got, want)
			}
			for _, name := range trainer.Parameters() {
				gradient := trainer.Gradient(name)
				for i := range gradient {
					const h = 1e-5
					at := factors[name][i]
					factors[name][i] = at + h
					up := surrogate()
					factors[name][i] = at - h
					want := (up - surrogate()) / (2 * h)
					factors[name][i] = at
					if math.Abs(float64(gradient[i])-want) > 1e-3*max(0.1, math.Abs(want)) {
						t.Errorf("%s, per channel %v: the gradient of %q[%d] is %v, want %v", f.format, perChannel, name, i, gradient[i], want)
					}
				}
			}
			if names := trainer.Parameters(); len(names) != 8 {
				t.Errorf("parameters %v", names)
			}
		}
	}
}

// TestTrainedCalibration: trained thresholds are taken over by the next training, and
// nothing else of the graph changes.
func TestTrainedCalibration(t *testing.T) {
	g, r := products(5), rand.New(rand.NewPCG(6, 0))
	x := randomTensor(r, 3, 8, 2, 7, 7)
	c := calibrated(t, g, x)
	few := FewBit{Format: formatOf(t, "int8"), PerChannel: true, Calibration: c}
	options := TrainOptions{Thresholds: &ThresholdOptions{FewBit: few, Limits: quantizer.Limits{Least: 0.25, Most: 1}}}
	trainer, err := NewTrainer(g, options)
	if err != nil {
		t.Fatal(err)
	}
	moveThresholds(t, trainer, r)
	trained := trainer.Calibration()
	before, _ := c.Threshold("d")
	after, ok := trained.Threshold("d")
	if factor := trainer.State().Tensors["d: activations"][0]; !ok || math.Abs(float64(after/before-factor)) > 1e-6 {
		t.Errorf("a factor of %v makes %v of the threshold %v", factor, after, before)
	}
	if w := trained.WeightThresholds("d"); len(w) != 4 || c.WeightThresholds("d") != nil {
		t.Errorf("thresholds of weights %v, of the calibration before %v", w, c.WeightThresholds("d"))
	}
	if digest(trainer.Graph()) != digest(g) {
		t.Error("the graph changed")
	}
	few.Calibration = trained
	options.Thresholds = &ThresholdOptions{FewBit: few}
	next, err := NewTrainer(g, options)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := next.Calibration().Threshold("d")
	if math.Abs(float64(again-after)) > 1e-6*float64(after) {
		t.Errorf("training goes on from %v, not %v", again, after)
	}
	few.PerChannel = false
	if _, err := New(g, Options{Arithmetic: few}); !errors.Is(err, ErrShape) {
		t.Errorf("thresholds of channels for a whole tensor: %v", err)
	}
}

func TestThresholdsRefuse(t *testing.T) {
	g := products(7)
	x := randomTensor(rand.New(rand.NewPCG(8, 0)), 3, 4, 2, 7, 7)
	few := FewBit{Format: formatOf(t, "int8"), Calibration: calibrated(t, g, x)}
	broken := *g
	broken.Initializers = map[string]*Tensor{"d: weights": NewFloat([]int{1}, nil)}
	for name, v := range g.Initializers {
		broken.Initializers[name] = v
	}
	nan := broken
	nan.Initializers = map[string]*Tensor{}
	for name, v := range g.Initializers {
		nan.Initializers[name] = v.clone()
	}
	nan.Initializers["m/w"].Float[3] = float32(math.NaN())
	for _, c := range []struct {
		name string
		g    *Graph
		few  FewBit
		o    TrainOptions
		l    quantizer.Limits
		want error
	}{
		{name: "weights too", g: g, few: few, o: TrainOptions{Parameters: []string{"c/w"}}, want: ErrUnsupported},
		{name: "no calibration", g: g, few: FewBit{Format: few.Format}, want: ErrNotCalibrated},
		{name: "no format", g: g, few: FewBit{Calibration: few.Calibration}, want: ErrUnsupported},
		{name: "all in float32", g: g, few: FewBit{Format: few.Format, Calibration: few.Calibration, Float: []string{""}}, want: ErrGraph},
		{name: "a name twice", g: &broken, few: few, want: ErrGraph},
		{name: "NaN", g: &nan, few: few, want: quantizer.ErrNotFinite},
		{name: "limits", g: g, few: few, l: quantizer.Limits{Least: 2, Most: 3}, want: quantizer.ErrScheme},
	} {
		c.o.Thresholds = &ThresholdOptions{FewBit: c.few, Limits: c.l}
		if _, err := NewTrainer(c.g, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	trainer, err := NewTrainer(g, TrainOptions{Thresholds: &ThresholdOptions{FewBit: few}, MaxBytes: 10000, Loss: projection{make([]float32, 12)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{}); !errors.Is(err, ErrBudget) {
		t.Errorf("memory: %v", err)
	}
	bad := trainer.State()
	bad.Tensors["g: weights"][0] = float32(math.Inf(1))
	before := fmt.Sprint(trainer.State())
	if err := trainer.SetState(bad); !errors.Is(err, quantizer.ErrNotFinite) || fmt.Sprint(trainer.State()) != before {
		t.Errorf("an infinite threshold: %v", err)
	}
}
