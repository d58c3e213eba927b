package fixedpoint

import (
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// The oracle: the exact result as a fraction in math/big, in units of the result's last place, then the definition of
// each mode on the number line. It uses no signs and magnitudes, no shifts and no sticky bits, and nothing of the package but
// the fields of Format.

// place is where an exact value lies: at floor, or between floor and floor+1.
type place struct {
	floor    *big.Int
	inexact  bool
	half     int // the fraction against 1/2: -1, 0 or 1
	positive bool
}

// exact is num/den with den > 0.
type exact struct{ num, den *big.Int }

func bigInt(x int64) *big.Int { return big.NewInt(x) }

// integerOf is the integer of a value, by the definition of two's complement.
func integerOf(f Format, bits int64) *big.Int {
	n := new(big.Int).And(bigInt(bits), new(big.Int).Sub(new(big.Int).Lsh(bigInt(1), uint(f.width)), bigInt(1)))
	if f.signed && n.Bit(int(f.width)-1) == 1 {
		n.Sub(n, new(big.Int).Lsh(bigInt(1), uint(f.width)))
	}
	return n
}

func exactOf(v Value) exact {
	n := integerOf(v.Format, v.Bits)
	if f := int(v.Format.fraction); f >= 0 {
		return exact{n, new(big.Int).Lsh(bigInt(1), uint(f))}
	} else {
		return exact{n.Lsh(n, uint(-f)), bigInt(1)}
	}
}

func mulInt(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }

func (x exact) add(y exact) exact {
	return exact{new(big.Int).Add(mulInt(x.num, y.den), mulInt(y.num, x.den)), mulInt(x.den, y.den)}
}

func (x exact) neg() exact { return exact{new(big.Int).Neg(x.num), x.den} }

func (x exact) mul(y exact) exact { return exact{mulInt(x.num, y.num), mulInt(x.den, y.den)} }

func (x exact) quo(y exact) exact {
	z := exact{mulInt(x.num, y.den), mulInt(x.den, y.num)}
	if z.den.Sign() < 0 {
		z = exact{z.num.Neg(z.num), z.den.Neg(z.den)}
	}
	return z
}

// locate says where x lies in steps of f.
func locate(f Format, x exact) place {
	num, den := new(big.Int).Set(x.num), new(big.Int).Set(x.den)
	if f.fraction >= 0 {
		num.Lsh(num, uint(f.fraction))
	} else {
		den.Lsh(den, uint(-int(f.fraction)))
	}
	rem := new(big.Int)
	floor := new(big.Int)
	floor.DivMod(num, den, rem) // Euclidean: 0 <= rem < den
	return place{floor, rem.Sign() != 0, rem.Lsh(rem, 1).Cmp(den), x.num.Sign() > 0}
}

// up says for each mode whether an inexact value goes to floor+1.
var up = map[rounding.Mode]func(p place, odd bool) bool{
	rounding.ToNearestEven: func(p place, odd bool) bool { return p.half > 0 || p.half == 0 && odd },
	rounding.ToNearestAway: func(p place, odd bool) bool { return p.half > 0 || p.half == 0 && p.positive },
	rounding.ToZero:        func(p place, odd bool) bool { return !p.positive },
	rounding.AwayFromZero:  func(p place, odd bool) bool { return p.positive },
	rounding.ToNegativeInf: func(p place, odd bool) bool { return false },
	rounding.ToPositiveInf: func(p place, odd bool) bool { return true },
	rounding.ToNearestZero: func(p place, odd bool) bool { return p.half > 0 || p.half == 0 && !p.positive },
	rounding.ToNearestUp:   func(p place, odd bool) bool { return p.half >= 0 },
	rounding.ToNearestDown: func(p place, odd bool) bool { return p.half > 0 },
	rounding.ToNearestOdd:  func(p place, odd bool) bool { return p.half > 0 || p.half == 0 && !odd },
	rounding.ToOdd:         func(p place, odd bool) bool { return !odd },
}

// bounds are the ends of a format's range.
type bounds struct{ low, symmetric, high, modulus *big.Int }

func boundsOf(f Format) bounds {
	one := bigInt(1)
	b := bounds{modulus: new(big.Int).Lsh(one, uint(f.width)), low: bigInt(0), symmetric: bigInt(0)}
	b.high = new(big.Int).Sub(b.modulus, one)
	if f.signed {
		half := new(big.Int).Lsh(one, uint(f.width)-1)
		b.high = new(big.Int).Sub(half, one)
		b.low = half.Neg(half)
		b.symmetric = new(big.Int).Neg(b.high)
	}
	return b
}

// round finishes: the integer of f, and the flags.
func (p place) round(c Context, f Format) (int64, rounding.Flags) {
	return p.roundIn(c, boundsOf(f))
}

func (p place) roundIn(c Context, b bounds) (int64, rounding.Flags) {
	z := p.floor
	var flags rounding.Flags
	if p.inexact {
		flags = rounding.Inexact
		if up[c.Mode](p, z.Bit(0) == 1) {
			z = new(big.Int).Add(z, bigInt(1))
		}
	}
	low := b.low
	if c.Overflow == SaturateSymmetric {
		low = b.symmetric
	}
	if z.Cmp(low) < 0 || z.Cmp(b.high) > 0 {
		flags = rounding.Inexact | rounding.Overflow
		switch {
		case c.Overflow == Wrap:
			z = new(big.Int).Mod(z, b.modulus)
			if z.Cmp(b.high) > 0 {
				z.Sub(z, b.modulus)
			}
		case z.Sign() < 0:
			z = low
		default:
			z = b.high
		}
	}
	if z.IsInt64() {
		return z.Int64(), flags
	}
	return int64(z.Uint64()), flags
}

var contexts = func() (cs []Context) {
	for _, m := range rounding.Modes() {
		for _, o := range Overflows() {
			cs = append(cs, Context{m, o})
		}
	}
	return cs
}()

// operations is the one table of what is compared with the oracle.
var operations = []struct {
	name  string
	unary bool
	got   func(c Context, dst Format, x, y Value) (Value, rounding.Flags)
	exact func(x, y exact) exact
}{
	{"Add", false, Context.Add, exact.add},
	{"Sub", false, Context.Sub, func(x, y exact) exact { return x.add(y.neg()) }},
	{"Mul", false, Context.Mul, exact.mul},
	{"Quo", false, Context.Quo, exact.quo},
	{"Neg", true, func(c Context, dst Format, x, _ Value) (Value, rounding.Flags) { return c.Neg(dst, x) }, func(x, _ exact) exact { return x.neg() }},
	{"Abs", true, func(c Context, dst Format, x, _ Value) (Value, rounding.Flags) { return c.Abs(dst, x) },
		func(x, _ exact) exact { return exact{new(big.Int).Abs(x.num), x.den} }},
	{"Convert", true, func(c Context, dst Format, x, _ Value) (Value, rounding.Flags) { return c.Convert(dst, x) }, func(x, _ exact) exact { return x }},
}
