package onnx_test

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A small encoder of ModelProto, field by field, so that a test can also write
// what no sound program would. Numbers of fields are those of onnx.proto.

func cat(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func varint(num protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), uint64(v))
}

func text(num protowire.Number, s string) []byte { return raw(num, []byte(s)) }

func raw(num protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), b)
}

func sub(num protowire.Number, parts ...[]byte) []byte { return raw(num, cat(parts...)) }

func float(num protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, num, protowire.Fixed32Type), math.Float32bits(v))
}

func double(num protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(nil, num, protowire.Fixed64Type), math.Float64bits(v))
}

// varints is a packed run.
func varints(num protowire.Number, v ...int64) []byte {
	var b []byte
	for _, x := range v {
		b = protowire.AppendVarint(b, uint64(x))
	}
	return raw(num, b)
}

// little is a packed run of the bytes of fixed-size numbers, or raw data.
func little(num protowire.Number, v any) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		panic(err)
	}
	return raw(num, b)
}

// Fields of TensorProto that hold elements.
const (
	floatData  = 4
	int32Data  = 5
	stringData = 6
	int64Data  = 7
	rawData    = 9
	doubleData = 10
	uint64Data = 11
)

// tensorProto is the inside of a TensorProto of a type and shape, with data.
func tensorProto(name string, dtype int64, dims []int64, data ...[]byte) []byte {
	return cat(varints(1, dims...), varint(2, dtype), text(8, name), cat(data...))
}

func initializer(name string, dtype int64, dims []int64, data ...[]byte) []byte {
	return sub(5, tensorProto(name, dtype, dims, data...))
}

// nodeProto is a node field of a graph.
func nodeProto(name, op string, in, out []string, more ...[]byte) []byte {
	var b []byte
	for _, s := range in {
		b = append(b, text(1, s)...)
	}
	for _, s := range out {
		b = append(b, text(2, s)...)
	}
	return sub(1, b, text(3, name), text(4, op), cat(more...))
}

func attribute(name string, parts ...[]byte) []byte {
	return sub(5, text(1, name), cat(parts...))
}

// value is the inside of a ValueInfoProto; a dimension is an int, an int64, a string
// or nil.
func value(name string, dtype int64, dims ...any) []byte {
	var shape []byte
	for _, d := range dims {
		switch d := d.(type) {
		case int:
			shape = append(shape, sub(1, varint(1, int64(d)))...)
		case int64:
			shape = append(shape, sub(1, varint(1, d))...)
		case string:
			shape = append(shape, sub(1, text(2, d))...)
		default:
			shape = append(shape, sub(1)...)
		}
	}
	return cat(text(1, name), sub(2, sub(1, varint(1, dtype), raw(2, shape))))
}

func input(name string, dtype int64, dims ...any) []byte { return raw(11, value(name, dtype, dims...)) }
func output(name string, dtype int64, dims ...any) []byte {
	return raw(12, value(name, dtype, dims...))
}

func opset(domain string, version int64) []byte {
	return sub(8, text(1, domain), varint(2, version))
}

// model is a ModelProto of this graph, opset 13.
func model(graph ...[]byte) []byte {
	return cat(varint(1, 8), sub(7, graph...), opset("", 13))
}

// relu are the parts of a small sound graph.
func relu() []byte {
	return cat(nodeProto("act", "Relu", []string{"x"}, []string{"y"}), text(2, "small"),
		input("x", 1, "N", 4), output("y", 1, "N", 4))
}
