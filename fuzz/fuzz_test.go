package fuzz_test

import (
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"github.com/x448/float16"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

func parse(t testing.TB, name string) minifloat.Format {
	t.Helper()
	f, err := minifloat.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ours is package minifloat as an implementation under check.
func ours(f minifloat.Format, op fuzz.Op, ctx rounding.Context) func(x, y uint32) uint32 {
	run := map[fuzz.Op]func(minifloat.Context, minifloat.Format, minifloat.Value, minifloat.Value) (minifloat.Value, rounding.Flags){
		fuzz.Add: minifloat.Context.Add, fuzz.Sub: minifloat.Context.Sub, fuzz.Mul: minifloat.Context.Mul, fuzz.Quo: minifloat.Context.Quo,
	}[op]
	return func(x, y uint32) uint32 {
		z, _ := run(minifloat.Context(ctx), f, minifloat.Value{Format: f, Bits: x}, minifloat.Value{Format: f, Bits: y})
		return z.Bits
	}
}

func passes(t *testing.T, r fuzz.Report, atLeast int) {
	t.Helper()
	if r.Failed != 0 || r.First != nil || r.Simplest != nil || r.Checked < atLeast {
		t.Error(r)
	}
}

func TestMinifloatPasses(t *testing.T) {
	tests := []struct {
		format string
		ops    []fuzz.Op
		ctx    rounding.Context
		pairs  int
	}{
		{"e4m3fn", []fuzz.Op{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo}, rounding.Context{}, 1 << 16},
		{"e5m2", []fuzz.Op{fuzz.Sub, fuzz.Quo}, rounding.Context{Mode: rounding.ToNegativeInf}, 1 << 16},
		{"e4m3fnuz", []fuzz.Op{fuzz.Mul}, rounding.Context{Mode: rounding.ToOdd, Saturation: rounding.SatFinite}, 1 << 16},
		{"e4m3b11fnuz", []fuzz.Op{fuzz.Add}, rounding.Context{Mode: rounding.ToNearestUp}, 1 << 16},
		{"e2m1fn", []fuzz.Op{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo}, rounding.Context{NaN: rounding.MLDtypesNaN}, 1 << 8},
		{"e3m2fn", []fuzz.Op{fuzz.Quo}, rounding.Context{Mode: rounding.AwayFromZero}, 1 << 12},
		{"e8m0fnu", []fuzz.Op{fuzz.Sub}, rounding.Context{Mode: rounding.ToNearestAway}, 1 << 16},
		{"Binary8p4se", []fuzz.Op{fuzz.Quo}, rounding.Context{Saturation: rounding.SatPropagate}, 1 << 16},
		{"Binary6p2uf", []fuzz.Op{fuzz.Sub}, rounding.Context{Mode: rounding.ToNearestZero}, 1 << 12},
		{"Binary6p2ue", []fuzz.Op{fuzz.Mul}, rounding.Context{Mode: rounding.ToPositiveInf}, 1 << 12},
		{"e3m2nosub", []fuzz.Op{fuzz.Mul}, rounding.Context{}, 1 << 12},
		{"binary16", []fuzz.Op{fuzz.Mul}, rounding.Context{}, 1 << 16},
		{"bfloat16", nil, rounding.Context{Mode: rounding.ToZero}, 1 << 16},
	}
	for _, test := range tests {
		f := parse(t, test.format)
		for _, op := range test.ops {
			passes(t, fuzz.Binary(f, op, test.ctx, ours(f, op, test.ctx)), test.pairs)
		}
		ctx := minifloat.Context(test.ctx)
		passes(t, fuzz.Unary(f, fuzz.Sqrt, test.ctx, func(x uint32) uint32 {
			z, _ := ctx.Sqrt(f, minifloat.Value{Format: f, Bits: x})
			return z.Bits
		}), 1<<min(f.Bits(), 15))
		passes(t, fuzz.Conversion(f, test.ctx, func(x float64) uint32 {
			code, _ := ctx.Encode(f, x)
			return code
		}), 3<<min(f.Bits(), 15))
	}
	wide := parse(t, "binary32")
	passes(t, fuzz.Conversion(wide, rounding.Context{}, func(x float64) uint32 { return math.Float32bits(float32(x)) }), 1<<15)
}

// The conversion of a library that is known to be right.
func TestX448Passes(t *testing.T) {
	r := fuzz.Conversion(parse(t, "binary16"), rounding.Context{}, func(x float32) uint32 {
		return uint32(float16.Fromfloat32(x).Bits())
	})
	passes(t, r, 1<<16)
}

// model rounds to nearest even by the definition: to a multiple of the unit in
// the last place of x. Its fault, if it has one, is planted.
func model(f minifloat.Format, fault string, x float64) uint32 {
	if fault == "through float32" {
		x = float64(float32(x))
	}
	if x-x != 0 || x == 0 {
		if fault == "sign of zero" && x == 0 {
			x = 0
		}
		return f.Encode(x)
	}
	if fault == "subnormals flushed" && math.Abs(x) < f.SmallestNormal() {
		return f.Encode(math.Copysign(0, x))
	}
	_, e := math.Frexp(math.Max(math.Abs(x), f.SmallestNormal()))
	unit := math.Ldexp(1, e-f.Precision())
	q := x / unit
	switch fault {
	case "ties away":
		q = math.Round(q)
	case "sticky dropped": // beyond the first discarded bit
		q = math.RoundToEven(math.Trunc(q*2) / 2)
	case "truncated":
		q = math.Trunc(q)
	default:
		q = math.RoundToEven(q)
	}
	carried := math.Abs(q) == math.Ldexp(1, f.Precision())
	if fault == "carry lost" && carried {
		q /= 2
	}
	if fault == "overflow stays finite" {
		q = math.Copysign(math.Min(math.Abs(q), f.MaxFinite()/unit), q)
	}
	code := f.Encode(q * unit)
	if fault == "sign of zero" && q == 0 {
		code = 0
	}
	if fault == "stray bit" && carried {
		code |= 1 << f.Bits()
	}
	return code
}

var faults = []string{"ties away", "sticky dropped", "truncated", "carry lost", "subnormals flushed", "overflow stays finite",
	"sign of zero", "stray bit"}

func TestFaultsAreFound(t *testing.T) {
	for _, name := range []string{"e4m3fn", "e5m2", "binary16"} {
		f := parse(t, name)
		// Sums and products of these formats are exact in float64.
		add := func(fault string) fuzz.Report {
			return fuzz.Binary(f, fuzz.Add, rounding.Context{}, func(x, y uint32) uint32 { return model(f, fault, f.Decode(x)+f.Decode(y)) })
		}
		mul := func(fault string) fuzz.Report {
			return fuzz.Binary(f, fuzz.Mul, rounding.Context{}, func(x, y uint32) uint32 { return model(f, fault, f.Decode(x)*f.Decode(y)) })
		}
		convert := func(fault string) fuzz.Report {
			return fuzz.Conversion(f, rounding.Context{}, func(x float64) uint32 { return model(f, fault, x) })
		}
		passes(t, convert(""), 3<<f.Bits())
		found(t, "through float32", convert("through float32"))
		found(t, "ties away", add("ties away"))
		if f.Bits() > 8 {
			found(t, "sticky dropped", convert("sticky dropped"))
			continue // to be quick
		}
		passes(t, add(""), 1<<16)
		passes(t, mul(""), 1<<16)
		found(t, "sign of zero", add("sign of zero"))
		for _, fault := range faults {
			found(t, fault, convert(fault))
			found(t, fault, mul(fault)) // a product meets each: it has many bits, and a small one is inexact
		}
	}
}

func found(t *testing.T, fault string, r fuzz.Report) {
	t.Helper()
	if r.Failed == 0 || r.First == nil || r.Simplest == nil || !strings.Contains(r.String(), "simplest: ") {
		t.Errorf("%s is not found: %v", fault, r)
		return
	}
	if s := *r.Simplest; s.Got == s.Want {
		t.Errorf("%s: %+v", fault, s)
	}
	if testing.Verbose() {
		t.Logf("%s: %v", fault, r)
	}
}

// A faulty answer to some operands is shrunk to the simplest such operands, from
// wherever it was met.
func TestShrinks(t *testing.T) {
	f := parse(t, "binary32")
	right := ours(f, fuzz.Add, rounding.Context{})
	r := fuzz.Binary(f, fuzz.Add, rounding.Context{}, func(x, y uint32) uint32 {
		z := right(x, y)
		if x&0x12 == 0x12 && bits.OnesCount32(y&0x7fffff) >= 3 && y>>23&0xff >= 130 {
			z ^= 1
		}
		return z
	})
	found(t, "planted", r)
	want := fuzz.Disagreement{X: 0x12, Y: 130<<23 | 7}
	if s := r.Simplest; s != nil {
		if s.X&0x7fffff != want.X || bits.OnesCount32(s.Y&0x7fffff) != 3 || s.Y>>23 != 130 || s.X>>31 != 0 || s.X>>23&0xff != 127 {
			t.Errorf("simplest: %v", r)
		}
	}
}

func TestNaN(t *testing.T) {
	f := parse(t, "e5m2")
	add := ours(f, fuzz.Add, rounding.Context{})
	passes(t, fuzz.Binary(f, fuzz.Add, rounding.Context{}, func(x, y uint32) uint32 {
		z := add(x, y)
		if f.Decode(z) != f.Decode(z) {
			return 0xff // another NaN
		}
		return z
	}), 1<<16)
	found(t, "NaN for infinity", fuzz.Binary(f, fuzz.Add, rounding.Context{}, func(x, y uint32) uint32 {
		z := add(x, y)
		if z == 0x7c {
			return 0x7e
		}
		return z
	}))
}

func TestCorners(t *testing.T) {
	for _, f := range append(minifloat.Formats(), parse(t, "Binary16p5uf"), parse(t, "Binary12p1ue"), parse(t, "e3m8fnuz"), parse(t, "binary16nosub")) {
		corners := fuzz.Corners(f)
		if f.Bits() <= 8 {
			if len(corners) != 1<<f.Bits() {
				t.Errorf("%v: %d codes", f, len(corners))
			}
			continue
		}
		if len(corners) > 1000 || !slices.IsSorted(corners) || len(slices.Compact(slices.Clone(corners))) != len(corners) ||
			uint64(corners[len(corners)-1])>>f.Bits() != 0 {
			t.Errorf("%v: %d corners, or out of order or range", f, len(corners))
		}
		wanted := []uint32{0, 1, f.Encode(1), f.MaxCode(), f.MaxCode() - 1, f.Encode(f.SmallestNormal())}
		if f.Signed() {
			wanted = append(wanted, f.Encode(-1), f.MaxCode()|1<<(f.Bits()-1), 1<<(f.Bits()-1))
		}
		if code, ok := f.NaNCode(); ok {
			wanted = append(wanted, code)
		}
		if code, ok := f.InfCode(-1); ok {
			wanted = append(wanted, code)
		}
		for _, code := range wanted {
			if !slices.Contains(corners, code) {
				t.Errorf("%v: no %#x", f, code)
			}
		}
	}
}

func TestReportIsSteady(t *testing.T) {
	f := parse(t, "bfloat16")
	one := func() string {
		return fuzz.Binary(f, fuzz.Mul, rounding.Context{}, func(x, y uint32) uint32 { return ours(f, fuzz.Mul, rounding.Context{})(x, y) &^ 1 }).String()
	}
	if a, b := one(), one(); a != b {
		t.Errorf("two calls differ:\n%s\n%s", a, b)
	}
}

func TestPanics(t *testing.T) {
	f := parse(t, "e2m1fn")
	for name, call := range map[string]func(){
		"fuzz: Binary takes":  func() { fuzz.Binary(f, fuzz.Sqrt, rounding.Context{}, nil) },
		"fuzz: Unary takes":   func() { fuzz.Unary(f, fuzz.Add, rounding.Context{}, nil) },
		"fuzz: a context":     func() { fuzz.Binary(f, fuzz.Add, rounding.Context{Mode: rounding.StochasticA}, nil) },
		"fuzz: the zero":      func() { fuzz.Unary(minifloat.Format{}, fuzz.Sqrt, rounding.Context{}, nil) },
		"minifloat: the zero": func() { fuzz.Corners(minifloat.Format{}) },
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, name) {
					t.Errorf("panic %q, want %q", s, name)
				}
			}()
			call()
		}()
	}
}
