package elementary

// atan returns the inverse tangent of x: Euler's series x/(1+x^2) (1 + 2/3 q + (2 4)/(3 5) q^2 + ...), q = x^2/(1+x^2), whose terms are all of x's
// sign. Beyond 1 it is pi/2 less that of 1/x, at most a half of it. q is a half at most, and what follows a term is less than that term.
func (w working) atan(x *float) *float {
	p := w + guard
	one := p.int(1)
	if abs(x).Cmp(one) > 0 {
		right := half(pi.to(p))
		if x.Signbit() {
			right.Neg(right)
		}
		return p.sub(right, w.atan(p.quo(one, x)))
	}
	x2 := p.mul(x, x)
	d := p.add(one, x2)
	term, q := p.quo(x, d), p.quo(x2, d)
	sum := term
	for n := int64(2); ; n += 2 {
		term = p.quo(p.mul(p.mul(term, q), p.int(n)), p.int(n+1))
		if p.negligible(term, sum) {
			return sum
		}
		sum = p.add(sum, term)
	}
}

// preciseAsin and preciseAcos have an exact 1 - x and 1 + x where these are small, as w is 96 at least. Of ±1 they go through 1/0.
func preciseAsin(w working, x *float) (*float, int) {
	p, one := w+8, w.int(1)
	return w.atan(p.quo(x, p.num().Sqrt(p.mul(p.sub(one, x), p.add(one, x))))), int(w) - 1
}
func preciseAcos(w working, x *float) (*float, int) {
	p, one := w+8, w.int(1)
	return scaled(w.atan(p.num().Sqrt(p.quo(p.sub(one, x), p.add(one, x)))), 1), int(w) - 1
}
func preciseAtan(w working, x *float) (*float, int) { return w.atan(x), int(w) - 1 }

// The logarithm of a number beside 1 loses as many bits as are zero in the difference: those of a small x, or 15 where it is the root of
// x - 1 = 2^-31.

func preciseAsinh(w working, x *float) (*float, int) {
	p, a := w+w.lost(x)+4, abs(x)
	z := p.log(p.add(a, p.num().Sqrt(p.add(p.mul(a, a), p.int(1)))))
	if x.Signbit() {
		z.Neg(z)
	}
	return z, int(w)
}
func preciseAcosh(w working, x *float) (*float, int) {
	p := w + 20
	one := p.int(1)
	return p.log(p.add(x, p.num().Sqrt(p.mul(p.sub(x, one), p.add(x, one))))), int(w)
}
func preciseAtanh(w working, x *float) (*float, int) {
	p := w + w.lost(x) + 4
	one := p.int(1)
	return half(p.log(p.quo(p.add(one, x), p.sub(one, x)))), int(w)
}
