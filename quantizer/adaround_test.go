package quantizer_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/quantizer"
)

// soft is the rectified sigmoid by its definition.
func soft(v float64) float64 { return min(max(1.2/(1+math.Exp(-v))-0.1, 0), 1) }

// TestAdaRoundGradients: soft weights by their definition, gradients against
// differences of it.
func TestAdaRoundGradients(t *testing.T) {
	for _, s := range schemes(t) {
		if s.Format.Name() == "e11m4" {
			continue
		}
		w := sample("normal", 500, 31)
		q, err := quantizer.Calibrate(w, s, quantizer.ByPercentile(98))
		if err != nil {
			t.Fatal(err)
		}
		r := quantizer.NewAdaRound(w, q)
		step := make([]float64, len(w)) // between the neighbours
		low := make([]float64, len(w))
		start, hard := make([]float32, len(w)), make([]float32, len(w))
		r.Soft(start)
		for i := range r.Values {
			r.Values[i] = -100
		}
		r.Hard(hard)
		for i := range low {
			low[i] = float64(hard[i])
			r.Values[i] = 100
		}
		r.Hard(hard)
		fake := make([]float32, len(w))
		quantizer.FakeQuantizeTensor(fake, hard, q)
		lo, hi := s.Range(q.Params[0])
		for i := range step {
			step[i] = float64(hard[i]) - low[i]
			if step[i] < 0 || step[i] > 0 && (low[i] > float64(w[i]) || float64(hard[i]) < float64(w[i])) {
				t.Fatalf("%s: %v between %v and %v", title(s), w[i], low[i], hard[i])
			}
			if math.Abs(float64(fake[i]-hard[i])) > 1e-6 {
				t.Fatalf("%s: %v above %v is no value of the format: %v", title(s), hard[i], w[i], fake[i])
			}
			if inside := float64(w[i]) >= lo && float64(w[i]) <= hi; inside && math.Abs(float64(start[i]-w[i])) > 1e-6 {
				t.Fatalf("%s: the first soft weight of %v is %v", title(s), w[i], start[i])
			}
		}
		random := rand.New(rand.NewPCG(1, 1))
		g := make([]float32, len(w))
		for i := range w {
			r.Values[i], g[i] = float32(3*random.NormFloat64()), float32(random.NormFloat64())
		}
		if i := slices.IndexFunc(r.Values, func(v float32) bool { return math.Abs(math.Abs(float64(v))-math.Log(11)) < 1e-3 }); i >= 0 {
			t.Fatal("a value at the kink")
		}
		y, grad := make([]float32, len(w)), make([]float32, len(w))
		r.Soft(y)
		r.Backward(grad, g)
		const lambda, beta = 0.03, 3.7
		penalties := make([]float32, len(w))
		got, want, undecided := r.Penalty(penalties, lambda, beta), 0.0, 0
		for i := range w {
			v := float64(r.Values[i])
			if value := low[i] + soft(v)*step[i]; math.Abs(float64(y[i])-value) > 1e-6*(1+math.Abs(value)) {
				t.Fatalf("%s: soft weight %v, want %v", title(s), y[i], value)
			}
			bySoft := derivative(soft, v) * step[i] * float64(g[i])
			if math.Abs(float64(grad[i])-bySoft) > 1e-5*math.Abs(float64(g[i])*step[i]) {
				t.Fatalf("%s: gradient %v, difference %v", title(s), grad[i], bySoft)
			}
			if step[i] == 0 {
				if penalties[i] != 0 {
					t.Fatalf("%s: a penalty without a choice", title(s))
				}
				continue
			}
			penalty := func(v float64) float64 { return lambda * (1 - math.Pow(math.Abs(2*soft(v)-1), beta)) }
			want += penalty(v)
			if h := soft(v); h > 0 && h < 1 {
				undecided++
			}
			if d := derivative(penalty, v); math.Abs(float64(penalties[i])-d) > 1e-5*lambda*beta {
				t.Fatalf("%s: gradient of the penalty %v, difference %v", title(s), penalties[i], d)
			}
		}
		if math.Abs(got-want) > 1e-9*(want+1) || r.Undecided() != undecided {
			t.Errorf("%s: penalty %v, want %v; %d undecided, want %d", title(s), got, want, r.Undecided(), undecided)
		}
	}
}

func TestAdaRoundBeta(t *testing.T) {
	if b := quantizer.AdaRoundBeta(199, 1000); b != 0 || quantizer.NewAdaRound([]float32{1}, one(quantizer.Scheme{Format: quantizer.Int(8)}, quantizer.Params{Scale: 0.3})).Penalty([]float32{0}, 1, b) != 0 {
		t.Errorf("in the warm start: %v", b)
	}
	if first, mid, last := quantizer.AdaRoundBeta(200, 1000), quantizer.AdaRoundBeta(600, 1000), quantizer.AdaRoundBeta(1000, 1000); math.Abs(first-20) > 1e-12 || math.Abs(mid-11) > 1e-12 || math.Abs(last-2) > 1e-12 {
		t.Errorf("%v, %v, %v", first, mid, last)
	}
}

// TestAdaRoundLearns: for a linear layer whose inputs are correlated, the learned
// rounding has a smaller square error of the output than the nearest one.
func TestAdaRoundLearns(t *testing.T) {
	const in, samples, steps = 32, 128, 600
	r := rand.New(rand.NewPCG(41, 42))
	x := make([]float32, samples*in)
	for n := range samples {
		common := r.NormFloat64() + 1
		for i := range in {
			x[n*in+i] = float32(common + 0.3*r.NormFloat64())
		}
	}
	w := make([]float32, in)
	for i := range w {
		w[i] = float32(r.NormFloat64())
	}
	q, err := quantizer.Calibrate(w, quantizer.Scheme{Format: quantizer.Int(3)}, quantizer.ByMSE())
	if err != nil {
		t.Fatal(err)
	}
	loss := func(v []float32, g []float32) float64 {
		clear(g)
		sum := 0.0
		for n := range samples {
			d := 0.0
			for i := range v {
				d += float64(v[i]-w[i]) * float64(x[n*in+i])
			}
			sum += d * d / samples
			for i := range g {
				g[i] += float32(2 * d * float64(x[n*in+i]) / samples)
			}
		}
		return sum
	}
	nearest, rounded, g := make([]float32, in), make([]float32, in), make([]float32, in)
	quantizer.FakeQuantizeTensor(nearest, w, q)
	a := quantizer.NewAdaRound(w, q)
	m, v := make([]float64, in), make([]float64, in)
	for step := range steps { // Adam
		a.Soft(rounded)
		loss(rounded, g)
		grad := make([]float32, in)
		a.Backward(grad, g)
		a.Penalty(grad, 0.1, quantizer.AdaRoundBeta(step, steps))
		for i := range grad {
			m[i] = 0.9*m[i] + 0.1*float64(grad[i])
			v[i] = 0.999*v[i] + 0.001*float64(grad[i])*float64(grad[i])
			first, second := m[i]/(1-math.Pow(0.9, float64(step+1))), v[i]/(1-math.Pow(0.999, float64(step+1)))
			a.Values[i] -= float32(0.05 * first / (math.Sqrt(second) + 1e-8))
		}
	}
	a.Hard(rounded)
	if before, after := loss(nearest, g), loss(rounded, g); after > before/4 {
		t.Errorf("square error %v of the nearest rounding, %v of the learned one", before, after)
	}
	if n := a.Undecided(); n > in/4 {
		t.Errorf("%d of %d weights are undecided", n, in)
	}
}

func TestAdaRoundPanics(t *testing.T) {
	r := quantizer.NewAdaRound([]float32{1}, one(quantizer.Scheme{Format: quantizer.Int(8)}, quantizer.Params{Scale: 1}))
	for i, call := range []func(){
		func() { r.Soft(nil) }, func() { r.Hard(nil) }, func() { r.Backward(nil, []float32{1}) }, func() { r.Backward([]float32{1}, nil) }, func() { r.Penalty(nil, 1, 2) },
	} {
		func() {
			defer func() {
				if got := recover(); got != "quantizer: slices of different lengths" {
					t.Errorf("%d: panic %v", i, got)
				}
			}()
			call()
		}()
	}
}

func TestAdaRoundNoAllocations(t *testing.T) {
	w := ramp(3000)
	r := quantizer.NewAdaRound(w, one(quantizer.Scheme{Format: quantizer.Int(4)}, quantizer.Params{Scale: 0.3}))
	grad := make([]float32, len(w))
	if n := testing.AllocsPerRun(5, func() {
		r.Soft(w)
		r.Backward(grad, w)
		r.Penalty(grad, 0.01, 3)
		r.Hard(w)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAdaRound(b *testing.B) {
	w := ramp(1 << 14)
	r := quantizer.NewAdaRound(w, one(quantizer.Scheme{Format: quantizer.Int(4)}, quantizer.Params{Scale: 0.3}))
	grad := make([]float32, len(w))
	b.SetBytes(4 * int64(len(w)))
	for b.Loop() {
		r.Soft(w)
		r.Backward(grad, w)
		r.Penalty(grad, 0.01, 3)
	}
}
