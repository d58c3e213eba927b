package fuzz_test

import (
	"strings"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// minifloats are the operations of package minifloat by the operator that they are.
func minifloats() map[*fuzz.Operator]func(c minifloat.Context, dst minifloat.Format, x [4]minifloat.Value) (minifloat.Value, rounding.Flags) {
	type (
		value   = minifloat.Value
		flags   = rounding.Flags
		format  = minifloat.Format
		context = minifloat.Context
	)
	all := map[*fuzz.Operator]func(c context, dst format, x [4]value) (value, flags){
		fuzz.Add:        func(c context, dst format, x [4]value) (value, flags) { return c.Add(dst, x[0], x[1]) },
		fuzz.Sub:        func(c context, dst format, x [4]value) (value, flags) { return c.Sub(dst, x[0], x[1]) },
		fuzz.Mul:        func(c context, dst format, x [4]value) (value, flags) { return c.Mul(dst, x[0], x[1]) },
		fuzz.Quo:        func(c context, dst format, x [4]value) (value, flags) { return c.Quo(dst, x[0], x[1]) },
		fuzz.FMA:        func(c context, dst format, x [4]value) (value, flags) { return c.FMA(dst, x[0], x[1], x[2]) },
		fuzz.FAA:        func(c context, dst format, x [4]value) (value, flags) { return c.FAA(dst, x[0], x[1], x[2]) },
		fuzz.Sqrt:       func(c context, dst format, x [4]value) (value, flags) { return c.Sqrt(dst, x[0]) },
		fuzz.Recip:      func(c context, dst format, x [4]value) (value, flags) { return c.Recip(dst, x[0]) },
		fuzz.Rsqrt:      func(c context, dst format, x [4]value) (value, flags) { return c.Rsqrt(dst, x[0]) },
		fuzz.Hypot:      func(c context, dst format, x [4]value) (value, flags) { return c.Hypot(dst, x[0], x[1]) },
		fuzz.Rem:        func(c context, dst format, x [4]value) (value, flags) { return c.Rem(dst, x[0], x[1]) },
		fuzz.Mod:        func(c context, dst format, x [4]value) (value, flags) { return c.Mod(dst, x[0], x[1]) },
		fuzz.Logb:       func(c context, dst format, x [4]value) (value, flags) { return c.Logb(dst, x[0]) },
		fuzz.Convert:    func(c context, dst format, x [4]value) (value, flags) { return c.Convert(dst, x[0]) },
		fuzz.RoundToInt: func(c context, dst format, x [4]value) (value, flags) { return c.RoundToIntegralExact(x[0]) },
		fuzz.ScaledAdd: func(c context, dst format, x [4]value) (value, flags) {
			return c.ScaledAdd(dst, x[0], x[1], x[2], x[3])
		},
		fuzz.ScaledSub: func(c context, dst format, x [4]value) (value, flags) {
			return c.ScaledSub(dst, x[0], x[1], x[2], x[3])
		},
		fuzz.ScaledMul: func(c context, dst format, x [4]value) (value, flags) {
			return c.ScaledMul(dst, x[0], x[1], x[2], x[3])
		},
	}
	for _, e := range []minifloat.Extremum{minifloat.Minimum, minifloat.Maximum, minifloat.MinimumNumber, minifloat.MaximumNumber, minifloat.MinimumMagnitude,
		minifloat.MaximumMagnitude, minifloat.MinimumMagnitudeNumber, minifloat.MaximumMagnitudeNumber, minifloat.MinimumFinite, minifloat.MaximumFinite} {
		o, err := fuzz.ParseOperator(e.String())
		if err != nil {
			panic(err)
		}
		all[o] = func(c context, dst format, x [4]value) (value, flags) { return c.Choose(e, dst, x[0], x[1]) }
	}
	for _, f := range minifloat.Functions() {
		o, err := fuzz.ParseOperator(f.String())
		if err != nil {
			panic(err)
		}
		all[o] = func(c context, dst format, x [4]value) (value, flags) { return c.Apply(f, dst, x[0]) }
	}
	return all
}

// minifloatSubject is an operation of package minifloat as an implementation under
// check, from f to g.
func minifloatSubject(t testing.TB, op fuzz.Operation, f, g minifloat.Format) fuzz.Func {
	run, ok := minifloats()[op.Operator]
	if !ok {
		t.Fatalf("minifloat has no %v", op.Operator)
	}
	ctx := minifloat.Context{Mode: op.Context.Mode, Saturation: op.Context.Saturation, Tininess: op.Context.Tininess, NaN: op.Context.NaN, Subnormals: op.Context.Subnormals}
	return func(c fuzz.Case) fuzz.Answer {
		var x [4]minifloat.Value
		for i := range x {
			x[i] = minifloat.Value{Format: f, Bits: uint32(c[i])}
		}
		z, flags := run(ctx, g, x)
		return fuzz.Answer{Code: uint64(z.Bits), Flags: flags, HasFlags: true}
	}
}

// minifloatOperators are the operators of minifloat in a fixed order.
func minifloatOperators() (all []*fuzz.Operator) {
	known := minifloats()
	for _, o := range fuzz.Operators() {
		if known[o] != nil {
			all = append(all, o)
		}
	}
	return all
}

// Every operation of package minifloat, from one format into another where it has
// two, in a mode that differs from one to the next.
func TestMinifloat(t *testing.T) {
	operators := minifloatOperators()
	if len(operators) != len(minifloats()) || len(operators) < 45 {
		t.Errorf("%d operators of %d", len(operators), len(minifloats()))
	}
	formats := []string{"e4m3fn", "binary16", "bfloat16", "e5m2fnuz", "Binary8p4se", "tf32", "e3m4", "e2m3fn"}
	count := int64(150)
	if testing.Short() {
		count = 10
	}
	modes := rounding.Modes()
	for i, o := range operators {
		for k := range formats {
			f, g := parse(t, formats[k]), parse(t, formats[(k+i)%len(formats)])
			if o == fuzz.RoundToInt {
				g = f
			}
			op := o.In(fuzz.Float(f)).To(fuzz.Float(g)).With(fuzz.Context{Mode: modes[(i+k)%len(modes)], Tininess: rounding.Tininess(k % 2),
				Subnormals: rounding.Subnormals(k / 2 % 4)})
			passes(t, check(t, minifloatSubject(t, op, f, g), op, fuzz.Options{Count: count, Strict: true, Seed: uint64(i)}), min(count, 1<<f.Bits()))
		}
	}
}

// FuzzMinifloat runs one case of one operation of package minifloat.
func FuzzMinifloat(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(1), uint8(0), uint64(0x38), uint64(0x01), uint64(0x80), uint64(0))
	f.Add(uint8(4), uint8(1), uint8(2), uint8(5), uint64(0x7bff), uint64(0x7bff), uint64(0xfc00), uint64(1))
	f.Add(uint8(20), uint8(3), uint8(3), uint8(10), uint64(0x3f), uint64(0xbf), uint64(1), uint64(2))
	operators, formats, modes := minifloatOperators(), minifloat.Formats(), rounding.Modes()
	f.Fuzz(func(t *testing.T, operator, from, to, how uint8, x, y, z, w uint64) {
		o := operators[int(operator)%len(operators)]
		a, b := formats[int(from)%64%len(formats)], formats[int(to)%len(formats)]
		if o == fuzz.RoundToInt {
			b = a
		}
		op := o.In(fuzz.Float(a)).To(fuzz.Float(b)).With(fuzz.Context{Mode: modes[int(how)%len(modes)],
			Saturation: rounding.Saturation(how / 11 % 3), NaN: rounding.NaN(how / 33 % 3), Tininess: rounding.Tininess(how / 99 % 2), Subnormals: rounding.Subnormals(from / 64)})
		c := fuzz.Case{x, y, z, w}
		for i := range c {
			if c[i] &= 1<<a.Bits() - 1; i >= o.Arity() {
				c[i] = 0
			}
		}
		passes(t, check(t, minifloatSubject(t, op, a, b), op, fuzz.Options{Cases: func(yield func(fuzz.Case) bool) { yield(c) }, Strict: true}), 1)
	})
}

// fixedSubject is an operation of package fixedpoint, from f to g.
func fixedSubject(op fuzz.Operation, f, g fixedpoint.Format) fuzz.Func {
	ctx := fixedpoint.Context{Mode: op.Context.Mode, Overflow: op.Context.Overflow}
	return func(c fuzz.Case) fuzz.Answer {
		var x [3]fixedpoint.Value
		for i := range x {
			x[i] = fixedpoint.Value{Format: f, Bits: int64(c[i])}
			if f.Signed() {
				x[i].Bits = x[i].Bits << (64 - f.Bits()) >> (64 - f.Bits())
			}
		}
		var z fixedpoint.Value
		var flags rounding.Flags
		switch op.Operator {
		case fuzz.Add:
			z, flags = ctx.Add(g, x[0], x[1])
		case fuzz.Sub:
			z, flags = ctx.Sub(g, x[0], x[1])
		case fuzz.Mul:
			z, flags = ctx.Mul(g, x[0], x[1])
		case fuzz.Quo:
			z, flags = ctx.Quo(g, x[0], x[1])
		case fuzz.FMA:
			z, flags = ctx.FMA(g, x[0], x[1], x[2])
		case fuzz.Sqrt:
			z, flags = ctx.Sqrt(g, x[0])
		case fuzz.Convert:
			z, flags = ctx.Convert(g, x[0])
		}
		return fuzz.Answer{Code: uint64(z.Bits) & (1<<(g.Bits()-1)<<1 - 1), Flags: flags, HasFlags: true}
	}
}

var fixedOperators = []*fuzz.Operator{fuzz.Add, fuzz.Sub, fuzz.Mul, fuzz.Quo, fuzz.FMA, fuzz.Sqrt, fuzz.Convert}

var fixedFormats = []fixedpoint.Format{fixedpoint.MustFormat(true, 3, 4), fixedpoint.MustFormat(false, 0, 8), fixedpoint.MustFormat(true, 0, 15),
	fixedpoint.MustFormat(true, 31, 32), fixedpoint.MustFormat(false, 60, 4), fixedpoint.MustFormat(true, -4, 11), fixedpoint.MustFormat(true, 10, -3)}

func TestFixedpoint(t *testing.T) {
	count := int64(200)
	if testing.Short() {
		count = 10
	}
	modes := rounding.Modes()
	for i, o := range fixedOperators {
		for k, f := range fixedFormats {
			g := fixedFormats[(k+i)%len(fixedFormats)]
			op := o.In(fuzz.Fixed(f)).To(fuzz.Fixed(g)).With(fuzz.Context{Mode: modes[(i+k)%len(modes)], Overflow: fixedpoint.Overflow(k % 3)})
			passes(t, check(t, fixedSubject(op, f, g), op, fuzz.Options{Count: count}), min(count, 1<<f.Bits()))
		}
	}

	// A fault of each kind is found: a mode, an overflow.
	f := fixedFormats[0]
	op := fuzz.Mul.In(fuzz.Fixed(f))
	for want, other := range map[fuzz.Class]fuzz.Context{fuzz.WrongTie: {Mode: rounding.ToNearestUp}, fuzz.WrongDirection: {Mode: rounding.ToZero}, fuzz.WrongOverflow: {Overflow: fixedpoint.Wrap}} {
		r := check(t, fixedSubject(op.With(other), f, f), op, fuzz.Options{IgnoreFlags: true, Count: 3000})
		if r.OK() || len(r.Findings) != 1 || r.Findings[0].Class != want {
			t.Errorf("%v: %v", want, r)
		}
	}
}

// FuzzFixedpoint runs one case of one operation of package fixedpoint.
func FuzzFixedpoint(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(1), uint8(0), uint64(0x7f), uint64(0x80), uint64(1))
	f.Add(uint8(3), uint8(3), uint8(4), uint8(40), uint64(1), uint64(3), uint64(0))
	modes := rounding.Modes()
	f.Fuzz(func(t *testing.T, operator, from, to, how uint8, x, y, z uint64) {
		a, b := fixedFormats[int(from)%len(fixedFormats)], fixedFormats[int(to)%len(fixedFormats)]
		o := fixedOperators[int(operator)%len(fixedOperators)]
		op := o.In(fuzz.Fixed(a)).To(fuzz.Fixed(b)).With(fuzz.Context{Mode: modes[int(how)%len(modes)], Overflow: fixedpoint.Overflow(how / 11 % 3)})
		c := fuzz.Case{x, y, z}
		for i := range c {
			if c[i] &= 1<<(a.Bits()-1)<<1 - 1; i >= o.Arity() {
				c[i] = 0
			}
		}
		passes(t, check(t, fixedSubject(op, a, b), op, fuzz.Options{Cases: func(yield func(fuzz.Case) bool) { yield(c) }}), 1)
	})
}

// FuzzNames reads names of formats, operators and modes of vectors.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"e4m3fn", "ui65", "int8", "mulAdd", "Q3.4", "float64", "near_maxMag", "", "i0", "sfix99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if g, err := fuzz.ParseFormat(name); err == nil {
			if h, err := fuzz.ParseFormat(g.Name()); err != nil || h != g || g.Bits() < 1 || g.Bits() > 64 {
				t.Fatalf("%q: %v reads as %v, %v", name, g, h, err)
			}
		} else if len(err.Error()) > 1000 || g != (fuzz.Format{}) {
			t.Fatalf("%q: %v %v", name, g, err)
		}
		if o, err := fuzz.ParseOperator(name); err == nil && !strings.EqualFold(o.Name(), name) && name != "" {
			if p, err := fuzz.ParseOperator(o.Name()); err != nil || p != o {
				t.Fatalf("%q: %v, %v", name, o, p)
			}
		}
	})
}
