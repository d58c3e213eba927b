package onnx

import (
	"fmt"
	"slices"

	"github.com/halfulp/halfulp/quantizer/network"
)

// readGraph reads a GraphProto into g, to which several of them add up, as
// parts of one protobuf message do.
func readGraph(m *message, g *network.Graph) error {
	nodes := 0
	for m.next() {
		switch m.num {
		case 1:
			if err := addNode(m.message("NodeProto"), nodes, g); err != nil {
				return err
			}
			nodes++
		case 2:
			g.Name = m.string()
		case 5:
			var t tensorProto
			err := t.read(m.message("TensorProto"))
			if err == nil {
				var z *network.Tensor
				if z, err = t.tensor(); err == nil {
					err = addInitializer(g, t.name, z)
				}
			}
			if err != nil {
				return fmt.Errorf("initializer %s: %w", quote(t.name), err)
			}
		case 11:
			v, err := readValueInfo(m.message("ValueInfoProto"))
			if err == nil && v.Type == network.Undefined {
				err = malformed("no type")
			}
			if err != nil {
				return fmt.Errorf("input %s: %w", quote(v.Name), err)
			}
			g.Inputs = append(g.Inputs, v)
		case 12:
			v, err := readValueInfo(m.message("ValueInfoProto"))
			if err != nil {
				return fmt.Errorf("output %s: %w", quote(v.Name), err)
			}
			g.Outputs = append(g.Outputs, v)
		case 15:
			return unsupported("a sparse initializer")
		}
	}
	return m.err
}

// addNode adds the index-th node to the graph, or what it stands for if it is a constant.
func addNode(m *message, index int, g *network.Graph) error {
	n, err := readNode(m, index)
	if err != nil {
		return err
	}
	if n.Op != "Constant" {
		g.Nodes = append(g.Nodes, n)
		return nil
	}
	t, err := constant(n)
	if err == nil {
		err = addInitializer(g, n.Outputs[0], t)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", describe(n, index), err)
	}
	return nil
}

func addInitializer(g *network.Graph, name string, t *network.Tensor) error {
	if name == "" {
		return malformed("a tensor without a name")
	}
	if _, ok := g.Initializers[name]; ok {
		return malformed("the name is defined twice")
	}
	g.Initializers[name] = t
	return nil
}

// readValueInfo reads a ValueInfoProto of a tensor.
func readValueInfo(m *message) (network.ValueInfo, error) {
	var v network.ValueInfo
	var first error
	for m.next() {
		switch m.num {
		case 1:
			v.Name = m.string()
		case 2:
			if err := readType(m.message("TypeProto"), &v); err != nil && first == nil {
				first = err
			}
		}
	}
	switch {
	case m.err != nil:
		return v, m.err
	case first != nil:
		return v, first
	case v.Name == "":
		return v, malformed("a value without a name")
	}
	return v, nil
}

// readType reads a TypeProto.
func readType(m *message, v *network.ValueInfo) error {
	for m.next() {
		switch m.num {
		case 1:
			if err := readTensorType(m.message("TypeProto.Tensor"), v); err != nil {
				return err
			}
		case 4, 5, 7, 8, 9:
			return unsupported("a value that is no tensor")
		}
	}
	return m.err
}

func readTensorType(m *message, v *network.ValueInfo) error {
	for m.next() {
		switch m.num {
		case 1:
			d, err := lookup(m.int64())
			if m.err != nil {
				return m.err
			}
			if err != nil {
				return err
			}
			v.Type = d.to
		case 2:
			v.HasShape = true
			if err := readShape(m.message("TensorShapeProto"), v); err != nil {
				return err
			}
		}
	}
	return m.err
}

func readShape(m *message, v *network.ValueInfo) error {
	for m.next() {
		if m.num != 1 {
			continue
		}
		if len(v.Shape) == maxRank {
			return malformed("a shape of more than %d dimensions", maxRank)
		}
		d, err := readDim(m.message("Dimension"))
		if err != nil {
			return err
		}
		v.Shape = append(v.Shape, d)
	}
	return m.err
}

// readDim reads a dimension: a number, a name, or nothing. Some exporters
// write -1 for a dimension that is not known.
func readDim(m *message) (network.Dim, error) {
	d := network.Dim{Size: -1}
	for m.next() {
		switch m.num {
		case 1:
			n := m.int64()
			if n < -1 || n > 1<<31-1 {
				return d, malformed("a dimension of %d", n)
			}
			d = network.Dim{Size: int(n)}
		case 2:
			d = network.Dim{Size: -1, Symbol: m.string()}
		}
	}
	return d, m.err
}

// finish makes constants of the inputs that have an initializer.
func finish(g *network.Graph) error {
	g.Inputs = slices.DeleteFunc(g.Inputs, func(v network.ValueInfo) bool { return g.Initializers[v.Name] != nil })
	switch {
	case len(g.Outputs) == 0:
		return malformed("a graph without outputs")
	case len(g.Nodes) == 0 && len(g.Initializers) == 0 && len(g.Inputs) == 0:
		return malformed("an empty graph")
	}
	return nil
}
