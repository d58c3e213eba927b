package model

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

var exhaustive = flag.Bool("exhaustive", false, "run all cases instead of a part of them")

// modes pairs the names of the modes.
var modes = map[rounding.Mode]exact.Mode{
	rounding.ToNearestEven: exact.TiesToEven, rounding.ToNearestAway: exact.TiesToAway, rounding.ToZero: exact.TowardZero,
	rounding.AwayFromZero: exact.AwayFromZero, rounding.ToNegativeInf: exact.TowardNegative, rounding.ToPositiveInf: exact.TowardPositive,
	rounding.ToNearestZero: exact.TiesToZero, rounding.ToNearestUp: exact.TiesToPositive, rounding.ToNearestDown: exact.TiesToNegative,
	rounding.ToNearestOdd: exact.TiesToOdd, rounding.ToOdd: exact.ToOdd,
}

func (f Format) oracle() exact.Format {
	if f.FN {
		return exact.FN(f.E, f.M)
	}
	return exact.IEEE(f.E, f.M)
}

// operations pairs each operation with the oracle's.
var operations = []struct {
	name  string
	unit  func(u Unit, v []uint64) (uint64, rounding.Flags)
	exact func(v []exact.Number) exact.Result
	arity int
}{
	{"add", func(u Unit, v []uint64) (uint64, rounding.Flags) { return u.Add(v[0], v[1]) }, func(v []exact.Number) exact.Result { return exact.Add(v[0], v[1]) }, 2},
	{"sub", func(u Unit, v []uint64) (uint64, rounding.Flags) { return u.Sub(v[0], v[1]) }, func(v []exact.Number) exact.Result { return exact.Sub(v[0], v[1]) }, 2},
	{"mul", func(u Unit, v []uint64) (uint64, rounding.Flags) { return u.Mul(v[0], v[1]) }, func(v []exact.Number) exact.Result { return exact.Mul(v[0], v[1]) }, 2},
	{"quo", func(u Unit, v []uint64) (uint64, rounding.Flags) { return u.Quo(v[0], v[1]) }, func(v []exact.Number) exact.Result { return exact.Quo(v[0], v[1]) }, 2},
	{"sqrt", func(u Unit, v []uint64) (uint64, rounding.Flags) { return u.Sqrt(v[0]) }, func(v []exact.Number) exact.Result { return exact.Sqrt(v[0]) }, 1},
	{"mulAdd", func(u Unit, v []uint64) (uint64, rounding.Flags) { return u.FMA(v[0], v[1], v[2]) }, func(v []exact.Number) exact.Result { return exact.FMA(v[0], v[1], v[2]) }, 3},
}

// judge compares one answer in all modes and both rules of tininess.
func judge(t *testing.T, f Format, name string, v []uint64, r exact.Result, ask func(u Unit) (uint64, rounding.Flags)) {
	t.Helper()
	g := f.oracle()
	place := exact.Locate(r, g)
	for mode, its := range modes {
		for _, tininess := range []rounding.Tininess{rounding.AfterRounding, rounding.BeforeRounding} {
			code, flags := ask(Unit{Format: f, Mode: mode, Tininess: tininess})
			want, raised := place.Round(exact.Options{Mode: its, Tininess: exact.Tininess(tininess)})
			if g.Decode(code).Kind == exact.NaN && g.Decode(want).Kind == exact.NaN {
				want = code
			}
			if code != want || int(flags) != int(raised) {
				t.Fatalf("%+v %s %x in %v, %v: got %x, %v, want %x, %v", f, name, v, mode, tininess, code, flags, want, raised)
			}
		}
	}
}

// corners are the codes with exponent fields and fractions at the ends of their
// ranges and beside the bias, of either sign.
func corners(f Format) []uint64 {
	var all []uint64
	bias, top, ones := f.bias(), 1<<f.E-1, uint64(1)<<f.M-1
	for _, e := range []int{0, 1, 2, bias - f.M - 1, bias - 1, bias, bias + 1, bias + f.M, top - 1, top} {
		for _, m := range []uint64{0, 1, ones, ones - 1, 1 << (f.M - 1), 1<<(f.M-1) | 1, 1<<(f.M/2) - 1} {
			code := uint64(e)<<f.M | m
			all = append(all, code, code|1<<(f.E+f.M))
		}
	}
	return all
}

// TestCorrect proves the unit without a fault: all operands of small formats, all
// pairs (of three operands, those of corner cases) of 8 bits, corner cases of 16.
func TestCorrect(t *testing.T) {
	type domain struct {
		f        Format
		complete int // operations of so many operands run on all codes
		step     int // of a wider domain every so manieth case is run
	}
	for _, d := range []domain{
		{Format{E: 2, M: 1}, 3, 1}, {Format{E: 3, M: 2}, 3, 41}, {Format{E: 2, M: 2, FN: true}, 3, 7},
		{Format{E: 5, M: 2}, 2, 23}, {Format{E: 4, M: 3, FN: true}, 2, 23},
		{Format{E: 5, M: 10}, 1, 997}, {Format{E: 8, M: 7}, 1, 997},
	} {
		if *exhaustive {
			d.step = 1
		} else if testing.Short() {
			d.step *= 29
		}
		t.Run(fmt.Sprintf("%+v", d.f), func(t *testing.T) {
			t.Parallel()
			var codes []uint64
			for c := range uint64(1) << (1 + d.f.E + d.f.M) {
				codes = append(codes, c)
			}
			g := d.f.oracle()
			for _, op := range operations {
				over := codes
				if op.arity > d.complete {
					over = corners(d.f)
				}
				total := 1
				for range op.arity {
					total *= len(over)
				}
				v, x := make([]uint64, op.arity), make([]exact.Number, op.arity)
				for i := 0; i < total; i += d.step {
					for k, rest := 0, i; k < op.arity; k, rest = k+1, rest/len(over) {
						v[k] = over[rest%len(over)]
						x[k] = g.Decode(v[k])
					}
					judge(t, d.f, op.name, v, op.exact(x), func(u Unit) (uint64, rounding.Flags) { return op.unit(u, v) })
				}
			}
		})
	}
}

// TestConvertCorrect proves conversions: from binary32 the midpoints of a format
// and their neighbours, and between 8-bit formats all codes.
func TestConvertCorrect(t *testing.T) {
	wide := Format{E: 8, M: 23}
	check := func(to, from Format, x uint64) {
		judge(t, to, "convert", []uint64{x}, exact.Convert(from.oracle().Decode(x)), func(u Unit) (uint64, rounding.Flags) { return u.Convert(from, x) })
	}
	for _, to := range []Format{{E: 5, M: 2}, {E: 4, M: 3, FN: true}, {E: 5, M: 10}, {E: 8, M: 7}} {
		step := uint64(1)
		if to.E+to.M > 7 && !*exhaustive {
			step = 251
		}
		value := func(c uint64) float32 { // by way of a unit that is proven here too
			x, _ := Unit{Format: wide}.Convert(to, c)
			return math.Float32frombits(uint32(x))
		}
		for c := uint64(0); c < 1<<(to.E+to.M); c += step {
			check(wide, to, c)
			if c >= to.special() {
				continue
			}
			below := value(c)
			gap := value(c+1) - below
			if c+1 == to.special() {
				gap = below - value(c-1) // the border of overflow
			}
			for _, x := range []float32{below, below + gap/2} {
				bits := uint64(math.Float32bits(x))
				for _, near := range []uint64{max(bits, 1) - 1, bits, bits + 1} {
					check(to, wide, near)
					check(to, wide, near|1<<31)
				}
			}
		}
		for c := range uint64(256) {
			check(to, Format{E: 5, M: 2}, c)
			check(to, Format{E: 4, M: 3, FN: true}, c)
		}
	}
}

// TestFaultsArePlanted looks for each fault's place in the sources.
func TestFaultsArePlanted(t *testing.T) {
	var source []byte
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name == "fault.go" || name == "model_test.go" {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source = append(source, b...)
	}
	seen := map[string]bool{}
	for _, f := range Faults() {
		if f.What() == "" || seen[f.String()] {
			t.Errorf("%v (%d): without a text, or twice", f, f)
		}
		seen[f.String()] = true
		if !regexp.MustCompile(`(u\.Fault [!=]=|case) ` + f.String() + `\b`).Match(source) {
			t.Errorf("%v stands nowhere", f)
		}
	}
}
