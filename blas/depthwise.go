package blas

import (
	"runtime"
	"sync"

	"github.com/halfulp/halfulp/internal/kernel/tapf32"
)

// shiftedRows says that depthwise convolutions of float32, and products of few rows, add weighted rows. Without assembly for that the chains
// of float32Kernel, which are the same in every bit, are faster.
var shiftedRows = tapf32.Accelerated()

// depthwise is a convolution of channels-first images in which every group has one input channel. For each tap of
// the kernel, a row of the output takes a row of the input, shifted and weighted.
type depthwise struct {
	p                   ConvParams
	x, weights, bias, y []float32
	outH, outW          int
	layout              tapf32.Layout
	channels            []channel // one for each goroutine
}

// channel is the memory of a channel in its layout.
type channel struct{ plane []float32 }

// lay reports whether p is such a convolution whose padding does not take much more memory than its operands,
// and is ready to run then.
func (d *depthwise) lay(p *ConvParams, x, weights, bias, y []float32) bool {
	if p.Layout != NCHW || p.C != p.Groups {
		return false
	}
	d.outH, d.outW = p.OutH(), p.OutW()
	shape := tapf32.Shape{
		H: p.H, W: p.W, KH: p.KH, KW: p.KW, OutH: d.outH, OutW: d.outW, StrideH: p.StrideH, StrideW: p.StrideW,
		DilationH: p.DilationH, DilationW: p.DilationW, PadTop: p.PadTop, PadLeft: p.PadLeft,
	}
	if shape.Bytes() > int64(16*(p.H*p.W+d.outH*d.outW)+1<<14) {
		return false
	}
	d.p, d.x, d.weights, d.bias, d.y = *p, x, weights, bias, y
	d.layout.Set(shape)
	return true
}

func (d *depthwise) forget() { d.x, d.weights, d.bias, d.y = nil, nil, nil, nil }

// run makes the output in so many goroutines, of which each takes some of the channels of all images.
func (d *depthwise) run(threads int) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	count := d.p.N * d.p.C
	if steps := float64(d.p.N) * float64(d.p.K) * float64(d.outH*d.outW) * float64(d.p.KH*d.p.KW); steps < singleThreadTiled {
		threads = 1
	}
	parts := min(threads, count)
	for len(d.channels) < parts {
		d.channels = append(d.channels, channel{})
	}
	if parts == 1 {
		d.compute(&d.channels[0], 0, count)
		return
	}
	var done sync.WaitGroup
	for i := range parts {
		done.Go(func() { d.compute(&d.channels[i], count*i/parts, count*(i+1)/parts) })
	}
	done.Wait()
}

// compute makes the outputs of some input channels.
func (d *depthwise) compute(w *channel, from, to int) {
	p := &d.p
	l := &d.layout
	if !l.Direct {
		w.plane = grow(w.plane, l.Size())
		clear(w.plane)
	}
	multiplier, size := p.K/p.C, d.outH*d.outW
	for at := from; at < to; at++ {
		plane := d.x[at*p.H*p.W:][:p.H*p.W]
		if !l.Direct {
			l.Lay(w.plane, plane)
			plane = w.plane
		}
		for k := at % p.C * multiplier; k < (at%p.C+1)*multiplier; k++ {
			z := d.y[(at/p.C*p.K+k)*size:][:size]
			if !p.Accumulate {
				start(z, d.bias, k)
			}
			tapf32.FMA(z, d.outW, d.outH, d.outW, plane, l.Step, l.Offsets, d.weights[k*len(l.Offsets):])
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
