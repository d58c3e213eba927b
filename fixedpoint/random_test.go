package fixedpoint

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	oracle "github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/rounding"
)

// randomFormat is any format; half the time one of the usual.
func randomFormat(r *rand.Rand) Format {
	for {
		width, fraction := 1+r.IntN(64), minFraction+r.IntN(maxFraction-minFraction+1)
		if r.IntN(2) == 0 {
			width, fraction = 8<<r.IntN(4), r.IntN(65)
		}
		signed := r.IntN(2) == 0
		integer := width - fraction
		if signed {
			integer--
		}
		if f, err := NewFormat(signed, integer, fraction); err == nil {
			return f
		}
	}
}

// randomBits is structured: runs of ones and zeros, few bits, the ends of the range, or anything.
func randomBits(r *rand.Rand, f Format) int64 {
	x := r.Uint64()
	switch r.IntN(6) {
	case 0:
		x = 1<<r.IntN(64) + uint64(r.IntN(3)) - 1
	case 1:
		x = -(1 << r.IntN(64)) + uint64(r.IntN(3)) - 1
	case 2:
		x >>= r.IntN(64)
	case 3:
		x = uint64(f.MaxBits()) - uint64(r.IntN(3))
	case 4:
		x = uint64(f.MinBits()) + uint64(r.IntN(3))
	}
	return f.extend(x)
}

func randomCount(t *testing.T, n int) int {
	if testing.Short() {
		return n / 20
	}
	return n
}

// TestMixedFormats compares every operation between any formats with the oracle.
func TestMixedFormats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range randomCount(t, 40000) {
		fx, fy, fz, dst := randomFormat(r), randomFormat(r), randomFormat(r), randomFormat(r)
		if r.IntN(2) == 0 {
			fz = fx
		}
		x, y, z := Value{fx, randomBits(r, fx)}, Value{fy, randomBits(r, fy)}, Value{fz, randomBits(r, fz)}
		if got, want := x.Cmp(y), exactOrder(x, y); got != want {
			t.Fatalf("%v.Cmp(%v) = %d", x, y, got)
		}
		for _, op := range operations {
			k := r.IntN(len(contexts))
			judged := judge(dst, op.exact(wideBits, exactOf(x), exactOf(y), exactOf(z)))
			want, wantFlags := judged.round(options[k])
			if got, flags := op.got(contexts[k], dst, x, y, z); got != (Value{dst, want}) || flags != wantFlags {
				t.Fatalf("%s(%v, %v, %v) into %v %v = %v %v, want %d %v", op.name, x, y, z, dst, contexts[k], got, flags, want, wantFlags)
			}
			if op.random == nil {
				continue
			}
			random, n := randomDraw(r)
			c := contexts[k]
			c.Mode = rounding.StochasticA + rounding.Mode(r.IntN(3))
			o := optionsOf(c)
			o.Random, o.Bits = random, n
			want, wantFlags = judged.round(o)
			if got, flags := op.random(c, dst, x, y, z, random, n); got != (Value{dst, want}) || flags != wantFlags {
				t.Fatalf("%sStochastic(%v, %v, %v) into %v %v with %#x of %d bits = %v %v, want %d %v",
					op.name, x, y, z, dst, c, random, n, got, flags, want, wantFlags)
			}
		}
	}
}

// TestNearResults makes sums, quotients and roots whose rounding hangs on their last bit.
func TestNearResults(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range randomCount(t, 4000) {
		fx, fy, dst := randomFormat(r), randomFormat(r), randomFormat(r)
		x, y := Value{fx, randomBits(r, fx)}, Value{fy, fy.extend(uint64(r.IntN(5) - 2))}
		for _, op := range operations {
			checkOperation(t, op, dst, x, y, y)
		}
	}
	// Squares and their neighbours, and halves of a step.
	sqrt := find("Sqrt")
	for range randomCount(t, 4000) {
		f := MustFormat(false, 64-2*r.IntN(32), 0)
		root := r.Uint64() >> (32 + r.IntN(32))
		x := Value{f, f.extend(root*(root+uint64(r.IntN(2))) + uint64(r.IntN(3)) - 1)}
		for _, fraction := range []int{-20, -1, 0, 1, 30, 63, 64, 100} {
			checkOperation(t, sqrt, MustFormat(true, 63-fraction, fraction), x, x, x)
		}
	}
}

// TestFarSums has sums whose terms lie at the two ends of what formats allow, down to the last bit of a product of the finest.
func TestFarSums(t *testing.T) {
	finest, coarsest := MustFormat(true, -64, 127), MustFormat(false, 128, -64)
	fma := find("FMA")
	for _, x := range []int64{1, -1, finest.MinBits(), finest.MaxBits()} {
		for _, z := range []int64{0, 1, -1, 1 << 62} {
			for _, dst := range []Format{finest, coarsest, MustFormat(true, 127, -64), MustFormat(true, 0, 63), MustFormat(false, -63, 64)} {
				checkOperation(t, fma, dst, Value{finest, x}, Value{finest, 1}, Value{coarsest, z})
				checkOperation(t, fma, dst, Value{coarsest, z}, Value{coarsest, -1}, Value{finest, x})
			}
		}
	}
}

// TestQuoGap has quotients with 63 zeros in a row, 1/(2^64-1) = 2^-64 + 2^-128 + ..., at every distance.
func TestQuoGap(t *testing.T) {
	y := Value{MustFormat(false, 64, 0), -1}
	for fx := minFraction; fx <= maxFraction; fx += 3 {
		for fd := maxFraction; fd >= minFraction; fd -= 2 {
			x := Value{MustFormat(false, 64-fx, fx), int64(1 + fx&1)}
			dst := MustFormat(false, 64-fd, fd)
			k := (fx + fd + 200) % len(contexts)
			want, wantFlags := judge(dst, oracle.QuoBits(wideBits, exactOf(x), exactOf(y))).round(options[k])
			if got, flags := contexts[k].Quo(dst, x, y); got.Bits != want || flags != wantFlags {
				t.Fatalf("%v/%v into %v %v = %v %v, want %d %v", x, y, dst, contexts[k], got, flags, want, wantFlags)
			}
		}
	}
}

// TestProofMethods compares the methods and the functions of the types with the oracle, on structured and random numbers. Of the
// 16-bit types -exhaustive runs 10^8 operations.
func TestProofMethods(t *testing.T) {
	methods[int8, F7](t)
	methods[uint8, F3](t)
	methods[int16, F15](t)
	methods[int16, F0](t)
	methods[int16, F8](t)
	methods[int16, F16](t)
	methods[uint16, F16](t)
	methods[uint16, F5](t)
	methods[int32, F31](t)
	methods[int32, F0](t)
	methods[int32, F32](t)
	methods[uint32, F32](t)
	methods[uint32, F5](t)
	methods[uint32, F0](t)
	methods[int64, F63](t)
	methods[int64, F0](t)
	methods[int64, F64](t)
	methods[int64, F32](t)
	methods[uint64, F64](t)
	methods[uint64, F0](t)
	methods[uint64, F1](t)
}

func methods[S Storage, F Fraction](t *testing.T) {
	type fixed = Fixed[S, F]
	f := FormatOf[fixed]()
	t.Run(f.Name(), func(t *testing.T) {
		t.Parallel()
		count := 6000
		if *exhaustive && f.Bits() == 16 {
			count = 1_700_000 // times five types, times twelve operations
		}
		methodsCount[S, F](t, f, count)
	})
}

func methodsCount[S Storage, F Fraction](t *testing.T, f Format, count int) {
	type fixed = Fixed[S, F]
	r := rand.New(rand.NewPCG(5, uint64(f.width)))
	rows := []struct {
		name     string
		method   func(x, y, z fixed) fixed
		function func(c Context, x, y, z fixed) (fixed, rounding.Flags)
	}{
		{"Add", func(x, y, _ fixed) fixed { return x.Add(y) }, func(c Context, x, y, _ fixed) (fixed, rounding.Flags) { return Add(c, x, y) }},
		{"Sub", func(x, y, _ fixed) fixed { return x.Sub(y) }, func(c Context, x, y, _ fixed) (fixed, rounding.Flags) { return Sub(c, x, y) }},
		{"Mul", func(x, y, _ fixed) fixed { return x.Mul(y) }, func(c Context, x, y, _ fixed) (fixed, rounding.Flags) { return Mul(c, x, y) }},
		{"Quo", func(x, y, _ fixed) fixed { return x.Quo(y) }, func(c Context, x, y, _ fixed) (fixed, rounding.Flags) { return Quo(c, x, y) }},
		{"Rem", func(x, y, _ fixed) fixed { return x.Rem(y) }, func(c Context, x, y, _ fixed) (fixed, rounding.Flags) { return Rem(c, x, y) }},
		{"Neg", func(x, _, _ fixed) fixed { return x.Neg() }, func(c Context, x, _, _ fixed) (fixed, rounding.Flags) { return Neg(c, x) }},
		{"Abs", func(x, _, _ fixed) fixed { return x.Abs() }, func(c Context, x, _, _ fixed) (fixed, rounding.Flags) { return Abs(c, x) }},
		{"Sqrt", func(x, _, _ fixed) fixed { return x.Sqrt() }, func(c Context, x, _, _ fixed) (fixed, rounding.Flags) { return Sqrt(c, x) }},
		{"FMA", func(x, y, z fixed) fixed { return x.FMA(y, z) }, FMA[fixed]},
	}
	for range randomCount(t, count) {
		x, y, z := fixed{S(randomBits(r, f))}, fixed{S(randomBits(r, f))}, fixed{S(randomBits(r, f))}
		if r.IntN(2) == 0 { // a product near z
			p := x.Mul(y).Neg()
			z = fixed{p.bits + S(r.IntN(3)) - 1}
		}
		a, b, d := exactOf(x.Value()), exactOf(y.Value()), exactOf(z.Value())
		k := r.IntN(len(contexts))
		for _, row := range rows {
			judged := judge(f, find(row.name).exact(wideBits/2, a, b, d))
			if want, _ := judged.round(oracle.FixedOptions{}); int64(row.method(x, y, z).bits) != want {
				t.Fatalf("%v.%s(%v, %v) = %v, want %d", x, row.name, y, z, row.method(x, y, z), want)
			}
			want, wantFlags := judged.round(options[k])
			if got, flags := row.function(contexts[k], x, y, z); int64(got.bits) != want || flags != wantFlags {
				t.Fatalf("%v %s(%v, %v, %v) = %v %v, want %d %v", contexts[k], row.name, x, y, z, got, flags, want, wantFlags)
			}
		}
		n := uint(r.IntN(f.Bits() + 3))
		if r.IntN(20) == 0 {
			n = uint(r.Uint64())
		}
		left, right := judge(f, oracle.Scale(a, int(min(n, 400)))), judge(f, oracle.Scale(a, -int(min(n, 400))))
		if want, _ := left.round(oracle.FixedOptions{}); int64(x.Lsh(n).bits) != want {
			t.Fatalf("%v.Lsh(%d) = %v, want %d", x, n, x.Lsh(n), want)
		}
		if want, _ := right.round(oracle.FixedOptions{}); int64(x.Rsh(n).bits) != want {
			t.Fatalf("%v.Rsh(%d) = %v, want %d", x, n, x.Rsh(n), want)
		}
		want, wantFlags := left.round(options[k])
		if got, flags := Lsh(contexts[k], x, n); int64(got.bits) != want || flags != wantFlags {
			t.Fatalf("%v Lsh(%v, %d) = %v %v", contexts[k], x, n, got, flags)
		}
		want, wantFlags = right.round(options[k])
		if got, flags := Rsh(contexts[k], x, n); int64(got.bits) != want || flags != wantFlags {
			t.Fatalf("%v Rsh(%v, %d) = %v %v", contexts[k], x, n, got, flags)
		}
		if got, want := x.Cmp(y), exactOrder(x.Value(), y.Value()); got != want {
			t.Fatalf("%v.Cmp(%v) = %d", x, y, got)
		}
		q := ratOf(a)
		want64, _ := q.Float64()
		want32, _ := q.Float32()
		if x.Float64() != want64 || x.Float32() != want32 {
			t.Fatalf("%v is %v and %v, want %v and %v", x, x.Float64(), x.Float32(), want64, want32)
		}
	}
}

// ratOf returns a finite number of the oracle's.
func ratOf(x oracle.Number) *big.Rat {
	q := new(big.Rat).SetInt(x.Int)
	power := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(max(x.Exp, -x.Exp))))
	if x.Exp < 0 {
		power.Inv(power)
	}
	if x.Negative {
		power.Neg(power)
	}
	return q.Mul(q, power)
}

func TestEncode(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range randomCount(t, 200000) {
		f := randomFormat(r)
		k := r.IntN(len(contexts))
		c := contexts[k]
		var x float64
		switch r.IntN(4) {
		case 0:
			x = math.Float64frombits(r.Uint64())
		case 1: // within the range, or a little beyond
			x = (r.Float64()*2.2 - 1.1) * f.Max()
		case 2: // a multiple of a half or a quarter step, and its neighbours
			x = (float64(randomBits(r, f)>>r.IntN(60)) + float64(r.IntN(8))/4) * f.Epsilon()
			x = math.Float64frombits(math.Float64bits(x) + uint64(r.IntN(3)) - 1)
		case 3:
			x = math.Ldexp(r.Float64()-0.5, r.IntN(140)-100)
		}
		judged := judge(f, oracle.Convert(oracle.Float64(x)))
		want, wantFlags := judged.round(options[k])
		if got, flags := c.Encode(f, x); got != want || flags != wantFlags {
			t.Fatalf("%v %v.Encode(%v) = %d %v, want %d %v", c, f, x, got, flags, want, wantFlags)
		}
		if got := c.Round(f, x); got != f.Decode(want) {
			t.Fatalf("%v %v.Round(%v) = %v", c, f, x, got)
		}
		c.Mode = rounding.StochasticA + rounding.Mode(r.IntN(3))
		o := optionsOf(c)
		o.Random, o.Bits = randomDraw(r)
		want, wantFlags = judged.round(o)
		if got, flags := c.EncodeStochastic(f, x, o.Random, o.Bits); got != want || flags != wantFlags {
			t.Fatalf("%v %v.EncodeStochastic(%v, %#x, %d) = %d %v, want %d %v", c, f, x, o.Random, o.Bits, got, flags, want, wantFlags)
		}
	}
	f := MustFormat(true, 3, 4)
	for _, o := range Overflows() {
		c := Context{Overflow: o}
		low := int64(-128)
		if o == SaturateSymmetric {
			low = -127
		}
		for x, want := range map[float64]int64{math.Inf(1): 127, math.Inf(-1): low} {
			if got, flags := c.Encode(f, x); got != want || flags != rounding.Overflow|rounding.Inexact {
				t.Errorf("%v.Encode(%v) = %d %v", c, x, got, flags)
			}
		}
		if got, flags := c.Encode(f, math.NaN()); got != 0 || flags != rounding.Invalid {
			t.Errorf("%v.Encode(NaN) = %d %v", c, got, flags)
		}
	}
}

// TestDecode compares with big.Rat's one rounding to float64.
func TestDecode(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range randomCount(t, 100000) {
		f := randomFormat(r)
		v := Value{f, randomBits(r, f)}
		want, _ := ratOf(exactOf(v)).Float64()
		if got := v.Float64(); got != want || math.Signbit(got) != math.Signbit(want) {
			t.Fatalf("%v %d: %v, want %v", f, v.Bits, got, want)
		}
	}
	if f := MustFormat(true, 3, 4); f.Min() != -8 || f.Max() != 7.9375 || f.Epsilon() != 0.0625 || f.Decode(0xF8) != -0.5 || f.Decode(-8) != -0.5 {
		t.Error("Q3.4 is wrong")
	}
	if f := MustFormat(false, 0, 8); f.Min() != 0 || f.Max() != 0.99609375 || f.Decode(0xF8) != 0.96875 || f.Decode(-8) != 0.96875 {
		t.Error("UQ0.8 is wrong")
	}
	if f := MustFormat(false, 64, 0); f.Max() != 0x1p64 || f.MaxBits() != -1 || f.Decode(-1) != 0x1p64 {
		t.Error("UQ64.0 is wrong")
	}
}

func TestFromInt(t *testing.T) {
	if FromInt[Q7x8](-3).Float64() != -3 || FromInt[Q7x8](uint64(math.MaxUint64)) != Max[Q7x8]() || FromInt[Q7x8](int64(math.MinInt64)) != Min[Q7x8]() ||
		FromInt[UQ8](-1) != (UQ8{}) || FromInt[UQ64](uint8(1)) != Max[UQ64]() || FromInt[Fixed[uint64, F0]](uint64(math.MaxUint64)).Bits() != math.MaxUint64 {
		t.Error("FromInt is wrong")
	}
}

func TestConvert(t *testing.T) {
	if got := Convert[Q7](FromBits[Q15](int16(0x7FC0))); got != Max[Q7]() {
		t.Error(got)
	}
	if got := Convert[Q15](From[Q7](-0.5)); got.Float64() != -0.5 {
		t.Error(got)
	}
	if got, flags := FromWith[Q7](Context{rounding.ToZero, Wrap}, 1.51); got.Bits() != -127+64 || flags != rounding.Inexact|rounding.Overflow {
		t.Error(got.Bits(), flags)
	}
	if From[Q7](0.1).FromFloat64(0.5) != From[Q7](0.5) {
		t.Error("FromFloat64 is wrong")
	}
}

func panics(f func()) (message any) {
	defer func() { message = recover() }()
	f()
	return nil
}

func TestPanics(t *testing.T) {
	q := MustFormat(true, 3, 4)
	for name, f := range map[string]func(){
		"more fraction than storage": func() { From[Fixed[int8, F9]](1) },
		"zero format":                func() { Context{}.Encode(Format{}, 1) },
		"zero format, NaN":           func() { Context{}.Encode(Format{}, math.NaN()) },
		"zero format, operand":       func() { Context{}.Add(q, Value{}, Value{q, 1}) },
		"zero format, 0/0":           func() { Context{}.Quo(Format{}, Value{q, 0}, Value{q, 0}) },
		"zero format, decode":        func() { Format{}.Decode(1) },
		"unknown mode":               func() { Context{Mode: 99}.Encode(q, 0) },
		"stochastic mode":            func() { Context{Mode: rounding.StochasticA}.Encode(q, 0.01) },
		"stochastic, no bits":        func() { Context{}.EncodeStochastic(q, 1, 0, 0) },
		"stochastic, 64 bits":        func() { Context{}.AddStochastic(q, Value{q, 1}, Value{q, 1}, 0, 64) },
		"stochastic, random bits":    func() { Context{}.QuoStochastic(q, Value{q, 1}, Value{q, 1}, 4, 2) },
		"stochastic, unknown mode":   func() { Context{Mode: 99}.ConvertStochastic(q, Value{q, 1}, 1, 2) },
		"stochastic, overflow":       func() { Context{Overflow: 9}.SqrtStochastic(q, Value{q, 1}, 1, 2) },
		"zero format, sqrt":          func() { Context{}.Sqrt(Format{}, Value{q, -1}) },
		"zero format, growth":        func() { q.FullAdd(Format{}) },
		"unknown overflow":           func() { Context{Overflow: 9}.Encode(q, 0) },
		"no such format":             func() { MustFormat(true, 60, 9) },
		"shift":                      func() { RoundingDivideByPOT(1, -1) },
		"multiplier, mode":           func() { Multiplier{1 << 30, 31}.Apply(99, 1) },
		"multiplier":                 func() { Multiplier{1 << 30, 32}.Apply(0, 1) },
	} {
		if panics(f) == nil {
			t.Errorf("%s: no panic", name)
		}
	}
}
