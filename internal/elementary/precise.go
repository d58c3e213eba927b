package elementary

import (
	"math"
	"math/big"
	"sync"
)

// The functions in as many bits as it takes: plain series after a reduction of the argument, in math/big. They are slow and simple;
// the arguments have at most 32 significant bits, and what package elementary's rules leave of them: no exact case, nothing beside an
// asymptote, no result beyond 2^(2^18) or below its reciprocal.

type float = big.Float

// working is a precision in bits. Its methods return results whose relative error is below 2^-working, for arguments taken as exact: they
// compute with guard bits more. An operation of math/big has an error of 2^-prec at most, and no method does more than 2^20 of them in a
// row, so that without cancellation 32 guard bits are plenty; where something cancels, or errors are multiplied, the bits lost are said.
type working uint

const guard = 32

func (w working) num() *float            { return new(float).SetPrec(uint(w)) }
func (w working) int(n int64) *float     { return w.num().SetInt64(n) }
func (w working) add(x, y *float) *float { return w.num().Add(x, y) }
func (w working) sub(x, y *float) *float { return w.num().Sub(x, y) }
func (w working) mul(x, y *float) *float { return w.num().Mul(x, y) }
func (w working) quo(x, y *float) *float { return w.num().Quo(x, y) }
func half(x *float) *float               { return scaled(x, -1) }
func scaled(x *float, n int) *float      { return new(float).SetMantExp(x, n) }
func neg(x *float) *float                { return new(float).Neg(x) }
func abs(x *float) *float                { return new(float).Abs(x) }
func square(x *float) *float             { return new(float).SetPrec(2*x.MinPrec()).Mul(x, x) } // exact
func exponent(x *float) int              { return x.MantExp(nil) }                              // |x| in [2^(e-1), 2^e)
func (w working) lost(x *float) working  { return working(max(0, 1-exponent(x))) }              // in e^x - 1
func (w working) negligible(t, s *float) bool {
	return t.Sign() == 0 || exponent(t) < exponent(s)-int(w)
}

// constant is a number that is worked out once to the most bits that were asked for.
type constant struct {
	mu    sync.Mutex
	value *float
	make  func(w working) *float
}

// to returns c with a relative error below 2^-w.
func (c *constant) to(w working) *float {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.value == nil || c.value.Prec() < uint(w)+guard {
		c.value = c.make(w + guard)
	}
	return c.value
}

// 2 atanh(1/3), 3 log 2 + 2 atanh(1/9), and Machin's 16 atan(1/5) - 4 atan(1/239).
var (
	ln2  = constant{make: func(w working) *float { return scaled(w.inverseSeries(3, 1), 1) }}
	ln10 = constant{make: func(w working) *float {
		return w.add(w.mul(w.int(3), scaled(w.inverseSeries(3, 1), 1)), scaled(w.inverseSeries(9, 1), 1))
	}}
	pi = constant{make: func(w working) *float {
		return w.sub(scaled(w.inverseSeries(5, -1), 4), scaled(w.inverseSeries(239, -1), 2))
	}}
)

// inverseSeries returns 1/n + s/(3n^3) + s^2/(5n^5) + ..., the inverse hyperbolic tangent of 1/n for s = 1, its inverse tangent for s = -1, to
// the bits of w: in integers, in units of 2^-w-guard.
func (w working) inverseSeries(n, s int64) *float {
	power := new(big.Int).Lsh(big.NewInt(1), uint(w+guard))
	power.Quo(power, big.NewInt(n))
	sum, term := new(big.Int).Set(power), new(big.Int)
	square := big.NewInt(s * n * n)
	for i := int64(3); power.Sign() != 0; i += 2 {
		power.Quo(power, square)
		sum.Add(sum, term.Quo(power, big.NewInt(i)))
	}
	return scaled(w.num().SetInt(sum), -int(w+guard))
}

// exp returns e^x for |x| < 2^18: with x = k log 2 + r, |r| < 0.35, the series of e^(r/256) in p bits, squared eight times, which multiplies
// its error by 256. k log 2 loses 18 bits.
func (w working) exp(x *float) *float {
	p := w + guard + 8
	l := ln2.to(p + 20)
	q, _ := new(float).SetPrec(64).Quo(x, l).Float64()
	k := int(math.RoundToEven(q))
	r := (p + 20).sub(x, (p+20).mul(l, p.int(int64(k))))
	r = scaled(p.num().Set(r), -8)
	term, sum := p.int(1), p.int(1)
	for i := int64(1); ; i++ {
		term = p.quo(p.mul(term, r), p.int(i))
		if p.negligible(term, sum) {
			break
		}
		sum = p.add(sum, term)
	}
	for range 8 {
		sum = p.mul(sum, sum)
	}
	return scaled(sum, k)
}

// log returns log x: with x = 2^k m, m in [0.7, 1.4), k log 2 + 2 atanh((m-1)/(m+1)). m - 1 is exact, and where k is not 0 the sum does not
// cancel: k log 2 is 0.69 at least and log m at most 0.36.
func (w working) log(x *float) *float {
	p := w + guard
	m := new(float)
	k := x.MantExp(m)
	if m.Cmp(big.NewFloat(0.7)) < 0 {
		m, k = scaled(m, 1), k-1
	}
	one := p.int(1)
	z := p.quo(new(float).SetPrec(m.Prec()+2).Sub(m, one), new(float).SetPrec(m.Prec()+2).Add(m, one))
	z2, power, sum := p.mul(z, z), z, z
	for i := int64(3); z.Sign() != 0; i += 2 {
		power = p.mul(power, z2)
		term := p.quo(power, p.int(i))
		if p.negligible(term, sum) {
			break
		}
		sum = p.add(sum, term)
	}
	return p.add(p.mul(p.int(int64(k)), ln2.to(p)), scaled(sum, 1))
}

// sinCos returns the sine and the cosine of x, and how many bits of either are good. With r = x - q pi/2, |r| < 0.79, pi has as many bits as x
// has before the point, and 64 more: r has an error below 2^-w-60. Where r is small its sine has lost as many bits as it is.
func (w working) sinCos(x *float) (sin, cos *float, good int) {
	p := w + guard + 64
	p0 := p + working(max(0, exponent(x)))
	quarter := half(pi.to(p0))
	n := p0.quo(x, quarter)
	q, _ := n.Add(n, new(float).SetFloat64(0.5*float64(x.Sign()))).Int(nil) // nearest
	r := p0.sub(x, p0.mul(quarter, p0.num().SetInt(q)))
	r = p.num().Set(r)
	if r.Sign() == 0 {
		return r, r, 0
	}
	series := func(term *float, i int64) *float {
		r2, sum := p.mul(r, r), term
		for ; ; i += 2 {
			term = neg(p.quo(p.mul(term, r2), p.int(i*(i+1))))
			if p.negligible(term, sum) {
				return sum
			}
			sum = p.add(sum, term)
		}
	}
	sin, cos = series(r, 2), series(p.int(1), 1)
	switch new(big.Int).And(q, big.NewInt(3)).Int64() {
	case 1:
		sin, cos = cos, neg(sin)
	case 2:
		sin, cos = neg(sin), neg(cos)
	case 3:
		sin, cos = neg(cos), sin
	}
	return sin, cos, int(w) + min(0, 60+exponent(r))
}

// density returns the series of the normal distribution's integral, e^(-q/2) (x + x q/3 + x q^2/15 + ...), whose terms are all of x's sign,
// for q = x^2 (times sqrt(2/pi), 2 Phi(x) - 1) or q = 2x^2 (times 2/sqrt(pi), erf x).
// The remainder behind the last term is less than that term once 2q < 2n+3.
func (w working) density(x, q *float) *float {
	p := w + guard
	term, sum := p.num().Set(x), p.num().Set(x)
	limit, _ := q.Float64()
	for n := int64(3); ; n += 2 {
		term = p.quo(p.mul(term, q), p.int(n))
		if p.negligible(term, sum) && 2*limit < float64(n) {
			break
		}
		sum = p.add(sum, term)
	}
	return p.mul(sum, p.exp(neg(half(q))))
}

// upperTail returns 1 - Phi(a), a > 0 the root of q. Until q/2 has w bits in units of log 2 it is 1/2 less the series, which cancels about
// that many bits and log2(2.6a) more; from there on the asymptotic series phi(a)/a (1 - 1/a^2 + 3/a^4 - ...), whose error is below its smallest
// term, about e^(-a^2/2).
func (w working) upperTail(q *float) *float {
	f, _ := q.Float64()
	bits := f / 2 * 1.442695041
	if bits > float64(w)+guard+8 {
		p := w + guard
		term, sum := p.int(1), p.int(1)
		for n := int64(1); !p.negligible(term, sum); n += 2 {
			term = neg(p.quo(p.mul(term, p.int(n)), q))
			sum = p.add(sum, term)
		}
		root := p.num().Sqrt(scaled(pi.to(p), 1))
		return p.quo(p.mul(sum, p.exp(neg(half(q)))), p.mul(root, p.num().Sqrt(q)))
	}
	p := w + working(bits) + 12 + guard
	return p.sub(p.num().SetFloat64(0.5), p.quo(p.density(p.num().Sqrt(q), q), p.num().Sqrt(scaled(pi.to(p), 1))))
}

func preciseExp(w working, x *float) (*float, int) { return w.exp(x), int(w) }
func preciseExp2(w working, x *float) (*float, int) { // x log 2 has up to 18 bits before the point
	p := w + 24
	return w.exp(p.mul(x, ln2.to(p))), int(w) - 2
}
func preciseExp10(w working, x *float) (*float, int) { // x log 10 too
	p := w + 24
	return w.exp(p.mul(x, ln10.to(p))), int(w) - 2
}
func preciseExpm1(w working, x *float) (*float, int) {
	p := w + w.lost(x) + 4
	return p.sub(p.exp(x), p.int(1)), int(w)
}
func preciseLog(w working, x *float) (*float, int) { return w.log(x), int(w) }
func preciseLog2(w working, x *float) (*float, int) {
	return w.quo(w.log(x), ln2.to(w)), int(w) - 3
}
func preciseLog10(w working, x *float) (*float, int) {
	return w.quo(w.log(x), ln10.to(w)), int(w) - 3
}
func preciseLog1p(w working, x *float) (*float, int) {
	p := working(max(x.MinPrec(), 1)) + working(max(0, exponent(x))) + w.lost(x) + 2
	return w.log(p.add(x, p.int(1))), int(w) // the sum is exact
}
func preciseSin(w working, x *float) (*float, int) {
	s, _, good := w.sinCos(x)
	return s, good
}
func preciseCos(w working, x *float) (*float, int) {
	_, c, good := w.sinCos(x)
	return c, good
}
func preciseTan(w working, x *float) (*float, int) {
	s, c, good := w.sinCos(x)
	if good == 0 {
		return s, good
	}
	return w.quo(s, c), good - 2
}
func preciseSinh(w working, x *float) (*float, int) { // E - 1/E cancels a bit more than E - 1
	p := w + w.lost(x) + 4
	e := p.exp(x)
	return half(p.sub(e, p.quo(p.int(1), e))), int(w)
}
func preciseCosh(w working, x *float) (*float, int) {
	e := w.exp(x)
	return half(w.add(e, w.quo(w.int(1), e))), int(w) - 2
}
func preciseTanh(w working, x *float) (*float, int) {
	p := w + w.lost(x) + 4
	e := p.exp(scaled(x, 1))
	return p.quo(p.sub(e, p.int(1)), p.add(e, p.int(1))), int(w)
}
func preciseSigmoid(w working, x *float) (*float, int) { // the smaller of e^x and e^-x keeps 1 + e apart from 1 or is lost with reason
	e := w.exp(neg(x))
	return w.quo(w.int(1), w.add(w.int(1), e)), int(w) - 3
}

// preciseSoftplus is log(1+E), E = e^x; of a small E it is E - E^2/2, the next term is below 2^-w of it. In between 1 + E has twice the bits.
func preciseSoftplus(w working, x *float) (*float, int) {
	e := (2 * w).exp(x)
	if exponent(e) < -int(w) {
		return e.Sub(e, half(w.mul(e, e))), int(w) - 1
	}
	return w.log((3*w + working(max(0, exponent(e)))).add(w.int(1), e)), int(w) - 1
}
func preciseErf(w working, x *float) (*float, int) {
	p := w + 4
	return scaled(p.quo(p.density(x, scaled(square(x), 1)), p.num().Sqrt(pi.to(p))), 1), int(w)
}
func preciseErfc(w working, x *float) (*float, int) { // 2 (1 - Phi(sqrt(2) x))
	z := scaled(w.upperTail(scaled(square(x), 1)), 1)
	if x.Signbit() {
		z = w.sub(w.int(2), z)
	}
	return z, int(w) - 3
}

// preciseGelu is x Phi(x).
func preciseGelu(w working, x *float) (*float, int) {
	phi := w.upperTail(square(x))
	if x.Sign() > 0 {
		phi = w.sub(w.int(1), phi)
	}
	return w.mul(x, phi), int(w) - 3
}
func preciseSilu(w working, x *float) (*float, int) {
	s, good := preciseSigmoid(w, x)
	return w.mul(x, s), good - 1
}
