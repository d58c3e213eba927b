package blas

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// oddInteger returns an odd integer of n bits, of either sign.
func oddInteger(r *rand.Rand, n int) float64 {
	v := r.Uint64()>>(64-n) | 1 | 1<<(n-1)
	return math.Copysign(float64(v), float64(r.IntN(2))-0.5)
}

// The bodies of a kernel are chosen by the significant bits and the exponents of the operands. Here these are
// swept across every choice: products of exactly so many bits beside sums of any exponent, so that products
// are midpoints, or half a unit, with a little more or less.
func TestChainsAtTheirLimits(t *testing.T) {
	r := rng(15)
	for n := range 60000 {
		format := []int{0, 1, 7, 8, 9, 10, 11, 3}[r.IntN(8)]
		f, oracle := formats[format].f, formats[format].x
		p := f.Precision()
		// na + nb from the precision of the format, less two, on.
		total := min(max(p-2+r.IntN(6), 2), 53)
		if r.IntN(3) == 0 {
			total = 2 + r.IntN(60)
		}
		na := min(1+r.IntN(total-1), 53)
		nb := min(total-na, 53)
		_, top := math.Frexp(f.MaxFinite())
		_, bottom := math.Frexp(f.SmallestSubnormal())
		exponent := func() int { return bottom - 2 + r.IntN(top-bottom+3) }
		k, lanes := 1+r.IntN(3), 1+r.IntN(2)
		a, b, c := make([]float64, k), make([]float64, k*lanes), make([]float64, lanes)
		ea := exponent() / 2
		for i := range a {
			a[i] = math.Ldexp(oddInteger(r, na), ea-na)
			for j := range lanes {
				b[i*lanes+j] = math.Ldexp(oddInteger(r, nb), exponent()-ea-nb)
			}
		}
		for j := range c {
			c[j] = f.Decode(f.Encode(math.Ldexp(oddInteger(r, 1+r.IntN(p)), exponent()-p)))
			if math.IsNaN(c[j]) || math.IsInf(c[j], 0) {
				c[j] = f.MaxFinite()
			}
			// Half a unit of the sum, and some more.
			if r.IntN(2) == 0 && c[j] != 0 {
				_, e := math.Frexp(c[j])
				little := math.Ldexp(float64(r.IntN(3)-1), -1-r.IntN(30))
				a[0] = math.Ldexp(1+little, e-p-1)
				b[j] = math.Copysign(1, b[j])
				if r.IntN(2) == 0 { // (1+t)(1-t) = 1-t*t, which 53 bits may not hold
					b[j] *= 1 - little
				}
			}
		}
		acc := Accumulator{Format: f, Separate: r.IntN(4) == 0}
		step := exact.Fused
		if acc.Separate {
			step = exact.MultiplyAdd
		}
		got := append([]float64{}, c...)
		Gemm(GemmParams{M: 1, N: lanes, K: k, Accumulate: true}, acc, Floats(a), Floats(b), Array{}, Floats(got))
		for j := range c {
			xs, ys := make([]exact.Number, k), make([]exact.Number, k)
			for i := range k {
				xs[i], ys[i] = exact.Float64(a[i]), exact.Float64(b[i*lanes+j])
			}
			start, _ := exact.RoundResult(exact.Convert(exact.Float64(c[j])), oracle, exact.Options{})
			sum, _ := exact.Dot(start, xs, ys, oracle, step, exact.Options{})
			if want, _ := oracle.Decode(sum).Float(); !sameNumber(got[j], want) {
				t.Fatalf("case %d, %v, %d and %d bits: %x + %x*%x is %x, want %x", n, acc, na, nb, c[j], a, b, got[j], want)
			}
		}
	}
}

// The same for exact sums, to float64, which shows every lost bit, and to formats.
func TestExactSumsAtTheirLimits(t *testing.T) {
	r := rng(16)
	for n := range 20000 {
		na, nb := 1+r.IntN(30), 1+r.IntN(30)
		if r.IntN(8) == 0 {
			na, nb = 1+r.IntN(53), 1+r.IntN(53)
		}
		sa, sb := 1+r.IntN(70), 1+r.IntN(70)
		base := 0
		switch r.IntN(8) {
		case 0:
			base = -500 - r.IntN(40) // products beside the smallest float64
		case 1:
			base = 400 + r.IntN(70) // and the largest
		}
		k := 1 + r.IntN(32)
		a, b, c := make([]float64, k), make([]float64, k), make([]float64, 1)
		for i := range a {
			a[i] = math.Ldexp(oddInteger(r, na), base+r.IntN(sa)-na)
			b[i] = math.Ldexp(oddInteger(r, nb), base+r.IntN(sb)-nb)
			if r.IntN(4) == 0 && i > 0 { // cancellation
				a[i], b[i] = -a[i-1], b[i-1]
			}
		}
		if r.IntN(3) == 0 { // the largest sum that the exponents allow, and the smallest number
			for i := range a {
				a[i], b[i] = math.Ldexp(1-math.Ldexp(1, -na), base+sa), math.Ldexp(1-math.Ldexp(1, -nb), base+sb)
			}
			i := r.IntN(k)
			a[i], b[i] = math.Ldexp(1-math.Ldexp(1, -na), base+1), math.Ldexp(1-math.Ldexp(1, -nb), base+1)
		}
		if r.IntN(2) == 0 {
			c[0] = math.Ldexp(oddInteger(r, 53), max(2*base+r.IntN(160)-80, -1074))
		}
		xs, ys := make([]exact.Number, k), make([]exact.Number, k)
		for i := range k {
			xs[i], ys[i] = exact.Float64(a[i]), exact.Float64(b[i])
		}
		sum := exact.ExactDot(exact.Float64(c[0]), xs, ys)
		if sum.IsZero() {
			sum.Negative, sum.Cancelled = false, false
		}
		acc, oracle := Accumulator{Exact: true}, exact.IEEE(11, 52)
		var o exact.Options
		if r.IntN(3) == 0 {
			i := r.IntN(len(formats))
			acc.Format, oracle = formats[i].f, formats[i].x
			acc.Context.Mode = rounding.Mode(r.IntN(9))
			o.Mode = modes[acc.Context.Mode]
		}
		code, _ := exact.RoundResult(sum, oracle, o)
		want, _ := oracle.Decode(code).Float()
		got := []float64{c[0]}
		Gemm(GemmParams{M: 1, N: 1, K: k, Accumulate: true}, acc, Floats(a), Floats(b), Array{}, Floats(got))
		if !sameNumber(got[0], want) {
			t.Fatalf("case %d, %v, %d and %d bits: %x + %x*%x is %x, want %x", n, acc, na, nb, c, a, b, got[0], want)
		}
	}
}

// The spans say no less than each value needs.
func TestMeasure(t *testing.T) {
	r := rng(17)
	for range 20000 {
		x := make([]float64, r.IntN(6))
		for i := range x {
			switch r.IntN(8) {
			case 0:
				x[i] = math.Float64frombits(r.Uint64())
			case 1:
				x[i] = math.Copysign(0, -1)
			case 2:
				x[i] = math.Float64frombits(r.Uint64() >> (12 + r.IntN(52)))
			default:
				x[i] = math.Ldexp(oddInteger(r, 1+r.IntN(53)), r.IntN(20))
			}
		}
		s := measure(x)
		for _, v := range x {
			if !isFinite(v) {
				if !s.special {
					t.Fatalf("%x: %+v", x, s)
				}
				continue
			}
			if v == 0 {
				continue
			}
			m, e := split(v)
			for m&1 == 0 {
				m, e = m>>1, e+1
			}
			n := 0
			for ; m>>n != 0; n++ {
			}
			if n > s.bits || e < s.low || e+n > s.high {
				t.Fatalf("%x has %d bits from 2^%d: %+v", v, n, e, s)
			}
		}
	}
}

func TestPadding(t *testing.T) {
	type sides [4]int // top, bottom, left, right
	for _, c := range []struct {
		p            ConvParams
		upper, lower sides
		h, w         int
	}{
		// TensorFlow's SAME for the first layer of a MobileNet: 224 -> 112, one row and column at the end.
		{ConvParams{H: 224, W: 224, KH: 3, KW: 3, StrideH: 2, StrideW: 2}, sides{0, 1, 0, 1}, sides{1, 0, 1, 0}, 112, 112},
		{ConvParams{H: 7, W: 9, KH: 3, KW: 4}, sides{1, 1, 1, 2}, sides{1, 1, 2, 1}, 7, 9},
		{ConvParams{H: 1, W: 10, KH: 1, KW: 3, DilationW: 3}, sides{0, 0, 3, 3}, sides{0, 0, 3, 3}, 1, 10},
		{ConvParams{H: 5, W: 5, KH: 1, KW: 1, StrideH: 3, StrideW: 2}, sides{}, sides{}, 2, 3},
		{ConvParams{H: 49, W: 10, KH: 10, KW: 4, StrideH: 2, StrideW: 2}, sides{4, 5, 1, 1}, sides{5, 4, 1, 1}, 25, 5},
	} {
		u, l, v := c.p.SameUpper(), c.p.SameLower(), c.p.SameUpper().Valid()
		if got := (sides{u.PadTop, u.PadBottom, u.PadLeft, u.PadRight}); got != c.upper {
			t.Errorf("%+v: upper %v, want %v", c.p, got, c.upper)
		}
		if got := (sides{l.PadTop, l.PadBottom, l.PadLeft, l.PadRight}); got != c.lower {
			t.Errorf("%+v: lower %v, want %v", c.p, got, c.lower)
		}
		if v != c.p {
			t.Errorf("%+v: valid %+v", c.p, v)
		}
		if u.OutH() != c.h || u.OutW() != c.w || l.OutH() != c.h || l.OutW() != c.w {
			t.Errorf("%+v: output %d x %d, want %d x %d", c.p, u.OutH(), u.OutW(), c.h, c.w)
		}
	}
}

// What a chain does once it has left the finite numbers, by format and saturation.
func TestChainsBeyondTheRange(t *testing.T) {
	big, inf := []float64{1e6, 1e6, -1e6, 1}, []float64{math.Inf(1), 1, 1, 1}
	ones := []float64{1, 1, 1, 1}
	e4m3, b16 := formats[2].f, formats[0].f
	for _, c := range []struct {
		acc  Accumulator
		x    []float64
		want float64
	}{
		{Accumulator{Format: b16}, big, math.Inf(1)},
		{Accumulator{Format: e4m3}, big, math.NaN()},
		{Accumulator{Format: b16, Context: minifloat.Context{Saturation: 1}}, big, -65504},
		{Accumulator{Format: e4m3, Context: minifloat.Context{Saturation: 1}}, big, -448},
		{Accumulator{Format: b16}, inf, math.Inf(1)},
		{Accumulator{Format: b16, Context: minifloat.Context{Saturation: 1}}, inf, 65504},
		{Accumulator{Format: b16, Context: minifloat.Context{Saturation: 2}}, inf, math.Inf(1)},
		{Accumulator{Format: b16, Exact: true}, inf, math.Inf(1)},
		{Accumulator{Exact: true}, inf, math.Inf(1)},
		{Accumulator{}, inf, math.Inf(1)},
	} {
		got := make([]float64, 1)
		Gemm(GemmParams{M: 1, N: 1, K: 4}, c.acc, Floats(c.x), Floats(ones), Array{}, Floats(got))
		if !sameNumber(got[0], c.want) {
			t.Errorf("%v of %v: %v, want %v", c.acc, c.x, got[0], c.want)
		}
	}
}

// Sums that are tiny before rounding to e4m3fn, and not after, and both: every element of a product of many is flushed by
// its context's rule, in whatever width the kernels work. A tiny negative product leaves the sum +0.
func TestTinySums(t *testing.T) {
	f := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	gradual := minifloat.Context{}
	after := minifloat.Context{Subnormals: rounding.FlushToZero}
	before := minifloat.Context{Subnormals: rounding.FlushToZero, Tininess: rounding.BeforeRounding}
	for _, c := range []struct {
		ctx     minifloat.Context
		x, want float64
	}{
		{gradual, 0x1.fp-7, 0x1p-6}, {after, 0x1.fp-7, 0x1p-6}, {before, 0x1.fp-7, 0},
		{gradual, 0x1.ep-7, 0x1p-6}, {after, 0x1.ep-7, 0}, {before, -0x1.ep-7, 0},
		{gradual, 0x1p-8, 0x1p-8}, {after, -0x1p-8, 0}, {before, 0x1.01p-6, 0x1p-6},
	} {
		const n = 70
		x, ones, got := make([]float64, n), make([]float64, n), make([]float64, n*n)
		for i := range x {
			x[i], ones[i] = c.x, 1
		}
		Gemm(GemmParams{M: n, N: n, K: 1}, Accumulator{Format: f, Context: c.ctx, Separate: true}, Floats(x), Floats(ones), Array{}, Floats(got))
		for i := range got {
			if !sameNumber(got[i], c.want) {
				t.Fatalf("%x, %+v: element %d is %x, want %x", c.x, c.ctx, i, got[i], c.want)
			}
		}
	}
}

// A chain starts from the bias rounded to the accumulator's format; an exact sum takes it as it is.
func TestStart(t *testing.T) {
	for _, c := range []struct {
		acc  Accumulator
		want float64
	}{
		{Accumulator{}, float64(float32(0.1))},
		{Accumulator{Format: formats[0].f}, 0x1.998p-4},
		{Accumulator{Format: formats[0].f, Context: minifloat.Context{Mode: rounding.ToPositiveInf}}, 0x1.99cp-4},
		{Accumulator{Exact: true}, 0.1},
		{Accumulator{Exact: true, Format: formats[0].f}, 0x1.998p-4},
	} {
		for k := range 2 {
			got := make([]float64, 1)
			Gemm(GemmParams{M: 1, N: 1, K: k}, c.acc, Floats(make([]float32, k)), Floats(make([]float32, k)), Floats([]float64{0.1}), Floats(got))
			if got[0] != c.want {
				t.Errorf("%v, K = %d: %x, want %x", c.acc, k, got[0], c.want)
			}
		}
	}
}
