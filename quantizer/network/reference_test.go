package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// referenceConv is a convolution in float64, read off its definition: zero
// padding, every index spelled out.
func referenceConv(x, w, bias *Tensor, groups, sh, sw, dh, dw int, pads [4]int) *Tensor {
	n, c, h, wd := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	o, cg, kh, kw := w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]
	oh := (h+pads[0]+pads[2]-dh*(kh-1)-1)/sh + 1
	ow := (wd+pads[1]+pads[3]-dw*(kw-1)-1)/sw + 1
	y := NewFloat([]int{n, o, oh, ow}, nil)
	for in := range n {
		for io := range o {
			for iy := range oh {
				for ix := range ow {
					sum := 0.0
					if bias != nil {
						sum = float64(bias.Float[io])
					}
					for ic := range cg {
						for ky := range kh {
							for kx := range kw {
								py, px := iy*sh-pads[0]+ky*dh, ix*sw-pads[1]+kx*dw
								if py < 0 || py >= h || px < 0 || px >= wd {
									continue
								}
								channel := io/(o/groups)*cg + ic
								sum += float64(x.Float[((in*c+channel)*h+py)*wd+px]) * float64(w.Float[((io*cg+ic)*kh+ky)*kw+kx])
							}
						}
					}
					y.Float[((in*o+io)*oh+iy)*ow+ix] = float32(sum)
				}
			}
		}
	}
	return y
}

func TestConv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...int) int { return list[r.IntN(len(list))] }
	for trial := range 300 {
		groups := pick(1, 1, 2, 3)
		cg, og := pick(1, 2, 3), pick(1, 2, 3)
		kh, kw := pick(1, 2, 3), pick(1, 2, 3, 4)
		sh, sw, dh, dw := pick(1, 2, 3), pick(1, 2), pick(1, 2), pick(1, 1, 3)
		h, w := pick(5, 6, 9), pick(10, 11, 12)
		x := random(r, pick(0, 1, 2), groups*cg, h, w)
		k := random(r, groups*og, cg, kh, kw)
		var bias *Tensor
		if r.IntN(2) == 0 {
			bias = random(r, groups*og)
		}
		attrs := Attributes{"group": ai(int64(groups)), "strides": aint(int64(sh), int64(sw)), "dilations": aint(int64(dh), int64(dw))}
		var pads [4]int // top, left, bottom, right
		// SAME: the output is ceil(size/stride); of an odd padding UPPER puts the
		// greater half at the end.
		same := func(size, k, s, d int) int { return max(0, ((size+s-1)/s-1)*s+d*(k-1)+1-size) }
		ph, pw := same(h, kh, sh, dh), same(w, kw, sw, dw)
		switch trial % 4 {
		case 0:
			pads = [4]int{pick(0, 1, 2), pick(0, 1, 2), pick(0, 1), pick(0, 1, 3)}
			attrs["pads"] = aint(int64(pads[0]), int64(pads[1]), int64(pads[2]), int64(pads[3]))
			attrs["kernel_shape"] = aint(int64(kh), int64(kw))
		case 1:
			attrs["auto_pad"] = as("VALID")
		case 2:
			attrs["auto_pad"] = as("SAME_UPPER")
			pads = [4]int{ph / 2, pw / 2, ph - ph/2, pw - pw/2}
		case 3:
			attrs["auto_pad"] = as("SAME_LOWER")
			pads = [4]int{ph - ph/2, pw - pw/2, ph / 2, pw / 2}
		}
		got := apply(t, "Conv", pick(7, 11, 21), attrs, 1, []*Tensor{x, k, bias}, 1, 2)[0]
		if want := referenceConv(x, k, bias, groups, sh, sw, dh, dw, pads); !within(got, want, 1e-5) {
			t.Fatalf("x %v, weights %v, %v: %v, want %v", x.Shape, k.Shape, attrs, got, want)
		}
	}
}

// referenceRecurrent computes RNN, GRU and LSTM of one sample and direction in
// float64 from ONNX's equations; it returns h at every step, and c at the end.
type referenceRecurrent struct {
	op                string
	hidden            int
	w, r, b, p        func(gate, row, column int) float64 // of this direction; b: column 0 is W's, 1 is R's
	lbr               bool
	inputs            [][]float64 // in the order of time that the direction has
	h, c              []float64
	clip              float64
	coupleInputForget bool
}

func (m *referenceRecurrent) run() (hs [][]float64, c []float64) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	h, c := m.h, m.c
	clip := func(x float64) float64 {
		if m.clip > 0 {
			return math.Max(-m.clip, math.Min(m.clip, x))
		}
		return x
	}
	for _, x := range m.inputs {
		wx := func(gate, i int) float64 {
			s := m.b(gate, i, 0)
			for k, v := range x {
				s += m.w(gate, i, k) * v
			}
			return s
		}
		rh := func(gate, i int, h []float64) float64 {
			s := m.b(gate, i, 1)
			for k, v := range h {
				s += m.r(gate, i, k) * v
			}
			return s
		}
		next, nextC := make([]float64, m.hidden), make([]float64, m.hidden)
		for i := range next {
			switch m.op {
			case "RNN":
				next[i] = math.Tanh(clip(wx(0, i) + rh(0, i, h)))
			case "GRU":
				z := sigmoid(clip(wx(0, i) + rh(0, i, h)))
				var candidate float64
				if m.lbr {
					candidate = math.Tanh(clip(wx(2, i) + sigmoid(clip(wx(1, i)+rh(1, i, h)))*rh(2, i, h)))
				} else {
					reset := make([]float64, m.hidden)
					for k := range reset {
						reset[k] = sigmoid(clip(wx(1, k)+rh(1, k, h))) * h[k]
					}
					candidate = math.Tanh(clip(wx(2, i) + rh(2, i, reset)))
				}
				next[i] = (1-z)*candidate + z*h[i]
			case "LSTM":
				in := sigmoid(clip(wx(0, i) + rh(0, i, h) + m.p(0, i, 0)*c[i]))
				forget := sigmoid(clip(wx(2, i) + rh(2, i, h) + m.p(2, i, 0)*c[i]))
				if m.coupleInputForget {
					forget = 1 - in
				}
				nextC[i] = forget*c[i] + in*math.Tanh(clip(wx(3, i)+rh(3, i, h)))
				out := sigmoid(clip(wx(1, i) + rh(1, i, h) + m.p(1, i, 0)*nextC[i]))
				next[i] = out * math.Tanh(nextC[i])
			}
		}
		h, c = next, nextC
		hs = append(hs, h)
	}
	return hs, c
}

func TestRecurrent(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for trial := range 240 {
		op := []string{"RNN", "GRU", "LSTM"}[trial%3]
		gates := map[string]int{"RNN": 1, "GRU": 3, "LSTM": 4}[op]
		direction := []string{"forward", "reverse", "bidirectional"}[r.IntN(3)]
		dirs := 1
		if direction == "bidirectional" {
			dirs = 2
		}
		steps, batch, input, hidden := r.IntN(5), r.IntN(4), 1+r.IntN(4), 1+r.IntN(4)
		layout := r.IntN(2) == 1
		lbr := op == "GRU" && r.IntN(2) == 1
		couple := op == "LSTM" && r.IntN(4) == 0
		clip := 0.0
		attrs := Attributes{"direction": as(direction), "hidden_size": ai(int64(hidden))}
		if layout {
			attrs["layout"] = ai(1)
		}
		if lbr {
			attrs["linear_before_reset"] = ai(1)
		}
		if couple {
			attrs["input_forget"] = ai(1)
		}
		if r.IntN(4) == 0 {
			clip = 0.75
			attrs["clip"] = af(0.75)
		}
		w, rec := random(r, dirs, gates*hidden, input), random(r, dirs, gates*hidden, hidden)
		states := []int{dirs, batch, hidden}
		x := random(r, steps, batch, input)
		if layout {
			states = []int{batch, dirs, hidden}
			x = random(r, batch, steps, input)
		}
		var b, lens, h0, c0, p *Tensor
		if r.IntN(2) == 0 {
			b = random(r, dirs, 2*gates*hidden)
		}
		if r.IntN(2) == 0 {
			lens = NewInt(Int32, sh(batch), nil)
			for i := range lens.Int {
				lens.Int[i] = int64(r.IntN(steps + 1))
			}
		}
		if r.IntN(2) == 0 {
			h0 = random(r, states...)
		}
		in := []*Tensor{x, w, rec, b, lens, h0}
		outputs := 2
		if op == "LSTM" {
			outputs = 3
			if r.IntN(2) == 0 {
				c0 = random(r, states...)
			}
			if r.IntN(2) == 0 {
				p = random(r, dirs, 3*hidden)
			}
			in = append(in, c0, p)
		}
		got := apply(t, op, []int{14, 21}[r.IntN(2)], attrs, outputs, in, 1, 2, 3)

		// The same, sample by sample and direction by direction.
		state := func(t *Tensor, d, s, i int) int {
			if layout {
				return (s*dirs+d)*hidden + i
			}
			return (d*batch+s)*hidden + i
		}
		outputAt := func(step, d, s, i int) int {
			if layout {
				return ((s*steps+step)*dirs+d)*hidden + i
			}
			return ((step*dirs+d)*batch+s)*hidden + i
		}
		y, yh, yc := NewFloat(got[0].Shape, nil), NewFloat(states, nil), NewFloat(states, nil)
		for d := range dirs {
			for s := range batch {
				length := steps
				if lens != nil {
					length = int(lens.Int[s])
				}
				m := referenceRecurrent{op: op, hidden: hidden, lbr: lbr, clip: clip, coupleInputForget: couple, h: make([]float64, hidden), c: make([]float64, hidden)}
				m.w = func(g, i, k int) float64 {
					return float64(w.Float[((d*gates+g)*hidden+i)*input+k])
				}
				m.r = func(g, i, k int) float64 {
					return float64(rec.Float[((d*gates+g)*hidden+i)*hidden+k])
				}
				m.b = func(g, i, which int) float64 {
					if b == nil {
						return 0
					}
					return float64(b.Float[d*2*gates*hidden+which*gates*hidden+g*hidden+i])
				}
				m.p = func(g, i, _ int) float64 {
					if p == nil {
						return 0
					}
					return float64(p.Float[d*3*hidden+g*hidden+i])
				}
				for i := range hidden {
					if h0 != nil {
						m.h[i] = float64(h0.Float[state(h0, d, s, i)])
					}
					if c0 != nil {
						m.c[i] = float64(c0.Float[state(c0, d, s, i)])
					}
				}
				backward := direction == "reverse" || d == 1
				times := make([]int, length)
				for k := range times {
					times[k] = k
					if backward {
						times[k] = length - 1 - k
					}
					at := (times[k]*batch + s) * input
					if layout {
						at = (s*steps + times[k]) * input
					}
					row := make([]float64, input)
					for i := range row {
						row[i] = float64(x.Float[at+i])
					}
					m.inputs = append(m.inputs, row)
				}
				hs, c := m.run()
				last := m.h
				for k, h := range hs {
					for i, v := range h {
						y.Float[outputAt(times[k], d, s, i)] = float32(v)
					}
					last = h
				}
				for i := range hidden {
					yh.Float[state(yh, d, s, i)] = float32(last[i])
					yc.Float[state(yc, d, s, i)] = float32(c[i])
				}
			}
		}
		for i, want := range []*Tensor{y, yh, yc}[:outputs] {
			if !within(got[i], want, 2e-6) {
				t.Fatalf("%s, x %v, %v, lens %v: output %d is %v %v, want %v %v", op, x.Shape, attrs, lens, i, got[i].Shape, got[i], want.Shape, want)
			}
		}
	}
}

// TestRecurrentFunctions: each activation function by its formula, with alphas
// and betas taken in order by those that have them.
func TestRecurrentFunctions(t *testing.T) {
	strs := func(s ...string) Attribute { return Attribute{Kind: AttrStrings, Strs: s} }
	floats := func(v ...float32) Attribute { return Attribute{Kind: AttrFloats, Floats: v} }
	for _, c := range []struct {
		name        string
		alpha, beta []float32
		at, want    float64
	}{
		{"Relu", nil, nil, -1, 0},
		{"tanh", nil, nil, 0.5, math.Tanh(0.5)},
		{"Sigmoid", nil, nil, 0.5, 1 / (1 + math.Exp(-0.5))},
		{"Affine", []float32{2}, []float32{3}, 0.5, 4},
		{"LeakyRelu", nil, nil, -1, -0.01},
		{"LeakyRelu", []float32{0.5}, nil, -1, -0.5},
		{"ThresholdedRelu", []float32{1}, nil, 0.5, 0},
		{"ScaledTanh", []float32{2}, []float32{3}, 0.5, 2 * math.Tanh(1.5)},
		{"HardSigmoid", nil, nil, 1, 0.7},
		{"Elu", nil, nil, -1, math.Expm1(-1)},
		{"Softsign", nil, nil, 1, 0.5},
		{"Softplus", nil, nil, 1, math.Log1p(math.E)},
	} {
		attrs := Attributes{"activations": strs(c.name)}
		if c.alpha != nil {
			attrs["activation_alpha"] = floats(c.alpha...)
		}
		if c.beta != nil {
			attrs["activation_beta"] = floats(c.beta...)
		}
		x := f(sh(1, 1, 1), float32(c.at))
		got := apply(t, "RNN", 14, attrs, 1, []*Tensor{x, f(sh(1, 1, 1), 1), f(sh(1, 1, 1), 1)}, 1, 2)[0].Float[0]
		if math.Abs(float64(got)-c.want) > 1e-7 {
			t.Errorf("%s(%v) with %v, %v is %v, want %v", c.name, c.at, c.alpha, c.beta, got, c.want)
		}
	}
	// An LSTM of open gates: c is g(x), the result h(c).
	one := NewFloat(sh(1, 8), nil)
	one.Float[0], one.Float[1] = 40, 40 // gates i and o
	lstm := apply(t, "LSTM", 14, Attributes{"activations": strs("Sigmoid", "Relu", "Softsign")}, 3,
		[]*Tensor{f(sh(1, 1, 1), 3), f(sh(1, 4, 1), 0, 0, 0, 1), f(sh(1, 4, 1), 0, 0, 0, 0), one}, 1, 2, 3)
	if h, c := lstm[1].Float[0], lstm[2].Float[0]; h != 0.75 || c != 3 {
		t.Errorf("LSTM gives h = %v, c = %v, want 0.75, 3", h, c)
	}
	// f takes no alpha, so that g has the first.
	got := apply(t, "GRU", 14, Attributes{"activations": strs("Sigmoid", "LeakyRelu"), "activation_alpha": floats(0.25)}, 1,
		[]*Tensor{f(sh(1, 1, 1), -1), f(sh(1, 3, 1), 0, 0, 1), f(sh(1, 3, 1), 0, 0, 0)}, 1, 2)[0].Float[0]
	if got != -0.125 { // z is one half
		t.Errorf("GRU gives %v, want -0.125", got)
	}
}

// TestMatMulBroadcast compares stacks of matrices with their definition.
func TestMatMulBroadcast(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		m, k, n := 1+r.IntN(4), 1+r.IntN(4), 1+r.IntN(4)
		a, b := []int{m, k}, []int{k, n}
		for range r.IntN(3) { // leading dimensions, the same or 1 on either side
			d := 1 + r.IntN(3)
			da, db := d, d
			switch r.IntN(4) {
			case 0:
				da = 1
			case 1:
				db = 1
			}
			a, b = append([]int{da}, a...), append([]int{db}, b...)
		}
		if r.IntN(3) == 0 {
			b = b[len(b)-2:]
		}
		x, y := random(r, a...), random(r, b...)
		var constant []int
		switch r.IntN(3) {
		case 0:
			constant = []int{1}
		case 1:
			constant = []int{0}
		}
		got := apply(t, "MatMul", 13, nil, 1, []*Tensor{x, y}, constant...)[0]
		z := NewFloat(got.Shape, nil)
		// Index by index, right aligned.
		for p := range z.Float {
			index := make([]int, len(z.Shape))
			for d, rest := len(z.Shape)-1, p; d >= 0; d-- {
				index[d] = rest % z.Shape[d]
				rest /= z.Shape[d]
			}
			element := func(t *Tensor, row, column int) float64 {
				at := 0
				for d, size := range t.Shape {
					i := index[len(index)-len(t.Shape)+d]
					switch {
					case d == len(t.Shape)-2:
						i = row
					case d == len(t.Shape)-1:
						i = column
					case size == 1:
						i = 0
					}
					at = at*size + i
				}
				return float64(t.Float[at])
			}
			sum := 0.0
			for q := range k {
				sum += element(x, index[len(index)-2], q) * element(y, q, index[len(index)-1])
			}
			z.Float[p] = float32(sum)
		}
		if !within(got, z, 1e-5) {
			t.Fatalf("%v by %v: %v, want %v", a, b, got, z)
		}
	}
}

// TestWindows compares average pools with their definition over positions, for
// every combination of small windows.
func TestWindows(t *testing.T) {
	for size := 1; size <= 7; size++ {
		for kernel := 1; kernel <= 3; kernel++ {
			for stride := 1; stride <= 3; stride++ {
				for pads := range 9 {
					before, after := pads/3, pads%3
					if size+before+after < kernel || before >= kernel || after >= kernel {
						continue
					}
					for mode := range 4 {
						ceil, include := mode/2, mode%2
						x := NewFloat(sh(1, 1, size), nil)
						for i := range x.Float {
							x.Float[i] = float32(i + 1)
						}
						attrs := Attributes{"kernel_shape": aint(int64(kernel)), "strides": aint(int64(stride)), "pads": aint(int64(before), int64(after)),
							"ceil_mode": ai(int64(ceil)), "count_include_pad": ai(int64(include))}
						got := apply(t, "AveragePool", 19, attrs, 1, []*Tensor{x})[0]
						var want []float32
						for start := -before; ; start += stride {
							if start+kernel > size+after && (ceil == 0 || start+kernel >= size+after+stride || start >= size) {
								break
							}
							sum, count := 0.0, 0
							for p := start; p < start+kernel; p++ {
								if p >= 0 && p < size {
									sum += float64(p + 1)
									count++
								} else if include == 1 && p < size+after {
									count++
								}
							}
							if count == 0 {
								count = 1
							}
							want = append(want, float32(sum/float64(count)))
						}
						if fmt.Sprint(got.Float) != fmt.Sprint(want) {
							t.Fatalf("size %d, %v: %v, want %v", size, attrs, got.Float, want)
						}
					}
				}
			}
		}
	}
}
