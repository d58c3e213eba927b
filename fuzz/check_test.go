package fuzz_test

import (
	"context"
	"testing"

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
func ours(f minifloat.Format, op fuzz.Operation) fuzz.Func {
	ctx := minifloat.Context{Mode: op.Context.Mode, Saturation: op.Context.Saturation, Tininess: op.Context.Tininess, NaN: op.Context.NaN, Subnormals: op.Context.Subnormals}
	return func(c fuzz.Case) fuzz.Answer {
		var x [3]minifloat.Value
		for i := range x {
			x[i] = minifloat.Value{Format: f, Bits: uint32(c[i])}
		}
		var z minifloat.Value
		var flags rounding.Flags
		switch op.Operator {
		case fuzz.Add:
			z, flags = ctx.Add(f, x[0], x[1])
		case fuzz.Sub:
			z, flags = ctx.Sub(f, x[0], x[1])
		case fuzz.Mul:
			z, flags = ctx.Mul(f, x[0], x[1])
		case fuzz.Quo:
			z, flags = ctx.Quo(f, x[0], x[1])
		case fuzz.FMA:
			z, flags = ctx.FMA(f, x[0], x[1], x[2])
		case fuzz.Sqrt:
			z, flags = ctx.Sqrt(f, x[0])
		default:
			panic("no such operation")
		}
		return fuzz.Answer{Code: uint64(z.Bits), Flags: flags, HasFlags: true}
	}
}

func check(t testing.TB, s fuzz.Subject, op fuzz.Operation, o fuzz.Options) *fuzz.Report {
	t.Helper()
	r, err := fuzz.Check(context.Background(), s, op, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func passes(t *testing.T, r *fuzz.Report, atLeast int64) {
	t.Helper()
	if !r.OK() || len(r.Findings) != 0 || r.Checked < atLeast {
		t.Error(r)
	}
}

func TestMinifloatPasses(t *testing.T) {
	tests := []struct {
		format string
		ops    []*fuzz.Operator
		ctx    fuzz.Context
	}{
		{"e4m3fn", []*fuzz.Operator{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo, fuzz.FMA}, fuzz.Context{}},
		{"e5m2", []*fuzz.Operator{fuzz.Sub, fuzz.Quo}, fuzz.Context{Mode: rounding.ToNegativeInf, Tininess: rounding.BeforeRounding}},
		{"e4m3fnuz", []*fuzz.Operator{fuzz.Mul}, fuzz.Context{Mode: rounding.ToOdd, Saturation: rounding.SatFinite}},
		{"e4m3b11fnuz", []*fuzz.Operator{fuzz.Add}, fuzz.Context{Mode: rounding.ToNearestUp}},
		{"e2m1fn", []*fuzz.Operator{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo, fuzz.FMA}, fuzz.Context{NaN: rounding.MLDtypesNaN}},
		{"e3m2fn", []*fuzz.Operator{fuzz.Quo}, fuzz.Context{Mode: rounding.AwayFromZero}},
		{"e8m0fnu", []*fuzz.Operator{fuzz.Sub}, fuzz.Context{Mode: rounding.ToNearestAway}},
		{"Binary8p4se", []*fuzz.Operator{fuzz.Quo}, fuzz.Context{Saturation: rounding.SatPropagate}},
		{"Binary6p2uf", []*fuzz.Operator{fuzz.Sub}, fuzz.Context{Mode: rounding.ToNearestZero}},
		{"Binary6p2ue", []*fuzz.Operator{fuzz.Mul}, fuzz.Context{Mode: rounding.ToPositiveInf}},
		{"e3m2nosub", []*fuzz.Operator{fuzz.Mul}, fuzz.Context{}},
		{"binary16", []*fuzz.Operator{fuzz.Add, fuzz.Mul, fuzz.Quo, fuzz.FMA}, fuzz.Context{}},
		{"bfloat16", []*fuzz.Operator{fuzz.FMA}, fuzz.Context{Mode: rounding.ToZero}},
		{"binary32", []*fuzz.Operator{fuzz.Quo, fuzz.FMA, fuzz.Sqrt}, fuzz.Context{}},
		{"e4m3fn", []*fuzz.Operator{fuzz.Add, fuzz.Mul, fuzz.Quo}, fuzz.Context{Subnormals: rounding.FlushToZero}},
		{"e5m2", []*fuzz.Operator{fuzz.Sub, fuzz.FMA}, fuzz.Context{Mode: rounding.AwayFromZero, Tininess: rounding.BeforeRounding, Subnormals: rounding.FlushToZero}},
		{"e4m3fnuz", []*fuzz.Operator{fuzz.Add, fuzz.Quo}, fuzz.Context{Subnormals: rounding.DenormalsAreZero}},
		{"binary16", []*fuzz.Operator{fuzz.Mul, fuzz.FMA}, fuzz.Context{Subnormals: rounding.FlushToZero | rounding.DenormalsAreZero}},
	}
	for _, test := range tests {
		f := parse(t, test.format)
		for _, operator := range test.ops {
			op := operator.In(fuzz.Float(f)).With(test.ctx)
			count := int64(1) << min(2*f.Bits(), 16)
			if testing.Short() {
				count >>= 4
			}
			passes(t, check(t, ours(f, op), op, fuzz.Options{Count: count, Strict: true}), count)
		}
	}
}

// An implementation is held to the policy for subnormal numbers that it has, and one
// that has another is told which.
func TestOtherSubnormals(t *testing.T) {
	f := parse(t, "e4m3fn")
	of := func(s rounding.Subnormals) fuzz.Operation {
		return fuzz.Mul.In(fuzz.Float(f)).With(fuzz.Context{Subnormals: s})
	}
	const both = rounding.FlushToZero | rounding.DenormalsAreZero
	for s := range both + 1 {
		for other := range both + 1 {
			r := check(t, ours(f, of(other)), of(s), fuzz.Options{})
			switch {
			case s == other:
				passes(t, r, 1<<16)
			case r.OK() || r.Findings[0].Class != fuzz.Subnormals:
				t.Errorf("%v for %v: %v", other, s, r)
			case s != rounding.GradualUnderflow && r.Findings[0].Detail != "takes subnormal numbers as with "+other.String():
				t.Errorf("%v for %v: %v", other, s, r)
			}
		}
	}
}
