package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
	"github.com/halfulp/halfulp/internal/kernel/mapf32"
)

var unaryOperators = []operator{
	{"Relu", 7, newestOpset, 1, 1, 1, 1, sliceOp(reluSlice, func(v int64) int64 { return max(v, 0) })},
	{"LeakyRelu", 7, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) {
		return floatOp(leakyRelu(b.float("alpha", 0.01))), nil
	}},
	{"Elu", 7, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) {
		return floatOp(elu(b.float("alpha", 1))), nil
	}},
	{"Celu", 12, newestOpset, 1, 1, 1, 1, buildCelu},
	{"Selu", 7, newestOpset, 1, 1, 1, 1, buildSelu},
	{"ThresholdedRelu", 10, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) {
		return floatOp(thresholdedRelu(b.float("alpha", 1))), nil
	}},
	{"HardSigmoid", 7, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) {
		return floatOp(hardSigmoid(b.float("alpha", 0.2), b.float("beta", 0.5))), nil
	}},
	{"HardSwish", 14, newestOpset, 1, 1, 1, 1, unaryOp(hardSwish, nil)},
	{"Sigmoid", 7, newestOpset, 1, 1, 1, 1, unaryOp(sigmoid32, nil)},
	{"Tanh", 7, newestOpset, 1, 1, 1, 1, unaryOp(tanh32, nil)},
	{"Erf", 9, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(elementary.Erf(float64(x))) }, nil)},
	{"Gelu", 20, newestOpset, 1, 1, 1, 1, buildGelu},
	{"Mish", 18, newestOpset, 1, 1, 1, 1, unaryOp(mish, nil)},
	{"Softplus", 7, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(elementary.Softplus(float64(x))) }, nil)},
	{"Softsign", 7, newestOpset, 1, 1, 1, 1, unaryOp(softsign, nil)},
	{"Exp", 7, newestOpset, 1, 1, 1, 1, unaryOp(exp32, nil)},
	{"Log", 7, newestOpset, 1, 1, 1, 1, unaryOp(log32, nil)},
	{"Sin", 7, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(elementary.Sin(float64(x))) }, nil)},
	{"Cos", 7, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(elementary.Cos(float64(x))) }, nil)},
	{"Sqrt", 7, newestOpset, 1, 1, 1, 1, unaryOp(sqrt32, nil)},
	{"Reciprocal", 7, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return 1 / x }, nil)},
	{"Neg", 7, newestOpset, 1, 1, 1, 1, unaryOp(neg32, func(v int64) int64 { return -v })},
	{"Abs", 7, newestOpset, 1, 1, 1, 1, unaryOp(abs32, func(v int64) int64 { return max(v, -v) })},
	{"Sign", 9, newestOpset, 1, 1, 1, 1, unaryOp(sign, func(v int64) int64 { return int64(sign(float32(v))) })},
	{"Floor", 7, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(math.Floor(float64(x))) }, nil)},
	{"Ceil", 7, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(math.Ceil(float64(x))) }, nil)},
	{"Round", 11, newestOpset, 1, 1, 1, 1, unaryOp(func(x float32) float32 { return float32(math.RoundToEven(float64(x))) }, nil)},
	{"Not", 7, newestOpset, 1, 1, 1, 1, buildNot},
	{"IsNaN", 9, newestOpset, 1, 1, 1, 1, func(*builder) (*kernel, error) { return testOp(isNaN), nil }},
	{"IsInf", 10, newestOpset, 1, 1, 1, 1, buildIsInf},
	{"Clip", 7, 10, 1, 1, 1, 1, buildClipAttributes},
	{"Clip", 11, newestOpset, 1, 3, 1, 1, buildClipInputs},
}

func hardSwish(x float32) float32 {
	return x * clamp(float32(x*(1.0/6))+0.5, 0, 1)
}

func mish(x float32) float32 {
	return float32(float64(x) * elementary.Tanh(elementary.Softplus(float64(x))))
}

func sign(x float32) float32 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x - x // zero, or NaN
}

// mapFloats applies f to every element.
func mapFloats(x *exec, z, a []float32, f func(float32) float32) {
	x.parallel(len(z), 1<<12, func(lo, hi int) { each(f)(z[lo:hi], a[lo:hi]) })
}

// each applies f to every element of a.
func each(f func(float32) float32) func(z, a []float32) {
	return func(z, a []float32) {
		for i, v := range a {
			z[i] = f(v)
		}
	}
}

// reluSlice is relu of every element.
func reluSlice(z, a []float32) { mapf32.Clip(z, a, 0, float32(math.Inf(1))) }

func floatOp(f func(float32) float32) *kernel {
	k, _ := unaryOp(f, nil)(nil)
	return k
}

// unaryOp is a function of each element; ints may be nil.
func unaryOp(floats func(float32) float32, ints func(int64) int64) func(*builder) (*kernel, error) {
	return sliceOp(each(floats), ints)
}

// sliceOp is a function of any part of the elements; ints is one of each, and may be nil.
func sliceOp(floats func(z, a []float32), ints func(int64) int64) func(*builder) (*kernel, error) {
	return func(*builder) (*kernel, error) {
		return &kernel{
			infer: func(in []value) ([]value, error) {
				if t := in[0].typ; !t.IsFloat() && (ints == nil || !t.isInteger()) {
					return nil, fmt.Errorf("%w: an input of type %v", ErrUnsupported, t)
				}
				return []value{like(in[0])}, nil
			},
			run: func(x *exec, in, out []*Tensor) error {
				z := out[0]
				if z.Type.IsFloat() {
					x.parallel(len(z.Float), 1<<12, func(lo, hi int) { floats(z.Float[lo:hi], in[0].Float[lo:hi]) })
					return nil
				}
				for i, v := range in[0].Int {
					z.Int[i] = wrap(z.Type, ints(v))
				}
				return nil
			},
			inplace: true,
		}, nil
	}
}

// testOp gives a truth value for each float.
func testOp(f func(float32) bool) *kernel {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			return []value{{typ: Bool, shape: in[0].shape}}, wantType(in[0], "an input", Float32)
		},
		run: func(x *exec, in, out []*Tensor) error {
			for i, v := range in[0].Float {
				out[0].Int[i] = truth(f(v))
			}
			return nil
		},
	}
}

func buildIsInf(b *builder) (*kernel, error) {
	neg, pos := b.flag("detect_negative", true), b.flag("detect_positive", true)
	return testOp(func(x float32) bool {
		return pos && math.IsInf(float64(x), 1) || neg && math.IsInf(float64(x), -1)
	}), nil
}

func buildNot(*builder) (*kernel, error) {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			return []value{like(in[0])}, wantType(in[0], "an input", Bool)
		},
		run: func(x *exec, in, out []*Tensor) error {
			for i, v := range in[0].Int {
				out[0].Int[i] = v ^ 1
			}
			return nil
		},
		inplace: true,
	}, nil
}

func buildGelu(b *builder) (*kernel, error) {
	switch a := b.string("approximate", "none"); a {
	case "none":
		return floatOp(geluErf), nil
	case "tanh":
		return floatOp(geluTanh), nil
	default:
		return nil, fmt.Errorf("%w: approximate = %q", ErrUnsupported, a)
	}
}

func buildCelu(b *builder) (*kernel, error) {
	alpha := float64(b.float("alpha", 1))
	if alpha == 0 {
		return nil, fmt.Errorf("%w: alpha is zero", ErrGraph)
	}
	return floatOp(func(x float32) float32 {
		if x < 0 {
			return float32(alpha * elementary.Expm1(float64(x)/alpha))
		}
		return x
	}), nil
}

func buildSelu(b *builder) (*kernel, error) {
	alpha := float64(b.float("alpha", 1.67326319217681884765625))
	gamma := float64(b.float("gamma", 1.05070102214813232421875))
	return floatOp(func(x float32) float32 {
		if x <= 0 {
			return float32(gamma * (alpha * elementary.Expm1(float64(x))))
		}
		return float32(gamma * float64(x))
	}), nil
}

// clipKernel clamps to bounds that bounds returns from the node's inputs.
func clipKernel(bounds func(in []*Tensor) (lo, hi *Tensor)) *kernel {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			t := in[0].typ
			if !t.IsFloat() && !t.isInteger() {
				return nil, fmt.Errorf("%w: an input of type %v", ErrUnsupported, t)
			}
			for _, v := range in[1:] {
				if v.present() && (v.typ != t || v.size() != 1) {
					return nil, fmt.Errorf("%w: a %v bound of shape %v for an input of type %v", ErrShape, v.typ, v.shape, t)
				}
			}
			return []value{like(in[0])}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			low, high := bounds(in)
			z := out[0]
			if z.Type.IsFloat() {
				lo, hi := float32(math.Inf(-1)), float32(math.Inf(1))
				if low != nil {
					lo = low.Float[0]
				}
				if high != nil {
					hi = high.Float[0]
				}
				a := in[0].Float
				x.parallel(len(a), 1<<14, func(from, to int) {
					mapf32.Clip(z.Float[from:to], a[from:to], lo, hi)
				})
				return nil
			}
			lo, hi := z.Type.limits()
			if low != nil {
				lo = low.Int[0]
			}
			if high != nil {
				hi = high.Int[0]
			}
			for i, v := range in[0].Int {
				z.Int[i] = min(max(v, lo), hi)
			}
			return nil
		},
		inplace: true,
	}
}

func buildClipAttributes(b *builder) (*kernel, error) {
	lo := NewFloat(nil, []float32{b.float("min", -math.MaxFloat32)})
	hi := NewFloat(nil, []float32{b.float("max", math.MaxFloat32)})
	k := clipKernel(func([]*Tensor) (*Tensor, *Tensor) { return lo, hi })
	infer := k.infer
	k.infer = func(in []value) ([]value, error) {
		if err := wantType(in[0], "an input", Float32); err != nil {
			return nil, err
		}
		return infer(in)
	}
	return k, nil
}

func buildClipInputs(*builder) (*kernel, error) {
	return clipKernel(func(in []*Tensor) (*Tensor, *Tensor) { return tensorAt(in, 1), tensorAt(in, 2) }), nil
}
