package blas

import (
	"runtime"
	"sync"

	"github.com/halfulp/halfulp/internal/kernel/tapf32"
)

// fewRows is the product of at most mostRows rows by a matrix that is stored by rows: each row of the result is
// the sum of the rows of B, weighted by the elements of a row of A. It packs nothing, which takes longer than so
// few products.
type fewRows struct {
	p             GemmParams
	a, b, bias, c []float32
	offsets       []int // of the rows of B
}

// mostRows is the greatest number of rows for which packing B does not pay: at 512 x 512 three take the same time.
const mostRows = 2

// lay reports whether p is such a product, and is ready to run then.
func (f *fewRows) lay(p *GemmParams, a, b, bias, c []float32) bool {
	if p.M > mostRows || p.TransB || p.TransA && p.LDA > 1 || p.K == 0 {
		return false
	}
	f.p, f.a, f.b, f.bias, f.c = *p, a, b, bias, c
	f.offsets = grow(f.offsets, p.K)
	for k := range f.offsets {
		f.offsets[k] = k * p.LDB
	}
	return true
}

func (f *fewRows) forget() { f.a, f.b, f.bias, f.c = nil, nil, nil, nil }

// run makes the output in so many goroutines, of which each takes some of the columns.
func (f *fewRows) run(threads int) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	if float64(f.p.M)*float64(f.p.N)*float64(f.p.K) < singleThreadTiled {
		threads = 1
	}
	const whole = 64 // columns that one step of assembly takes
	blocks := (f.p.N + whole - 1) / whole
	parts := min(threads, blocks)
	if parts == 1 {
		f.columns(0, f.p.N)
		return
	}
	var done sync.WaitGroup
	for i := range parts {
		done.Go(func() { f.columns(blocks*i/parts*whole, min(blocks*(i+1)/parts*whole, f.p.N)) })
	}
	done.Wait()
}

// columns makes some columns of the output.
func (f *fewRows) columns(from, to int) {
	p := &f.p
	for i := range p.M {
		z := f.c[i*p.LDC:][from:to]
		switch {
		case p.Accumulate:
		case f.bias != nil && !p.PerRow:
			copy(z, f.bias[from:])
		default:
			start(z, f.bias, i)
		}
		tapf32.FMA(z, 0, 1, len(z), f.b[from:], 0, f.offsets, f.a[i*p.LDA:])
	}
}
