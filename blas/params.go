package blas

import "sync"

// Options are common to every operation. The zero value is a good default.
type Options struct {
	// Threads is the largest number of goroutines that work at once; 0 means GOMAXPROCS. No result
	// depends on it.
	Threads int
	// Workspace is memory to work in, kept by the caller from one call to the next; nil takes one
	// from a pool.
	Workspace *Workspace
}

// GemmParams describes a matrix product C = op(A) op(B), where op(A) is M x K, op(B) is K x N and C
// is M x N, all stored by rows.
type GemmParams struct {
	M, N, K int
	// TransA says that A is stored as K x M, TransB that B is stored as N x K.
	TransA, TransB bool
	// LDA, LDB and LDC are the distances between the beginnings of two rows as stored; 0 means that
	// the rows touch.
	LDA, LDB, LDC int
	// PerRow says that a bias, and whatever else an output channel has of its own, belongs to the
	// rows of C (length M) and not to its columns (length N).
	PerRow bool
	// Accumulate says that every sum starts from the element of C that it replaces.
	Accumulate bool
	Options
}

// Layout is the order of the dimensions of an image and of convolution weights.
type Layout uint8

const (
	// NCHW is channels before pixels: images N x C x H x W, weights K x C/Groups x KH x KW.
	NCHW Layout = iota
	// NHWC is channels last: images N x H x W x C, weights K x KH x KW x C/Groups.
	NHWC
)

// ConvParams describes a convolution (as neural networks have it: the kernel is not mirrored) of N
// images of C channels and H x W pixels with K kernels of KH x KW. One-dimensional convolutions have
// H and KH 1.
type ConvParams struct {
	// Layout is that of the input and the output, WeightLayout that of the weights.
	Layout, WeightLayout Layout

	N, C, H, W int
	K, KH, KW  int
	// StrideH, StrideW, DilationH and DilationW are at least one; 0 means one.
	StrideH, StrideW     int
	DilationH, DilationW int
	// PadTop to PadRight are rows and columns of zeros around the image. They take part in the
	// sums as any other pixel does.
	PadTop, PadBottom, PadLeft, PadRight int
	// Groups divides C and K; 0 means one. Groups == C is a depthwise convolution, of multiplier K/C.
	Groups int
	// Accumulate says that every sum starts from the element of the output that it replaces.
	Accumulate bool
	Options
}

// Workspace is memory that a product works in. The zero value is ready; it grows to what the largest
// call needed, and a call that finds enough in it, and runs in one thread, does not allocate. Two calls
// must not use one Workspace at the same time.
type Workspace struct {
	floats   plan[float64, float64]
	singles  plan[float32, float32]
	integers plan[int64, int32]
	a, b     sources
	sinks    sinks
	chain    chainKernel
	exact    exactKernel

	depthwise depthwise
	rows      fewRows
}

// sources holds the readers of one operand, so that an interface value can point at one without an
// allocation.
type sources struct {
	float32s values[float32]
	singles  singles
	int8s    integers[int8]
	uint8s   integers[uint8]
}

// sinks is the same for the output.
type sinks struct {
	float32s float32Sink
	tiles    float32Tiler
	arrays   arraySink
	int32s   int32Sink
	int8s    byteSink[int8]
	uint8s   byteSink[uint8]
}

var workspaces = sync.Pool{New: func() any { return new(Workspace) }}

func (o Options) workspace() *Workspace {
	if o.Workspace != nil {
		return o.Workspace
	}
	return workspaces.Get().(*Workspace)
}

func (o Options) release(w *Workspace) {
	w.floats.forget()
	w.singles.forget()
	w.integers.forget()
	w.depthwise.forget()
	w.rows.forget()
	w.a, w.b, w.sinks = sources{}, sources{}, sinks{}
	if o.Workspace == nil {
		workspaces.Put(w)
	}
}
