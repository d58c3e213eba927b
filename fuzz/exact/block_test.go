package exact

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func numbers(values ...float64) (all []Number) {
	for _, v := range values {
		all = append(all, Float64(v))
	}
	return all
}

// Blocks worked by hand, each with its reason.
func TestBlocksByHand(t *testing.T) {
	e2m1, e4m3, e5m2 := FiniteOnly(2, 1), FN(4, 3), IEEE(5, 2)
	inf := Inf(false)
	for _, row := range []struct {
		values  []Number
		element Format
		rule    ScaleRule
		scale   uint64
		codes   []uint64
		why     string
	}{
		{numbers(6, -3, 0.5, 0), e2m1, FloorScale, 127, []uint64{7, 0xd, 1, 0}, "the largest is that of E2M1: scale 1"},
		{numbers(7, 1), e2m1, FloorScale, 127, []uint64{7, 2}, "7 saturates at 6"},
		{numbers(7, 1), e2m1, CeilScale, 128, []uint64{6, 1}, "3.5 ties to 4, 0.5 is exact"},
		{numbers(6, 1), e2m1, CeilScale, 127, []uint64{7, 2}, "6 fits"},
		{numbers(8, 1), e2m1, FloorScale, 128, []uint64{6, 1}, "8/2 = 4"},
		{numbers(448), e4m3, FloorScale, 127, []uint64{0x7e}, ""},
		{numbers(500), e4m3, FloorScale, 127, []uint64{0x7e}, "clamped, not NaN"},
		{numbers(500), e4m3, CeilScale, 128, []uint64{0x78}, "500/2 = 250 lies between 240 and 256"},
		{numbers(0, 0), e5m2, FloorScale, 0, []uint64{0, 0}, "zeros"},
		{numbers(0x1p-140, 0), e5m2, FloorScale, 0, []uint64{8, 0}, "2^-140 / 2^-127 = 2^-13: the scale stops at 2^-127"},
		{[]Number{Dyadic(one, 130)}, e2m1, FloorScale, 255, []uint64{0}, "2^128 is no scale; of NaN E2M1 has zero"},
		{[]Number{inf, Int64(1)}, e5m2, FloorScale, 255, []uint64{0x7e, 0x7e}, "not finite"},
	} {
		scale, codes, _ := MXBlock(row.values, row.element, row.rule, Options{Saturation: SatFinite})
		if scale != row.scale || !slices.Equal(codes, row.codes) {
			t.Errorf("%v in %v with rule %d: %d %#x, want %d %#x: %s", row.values, row.element, row.rule, scale, codes, row.scale, row.codes, row.why)
		}
	}

	// A tensor scale of 1/4: 6 and 3 in units of 1.5 * 1/4 are 16 and 8; the largest is
	// 6, so the scale is 6/6*4 = 4 and the elements 6 and 3.
	if scale, codes, flags := NVFP4(numbers(6, -3, 0), Dyadic(one, -2)); scale != 0x48 || !slices.Equal(codes, []uint64{7, 0xd, 0}) || flags != 0 {
		t.Errorf("NVFP4: %#x %#x %v", scale, codes, flags)
	}
	if scale, codes, _ := NVFP4(numbers(0, 0), Int64(1)); scale != 1 || !slices.Equal(codes, []uint64{0, 0}) {
		t.Errorf("NVFP4 of zeros: %#x %#x", scale, codes)
	}
	if scale, codes, _ := NVFP4(numbers(1e9, 1), Int64(1)); scale != 0x7e || !slices.Equal(codes, []uint64{7, 0}) {
		t.Errorf("NVFP4 of large numbers: %#x %#x", scale, codes)
	}

	se, scales := P3109(8, 4, true, true), P3109(8, 1, false, false)
	scale, codes := P3109Block(numbers(3, -1.5, 0), scales, Options{Mode: TowardPositive}, se, Options{Saturation: SatFinite})
	if v, _ := scales.Decode(scale).Float(); v != 4 {
		t.Errorf("P3109: scale %v", v)
	}
	for i, want := range []float64{0.75, -0.375, 0} {
		if v, _ := se.Decode(codes[i]).Float(); v != want {
			t.Errorf("P3109: element %d is %v, want %v", i, v, want)
		}
	}
	nan := Number{Kind: NaN, Int: zero}
	for i, row := range []struct{ x, scale, want Number }{
		{Int64(3), nan, nan}, {nan, Int64(1), nan}, {Int64(3), Number{Int: zero}, Number{Int: zero}}, {inf, Number{Int: zero}, Number{Int: zero}},
		{Int64(-3), inf, Int64(-1)}, {inf, inf, Int64(1)}, {Number{Int: zero}, inf, Number{Int: zero}}, {inf, Int64(2), inf}, {Int64(6), Int64(2), Int64(3)},
	} {
		got := BlockElement(row.x, row.scale)
		order, unordered := Compare(got.Number, row.want)
		if got.Kind != row.want.Kind || !unordered && order != 0 {
			t.Errorf("row %d: %v, want %v", i, got.Number, row.want)
		}
	}
}

// The scale by its definition, by trying every power of two, and the elements by
// trying every code: the nearest, of two the even one.
func TestBlocksBySearch(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	for _, element := range []Format{FiniteOnly(2, 1), FiniteOnly(2, 3), FiniteOnly(3, 2), FN(4, 3), IEEE(5, 2)} {
		for range 60 {
			var values []Number
			for range 8 {
				x := drawn(random, -10, 9)
				x.Negative = random.IntN(2) == 0
				values = append(values, x)
			}
			most, _ := largest(values)
			top := element.MaxFinite()
			// The largest X with X*2^emax <= max, and the least with max <= X*largest.
			floor, ceil := 0, 255
			for code := range uint64(255) {
				x := E8M0().Decode(code)
				if order, _ := Compare(Mul(x, Dyadic(one, top.binade())).Number, most); order <= 0 {
					floor = int(code)
				}
				if order, _ := Compare(most, Mul(x, top).Number); order <= 0 && ceil == 255 {
					ceil = int(code)
				}
			}
			for rule, want := range []int{floor, ceil} {
				scale, codes, flags := MXBlock(values, element, ScaleRule(rule), Options{Saturation: SatFinite})
				if int(scale) != want {
					t.Fatalf("rule %d for %v: scale %d, want %d", rule, most, scale, want)
				}
				if rule == int(CeilScale) && flags&Overflow != 0 {
					t.Fatal("an element saturates")
				}
				for i, code := range codes {
					if want := nearestBySearch(rat(values[i]), rat(E8M0().Decode(scale)), element); code != want {
						t.Fatalf("%v / 2^%d: %#x, want %#x", values[i], int(scale)-127, code, want)
					}
				}
				// Decoding is the product, and a dot product the sum of the products.
				var elements []Number
				for _, code := range codes {
					elements = append(elements, element.Decode(code))
				}
				dot, product := new(big.Rat), new(big.Rat).SetInt64(1)
				for i, v := range DecodeBlock(E8M0().Decode(scale), elements) {
					if x := new(big.Rat).Mul(rat(elements[i]), rat(E8M0().Decode(scale))); rat(v).Cmp(x) != 0 {
						t.Fatalf("decoded %v, want %v", v, x)
					}
					dot.Add(dot, new(big.Rat).Mul(rat(v), rat(values[i])))
					product.Mul(product, rat(v))
				}
				if got := BlockDot(E8M0().Decode(scale), elements, Int64(1), values); rat(got.Number).Cmp(dot) != 0 {
					t.Fatalf("dot product %v, want %v", got, dot)
				}
				decoded := DecodeBlock(E8M0().Decode(scale), elements)
				if got := Reduce(decoded, true); rat(got.Number).Cmp(product) != 0 {
					t.Fatalf("product %v, want %v", got, product)
				}
				if got, want := Reduce(decoded, false), BlockDot(Int64(1), decoded, Int64(1), slices.Repeat(numbers(1), len(decoded))); rat(got.Number).Cmp(rat(want.Number)) != 0 {
					t.Fatalf("sum %v, want %v", got, want)
				}
			}
		}
	}
}

// nearestBySearch returns the finite code nearest to v/scale, of two the even one.
func nearestBySearch(v, scale *big.Rat, f Format) uint64 {
	target := new(big.Rat).Quo(v, scale)
	var best uint64
	var least *big.Rat
	for code := range uint64(1) << f.Bits() {
		x := f.Decode(code)
		if x.Kind != Finite || x.Negative != (v.Sign() < 0) {
			continue
		}
		distance := new(big.Rat).Sub(rat(x), target)
		distance.Abs(distance)
		if least == nil || distance.Cmp(least) < 0 || distance.Cmp(least) == 0 && code%2 == 0 {
			best, least = code, distance
		}
	}
	return best
}

// The probabilities of outcomes, by counting all random numbers of up to 7 bits: at
// parts of the distance between neighbours, also where the smallest normal value is
// near, and above the largest value.
func TestOutcomesByCounting(t *testing.T) {
	random := rand.New(rand.NewPCG(23, 24))
	three := 0
	for _, f := range []Format{FiniteOnly(2, 1), FN(3, 2), IEEE(3, 3), E8M0(), P3109(6, 1, true, true), P3109(5, 3, false, true), withoutSubnormals(IEEE(3, 2))} {
		smallest, most := f.SmallestNormal(), f.MaxFinite()
		for i := range sample(60, 600) {
			x := drawn(random, smallest.binade()-f.MantissaBits-2, most.binade()+1)
			switch i % 4 {
			case 0: // just below the smallest normal value
				x = Sub(smallest, Dyadic(big.NewInt(random.Int64N(40)), smallest.binade()-f.MantissaBits-6)).Number
			case 1: // few parts of a distance
				x = Dyadic(big.NewInt(random.Int64N(1<<(f.MantissaBits+6))), smallest.binade()-f.MantissaBits-4)
			}
			x.Negative = random.IntN(2) == 0 && f.Signed
			p := Locate(exactly(x), f)
			for _, mode := range StochasticModes() {
				n := 1 + random.IntN(7)
				o := Options{Mode: mode, Bits: n, Saturation: Saturation(random.IntN(3)), Tininess: Tininess(random.IntN(2))}
				type result struct {
					code  uint64
					flags Flags
				}
				counts := map[result]int64{}
				for r := range uint64(1) << n {
					o.Random = r
					code, flags := p.Round(o)
					counts[result{code, flags}]++
				}
				outcomes := p.Outcomes(o)
				three += len(outcomes) / 3
				if len(outcomes) != len(counts) {
					t.Fatalf("%v: %d outcomes, want %d", x, len(outcomes), len(counts))
				}
				for _, outcome := range outcomes {
					if want := big.NewRat(counts[result{outcome.Code, outcome.Flags}], 1<<n); outcome.Probability.Cmp(want) != 0 {
						t.Fatalf("%v in %v with %d bits: %#x %v with probability %v, want %v", x, mode, n, outcome.Code, outcome.Flags, outcome.Probability, want)
					}
				}
			}
		}
	}
	if three == 0 {
		t.Error("no case in which underflow depends on the random number")
	}
	// 63 random bits cannot be counted: at a third of the distance floor(2^63/3) of them
	// go up, and an exact value stays.
	f := IEEE(5, 10)
	p := Locate(Quo(Int64(1), Int64(3)), f)
	if got := p.Outcomes(Options{Mode: StochasticA, Bits: 63}); len(got) != 2 ||
		got[1].Probability.Cmp(new(big.Rat).SetFrac(big.NewInt((1<<63-1)/3), new(big.Int).Lsh(one, 63))) != 0 {
		t.Errorf("a third: %v", got)
	}
	p = Locate(Exp(Int64(0)), f)
	if got := p.Outcomes(Options{Mode: StochasticC, Bits: 63}); len(got) != 1 || got[0].Probability.Cmp(big.NewRat(1, 1)) != 0 || got[0].Code != 0x3c00 {
		t.Errorf("e^0: %v", got)
	}
}
