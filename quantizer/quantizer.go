package quantizer

import (
	"encoding/json"
	"fmt"
)

// Quantizer quantizes a tensor: a scheme, and what it lacks, for every group. It is
// plain data, and its JSON is that of its fields; reading it back validates it.
type Quantizer struct {
	Scheme Scheme   `json:"scheme"`
	Params []Params `json:"params"` // one for each group
}

// Check returns an error that wraps [ErrScheme] where the scheme is none, or a
// group has a scale that is not positive and finite, or a zero point that is no
// code of the format or does not belong to a symmetric scheme.
func (q Quantizer) Check() error {
	if err := q.Scheme.Check(); err != nil {
		return err
	}
	if len(q.Params) == 0 {
		return fmt.Errorf("%w: no groups", ErrScheme)
	}
	for i, p := range q.Params {
		if err := q.Scheme.checkParams(p); err != nil {
			return fmt.Errorf("group %d: %w", i, err)
		}
	}
	return nil
}

// UnmarshalJSON reads what encoding/json writes. On an error, which wraps
// [ErrScheme] or [ErrFormat] where the JSON is well formed, q is unchanged.
func (q *Quantizer) UnmarshalJSON(data []byte) error {
	type plain Quantizer
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	if err := Quantizer(p).Check(); err != nil {
		return err
	}
	*q = Quantizer(p)
	return nil
}

// QuantizeTensor writes to dst the codes of x: x/Scale rounded once to the nearest
// value, ties to even, then shifted by the zero point, saturating. With a zero
// point this is ONNX's QuantizeLinear, saturate(round(x/scale) + zero). It panics
// where the lengths differ or do not fit the groups, a code does not fit C, or
// q.Check fails.
func QuantizeTensor[C Code](dst []C, x []float32, q Quantizer) {
	q.must(len(dst), len(x))
	checkStorage[C](q.Scheme.Format)
	q.Scheme.Grouping.runs(len(x), func(i, j, g int) {
		quantize(dst[i:j], x[i:j], q.Scheme.Format, q.Params[g])
	})
}

// DequantizeTensor writes Scale * (q - Zero) of the codes to dst, rounded once to
// float32. It panics as [QuantizeTensor] does.
func DequantizeTensor[C Code](dst []float32, codes []C, q Quantizer) {
	q.must(len(dst), len(codes))
	checkStorage[C](q.Scheme.Format)
	q.Scheme.Grouping.runs(len(codes), func(i, j, g int) {
		dequantize(dst[i:j], codes[i:j], q.Scheme.Format, q.Params[g])
	})
}

// FakeQuantizeTensor writes to dst what [DequantizeTensor] makes of what
// [QuantizeTensor] makes of x. dst and x may be the same slice. It panics as
// QuantizeTensor does.
func FakeQuantizeTensor(dst, x []float32, q Quantizer) {
	q.must(len(dst), len(x))
	q.Scheme.Grouping.runs(len(x), func(i, j, g int) {
		fakeQuantize(dst[i:j], x[i:j], q.Scheme.Format, q.Params[g])
	})
}

func (q Quantizer) must(dst, src int) {
	if dst != src {
		panic(badLength)
	}
	if q.Check() != nil {
		panic(badQuantizer)
	}
	if len(q.Params) != q.Scheme.Grouping.Groups(src) {
		panic(badParams)
	}
}
