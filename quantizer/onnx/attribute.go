package onnx

import "github.com/halfulp/halfulp/quantizer/network"

// Codes of AttributeProto.AttributeType.
const (
	attrUndefined = 0
	attrFloat     = 1
	attrInt       = 2
	attrString    = 3
	attrTensor    = 4
	attrGraph     = 5
	attrFloats    = 6
	attrInts      = 7
	attrStrings   = 8
	attrTensors   = 9
	attrGraphs    = 10
	attrSparse    = 11
	attrSparses   = 12
	attrType      = 13
	attrTypes     = 14
)

// attrFields gives the type of attribute that each value field of an
// AttributeProto belongs to.
var attrFields = [...]int64{
	2: attrFloat, 3: attrInt, 4: attrString, 5: attrTensor, 6: attrGraph, 7: attrFloats, 8: attrInts, 9: attrStrings,
	10: attrTensors, 11: attrGraphs, 14: attrType, 15: attrTypes, 22: attrSparse, 23: attrSparses,
}

// attrNames has, for the types that are not read, what to call them.
var attrNames = map[int64]string{
	attrGraph: "a subgraph", attrGraphs: "subgraphs", attrTensors: "a list of tensors",
	attrSparse: "a sparse tensor", attrSparses: "sparse tensors", attrType: "a type", attrTypes: "types",
}

// readAttribute reads an AttributeProto. The name is returned with an error
// too, if it was found before it.
func readAttribute(m *message) (name string, a network.Attribute, err error) {
	var t tensorProto
	var declared int64    // the type field
	var found int64       // the type that the value fields belong to
	var also, several int // fields of two types
	reference := false
	for m.next() {
		if int(m.num) < len(attrFields) && attrFields[m.num] != 0 {
			switch kind := attrFields[m.num]; found {
			case 0, kind:
				found, also = kind, int(m.num)
			default:
				several = int(m.num)
			}
		}
		switch m.num {
		case 1:
			name = m.string()
		case 2:
			a.Float = m.float32()
		case 3:
			a.Int = m.int64()
		case 4:
			a.Str = m.string()
		case 5:
			if err := t.read(m.message("TensorProto")); err != nil {
				return name, a, err
			}
		case 7:
			a.Floats = m.float32s(a.Floats)
		case 8:
			a.Ints = m.int64s(a.Ints)
		case 9:
			a.Strs = append(a.Strs, m.string())
		case 20:
			declared = m.int64()
		case 21:
			reference = m.string() != ""
		}
	}
	switch {
	case m.err != nil:
		return name, a, m.err
	case several != 0:
		return name, a, malformed("values in fields %d and %d", also, several)
	case reference:
		return name, a, malformed("a reference to a function's attribute outside a function")
	case declared != attrUndefined && found != 0 && declared != found:
		return name, a, malformed("type %d with a value in field %d", declared, also)
	case declared == attrUndefined && found == 0:
		return name, a, malformed("no value")
	case declared == attrUndefined:
		declared = found
	}
	// A declared type without a value is that type's zero or empty list, as
	// writers leave zeros out.
	switch declared {
	case attrFloat:
		a.Kind = network.AttrFloat
	case attrInt:
		a.Kind = network.AttrInt
	case attrString:
		a.Kind = network.AttrString
	case attrFloats:
		a.Kind = network.AttrFloats
	case attrInts:
		a.Kind = network.AttrInts
	case attrStrings:
		a.Kind = network.AttrStrings
	case attrTensor:
		a.Kind = network.AttrTensor
		a.Tensor, err = t.tensor()
	default:
		if what, ok := attrNames[declared]; ok {
			return name, a, unsupported("%s", what)
		}
		return name, a, malformed("unknown type %d", declared)
	}
	return name, a, err
}
