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
// to the six digits they have, with those of the format without special values.
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
				j.leave("universal: special codes follow a convention of the library's own")
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

// The numbers of TensorProto's data types.
var onnxFormats = map[int]Format{1: binary32, 10: binary16, 16: bfloat16, 17: e4m3fn, 18: e4m3fnuz, 19: e5m2, 20: e5m2fnuz, 23: e2m1fn, 24: e8m0}

type onnxTest struct {
	Nodes []struct {
		Op   string
		Attr map[string]any
	}
	Inputs, Outputs []struct {
		DType int
		Dims  []int
		Raw   string  `json:"raw_hex"`
		Int32 []int64 `json:"int32_data"`
	}
}

// onnxCasts runs ONNX's node tests of Cast between floating-point types.
func onnxCasts(j *judge) {
	j.file = "vectors/suites/onnx_node_quant_cast_rnn.json.gz"
	var tests map[string]json.RawMessage
	decodeJSON(j, &tests)
	for name, raw := range tests {
		if !strings.HasPrefix(name, "test_cast_") {
			continue
		}
		var test onnxTest
		if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&test); err != nil {
			j.t.Fatalf("%s: %s: %v", j.file, name, err)
		}
		from, known := onnxFormats[test.Inputs[0].DType]
		to, knownTo := onnxFormats[test.Outputs[0].DType]
		if !known || !knownTo {
			j.leave("onnx: a type that is no format of this module (tests)")
			continue
		}
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
		in := onnxCodes(j, from, test.Inputs[0].Raw, test.Inputs[0].Int32, test.Inputs[0].Dims)
		out := onnxCodes(j, to, test.Outputs[0].Raw, test.Outputs[0].Int32, test.Outputs[0].Dims)
		for i, code := range in {
			x := j.impl.Decode(from, code)
			if to.Family == FNUZ && math.IsInf(x, 0) && o.Saturate {
				j.leave("onnx: an infinity into a saturating FNUZ type is NaN there")
				continue
			}
			got, _ := j.impl.Convert(from, to, code, o)
			j.code(to, got, out[i], 0, noFlags, []string{name, fmt.Sprint(x), fmt.Sprintf("%x", out[i])})
		}
	}
}

// onnxCodes returns the codes of a tensor: little-endian, two codes to a byte for
// the four-bit type.
func onnxCodes(j *judge, f Format, raw string, int32s []int64, dims []int) []uint64 {
	b, err := hex.DecodeString(raw)
	if err != nil {
		j.t.Fatalf("%s: %v", j.file, err)
	}
	size := (1 + f.E + f.M) / 8
	if f == e8m0 {
		size = 1
	}
	if raw == "" {
		for _, v := range int32s {
			for i := range max(size, 1) {
				b = append(b, byte(v>>(8*i)))
			}
		}
	}
	n := 1
	for _, d := range dims {
		n *= d
	}
	codes := make([]uint64, n)
	for i := range codes {
		if size == 0 {
			codes[i] = uint64(b[i/2]>>(4*(i%2))) & 15
			continue
		}
		for k := range size {
			codes[i] |= uint64(b[i*size+k]) << (8 * k)
		}
	}
	return codes
}
