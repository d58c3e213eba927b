package blas

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// formats pairs formats with their parameters in the oracle, which shares no code with them.
var formats = []struct {
	f minifloat.Format
	x exact.Format
}{
	{minifloat.MustFormat(5, 10, minifloat.IEEEFamily), exact.IEEE(5, 10)},
	{minifloat.MustFormat(8, 7, minifloat.IEEEFamily), exact.IEEE(8, 7)},
	{minifloat.MustFormat(4, 3, minifloat.FNFamily), exact.FN(4, 3)},
	{minifloat.MustFormat(5, 2, minifloat.IEEEFamily), exact.IEEE(5, 2)},
	{minifloat.MustFormat(3, 4, minifloat.IEEEFamily), exact.IEEE(3, 4)},
	{minifloat.MustFormat(2, 1, minifloat.FiniteFamily), exact.FiniteOnly(2, 1)},
	{minifloat.MustFormat(4, 3, minifloat.FNUZFamily), exact.FNUZ(4, 3)},
	{minifloat.MustFormat(8, 10, minifloat.IEEEFamily), exact.IEEE(8, 10)},
	{minifloat.MustFormat(8, 23, minifloat.IEEEFamily), exact.IEEE(8, 23)},
	{minifloat.MustFormat(5, 12, minifloat.FiniteFamily), exact.FiniteOnly(5, 12)},
	{minifloat.MustFormat(6, 15, minifloat.IEEEFamily), exact.IEEE(6, 15)},
	{minifloat.MustFormat(11, 20, minifloat.IEEEFamily), exact.IEEE(11, 20)},
	{must(minifloat.P3109(8, 4, true, true)), exact.P3109(8, 4, true, true)},
	{must(minifloat.P3109(16, 6, true, false)), exact.P3109(16, 6, true, false)},
	{must(minifloat.P3109(8, 3, false, true)), exact.P3109(8, 3, false, true)},
	{must(minifloat.P3109(6, 1, true, true)), exact.P3109(6, 1, true, true)},
	{minifloat.MustFormat(5, 10, minifloat.IEEEFamily).WithoutSubnormals(), withoutSubnormals(exact.IEEE(5, 10))},
	{minifloat.MustFormat(8, 0, minifloat.FNUFamily), exact.E8M0()},
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func withoutSubnormals(f exact.Format) exact.Format {
	f.Subnormals = false
	return f
}

var modes = map[rounding.Mode]exact.Mode{
	rounding.ToNearestEven: exact.TiesToEven, rounding.ToNearestAway: exact.TiesToAway, rounding.ToZero: exact.TowardZero,
	rounding.AwayFromZero: exact.AwayFromZero, rounding.ToNegativeInf: exact.TowardNegative, rounding.ToPositiveInf: exact.TowardPositive,
	rounding.ToNearestZero: exact.TiesToZero, rounding.ToNearestUp: exact.TiesToPositive,
	rounding.ToNearestDown: exact.TiesToNegative, rounding.ToNearestOdd: exact.TiesToOdd, rounding.ToOdd: exact.ToOdd,
}

var saturations = map[rounding.Saturation]exact.Saturation{rounding.SatNone: exact.SatNone,
	rounding.SatFinite: exact.SatFinite, rounding.SatPropagate: exact.SatPropagate}

// An operand is an array and the exact values of its elements.
type operand struct {
	array  Array
	values []exact.Number
}

// randomOperand makes n numbers of a format: near one with few bits or many, any codes, or finite ones.
func randomOperand(r *rand.Rand, n, format int) operand {
	f := formats[format]
	codes := make([]uint32, n)
	kind := r.IntN(6)
	scale := math.Ldexp(1, r.IntN(13)-9)
	for i := range codes {
		for {
			switch kind {
			case 0, 1:
				codes[i] = f.f.Encode(r.NormFloat64() * scale)
			case 2:
				codes[i] = f.f.Encode(float64(r.IntN(9)-4) * scale)
			case 3:
				codes[i] = f.f.Encode(float64(r.IntN(3)-1) * math.Ldexp(1, r.IntN(40)-20))
			default:
				codes[i] = r.Uint32() & uint32(1<<f.f.Bits()-1)
			}
			if kind == 5 && r.IntN(20) == 0 {
				break // here an infinity or a NaN may be
			}
			if v := f.f.Decode(codes[i]); !math.IsNaN(v) && !math.IsInf(v, 0) {
				break
			}
		}
	}
	o := operand{values: make([]exact.Number, n)}
	for i, c := range codes {
		o.values[i] = f.x.Decode(uint64(c))
	}
	switch {
	case f.f.Bits() <= 8 && r.IntN(2) == 0:
		o.array = Codes(f.f, narrow[uint8](codes))
	case f.f.Bits() <= 16 && r.IntN(2) == 0:
		o.array = Codes(f.f, narrow[uint16](codes))
	case r.IntN(4) == 0:
		x := make([]float64, n)
		for i := range x {
			x[i] = f.f.Decode(codes[i])
		}
		o.array = Floats(x)
	default:
		o.array = Codes(f.f, codes)
	}
	return o
}

func narrow[S uint8 | uint16](x []uint32) []S {
	z := make([]S, len(x))
	for i, v := range x {
		z[i] = S(v)
	}
	return z
}

// randomAccumulator returns an accumulator, its format's place in formats, and the oracle's options.
func randomAccumulator(r *rand.Rand) (acc Accumulator, format int, o exact.Options) {
	format = r.IntN(len(formats))
	if r.IntN(2) == 0 {
		format = r.IntN(4)
	}
	acc = Accumulator{Format: formats[format].f, Separate: r.IntN(3) == 0}
	if r.IntN(3) > 0 {
		return acc, format, o
	}
	acc.Context.Mode = rounding.Mode(r.IntN(9))
	acc.Context.Saturation = rounding.Saturation(r.IntN(3))
	acc.Context.NaN = rounding.NaN(r.IntN(2))
	acc.Context.Tininess = rounding.Tininess(r.IntN(2))
	acc.Context.Subnormals = rounding.Subnormals(r.IntN(2))
	o = exact.Options{Mode: modes[acc.Context.Mode], Saturation: saturations[acc.Context.Saturation], NaN: exact.NaNPolicy(acc.Context.NaN),
		Tininess: exact.Tininess(acc.Context.Tininess), FlushToZero: acc.Context.Subnormals == rounding.FlushToZero}
	return acc, format, o
}

// sameNumber compares bits, of NaNs only that they are.
func sameNumber(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

func smallGemm(r *rand.Rand) GemmParams {
	p := randomGemm(r)
	p.M, p.N, p.K = p.M%6, p.N%11, p.K%17
	p.LDA, p.LDB, p.LDC = 0, 0, 0
	p.Accumulate = false
	return p
}

// Every chain equals the oracle's, which computes in integers.
func TestGemmAgainstOracle(t *testing.T) {
	r := rng(10)
	for n := range 2500 {
		p := smallGemm(r)
		acc, format, o := randomAccumulator(r)
		x := formats[format].x
		na, nb, nc := p.sizes()
		a, b := randomOperand(r, na, r.IntN(len(formats))), randomOperand(r, nb, r.IntN(len(formats)))
		bias := randomOperand(r, p.channels(), r.IntN(len(formats)))
		c := make([]float64, nc)
		step := exact.Fused
		if acc.Separate {
			step = exact.MultiplyAdd
		}
		withBias := r.IntN(2) == 0
		if !withBias {
			bias.array = Array{}
		}
		Gemm(p, acc, a.array, b.array, bias.array, Floats(c))
		at := p.strides()
		for i := range p.M {
			for j := range p.N {
				xs, ys := make([]exact.Number, p.K), make([]exact.Number, p.K)
				for k := range p.K {
					xs[k], ys[k] = a.values[i*at.ai+k*at.ak], b.values[k*at.bk+j*at.bj]
				}
				// Without a bias the chain starts from zero, also where the format has none.
				want := 0.0
				if withBias {
					channel := j
					if p.PerRow {
						channel = i
					}
					start, _ := exact.RoundResult(exact.Convert(bias.values[channel]), x, o)
					sum, _ := exact.Dot(start, xs, ys, x, step, o)
					want, _ = x.Decode(sum).Float()
				} else if p.K > 0 {
					r := exact.FMA(xs[0], ys[0], exact.Int64(0))
					if acc.Separate {
						product, _ := exact.RoundResult(exact.Mul(xs[0], ys[0]), x, o)
						r = exact.Add(x.Decode(product), exact.Int64(0))
					}
					start, _ := exact.RoundResult(r, x, o)
					sum, _ := exact.Dot(start, xs[1:], ys[1:], x, step, o)
					want, _ = x.Decode(sum).Float()
				}
				if got := c[i*at.c+j]; !sameNumber(got, want) {
					t.Fatalf("case %d: %v, %+v, bias %v: element %d %d is %x, want %x\nx %v\ny %v", n, acc, p, withBias, i, j, got, want, xs, ys)
				}
			}
		}
	}
}

// Every exact sum equals the oracle's, rounded once: to a format, to the result's format, to floats.
func TestGemmExactAgainstOracle(t *testing.T) {
	r := rng(11)
	for n := range 2500 {
		p := smallGemm(r)
		acc, format, o := randomAccumulator(r)
		acc.Exact = true
		na, nb, nc := p.sizes()
		a, b := randomOperand(r, na, r.IntN(len(formats))), randomOperand(r, nb, r.IntN(len(formats)))
		bias := randomOperand(r, p.channels(), r.IntN(len(formats)))
		withBias := r.IntN(2) == 0
		if !withBias {
			bias.array = Array{}
		}
		x := formats[format].x
		codes, f32, f64 := make([]uint32, nc), make([]float32, nc), make([]float64, nc)
		c := Floats(f64)
		get := func(i int) float64 { return f64[i] }
		switch r.IntN(4) {
		case 0:
			acc.Format = minifloat.Format{}
			c = Codes(formats[format].f, codes)
			get = func(i int) float64 { return formats[format].f.Decode(codes[i]) }
		case 1:
			acc.Format, acc.Context, o = minifloat.Format{}, minifloat.Context{}, exact.Options{}
			x = exact.IEEE(8, 23)
			c = Floats(f32)
			get = func(i int) float64 { return float64(f32[i]) }
		case 2:
			acc.Format, acc.Context, o = minifloat.Format{}, minifloat.Context{}, exact.Options{}
			x = exact.IEEE(11, 52)
		}
		Gemm(p, acc, a.array, b.array, bias.array, c)
		at := p.strides()
		for i := range p.M {
			for j := range p.N {
				xs, ys := make([]exact.Number, p.K), make([]exact.Number, p.K)
				for k := range p.K {
					xs[k], ys[k] = a.values[i*at.ai+k*at.ak], b.values[k*at.bk+j*at.bj]
				}
				start := exact.Int64(0)
				if withBias && p.PerRow {
					start = bias.values[i]
				} else if withBias {
					start = bias.values[j]
				}
				sum := exact.ExactDot(start, xs, ys)
				if sum.IsZero() {
					sum.Negative, sum.Cancelled = false, false
				}
				code, _ := exact.RoundResult(sum, x, o)
				want, _ := x.Decode(code).Float()
				if got := get(i*at.c + j); !sameNumber(got, want) {
					t.Fatalf("case %d: %v, %+v, bias %v: element %d %d is %x, want %x\nx %v\ny %v", n, acc, p, withBias, i, j, got, want, xs, ys)
				}
			}
		}
	}
}

// A convolution equals the chain of its taps as a product of one row and one column, at any size of either.
func TestConvAgainstGemm(t *testing.T) {
	r := rng(12)
	for range 400 {
		p := randomConv(r)
		acc, _, _ := randomAccumulator(r)
		acc.Exact = r.IntN(4) == 0
		nx, nw, ny := p.sizes()
		fx, fw := r.IntN(12), r.IntN(12)
		x, w := randomOperand(r, nx, fx), randomOperand(r, nw, fw)
		bias := randomOperand(r, p.K, r.IntN(12))
		y := make([]float64, ny)
		for i := range y {
			y[i] = float64(r.IntN(5) - 2)
		}
		want := append([]float64{}, y...)
		b := bias.array
		if p.Accumulate || r.IntN(3) == 0 {
			b = Array{}
		}
		referenceConv(p, func(out, channel int, taps []tap) {
			in, weights := make([]float64, len(taps)), make([]float64, len(taps))
			for i, t := range taps {
				if t.x >= 0 {
					in[i] = x.array.x.load(t.x)
				}
				weights[i] = w.array.x.load(t.w)
			}
			start := Array{}
			if b.x != nil {
				start = Floats([]float64{b.x.load(channel)})
			}
			Gemm(GemmParams{M: 1, N: 1, K: len(taps), Accumulate: p.Accumulate}, acc, Floats(in), Floats(weights), start, Floats(want[out:out+1]))
		})
		Conv(p, acc, x.array, w.array, b, Floats(y))
		for i := range y {
			if !sameNumber(y[i], want[i]) {
				t.Fatalf("%v %+v: element %d is %x, want %x", acc, p, i, y[i], want[i])
			}
		}
	}
}

// Without an accumulator's format, and with binary32 by name, the sums are those of GemmFloat32.
func TestGemmIsGemmFloat32(t *testing.T) {
	for _, kind := range float32Kinds {
		r := rng(13)
		for range 60 {
			p := randomGemm(r)
			na, nb, nc := p.sizes()
			a, b, want := float32s(r, na, kind.gen), float32s(r, nb, kind.gen), float32s(r, nc, kind.gen)
			for _, acc := range []Accumulator{{}, {Format: binary32()}, {Format: binary32(), Context: minifloat.Context{Tininess: 1}}} {
				c := append([]float32{}, want...)
				Gemm(p, acc, Floats(a), Floats(b), Array{}, Floats(c))
				w := append([]float32{}, want...)
				ReferenceGemmFloat32(p, a, b, nil, w)
				sameFloat32s(t, fmt.Sprintf("%s: %v %+v", kind.name, acc, p), c, w)
			}
		}
	}
}

// Fixed-point operands and results: exact sums rounded once, against the integers that the codes are.
func TestGemmFixedPoint(t *testing.T) {
	r := rng(19)
	q7, q15 := fixedpoint.MustFormat(true, 0, 7), fixedpoint.MustFormat(true, 0, 15)
	for range 300 {
		p := smallGemm(r)
		na, nb, nc := p.sizes()
		a, b := make([]int16, na), codes[int8](r, nb)
		typed := make([]fixedpoint.Q15, na)
		for i := range a {
			a[i] = int16(r.Uint32()) >> r.IntN(16)
			typed[i] = fixedpoint.FromBits[fixedpoint.Q15](a[i])
		}
		c := make([]int16, nc)
		mode := rounding.Mode(r.IntN(9))
		acc := Accumulator{Exact: true, Context: minifloat.Context{Mode: mode}}
		left := FixedCodes(q15, a)
		if r.IntN(2) == 0 {
			left = FixedPoints(typed)
		}
		Gemm(p, acc, left, FixedCodes(q7, b), Array{}, FixedCodes(q15, c))
		out := make([]fixedpoint.Q15, nc)
		Gemm(p, acc, left, FixedCodes(q7, b), Array{}, FixedPoints(out))
		at := p.strides()
		for i := range p.M {
			for j := range p.N {
				var sum int64 // in units of 2^-22
				for k := range p.K {
					sum += int64(a[i*at.ai+k*at.ak]) * int64(b[k*at.bk+j*at.bj])
				}
				z, _ := rounding.ShiftRight64(mode, sum < 0, uint64(max(sum, -sum)), 7)
				want := int64(z)
				if sum < 0 {
					want = -want
				}
				want = min(max(want, -1<<15), 1<<15-1)
				if got := int64(c[i*at.c+j]); got != want || out[i*at.c+j].Bits() != int16(want) {
					t.Fatalf("%v %+v: %d, typed %d, want %d", mode, p, got, out[i*at.c+j].Bits(), want)
				}
			}
		}
	}
}

// Typed numbers are read and written as their codes are.
func TestMinifloats(t *testing.T) {
	a := []minifloat.E4M3FN{minifloat.From[minifloat.E4M3FN](1.5), minifloat.From[minifloat.E4M3FN](-2)}
	b := []minifloat.Float16{minifloat.From[minifloat.Float16](0.25), minifloat.From[minifloat.Float16](3)}
	c := make([]minifloat.BFloat16, 1)
	Gemm(GemmParams{M: 1, N: 1, K: 2}, Accumulator{}, Minifloats(a), Minifloats(b), Array{}, Minifloats(c))
	if got := c[0].Float64(); got != -5.625 {
		t.Fatalf("%v, want -5.625", got)
	}
}

func BenchmarkGemm(b *testing.B) {
	e4m3, b16, bf16 := formats[2].f, formats[0].f, formats[1].f
	for _, c := range []struct {
		name string
		in   minifloat.Format
		acc  Accumulator
	}{
		{"e4m3fn/float32", e4m3, Accumulator{}},
		{"binary16/float32", b16, Accumulator{}},
		{"e4m3fn/binary16", e4m3, Accumulator{Format: b16}},
		{"e4m3fn/binary16 separate", e4m3, Accumulator{Format: b16, Separate: true}},
		{"e4m3fn/bfloat16", e4m3, Accumulator{Format: bf16}},
		{"bfloat16/bfloat16", bf16, Accumulator{Format: bf16}},
		{"e4m3fn/e4m3fn", e4m3, Accumulator{Format: e4m3}},
		{"e4m3fn/binary16 to zero", e4m3, Accumulator{Format: b16, Context: minifloat.Context{Mode: rounding.ToZero}}},
		{"e4m3fn/exact", e4m3, Accumulator{Exact: true}},
		{"binary16/exact", b16, Accumulator{Exact: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := GemmParams{M: 128, N: 128, K: 256, Options: Options{Threads: 1, Workspace: new(Workspace)}}
			r := rng(1)
			x, y, z := make([]uint16, p.M*p.K), make([]uint16, p.K*p.N), make([]float32, p.M*p.N)
			for _, s := range [][]uint16{x, y} {
				for i := range s {
					s[i] = uint16(c.in.Encode(r.NormFloat64()))
				}
			}
			ax, ay, az := Codes(c.in, x), Codes(c.in, y), Floats(z)
			for b.Loop() {
				Gemm(p, c.acc, ax, ay, Array{}, az)
			}
			steps(b, p.M*p.N*p.K)
		})
	}
}
