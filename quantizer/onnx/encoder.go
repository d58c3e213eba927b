package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// An encoder appends the fields of one protobuf message. Callers write them in
// ascending order, and repeated numbers one by one, as the encoders that are
// generated from onnx.proto do.
type encoder []byte

func (b *encoder) int64(num protowire.Number, v int64) {
	*b = protowire.AppendVarint(protowire.AppendTag(*b, num, protowire.VarintType), uint64(v))
}

func (b *encoder) float32(num protowire.Number, v float32) {
	*b = protowire.AppendFixed32(protowire.AppendTag(*b, num, protowire.Fixed32Type), math.Float32bits(v))
}

// bytes writes bytes, or a message that is complete.
func (b *encoder) bytes(num protowire.Number, v []byte) {
	*b = protowire.AppendBytes(protowire.AppendTag(*b, num, protowire.BytesType), v)
}

func (b *encoder) string(num protowire.Number, s string) {
	*b = protowire.AppendString(protowire.AppendTag(*b, num, protowire.BytesType), s)
}
