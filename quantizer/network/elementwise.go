package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

var elementwiseOperators = []operator{
	{"Add", 7, newestOpset, 2, 2, 1, 1, arithmeticOp(addFloats, func(x, y int64) int64 { return x + y })},
	{"Sub", 7, newestOpset, 2, 2, 1, 1, arithmeticOp(subFloats, func(x, y int64) int64 { return x - y })},
	{"Mul", 7, newestOpset, 2, 2, 1, 1, arithmeticOp(mulFloats, func(x, y int64) int64 { return x * y })},
	{"Div", 7, newestOpset, 2, 2, 1, 1, divisionOp(divFloats, func(x, y int64) int64 { return x / y })},
	{"Mod", 10, newestOpset, 2, 2, 1, 1, buildMod},
	{"Pow", 7, newestOpset, 2, 2, 1, 1, buildPow},
	{"PRelu", 7, newestOpset, 2, 2, 1, 1, buildPRelu},
	{"Max", 7, newestOpset, 1, -1, 1, 1, variadicOp(max32, func(x, y int64) int64 { return max(x, y) })},
	{"Min", 7, newestOpset, 1, -1, 1, 1, variadicOp(min32, func(x, y int64) int64 { return min(x, y) })},
	{"Sum", 7, newestOpset, 1, -1, 1, 1, variadicOp(func(x, y float32) float32 { return x + y }, nil)},
	{"Mean", 7, newestOpset, 1, -1, 1, 1, buildMean},
	{"Equal", 7, newestOpset, 2, 2, 1, 1, compareOp(func(x, y float32) bool { return x == y }, func(x, y int64) bool { return x == y })},
	{"Less", 7, newestOpset, 2, 2, 1, 1, compareOp(func(x, y float32) bool { return x < y }, func(x, y int64) bool { return x < y })},
	{"Greater", 7, newestOpset, 2, 2, 1, 1, compareOp(func(x, y float32) bool { return x > y }, func(x, y int64) bool { return x > y })},
	{"LessOrEqual", 12, newestOpset, 2, 2, 1, 1, compareOp(func(x, y float32) bool { return x <= y }, func(x, y int64) bool { return x <= y })},
	{"GreaterOrEqual", 12, newestOpset, 2, 2, 1, 1, compareOp(func(x, y float32) bool { return x >= y }, func(x, y int64) bool { return x >= y })},
	{"And", 7, newestOpset, 2, 2, 1, 1, logicOp(func(x, y int64) int64 { return x & y })},
	{"Or", 7, newestOpset, 2, 2, 1, 1, logicOp(func(x, y int64) int64 { return x | y })},
	{"Xor", 7, newestOpset, 2, 2, 1, 1, logicOp(func(x, y int64) int64 { return x ^ y })},
	{"Where", 9, newestOpset, 3, 3, 1, 1, buildWhere},
}

// rows describes operands that broadcast to one shape as rows of n elements:
// operand i starts at an offset and moves by step[i], 0 or 1, in a row.
type rows struct {
	outer   []int // the dimensions before the row, merged where possible
	count   int   // rows
	n       int
	step    []int
	strides [][]int // by operand and outer dimension
}

// rowsOf merges neighbouring dimensions along which every operand is dense or
// is broadcast.
func rowsOf(out []int, operands ...[]int) rows {
	var dims []int
	strides := make([][]int, len(operands))
	full := make([][]int, len(operands))
	for i, s := range operands {
		full[i] = broadcastStrides(s, out)
	}
	for d, size := range out {
		if size == 1 {
			continue
		}
		merge := len(dims) > 0
		for i := range full {
			merge = merge && strides[i][len(dims)-1] == full[i][d]*size
		}
		if merge {
			dims[len(dims)-1] *= size
			for i := range full {
				strides[i][len(dims)-1] = full[i][d]
			}
			continue
		}
		dims = append(dims, size)
		for i := range full {
			strides[i] = append(strides[i], full[i][d])
		}
	}
	r := rows{count: 1, n: 1, step: make([]int, len(operands)), strides: strides}
	if k := len(dims) - 1; k >= 0 {
		// The innermost dimension: its strides are 0 or 1.
		for i := range strides {
			r.step[i] = strides[i][k]
		}
		r.n, r.outer = dims[k], dims[:k]
	}
	for _, d := range r.outer {
		r.count *= d
	}
	return r
}

// offsets sets at[i] to the start of operand i in the given row.
func (r *rows) offsets(row int, at []int) {
	clear(at)
	for d := len(r.outer) - 1; d >= 0; d-- {
		k := row % r.outer[d]
		row /= r.outer[d]
		for i := range at {
			at[i] += k * r.strides[i][d]
		}
	}
}

// each calls f for pieces of the rows: z is the index of the first result, at
// holds the offsets of the operands, n is the length.
func (r *rows) each(x *exec, f func(z int, at []int, n int)) {
	const grain = 1 << 14
	if r.n == 0 || r.count == 0 {
		return
	}
	if r.count == 1 {
		x.parallel(r.n, grain, func(lo, hi int) {
			at := make([]int, len(r.step))
			for i, s := range r.step {
				at[i] = s * lo
			}
			f(lo, at, hi-lo)
		})
		return
	}
	x.parallel(r.count, max(1, grain/r.n), func(lo, hi int) {
		at := make([]int, len(r.step))
		for row := lo; row < hi; row++ {
			r.offsets(row, at)
			f(row*r.n, at, r.n)
		}
	})
}

// rowFunc computes n results from two operands that move by steps of 0 or 1.
type rowFunc[T, R any] func(z []R, x, y []T, xs, ys int)

// perElement makes a rowFunc of a function of two elements.
func perElement[T, R any](f func(x, y T) R) rowFunc[T, R] {
	return func(z []R, x, y []T, xs, ys int) {
		switch {
		case ys == 0:
			v := y[0]
			for i := range z {
				z[i] = f(x[i*xs], v)
			}
		case xs == 0:
			v := x[0]
			for i := range z {
				z[i] = f(v, y[i])
			}
		default:
			x, y = x[:len(z)], y[:len(z)]
			for i := range z {
				z[i] = f(x[i], y[i])
			}
		}
	}
}

func addFloats(z, x, y []float32, xs, ys int) {
	if xs == 0 {
		x, y, xs, ys = y, x, ys, xs
	}
	switch {
	case xs == 0:
		fill(z, x[0]+y[0])
	case ys == 0:
		v := y[0]
		x = x[:len(z)]
		for i := range z {
			z[i] = x[i] + v
		}
	default:
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] + y[i]
		}
	}
}

func mulFloats(z, x, y []float32, xs, ys int) {
	if xs == 0 {
		x, y, xs, ys = y, x, ys, xs
	}
	switch {
	case xs == 0:
		fill(z, x[0]*y[0])
	case ys == 0:
		v := y[0]
		x = x[:len(z)]
		for i := range z {
			z[i] = x[i] * v
		}
	default:
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] * y[i]
		}
	}
}

func subFloats(z, x, y []float32, xs, ys int) {
	for i := range z {
		z[i] = x[i*xs] - y[i*ys]
	}
}

func divFloats(z, x, y []float32, xs, ys int) {
	for i := range z {
		z[i] = x[i*xs] / y[i*ys]
	}
}

func fill[T any](z []T, v T) {
	for i := range z {
		z[i] = v
	}
}

// zip runs a function of two operands over a broadcast.
func zip[T, R any](x *exec, z []R, a, b []T, out, as, bs []int, f rowFunc[T, R]) {
	if len(z) == 0 {
		return
	}
	r := rowsOf(out, as, bs)
	r.each(x, func(k int, at []int, n int) {
		f(z[k:][:n], a[at[0]:], b[at[1]:], r.step[0], r.step[1])
	})
}

// sameTypes is the shape inference of two operands of one type.
func sameTypes(in []value) ([]value, error) {
	if in[0].typ != in[1].typ {
		return nil, fmt.Errorf("%w: operands of types %v and %v", ErrShape, in[0].typ, in[1].typ)
	}
	shape, err := broadcast(in[0].shape, in[1].shape)
	if err != nil {
		return nil, err
	}
	return []value{{typ: in[0].typ, shape: shape}}, nil
}

// wrap reduces an integer to its type modulo a power of two.
func wrap(t DType, v int64) int64 {
	switch t {
	case Int32:
		return int64(int32(v))
	case Int16:
		return int64(int16(v))
	case Int8:
		return int64(int8(v))
	case Uint32:
		return int64(uint32(v))
	case Uint16:
		return int64(uint16(v))
	case Uint8:
		return int64(uint8(v))
	case Int4:
		return v << 60 >> 60
	case Uint4:
		return v & 15
	}
	return v
}

// arithmeticOp computes floats and integers, these modulo the type's range.
func arithmeticOp(floats rowFunc[float32, float32], ints func(x, y int64) int64) func(*builder) (*kernel, error) {
	return func(*builder) (*kernel, error) {
		return &kernel{
			infer: func(in []value) ([]value, error) {
				if t := in[0].typ; !t.IsFloat() && !t.isInteger() {
					return nil, fmt.Errorf("%w: operands of type %v", ErrUnsupported, t)
				}
				return sameTypes(in)
			},
			run: func(x *exec, in, out []*Tensor) error {
				a, b, z := in[0], in[1], out[0]
				if z.Type.IsFloat() {
					zip(x, z.Float, a.Float, b.Float, z.Shape, a.Shape, b.Shape, floats)
					return nil
				}
				zip(x, z.Int, a.Int, b.Int, z.Shape, a.Shape, b.Shape, perElement(func(x, y int64) int64 { return wrap(z.Type, ints(x, y)) }))
				return nil
			},
			inplace: true,
		}, nil
	}
}

// divisionOp is arithmeticOp with a check for integers divided by zero.
func divisionOp(floats rowFunc[float32, float32], ints func(x, y int64) int64) func(*builder) (*kernel, error) {
	return func(b *builder) (*kernel, error) {
		k, err := arithmeticOp(floats, ints)(b)
		if err != nil {
			return nil, err
		}
		compute := k.run
		k.run = func(x *exec, in, out []*Tensor) error {
			if len(out[0].Int) > 0 {
				for _, v := range in[1].Int {
					if v == 0 {
						return fmt.Errorf("%w: an integer divided by zero", ErrData)
					}
				}
			}
			return compute(x, in, out)
		}
		return k, nil
	}
}

func buildMod(b *builder) (*kernel, error) {
	truncated := b.flag("fmod", false)
	floats := perElement(func(x, y float32) float32 { return float32(math.Mod(float64(x), float64(y))) })
	ints := func(x, y int64) int64 {
		m := x % y
		if !truncated && m != 0 && (m < 0) != (y < 0) {
			m += y // the sign of the divisor
		}
		return m
	}
	k, err := divisionOp(floats, ints)(b)
	if err != nil {
		return nil, err
	}
	infer := k.infer
	k.infer = func(in []value) ([]value, error) {
		if in[0].typ.IsFloat() && !truncated {
			return nil, fmt.Errorf("%w: floats with fmod = 0", ErrGraph)
		}
		return infer(in)
	}
	return k, nil
}

// buildPow: the result has the type of the base; the exponent may have another
// since opset 12.
func buildPow(b *builder) (*kernel, error) {
	opset := b.opset
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if in[0].typ != in[1].typ && opset < 12 {
				return nil, fmt.Errorf("%w: operands of types %v and %v", ErrShape, in[0].typ, in[1].typ)
			}
			for i, v := range in {
				if !v.typ.IsFloat() && (!v.typ.isInteger() || opset < 12) {
					return nil, fmt.Errorf("%w: operand %d of type %v", ErrUnsupported, i, v.typ)
				}
			}
			if !in[0].typ.IsFloat() && in[1].typ.IsFloat() {
				return nil, fmt.Errorf("%w: an integer to the power of a float", ErrUnsupported)
			}
			shape, err := broadcast(in[0].shape, in[1].shape)
			return []value{{typ: in[0].typ, shape: shape}}, err
		},
		run: func(x *exec, in, out []*Tensor) error {
			a, b, z := in[0], in[1], out[0]
			if !z.Type.IsFloat() {
				zip(x, z.Int, a.Int, b.Int, z.Shape, a.Shape, b.Shape, perElement(func(x, y int64) int64 { return wrap(z.Type, intPow(x, y)) }))
				return nil
			}
			e := b.Float
			if !b.Type.IsFloat() {
				e = make([]float32, len(b.Int))
				for i, v := range b.Int {
					e[i] = float32(v)
				}
			}
			zip(x, z.Float, a.Float, e, z.Shape, a.Shape, b.Shape, powFloats)
			return nil
		},
		inplace: true,
	}, nil
}

// powFloats has the small exponents that networks use as exact products in
// float64, rounded once; anything else is a power of float64, rounded once.
func powFloats(z, x, y []float32, xs, ys int) {
	for i := range z {
		v := float64(x[i*xs])
		switch e := y[i*ys]; e {
		case 1:
			z[i] = float32(v)
		case 2:
			z[i] = float32(v * v) // 48 bits: exact in float64
		case 3:
			z[i] = float32(float64(v*v) * v)
		case 0.5:
			z[i] = float32(elementary.Pow(v, 0.5))
		default:
			z[i] = float32(elementary.Pow(v, float64(e)))
		}
	}
}

// intPow is x to the power of y modulo 2^64; a negative y gives the quotient
// rounded towards zero, and 0 for x = 0.
func intPow(x, y int64) int64 {
	if y < 0 {
		switch {
		case x == 1:
			return 1
		case x == -1 && y&1 == 0:
			return 1
		case x == -1:
			return -1
		}
		return 0
	}
	z := int64(1)
	for ; y > 0; y >>= 1 {
		if y&1 != 0 {
			z *= x
		}
		x *= x
	}
	return z
}

func buildPRelu(*builder) (*kernel, error) {
	f := perElement(func(x, slope float32) float32 {
		if x < 0 {
			return slope * x
		}
		return x
	})
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if err := wantType(in[0], "an input", Float32); err != nil {
				return nil, err
			}
			out, err := sameTypes(in)
			if err != nil {
				return nil, err
			}
			if !equalShape(out[0].shape, in[0].shape) {
				return nil, fmt.Errorf("%w: a slope of shape %v for an input of shape %v", ErrShape, in[1].shape, in[0].shape)
			}
			return out, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			zip(x, out[0].Float, in[0].Float, in[1].Float, out[0].Shape, in[0].Shape, in[1].Shape, f)
			return nil
		},
		inplace: true,
	}, nil
}

// variadicOp folds any number of operands from left to right; ints may be nil.
func variadicOp(floats func(x, y float32) float32, ints func(x, y int64) int64) func(*builder) (*kernel, error) {
	return func(b *builder) (*kernel, error) {
		for i := range b.node.Inputs {
			if !b.hasInput(i) {
				return nil, fmt.Errorf("%w: input %d is absent", ErrGraph, i)
			}
		}
		return &kernel{
			infer: func(in []value) ([]value, error) {
				out := []value{like(in[0])}
				if t := in[0].typ; !t.IsFloat() && (ints == nil || !t.isInteger()) {
					return nil, fmt.Errorf("%w: operands of type %v", ErrUnsupported, t)
				}
				for _, v := range in[1:] {
					var err error
					if out, err = sameTypes([]value{out[0], v}); err != nil {
						return nil, err
					}
				}
				return out, nil
			},
			run: func(x *exec, in, out []*Tensor) error {
				z := out[0]
				for i, y := range in {
					switch {
					case i == 0 && z.Type.IsFloat():
						zip(x, z.Float, y.Float, y.Float, z.Shape, y.Shape, y.Shape, perElement(func(a, _ float32) float32 { return a }))
					case i == 0:
						zip(x, z.Int, y.Int, y.Int, z.Shape, y.Shape, y.Shape, perElement(func(a, _ int64) int64 { return a }))
					case z.Type.IsFloat():
						zip(x, z.Float, z.Float, y.Float, z.Shape, z.Shape, y.Shape, perElement(floats))
					default:
						zip(x, z.Int, z.Int, y.Int, z.Shape, z.Shape, y.Shape, perElement(ints))
					}
				}
				return nil
			},
		}, nil
	}
}

func buildMean(b *builder) (*kernel, error) {
	k, err := variadicOp(func(x, y float32) float32 { return x + y }, nil)(b)
	if err != nil {
		return nil, err
	}
	sum := k.run
	k.run = func(x *exec, in, out []*Tensor) error {
		if err := sum(x, in, out); err != nil {
			return err
		}
		for i, v := range out[0].Float {
			out[0].Float[i] = v / float32(len(in))
		}
		return nil
	}
	return k, nil
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func compareOp(floats func(x, y float32) bool, ints func(x, y int64) bool) func(*builder) (*kernel, error) {
	return func(*builder) (*kernel, error) {
		return &kernel{
			infer: func(in []value) ([]value, error) {
				if in[0].typ.isFloat8() {
					return nil, fmt.Errorf("%w: operands of type %v", ErrUnsupported, in[0].typ)
				}
				out, err := sameTypes(in)
				if err != nil {
					return nil, err
				}
				out[0].typ = Bool
				return out, nil
			},
			run: func(x *exec, in, out []*Tensor) error {
				a, b, z := in[0], in[1], out[0]
				if a.Type.IsFloat() {
					zip(x, z.Int, a.Float, b.Float, z.Shape, a.Shape, b.Shape, perElement(func(x, y float32) int64 { return truth(floats(x, y)) }))
					return nil
				}
				zip(x, z.Int, a.Int, b.Int, z.Shape, a.Shape, b.Shape, perElement(func(x, y int64) int64 { return truth(ints(x, y)) }))
				return nil
			},
		}, nil
	}
}

func logicOp(f func(x, y int64) int64) func(*builder) (*kernel, error) {
	return func(*builder) (*kernel, error) {
		return &kernel{
			infer: func(in []value) ([]value, error) {
				if err := wantType(in[0], "an operand", Bool); err != nil {
					return nil, err
				}
				return sameTypes(in)
			},
			run: func(x *exec, in, out []*Tensor) error {
				zip(x, out[0].Int, in[0].Int, in[1].Int, out[0].Shape, in[0].Shape, in[1].Shape, perElement(f))
				return nil
			},
			inplace: true,
		}, nil
	}
}

func buildWhere(*builder) (*kernel, error) {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if err := wantType(in[0], "a condition", Bool); err != nil {
				return nil, err
			}
			out, err := sameTypes(in[1:])
			if err != nil {
				return nil, err
			}
			out[0].shape, err = broadcast(out[0].shape, in[0].shape)
			return out, err
		},
		run: func(x *exec, in, out []*Tensor) error {
			r := rowsOf(out[0].Shape, in[0].Shape, in[1].Shape, in[2].Shape)
			r.each(x, func(k int, at []int, n int) {
				for i := range n {
					from, p := in[1], at[1]+i*r.step[1]
					if in[0].Int[at[0]+i*r.step[0]] == 0 {
						from, p = in[2], at[2]+i*r.step[2]
					}
					if out[0].Type.IsFloat() {
						out[0].Float[k+i] = from.Float[p]
					} else {
						out[0].Int[k+i] = from.Int[p]
					}
				}
			})
			return nil
		},
	}, nil
}
