package exact

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
)

// Kind tells the three sorts of values apart.
type Kind int

const (
	Finite Kind = iota
	Infinite
	NaN
)

// Number is what a code stands for: a dyadic number, an infinity or a NaN. A
// finite Number is (-1)^Negative * Int * 2^Exp with Int >= 0; a zero has its sign.
// Numbers share their Int freely, so nothing may change it.
type Number struct {
	Kind       Kind
	Negative   bool
	Signalling bool // a NaN that raises Invalid when used (IEEE formats only)
	Int        *big.Int
	Exp        int

	// Payload is the significand field of a NaN of an IEEE format, its first bit at
	// the top, and PayloadSign its sign bit.
	Payload     uint64
	PayloadSign bool
}

var (
	zero = new(big.Int)
	one  = big.NewInt(1)
)

// Dyadic returns i * 2^exp. A zero is +0.
func Dyadic(i *big.Int, exp int) Number {
	return Number{Negative: i.Sign() < 0, Int: new(big.Int).Abs(i), Exp: exp}
}

// Int64 returns the integer i.
func Int64(i int64) Number { return Dyadic(big.NewInt(i), 0) }

// Uint64 returns the integer u.
func Uint64(u uint64) Number { return Number{Int: new(big.Int).SetUint64(u)} }

// Float64 returns the value of x, a code of binary64.
func Float64(x float64) Number { return IEEE(11, 52).Decode(math.Float64bits(x)) }

// Float32 returns the value of x, a code of binary32.
func Float32(x float32) Number { return IEEE(8, 23).Decode(uint64(math.Float32bits(x))) }

// Inf returns an infinity.
func Inf(negative bool) Number { return Number{Kind: Infinite, Negative: negative, Int: zero} }

// IsZero reports whether x is a zero of either sign.
func (x Number) IsZero() bool { return x.Kind == Finite && x.Int.Sign() == 0 }

// Float returns the value of x as a float64 and whether that is exact.
func (x Number) Float() (value float64, isExact bool) {
	sign := 1.0
	if x.Negative {
		sign = -1
	}
	switch x.Kind {
	case NaN:
		return math.NaN(), true
	case Infinite:
		return math.Inf(int(sign)), true
	}
	z := new(big.Float).SetMantExp(new(big.Float).SetInt(x.Int), x.Exp)
	v, accuracy := z.Float64()
	return math.Copysign(v, sign), accuracy == big.Exact
}

func (x Number) String() string {
	sign := ""
	if x.Negative {
		sign = "-"
	}
	switch x.Kind {
	case NaN:
		return sign + "NaN"
	case Infinite:
		return sign + "Inf"
	}
	return fmt.Sprintf("%s%v*2^%d", sign, x.Int, x.Exp)
}

// compareMagnitudes returns the sign of |x| - |y| of two finite numbers.
func compareMagnitudes(x, y Number) int {
	switch {
	case x.Int.Sign() == 0 || y.Int.Sign() == 0:
		return x.Int.Sign() - y.Int.Sign()
	case x.binade() != y.binade(): // may be too far apart to align
		return cmp.Compare(x.binade(), y.binade())
	}
	a, b, _ := align(x, y)
	return a.Cmp(b)
}

// align returns the integers of x and y over their smaller exponent.
func align(x, y Number) (a, b *big.Int, exp int) {
	a, b, exp = x.Int, y.Int, x.Exp
	if x.Exp > y.Exp {
		a, exp = new(big.Int).Lsh(x.Int, uint(x.Exp-y.Exp)), y.Exp
	} else if y.Exp > x.Exp {
		b = new(big.Int).Lsh(y.Int, uint(y.Exp-x.Exp))
	}
	return a, b, exp
}
