package network

import "fmt"

var shapeOperators = []operator{
	{"Identity", 7, newestOpset, 1, 1, 1, 1, buildIdentity},
	{"Dropout", 7, 11, 1, 1, 1, 2, buildDropout},
	{"Dropout", 12, newestOpset, 1, 3, 1, 2, buildDropout},
	{"Reshape", 7, newestOpset, 2, 2, 1, 1, buildReshape},
	{"Flatten", 7, newestOpset, 1, 1, 1, 1, buildFlatten},
	{"Squeeze", 7, 12, 1, 1, 1, 1, buildSqueeze},
	{"Squeeze", 13, newestOpset, 1, 2, 1, 1, buildSqueeze},
	{"Unsqueeze", 7, 12, 1, 1, 1, 1, buildUnsqueeze},
	{"Unsqueeze", 13, newestOpset, 2, 2, 1, 1, buildUnsqueeze},
	{"Transpose", 7, newestOpset, 1, 1, 1, 1, buildTranspose},
	{"Expand", 8, newestOpset, 2, 2, 1, 1, buildExpand},
	{"Tile", 7, newestOpset, 2, 2, 1, 1, buildTile},
	{"Shape", 7, newestOpset, 1, 1, 1, 1, buildShape},
	{"Size", 7, newestOpset, 1, 1, 1, 1, buildSize},
}

// view is a kernel whose output is the input in another shape.
func view(shape func(in []value) ([]int, error)) *kernel {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			s, err := shape(in)
			if err != nil {
				return nil, err
			}
			if n, ok := sizeOf(s); !ok || n != in[0].size() {
				return nil, fmt.Errorf("%w: an input of shape %v as %v", ErrShape, in[0].shape, s)
			}
			return []value{{typ: in[0].typ, shape: s}}, nil
		},
		view: true,
	}
}

func buildIdentity(*builder) (*kernel, error) {
	return view(func(in []value) ([]int, error) { return in[0].shape, nil }), nil
}

// buildDropout: outside training the output is the input, and the mask is all
// true.
func buildDropout(b *builder) (*kernel, error) {
	if b.opset < 12 {
		b.float("ratio", 0.5)
	} else {
		b.int("seed", 0)
		if b.hasInput(2) {
			t := b.constant(2)
			if t == nil || t.Type != Bool || len(t.Int) != 1 || t.Int[0] != 0 {
				return nil, fmt.Errorf("%w: training_mode that is not a constant false", ErrUnsupported)
			}
		}
	}
	if !b.hasOutput(1) {
		return view(func(in []value) ([]int, error) { return in[0].shape, nil }), nil
	}
	if b.opset < 10 {
		return nil, fmt.Errorf("%w: the mask before opset 10", ErrUnsupported)
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			return []value{like(in[0]), {typ: Bool, shape: in[0].shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			if out[0] != nil {
				copy(out[0].Float, in[0].Float)
				copy(out[0].Int, in[0].Int)
			}
			fill(out[1].Int, 1)
			return nil
		},
	}, nil
}

func buildReshape(b *builder) (*kernel, error) {
	allowZero := b.opset >= 14 && b.flag("allowzero", false)
	return view(func(in []value) ([]int, error) {
		list, err := knownInts(in[1], "shapes")
		if err != nil {
			return nil, err
		}
		shape := make([]int, len(list))
		rest := -1
		for i, d := range list {
			switch {
			case d == -1 && rest < 0:
				rest = i
				d = 1
			case d < 0:
				return nil, fmt.Errorf("%w: a new shape of %v", ErrShape, list)
			case d == 0 && !allowZero:
				if i >= len(in[0].shape) {
					return nil, fmt.Errorf("%w: a new shape of %v for an input of shape %v", ErrShape, list, in[0].shape)
				}
				d = in[0].shape[i]
			}
			shape[i] = d
		}
		if rest >= 0 {
			n, ok := sizeOf(shape)
			if !ok || n == 0 || in[0].size()%n != 0 {
				return nil, fmt.Errorf("%w: a new shape of %v for an input of shape %v", ErrShape, list, in[0].shape)
			}
			shape[rest] = in[0].size() / n
		}
		return shape, nil
	}), nil
}

func buildFlatten(b *builder) (*kernel, error) {
	ax := b.int("axis", 1)
	if ax < 0 && b.opset < 11 {
		return nil, fmt.Errorf("%w: axis = %d", ErrGraph, ax)
	}
	return view(func(in []value) ([]int, error) {
		rank := len(in[0].shape)
		if ax < -rank || ax > rank {
			return nil, fmt.Errorf("%w: axis %d of an input of rank %d", ErrShape, ax, rank)
		}
		a := ax
		if a < 0 {
			a += rank
		}
		m, _ := sizeOf(in[0].shape[:a])
		n, _ := sizeOf(in[0].shape[a:])
		return []int{m, n}, nil
	}), nil
}

// axesOf reads axes that are an attribute before opset 13 and input 1 since;
// given is false where they are absent.
func axesOf(b *builder) func(in []value) (axes []int, given bool, err error) {
	if b.opset < 13 {
		list := b.ints("axes")
		return func([]value) ([]int, bool, error) { return list, list != nil, nil }
	}
	return func(in []value) ([]int, bool, error) {
		v := at(in, 1)
		if !v.present() {
			return nil, false, nil
		}
		list, err := knownInts(v, "axes")
		return list, true, err
	}
}

func buildSqueeze(b *builder) (*kernel, error) {
	axes := axesOf(b)
	return view(func(in []value) ([]int, error) {
		list, given, err := axes(in)
		if err != nil {
			return nil, err
		}
		mask, err := axesMask(list, len(in[0].shape))
		if err != nil {
			return nil, err
		}
		shape := []int{}
		for i, d := range in[0].shape {
			switch {
			case mask[i] && d != 1:
				return nil, fmt.Errorf("%w: axis %d of an input of shape %v is not 1", ErrShape, i, in[0].shape)
			case !mask[i] && (given || d != 1):
				shape = append(shape, d)
			}
		}
		return shape, nil
	}), nil
}

func buildUnsqueeze(b *builder) (*kernel, error) {
	axes := axesOf(b)
	return view(func(in []value) ([]int, error) {
		list, given, err := axes(in)
		if err != nil {
			return nil, err
		}
		if !given {
			return nil, fmt.Errorf("%w: axes are missing", ErrGraph)
		}
		mask, err := axesMask(list, len(in[0].shape)+len(list))
		if err != nil {
			return nil, err
		}
		shape := make([]int, len(mask))
		next := 0
		for i, m := range mask {
			if m {
				shape[i] = 1
			} else {
				shape[i] = in[0].shape[next]
				next++
			}
		}
		return shape, nil
	}), nil
}

// stridesOf returns the distances of a dense tensor's elements along each axis.
func stridesOf(shape []int) []int {
	strides := make([]int, len(shape))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = step
		step *= shape[i]
	}
	return strides
}

// gatherStrided fills z, a dense tensor of the given dimensions, with the
// elements of a at base plus each combination of the strides.
func gatherStrided(x *exec, z, a *Tensor, base int, dims, strides []int) {
	if z.Size() == 0 {
		return
	}
	if z.Type.IsFloat() {
		copyStrided(x, z.Float, a.Float, base, dims, strides)
	} else {
		copyStrided(x, z.Int, a.Int, base, dims, strides)
	}
}

func copyStrided[T any](x *exec, z, a []T, base int, dims, strides []int) {
	// Axes that continue each other are one.
	var d, s []int
	for i := range dims {
		if dims[i] == 1 {
			continue
		}
		if k := len(d) - 1; k >= 0 && s[k] == strides[i]*dims[i] {
			d[k], s[k] = d[k]*dims[i], strides[i]
			continue
		}
		d, s = append(d, dims[i]), append(s, strides[i])
	}
	if len(d) == 0 {
		z[0] = a[base]
		return
	}
	last := len(d) - 1
	n, step := d[last], s[last]
	x.parallel(len(z)/n, 1+(1<<14)/n, func(lo, hi int) {
		for row := lo; row < hi; row++ {
			from, rest := base, row
			for i := last - 1; i >= 0; i-- {
				from += rest % d[i] * s[i]
				rest /= d[i]
			}
			out := z[row*n:][:n]
			if step == 1 {
				copy(out, a[from:])
				continue
			}
			for i := range out {
				out[i] = a[from]
				from += step
			}
		}
	})
}

func buildTranspose(b *builder) (*kernel, error) {
	perm := b.ints("perm")
	order := func(rank int) ([]int, error) {
		if perm == nil {
			p := make([]int, rank)
			for i := range p {
				p[i] = rank - 1 - i
			}
			return p, nil
		}
		if len(perm) != rank {
			return nil, fmt.Errorf("%w: perm = %v for an input of rank %d", ErrShape, perm, rank)
		}
		seen := make([]bool, rank)
		for _, p := range perm {
			if p < 0 || p >= rank || seen[p] {
				return nil, fmt.Errorf("%w: perm = %v", ErrShape, perm)
			}
			seen[p] = true
		}
		return perm, nil
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			p, err := order(len(in[0].shape))
			if err != nil {
				return nil, err
			}
			shape := make([]int, len(p))
			for i, a := range p {
				shape[i] = in[0].shape[a]
			}
			return []value{{typ: in[0].typ, shape: shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			p, err := order(len(in[0].Shape))
			if err != nil {
				return err
			}
			dense := stridesOf(in[0].Shape)
			strides := make([]int, len(p))
			for i, a := range p {
				strides[i] = dense[a]
			}
			gatherStrided(x, out[0], in[0], 0, out[0].Shape, strides)
			return nil
		},
	}, nil
}

func buildExpand(*builder) (*kernel, error) {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			list, err := knownInts(in[1], "shapes")
			if err != nil {
				return nil, err
			}
			if _, ok := sizeOf(list); !ok {
				return nil, fmt.Errorf("%w: an input of shape %v expanded to %v", ErrShape, in[0].shape, list)
			}
			shape, err := broadcast(in[0].shape, list)
			return []value{{typ: in[0].typ, shape: shape}}, err
		},
		run: func(x *exec, in, out []*Tensor) error {
			gatherStrided(x, out[0], in[0], 0, out[0].Shape, broadcastStrides(in[0].Shape, out[0].Shape))
			return nil
		},
	}, nil
}

func buildTile(*builder) (*kernel, error) {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			list, err := knownInts(in[1], "repeats")
			if err != nil {
				return nil, err
			}
			if len(list) != len(in[0].shape) {
				return nil, fmt.Errorf("%w: repeats %v for an input of shape %v", ErrShape, list, in[0].shape)
			}
			shape := make([]int, len(list))
			for i, r := range list {
				n, ok := sizeOf([]int{r, in[0].shape[i]})
				if !ok {
					return nil, fmt.Errorf("%w: repeats %v for an input of shape %v", ErrShape, list, in[0].shape)
				}
				shape[i] = n
			}
			return []value{{typ: in[0].typ, shape: shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			if out[0].Size() == 0 {
				return nil
			}
			// Each axis is two: the repetition, which does not move, and itself.
			var dims, strides []int
			for i, s := range stridesOf(in[0].Shape) {
				dims = append(dims, out[0].Shape[i]/in[0].Shape[i], in[0].Shape[i])
				strides = append(strides, 0, s)
			}
			gatherStrided(x, out[0], in[0], 0, dims, strides)
			return nil
		},
	}, nil
}

// buildShape: start and end since opset 15.
func buildShape(b *builder) (*kernel, error) {
	const all = 1 << 30
	start, end := 0, all
	if b.opset >= 15 {
		start, end = b.int("start", 0), b.int("end", all)
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			rank := len(in[0].shape)
			lo, hi := clampIndex(start, rank), clampIndex(end, rank)
			out := []int64{}
			for i := lo; i < hi; i++ {
				out = append(out, int64(in[0].shape[i]))
			}
			return []value{knownValue(NewInt(Int64, []int{len(out)}, out))}, nil
		},
	}, nil
}

// clampIndex brings an index that may be negative, or beyond, into 0..n.
func clampIndex(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

func knownValue(t *Tensor) value { return value{t.Type, t.Shape, t} }

func buildSize(*builder) (*kernel, error) {
	return &kernel{infer: func(in []value) ([]value, error) {
		return []value{knownValue(NewInt(Int64, []int{}, []int64{int64(in[0].size())}))}, nil
	}}, nil
}
