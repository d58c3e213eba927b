package exact

import "math/big"

// quotientBits is the least number of bits of the integer part of a quotient or
// root; the package comment says why it is enough.
const quotientBits = 160

// Result is the exact result of an operation, before rounding.
type Result struct {
	Number

	// Between says that the magnitude lies strictly between Int*2^Exp and
	// (Int+1)*2^Exp, where Int has at least 160 bits. Without it, it is Int*2^Exp.
	Between bool

	// Cancelled marks a zero that is the sum of two numbers of opposite signs. Its
	// sign depends on the mode (IEEE 754 section 6.3): -0 in TowardNegative, +0 in
	// the others.
	Cancelled bool

	// ByZero marks a quotient whose divisor is zero and whose dividend is not NaN.
	ByZero bool

	// Raised holds the exceptions of the operation itself: Invalid, DivideByZero.
	Raised Flags
}

// exactly returns x as a result.
func exactly(x Number) Result { return Result{Number: x} }

// invalid returns the NaN of an operation that has no result.
func invalid() Result { return Result{Number: Number{Kind: NaN, Int: zero}, Raised: Invalid} }

// propagate returns the NaN result of an operation with a NaN among its operands:
// quiet, positive, with Invalid if one is signalling (IEEE 754 section 6.2), and
// with the payload of the first.
func propagate(operands ...Number) (Result, bool) {
	r, isNaN := Result{Number: Number{Kind: NaN, Int: zero}}, false
	for _, x := range operands {
		if x.Kind != NaN {
			continue
		}
		if !isNaN {
			r.Payload, r.PayloadSign = x.Payload, x.PayloadSign
		}
		isNaN = true
		if x.Signalling {
			r.Raised = Invalid
		}
	}
	return r, isNaN
}

// Convert returns x itself: the operation of which only the rounding remains. A
// NaN keeps its sign; a signalling one raises Invalid.
func Convert(x Number) Result {
	r := exactly(x)
	if x.Signalling {
		r.Signalling, r.Raised = false, Invalid
	}
	return r
}

// Negate returns x with its sign reversed. It is not an arithmetic operation: it
// raises nothing, whatever x is (IEEE 754 section 5.5.1).
func Negate(x Number) Result {
	x.Negative = !x.Negative
	return exactly(x)
}

// Abs returns x with its sign cleared, and raises nothing.
func Abs(x Number) Result {
	x.Negative = false
	return exactly(x)
}

// Add returns x + y.
func Add(x, y Number) Result {
	if r, isNaN := propagate(x, y); isNaN {
		return r
	}
	switch {
	case x.Kind == Infinite && y.Kind == Infinite && x.Negative != y.Negative:
		return invalid()
	case x.Kind == Infinite:
		return exactly(x)
	case y.Kind == Infinite:
		return exactly(y)
	}
	a, b, exp := align(x, y)
	if x.Negative == y.Negative {
		return exactly(Number{Negative: x.Negative, Int: new(big.Int).Add(a, b), Exp: exp})
	}
	switch order := a.Cmp(b); {
	case order > 0:
		return exactly(Number{Negative: x.Negative, Int: new(big.Int).Sub(a, b), Exp: exp})
	case order < 0:
		return exactly(Number{Negative: y.Negative, Int: new(big.Int).Sub(b, a), Exp: exp})
	}
	return Result{Number: Number{Int: zero}, Cancelled: true}
}

// Sub returns x - y: x plus the negation of y.
func Sub(x, y Number) Result {
	if r, isNaN := propagate(x, y); isNaN {
		return r
	}
	return Add(x, Negate(y).Number)
}

// Mul returns x * y.
func Mul(x, y Number) Result {
	if r, isNaN := propagate(x, y); isNaN {
		return r
	}
	negative := x.Negative != y.Negative
	if x.Kind == Infinite || y.Kind == Infinite {
		if x.IsZero() || y.IsZero() {
			return invalid()
		}
		return exactly(Inf(negative))
	}
	return exactly(Number{Negative: negative, Int: new(big.Int).Mul(x.Int, y.Int), Exp: x.Exp + y.Exp})
}

// FMA returns x * y + z. An invalid product raises Invalid even when z is a quiet
// NaN, which IEEE 754 section 7.2 leaves open: RISC-V, Arm and SoftFloat do, x86 does
// not.
func FMA(x, y, z Number) Result {
	product := Mul(x, y)
	if product.Kind == NaN && x.Kind != NaN && y.Kind != NaN {
		return product // infinity by zero
	}
	if r, isNaN := propagate(x, y, z); isNaN {
		return r
	}
	return Add(product.Number, z)
}

// Quo returns x / y.
func Quo(x, y Number) Result { return QuoBits(quotientBits, x, y) }

// QuoBits is Quo with at least n bits of an inexact quotient, for results of which
// more than the leading 160 are asked.
func QuoBits(n int, x, y Number) Result {
	if r, isNaN := propagate(x, y); isNaN {
		return r
	}
	negative := x.Negative != y.Negative
	switch {
	case x.Kind == Infinite && y.Kind == Infinite:
		return invalid()
	case x.Kind == Infinite:
		return Result{Number: Inf(negative), ByZero: y.IsZero()}
	case y.Kind == Infinite:
		return exactly(Number{Negative: negative, Int: zero})
	case y.IsZero() && x.IsZero():
		return invalid()
	case y.IsZero():
		return Result{Number: Inf(negative), ByZero: true, Raised: DivideByZero}
	case x.IsZero():
		return exactly(Number{Negative: negative, Int: zero})
	}
	// The dividend is widened until the integer quotient has n bits.
	shift := max(0, n+1+y.Int.BitLen()-x.Int.BitLen())
	q, rest := new(big.Int).QuoRem(new(big.Int).Lsh(x.Int, uint(shift)), y.Int, new(big.Int))
	return Result{
		Number:  Number{Negative: negative, Int: q, Exp: x.Exp - shift - y.Exp},
		Between: rest.Sign() != 0,
	}
}

// Sqrt returns the square root of x. The root of -0 is -0.
func Sqrt(x Number) Result { return SqrtBits(quotientBits, x) }

// SqrtBits is Sqrt with at least n bits of an inexact root.
func SqrtBits(n int, x Number) Result {
	if r, isNaN := propagate(x); isNaN {
		return r
	}
	switch {
	case x.IsZero():
		return exactly(x)
	case x.Negative:
		return invalid()
	case x.Kind == Infinite:
		return exactly(x)
	}
	// The radicand is widened to 2n bits and an even exponent.
	shift := max(0, 2*n-x.Int.BitLen())
	if (x.Exp-shift)%2 != 0 {
		shift++
	}
	radicand := new(big.Int).Lsh(x.Int, uint(shift))
	root := new(big.Int).Sqrt(radicand)
	return Result{
		Number:  Number{Int: root, Exp: (x.Exp - shift) / 2},
		Between: new(big.Int).Mul(root, root).Cmp(radicand) != 0,
	}
}

// Compare returns the sign of x - y, or unordered if one is NaN. Zeros are equal.
func Compare(x, y Number) (order int, unordered bool) {
	if x.Kind == NaN || y.Kind == NaN {
		return 0, true
	}
	switch sx, sy := sign(x), sign(y); {
	case sx < sy:
		return -1, false
	case sx > sy:
		return 1, false
	case sx == 0:
		return 0, false
	default: // one sign: compare magnitudes, the other way round below zero
		switch {
		case x.Kind == Infinite && y.Kind == Infinite:
			return 0, false
		case x.Kind == Infinite:
			return sx, false
		case y.Kind == Infinite:
			return -sx, false
		}
		return sx * compareMagnitudes(x, y), false
	}
}

// sign returns -1, 0 or 1; 0 for zeros of either sign.
func sign(x Number) int {
	switch {
	case x.IsZero():
		return 0
	case x.Negative:
		return -1
	}
	return 1
}
