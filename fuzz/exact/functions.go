package exact

import "math/big"

// Remainder returns x - y*n, where n is the integer nearest to x/y, of two nearest ones
// the even one (IEEE 754 section 5.3.1, remainder).
func Remainder(x, y Number) Result { return remainder(x, y, true) }

// Mod returns x - y*n, where n is x/y rounded toward zero: fmod of the C library.
func Mod(x, y Number) Result { return remainder(x, y, false) }

func remainder(x, y Number, nearest bool) Result {
	if r, isNaN := propagate(x, y); isNaN {
		return r
	}
	switch {
	case x.Kind == Infinite || y.IsZero():
		return invalid()
	case y.Kind == Infinite || x.IsZero():
		return exactly(x)
	}
	a, b, exp := align(x, y)
	n, rest := new(big.Int).QuoRem(a, b, new(big.Int))
	r := Number{Negative: x.Negative, Int: rest, Exp: exp}
	if nearest {
		switch order := new(big.Int).Lsh(rest, 1).Cmp(b); {
		case order > 0, order == 0 && n.Bit(0) != 0:
			r.Int, r.Negative = new(big.Int).Sub(b, rest), !x.Negative
		}
	}
	return exactly(r) // a zero has the sign of x
}

// FAA returns x + y + z: P3109's fused add-add. Opposite infinities among any two
// are invalid, and an exact zero has the sign of its terms where they agree.
func FAA(x, y, z Number) Result {
	if r, isNaN := propagate(x, y, z); isNaN {
		return r
	}
	positive, negative := false, false
	for _, v := range []Number{x, y, z} {
		positive = positive || v.Kind == Infinite && !v.Negative
		negative = negative || v.Kind == Infinite && v.Negative
	}
	switch {
	case positive && negative:
		return invalid()
	case positive || negative:
		return exactly(Inf(negative))
	}
	sum := Add(x, y).Number
	r := Add(sum, z)
	if r.IsZero() {
		agree := x.Negative == y.Negative && y.Negative == z.Negative
		r = Result{Number: Number{Int: zero, Negative: agree && x.Negative}, Cancelled: !agree}
	}
	return r
}

// ScaledAdd returns x*sx + y*sy, ScaledSub x*sx - y*sy and ScaledMul (x*sx)*(y*sy),
// rounded once: P3109's scaled operations. An invalid product raises Invalid
// whatever the other is.
func ScaledAdd(x, sx, y, sy Number) Result { return combine(Add, x, sx, y, sy) }

// ScaledSub is described at ScaledAdd.
func ScaledSub(x, sx, y, sy Number) Result { return combine(Sub, x, sx, y, sy) }

// ScaledMul is described at ScaledAdd.
func ScaledMul(x, sx, y, sy Number) Result { return combine(Mul, x, sx, y, sy) }

func combine(op func(x, y Number) Result, x, sx, y, sy Number) Result {
	p, q := Mul(x, sx), Mul(y, sy)
	r := op(p.Number, q.Number)
	r.Raised |= p.Raised | q.Raised
	return r
}

// Recip returns 1 / x.
func Recip(x Number) Result { return Quo(Int64(1), x) }

// Rsqrt returns 1 / sqrt(x) (IEEE 754 section 9.2, rSqrt). Of a zero it is an
// infinity of its sign, as a quotient by zero; P3109 has NaN.
func Rsqrt(x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.IsZero():
		return Result{Number: Inf(x.Negative), ByZero: true, Raised: DivideByZero}
	case x.Negative:
		return invalid()
	case x.Kind == Infinite:
		return exactly(Number{Int: zero})
	}
	// The root of 2^n / Int, n even with the exponent: the floor of the root of a
	// number is that of the root of its floor.
	n := 2*quotientBits + x.Int.BitLen() + 2
	if (n-x.Exp)%2 != 0 {
		n++
	}
	radicand := new(big.Int).Lsh(one, uint(n))
	q, rest := new(big.Int).QuoRem(radicand, x.Int, new(big.Int))
	root := new(big.Int).Sqrt(q)
	return Result{
		Number:  Number{Int: root, Exp: -(n + x.Exp) / 2},
		Between: rest.Sign() != 0 || new(big.Int).Mul(root, root).Cmp(q) != 0,
	}
}

// Hypot returns sqrt(x*x + y*y) (IEEE 754 section 9.2, hypot): infinite where one
// operand is, even if the other is a quiet NaN. P3109 has NaN there, which p3109
// asks for.
func Hypot(x, y Number, p3109 bool) Result {
	nan, isNaN := propagate(x, y)
	if isNaN && (nan.Raised != 0 || p3109) {
		return nan
	}
	if x.Kind == Infinite || y.Kind == Infinite {
		return exactly(Inf(false))
	}
	if isNaN {
		return nan
	}
	return Sqrt(Abs(Add(Mul(x, x).Number, Mul(y, y).Number).Number).Number)
}

// Extremum names one of the operations that choose an operand.
type Extremum int

// The operations of IEEE 754 section 9.6, in pairs of a minimum and a maximum, and
// those of P3109 that prefer finite numbers.
const (
	Minimum                Extremum = iota // NaN if one is NaN
	Maximum                                //
	MinimumNumber                          // the other one if one is NaN
	MaximumNumber                          //
	MinimumMagnitude                       // of smaller magnitude; where these are equal Minimum
	MaximumMagnitude                       //
	MinimumMagnitudeNumber                 // of smaller magnitude; the other one if one is NaN
	MaximumMagnitudeNumber                 //
	MinimumFinite                          // MinimumNumber of which an infinity loses against a finite number
	MaximumFinite                          //
)

// Choose returns x or y. -0 counts as less than +0.
func Choose(e Extremum, x, y Number) Result {
	nan, isNaN := propagate(x, y)
	if isNaN {
		number := e != Minimum && e != Maximum && e != MinimumMagnitude && e != MaximumMagnitude
		switch {
		case number && x.Kind != NaN:
			return Result{Number: x, Raised: nan.Raised}
		case number && y.Kind != NaN:
			return Result{Number: y, Raised: nan.Raised}
		}
		return nan
	}
	first := func(x, y Number) bool { // x < y, where -0 < +0
		order, _ := Compare(x, y)
		return order < 0 || order == 0 && x.Negative
	}
	maximum := e%2 != 0
	switch e {
	case MinimumMagnitude, MaximumMagnitude, MinimumMagnitudeNumber, MaximumMagnitudeNumber:
		if order, _ := Compare(Abs(x).Number, Abs(y).Number); order != 0 {
			if (order < 0) != maximum {
				return exactly(x)
			}
			return exactly(y)
		}
	case MinimumFinite, MaximumFinite:
		if x.Kind != y.Kind {
			if x.Kind == Finite {
				return exactly(x)
			}
			return exactly(y)
		}
	}
	if first(x, y) != maximum {
		return exactly(x)
	}
	return exactly(y)
}

// ClampTo returns x between lo and hi (P3109): Minimum of hi and the Maximum of x
// and lo. Where lo is above hi it is invalid.
func ClampTo(x, lo, hi Number) Result {
	if r, isNaN := propagate(x, lo, hi); isNaN {
		return r
	}
	if order, _ := Compare(lo, hi); order > 0 {
		return invalid()
	}
	return Choose(Minimum, Choose(Maximum, x, lo).Number, hi)
}
