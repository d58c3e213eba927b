package onnx_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// TestTypes reads tensors that the Python package wrote: testdata/README.md.
func TestTypes(t *testing.T) {
	g, err := onnx.ReadFile("testdata/types.onnx")
	if err != nil {
		t.Fatal(err)
	}
	floats := []float32{0, -1.5, 3, 0.25, -2, 100}
	signed := []int64{0, 1, -1, 100, -128, 127}
	unsigned := []int64{0, 1, 2, 100, 254, 255}
	want := map[string]network.Tensor{
		"FLOAT":    {Type: network.Float32, Float: floats},
		"DOUBLE":   {Type: network.Float32, Float: floats},
		"FLOAT16":  {Type: network.Float32, Float: floats},
		"BFLOAT16": {Type: network.Float32, Float: floats},
		"INT8":     {Type: network.Int8, Int: signed},
		"INT16":    {Type: network.Int16, Int: signed},
		"INT32":    {Type: network.Int32, Int: signed},
		"INT64":    {Type: network.Int64, Int: signed},
		"UINT8":    {Type: network.Uint8, Int: unsigned},
		"UINT16":   {Type: network.Uint16, Int: unsigned},
		"UINT32":   {Type: network.Uint32, Int: unsigned},
		"UINT64":   {Type: network.Int64, Int: unsigned},
		"BOOL":     {Type: network.Bool, Int: []int64{0, 1, 1, 0, 1, 0}},
	}
	if n := len(g.Initializers); n != 27 {
		t.Errorf("%d initializers, want 27", n)
	}
	for name, got := range g.Initializers {
		key, _, found := strings.Cut(name, "_")
		if !found {
			continue
		}
		w := want[key]
		w.Shape = []int{2, 3}
		if !reflect.DeepEqual(*got, w) {
			t.Errorf("%s = %v, want %v", name, *got, w)
		}
	}
	if got := g.Initializers["scalar"]; len(got.Shape) != 0 || !reflect.DeepEqual(got.Float, []float32{7.5}) {
		t.Errorf("scalar = %v", *got)
	}
	if got := g.Initializers["empty"]; !reflect.DeepEqual(got.Shape, []int{2, 0, 3}) || got.Size() != 0 {
		t.Errorf("empty = %v", *got)
	}
	if g.Name != "types" || g.Opset != 15 || !reflect.DeepEqual(g.Opsets, map[string]int{"": 15, "ai.onnx.ml": 2}) {
		t.Errorf("graph %q, opset %d, %v", g.Name, g.Opset, g.Opsets)
	}
	dims := []network.Dim{{Size: -1, Symbol: "N"}, {Size: 3}, {Size: -1}, {Size: -1, Symbol: "rows"}}
	if want := []network.ValueInfo{{Name: "x", Type: network.Float32, Shape: dims, HasShape: true}}; !reflect.DeepEqual(g.Inputs, want) {
		t.Errorf("inputs %v, want %v", g.Inputs, want)
	}
	if want := []network.ValueInfo{{Name: "y", Type: network.Float32}}; !reflect.DeepEqual(g.Outputs, want) {
		t.Errorf("outputs %v, want %v", g.Outputs, want)
	}
}

// TestNodes reads nodes that the Python package wrote: testdata/README.md.
func TestNodes(t *testing.T) {
	g, err := onnx.ReadFile("testdata/nodes.onnx")
	if err != nil {
		t.Fatal(err)
	}
	w := &network.Tensor{Shape: []int{2, 2}, Type: network.Float32, Float: []float32{0, 1, 2, 3}}
	nodes := []network.Node{
		{
			Name: "first", Op: "Attrs", Inputs: []string{"x", "", "w"}, Outputs: []string{"a", ""},
			Attrs: network.Attributes{
				"i":       {Kind: network.AttrInt, Int: -3},
				"f":       {Kind: network.AttrFloat, Float: 0.5},
				"s":       {Kind: network.AttrString, Str: "text"},
				"ints":    {Kind: network.AttrInts, Ints: []int64{1, -2, 3}},
				"floats":  {Kind: network.AttrFloats, Floats: []float32{0.5, -0.25}},
				"strings": {Kind: network.AttrStrings, Strs: []string{"p", "q"}},
				"t":       {Kind: network.AttrTensor, Tensor: w},
				"zero":    {Kind: network.AttrInt},
			},
		},
		{Op: "Relu", Inputs: []string{"a"}, Outputs: []string{"y"}},
	}
	if !reflect.DeepEqual(g.Nodes, nodes) {
		t.Errorf("nodes %+v", g.Nodes)
	}
	tensors := map[string]*network.Tensor{
		"w":  w,
		"c0": w,
		"c1": {Type: network.Float32, Float: []float32{2.5}},
		"c2": {Shape: []int{2}, Type: network.Float32, Float: []float32{1, 2}},
		"c3": {Type: network.Int64, Int: []int64{-7}},
		"c4": {Shape: []int{3}, Type: network.Int64, Int: []int64{8, 9, 10}},
	}
	if len(g.Initializers) != len(tensors) {
		t.Errorf("%d initializers", len(g.Initializers))
	}
	for name, want := range tensors {
		if got := g.Initializers[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	if len(g.Inputs) != 1 || g.Inputs[0].Name != "x" {
		t.Errorf("inputs %v: the initializer w must be none", g.Inputs)
	}
	if len(g.Outputs) != 1 || !g.Outputs[0].HasShape || len(g.Outputs[0].Shape) != 0 {
		t.Errorf("outputs %v: y must be a scalar", g.Outputs)
	}
}

// TestStorage reads each type from each field that may hold it, where the
// Python package of testdata does not know them.
func TestStorage(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		dtype int64
		n     int64
		data  []byte
		want  network.Tensor
	}{
		"float unpacked":     {1, 2, cat(float(floatData, 1), float(floatData, -2)), network.Tensor{Type: network.Float32, Float: []float32{1, -2}}},
		"float in two runs":  {1, 3, cat(little(floatData, []float32{1, 2}), little(floatData, []float32{3})), network.Tensor{Type: network.Float32, Float: []float32{1, 2, 3}}},
		"double unpacked":    {11, 2, cat(double(doubleData, 1e300), double(doubleData, 0.1)), network.Tensor{Type: network.Float32, Float: []float32{float32(math.Inf(1)), 0.1}}},
		"double packed":      {11, 2, little(doubleData, []float64{1 + 0x1p-24 + 0x1p-50, 1 + 0x1p-24}), network.Tensor{Type: network.Float32, Float: []float32{1 + 0x1p-23, 1}}},
		"int64 unpacked":     {7, 2, cat(varint(int64Data, -1), varint(int64Data, math.MaxInt64)), network.Tensor{Type: network.Int64, Int: []int64{-1, math.MaxInt64}}},
		"int32 as 5 bytes":   {6, 1, varints(int32Data, 0xFFFFFFFE), network.Tensor{Type: network.Int32, Int: []int64{-2}}},
		"float16":            {10, 4, varints(int32Data, 0x3C00, 0xC500, 1, 0x7C00), network.Tensor{Type: network.Float32, Float: []float32{1, -5, 0x1p-24, float32(math.Inf(1))}}},
		"bfloat16 raw":       {16, 2, little(rawData, []uint16{0x3F80, 0xC0A0}), network.Tensor{Type: network.Float32, Float: []float32{1, -5}}},
		"float8e4m3fn":       {17, 2, varints(int32Data, 0x38, 0xFF), network.Tensor{Type: network.Float8E4M3FN, Int: []int64{0x38, 0xFF}}},
		"float8e4m3fnuz raw": {18, 2, raw(rawData, []byte{0x38, 0x80}), network.Tensor{Type: network.Float8E4M3FNUZ, Int: []int64{0x38, 0x80}}},
		"float8e5m2":         {19, 1, varints(int32Data, 0x3C), network.Tensor{Type: network.Float8E5M2, Int: []int64{0x3C}}},
		"float8e5m2fnuz raw": {20, 1, raw(rawData, []byte{0x40}), network.Tensor{Type: network.Float8E5M2FNUZ, Int: []int64{0x40}}},
		"uint4":              {21, 3, varints(int32Data, 0xF1, 0x37), network.Tensor{Type: network.Uint4, Int: []int64{1, 15, 7}}},
		"uint4 raw":          {21, 4, raw(rawData, []byte{0x2F, 0x80}), network.Tensor{Type: network.Uint4, Int: []int64{15, 2, 0, 8}}},
		"int4":               {22, 3, varints(int32Data, 0xF1, 0x08), network.Tensor{Type: network.Int4, Int: []int64{1, -1, -8}}},
		"int4 raw":           {22, 2, raw(rawData, []byte{0x7A}), network.Tensor{Type: network.Int4, Int: []int64{-6, 7}}},
		"uint64 raw":         {13, 1, little(rawData, []uint64{math.MaxInt64}), network.Tensor{Type: network.Int64, Int: []int64{math.MaxInt64}}},
		"uint32":             {12, 1, varints(uint64Data, math.MaxUint32), network.Tensor{Type: network.Uint32, Int: []int64{math.MaxUint32}}},
		"int16 raw":          {5, 2, little(rawData, []int16{-32768, 32767}), network.Tensor{Type: network.Int16, Int: []int64{-32768, 32767}}},
		"none":               {7, 0, nil, network.Tensor{Type: network.Int64}},
	} {
		g, err := onnx.Read(model(relu(), initializer("w", c.dtype, []int64{c.n}, c.data)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := *g.Initializers["w"]
		c.want.Shape = []int{int(c.n)}
		if got.Type != c.want.Type || !reflect.DeepEqual(got.Shape, c.want.Shape) || got.Size() != c.want.Size() ||
			got.Size() > 0 && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	bits := []uint32{math.Float32bits(float32(nan)), 0x80000000, 1}
	g, err := onnx.Read(model(relu(), initializer("w", 1, []int64{3}, little(rawData, bits))))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range g.Initializers["w"].Float {
		if math.Float32bits(x) != bits[i] {
			t.Errorf("element %d: bits %#x, want %#x", i, math.Float32bits(x), bits[i])
		}
	}
}

// TestAttributes: what other writers than the Python package write.
func TestAttributes(t *testing.T) {
	for name, c := range map[string]struct {
		parts []byte
		want  network.Attribute
	}{
		"type left out":     {varint(3, 5), network.Attribute{Kind: network.AttrInt, Int: 5}},
		"zero left out":     {varint(20, 1), network.Attribute{Kind: network.AttrFloat}},
		"empty list":        {varint(20, 7), network.Attribute{Kind: network.AttrInts}},
		"unpacked":          {cat(varint(8, 1), varint(8, 2), varint(20, 7)), network.Attribute{Kind: network.AttrInts, Ints: []int64{1, 2}}},
		"packed":            {varints(8, 1, -2), network.Attribute{Kind: network.AttrInts, Ints: []int64{1, -2}}},
		"last one counts":   {cat(varint(3, 5), varint(3, 6)), network.Attribute{Kind: network.AttrInt, Int: 6}},
		"unknown fields":    {cat(varint(3, 5), varint(99, 6), text(98, "x"), double(97, 1)), network.Attribute{Kind: network.AttrInt, Int: 5}},
		"empty string":      {cat(text(4, ""), varint(20, 3)), network.Attribute{Kind: network.AttrString}},
		"documented":        {cat(varint(3, 5), text(13, "text")), network.Attribute{Kind: network.AttrInt, Int: 5}},
		"tensor in 2 parts": {cat(sub(5, varints(1, 1)), sub(5, varint(2, 7), varints(int64Data, 3))), network.Attribute{Kind: network.AttrTensor, Tensor: network.NewInt(network.Int64, []int{1}, []int64{3})}},
	} {
		g, err := onnx.Read(model(relu(), nodeProto("n", "Op", nil, []string{"z"}, attribute("a", c.parts))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := g.Nodes[1].Attrs["a"]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	op := func(parts ...[]byte) []byte {
		return model(relu(), nodeProto("conv1", "Conv", []string{"y"}, []string{"z"}, parts...))
	}
	tensor := func(dtype int64, dims []int64, data ...[]byte) []byte {
		return model(relu(), initializer("w", dtype, dims, data...))
	}
	file := func(parts ...[]byte) []byte { return cat(parts...) }
	ir, graph, ops := varint(1, 8), sub(7, relu()), opset("", 13)
	one := little(rawData, []float32{1})
	for name, c := range map[string]struct {
		b     []byte
		want  error
		parts string // that the message has, separated by |
	}{
		"no graph":            {file(ir, ops), onnx.ErrFormat, "no graph"},
		"no IR version":       {file(graph, ops), onnx.ErrFormat, "IR version"},
		"no opset":            {file(ir, graph), onnx.ErrFormat, "no operator set"},
		"foreign opset only":  {file(ir, graph, opset("com.foo", 1)), network.ErrUnsupported, "other than the default"},
		"old IR":              {file(varint(1, 2), graph, ops), network.ErrUnsupported, "IR version 2"},
		"opset 6":             {file(ir, graph, opset("", 6)), network.ErrUnsupported, "opset 6"},
		"opset 22":            {file(ir, graph, opset("ai.onnx", 22)), network.ErrUnsupported, "opset 22|7 to 21"},
		"opset 0":             {file(ir, graph, opset("", 0)), onnx.ErrFormat, "version 0"},
		"opset 2^40":          {file(ir, graph, opset("", 1<<40)), onnx.ErrFormat, "version 1099511627776"},
		"two opsets":          {file(ir, graph, ops, opset("ai.onnx", 14)), onnx.ErrFormat, "13 and 14"},
		"function":            {file(ir, graph, ops, sub(25, text(1, "f\nf"))), network.ErrUnsupported, `local function "f\nf"`},
		"graph is a number":   {file(ir, varint(7, 1), ops), onnx.ErrFormat, "ModelProto at byte 2|wire type 0"},
		"group":               {file(ir, []byte{7<<3 | 3}), onnx.ErrFormat, "wire type 3"},
		"truncated":           {cat(ir, graph[:len(graph)-1]), onnx.ErrFormat, "ModelProto at byte 2: the file ends within field 7"},
		"beyond the graph":    {cat(ir, sub(7, []byte{1<<3 | 2, 9}), ops), onnx.ErrFormat, "GraphProto at byte 4: field 1 goes beyond the end of the message"},
		"damaged varint":      {cat(ir, sub(7, []byte{1 << 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}), ops), onnx.ErrFormat, "field 1 is damaged"},
		"field 0":             {file(ir, []byte{0, 0}), onnx.ErrFormat, "byte 2"},
		"endless varint":      {file([]byte{8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}), onnx.ErrFormat, "byte 0"},
		"node is a number":    {model(relu(), varint(1, 7)), onnx.ErrFormat, "GraphProto at byte"},
		"no outputs":          {model(nodeProto("a", "Relu", []string{"x"}, []string{"y"}), input("x", 1)), onnx.ErrFormat, "outputs"},
		"empty graph":         {model(output("y", 1)), onnx.ErrFormat, "empty"},
		"sparse initializer":  {model(relu(), sub(15)), network.ErrUnsupported, "sparse"},
		"no operator":         {model(relu(), sub(1, text(2, "z"))), onnx.ErrFormat, `node 1 "z"|no operator`},
		"no output":           {model(relu(), sub(1, text(4, "Op"), text(3, "n"))), onnx.ErrFormat, `node 1 "n" (Op)|no output`},
		"foreign operator":    {op(text(7, "com.foo")), network.ErrUnsupported, `node 1 "conv1" (com.foo.Conv)|operator set "com.foo"`},
		"subgraph":            {op(attribute("body", sub(6, relu()), varint(20, 5))), network.ErrUnsupported, `node 1 "conv1" (Conv)|"body"|a subgraph`},
		"subgraphs":           {op(attribute("body", sub(11, relu()))), network.ErrUnsupported, `node 1 "conv1" (Conv)|subgraphs`},
		"sparse attribute":    {op(attribute("v", sub(22))), network.ErrUnsupported, `node 1 "conv1" (Conv)|sparse`},
		"type attribute":      {op(attribute("v", sub(14))), network.ErrUnsupported, `node 1 "conv1" (Conv)|type`},
		"tensor list":         {op(attribute("v", sub(10))), network.ErrUnsupported, `node 1 "conv1" (Conv)|tensors`},
		"two values":          {op(attribute("v", varint(3, 1), float(2, 1))), onnx.ErrFormat, `"v"|fields 3 and 2`},
		"type disagrees":      {op(attribute("v", varint(3, 1), varint(20, 1))), onnx.ErrFormat, `"v"|type 1|field 3`},
		"no value":            {op(attribute("v")), onnx.ErrFormat, `"v"|no value`},
		"unknown type":        {op(attribute("v", varint(20, 77))), onnx.ErrFormat, "type 77"},
		"reference":           {op(attribute("v", text(21, "p"), varint(20, 1))), onnx.ErrFormat, "reference"},
		"no attribute name":   {op(attribute("", varint(3, 1))), onnx.ErrFormat, "without a name"},
		"attribute twice":     {op(attribute("v", varint(3, 1)), attribute("v", varint(3, 1))), onnx.ErrFormat, `two attributes are named "v"`},
		"number is text":      {op(attribute("v", text(3, "1"))), onnx.ErrFormat, "wire type 2"},
		"ints are cut":        {op(attribute("v", raw(8, []byte{0x80}))), onnx.ErrFormat, `node 1 "conv1"|"v"|field 8`},
		"floats are cut":      {op(attribute("v", raw(7, []byte{1, 2, 3}))), onnx.ErrFormat, "3 bytes"},
		"bad tensor in node":  {op(attribute("v", sub(5, tensorProto("", 1, []int64{2}, one)))), onnx.ErrFormat, `node 1 "conv1"|"v"|4 bytes`},
		"no tensor type":      {tensor(0, nil), onnx.ErrFormat, `initializer "w"|type 0`},
		"tensor type 25":      {tensor(25, nil), onnx.ErrFormat, "type 25"},
		"tensor type -1":      {tensor(-1, nil), onnx.ErrFormat, "type -1"},
		"strings":             {tensor(8, []int64{1}, text(stringData, "a")), network.ErrUnsupported, `initializer "w"|string`},
		"complex":             {tensor(14, []int64{1}), network.ErrUnsupported, "complex64"},
		"float4":              {tensor(23, []int64{1}), network.ErrUnsupported, "float4e2m1"},
		"external":            {tensor(1, []int64{1}, varint(14, 1)), network.ErrUnsupported, `initializer "w"|external`},
		"external entries":    {tensor(1, []int64{1}, sub(13, text(1, "location"))), network.ErrUnsupported, "external"},
		"segment":             {tensor(1, []int64{1}, sub(3), one), network.ErrUnsupported, "segments"},
		"negative dimension":  {tensor(1, []int64{-1}, one), onnx.ErrFormat, "-1"},
		"dims overflow":       {tensor(1, []int64{1 << 40, 1 << 40}, one), onnx.ErrFormat, "elements"},
		"dims wrap to one":    {tensor(1, []int64{1 << 32, 1 << 32, 1 << 32}, one), onnx.ErrFormat, "elements"},
		"overflow by zero":    {tensor(1, []int64{1 << 40, 1 << 40, 0}), onnx.ErrFormat, "elements"},
		"rank 65":             {tensor(1, make([]int64, 65)), onnx.ErrFormat, "65 dimensions"},
		"less data":           {tensor(1, []int64{2}, one), onnx.ErrFormat, `initializer "w"|4 bytes|[2] of float|8`},
		"more data":           {tensor(1, []int64{0}, one), onnx.ErrFormat, "4 bytes"},
		"more elements":       {tensor(1, []int64{1}, little(floatData, []float32{1, 2})), onnx.ErrFormat, "2 elements"},
		"two bad attributes":  {op(attribute("v"), attribute("w")), onnx.ErrFormat, `node 1 "conv1" (Conv): attribute "v"`},
		"nested, at byte 10":  {cat(varint(1, 8), sub(7, sub(1, text(4, "Op"), []byte{7})), ops), onnx.ErrFormat, "NodeProto at byte 10"},
		"terabytes":           {tensor(1, []int64{1 << 40}, one), onnx.ErrFormat, "4 bytes"},
		"no data":             {tensor(1, []int64{1 << 40}), onnx.ErrFormat, "0 elements"},
		"data of another":     {tensor(1, []int64{1}, varints(int64Data, 1)), onnx.ErrFormat, "float in int64_data"},
		"data in two":         {tensor(1, []int64{1}, one, little(floatData, []float32{1})), onnx.ErrFormat, "raw_data and float_data"},
		"text for numbers":    {tensor(1, []int64{1}, text(stringData, "1"), one), onnx.ErrFormat, "string_data"},
		"int8 of 128":         {tensor(3, []int64{2}, varints(int32Data, 0, 128)), onnx.ErrFormat, "element 1 is 128|[-128, 127]"},
		"uint8 of -1":         {tensor(2, []int64{1}, varints(int32Data, -1)), onnx.ErrFormat, "element 0 is -1"},
		"bool of 2":           {tensor(9, []int64{1}, raw(rawData, []byte{2})), onnx.ErrFormat, "element 0 is 2"},
		"half of 65536":       {tensor(10, []int64{1}, varints(int32Data, 65536)), onnx.ErrFormat, "65536"},
		"fp8 of 256":          {tensor(17, []int64{1}, varints(int32Data, 256)), onnx.ErrFormat, "256"},
		"int4 of 256":         {tensor(22, []int64{1}, varints(int32Data, 256)), onnx.ErrFormat, "256"},
		"uint32 of 2^32":      {tensor(12, []int64{1}, varints(uint64Data, 1<<32)), onnx.ErrFormat, "4294967296"},
		"uint64 of 2^63":      {tensor(13, []int64{1}, varints(uint64Data, math.MinInt64)), network.ErrUnsupported, "9223372036854775808"},
		"initializer twice":   {model(relu(), initializer("w", 1, []int64{1}, one), initializer("w", 1, []int64{1}, one)), onnx.ErrFormat, `"w"|twice`},
		"nameless":            {model(relu(), initializer("", 1, []int64{1}, one)), onnx.ErrFormat, "without a name"},
		"input without type":  {model(relu(), sub(11, text(1, "q"))), onnx.ErrFormat, `input "q"|no type`},
		"input without name":  {model(relu(), input("", 1)), onnx.ErrFormat, "without a name"},
		"input of strings":    {model(relu(), input("q", 8)), network.ErrUnsupported, `input "q"|string`},
		"input is a sequence": {model(relu(), sub(11, text(1, "q"), sub(2, sub(4)))), network.ErrUnsupported, `input "q"|no tensor`},
		"output is a map":     {model(relu(), sub(12, sub(2, sub(5)), text(1, "q"))), network.ErrUnsupported, `output "q"|no tensor`},
		"negative size":       {model(relu(), input("q", 1, -2)), onnx.ErrFormat, `input "q"|-2`},
		"size of 2^31":        {model(relu(), input("q", 1, int64(1)<<31)), onnx.ErrFormat, "2147483648"},
		"input of rank 65":    {model(relu(), input("q", 1, make([]any, 65)...)), onnx.ErrFormat, "64"},
		"constant, no value":  {model(relu(), nodeProto("c", "Constant", nil, []string{"k"})), onnx.ErrFormat, `node 1 "c" (Constant)`},
		"constant of text":    {model(relu(), nodeProto("c", "Constant", nil, []string{"k"}, attribute("value_string", text(4, "x")))), network.ErrUnsupported, `node 1 "c" (Constant)|"value_string"`},
		"constant twice":      {model(relu(), nodeProto("c", "Constant", nil, []string{"w"}, attribute("value_int", varint(3, 1))), initializer("w", 1, []int64{1}, one)), onnx.ErrFormat, "twice"},
	} {
		g, err := onnx.Read(c.b)
		if !errors.Is(err, c.want) || errors.Is(err, onnx.ErrFormat) == errors.Is(err, network.ErrUnsupported) {
			t.Errorf("%s: %v, %v; want %v", name, g, err, c.want)
			continue
		}
		checkMessage(t, name, err, strings.Split(c.parts, "|")...)
	}
}

// checkMessage asks for one short line that has all parts.
func checkMessage(t *testing.T, name string, err error, parts ...string) {
	t.Helper()
	s := err.Error()
	for _, p := range parts {
		if !strings.Contains(s, p) {
			t.Errorf("%s: %q does not say %s", name, s, p)
		}
	}
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			t.Errorf("%s: %q is not one line of ASCII", name, s)
			break
		}
	}
	if len(s) > 500 {
		t.Errorf("%s: a message of %d bytes", name, len(s))
	}
}

// TestOtherFiles: files of other kinds give one clear error that says so.
func TestOtherFiles(t *testing.T) {
	for what, s := range map[string]string{
		"empty":        "",
		"PNG image":    "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
		"zip archive":  "PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\x00",
		"NumPy array":  "\x93NUMPY\x01\x00v\x00{'descr': '<f4'",
		"text":         "# A readme\n\nof some text.\n",
		"gzip":         "\x1f\x8b\x08\x00",
		"HDF5":         "\x89HDF\r\n\x1a\n\x00",
		"TensorFlow L": "\x1c\x00\x00\x00TFL3\x00",
		"byte 0":       "\x00\x00\x00\x00\x00\x00\x00\x00",
		"no graph":     "\x08\x08",
	} {
		path := filepath.Join(t.TempDir(), "model.onnx")
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		g, err := onnx.ReadFile(path)
		if !errors.Is(err, onnx.ErrFormat) {
			t.Errorf("%s: %v, %v", what, g, err)
			continue
		}
		checkMessage(t, what, err, path+": ", what)
	}
	if _, err := onnx.ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := onnx.ReadFile(t.TempDir()); !errors.Is(err, onnx.ErrFormat) {
		t.Error(err)
	}
}

// TestTruncated: no prefix of a model that lacks a needed part is a model.
func TestTruncated(t *testing.T) {
	for _, path := range []string{"testdata/types.onnx", "testdata/nodes.onnx"} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			_, err := onnx.Read(b[:n])
			// What may be missing: a second operator set, and the metadata.
			if err == nil && (b[n] == 8<<3|2 || b[n] == 14<<3|2) {
				continue
			}
			if !errors.Is(err, onnx.ErrFormat) {
				t.Errorf("the first %d of %d bytes of %s: %v", n, len(b), path, err)
			}
		}
	}
}

// TestParts: the parts of a message may stand in any order and in pieces.
func TestParts(t *testing.T) {
	w := initializer("w", 1, nil, little(rawData, []float32{1}))
	whole, err := onnx.Read(model(relu(), w))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"opset first": cat(opset("", 13), sub(7, relu(), w), varint(1, 8)),
		"two graphs":  cat(varint(1, 8), sub(7, w), opset("ai.onnx", 13), sub(7, relu())),
		"opset twice": cat(varint(1, 8), opset("ai.onnx", 13), sub(7, relu(), w), opset("", 13)),
		"unknown":     cat(varint(1, 8), text(99, "more"), sub(7, relu(), w, text(99, "more")), opset("", 13), varint(5, 1)),
	} {
		g, err := onnx.Read(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(g, whole) {
			t.Errorf("%s: %+v, want %+v", name, g, whole)
		}
	}
}

// TestDimensions: of a size and a name for one dimension the last counts.
func TestDimensions(t *testing.T) {
	shape := cat(sub(1, varint(1, 4), text(2, "N")), sub(1, text(2, "N"), varint(1, 4)), sub(1, varint(1, -1)), sub(1, varint(1, 0)))
	g, err := onnx.Read(model(relu(), sub(11, text(1, "q"), sub(2, sub(1, varint(1, 1), raw(2, shape))))))
	if err != nil {
		t.Fatal(err)
	}
	want := []network.Dim{{Size: -1, Symbol: "N"}, {Size: 4}, {Size: -1}, {Size: 0}}
	if got := g.Inputs[1].Shape; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestKeepsNothing: the graph does not refer to the bytes it was read from.
func TestKeepsNothing(t *testing.T) {
	b, err := os.ReadFile("testdata/nodes.onnx")
	if err != nil {
		t.Fatal(err)
	}
	before, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	after, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if !reflect.DeepEqual(before, after) {
		t.Error("the graphs differ")
	}
	g, err := onnx.ReadFile("testdata/nodes.onnx")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before, g) {
		t.Error("clearing the bytes changed the graph")
	}
}
