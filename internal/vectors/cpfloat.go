package vectors

import (
	"math"
	"path"
	"regexp"
	"strings"

	"github.com/halfulp/halfulp/internal/shared"
)

var cpfloatName = regexp.MustCompile(`^([a-z0-9]+)_round_(near_even|near_maxMag|near_minMag|minMag|min|max|odd)(_[a-z]+)?\.txt\.gz$`)

// CPFloat's formats are given by precision, emin and emax, with infinity beyond
// emax whatever the format; where ours has none, infinity stands for Overflow.
var cpfloatFormats = map[string]Format{
	"binary16": binary16, "bfloat16": bfloat16, "tf32": tf32, "binary32": binary32, "e5m2": e5m2,
	"e4m3ieee": e4m3,
	"e4m3cp":   {Family: Finite, E: 4, M: 3, Bias: 7}, // largest 480, not OCP's 448
	"e2m1":     e2m1fn, "e2m3": e2m3fn, "e3m2": e3m2fn,
	"p5asym": {Family: IEEE, E: 4, M: 4, Bias: 11}, // emin -10, emax 3
	"p9e20":  {Family: IEEE, E: 6, M: 8, Bias: 20}, // emin -19; emax 42, not 20: see cpfloat
}

// p9e20Largest is where that format ends.
const p9e20Largest = 0x1.ffp20

const overflowFlag, invalidFlag = 4, 16

// cpfloat runs the cases of north-numerical-computing/cpfloat: float64 in and out.
func cpfloat(j *judge) {
	for _, file := range shared.Glob(j.t, "vectors/cpfloat/*.txt.gz") {
		m := cpfloatName.FindStringSubmatch(path.Base(file))
		f, ok := Format{}, false
		if m != nil {
			f, ok = cpfloatFormats[m[1]]
		}
		if !ok {
			j.t.Fatalf("%s: unknown kind of file", file)
		}
		f.NoSubnormals = m[3] == "_nosubn"
		if !j.impl.Supports(f) {
			j.differ("format %+v is not supported", f)
			continue
		}
		o := Options{Mode: m[2], Saturate: m[3] == "_sat"}
		noInfinity := m[3] == "_noinf"
		top, _ := j.impl.Round(f, math.MaxFloat64, Options{Mode: "minMag"})
		largest := j.impl.Decode(f, top)
		j.lines(file, func(v []uint64, fields []string) {
			x, want := floatOf(v[0]), floatOf(v[1])
			beyond := math.Copysign(math.MaxFloat64, x)
			if noInfinity && math.IsInf(x, 0) {
				x = beyond // there are no infinities: it overflows as any number does
			}
			code, flags := j.impl.Round(f, x, o)
			got := j.impl.Decode(f, code)
			if f.Family == Finite && math.IsNaN(x) && flags&invalidFlag != 0 {
				got = math.NaN() // what stands for it in a format without NaN
			}
			if m[1] == "p9e20" && math.Abs(got) > p9e20Largest {
				// No format here ends there: overflow is what the mode makes of it at the end of ours.
				if !math.IsInf(x, 0) {
					code, _ = j.impl.Round(f, beyond, o)
					got = j.impl.Decode(f, code)
				}
				if !math.IsInf(got, 0) {
					got = math.Copysign(p9e20Largest, got)
				}
			}
			if f.Family == Finite && !o.Saturate && flags&overflowFlag != 0 && math.Abs(got) == math.Abs(largest) {
				// Where an inward mode keeps the largest value both agree; elsewhere
				// infinity there is overflow here.
				if math.IsInf(want, 0) || noInfinity && math.IsNaN(want) {
					got = want
				}
			}
			if noInfinity && math.IsInf(got, 0) {
				got = math.NaN()
			}
			j.value(got, want, fields)
		})
	}
}

// chopModes are the rmodes of chop.
var chopModes = map[string]string{"1": "near_even", "2": "max", "3": "min", "4": "minMag"}

var chopFormats = map[string]Format{"half": binary16, "bfloat16": bfloat16, "q43": e4m3, "q52": e5m2}

// chop runs the outputs of MATLAB chop that pychop tests against. The README
// beside the data describes what is left out.
func chop(j *judge) {
	j.file = "vectors/suites/chop_rounding_4fmt_4modes.json.gz"
	var data map[string][]float64
	decodeJSON(j, &data)
	inputs := data["inputs"]
	for key, outputs := range data {
		if key == "inputs" {
			continue
		}
		part := strings.Split(key, "_") // FORMAT rmode R subnormal S
		f, ok := chopFormats[part[0]]
		if !ok || len(part) != 5 || len(outputs) != len(inputs) {
			j.t.Fatalf("%s: unknown array %s", j.file, key)
		}
		f.NoSubnormals = part[4] == "0"
		o := Options{Mode: chopModes[part[2]]}
		half := math.Ldexp(f.smallestNormal(), -f.M-1)
		for i, x := range inputs {
			if !f.NoSubnormals {
				x /= 1000
			}
			magnitude := math.Abs(x)
			if part[0] == "q43" && f.NoSubnormals && magnitude < f.smallestNormal() {
				j.leave("chop: q43 without subnormals has flush rules of its own")
				continue
			}
			if (part[0] == "q43" || part[0] == "q52") && !f.NoSubnormals && o.Mode == "near_even" &&
				magnitude > half && magnitude <= half*(1+math.Ldexp(1, -f.M-1)) {
				j.leave("chop: just above half the smallest subnormal it gives zero")
				continue
			}
			code, _ := j.impl.Round(f, x, o)
			got := j.impl.Decode(f, code)
			j.checked++
			if got != outputs[i] { // chop has no sign of zero
				j.differ("%s of %v: got %v, want %v", key, x, got, outputs[i])
			}
		}
	}
}
