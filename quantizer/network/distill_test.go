package network

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// distilled returns a distillation of a network of int4 with 100 samples.
func distilled(t testing.TB, threads int, change func(*DistillOptions)) *Distillation {
	t.Helper()
	g, r := products(11), rand.New(rand.NewPCG(12, 0))
	train, validation := randomTensor(r, 3, 100, 2, 7, 7), randomTensor(r, 3, 70, 2, 7, 7)
	o := DistillOptions{Batch: 12, Seed: 5, Train: TrainOptions{
		Threads: threads, Schedule: CosineRestarts(0.02, 1e-3, 12),
		Thresholds: &ThresholdOptions{
			FewBit: FewBit{Format: formatOf(t, "int4"), PerChannel: true, Calibration: calibrated(t, g, train)},
			Limits: quantizer.Limits{Least: 0.25, Most: 1.5},
		},
	}}
	if change != nil {
		change(&o)
	}
	d, err := NewDistillation(g, train, validation, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func epochs(t testing.TB, d *Distillation, n int) (last DistillEpoch) {
	t.Helper()
	for range n {
		e, err := d.Epoch()
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	return last
}

func digestThresholds(s DistillState) string {
	h := sha256.New()
	for _, z := range []TrainState{s.Trainer, s.Best} {
		for _, m := range []map[string][]float32{z.Tensors, z.First, z.Second} {
			for _, name := range slices.Sorted(maps.Keys(m)) {
				for _, v := range m[name] {
					h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
				}
			}
		}
	}
	h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(s.Loss)))
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// TestDistillationIsDeterministic: the digest is of the trained thresholds and moments,
// and has to be the same for any number of threads and on any machine.
func TestDistillationIsDeterministic(t *testing.T) {
	const want = "27340f9e97af37d1"
	for _, threads := range []int{1, 2, 3} {
		d := distilled(t, threads, nil)
		before := d.Loss()
		last := epochs(t, d, 6)
		if got := digestThresholds(d.State()); got != want {
			t.Errorf("%d threads: the digest is %s, want %s", threads, got, want)
		}
		if threads == 1 {
			t.Logf("loss %.4f before, %.4f after %d epochs, least %.4f", before, last.Validation, last.Epoch, d.Loss())
			if d.Loss() > 0.9*before {
				t.Errorf("the validation loss falls from %v to %v only", before, d.Loss())
			}
		}
	}
	if d := distilled(t, 1, func(o *DistillOptions) { o.Seed++ }); true {
		if epochs(t, d, 6); digestThresholds(d.State()) == want {
			t.Error("another seed gives the same thresholds")
		}
	}
}

func TestDistillationResumes(t *testing.T) {
	whole := distilled(t, 2, nil)
	epochs(t, whole, 2)
	var file bytes.Buffer
	if err := gob.NewEncoder(&file).Encode(whole.State()); err != nil {
		t.Fatal(err)
	}
	epochs(t, whole, 3)
	var state DistillState
	if err := gob.NewDecoder(&file).Decode(&state); err != nil {
		t.Fatal(err)
	}
	resumed := distilled(t, 2, nil)
	if err := resumed.SetState(state); err != nil {
		t.Fatal(err)
	}
	if last := epochs(t, resumed, 3); last.Epoch != 5 {
		t.Errorf("epoch %d", last.Epoch)
	}
	if a, b := digestThresholds(whole.State()), digestThresholds(resumed.State()); a != b {
		t.Errorf("a resumed run ends with %s, one that was not interrupted with %s", b, a)
	}
	for name, spoil := range map[string]func(*DistillState){
		"epochs":  func(s *DistillState) { s.Epochs = -1 },
		"loss":    func(s *DistillState) { s.Loss = math.NaN() },
		"best":    func(s *DistillState) { delete(s.Best.Tensors, "c: weights") },
		"trainer": func(s *DistillState) { s.Trainer.Tensors["c: weights"] = nil },
	} {
		bad, before := resumed.State(), digestThresholds(resumed.State())
		bad.Best.Tensors, bad.Trainer.Tensors = maps.Clone(bad.Best.Tensors), maps.Clone(bad.Trainer.Tensors)
		spoil(&bad)
		if err := resumed.SetState(bad); !errors.Is(err, ErrShape) && !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", name, err)
		}
		if digestThresholds(resumed.State()) != before {
			t.Errorf("%s: the refused state was partly taken", name)
		}
	}
}

// TestDistilledCalibration: FewBit with the best thresholds has the least loss that was
// found, on the validation samples.
func TestDistilledCalibration(t *testing.T) {
	d := distilled(t, 2, func(o *DistillOptions) { o.Train.Schedule = ConstantRate(0.3) }) // the last epoch is not the best
	worse := 0
	for range 5 {
		if e := epochs(t, d, 1); !e.Best {
			worse++
		}
	}
	if worse == 0 {
		t.Error("every epoch is the best so far: nothing is tested")
	}
	now := digestThresholds(d.State())
	c, err := d.Calibration()
	if err != nil {
		t.Fatal(err)
	}
	if digestThresholds(d.State()) != now {
		t.Error("Calibration changes the state")
	}
	few := d.options.Train.Thresholds.FewBit
	few.Calibration = c
	g, x := products(11), d.validation.x
	y, teacher := runWith(t, g, few, x), runWith(t, g, nil, x)
	sum := 0.0
	for i, v := range y {
		sum += math.Pow(float64(v)-float64(teacher[i]), 2)
	}
	if got := math.Sqrt(sum / float64(x.Shape[0])); math.Abs(got-d.Loss()) > 1e-9*got {
		t.Errorf("the loss is %v, want %v", got, d.Loss())
	}
}

// TestDistillationOfActivations: the thresholds of weights stay, those of activations
// have the gradients that they have with them.
func TestDistillationOfActivations(t *testing.T) {
	both := distilled(t, 2, nil)
	d := distilled(t, 2, func(o *DistillOptions) {
		thresholds := *o.Train.Thresholds
		thresholds.ActivationsOnly = true
		o.Train.Thresholds = &thresholds
	})
	names := d.trainer.Parameters()
	if want := []string{"c: activations", "d: activations", "g: activations", "y: activations"}; !slices.Equal(names, want) {
		t.Errorf("parameters %v", names)
	}
	x, target := d.validation.x, Target{Teacher: d.validation.teacher}
	for _, trainer := range []*Trainer{d.trainer, both.trainer} {
		if _, err := trainer.Backward(map[string]*Tensor{"x": x}, target); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		if !slices.Equal(d.trainer.Gradient(name), both.trainer.Gradient(name)) {
			t.Errorf("the gradient of %q is another one", name)
		}
	}
	start, before := d.trainer.Calibration(), d.Loss()
	epochs(t, d, 4)
	c, err := d.Calibration()
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range []string{"c", "d", "g", "y"} {
		if w := c.WeightThresholds(site); len(w) == 0 || !slices.Equal(w, start.WeightThresholds(site)) {
			t.Errorf("%s: the thresholds of weights change from %v to %v", site, start.WeightThresholds(site), w)
		}
	}
	if d.Loss() >= before {
		t.Errorf("the validation loss stays at %v", before)
	}
}

// TestDistillationTeacher: the aim may be the logits of another graph, with a Softmax
// behind them.
func TestDistillationTeacher(t *testing.T) {
	other := products(12)
	other.Nodes = append(other.Nodes, nodeOf("Softmax", "p", nil, "y"))
	other.Outputs = []ValueInfo{{Name: "p"}}
	d := distilled(t, 1, func(o *DistillOptions) { o.Teacher = other })
	x, few := d.validation.x, d.options.Train.Thresholds.FewBit
	y, teacher := runWith(t, products(11), few, x), runWith(t, products(12), nil, x)
	sum := 0.0
	for i, v := range y {
		sum += math.Pow(float64(v)-float64(teacher[i]), 2)
	}
	if got := math.Sqrt(sum / float64(x.Shape[0])); math.Abs(got-d.Loss()) > 1e-9*got {
		t.Errorf("the loss is %v, want %v", got, d.Loss())
	}
}

// TestDistillationRecovers: rates that are no numbers spoil thresholds, which come back
// with Adam begun anew.
func TestDistillationRecovers(t *testing.T) {
	d := distilled(t, 2, func(o *DistillOptions) {
		o.Train.Schedule = func(step int) (float64, bool) {
			if step == 7 || step == 9 { // the last of the first epoch, one of the second
				return math.NaN(), false
			}
			return 0.01, false
		}
	})
	recovered := 0
	for range 3 {
		e := epochs(t, d, 1)
		recovered += e.Recovered
		if e.Validation != e.Validation || e.Train != e.Train {
			t.Errorf("%+v", e)
		}
		for name, v := range d.State().Trainer.First {
			if e.Epoch == 1 && slices.ContainsFunc(v, func(m float32) bool { return m != 0 }) {
				t.Errorf("%s: moments %v after a recovery", name, v)
			}
		}
	}
	s := d.State()
	if recovered != 2 || s.Trainer.Steps != 24 || s.Trainer.SinceRestart != 14 {
		t.Errorf("%d steps recovered, %d made, %d since the last restart", recovered, s.Trainer.Steps, s.Trainer.SinceRestart)
	}
	for name, v := range s.Trainer.Tensors {
		if err := finite(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Nothing but such rates: an error.
	d = distilled(t, 2, func(o *DistillOptions) { o.Train.Schedule = ConstantRate(math.Inf(1)) })
	if _, err := d.Epoch(); !errors.Is(err, quantizer.ErrNotFinite) || !strings.HasPrefix(err.Error(), "network: ") {
		t.Errorf("%v", err)
	}
}

func TestDistillationRefuses(t *testing.T) {
	g := products(11)
	x := randomTensor(rand.New(rand.NewPCG(1, 1)), 1, 4, 2, 7, 7)
	few := FewBit{Format: formatOf(t, "int8"), Calibration: calibrated(t, g, x)}
	nan := x.clone()
	nan.Float[0] = float32(math.NaN())
	two := *g
	two.Inputs = append([]ValueInfo{{Name: "x2", Type: Float32}}, g.Inputs...)
	o := DistillOptions{Train: TrainOptions{Thresholds: &ThresholdOptions{FewBit: few}}}
	teacher := func(g *Graph) DistillOptions { return DistillOptions{Train: o.Train, Teacher: g} }
	smooth := o
	smooth.Train.Loss = DistillSmoothL1{-1}
	for _, c := range []struct {
		name          string
		g             *Graph
		train, second *Tensor
		o             DistillOptions
		want          error
	}{
		{"no thresholds", g, x, nil, DistillOptions{}, ErrUnsupported},
		{"no samples", g, NewFloat([]int{0, 2, 7, 7}, nil), nil, o, ErrData},
		{"nil samples", g, nil, nil, o, ErrGraph},
		{"integers", g, NewInt(Int64, []int{1}, nil), nil, o, ErrData},
		{"NaN", g, x, nan, o, ErrData},
		{"shape", g, x, NewFloat([]int{1, 3, 7, 7}, nil), o, ErrShape},
		{"two inputs", &two, x, nil, o, ErrShape},
		{"loss", g, x, nil, smooth, ErrData},
		{"no graph", nil, x, nil, o, ErrGraph},
		{"teacher without outputs", g, x, nil, teacher(&Graph{}), ErrGraph},
		{"teacher of two inputs", g, x, nil, teacher(&two), ErrShape},
		{"teacher of other classes", g, x, nil, teacher(sequence(nil, nodeOf("Flatten", "y", nil, "x"))), ErrShape},
	} {
		if _, err := NewDistillation(c.g, c.train, c.second, c.o); !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), "network: ") {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if d, err := NewDistillation(g, x, nil, o); err != nil {
		t.Error(err)
	} else if e := epochs(t, d, 1); e.Recovered != 0 {
		t.Errorf("%+v", e)
	}
}
