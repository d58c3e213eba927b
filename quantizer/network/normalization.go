package network

import (
	"fmt"
	"math"

	"github.com/halfulp/halfulp/internal/elementary"
	"github.com/halfulp/halfulp/internal/kernel/mapf32"
)

var normalizationOperators = []operator{
	{"BatchNormalization", 7, newestOpset, 5, 5, 1, 5, buildBatchNormalization},
	{"InstanceNormalization", 7, newestOpset, 3, 3, 1, 1, buildInstanceNormalization},
	{"LayerNormalization", 17, newestOpset, 2, 3, 1, 3, buildLayerNormalization},
	{"Softmax", 7, 12, 1, 1, 1, 1, func(b *builder) (*kernel, error) { return buildSoftmax(b, softmax) }},
	{"Softmax", 13, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) { return buildSoftmax(b, softmax) }},
	{"LogSoftmax", 7, 12, 1, 1, 1, 1, func(b *builder) (*kernel, error) { return buildSoftmax(b, logSoftmax) }},
	{"LogSoftmax", 13, newestOpset, 1, 1, 1, 1, func(b *builder) (*kernel, error) { return buildSoftmax(b, logSoftmax) }},
}

func wantFloats(in []value) error {
	for i, v := range in {
		if v.present() {
			if err := wantType(v, fmt.Sprintf("input %d", i), Float32); err != nil {
				return err
			}
		}
	}
	return nil
}

// batchNormalization returns slope and offset of one channel, in float64:
// y = slope*x + offset.
func batchNormalization(scale, bias, mean, variance, epsilon float32) (slope, offset float64) {
	slope = float64(scale) / math.Sqrt(float64(variance)+float64(epsilon))
	return slope, float64(bias) - float64(float64(mean)*slope)
}

func buildBatchNormalization(b *builder) (*kernel, error) {
	epsilon := b.float("epsilon", 1e-5)
	b.float("momentum", 0.9) // of training
	if b.opset < 9 && !b.flag("spatial", true) {
		return nil, fmt.Errorf("%w: spatial = 0", ErrUnsupported)
	}
	if b.opset >= 14 && b.flag("training_mode", false) {
		return nil, fmt.Errorf("%w: training_mode = 1", ErrUnsupported)
	}
	for i := range b.node.Outputs {
		if i > 0 && b.hasOutput(i) {
			return nil, fmt.Errorf("%w: output %d, of training", ErrUnsupported, i)
		}
	}
	return &kernel{
		infer: func(in []value) ([]value, error) { return inferPerChannel(in, 2) },
		run: func(x *exec, in, out []*Tensor) error {
			if len(in[0].Float) == 0 {
				return nil
			}
			channels := in[0].Shape[1]
			planes := in[0].Shape[0] * channels
			size := len(in[0].Float) / planes
			x.parallel(planes, 1+(1<<14)/size, func(lo, hi int) {
				for p := lo; p < hi; p++ {
					c := p % channels
					slope, offset := batchNormalization(in[1].Float[c], in[2].Float[c], in[3].Float[c], in[4].Float[c], epsilon)
					mapf32.Normalize(out[0].Float[p*size:][:size], in[0].Float[p*size:][:size], 0, slope, offset)
				}
			})
			return nil
		},
		inplace: true,
	}, nil
}

// inferPerChannel is for an input of at least that many axes, the second of which
// is channels, and parameters with one element for each channel.
func inferPerChannel(in []value, axes int) ([]value, error) {
	if err := wantFloats(in); err != nil {
		return nil, err
	}
	if len(in[0].shape) < axes {
		return nil, fmt.Errorf("%w: an input of shape %v", ErrShape, in[0].shape)
	}
	for i, v := range in[1:] {
		if err := wantShape(v, fmt.Sprintf("input %d", i+1), in[0].shape[1]); err != nil {
			return nil, err
		}
	}
	return []value{like(in[0])}, nil
}

// moments returns the mean and the variance of the elements of a row, summed
// in order.
func moments(row []float32) (mean, variance float64) {
	for _, v := range row {
		mean += float64(v)
	}
	mean /= float64(len(row))
	for _, v := range row {
		d := float64(v) - mean
		variance += float64(d * d)
	}
	return mean, variance / float64(len(row))
}

func buildInstanceNormalization(b *builder) (*kernel, error) {
	epsilon := float64(b.float("epsilon", 1e-5))
	return &kernel{
		infer: func(in []value) ([]value, error) { return inferPerChannel(in, 3) },
		run: func(x *exec, in, out []*Tensor) error {
			if len(in[0].Float) == 0 {
				return nil
			}
			channels := in[0].Shape[1]
			planes := in[0].Shape[0] * channels
			size := len(in[0].Float) / planes
			x.parallel(planes, 1+(1<<13)/size, func(lo, hi int) {
				for p := lo; p < hi; p++ {
					row, z := in[0].Float[p*size:][:size], out[0].Float[p*size:][:size]
					mean, variance := moments(row)
					slope := float64(in[1].Float[p%channels]) / math.Sqrt(variance+epsilon)
					offset := float64(in[2].Float[p%channels])
					for i, v := range row {
						z[i] = float32(float64((float64(v)-mean)*slope) + offset)
					}
				}
			})
			return nil
		},
		inplace: true,
	}, nil
}

func buildLayerNormalization(b *builder) (*kernel, error) {
	ax := b.int("axis", -1)
	epsilon := float64(b.float("epsilon", 1e-5))
	if s := b.int("stash_type", 1); s != 1 {
		return nil, fmt.Errorf("%w: stash_type = %d", ErrUnsupported, s)
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if err := wantFloats(in); err != nil {
				return nil, err
			}
			first, err := axis(ax, len(in[0].shape))
			if err != nil {
				return nil, err
			}
			normal := in[0].shape[first:]
			for i, v := range in[1:] {
				if v.present() && !equalShape(v.shape, normal) {
					return nil, fmt.Errorf("%w: input %d of shape %v for axes of shape %v", ErrShape, i+1, v.shape, normal)
				}
			}
			if n, _ := sizeOf(normal); n == 0 {
				return nil, fmt.Errorf("%w: an input of shape %v", ErrShape, in[0].shape)
			}
			stat := append([]int{}, in[0].shape...)
			fill(stat[first:], 1)
			return []value{like(in[0]), {typ: Float32, shape: stat}, {typ: Float32, shape: stat}}, nil
		},
		run: func(x *exec, in, out []*Tensor) error {
			scale, bias := in[1].Float, tensorAt(in, 2)
			size := len(scale)
			x.parallel(len(in[0].Float)/size, 1+4096/size, func(lo, hi int) {
				for p := lo; p < hi; p++ {
					row := in[0].Float[p*size:][:size]
					mean, variance := moments(row)
					inverse := 1 / math.Sqrt(variance+epsilon)
					if t := tensorAt(out, 1); t != nil {
						t.Float[p] = float32(mean)
					}
					if t := tensorAt(out, 2); t != nil {
						t.Float[p] = float32(inverse)
					}
					if out[0] == nil {
						continue
					}
					z := out[0].Float[p*size:][:size]
					for i, v := range row {
						s := (float64(v) - mean) * inverse * float64(scale[i])
						if bias != nil {
							s = float64(s) + float64(bias.Float[i])
						}
						z[i] = float32(s)
					}
				}
			})
			return nil
		},
		inplace: true,
	}, nil
}

// buildSoftmax: before opset 13 all axes from axis on are one, with the default
// 1; since then one axis, with the default -1.
func buildSoftmax(b *builder, f func(z, x []float32, n, step int)) (*kernel, error) {
	one := b.opset >= 13
	def := 1
	if one {
		def = -1
	}
	ax := b.int("axis", def)
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if _, err := axis(ax, len(in[0].shape)); err != nil && (one || ax != len(in[0].shape)) {
				return nil, err
			}
			return []value{like(in[0])}, wantFloats(in)
		},
		work: func(in, _ []value) int64 { return mulWork(8, in[0].size()) },
		run: func(x *exec, in, out []*Tensor) error {
			shape := in[0].Shape
			if len(in[0].Float) == 0 {
				return nil
			}
			a := ax
			if a < 0 {
				a += len(shape)
			}
			n, inner := 1, 1
			if one {
				n = shape[a]
				inner, _ = sizeOf(shape[a+1:])
			} else {
				n, _ = sizeOf(shape[a:])
			}
			x.parallel(len(in[0].Float)/n, 1+1024/n, func(lo, hi int) {
				for p := lo; p < hi; p++ {
					from := p/inner*n*inner + p%inner
					f(out[0].Float[from:], in[0].Float[from:], n, inner)
				}
			})
			return nil
		},
		inplace: true,
	}, nil
}

func softmax(z, x []float32, n, step int) {
	m := float32(math.Inf(-1))
	for i := range n {
		m = max32(m, x[i*step])
	}
	var sum float64
	for i := range n {
		e := elementary.Exp(float64(x[i*step]) - float64(m))
		sum += e
		z[i*step] = float32(e)
	}
	for i := range n {
		z[i*step] = float32(float64(z[i*step]) / sum)
	}
}

func logSoftmax(z, x []float32, n, step int) {
	m := float32(math.Inf(-1))
	for i := range n {
		m = max32(m, x[i*step])
	}
	var sum float64
	for i := range n {
		sum += elementary.Exp(float64(x[i*step]) - float64(m))
	}
	shift := float64(m) + elementary.Log(sum)
	for i := range n {
		z[i*step] = float32(float64(x[i*step]) - shift)
	}
}
