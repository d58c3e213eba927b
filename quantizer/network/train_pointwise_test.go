package network

import (
	"bytes"
	"encoding/gob"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// pointwise returns a trainer of what in int4 weights and int8 activations.
func pointwiseOptions(t testing.TB, g *Graph, x *Tensor, what Trains, change func(*FewBit)) TrainOptions {
	t.Helper()
	few := FewBit{Format: formatOf(t, "int8"), WeightFormat: formatOf(t, "int4"), PerChannel: true, Calibration: calibrated(t, g, x)}
	if change != nil {
		change(&few)
	}
	return TrainOptions{Thresholds: &ThresholdOptions{FewBit: few, Train: what}}
}

// TestPointwiseGradients compares the gradients by multipliers, and by weights, with central
// differences of the straight-through surrogate in float64, at multipliers that are not 1.
func TestPointwiseGradients(t *testing.T) {
	g, r := products(3), rand.New(rand.NewPCG(71, 0))
	x := randomTensor(r, 3, 7, 2, 7, 7)
	loss := projection{randomTensor(r, 1, 7*3).Float}
	weight := map[string]string{"c": "c/w", "d": "d/w", "g": "g/w", "y": "m/w"}
	for _, what := range []Trains{Pointwise, Weights} {
		o := pointwiseOptions(t, g, x, what, nil)
		o.Loss = loss
		trainer, err := NewTrainer(g, o)
		if err != nil {
			t.Fatal(err)
		}
		if names := trainer.Parameters(); !slices.Equal(names, []string{"c/b", "c/w", "d/b", "d/w", "g/b", "g/w", "m/w"}) {
			t.Fatalf("parameters %v", names)
		}
		state := trainer.State()
		values := map[string][]float64{}
		for _, name := range trainer.Parameters() {
			for i := range state.Tensors[name] {
				state.Tensors[name][i] *= float32(0.8 + 0.4*r.Float64())
				values[name] = append(values[name], float64(state.Tensors[name][i]))
			}
		}
		if err := trainer.SetState(state); err != nil {
			t.Fatal(err)
		}
		got, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{})
		if err != nil {
			t.Fatal(err)
		}
		threshold := func(site string) float64 {
			v, _ := trainer.Calibration().Threshold(site)
			return float64(v)
		}
		acts, weights := &straight{127, map[string][]float64{}}, &straight{7, map[string][]float64{}}
		surrogate := func() float64 {
			at := map[string]tensor64{"x": widen(x)}
			for name, v := range g.Initializers {
				at[name] = widen(v)
				for i, m := range values[name] {
					if at[name].v[i] *= m; what == Weights {
						at[name].v[i] = m
					}
				}
			}
			var z tensor64
			for i := range g.Nodes {
				n := &g.Nodes[i]
				in := make([]tensor64, len(n.Inputs))
				for k, name := range n.Inputs {
					in[k] = at[name]
				}
				if name, ok := weight[n.Name]; ok {
					in[0] = acts.apply(n.Name, in[0], func(int) float64 { return threshold(n.Name) })
					most := trainer.Calibration().WeightThresholds(n.Name)
					in[1] = weights.apply(name, in[1], func(i int) float64 {
						if n.Op == "MatMul" {
							return float64(most[i%len(most)])
						}
						return float64(most[i/(len(in[1].v)/len(most))])
					})
				}
				z = node64(g, n, in, true)
				at[n.Outputs[0]] = z
			}
			sum := 0.0
			for i, v := range z.v {
				sum += v * float64(loss.r[i])
			}
			return sum
		}
		if want := surrogate(); math.Abs(got-want) > 1e-4*max(1, math.Abs(want)) {
			t.Errorf("%v: the loss is %v, want %v", what, got, want)
		}
		for _, name := range trainer.Parameters() {
			gradient := trainer.Gradient(name)
			for i := range gradient {
				const h = 1e-5
				at := values[name][i]
				values[name][i] = at + h
				up := surrogate()
				values[name][i] = at - h
				want := (up - surrogate()) / (2 * h)
				values[name][i] = at
				if math.Abs(float64(gradient[i])-want) > 1e-3*max(0.1, math.Abs(want)) {
					t.Errorf("%v: the gradient of %q[%d] is %v, want %v", what, name, i, gradient[i], want)
				}
			}
		}
	}
}

// TestAsymmetricGradients does so for widths and left limits.
func TestAsymmetricGradients(t *testing.T) {
	g, r := products(3), rand.New(rand.NewPCG(72, 0))
	x := randomTensor(r, 3, 20, 2, 7, 7)
	loss := projection{randomTensor(r, 1, 20*3).Float}
	few := FewBit{Format: formatOf(t, "int4full"), WeightFormat: formatOf(t, "e4m3fn"), Asymmetric: true, Calibration: calibrated(t, g, x)}
	trainer, err := NewTrainer(g, TrainOptions{Loss: loss, Thresholds: &ThresholdOptions{FewBit: few}})
	if err != nil {
		t.Fatal(err)
	}
	s := trainer.State()
	moved := 0
	for _, name := range trainer.Parameters() {
		s.Tensors[name][0] *= 0.8
		if len(s.Tensors[name]) == 2 {
			s.Tensors[name][1] = 0.05
		}
	}
	if err := trainer.SetState(s); err != nil {
		t.Fatal(err)
	}
	got, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]float64{}
	for name, v := range trainer.State().Tensors {
		for _, a := range v {
			values[name] = append(values[name], float64(a))
		}
	}
	// kept holds, for each element of an activation, what stays while the range moves:
	// (y-x)/width inside, (y-left)/width of what is clipped.
	type element struct {
		c       float64
		clipped bool
	}
	kept := map[string][]element{}
	weights := &straight{448, map[string][]float64{}}
	weight := map[string]string{"c": "c/w", "d": "d/w", "g": "g/w", "y": "m/w"}
	surrogate := func() float64 {
		at := map[string]tensor64{"x": widen(x)}
		for name, v := range g.Initializers {
			at[name] = widen(v)
		}
		var z tensor64
		for i := range g.Nodes {
			n := &g.Nodes[i]
			in := make([]tensor64, len(n.Inputs))
			for k, name := range n.Inputs {
				in[k] = at[name]
			}
			if name, ok := weight[n.Name]; ok {
				lo, hi, _ := few.Calibration.Range(n.Name)
				base := float64(max(hi, 0)) - float64(min(lo, 0))
				v := values[n.Name+": activations"]
				width, left := v[0]*base, float64(min(lo, 0))+v[1]*base
				if kept[n.Name] == nil {
					scale := float64(float32(width / 15))
					zero := math.RoundToEven(-8 - math.RoundToEven(left/scale))
					for _, u := range in[0].v {
						q := math.RoundToEven(u/scale) + zero
						c := min(max(q, -8), 7)
						y := (c - zero) * scale
						if e := (element{(y - u) / width, false}); c == q {
							kept[n.Name] = append(kept[n.Name], e)
						} else {
							kept[n.Name] = append(kept[n.Name], element{(y - left) / width, true})
							moved++
						}
					}
				}
				hat := tensor64{in[0].shape, make([]float64, len(in[0].v))}
				for i, e := range kept[n.Name] {
					if hat.v[i] = in[0].v[i] + e.c*width; e.clipped {
						hat.v[i] = left + e.c*width
					}
				}
				in[0] = hat
				most := 0.0
				for _, u := range g.Initializers[name].Float {
					most = max(most, math.Abs(float64(u)))
				}
				in[1] = weights.apply(name, in[1], func(int) float64 { return values[n.Name+": weights"][0] * most })
			}
			z = node64(g, n, in, true)
			at[n.Outputs[0]] = z
		}
		sum := 0.0
		for i, v := range z.v {
			sum += v * float64(loss.r[i])
		}
		return sum
	}
	if want := surrogate(); math.Abs(got-want) > 1e-4*max(1, math.Abs(want)) || moved == 0 {
		t.Errorf("the loss is %v, want %v; %d clipped", got, want, moved)
	}
	for _, name := range trainer.Parameters() {
		gradient := trainer.Gradient(name)
		for i := range gradient {
			const h = 1e-5
			at := values[name][i]
			values[name][i] = at + h
			up := surrogate()
			values[name][i] = at - h
			want := (up - surrogate()) / (2 * h)
			values[name][i] = at
			if at == 0 {
				want = 0 // a left limit of 0 stays
			}
			if math.Abs(float64(gradient[i])-want) > 1e-3*max(0.1, math.Abs(want)) {
				t.Errorf("the gradient of %q[%d] is %v, want %v", name, i, gradient[i], want)
			}
		}
	}
}

// TestPointwiseIsFewBits: the trained network computes as FewBit does with the graph and
// the thresholds that come out, and its multipliers stay within their limits.
func TestPointwiseIsFewBits(t *testing.T) {
	g, r := products(5), rand.New(rand.NewPCG(73, 0))
	x := randomTensor(r, 3, 24, 2, 7, 7)
	for _, what := range []Trains{Pointwise, Weights} {
		o := pointwiseOptions(t, g, x, what, nil)
		o.Schedule = ConstantRate(0.01)
		d, err := NewDistillation(g, x, nil, DistillOptions{Train: o, Batch: 8})
		if err != nil {
			t.Fatal(err)
		}
		before, few := d.Loss(), o.Thresholds.FewBit
		epochs(t, d, 10)
		if few.Calibration, err = d.Calibration(); err != nil {
			t.Fatal(err)
		}
		best, err := d.Graph()
		if err != nil {
			t.Fatal(err)
		}
		y, teacher := runWith(t, best, few, x), runWith(t, g, nil, x)
		sum := 0.0
		for i, v := range y {
			sum += math.Pow(float64(v)-float64(teacher[i]), 2)
		}
		if loss := math.Sqrt(sum / 24); math.Abs(loss-d.Loss()) > 1e-9*loss || loss > 0.9*before {
			t.Errorf("%v: the loss is %v, said to be %v, before %v", what, loss, d.Loss(), before)
		}
		outside := 0
		for name, w := range best.Initializers {
			was := g.Initializers[name].Float
			for i, v := range w.Float {
				if a, b := float64(was[i])*0.7499, float64(was[i])*1.2501; float64(v) < min(a, b) || float64(v) > max(a, b) {
					outside++
				}
			}
		}
		if (outside > 0) != (what == Weights) {
			t.Errorf("%v: %d weights beyond a quarter", what, outside)
		}
		if digest(g) != digest(products(5)) {
			t.Error("the graph changed")
		}
	}
}

// TestPointwiseResumes: a run that was killed goes on to the same bits, on any number of
// threads, and comes back from a rate that is no number.
func TestPointwiseResumes(t *testing.T) {
	make := func(threads int, schedule Schedule) *Distillation {
		g, r := products(6), rand.New(rand.NewPCG(74, 0))
		x := randomTensor(r, 3, 70, 2, 7, 7)
		o := pointwiseOptions(t, g, x, Pointwise, nil)
		o.Threads, o.Schedule = threads, schedule
		d, err := NewDistillation(g, x, nil, DistillOptions{Train: o, Batch: 16, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	whole := make(1, nil)
	epochs(t, whole, 2)
	var file bytes.Buffer
	if err := gob.NewEncoder(&file).Encode(whole.State()); err != nil {
		t.Fatal(err)
	}
	epochs(t, whole, 2)
	var state DistillState
	if err := gob.NewDecoder(&file).Decode(&state); err != nil {
		t.Fatal(err)
	}
	resumed := make(2, nil)
	if err := resumed.SetState(state); err != nil {
		t.Fatal(err)
	}
	epochs(t, resumed, 2)
	if a, b := digestThresholds(whole.State()), digestThresholds(resumed.State()); a != b {
		t.Errorf("a resumed run ends with %s, one that was not interrupted with %s", b, a)
	}
	one, err := whole.Graph()
	if err != nil {
		t.Fatal(err)
	}
	two, err := resumed.Graph()
	if err != nil || digest(one) != digest(two) {
		t.Errorf("graphs differ, error %v", err)
	}

	spoilt := make(1, func(step int) (float64, bool) {
		if step == 5 {
			return math.NaN(), false
		}
		return 0.01, false
	})
	recovered := 0
	for range 3 {
		recovered += epochs(t, spoilt, 1).Recovered
	}
	if recovered != 1 {
		t.Errorf("%d steps recovered", recovered)
	}
	for name, v := range spoilt.State().Trainer.Tensors {
		if err := finite(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPointwiseRefuses(t *testing.T) {
	g := products(7)
	x := randomTensor(rand.New(rand.NewPCG(8, 0)), 3, 4, 2, 7, 7)
	o := pointwiseOptions(t, g, x, Trains(9), nil)
	if _, err := NewTrainer(g, o); !errors.Is(err, ErrUnsupported) {
		t.Errorf("%v", err)
	}
	o = pointwiseOptions(t, g, x, Pointwise, func(f *FewBit) { f.Float = []string{""} })
	if _, err := NewTrainer(g, o); !errors.Is(err, ErrGraph) {
		t.Errorf("%v", err)
	}
	// What stays float32 is not trained.
	o = pointwiseOptions(t, g, x, Pointwise, func(f *FewBit) { f.Kept = []string{"g"} })
	trainer, err := NewTrainer(g, o)
	if err != nil || slices.Contains(trainer.Parameters(), "g/w") || len(trainer.Parameters()) != 5 {
		t.Errorf("%v", err)
	}
	if got, want := Trains(9).String()+Pointwise.String(), "unknownpointwise"; got != want {
		t.Errorf("%s", got)
	}
}
