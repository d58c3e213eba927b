package network_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/quantizer"
	"github.com/halfulp/halfulp/quantizer/network"
)

// rounder is the slow fake quantization of the tests: the nearest of all values
// scale*q, by search; ties to the even place in the list, which is the even code.
type rounder struct{ values []float64 } // ascending from 0, of one sign

// symmetric restates a format by hand: int8, e4m3fn and e3m4.
func symmetric(name string) rounder {
	var v []float64
	switch name {
	case "int8":
		for i := range 128 {
			v = append(v, float64(i))
		}
	case "e4m3fn":
		v = halfOf(3, 7, 0x7f)
	case "e3m4":
		v = halfOf(4, 3, 0x70)
	}
	return rounder{v}
}

// halfOf lists the values of the codes below top.
func halfOf(m, bias, top int) []float64 {
	var v []float64
	for c := range top {
		exp, man := c>>m, c&(1<<m-1)
		if exp == 0 {
			v = append(v, math.Ldexp(float64(man), 1-bias-m))
		} else {
			v = append(v, math.Ldexp(float64(man+1<<m), exp-bias-m))
		}
	}
	return v
}

func (r rounder) scale(x []float32) float64 {
	var most float64
	for _, v := range x {
		most = math.Max(most, math.Abs(float64(v)))
	}
	if most == 0 {
		return 1
	}
	return float64(float32(most / r.values[len(r.values)-1]))
}

func (r rounder) fake(x []float32, scale float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		t := math.Abs(float64(v)) / scale
		best := 0
		for j, q := range r.values {
			d, e := math.Abs(q-t), math.Abs(r.values[best]-t)
			if d < e || d == e && j%2 == 0 {
				best = j
			}
		}
		out[i] = math.Copysign(scale*r.values[best], float64(v))
	}
	return out
}

// rows returns the fake-quantized matrix of weights, one scale for all or one per row.
func (r rounder) rows(w []float32, n int, perRow bool) []float64 {
	if !perRow {
		return r.fake(w, r.scale(w))
	}
	var out []float64
	for k := len(w) / n; len(w) > 0; w = w[k:] {
		out = append(out, r.fake(w[:k], r.scale(w[:k]))...)
	}
	return out
}

// fewBit calibrates a network on x and returns its outputs in few bits.
func fewBit(t *testing.T, g *network.Graph, f network.FewBit, x *network.Tensor, threads int) []float32 {
	t.Helper()
	f.Calibration = network.NewCalibration()
	outputs(t, g, network.Options{Arithmetic: f.Calibration.Observe(network.Float32Arithmetic{})}, x)
	f.Threads = threads
	return outputs(t, g, network.Options{Arithmetic: f, Threads: threads}, x)
}

func parse(t testing.TB, name string) quantizer.Format {
	t.Helper()
	f, err := quantizer.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func near(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	most := 0.0
	for _, v := range want {
		most = math.Max(most, math.Abs(v))
	}
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= tolerance*most) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func oneNode(n network.Node, constants map[string]*network.Tensor) *network.Graph {
	n.Name, n.Outputs = "node", []string{"y"}
	return &network.Graph{
		Opset:        14,
		Inputs:       []network.ValueInfo{{Name: "x", Type: network.Float32}},
		Outputs:      []network.ValueInfo{{Name: "y"}},
		Initializers: constants,
		Nodes:        []network.Node{n},
	}
}

// conv64 is a convolution in float64 with groups, strides and equal padding.
func conv64(x, w []float64, b []float32, n, c, h, wd, o, kh, kw, stride, pad, groups int) []float64 {
	oh, ow := (h+2*pad-kh)/stride+1, (wd+2*pad-kw)/stride+1
	var y []float64
	cg, og := c/groups, o/groups
	for i := range n {
		for k := range o {
			for r := range oh {
				for s := range ow {
					sum := 0.0
					for d := range cg {
						for u := range kh {
							for v := range kw {
								yy, xx := r*stride+u-pad, s*stride+v-pad
								if yy >= 0 && yy < h && xx >= 0 && xx < wd {
									sum += x[((i*c+k/og*cg+d)*h+yy)*wd+xx] * w[((k*cg+d)*kh+u)*kw+v]
								}
							}
						}
					}
					y = append(y, sum+float64(b[k]))
				}
			}
		}
	}
	return y
}

// accumulators that change a sum of these sizes by at most 1e-6 of the largest.
func fineAccumulators() []blas.Accumulator {
	return []blas.Accumulator{{}, {Exact: true}, {Format: mini(8, 23)}}
}

func TestFewBitConv(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, groups := range []int{1, 2, 4} {
		x := randomTensor(r, 1, 2, 4, 7, 6)
		w := randomTensor(r, 0.3, 8, 4/groups, 3, 2)
		for c := range 8 { // channels of different sizes
			for i := range w.Float[c*len(w.Float)/8:][:len(w.Float)/8] {
				w.Float[c*len(w.Float)/8+i] *= float32(c + 1)
			}
		}
		b := randomTensor(r, 1, 8)
		g := oneNode(network.Node{Op: "Conv", Inputs: []string{"x", "w", "b"}, Attrs: network.Attributes{
			"group": integer(int64(groups)), "strides": ints(2, 2), "pads": ints(1, 1, 1, 1),
		}}, map[string]*network.Tensor{"w": w, "b": b})
		for _, name := range []string{"int8", "e4m3fn", "e3m4"} {
			for _, perChannel := range []bool{false, true} {
				s := symmetric(name)
				want := conv64(s.fake(x.Float, s.scale(x.Float)), s.rows(w.Float, 8, perChannel), b.Float, 2, 4, 7, 6, 8, 3, 2, 2, 1, groups)
				for _, a := range fineAccumulators() {
					f := network.FewBit{Format: parse(t, name), PerChannel: perChannel, Accumulator: a}
					near(t, name, fewBit(t, g, f, x, 2), want, 2e-6)
				}
			}
		}
	}
}

func TestFewBitGemm(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	x, w, b := randomTensor(r, 3, 5, 33), randomTensor(r, 0.3, 33, 11), randomTensor(r, 1, 11)
	byRow := make([]float32, 0, len(w.Float)) // of the transpose
	for n := range 11 {
		for k := range 33 {
			byRow = append(byRow, w.Float[k*11+n])
		}
	}
	g := oneNode(network.Node{Op: "Gemm", Inputs: []string{"x", "w", "b"}}, map[string]*network.Tensor{"w": w, "b": b})
	for _, name := range []string{"int8", "e4m3fn", "e3m4"} {
		for _, perChannel := range []bool{false, true} {
			s := symmetric(name)
			qx, qw := s.fake(x.Float, s.scale(x.Float)), s.rows(byRow, 11, perChannel)
			var want []float64
			for i := range 5 {
				for n := range 11 {
					sum := 0.0
					for k := range 33 {
						sum += qx[i*33+k] * qw[n*33+k]
					}
					want = append(want, sum+float64(b.Float[n]))
				}
			}
			for _, a := range fineAccumulators() {
				f := network.FewBit{Format: parse(t, name), PerChannel: perChannel, Accumulator: a}
				near(t, name, fewBit(t, g, f, x, 2), want, 2e-6)
			}
		}
	}
}

// TestFewBitMatMul: both operands are activations, each with a scale of its own.
func TestFewBitMatMul(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	x := randomTensor(r, 2, 2, 3, 4, 4)
	g := oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "x"}}, nil)
	for _, name := range []string{"int8", "e4m3fn"} {
		s := symmetric(name)
		q := s.fake(x.Float, s.scale(x.Float))
		var want []float64
		for m := range 6 {
			a := q[m*16:][:16]
			for i := range 4 {
				for j := range 4 {
					want = append(want, a[4*i]*a[j]+a[4*i+1]*a[4+j]+a[4*i+2]*a[8+j]+a[4*i+3]*a[12+j])
				}
			}
		}
		for _, a := range fineAccumulators() {
			near(t, name, fewBit(t, g, network.FewBit{Format: parse(t, name), Accumulator: a}, x, 2), want, 2e-6)
		}
	}
}

// TestFewBitGRU compares with a GRU written out in float64 in which x, h and r*h
// are rounded with scales of their own before they meet W and R.
func TestFewBitGRU(t *testing.T) {
	const steps, batch, in, hidden = 5, 3, 4, 6
	r := rand.New(rand.NewPCG(11, 12))
	x := randomTensor(r, 1, steps, batch, in)
	w, u, b := randomTensor(r, 0.5, 1, 3*hidden, in), randomTensor(r, 0.5, 1, 3*hidden, hidden), randomTensor(r, 0.2, 1, 6*hidden)
	g := oneNode(network.Node{Op: "GRU", Inputs: []string{"x", "w", "r", "b"},
		Attrs: network.Attributes{"hidden_size": integer(hidden)}},
		map[string]*network.Tensor{"w": w, "r": u, "b": b})
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

	// run computes all h; where rounding is nil it collects the largest h and r*h.
	run := func(s *rounder, perChannel bool, scaleH, scaleRH float64) (out []float64, mostH, mostRH float32) {
		qx, qw, qu := widen(x.Float), widen(w.Float), widen(u.Float)
		if s != nil {
			qx, qw, qu = s.fake(x.Float, s.scale(x.Float)), s.rows(w.Float, 3*hidden, perChannel), s.rows(u.Float, 3*hidden, perChannel)
		}
		h := make([]float32, batch*hidden)
		dot := func(a, b []float64) (z float64) {
			for i := range a {
				z += a[i] * b[i]
			}
			return z
		}
		round := func(v []float32, scale float64) []float64 {
			if s == nil {
				return widen(v)
			}
			return s.fake(v, scale)
		}
		for step := range steps {
			next := make([]float32, len(h))
			for n := range batch {
				xs, hs := qx[(step*batch+n)*in:][:in], h[n*hidden:][:hidden]
				for _, v := range hs {
					mostH = max(mostH, v, -v)
				}
				qh := round(hs, scaleH)
				gate := func(k int, state []float64) float64 {
					return dot(xs, qw[k*in:][:in]) + float64(b.Float[k]) + dot(state, qu[k*hidden:][:hidden]) + float64(b.Float[3*hidden+k])
				}
				rh := make([]float32, hidden)
				for i := range hidden {
					rh[i] = float32(sigmoid(gate(hidden+i, qh)) * float64(hs[i]))
					mostRH = max(mostRH, rh[i], -rh[i])
				}
				qrh := round(rh, scaleRH)
				for i := range hidden {
					z := sigmoid(gate(i, qh))
					next[n*hidden+i] = float32((1-z)*math.Tanh(gate(2*hidden+i, qrh)) + z*float64(hs[i]))
				}
			}
			h = next
			out = append(out, widen(h)...)
		}
		return out, mostH, mostRH
	}
	for _, name := range []string{"int8", "e4m3fn", "e3m4"} {
		s := symmetric(name)
		_, mostH, mostRH := run(nil, false, 0, 0)
		for _, perChannel := range []bool{false, true} {
			want, _, _ := run(&s, perChannel, s.scale([]float32{mostH}), s.scale([]float32{mostRH}))
			for _, a := range fineAccumulators() {
				f := network.FewBit{Format: parse(t, name), PerChannel: perChannel, Accumulator: a}
				near(t, name, fewBit(t, g, f, x, 1), want, 1e-5)
			}
		}
	}
}

func widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// TestFewBitThreads: the same bits with any number of threads.
func TestFewBitThreads(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	x := randomTensor(r, 1, 3, 4, 20, 20)
	g := oneNode(network.Node{Op: "Conv", Inputs: []string{"x", "w"}},
		map[string]*network.Tensor{"w": randomTensor(r, 0.3, 16, 4, 3, 3)})
	for _, a := range []blas.Accumulator{{}, {Exact: true}, {Format: mini(5, 10)}} {
		f := network.FewBit{Format: parse(t, "e4m3fn"), Accumulator: a}
		want := fewBit(t, g, f, x, 1)
		for _, threads := range []int{2, 3, 8} {
			if !slices.Equal(fewBit(t, g, f, x, threads), want) {
				t.Errorf("%d threads give other bits", threads)
			}
		}
	}
}

func TestFewBitFloatNodes(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	x := randomTensor(r, 1, 4, 9)
	g := oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "w"}}, map[string]*network.Tensor{"w": randomTensor(r, 1, 9, 5)})
	want := outputs(t, g, network.Options{}, x)
	f := network.FewBit{Format: parse(t, "int4"), Float: []string{"other", "no"}}
	if got := fewBit(t, g, f, x, 1); !slices.Equal(got, want) {
		t.Error("a node that stays float32 is not")
	}
	if slices.Equal(fewBit(t, g, network.FewBit{Format: parse(t, "int4")}, x, 1), want) {
		t.Error("int4 changes nothing")
	}
	n, err := network.New(g, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f    network.FewBit
		want int64
	}{
		{network.FewBit{Format: parse(t, "int4")}, 23 + 4},
		{network.FewBit{Format: parse(t, "int4"), PerChannel: true}, 23 + 20},
		{f, 0},
	} {
		if got := c.f.WeightBytes(n.Sites()); got != c.want {
			t.Errorf("%d bytes of weights, want %d", got, c.want)
		}
	}
}

func TestFewBitErrors(t *testing.T) {
	x := network.NewFloat([]int{1, 2}, []float32{1, 2})
	g := func(w ...float32) *network.Graph {
		return oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "w"}},
			map[string]*network.Tensor{"w": network.NewFloat([]int{2, 1}, w)})
	}
	run := func(g *network.Graph, a network.Arithmetic, x *network.Tensor) error {
		n, err := network.New(g, network.Options{Arithmetic: a})
		if err != nil {
			return err
		}
		_, err = n.Run(map[string]*network.Tensor{"x": x})
		return err
	}
	nan := float32(math.NaN())
	few := network.FewBit{Format: parse(t, "int8"), Calibration: network.NewCalibration()}
	if err := run(g(1, 2), few, x); !errors.Is(err, network.ErrNotCalibrated) {
		t.Errorf("without calibration: %v", err)
	}
	if err := run(g(1, nan), few, x); !errors.Is(err, quantizer.ErrNotFinite) {
		t.Errorf("NaN in the weights: %v", err)
	}
	observe := few.Calibration.Observe(network.Float32Arithmetic{})
	if err := run(g(1, 2), observe, network.NewFloat([]int{1, 2}, []float32{1, nan})); !errors.Is(err, quantizer.ErrNotFinite) {
		t.Errorf("NaN in an activation: %v", err)
	}
	if err := run(g(1, 2), network.FewBit{}, x); !errors.Is(err, network.ErrUnsupported) {
		t.Errorf("without a format: %v", err)
	}
	if err := run(g(1, 2), observe, x); err != nil {
		t.Fatal(err)
	}
	if got, ok := few.Calibration.Threshold("node"); !ok || got != 2 {
		t.Errorf("threshold %v, %v", got, ok)
	}
	if _, ok := few.Calibration.Threshold("other"); ok {
		t.Error("a threshold of a node that is not there")
	}
	if err := run(g(1, 2), few, x); err != nil {
		t.Error(err)
	}
}

// TestFewBitRange: formats whose products leave float32 or binary16 do not make
// sums overflow, because operands are normalized.
func TestFewBitRange(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	x, w := randomTensor(r, 1, 4, 64), randomTensor(r, 1, 64, 5)
	g := oneNode(network.Node{Op: "MatMul", Inputs: []string{"x", "w"}}, map[string]*network.Tensor{"w": w})
	want := outputs(t, g, network.Options{}, x)
	for _, name := range []string{"bfloat16", "binary16", "e5m10", "tf32", "binary32", "e10m12", "int16", "q3.12"} {
		for _, a := range []blas.Accumulator{{}, {Format: mini(5, 10)}} {
			f := network.FewBit{Format: parse(t, name), Accumulator: a}
			near(t, name, fewBit(t, g, f, x, 1), widen(want), 0.02)
		}
	}
}

func mini(e, m int) minifloat.Format { return minifloat.MustFormat(e, m, minifloat.IEEEFamily) }

// TestFewBitAccumulator: sums of e4m3fn products in binary16, each step rounded
// here by a definition of a few lines, equal in every bit.
func TestFewBitAccumulator(t *testing.T) {
	round16 := func(x float64) float64 {
		if x == 0 {
			return 0
		}
		_, e := math.Frexp(x)
		step := math.Ldexp(1, max(e, -13)-11)
		return step * math.RoundToEven(x/step)
	}
	r := rand.New(rand.NewPCG(19, 20))
	x, w, b := randomTensor(r, 1, 7, 50), randomTensor(r, 0.2, 6, 50), randomTensor(r, 1, 6)
	g := oneNode(network.Node{Op: "Gemm", Inputs: []string{"x", "w", "b"}, Attrs: network.Attributes{"transB": integer(1)}},
		map[string]*network.Tensor{"w": w, "b": b})
	got := fewBit(t, g, network.FewBit{Format: parse(t, "e4m3fn"), Accumulator: blas.Accumulator{Format: mini(5, 10)}}, x, 1)

	s := symmetric("e4m3fn")
	sx, sw := s.scale(x.Float), s.scale(w.Float)
	qx, qw := s.fake(x.Float, sx), s.fake(w.Float, sw)
	for i := range 7 {
		for n := range 6 {
			sum := 0.0
			for k := range 50 {
				// Operands have their 448 at 1.75.
				sum = round16(sum + qx[i*50+k]/sx/256*(qw[n*50+k]/sw/256))
			}
			if want := float32(sum*(sx*256*sw*256)) + b.Float[n]; got[i*6+n] != want {
				t.Fatalf("row %d, column %d: %v, want %v", i, n, got[i*6+n], want)
			}
		}
	}
}

// TestFewBitExact: sums of int16 and of uint8 products beyond the 24 bits of
// float32 are those of integers, in every bit.
func TestFewBitExact(t *testing.T) {
	for _, c := range []struct {
		format   string
		most     float64
		depth    int
		positive bool
	}{{"int16", 32767, 40, false}, {"uint8", 255, 1000, true}} {
		r := rand.New(rand.NewPCG(23, 24))
		x, w := randomTensor(r, 1, 5, c.depth), randomTensor(r, 1, 3, c.depth)
		if c.positive {
			for _, v := range [][]float32{x.Float, w.Float} {
				for i := range v {
					v[i] = 1 - v[i]*v[i]/32
				}
			}
		}
		g := oneNode(network.Node{Op: "Gemm", Inputs: []string{"x", "w"}, Attrs: network.Attributes{"transB": integer(1)}},
			map[string]*network.Tensor{"w": w})
		got := fewBit(t, g, network.FewBit{Format: parse(t, c.format), Accumulator: blas.Accumulator{Exact: true}}, x, 1)
		codes := func(x []float32) (q []int64, scale float64) {
			most := float32(0)
			for _, v := range x {
				most = max(most, v, -v)
			}
			scale = float64(float32(float64(most) / c.most))
			for _, v := range x {
				q = append(q, int64(math.RoundToEven(float64(v)/scale)))
			}
			return q, scale
		}
		qx, sx := codes(x.Float)
		qw, sw := codes(w.Float)
		for i := range 5 {
			for n := range 3 {
				var sum int64
				for k := range c.depth {
					sum += qx[i*c.depth+k] * qw[n*c.depth+k]
				}
				if want := float32(float64(sum) * (sx * sw)); got[i*3+n] != want {
					t.Errorf("%s: row %d, column %d: %v, want %v", c.format, i, n, got[i*3+n], want)
				}
			}
		}
	}
}

func BenchmarkFewBitConv(b *testing.B) {
	r := rand.New(rand.NewPCG(21, 22))
	x := randomTensor(r, 1, 1, 32, 28, 28)
	g := oneNode(network.Node{Op: "Conv", Inputs: []string{"x", "w"}}, map[string]*network.Tensor{"w": randomTensor(r, 0.3, 32, 32, 3, 3)})
	calibration := network.NewCalibration()
	for _, c := range []struct {
		name       string
		arithmetic network.Arithmetic
	}{
		{"float32", calibration.Observe(network.Float32Arithmetic{Threads: 1})},
		{"int8", network.FewBit{Format: parse(b, "int8"), Accumulator: blas.Accumulator{Exact: true}, Calibration: calibration, Threads: 1}},
		{"e4m3fn", network.FewBit{Format: parse(b, "e4m3fn"), Calibration: calibration, Threads: 1}},
		{"e4m3fn in binary16", network.FewBit{Format: parse(b, "e4m3fn"), Accumulator: blas.Accumulator{Format: mini(5, 10)}, Calibration: calibration, Threads: 1}},
	} {
		b.Run(c.name, func(b *testing.B) {
			n, err := network.New(g, network.Options{Arithmetic: c.arithmetic, Threads: 1})
			if err != nil {
				b.Fatal(err)
			}
			in := map[string]*network.Tensor{"x": x}
			for b.Loop() {
				if _, err := n.Run(in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(26*26*32*32*9*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mstep/s")
		})
	}
}

func randomTensor(r *rand.Rand, spread float64, shape ...int) *network.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(spread * r.NormFloat64())
	}
	return network.NewFloat(shape, x)
}

func ints(v ...int64) network.Attribute {
	return network.Attribute{Kind: network.AttrInts, Ints: v}
}

func integer(v int64) network.Attribute { return network.Attribute{Kind: network.AttrInt, Int: v} }

func outputs(t *testing.T, g *network.Graph, o network.Options, x *network.Tensor) []float32 {
	t.Helper()
	n, err := network.New(g, o)
	if err != nil {
		t.Fatal(err)
	}
	y, err := n.Run(map[string]*network.Tensor{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	return y["y"].Float
}
