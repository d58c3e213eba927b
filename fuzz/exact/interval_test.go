package exact

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// meets reports whether two enclosures can hold the same number.
func (x interval) meets(y interval) bool {
	exp := min(x.exp, y.exp)
	x, y = x.at(exp), y.at(exp)
	return x.lo.Cmp(y.hi) <= 0 && y.lo.Cmp(x.hi) <= 0
}

// within reports whether y encloses x.
func (x interval) within(y interval) bool {
	exp := min(x.exp, y.exp)
	x, y = x.at(exp), y.at(exp)
	return x.lo.Cmp(y.lo) >= 0 && x.hi.Cmp(y.hi) <= 0
}

// enclosure returns the bounds that a finite result states.
func (r Result) enclosure() interval {
	x := interval{r.Int, r.Int, r.Exp}
	if r.Between {
		x.hi = new(big.Int).Add(r.Int, one)
	}
	if r.Negative {
		return x.neg()
	}
	return x
}

// sample picks the size of a sample; -short is for emulators.
func sample(short, normal int) int {
	if testing.Short() {
		return short
	}
	return normal
}

// drawn returns a positive number of 1 to 60 bits with an exponent from low to high.
func drawn(random *rand.Rand, low, high int) Number {
	i := random.Uint64()>>(4+random.IntN(60)) | 1
	x := Uint64(i)
	x.Exp = low + random.IntN(high-low+1) - x.Int.BitLen() + 1
	return x
}

// Each series with few bits encloses what it gives with many, and is as narrow as it
// says. The digits of another program hold those many in other tests.
func TestSeriesEnclose(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	sign := func(x Number) Number { x.Negative = random.IntN(2) == 0; return x }
	for name, row := range map[string]struct {
		draw     func() Number
		evaluate func(x Number, n int) interval
	}{
		"exponential": {func() Number { return sign(drawn(random, -70, 40)) },
			func(x Number, n int) interval { return exponential(point(x), n) }},
		"exponential of an interval": {func() Number { return sign(drawn(random, -20, 9)) },
			func(x Number, n int) interval { return exponential(point(x).mul(log2.enclose(n+16), n+16), n) }},
		"logarithm": {func() Number { return drawn(random, -30, 30) }, logarithm},
		"logarithm beside 1": {func() Number { return Add(Int64(1), sign(drawn(random, -150, -2))).Number },
			logarithm},
		"log1p": {func() Number { return drawn(random, -150, -1) },
			func(x Number, n int) interval { return log1p(point(x), n) }},
		"logarithm of an interval": {func() Number { return Add(Int64(1), drawn(random, 1, 90)).Number },
			func(x Number, n int) interval { return logarithmOf(point(x).mul(point(x), n), n) }},
		"arctangent": {func() Number { return drawn(random, -150, 90) },
			func(x Number, n int) interval { return arctangent(point(x), n) }},
		"sine": {func() Number { return drawn(random, -70, 90) },
			func(x Number, n int) interval { s, _ := circular(x, n); return s }},
		"cosine": {func() Number { return drawn(random, -70, 90) },
			func(x Number, n int) interval { _, c := circular(x, n); return c }},
		"odd factorials": {func() Number { return drawn(random, -70, 6) }, oddFactorials},
		"Mills' ratio": {func() Number { return drawn(random, 8, 30) },
			func(x Number, n int) interval {
				if z, reached := millsRatio(x, n); reached {
					return z
				}
				z, _ := millsRatio(x, 10)
				return z
			}},
		"log(2)":  {func() Number { return Int64(1) }, func(_ Number, n int) interval { return log2.compute(n) }},
		"log(10)": {func() Number { return Int64(1) }, func(_ Number, n int) interval { return log10.compute(n) }},
		"pi":      {func() Number { return Int64(1) }, func(_ Number, n int) interval { return pi.compute(n) }},
		"root":    {func() Number { return drawn(random, -70, 70) }, func(x Number, n int) interval { return point(x).sqrt(n) }},
	} {
		for range sample(6, 60) {
			x := row.draw()
			if x.IsZero() || compareMagnitudes(x, Int64(1)) == 0 && name[0] == 'l' && name != "log(2)" && name != "log(10)" {
				continue
			}
			want := row.evaluate(x, 600)
			for _, n := range []int{4, 9, 20, 33, 64, 100, 170, 250, 400} {
				got := row.evaluate(x, n)
				if got.lo == nil {
					continue // Mills' ratio at a small operand
				}
				if !got.meets(want) {
					t.Fatalf("%s of %v to %d bits: from %v to %v times 2^%d", name, x, n, got.lo, got.hi, got.exp)
				}
				width := new(big.Int).Sub(got.hi, got.lo)
				if name != "Mills' ratio" && width.BitLen()+got.exp > got.top()-n+4 {
					t.Fatalf("%s of %v to %d bits is wide: from %v to %v", name, x, n, got.lo, got.hi)
				}
			}
		}
	}
}

// Sums, products, quotients and shortened bounds against rational numbers: the
// tightest bounds are within, and nothing lies outside by more than a last place.
func TestIntervalArithmetic(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	draw := func() interval {
		a := random.Int64N(1<<uint(1+random.IntN(40))) - random.Int64N(1<<uint(1+random.IntN(40)))
		return interval{big.NewInt(a), big.NewInt(a + random.Int64N(1<<uint(1+random.IntN(30))) - 1), random.IntN(60) - 30}
	}
	for range sample(400, 4000) {
		x, y, n := draw(), draw(), 4+random.IntN(40)
		if x.lo.Cmp(x.hi) > 0 || y.lo.Cmp(y.hi) > 0 {
			continue
		}
		check := func(name string, z interval, top int, of func(a, b *big.Rat) *big.Rat) {
			low, high := rat(Dyadic(z.lo, z.exp)), rat(Dyadic(z.hi, z.exp))
			var least, most *big.Rat
			for _, a := range []*big.Int{x.lo, x.hi} {
				for _, b := range []*big.Int{y.lo, y.hi} {
					v := of(rat(Dyadic(a, x.exp)), rat(Dyadic(b, y.exp)))
					if v.Cmp(low) < 0 || v.Cmp(high) > 0 {
						t.Fatalf("%s of %v and %v to %d bits: %v", name, x, y, n, z)
					}
					if least == nil || v.Cmp(least) < 0 {
						least = v
					}
					if most == nil || v.Cmp(most) > 0 {
						most = v
					}
				}
			}
			slack := rat(Dyadic(one, max(z.top(), top)-n+2))
			if new(big.Rat).Sub(least, low).Cmp(slack) > 0 || new(big.Rat).Sub(high, most).Cmp(slack) > 0 {
				t.Fatalf("%s of %v and %v to %d bits: %v is wide", name, x, y, n, z)
			}
		}
		check("sum", x.add(y, n), max(x.top(), y.top()), func(a, b *big.Rat) *big.Rat { return a.Add(a, b) })
		check("difference", x.sub(y, n), max(x.top(), y.top()), func(a, b *big.Rat) *big.Rat { return a.Sub(a, b) })
		check("product", x.mul(y, n), math.MinInt, func(a, b *big.Rat) *big.Rat { return a.Mul(a, b) })
		check("short", x.trim(n), math.MinInt, func(a, _ *big.Rat) *big.Rat { return a })
		if y.lo.Sign() > 0 {
			check("quotient", x.quo(y, n), math.MinInt, func(a, b *big.Rat) *big.Rat { return a.Quo(a, b) })
		}
	}
}

// definitions are the functions once more, with hundreds of bits and without a rule
// for anything: of numbers that are not near the limits.
var definitions = map[string]func(x Number, n int) interval{
	"Exp":   func(x Number, n int) interval { return exponential(point(x), n) },
	"Exp2":  func(x Number, n int) interval { return exponential(point(x).mul(log2.enclose(n), n), n) },
	"Expm1": func(x Number, n int) interval { return exponential(point(x), n).sub(integer(1), n) },
	"Log":   logarithm,
	"Log2":  func(x Number, n int) interval { return logarithm(x, n).quo(log2.enclose(n), n) },
	"Log10": func(x Number, n int) interval { return logarithm(x, n).quo(log10.enclose(n), n) },
	"Log1p": func(x Number, n int) interval { return logarithm(Add(x, Int64(1)).Number, n) },
	"Sin": func(x Number, n int) interval {
		s, _ := circular(x, n)
		if x.Negative {
			return s.neg()
		}
		return s
	},
	"Cos": func(x Number, n int) interval { _, c := circular(x, n); return c },
	"Sinh": func(x Number, n int) interval {
		return exponential(point(x), n).sub(exponential(point(x).neg(), n), n).scale(-1)
	},
	"Cosh": func(x Number, n int) interval {
		return exponential(point(x), n).add(exponential(point(x).neg(), n), n).scale(-1)
	},
	"Tanh": func(x Number, n int) interval {
		e, f := exponential(point(x), n), exponential(point(x).neg(), n)
		return e.sub(f, n).quo(e.add(f, n), n)
	},
	"Sigmoid": func(x Number, n int) interval {
		e := exponential(point(x), n)
		return e.quo(e.add(integer(1), n), n)
	},
	"Erf": func(x Number, n int) interval {
		square := Mul(x, x).Number
		return oddFactorials(Scalb(square, 1).Number, n).mul(exponential(point(square).neg(), n), n).
			mul(point(x).scale(1), n).quo(pi.enclose(n).sqrt(n), n)
	},
	"Gelu": func(x Number, n int) interval {
		square := Mul(x, x).Number
		density := exponential(point(square).neg().scale(-1), n).quo(pi.enclose(n).scale(1).sqrt(n), n)
		distribution := oddFactorials(square, n).mul(point(x), n).mul(density, n).add(integer(1).scale(-1), n)
		return distribution.mul(point(x), n)
	},
	"Silu": func(x Number, n int) interval {
		e := exponential(point(x), n)
		return e.quo(e.add(integer(1), n), n).mul(point(x), n)
	},
	"Softplus": func(x Number, n int) interval { return logarithmOf(exponential(point(x), n).add(integer(1), n), n) },
	"Exp10":    func(x Number, n int) interval { return exponential(point(x).mul(log10.enclose(n), n), n) },
	"Asinh": func(x Number, n int) interval { // odd, by the reciprocal of what the function takes the logarithm of
		root := point(Mul(x, x).Number).add(integer(1), n).sqrt(n)
		return logarithmOf(integer(1).quo(root.sub(point(Abs(x).Number), n), n), n).signed(x)
	},
	"Acosh": func(x Number, n int) interval {
		root := point(Mul(x, x).Number).sub(integer(1), n).sqrt(n)
		return logarithmOf(integer(1).quo(point(x).sub(root, n), n), n)
	},
	"Atanh": func(x Number, n int) interval {
		a := Abs(x).Number
		return logarithmOf(integer(1).add(point(a), n).quo(integer(1).sub(point(a), n), n), n).scale(-1).signed(x)
	},
	"Erfc": func(x Number, n int) interval {
		square := Mul(x, x).Number
		erf := oddFactorials(Scalb(square, 1).Number, n).mul(exponential(point(square).neg(), n), n).
			mul(point(x).scale(1), n).quo(pi.enclose(n).sqrt(n), n)
		return integer(1).sub(erf, n)
	},
}

// Rules, rearranged formulas and the refinement against the definitions, in the
// zones of the rules and beside them.
func TestElementaryDefinitions(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	const n = 1600
	for _, f := range Functions() {
		define := definitions[f.Name]
		if define == nil {
			continue // Tan, Cbrt, Rsqrt and the arcs have tests of their own
		}
		high := 8
		if f.Name == "Erf" || f.Name == "Erfc" || f.Name == "Gelu" {
			high = 4 // the series needs terms by the square of the operand
		}
		for i := range sample(12, 150) {
			var x Number
			switch i % 3 {
			case 0:
				x = drawn(random, -30, min(high, 6))
			case 1:
				x = drawn(random, -330, -100)
			case 2:
				x = drawn(random, 3, high)
			}
			x.Negative = i%2 == 0
			if f.Name == "Acosh" {
				x = Add(Int64(1), Abs(x).Number).Number
			}
			if f.Name[:3] == "Log" && (x.Negative && f.Name != "Log1p" || x.Negative && x.binade() >= 0) {
				x.Negative = false
			}
			r := f.Of(x)
			if !r.Between {
				continue
			}
			if r.Int.BitLen() < quotientBits {
				t.Fatalf("%s of %v has %d bits", f.Name, x, r.Int.BitLen())
			}
			if want := define(x, n); !want.within(r.enclosure()) {
				t.Fatalf("%s of %v: %v", f.Name, x, r.Number)
			}
		}
	}
}

// Values of one function at growing operands do not fall, over a part of binary16.
func TestElementaryMonotone(t *testing.T) {
	step := uint64(sample(197, 13))
	f := IEEE(5, 10)
	for _, function := range Functions() {
		low, high := -math.MaxFloat64, math.MaxFloat64
		of := function.Of
		switch function.Name {
		case "Sin", "Tan":
			low, high = -math.Pi/2, math.Pi/2
		case "Cos":
			low, high = -math.Pi, 0
		case "Cosh":
			low = 0
		case "Gelu":
			low = -0.75 // the minimum is at -0.7518
		case "Silu":
			low = -1.278 // at -1.2785
		case "Acos", "Erfc": // they fall
			of = func(x Number) Result {
				r := function.Of(x)
				r.Negative = !r.Negative
				return r
			}
		case "Rsqrt":
			continue
		}
		var last Result
		count := 0
		ascending := func(code uint64) {
			x := f.Decode(code)
			v, _ := x.Float()
			if v < low || v > high {
				return
			}
			r := of(x)
			if r.Kind != Finite {
				return
			}
			if count++; count > 1 {
				// The rules give two operands the same 160 bits beside a limit.
				same := last.Between && r.Between && last.Number.String() == r.Number.String()
				if exp := min(last.Exp, r.Exp); !same && r.enclosure().at(exp).lo.Cmp(last.enclosure().at(exp).hi) < 0 {
					t.Fatalf("%s falls at %v: %v, %v", function.Name, x, last.Number, r.Number)
				}
			}
			last = r
		}
		for code := uint64(0xfbff); code > 0x8000; code -= min(step, code-0x8000) {
			ascending(code)
		}
		for code := uint64(1); code < 0x7c00; code += step {
			ascending(code)
		}
		if count < 50 {
			t.Errorf("%s: %d values", function.Name, count)
		}
	}
}

// The tangent is the quotient of sine and cosine, and a root's powers lie on both
// sides of the operand.
func TestTanAndCbrt(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		x := drawn(random, -60, 60)
		x.Negative = random.IntN(2) == 0
		sin, cos := Sin(x).enclosure(), Cos(x).enclosure()
		if cos.hi.Sign() < 0 {
			sin, cos = sin.neg(), cos.neg()
		}
		if got := Tan(x); !got.enclosure().meets(sin.quo(cos, 300)) || got.Int.BitLen() < quotientBits {
			t.Fatalf("Tan(%v) = %v", x, got.Number)
		}
		root := Cbrt(x)
		y := root.enclosure()
		if y.hi.Sign() < 0 {
			y = y.neg()
		}
		cube := y.mul(y, 1000).mul(y, 1000)
		if magnitude := Abs(x).Number; !point(magnitude).within(cube) || root.Negative != x.Negative || root.Int.BitLen() < quotientBits ||
			root.Between == (rat(Dyadic(cube.lo, cube.exp)).Cmp(rat(magnitude)) == 0) {
			t.Fatalf("Cbrt(%v) = %v", x, root.Number)
		}
	}
}

// The sine, the cosine or the tangent of an arc is the operand: those of its bounds lie
// on both sides of it.
func TestArcs(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	const n = 700
	for _, arc := range []struct {
		name    string
		of      func(x Number) Result
		high    int // binade of the largest operand
		inverse func(y Number) interval
		falls   bool
	}{
		{"Asin", Asin, -1, func(y Number) interval { s, _ := circular(y, n); return s.signed(y) }, false},
		{"Acos", Acos, -1, func(y Number) interval { _, c := circular(y, n); return c }, true},
		{"Atan", Atan, 90, func(y Number) interval { s, c := circular(y, n); return s.quo(c, n).signed(y) }, false},
	} {
		for i := range sample(60, 600) {
			x := drawn(random, -330+i%2*320, arc.high)
			if i%5 == 0 && arc.high < 0 { // beside 1, but not where an arc's 160 bits are beyond pi/2
				x = Sub(Int64(1), drawn(random, -100, -2)).Number
			}
			x.Negative = random.IntN(2) == 0
			r := arc.of(x)
			y := r.enclosure()
			low, high := arc.inverse(Dyadic(y.lo, y.exp)), arc.inverse(Dyadic(y.hi, y.exp))
			if arc.falls {
				low, high = high, low
			}
			if exp := min(low.exp, high.exp); !r.Between || r.Int.BitLen() < quotientBits ||
				!point(x).within(interval{low.at(exp).lo, high.at(exp).hi, exp}) {
				t.Fatalf("%s(%v) = %v", arc.name, x, r.Number)
			}
		}
	}
}
