package fuzz_test

import (
	"math"
	"testing"

	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
)

// model rounds to nearest even by the definition: to a multiple of the unit in
// the last place of x. Its fault, if it has one, is planted.
func model(f minifloat.Format, fault string, x float64) uint64 {
	if fault == "through float32" {
		x = float64(float32(x))
	}
	if x-x != 0 || x == 0 {
		if fault == "sign of zero" && x == 0 {
			x = 0
		}
		return uint64(f.Encode(x))
	}
	if fault == "results flushed" && math.Abs(x) < f.SmallestNormal() {
		return uint64(f.Encode(math.Copysign(0, x)))
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
	code := uint64(f.Encode(q * unit))
	if fault == "sign of zero" && q == 0 {
		code = 0
	}
	if fault == "stray bit" && carried {
		code |= 1 << f.Bits()
	}
	return code
}

// faults says by which class each is found.
var faults = map[string]fuzz.Class{
	"ties away": fuzz.WrongTie, "sticky dropped": fuzz.StickyLost, "truncated": fuzz.WrongDirection, "carry lost": fuzz.CarryLost,
	"results flushed": fuzz.Subnormals, "overflow stays finite": fuzz.WrongOverflow, "sign of zero": fuzz.SignOfZero, "stray bit": fuzz.NotACode,
}

func TestFaultsAreFound(t *testing.T) {
	for _, name := range []string{"e4m3fn", "e5m2", "binary16"} {
		f := parse(t, name)
		count := int64(1 << 13)
		switch {
		case name == "e5m2" && !testing.Short():
			count = 1 << 16 // all
		case name == "e4m3fn" && testing.Short():
			count = 1 << 12
		case testing.Short():
			continue
		}
		// Sums and products of these formats are exact in float64.
		add := func(fault string) *fuzz.Report {
			return check(t, fuzz.Func(func(c fuzz.Case) fuzz.Answer {
				return fuzz.Answer{Code: model(f, fault, f.Decode(uint32(c[0]))+f.Decode(uint32(c[1])))}
			}), fuzz.Add.In(fuzz.Float(f)), fuzz.Options{Count: count})
		}
		mul := func(fault string) *fuzz.Report {
			return check(t, fuzz.Func(func(c fuzz.Case) fuzz.Answer {
				return fuzz.Answer{Code: model(f, fault, f.Decode(uint32(c[0]))*f.Decode(uint32(c[1])))}
			}), fuzz.Mul.In(fuzz.Float(f)), fuzz.Options{Count: count})
		}
		convert := func(fault string) *fuzz.Report {
			return check(t, fuzz.Unary(func(x float64) uint64 { return model(f, fault, x) }),
				fuzz.Convert.In(fuzz.Binary64()).To(fuzz.Float(f)), fuzz.Options{Count: min(count, 1<<13)})
		}
		passes(t, convert(""), min(count, 1<<13))
		passes(t, add(""), count)
		passes(t, mul(""), count)
		found(t, "through float32", fuzz.DoubleRounding, convert("through float32"))
		found(t, "ties away", fuzz.WrongTie, add("ties away"))
		found(t, "sign of zero", fuzz.SignOfZero, add("sign of zero"))
		for fault, class := range faults {
			found(t, fault, class, convert(fault))
			found(t, fault, class, mul(fault)) // a product meets each: it has many bits, and a small one is inexact
		}
	}
}

func found(t *testing.T, fault string, class fuzz.Class, r *fuzz.Report) {
	t.Helper()
	if r.OK() || len(r.Findings) != 1 || r.Findings[0].Class != class {
		t.Errorf("%s is not found, or as something else: %v", fault, r)
		return
	}
	if testing.Verbose() {
		t.Logf("%s: %v", fault, r)
	}
}
