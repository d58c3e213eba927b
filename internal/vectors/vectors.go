// Package vectors runs the golden vectors of other people's implementations
// against an implementation under test: the oracle and package minifloat are
// judged by the same cases, and what is left out is named in one place. Only
// tests import it.
//
// The data is ../shared/vectors, which package shared finds; its README says how
// the sources disagree.
package vectors

import (
	"maps"
	"math"
	"strconv"
	"testing"

	"github.com/halfulp/halfulp/internal/shared"
)

// Family names a rule for the special values and the bias of a format.
type Family string

const (
	IEEE   Family = "IEEE"
	FN     Family = "FN"
	FNUZ   Family = "FNUZ"
	Finite Family = "Finite"
	FNU    Family = "FNU"
	SE     Family = "P3109 signed extended"
	SF     Family = "P3109 signed finite"
	UE     Family = "P3109 unsigned extended"
	UF     Family = "P3109 unsigned finite"
)

// Format is a format as its source describes it. A P3109 format has E and M here,
// not K and P.
type Format struct {
	Family       Family
	E, M         int
	Bias         int // of the source; the family's own unless the format is known for another
	NoSubnormals bool
}

// Options are those of one operation. The modes have TestFloat's names: near_even,
// near_maxMag (ties away), near_minMag (ties to zero), minMag, min, max, odd, and
// P3109's stochasticA, stochasticB, stochasticC, and gfloat's stochasticOdd.
type Options struct {
	Mode           string
	Saturate       bool // P3109 SatFinite
	TininessBefore bool
	MLDtypesNaN    bool // a NaN into a format without NaN gives the zero of the opposite sign
	PropagateNaN   bool // a NaN result has the sign and the payload of the first NaN operand
	Random         uint64
	Bits           int
}

// Implementation is what the vectors judge. Flags have TestFloat's bits: 1
// inexact, 2 underflow, 4 overflow, 8 divide by zero, 16 invalid.
type Implementation interface {
	// Supports reports whether the format exists.
	Supports(f Format) bool
	// Decode returns the value of a code.
	Decode(f Format, code uint64) float64
	// Round converts a float64 in one rounding.
	Round(f Format, x float64, o Options) (code uint64, flags int)
	// Integer converts an integer in one rounding.
	Integer(f Format, negative bool, magnitude uint64, o Options) (code uint64, flags int)
	// Convert converts a code of another format.
	Convert(from, to Format, code uint64, o Options) (result uint64, flags int)
	// ToInteger converts to an integer of so many bits, of which the result is the
	// two's complement.
	ToInteger(f Format, code uint64, bits int, signed bool, o Options) (n uint64, flags int)
	// Operate computes add, sub, mul, div, rem, sqrt, mulAdd, roundToInt or
	// roundToIntExact.
	Operate(op string, f Format, x []uint64, o Options) (result uint64, flags int)
	// Compare orders two codes by a signaling or a quiet predicate.
	Compare(f Format, x, y uint64, signaling bool) (order int, unordered bool, flags int)
	// Dot accumulates products of codes of one format in another, from +0 in order:
	// fused, or rounding product and sum.
	Dot(from, to Format, x, y []uint64, fused bool, o Options) (result uint64, flags int)
}

// families has how many cases of each source judge, and how many do not, by the reason. A line that is no case any more, or a new
// exception, is an error.
var families = []struct {
	name   string
	run    func(*judge)
	judged int
	left   map[string]int
}{
	{"testfloat3", testFloat, 518325, map[string]int{
		"bf16_to_f32 of NaNs: SoftFloat widens by a shift, without quieting and without a flag": 117,
		"payloads into bfloat16: SoftFloat shifts them one place too far":                       816,
		"signalling NaNs as float64: the machine may quiet them on the way":                     864,
	}},
	{"testfloat3-riscv", testFloatRISCV, 35000, nil},
	{"softfloat3", softFloatDots, 2250, nil},
	{"gfloat", gfloat, 600810, map[string]int{
		"MXINT8 is a fixed-point format (files)": 7,
	}},
	{"gfloat-contested", gfloatContested, 9340, nil},
	{"ml_dtypes", mlDtypes, 779139, map[string]int{
		"ml_dtypes: E8M0 ties go to the larger power there":                 203,
		"ml_dtypes: E8M0 values just above 2^-127 go to 2^-126 there":       19,
		"ml_dtypes: a FNUZ NaN, which has no sign, into a type without NaN": 6,
		"ml_dtypes: zero into E8M0 gives NaN there":                         10,
	}},
	{"cpfloat", cpfloat, 113331, nil},
	{"chop", chop, 319170, map[string]int{
		"chop: just above half the smallest subnormal it gives zero": 290,
		"chop: q43 without subnormals has flush rules of its own":    540,
	}},
	{"universal", universal, 8628, map[string]int{
		"universal: a NaN where IEEE 754 has its infinity":                                    40,
		"universal: its infinity stands beside the largest code; no format here has it there": 92,
	}},
	{"onnx", onnxCasts, 1448, map[string]int{
		"onnx: a number beyond an integer type wraps there":          96,
		"onnx: an infinity into a saturating FNUZ type is NaN there": 32,
		"onnx: integers to integers":                                 128,
	}},
}

// Run runs everything.
func Run(t *testing.T, impl Implementation) {
	for _, family := range families {
		t.Run(family.name, func(t *testing.T) {
			t.Parallel()
			j := &judge{t: t, impl: impl, left: map[string]int{}}
			family.run(j)
			if j.wrong > 0 {
				t.Errorf("%d of %d cases differ", j.wrong, j.checked)
			}
			if j.checked != family.judged {
				t.Errorf("%d cases judge, not %d", j.checked, family.judged)
			}
			if !maps.Equal(j.left, family.left) {
				t.Errorf("left out are %v, not %v", j.left, family.left)
			}
		})
	}
}

// judge counts what was checked, what differed and what was left out.
type judge struct {
	t       *testing.T
	impl    Implementation
	file    string
	checked int
	wrong   int
	left    map[string]int
}

// leave records cases that judge nothing, by their reason.
func (j *judge) leave(reason string) { j.left[reason]++ }

// differ reports the first few differences of a file.
func (j *judge) differ(format string, args ...any) {
	j.wrong++
	if j.wrong <= 20 {
		j.t.Errorf(j.file+": "+format, args...)
	}
}

// noFlags marks a source that states none.
const noFlags = -1

// code checks a resulting code; any NaN equals any other.
func (j *judge) code(f Format, got, want uint64, flags, wantFlags int, fields []string) {
	j.checked++
	same := got == want || math.IsNaN(j.impl.Decode(f, got)) && math.IsNaN(j.impl.Decode(f, want))
	if !same || wantFlags != noFlags && flags != wantFlags {
		j.differ("%v: got %x flags %02x", abridge(fields), got, flags)
	}
}

// value checks a resulting value, the sign of zero included.
func (j *judge) value(got, want float64, fields []string) {
	j.checked++
	if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
		j.differ("%v: got %v, want %v", abridge(fields), got, want)
	}
}

func abridge(fields []string) []string {
	if len(fields) > 8 {
		return append(append([]string{}, fields[:4]...), fields[len(fields)-2:]...)
	}
	return fields
}

// lines reads a file's cases as hexadecimal numbers.
func (j *judge) lines(file string, f func(v []uint64, fields []string)) {
	j.file = file
	var v []uint64
	shared.Lines(j.t, file, func(_ map[string]string, fields []string) {
		v = v[:0]
		for _, field := range fields {
			u, err := strconv.ParseUint(field, 16, 64)
			if err != nil {
				j.t.Fatalf("%s: %v", file, err)
			}
			v = append(v, u)
		}
		f(v, fields)
	})
}

// Formats that occur in several sources.
var (
	binary16 = Format{Family: IEEE, E: 5, M: 10, Bias: 15}
	bfloat16 = Format{Family: IEEE, E: 8, M: 7, Bias: 127}
	tf32     = Format{Family: IEEE, E: 8, M: 10, Bias: 127}
	binary32 = Format{Family: IEEE, E: 8, M: 23, Bias: 127}
	e5m2     = Format{Family: IEEE, E: 5, M: 2, Bias: 15}
	e4m3     = Format{Family: IEEE, E: 4, M: 3, Bias: 7}
	e3m4     = Format{Family: IEEE, E: 3, M: 4, Bias: 3}
	e4m3fn   = Format{Family: FN, E: 4, M: 3, Bias: 7}
	e2m1fn   = Format{Family: Finite, E: 2, M: 1, Bias: 1}
	e2m3fn   = Format{Family: Finite, E: 2, M: 3, Bias: 1}
	e3m2fn   = Format{Family: Finite, E: 3, M: 2, Bias: 3}
	e8m0     = Format{Family: FNU, E: 8, M: 0, Bias: 127}
	e4m3fnuz = Format{Family: FNUZ, E: 4, M: 3, Bias: 8}
	e5m2fnuz = Format{Family: FNUZ, E: 5, M: 2, Bias: 16}
	e4m3b11  = Format{Family: FNUZ, E: 4, M: 3, Bias: 11}
)

// smallestNormal restates the lower end of a format for what is left out.
func (f Format) smallestNormal() float64 { return math.Ldexp(1, 1-f.Bias) }

// isTie reports whether a positive value is halfway between two powers of two.
func isTie(x float64) bool {
	fraction, _ := math.Frexp(x)
	return fraction == 0.75
}
