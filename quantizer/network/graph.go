package network

import "errors"

// Errors that the errors of this package wrap.
var (
	// ErrGraph: the graph is malformed (a missing input, a cycle, a name that
	// is defined twice, an attribute of the wrong type).
	ErrGraph = errors.New("malformed graph")
	// ErrUnsupported: the operator, its opset, or the value of an attribute is
	// valid ONNX, or may be, but is not implemented.
	ErrUnsupported = errors.New("unsupported")
	// ErrShape: shapes, ranks or element types do not fit the operator.
	ErrShape = errors.New("shape mismatch")
	// ErrData: the elements of a tensor do not allow the operation (an index out
	// of range, an integer divided by zero).
	ErrData = errors.New("bad data")
	// ErrBudget: the network needs more memory or work than Options allow.
	ErrBudget = errors.New("over budget")
)

// Graph is a network as a file describes it. Nodes may stand in any order.
type Graph struct {
	Name string
	// Opset is the version of the default operator set ("" or "ai.onnx");
	// Opsets has the versions of all domains, and may be nil.
	Opset  int
	Opsets map[string]int
	// Inputs without an entry in Initializers have to be given to Run.
	Inputs, Outputs []ValueInfo
	Initializers    map[string]*Tensor
	Nodes           []Node
}

// Node is one application of an operator. An input or output that is absent
// has the empty name.
type Node struct {
	Name, Op, Domain string
	Inputs, Outputs  []string
	Attrs            Attributes
}

// Dim is one dimension of a ValueInfo: a Size of zero or more, or -1 where it
// is not known before Run; Symbol is its name, if it has one.
type Dim struct {
	Size   int
	Symbol string
}

// ValueInfo declares a tensor. Without HasShape nothing is known of the shape;
// with it an empty Shape is that of a scalar.
type ValueInfo struct {
	Name     string
	Type     DType
	Shape    []Dim
	HasShape bool
}

// AttrKind says which field of an Attribute holds its value.
type AttrKind uint8

const (
	// AttrUnsupported is an attribute of a kind that no supported operator
	// has (a graph, a sparse tensor, a type); only its presence is known.
	AttrUnsupported AttrKind = iota
	AttrInt
	AttrFloat
	AttrString
	AttrTensor
	AttrInts
	AttrFloats
	AttrStrings
	attrKinds // their number
)

var attrKindNames = [attrKinds]string{"unsupported", "int", "float", "string", "tensor", "ints", "floats", "strings"}

// String returns the kind's name in lower case.
func (k AttrKind) String() string {
	if k < attrKinds {
		return attrKindNames[k]
	}
	return "unknown"
}

// Attribute is a constant parameter of a node: the field that Kind names.
type Attribute struct {
	Kind   AttrKind
	Int    int64
	Float  float32
	Str    string
	Ints   []int64
	Floats []float32
	Strs   []string
	Tensor *Tensor
}

// Attributes holds a node's attributes by name.
type Attributes map[string]Attribute
