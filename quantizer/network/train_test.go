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
)

// strokes draws samples of two classes: a noisy image with a horizontal or a
// vertical stroke.
func strokes(r *rand.PCG, n int) (*Tensor, []int) {
	x, labels := NewFloat([]int{n, 1, 8, 8}, nil), make([]int, n)
	for i := range labels {
		image := x.Float[i*64:][:64]
		for j := range image {
			image[j] = float32(r.Uint64()>>40) * 0x1p-24 // below 1
		}
		labels[i] = int(r.Uint64() >> 63)
		at, from := 1+int(r.Uint64()>>32%6), int(r.Uint64()>>32%4)
		for j := from; j < from+5; j++ {
			if labels[i] == 0 {
				image[at*8+j] += 1
			} else {
				image[j*8+at] += 1
			}
		}
	}
	return x, labels
}

func digest(g *Graph) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(g.Initializers)) {
		for _, v := range g.Initializers[name].Float {
			h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

func accuracy(t *testing.T, g *Graph, x *Tensor, labels []int) float64 {
	t.Helper()
	n, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(map[string]*Tensor{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, y := range labels {
		if row := out["y"].Float[2*i:]; (row[1] > row[0]) == (y == 1) {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}

// trainStrokes trains for some steps on batches of 150, three chunks.
func trainStrokes(t testing.TB, trainer *Trainer, data *rand.PCG, steps int) (last float64) {
	t.Helper()
	for range steps {
		x, labels := strokes(data, 150)
		loss, err := trainer.Step(x, Target{Labels: labels})
		if err != nil {
			t.Fatal(err)
		}
		last = loss
	}
	return last
}

// TestTrainingIsDeterministic trains a small network of convolutions to tell
// two classes apart. The digest is of the trained weights, and has to
// be the same for any number of threads, on any machine, with any GOAMD64.
func TestTrainingIsDeterministic(t *testing.T) {
	const want = "180fc5c6f2a75215"
	x, labels := strokes(rand.NewPCG(99, 0), 1000)
	for _, threads := range []int{1, 2, 3} {
		g := mobile(2, 11)
		before := digest(g)
		trainer, err := NewTrainer(g, TrainOptions{Threads: threads, Schedule: CosineRestarts(0.02, 1e-4, 60)})
		if err != nil {
			t.Fatal(err)
		}
		loss := trainStrokes(t, trainer, rand.NewPCG(12, 0), 120)
		trained := trainer.Graph()
		if got := digest(trained); got != want {
			t.Errorf("%d threads: the digest of the weights is %s, want %s", threads, got, want)
		}
		if digest(g) != before {
			t.Error("training changed the graph it began with")
		}
		if threads == 1 {
			a := accuracy(t, trained, x, labels)
			t.Logf("loss %.4f, accuracy %.3f on 1000 new samples", loss, a)
			if a < 0.95 {
				t.Errorf("the accuracy on new samples is %.3f after training", a)
			}
		}
	}
}

func TestTrainingResumes(t *testing.T) {
	options := TrainOptions{Schedule: CosineRestarts(0.02, 1e-4, 7), Threads: 2}
	whole, err := NewTrainer(mobile(2, 11), options)
	if err != nil {
		t.Fatal(err)
	}
	data := rand.NewPCG(13, 0)
	trainStrokes(t, whole, data, 5)
	var file bytes.Buffer
	if err := gob.NewEncoder(&file).Encode(whole.State()); err != nil {
		t.Fatal(err)
	}
	saved, err := data.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	trainStrokes(t, whole, data, 10)

	var state TrainState
	if err := gob.NewDecoder(&file).Decode(&state); err != nil {
		t.Fatal(err)
	}
	resumed, err := NewTrainer(mobile(2, 12), options)
	if err != nil {
		t.Fatal(err)
	}
	if err := resumed.SetState(state); err != nil {
		t.Fatal(err)
	}
	rest := new(rand.PCG)
	if err := rest.UnmarshalBinary(saved); err != nil {
		t.Fatal(err)
	}
	trainStrokes(t, resumed, rest, 10)
	if a, b := digest(whole.Graph()), digest(resumed.Graph()); a != b {
		t.Errorf("a resumed run ends with weights %s, one that was not interrupted with %s", b, a)
	}
	if resumed.Steps() != 15 {
		t.Errorf("%d steps", resumed.Steps())
	}
	for name, spoil := range map[string]func(*TrainState){
		"steps":           func(s *TrainState) { s.Steps = -1 },
		"restart":         func(s *TrainState) { s.SinceRestart = s.Steps + 1 },
		"missing tensor":  func(s *TrainState) { delete(s.Tensors, "c1/mean") },
		"short tensor":    func(s *TrainState) { s.Tensors["fc/b"] = nil },
		"unknown tensor":  func(s *TrainState) { s.Tensors["?"] = nil },
		"short moments":   func(s *TrainState) { s.First["fc/b"] = nil },
		"missing moments": func(s *TrainState) { delete(s.Second, "fc/w") },
	} {
		bad := resumed.State()
		spoil(&bad)
		before := digest(resumed.Graph())
		if err := resumed.SetState(bad); !errors.Is(err, ErrShape) && !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", name, err)
		}
		if digest(resumed.Graph()) != before {
			t.Errorf("%s: the refused state was partly taken", name)
		}
	}
}

// TestRunningAverages: average = momentum*average + (1-momentum)*batch.
func TestRunningAverages(t *testing.T) {
	g := sequence(map[string]*Tensor{
		"s": NewFloat([]int{1}, []float32{1}), "b": NewFloat([]int{1}, nil),
		"m": NewFloat([]int{1}, []float32{8}), "v": NewFloat([]int{1}, []float32{2}),
	}, nodeOf("BatchNormalization", "y", Attributes{"momentum": attrFloat(0.75)}, "x", "s", "b", "m", "v"))
	for _, frozen := range []bool{false, true} {
		trainer, err := NewTrainer(g, TrainOptions{FrozenBatchNorm: frozen, Loss: projection{make([]float32, 4)}})
		if err != nil {
			t.Fatal(err)
		}
		x := NewFloat([]int{4, 1}, []float32{1, 3, 5, 7}) // mean 4, variance 5
		if _, err := trainer.Backward(map[string]*Tensor{"x": x}, Target{}); err != nil {
			t.Fatal(err)
		}
		if m := trainer.Graph().Initializers["m"].Float[0]; m != 8 {
			t.Errorf("Backward moved the mean to %v", m)
		}
		trainer.Update()
		trainer.Update() // without new gradients: nothing
		z := trainer.Graph().Initializers
		m, v := float32(7), float32(2.75)
		if frozen {
			m, v = 8, 2
		}
		if z["m"].Float[0] != m || z["v"].Float[0] != v || trainer.Steps() != 1 {
			t.Errorf("frozen %v: mean %v, variance %v after %d steps; want %v, %v after 1", frozen, z["m"].Float, z["v"].Float, trainer.Steps(), m, v)
		}
	}
}

// TestAdam follows one weight along the formula of the paper.
func TestAdam(t *testing.T) {
	g := sequence(map[string]*Tensor{"w": NewFloat([]int{1, 1}, []float32{0.5})}, nodeOf("Gemm", "y", nil, "x", "w"))
	const b1, b2, eps = 0.8, 0.99, 1e-3
	trainer, err := NewTrainer(g, TrainOptions{
		Adam: Adam{b1, b2, eps}, Schedule: CosineRestarts(0.1, 0.01, 5), Loss: projection{[]float32{1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w, m, v := 0.5, 0.0, 0.0
	for step := range 12 {
		x := float64(step%4) - 1.5
		if _, err := trainer.Step(NewFloat([]int{1, 1}, []float32{float32(x)}), Target{}); err != nil {
			t.Fatal(err)
		}
		d := step % 5
		if d == 0 {
			m, v = 0, 0
		}
		m, v = b1*m+(1-b1)*x, b2*v+(1-b2)*x*x
		rate := 0.01 + 0.09*(1+math.Cos(math.Pi*float64(d)/5))/2
		w -= rate * m / (1 - math.Pow(b1, float64(d+1))) / (math.Sqrt(v/(1-math.Pow(b2, float64(d+1)))) + eps)
		if got := float64(trainer.Graph().Initializers["w"].Float[0]); math.Abs(got-w) > 1e-6 {
			t.Fatalf("after step %d the weight is %v, want %v", step, got, w)
		}
	}
	for _, beta := range []float64{0.9, 0.999} {
		for _, n := range []int{0, 1, 10, 1000, 100000} {
			if got, want := remaining(beta, n), 1-math.Pow(beta, float64(n)); math.Abs(got-want) > 1e-13 {
				t.Errorf("1 - %v^%d = %v, want %v", beta, n, got, want)
			}
		}
	}
}

func TestSchedules(t *testing.T) {
	published := QuarterCosineRestarts(1e-3, 400)
	for _, c := range []struct {
		step    int
		want    float64
		restart bool
	}{
		{0, 1e-3 + 1e-7, false},
		{200, 1e-3*math.Exp(-0.02)*math.Cos(math.Pi/8) + 1e-7, false},
		{399, 1e-3*math.Exp(-0.0399)*math.Cos(math.Pi*399/1600) + 1e-7, false},
		{400, 1e-3*math.Exp(-0.04) + 1e-7, true},
	} {
		rate, restart := published(c.step)
		if math.Abs(rate-c.want) > 1e-15 || restart != c.restart {
			t.Errorf("step %d: %v, %v; want %v, %v", c.step, rate, restart, c.want, c.restart)
		}
	}
	if rate, restart := ConstantRate(0.5)(400); rate != 0.5 || restart {
		t.Errorf("a constant rate of %v, restart %v", rate, restart)
	}
	if rate, restart := CosineRestarts(1, 0.5, 10)(25); math.Abs(rate-0.75) > 1e-15 || restart {
		t.Errorf("half way the rate is %v, restart %v", rate, restart)
	}
	for _, f := range []func(){func() { CosineRestarts(1, 0, 0) }, func() { QuarterCosineRestarts(1, -1) }} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, "network: ") {
					t.Errorf("recovered %q", s)
				}
			}()
			f()
		}()
	}
}

// TestSumTree compares the sum of the samples, and that of arrays, with the
// tree written out.
func TestSumTree(t *testing.T) {
	for _, n := range []int{0, 1, 64, 65, 128, 129, 300, 1000} {
		var leaves []float64
		for lo := 0; lo < n; lo += 64 {
			leaves = append(leaves, 1/float64(lo+3))
		}
		chunk := 0
		got := sumSamples(n, func(lo, hi int) float64 {
			if lo != 64*chunk || hi != min(n, lo+64) {
				t.Errorf("%d samples: chunk %d is %d to %d", n, chunk, lo, hi)
			}
			chunk++
			return 1 / float64(lo+3)
		})
		var partial []float32
		for _, v := range leaves {
			partial = append(partial, float32(v), float32(2*v))
		}
		z := []float32{0.5, 0}
		var floats []float32
		for _, v := range leaves {
			floats = append(floats, float32(v))
		}
		addTree(z, partial)
		for len(leaves) > 1 { // neighbours in pairs, the odd one kept
			var next []float64
			var nextFloats []float32
			for i := 0; i < len(leaves); i += 2 {
				if i+1 == len(leaves) {
					next, nextFloats = append(next, leaves[i]), append(nextFloats, floats[i])
					continue
				}
				next, nextFloats = append(next, leaves[i]+leaves[i+1]), append(nextFloats, floats[i]+floats[i+1])
			}
			leaves, floats = next, nextFloats
		}
		want, want32 := 0.0, float32(0)
		if n > 0 {
			want, want32 = leaves[0], floats[0]
		}
		if got != want || z[0] != 0.5+want32 || z[1] != 2*want32 {
			t.Errorf("%d samples: %v and %v, want %v and %v", n, got, z, want, want32)
		}
	}
}

// TestBackwardIsExactlyTheSum: a batch of two equal halves of whole chunks has
// twice the gradients of one half, bit for bit.
func TestBackwardIsExactlyTheSum(t *testing.T) {
	half, labels := strokes(rand.NewPCG(4, 4), 128)
	both := NewFloat([]int{256, 1, 8, 8}, append(append([]float32{}, half.Float...), half.Float...))
	trainer, err := NewTrainer(mobile(2, 3), TrainOptions{FrozenBatchNorm: true})
	if err != nil {
		t.Fatal(err)
	}
	loss, err := trainer.Backward(map[string]*Tensor{"x": half}, Target{Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float32{}
	for _, name := range trainer.Parameters() {
		want[name] = append([]float32{}, trainer.Gradient(name)...)
	}
	// The mean over twice as many samples: every term is half as great.
	again, err := trainer.Backward(map[string]*Tensor{"x": both}, Target{Labels: append(append([]int{}, labels...), labels...)})
	if err != nil || again != loss {
		t.Errorf("loss %v, %v; want %v", again, err, loss)
	}
	for name, w := range want {
		if !slices.Equal(trainer.Gradient(name), w) {
			t.Errorf("the gradient of %s differs", name)
		}
	}
}

func TestTrainerRefuses(t *testing.T) {
	w := func() map[string]*Tensor { return map[string]*Tensor{"w": NewFloat([]int{2, 2}, nil)} }
	gemm := nodeOf("Gemm", "h", nil, "x", "w")
	for _, c := range []struct {
		name string
		g    *Graph
		o    TrainOptions
		want error
	}{
		{"no graph", nil, TrainOptions{}, ErrGraph},
		{"nothing to train", sequence(nil, nodeOf("Relu", "y", nil, "x")), TrainOptions{}, ErrGraph},
		{"unknown parameter", sequence(w(), gemm), TrainOptions{Parameters: []string{"v"}}, ErrGraph},
		{"unknown logits", sequence(w(), gemm), TrainOptions{Logits: "v"}, ErrGraph},
		{"Adam", sequence(w(), gemm), TrainOptions{Adam: Adam{Beta1: 1}}, ErrData},
		{"a parameter of a folded node", sequence(w(), nodeOf("Relu", "v", nil, "w"), nodeOf("Gemm", "h", nil, "x", "v")), TrainOptions{Parameters: []string{"w"}}, ErrUnsupported},
		{"a broken tensor", sequence(map[string]*Tensor{"w": {Shape: []int{2, 2}, Type: Float32}}, gemm), TrainOptions{}, ErrShape},
	} {
		if _, err := NewTrainer(c.g, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	x := NewFloat([]int{3, 2}, []float32{1, 2, 3, 4, 5, 6})
	for _, c := range []struct {
		name   string
		g      *Graph
		o      TrainOptions
		x      *Tensor
		target Target
		want   error
	}{
		{"no gradient", sequence(w(), gemm, nodeOf("Tanh", "y", nil, "h")), TrainOptions{}, x, Target{}, ErrUnsupported},
		{"a parameter without gradient", sequence(w(), gemm, nodeOf("Mul", "y", nil, "h", "w")), TrainOptions{}, NewFloat([]int{2, 2}, nil), Target{}, ErrUnsupported},
		{"too few labels", sequence(w(), gemm), TrainOptions{}, x, Target{Labels: []int{1}}, ErrShape},
		{"label out of range", sequence(w(), gemm), TrainOptions{}, x, Target{Labels: []int{1, 0, 2}}, ErrData},
		{"negative label", sequence(w(), gemm), TrainOptions{}, x, Target{Labels: []int{1, 0, -1}}, ErrData},
		{"smoothing", sequence(w(), gemm), TrainOptions{Loss: CrossEntropy{2}}, x, Target{Labels: []int{1, 0, 1}}, ErrData},
		{"epsilon", sequence(w(), gemm), TrainOptions{Loss: DistillSmoothL1{-1}}, x, Target{Teacher: make([]float32, 6)}, ErrData},
		{"no teacher", sequence(w(), gemm), TrainOptions{Loss: DistillRMS{}}, x, Target{Labels: []int{1, 0, 1}}, ErrShape},
		{"a shape that does not fit", sequence(w(), gemm), TrainOptions{}, NewFloat([]int{2, 3}, nil), Target{}, ErrShape},
		{"a type that does not fit", sequence(w(), gemm), TrainOptions{}, NewInt(Int64, []int{3, 2}, nil), Target{}, ErrShape},
		{"a nil tensor", sequence(w(), gemm), TrainOptions{}, nil, Target{}, ErrGraph},
		{"no samples", sequence(w(), gemm), TrainOptions{}, NewFloat([]int{0, 2}, nil), Target{}, ErrShape},
		{"NaN", sequence(w(), gemm), TrainOptions{}, NewFloat([]int{1, 2}, []float32{float32(math.NaN()), 0}), Target{Labels: []int{0}}, ErrData},
		{"memory", sequence(w(), gemm), TrainOptions{MaxBytes: 1000}, NewFloat([]int{100, 2}, nil), Target{}, ErrBudget},
		{"memory of gradients", sequence(w(), gemm), TrainOptions{MaxBytes: 1680, InputGradients: true}, NewFloat([]int{100, 2}, nil), Target{}, ErrBudget},
	} {
		trainer, err := NewTrainer(c.g, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		before := digest(trainer.Graph())
		_, err = trainer.Step(c.x, c.target)
		if !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), "network: ") {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		trainer.Update()
		if digest(trainer.Graph()) != before || trainer.Steps() != 0 {
			t.Errorf("%s: the parameters changed", c.name)
		}
	}
}

// TestStepAllocatesLittle: a step on a batch of a shape that was seen
// allocates a few closures per node, and nothing per sample.
func TestStepAllocatesLittle(t *testing.T) {
	trainer, err := NewTrainer(mobile(2, 11), TrainOptions{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	x, labels := strokes(rand.NewPCG(1, 1), 70)
	allocs := testing.AllocsPerRun(5, func() {
		if _, err := trainer.Step(x, Target{Labels: labels}); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%v allocations in a step of 70 samples", allocs)
	if allocs > 100 {
		t.Errorf("%v allocations in a step", allocs)
	}
}

func BenchmarkStep(b *testing.B) {
	trainer, err := NewTrainer(mobile(2, 11), TrainOptions{})
	if err != nil {
		b.Fatal(err)
	}
	x, labels := strokes(rand.NewPCG(1, 1), 64)
	for b.Loop() {
		if _, err := trainer.Step(x, Target{Labels: labels}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*64/b.Elapsed().Seconds(), "samples/s")
}
