package network

// SiteKind says which of its products an Arithmetic has to prepare for a Site.
type SiteKind uint8

const (
	// LinearSite: activations times a constant matrix (Gemm, MatMul, and the
	// two products of GRU, LSTM and RNN).
	LinearSite SiteKind = iota
	// ConvSite: a convolution with constant weights.
	ConvSite
	// MatMulSite: a batched product of which at least one operand is an
	// activation, and which is not a LinearSite.
	MatMulSite
)

// Site is one matrix product of a network. New makes the sites and hands each
// to the Arithmetic once; they do not change afterwards and their tensors must
// not be modified.
type Site struct {
	// Node is the node's name, unique in the network: a node without a name,
	// or with one that was used before, gets one from its operator and index.
	Node string
	// Part tells the products of one node from each other: "W" (input) and
	// "R" (recurrent) in GRU, LSTM and RNN, empty elsewhere.
	Part  string
	Op    string
	Opset int
	Kind  SiteKind

	// Weight is the constant operand of LinearSite, of shape [N, K] (one row
	// per output channel, whatever the layout in the graph; GRU, LSTM, RNN: the
	// rows of all gates of all directions), and of ConvSite, of shape
	// [O, C/Groups, KH, KW] (KH is 1 in one dimension). Sites that use the same
	// initializer in the same layout share the pointer.
	Weight *Tensor
	// WeightName is the name of the constant in the graph. One initializer may
	// be used by several sites.
	WeightName string
	// Bias has N or O elements, or is nil.
	Bias []float32
	// A and B are the operands of a MatMulSite that are constant; at most one
	// is not nil. Constant operands are handed over in each call too.
	A, B *Tensor
}

// String returns the site's name: that of the node, and the part after a
// slash, as in "gru/R".
func (s *Site) String() string {
	if s.Part == "" {
		return s.Node
	}
	return s.Node + "/" + s.Part
}

// Arithmetic makes the matrix products of a network. New calls one method per
// site, with the constant operand, so that it is prepared (rounded, packed)
// once; the returned function computes the product and is called in Run, once
// or many times (in a GRU for each time step). It sees the activation operand
// of each call whole, so an Arithmetic that wraps another one can observe
// every activation that enters a product. A batch may be split over calls.
//
// The functions return float32 results: an arithmetic with scales applies them
// before it returns. They must not keep or change their operands (y excepted),
// must be safe for concurrent use, must write every element of y, and must
// give the same bits for a row (a sample) whatever the other rows of the call are.
// An error ends the Run; it is wrapped with the site's node.
type Arithmetic interface {
	Linear(s *Site) (LinearFunc, error)
	Conv(s *Site) (ConvFunc, error)
	MatMul(s *Site) (MatMulFunc, error)
}

// LinearFunc computes, for the output channels lo <= n < hi,
//
//	y[r, n-lo] = bias[n] + sum over k of x[r, k] * Weight[n, k]
//
// for rows 0 <= r < rows; y is dense with rows*(hi-lo) elements, x with rows*K.
//
// In GRU, LSTM and RNN the rows are samples (for part "W" samples at all time
// steps); a GRU without linear_before_reset passes h for the channels of the
// gates z and r, and r*h for those of h: both are activation operands of "R".
type LinearFunc func(y, x []float32, rows, lo, hi int) error

// ConvFunc computes the cross-correlation of x, of shape [N, C, H, W], with the
// weights, plus bias, into y of shape [N, O, OH, OW]. Padding is by zeros.
type ConvFunc func(y, x []float32, c ConvShape) error

// MatMulFunc computes y[b] = A[b] B[b] for the matrices of a batch: A of shape
// [..., M, K], B of shape [..., K, N], y of shape [..., M, N], where the leading
// dimensions broadcast (see [MatMulBatches]).
type MatMulFunc func(y, a, b *Tensor) error

// ConvShape holds the sizes of one convolution. In one dimension the height is
// 1 with a 1-high kernel. All of it has been checked: sizes are positive, pads
// are not negative, and OH = (H + PadTop + PadBottom - DilationH*(KH-1) - 1)/StrideH + 1.
type ConvShape struct {
	N, C, H, W, O, OH, OW int
	KH, KW                int
	StrideH, StrideW      int
	DilationH, DilationW  int
	PadTop, PadLeft       int
	PadBottom, PadRight   int
	Groups                int
}
