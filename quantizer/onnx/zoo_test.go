package onnx_test

import (
	"hash/fnv"
	"testing"
)

// zoo returns a small sound model for each operator that networks use, of
// opset 13 where its name has no other.
func zoo() map[string][]byte {
	x, y := []string{"x"}, []string{"y"}
	ints := func(name string, v ...int64) []byte {
		return initializer(name, 7, []int64{int64(len(v))}, little(rawData, v))
	}
	floats := func(name string, dims ...int64) []byte {
		n := int64(1)
		for _, d := range dims {
			n *= d
		}
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(i%7)/4 - 0.5
		}
		return initializer(name, 1, dims, little(rawData, v))
	}
	list := func(name string, v ...int64) []byte {
		var b []byte
		for _, i := range v {
			b = append(b, varint(8, i)...)
		}
		return attribute(name, b, varint(20, 7))
	}
	number := func(name string, v int64) []byte { return attribute(name, varint(3, v), varint(20, 2)) }
	real := func(name string, v float32) []byte { return attribute(name, float(2, v), varint(20, 1)) }
	word := func(name, v string) []byte { return attribute(name, text(4, v), varint(20, 3)) }
	at := func(opsetVersion int64, parts ...[]byte) []byte {
		return cat(varint(1, 8), sub(7, parts...), opset("", opsetVersion))
	}
	// of is a model of one operator on x and constants of these names.
	of := func(version int64, op string, shape []any, names []string, constants []byte, attrs ...[]byte) []byte {
		return at(version, nodeProto("node", op, append([]string{"x"}, names...), y, attrs...),
			input("x", 1, shape...), constants, output("y", 1))
	}
	matrix, image, sequence := []any{"N", 4}, []any{"N", 2, 5, 5}, []any{3, "N", 4}
	models := map[string][]byte{
		"Conv":                  of(13, "Conv", image, []string{"w", "b"}, cat(floats("w", 4, 1, 3, 3), floats("b", 4)), number("group", 2), list("pads", 1, 1, 1, 1), list("strides", 2, 1), list("dilations", 1, 1), list("kernel_shape", 3, 3)),
		"Conv 1-D":              of(13, "Conv", []any{"N", 2, 7}, []string{"w"}, floats("w", 3, 2, 3), word("auto_pad", "SAME_UPPER")),
		"Gemm":                  of(13, "Gemm", matrix, []string{"w", "b"}, cat(floats("w", 3, 4), floats("b", 3)), number("transB", 1), real("alpha", 0.5)),
		"Gemm 7":                of(7, "Gemm", matrix, []string{"w", "b"}, cat(floats("w", 4, 3), floats("b", 3))),
		"MatMul":                of(13, "MatMul", []any{2, "N", 4}, []string{"w"}, floats("w", 4, 3)),
		"BatchNormalization":    of(13, "BatchNormalization", image, []string{"s", "b", "m", "v"}, cat(floats("s", 2), floats("b", 2), floats("m", 2), initializer("v", 1, []int64{2}, little(rawData, []float32{1, 2}))), real("epsilon", 1e-5)),
		"BatchNormalization 15": of(15, "BatchNormalization", image, []string{"s", "b", "m", "v"}, cat(floats("s", 2), floats("b", 2), floats("m", 2), floats("v", 2))),
		"InstanceNormalization": of(13, "InstanceNormalization", image, []string{"s", "b"}, cat(floats("s", 2), floats("b", 2))),
		"LayerNormalization 17": of(17, "LayerNormalization", matrix, []string{"s", "b"}, cat(floats("s", 4), floats("b", 4)), number("axis", -1)),
		"Clip":                  of(13, "Clip", matrix, []string{"l", "h"}, cat(initializer("l", 1, nil, little(rawData, float32(0))), initializer("h", 1, nil, little(rawData, float32(6))))),
		"Clip 7":                of(7, "Clip", matrix, nil, nil, real("min", 0), real("max", 6)),
		"Softmax":               of(13, "Softmax", matrix, nil, nil, number("axis", -1)),
		"Softmax 11":            of(11, "Softmax", image, nil, nil, number("axis", 1)),
		"LogSoftmax":            of(13, "LogSoftmax", matrix, nil, nil),
		"Gelu 20":               of(20, "Gelu", matrix, nil, nil, word("approximate", "tanh")),
		"LeakyRelu":             of(13, "LeakyRelu", matrix, nil, nil, real("alpha", 0.1)),
		"PRelu":                 of(13, "PRelu", image, []string{"w"}, floats("w", 2, 1, 1)),
		"HardSigmoid":           of(13, "HardSigmoid", matrix, nil, nil, real("alpha", 0.2)),
		"MaxPool":               of(13, "MaxPool", image, nil, nil, list("kernel_shape", 2, 2), list("strides", 2, 2), list("pads", 0, 1, 0, 1), number("ceil_mode", 1)),
		"AveragePool":           of(13, "AveragePool", image, nil, nil, list("kernel_shape", 3, 2), list("pads", 1, 0, 1, 0), number("count_include_pad", 1)),
		"GlobalAveragePool":     of(13, "GlobalAveragePool", image, nil, nil),
		"ReduceMean":            of(13, "ReduceMean", image, nil, nil, list("axes", 2, -1), number("keepdims", 0)),
		"ReduceMean 18":         of(18, "ReduceMean", image, []string{"a"}, ints("a", 1), number("keepdims", 1)),
		"ReduceSum":             of(13, "ReduceSum", image, []string{"a"}, ints("a", 0, 2)),
		"ReduceMax":             of(13, "ReduceMax", image, nil, nil),
		"ArgMax":                of(13, "ArgMax", matrix, nil, nil, number("axis", 1), number("keepdims", 0)),
		"Reshape":               of(13, "Reshape", image, []string{"s"}, ints("s", 0, -1)),
		"Flatten":               of(13, "Flatten", image, nil, nil, number("axis", 1)),
		"Transpose":             of(13, "Transpose", image, nil, nil, list("perm", 0, 2, 3, 1)),
		"Squeeze":               of(13, "Squeeze", []any{"N", 1, 4}, []string{"a"}, ints("a", 1)),
		"Squeeze 11":            of(11, "Squeeze", []any{"N", 1, 4}, nil, nil, list("axes", 1)),
		"Unsqueeze":             of(13, "Unsqueeze", matrix, []string{"a"}, ints("a", 0, -1)),
		"Unsqueeze 11":          of(11, "Unsqueeze", matrix, nil, nil, list("axes", 1)),
		"Concat":                at(13, nodeProto("node", "Concat", []string{"x", "w", "x"}, y, number("axis", 0)), input("x", 1, 2, 4), floats("w", 3, 4), output("y", 1)),
		"Split":                 at(13, nodeProto("node", "Split", []string{"x", "s"}, []string{"y", "z"}, number("axis", 1)), input("x", 1, "N", 4), ints("s", 1, 3), output("y", 1), output("z", 1)),
		"Split 11":              at(11, nodeProto("node", "Split", x, []string{"y", "z"}, number("axis", 1), list("split", 1, 3)), input("x", 1, "N", 4), output("y", 1), output("z", 1)),
		"Split 18":              at(18, nodeProto("node", "Split", x, []string{"y", "z"}, number("axis", 1), number("num_outputs", 2)), input("x", 1, "N", 3), output("y", 1), output("z", 1)),
		"Slice":                 of(13, "Slice", image, []string{"s", "e", "a", "t"}, cat(ints("s", 4, 0), ints("e", -100, 3), ints("a", 2, 3), ints("t", -2, 1))),
		"Slice 9":               of(9, "Slice", image, nil, nil, list("starts", 1), list("ends", 9), list("axes", -1)),
		"Gather":                of(13, "Gather", image, []string{"i"}, initializer("i", 7, []int64{2, 2}, little(rawData, []int64{0, 1, -1, 1})), number("axis", 1)),
		"GatherElements":        of(13, "GatherElements", []any{2, 2}, []string{"i"}, initializer("i", 7, []int64{2, 2}, little(rawData, []int64{0, 1, -1, 1})), number("axis", 1)),
		"Pad":                   of(13, "Pad", matrix, []string{"p", "v"}, cat(ints("p", 1, 0, 0, 2), initializer("v", 1, nil, little(rawData, float32(7))))),
		"Pad 10":                of(10, "Pad", matrix, nil, nil, list("pads", 0, 1, 0, -1), word("mode", "constant"), real("value", 1)),
		"Pad reflect":           of(13, "Pad", matrix, []string{"p"}, ints("p", 0, 2, 0, 3), word("mode", "reflect")),
		"Expand":                of(13, "Expand", []any{"N", 1}, []string{"s"}, ints("s", 1, 3)),
		"Tile":                  of(13, "Tile", matrix, []string{"r"}, ints("r", 2, 1)),
		"Where":                 at(13, nodeProto("less", "Less", []string{"x", "w"}, []string{"c"}), nodeProto("node", "Where", []string{"c", "x", "w"}, y), input("x", 1, "N", 4), floats("w", 4), output("y", 1)),
		"Shape":                 at(13, nodeProto("shape", "Shape", x, []string{"s"}), nodeProto("fill", "ConstantOfShape", []string{"s"}, []string{"c"}, attribute("value", sub(5, tensorProto("", 1, []int64{1}, float(floatData, 2))), varint(20, 4))), nodeProto("node", "Add", []string{"x", "c"}, y), input("x", 1, "N", 4), output("y", 1)),
		"Range":                 at(13, initializer("a", 7, nil, varints(int64Data, 0)), initializer("b", 7, nil, varints(int64Data, 10)), initializer("c", 7, nil, varints(int64Data, 3)), nodeProto("node", "Range", []string{"a", "b", "c"}, y), output("y", 7)),
		"Cast":                  at(13, nodeProto("int", "Cast", x, []string{"i"}, number("to", 6)), nodeProto("node", "Cast", []string{"i"}, y, number("to", 1)), input("x", 1, "N", 4), output("y", 1)),
		"integers":              at(13, nodeProto("a", "Div", []string{"x", "w"}, []string{"t"}), nodeProto("b", "Mod", []string{"t", "w"}, []string{"u"}), nodeProto("c", "Pow", []string{"u", "w"}, y), input("x", 7, "N", 2), ints("w", 3, -4), output("y", 7)),
		"floats":                at(13, nodeProto("a", "Div", []string{"x", "w"}, []string{"t"}), nodeProto("b", "Pow", []string{"t", "w"}, []string{"u"}), nodeProto("c", "Max", []string{"u", "x", "w"}, y), input("x", 1, "N", 4), floats("w", 1, 4), output("y", 1)),
		"unary":                 at(13, nodeProto("a", "Erf", x, []string{"t"}), nodeProto("b", "Exp", []string{"t"}, []string{"u"}), nodeProto("c", "Sqrt", []string{"u"}, []string{"v"}), nodeProto("d", "Tanh", []string{"v"}, []string{"w"}), nodeProto("e", "Sigmoid", []string{"w"}, y), input("x", 1, "N", 4), output("y", 1)),
		"QuantizeLinear":        at(13, nodeProto("q", "QuantizeLinear", []string{"x", "s", "z"}, []string{"c"}, number("axis", 1)), nodeProto("node", "DequantizeLinear", []string{"c", "s", "z"}, y, number("axis", 1)), input("x", 1, "N", 2), initializer("s", 1, []int64{2}, little(rawData, []float32{0.1, 0.2})), initializer("z", 3, []int64{2}, raw(rawData, []byte{0, 250})), output("y", 1)),
		"QuantizeLinear 19":     at(19, nodeProto("q", "QuantizeLinear", []string{"x", "s", "z"}, []string{"c"}), nodeProto("node", "DequantizeLinear", []string{"c", "s", "z"}, y), input("x", 1, "N", 2), initializer("s", 1, nil, little(rawData, float32(0.1))), initializer("z", 17, nil, raw(rawData, []byte{0})), output("y", 1)),
		"QuantizeLinear 21":     at(21, nodeProto("q", "QuantizeLinear", []string{"x", "s", "z"}, []string{"c"}, number("axis", 1), number("block_size", 2)), nodeProto("node", "DequantizeLinear", []string{"c", "s", "z"}, y, number("axis", 1), number("block_size", 2)), input("x", 1, 2, 4), floats("s", 2, 2), initializer("z", 22, []int64{2, 2}, raw(rawData, []byte{0, 0x7F})), output("y", 1)),
		"GRU":                   of(14, "GRU", sequence, []string{"w", "r", "b", "", "h"}, cat(floats("w", 2, 6, 4), floats("r", 2, 6, 2), floats("b", 2, 12), floats("h", 2, 1, 2)), number("hidden_size", 2), word("direction", "bidirectional"), number("linear_before_reset", 1)),
		"LSTM":                  of(14, "LSTM", sequence, []string{"w", "r", "b", "", "", "", "p"}, cat(floats("w", 1, 8, 4), floats("r", 1, 8, 2), floats("b", 1, 16), floats("p", 1, 6)), number("hidden_size", 2), word("direction", "reverse"), real("clip", 3), attribute("activations", text(9, "Sigmoid"), text(9, "Tanh"), text(9, "Relu"), varint(20, 8))),
		"RNN":                   of(14, "RNN", sequence, []string{"w", "r"}, cat(floats("w", 1, 2, 4), floats("r", 1, 2, 2)), number("hidden_size", 2)),
	}
	return models
}

// TestZoo: every small model runs.
func TestZoo(t *testing.T) {
	for name, b := range zoo() {
		if stage, err := attempt(b); err != nil {
			t.Errorf("%s: %s: %v", name, stageNames[stage], err)
		}
	}
}

// TestZooMutations damages the structure of each of the small models, where
// attributes, shapes and names are most of the bytes: 1,000 times (100 with
// -short).
func TestZooMutations(t *testing.T) {
	count := uint64(1000)
	if testing.Short() {
		count = 100
	}
	for name, b := range zoo() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := fnv.New64a()
			h.Write([]byte(name))
			for seed := h.Sum64(); seed < h.Sum64()+count; seed++ {
				damaged := newMutator(b, seed).structure()
				stage, err := attempt(damaged)
				if what := wrong(stage, err); what != "" {
					t.Fatalf("seed %#x: %s", seed, what)
				}
			}
		})
	}
}

// FuzzNetwork takes arbitrary bytes as a model all the way to a run.
func FuzzNetwork(f *testing.F) {
	for _, b := range zoo() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		stage, err := attempt(b)
		if what := wrong(stage, err); what != "" {
			t.Error(what)
		}
	})
}
