package exact

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// Special operands of IEEE 754 sections 6.1 to 6.3 and 7.2 to 7.3, restated by hand in binary16.
func TestSpecialOperands(t *testing.T) {
	const (
		inf, ninf  = 0x7c00, 0xfc00
		one_, none = 0x3c00, 0xbc00
		nzero      = 0x8000
		quiet      = 0x7e00
		signalling = 0x7c01
	)
	f := IEEE(5, 10)
	binary := func(op func(x, y Number) Result) func(a ...uint64) Result {
		return func(a ...uint64) Result { return op(f.Decode(a[0]), f.Decode(a[1])) }
	}
	add, sub, mul, quo := binary(Add), binary(Sub), binary(Mul), binary(Quo)
	sqrt := func(a ...uint64) Result { return Sqrt(f.Decode(a[0])) }
	fma := func(a ...uint64) Result { return FMA(f.Decode(a[0]), f.Decode(a[1]), f.Decode(a[2])) }
	convert := func(a ...uint64) Result { return Convert(f.Decode(a[0])) }
	for i, row := range []struct {
		op    func(a ...uint64) Result
		in    []uint64
		mode  Mode
		want  uint64
		flags Flags
	}{
		{add, []uint64{inf, ninf}, 0, quiet, Invalid},
		{add, []uint64{inf, inf}, 0, inf, 0},
		{add, []uint64{one_, ninf}, TowardZero, ninf, 0},
		{add, []uint64{one_, none}, 0, 0, 0},
		{add, []uint64{one_, none}, TowardNegative, nzero, 0},
		{add, []uint64{0, nzero}, 0, 0, 0},
		{add, []uint64{0, nzero}, TowardNegative, nzero, 0},
		{add, []uint64{nzero, nzero}, TowardPositive, nzero, 0},
		{sub, []uint64{nzero, 0}, TowardPositive, nzero, 0},
		{sub, []uint64{0, 0}, TowardNegative, nzero, 0},
		{sub, []uint64{inf, inf}, 0, quiet, Invalid},
		{mul, []uint64{inf, nzero}, 0, quiet, Invalid},
		{mul, []uint64{none, 0}, 0, nzero, 0},
		{mul, []uint64{ninf, none}, 0, inf, 0},
		{mul, []uint64{quiet, 0}, 0, quiet, 0},
		{mul, []uint64{quiet, signalling}, 0, quiet, Invalid},
		{quo, []uint64{0, nzero}, 0, quiet, Invalid},
		{quo, []uint64{inf, ninf}, 0, quiet, Invalid},
		{quo, []uint64{one_, nzero}, 0, ninf, DivideByZero},
		{quo, []uint64{ninf, 0}, 0, ninf, 0},
		{quo, []uint64{none, inf}, 0, nzero, 0},
		{quo, []uint64{nzero, one_}, 0, nzero, 0},
		{sqrt, []uint64{nzero}, 0, nzero, 0},
		{sqrt, []uint64{none}, 0, quiet, Invalid},
		{sqrt, []uint64{ninf}, 0, quiet, Invalid},
		{sqrt, []uint64{inf}, 0, inf, 0},
		{fma, []uint64{0, inf, quiet}, 0, quiet, Invalid},
		{fma, []uint64{inf, one_, ninf}, 0, quiet, Invalid},
		{fma, []uint64{one_, one_, none}, TowardNegative, nzero, 0},
		{fma, []uint64{nzero, one_, nzero}, TowardPositive, nzero, 0},
		{fma, []uint64{one_, one_, quiet}, 0, quiet, 0},
		{fma, []uint64{one_, signalling, ninf}, 0, quiet, Invalid},
		{convert, []uint64{signalling}, 0, quiet, Invalid},
		{convert, []uint64{quiet | nzero}, 0, quiet, 0},
		{convert, []uint64{nzero}, TowardPositive, nzero, 0},
	} {
		code, flags := RoundResult(row.op(row.in...), f, Options{Mode: row.mode})
		if code != row.want || flags != row.flags {
			t.Errorf("row %d, %x: %x %v, want %x %v", i, row.in, code, flags, row.want, row.flags)
		}
	}
}

// Specials that meet a format without them: what design calls "what lacks what".
func TestSpecialResults(t *testing.T) {
	e4m3fn, e2m1, e5m2fnuz := FN(4, 3), FiniteOnly(2, 1), FNUZ(5, 2)
	se, sf, uf := P3109(8, 4, true, true), P3109(8, 4, true, false), P3109(8, 4, false, false)
	nan, negativeNaN := Number{Kind: NaN, Int: zero}, Number{Kind: NaN, Negative: true, Int: zero}
	quo := func(x, y float64) Result { return Quo(Float64(x), Float64(y)) }
	for i, row := range []struct {
		r     Result
		f     Format
		o     Options
		code  uint64
		flags Flags
	}{
		{Convert(nan), e2m1, Options{}, 0, Invalid},
		{Convert(negativeNaN), e2m1, Options{}, 0, Invalid},
		{Convert(nan), e2m1, Options{NaN: NaNToOppositeZero}, 8, Invalid},
		{Convert(negativeNaN), e2m1, Options{NaN: NaNToOppositeZero}, 0, Invalid},
		{Convert(negativeNaN), e4m3fn, Options{}, 0x7f, 0},
		{Convert(negativeNaN), e5m2fnuz, Options{}, 0x80, 0},
		{Convert(Inf(true)), e4m3fn, Options{}, 0x7f, o_},
		{Convert(Inf(true)), e4m3fn, Options{Mode: TowardZero}, 0x7f, o_},
		{Convert(Inf(true)), e4m3fn, Options{Saturation: SatPropagate}, 0xfe, o_},
		{Convert(Inf(true)), e2m1, Options{}, 0xf, o_},
		{Convert(Inf(true)), se, Options{}, 0xff, 0},
		{Convert(Inf(true)), se, Options{Saturation: SatPropagate}, 0xff, 0},
		{Convert(Inf(true)), se, Options{Saturation: SatFinite}, 0xfe, o_},
		{Convert(Inf(true)), sf, Options{}, 0xff, o_},
		{Convert(Inf(false)), uf, Options{}, 0xfe, o_},
		{Convert(Inf(true)), uf, Options{}, 0xff, Invalid},
		{Convert(Inf(true)), uf, Options{Saturation: SatPropagate}, 0, o_},
		{Convert(Inf(true)), E8M0(), Options{Saturation: SatFinite}, 0xff, Invalid},
		{Convert(Inf(false)), E8M0(), Options{Saturation: SatPropagate}, 0xfe, o_},
		{quo(1, 0), e4m3fn, Options{}, 0x7f, DivideByZero | o_},
		{quo(-1, 0), e2m1, Options{}, 0xf, DivideByZero | o_},
		{quo(1, 0), se, Options{}, 0x80, DivideByZero},
		{quo(0, 0), se, Options{}, 0x80, Invalid},
		{quo(math.Inf(1), 0), se, Options{}, 0x80, Invalid},
		{quo(math.Copysign(0, -1), 1), e5m2fnuz, Options{}, 0, 0},
		{Add(Int64(1), Int64(-1)), se, Options{Mode: TowardNegative}, 0, 0},
	} {
		code, flags := RoundResult(row.r, row.f, row.o)
		if code != row.code || flags != row.flags {
			t.Errorf("row %d: %x %v, want %x %v", i, code, flags, row.code, row.flags)
		}
	}
}

// Dyadic arithmetic against fractions, quotients and roots by multiplying back.
func TestArithmeticIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	draw := func() Number {
		return Dyadic(big.NewInt(random.Int64N(1<<30)-1<<29), random.IntN(80)-40)
	}
	for range 5000 {
		x, y, z := draw(), draw(), draw()
		rx, ry, rz := rat(x), rat(y), rat(z)
		equal := func(what string, got Result, want *big.Rat) {
			if got.Between || rat(got.Number).Cmp(want) != 0 {
				t.Fatalf("%s of %v %v %v: %v", what, x, y, z, got)
			}
		}
		product := new(big.Rat).Mul(rx, ry)
		equal("sum", Add(x, y), new(big.Rat).Add(rx, ry))
		equal("difference", Sub(x, y), new(big.Rat).Sub(rx, ry))
		equal("product", Mul(x, y), product)
		equal("fma", FMA(x, y, z), new(big.Rat).Add(product, rz))
		order, unordered := Compare(x, y)
		if unordered || order != rx.Cmp(ry) {
			t.Fatalf("%v and %v compare as %d", x, y, order)
		}
		if !y.IsZero() && !x.IsZero() {
			between(t, Quo(x, y), func(m *big.Rat) int {
				return m.Mul(m, new(big.Rat).Abs(ry)).Cmp(new(big.Rat).Abs(rx))
			})
			x.Negative = false
			between(t, Sqrt(x), func(m *big.Rat) int { return m.Mul(m, m).Cmp(new(big.Rat).Abs(rx)) })
		}
	}
}

// between checks a quotient or root: compare(m) is the sign of m less the exact
// magnitude.
func between(t *testing.T, r Result, compare func(m *big.Rat) int) {
	t.Helper()
	if r.Int.BitLen() < quotientBits {
		t.Fatalf("only %d bits", r.Int.BitLen())
	}
	r.Negative = false
	next := r.Number
	next.Int = new(big.Int).Add(r.Int, one)
	low, high := compare(rat(r.Number)), compare(rat(next))
	if r.Between && low >= 0 || !r.Between && low != 0 || high <= 0 {
		t.Fatalf("%v: wrong bracket %d %d", r, low, high)
	}
}

func TestCompareSpecials(t *testing.T) {
	ascending := []Number{Inf(true), Int64(-2), Int64(-1), Int64(0), Dyadic(one, -70), Int64(1), Inf(false)}
	for i, x := range ascending {
		for j, y := range ascending {
			if order, unordered := Compare(x, y); unordered || order != min(max(i-j, -1), 1) {
				t.Errorf("%v and %v compare as %d", x, y, order)
			}
		}
		if _, unordered := Compare(x, Number{Kind: NaN}); !unordered {
			t.Errorf("%v and NaN are ordered", x)
		}
	}
	if order, _ := Compare(Int64(0), Negate(Int64(0)).Number); order != 0 {
		t.Error("zeros differ")
	}
}

func TestDotByHand(t *testing.T) {
	f := FN(4, 3)
	numbers := func(v ...int64) (x []Number) {
		for _, i := range v {
			x = append(x, Int64(i))
		}
		return x
	}
	// From 1: 1+27 = 28 is exact, 28-9 = 19 a tie of 18 and 20, to 20 (even).
	// Multiplied first, 27 is a tie of 26 and 28, to 28, and 29 one of 28 and 30.
	x, y := numbers(9, -9), numbers(3, 1)
	start, _ := RoundResult(exactly(Int64(1)), f, Options{})
	for _, step := range []Step{Fused, MultiplyAdd} {
		sum, flags := Dot(start, x, y, f, step, Options{})
		if v, _ := f.Decode(sum).Float(); v != 20 || flags != Inexact {
			t.Errorf("step %d: %v %v", step, v, flags)
		}
	}
	// 16 + 1 = 17 lies between 16 and 18.
	sum, flags := Dot(0, numbers(16, 1), numbers(1, 1), f, Fused, Options{Mode: TowardPositive})
	if v, _ := f.Decode(sum).Float(); v != 18 || flags != Inexact {
		t.Errorf("upward: %v %v", v, flags)
	}
	// 15*15 = 225 lies between 224 and 240: rounded alone it is
	// 224, and 224+8 = 232 ties to 224 (even); fused, 225+8 = 233 goes to 240.
	for step, want := range map[Step]float64{Fused: 240, MultiplyAdd: 224} {
		sum, _ := Dot(0x50, numbers(15), numbers(15), f, step, Options{})
		if v, _ := f.Decode(sum).Float(); v != want {
			t.Errorf("step %d: %v, want %v", step, v, want)
		}
	}
	if r := ExactDot(Int64(1), x, y); rat(r.Number).Cmp(big.NewRat(19, 1)) != 0 {
		t.Errorf("exact: %v", r)
	}
	if r := ExactDot(Int64(0), numbers(1, 1), numbers(1, -1)); !r.Cancelled {
		t.Error("a sum that cancels is not marked")
	}
	if r := ExactDot(Int64(0), []Number{Inf(false), Int64(0)}, []Number{Int64(0), Int64(1)}); r.Kind != NaN || r.Raised != Invalid {
		t.Errorf("infinity times zero: %v", r)
	}
}
