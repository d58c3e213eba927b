package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// projection is the loss sum of r*logits: its derivative tries every operator
// with an arbitrary gradient from above.
type projection struct{ r []float32 }

func (p projection) Evaluate(gradient, logits []float32, _, _ int, _ Target) (float64, error) {
	sum := 0.0
	for i, v := range logits {
		sum += float64(v) * float64(p.r[i])
	}
	copy(gradient, p.r)
	return sum, nil
}

func randomTensor(r *rand.Rand, scale float64, shape ...int) *Tensor {
	t := NewFloat(shape, nil)
	for i := range t.Float {
		t.Float[i] = float32((2*r.Float64() - 1) * scale)
	}
	return t
}

// sequence is a graph of nodes from x to the last node's output.
func sequence(inits map[string]*Tensor, nodes ...Node) *Graph {
	return &Graph{
		Opset: 13, Inputs: []ValueInfo{{Name: "x", Type: Float32}}, Initializers: inits, Nodes: nodes,
		Outputs: []ValueInfo{{Name: nodes[len(nodes)-1].Outputs[0]}},
	}
}

func nodeOf(op, out string, attrs Attributes, in ...string) Node {
	return Node{Op: op, Inputs: in, Outputs: []string{out}, Attrs: attrs}
}

func attrInts(v ...int64) Attribute { return Attribute{Kind: AttrInts, Ints: v} }
func attrInt(v int64) Attribute     { return Attribute{Kind: AttrInt, Int: v} }
func attrFloat(v float32) Attribute { return Attribute{Kind: AttrFloat, Float: v} }

// tensor64 is a tensor of the oracle.
type tensor64 struct {
	shape []int
	v     []float64
}

func widen(t *Tensor) tensor64 {
	z := tensor64{append([]int{}, t.Shape...), make([]float64, len(t.Float))}
	for i, v := range t.Float {
		z.v[i] = float64(v)
	}
	return z
}

// spatial returns attributes of a window: strides, dilations and pads of the
// height and the width; the height of one-dimensional images is 1.
func spatial(a Attributes, axes int) (stride, dilation, before, after [2]int) {
	stride, dilation = [2]int{1, 1}, [2]int{1, 1}
	for i := range axes {
		k := 2 - axes + i
		if s := a["strides"].Ints; s != nil {
			stride[k] = int(s[i])
		}
		if s := a["dilations"].Ints; s != nil {
			dilation[k] = int(s[i])
		}
		if s := a["pads"].Ints; s != nil {
			before[k], after[k] = int(s[i]), int(s[axes+i])
		}
	}
	return
}

// lift gives one-dimensional images a height of 1.
func lift(s []int) []int {
	if len(s) == 3 {
		return []int{s[0], s[1], 1, s[2]}
	}
	return s
}

func drop(s []int, rank int) []int {
	if rank == 3 {
		return []int{s[0], s[1], s[3]}
	}
	return s
}

// windows64 calls f for every output of a window and every pixel (index within
// a plane, or -1 in the padding) under it.
func windows64(h, w, kh, kw int, stride, dilation, before, after [2]int, f func(out, tap, pixel int)) (oh, ow int) {
	oh = (h+before[0]+after[0]-dilation[0]*(kh-1)-1)/stride[0] + 1
	ow = (w+before[1]+after[1]-dilation[1]*(kw-1)-1)/stride[1] + 1
	for o := range oh * ow {
		for t := range kh * kw {
			y := o/ow*stride[0] + t/kw*dilation[0] - before[0]
			x := o%ow*stride[1] + t%kw*dilation[1] - before[1]
			if y < 0 || y >= h || x < 0 || x >= w {
				f(o, t, -1)
			} else {
				f(o, t, y*w+x)
			}
		}
	}
	return oh, ow
}

// forward64 computes the last output of a graph whose nodes stand in order, in
// float64 and by definition.
func forward64(g *Graph, values map[string]tensor64, frozen bool) tensor64 {
	var z tensor64
	for i := range g.Nodes {
		n := &g.Nodes[i]
		in := make([]tensor64, len(n.Inputs))
		for k, name := range n.Inputs {
			in[k] = values[name]
		}
		z = node64(g, n, in, frozen)
		values[n.Outputs[0]] = z
	}
	return z
}

func node64(g *Graph, n *Node, in []tensor64, frozen bool) tensor64 {
	x := in[0]
	mapped := func(f func(float64) float64) tensor64 {
		z := tensor64{x.shape, make([]float64, len(x.v))}
		for i, v := range x.v {
			z.v[i] = f(v)
		}
		return z
	}
	switch n.Op {
	case "Conv":
		xs, ws := lift(x.shape), lift(in[1].shape)
		groups := 1
		if a, ok := n.Attrs["group"]; ok {
			groups = int(a.Int)
		}
		stride, dilation, before, after := spatial(n.Attrs, len(x.shape)-2)
		noop := func(int, int, int) {}
		oh, ow := windows64(xs[2], xs[3], ws[2], ws[3], stride, dilation, before, after, noop)
		z := tensor64{drop([]int{xs[0], ws[0], oh, ow}, len(x.shape)), make([]float64, xs[0]*ws[0]*oh*ow)}
		perGroup := ws[0] / groups
		for b := range xs[0] {
			for o := range ws[0] {
				out := z.v[(b*ws[0]+o)*oh*ow:][:oh*ow]
				if len(in) > 2 {
					for i := range out {
						out[i] = in[2].v[o]
					}
				}
				for c := range ws[1] {
					plane := x.v[(b*xs[1]+o/perGroup*ws[1]+c)*xs[2]*xs[3]:]
					taps := in[1].v[(o*ws[1]+c)*ws[2]*ws[3]:]
					windows64(xs[2], xs[3], ws[2], ws[3], stride, dilation, before, after, func(i, t, p int) {
						if p >= 0 {
							out[i] += plane[p] * taps[t]
						}
					})
				}
			}
		}
		return z
	case "Gemm", "MatMul":
		alpha, beta, k, cols := 1.0, 1.0, in[1].shape[0], in[1].shape[1]
		transposed := n.Attrs["transB"].Int == 1
		if transposed {
			k, cols = cols, k
		}
		if a, ok := n.Attrs["alpha"]; ok {
			alpha = float64(a.Float)
		}
		if a, ok := n.Attrs["beta"]; ok {
			beta = float64(a.Float)
		}
		rows := len(x.v) / k
		z := tensor64{append(append([]int{}, x.shape[:len(x.shape)-1]...), cols), make([]float64, rows*cols)}
		for i := range rows {
			for j := range cols {
				sum := 0.0
				for l := range k {
					w := in[1].v
					if transposed {
						sum += x.v[i*k+l] * w[j*k+l]
					} else {
						sum += x.v[i*k+l] * w[l*cols+j]
					}
				}
				z.v[i*cols+j] = alpha * sum
				if len(in) > 2 {
					z.v[i*cols+j] += beta * in[2].v[j]
				}
			}
		}
		return z
	case "BatchNormalization":
		channels, size := x.shape[1], len(x.v)/(x.shape[0]*x.shape[1])
		z := tensor64{x.shape, make([]float64, len(x.v))}
		epsilon := 1e-5
		if a, ok := n.Attrs["epsilon"]; ok {
			epsilon = float64(a.Float)
		} else {
			epsilon = float64(float32(epsilon))
		}
		for c := range channels {
			var sum, square float64
			count := float64(x.shape[0] * size)
			each := func(f func(i int)) {
				for i := range x.v {
					if i/size%channels == c {
						f(i)
					}
				}
			}
			each(func(i int) { sum += x.v[i] })
			mean := sum / count
			each(func(i int) { square += (x.v[i] - mean) * (x.v[i] - mean) })
			variance := square / count
			if frozen {
				mean, variance = in[3].v[c], in[4].v[c]
			}
			each(func(i int) { z.v[i] = in[1].v[c]*(x.v[i]-mean)/math.Sqrt(variance+epsilon) + in[2].v[c] })
		}
		return z
	case "Relu":
		return mapped(func(v float64) float64 { return math.Max(v, 0) })
	case "Clip":
		lo, hi := math.Inf(-1), math.Inf(1)
		if g.Opset < 11 {
			lo, hi = float64(n.Attrs["min"].Float), float64(n.Attrs["max"].Float)
		} else {
			lo, hi = in[1].v[0], in[2].v[0]
		}
		return mapped(func(v float64) float64 { return math.Min(math.Max(v, lo), hi) })
	case "Add", "Min":
		if len(x.v) < len(in[1].v) {
			x, in[1] = in[1], x
		}
		z := tensor64{x.shape, append([]float64{}, x.v...)}
		strides := make([]int, len(x.shape)) // of the second operand, of the same rank here
		step := 1
		for d := len(x.shape) - 1; d >= 0; d-- {
			if in[1].shape[d] > 1 {
				strides[d] = step
			}
			step *= in[1].shape[d]
		}
		for i := range z.v {
			rest, at := i, 0
			for d := len(x.shape) - 1; d >= 0; d-- {
				at += rest % x.shape[d] * strides[d]
				rest /= x.shape[d]
			}
			if n.Op == "Min" {
				z.v[i] = math.Min(z.v[i], in[1].v[at])
			} else {
				z.v[i] += in[1].v[at]
			}
		}
		return z
	case "MaxPool", "AveragePool":
		xs := lift(x.shape)
		k := [2]int{1, 1}
		for i, v := range n.Attrs["kernel_shape"].Ints {
			k[4-len(x.shape)+i] = int(v)
		}
		stride, dilation, before, after := spatial(n.Attrs, len(x.shape)-2)
		pad := n.Attrs["count_include_pad"].Int == 1
		noop := func(int, int, int) {}
		oh, ow := windows64(xs[2], xs[3], k[0], k[1], stride, dilation, before, after, noop)
		z := tensor64{drop([]int{xs[0], xs[1], oh, ow}, len(x.shape)), make([]float64, xs[0]*xs[1]*oh*ow)}
		for p := range xs[0] * xs[1] {
			plane, out, counts := x.v[p*xs[2]*xs[3]:], z.v[p*oh*ow:][:oh*ow], make([]float64, oh*ow)
			windows64(xs[2], xs[3], k[0], k[1], stride, dilation, before, after, func(i, _, at int) {
				switch {
				case n.Op == "AveragePool":
					if at >= 0 {
						out[i] += plane[at]
					}
					if at >= 0 || pad {
						counts[i]++
					}
				case at >= 0 && (counts[i] == 0 || plane[at] > out[i]):
					out[i], counts[i] = plane[at], 1
				}
			})
			for i := range out {
				out[i] /= counts[i]
			}
		}
		return z
	case "GlobalAveragePool", "GlobalMaxPool":
		size := len(x.v) / (x.shape[0] * x.shape[1])
		z := tensor64{append([]int{}, x.shape...), nil}
		for d := 2; d < len(x.shape); d++ {
			z.shape[d] = 1
		}
		for p := range x.shape[0] * x.shape[1] {
			sum, most := 0.0, math.Inf(-1)
			for _, v := range x.v[p*size:][:size] {
				sum, most = sum+v, math.Max(most, v)
			}
			if n.Op == "GlobalMaxPool" {
				z.v = append(z.v, most)
			} else {
				z.v = append(z.v, sum/float64(size))
			}
		}
		return z
	case "Flatten":
		return tensor64{[]int{x.shape[0], len(x.v) / x.shape[0]}, x.v}
	case "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout":
		return tensor64{[]int{x.shape[0], len(x.v) / x.shape[0]}, x.v} // no test looks at more
	}
	panic("no oracle for " + n.Op)
}

// checkGradients compares every gradient of the sum of r*logits with central
// differences of forward64, and the logits with it.
func checkGradients(t *testing.T, g *Graph, x *Tensor, o TrainOptions, loss func(logits []float64) float64, target Target) {
	t.Helper()
	o.InputGradients = true
	o.Threads = 2
	trainer, err := NewTrainer(g, o)
	if err != nil {
		t.Fatal(err)
	}
	// Another batch first: nothing of it may be left in the gradients.
	other := x.clone()
	for i, v := range other.Float {
		other.Float[i] = 1 - v
	}
	if _, err := trainer.Backward(map[string]*Tensor{"x": other}, target); err != nil {
		t.Fatal(err)
	}
	got, err := trainer.Backward(map[string]*Tensor{"x": x}, target)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]tensor64{"x": widen(x)}
	for name, p := range g.Initializers {
		if p.Type.IsFloat() {
			values[name] = widen(p)
		} else {
			values[name] = tensor64{shape: p.Shape}
		}
	}
	evaluate := func() float64 { return loss(forward64(g, values, o.FrozenBatchNorm).v) }
	if want := evaluate(); math.Abs(got-want) > 1e-5*math.Max(1, math.Abs(want)) {
		t.Errorf("the loss is %v, want %v", got, want)
	}
	for _, name := range append(trainer.Parameters(), "x") {
		gradient := trainer.Gradient(name)
		v := values[name].v
		if len(gradient) != len(v) {
			t.Fatalf("%s: %d gradients of %d elements", name, len(gradient), len(v))
		}
		want := make([]float64, len(v))
		scale := 1e-3
		for i := range v {
			const h = 1e-5
			saved := v[i]
			v[i] = saved + h
			above := evaluate()
			v[i] = saved - h
			want[i] = (above - evaluate()) / (2 * h)
			v[i] = saved
			scale = math.Max(scale, math.Abs(want[i]))
		}
		for i := range want {
			if d := math.Abs(float64(gradient[i]) - want[i]); !(d <= 2e-5*scale) {
				t.Errorf("%s[%d]: the gradient is %v, central differences give %v", name, i, gradient[i], want[i])
				break
			}
		}
	}
}

func TestGradients(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(shape ...int) *Tensor { return randomTensor(r, 1, shape...) }
	conv := func(attrs Attributes, w ...int) *Graph {
		return sequence(map[string]*Tensor{"w": random(w...), "b": random(w[0])}, nodeOf("Conv", "y", attrs, "x", "w", "b"))
	}
	norm := func(attrs Attributes, c int) *Graph {
		variance := random(c)
		for i := range variance.Float {
			variance.Float[i] += 1.5
		}
		return sequence(map[string]*Tensor{"s": random(c), "b": random(c), "m": random(c), "v": variance}, nodeOf("BatchNormalization", "y", attrs, "x", "s", "b", "m", "v"))
	}
	pool := func(op string, attrs Attributes) *Graph { return sequence(nil, nodeOf(op, "y", attrs, "x")) }
	gemm := func(attrs Attributes, w ...int) *Graph {
		n := w[1]
		if attrs["transB"].Int == 1 {
			n = w[0]
		}
		return sequence(map[string]*Tensor{"w": random(w...), "b": random(n)}, nodeOf("Gemm", "y", attrs, "x", "w", "b"))
	}
	old := sequence(nil, nodeOf("Clip", "y", Attributes{"min": attrFloat(-0.5), "max": attrFloat(0.25)}, "x"))
	old.Opset = 10
	for _, c := range []struct {
		name   string
		g      *Graph
		x      []int
		frozen bool
	}{
		{"conv", conv(nil, 4, 3, 3, 3), []int{2, 3, 5, 6}, false},
		{"conv without bias", sequence(map[string]*Tensor{"w": random(2, 3, 2, 2)}, nodeOf("Conv", "y", nil, "x", "w")), []int{2, 3, 4, 4}, false},
		{"conv, strides and pads", conv(Attributes{"strides": attrInts(2, 3), "pads": attrInts(1, 2, 0, 1)}, 4, 2, 3, 2), []int{3, 2, 6, 7}, false},
		{"conv, dilations", conv(Attributes{"dilations": attrInts(2, 3), "pads": attrInts(2, 1, 3, 4)}, 3, 2, 3, 2), []int{2, 2, 6, 7}, false},
		{"conv, only padding under some taps", conv(Attributes{"pads": attrInts(4, 4, 4, 4), "strides": attrInts(3, 3)}, 3, 2, 3, 3), []int{2, 2, 2, 2}, false},
		{"conv, groups", conv(Attributes{"group": attrInt(2), "pads": attrInts(1, 1, 1, 1)}, 6, 2, 3, 3), []int{2, 4, 4, 5}, false},
		{"conv, depthwise", conv(Attributes{"group": attrInt(4), "pads": attrInts(1, 1, 1, 1)}, 4, 1, 3, 3), []int{2, 4, 5, 4}, false},
		{"conv, depthwise, multiplier 2, strides", conv(Attributes{"group": attrInt(3), "pads": attrInts(1, 0, 0, 1), "strides": attrInts(2, 2), "dilations": attrInts(1, 2)}, 6, 1, 3, 2), []int{2, 3, 6, 7}, false},
		{"conv, depthwise, wide strides", conv(Attributes{"group": attrInt(2), "pads": attrInts(1, 2, 2, 0), "strides": attrInts(3, 4), "dilations": attrInts(2, 1)}, 4, 1, 3, 3), []int{2, 2, 9, 11}, false},
		{"conv, depthwise, only padding under some taps", conv(Attributes{"group": attrInt(2), "pads": attrInts(4, 4, 4, 4), "strides": attrInts(3, 3)}, 2, 1, 3, 3), []int{2, 2, 2, 2}, false},
		{"conv, depthwise, wider than a vector", conv(Attributes{"group": attrInt(2), "pads": attrInts(1, 1, 1, 1)}, 2, 1, 3, 3), []int{1, 2, 3, 37}, false},
		{"conv, pointwise", conv(nil, 5, 4, 1, 1), []int{3, 4, 3, 4}, false},
		{"conv, pointwise with strides", conv(Attributes{"strides": attrInts(2, 2)}, 5, 4, 1, 1), []int{3, 4, 5, 4}, false},
		{"conv, pointwise with pads", conv(Attributes{"pads": attrInts(1, 0, 0, 1)}, 3, 2, 1, 1), []int{2, 2, 3, 3}, false},
		{"conv, 1-D", conv(Attributes{"strides": attrInts(2), "pads": attrInts(2, 1), "dilations": attrInts(2)}, 4, 3, 3), []int{2, 3, 9}, false},
		{"conv, 1-D depthwise", conv(Attributes{"group": attrInt(3), "pads": attrInts(1, 1)}, 3, 1, 3), []int{2, 3, 7}, false},
		{"conv, one input channel", conv(Attributes{"pads": attrInts(1, 1, 1, 1)}, 4, 1, 3, 3), []int{2, 1, 5, 5}, false},
		{"conv, three chunks", conv(nil, 3, 2, 2, 2), []int{150, 2, 3, 3}, false},
		{"conv, depthwise, three chunks", conv(Attributes{"group": attrInt(2)}, 2, 1, 2, 2), []int{150, 2, 3, 3}, false},
		{"gemm", gemm(nil, 4, 3), []int{5, 4}, false},
		{"gemm, transB", gemm(Attributes{"transB": attrInt(1)}, 3, 4), []int{5, 4}, false},
		{"gemm, alpha and beta", gemm(Attributes{"alpha": attrFloat(0.5), "beta": attrFloat(-1.5)}, 4, 3), []int{5, 4}, false},
		{"gemm, beta", gemm(Attributes{"beta": attrFloat(-1.5), "transB": attrInt(1)}, 3, 4), []int{5, 4}, false},
		{"gemm, five chunks", gemm(nil, 3, 2), []int{300, 3}, false},
		{"gemm, residual", sequence(map[string]*Tensor{"w": random(4, 4)}, nodeOf("Gemm", "h", nil, "x", "w"), nodeOf("Add", "y", nil, "h", "x")), []int{3, 4}, false},
		{"matmul", sequence(map[string]*Tensor{"w": random(4, 3)}, nodeOf("MatMul", "y", nil, "x", "w")), []int{2, 3, 4}, false},
		{"batch normalization", norm(nil, 3), []int{4, 3, 3, 2}, false},
		{"batch normalization, matrix", norm(Attributes{"epsilon": attrFloat(0.1)}, 5), []int{6, 5}, false},
		{"batch normalization, three chunks", norm(nil, 2), []int{150, 2, 3}, false},
		{"batch normalization, frozen", norm(nil, 3), []int{4, 3, 3, 2}, true},
		{"relu", pool("Relu", nil), []int{4, 30}, false},
		{"clip", sequence(map[string]*Tensor{"lo": NewFloat(nil, []float32{-0.25}), "hi": NewFloat(nil, []float32{0.5})}, nodeOf("Clip", "y", nil, "x", "lo", "hi")), []int{4, 30}, false},
		{"clip by attributes", old, []int{4, 30}, false},
		{"limits of channels", sequence(map[string]*Tensor{"m": random(1, 3, 1, 1)}, nodeOf("Min", "y", nil, "x", "m")), []int{2, 3, 4, 5}, false},
		{"limits of columns, first", sequence(map[string]*Tensor{"m": random(1, 30)}, nodeOf("Min", "y", nil, "m", "x")), []int{4, 30}, false},
		{"max pool", pool("MaxPool", Attributes{"kernel_shape": attrInts(3, 2), "strides": attrInts(2, 2), "pads": attrInts(1, 0, 1, 1)}), []int{2, 3, 5, 6}, false},
		{"max pool, 1-D, dilations", pool("MaxPool", Attributes{"kernel_shape": attrInts(3), "dilations": attrInts(2)}), []int{2, 3, 9}, false},
		{"average pool", pool("AveragePool", Attributes{"kernel_shape": attrInts(3, 2), "strides": attrInts(2, 1), "pads": attrInts(1, 0, 1, 1)}), []int{2, 3, 5, 6}, false},
		{"average pool with padding", pool("AveragePool", Attributes{"kernel_shape": attrInts(3), "pads": attrInts(1, 1), "count_include_pad": attrInt(1)}), []int{2, 3, 5}, false},
		{"global average pool", pool("GlobalAveragePool", nil), []int{2, 3, 4, 5}, false},
		{"global max pool", pool("GlobalMaxPool", nil), []int{2, 3, 4, 5}, false},
		{"add to itself", sequence(nil, nodeOf("Add", "y", nil, "x", "x")), []int{3, 4}, false},
		{"add, broadcast over samples", sequence(map[string]*Tensor{"w": random(1, 3, 1), "k": random(3, 3, 1)}, nodeOf("Conv", "h", nil, "x", "k"), nodeOf("Add", "y", nil, "h", "w")), []int{150, 3, 4}, false},
		{"add, broadcast within samples", sequence(nil, nodeOf("GlobalAveragePool", "a", nil, "x"), nodeOf("Add", "y", nil, "x", "a")), []int{3, 2, 4}, false},
		{"residual", sequence(map[string]*Tensor{"w": random(3, 3, 1, 1)}, nodeOf("Conv", "h", nil, "x", "w"), nodeOf("Relu", "i", nil, "h"), nodeOf("Add", "y", nil, "i", "x")), []int{2, 3, 2, 2}, false},
		{"views", sequence(map[string]*Tensor{"w": random(12, 3), "shape": NewInt(Int64, []int{2}, []int64{0, -1})},
			nodeOf("Dropout", "d", nil, "x"), nodeOf("Flatten", "h", nil, "d"), nodeOf("Identity", "i", nil, "h"), nodeOf("Reshape", "j", nil, "i", "shape"), nodeOf("Relu", "k", nil, "h"),
			nodeOf("Add", "l", nil, "j", "k"), nodeOf("Gemm", "y", nil, "l", "w")), []int{3, 3, 4}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := random(c.x...)
			o := TrainOptions{FrozenBatchNorm: c.frozen}
			if c.name == "add, broadcast over samples" {
				o.Parameters = []string{"k", "w"} // by default the added one is a constant
			}
			n, err := New(c.g, Options{})
			if err != nil {
				t.Fatal(err)
			}
			shapes, err := n.Shapes(map[string][]int{"x": c.x})
			if err != nil {
				t.Fatal(err)
			}
			p := randomTensor(r, 1, shapes["y"]...).Float
			o.Loss = projection{p}
			checkGradients(t, c.g, x, o, func(logits []float64) float64 {
				sum := 0.0
				for i, v := range logits {
					sum += v * float64(p[i])
				}
				return sum
			}, Target{})
		})
	}
}

// mobile is a small network of the operators of a MobileNet, in inference form:
// images of 1 x 8 x 8, logits of the given number of classes.
func mobile(classes int, seed uint64) *Graph {
	inits := map[string]*Tensor{
		"c1/w": NewFloat([]int{4, 1, 3, 3}, nil), "dw/w": NewFloat([]int{4, 1, 3, 3}, nil), "pw/w": NewFloat([]int{4, 4, 1, 1}, nil),
		"fc/w": NewFloat([]int{classes, 4}, nil), "fc/b": NewFloat([]int{classes}, nil),
		"zero": NewFloat([]int{}, []float32{0}), "six": NewFloat([]int{}, []float32{6}),
	}
	same := attrInts(1, 1, 1, 1)
	var nodes []Node
	block := func(name, in string, attrs Attributes, relu6 bool) {
		nodes = append(nodes, nodeOf("Conv", name+"/conv", attrs, in, name+"/w"))
		args := []string{name + "/conv"}
		for _, part := range []string{"scale", "bias", "mean", "variance"} {
			inits[name+"/"+part] = NewFloat([]int{4}, nil)
			args = append(args, name+"/"+part)
		}
		nodes = append(nodes, nodeOf("BatchNormalization", name+"/bn", nil, args...))
		if relu6 {
			nodes = append(nodes, nodeOf("Clip", name+"/out", nil, name+"/bn", "zero", "six"))
		}
	}
	block("c1", "x", Attributes{"pads": same, "strides": attrInts(2, 2)}, true)
	block("dw", "c1/out", Attributes{"pads": same, "group": attrInt(4)}, true)
	block("pw", "dw/out", nil, false)
	nodes = append(nodes, nodeOf("Add", "sum", nil, "pw/bn", "c1/out"), nodeOf("GlobalAveragePool", "pool", nil, "sum"),
		nodeOf("Flatten", "flat", nil, "pool"), nodeOf("Gemm", "y", Attributes{"transB": attrInt(1)}, "flat", "fc/w", "fc/b"))
	g, err := Initialize(sequence(inits, nodes...), seed)
	if err != nil {
		panic(err)
	}
	return g
}

func TestGradientsOfLosses(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n, k = 70, 3
	x := randomTensor(r, 1, n, 1, 8, 8)
	teacher := randomTensor(r, 2, n, k)
	labels := make([]int, n)
	for i := range labels {
		labels[i] = r.IntN(k)
	}
	rows := func(f func(row []float64, i int) float64) func([]float64) float64 {
		return func(logits []float64) float64 {
			sum := 0.0
			for i := range n {
				sum += f(logits[i*k:][:k], i)
			}
			return sum / n
		}
	}
	soft := func(row []float64) []float64 {
		p, sum := make([]float64, k), 0.0
		for j, v := range row {
			p[j] = math.Exp(v)
			sum += p[j]
		}
		for j := range p {
			p[j] /= sum
		}
		return p
	}
	for _, c := range []struct {
		loss   Loss
		oracle func([]float64) float64
		target Target
	}{
		{CrossEntropy{}, rows(func(row []float64, i int) float64 { return -math.Log(soft(row)[labels[i]]) }), Target{Labels: labels}},
		{CrossEntropy{Smoothing: 0.25}, rows(func(row []float64, i int) float64 {
			sum := 0.0
			for j, p := range soft(row) {
				want := 0.25 / k
				if j == labels[i] {
					want += 0.75
				}
				sum -= want * math.Log(p)
			}
			return sum
		}), Target{Labels: labels}},
		{DistillCrossEntropy{}, rows(func(row []float64, i int) float64 {
			sum := 0.0
			want := soft(widen(teacher).v[i*k:][:k])
			for j, p := range soft(row) {
				sum -= want[j] * math.Log(p)
			}
			return sum
		}), Target{Teacher: teacher.Float}},
		{DistillRMS{}, func(logits []float64) float64 {
			sum := 0.0
			for i, v := range logits {
				sum += math.Pow(v-float64(teacher.Float[i]), 2)
			}
			return math.Sqrt(sum / n)
		}, Target{Teacher: teacher.Float}},
		{DistillSmoothL1{}, rows(func(row []float64, i int) float64 {
			sum := 0.0
			for j, v := range row {
				sum += math.Sqrt(math.Pow(v-float64(teacher.Float[i*k+j]), 2) + 1e-5)
			}
			return sum
		}), Target{Teacher: teacher.Float}},
	} {
		t.Run(fmt.Sprintf("%T%v", c.loss, c.loss), func(t *testing.T) {
			g := mobile(k, 5)
			// Through the whole network the input has too many elements to try each.
			checkGradientsOfLogits(t, g, x, c.loss, c.oracle, c.target)
		})
	}
}

// checkGradientsOfLogits compares the derivative that a loss returns with
// central differences, at the logits that g has for x.
func checkGradientsOfLogits(t *testing.T, g *Graph, x *Tensor, l Loss, oracle func([]float64) float64, target Target) {
	t.Helper()
	n, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(map[string]*Tensor{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	y := out["y"]
	gradient := make([]float32, len(y.Float))
	got, err := l.Evaluate(gradient, y.Float, y.Shape[0], y.Shape[1], target)
	if err != nil {
		t.Fatal(err)
	}
	logits := widen(y).v
	if want := oracle(logits); math.Abs(got-want) > 1e-12*want {
		t.Errorf("the loss is %v, want %v", got, want)
	}
	for i := range logits {
		const h = 1e-6
		saved := logits[i]
		logits[i] = saved + h
		above := oracle(logits)
		logits[i] = saved - h
		want := (above - oracle(logits)) / (2 * h)
		logits[i] = saved
		if math.Abs(float64(gradient[i])-want) > 1e-8 {
			t.Fatalf("logit %d: the gradient is %v, central differences give %v", i, gradient[i], want)
		}
	}
}

func TestGradientsOfNetwork(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	g := mobile(3, 7)
	for _, layer := range []string{"c1", "dw", "pw"} {
		// No longer zero, which frozen would be the kink of ReLU6.
		g.Initializers[layer+"/bias"] = randomTensor(r, 1, 4)
		g.Initializers[layer+"/mean"] = randomTensor(r, 0.1, 4)
	}
	labels := []int{2, 0, 1, 1}
	for _, frozen := range []bool{false, true} {
		checkGradients(t, g, randomTensor(r, 1, 4, 1, 8, 8), TrainOptions{FrozenBatchNorm: frozen}, func(logits []float64) float64 {
			sum := 0.0
			for i, y := range labels {
				row, total := logits[i*3:][:3], 0.0
				for _, v := range row {
					total += math.Exp(v)
				}
				sum -= row[y] - math.Log(total)
			}
			return sum / 4
		}, Target{Labels: labels})
	}
}
