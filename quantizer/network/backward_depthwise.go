package network

import (
	"fmt"

	"github.com/halfulp/halfulp/internal/kernel/sumf32"
	"github.com/halfulp/halfulp/internal/kernel/tapf32"
)

// depthwiseBackward computes the gradients of a convolution whose groups have one
// input channel each. Both are made of shifted rows, with zeros around them that
// take part: dx of rows of dy, one for each tap, dw of dot products of rows of dy
// and of x.
type depthwiseBackward struct {
	*convBackward
	layout tapf32.Layout // of a channel of x

	// A channel of dy lies in the middle of height rows of pitch elements.
	top, left, height, pitch int
	phases                   []phase
}

// phase is the pixels of dx that the same taps reach: every stride-th of the rows
// and columns from the first on.
type phase struct {
	row, column, rows, columns int
	// taps are indices of the kernel's pixels, offsets where the elements of dy
	// lie that they take for the first pixel.
	taps, offsets []int
}

// set prepares for convolutions like g, in memory of at most so many bytes for a
// channel.
func (d *depthwiseBackward) set(g *convBackward, maxBytes int64) error {
	d.convBackward = g
	c := &g.c
	shape := tapf32.Shape{
		H: c.H, W: c.W, KH: c.KH, KW: c.KW, OutH: c.OH, OutW: c.OW, StrideH: c.StrideH, StrideW: c.StrideW,
		DilationH: c.DilationH, DilationW: c.DilationW, PadTop: c.PadTop, PadLeft: c.PadLeft,
	}
	if shape.Bytes() > maxBytes {
		return fmt.Errorf("%w: a channel of %d x %d with its padding, %d bytes are allowed", ErrBudget, c.H, c.W, maxBytes)
	}
	d.layout.Set(shape)
	rows, top, bottom := axisPhases(c.KH, c.DilationH, c.PadTop, c.StrideH, c.H, c.OH)
	columns, left, right := axisPhases(c.KW, c.DilationW, c.PadLeft, c.StrideW, c.W, c.OW)
	d.top, d.left, d.height, d.pitch = top, left, top+c.OH+bottom, left+c.OW+right
	for y, row := range rows {
		for x, column := range columns {
			p := phase{row: y, column: x, rows: row.count, columns: column.count}
			for i, ky := range row.taps {
				for j, kx := range column.taps {
					p.taps = append(p.taps, ky*c.KW+kx)
					p.offsets = append(p.offsets, (top+row.offsets[i])*d.pitch+left+column.offsets[j])
				}
			}
			d.phases = append(d.phases, p)
		}
	}
	return nil
}

// axisPhase is a phase along one axis. Its offsets are indices of outputs.
type axisPhase struct {
	count         int
	taps, offsets []int
}

// axisPhases returns the phases along one axis, and how many indices of outputs
// they need before the first and behind the last one.
func axisPhases(kernel, dilation, before, stride, size, out int) (list []axisPhase, low, high int) {
	for first := range min(stride, size) {
		p := axisPhase{count: (size - first + stride - 1) / stride}
		for k := range kernel {
			at := first + before - k*dilation
			if at%stride != 0 {
				continue
			}
			at /= stride
			if at >= out || at+p.count <= 0 {
				continue // reaches none
			}
			p.taps, p.offsets = append(p.taps, k), append(p.offsets, at)
			low, high = max(low, -at), max(high, at+p.count-out)
		}
		list = append(list, p)
	}
	return list, low, high
}

// input adds to dx of one channel of one sample.
func (d *depthwiseBackward) input(w *worker, job int) {
	c := &d.c
	multiplier, kernel, pixels := c.O/c.C, c.KH*c.KW, c.OH*c.OW
	dx := d.dx[job*d.planes:][:d.planes]
	size := d.height * d.pitch
	memory := w.scratch(size + kernel + d.planes)
	padded, weights, part := memory[:size], memory[size:][:kernel], memory[size+kernel:]
	clear(padded)
	for m := range multiplier {
		o := job%c.C*multiplier + m
		dy := d.dy[(job/c.C*c.O+o)*pixels:][:pixels]
		for y := range c.OH {
			copy(padded[(d.top+y)*d.pitch+d.left:], dy[y*c.OW:][:c.OW])
		}
		for i := range d.phases {
			p := &d.phases[i]
			for j, tap := range p.taps {
				weights[j] = d.w[o*kernel+tap]
			}
			if c.StrideH == 1 && c.StrideW == 1 {
				tapf32.MulAdd(dx, c.W, c.H, c.W, padded, d.pitch, p.offsets, weights)
				continue
			}
			d.copyPhase(p, dx, part, false)
			tapf32.MulAdd(part, p.columns, p.rows, p.columns, padded, d.pitch, p.offsets, weights)
			d.copyPhase(p, dx, part, true)
		}
	}
}

// copyPhase copies the pixels of a phase from dx, or back.
func (d *depthwiseBackward) copyPhase(p *phase, dx, part []float32, back bool) {
	c := &d.c
	for y := range p.rows {
		row, z := dx[(p.row+y*c.StrideH)*c.W:][:c.W], part[y*p.columns:][:p.columns]
		at := p.column
		if back {
			for _, v := range z {
				row[at] = v
				at += c.StrideW
			}
			continue
		}
		for i := range z {
			z[i] = row[at]
			at += c.StrideW
		}
	}
}

// weights computes the partial sum of dw of one chunk and input channel, in
// float64, where the products are exact.
func (d *depthwiseBackward) weights(w *worker, job int) {
	c := &d.c
	chunk, ch := job/c.C, job%c.C
	multiplier, kernel, pixels := c.O/c.C, c.KH*c.KW, c.OH*c.OW
	size := kernel * sumf32.DotLanes
	if cap(w.dots) < multiplier*size {
		w.dots = make([]float64, multiplier*size)
	}
	sums := w.dots[:multiplier*size]
	clear(sums)
	var padded []float32
	if !d.layout.Direct {
		padded = w.scratch(d.layout.Size())
		clear(padded)
	}
	lo, hi := chunkRange(chunk, c.N)
	for n := lo; n < hi; n++ {
		x := d.x[(n*c.C+ch)*d.planes:][:d.planes]
		if padded != nil {
			d.layout.Lay(padded, x)
			x = padded
		}
		for m := range multiplier {
			dy := d.dy[(n*c.O+ch*multiplier+m)*pixels:][:pixels]
			sumf32.Dots(sums[m*size:], dy, c.OW, c.OH, c.OW, x, d.layout.Step, d.layout.Offsets)
		}
	}
	partial := d.partial[chunk*len(d.dw)+ch*multiplier*kernel:]
	for i := range multiplier * kernel {
		partial[i] = float32(sumf32.Total(sums[i*sumf32.DotLanes:][:sumf32.DotLanes]))
	}
}
