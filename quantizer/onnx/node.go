package onnx

import (
	"fmt"

	"github.com/halfulp/halfulp/quantizer/network"
)

// readNode reads a NodeProto, the index-th of the graph. Errors name it.
func readNode(m *message, index int) (network.Node, error) {
	var n network.Node
	// What the node is called may stand behind what is wrong with it, so the
	// first error waits for the end.
	var first error
	for m.next() {
		switch m.num {
		case 1:
			n.Inputs = append(n.Inputs, m.string())
		case 2:
			n.Outputs = append(n.Outputs, m.string())
		case 3:
			n.Name = m.string()
		case 4:
			n.Op = m.string()
		case 5:
			if first != nil {
				continue
			}
			name, a, err := readAttribute(m.message("AttributeProto"))
			_, twice := n.Attrs[name]
			switch {
			case err != nil:
				first = fmt.Errorf("attribute %s: %w", quote(name), err)
				continue
			case name == "":
				first = malformed("an attribute without a name")
				continue
			case twice:
				first = malformed("two attributes are named %s", quote(name))
				continue
			}
			if n.Attrs == nil {
				n.Attrs = network.Attributes{}
			}
			n.Attrs[name] = a
		case 7:
			n.Domain = canonicalDomain(m.string())
		}
	}
	err := m.err
	switch {
	case err != nil:
	case first != nil:
		err = first
	case n.Op == "":
		err = malformed("no operator")
	case n.Domain != "":
		err = unsupported("operator set %s", quote(n.Domain))
	case len(n.Outputs) == 0:
		err = malformed("no output")
	}
	if err != nil {
		return n, fmt.Errorf("%s: %w", describe(n, index), err)
	}
	return n, nil
}

// describe names a node for an error.
func describe(n network.Node, index int) string {
	name, op := n.Name, n.Op
	if name == "" && len(n.Outputs) > 0 {
		name = n.Outputs[0]
	}
	if op == "" {
		op = "no operator"
	}
	if n.Domain != "" {
		op = n.Domain + "." + op
	}
	return fmt.Sprintf("node %d %s (%s)", index, quote(name), printable(op))
}

// canonicalDomain gives the default operator set its one name.
func canonicalDomain(s string) string {
	if s == "ai.onnx" {
		return ""
	}
	return s
}

// constant returns the tensor that a node of the operator Constant makes.
func constant(n network.Node) (*network.Tensor, error) {
	if len(n.Attrs) != 1 || len(n.Outputs) != 1 || len(n.Inputs) != 0 {
		return nil, malformed("a constant has one attribute, one output and no input")
	}
	var (
		name string
		a    network.Attribute
	)
	for name, a = range n.Attrs { // the only one
	}
	switch {
	case name == "value" && a.Kind == network.AttrTensor:
		return a.Tensor, nil
	case name == "value_float" && a.Kind == network.AttrFloat:
		return network.NewFloat(nil, []float32{a.Float}), nil
	case name == "value_floats" && a.Kind == network.AttrFloats:
		return &network.Tensor{Shape: []int{len(a.Floats)}, Type: network.Float32, Float: a.Floats}, nil
	case name == "value_int" && a.Kind == network.AttrInt:
		return network.NewInt(network.Int64, nil, []int64{a.Int}), nil
	case name == "value_ints" && a.Kind == network.AttrInts:
		return &network.Tensor{Shape: []int{len(a.Ints)}, Type: network.Int64, Int: a.Ints}, nil
	}
	return nil, unsupported("a constant from the %s attribute %s", a.Kind, quote(name))
}
