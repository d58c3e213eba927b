package vectors

import (
	"math"
	"path"
	"regexp"
	"strconv"

	"github.com/halfulp/halfulp/internal/shared"
)

var testFloatName = regexp.MustCompile(`^(.+?)_(near_even|near_maxMag|near_minMag|minMag|min|max|odd|any)(_tininessbefore)?(_exact|_notexact)?\.txt\.gz$`)

// defaultNaN is what x86 has where no operand is a NaN: negative, ours is not.
var defaultNaN = map[Format]uint64{binary16: 0xfe00, bfloat16: 0xffc0, binary32: 0xffc00000}

// testFloat runs Berkeley TestFloat's cases: results, flags, and the payloads of
// NaNs that x86's SSE propagates.
func testFloat(j *judge) { testFloatFiles(j, "vectors/testfloat3/*.txt.gz", false) }

// testFloatRISCV runs those made with RISC-V's rules: conversions to integers,
// which saturate.
func testFloatRISCV(j *judge) { testFloatFiles(j, "vectors/testfloat3-riscv/*.txt.gz", true) }

func testFloatFiles(j *judge, files string, saturate bool) {
	for _, file := range shared.Glob(j.t, files) {
		m := testFloatName.FindStringSubmatch(path.Base(file))
		if m == nil {
			j.t.Fatalf("%s: unknown kind of file", file)
		}
		op, o := m[1], Options{Mode: m[2], TininessBefore: m[3] != "", Saturate: saturate, PropagateNaN: true}
		if o.Mode == "any" {
			o.Mode = "near_even"
		}
		if op == "f16_roundToInt" && m[4] == "_exact" {
			op = "f16_roundToIntExact"
		}
		j.lines(file, func(v []uint64, fields []string) {
			flags := int(v[len(v)-1])
			want := v[len(v)-2]
			var got uint64
			var raised int
			to := binary16
			switch op {
			case "f16_to_i32", "f16_to_i64", "f16_to_ui32", "f16_to_ui64":
				bits, err := strconv.Atoi(op[len(op)-2:])
				if err != nil {
					j.t.Fatal(err)
				}
				got, raised = j.impl.ToInteger(binary16, v[0], bits, op[7] == 'i', o)
				if m[4] == "_notexact" {
					raised &^= 1
				}
				j.checked++
				if got != want || raised != flags {
					j.differ("%v: got %x flags %02x", fields, got, raised)
				}
				return
			case "f16_add", "f16_sub", "f16_mul", "f16_div", "f16_rem", "f16_sqrt", "f16_mulAdd", "f16_roundToInt", "f16_roundToIntExact":
				got, raised = j.impl.Operate(op[4:], binary16, v[:len(v)-2], o)
			case "f16_eq", "f16_lt", "f16_le":
				order, unordered, raised := j.impl.Compare(binary16, v[0], v[1], op != "f16_eq")
				holds := map[string]bool{"f16_eq": order == 0, "f16_lt": order < 0, "f16_le": order <= 0}[op] && !unordered
				j.checked++
				if holds != (want == 1) || raised != flags {
					j.differ("%v: order %d, unordered %v, flags %02x", fields, order, unordered, raised)
				}
				return
			case "f16_to_f64":
				j.value(j.impl.Decode(binary16, v[0]), floatOf(want), fields)
				return
			case "f16_to_f32":
				to = binary32
				got, raised = j.impl.Convert(binary16, to, v[0], o)
			case "bf16_to_f32":
				to = binary32
				if v[0]&0x7fff > 0x7f80 {
					j.leave("bf16_to_f32 of NaNs: SoftFloat widens by a shift, without quieting and without a flag")
					return
				}
				got, raised = j.impl.Convert(bfloat16, to, v[0], o)
			case "f32_to_f16":
				got, raised = j.impl.Convert(binary32, to, v[0], o)
			case "f32_to_bf16":
				to = bfloat16
				got, raised = j.impl.Convert(binary32, to, v[0], o)
			case "f64_to_f16":
				if v[0]&0x7ff8000000000000 == 0x7ff0000000000000 && v[0]<<12 != 0 {
					j.leave("signalling NaNs as float64: the machine may quiet them on the way")
					return
				}
				got, raised = j.impl.Round(to, floatOf(v[0]), o)
			case "i32_to_f16", "i64_to_f16", "ui32_to_f16", "ui64_to_f16":
				negative, magnitude := false, v[0]
				if op == "i32_to_f16" && int32(v[0]) < 0 {
					negative, magnitude = true, uint64(-int64(int32(v[0])))
				} else if op == "i64_to_f16" && int64(v[0]) < 0 {
					negative, magnitude = true, -v[0]
				}
				got, raised = j.impl.Integer(to, negative, magnitude, o)
			default:
				j.t.Fatalf("%s: unknown operation", file)
			}
			j.code(to, got, want, raised, flags, fields)
			if math.IsNaN(j.impl.Decode(to, want)) && want != defaultNaN[to] && got != want {
				if to == bfloat16 {
					j.leave("payloads into bfloat16: SoftFloat shifts them one place too far")
					return
				}
				j.differ("%v: the NaN %x", fields, got)
			}
		})
	}
}

var dotName = regexp.MustCompile(`^(f16|e4m3fn-f16)_dot-(seq|fma|onerounding)_(.+)\.txt\.gz$`)

// softFloatDots runs dot products accumulated in binary16.
func softFloatDots(j *judge) {
	for _, file := range shared.Glob(j.t, "vectors/softfloat3/*.txt.gz") {
		m := dotName.FindStringSubmatch(path.Base(file))
		if m == nil {
			j.t.Fatalf("%s: unknown kind of file", file)
		}
		from := binary16
		if m[1] != "f16" {
			from = e4m3fn
		}
		j.lines(file, func(v []uint64, fields []string) {
			n, err := strconv.Atoi(fields[0]) // the one decimal number
			if err != nil || len(v) != 2*n+3 {
				j.t.Fatalf("%s: a line of %d numbers: %v", file, len(v), err)
			}
			got, flags := j.impl.Dot(from, binary16, v[1:n+1], v[n+1:2*n+1], m[2] != "seq", Options{Mode: m[3]})
			j.code(binary16, got, v[2*n+1], flags, int(v[2*n+2]), fields)
		})
	}
}
