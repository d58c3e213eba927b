package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

var conversionOperators = []operator{
	{"Cast", 7, newestOpset, 1, 1, 1, 1, buildCast},
	{"CastLike", 15, newestOpset, 2, 2, 1, 1, buildCastLike},
	{"QuantizeLinear", 10, newestOpset, 2, 3, 1, 1, buildQuantizeLinear},
	{"DequantizeLinear", 10, newestOpset, 2, 3, 1, 1, buildDequantizeLinear},
}

// onnxTypes maps the numbers of ONNX's TensorProto.DataType. float16, bfloat16
// and double are float32 here.
var onnxTypes = map[int]DType{
	1: Float32, 2: Uint8, 3: Int8, 4: Uint16, 5: Int16, 6: Int32, 7: Int64, 9: Bool, 10: Float32, 11: Float32,
	12: Uint32, 16: Float32, 17: Float8E4M3FN, 18: Float8E4M3FNUZ, 19: Float8E5M2, 20: Float8E5M2FNUZ, 21: Uint4, 22: Int4,
}

const (
	onnxFloat16  = 10
	onnxBFloat16 = 16
)

// float8Format returns the format of a type's codes.
func float8Format(t DType) minifloat.Format {
	switch t {
	case Float8E4M3FN:
		return minifloat.MustFormat(4, 3, minifloat.FNFamily)
	case Float8E4M3FNUZ:
		return minifloat.MustFormat(4, 3, minifloat.FNUZFamily)
	case Float8E5M2:
		return minifloat.MustFormat(5, 2, minifloat.IEEEFamily)
	}
	return minifloat.MustFormat(5, 2, minifloat.FNUZFamily)
}

func saturation(saturate bool) minifloat.Context {
	if saturate {
		return minifloat.Context{Saturation: rounding.SatFinite}
	}
	return minifloat.Context{}
}

// caster converts elements to a type. Integers become integers modulo the
// type's range. Floats become integers by truncation, then modulo the range, as
// ONNX's node tests have it; what is beyond int64 is brought to its ends first,
// and NaN is 0 (ONNX leaves all of that open).
type caster struct {
	to       DType
	saturate bool              // of 8-bit floats
	through  *minifloat.Format // floats are rounded to it first
}

func (c caster) run(z, a *Tensor) {
	switch {
	case c.through != nil && z.Type.IsFloat():
		for i := range z.Float {
			z.Float[i] = float32(c.through.Decode(c.through.Encode(float64(toFloat(a, i)))))
		}
	case z.Type.IsFloat():
		if a.Type.IsFloat() {
			copy(z.Float, a.Float)
			return
		}
		for i := range z.Float {
			z.Float[i] = toFloat(a, i)
		}
	case z.Type.isFloat8():
		f, ctx := float8Format(z.Type), saturation(c.saturate)
		for i := range z.Int {
			code, _ := ctx.Encode(f, float64(toFloat(a, i)))
			z.Int[i] = int64(code)
		}
	case z.Type == Bool:
		for i := range z.Int {
			if a.Type.isInteger() || a.Type == Bool {
				z.Int[i] = truth(a.Int[i] != 0)
			} else {
				z.Int[i] = truth(toFloat(a, i) != 0)
			}
		}
	case a.Type.isInteger() || a.Type == Bool:
		for i := range z.Int {
			z.Int[i] = wrap(z.Type, a.Int[i])
		}
	default:
		lo, hi := Int64.limits()
		for i := range z.Int {
			z.Int[i] = wrap(z.Type, toInteger(float64(toFloat(a, i)), lo, hi))
		}
	}
}

// toFloat returns an element as a float32: an integer rounded to nearest.
func toFloat(t *Tensor, i int) float32 {
	switch {
	case t.Type.IsFloat():
		return t.Float[i]
	case t.Type.isFloat8():
		return float32(float8Format(t.Type).Decode(uint32(t.Int[i])))
	}
	return float32(t.Int[i])
}

// toInteger truncates, with the ends of the range for what lies beyond.
func toInteger(v float64, lo, hi int64) int64 {
	switch {
	case v != v:
		return 0
	case v >= float64(hi): // 2^63 for the greatest int64
		return hi
	case v <= float64(lo):
		return lo
	}
	return int64(v)
}

func buildCast(b *builder) (*kernel, error) {
	if !b.has("to") {
		return nil, fmt.Errorf("%w: to is missing", ErrGraph)
	}
	number := b.int("to", 0)
	t, ok := onnxTypes[number]
	if !ok {
		return nil, fmt.Errorf("%w: a cast to ONNX type %d", ErrUnsupported, number)
	}
	c := caster{to: t, saturate: true}
	if b.opset >= 19 {
		c.saturate = b.flag("saturate", true)
	}
	switch number {
	case onnxFloat16:
		f := minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
		c.through = &f
	case onnxBFloat16:
		f := minifloat.MustFormat(8, 7, minifloat.IEEEFamily)
		c.through = &f
	}
	return &kernel{
		infer: func(in []value) ([]value, error) { return []value{{typ: t, shape: in[0].shape}}, nil },
		run: func(x *exec, in, out []*Tensor) error {
			c.run(out[0], in[0])
			return nil
		},
	}, nil
}

func buildCastLike(b *builder) (*kernel, error) {
	saturate := b.opset < 19 || b.flag("saturate", true)
	return &kernel{
		infer: func(in []value) ([]value, error) { return []value{{typ: in[1].typ, shape: in[0].shape}}, nil },
		run: func(x *exec, in, out []*Tensor) error {
			caster{to: in[1].Type, saturate: saturate}.run(out[0], in[0])
			return nil
		},
	}, nil
}

// scales says which scale belongs to which element: one for all, one for each
// position along an axis, or (opset 21) one for each block along it.
type scales struct {
	axis, block int
}

func readScales(b *builder) scales {
	s := scales{axis: 1}
	if b.opset >= 13 {
		s.axis = b.int("axis", 1)
	}
	if b.opset >= 21 {
		s.block = b.int("block_size", 0)
	}
	return s
}

// layout returns the sizes with which an element's scale is found, see scaleIndex.
func (s scales) layout(x, scale []int) (inner, n, block, blocks int, err error) {
	if k, _ := sizeOf(scale); k == 1 && len(scale) <= 1 && s.block == 0 {
		return 1, 1, 1, 0, nil
	}
	a, err := axis(s.axis, len(x))
	if err != nil {
		return 0, 0, 0, 0, err
	}
	inner, _ = sizeOf(x[a+1:])
	n = x[a]
	if s.block == 0 {
		if len(scale) != 1 || scale[0] != n {
			return 0, 0, 0, 0, fmt.Errorf("%w: scales of shape %v for axis %d of an input of shape %v", ErrShape, scale, a, x)
		}
		return inner, n, 1, 0, nil
	}
	want := append([]int{}, x...)
	if s.block < 0 {
		return 0, 0, 0, 0, fmt.Errorf("%w: block_size = %d", ErrGraph, s.block)
	}
	want[a] = (n + s.block - 1) / s.block
	if !equalShape(scale, want) {
		return 0, 0, 0, 0, fmt.Errorf("%w: scales of shape %v for blocks of %d on axis %d of an input of shape %v", ErrShape, scale, s.block, a, x)
	}
	return inner, n, s.block, want[a], nil
}

// scaleIndex returns the scale of element i. For one scale inner and n are 1;
// where blocks is 0 the axes before do not matter.
func scaleIndex(i, inner, n, block, blocks int) int {
	d := i / inner % n
	if blocks == 0 {
		return d
	}
	return (i/(inner*n)*blocks+d/block)*inner + i%inner
}

func checkScale(in []value) error {
	if err := wantType(in[1], "a scale", Float32); err != nil {
		return err
	}
	if z := at(in, 2); z.present() && !equalShape(z.shape, in[1].shape) && (z.size() != 1 || in[1].size() != 1) {
		return fmt.Errorf("%w: a zero point of shape %v for scales of shape %v", ErrShape, z.shape, in[1].shape)
	}
	return nil
}

func buildQuantizeLinear(b *builder) (*kernel, error) {
	s := readScales(b)
	saturate := b.opset < 19 || b.flag("saturate", true)
	to := Uint8
	if b.opset >= 21 {
		if n := b.int("output_dtype", 0); n != 0 {
			t, ok := onnxTypes[n]
			if !ok || t.IsFloat() || t == Bool {
				return nil, fmt.Errorf("%w: output_dtype = %d", ErrUnsupported, n)
			}
			to = t
		}
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if err := wantType(in[0], "an input", Float32, Int32); err != nil {
				return nil, err
			}
			if err := checkScale(in); err != nil {
				return nil, err
			}
			t := to
			if z := at(in, 2); z.present() {
				t = z.typ
			}
			if t.IsFloat() || t == Bool || t == Int64 {
				return nil, fmt.Errorf("%w: a zero point of type %v", ErrUnsupported, t)
			}
			if _, _, _, _, err := s.layout(in[0].shape, in[1].shape); err != nil {
				return nil, err
			}
			return []value{{typ: t, shape: in[0].shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			z, zero := out[0], tensorAt(in, 2)
			inner, n, block, blocks, err := s.layout(in[0].Shape, in[1].Shape)
			if err != nil {
				return err
			}
			if z.Type.isFloat8() {
				f, ctx := float8Format(z.Type), saturation(saturate)
				for i := range z.Int {
					v := toFloat(in[0], i) / in[1].Float[scaleIndex(i, inner, n, block, blocks)]
					code, _ := ctx.Encode(f, float64(v))
					z.Int[i] = int64(code)
				}
				return nil
			}
			lo, hi := z.Type.limits()
			for i := range z.Int {
				k := scaleIndex(i, inner, n, block, blocks)
				q := math.RoundToEven(float64(toFloat(in[0], i) / in[1].Float[k]))
				if zero != nil {
					q += float64(zero.Int[k])
				}
				z.Int[i] = toInteger(q, lo, hi)
			}
			return nil
		},
	}, nil
}

func buildDequantizeLinear(b *builder) (*kernel, error) {
	s := readScales(b)
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if t := in[0].typ; t.IsFloat() || t == Bool || t == Int64 {
				return nil, fmt.Errorf("%w: an input of type %v", ErrUnsupported, t)
			}
			if err := checkScale(in); err != nil {
				return nil, err
			}
			if z := at(in, 2); z.present() && z.typ != in[0].typ {
				return nil, fmt.Errorf("%w: a zero point of type %v for an input of type %v", ErrShape, z.typ, in[0].typ)
			}
			if _, _, _, _, err := s.layout(in[0].shape, in[1].shape); err != nil {
				return nil, err
			}
			return []value{{typ: Float32, shape: in[0].shape}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			a, zero := in[0], tensorAt(in, 2)
			inner, n, block, blocks, err := s.layout(a.Shape, in[1].Shape)
			if err != nil {
				return err
			}
			for i := range out[0].Float {
				k := scaleIndex(i, inner, n, block, blocks)
				v := toFloat(a, i)
				if zero != nil && !a.Type.isFloat8() {
					v = float32(a.Int[i] - zero.Int[k])
				}
				out[0].Float[i] = v * in[1].Float[k]
			}
			return nil
		},
	}, nil
}
