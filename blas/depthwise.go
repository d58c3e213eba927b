package blas

import (
	"runtime"
	"sync"

	"github.com/halfulp/halfulp/internal/kernel/tapf32"
)

// shiftedRows says that depthwise convolutions of float32 add shifted rows. Without assembly for that the chains
// of float32Kernel, which are the same in every bit, are faster.
var shiftedRows = tapf32.Accelerated()

// depthwise is a convolution of channels-first images in which every group has one input channel. For each tap of
// the kernel, a row of the output takes a row of the input, shifted and weighted. Rows come from a copy of
// the channel in which the padding is zeros and, so that elements that are StrideW apart touch, the columns
// of a row are sorted by their remainder:
//
//	StrideW = 2, PadLeft = 1    0 x1 x3 x5 ... x0 x2 x4 ...
type depthwise struct {
	p                   ConvParams
	x, weights, bias, y []float32
	outH, outW          int
	height, width       int       // what the windows cover, with the padding
	run, pitch          int       // elements of one remainder, and of a row, of the copy
	direct              bool      // there is nothing to pad or sort: rows come from the input
	offsets             []int     // of the taps, in the copy
	copies              []padding // one for each goroutine
}

// padding is a padded channel.
type padding struct{ plane []float32 }

// fits reports whether p is such a convolution, and its padding does not take much more memory than its
// operands.
func (d *depthwise) fits(p *ConvParams) bool {
	if p.Layout != NCHW || p.C != p.Groups {
		return false
	}
	padded := area(covered(p.OutH(), p.KH, p.StrideH, p.DilationH), covered(p.OutW(), p.KW, p.StrideW, p.DilationW))
	return padded <= float64(4*(area(p.H, p.W)+area(p.OutH(), p.OutW())))+1<<12
}

// covered returns how many pixels the windows of so many outputs cover, to whole strides. It does not overflow for
// sizes of a convolution that was checked.
func covered(out, kernel, stride, dilation int) int {
	return out*stride + dilation*(kernel-1)
}

func area(h, w int) float64 { return float64(float64(h) * float64(w)) }

func (d *depthwise) lay(p *ConvParams, x, weights, bias, y []float32) {
	d.p, d.x, d.weights, d.bias, d.y = *p, x, weights, bias, y
	d.outH, d.outW = p.OutH(), p.OutW()
	d.height = (d.outH-1)*p.StrideH + p.DilationH*(p.KH-1) + 1
	d.width = (d.outW-1)*p.StrideW + p.DilationW*(p.KW-1) + 1
	d.run = (d.width + p.StrideW - 1) / p.StrideW
	d.pitch = d.run * p.StrideW
	d.direct = p.StrideW == 1 && p.PadTop == 0 && p.PadLeft == 0 && d.height <= p.H && d.width <= p.W
	if d.direct {
		d.pitch = p.W
	}
	d.offsets = d.offsets[:0]
	for kh := range p.KH {
		for kw := range p.KW {
			at := kw * p.DilationW
			d.offsets = append(d.offsets, kh*p.DilationH*d.pitch+at%p.StrideW*d.run+at/p.StrideW)
		}
	}
}

func (d *depthwise) forget() { d.x, d.weights, d.bias, d.y = nil, nil, nil, nil }

// compute makes the output in so many goroutines, of which each takes some of the channels of all images.
func (d *depthwise) compute(threads int) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	channels := d.p.N * d.p.C
	if steps := float64(d.p.N) * float64(d.p.K) * float64(d.outH*d.outW) * float64(len(d.offsets)); steps < singleThreadTiled {
		threads = 1
	}
	parts := min(threads, channels)
	for len(d.copies) < parts {
		d.copies = append(d.copies, padding{})
	}
	if parts == 1 {
		d.channels(&d.copies[0], 0, channels)
		return
	}
	var done sync.WaitGroup
	for i := range parts {
		done.Go(func() { d.channels(&d.copies[i], channels*i/parts, channels*(i+1)/parts) })
	}
	done.Wait()
}

// channels makes the outputs of some input channels.
func (d *depthwise) channels(w *padding, from, to int) {
	p := &d.p
	if !d.direct {
		w.plane = grow(w.plane, d.height*d.pitch)
		clear(w.plane)
	}
	multiplier, size := p.K/p.C, d.outH*d.outW
	for at := from; at < to; at++ {
		plane := d.x[at*p.H*p.W:][:p.H*p.W]
		if !d.direct {
			d.pad(w.plane, plane)
			plane = w.plane
		}
		for k := at % p.C * multiplier; k < (at%p.C+1)*multiplier; k++ {
			z := d.y[(at/p.C*p.K+k)*size:][:size]
			if !p.Accumulate {
				start(z, d.bias, k)
			}
			tapf32.FMA(z, d.outW, d.outH, d.outW, plane, p.StrideH*d.pitch, d.offsets, d.weights[k*len(d.offsets):])
		}
	}
}

// start fills z with bias[k], or with zeros where there is no bias.
func start(z, bias []float32, k int) {
	if bias == nil {
		clear(z)
		return
	}
	b := bias[k]
	for i := range z {
		z[i] = b
	}
}

// pad copies a channel to the middle of a padded one.
func (d *depthwise) pad(to, from []float32) {
	p := &d.p
	s := p.StrideW
	columns := min(p.W, d.width-p.PadLeft)
	for h := range min(p.H, d.height-p.PadTop) {
		row, in := to[(p.PadTop+h)*d.pitch:][:d.pitch], from[h*p.W:][:p.W]
		if s == 1 {
			if columns > 0 {
				copy(row[p.PadLeft:], in[:columns])
			}
			continue
		}
		for first := range min(s, columns) {
			at := p.PadLeft + first
			z := row[at%s*d.run+at/s:]
			for i, j := first, 0; i < columns; i, j = i+s, j+1 {
				z[j] = in[i]
			}
		}
	}
}
