package onnx_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// TestProperties: a random graph comes back from what the tests' encoder
// writes of it, whichever of the storage forms it uses.
func TestProperties(t *testing.T) {
	p := gopter.DefaultTestParametersWithSeed(1)
	p.MinSuccessfulTests = 300
	properties := gopter.NewProperties(p)
	properties.Property("Read inverts the encoder", prop.ForAll(func(seed uint64) (string, error) {
		r := rand.New(rand.NewPCG(seed, 1))
		want := randomGraph(r)
		got, err := onnx.Read(encodeGraph(r, want))
		if err != nil {
			return "", err
		}
		if !reflect.DeepEqual(withBits(got), withBits(want)) {
			return fmt.Sprintf("got %+v, want %+v", got, want), nil
		}
		return "", nil
	}, gen.UInt64()))
	properties.TestingRun(t)
}

func randomGraph(r *rand.Rand) *network.Graph {
	opset := 7 + r.IntN(15)
	g := &network.Graph{
		Name: "graph" + name(r), Opset: opset, Opsets: map[string]int{"": opset, "other": 1 + r.IntN(9)},
		Initializers: map[string]*network.Tensor{},
	}
	for i := range r.IntN(5) {
		g.Initializers[fmt.Sprint("init", i)] = randomTensor(r)
	}
	for i := range r.IntN(3) {
		g.Inputs = append(g.Inputs, randomValue(r, fmt.Sprint("in", i)))
	}
	for i := range 1 + r.IntN(3) {
		g.Outputs = append(g.Outputs, randomValue(r, fmt.Sprint("out", i)))
	}
	// What a node may read: nothing, or what is defined before it.
	known := []string{""}
	for name := range g.Initializers {
		known = append(known, name)
	}
	slices.Sort(known) // the same graph from the same seed
	for _, v := range g.Inputs {
		known = append(known, v.Name)
	}
	for i := range len(g.Outputs) + r.IntN(5) {
		n := network.Node{Name: name(r), Op: "Op" + name(r), Outputs: []string{fmt.Sprint(name(r), i)}}
		if i < len(g.Outputs) {
			n.Outputs[0] = g.Outputs[i].Name
		}
		if r.IntN(4) == 0 {
			n.Outputs = append(n.Outputs, "", fmt.Sprint("also", i))
		}
		for range r.IntN(4) {
			n.Inputs = append(n.Inputs, known[r.IntN(len(known))])
		}
		for i := range r.IntN(5) {
			if n.Attrs == nil {
				n.Attrs = network.Attributes{}
			}
			n.Attrs[fmt.Sprint("attr", i)] = randomAttribute(r)
		}
		g.Nodes = append(g.Nodes, n)
		known = append(known, n.Outputs...)
	}
	return g
}

// name returns a name, sometimes empty or not ASCII.
func name(r *rand.Rand) string {
	return []string{"", "a", "b/c:0", "größe", "x\x00y"}[r.IntN(5)]
}

func randomValue(r *rand.Rand, name string) network.ValueInfo {
	v := network.ValueInfo{Name: name, Type: randomType(r), HasShape: r.IntN(4) > 0}
	if v.HasShape {
		for range r.IntN(5) {
			v.Shape = append(v.Shape, []network.Dim{{Size: -1}, {Size: -1, Symbol: "N"}, {Size: r.IntN(300)}}[r.IntN(3)])
		}
	}
	return v
}

// elements restates how onnx.proto stores each type: its code, and the bits of
// an element.
var elements = map[network.DType]struct {
	code   int64
	bits   int
	signed bool
}{
	network.Float32: {1, 32, true}, network.Uint8: {2, 8, false}, network.Int8: {3, 8, true}, network.Uint16: {4, 16, false},
	network.Int16: {5, 16, true}, network.Int32: {6, 32, true}, network.Int64: {7, 64, true}, network.Bool: {9, 1, false},
	network.Uint32: {12, 32, false}, network.Float8E4M3FN: {17, 8, false}, network.Float8E4M3FNUZ: {18, 8, false},
	network.Float8E5M2: {19, 8, false}, network.Float8E5M2FNUZ: {20, 8, false}, network.Uint4: {21, 4, false}, network.Int4: {22, 4, true},
}

func randomType(r *rand.Rand) network.DType {
	return network.Float32 + network.DType(r.IntN(len(elements)))
}

func randomTensor(r *rand.Rand) *network.Tensor {
	n := 1
	shape := []int{}
	for range r.IntN(4) {
		shape = append(shape, min(r.IntN(6), 4))
		n *= shape[len(shape)-1]
	}
	dtype := randomType(r)
	if r.IntN(2) == 0 || dtype == network.Float32 {
		z := network.NewFloat(shape, nil)
		for i := range z.Float {
			z.Float[i] = float32(r.IntN(1<<11)) - 1<<10
		}
		return z
	}
	z := network.NewInt(dtype, shape, nil)
	shift := 64 - elements[dtype].bits
	for i := range z.Int {
		if u := r.Uint64(); elements[dtype].signed {
			z.Int[i] = int64(u) >> shift
		} else {
			z.Int[i] = int64(u >> shift)
		}
	}
	return z
}

func randomAttribute(r *rand.Rand) network.Attribute {
	switch r.IntN(7) {
	case 0:
		return network.Attribute{Kind: network.AttrInt, Int: int64(r.Uint64())}
	case 1:
		return network.Attribute{Kind: network.AttrFloat, Float: r.Float32()}
	case 2:
		return network.Attribute{Kind: network.AttrString, Str: name(r)}
	case 3:
		return network.Attribute{Kind: network.AttrTensor, Tensor: randomTensor(r)}
	case 4:
		return network.Attribute{Kind: network.AttrInts, Ints: []int64{int64(r.Uint64()), -1, 0}}
	case 5:
		return network.Attribute{Kind: network.AttrFloats, Floats: []float32{r.Float32(), 0}}
	}
	return network.Attribute{Kind: network.AttrStrings, Strs: []string{name(r), name(r)}}
}

// encodeGraph writes a graph, each tensor in a form chosen at random.
func encodeGraph(r *rand.Rand, g *network.Graph) []byte {
	parts := [][]byte{text(2, g.Name)}
	for name, z := range g.Initializers {
		parts = append(parts, sub(5, text(8, name), encodeTensor(r, z)))
	}
	for _, v := range g.Inputs {
		parts = append(parts, sub(11, encodeValue(v)))
	}
	for _, v := range g.Outputs {
		parts = append(parts, sub(12, encodeValue(v)))
	}
	for _, n := range g.Nodes {
		var b []byte
		for name, a := range n.Attrs {
			b = append(b, attribute(name, encodeAttribute(r, a))...)
		}
		parts = append(parts, nodeProto(n.Name, n.Op, n.Inputs, n.Outputs, b))
	}
	return cat(varint(1, 8), sub(7, parts...), opset("other", int64(g.Opsets["other"])), opset("", int64(g.Opset)))
}

func encodeValue(v network.ValueInfo) []byte {
	shape := []byte{}
	for _, d := range v.Shape {
		switch {
		case d.Symbol != "":
			shape = append(shape, sub(1, text(2, d.Symbol))...)
		case d.Size < 0:
			shape = append(shape, sub(1)...)
		default:
			shape = append(shape, sub(1, varint(1, int64(d.Size)))...)
		}
	}
	t := varint(1, elements[v.Type].code)
	if v.HasShape {
		t = append(t, raw(2, shape)...)
	}
	return cat(text(1, v.Name), sub(2, sub(1, t)))
}

func encodeTensor(r *rand.Rand, z *network.Tensor) []byte {
	var dims []byte
	for _, d := range z.Shape {
		if r.IntN(2) == 0 {
			dims = append(dims, varint(1, int64(d))...)
		} else {
			dims = append(dims, varints(1, int64(d))...)
		}
	}
	e := elements[z.Type]
	var forms [][]byte
	switch z.Type {
	case network.Float32:
		double := make([]float64, len(z.Float))
		for i, x := range z.Float {
			double[i] = float64(x)
		}
		forms = [][]byte{
			cat(varint(2, 1), little(floatData, z.Float)), cat(varint(2, 1), little(rawData, z.Float)),
			cat(varint(2, 11), little(doubleData, double)), cat(varint(2, 11), little(rawData, double)),
		}
	case network.Int64:
		forms = [][]byte{varints(int64Data, z.Int...), little(rawData, z.Int)}
	case network.Uint32:
		forms = [][]byte{varints(uint64Data, z.Int...), raw(rawData, lowBytes(z.Int, 4))}
	case network.Int4, network.Uint4:
		pairs := make([]int64, (len(z.Int)+1)/2)
		for i, v := range z.Int {
			pairs[i/2] |= v & 15 << (4 * (i % 2))
		}
		forms = [][]byte{varints(int32Data, pairs...), raw(rawData, lowBytes(pairs, 1))}
	default:
		forms = [][]byte{varints(int32Data, z.Int...), raw(rawData, lowBytes(z.Int, max(e.bits/8, 1)))}
	}
	form := forms[r.IntN(len(forms))]
	if z.Type != network.Float32 {
		form = cat(varint(2, e.code), form)
	}
	return cat(dims, form)
}

// lowBytes is the low n bytes of each number, the lowest first.
func lowBytes(v []int64, n int) []byte {
	var b []byte
	for _, x := range v {
		for i := range n {
			b = append(b, byte(x>>(8*i)))
		}
	}
	return b
}

func encodeAttribute(r *rand.Rand, a network.Attribute) []byte {
	switch a.Kind {
	case network.AttrInt:
		return cat(varint(20, 2), varint(3, a.Int))
	case network.AttrFloat:
		return float(2, a.Float)
	case network.AttrString:
		return cat(text(4, a.Str), varint(20, 3))
	case network.AttrTensor:
		return sub(5, encodeTensor(r, a.Tensor))
	case network.AttrInts:
		return varints(8, a.Ints...)
	case network.AttrFloats:
		return cat(little(7, a.Floats), varint(20, 6))
	}
	var b []byte
	for _, s := range a.Strs {
		b = append(b, text(9, s)...)
	}
	return b
}
