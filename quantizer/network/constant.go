package network

import (
	"fmt"
	"math"
)

var constantOperators = []operator{
	{"Constant", 7, newestOpset, 0, 0, 1, 1, buildConstant},
	{"ConstantOfShape", 9, newestOpset, 1, 1, 1, 1, buildConstantOfShape},
	{"Range", 11, newestOpset, 3, 3, 1, 1, buildRange},
}

func buildConstant(b *builder) (*kernel, error) {
	var t *Tensor
	count := 0
	if a, ok := b.attr("value", AttrTensor); ok {
		t = a.Tensor
		count++
	}
	if b.opset >= 12 {
		if a, ok := b.attr("value_float", AttrFloat); ok {
			t = NewFloat([]int{}, []float32{a.Float})
			count++
		}
		if a, ok := b.attr("value_floats", AttrFloats); ok {
			t = NewFloat([]int{len(a.Floats)}, a.Floats)
			count++
		}
		if a, ok := b.attr("value_int", AttrInt); ok {
			t = NewInt(Int64, []int{}, []int64{a.Int})
			count++
		}
		if a, ok := b.attr("value_ints", AttrInts); ok {
			t = NewInt(Int64, []int{len(a.Ints)}, a.Ints)
			count++
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	if count != 1 {
		for _, name := range []string{"value_string", "value_strings", "sparse_value"} {
			if b.has(name) {
				return nil, fmt.Errorf("%w attribute %q", ErrUnsupported, name)
			}
		}
		return nil, fmt.Errorf("%w: %d values", ErrGraph, count)
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return &kernel{infer: func([]value) ([]value, error) { return []value{knownValue(t)}, nil }}, nil
}

func buildConstantOfShape(b *builder) (*kernel, error) {
	t := NewFloat([]int{1}, []float32{0})
	if a, ok := b.attr("value", AttrTensor); ok {
		t = a.Tensor
		if err := t.check(); err != nil {
			return nil, err
		}
		if t.Size() != 1 {
			return nil, fmt.Errorf("%w: a value of shape %v", ErrShape, t.Shape)
		}
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			shape, err := knownInts(in[0], "shapes")
			if err != nil {
				return nil, err
			}
			if _, ok := sizeOf(shape); !ok {
				return nil, fmt.Errorf("%w: a shape of %v", ErrShape, shape)
			}
			return []value{{typ: t.Type, shape: shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			if t.Type.IsFloat() {
				fill(out[0].Float, t.Float[0])
			} else {
				fill(out[0].Int, t.Int[0])
			}
			return nil
		},
	}, nil
}

func buildRange(*builder) (*kernel, error) {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			t := in[0].typ
			for i, v := range in {
				if v.typ != t || v.size() != 1 || !t.IsFloat() && !t.isInteger() {
					return nil, fmt.Errorf("%w: operand %d is %v%v", ErrShape, i, v.typ, v.shape)
				}
				if v.known == nil {
					return nil, fmt.Errorf("%w: a range that depends on the data", ErrUnsupported)
				}
			}
			n, err := rangeLength(in[0].known, in[1].known, in[2].known)
			return []value{{typ: t, shape: []int{n}}}, err
		},
		run: func(x *exec, in, out []*Tensor) error {
			if z := out[0]; z.Type.IsFloat() {
				for i := range z.Float {
					z.Float[i] = float32(float64(in[0].Float[0]) + float64(float64(i)*float64(in[2].Float[0])))
				}
			} else {
				for i := range z.Int {
					z.Int[i] = wrap(z.Type, in[0].Int[0]+int64(i)*in[2].Int[0])
				}
			}
			return nil
		},
	}, nil
}

// rangeLength is ceil((limit - start)/delta), at least 0.
func rangeLength(start, limit, delta *Tensor) (int, error) {
	var n float64
	if start.Type.IsFloat() {
		n = math.Ceil((float64(limit.Float[0]) - float64(start.Float[0])) / float64(delta.Float[0]))
	} else {
		from, to, step := start.Int[0], limit.Int[0], delta.Int[0]
		const far = 1 << 60 // differences of such values do not overflow
		switch {
		case step == 0 || max(from, to, step) > far || min(from, to, step) < -far:
			n = math.NaN()
		case step > 0 && to > from:
			n = float64((to-from-1)/step + 1)
		case step < 0 && to < from:
			n = float64((from-to-1)/-step + 1)
		}
	}
	if !(n < maxElements) {
		return 0, fmt.Errorf("%w: a range of %v elements", ErrShape, n)
	}
	return int(max(n, 0)), nil
}
