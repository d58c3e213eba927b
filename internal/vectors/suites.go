package vectors

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/internal/shared"
)

func decodeJSON(j *judge, v any) {
	if err := json.Unmarshal(shared.Read(j.t, j.file), v); err != nil {
		j.t.Fatalf("%s: %v", j.file, err)
	}
}

var cfloatTitle = regexp.MustCompile(`cfloat< *(\d+), *(\d+),`)

// universal compares the finite values of stillwater-sc/universal's cfloat tables,
// to the six digits they have, with those of the format without special values, and
// its special codes with those of a format that has them in the same places.
func universal(j *judge) {
	for _, letters := range []string{"ttf", "tff", "ftf", "fff"} {
		j.file = "vectors/suites/universal_cfloat_" + letters + ".csv.gz"
		var f Format
		for line := range strings.Lines(string(shared.Read(j.t, j.file))) {
			if m := cfloatTitle.FindStringSubmatch(line); m != nil {
				n, _ := strconv.Atoi(m[1])
				es, _ := strconv.Atoi(m[2])
				f = Format{Family: Finite, E: es, M: n - 1 - es, Bias: 1<<(es-1) - 1, NoSubnormals: letters[0] == 'f'}
				continue
			}
			fields := strings.Split(strings.TrimSpace(line), ",")
			code, err := strconv.ParseUint(fields[0], 10, 64)
			if err != nil || len(fields) < 7 {
				continue // headings and blank lines
			}
			want, err := strconv.ParseFloat(strings.TrimSuffix(fields[6], "(snan)"), 64)
			switch {
			case err != nil:
				j.t.Fatalf("%s: %q", j.file, line)
			case math.IsNaN(want) || math.IsInf(want, 0):
				universalSpecial(j, f, letters[1] == 't', code, want, fields)
				continue
			case !j.impl.Supports(f):
				j.leave(fmt.Sprintf("universal: cfloat<%d,%d> has no counterpart", 1+f.E+f.M, f.E))
				continue
			}
			got, _ := strconv.ParseFloat(strconv.FormatFloat(j.impl.Decode(f, code), 'g', 6, 64), 64)
			j.checked++
			if got != want { // the sign of zero is unreliable there
				j.differ("%s: got %v", strings.TrimSpace(line), got)
			}
		}
	}
}

// universalSpecial compares a special code. With max-exponent values the top exponent has two of them, NaN at the largest code, as the family
// FN has it, and below it infinity; without, all codes of the top exponent are special, of which IEEE 754 has the first for its infinity.
// With one mantissa bit these are the same.
func universalSpecial(j *judge, f Format, maxExponentValues bool, code uint64, want float64, fields []string) {
	mantissa := code & (1<<f.M - 1)
	f.Family = IEEE
	if maxExponentValues && (f.M > 1 || f.E == 1) {
		f.Family = FN
	}
	switch {
	case f.M > 1 && math.IsInf(want, 0), f.Family == FN && math.IsInf(want, 0):
		j.leave("universal: its infinity stands beside the largest code; no format here has it there")
	case f.M > 1 && f.Family == IEEE && mantissa == 0:
		j.leave("universal: a NaN where IEEE 754 has its infinity")
	case !j.impl.Supports(f):
		j.leave(fmt.Sprintf("universal: the special codes of cfloat<%d,%d> have no counterpart", 1+f.E+f.M, f.E))
	default:
		j.value(j.impl.Decode(f, code), want, fields)
	}
}

// The numbers of TensorProto's data types: formats, and integers.
var onnxFormats = map[int]Format{1: binary32, 10: binary16, 16: bfloat16, 17: e4m3fn, 18: e4m3fnuz, 19: e5m2, 20: e5m2fnuz, 23: e2m1fn, 24: e8m0}

const onnxDouble = 11

var onnxIntegers = map[int]struct {
	bits   int
	signed bool
}{2: {8, false}, 3: {8, true}, 21: {4, false}, 22: {4, true}, 25: {2, false}, 26: {2, true}}

type onnxTensor struct {
	DType int
	Dims  []int
	Raw   string  `json:"raw_hex"`
	Int32 []int64 `json:"int32_data"`
}

type onnxTest struct {
	Nodes []struct {
		Op   string
		Attr map[string]any
	}
	Inputs, Outputs []onnxTensor
}

// onnxCasts runs ONNX's node tests of Cast, and of CastLike, which takes the type from a second input, between floating-point types
// and from and to integers.
func onnxCasts(j *judge) {
	j.file = "vectors/suites/onnx_node_quant_cast_rnn.json.gz"
	var tests map[string]json.RawMessage
	decodeJSON(j, &tests)
	for name, raw := range tests {
		if !strings.HasPrefix(name, "test_cast_") && !strings.HasPrefix(name, "test_castlike_") {
			continue
		}
		var test onnxTest
		if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&test); err != nil {
			j.t.Fatalf("%s: %s: %v", j.file, name, err)
		}
		fromType, toType := test.Inputs[0].DType, test.Outputs[0].DType
		from, fromFormat := onnxFormats[fromType]
		to, toFormat := onnxFormats[toType]
		integer, fromInteger := onnxIntegers[fromType]
		target, toInteger := onnxIntegers[toType]
		o := Options{Mode: "near_even", MLDtypesNaN: to == e2m1fn}
		attr := test.Nodes[0].Attr
		// The attribute concerns 8-bit targets only; other types overflow to infinity.
		o.Saturate = to.E+to.M <= 8 && attr["saturate"] != 0.0
		switch attr["round_mode"] {
		case "up":
			o.Mode = "max"
		case "down":
			o.Mode = "minMag"
		}
		out := onnxCodes(j, test.Outputs[0])
		for i, code := range onnxCodes(j, test.Inputs[0]) {
			fields := []string{name, fmt.Sprintf("%x", code), fmt.Sprintf("%x", out[i])}
			switch {
			case fromFormat && toFormat:
				if to.Family == FNUZ && math.IsInf(j.impl.Decode(from, code), 0) && o.Saturate {
					j.leave("onnx: an infinity into a saturating FNUZ type is NaN there")
					continue
				}
				got, _ := j.impl.Convert(from, to, code, o)
				j.code(to, got, out[i], 0, noFlags, fields)
			case fromType == onnxDouble && toFormat:
				got, _ := j.impl.Round(to, floatOf(code), o)
				j.code(to, got, out[i], 0, noFlags, fields)
			case fromFormat && toType == onnxDouble:
				j.value(j.impl.Decode(from, code), floatOf(out[i]), fields)
			case fromInteger && toFormat:
				negative := integer.signed && code>>(integer.bits-1) != 0
				if negative {
					code = 1<<integer.bits - code
				}
				got, _ := j.impl.Integer(to, negative, code, o)
				j.code(to, got, out[i], 0, noFlags, fields)
			case fromFormat && toInteger:
				low, high := 0.0, math.Ldexp(1, target.bits)
				if target.signed {
					low, high = -high/2, high/2
				}
				if x := math.Trunc(j.impl.Decode(from, code)); !(low <= x && x < high) {
					j.leave("onnx: a number beyond an integer type wraps there")
					continue
				}
				got, _ := j.impl.ToInteger(from, code, target.bits, target.signed, Options{Mode: "minMag"})
				if j.checked++; got != out[i] {
					j.differ("%v: got %x", fields, got)
				}
			case fromInteger && toInteger:
				j.leave("onnx: integers to integers")
			default:
				j.t.Fatalf("%s: %s: unknown types %d, %d", j.file, name, fromType, toType)
			}
		}
	}
}

// onnxCodes returns the codes of a tensor: little-endian; those of less than eight bits share bytes, the first in the low bits.
func onnxCodes(j *judge, t onnxTensor) []uint64 {
	bits := 64
	if f, ok := onnxFormats[t.DType]; ok {
		bits = 1 + f.E + f.M
		if f == e8m0 {
			bits = 8
		}
	} else if n, ok := onnxIntegers[t.DType]; ok {
		bits = n.bits
	}
	size := max(bits/8, 1)
	b, err := hex.DecodeString(t.Raw)
	if err != nil {
		j.t.Fatalf("%s: %v", j.file, err)
	}
	if t.Raw == "" {
		for _, v := range t.Int32 {
			for i := range size {
				b = append(b, byte(v>>(8*i)))
			}
		}
	}
	n := 1
	for _, d := range t.Dims {
		n *= d
	}
	codes := make([]uint64, n)
	for i := range codes {
		if share := 8 / bits; share > 1 {
			codes[i] = uint64(b[i/share]>>(bits*(i%share))) & (1<<bits - 1)
			continue
		}
		for k := range size {
			codes[i] |= uint64(b[i*size+k]) << (8 * k)
		}
	}
	return codes
}
