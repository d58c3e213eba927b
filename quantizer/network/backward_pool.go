package network

// poolBackward sets the backward function of a layer that reduces windows of
// every plane. spread adds the gradient dy of one output to the window.
func poolBackward(b *layerBuilder, l *layer, w windows, spread func(dx, x []float32, width int, v, h span, dy float32)) error {
	x, y, dx := b.in[0].tensor, b.out[0], b.wants(0)
	if dx == nil || len(y.gradient) == 0 {
		return nil
	}
	list, err := w.resolve(x.Shape[2:], w.kernel)
	if err != nil {
		return err
	}
	ws, height, width := [2]window{{kernel: 1, stride: 1, dilation: 1, out: 1}, list[0]}, 1, x.Shape[2]
	if len(list) == 2 {
		ws, height, width = [2]window(list), x.Shape[2], x.Shape[3]
	}
	size, osize := height*width, ws[0].out*ws[1].out
	l.backward = func() {
		b.t.workers.each(len(x.Float)/size, func(_ *worker, p int) {
			plane, to, dy := x.Float[p*size:][:size], dx[p*size:][:size], y.gradient[p*osize:][:osize]
			for oy := range ws[0].out {
				v := ws[0].span(oy, height)
				for ox := range ws[1].out {
					spread(to, plane, width, v, ws[1].span(ox, width), dy[oy*ws[1].out+ox])
				}
			}
		})
	}
	return nil
}

// averagePoolGradient gives every pixel of a window the same share.
func averagePoolGradient(b *layerBuilder, l *layer) error {
	w, err := readWindows(b.builder, b.opset >= 19)
	if err != nil {
		return err
	}
	w.ceil = b.opset >= 10 && b.flag("ceil_mode", false)
	includePad := b.flag("count_include_pad", false)
	return poolBackward(b, l, w, func(dx, _ []float32, width int, v, h span, dy float32) {
		count := (v.hi - v.lo) * (h.hi - h.lo)
		if includePad {
			count = v.padded * h.padded
		}
		if count == 0 {
			return
		}
		share := float32(float64(dy) / float64(count))
		for i := v.lo; i < v.hi; i++ {
			row := dx[(v.start+i*v.step)*width:]
			for j := h.lo; j < h.hi; j++ {
				row[h.start+j*h.step] += share
			}
		}
	})
}

// maxPoolGradient gives all to the first greatest pixel of a window.
func maxPoolGradient(b *layerBuilder, l *layer) error {
	w, err := readWindows(b.builder, b.opset >= 10)
	if err != nil {
		return err
	}
	w.ceil = b.opset >= 10 && b.flag("ceil_mode", false)
	return poolBackward(b, l, w, func(dx, x []float32, width int, v, h span, dy float32) {
		best := -1
		for i := v.lo; i < v.hi; i++ {
			for j := h.lo; j < h.hi; j++ {
				at := (v.start+i*v.step)*width + h.start + j*h.step
				if best < 0 || x[at] > x[best] {
					best = at
				}
			}
		}
		if best >= 0 {
			dx[best] += dy
		}
	})
}

func globalAverageGradient(b *layerBuilder, l *layer) error {
	return globalBackward(b, l, func(dx, _ []float32, dy float32) {
		share := float32(float64(dy) / float64(len(dx)))
		for i := range dx {
			dx[i] += share
		}
	})
}

func globalMaxGradient(b *layerBuilder, l *layer) error {
	return globalBackward(b, l, func(dx, x []float32, dy float32) {
		best := 0
		for i, v := range x {
			if v > x[best] {
				best = i
			}
		}
		dx[best] += dy
	})
}

// globalBackward sets the backward function of a layer that reduces whole
// planes.
func globalBackward(b *layerBuilder, l *layer, spread func(dx, x []float32, dy float32)) error {
	x, y, dx := b.in[0].tensor.Float, b.out[0], b.wants(0)
	if dx == nil || len(y.gradient) == 0 {
		return nil
	}
	size := len(x) / len(y.gradient)
	l.backward = func() {
		b.t.workers.each(len(y.gradient), func(_ *worker, p int) {
			spread(dx[p*size:][:size], x[p*size:][:size], y.gradient[p])
		})
	}
	return nil
}
