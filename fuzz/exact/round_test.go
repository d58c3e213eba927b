package exact

import (
	"math"
	"math/big"
	"math/rand/v2"
	"sort"
	"testing"
)

// The definition of each deterministic mode over a sorted list of values, found by
// search and compared as fractions, judges Locate and Round: every value, every
// midpoint, points close to both and others, in every small format. Beyond the
// largest finite value the list goes on with the values that the exponent field
// would have with two more bits.
func TestRoundBySearch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, f := range smallFormats(6) {
		wide := f
		wide.ExponentBits += 2
		wide.Infinities, wide.NaN = false, NoNaN
		var values []*big.Rat
		var codes []uint64
		for code := range uint64(1) << (wide.ExponentBits + wide.MantissaBits) {
			v := rat(wide.Decode(code))
			if n := len(values); n > 0 && values[n-1].Cmp(v) == 0 {
				continue // a format without subnormals has several zeros
			}
			values, codes = append(values, v), append(codes, code)
		}
		top := int(f.maxCode())
		var points []Number
		for i := range values {
			if codes[i] > uint64(top)+3 {
				break
			}
			sum := new(big.Rat).Add(values[i], values[i+1])
			gap := new(big.Rat).Sub(values[i+1], values[i])
			mid := sum.Quo(sum, big.NewRat(2, 1))
			points = append(points, dyadic(values[i]), dyadic(mid),
				dyadic(new(big.Rat).Add(values[i], new(big.Rat).Mul(gap, big.NewRat(random.Int64N(1<<20), 1<<20)))))
			for _, bits := range []uint{40, 64, 100} { // within and beyond the 64 bits that a position holds
				tiny := new(big.Rat).Quo(gap, new(big.Rat).SetInt(new(big.Int).Lsh(one, bits)))
				points = append(points, dyadic(new(big.Rat).Add(mid, tiny)), dyadic(new(big.Rat).Sub(mid, tiny)),
					dyadic(new(big.Rat).Add(values[i], tiny)), dyadic(new(big.Rat).Sub(values[i+1], tiny)))
			}
		}
		for _, x := range points {
			if x.IsZero() {
				continue
			}
			for _, x.Negative = range []bool{false, true} {
				p := Locate(exactly(x), f)
				for _, mode := range Modes() {
					want, code, wantExact := search(values, codes, x, mode)
					if code > uint64(top) || x.Negative && !f.Signed && code > 0 {
						continue // overflow has its own test
					}
					if x.Negative && (code > 0 || f.NegativeZero) {
						code |= f.signBit()
					}
					got, flags := p.Round(Options{Mode: mode})
					if got != code || (flags&Inexact == 0) != wantExact {
						t.Fatalf("%s: %v in %v: code %#x flags %v, want %#x (%v)", name, x, mode, got, flags, code, want)
					}
				}
			}
		}
	}
}

// search rounds by looking for the two neighbours of |x| in the list.
func search(values []*big.Rat, codes []uint64, x Number, mode Mode) (value *big.Rat, code uint64, isExact bool) {
	negative := x.Negative
	x.Negative = false
	v := rat(x)
	i := sort.Search(len(values), func(i int) bool { return values[i].Cmp(v) > 0 }) - 1
	if values[i].Cmp(v) == 0 {
		return values[i], codes[i], true
	}
	below, above := new(big.Rat).Sub(v, values[i]), new(big.Rat).Sub(values[i+1], v)
	near := below.Cmp(above)
	odd := codes[i+1]%2 == 1
	if i == 0 {
		odd = true // the smallest value, normal or not, beside zero
	}
	var up bool
	switch mode {
	case TiesToEven:
		up = near > 0 || near == 0 && !odd
	case TiesToAway:
		up = near >= 0
	case TiesToZero:
		up = near > 0
	case TiesToPositive:
		up = near > 0 || near == 0 && !negative
	case TiesToNegative:
		up = near > 0 || near == 0 && negative
	case TiesToOdd:
		up = near > 0 || near == 0 && odd
	case AwayFromZero:
		up = true
	case TowardNegative:
		up = negative
	case TowardPositive:
		up = !negative
	case ToOdd:
		up = odd
	}
	if up {
		i++
	}
	return values[i], codes[i], false
}

func rat(x Number) *big.Rat {
	r := new(big.Rat).SetInt(x.Int)
	if x.Exp >= 0 {
		r.Mul(r, new(big.Rat).SetInt(new(big.Int).Lsh(one, uint(x.Exp))))
	} else {
		r.Quo(r, new(big.Rat).SetInt(new(big.Int).Lsh(one, uint(-x.Exp))))
	}
	if x.Negative {
		r.Neg(r)
	}
	return r
}

// dyadic converts a fraction whose denominator is a power of two.
func dyadic(r *big.Rat) Number { return Dyadic(r.Num(), 1-r.Denom().BitLen()) }

const (
	o_ = Overflow | Inexact
	u_ = Underflow | Inexact
)

// Roundings worked by hand, each with its reason.
func TestRoundByHand(t *testing.T) {
	e4m3fn, e5m2, binary16, e2m1 := FN(4, 3), IEEE(5, 2), IEEE(5, 10), FiniteOnly(2, 1)
	se, sf := P3109(8, 4, true, true), P3109(8, 4, true, false)
	ue, uf := P3109(8, 4, false, true), P3109(8, 4, false, false)
	flush := withoutSubnormals(FiniteOnly(2, 1))
	for _, row := range []struct {
		f     Format
		x     float64
		o     Options
		code  uint64
		flags Flags
		why   string
	}{
		{e4m3fn, 464, Options{}, 0x7e, Inexact, "the midpoint of 448 and 480 is a tie, and 448 is even"},
		{e4m3fn, 464.0000001, Options{}, 0x7f, o_, "above it the value overflows, to NaN for want of infinity"},
		{e4m3fn, -464.0000001, Options{}, 0x7f, o_, "the canonical NaN is positive"},
		{e4m3fn, 464.0000001, Options{Saturation: SatFinite}, 0x7e, o_, "saturated"},
		{e4m3fn, 672, Options{Mode: TowardZero}, 0x7e, o_, "inward modes stop at the largest value"},
		{e4m3fn, 470, Options{Mode: TowardZero}, 0x7e, Inexact, "448 is the value below 470, even without a bound"},
		{e4m3fn, 464, Options{Mode: TiesToAway}, 0x7f, o_, "the tie goes to 480"},
		{e4m3fn, 464, Options{Mode: TiesToZero}, 0x7e, Inexact, "the tie goes to 448"},
		{e4m3fn, 464, Options{Mode: TiesToPositive}, 0x7f, o_, "the tie goes up"},
		{e4m3fn, -464, Options{Mode: TiesToPositive}, 0xfe, Inexact, "up is toward zero below it"},
		{e4m3fn, 450, Options{Mode: ToOdd}, 0x7e, o_, "odd would be 480, which does not exist"},
		{e4m3fn, 450, Options{Mode: TowardPositive}, 0x7f, o_, "outward: beyond the largest value, no infinity"},
		{e4m3fn, -450, Options{Mode: TowardPositive}, 0xfe, Inexact, "inward"},
		{e5m2, 61440, Options{}, 0x7c, o_, "the midpoint of 57344 and 2^16 ties to 2^16, infinity"},
		{e5m2, 61439, Options{}, 0x7b, Inexact, "below the midpoint"},
		{e5m2, 1e9, Options{Mode: ToOdd}, 0x7b, o_, "the code of 57344 is odd, that of infinity even"},
		{e5m2, 1e9, Options{Mode: TowardNegative}, 0x7b, o_, "inward"},
		{e5m2, -1e9, Options{Mode: TowardNegative}, 0xfc, o_, "outward"},
		{binary16, 65520, Options{}, 0x7c00, o_, "IEEE 754 section 4.3.1: half a unit above the largest"},
		{binary16, 65519.99, Options{}, 0x7bff, Inexact, "just below"},
		{binary16, 0x1p-25, Options{}, 0, u_, "half the smallest subnormal ties to zero"},
		{binary16, -0x1p-25, Options{}, 0x8000, u_, "and keeps its sign"},
		{binary16, 0x1.8p-24, Options{}, 2, u_, "1.5 ties to 2"},
		{binary16, 0x1.ff8p-15, Options{}, 0x3ff, 0, "the largest subnormal: tiny but exact"},
		{binary16, 0x1.fffp-15, Options{}, 0x400, Inexact, "rounds to 2^-14 in 11 bits too: not tiny after rounding"},
		{binary16, 0x1.fffp-15, Options{Tininess: BeforeRounding}, 0x400, u_, "tiny before"},
		{binary16, 0x1.ffap-15, Options{}, 0x3ff, u_, "nearer to the largest subnormal"},
		{binary16, 0x1.ffcp-15, Options{}, 0x400, u_, "a tie that goes to 2^-14, yet in 11 bits 1.ffc*2^-15 is a value of its own"},
		{binary16, 0x1.ffep-15, Options{}, 0x400, Inexact, "a tie in 11 bits too, to the even 2^-14"},
		{e2m1, 100, Options{}, 7, o_, "neither infinity nor NaN: 6"},
		{e2m1, 5, Options{}, 6, Inexact, "tie of 4 and 6 to the even code"},
		{e2m1, 0.25, Options{}, 0, u_, "tie to zero"},
		{e2m1, 0.25, Options{Mode: ToOdd}, 1, u_, "odd"},
		{se, 300, Options{}, 0x7f, o_, "P3109 signed extended: infinity"},
		{se, 300, Options{Mode: ToOdd}, 0x7f, o_, "infinity is the odd code"},
		{se, 300, Options{Saturation: SatPropagate}, 0x7e, o_, "finite values saturate"},
		{sf, 300, Options{}, 0x7f, o_, "P3109 finite: the largest value although there is a NaN"},
		{ue, 1e9, Options{Mode: ToOdd}, 0xfd, o_, "the largest value of an unsigned extended format is odd"},
		{ue, 1e9, Options{}, 0xfe, o_, "infinity"},
		{uf, 1e9, Options{}, 0xfe, o_, "the largest value"},
		{ue, -1, Options{}, 0xff, Invalid, "below zero: NaN"},
		{ue, -1, Options{Saturation: SatFinite}, 0, o_, "below zero, saturated"},
		{ue, -0x1p-30, Options{}, 0, u_, "rounds to zero"},
		{ue, -0x1p-30, Options{Mode: TowardNegative}, 0xff, Invalid, "rounds to less than zero"},
		{E8M0(), 0, Options{}, 0, u_, "no zero"},
		{E8M0(), -1, Options{Saturation: SatFinite}, 0xff, Invalid, "no sign"},
		{E8M0(), 0x1p-130, Options{Mode: TowardZero}, 0, u_, "the smallest value"},
		{E8M0(), 3, Options{}, 0x80, Inexact, "a tie of 2 (code 0x80) and 4 goes to the even code"},
		{E8M0(), 6, Options{}, 0x82, Inexact, "a tie of 4 (0x81) and 8"},
		{E8M0(), 0x1.8p127, Options{}, 0xfe, Inexact, "a tie of 2^127 (0xfe) and 2^128"},
		{E8M0(), 0x1.9p127, Options{}, 0xff, o_, "overflow: NaN"},
		{E8M0(), 0x1.9p127, Options{Saturation: SatFinite}, 0xfe, o_, "saturated"},
		{flush, 0.5, Options{}, 0, u_, "half the smallest normal ties to zero"},
		{flush, 0.51, Options{}, 2, u_, "nearer to the smallest normal"},
		{flush, 0.99, Options{}, 2, Inexact, "and not tiny after rounding to two bits"},
		{flush, 0.1, Options{Mode: ToOdd}, 2, u_, "the smallest normal counts as odd"},
		{flush, -0.1, Options{Mode: TowardNegative}, 0xa, u_, "away"},
	} {
		r := Convert(Float64(row.x))
		code, flags := RoundResult(r, row.f, row.o)
		if code != row.code || flags != row.flags {
			t.Errorf("%+v, %v, %+v: code %#x flags %v, want %#x %v: %s", row.f, row.x, row.o, code, flags, row.code, row.flags, row.why)
		}
	}
}

// P3109's three stochastic modes on eighths: with N = 3 and nu = k/8 exactly k of
// the eight random numbers round up in A and C; B, for want of a half unit, the
// same; on odd sixteenths A rounds down, B up, C to even, and gfloat's StochasticOdd to odd. With equal odds four do, but
// for an exact value.
func TestStochasticByHand(t *testing.T) {
	f := FiniteOnly(4, 3)
	for sixteenths := range 16 {
		x := Dyadic(big.NewInt(int64(16*8+sixteenths)), 0) // 128 + sixteenths of a unit of 16
		p := Locate(exactly(x), f)
		ups := map[Mode]int{}
		for _, mode := range StochasticModes() {
			for r := range uint64(8) {
				code, _ := p.Round(Options{Mode: mode, Random: r, Bits: 3})
				lower, _ := p.Round(Options{Mode: TowardZero})
				ups[mode] += int(code - lower)
			}
		}
		k, odd := sixteenths/2, sixteenths%2
		nearest := k
		if odd == 1 && k%2 == 1 {
			nearest++
		}
		toOdd := k
		if odd == 1 && k%2 == 0 {
			toOdd++
		}
		if ups[StochasticOdd] != toOdd {
			t.Errorf("nu = %d/16: %d of 8 round up with ties to odd", sixteenths, ups[StochasticOdd])
		}
		if sixteenths > 0 != (ups[StochasticEqual] == 4) || ups[StochasticA] != k || ups[StochasticB] != k+odd || ups[StochasticC] != nearest {
			t.Errorf("nu = %d/16: %v of 8 round up", sixteenths, ups)
		}
	}
}

// Values as far beyond binary64 as a product of two of its numbers is: their numbering does not end at 63 bits.
func TestFarBeyondTheRange(t *testing.T) {
	binary64 := IEEE(11, 52)
	for _, exp := range []int{1023, 1024, 1025, 2000, 2047, 5000, 100000} {
		for _, i := range []int64{1, -1, 3, 1<<53 - 1} {
			r := Convert(Dyadic(big.NewInt(i), exp))
			want := math.Inf(int(i))
			if exp == 1023 && (i == 1 || i == -1) {
				want = float64(i) * 0x1p1023
			}
			if code, _ := RoundResult(r, binary64, Options{}); code != math.Float64bits(want) {
				t.Errorf("%d * 2^%d is %x, want %x", i, exp, math.Float64frombits(code), want)
			}
			if code, _ := RoundResult(r, IEEE(2, 60), Options{Mode: TowardZero, Saturation: SatFinite}); code&(1<<62-1) != IEEE(2, 60).maxCode() {
				t.Errorf("%d * 2^%d toward zero is %x", i, exp, code)
			}
		}
	}
}
