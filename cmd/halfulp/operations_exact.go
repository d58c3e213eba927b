package main

import (
	"math/big"
	"strings"

	"github.com/halfulp/halfulp/minifloat"
)

// What operations give before rounding, in rational numbers. Package minifloat computes results by itself; these say
// where a result came from.

func sum(x, y *big.Rat) *big.Rat        { return new(big.Rat).Add(x, y) }
func difference(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
func product(x, y *big.Rat) *big.Rat    { return new(big.Rat).Mul(x, y) }

// rational makes an operation of one on rational numbers.
func rational(f func(x []*big.Rat) *big.Rat) func(x []exactValue) exactValue {
	return func(x []exactValue) exactValue {
		numbers := make([]*big.Rat, len(x))
		for i := range x {
			numbers[i] = x[i].number
		}
		return exactValue{number: f(numbers)}
	}
}

// quotient returns x / y: an infinity or a NaN where y is 0.
func quotient(x, y exactValue) exactValue {
	switch {
	case y.number.Sign() != 0:
		return exactValue{number: new(big.Rat).Quo(x.number, y.number)}
	case x.number.Sign() == 0:
		return exactValue{nan: true}
	}
	return exactValue{negative: (x.number.Sign() < 0) != y.negative}
}

// rootBits is what the precision of a root that is not rational has beyond twice the bits of what it is the root of.
// Where N is no square, a number of j bits after its point is farther from the root of N than 1/(2^(2j+1) * root): N * 4^j
// is an integer, and no square either. The values and midpoints that count have fewer bits than the operands.
const rootBits = 300

// squareRoot returns the root of x: where it is no rational number, one that lies nearer to it than any value or
// midpoint of two values of the format that x came from.
func squareRoot(x exactValue) exactValue {
	if x.number.Sign() < 0 {
		return exactValue{nan: true}
	}
	n, d := x.number.Num(), x.number.Denom()
	root := new(big.Rat).SetFrac(new(big.Int).Sqrt(n), new(big.Int).Sqrt(d))
	if product(root, root).Cmp(x.number) == 0 {
		return exactValue{number: root}
	}
	f := new(big.Float).SetPrec(uint(rootBits + 2*(n.BitLen()+d.BitLen()))).SetRat(x.number)
	root, _ = f.Sqrt(f).Rat(nil)
	return exactValue{number: root, irrational: true}
}

// remainder returns x - y*n, n an integer near the quotient.
func remainder(integer func(q *big.Rat) *big.Int) func(x []exactValue) exactValue {
	return func(x []exactValue) exactValue {
		if x[1].number.Sign() == 0 {
			return exactValue{nan: true}
		}
		n := integer(new(big.Rat).Quo(x[0].number, x[1].number))
		return exactValue{number: difference(x[0].number, product(x[1].number, new(big.Rat).SetInt(n)))}
	}
}

// truncated returns q without its fraction.
func truncated(q *big.Rat) *big.Int { return new(big.Int).Quo(q.Num(), q.Denom()) }

// nearestInteger returns the integer nearest to q, of two the even one.
func nearestInteger(q *big.Rat) *big.Int {
	twice := new(big.Rat).Add(q, q)
	n := new(big.Int).Div(new(big.Int).Add(twice.Num(), twice.Denom()), new(big.Int).Lsh(twice.Denom(), 1)) // floor(q + 1/2)
	if difference(new(big.Rat).SetInt(n), q).Cmp(big.NewRat(1, 2)) == 0 && n.Bit(0) != 0 {
		n.Sub(n, big.NewInt(1))
	}
	return n
}

// choice returns what of two numbers a minimum or a maximum takes.
func choice(e minifloat.Extremum) func(x []exactValue) exactValue {
	magnitude, most := strings.Contains(e.String(), "Magnitude"), strings.HasPrefix(e.String(), "Maximum")
	return func(x []exactValue) exactValue {
		order := 0
		if magnitude {
			order = new(big.Rat).Abs(x[0].number).Cmp(new(big.Rat).Abs(x[1].number))
		}
		if order == 0 {
			order = ascending(x[0], x[1])
		}
		if most == (order > 0) {
			return x[0]
		}
		return x[1]
	}
}

func minimum(x, y exactValue) exactValue { return choice(minifloat.Minimum)([]exactValue{x, y}) }
func maximum(x, y exactValue) exactValue { return choice(minifloat.Maximum)([]exactValue{x, y}) }

// ascending compares two numbers, -0 below 0.
func ascending(x, y exactValue) int {
	switch order := x.number.Cmp(y.number); {
	case order != 0 || x.negative == y.negative:
		return order
	case x.negative:
		return -1
	}
	return 1
}
