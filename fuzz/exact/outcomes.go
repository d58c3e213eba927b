package exact

import (
	"math/big"
	"slices"
)

// Outcome is one result of a stochastic rounding and its probability, which is a
// number of random numbers R divided by 2^N.
type Outcome struct {
	Code        uint64
	Flags       Flags
	Probability *big.Rat
}

// Outcomes returns what Round gives in a stochastic mode when each of the 2^N random
// numbers is as likely as any other; the Random of o is not used. Outcomes are in the
// order of growing magnitude. There are three at most: where the smallest normal value
// is near, the exception of underflow may depend on R as well as the code does.
func (p *Place) Outcomes(o Options) []Outcome {
	n := uint(o.Bits)
	bounds := []uint64{1 << n}
	if p.result.Kind == Finite && !p.result.IsZero() {
		// R goes up from 2^N - ups on.
		for _, nu := range []position{p.position, p.finePosition} {
			if first := uint64(1)<<n - ups(o.Mode, n, nu); first < 1<<n {
				bounds = append(bounds, first)
			}
		}
		slices.Sort(bounds)
	}
	var all []Outcome
	from := uint64(0)
	for _, to := range bounds {
		if to == from {
			continue
		}
		o.Random = from
		code, flags := p.Round(o)
		chance := new(big.Rat).SetFrac(new(big.Int).SetUint64(to-from), new(big.Int).Lsh(one, n))
		if k := len(all) - 1; k >= 0 && all[k].Code == code && all[k].Flags == flags {
			all[k].Probability.Add(all[k].Probability, chance)
		} else {
			all = append(all, Outcome{code, flags, chance})
		}
		from = to
	}
	return all
}

// ups returns how many of the 2^n random numbers R round the position nu up, by
// the descriptions of the modes (see stochastic).
func ups(mode Mode, n uint, nu position) uint64 {
	switch mode {
	case StochasticA: // floor(nu*2^n)
		return nu.fraction >> (64 - n)
	case StochasticB: // R >= 2^n - (floor(nu*2^(n+1)) + 1)/2
		return (nu.fraction>>(63-n) + 1) / 2
	case StochasticC, StochasticOdd: // roundTiesToEven(nu*2^n), roundTiesToOdd(nu*2^n)
		return nearestUnits(mode, n, nu)
	case StochasticEqual: // the first bit of R, unless nu is 0
		if nu.isZero() {
			return 0
		}
		return 1 << (n - 1)
	}
	panic("exact: not a stochastic mode")
}
