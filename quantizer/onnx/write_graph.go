package onnx

import (
	"fmt"
	"maps"
	"slices"

	"github.com/halfulp/halfulp/quantizer/network"
)

// appendGraph appends the fields of a GraphProto.
func appendGraph(b encoder, g *network.Graph, sets map[string]int) (encoder, error) {
	order, err := sortNodes(g)
	if err != nil {
		return nil, err
	}
	for _, i := range order {
		n := &g.Nodes[i]
		node, err := appendNode(nil, n, sets)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", describe(*n, i), err)
		}
		b.bytes(1, node)
	}
	name := g.Name
	if name == "" {
		name = "graph" // a name is required
	}
	b.string(2, name)
	for _, name := range slices.Sorted(maps.Keys(g.Initializers)) {
		t, err := appendTensor(nil, name, g.Initializers[name])
		if err != nil {
			return nil, fmt.Errorf("initializer %s: %w", quote(name), err)
		}
		b.bytes(5, t)
	}
	for _, v := range g.Inputs {
		if _, ok := g.Initializers[v.Name]; ok {
			continue
		}
		value, err := appendValueInfo(nil, v)
		if err == nil && v.Type == network.Undefined {
			err = inconsistent("no type")
		}
		if err != nil {
			return nil, fmt.Errorf("input %s: %w", quote(v.Name), err)
		}
		b.bytes(11, value)
	}
	for _, v := range g.Outputs {
		value, err := appendValueInfo(nil, v)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", quote(v.Name), err)
		}
		b.bytes(12, value)
	}
	return b, nil
}

// appendNode appends the fields of a NodeProto.
func appendNode(b encoder, n *network.Node, sets map[string]int) (encoder, error) {
	domain := canonicalDomain(n.Domain)
	switch {
	case n.Op == "":
		return nil, inconsistent("no operator")
	case len(n.Outputs) == 0:
		return nil, inconsistent("no output")
	case sets[domain] == 0:
		return nil, inconsistent("the graph has no version of operator set %s", quote(domain))
	}
	for _, name := range n.Inputs {
		b.string(1, name)
	}
	for _, name := range n.Outputs {
		b.string(2, name)
	}
	if n.Name != "" {
		b.string(3, n.Name)
	}
	b.string(4, n.Op)
	for _, name := range slices.Sorted(maps.Keys(n.Attrs)) {
		a, err := appendAttribute(nil, name, n.Attrs[name])
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", quote(name), err)
		}
		b.bytes(5, a)
	}
	if domain != "" {
		b.string(7, domain)
	}
	return b, nil
}

// appendAttribute appends the fields of an AttributeProto.
func appendAttribute(b encoder, name string, a network.Attribute) (encoder, error) {
	if name == "" {
		return nil, inconsistent("an attribute without a name")
	}
	b.string(1, name)
	var kind int64
	switch a.Kind {
	case network.AttrFloat:
		kind = attrFloat
		b.float32(2, a.Float)
	case network.AttrInt:
		kind = attrInt
		b.int64(3, a.Int)
	case network.AttrString:
		kind = attrString
		b.string(4, a.Str)
	case network.AttrTensor:
		kind = attrTensor
		t, err := appendTensor(nil, "", a.Tensor)
		if err != nil {
			return nil, err
		}
		b.bytes(5, t)
	case network.AttrFloats:
		kind = attrFloats
		for _, v := range a.Floats {
			b.float32(7, v)
		}
	case network.AttrInts:
		kind = attrInts
		for _, v := range a.Ints {
			b.int64(8, v)
		}
	case network.AttrStrings:
		kind = attrStrings
		for _, v := range a.Strs {
			b.string(9, v)
		}
	default:
		return nil, unsupported("an attribute of kind %v", a.Kind)
	}
	b.int64(20, kind)
	return b, nil
}

// appendValueInfo appends the fields of a ValueInfoProto.
func appendValueInfo(b encoder, v network.ValueInfo) (encoder, error) {
	var tensor encoder
	if v.Type != network.Undefined {
		code, err := codeOf(v.Type)
		if err != nil {
			return nil, err
		}
		tensor.int64(1, code)
	}
	if v.HasShape {
		if len(v.Shape) > maxRank {
			return nil, unsupported("a shape of %d dimensions; %d are possible", len(v.Shape), maxRank)
		}
		var shape encoder
		for _, d := range v.Shape {
			var dim encoder
			switch {
			case d.Size < -1 || d.Size > 1<<31-1:
				return nil, inconsistent("a dimension of %d", d.Size)
			case d.Size >= 0:
				dim.int64(1, int64(d.Size))
			case d.Symbol != "":
				dim.string(2, d.Symbol)
			}
			shape.bytes(1, dim)
		}
		tensor.bytes(2, shape)
	}
	b.string(1, v.Name)
	if len(tensor) > 0 {
		var typ encoder
		typ.bytes(1, tensor)
		b.bytes(2, typ)
	}
	return b, nil
}
