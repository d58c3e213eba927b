package network

import "fmt"

var productOperators = []operator{
	{"Conv", 7, newestOpset, 2, 3, 1, 1, buildConv},
	{"Gemm", 7, 10, 3, 3, 1, 1, buildGemm},
	{"Gemm", 11, newestOpset, 2, 3, 1, 1, buildGemm},
	{"MatMul", 7, newestOpset, 2, 2, 1, 1, buildMatMul},
}

// site enters a product in the network.
func (b *builder) site(part string, kind SiteKind) *Site {
	s := &Site{Node: b.name, Part: part, Op: b.node.Op, Opset: b.opset, Kind: kind}
	b.net.sites = append(b.net.sites, s)
	return s
}

// shared returns a constant in the layout that key names, made once for each
// input that the graph names, whatever the number of nodes that use it.
func (b *builder) shared(i int, key string, build func(t *Tensor) *Tensor) (*Tensor, error) {
	key = b.node.Inputs[i] + "\x00" + key
	n := b.net
	if t := n.shared[key]; t != nil {
		return t, nil
	}
	c := b.constant(i)
	if n.constBytes += bytesOf(c); n.constBytes > n.options.MaxBytes {
		return nil, fmt.Errorf("%w: the constants take %d bytes, %d are allowed", ErrBudget, n.constBytes, n.options.MaxBytes)
	}
	t := build(c)
	n.shared[key] = t
	return t, nil
}

// floatConstant returns an input that has to be a constant of float32.
func (b *builder) floatConstant(i int, what string) (*Tensor, error) {
	t := b.constant(i)
	if t == nil {
		return nil, fmt.Errorf("%w: %s that are not constant", ErrUnsupported, what)
	}
	if !t.Type.IsFloat() {
		return nil, fmt.Errorf("%w: %s of type %v", ErrUnsupported, what, t.Type)
	}
	return t, nil
}

// transposed returns the transpose of a matrix.
func transposed(t *Tensor) *Tensor {
	r, c := t.Shape[0], t.Shape[1]
	out := make([]float32, r*c)
	transposeMatrix(out, t.Float, r, c)
	return NewFloat([]int{c, r}, out)
}

// transposeMatrix writes the transpose of the r x c matrix x to z.
func transposeMatrix(z, x []float32, r, c int) {
	for i := range r {
		for j, v := range x[i*c:][:c] {
			z[j*r+i] = v
		}
	}
}

func reshaped(t *Tensor, shape ...int) *Tensor { return viewOf(t, shape) }

func buildConv(b *builder) (*kernel, error) {
	win, err := readWindows(b, true)
	if err != nil {
		return nil, err
	}
	groups := b.int("group", 1)
	w, err := b.floatConstant(1, "weights")
	if err != nil {
		return nil, err
	}
	if len(w.Shape) != 3 && len(w.Shape) != 4 {
		return nil, fmt.Errorf("%w: weights of shape %v; one or two spatial axes are supported", ErrUnsupported, w.Shape)
	}
	o, c := w.Shape[0], w.Shape[1]
	kernelShape := w.Shape[2:]
	if win.kernel != nil && !equalShape(win.kernel, kernelShape) {
		return nil, fmt.Errorf("%w: kernel_shape %v for weights of shape %v", ErrShape, win.kernel, w.Shape)
	}
	if len(w.Float) == 0 {
		return nil, fmt.Errorf("%w: weights of shape %v", ErrShape, w.Shape)
	}
	if groups < 1 || groups > o || o%groups != 0 {
		return nil, fmt.Errorf("%w: %d groups for %d output channels", ErrShape, groups, o)
	}
	s := b.site("", ConvSite)
	s.WeightName = b.node.Inputs[1]
	s.Weight = w
	if len(w.Shape) == 3 {
		if s.Weight, err = b.shared(1, "1d", func(t *Tensor) *Tensor { return reshaped(t, o, c, 1, t.Shape[2]) }); err != nil {
			return nil, err
		}
	}
	if b.hasInput(2) {
		bias, err := b.floatConstant(2, "biases")
		if err != nil {
			return nil, err
		}
		if !equalShape(bias.Shape, []int{o}) {
			return nil, fmt.Errorf("%w: biases of shape %v for %d output channels", ErrShape, bias.Shape, o)
		}
		s.Bias = bias.Float
	}
	f, err := b.net.options.Arithmetic.Conv(s)
	if err != nil {
		return nil, err
	}
	shape := func(in []int) (ConvShape, error) {
		if len(in) != len(w.Shape) || in[1] != c*groups {
			return ConvShape{}, fmt.Errorf("%w: an input of shape %v for weights of shape %v in %d groups", ErrShape, in, w.Shape, groups)
		}
		ws, err := win.resolve(in[2:], kernelShape)
		if err != nil {
			return ConvShape{}, err
		}
		h, v, height := ws[0], ws[0], in[2]
		if len(ws) == 1 {
			v, height = window{kernel: 1, stride: 1, dilation: 1, out: 1}, 1
		} else {
			h = ws[1]
		}
		return ConvShape{
			N: in[0], C: in[1], H: height, W: in[len(in)-1], O: o, OH: v.out, OW: h.out,
			KH: v.kernel, KW: h.kernel, StrideH: v.stride, StrideW: h.stride, DilationH: v.dilation, DilationW: h.dilation,
			PadTop: v.before, PadLeft: h.before, PadBottom: v.after, PadRight: h.after, Groups: groups,
		}, nil
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if err := wantType(in[0], "an input", Float32); err != nil {
				return nil, err
			}
			cs, err := shape(in[0].shape)
			if err != nil {
				return nil, err
			}
			out := []int{cs.N, o, cs.OH, cs.OW}
			if len(in[0].shape) == 3 {
				out = []int{cs.N, o, cs.OW}
			}
			return []value{{typ: Float32, shape: out}}, nil
		},
		work: func(_, out []value) int64 {
			return mulWork(append(append(append([]int{}, out[0].shape...), kernelShape...), c)...)
		},
		run: func(_ *exec, in, out []*Tensor) error {
			cs, err := shape(in[0].Shape)
			if err != nil || len(out[0].Float) == 0 {
				return err
			}
			return f(out[0].Float, in[0].Float, cs)
		},
		product: true,
	}, nil
}

// linear prepares the product with input i, a constant of rank 2, stored as
// [N, K] where byRows, else as [K, N].
func (b *builder) linear(i int, byRows bool, bias []float32) (f LinearFunc, n, k int, err error) {
	w := b.constant(i)
	s := b.site("", LinearSite)
	s.WeightName = b.node.Inputs[i]
	s.Bias = bias
	if byRows {
		s.Weight = w
	} else if s.Weight, err = b.shared(i, "T", transposed); err != nil {
		return nil, 0, 0, err
	}
	f, err = b.net.options.Arithmetic.Linear(s)
	return f, s.Weight.Shape[0], s.Weight.Shape[1], err
}

func buildGemm(b *builder) (*kernel, error) {
	transA, transB := b.flag("transA", false), b.flag("transB", false)
	alpha, beta := b.float("alpha", 1), b.float("beta", 1)
	for i, t := range b.consts {
		if t != nil && i < 2 && (len(t.Shape) != 2 || len(t.Float) == 0 || !t.Type.IsFloat()) {
			return nil, fmt.Errorf("%w: a %v operand of shape %v", ErrShape, t.Type, t.Shape)
		}
	}
	// C goes into the product as a bias where it is one per column and nothing
	// scales the sum; elsewhere it is added afterwards.
	var bias []float32
	addC := b.hasInput(2)
	if c, w := b.constant(2), b.constant(1); c != nil && w != nil && alpha == 1 && c.Type.IsFloat() {
		n := w.Shape[1]
		if transB {
			n = w.Shape[0]
		}
		perColumn := len(c.Shape) <= 2 && len(c.Float) == n && (len(c.Shape) == 0 || c.Shape[len(c.Shape)-1] == n)
		if perColumn || len(c.Shape) <= 2 && len(c.Float) == 1 {
			bias = make([]float32, n)
			for j := range bias {
				bias[j] = beta * c.Float[j%len(c.Float)]
			}
			addC = false
		}
	}
	sizes := func(in []value) (m, n, k int, err error) {
		for i, v := range in[:2] {
			if err := wantRank(v, "an operand", 2); err != nil {
				return 0, 0, 0, err
			}
			if err := wantType(v, fmt.Sprintf("operand %d", i), Float32); err != nil {
				return 0, 0, 0, err
			}
		}
		m, k = in[0].shape[0], in[0].shape[1]
		if transA {
			m, k = k, m
		}
		kb, n := in[1].shape[0], in[1].shape[1]
		if transB {
			kb, n = n, kb
		}
		if k != kb || k == 0 {
			return 0, 0, 0, fmt.Errorf("%w: a product of shapes %v and %v", ErrShape, in[0].shape, in[1].shape)
		}
		return m, n, k, nil
	}
	var multiply func(x *exec, y, a, bt *Tensor, m, n, k int) error
	rhsScratch := 0
	if b.constant(1) != nil {
		f, _, _, err := b.linear(1, transB, bias)
		if err != nil {
			return nil, err
		}
		multiply = func(x *exec, y, a, _ *Tensor, m, n, k int) error {
			rows := a.Float
			if transA {
				rows = x.scratch[:m*k]
				transposeMatrix(rows, a.Float, k, m)
			}
			return f(y.Float, rows, m, 0, n)
		}
	} else {
		rhsScratch = 1
		s := b.site("", MatMulSite)
		if a := b.constant(0); a != nil {
			s.A, s.WeightName = a, b.node.Inputs[0]
			if transA {
				var err error
				if s.A, err = b.shared(0, "T", transposed); err != nil {
					return nil, err
				}
			}
		}
		f, err := b.net.options.Arithmetic.MatMul(s)
		if err != nil {
			return nil, err
		}
		multiply = func(x *exec, y, a, bt *Tensor, m, n, k int) error {
			if s.A != nil {
				a = s.A
			} else if transA {
				t := NewFloat([]int{m, k}, x.scratch[:m*k])
				transposeMatrix(t.Float, a.Float, k, m)
				a = t
			}
			if transB {
				t := NewFloat([]int{k, n}, x.scratch[m*k:][:k*n])
				transposeMatrix(t.Float, bt.Float, n, k)
				bt = t
			}
			return f(y, a, bt)
		}
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			m, n, _, err := sizes(in)
			if err != nil {
				return nil, err
			}
			if c := at(in, 2); c.present() {
				if err := wantType(c, "operand 2", Float32); err != nil {
					return nil, err
				}
				if shape, err := broadcast(c.shape, []int{m, n}); err != nil || !equalShape(shape, []int{m, n}) {
					return nil, fmt.Errorf("%w: C of shape %v for a product of shape [%d %d]", ErrShape, c.shape, m, n)
				}
			}
			return []value{{typ: Float32, shape: []int{m, n}}}, nil
		},
		work: func(in, out []value) int64 {
			m, n, k, _ := sizes(in)
			return mulWork(m, n, k)
		},
		scratch: func(in, _ []value) int64 {
			m, n, k, _ := sizes(in)
			var s int64
			if transA || rhsScratch != 0 && transB {
				s = int64(m) * int64(k)
			}
			if rhsScratch != 0 && transB {
				s += int64(k) * int64(n)
			}
			return s
		},
		run: func(x *exec, in, out []*Tensor) error {
			z := out[0]
			if len(z.Float) == 0 {
				return nil
			}
			m, n := z.Shape[0], z.Shape[1]
			k := len(in[0].Float) / m
			if err := multiply(x, z, in[0], in[1], m, n, k); err != nil {
				return err
			}
			if alpha != 1 {
				mapFloats(x, z.Float, z.Float, func(v float32) float32 { return alpha * v })
			}
			if c := tensorAt(in, 2); addC && c != nil {
				zip(x, z.Float, z.Float, c.Float, z.Shape, z.Shape, c.Shape, perElement(func(v, c float32) float32 {
					return v + float32(beta*c)
				}))
			}
			return nil
		},
		product: true,
	}, nil
}

// matrixShapes makes stacks of matrices of the shapes of a MatMul's operands: a
// vector is a row on the left and a column on the right. drop removes those
// axes from the shape of the result.
func matrixShapes(a, b []int) (am, bm []int, drop func([]int) []int, err error) {
	if len(a) == 0 || len(b) == 0 {
		return nil, nil, nil, fmt.Errorf("%w: a scalar operand", ErrShape)
	}
	am, bm = a, b
	if len(a) == 1 {
		am = []int{1, a[0]}
	}
	if len(b) == 1 {
		bm = []int{b[0], 1}
	}
	return am, bm, func(s []int) []int {
		k := len(s)
		var out []int
		out = append(out, s[:k-2]...)
		if len(a) > 1 {
			out = append(out, s[k-2])
		}
		if len(b) > 1 {
			out = append(out, s[k-1])
		}
		return out
	}, nil
}

func buildMatMul(b *builder) (*kernel, error) {
	var linear LinearFunc
	var general MatMulFunc
	var err error
	if w := b.constant(1); w != nil && w.Type.IsFloat() && len(w.Float) > 0 && (len(w.Shape) == 1 || len(w.Shape) == 2) {
		s := b.site("", LinearSite)
		s.WeightName = b.node.Inputs[1]
		if s.Weight, err = b.shared(1, "T", func(t *Tensor) *Tensor {
			if len(t.Shape) == 1 {
				return reshaped(t, 1, t.Shape[0])
			}
			return transposed(t)
		}); err != nil {
			return nil, err
		}
		linear, err = b.net.options.Arithmetic.Linear(s)
	} else {
		s := b.site("", MatMulSite)
		s.A, s.B = b.constant(0), b.constant(1)
		switch {
		case s.B != nil:
			s.WeightName = b.node.Inputs[1]
		case s.A != nil:
			s.WeightName = b.node.Inputs[0]
		}
		for _, t := range []*Tensor{s.A, s.B} {
			if t != nil && !t.Type.IsFloat() {
				return nil, fmt.Errorf("%w: an operand of type %v", ErrUnsupported, t.Type)
			}
		}
		general, err = b.net.options.Arithmetic.MatMul(s)
	}
	if err != nil {
		return nil, err
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			for i, v := range in {
				if err := wantType(v, fmt.Sprintf("operand %d", i), Float32); err != nil {
					return nil, err
				}
			}
			am, bm, drop, err := matrixShapes(in[0].shape, in[1].shape)
			if err != nil {
				return nil, err
			}
			shape, err := matMulShape(am, bm)
			if err != nil {
				return nil, err
			}
			if am[len(am)-1] == 0 {
				return nil, fmt.Errorf("%w: a product of shapes %v and %v", ErrShape, am, bm)
			}
			return []value{{typ: Float32, shape: drop(shape)}}, nil
		},
		work: func(in, out []value) int64 {
			return mulWork(append(append([]int{}, out[0].shape...), in[0].shape[len(in[0].shape)-1])...)
		},
		run: func(_ *exec, in, out []*Tensor) error {
			z := out[0]
			if len(z.Float) == 0 {
				return nil
			}
			am, bm, _, err := matrixShapes(in[0].Shape, in[1].Shape)
			if err != nil {
				return err
			}
			if linear != nil {
				k, n := bm[0], bm[1]
				return linear(z.Float, in[0].Float, len(in[0].Float)/k, 0, n)
			}
			shape, err := matMulShape(am, bm)
			if err != nil {
				return err
			}
			return general(viewOf(z, shape), viewOf(in[0], am), viewOf(in[1], bm))
		},
		product: true,
	}, nil
}
