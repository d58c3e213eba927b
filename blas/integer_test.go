package blas

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/fixedpoint"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// codes returns n random bytes; one slice in four is of the extreme value, the other extreme here and there.
func codes[T Byte](r *rand.Rand, n int) []T {
	lowest, highest := limits[T]()
	extreme := r.IntN(4) == 0
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.Uint32())
		if extreme {
			x[i] = T(lowest)
			if r.IntN(50) == 0 {
				x[i] = T(highest)
			}
		}
	}
	return x
}

func zeroOf[T Byte](r *rand.Rand) int32 {
	lowest, highest := limits[T]()
	switch r.IntN(4) {
	case 0:
		return 0
	case 1:
		return lowest
	case 2:
		return highest
	}
	return lowest + int32(r.IntN(256))
}

func int32s(r *rand.Rand, n int) []int32 {
	x := make([]int32, n)
	for i := range x {
		x[i] = int32(r.Uint32()) >> r.IntN(32)
	}
	return x
}

func TestGemmInt32(t *testing.T) {
	t.Run("int8 int8", testGemmInt32[int8, int8])
	t.Run("int8 uint8", testGemmInt32[int8, uint8])
	t.Run("uint8 int8", testGemmInt32[uint8, int8])
	t.Run("uint8 uint8", testGemmInt32[uint8, uint8])
}

func testGemmInt32[A, B Byte](t *testing.T) {
	r := rng(3)
	for range 500 {
		p := randomGemm(r)
		na, nb, nc := p.sizes()
		a, b, c := codes[A](r, na), codes[B](r, nb), int32s(r, nc)
		z := ZeroPoints{zeroOf[A](r), zeroOf[B](r)}
		var bias []int32
		if !p.Accumulate && r.IntN(2) == 0 {
			bias = int32s(r, max(p.M, p.N))
		}
		want := slices.Clone(c)
		ReferenceGemmInt32(p, z, a, b, bias, want)
		GemmInt32(p, z, a, b, bias, c)
		if !slices.Equal(c, want) {
			t.Fatalf("%+v %+v: wrong", p, z)
		}
	}
}

func TestConvInt32(t *testing.T) {
	t.Run("int8 int8", testConvInt32[int8, int8])
	t.Run("uint8 int8", testConvInt32[uint8, int8])
}

func testConvInt32[X, W Byte](t *testing.T) {
	r := rng(4)
	for range 400 {
		p := randomConv(r)
		nx, nw, ny := p.sizes()
		x, w, y := codes[X](r, nx), codes[W](r, nw), int32s(r, ny)
		z := ZeroPoints{zeroOf[X](r), zeroOf[W](r)}
		var bias []int32
		if !p.Accumulate && r.IntN(2) == 0 {
			bias = int32s(r, p.K)
		}
		want := slices.Clone(y)
		ReferenceConvInt32(p, z, x, w, bias, want)
		ConvInt32(p, z, x, w, bias, y)
		if !slices.Equal(y, want) {
			t.Fatalf("%+v %+v: wrong", p, z)
		}
	}
}

// The longest sums that fit int32, of one extreme product throughout, and sums that wrap; both halves of a
// pair of columns, of either sign.
func TestGemmInt32Extremes(t *testing.T) {
	for _, k := range []int{integerRun - 1, integerRun, integerRun + 1, 33025, 33026, 2*integerRun + 1, 140000} {
		a, b := make([]uint8, k), make([]int8, 2*k)
		for i := range a {
			a[i], b[2*i], b[2*i+1] = 255, -128, 127
		}
		for _, z := range []ZeroPoints{{0, 0}, {0, 127}, {0, -128}, {255, 127}} {
			p := GemmParams{M: 1, N: 2, K: k}
			var got, want [2]int32
			ReferenceGemmInt32(p, z, a, b, nil, want[:])
			GemmInt32(p, z, a, b, nil, got[:])
			if got != want {
				t.Fatalf("K = %d, %+v: %d, want %d", k, z, got, want)
			}
		}
	}
}

func randomStage[C Byte](r *rand.Rand, channels int) Requantize {
	lowest, highest := limits[C]()
	q := Requantize{Zero: zeroOf[C](r)}
	q.Scale = make([]float64, []int{1, channels}[r.IntN(2)])
	for i := range q.Scale {
		switch r.IntN(4) {
		case 0:
			q.Scale[i] = math.Ldexp(1, -r.IntN(20)) // ties
		case 1:
			q.Scale[i] = float64(float32(r.ExpFloat64()) * 1e-4)
		default:
			q.Scale[i] = r.ExpFloat64() * math.Ldexp(1, -r.IntN(20))
		}
	}
	if r.IntN(2) == 0 {
		q.Min = lowest + int32(r.IntN(256))
		q.Max = q.Min + int32(r.IntN(int(highest-q.Min)+1))
	}
	return q
}

// The multipliers of the output stage are those of package fixedpoint, channel by channel; a factor that is a
// float64 gives what the same scale does.
func TestMultipliers(t *testing.T) {
	r := rng(18)
	forms := fixedpoint.Forms()
	for _, mode := range rounding.Modes() {
		forms = append(forms, fixedpoint.Once(mode))
	}
	for range 200 {
		p := GemmParams{M: 1 + r.IntN(9), N: 1 + r.IntN(20), K: r.IntN(40), PerRow: r.IntN(2) == 0}
		na, nb, nc := p.sizes()
		a, b, c, sums := codes[uint8](r, na), codes[int8](r, nb), make([]int8, nc), make([]int32, nc)
		q := Requantize{Zero: zeroOf[int8](r), Form: forms[r.IntN(len(forms))]}
		q.Multiplier = make([]fixedpoint.Multiplier, []int{1, p.channels()}[r.IntN(2)])
		scales := Requantize{Zero: q.Zero, Scale: make([]float64, len(q.Multiplier))}
		for i := range q.Multiplier {
			q.Multiplier[i] = must(fixedpoint.NewMultiplier(r.ExpFloat64() * math.Ldexp(1, -r.IntN(20))))
			scales.Scale[i] = q.Multiplier[i].Float64()
		}
		GemmInt32(p, ZeroPoints{}, a, b, nil, sums)
		GemmInt8(p, ZeroPoints{}, q, a, b, nil, c)
		for i, sum := range sums {
			channel := i % p.N
			if p.PerRow {
				channel = i / p.N
			}
			m := q.Multiplier[0]
			if len(q.Multiplier) > 1 {
				m = q.Multiplier[channel]
			}
			if want := min(max(int64(q.Form.Apply(m, sum))+int64(q.Zero), -128), 127); int64(c[i]) != want {
				t.Fatalf("%+v %+v: element %d is %d, want %d from %d", p, q, i, c[i], want, sum)
			}
		}
		if q.Form == fixedpoint.ONNX {
			again := make([]int8, nc)
			GemmInt8(p, ZeroPoints{}, scales, a, b, nil, again)
			if !slices.Equal(c, again) {
				t.Fatalf("%+v %+v: %d, by float scales %d", p, q, c, again)
			}
		}
	}
}

// exactStage is the output stage in exact arithmetic.
func exactStage[C Byte](q Requantize, sum int32, channel int) C {
	scale := q.Scale[0]
	if len(q.Scale) > 1 {
		scale = q.Scale[channel]
	}
	v := new(big.Rat).SetFloat64(scale)
	v.Mul(v, new(big.Rat).SetInt64(int64(sum)))
	v.Add(v, big.NewRat(1, 2))
	n := new(big.Int).Div(v.Num(), v.Denom()) // Euclidean: floor
	if v.IsInt() && n.Bit(0) == 1 {
		n.Sub(n, big.NewInt(1))
	}
	n.Add(n, big.NewInt(int64(q.Zero)))
	low, high := limits[C]()
	if q.Min != 0 || q.Max != 0 {
		low, high = q.Min, q.Max
	}
	if n.Cmp(big.NewInt(int64(low))) < 0 {
		return C(low)
	}
	if n.Cmp(big.NewInt(int64(high))) > 0 {
		return C(high)
	}
	return C(n.Int64())
}

func TestGemmInt8(t *testing.T) {
	t.Run("int8", testGemmInt8[int8])
	t.Run("uint8", testGemmInt8[uint8])
}

func testGemmInt8[C Byte](t *testing.T) {
	r := rng(5)
	for range 200 {
		p := randomGemm(r)
		p.Accumulate = false
		na, nb, nc := p.sizes()
		a, b, c, sums := codes[uint8](r, na), codes[int8](r, nb), make([]C, nc), make([]int32, nc)
		z, q := ZeroPoints{zeroOf[uint8](r), zeroOf[int8](r)}, randomStage[C](r, p.channels())
		ReferenceGemmInt32(p, z, a, b, nil, sums)
		GemmInt8(p, z, q, a, b, nil, c)
		ld := p.strides().c
		for i := range p.M {
			for j := range p.N {
				channel := j
				if p.PerRow {
					channel = i
				}
				if want := exactStage[C](q, sums[i*ld+j], channel); c[i*ld+j] != want {
					t.Fatalf("%+v %+v: element %d %d is %d, want %d from %d", p, q, i, j, c[i*ld+j], want, sums[i*ld+j])
				}
			}
		}
	}
}

func TestConvInt8(t *testing.T) {
	r := rng(6)
	for range 200 {
		p := randomConv(r)
		p.Accumulate = false
		nx, nw, ny := p.sizes()
		x, w, bias, y, sums := codes[int8](r, nx), codes[int8](r, nw), int32s(r, p.K), make([]int8, ny), make([]int32, ny)
		z, q := ZeroPoints{zeroOf[int8](r), zeroOf[int8](r)}, randomStage[int8](r, p.K)
		ReferenceConvInt32(p, z, x, w, bias, sums)
		ConvInt8(p, z, q, x, w, bias, y)
		for i := range y {
			channel := i / (p.OutH() * p.OutW()) % p.K
			if p.Layout == NHWC {
				channel = i % p.K
			}
			if want := exactStage[int8](q, sums[i], channel); y[i] != want {
				t.Fatalf("%+v %+v: element %d is %d, want %d from %d", p, q, i, y[i], want, sums[i])
			}
		}
	}
}

// Products on both sides of a half that float64 rounds onto it.
func TestRoundProduct(t *testing.T) {
	r := rng(7)
	near := 0
	for range 200000 {
		x := int32(r.Uint32()) >> r.IntN(31)
		if x == 0 {
			continue
		}
		y := math.Abs((float64(r.IntN(300)-150) + 0.5) / float64(x)) // rounded: x*y is almost a half
		got := roundProduct(float64(x), y)
		want := exactStage[int8](Requantize{Scale: []float64{y}}, x, 0)
		if clamped := min(max(got, -128), 127); clamped != float64(want) {
			t.Fatalf("%d * %x is %v, want %d", x, y, got, want)
		}
		if got != math.RoundToEven(float64(x)*y) {
			near++
		}
	}
	if near < 1000 {
		t.Fatalf("only %d products needed the error term", near)
	}
}

func TestNoAllocations(t *testing.T) {
	w := new(Workspace)
	o := Options{Threads: 1, Workspace: w}
	p := GemmParams{M: 9, N: 17, K: 11, Options: o}
	v := ConvParams{N: 1, C: 4, H: 9, W: 9, K: 6, KH: 3, KW: 3, Groups: 2, Options: o}.SameUpper()
	f := make([]float32, 1000)
	out := make([]float32, 1000)
	a, b, c, y := make([]int8, 1000), make([]uint8, 1000), make([]int32, 1000), make([]int8, 1000)
	q := Requantize{Scale: []float64{0.01}}
	in, sums := Codes(formats[2].f, make([]uint8, 1000)), Floats(out)
	for _, op := range []struct {
		name string
		f    func()
	}{
		{"GemmFloat32", func() { GemmFloat32(p, f, f, nil, out) }},
		{"ConvFloat32", func() { ConvFloat32(v, f, f, nil, out) }},
		{"GemmInt32", func() { GemmInt32(p, ZeroPoints{}, a, b, nil, c) }},
		{"ConvInt32", func() { ConvInt32(v, ZeroPoints{}, b, a, nil, c) }},
		{"GemmInt8", func() { GemmInt8(p, ZeroPoints{}, q, a, b, nil, y) }},
		{"ConvInt8", func() { ConvInt8(v, ZeroPoints{}, q, b, a, nil, y) }},
		{"Gemm", func() { Gemm(p, Accumulator{Format: formats[0].f}, in, in, Array{}, sums) }},
		{"Conv", func() { Conv(v, Accumulator{Format: formats[1].f}, in, in, Array{}, sums) }},
		{"exact", func() { Gemm(p, Accumulator{Exact: true}, in, in, Array{}, sums) }},
	} {
		if n := testing.AllocsPerRun(20, op.f); n != 0 {
			t.Errorf("%s allocates %v times a call", op.name, n)
		}
	}
}

// The message of each panic, in the order of the checks.
func TestPanics(t *testing.T) {
	g := func(change func(p *GemmParams)) func() {
		p := GemmParams{M: 3, N: 4, K: 5}
		change(&p)
		return func() { GemmFloat32(p, make([]float32, 15), make([]float32, 20), nil, make([]float32, 12)) }
	}
	v := func(change func(p *ConvParams)) func() {
		p := ConvParams{N: 1, C: 4, H: 5, W: 5, K: 6, KH: 3, KW: 3}
		change(&p)
		return func() {
			ConvFloat32(p, make([]float32, 100), make([]float32, 216), nil, make([]float32, 54))
		}
	}
	q := func(z ZeroPoints, q Requantize, accumulate bool) func() {
		p := GemmParams{M: 1, N: 2, K: 1, Accumulate: accumulate}
		return func() { GemmInt8(p, z, q, make([]int8, 1), make([]uint8, 2), nil, make([]int8, 2)) }
	}
	one := []float64{1}
	e := func(acc Accumulator, a, b, c Array) func() {
		return func() { Gemm(GemmParams{M: 1, N: 1, K: a.Len()}, acc, a, b, Array{}, c) }
	}
	for _, c := range []struct {
		want string
		f    func()
	}{
		{badM, g(func(p *GemmParams) { p.M = -1 })},
		{badN, g(func(p *GemmParams) { p.N = -1 })},
		{badK, g(func(p *GemmParams) { p.K = -1 })},
		{badLDA, g(func(p *GemmParams) { p.LDA = 4 })},
		{badLDA, g(func(p *GemmParams) { p.LDA, p.TransA = 2, true })},
		{badLDB, g(func(p *GemmParams) { p.LDB = 3 })},
		{badLDB, g(func(p *GemmParams) { p.LDB, p.TransB = 4, true })},
		{badLDC, g(func(p *GemmParams) { p.LDC = -4 })},
		{badThreads, g(func(p *GemmParams) { p.Threads = -1 })},
		{shortA, g(func(p *GemmParams) { p.LDA = 6 })},
		{shortB, g(func(p *GemmParams) { p.LDB = math.MaxInt })},
		{shortC, g(func(p *GemmParams) { p.LDC = 5 })},
		{biasTwice, func() {
			GemmFloat32(GemmParams{M: 1, N: 1, K: 1, Accumulate: true}, one32, one32, one32, make([]float32, 1))
		}},
		{shortBias, func() { GemmFloat32(GemmParams{M: 1, N: 2, K: 0}, nil, nil, one32, make([]float32, 2)) }},
		{badLayout, v(func(p *ConvParams) { p.WeightLayout = 2 })},
		{badImage, v(func(p *ConvParams) { p.H = -1 })},
		{badChannels, v(func(p *ConvParams) { p.K = -1 })},
		{badKernel, v(func(p *ConvParams) { p.KW = 0 })},
		{badStride, v(func(p *ConvParams) { p.DilationH = -1 })},
		{badPadding, v(func(p *ConvParams) { p.PadLeft = -1 })},
		{badGroups, v(func(p *ConvParams) { p.Groups = 4 })},
		{badGroups, v(func(p *ConvParams) { p.Groups = -1 })},
		{shortX, v(func(p *ConvParams) { p.N = 2 })},
		{shortX, v(func(p *ConvParams) { p.N = math.MaxInt / 2 })},
		{shortWeights, v(func(p *ConvParams) { p.K = 7 })},
		{shortY, v(func(p *ConvParams) { p.PadTop = 1 })},
		{badZeroA, q(ZeroPoints{A: 128}, Requantize{Scale: one}, false)},
		{badZeroB, q(ZeroPoints{B: -1}, Requantize{Scale: one}, false)},
		{addsBytes, q(ZeroPoints{}, Requantize{Scale: one}, true)},
		{badScales, q(ZeroPoints{}, Requantize{}, false)},
		{badScales, q(ZeroPoints{}, Requantize{Scale: make([]float64, 3)}, false)},
		{badScale, q(ZeroPoints{}, Requantize{Scale: []float64{math.NaN()}}, false)},
		{badScale, q(ZeroPoints{}, Requantize{Scale: []float64{1, math.Inf(1)}}, false)},
		{badScale, q(ZeroPoints{}, Requantize{Scale: []float64{-1}}, false)},
		{badScales, q(ZeroPoints{}, Requantize{Scale: one, Multiplier: make([]fixedpoint.Multiplier, 1)}, false)},
		{badScale, q(ZeroPoints{}, Requantize{Multiplier: []fixedpoint.Multiplier{{Mantissa: 1 << 30, Shift: 32}}}, false)},
		{badScale, q(ZeroPoints{}, Requantize{Multiplier: []fixedpoint.Multiplier{{Mantissa: -1}}}, false)},
		{badForm, q(ZeroPoints{}, Requantize{Scale: one, Form: 255}, false)},
		{badZero, q(ZeroPoints{}, Requantize{Scale: one, Zero: 200}, false)},
		{badClamp, q(ZeroPoints{}, Requantize{Scale: one, Min: 5, Max: 4}, false)},
		{badClamp, q(ZeroPoints{}, Requantize{Scale: one, Max: 128}, false)},
		{absent, e(Accumulator{}, Array{}, Floats(one32), Floats(one32))},
		{absent, func() {
			Conv(ConvParams{N: 1, C: 0, H: 1, W: 1, K: 1, KH: 1, KW: 1}, Accumulator{}, Floats(one32), Array{}, Array{}, Floats(one32))
		}},
		{badFormat, e(Accumulator{Format: must(minifloat.P3109(14, 1, true, true))}, Floats(one32), Floats(one32), Floats(one32))},
		{badMode, e(Accumulator{Context: minifloat.Context{Mode: rounding.StochasticC}}, Floats(one32), Floats(one32), Floats(one32))},
		{noRounding, e(Accumulator{Exact: true, Context: minifloat.Context{Mode: rounding.ToZero}}, Floats(one32), Floats(one32), Floats(one32))},
		{noRounding, e(Accumulator{Exact: true, Context: minifloat.Context{Subnormals: rounding.FlushToZero}}, Floats(one32), Floats(one32), Floats(one32))},
		{badDenormals, e(Accumulator{Context: minifloat.Context{Subnormals: rounding.DenormalsAreZero}}, Floats(one32), Floats(one32), Floats(one32))},
		{badFormat, func() { Codes(minifloat.Format{}, []uint8{1}) }},
		{badCodes, func() { Codes(formats[0].f, []uint8{1}) }},
		{badFormat, func() { FixedCodes(fixedpoint.MustFormat(true, 20, 40), []int64{1}) }},
		{badCodes, func() { FixedCodes(fixedpoint.MustFormat(true, 4, 4), []int8{1}) }},
		{badCodes, func() { FixedCodes(fixedpoint.MustFormat(false, 4, 4), []int8{1}) }},
	} {
		func() {
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("panic %v, want %q", got, c.want)
				}
			}()
			c.f()
		}()
	}
	// What is next to a panic and none.
	GemmFloat32(GemmParams{M: 0, N: 4, K: 5}, nil, make([]float32, 20), nil, nil)
	GemmFloat32(GemmParams{M: 3, N: 4, K: 0}, nil, nil, nil, make([]float32, 12))
	ConvFloat32(ConvParams{N: 1, C: 1, H: 2, W: 2, K: 1, KH: 3, KW: 3}, make([]float32, 4), make([]float32, 9), nil, nil)
}

var one32 = []float32{1}

func BenchmarkGemmInt32(b *testing.B) {
	for _, s := range [][3]int{{128, 128, 128}, {256, 256, 1024}} {
		b.Run(fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2]), func(b *testing.B) {
			p := GemmParams{M: s[0], N: s[1], K: s[2], Options: Options{Threads: 1, Workspace: new(Workspace)}}
			r := rng(1)
			x, y, z := codes[uint8](r, p.M*p.K), codes[int8](r, p.K*p.N), make([]int32, p.M*p.N)
			for b.Loop() {
				GemmInt32(p, ZeroPoints{A: 128}, x, y, nil, z)
			}
			steps(b, p.M*p.N*p.K)
		})
	}
}
