package main

import (
	"fmt"
	"math/big"

	"github.com/halfulp/halfulp/rounding"
)

// lottery is how a stochastic mode decides about a number between two neighbours: away from zero where the part of a
// step that is cut off, as an integer, and what the random bits add reach a power of two. Package rounding decides; this
// only tells.
type lottery struct {
	mode     rounding.Mode
	drawn    randomBits
	cut      *big.Int // of the part, in units of 2^-bits
	bits     int
	away, to *neighbour // farther from zero, and nearer
}

func newLottery(v exactValue, e *explanation, mode rounding.Mode, d randomBits) lottery {
	l := lottery{mode: mode, drawn: d, bits: d.n, away: e.Upper, to: e.Lower}
	if v.number.Sign() < 0 {
		l.away, l.to = e.Lower, e.Upper
	}
	if mode == rounding.StochasticB {
		l.bits++
	}
	part := new(big.Rat).Quo(difference(v.number, l.to.number), difference(l.away.number, l.to.number))
	units := product(part, power2(l.bits))
	if near, ok := toNearest[mode]; ok {
		l.cut = near.integer(units)
	} else if mode == rounding.StochasticEqual {
		l.cut = new(big.Int).Lsh(big.NewInt(1), uint(d.n-1))
	} else {
		l.cut = truncated(units)
	}
	return l
}

// toNearest has the modes that round the part to the nearest integer.
var toNearest = map[rounding.Mode]struct {
	name    string
	integer func(q *big.Rat) *big.Int
}{
	rounding.StochasticC:   {"to nearest even", nearestInteger},
	rounding.StochasticOdd: {"to nearest, ties to odd,", nearestOdd},
}

// nearestOdd returns the integer nearest to q, the odd one of two at a tie.
func nearestOdd(q *big.Rat) *big.Int {
	n := nearestInteger(q) // the even one
	if over := difference(new(big.Rat).SetInt(n), q); over.IsInt() || !product(over, power2(1)).IsInt() {
		return n
	} else if over.Sign() > 0 {
		return n.Sub(n, big.NewInt(1))
	}
	return n.Add(n, big.NewInt(1))
}

// added is what the random bits add.
func (l lottery) added() *big.Int {
	word := new(big.Int).SetUint64(l.drawn.word)
	if l.mode == rounding.StochasticB {
		word.Add(word.Lsh(word, 1), big.NewInt(1))
	}
	return word
}

// winning counts the words of random bits that go away from zero: those up from where the sum reaches the power of two.
func (l lottery) winning() *big.Int {
	if l.mode == rounding.StochasticB { // cut + 2*word + 1 >= 2^(n+1)
		n := new(big.Int).Add(l.cut, big.NewInt(1))
		return n.Rsh(n, 1)
	}
	return l.cut
}

// power writes 2^n.
func power(n int) string {
	if n > 10 {
		return fmt.Sprintf("2^%d", n)
	}
	return power2(n).RatString()
}

// setOdds says how many of the words of random bits take each neighbour.
func (e *explanation) setOdds(v exactValue, mode rounding.Mode, d randomBits) {
	l := newLottery(v, e, mode, d)
	winning := l.winning()
	losing := new(big.Int).Sub(power2(d.n).Num(), winning)
	l.away.Odds, l.to.Odds = winning.String()+"/"+power(d.n), losing.String()+"/"+power(d.n)
}

// whyStochastic says how a stochastic mode came to its neighbour.
func whyStochastic(v exactValue, e *explanation, mode rounding.Mode, d randomBits) []string {
	l := newLottery(v, e, mode, d)
	added := l.added()
	total, limit := new(big.Int).Add(l.cut, added), power2(l.bits).Num()
	taken, outcome := l.to, "toward zero"
	if total.Cmp(limit) >= 0 {
		taken, outcome = l.away, "away from zero"
	}
	if taken == e.Upper {
		outcome += ", the upper neighbour"
	} else {
		outcome += ", the lower neighbour"
	}
	if mode == rounding.StochasticEqual {
		return []string{fmt.Sprintf("StochasticEqual looks at the first of the random bits alone: it is %d, and that is %s", d.word>>(d.n-1), outcome)}
	}
	part, units := "next to nothing", fmt.Sprint(l.cut)
	if s := v.distance(l.to.number, difference(l.away.number, l.to.number)); s != "" {
		part, units = s+" of a step", fmt.Sprintf("floor(%s * %s) = %v", s, power(l.bits), l.cut)
		if near, ok := toNearest[mode]; ok {
			units = fmt.Sprintf("%s * %s %s is %v", s, power(l.bits), near.name, l.cut)
		}
	}
	words := fmt.Sprintf("the random bits, %d", d.word)
	if mode == rounding.StochasticB {
		words = fmt.Sprintf("the random bits with a 1 behind them, 2*%d + 1 = %v", d.word, added)
	}
	below := "not below"
	if taken == l.to {
		below = "below"
	}
	return []string{
		fmt.Sprintf("%v takes what is cut off, %s, to %d binary places: %s", mode, part, l.bits, units),
		fmt.Sprintf("%v and %s, are %v, %s %s: %s", l.cut, words, total, below, power(l.bits), outcome),
	}
}
