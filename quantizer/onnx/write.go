package onnx

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/halfulp/halfulp/quantizer/network"
)

// producer is what files say that they were written by. There is no version
// with it: the same graph gives the same bytes in every release that writes
// the same fields.
const producer = "halfulp"

// WriteFile writes a graph to a file as [Write] encodes it. The file is written
// beside its place under another name and then renamed: whatever happens, path
// has its old contents or all of the new ones. Errors begin with the file's
// name.
func WriteFile(path string, g *network.Graph) error {
	b, err := Write(g)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	// A rename would put a file in the place of a device.
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s: not a regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	beside := fmt.Sprintf("%s.%016x.tmp", path, rand.Uint64())
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		os.Remove(beside)
	}
	return err
}

// Write encodes a graph as an ONNX model, the bytes of a ModelProto. The same
// graph gives the same bytes: initializers, attributes and operator sets stand
// in the order of their names. Tensors are stored as raw data in their own
// type.
//
// [Read] gives the graph back, but for what a file does not hold or this
// package's graphs never have:
//   - nodes come in an order in which each stands after those that it depends
//     on, as the format asks for; a graph that has them so keeps its order;
//   - an input that has an initializer is a constant, no input, and a node of
//     the operator Constant is an initializer;
//   - a dimension with a size has no symbol, a graph without a name is named
//     "graph", the domain "ai.onnx" is "".
//
// Errors name the node or tensor. They wrap [network.ErrGraph] where the graph
// is not consistent, [network.ErrShape] where a tensor's shape and elements
// differ, [network.ErrData] where an element is beyond its type, and
// [network.ErrUnsupported] for what a file cannot hold. Whether the operators
// are known, and their attributes right, is not checked. The graph is not
// changed.
func Write(g *network.Graph) ([]byte, error) {
	if g == nil {
		return nil, inconsistent("no graph")
	}
	sets, err := opsets(g)
	if err != nil {
		return nil, err
	}
	graph, err := appendGraph(nil, g, sets)
	if err != nil {
		return nil, err
	}
	var b encoder
	b.int64(1, irVersion(g))
	b.string(2, producer)
	b.bytes(7, graph)
	for _, domain := range slices.Sorted(maps.Keys(sets)) {
		var set encoder
		set.string(1, domain)
		set.int64(2, int64(sets[domain]))
		b.bytes(8, set)
	}
	if len(b) >= 1<<31-1 {
		return nil, unsupported("a model of %d bytes; protobuf messages end at 2 GiB", len(b))
	}
	return b, nil
}

// opsets returns the version of each domain.
func opsets(g *network.Graph) (map[string]int, error) {
	if g.Opset < minOpset || g.Opset > maxOpset {
		return nil, unsupported("opset %d; %d to %d are written", g.Opset, minOpset, maxOpset)
	}
	sets := map[string]int{"": g.Opset}
	for _, name := range slices.Sorted(maps.Keys(g.Opsets)) {
		domain, version := canonicalDomain(name), g.Opsets[name]
		if domain == "" && version != g.Opset {
			return nil, inconsistent("versions %d and %d of the default operator set", g.Opset, version)
		}
		if version < 1 || version > 1<<31-1 {
			return nil, inconsistent("version %d of operator set %s", version, quote(name))
		}
		sets[domain] = version
	}
	return sets, nil
}

// irVersion returns the version of the format: that of the ONNX release which
// brought the operator set (docs/Versioning.md there). It is at least 4, since
// when an initializer need not be an input too, and at least what the types of
// the tensors need.
func irVersion(g *network.Graph) int64 {
	byOpset := [...]int64{
		7: 4, 8: 4, 9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10,
	}
	v := byOpset[g.Opset]
	raise := func(t network.DType) {
		switch t {
		case network.Float8E4M3FN, network.Float8E4M3FNUZ, network.Float8E5M2, network.Float8E5M2FNUZ:
			v = max(v, 9)
		case network.Int4, network.Uint4:
			v = max(v, 10)
		}
	}
	for _, t := range g.Initializers {
		raise(t.Type)
	}
	for _, list := range [][]network.ValueInfo{g.Inputs, g.Outputs} {
		for _, value := range list {
			raise(value.Type)
		}
	}
	for _, n := range g.Nodes {
		for _, a := range n.Attrs {
			if a.Kind == network.AttrTensor {
				raise(a.Tensor.Type)
			}
		}
	}
	return v
}
