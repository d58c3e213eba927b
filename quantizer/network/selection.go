package network

import "fmt"

var selectionOperators = []operator{
	{"Concat", 7, newestOpset, 1, -1, 1, 1, buildConcat},
	{"Split", 7, 12, 1, 1, 1, -1, buildSplit},
	{"Split", 13, newestOpset, 1, 2, 1, -1, buildSplit},
	{"Slice", 7, 9, 1, 1, 1, 1, buildSlice},
	{"Slice", 10, newestOpset, 3, 5, 1, 1, buildSlice},
	{"Gather", 7, newestOpset, 2, 2, 1, 1, buildGather},
	{"GatherElements", 11, newestOpset, 2, 2, 1, 1, buildGatherElements},
	{"Pad", 7, 10, 1, 1, 1, 1, buildPad},
	{"Pad", 11, 17, 2, 3, 1, 1, buildPad},
	{"Pad", 18, newestOpset, 2, 4, 1, 1, buildPad},
}

// copyRange copies n elements between tensors of one type.
func copyRange(z *Tensor, to int, a *Tensor, from, n int) {
	if z.Type.IsFloat() {
		copy(z.Float[to:][:n], a.Float[from:])
	} else {
		copy(z.Int[to:][:n], a.Int[from:])
	}
}

func buildConcat(b *builder) (*kernel, error) {
	if !b.has("axis") {
		return nil, fmt.Errorf("%w: axis is missing", ErrGraph)
	}
	ax := b.int("axis", 0)
	for i := range b.node.Inputs {
		if !b.hasInput(i) {
			return nil, fmt.Errorf("%w: input %d is absent", ErrGraph, i)
		}
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			a, err := axis(ax, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			shape := append([]int{}, in[0].shape...)
			shape[a] = 0
			for i, v := range in {
				fits := v.typ == in[0].typ && len(v.shape) == len(shape)
				for d := range shape {
					fits = fits && (d == a || v.shape[d] == shape[d])
				}
				if !fits {
					return nil, fmt.Errorf("%w: input %d is %v%v, input 0 is %v%v", ErrShape, i, v.typ, v.shape, in[0].typ, in[0].shape)
				}
				shape[a] += v.shape[a]
			}
			return []value{{typ: in[0].typ, shape: shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			z := out[0]
			a, err := axis(ax, len(z.Shape))
			if err != nil || z.Size() == 0 {
				return err
			}
			inner, _ := sizeOf(z.Shape[a+1:])
			row := z.Shape[a] * inner
			for to := 0; to < z.Size(); to += row {
				at := to
				for _, t := range in {
					n := t.Shape[a] * inner
					copyRange(z, at, t, to/row*n, n)
					at += n
				}
			}
			return nil
		},
	}, nil
}

// buildSplit: the sizes are an attribute before opset 13 and an input since;
// without them the parts are equal, or since opset 18 as equal as num_outputs
// allows.
func buildSplit(b *builder) (*kernel, error) {
	ax := b.int("axis", 0)
	count := len(b.node.Outputs)
	var fixed []int
	uneven := false
	if b.opset < 13 {
		fixed = b.ints("split")
	}
	if b.opset >= 18 && b.has("num_outputs") {
		uneven = true
		if n := b.int("num_outputs", 0); n != count || b.hasInput(1) {
			return nil, fmt.Errorf("%w: num_outputs = %d with %d outputs and %d inputs", ErrGraph, n, count, len(b.node.Inputs))
		}
	}
	sizes := func(in []value, size int) ([]int, error) {
		list := fixed
		if v := at(in, 1); v.present() {
			var err error
			if list, err = knownInts(v, "sizes"); err != nil {
				return nil, err
			}
		} else if list == nil {
			list = make([]int, count)
			part := (size + count - 1) / count
			if !uneven && size%count != 0 {
				return nil, fmt.Errorf("%w: a size of %d in %d parts", ErrShape, size, count)
			}
			rest := size
			for i := range list {
				list[i] = min(part, rest)
				rest -= list[i]
			}
			return list, nil
		}
		sum := 0
		for _, s := range list {
			if s < 0 || s > size-sum {
				return nil, fmt.Errorf("%w: parts of %v", ErrShape, list)
			}
			sum += s
		}
		if sum != size || len(list) != count {
			return nil, fmt.Errorf("%w: %d parts of %v for a size of %d", ErrShape, count, list, size)
		}
		return list, nil
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			a, err := axis(ax, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			list, err := sizes(in, in[0].shape[a])
			if err != nil {
				return nil, err
			}
			out := make([]value, count)
			for i, s := range list {
				shape := append([]int{}, in[0].shape...)
				shape[a] = s
				out[i] = value{typ: in[0].typ, shape: shape}
			}
			return out, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			t := in[0]
			a, err := axis(ax, len(t.Shape))
			if err != nil {
				return err
			}
			vs := []value{knownValue(t), {}}
			if s := tensorAt(in, 1); s != nil {
				vs[1] = knownValue(s)
			}
			list, err := sizes(vs, t.Shape[a])
			if err != nil || t.Size() == 0 {
				return err
			}
			inner, _ := sizeOf(t.Shape[a+1:])
			row := t.Shape[a] * inner
			for from := 0; from < t.Size(); from += row {
				at := from
				for i, s := range list {
					n := s * inner
					if out[i] != nil {
						copyRange(out[i], from/row*n, t, at, n)
					}
					at += n
				}
			}
			return nil
		},
	}, nil
}

// buildSlice: starts, ends and axes are attributes before opset 10 and inputs,
// with steps, since.
func buildSlice(b *builder) (*kernel, error) {
	var attrs [4][]int
	if b.opset < 10 {
		attrs[0], attrs[1], attrs[2] = b.ints("starts"), b.ints("ends"), b.ints("axes")
		if attrs[0] == nil || attrs[1] == nil {
			return nil, fmt.Errorf("%w: starts or ends are missing", ErrGraph)
		}
	}
	// plan returns the first element, the sizes and the strides of the slice.
	plan := func(in []value) (base int, dims, strides []int, err error) {
		lists := attrs
		for i, what := range []string{"starts", "ends", "axes", "steps"} {
			if v := at(in, i+1); v.present() {
				if lists[i], err = knownInts(v, what); err != nil {
					return 0, nil, nil, err
				}
			}
		}
		starts, ends, axes, steps := lists[0], lists[1], lists[2], lists[3]
		if axes == nil {
			for i := range starts {
				axes = append(axes, i)
			}
		}
		if len(ends) != len(starts) || len(axes) != len(starts) || steps != nil && len(steps) != len(starts) {
			return 0, nil, nil, fmt.Errorf("%w: starts %v, ends %v, axes %v, steps %v", ErrShape, starts, ends, axes, steps)
		}
		if _, err := axesMask(axes, len(in[0].shape)); err != nil {
			return 0, nil, nil, err
		}
		dims = append([]int{}, in[0].shape...)
		strides = stridesOf(dims)
		for i := range starts {
			a, _ := axis(axes[i], len(dims))
			n, step := dims[a], 1
			if steps != nil {
				step = steps[i]
			}
			from, to := starts[i], ends[i]
			if from < 0 {
				from += n
			}
			if to < 0 {
				to += n
			}
			count := 0
			switch {
			case step > 0:
				from, to = min(max(from, 0), n), min(max(to, 0), n)
				if to > from {
					count = (to-from-1)/step + 1
				}
			case step < 0:
				from, to = min(max(from, -1), n-1), min(max(to, -1), n-1)
				if from > to {
					count = (from-to-1)/-step + 1
				}
			default:
				return 0, nil, nil, fmt.Errorf("%w: a step of 0", ErrShape)
			}
			if dims[a] = count; count > 0 {
				base += from * strides[a]
			}
			if count > 1 {
				strides[a] *= step // at most the tensor's size: both ends lie in it
			}
		}
		return base, dims, strides, nil
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			_, dims, _, err := plan(in)
			return []value{{typ: in[0].typ, shape: dims}}, err
		},
		run: func(x *exec, in, out []*Tensor) error {
			vs := make([]value, len(in))
			for i, t := range in {
				if t != nil {
					vs[i] = knownValue(t)
				}
			}
			base, dims, strides, err := plan(vs)
			if err != nil {
				return err
			}
			gatherStrided(x, out[0], in[0], base, dims, strides)
			return nil
		},
	}, nil
}

func wantIndices(v value) error {
	if v.typ != Int64 && v.typ != Int32 {
		return fmt.Errorf("%w: indices of type %v", ErrShape, v.typ)
	}
	return nil
}

// index resolves an index that may be negative.
func indexOf(i int64, n int) (int, error) {
	if i < -int64(n) || i >= int64(n) {
		return 0, fmt.Errorf("%w: index %d of %d", ErrData, i, n)
	}
	if i < 0 {
		i += int64(n)
	}
	return int(i), nil
}

func buildGather(b *builder) (*kernel, error) {
	ax := b.int("axis", 0)
	return &kernel{
		infer: func(in []value) ([]value, error) {
			a, err := axis(ax, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			shape := append([]int{}, in[0].shape[:a]...)
			shape = append(shape, in[1].shape...)
			shape = append(shape, in[0].shape[a+1:]...)
			return []value{{typ: in[0].typ, shape: shape}}, wantIndices(in[1])
		},
		run: func(x *exec, in, out []*Tensor) error {
			data, z := in[0], out[0]
			a, err := axis(ax, len(data.Shape))
			if err != nil {
				return err
			}
			n := data.Shape[a]
			inner, _ := sizeOf(data.Shape[a+1:])
			outer, _ := sizeOf(data.Shape[:a])
			for j, v := range in[1].Int {
				i, err := indexOf(v, n)
				if err != nil {
					return err
				}
				if z.Size() == 0 {
					continue
				}
				for o := range outer {
					copyRange(z, (o*len(in[1].Int)+j)*inner, data, (o*n+i)*inner, inner)
				}
			}
			return nil
		},
	}, nil
}

func buildGatherElements(b *builder) (*kernel, error) {
	ax := b.int("axis", 0)
	return &kernel{
		infer: func(in []value) ([]value, error) {
			a, err := axis(ax, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			if err := wantRank(in[1], "indices", len(in[0].shape)); err != nil {
				return nil, err
			}
			for d, s := range in[1].shape {
				if d != a && s > in[0].shape[d] {
					return nil, fmt.Errorf("%w: indices of shape %v for an input of shape %v", ErrShape, in[1].shape, in[0].shape)
				}
			}
			return []value{{typ: in[0].typ, shape: in[1].shape}}, wantIndices(in[1])
		},
		run: func(x *exec, in, out []*Tensor) error {
			data, z := in[0], out[0]
			a, err := axis(ax, len(data.Shape))
			if err != nil {
				return err
			}
			strides := stridesOf(data.Shape)
			for p, v := range in[1].Int {
				i, err := indexOf(v, data.Shape[a])
				if err != nil {
					return err
				}
				from, rest := 0, p
				for d := len(z.Shape) - 1; d >= 0; d-- {
					k := rest % z.Shape[d]
					rest /= z.Shape[d]
					if d == a {
						k = i
					}
					from += k * strides[d]
				}
				copyRange(z, p, data, from, 1)
			}
			return nil
		},
	}, nil
}

// buildPad: pads and value are attributes before opset 11 and inputs since;
// axes are an input since opset 18.
func buildPad(b *builder) (*kernel, error) {
	mode := b.string("mode", "constant")
	switch mode {
	case "constant", "reflect", "edge":
	case "wrap":
		if b.opset >= 19 {
			break
		}
		fallthrough
	default:
		return nil, fmt.Errorf("%w: mode = %q", ErrUnsupported, mode)
	}
	var fixed []int
	var fixedValue float32
	if b.opset < 11 {
		fixed = b.ints("pads")
		fixedValue = b.float("value", 0)
		if fixed == nil {
			return nil, fmt.Errorf("%w: pads are missing", ErrGraph)
		}
	}
	// plan returns the padding before each axis and the new shape.
	plan := func(in []value) (before, shape []int, err error) {
		rank := len(in[0].shape)
		pads := fixed
		if v := at(in, 1); v.present() {
			if pads, err = knownInts(v, "pads"); err != nil {
				return nil, nil, err
			}
		}
		axes := make([]int, rank)
		for i := range axes {
			axes[i] = i
		}
		if v := at(in, 3); v.present() {
			if axes, err = knownInts(v, "axes"); err != nil {
				return nil, nil, err
			}
			if _, err := axesMask(axes, rank); err != nil {
				return nil, nil, err
			}
		}
		if len(pads) != 2*len(axes) {
			return nil, nil, fmt.Errorf("%w: pads %v for an input of shape %v", ErrShape, pads, in[0].shape)
		}
		before = make([]int, rank)
		shape = append([]int{}, in[0].shape...)
		for i, a := range axes {
			a, _ := axis(a, rank)
			lo, hi, n := pads[i], pads[i+len(axes)], shape[a]
			// After negative padding something must be left to take from.
			left := n + min(lo, 0) + min(hi, 0)
			fits := left >= 0
			switch {
			case mode == "reflect":
				fits = fits && max(lo, hi) < max(left, 1)
			case mode != "constant":
				fits = fits && (left > 0 || lo <= 0 && hi <= 0)
			}
			if shape[a] = n + lo + hi; !fits || shape[a] < 0 {
				return nil, nil, fmt.Errorf("%w: pads %v for an input of shape %v", ErrShape, pads, in[0].shape)
			}
			before[a] = lo
		}
		return before, shape, nil
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if v := at(in, 2); v.present() && (v.typ != in[0].typ || v.size() != 1) {
				return nil, fmt.Errorf("%w: a %v value of shape %v for an input of type %v", ErrShape, v.typ, v.shape, in[0].typ)
			}
			_, shape, err := plan(in)
			return []value{{typ: in[0].typ, shape: shape}}, err
		},
		run: func(x *exec, in, out []*Tensor) error {
			vs := make([]value, len(in))
			for i, t := range in {
				if t != nil {
					vs[i] = knownValue(t)
				}
			}
			before, _, err := plan(vs)
			if err != nil || out[0].Size() == 0 {
				return err
			}
			source := make([][]int, len(before))
			for a := range source {
				source[a] = padSource(mode, in[0].Shape[a], out[0].Shape[a], before[a])
			}
			v := tensorAt(in, 2)
			if z := out[0]; z.Type.IsFloat() {
				value := fixedValue
				if v != nil {
					value = v.Float[0]
				}
				padded(x, z.Float, in[0].Float, in[0].Shape, source, value)
			} else {
				var value int64
				if v != nil {
					value = v.Int[0]
				}
				padded(x, z.Int, in[0].Int, in[0].Shape, source, value)
			}
			return nil
		},
	}, nil
}

// padSource returns for each position of a padded axis the one it comes from,
// -1 for the constant. What negative padding cuts away is not taken from.
func padSource(mode string, n, padded, before int) []int {
	after := padded - n - before
	first, last := max(0, -before), n-1+min(0, after) // what is left
	source := make([]int, padded)
	for i := range source {
		k := i - before
		if k < first || k > last {
			switch mode {
			case "edge":
				k = min(max(k, first), last)
			case "reflect":
				if k < first {
					k = 2*first - k
				} else {
					k = 2*last - k
				}
			case "wrap":
				size := last - first + 1
				k = first + ((k-first)%size+size)%size
			default:
				k = -1
			}
		}
		source[i] = k
	}
	return source
}

func padded[T any](x *exec, z, a []T, shape []int, source [][]int, value T) {
	strides := stridesOf(shape)
	if len(source) == 0 {
		z[0] = a[0]
		return
	}
	last := len(source) - 1
	n := len(source[last])
	x.parallel(len(z)/n, 1+(1<<14)/n, func(lo, hi int) {
		for row := lo; row < hi; row++ {
			out := z[row*n:][:n]
			from, rest, outside := 0, row, false
			for d := last - 1; d >= 0; d-- {
				k := source[d][rest%len(source[d])]
				rest /= len(source[d])
				outside = outside || k < 0
				from += k * strides[d]
			}
			for i, k := range source[last] {
				if outside || k < 0 {
					out[i] = value
				} else {
					out[i] = a[from+k]
				}
			}
		}
	})
}
