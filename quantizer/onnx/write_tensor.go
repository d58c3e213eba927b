package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/halfulp/halfulp/quantizer/network"
)

// codeOf returns the code of an element type: the first of the table that is
// read as it.
func codeOf(t network.DType) (int64, error) {
	for code, d := range dtypes {
		if d.storage != 0 && d.to == t {
			return int64(code), nil
		}
	}
	return 0, inconsistent("a tensor of type %v", t)
}

// appendTensor appends the fields of a TensorProto. An attribute's tensor has
// no name.
func appendTensor(b encoder, name string, t *network.Tensor) (encoder, error) {
	if t == nil {
		return nil, inconsistent("a nil tensor")
	}
	code, err := codeOf(t.Type)
	if err != nil {
		return nil, err
	}
	for _, d := range t.Shape {
		b.int64(1, int64(d))
	}
	data, err := rawData(t, dtypes[code])
	if err != nil {
		return nil, err
	}
	b.int64(2, code)
	if name != "" {
		b.string(8, name)
	}
	b.bytes(9, data)
	return b, nil
}

// rawData returns the elements as raw_data holds them: little-endian, those of
// four bits two in a byte, the first in its low half.
func rawData(t *network.Tensor, d dtype) ([]byte, error) {
	dims := make([]int64, len(t.Shape))
	for i, n := range t.Shape {
		dims[i] = int64(n)
	}
	_, n, err := shapeOf(dims)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", network.ErrShape, err)
	}
	floats, ints := 0, n
	if t.Type.IsFloat() {
		floats, ints = n, 0
	}
	if len(t.Float) != floats || len(t.Int) != ints {
		return nil, fmt.Errorf("%w: %d floats and %d integers for shape %s of %s", network.ErrShape, len(t.Float), len(t.Int), formatShape(t.Shape), d.name)
	}
	lo, hi := d.limits()
	if err := checkRange(t.Int, lo, hi); err != nil {
		return nil, fmt.Errorf("%w: %w", network.ErrData, err)
	}
	b := make([]byte, 0, (n*d.bits+7)/8)
	for _, v := range t.Float {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	for i, v := range t.Int {
		switch d.bits {
		case 4:
			if i%2 == 0 {
				b = append(b, byte(v)&15)
			} else {
				b[i/2] |= byte(v) << 4
			}
		case 8:
			b = append(b, byte(v))
		case 16:
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		case 32:
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		case 64:
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		}
	}
	return b, nil
}
