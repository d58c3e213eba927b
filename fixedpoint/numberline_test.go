package fixedpoint

import (
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// Rounding by the definitions on the number line, for what is no operation of fuzz/exact: the multipliers.

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

func mulInt(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }

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
