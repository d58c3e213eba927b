package network

import (
	"fmt"
	"math"
)

const (
	oldestOpset = 7
	newestOpset = 21
)

// operator is one row of the table of operators: what a range of opsets means
// by a name.
type operator struct {
	name         string
	since, until int // opsets, both inclusive
	// minIn of the inputs have to be present; maxIn < 0: any number.
	minIn, maxIn   int
	minOut, maxOut int
	// build reads the attributes and constant operands of a node and returns
	// how to compute it.
	build func(b *builder) (*kernel, error)
}

// operators is the table. Each family has its rows in its own file.
var operators = index(
	elementwiseOperators,
	unaryOperators,
	productOperators,
	recurrentOperators,
	poolOperators,
	normalizationOperators,
	reductionOperators,
	shapeOperators,
	selectionOperators,
	constantOperators,
	conversionOperators,
)

func index(families ...[]operator) map[string][]operator {
	m := make(map[string][]operator)
	for _, f := range families {
		for _, o := range f {
			m[o.name] = append(m[o.name], o)
		}
	}
	return m
}

// lookup finds the row of a node's operator.
func lookup(n *Node, opset int) (*operator, error) {
	if n.Domain != "" && n.Domain != "ai.onnx" {
		return nil, fmt.Errorf("%w operator of domain %q", ErrUnsupported, n.Domain)
	}
	rows := operators[n.Op]
	if rows == nil {
		return nil, fmt.Errorf("%w operator", ErrUnsupported)
	}
	for i := range rows {
		if rows[i].since <= opset && opset <= rows[i].until {
			return &rows[i], nil
		}
	}
	return nil, fmt.Errorf("%w: the operator is not in this opset", ErrUnsupported)
}

// value is what is known of a tensor before a network is run.
type value struct {
	typ   DType // Undefined: the optional input or output is absent
	shape []int
	known *Tensor // its elements, if they do not depend on the inputs' elements
}

func (v value) size() int {
	n, _ := sizeOf(v.shape)
	return n
}

func (v value) present() bool { return v.typ != Undefined }

func like(v value) value { return value{typ: v.typ, shape: v.shape} }

// kernel computes one node.
type kernel struct {
	// infer returns type and shape of the outputs; where they cannot be had
	// from what is known of the inputs, it is an error.
	infer func(in []value) ([]value, error)
	// run computes the outputs, whose storage is ready but not cleared: every
	// element has to be written. Absent inputs and outputs are nil.
	run func(x *exec, in, out []*Tensor) error
	// work counts elementary steps; nil: elements of inputs and outputs.
	work func(in, out []value) int64
	// scratch is the number of float32 elements of x.scratch; nil: none.
	scratch func(in, out []value) int64
	// view: the output holds the elements of input 0 in their order; run does
	// nothing and may be nil.
	view bool
	// inplace: output 0 may share the storage of input 0 when both have the
	// same shape and type.
	inplace bool
	// product: the node is computed by the Arithmetic and never folded.
	product bool
}

// builder gives a row's build function access to its node. Wrong attributes are
// collected in err; New reports the first, and attributes nobody asked for.
type builder struct {
	node   *Node
	name   string
	opset  int
	net    *Network
	consts []*Tensor // of the inputs; nil where not constant
	asked  map[string]bool
	err    error
}

func (b *builder) attr(name string, kind AttrKind) (Attribute, bool) {
	b.asked[name] = true
	a, ok := b.node.Attrs[name]
	if !ok {
		return a, false
	}
	if a.Kind == AttrUnsupported {
		b.fail(fmt.Errorf("%w kind of attribute %q", ErrUnsupported, name))
		return a, false
	}
	if a.Kind != kind {
		b.fail(fmt.Errorf("%w: attribute %q is of kind %v, want %v", ErrGraph, name, a.Kind, kind))
		return a, false
	}
	return a, true
}

func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *builder) int(name string, def int) int {
	a, ok := b.attr(name, AttrInt)
	if !ok {
		return def
	}
	if a.Int < math.MinInt32 || a.Int > math.MaxInt32 {
		b.fail(fmt.Errorf("%w: attribute %q is %d", ErrGraph, name, a.Int))
		return def
	}
	return int(a.Int)
}

func (b *builder) flag(name string, def bool) bool {
	d := 0
	if def {
		d = 1
	}
	v := b.int(name, d)
	if v != 0 && v != 1 {
		b.fail(fmt.Errorf("%w: attribute %q is %d, want 0 or 1", ErrGraph, name, v))
	}
	return v == 1
}

func (b *builder) float(name string, def float32) float32 {
	if a, ok := b.attr(name, AttrFloat); ok {
		return a.Float
	}
	return def
}

func (b *builder) string(name, def string) string {
	if a, ok := b.attr(name, AttrString); ok {
		return a.Str
	}
	return def
}

// ints returns nil where the attribute is absent, and a slice that is not nil
// where it is present and empty.
func (b *builder) ints(name string) []int {
	a, ok := b.attr(name, AttrInts)
	if !ok {
		return nil
	}
	out := make([]int, len(a.Ints))
	for i, v := range a.Ints {
		// The extremes of int64 serve as "to the end" in Slice.
		out[i] = clampInt(v)
	}
	return out
}

// clampInt brings a value into ±2*maxElements, beyond any size that is
// accepted: such a value plus a size does not overflow.
func clampInt(v int64) int {
	return int(min(max(v, -2*maxElements), 2*maxElements))
}

func (b *builder) has(name string) bool {
	_, ok := b.node.Attrs[name]
	return ok
}

// hasInput reports whether an optional input is present.
func (b *builder) hasInput(i int) bool {
	return i < len(b.node.Inputs) && b.node.Inputs[i] != ""
}

func (b *builder) hasOutput(i int) bool {
	return i < len(b.node.Outputs) && b.node.Outputs[i] != ""
}

// constant returns the elements of an input that is constant, or nil.
func (b *builder) constant(i int) *Tensor {
	if i < len(b.consts) {
		return b.consts[i]
	}
	return nil
}

// at returns an input that may be absent.
func at(in []value, i int) value {
	if i < len(in) {
		return in[i]
	}
	return value{}
}

func tensorAt(in []*Tensor, i int) *Tensor {
	if i < len(in) {
		return in[i]
	}
	return nil
}

// knownInts returns the elements of an integer input that has to be known
// before the network is run, as shapes and axes do.
func knownInts(v value, what string) ([]int, error) {
	if v.typ != Int64 && v.typ != Int32 {
		return nil, fmt.Errorf("%w: %s of type %v", ErrShape, what, v.typ)
	}
	if len(v.shape) > 1 {
		return nil, fmt.Errorf("%w: %s of shape %v", ErrShape, what, v.shape)
	}
	if v.known == nil {
		return nil, fmt.Errorf("%w: %s that depend on the data", ErrUnsupported, what)
	}
	out := make([]int, len(v.known.Int))
	for i, x := range v.known.Int {
		out[i] = clampInt(x)
	}
	return out, nil
}

// axis resolves an axis that may be negative.
func axis(a, rank int) (int, error) {
	if a < -rank || a >= rank {
		return 0, fmt.Errorf("%w: axis %d of a tensor of rank %d", ErrShape, a, rank)
	}
	if a < 0 {
		a += rank
	}
	return a, nil
}

// axes resolves a list of axes, which must be distinct, into a mask.
func axesMask(list []int, rank int) ([]bool, error) {
	mask := make([]bool, rank)
	for _, a := range list {
		a, err := axis(a, rank)
		if err != nil {
			return nil, err
		}
		if mask[a] {
			return nil, fmt.Errorf("%w: axis %d is named twice", ErrShape, a)
		}
		mask[a] = true
	}
	return mask, nil
}

func wantType(v value, what string, types ...DType) error {
	for _, t := range types {
		if v.typ == t {
			return nil
		}
	}
	return fmt.Errorf("%w: %s of type %v", ErrUnsupported, what, v.typ)
}

func wantRank(v value, what string, rank int) error {
	if len(v.shape) != rank {
		return fmt.Errorf("%w: %s of shape %v, want rank %d", ErrShape, what, v.shape, rank)
	}
	return nil
}

func wantShape(v value, what string, shape ...int) error {
	if !equalShape(v.shape, shape) {
		return fmt.Errorf("%w: %s of shape %v, want %v", ErrShape, what, v.shape, shape)
	}
	return nil
}

func equalShape(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// mulWork multiplies counts of work; it saturates at a value of which several
// may be added, or one multiplied by four, without overflow.
func mulWork(xs ...int) int64 {
	z := int64(1)
	for _, x := range xs {
		if x <= 0 {
			return 0
		}
		if z > math.MaxInt64/64/int64(x) {
			return math.MaxInt64 / 64
		}
		z *= int64(x)
	}
	return z
}
