package elementary

import (
	"math"
	"math/big"
)

// The definitions, as power series in math/big. They share nothing with the code: other reductions, other series, no table.

// prec is the working precision of the oracle in bits: enough for 150 good ones after the cancellations below.
const prec = 320

func bf(x float64) *big.Float        { return new(big.Float).SetPrec(prec).SetFloat64(x) }
func nf() *big.Float                 { return new(big.Float).SetPrec(prec) }
func intf(n int64) *big.Float        { return new(big.Float).SetPrec(prec).SetInt64(n) }
func quo(x, y *big.Float) *big.Float { return nf().Quo(x, y) }
func mul(x, y *big.Float) *big.Float { return nf().Mul(x, y) }
func add(x, y *big.Float) *big.Float { return nf().Add(x, y) }
func sub(x, y *big.Float) *big.Float { return nf().Sub(x, y) }
func shift(x *big.Float, n int) *big.Float {
	return nf().SetMantExp(x, n)
}

// small reports whether the term no longer matters beside the sum.
func small(term, sum *big.Float) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-prec
}

// bigAtanh is z + z^3/3 + z^5/5 + ...
func bigAtanh(z *big.Float) *big.Float {
	z2, power, sum := mul(z, z), nf().Set(z), nf().Set(z)
	for n := int64(3); ; n += 2 {
		power = mul(power, z2)
		term := quo(power, intf(n))
		if small(term, sum) {
			return sum
		}
		sum = add(sum, term)
	}
}

var bigLn2 = shift(bigAtanh(quo(intf(1), intf(3))), 1)

// bigExpm1 is y + y^2/2! + ... for y = x/2^n, then n times e^2y - 1 = (e^y - 1)(e^y - 1 + 2).
func bigExpm1(x *big.Float) *big.Float {
	if x.Sign() == 0 {
		return nf()
	}
	n := max(0, x.MantExp(nil)+8)
	y := shift(x, -n)
	term, sum := nf().Set(y), nf().Set(y)
	for i := int64(2); ; i++ {
		term = quo(mul(term, y), intf(i))
		if small(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	for range n {
		sum = mul(sum, add(sum, intf(2)))
	}
	return sum
}

func bigExp(x *big.Float) *big.Float {
	if x.Sign() < 0 { // e^x - 1 would lose e^x
		return quo(intf(1), bigExp(nf().Neg(x)))
	}
	return add(bigExpm1(x), intf(1))
}

// bigLog1p is log(1 + x) = n log 2 + 2 atanh((u-1)/(u+1)) with 1 + x = 2^n u.
func bigLog1p(x *big.Float) *big.Float {
	if x.MantExp(nil) < -2 || x.Sign() == 0 {
		if x.Sign() == 0 {
			return nf()
		}
		return shift(bigAtanh(quo(x, add(x, intf(2)))), 1)
	}
	return bigLog(add(x, intf(1)))
}

func bigLog(x *big.Float) *big.Float {
	m := nf()
	n := x.MantExp(m) // [1/2, 1)
	if m.Cmp(bf(0.7)) < 0 {
		m, n = shift(m, 1), n-1
	}
	z := quo(sub(m, intf(1)), add(m, intf(1)))
	if z.Sign() == 0 {
		return mul(intf(int64(n)), bigLn2)
	}
	return add(mul(intf(int64(n)), bigLn2), shift(bigAtanh(z), 1))
}

func bigTanh(x *big.Float) *big.Float {
	e := bigExpm1(shift(x, 1))
	return quo(e, add(e, intf(2)))
}

func bigSigmoid(x *big.Float) *big.Float {
	e := bigExp(x)
	return quo(e, add(e, intf(1)))
}

func bigSoftplus(x *big.Float) *big.Float { return bigLog1p(bigExp(x)) }

// bigErf is 2/sqrt(pi) e^(-x^2) (x + 2x^3/3 + 4x^5/15 + ...), all terms of one sign.
func bigErf(x *big.Float) *big.Float {
	x2 := mul(x, x)
	term, sum := nf().Set(x), nf().Set(x)
	for n := int64(3); ; n += 2 {
		term = quo(mul(shift(term, 1), x2), intf(n))
		if small(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	c := quo(intf(2), nf().Sqrt(nf().Set(bigPi)))
	return mul(mul(sum, c), bigExp(nf().Neg(x2)))
}

// bigPiLong is pi to 1600 bits by Machin: 16 atan(1/5) - 4 atan(1/239).
var bigPiLong = func() *big.Float {
	const p = 1600
	atanInverse := func(n int64) *big.Float {
		power := new(big.Float).SetPrec(p).Quo(big.NewFloat(1).SetPrec(p), new(big.Float).SetPrec(p).SetInt64(n))
		sum := new(big.Float).SetPrec(p).Set(power)
		n2 := new(big.Float).SetPrec(p).SetInt64(n * n)
		for i := int64(3); power.MantExp(nil) > -p; i += 2 {
			power.Quo(power, n2).Neg(power)
			sum.Add(sum, new(big.Float).SetPrec(p).Quo(power, new(big.Float).SetPrec(p).SetInt64(i)))
		}
		return sum
	}
	a, b := atanInverse(5), atanInverse(239)
	return a.Sub(a.SetMantExp(a, 4), b.SetMantExp(b, 2))
}()

var bigPi = nf().Set(bigPiLong)

// bigSinCos reduces by the nearest multiple of pi/2, with 1600 bits, and sums sin and cos.
func bigSinCos(x float64) (sin, cos *big.Float) {
	long := func() *big.Float { return new(big.Float).SetPrec(1600) }
	half := long().SetMantExp(bigPiLong, -1)
	k := long().Quo(long().SetFloat64(x), half)
	half2 := long().SetFloat64(math.Copysign(0.5, x))
	n, _ := k.Add(k, half2).Int(nil)
	r := nf().Set(long().Sub(long().SetFloat64(x), half.Mul(half, long().SetInt(n))))

	series := func(term *big.Float, i int64) *big.Float {
		sum := nf().Set(term)
		for ; ; i += 2 {
			term = nf().Neg(quo(mul(term, mul(r, r)), intf(i*(i+1))))
			if small(term, sum) {
				return sum
			}
			sum = add(sum, term)
		}
	}
	s, c := series(r, 2), series(intf(1), 1)
	switch new(big.Int).And(n, big.NewInt(3)).Int64() {
	case 0:
		return s, c
	case 1:
		return c, nf().Neg(s)
	case 2:
		return nf().Neg(s), nf().Neg(c)
	}
	return nf().Neg(c), s
}

// bigAtan is z - z^3/3 + z^5/5 - ... after eight times atan z = 2 atan(z/(1 + sqrt(1+z^2))).
func bigAtan(z *big.Float) *big.Float {
	for range 8 {
		z = quo(z, add(intf(1), nf().Sqrt(add(intf(1), mul(z, z)))))
	}
	z2, power, sum := nf().Neg(mul(z, z)), nf().Set(z), nf().Set(z)
	for n := int64(3); ; n += 2 {
		power = mul(power, z2)
		term := quo(power, intf(n))
		if small(term, sum) {
			return shift(sum, 8)
		}
		sum = add(sum, term)
	}
}

// ulps is |got - want| in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	exp := max(want.MantExp(nil)-1, -1022)
	if want.Sign() == 0 {
		exp = -1022
	}
	if math.IsInf(got, 0) { // beyond the largest float64 the next number would be 2^1024
		got = math.Copysign(0x1p1023, got)
		d, _ := shift(sub(want, shift(bf(got), 1)), 52-1023).Float64()
		if (d > 0) == (got > 0) {
			return 0
		}
		return math.Abs(d)
	}
	d, _ := shift(sub(bf(got), want), 52-exp).Float64()
	return math.Abs(d)
}

// bigPhi is the normal distribution's integral: by bigErf, or where that cancels by the continued fraction of Laplace,
// phi(a)/(a + 1/(a + 2/(a + 3/(a + ...)))) = 1 - Phi(a): its 400 steps give 600 bits at 8.
func bigPhi(x *big.Float) *big.Float {
	if x.Cmp(bf(-8)) > 0 {
		return shift(add(intf(1), bigErf(quo(x, nf().Sqrt(intf(2))))), -1)
	}
	a := nf().Neg(x)
	tail := nf().Set(a)
	for n := int64(400); n > 0; n-- {
		tail = add(a, quo(intf(n), tail))
	}
	density := quo(bigExp(shift(nf().Neg(mul(a, a)), -1)), nf().Sqrt(shift(bigPi, 1)))
	return quo(density, tail)
}

// bigCbrt is e^(log|x|/3), with x's sign, and one step of Newton's.
func bigCbrt(x *big.Float) *big.Float {
	y := bigExp(quo(bigLog(nf().Abs(x)), intf(3)))
	y = sub(y, quo(sub(mul(mul(y, y), y), nf().Abs(x)), mul(intf(3), mul(y, y))))
	if x.Sign() < 0 {
		y.Neg(y)
	}
	return y
}
