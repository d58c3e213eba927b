package exact

import (
	"fmt"
	"math/big"
)

// FixedFormat is a fixed-point format: integers of Bits bits, in two's complement
// where Signed, in units of 2^-Fraction. A code is such an integer's bits.
type FixedFormat struct {
	Bits     int // 1 to 64
	Signed   bool
	Fraction int // any number: the point may lie outside the bits
}

// Decode returns the value of a code.
func (f FixedFormat) Decode(code uint64) Number {
	if f.Bits < 64 && code>>f.Bits != 0 {
		panic(fmt.Sprintf("exact: %#x is not a code of %d bits", code, f.Bits))
	}
	i := new(big.Int).SetUint64(code)
	if f.Signed && i.Bit(f.Bits-1) == 1 {
		i.Sub(i, f.modulus())
	}
	return Dyadic(i, -f.Fraction)
}

func (f FixedFormat) modulus() *big.Int { return new(big.Int).Lsh(one, uint(f.Bits)) }

// limits returns the least and the greatest integer.
func (f FixedFormat) limits() (low, high *big.Int) {
	m := f.modulus()
	if !f.Signed {
		return zero, m.Sub(m, one)
	}
	m.Rsh(m, 1)
	return new(big.Int).Neg(m), new(big.Int).Sub(m, one)
}

// FixedOverflow says what becomes of an integer beyond the limits.
type FixedOverflow int

const (
	Clamp          FixedOverflow = iota // the nearer limit
	WrapAround                          // modulo 2^Bits
	ClampSymmetric                      // the nearer limit, the lower one being the negative of the upper
)

func (o FixedOverflow) String() string {
	return [...]string{"Clamp", "WrapAround", "ClampSymmetric"}[o]
}

// FixedOptions are the parameters of one rounding to a fixed-point format.
type FixedOptions struct {
	Mode     Mode
	Overflow FixedOverflow

	// Random and Bits are R and N of the stochastic modes: 0 <= R < 2^N, 1 <= N <= 63.
	Random uint64
	Bits   int
}

// FixedPlace is where an exact result lies among the integers of a format, and
// what each overflow makes of its two neighbours.
type FixedPlace struct {
	result   Result
	position position
	lowerOdd bool
	lower    [3]fitted // of smaller magnitude
	upper    [3]fitted
}

// fitted is a code and whether the integer was beyond the limits.
type fitted struct {
	code uint64
	over bool
}

// LocateFixed finds the place of an exact result in a format.
func LocateFixed(r Result, f FixedFormat) FixedPlace {
	p := FixedPlace{result: r}
	switch r.Kind {
	case NaN:
		return p
	case Infinite:
		// An integer beyond any limit, and the limits themselves in WrapAround.
		p.lower = f.fit(r.Negative, new(big.Int).Lsh(one, uint(f.Bits)+1))
		p.lower[WrapAround] = p.lower[Clamp]
		return p
	}
	integer, position := inUnitsBig(r, -f.Fraction)
	p.position = position
	p.lowerOdd = integer.Bit(0) == 1
	p.lower = f.fit(r.Negative, integer)
	if !position.isZero() {
		p.upper = f.fit(r.Negative, new(big.Int).Add(integer, one))
	}
	return p
}

// fit returns the codes of an integer under each overflow.
func (f FixedFormat) fit(negative bool, magnitude *big.Int) (codes [3]fitted) {
	i := new(big.Int).Set(magnitude)
	if negative {
		i.Neg(i)
	}
	low, high := f.limits()
	for o := range codes {
		lowest := low
		if FixedOverflow(o) == ClampSymmetric && f.Signed {
			lowest = new(big.Int).Neg(high)
		}
		z := i
		switch {
		case i.Cmp(lowest) < 0:
			z = lowest
		case i.Cmp(high) > 0:
			z = high
		}
		codes[o].over = z != i
		if FixedOverflow(o) == WrapAround {
			z = i
		}
		codes[o].code = new(big.Int).Mod(z, f.modulus()).Uint64() // Mod is Euclidean
	}
	return codes
}

// Round rounds the located result: one code, and the exceptions of the operation
// together with those of the rounding. NaN gives 0 and Invalid; an infinity gives
// a limit, with Overflow and Inexact unless it is that of a division by zero.
func (p *FixedPlace) Round(o FixedOptions) (code uint64, flags Flags) {
	flags = p.result.Raised
	switch p.result.Kind {
	case NaN:
		return 0, flags | Invalid
	case Infinite:
		if !p.result.ByZero {
			flags |= Overflow | Inexact
		}
		return p.lower[o.Overflow].code, flags
	}
	z := p.lower[o.Overflow]
	if !p.position.isZero() {
		flags |= Inexact
		if roundsUp(Options{Mode: o.Mode, Random: o.Random, Bits: o.Bits}, p.result.Negative, p.lowerOdd, p.position) {
			z = p.upper[o.Overflow]
		}
	}
	if z.over {
		flags |= Overflow | Inexact
	}
	return z.code, flags
}

// RoundFixed is LocateFixed and Round in one.
func RoundFixed(r Result, f FixedFormat, o FixedOptions) (code uint64, flags Flags) {
	p := LocateFixed(r, f)
	return p.Round(o)
}

// Rem returns what is left of x when y is taken away as often as it goes whole: the
// remainder of the quotient truncated toward zero, with the sign of x. Of finite
// numbers; y zero is invalid.
func Rem(x, y Number) Result {
	if x.Kind != Finite || y.Kind != Finite {
		panic("exact: Rem of finite numbers only")
	}
	if y.IsZero() {
		return invalid()
	}
	a, b, exp := align(x, y)
	return exactly(Number{Negative: x.Negative, Int: new(big.Int).Rem(a, b), Exp: exp})
}

// Scale returns x * 2^n, x finite.
func Scale(x Number, n int) Result {
	x.Exp += n
	return exactly(x)
}
