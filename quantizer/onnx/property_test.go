package onnx_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
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
		if !reflect.DeepEqual(got, want) {
			return fmt.Sprintf("got %+v, want %+v", got, want), nil
		}
		return "", nil
	}, gen.UInt64()))
	properties.TestingRun(t)
}

func randomGraph(r *rand.Rand) *network.Graph {
	opset := 7 + r.IntN(15)
	g := &network.Graph{
		Name: name(r), Opset: opset, Opsets: map[string]int{"": opset, "other": 1 + r.IntN(9)},
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
	for range 1 + r.IntN(5) {
		n := network.Node{Name: name(r), Op: "Op" + name(r), Outputs: []string{name(r)}}
		for range r.IntN(4) {
			n.Inputs = append(n.Inputs, name(r))
		}
		for i := range r.IntN(5) {
			if n.Attrs == nil {
				n.Attrs = network.Attributes{}
			}
			n.Attrs[fmt.Sprint("attr", i)] = randomAttribute(r)
		}
		g.Nodes = append(g.Nodes, n)
	}
	return g
}

// name returns a name, sometimes empty or not ASCII.
func name(r *rand.Rand) string {
	return []string{"", "a", "b/c:0", "größe", "x\x00y"}[r.IntN(5)]
}

func randomValue(r *rand.Rand, name string) network.ValueInfo {
	v := network.ValueInfo{Name: name, Type: network.Float32, HasShape: r.IntN(4) > 0}
	if v.HasShape {
		for range r.IntN(5) {
			v.Shape = append(v.Shape, []network.Dim{{Size: -1}, {Size: -1, Symbol: "N"}, {Size: r.IntN(300)}}[r.IntN(3)])
		}
	}
	return v
}

func randomTensor(r *rand.Rand) *network.Tensor {
	n := 1
	shape := []int{}
	for range r.IntN(4) {
		shape = append(shape, 1+r.IntN(4))
		n *= shape[len(shape)-1]
	}
	if r.IntN(2) == 0 {
		z := network.NewFloat(shape, nil)
		for i := range z.Float {
			z.Float[i] = float32(r.IntN(1 << 11))
		}
		return z
	}
	dtype := []network.DType{network.Int64, network.Int32, network.Uint8, network.Int8, network.Bool}[r.IntN(5)]
	z := network.NewInt(dtype, shape, nil)
	for i := range z.Int {
		switch z.Int[i] = int64(r.Uint64()); dtype {
		case network.Int32:
			z.Int[i] = int64(int32(z.Int[i]))
		case network.Uint8:
			z.Int[i] = int64(uint8(z.Int[i]))
		case network.Int8:
			z.Int[i] = int64(int8(z.Int[i]))
		case network.Bool:
			z.Int[i] &= 1
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
	t := varint(1, 1)
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
	double := make([]float64, len(z.Float))
	for i, x := range z.Float {
		double[i] = float64(x)
	}
	forms := map[network.DType][][]byte{
		network.Float32: {
			cat(varint(2, 1), little(floatData, z.Float)), cat(varint(2, 1), little(rawData, z.Float)),
			cat(varint(2, 11), little(doubleData, double)), cat(varint(2, 11), little(rawData, double)),
		},
		network.Int64: {cat(varint(2, 7), varints(int64Data, z.Int...)), cat(varint(2, 7), little(rawData, z.Int))},
		network.Int32: {cat(varint(2, 6), varints(int32Data, z.Int...))},
		network.Uint8: {cat(varint(2, 2), varints(int32Data, z.Int...)), cat(varint(2, 2), raw(rawData, lowBytes(z.Int)))},
		network.Int8:  {cat(varint(2, 3), varints(int32Data, z.Int...)), cat(varint(2, 3), raw(rawData, lowBytes(z.Int)))},
		network.Bool:  {cat(varint(2, 9), varints(int32Data, z.Int...)), cat(varint(2, 9), raw(rawData, lowBytes(z.Int)))},
	}[z.Type]
	return cat(dims, forms[r.IntN(len(forms))])
}

func lowBytes(v []int64) []byte {
	b := make([]byte, len(v))
	for i, x := range v {
		b[i] = byte(x)
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
