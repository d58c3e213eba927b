package network

import (
	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/internal/kernel/sumf32"
)

// convGradient: with x unfolded into columns (the pixels under each tap of the
// kernel), a convolution is the product W·col. So dW is the sum over the
// samples of dY·col', and dX is W'·dY folded back. Channels that are groups of
// their own (depthwise) are summed directly.
func convGradient(b *layerBuilder, l *layer) error {
	win, err := readWindows(b.builder, true)
	if err != nil {
		return err
	}
	x, w, y := b.in[0], b.in[1], b.out[0]
	c, err := convShape(win, x.tensor.Shape, w.tensor.Shape, b.int("group", 1))
	if err != nil {
		return err
	}
	// The kernel of inference may hold a copy of the weights as they were.
	p := c.Params()
	p.Threads, p.Workspace = b.t.options.Threads, new(blas.Workspace)
	var bias []float32
	if len(b.in) > 2 && b.in[2] != nil {
		bias = b.in[2].tensor.Float
	}
	l.forward = func() error {
		if c.N > 0 {
			blas.ConvFloat32(p, x.tensor.Float, w.tensor.Float, bias, y.tensor.Float)
		}
		return nil
	}
	g := &convBackward{c: c, x: x.tensor.Float, w: w.tensor.Float, dy: y.gradient, dx: b.wants(0), dw: b.wants(1), db: b.wants(2), workers: &b.t.workers}
	if c.N == 0 {
		return nil
	}
	chunks := chunkCount(c.N)
	if g.dw != nil {
		g.partial = make([]float32, chunks*len(g.dw))
	}
	g.planes, g.ranges = c.H*c.W, newTaps(c)
	g.plain = c.KH == 1 && c.KW == 1 && c.StrideH == 1 && c.StrideW == 1 &&
		c.PadTop == 0 && c.PadLeft == 0 && c.OH == c.H && c.OW == c.W
	// Jobs of dW: enough to occupy the workers.
	threads := len(b.t.workers.list)
	g.channelBlocks = min(c.C/c.Groups, threads)
	g.outputBlocks = 1
	if g.channelBlocks*chunks*c.Groups < threads {
		g.outputBlocks = min(c.O/c.Groups, threads)
	}
	depthwise := c.C == c.Groups
	var separate depthwiseBackward
	if depthwise {
		if err := separate.set(g, b.t.options.MaxBytes); err != nil {
			return err
		}
	}
	l.backward = func() {
		if g.dx != nil {
			if depthwise {
				g.workers.each(c.N*c.C, separate.input)
			} else {
				g.workers.each(c.N, g.input)
			}
		}
		if g.dw != nil {
			clear(g.partial)
			if depthwise {
				g.workers.each(chunks*c.C, separate.weights)
			} else {
				g.workers.each(chunks*c.Groups*g.channelBlocks*g.outputBlocks, g.weights)
			}
			addTree(g.dw, g.partial)
		}
		if g.db != nil {
			addChannelSums(g.workers, g.db, g.dy, c.N, c.OH*c.OW)
		}
	}
	return nil
}

// convShape returns the sizes of a convolution whose operands were checked.
func convShape(win windows, x, w []int, groups int) (ConvShape, error) {
	ws, err := win.resolve(x[2:], w[2:])
	if err != nil {
		return ConvShape{}, err
	}
	v, h, height := window{kernel: 1, stride: 1, dilation: 1, out: 1}, ws[0], 1
	if len(ws) == 2 {
		v, h, height = ws[0], ws[1], x[2]
	}
	return ConvShape{
		N: x[0], C: x[1], H: height, W: x[len(x)-1], O: w[0], OH: v.out, OW: h.out,
		KH: v.kernel, KW: h.kernel, StrideH: v.stride, StrideW: h.stride, DilationH: v.dilation, DilationW: h.dilation,
		PadTop: v.before, PadLeft: h.before, PadBottom: v.after, PadRight: h.after, Groups: groups,
	}, nil
}

// tap is one column or row of a kernel: outputs lo <= o < hi read the input at
// o*stride + offset; the others read padding.
type tap struct{ lo, hi, offset int }

type taps struct{ rows, columns []tap }

func newTaps(c ConvShape) taps {
	return taps{
		axisTaps(c.KH, c.DilationH, c.PadTop, c.StrideH, c.H, c.OH),
		axisTaps(c.KW, c.DilationW, c.PadLeft, c.StrideW, c.W, c.OW),
	}
}

func axisTaps(kernel, dilation, before, stride, size, out int) []tap {
	list := make([]tap, kernel)
	for k := range list {
		t := tap{offset: k*dilation - before}
		if t.offset < 0 {
			t.lo = min((-t.offset+stride-1)/stride, out)
		}
		if last := size - 1 - t.offset; last >= 0 {
			t.hi = min(last/stride+1, out)
		}
		t.hi = max(t.lo, t.hi)
		list[k] = t
	}
	return list
}

// convBackward holds the operands of a convolution's gradients.
type convBackward struct {
	c                           ConvShape
	x, w, dy, dx, dw, db        []float32
	partial                     []float32 // dw by chunks
	ranges                      taps
	planes                      int  // pixels of an input channel
	plain                       bool // the columns are the input itself
	channelBlocks, outputBlocks int
	workers                     *workers
}

// input adds to dx of one sample.
func (g *convBackward) input(w *worker, n int) {
	c := &g.c
	og, cg, pixels := c.O/c.Groups, c.C/c.Groups, c.OH*c.OW
	depth := cg * c.KH * c.KW
	for group := range c.Groups {
		p := blas.GemmParams{M: depth, N: pixels, K: og, TransA: true, Options: w.options()}
		weights := g.w[group*og*depth:][:og*depth]
		dy := g.dy[(n*c.O+group*og)*pixels:][:og*pixels]
		dx := g.dx[(n*c.C+group*cg)*g.planes:][:cg*g.planes]
		if g.plain {
			p.Accumulate = true
			blas.GemmFloat32(p, weights, dy, nil, dx)
			continue
		}
		columns := w.scratch(depth * pixels)
		blas.GemmFloat32(p, weights, dy, nil, columns)
		for ch := range cg {
			g.fold(dx[ch*g.planes:][:g.planes], columns[ch*c.KH*c.KW*pixels:])
		}
	}
}

// unfold writes the columns of one input channel: a row of all output pixels
// for each tap.
func (g *convBackward) unfold(columns, plane []float32) {
	c := &g.c
	for _, row := range g.ranges.rows {
		for _, col := range g.ranges.columns {
			z := columns[:c.OH*c.OW]
			columns = columns[c.OH*c.OW:]
			clear(z[:row.lo*c.OW])
			for oy := row.lo; oy < row.hi; oy++ {
				out, in := z[oy*c.OW:][:c.OW], plane[(oy*c.StrideH+row.offset)*c.W:][:c.W]
				clear(out[:col.lo])
				if c.StrideW == 1 && col.hi > col.lo {
					copy(out[col.lo:col.hi], in[col.lo+col.offset:])
				} else {
					for ox := col.lo; ox < col.hi; ox++ {
						out[ox] = in[ox*c.StrideW+col.offset]
					}
				}
				clear(out[col.hi:])
			}
			clear(z[row.hi*c.OW:])
		}
	}
}

// fold adds columns to one input channel: the transpose of unfold.
func (g *convBackward) fold(plane, columns []float32) {
	c := &g.c
	for _, row := range g.ranges.rows {
		for _, col := range g.ranges.columns {
			z := columns[:c.OH*c.OW]
			columns = columns[c.OH*c.OW:]
			for oy := row.lo; oy < row.hi; oy++ {
				out, in := z[oy*c.OW:][:c.OW], plane[(oy*c.StrideH+row.offset)*c.W:][:c.W]
				if c.StrideW == 1 && col.hi > col.lo {
					addTo(in[col.lo+col.offset:][:col.hi-col.lo], out[col.lo:])
				} else {
					for ox := col.lo; ox < col.hi; ox++ {
						in[ox*c.StrideW+col.offset] += out[ox]
					}
				}
			}
		}
	}
}

// weights computes a block of the partial sum of dw of one chunk: one chain
// over its samples and their pixels.
func (g *convBackward) weights(w *worker, job int) {
	c := &g.c
	channelBlock := job % g.channelBlocks
	job /= g.channelBlocks
	outputBlock := job % g.outputBlocks
	job /= g.outputBlocks
	group, chunk := job%c.Groups, job/c.Groups
	og, cg, pixels, kernel := c.O/c.Groups, c.C/c.Groups, c.OH*c.OW, c.KH*c.KW
	c0, c1 := cg*channelBlock/g.channelBlocks, cg*(channelBlock+1)/g.channelBlocks
	o0, o1 := og*outputBlock/g.outputBlocks, og*(outputBlock+1)/g.outputBlocks
	depth := cg * kernel
	partial := g.partial[chunk*len(g.dw)+(group*og+o0)*depth+c0*kernel:][:(o1-o0-1)*depth+(c1-c0)*kernel]
	p := blas.GemmParams{M: o1 - o0, N: (c1 - c0) * kernel, K: pixels, TransB: true, LDC: depth, Accumulate: true, Options: w.options()}
	lo, hi := chunkRange(chunk, c.N)
	for n := lo; n < hi; n++ {
		x := g.x[(n*c.C+group*cg+c0)*g.planes:][:(c1-c0)*g.planes]
		dy := g.dy[(n*c.O+group*og+o0)*pixels:][:(o1-o0)*pixels]
		columns := x
		if !g.plain {
			columns = w.scratch((c1 - c0) * kernel * pixels)
			for ch := range c1 - c0 {
				g.unfold(columns[ch*kernel*pixels:], x[ch*g.planes:][:g.planes])
			}
		}
		blas.GemmFloat32(p, dy, columns, nil, partial)
	}
}

// addChannelSums adds to db the sum of dy, of n samples, len(db) channels and
// size elements each, over all but the channels.
func addChannelSums(ws *workers, db, dy []float32, n, size int) {
	ws.each(len(db), func(w *worker, c int) {
		db[c] += float32(w.sum(n, func(lanes *[sumf32.Lanes]float64, i int) {
			sumf32.Add(lanes, dy[(i*len(db)+c)*size:][:size])
		}))
	})
}
