package exact

import "math/big"

// interval encloses a real number: lo*2^exp <= x <= hi*2^exp. Every operation
// rounds lo down and hi up, so that a result encloses whatever the operation gives
// of numbers that its operands enclose.
type interval struct {
	lo, hi *big.Int
	exp    int
}

// startBits is the precision at which functions are evaluated first: the 160 bits
// that a Result needs, and what the bounds lose and the decision leaves open.
const startBits = quotientBits + 40

// mostBits bounds the precision of refine. Only an exact result that no rule
// recognized, which would be a defect of this package, or an operand beside which
// the memory of the machine is small, needs as many.
const mostBits = 1 << 24

// refine evaluates an irrational number with ever more bits, until the first 160
// of them are certain.
func refine(evaluate func(n int) interval) Result {
	for n := startBits; n < mostBits; n += n / 2 {
		if r, certain := evaluate(n).leading(); certain {
			return r
		}
	}
	panic("exact: a function's value cannot be told from a number of few bits")
}

// leading returns the first 160 bits or more of the magnitude that x encloses,
// which is not a dyadic number, if both bounds have the same.
func (x interval) leading() (r Result, certain bool) {
	negative := x.hi.Sign() < 0
	if negative {
		x = x.neg()
	}
	low, high := x.lo, x.hi
	drop := low.BitLen() - quotientBits
	if drop < 0 || low.Sign() <= 0 {
		return Result{}, false
	}
	floor := new(big.Int).Rsh(low, uint(drop))
	next := new(big.Int).Add(floor, one)
	if high.Cmp(next.Lsh(next, uint(drop))) > 0 {
		return Result{}, false
	}
	return Result{Number: Number{Negative: negative, Int: floor, Exp: x.exp + drop}, Between: true}, true
}

// beside returns a number that is v but for less than one part in 2^163 of it, and
// for less than a unit of the places returned: above v in magnitude, or below.
func beside(v Number, above bool) Result {
	shift := resolution(v)
	i := new(big.Int).Lsh(v.Int, uint(shift))
	if !above {
		i.Sub(i, one)
	}
	return Result{Number: Number{Negative: v.Negative, Int: i, Exp: v.Exp - shift}, Between: true}
}

// resolution returns how many bits beside appends to those of v: so many that 160
// are there in all, and 64 after the last one of v.
func resolution(v Number) int { return max(quotientBits+1-v.Int.BitLen(), 64) }

// binade returns the exponent e of a finite number: 2^e <= |x| < 2^(e+1).
func (x Number) binade() int { return x.Int.BitLen() + x.Exp - 1 }

// point encloses a dyadic number in itself.
func point(x Number) interval {
	i := x.Int
	if x.Negative {
		i = new(big.Int).Neg(i)
	}
	return interval{i, i, x.Exp}
}

// integer encloses an integer in itself.
func integer(i int64) interval { return point(Int64(i)) }

func (x interval) neg() interval {
	return interval{new(big.Int).Neg(x.hi), new(big.Int).Neg(x.lo), x.exp}
}

// signed returns x with the sign of y.
func (x interval) signed(y Number) interval {
	if y.Negative {
		return x.neg()
	}
	return x
}

// scale returns x * 2^k.
func (x interval) scale(k int) interval { return interval{x.lo, x.hi, x.exp + k} }

// top returns a bound e of the exponents in x: |x| < 2^e.
func (x interval) top() int { return max(x.lo.BitLen(), x.hi.BitLen()) + x.exp }

// at returns x in units of 2^exp: bounds that are no integers there move outward.
func (x interval) at(exp int) interval {
	if exp <= x.exp {
		shift := uint(x.exp - exp)
		return interval{new(big.Int).Lsh(x.lo, shift), new(big.Int).Lsh(x.hi, shift), exp}
	}
	return interval{floorShift(x.lo, exp-x.exp), ceilShift(x.hi, exp-x.exp), exp}
}

// trim shortens the bounds of x to about n bits.
func (x interval) trim(n int) interval {
	if exp := x.top() - n; exp > x.exp {
		return x.at(exp)
	}
	return x
}

// add returns x + y to n bits of the larger one.
func (x interval) add(y interval, n int) interval {
	exp := max(min(x.exp, y.exp), max(x.top(), y.top())-n)
	x, y = x.at(exp), y.at(exp)
	return interval{new(big.Int).Add(x.lo, y.lo), new(big.Int).Add(x.hi, y.hi), exp}
}

func (x interval) sub(y interval, n int) interval { return x.add(y.neg(), n) }

// mul returns x * y to n bits: its bounds are two of the products of bounds.
func (x interval) mul(y interval, n int) interval {
	low := new(big.Int).Mul(x.lo, y.lo)
	high := low
	for _, pair := range [][2]*big.Int{{x.lo, y.hi}, {x.hi, y.lo}, {x.hi, y.hi}} {
		product := new(big.Int).Mul(pair[0], pair[1])
		if product.Cmp(low) < 0 {
			low = product
		}
		if product.Cmp(high) > 0 {
			high = product
		}
	}
	return interval{low, high, x.exp + y.exp}.trim(n)
}

// quo returns x / y to n bits, y positive: a bound of x above zero is divided by
// the other bound of y, one below zero by the same.
func (x interval) quo(y interval, n int) interval {
	if y.lo.Sign() <= 0 {
		panic("exact: division by an interval that is not positive")
	}
	shift := uint(max(0, n+y.hi.BitLen()-min(x.lo.BitLen(), x.hi.BitLen())))
	low, high := new(big.Int).Lsh(x.lo, shift), new(big.Int).Lsh(x.hi, shift)
	divisor := y.hi
	if low.Sign() < 0 {
		divisor = y.lo
	}
	low.Div(low, divisor) // the floor, as divisors are positive
	divisor = y.lo
	if high.Sign() < 0 {
		divisor = y.hi
	}
	high.Neg(high.Div(high.Neg(high), divisor)) // the ceiling
	return interval{low, high, x.exp - y.exp - int(shift)}.trim(n)
}

// sqrt returns the square root of x to n bits, x not negative.
func (x interval) sqrt(n int) interval {
	exp := min(x.exp, x.top()-2*n)
	exp -= exp & 1
	x = x.at(exp)
	low, high := new(big.Int).Sqrt(x.lo), new(big.Int).Sqrt(x.hi)
	return interval{low, high.Add(high, one), exp / 2}
}

// floorShift returns the floor of x / 2^n.
func floorShift(x *big.Int, n int) *big.Int { return new(big.Int).Rsh(x, uint(n)) }

// ceilShift returns the ceiling of x / 2^n.
func ceilShift(x *big.Int, n int) *big.Int {
	z := new(big.Int).Neg(x)
	return z.Neg(z.Rsh(z, uint(n)))
}
