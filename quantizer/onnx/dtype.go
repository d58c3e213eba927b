package onnx

import "github.com/halfulp/halfulp/quantizer/network"

// storage is the field of a TensorProto, other than raw_data, that holds the
// elements of a type.
type storage uint8

const (
	inFloats  storage = iota + 1 // float_data
	inInt32s                     // int32_data
	inInt64s                     // int64_data
	inDoubles                    // double_data
	inUint64s                    // uint64_data
)

// A dtype is one row of onnx.proto's TensorProto.DataType. Types without
// storage are not read.
type dtype struct {
	name    string
	to      network.DType
	bits    int
	signed  bool
	storage storage
}

var dtypes = [...]dtype{
	1:  {"float", network.Float32, 32, true, inFloats},
	2:  {"uint8", network.Uint8, 8, false, inInt32s},
	3:  {"int8", network.Int8, 8, true, inInt32s},
	4:  {"uint16", network.Uint16, 16, false, inInt32s},
	5:  {"int16", network.Int16, 16, true, inInt32s},
	6:  {"int32", network.Int32, 32, true, inInt32s},
	7:  {"int64", network.Int64, 64, true, inInt64s},
	8:  {name: "string"},
	9:  {"bool", network.Bool, 8, false, inInt32s},
	10: {"float16", network.Float32, 16, true, inInt32s},
	11: {"double", network.Float32, 64, true, inDoubles},
	12: {"uint32", network.Uint32, 32, false, inUint64s},
	13: {"uint64", network.Int64, 64, false, inUint64s},
	14: {name: "complex64"},
	15: {name: "complex128"},
	16: {"bfloat16", network.Float32, 16, true, inInt32s},
	17: {"float8e4m3fn", network.Float8E4M3FN, 8, false, inInt32s},
	18: {"float8e4m3fnuz", network.Float8E4M3FNUZ, 8, false, inInt32s},
	19: {"float8e5m2", network.Float8E5M2, 8, false, inInt32s},
	20: {"float8e5m2fnuz", network.Float8E5M2FNUZ, 8, false, inInt32s},
	21: {"uint4", network.Uint4, 4, false, inInt32s},
	22: {"int4", network.Int4, 4, true, inInt32s},
	23: {name: "float4e2m1"},
	24: {name: "float8e8m0"},
}

// The types that need decoding of their own.
const (
	typeFloat16  = 10
	typeBFloat16 = 16
)

// lookup returns the row of a type that can be read.
func lookup(code int64) (dtype, error) {
	if code <= 0 || code >= int64(len(dtypes)) {
		return dtype{}, malformed("unknown element type %d", code)
	}
	if d := dtypes[code]; d.storage != 0 {
		return d, nil
	}
	return dtype{}, unsupported("elements of type %s", dtypes[code].name)
}

// limits returns the least and greatest value of an integer type or code.
func (d dtype) limits() (lo, hi int64) {
	switch {
	case d.to == network.Bool:
		return 0, 1
	case d.to == network.Int64: // uint64 too
		return -1 << 63, 1<<63 - 1
	case d.signed:
		return -1 << (d.bits - 1), 1<<(d.bits-1) - 1
	}
	return 0, 1<<d.bits - 1
}
