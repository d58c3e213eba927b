package onnx_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/internal/npz"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/quantizer/network"
	"github.com/halfulp/halfulp/quantizer/onnx"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// TestWriteProperties: a random graph comes back from what Write makes of it,
// whatever the order of its nodes, and the same graph gives the same bytes.
func TestWriteProperties(t *testing.T) {
	p := gopter.DefaultTestParametersWithSeed(2)
	p.MinSuccessfulTests = 500
	properties := gopter.NewProperties(p)
	properties.Property("Read inverts Write", prop.ForAll(func(seed uint64) (string, error) {
		want := randomGraph(rand.New(rand.NewPCG(seed, 2)))
		b, err := onnx.Write(want)
		if err != nil {
			return "", err
		}
		got, err := onnx.Read(b)
		if err != nil {
			return "", err
		}
		if !reflect.DeepEqual(withBits(got), withBits(want)) {
			return fmt.Sprintf("got %+v, want %+v", got, want), nil
		}
		if again, err := onnx.Write(randomGraph(rand.New(rand.NewPCG(seed, 2)))); err != nil || !bytes.Equal(again, b) {
			return fmt.Sprintf("the same graph gives other bytes, error %v", err), nil
		}
		return "", nil
	}, gen.UInt64()))
	properties.Property("nodes are written in order", prop.ForAll(func(seed uint64) (string, error) {
		r := rand.New(rand.NewPCG(seed, 3))
		g := randomGraph(r)
		r.Shuffle(len(g.Nodes), func(i, j int) { g.Nodes[i], g.Nodes[j] = g.Nodes[j], g.Nodes[i] })
		b, err := onnx.Write(g)
		if err != nil {
			return "", err
		}
		got, err := onnx.Read(b)
		if err != nil {
			return "", err
		}
		if what := outOfOrder(got); what != "" {
			return what, nil
		}
		got, g = withBits(got), withBits(g)
		for _, n := range g.Nodes {
			if !slices.ContainsFunc(got.Nodes, func(m network.Node) bool { return reflect.DeepEqual(m, n) }) {
				return fmt.Sprintf("%+v is lost", n), nil
			}
		}
		if len(got.Nodes) != len(g.Nodes) {
			return fmt.Sprintf("%d nodes, want %d", len(got.Nodes), len(g.Nodes)), nil
		}
		return "", nil
	}, gen.UInt64()))
	properties.TestingRun(t)
}

// outOfOrder names a node that reads what only a later one defines.
func outOfOrder(g *network.Graph) string {
	defined := map[string]bool{"": true}
	for name := range g.Initializers {
		defined[name] = true
	}
	for _, v := range g.Inputs {
		defined[v.Name] = true
	}
	for _, n := range g.Nodes {
		for _, name := range n.Inputs {
			if !defined[name] {
				return fmt.Sprintf("%s %v reads %q too early", n.Op, n.Outputs, name)
			}
		}
		for _, name := range n.Outputs {
			defined[name] = true
		}
	}
	return ""
}

// TestWriteBytes compares the bytes with those of the tests' own encoder, each
// field where onnx.proto has it.
func TestWriteBytes(t *testing.T) {
	g := &network.Graph{
		Name: "small", Opset: 13, Opsets: map[string]int{"ai.onnx": 13, "com.example": 2},
		Inputs: []network.ValueInfo{
			{Name: "x", Type: network.Float32, HasShape: true, Shape: []network.Dim{{Size: -1, Symbol: "N"}, {Size: 0}, {Size: -1}, {Size: 4, Symbol: "C"}}},
			{Name: "w", Type: network.Float32},
		},
		Outputs: []network.ValueInfo{{Name: "y", Type: network.Float8E5M2}, {Name: "z"}, {Name: "s", Type: network.Bool, HasShape: true}},
		Initializers: map[string]*network.Tensor{
			"w": network.NewFloat([]int{2, 1}, []float32{1, float32(math.Copysign(0, -1))}),
			"q": network.NewInt(network.Int4, []int{3}, []int64{-8, 7, -1}),
			"b": network.NewInt(network.Int32, nil, []int64{-2}),
		},
		Nodes: []network.Node{
			{Name: "second", Op: "B", Domain: "com.example", Inputs: []string{"t", "", "w"}, Outputs: []string{"y", "", "z"}, Attrs: network.Attributes{
				"strings": {Kind: network.AttrStrings, Strs: []string{"p", ""}},
				"floats":  {Kind: network.AttrFloats, Floats: []float32{0.5, 0}},
				"float":   {Kind: network.AttrFloat},
				"ints":    {Kind: network.AttrInts, Ints: []int64{-1, 2}},
				"int":     {Kind: network.AttrInt},
				"none":    {Kind: network.AttrInts},
				"string":  {Kind: network.AttrString, Str: "s"},
				"tensor":  {Kind: network.AttrTensor, Tensor: network.NewInt(network.Uint16, []int{1}, []int64{258})},
			}},
			{Op: "A", Domain: "ai.onnx", Inputs: []string{"x"}, Outputs: []string{"t", "s"}},
		},
	}
	dim := func(parts ...[]byte) []byte { return sub(1, parts...) }
	dims := func(v ...int64) []byte {
		var b []byte
		for _, d := range v {
			b = append(b, varint(1, d)...)
		}
		return b
	}
	want := cat(varint(1, 10), text(2, "halfulp"), sub(7,
		sub(1, text(1, "x"), text(2, "t"), text(2, "s"), text(4, "A")),
		sub(1, text(1, "t"), text(1, ""), text(1, "w"), text(2, "y"), text(2, ""), text(2, "z"), text(3, "second"), text(4, "B"),
			sub(5, text(1, "float"), float(2, 0), varint(20, 1)),
			sub(5, text(1, "floats"), float(7, 0.5), float(7, 0), varint(20, 6)),
			sub(5, text(1, "int"), varint(3, 0), varint(20, 2)),
			sub(5, text(1, "ints"), varint(8, -1), varint(8, 2), varint(20, 7)),
			sub(5, text(1, "none"), varint(20, 7)),
			sub(5, text(1, "string"), text(4, "s"), varint(20, 3)),
			sub(5, text(1, "strings"), text(9, "p"), text(9, ""), varint(20, 8)),
			sub(5, text(1, "tensor"), sub(5, dims(1), varint(2, 4), raw(9, []byte{2, 1})), varint(20, 4)),
			text(7, "com.example")),
		text(2, "small"),
		sub(5, varint(2, 6), text(8, "b"), raw(9, []byte{0xfe, 0xff, 0xff, 0xff})),
		sub(5, dims(3), varint(2, 22), text(8, "q"), raw(9, []byte{0x78, 0x0f})),
		sub(5, dims(2, 1), varint(2, 1), text(8, "w"), raw(9, []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x80})),
		sub(11, text(1, "x"), sub(2, sub(1, varint(1, 1), sub(2, dim(text(2, "N")), dim(varint(1, 0)), dim(), dim(varint(1, 4)))))),
		sub(12, text(1, "y"), sub(2, sub(1, varint(1, 19)))),
		sub(12, text(1, "z")),
		sub(12, text(1, "s"), sub(2, sub(1, varint(1, 9), sub(2)))),
	), sub(8, text(1, ""), varint(2, 13)), sub(8, text(1, "com.example"), varint(2, 2)))
	got, err := onnx.Write(g)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%x\nwant\n%x", got, want)
	}
}

// TestWriteVersion: the version of the format that came with each operator set,
// and with types.
func TestWriteVersion(t *testing.T) {
	version := func(g *network.Graph) int64 {
		b, err := onnx.Write(g)
		if err != nil {
			t.Fatal(err)
		}
		return int64(parse("Model", b)[0].u)
	}
	small := func(opset int) *network.Graph {
		g, err := onnx.Read(model(relu()))
		if err != nil {
			t.Fatal(err)
		}
		g.Opset, g.Opsets = opset, nil
		return g
	}
	for opset, want := range map[int]int64{7: 4, 8: 4, 9: 4, 10: 5, 11: 6, 12: 7, 14: 7, 15: 8, 18: 8, 19: 9, 20: 9, 21: 10} {
		if got := version(small(opset)); got != want {
			t.Errorf("opset %d: IR version %d, want %d", opset, got, want)
		}
	}
	g := small(13)
	g.Initializers = map[string]*network.Tensor{"w": network.NewInt(network.Float8E5M2, nil, nil)}
	if got := version(g); got != 9 {
		t.Errorf("IR version %d with an 8-bit float", got)
	}
	g.Nodes[0].Attrs = network.Attributes{"t": {Kind: network.AttrTensor, Tensor: network.NewInt(network.Uint4, nil, nil)}}
	if got := version(g); got != 10 {
		t.Errorf("IR version %d with a uint4", got)
	}
	g = small(13)
	g.Outputs[0].Type = network.Float8E4M3FN
	if got := version(g); got != 9 {
		t.Errorf("IR version %d with an output of 8-bit floats", got)
	}
}

// TestWriteErrors: what cannot be written, by what names it.
func TestWriteErrors(t *testing.T) {
	two := network.NewFloat([]int{2}, nil)
	node := func(op, in, out string) network.Node {
		return network.Node{Name: "n", Op: op, Inputs: []string{in}, Outputs: []string{out}}
	}
	attr := func(a network.Attribute) func(*network.Graph) {
		return func(g *network.Graph) { g.Nodes[0].Attrs = network.Attributes{"alpha": a} }
	}
	initial := func(t *network.Tensor) func(*network.Graph) {
		return func(g *network.Graph) { g.Initializers = map[string]*network.Tensor{"w": t} }
	}
	for name, c := range map[string]struct {
		change func(*network.Graph)
		want   error
		says   string
	}{
		"opset 6":             {func(g *network.Graph) { g.Opset = 6 }, network.ErrUnsupported, "opset 6"},
		"opset 22":            {func(g *network.Graph) { g.Opset = 22 }, network.ErrUnsupported, "opset 22"},
		"two opsets":          {func(g *network.Graph) { g.Opsets = map[string]int{"": 12} }, network.ErrGraph, "13 and 12"},
		"opset 0 of a domain": {func(g *network.Graph) { g.Opsets = map[string]int{"d": 0} }, network.ErrGraph, `"d"`},
		"no operator":         {func(g *network.Graph) { g.Nodes[0].Op = "" }, network.ErrGraph, `node 0 "act"`},
		"no output of a node": {func(g *network.Graph) { g.Nodes = append(g.Nodes, network.Node{Op: "Relu"}) }, network.ErrGraph, "node 1"},
		"unknown domain":      {func(g *network.Graph) { g.Nodes[0].Domain = "d" }, network.ErrGraph, `"d"`},
		"input from nowhere":  {func(g *network.Graph) { g.Nodes[0].Inputs[0] = "q" }, network.ErrGraph, `input "q"`},
		"cycle": {func(g *network.Graph) {
			g.Nodes = append(g.Nodes, node("Relu", "b", "a"), node("Relu", "a", "b"))
		}, network.ErrGraph, "itself"},
		"two of one name":      {func(g *network.Graph) { g.Nodes = append(g.Nodes, node("Relu", "x", "y")) }, network.ErrGraph, `output "y"`},
		"output is input":      {func(g *network.Graph) { g.Nodes = append(g.Nodes, node("Relu", "x", "x")) }, network.ErrGraph, `output "x"`},
		"no outputs":           {func(g *network.Graph) { g.Outputs = nil }, network.ErrGraph, "no outputs"},
		"output from nowhere":  {func(g *network.Graph) { g.Outputs[0].Name = "q" }, network.ErrGraph, `output "q"`},
		"output twice":         {func(g *network.Graph) { g.Outputs = append(g.Outputs, g.Outputs[0]) }, network.ErrGraph, `output "y"`},
		"input twice":          {func(g *network.Graph) { g.Inputs = append(g.Inputs, g.Inputs[0]) }, network.ErrGraph, `input "x"`},
		"input without a name": {func(g *network.Graph) { g.Inputs[0].Name = "" }, network.ErrGraph, `input ""`},
		"input without a type": {func(g *network.Graph) { g.Inputs[0].Type = network.Undefined }, network.ErrGraph, `input "x"`},
		"type of no kind":      {func(g *network.Graph) { g.Outputs[0].Type = 99 }, network.ErrGraph, `output "y"`},
		"dimension -2":         {func(g *network.Graph) { g.Inputs[0].Shape[0].Size = -2 }, network.ErrGraph, `input "x"`},
		"rank 65":              {func(g *network.Graph) { g.Inputs[0].Shape = make([]network.Dim, 65) }, network.ErrUnsupported, `input "x"`},
		"nameless attribute":   {func(g *network.Graph) { g.Nodes[0].Attrs = network.Attributes{"": {Kind: network.AttrInt}} }, network.ErrGraph, "attribute"},
		"attribute of no kind": {attr(network.Attribute{}), network.ErrUnsupported, `attribute "alpha"`},
		"nil attribute tensor": {attr(network.Attribute{Kind: network.AttrTensor}), network.ErrGraph, `attribute "alpha"`},
		"nil initializer":      {initial(nil), network.ErrGraph, `initializer "w"`},
		"undefined tensor":     {initial(&network.Tensor{}), network.ErrGraph, `initializer "w"`},
		"nameless initializer": {func(g *network.Graph) { g.Initializers = map[string]*network.Tensor{"": two} }, network.ErrGraph, "without a name"},
		"too few floats":       {initial(&network.Tensor{Type: network.Float32, Shape: []int{3}, Float: two.Float}), network.ErrShape, `initializer "w"`},
		"floats and integers":  {initial(&network.Tensor{Type: network.Float32, Shape: []int{2}, Float: two.Float, Int: []int64{1}}), network.ErrShape, "1 integers"},
		"negative shape":       {initial(&network.Tensor{Type: network.Float32, Shape: []int{-1, 0}}), network.ErrShape, `initializer "w"`},
		"huge shape":           {initial(&network.Tensor{Type: network.Float32, Shape: []int{1 << 30, 1 << 30, 0}}), network.ErrShape, `initializer "w"`},
		"int8 of 128":          {initial(network.NewInt(network.Int8, []int{2}, []int64{127, 128})), network.ErrData, "element 1 is 128"},
		"uint4 of -1":          {initial(network.NewInt(network.Uint4, nil, []int64{-1})), network.ErrData, "element 0 is -1"},
		"truth of 2":           {initial(network.NewInt(network.Bool, nil, []int64{2})), network.ErrData, "element 0 is 2"},
	} {
		g, err := onnx.Read(model(relu()))
		if err != nil {
			t.Fatal(err)
		}
		g.Opsets = nil
		c.change(g)
		b, err := onnx.Write(g)
		if b != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || errors.Is(err, onnx.ErrFormat) {
			t.Errorf("%s: %d bytes, error %v; want %v with %q", name, len(b), err, c.want, c.says)
		}
		if err != nil {
			checkMessage(t, name, err)
		}
	}
	if _, err := onnx.Write(nil); !errors.Is(err, network.ErrGraph) {
		t.Errorf("nil: %v", err)
	}
}

// TestWriteDeep: the order of a long chain of nodes, the last one first.
func TestWriteDeep(t *testing.T) {
	const n = 50_000
	g := &network.Graph{Opset: 13, Inputs: []network.ValueInfo{{Name: "t0", Type: network.Float32}}, Outputs: []network.ValueInfo{{Name: fmt.Sprint("t", n)}}}
	for i := n; i > 0; i-- {
		g.Nodes = append(g.Nodes, network.Node{Op: "Relu", Inputs: []string{fmt.Sprint("t", i-1)}, Outputs: []string{fmt.Sprint("t", i)}})
	}
	b, err := onnx.Write(g)
	if err != nil {
		t.Fatal(err)
	}
	got, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if what := outOfOrder(got); what != "" || len(got.Nodes) != n || got.Name != "graph" {
		t.Errorf("%d nodes of %q, %s", len(got.Nodes), got.Name, what)
	}
}

// TestWriteFile: a file is there as a whole or not at all, and nothing is left
// beside it.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "m.onnx")
	g, err := onnx.Read(model(relu()))
	if err != nil {
		t.Fatal(err)
	}
	names := func() []string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := *g
	bad.Outputs = nil
	if err := onnx.WriteFile(file, &bad); !errors.Is(err, network.ErrGraph) || !strings.HasPrefix(err.Error(), file) {
		t.Errorf("a bad graph: %v", err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "old" {
		t.Errorf("after a failure: %q, %v", b, err)
	}
	if err := onnx.WriteFile(file, g); err != nil {
		t.Fatal(err)
	}
	got, err := onnx.ReadFile(file)
	if err != nil || !reflect.DeepEqual(got, g) {
		t.Errorf("got %+v, %v; want %+v", got, err, g)
	}
	if got := names(); !slices.Equal(got, []string{"m.onnx"}) {
		t.Errorf("the folder has %q", got)
	}
	// Whoever reads while it is written again finds a whole file.
	written := make(chan error)
	go func() {
		for range 100 {
			if err := onnx.WriteFile(file, g); err != nil {
				written <- err
			}
		}
		close(written)
	}()
	for done := false; !done; {
		select {
		case err, ok := <-written:
			if done = !ok; ok {
				t.Error(err)
			}
		default:
			if _, err := onnx.ReadFile(file); err != nil {
				t.Error(err)
			}
		}
	}
	if err := onnx.WriteFile(dir, g); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
	if err := onnx.WriteFile(filepath.Join(dir, "no", "m.onnx"), g); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if got := names(); !slices.Equal(got, []string{"m.onnx"}) {
		t.Errorf("the folder has %q", got)
	}
}

// TestWriteGlyphs: the file that is part of the module is what Write made of its
// graph, and still makes of it.
func TestWriteGlyphs(t *testing.T) {
	g, err := onnx.Read(glyphs.Model())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := onnx.Write(g); err != nil || !bytes.Equal(b, glyphs.Model()) {
		t.Errorf("other bytes, or the error %v", err)
	}
}

// TestWriteModels: each real network, written and read again, is the same graph
// and gives the same logits.
func TestWriteModels(t *testing.T) {
	for _, name := range shared.Glob(t, "models/*.onnx") {
		want, err := onnx.Read(shared.Read(t, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := onnx.Write(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := onnx.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is another graph", name)
		}
		const samples = 2
		x := sampleInputs(t, name, samples)
		if got, want := logits(t, got, x), logits(t, want, x); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: logits %v, want %v", name, got, want)
		}
	}
}

// sampleInputs returns the first inputs of a model's data.
func sampleInputs(t *testing.T, model string, samples int) *network.Tensor {
	t.Helper()
	var index map[string]struct{ Data string }
	if err := json.Unmarshal(shared.Read(t, "models/index.json"), &index); err != nil {
		t.Fatal(err)
	}
	data, err := npz.OpenDataset(filepath.Join(shared.Dir(t), "models", index[path.Base(model)].Data), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return network.NewFloat(append([]int{samples}, data.Shape()...), data.Input(0, samples))
}

// logits runs a graph of one input and one output.
func logits(t *testing.T, g *network.Graph, x *network.Tensor) []float32 {
	t.Helper()
	n, err := network.New(g, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.Run(map[string]*network.Tensor{g.Inputs[0].Name: x})
	if err != nil {
		t.Fatal(err)
	}
	return out[g.Outputs[0].Name].Float
}

// FuzzWrite: what was read can be written, unless it is not consistent, and
// comes back.
func FuzzWrite(f *testing.F) {
	r := rand.New(rand.NewPCG(4, 5))
	for range 4 {
		f.Add(encodeGraph(r, randomGraph(r)))
	}
	for _, path := range []string{"testdata/types.onnx", "testdata/nodes.onnx"} {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := onnx.Read(b)
		if err != nil {
			return
		}
		w, err := onnx.Write(g)
		if err != nil {
			if !errors.Is(err, network.ErrGraph) {
				t.Errorf("%v", err)
			}
			checkMessage(t, "error", err)
			return
		}
		got, err := onnx.Read(w)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := onnx.Write(got); err != nil || !bytes.Equal(again, w) {
			t.Errorf("written again: %v\n%x\n%x", err, again, w)
		}
		if what := outOfOrder(got); what != "" {
			t.Error(what)
		}
		if outOfOrder(g) != "" { // got has its nodes in another order
			return
		}
		if g.Name == "" {
			g.Name = "graph"
		}
		got, g = withBits(got), withBits(g)
		if !reflect.DeepEqual(got, g) {
			t.Errorf("got %+v, want %+v", got, g)
		}
	})
}

// withBits returns a graph in which floats stand as their bits, so that NaNs can
// be compared, and lists of no elements are nil.
func withBits(g *network.Graph) *network.Graph {
	bits := func(v []float32) (b []int64) {
		for _, x := range v {
			b = append(b, int64(math.Float32bits(x)))
		}
		return b
	}
	tensor := func(t *network.Tensor) *network.Tensor {
		if t == nil {
			return nil
		}
		return &network.Tensor{Shape: append([]int{}, t.Shape...), Type: t.Type, Int: append(bits(t.Float), t.Int...)}
	}
	h := *g
	h.Initializers = map[string]*network.Tensor{}
	for name, t := range g.Initializers {
		h.Initializers[name] = tensor(t)
	}
	h.Nodes = nil
	for _, n := range g.Nodes {
		attrs := network.Attributes{}
		for name, a := range n.Attrs {
			b := network.Attribute{Kind: a.Kind}
			switch a.Kind {
			case network.AttrFloat:
				b.Ints = bits([]float32{a.Float})
			case network.AttrInt:
				b.Int = a.Int
			case network.AttrString:
				b.Str = a.Str
			case network.AttrTensor:
				b.Tensor = tensor(a.Tensor)
			case network.AttrFloats:
				b.Ints = bits(a.Floats)
			case network.AttrInts:
				b.Ints = append([]int64(nil), a.Ints...)
			case network.AttrStrings:
				b.Strs = append([]string(nil), a.Strs...)
			}
			attrs[name] = b
		}
		n.Attrs = attrs
		h.Nodes = append(h.Nodes, n)
	}
	return &h
}
