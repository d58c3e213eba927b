package network

import (
	"fmt"
	"math"
)

var poolOperators = []operator{
	{"MaxPool", 7, newestOpset, 1, 1, 1, 2, buildMaxPool},
	{"AveragePool", 7, newestOpset, 1, 1, 1, 1, buildAveragePool},
	{"GlobalAveragePool", 7, newestOpset, 1, 1, 1, 1, func(*builder) (*kernel, error) { return globalPool(meanOf), nil }},
	{"GlobalMaxPool", 7, newestOpset, 1, 1, 1, 1, func(*builder) (*kernel, error) { return globalPool(maxOf), nil }},
}

// window is how a kernel slides over one spatial axis.
type window struct {
	kernel, stride, dilation int
	before, after            int // padding
	out                      int
}

// windows holds the attributes that convolutions and pools share.
type windows struct {
	kernel, strides, dilations, pads []int
	autoPad                          string
	ceil                             bool
}

// readWindows reads the attributes; kernel is nil where the shape comes from
// weights. Their lengths are checked by resolve.
func readWindows(b *builder, dilations bool) (w windows, err error) {
	w.kernel = b.ints("kernel_shape")
	w.strides = b.ints("strides")
	w.pads = b.ints("pads")
	if dilations {
		w.dilations = b.ints("dilations")
	}
	w.autoPad = b.string("auto_pad", "NOTSET")
	switch w.autoPad {
	case "NOTSET":
	case "VALID", "SAME_UPPER", "SAME_LOWER":
		for _, p := range w.pads {
			if p != 0 {
				return w, fmt.Errorf("%w: pads with auto_pad = %s", ErrGraph, w.autoPad)
			}
		}
	default:
		return w, fmt.Errorf("%w: auto_pad = %q", ErrUnsupported, w.autoPad)
	}
	return w, nil
}

// maxWindow bounds each of kernel, stride, dilation and padding: 2^24, or 2^14
// where int has 32 bits, so that a product of two, and a size, can be added.
const maxWindow = 1 << (14 + 10*(^uint(0)>>63))

// resolve returns the window of each axis for spatial sizes in.
func (w *windows) resolve(in, kernel []int) ([]window, error) {
	n := len(in)
	for _, list := range []struct {
		name   string
		values []int
		want   int
		least  int
	}{
		{"kernel_shape", kernel, n, 1}, {"strides", w.strides, n, 1},
		{"dilations", w.dilations, n, 1}, {"pads", w.pads, 2 * n, 0},
	} {
		if list.values == nil {
			continue
		}
		if len(list.values) != list.want {
			return nil, fmt.Errorf("%w: %s %v for %d spatial axes", ErrShape, list.name, list.values, n)
		}
		for _, v := range list.values {
			if v < list.least || v > maxWindow {
				return nil, fmt.Errorf("%w: %s %v", ErrShape, list.name, list.values)
			}
		}
	}
	out := make([]window, n)
	for i := range out {
		v := window{kernel: kernel[i], stride: 1, dilation: 1}
		if w.strides != nil {
			v.stride = w.strides[i]
		}
		if w.dilations != nil {
			v.dilation = w.dilations[i]
		}
		if in[i] < 1 {
			return nil, fmt.Errorf("%w: an input whose spatial size is %d", ErrShape, in[i])
		}
		reach := v.dilation*(v.kernel-1) + 1
		switch w.autoPad {
		case "SAME_UPPER", "SAME_LOWER":
			v.out = (in[i] + v.stride - 1) / v.stride
			pad := max(0, (v.out-1)*v.stride+reach-in[i])
			v.before, v.after = pad/2, pad-pad/2
			if w.autoPad == "SAME_LOWER" {
				v.before, v.after = v.after, v.before
			}
		default:
			if w.pads != nil {
				v.before, v.after = w.pads[i], w.pads[n+i]
			}
			padded := in[i] + v.before + v.after
			if padded < reach {
				return nil, fmt.Errorf("%w: a kernel that reaches over %d of a padded size of %d", ErrShape, reach, padded)
			}
			v.out = (padded-reach)/v.stride + 1
			if w.ceil && (padded-reach)%v.stride != 0 && v.out*v.stride < in[i]+v.before {
				v.out++ // the last window starts inside the input or its padding before it
			}
		}
		out[i] = v
	}
	return out, nil
}

// span is the part of a window that lies within the input: positions
// start + tap*step for lo <= tap < hi. padded counts the taps that lie within
// the input or its padding.
type span struct {
	start, step, lo, hi int
	padded              int
}

// span returns the span of output position o over an input of the given size.
func (v *window) span(o, size int) span {
	s := span{start: o*v.stride - v.before, step: v.dilation, hi: v.kernel, padded: v.kernel}
	if s.start < 0 {
		s.lo = min((-s.start+v.dilation-1)/v.dilation, v.kernel)
	}
	reach := (v.kernel - 1) * v.dilation
	if room := size - s.start; room <= reach {
		s.hi = max(s.lo, (room+v.dilation-1)/v.dilation)
	}
	if room := size + v.after - s.start; room <= reach {
		s.padded = (room + v.dilation - 1) / v.dilation // ceil_mode runs over the end
	}
	return s
}

// poolKernel slides a window over each plane of a tensor with one or two
// spatial axes. combine gets a plane, its width, and the window's position.
func poolKernel(w windows, combine func(plane []float32, width int, y, x span) float32) *kernel {
	// resolve returns the windows and the sizes of both axes.
	resolve := func(shape []int) (ws [2]window, height, width int, err error) {
		list, err := w.resolve(shape[2:], w.kernel)
		if err != nil {
			return ws, 0, 0, err
		}
		if len(list) == 1 {
			return [2]window{{kernel: 1, stride: 1, dilation: 1, out: 1}, list[0]}, 1, shape[2], nil
		}
		return [2]window(list), shape[2], shape[3], nil
	}
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if rank := len(in[0].shape); rank != 3 && rank != 4 {
				return nil, fmt.Errorf("%w: an input of shape %v; one or two spatial axes are supported", ErrUnsupported, in[0].shape)
			}
			ws, _, _, err := resolve(in[0].shape)
			if err != nil {
				return nil, err
			}
			shape := append([]int{}, in[0].shape...)
			shape[len(shape)-1] = ws[1].out
			if len(shape) == 4 {
				shape[2] = ws[0].out
			}
			return []value{{typ: Float32, shape: shape}}, wantType(in[0], "an input", Float32)
		},
		work: func(in, out []value) int64 {
			return mulWork(append(append([]int{}, out[0].shape...), w.kernel...)...)
		},
		run: func(x *exec, in, out []*Tensor) error {
			ws, height, width, err := resolve(in[0].Shape)
			if err != nil || len(out[0].Float) == 0 {
				return err
			}
			size, osize := height*width, ws[0].out*ws[1].out
			x.parallel(len(out[0].Float)/osize, 1+4096/osize, func(lo, hi int) {
				for p := lo; p < hi; p++ {
					plane, z := in[0].Float[p*size:][:size], out[0].Float[p*osize:][:osize]
					for oy := range ws[0].out {
						ys := ws[0].span(oy, height)
						for ox := range ws[1].out {
							z[oy*ws[1].out+ox] = combine(plane, width, ys, ws[1].span(ox, width))
						}
					}
				}
			})
			return nil
		},
	}
}

func buildMaxPool(b *builder) (*kernel, error) {
	w, err := readWindows(b, b.opset >= 10)
	if err != nil {
		return nil, err
	}
	if b.opset >= 10 {
		w.ceil = b.flag("ceil_mode", false)
	}
	if b.opset >= 8 {
		b.flag("storage_order", false) // concerns the indices only
	}
	if b.hasOutput(1) {
		return nil, fmt.Errorf("%w: the output Indices", ErrUnsupported)
	}
	if w.kernel == nil {
		return nil, fmt.Errorf("%w: kernel_shape is missing", ErrGraph)
	}
	return poolKernel(w, func(plane []float32, width int, y, x span) float32 {
		m := float32(math.Inf(-1))
		for i := y.lo; i < y.hi; i++ {
			row := plane[(y.start+i*y.step)*width:]
			for j := x.lo; j < x.hi; j++ {
				m = max32(m, row[x.start+j*x.step])
			}
		}
		return m
	}), nil
}

func buildAveragePool(b *builder) (*kernel, error) {
	w, err := readWindows(b, b.opset >= 19)
	if err != nil {
		return nil, err
	}
	if b.opset >= 10 {
		w.ceil = b.flag("ceil_mode", false)
	}
	includePad := b.flag("count_include_pad", false)
	if w.kernel == nil {
		return nil, fmt.Errorf("%w: kernel_shape is missing", ErrGraph)
	}
	return poolKernel(w, func(plane []float32, width int, y, x span) float32 {
		var sum float64
		for i := y.lo; i < y.hi; i++ {
			row := plane[(y.start+i*y.step)*width:]
			for j := x.lo; j < x.hi; j++ {
				sum += float64(row[x.start+j*x.step])
			}
		}
		count := (y.hi - y.lo) * (x.hi - x.lo)
		if includePad {
			count = y.padded * x.padded
		}
		if count == 0 {
			return 0
		}
		return float32(sum / float64(count))
	}), nil
}

func meanOf(plane []float32) float32 {
	var sum float64
	for _, v := range plane {
		sum += float64(v)
	}
	return float32(sum / float64(len(plane)))
}

func maxOf(plane []float32) float32 {
	m := float32(math.Inf(-1))
	for _, v := range plane {
		m = max32(m, v)
	}
	return m
}

// globalPool reduces all axes from the third on.
func globalPool(f func([]float32) float32) *kernel {
	return &kernel{
		infer: func(in []value) ([]value, error) {
			if len(in[0].shape) < 3 {
				return nil, fmt.Errorf("%w: an input of shape %v", ErrShape, in[0].shape)
			}
			shape := append([]int{}, in[0].shape...)
			for i := 2; i < len(shape); i++ {
				if shape[i] == 0 {
					return nil, fmt.Errorf("%w: an input of shape %v", ErrShape, in[0].shape)
				}
				shape[i] = 1
			}
			return []value{{typ: Float32, shape: shape}}, wantType(in[0], "an input", Float32)
		},
		run: func(x *exec, in, out []*Tensor) error {
			n := len(out[0].Float)
			if n == 0 {
				return nil
			}
			size := len(in[0].Float) / n
			x.parallel(n, 1+(1<<14)/size, func(lo, hi int) {
				for p := lo; p < hi; p++ {
					out[0].Float[p] = f(in[0].Float[p*size:][:size])
				}
			})
			return nil
		},
	}
}
