package exact

import (
	"math"
	"math/big"
	"sync"
)

// The functions here evaluate series in fixed point, in units of 2^-w. Each runs
// one recurrence that rounds down and one that rounds up; the latter may give a
// unit too much, as floor+1 stands for the ceiling. What a series leaves out is
// bounded by its last term, which is at most one unit when it ends.

// bounds are two sums, terms or factors in units of 2^-w.
type bounds struct{ lo, hi *big.Int }

func unit(w int) bounds { return integer(1).fixed(w) }

func (t *bounds) clone() bounds { return bounds{new(big.Int).Set(t.lo), new(big.Int).Set(t.hi)} }

// times multiplies t, not negative, by f/d, f not negative.
func (t *bounds) times(f bounds, w int, d int64) {
	t.lo.Rsh(new(big.Int).Mul(t.lo, f.lo), uint(w))
	t.hi.Rsh(new(big.Int).Mul(t.hi, f.hi), uint(w))
	if d != 1 {
		divisor := big.NewInt(d)
		t.lo.Quo(t.lo, divisor)
		t.hi.Quo(t.hi, divisor)
	}
	t.hi.Add(t.hi, one)
}

func (t *bounds) add(x bounds) { t.lo.Add(t.lo, x.lo); t.hi.Add(t.hi, x.hi) }
func (t *bounds) sub(x bounds) { t.lo.Sub(t.lo, x.hi); t.hi.Sub(t.hi, x.lo) }

// lastUnit reports whether t is at most a unit.
func (t *bounds) lastUnit() bool { return t.hi.Cmp(one) <= 0 }

// fixed returns x in units of 2^-w.
func (x interval) fixed(w int) bounds {
	y := x.at(-w)
	return bounds{y.lo, y.hi}
}

// exponential returns e^x to about n bits. |x| is below farthest/2.
//
// With x = k*log(2) + r, 0 <= r < 1, and s = r/2^j it is 2^k * (e^s)^(2^j), and e^s
// the sum of s^i/i!. Once a term is at most a unit and the ratio of the next one to
// it below a half, all that follow are less than a unit together.
func exponential(x interval, n int) interval {
	j := int(math.Sqrt(float64(n))) / 2
	w := n + 2*j + 16 // each squaring doubles the width at most twice
	f := x.fixed(w)
	// k*log(2), with as many bits more as k has: off by k last places.
	long := max(0, x.top())
	ln2 := log2.floor(w + long)
	k := new(big.Int).Div(new(big.Int).Lsh(f.lo, uint(long)), ln2)
	product, width := new(big.Int).Mul(k, ln2), new(big.Int).Abs(k)
	below, above := new(big.Int).Sub(product, width), new(big.Int).Add(product, width)
	r := bounds{f.lo.Sub(f.lo, ceilShift(above, long)), f.hi.Sub(f.hi, floorShift(below, long))}
	if r.lo.Sign() < 0 { // the quotient was by the floor of log(2)
		k.Sub(k, one)
		ln2 = log2.floor(w)
		r.lo.Add(r.lo, ln2)
		r.hi.Add(r.hi, new(big.Int).Add(ln2, one))
	}
	s := bounds{floorShift(r.lo, j), ceilShift(r.hi, j)}

	sum, term := unit(w), unit(w)
	for i := int64(1); ; i++ {
		term.times(s, w, i)
		sum.add(term)
		if term.lastUnit() && new(big.Int).Rsh(s.hi, uint(w)-1).Cmp(big.NewInt(i)) < 0 { // 2s < i
			break
		}
	}
	sum.hi.Add(sum.hi, one)
	for range j {
		sum.times(sum, w, 1)
	}
	return interval{sum.lo, sum.hi, int(k.Int64()) - w}
}

// logarithm returns log(x) to about n bits, x positive and not 1.
//
// With x = m*2^k, m near 1, it is k*log(2) + 2*atanh((m-1)/(m+1)).
func logarithm(x Number, n int) interval {
	// m = Int/2^t between 3/4 and 3/2, so that |log(m)| < |k|*log(2) unless k is 0.
	t := x.Int.BitLen()
	if new(big.Int).Lsh(x.Int, 2).Cmp(new(big.Int).Lsh(big.NewInt(3), uint(t))) < 0 {
		t--
	}
	m, power := point(Number{Int: x.Int}), integer(1).scale(t)
	exact := t + x.Int.BitLen() // as the difference and the sum are
	z := m.sub(power, exact).quo(m.add(power, exact), n+16)
	switch z.lo.Sign() {
	case 1:
		z = atanh(z, n+8).scale(1)
	case -1: // atanh is odd
		z = atanh(z.neg(), n+8).neg().scale(1)
	}
	if k := t + x.Exp; k != 0 {
		z = z.add(integer(int64(k)).mul(log2.enclose(n+8), n+8), n+8)
	}
	return z
}

// atanh returns atanh(z), 0 < z <= 1/3, to about n bits: the sum of z^i/i, i odd.
// Terms fall by a factor of nine at least, so that all after one of at most a unit
// are less than a unit together.
func atanh(z interval, n int) interval {
	w := n + 8 + max(0, -z.top())
	power := z.fixed(w)
	square := power.clone()
	square.times(power, w, 1)
	sum := power.clone()
	divisor := new(big.Int)
	for i := int64(3); ; i += 2 {
		power.times(square, w, 1)
		divisor.SetInt64(i)
		sum.lo.Add(sum.lo, new(big.Int).Quo(power.lo, divisor))
		sum.hi.Add(sum.hi, new(big.Int).Quo(power.hi, divisor))
		sum.hi.Add(sum.hi, one)
		if power.lastUnit() {
			break
		}
	}
	sum.hi.Add(sum.hi, one)
	return interval{sum.lo, sum.hi, -w}
}

// log1p returns log(1+x) = 2*atanh(x/(2+x)) to about n bits, 0 < x <= 1.
func log1p(x interval, n int) interval {
	return atanh(x.quo(x.add(integer(2), n+16), n+16), n+8).scale(1)
}

// logarithmOf returns log(x) to about n bits, of an interval above 1.
func logarithmOf(x interval, n int) interval {
	low, high := logarithm(Dyadic(x.lo, x.exp), n), logarithm(Dyadic(x.hi, x.exp), n)
	exp := min(low.exp, high.exp)
	return interval{low.at(exp).lo, high.at(exp).hi, exp}
}

// arctangent returns atan(x) to about n bits, x positive.
//
// Three times it is 2*atan(x/(1+sqrt(1+x*x))), which brings any x below 1, tan(pi/8)
// and tan(pi/16) < 1/5; then the alternating sum of x^i/i, i odd, whose error is less
// than the first term left out.
func arctangent(x interval, n int) interval {
	n += 16
	for range 3 {
		root := x.mul(x, n).add(integer(1), n).sqrt(n)
		x = x.quo(root.add(integer(1), n), n)
	}
	w := n + max(0, -x.top())
	power := x.fixed(w)
	square := power.clone()
	square.times(power, w, 1)
	sum := bounds{new(big.Int), new(big.Int)}
	divisor := new(big.Int)
	for i := int64(1); ; i += 2 {
		divisor.SetInt64(i)
		term := bounds{new(big.Int).Quo(power.lo, divisor), new(big.Int).Quo(power.hi, divisor)}
		term.hi.Add(term.hi, one)
		if i%4 == 1 {
			sum.add(term)
		} else {
			sum.sub(term)
		}
		if power.lastUnit() {
			break
		}
		power.times(square, w, 1)
	}
	sum.lo.Sub(sum.lo, one)
	sum.hi.Add(sum.hi, one)
	return interval{sum.lo, sum.hi, 3 - w}
}

// circular returns sin(|x|) and cos(|x|) to about n bits, x not zero.
//
// With |x| = k*pi/4 + r or (k+1)*pi/4 - r, k even, 0 <= r <= pi/4, they are those
// of r, in places and with signs that depend on the quadrant.
func circular(x Number, n int) (sin, cos interval) {
	x.Negative = false
	w := n + 16 + max(0, -x.binade())
	var r bounds
	var quadrant uint
	var mirrored bool
	for {
		f := point(x).fixed(w)
		// Of the quotient by the floor of pi, so long that it is off by one at most.
		long := max(0, x.binade()+4)
		octants := new(big.Int).Quo(new(big.Int).Lsh(f.lo, uint(long+2)), pi.floor(w+long))
		quadrant = octants.Bit(1) | octants.Bit(2)<<1
		if mirrored = octants.Bit(0) == 1; mirrored {
			octants.Add(octants, one)
			quadrant = (quadrant + 1) % 4
		}
		product := new(big.Int).Mul(octants, pi.floor(w+long))
		past := bounds{floorShift(product, long+2), ceilShift(product.Add(product, octants), long+2)}
		r = bounds{f.lo.Sub(f.lo, past.hi), f.hi.Sub(f.hi, past.lo)}
		if mirrored {
			r = bounds{r.hi.Neg(r.hi), r.lo.Neg(r.lo)}
		}
		if missing := n + 8 - r.lo.BitLen(); missing > 0 || r.lo.Sign() <= 0 {
			w += max(missing, 8) // close to a multiple of pi/2
			continue
		}
		break
	}

	// Alternating series of falling terms: the error is less than the first term
	// left out.
	square := r.clone()
	square.times(r, w, 1)
	series := func(term bounds, i int64) interval {
		sum := term.clone()
		for subtract := true; ; subtract = !subtract {
			term.times(square, w, i*(i+1))
			if subtract {
				sum.sub(term)
			} else {
				sum.add(term)
			}
			if term.lastUnit() {
				break
			}
			i += 2
		}
		sum.lo.Sub(sum.lo, one)
		sum.hi.Add(sum.hi, one)
		return interval{sum.lo, sum.hi, -w}
	}
	cosR, sinR := series(unit(w), 1), series(r, 2)
	if mirrored {
		sinR = sinR.neg()
	}
	switch quadrant {
	case 0:
		return sinR, cosR
	case 1:
		return cosR, sinR.neg()
	case 2:
		return sinR.neg(), cosR.neg()
	}
	return cosR.neg(), sinR
}

// oddFactorials returns the sum of y^i/(2i+1)!!, y positive, to about n bits. It is
//
//	(Phi(x) - 1/2) / (x*phi(x)) at y = x*x, and erf(x) * sqrt(pi)/2 / (x*e^(-x*x)) at y = 2*x*x,
//
// phi and Phi being the density and the distribution of the normal distribution
// (DLMF 7.6.2). Once a term is at most a unit and the ratio of the next one to it
// below a half, all that follow are less than a unit together.
func oddFactorials(y Number, n int) interval {
	w := n + 24
	f := point(y).fixed(w)
	twice := new(big.Int).Lsh(f.hi, 1)
	ratio := new(big.Int).Lsh(one, uint(w)) // (2i+1) in units
	step := new(big.Int).Lsh(one, uint(w+1))
	sum, term := unit(w), unit(w)
	for i := int64(1); ; i++ {
		term.times(f, w, 2*i+1)
		sum.add(term)
		ratio.Add(ratio, step)
		if term.lastUnit() && twice.Cmp(ratio) <= 0 {
			break
		}
	}
	sum.hi.Add(sum.hi, one)
	return interval{sum.lo, sum.hi, -w}
}

// millsRatio returns x*Phi(-x)/phi(x) = 1 - 1/y + 3/y^2 - 15/y^3 ... at y = x*x, to
// about n bits, if the terms fall that far. The error of this asymptotic series is
// less than the first term left out (DLMF 7.12).
func millsRatio(y Number, n int) (z interval, reached bool) {
	w := n + 24
	if y.binade() < 8 {
		return z, false
	}
	reciprocal := integer(1).quo(point(y), w).fixed(w)
	sum, term := unit(w), unit(w)
	limit := int64(1) << min(y.binade(), 20) // 2i-1 below y: terms fall
	for i := int64(1); 2*i-1 < limit; i++ {
		term.timesInteger(2*i - 1)
		term.times(reciprocal, w, 1)
		if i%2 != 0 {
			sum.sub(term)
		} else {
			sum.add(term)
		}
		if term.lastUnit() {
			sum.lo.Sub(sum.lo, one)
			sum.hi.Add(sum.hi, one)
			return interval{sum.lo, sum.hi, -w}, true
		}
	}
	return z, false
}

func (t *bounds) timesInteger(i int64) {
	factor := big.NewInt(i)
	t.lo.Mul(t.lo, factor)
	t.hi.Mul(t.hi, factor)
}

// constant is a number whose bits are computed as they are asked for.
type constant struct {
	mu      sync.Mutex
	bits    int
	value   *big.Int
	compute func(n int) interval
}

// floor returns the floor of the constant in units of 2^-n.
func (c *constant) floor(n int) *big.Int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bits < n {
		c.bits, c.value = 2*n, certainFloor(2*n, c.compute)
	}
	return floorShift(c.value, c.bits-n)
}

// enclose returns the constant in units of 2^-n.
func (c *constant) enclose(n int) interval {
	low := c.floor(n)
	return interval{low, new(big.Int).Add(low, one), -n}
}

// certainFloor evaluates an irrational number until its floor in units of 2^-n is
// certain.
func certainFloor(n int, evaluate func(n int) interval) *big.Int {
	for bits := n + 16; ; bits += 64 {
		x := evaluate(bits).fixed(n)
		if floor := new(big.Int).Add(x.lo, one); floor.Cmp(x.hi) >= 0 {
			return x.lo
		}
	}
}

var (
	// log(2) = 2*atanh(1/3).
	log2 = &constant{compute: func(n int) interval { return atanh(ratio(1, 3, n), n).scale(1) }}
	// log(10) = 3*log(2) + 2*atanh(1/9), as 10 = 8 * 5/4.
	log10 = &constant{compute: func(n int) interval {
		return integer(3).mul(log2.enclose(n+8), n+8).add(atanh(ratio(1, 9, n+8), n+8).scale(1), n+8)
	}}
	// pi/4 = 4*atan(1/5) - atan(1/239), Machin's.
	pi = &constant{compute: func(n int) interval {
		return atanReciprocal(5, n+8).scale(2).sub(atanReciprocal(239, n+8), n+8).scale(2)
	}}
)

// ratio returns p/q, positive, to more than n bits.
func ratio(p, q int64, n int) interval { return integer(p).quo(integer(q), n+16) }

// atanReciprocal returns atan(1/q) to about n bits, q > 1: the alternating sum of
// 1/(i*q^i), i odd, whose error is less than the first term left out.
func atanReciprocal(q int64, n int) interval {
	w := n + 16
	power := ratio(1, q, w).fixed(w)
	sum := bounds{new(big.Int), new(big.Int)}
	square, divisor := big.NewInt(q*q), new(big.Int)
	for i := int64(1); ; i += 2 {
		divisor.SetInt64(i)
		term := bounds{new(big.Int).Quo(power.lo, divisor), new(big.Int).Quo(power.hi, divisor)}
		term.hi.Add(term.hi, one)
		if i%4 == 1 {
			sum.add(term)
		} else {
			sum.sub(term)
		}
		power.lo.Quo(power.lo, square)
		power.hi.Quo(power.hi, square)
		power.hi.Add(power.hi, one)
		if power.lastUnit() {
			break
		}
	}
	sum.lo.Sub(sum.lo, one)
	sum.hi.Add(sum.hi, one)
	return interval{sum.lo, sum.hi, -w}
}
