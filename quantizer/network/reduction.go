package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
)

var reductionOperators = []operator{
	{"ReduceSum", 7, newestOpset, 1, 2, 1, 1, reduceOp(13, reduction{float: sumOf, int: func(x, y int64) int64 { return x + y }})},
	{"ReduceMean", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: func(e elements) float64 { return sumOf(e) / float64(e.count()) }})},
	{"ReduceMax", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: greatest, int: func(x, y int64) int64 { return max(x, y) }, start: func(t DType) int64 {
		lo, _ := t.limits()
		return lo
	}})},
	{"ReduceMin", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: least, int: func(x, y int64) int64 { return min(x, y) }, start: func(t DType) int64 {
		_, hi := t.limits()
		return hi
	}})},
	{"ReduceProd", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: productOf, int: func(x, y int64) int64 { return x * y }, start: func(DType) int64 { return 1 }})},
	{"ReduceL1", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: func(e elements) float64 { return e.fold(0, func(a, v float64) float64 { return a + math.Abs(v) }) }})},
	{"ReduceL2", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: func(e elements) float64 { return math.Sqrt(sumOfSquares(e)) }})},
	{"ReduceSumSquare", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: sumOfSquares})},
	{"ReduceLogSum", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: func(e elements) float64 { return elementary.Log(sumOf(e)) }})},
	{"ReduceLogSumExp", 7, newestOpset, 1, 2, 1, 1, reduceOp(18, reduction{float: logSumExp})},
	{"ArgMax", 7, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) { return buildArg(b, 1) }},
	{"ArgMin", 7, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) { return buildArg(b, -1) }},
}

// reduction is what a Reduce operator does with the elements that it makes one:
// floats in float64 and in row-major order, rounded once at the end; integers
// modulo their type, starting from start (nil: 0), where int is not nil.
type reduction struct {
	float func(elements) float64
	int   func(x, y int64) int64
	start func(DType) int64
}

// elements are those of a tensor that are reduced to one: x[base + ...] over
// all combinations of the reduced axes, of which neighbours are merged.
type elements struct {
	x            []float32
	base         int
	dims, stride []int
}

func (e elements) count() int {
	n, _ := sizeOf(e.dims)
	return n
}

// fold calls f for every element, in row-major order.
func (e elements) fold(acc float64, f func(acc, v float64) float64) float64 {
	walk(e.base, e.dims, e.stride, func(at int) { acc = f(acc, float64(e.x[at])) })
	return acc
}

// walk calls f for base plus every combination of the strides, in row-major
// order.
func walk(base int, dims, stride []int, f func(at int)) {
	switch len(dims) {
	case 0:
		f(base)
	case 1:
		for range dims[0] {
			f(base)
			base += stride[0]
		}
	default:
		for range dims[0] {
			walk(base, dims[1:], stride[1:], f)
			base += stride[0]
		}
	}
}

func sumOf(e elements) float64 {
	return e.fold(0, func(a, v float64) float64 { return a + v })
}

func sumOfSquares(e elements) float64 {
	return e.fold(0, func(a, v float64) float64 { return a + float64(v*v) })
}

func productOf(e elements) float64 {
	return e.fold(1, func(a, v float64) float64 { return a * v })
}

func greatest(e elements) float64 {
	return e.fold(math.Inf(-1), func(a, v float64) float64 { return max(a, v) })
}

func least(e elements) float64 {
	return e.fold(math.Inf(1), func(a, v float64) float64 { return min(a, v) })
}

func logSumExp(e elements) float64 {
	m := greatest(e)
	if math.IsInf(m, 0) {
		return m
	}
	return m + elementary.Log(e.fold(0, func(a, v float64) float64 { return a + elementary.Exp(v-m) }))
}

// split separates the axes of a shape into those that stay and those that are
// reduced, merged where they lie side by side, with their strides.
func split(shape []int, reduced []bool) (keep, keepStride, gone, goneStride []int) {
	stride := make([]int, len(shape))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		stride[i] = step
		step *= shape[i]
	}
	add := func(dims, strides *[]int, d, s int) {
		if k := len(*dims) - 1; k >= 0 && (*strides)[k] == d*s {
			(*dims)[k] *= d
			(*strides)[k] = s
			return
		}
		*dims, *strides = append(*dims, d), append(*strides, s)
	}
	for i, d := range shape {
		if reduced[i] {
			add(&gone, &goneStride, d, stride[i])
		} else {
			add(&keep, &keepStride, d, stride[i])
		}
	}
	return keep, keepStride, gone, goneStride
}

// reduceOp: the axes are an attribute before opset inputSince and an input from
// then on.
func reduceOp(inputSince int, r reduction) func(*builder) (*kernel, error) {
	return func(b *builder) (*kernel, error) {
		keepDims := b.flag("keepdims", true)
		var fixed []int
		noop := false
		if b.opset >= inputSince {
			noop = b.flag("noop_with_empty_axes", false)
		} else {
			fixed = b.ints("axes")
			if b.hasInput(1) {
				return nil, fmt.Errorf("%w: axes as an input", ErrGraph)
			}
		}
		mask := func(in []value) ([]bool, error) {
			list := fixed
			if v := at(in, 1); v.present() {
				var err error
				if list, err = knownInts(v, "axes"); err != nil {
					return nil, err
				}
			}
			m, err := axesMask(list, len(in[0].shape))
			if err == nil && len(list) == 0 && !noop {
				fill(m, true)
			}
			return m, err
		}
		return &kernel{
			infer: func(in []value) ([]value, error) {
				if t := in[0].typ; !t.IsFloat() && (r.int == nil || !t.isInteger()) {
					return nil, fmt.Errorf("%w: an input of type %v", ErrUnsupported, t)
				}
				m, err := mask(in)
				if err != nil {
					return nil, err
				}
				shape := []int{}
				for i, d := range in[0].shape {
					if !m[i] {
						shape = append(shape, d)
					} else if keepDims {
						shape = append(shape, 1)
					}
				}
				return []value{{typ: in[0].typ, shape: shape}}, nil
			},
			run: func(x *exec, in, out []*Tensor) error {
				a, z := in[0], out[0]
				vs := make([]value, len(in))
				for i, t := range in {
					if t != nil {
						vs[i] = value{t.Type, t.Shape, t}
					}
				}
				m, err := mask(vs)
				if err != nil {
					return err
				}
				keep, keepStride, gone, goneStride := split(a.Shape, m)
				if z.Size() == 0 {
					return nil
				}
				count, _ := sizeOf(gone)
				x.parallel(z.Size(), 1+4096/max(count, 1), func(lo, hi int) {
					for p := lo; p < hi; p++ {
						base, rest := 0, p
						for d := len(keep) - 1; d >= 0; d-- {
							base += rest % keep[d] * keepStride[d]
							rest /= keep[d]
						}
						if z.Type.IsFloat() {
							z.Float[p] = float32(r.float(elements{a.Float, base, gone, goneStride}))
							continue
						}
						acc := int64(0)
						if r.start != nil {
							acc = r.start(z.Type)
						}
						walk(base, gone, goneStride, func(at int) { acc = r.int(acc, a.Int[at]) })
						z.Int[p] = wrap(z.Type, acc)
					}
				})
				return nil
			},
		}, nil
	}
}

// buildArg: the index of the greatest (sign = 1) or least (-1) element; a NaN
// is never chosen unless it comes first.
func buildArg(b *builder, sign int) (*kernel, error) {
	ax := b.int("axis", 0)
	keepDims := b.flag("keepdims", true)
	last := b.opset >= 12 && b.flag("select_last_index", false)
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if t := in[0].typ; !t.IsFloat() && !t.isInteger() {
				return nil, fmt.Errorf("%w: an input of type %v", ErrUnsupported, t)
			}
			a, err := axis(ax, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			if in[0].shape[a] == 0 {
				return nil, fmt.Errorf("%w: an axis of size 0", ErrShape)
			}
			shape := append([]int{}, in[0].shape[:a]...)
			if keepDims {
				shape = append(shape, 1)
			}
			return []value{{typ: Int64, shape: append(shape, in[0].shape[a+1:]...)}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			t := in[0]
			a, err := axis(ax, len(t.Shape))
			if err != nil {
				return err
			}
			n := t.Shape[a]
			inner, _ := sizeOf(t.Shape[a+1:])
			better := func(i, j int) bool { // element i against the best so far
				if t.Type.IsFloat() {
					u, v := t.Float[i], t.Float[j]
					return sign > 0 && u > v || sign < 0 && u < v || last && u == v
				}
				u, v := t.Int[i], t.Int[j]
				return sign > 0 && u > v || sign < 0 && u < v || last && u == v
			}
			for p := range out[0].Int {
				from := p/inner*n*inner + p%inner
				best := 0
				for i := 1; i < n; i++ {
					if better(from+i*inner, from+best*inner) {
						best = i
					}
				}
				out[0].Int[p] = int64(best)
			}
			return nil
		},
	}, nil
}
