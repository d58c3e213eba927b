package onnx_test

import (
	"testing"

	"github.com/halfulp/halfulp/internal/glyphs"
	"github.com/halfulp/halfulp/quantizer/onnx"
)

// BenchmarkRead reads a model of which nearly all is one tensor, and one of
// nothing but nodes.
func BenchmarkRead(b *testing.B) {
	var nodes []byte
	for range 2000 {
		nodes = append(nodes, nodeProto("conv", "Conv", []string{"x", "w", "b"}, []string{"y"},
			attribute("pads", varint(8, 1), varint(8, 1), varint(8, 1), varint(8, 1), varint(20, 7)),
			attribute("group", varint(3, 1), varint(20, 2)))...)
	}
	for _, c := range []struct {
		name string
		b    []byte
	}{
		{"float", model(relu(), initializer("w", 1, []int64{1 << 18}, little(rawData, make([]float32, 1<<18))))},
		{"float16", model(relu(), initializer("w", 10, []int64{1 << 18}, little(rawData, make([]uint16, 1<<18))))},
		{"int64 packed", model(relu(), initializer("w", 7, []int64{1 << 16}, varints(int64Data, make([]int64, 1<<16)...)))},
		{"nodes", model(relu(), nodes)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.b)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := onnx.Read(c.b); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWrite writes a graph of which nearly all is one tensor, and a small
// network.
func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct {
		name string
		b    []byte
	}{
		{"float", model(relu(), initializer("w", 1, []int64{1 << 18}, little(rawData, make([]float32, 1<<18))))},
		{"glyphs", glyphs.Model()},
	} {
		g, err := onnx.Read(c.b)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.b)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := onnx.Write(g); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
