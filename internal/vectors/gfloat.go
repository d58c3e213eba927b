package vectors

import (
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/halfulp/halfulp/internal/shared"
)

var (
	gfloatName = regexp.MustCompile(`^(.+)_(decode|round)_(.+?)(?:-(\d+)bits)?(_sat)?\.txt\.gz$`)
	p3109Name  = regexp.MustCompile(`^p3109_k(\d)p(\d)([su][ef])$`)
)

var gfloatFormats = map[string]Format{
	"binary16": binary16, "bfloat16": bfloat16, "ocp_e5m2": e5m2, "ocp_e4m3": e4m3fn,
	"ocp_e2m1": e2m1fn, "ocp_e2m3": e2m3fn, "ocp_e3m2": e3m2fn, "ocp_e8m0": e8m0,
}

// gfloat's names of P3109's stochastic modes, and one of its own.
var gfloatStochastic = map[string]string{
	"stochasticFastest": "stochasticA", "stochasticFast": "stochasticB", "stochastic": "stochasticC",
	"stochasticOdd": "stochasticOdd",
}

// gfloatFormat finds the format of a name: those above, or P3109's by its rule.
func gfloatFormat(name string) (Format, bool) {
	m := p3109Name.FindStringSubmatch(name)
	if m == nil {
		f, ok := gfloatFormats[name]
		return f, ok
	}
	k, _ := strconv.Atoi(m[1])
	p, _ := strconv.Atoi(m[2])
	f := Format{Family: map[string]Family{"se": SE, "sf": SF, "ue": UE, "uf": UF}[m[3]], E: k - p, M: p - 1}
	if m[3][0] == 'u' {
		f.E++
	}
	f.Bias = 1 << (f.E - 1)
	return f, true
}

// gfloat runs the cases of graphcore-research/gfloat: decoding, and rounding from
// float64 in all modes.
func gfloat(j *judge) {
	gfloatFiles(j, "vectors/gfloat/*.txt.gz", func(f Format, v []uint64, fields []string, o Options) {
		got, _ := j.impl.Round(f, floatOf(v[0]), o)
		j.code(f, got, v[len(v)-1], 0, noFlags, fields)
	})
}

// gfloatContested runs the cases in which gfloat is contradicted: by P3109 (finite
// formats keep overflow and infinities finite, unsigned extended ones do in
// rounding to odd) and by SoftFloat and CPFloat (rounding to odd never gives
// infinity). Ours is the largest finite value in all of them.
func gfloatContested(j *judge) {
	gfloatFiles(j, "vectors/gfloat-contested/*.txt.gz", func(f Format, v []uint64, fields []string, o Options) {
		x := floatOf(v[0])
		if math.IsNaN(x) {
			j.leave("NaN inputs are not contested")
			return
		}
		got, _ := j.impl.Round(f, x, o)
		j.checked++
		if got == v[len(v)-1] {
			j.differ("%v: equals gfloat's contested result", fields)
			return
		}
		if math.IsInf(x, 0) && (f.Family != SF && f.Family != UF) {
			j.differ("%v: an infinity differs", fields)
			return
		}
		largest, _ := j.impl.Round(f, math.Copysign(math.Inf(1), x), Options{Mode: "minMag", Saturate: true})
		if got != largest {
			j.differ("%v: got %x, want the largest finite value %x", fields, got, largest)
		}
	})
}

func gfloatFiles(j *judge, glob string, round func(f Format, v []uint64, fields []string, o Options)) {
	for _, file := range shared.Glob(j.t, glob) {
		m := gfloatName.FindStringSubmatch(path.Base(file))
		if m == nil {
			j.t.Fatalf("%s: unknown kind of file", file)
		}
		f, ok := gfloatFormat(m[1])
		o := Options{Mode: m[3], Saturate: m[5] != ""}
		if m[4] != "" {
			o.Bits, _ = strconv.Atoi(m[4])
			o.Mode = gfloatStochastic[m[3]]
		}
		switch {
		case m[1] == "ocp_int8":
			j.leave("MXINT8 is a fixed-point format (files)")
			continue
		case !ok || o.Mode == "":
			j.t.Fatalf("%s: unknown format or mode", file)
		case !j.impl.Supports(f):
			j.differ("format %+v is not supported", f)
			continue
		}
		j.lines(file, func(v []uint64, fields []string) {
			if m[2] == "decode" {
				got, want := j.impl.Decode(f, v[0]), floatOf(v[1])
				j.value(got, want, fields)
				return
			}
			if o.Bits > 0 {
				o.Random = v[1]
			}
			round(f, v, fields, o)
		})
	}
}

// mlDtypesName: a type, then what was done with it.
var mlDtypesName = regexp.MustCompile(`^([a-z0-9_]+?)_(decode|add|sub|mul|div|sqrt|from-f32|from-f64-via-f32|to-[a-z0-9_]+?)_(exact|rne)\.txt\.gz$`)

var mlDtypesFormats = map[string]Format{
	"bfloat16": bfloat16, "float4_e2m1fn": e2m1fn, "float6_e2m3fn": e2m3fn, "float6_e3m2fn": e3m2fn,
	"float8_e3m4": e3m4, "float8_e4m3": e4m3, "float8_e4m3b11fnuz": e4m3b11, "float8_e4m3fn": e4m3fn,
	"float8_e4m3fnuz": e4m3fnuz, "float8_e5m2": e5m2, "float8_e5m2fnuz": e5m2fnuz, "float8_e8m0fnu": e8m0,
}

// mlDtypes runs the cases of jax-ml/ml_dtypes. Its conversions from float64 pass
// through float32, and so do they here.
func mlDtypes(j *judge) {
	for _, file := range shared.Glob(j.t, "vectors/ml_dtypes/*.txt.gz") {
		m := mlDtypesName.FindStringSubmatch(path.Base(file))
		f, ok := Format{}, false
		if m != nil {
			f, ok = mlDtypesFormats[m[1]]
		}
		if !ok {
			j.t.Fatalf("%s: unknown kind of file", file)
		}
		o := Options{Mode: "near_even"}
		conversion := o
		conversion.MLDtypesNaN = true
		j.lines(file, func(v []uint64, fields []string) {
			want := v[len(v)-1]
			switch op := m[2]; op {
			case "decode":
				j.value(j.impl.Decode(f, v[0]), floatOf(want), fields)
			case "add", "sub", "mul", "div", "sqrt":
				got, _ := j.impl.Operate(op, f, v[:len(v)-1], o)
				j.code(f, got, want, 0, noFlags, fields)
			case "from-f32":
				j.scale(f, float64(math.Float32frombits(uint32(v[0]))), func() {
					got, _ := j.impl.Convert(binary32, f, v[0], conversion)
					j.code(f, got, want, 0, noFlags, fields)
				})
			case "from-f64-via-f32":
				first, _ := j.impl.Round(binary32, floatOf(v[0]), o)
				if x := floatOf(v[0]); math.IsNaN(x) {
					// The sign of a NaN decides in types without NaN.
					first = 0x7fc00000 | v[0]>>63<<31
				}
				got, _ := j.impl.Convert(binary32, f, first, conversion)
				j.code(f, got, want, 0, noFlags, fields)
			default:
				to, ok := mlDtypesFormats[strings.TrimPrefix(op, "to-")]
				if !ok {
					j.t.Fatalf("%s: unknown type", file)
				}
				x := j.impl.Decode(f, v[0])
				if f.Family == FNUZ && to.Family == Finite && math.IsNaN(x) {
					j.leave("ml_dtypes: a FNUZ NaN, which has no sign, into a type without NaN")
					return
				}
				j.scale(to, x, func() {
					got, _ := j.impl.Convert(f, to, v[0], conversion)
					j.code(to, got, want, 0, noFlags, fields)
				})
			}
		})
	}
}

// scale calls check unless the target is E8M0 and ml_dtypes has rules of its own.
func (j *judge) scale(to Format, x float64, check func()) {
	switch {
	case to.Family == FNU && x == 0:
		j.leave("ml_dtypes: zero into E8M0 gives NaN there")
	case to.Family == FNU && x > 0 && isTie(x):
		j.leave("ml_dtypes: E8M0 ties go to the larger power there")
	case to.Family == FNU && x > 0x1p-127 && x < 0x1.8p-127:
		// Float32 subnormals (00400001 -> 01); the README beside the data has only the tie.
		j.leave("ml_dtypes: E8M0 values just above 2^-127 go to 2^-126 there")
	default:
		check()
	}
}

func floatOf(bits uint64) float64 { return math.Float64frombits(bits) }
