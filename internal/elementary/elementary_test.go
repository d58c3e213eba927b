package elementary

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"testing"
)

// functions is the one table for accuracy, digests, special cases and benchmarks. The interval [lo, hi] is where the
// function does more than saturate; digest is of the bits over all the points of TestDigest.
var functions = []struct {
	name   string
	f      func(float64) float64
	exact  func(float64) *big.Float
	bound  float64 // ulp, as the documentation says
	lo, hi float64
	breaks []float64 // where the code changes its method
	digest string
}{
	{"Exp", Exp, func(x float64) *big.Float { return bigExp(bf(x)) }, 0.501, -746, 710,
		[]float64{expHigh, expLow, -708.3964185322641, 709.782712893384, 1}, "37a21de1fcab8380f6556943"},
	{"Expm1", Expm1, func(x float64) *big.Float { return bigExpm1(bf(x)) }, 0.503, -60, 710,
		[]float64{0x1p-9, -0x1p-9, expHigh, -40, 42}, "54a4d987cee272d1bce95e76"},
	{"Log", Log, func(x float64) *big.Float { return bigLog(bf(x)) }, 0.501, 0x1p-1074, math.MaxFloat64,
		[]float64{1, 1 - 0x1p-9, 1 + 0x1p-8, 11.0 / 16, 11.0 / 8, 2, 0x1p-1022}, "a61589ec33ae3892fb48b1fb"},
	{"Log1p", Log1p, func(x float64) *big.Float { return bigLog1p(bf(x)) }, 0.501, math.Nextafter(-1, 0), math.MaxFloat64,
		[]float64{0x1p-8, -0x1p-8, -1 + 0x1p-53, -0.5, -5.0 / 16, 0x1p53, 1, 3.0 / 8}, "8021c47c5e83a1185961d748"},
	{"Tanh", Tanh, func(x float64) *big.Float { return bigTanh(bf(x)) }, 0.501, -22, 22,
		[]float64{0x1p-8, 20, 19.06, 0.35}, "d663884670375a637823393a"},
	{"Sigmoid", Sigmoid, func(x float64) *big.Float { return bigSigmoid(bf(x)) }, 0.501, -746, 45,
		[]float64{-45, 40, expLow, -708.3964185322641, 36.7}, "f7de7870f527186be7694dae"},
	{"Softplus", Softplus, func(x float64) *big.Float { return bigSoftplus(bf(x)) }, 0.501, -746, 800,
		[]float64{-45, 40, expLow, -708.3964185322641, -5.545, 5.545, 0.5}, "f748357b804d2ba142404663"},
	{"Erf", Erf, func(x float64) *big.Float { return bigErf(bf(x)) }, 0.7, -6.1, 6.1,
		[]float64{0x1p-28, 5.9375, 1.0 / 32, 3.0 / 32, 5.9215871957945065, 0.5}, "b66721058082213017df1409"},
	{"Sin", Sin, func(x float64) *big.Float { s, _ := bigSinCos(x); return s }, 0.8, -math.MaxFloat64, math.MaxFloat64,
		[]float64{0x1p-27, math.Pi / 4, math.Pi / 2, math.Pi, 3 * math.Pi / 2, 0x1p20, 1048576 / 2 * math.Pi, 6381956970095103 * 0x1p797}, "29ea92e2225447d95ba01b46"},
	{"Cos", Cos, func(x float64) *big.Float { _, c := bigSinCos(x); return c }, 0.8, -math.MaxFloat64, math.MaxFloat64,
		[]float64{0x1p-27, math.Pi / 4, math.Pi / 2, math.Pi, 3 * math.Pi / 2, 0x1p20, 1048576 / 2 * math.Pi, 6381956970095103 * 0x1p797}, "8ca762a3848dc8b839169988"},
	{"Exp2", Exp2, definitions[OfExp2], 0.51, -1076, 1024,
		[]float64{-1022, 1, 0x1p-9, -1075, 1023.9999999999999}, "fbb62f58a9e955790ae498c4"},
	{"Log2", Log2, definitions[OfLog2], 0.501, 0x1p-1074, math.MaxFloat64,
		[]float64{1, 1 - 0x1p-9, 1 + 0x1p-8, 11.0 / 16, 11.0 / 8, 2, 0x1p-1022}, "37162448f878e05f944d6c46"},
	{"Log10", Log10, definitions[OfLog10], 0.501, 0x1p-1074, math.MaxFloat64,
		[]float64{1, 1 - 0x1p-9, 1 + 0x1p-8, 11.0 / 16, 11.0 / 8, 2, 10, 1e5, 0x1p-1022}, "1fd099c5f8114c0e4a847fd0"},
	{"Tan", Tan, definitions[OfTan], 1.8, -math.MaxFloat64, math.MaxFloat64,
		[]float64{0x1p-27, math.Pi / 4, math.Pi / 2, math.Pi, 3 * math.Pi / 2, 0x1p20, 1048576 / 2 * math.Pi, 6381956970095103 * 0x1p797}, "0551be4da449ea3071a8c321"},
	{"Sinh", Sinh, definitions[OfSinh], 0.51, -711, 711,
		[]float64{0x1p-6, 21.4, 22, 710.4758600739439, 0.35}, "017d54fc4e37445862b45b3d"},
	{"Cosh", Cosh, definitions[OfCosh], 0.51, -711, 711,
		[]float64{0x1p-6, 21.4, 22, 710.4758600739439, 0.35}, "64b5eb6d10eff3d0d1994180"},
	{"Silu", Silu, definitions[OfSilu], 1.6, -761, 800,
		[]float64{-45, 40, -700, -760, -708.3964185322641, 36.7}, "70a4b58bc4a6967120081a4e"},
	{"Gelu", Gelu, definitions[OfGelu], 3, -39, 40,
		[]float64{1, 1.0 / 16, 0.9375, 2, 4, 8, 8.5, -37, -37.5, -38.5, -38.467405617144346}, "c5f36a464855e6aa7bc2ee4c"},
	{"Cbrt", Cbrt, definitions[OfCbrt], 0.51, -math.MaxFloat64, math.MaxFloat64,
		[]float64{1, 8, 27, 11.0 / 16, 11.0 / 8, 11.0 / 4, 0x1p-1022}, "fda917d5ec5f7a5f0d055052"},
}

// random is a linear congruential generator (Knuth's MMIX constants), scrambled: the same numbers everywhere.
type random uint64

func (r *random) next() uint64 {
	*r = *r*6364136223846793005 + 1442695040888963407
	x := uint64(*r)
	x ^= x >> 32
	x *= 0xD6E8FEB86659FD93
	return x ^ x>>32
}

// uniform is in [0, 1).
func (r *random) uniform() float64 { return float64(r.next()>>11) * 0x1p-53 }

// points returns structured arguments in [lo, hi]: around every break, around powers of two and of small multiples, spread
// evenly, and with random bits.
func points(lo, hi float64, breaks []float64, n int) []float64 {
	var xs []float64
	put := func(x float64) {
		if x >= lo && x <= hi {
			xs = append(xs, x)
		}
		if -x >= lo && -x <= hi {
			xs = append(xs, -x)
		}
	}
	near := func(x float64) {
		b := math.Float64bits(x)
		for d := -4; d <= 4; d++ {
			put(math.Float64frombits(b + uint64(d)))
		}
		put(x * (1 + 0x1p-30))
		put(x * (1 - 0x1p-30))
	}
	for _, x := range breaks {
		near(x)
	}
	put(lo)
	put(hi)
	put(0x1p-1074)
	put(0x1.fffffffffffffp-1023)
	for e := -1022; e <= 1023; e += 7 {
		put(math.Ldexp(1, e))
		put(math.Ldexp(1.9999999999999998, e))
	}
	for e := -60; e <= 12; e++ {
		near(math.Ldexp(1, e))
		near(math.Ldexp(1.5, e))
	}
	r := random(n)
	for i := range n {
		u := r.uniform()
		switch i % 4 {
		case 0:
			put(lo + u*(math.Min(hi, lo+1e4)-lo))
		case 1:
			put(math.Min(hi, 50) * u)
		case 2: // any exponent
			put(math.Float64frombits(r.next() &^ (1 << 63)))
		case 3: // exponents that matter
			put(math.Ldexp(1+u, int(r.next()%40)-30))
		}
	}
	step := 3 // odd, as every number is followed by its negative
	if testing.Short() {
		step = 9
	}
	for i := range len(xs) / step {
		xs[i] = xs[step*i]
	}
	return xs[:len(xs)/step]
}

func TestAccuracy(t *testing.T) {
	n := 4000
	if testing.Short() {
		n = 500
	}
	for _, fn := range functions {
		t.Run(fn.name, func(t *testing.T) {
			var worst, at float64
			count := 0
			tinyErf := func(x float64) bool { return fn.name == "Erf" && math.Abs(x) < 0x1p-1018 } // has a bound of its own
			for _, x := range points(fn.lo, fn.hi, fn.breaks, n) {
				if x == 0 { // for TestSpecialCases
					continue
				}
				count++
				e := ulps(fn.f(x), fn.exact(x))
				if tinyErf(x) && e < 1 {
					continue
				}
				if e > worst || e != e {
					worst, at = e, x
				}
			}
			if fn.bound > 4 {
				t.Error("the table of functions promises 4 ulp")
			}
			if !(worst < fn.bound) {
				t.Errorf("%s(%v) is off by %.4f ulp, the bound is %v", fn.name, at, worst, fn.bound)
			}
			t.Logf("%d points, worst %.4f ulp at %v", count, worst, at)
		})
	}
}

func TestPowAccuracy(t *testing.T) {
	var r random = 9
	var worst, atX, atY float64
	check := func(x, y float64) {
		l := mul(bf(y), bigLog(bf(x)))
		if l.Cmp(bf(709.9)) > 0 || l.Cmp(bf(-746)) < 0 {
			return
		}
		if e := ulps(Pow(x, y), bigExp(l)); e > worst || e != e {
			worst, atX, atY = e, x, y
		}
	}
	n := 4000
	if testing.Short() {
		n = 500
	}
	for i := range n {
		x := math.Float64frombits(r.next() % 0x7FF0_0000_0000_0000)
		switch i % 4 {
		case 0: // the whole range of results
			check(x, (r.uniform()*1456-746)/math.Log(x))
		case 1: // the borders of overflow and underflow
			target := []float64{709.7827, -708.396, -745.13, -745.5}[i/4%4]
			check(x, (target+(r.uniform()-0.5)*0.7)/math.Log(x))
		case 2: // near one with large exponents
			x = 1 + (r.uniform()-0.5)*math.Ldexp(1, -int(r.next()%52))
			if x != 1 {
				check(x, (r.uniform()*1456-746)/math.Log(x))
			}
		case 3: // small integers
			check(float64(1+r.next()%99), float64(int(r.next()%60))-30)
			check(r.uniform()*20, float64(int(r.next()%60))-30)
			check(r.uniform()*20, 0.5)
		}
	}
	if !(worst < 0.51) {
		t.Errorf("Pow(%v, %v) is off by %.4f ulp", atX, atY, worst)
	}
	t.Logf("worst %.4f ulp at %v, %v", worst, atX, atY)
}

// alike is equality that knows the canonical NaN and the sign of zero.
func alike(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }

func TestSpecialCases(t *testing.T) {
	inf, negZero, nan := math.Inf(1), math.Copysign(0, -1), nan()
	otherNaN := math.Float64frombits(0xFFF8_0000_0000_1234)
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"Exp", Exp, inf, inf}, {"Exp", Exp, -inf, 0}, {"Exp", Exp, otherNaN, nan}, {"Exp", Exp, 0, 1}, {"Exp", Exp, negZero, 1},
		{"Exp", Exp, 1000, inf}, {"Exp", Exp, -1000, 0}, {"Exp", Exp, 0x1p-1074, 1},
		{"Exp", Exp, -745.1332191019411, 0x1p-1074}, {"Exp", Exp, -745.1332191019412, 0}, {"Exp", Exp, 709.782712893384, 0x1.fffffffffff2ap+1023}, {"Exp", Exp, 709.7827128933841, inf},
		{"Expm1", Expm1, inf, inf}, {"Expm1", Expm1, -inf, -1}, {"Expm1", Expm1, otherNaN, nan}, {"Expm1", Expm1, 0, 0}, {"Expm1", Expm1, negZero, negZero},
		{"Expm1", Expm1, -0x1p-1074, -0x1p-1074}, {"Expm1", Expm1, 1000, inf}, {"Expm1", Expm1, -1000, -1},
		{"Log", Log, inf, inf}, {"Log", Log, 0, -inf}, {"Log", Log, negZero, -inf}, {"Log", Log, -1, nan}, {"Log", Log, -inf, nan}, {"Log", Log, otherNaN, nan}, {"Log", Log, 1, 0},
		{"Log1p", Log1p, inf, inf}, {"Log1p", Log1p, 0, 0}, {"Log1p", Log1p, negZero, negZero}, {"Log1p", Log1p, -1, -inf}, {"Log1p", Log1p, -1.5, nan},
		{"Log1p", Log1p, -inf, nan}, {"Log1p", Log1p, otherNaN, nan}, {"Log1p", Log1p, -0x1p-1074, -0x1p-1074},
		{"Tanh", Tanh, inf, 1}, {"Tanh", Tanh, -inf, -1}, {"Tanh", Tanh, 0, 0}, {"Tanh", Tanh, negZero, negZero}, {"Tanh", Tanh, otherNaN, nan}, {"Tanh", Tanh, -0x1p-1074, -0x1p-1074},
		{"Sigmoid", Sigmoid, inf, 1}, {"Sigmoid", Sigmoid, -inf, 0}, {"Sigmoid", Sigmoid, 0, 0.5}, {"Sigmoid", Sigmoid, negZero, 0.5}, {"Sigmoid", Sigmoid, otherNaN, nan},
		{"Softplus", Softplus, inf, inf}, {"Softplus", Softplus, -inf, 0}, {"Softplus", Softplus, otherNaN, nan}, {"Softplus", Softplus, 1e300, 1e300},
		{"Erf", Erf, inf, 1}, {"Erf", Erf, -inf, -1}, {"Erf", Erf, 0, 0}, {"Erf", Erf, negZero, negZero}, {"Erf", Erf, otherNaN, nan},
		{"Sin", Sin, inf, nan}, {"Sin", Sin, -inf, nan}, {"Sin", Sin, 0, 0}, {"Sin", Sin, negZero, negZero}, {"Sin", Sin, otherNaN, nan}, {"Sin", Sin, -0x1p-1074, -0x1p-1074},
		{"Exp2", Exp2, inf, inf}, {"Exp2", Exp2, -inf, 0}, {"Exp2", Exp2, otherNaN, nan}, {"Exp2", Exp2, 0, 1}, {"Exp2", Exp2, negZero, 1}, {"Exp2", Exp2, 10, 1024},
		{"Exp2", Exp2, -1074, 0x1p-1074}, {"Exp2", Exp2, -1075, 0}, {"Exp2", Exp2, -1074.9999999999998, 0x1p-1074}, {"Exp2", Exp2, 1024, inf}, {"Exp2", Exp2, 1023, 0x1p1023},
		{"Log2", Log2, inf, inf}, {"Log2", Log2, negZero, -inf}, {"Log2", Log2, -1, nan}, {"Log2", Log2, otherNaN, nan}, {"Log2", Log2, 1, 0}, {"Log2", Log2, 0x1p-1074, -1074}, {"Log2", Log2, 0x1p1023, 1023},
		{"Log10", Log10, inf, inf}, {"Log10", Log10, 0, -inf}, {"Log10", Log10, -1, nan}, {"Log10", Log10, otherNaN, nan}, {"Log10", Log10, 1, 0}, {"Log10", Log10, 1e22, 22},
		{"Tan", Tan, inf, nan}, {"Tan", Tan, otherNaN, nan}, {"Tan", Tan, negZero, negZero}, {"Tan", Tan, -0x1p-1074, -0x1p-1074},
		{"Sinh", Sinh, inf, inf}, {"Sinh", Sinh, -inf, -inf}, {"Sinh", Sinh, otherNaN, nan}, {"Sinh", Sinh, negZero, negZero}, {"Sinh", Sinh, 710.475860073944, inf}, {"Sinh", Sinh, -0x1p-1074, -0x1p-1074},
		{"Cosh", Cosh, inf, inf}, {"Cosh", Cosh, -inf, inf}, {"Cosh", Cosh, otherNaN, nan}, {"Cosh", Cosh, negZero, 1}, {"Cosh", Cosh, -711, inf}, {"Cosh", Cosh, 0x1p-1074, 1},
		{"Silu", Silu, inf, inf}, {"Silu", Silu, -inf, negZero}, {"Silu", Silu, otherNaN, nan}, {"Silu", Silu, negZero, negZero}, {"Silu", Silu, 1e300, 1e300}, {"Silu", Silu, -1e300, negZero},
		{"Gelu", Gelu, inf, inf}, {"Gelu", Gelu, -inf, negZero}, {"Gelu", Gelu, otherNaN, nan}, {"Gelu", Gelu, negZero, negZero}, {"Gelu", Gelu, 1e300, 1e300}, {"Gelu", Gelu, -39, negZero},
		{"Cbrt", Cbrt, inf, inf}, {"Cbrt", Cbrt, -inf, -inf}, {"Cbrt", Cbrt, otherNaN, nan}, {"Cbrt", Cbrt, negZero, negZero}, {"Cbrt", Cbrt, -27, -3}, {"Cbrt", Cbrt, 1e-300, 1e-100},
		{"Cos", Cos, inf, nan}, {"Cos", Cos, -inf, nan}, {"Cos", Cos, 0, 1}, {"Cos", Cos, negZero, 1}, {"Cos", Cos, otherNaN, nan},
	} {
		if got := c.f(c.x); !alike(got, c.want) {
			t.Errorf("%s(%v) = %v (%#x), want %v", c.name, c.x, got, math.Float64bits(got), c.want)
		}
	}

	for _, c := range []struct{ x, y, want float64 }{
		{otherNaN, 0, 1}, {inf, negZero, 1}, {1, otherNaN, 1}, {1, inf, 1}, {otherNaN, 1, nan}, {2, otherNaN, nan}, {-1, inf, 1}, {-1, -inf, 1},
		{2, inf, inf}, {-2, inf, inf}, {0.5, inf, 0}, {-0.5, inf, 0}, {2, -inf, 0}, {-2, -inf, 0}, {0.5, -inf, inf}, {0, inf, 0}, {0, -inf, inf}, {negZero, -inf, inf},
		{0, -1, inf}, {negZero, -1, -inf}, {negZero, -2, inf}, {negZero, -0.5, inf}, {0, -0.5, inf}, {0, 3, 0}, {negZero, 3, negZero}, {negZero, 2, 0}, {negZero, 0.5, 0},
		{inf, 2, inf}, {inf, -2, 0}, {inf, 0.5, inf}, {-inf, 3, -inf}, {-inf, 2, inf}, {-inf, 0.5, inf}, {-inf, -3, negZero}, {-inf, -2, 0}, {inf, inf, inf}, {-inf, -inf, 0},
		{-2, 0.5, nan}, {-2, 3, -8}, {-2, 2, 4}, {-2, -1, -0.5}, {-1, 0x1p53, 1}, {-1, 0x1p53 - 1, -1}, {-1, 3, -1}, {2, 1023, 0x1p1023}, {2, 1024, inf}, {-2, 1025, -inf},
		{2, -1074, 0x1p-1074}, {2, -1076, 0}, {-2, -1077, negZero}, {10, 2, 100}, {9, 0.5, 3}, {2, 0x1p-1074, 1}, {-1, 0.5, nan}, {5, 1e300, inf}, {0.5, 1e300, 0},
		{0x1p-1074, 0.5, 0x1p-537}, {3, 1, 3}, {0x1.fffffffffffffp1023, 1, 0x1.fffffffffffffp1023}, {0x1p-1074, 1, 0x1p-1074}, {0x1.23456p-1030, 1, 0x1.23456p-1030},
	} {
		if got := Pow(c.x, c.y); !alike(got, c.want) {
			t.Errorf("Pow(%v, %v) = %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

func TestSymmetry(t *testing.T) {
	var r random = 5
	for range 10000 {
		x := math.Float64frombits(r.next())
		if x != x {
			continue
		}
		if !alike(Tan(-x), -Tan(x)) && !math.IsInf(x, 0) || !alike(Sinh(-x), -Sinh(x)) || !alike(Cosh(-x), Cosh(x)) || !alike(Cbrt(-x), -Cbrt(x)) {
			t.Fatalf("not symmetric at %v", x)
		}
		if !alike(Sin(-x), -Sin(x)) && !math.IsInf(x, 0) || !alike(Cos(-x), Cos(x)) || !alike(Tanh(-x), -Tanh(x)) || !alike(Erf(-x), -Erf(x)) {
			t.Fatalf("not symmetric at %v", x)
		}
	}
}

// digest is SHA-256 over the bits of many results. The arguments are made of integers and exact scalings alone, and so the same everywhere.
func digest(lo, hi float64, f func(float64) float64) string {
	h := sha256.New()
	var buf [8]byte
	var r random = 2026
	for i := range 40000 {
		b := r.next()
		x := math.Float64frombits(b)
		switch i % 4 {
		case 0:
			x = math.Float64frombits(b&^(0x7FF<<52) | (1023-40+b>>52%52)<<52)
		case 1:
			x = math.Float64frombits(b&^(0x7FF<<52) | (1023-4+b>>52%8)<<52)
		case 2:
			x = math.Float64frombits(b&^(0x7FF<<52) | (1023+6+b>>52%4)<<52)
		}
		if x < lo || x > hi {
			x = -x
		}
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(f(x)))
		h.Write(buf[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// TestDigest pins every bit, so that another architecture, compiler or build flag that changes one is seen.
func TestDigest(t *testing.T) {
	for _, fn := range functions {
		if got := digest(fn.lo, fn.hi, fn.f); got != fn.digest {
			t.Errorf("%s: the digest of the results is %q, want %q", fn.name, got, fn.digest)
		}
	}
	var r random = 77
	pow := func(x float64) float64 {
		y := math.Float64frombits(r.next()&^(0x7FF<<52) | (1023-6+r.next()%12)<<52)
		if r.next()%4 == 0 {
			y = float64(int(r.next()%41)) - 20
		}
		return Pow(x, y)
	}
	if got, want := digest(0, math.MaxFloat64, pow), "f15f3b4afb51753f73bc7def"; got != want {
		t.Errorf("Pow: the digest of the results is %q, want %q", got, want)
	}
}

func TestNoAllocation(t *testing.T) {
	for _, fn := range functions {
		if n := testing.AllocsPerRun(100, func() { sink = fn.f(1.25) + fn.f(1e200) }); n != 0 {
			t.Errorf("%s allocates", fn.name)
		}
	}
}

var sink float64

func BenchmarkFunctions(b *testing.B) {
	for _, fn := range functions {
		b.Run(fn.name, func(b *testing.B) {
			x := 0.7
			for b.Loop() {
				x += 0.01
				if x > 10 {
					x = 0.7
				}
				sink = fn.f(x)
			}
		})
	}
	b.Run("Pow", func(b *testing.B) {
		x := 0.7
		for b.Loop() {
			x += 0.01
			if x > 10 {
				x = 0.7
			}
			sink = Pow(x, 2.3)
		}
	})
	b.Run("SinLarge", func(b *testing.B) {
		x := 1e9
		for b.Loop() {
			x++
			sink = Sin(x)
		}
	})
}
