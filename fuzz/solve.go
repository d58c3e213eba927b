package fuzz

import (
	"math/bits"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// maxSolved is the largest precision whose hard cases are constructed: products of
// three significands and a midpoint fit in 64 bits then.
const maxSolved = 26

// solver returns what constructs hard cases of op, nil if nothing does.
func solver(op Operation) func(g *generator) (Case, bool) {
	if op.Result.kind != floating {
		if op.Operator == Convert || op.Operator == ConvertNotExact {
			return (*generator).hardInteger
		}
		return nil
	}
	wide := op.Result.float.MantissaBits >= maxSolved
	for _, f := range op.Operands {
		if f.kind != floating {
			if op.Operator == Convert {
				return (*generator).hardConversion
			}
			return nil
		}
		wide = wide || f.float.MantissaBits >= maxSolved
	}
	if op.Operator == Convert {
		return (*generator).hardConversion
	}
	if wide {
		return nil
	}
	switch op.Operator {
	case Add, Sub:
		return (*generator).hardSum
	case Mul:
		return (*generator).hardProduct
	case Quo:
		return (*generator).hardQuotient
	case FMA:
		return (*generator).hardFMA
	case Sqrt:
		return (*generator).hardRoot
	}
	return nil
}

// midpoint returns the midpoint between a random value of the result's format and
// the next in magnitude, with a random sign. Zero, whose midpoint is the border of
// underflow, and the largest value, above which the values are thought to go on, are
// among them. Of formats of up to 16 bits the values come in turn.
func (g *generator) midpoint() exact.Word {
	f := &g.op.Result.float
	code := g.r.bits(63) % (g.result.largest + 1)
	switch g.r.below(8) {
	case 0:
		code = g.result.largest - min(g.r.bits(3)>>g.r.below(3), g.result.largest)
	case 1:
		code = min(g.r.bits(f.MantissaBits+2), g.result.largest)
	default:
		if g.op.Result.Bits() <= 16 {
			g.turn = (g.turn + g.step) % (g.result.largest + 1)
			code = g.turn
		}
	}
	w, _ := f.DecodeWord(code)
	if w.Int == 0 { // half the smallest value
		w, _ = f.DecodeWord(g.smallest)
		return exact.Word{Negative: g.r.bits(1) != 0, Int: w.Int, Exp: w.Exp - 1}
	}
	return exact.Word{Negative: g.r.bits(1) != 0, Int: 2*w.Int + 1, Exp: w.Exp - 1}
}

// nearestCode returns the code of f nearest to the value that locate puts into a
// place, or one of those beside it.
func (g *generator) nearestCode(f Format, locate func(p *exact.Place, f *exact.Format)) uint64 {
	locate(&g.place, &f.float)
	code, _ := g.place.Round(exact.Options{Saturation: exact.SatFinite})
	return (code + [...]uint64{0, 0, 0, 0, 1, ^uint64(0)}[g.r.below(6)]) & f.mask()
}

// hardConversion returns a midpoint as the operand's format has it, or what lies
// beside it by its last place or by another power of two.
func (g *generator) hardConversion() (Case, bool) {
	f, t := g.op.Operands[0], g.midpoint()
	var code uint64
	if f.kind == floating {
		code = g.nearestCode(f, func(p *exact.Place, f *exact.Format) { p.LocateWord(t, f) })
	} else {
		// An odd number of one bit more than the precision, over a power of two.
		n := min(g.op.Result.float.MantissaBits+2, f.Bits()-1)
		code = g.r.odd(max(n, 1)) << g.r.below(max(f.Bits()-n, 1))
		code += [...]uint64{0, 0, 0, 1, ^uint64(0)}[g.r.below(5)]
		if t.Negative && f.sign() != 0 {
			code = -code
		}
		code &= f.mask()
	}
	if g.r.below(4) == 0 {
		code ^= 1 << g.r.below(f.Bits())
	}
	return g.with(code), true
}

// hardInteger returns half of an odd number, in units of the result, or what lies
// beside it.
func (g *generator) hardInteger() (Case, bool) {
	f := g.op.Operands[0]
	if f.kind != floating {
		return Case{}, false
	}
	t := exact.Word{Negative: g.r.bits(1) != 0, Int: 2*g.r.bits(g.r.below(min(f.float.MantissaBits, 60))) + 1, Exp: -1 - g.op.Result.fixed.Fraction}
	return g.with(g.nearestCode(f, func(p *exact.Place, f *exact.Format) { p.LocateWord(t, f) })), true
}

// with returns a case of these codes, and a random word where the mode has one.
func (g *generator) with(codes ...uint64) Case {
	var c Case
	copy(c[:], codes)
	if n := len(codes); n < len(g.formats) {
		c[n] = g.r.bits(g.formats[n].Bits())
	}
	return c
}

// hardSum chooses x of about the size of a midpoint, and y as what is left to it,
// which is a value more often than not; or y of about half of x's last place.
func (g *generator) hardSum() (Case, bool) {
	fx, fy := g.op.Operands[0], g.op.Operands[1]
	t := g.midpoint()
	for range 4 { // sums have no bits below those of their terms
		if t.Exp >= min(g.last[0], g.last[1]) {
			break
		}
		t = g.midpoint()
	}
	e := bits.Len64(t.Int) - 1 + t.Exp
	first := g.r.below(2) // which operand is the large one
	if first == 1 {
		fx, fy = fy, fx
	}
	a := g.pattern(fx, e+g.r.between(-1, 1))
	if t.Negative && fx.sign() != 0 && g.r.below(4) != 0 {
		a |= fx.sign()
	} else if g.r.below(4) != 0 {
		a &^= fx.sign()
	}
	x, finite := fx.float.DecodeWord(a)
	if !finite {
		return Case{}, false
	}
	var b uint64
	switch g.r.below(6) {
	case 0:
		b = g.pattern(fy, e-g.op.Result.float.MantissaBits-1-g.r.below(2))
	case 1, 2:
		half := exact.Word{Negative: g.r.bits(1) != 0, Int: 1, Exp: bits.Len64(x.Int) - 1 + x.Exp - g.op.Result.float.MantissaBits - 1}
		b = g.nearestCode(fy, func(p *exact.Place, f *exact.Format) { p.LocateWord(half, f) })
	default:
		b = g.nearestCode(fy, func(p *exact.Place, f *exact.Format) {
			minus := x
			minus.Negative = !minus.Negative
			p.LocateSum(t, minus, f)
		})
	}
	if first == 1 {
		a, b = b, a
	}
	if g.op.Operator == Sub {
		b ^= g.op.Operands[1].sign()
	}
	return g.with(a, b), true
}

// hardFMA chooses x and y, and z as what is left to a midpoint; or a product at a
// midpoint of its own and a small z that decides; or z, and a product that brings it
// to its own midpoint.
func (g *generator) hardFMA() (Case, bool) {
	fx, fy, fz := g.op.Operands[0], g.op.Operands[1], g.op.Operands[2]
	switch g.r.below(3) {
	case 0:
		c, ok := g.hardProduct()
		if z := g.r.significand(g.r.below(fz.Bits())); ok { // small, of either sign
			return g.with(c[0], c[1], z^fz.sign()*g.r.bits(1)), true
		}
		return c, false
	case 1:
		t := g.midpoint()
		z, finite := exact.Word{}, false
		c := g.nearestCode(fz, func(p *exact.Place, f *exact.Format) { p.LocateWord(t, f) })
		if z, finite = fz.float.DecodeWord(c); !finite {
			return Case{}, false
		}
		// What is left from z to t is a few units of t's last place.
		rest, ok := difference(t, z)
		if !ok || rest.Int == 0 {
			return Case{}, false
		}
		a, b, ok := g.factors(rest)
		return g.with(a, b, c), ok
	}
	t := g.midpoint()
	e := bits.Len64(t.Int) - 1 + t.Exp + g.r.between(-g.op.Result.float.MantissaBits-3, 2)
	ex := g.exponent(fx)
	a, b := g.pattern(fx, ex), g.pattern(fy, e-ex)
	x, finite := fx.float.DecodeWord(a)
	y, finite2 := fy.float.DecodeWord(b)
	if !finite || !finite2 {
		return Case{}, false
	}
	c := g.nearestCode(fz, func(p *exact.Place, f *exact.Format) {
		p.LocateFMA(exact.Word{Negative: !x.Negative, Int: x.Int, Exp: x.Exp}, y, t, f)
	})
	return g.with(a, b, c), true
}

// halfway returns x and y whose product brings z to the midpoint of it and a value
// beside it, or near that.
func (g *generator) halfway(z uint64) (a, b uint64, ok bool) {
	w, finite := g.op.Result.float.DecodeWord(z)
	if !finite || w.Int == 0 {
		return 0, 0, false
	}
	return g.factors(exact.Word{Negative: g.r.bits(1) != 0, Int: 1, Exp: w.Exp - 1})
}

// factors returns x and y, both within the ranges of the first two operands, whose
// product is about w, exactly where the significand of x comes out as 1.
func (g *generator) factors(w exact.Word) (a, b uint64, ok bool) {
	fx, fy := g.op.Operands[0], g.op.Operands[1]
	e := bits.Len64(w.Int) - 1 + w.Exp
	lowX, highX := g.normal(0)
	lowY, highY := g.normal(1)
	lowX, highX = max(lowX, e-highY), min(highX, e-lowY)
	if lowX > highX {
		return 0, 0, false
	}
	a = g.pattern(fx, g.r.between(lowX, highX))
	x, finite := fx.float.DecodeWord(a)
	if !finite || x.Int == 0 {
		return 0, 0, false
	}
	return a, g.nearestCode(fy, func(p *exact.Place, f *exact.Format) { p.LocateQuotient(w, x, f) }), true
}

// normal returns the exponents of the smallest normal and of the largest value of an
// operand.
func (g *generator) normal(operand int) (low, high int) {
	f, c := &g.op.Operands[operand].float, &g.classes[operand]
	l, _ := f.DecodeWord(c.smallest)
	h, _ := f.DecodeWord(c.largest)
	return bits.Len64(l.Int) - 1 + l.Exp, bits.Len64(h.Int) - 1 + h.Exp
}

// difference returns x - y where that is a Word.
func difference(x, y exact.Word) (exact.Word, bool) {
	e := min(x.Exp, y.Exp)
	if x.Exp-e > 30 || y.Exp-e > 30 {
		return exact.Word{}, false
	}
	a, b := int64(x.Int<<(x.Exp-e)), int64(y.Int<<(y.Exp-e))
	if x.Negative {
		a = -a
	}
	if y.Negative {
		b = -b
	}
	d := a - b
	return exact.Word{Negative: d < 0, Int: uint64(max(d, -d)), Exp: e}, true
}

// kept draws how many bits of a result are kept, fewer than the precision where it
// is subnormal.
func (g *generator) kept() (n int, subnormal bool) {
	p := g.op.Result.float.MantissaBits + 1
	if g.op.Result.float.Subnormals && p > 1 && g.r.below(4) == 0 {
		return g.r.between(1, p-1), true
	}
	return p, false
}

// off draws by how many units of the last place of all a result is off a midpoint.
func (g *generator) off() int64 {
	return [...]int64{1, -1, 1, -1, 3, -3, 5, -5}[g.r.below(8)]
}

// hardProduct chooses x odd and solves x*y = half + d modulo the 2^s that is rounded
// away, for the operand of more bits; or takes for an exact midpoint two odd factors
// of one bit more than the result keeps.
func (g *generator) hardProduct() (Case, bool) {
	ix, iy := 0, 1
	px, py := g.op.Operands[0].float.MantissaBits+1, g.op.Operands[1].float.MantissaBits+1
	if px > py || px == py && g.r.bits(1) != 0 {
		ix, iy, px, py = 1, 0, py, px
	}
	kept, subnormal := g.kept()
	var x, y uint64
	s := 1
	if g.r.below(3) == 0 { // exactly a midpoint: a product of kept+1 bits, odd
		nx := g.r.between(1, kept)
		x, y = g.r.odd(nx), g.r.odd(kept+1-nx)
		if nx > px || kept+1-nx > py || bits.Len64(x*y) != kept+1 {
			return Case{}, false
		}
	} else {
		nx := g.r.between(1, min(kept, px))
		if s = nx + py - 1 - kept; s < 2 {
			return Case{}, false
		}
		x = g.r.odd(nx)
		mask := uint64(1)<<s - 1
		y = (1<<(s-1) + uint64(g.off())) * inverse(x) & mask
		y |= (1<<(py-1) | g.r.bits(py-1)) &^ mask
		if bits.Len64(x*y) != kept+s {
			return Case{}, false
		}
	}
	ex := g.scale(ix, x)
	var c [2]uint64
	var ok, ok2 bool
	c[ix], ok = g.code(g.op.Operands[ix], x, ex)
	c[iy], ok2 = g.code(g.op.Operands[iy], y, g.lastPlace(subnormal)-s-ex)
	return g.with(c[:]...), ok && ok2
}

// lastPlace draws the exponent of the last place of a result: that of the smallest
// value where it is subnormal.
func (g *generator) lastPlace(subnormal bool) int {
	f := &g.op.Result.float
	smallest, _ := f.DecodeWord(g.smallest)
	if subnormal {
		return smallest.Exp
	}
	largest, _ := f.DecodeWord(g.result.largest)
	return g.r.between(smallest.Exp, largest.Exp)
}

// scale draws an exponent e such that x * 2^e is within the range of an operand.
func (g *generator) scale(operand int, x uint64) int {
	low, high := g.normal(operand)
	return g.r.between(low, high) + 1 - bits.Len64(x)
}

// code returns the code of +-x * 2^e in f, and false where it is no value of f.
func (g *generator) code(f Format, x uint64, e int) (uint64, bool) {
	var p exact.Place
	p.LocateWord(exact.Word{Int: x, Exp: e}, &f.float)
	code, flags := p.Round(exact.Options{})
	return code ^ f.sign()*g.r.bits(1), flags == 0
}

// inverse returns the inverse of an odd number modulo 2^64, by Newton's iteration:
// x*x = 1 modulo 8, and every step doubles the bits.
func inverse(x uint64) uint64 {
	y := x
	for range 5 {
		y *= 2 - x*y
	}
	return y
}

// hardQuotient chooses y odd and solves y*T = d modulo 2^s for an odd T of one bit
// more than the result keeps: x = (y*T - d) / 2^s, and x/y is T/2^s less d/(y*2^s).
func (g *generator) hardQuotient() (Case, bool) {
	fx, fy := g.op.Operands[0], g.op.Operands[1]
	kept, subnormal := g.kept()
	nx := fx.float.MantissaBits + 1
	ny := g.r.between(1, min(nx, fy.float.MantissaBits+1))
	if g.r.below(4) != 0 { // the longer y, the nearer to the midpoint
		ny = max(ny, min(nx-1, fy.float.MantissaBits+1)-g.r.below(3))
	}
	ny = max(ny, 1)
	y := g.r.odd(ny)
	s := ny + kept + 1 - nx
	var t, x uint64
	if s <= 0 { // exactly a midpoint
		t = g.r.odd(kept + 1)
		x, s = y*t, 0
	} else {
		if s > kept {
			return Case{}, false
		}
		d := uint64(g.off())
		mask := uint64(1)<<s - 1
		t = d * inverse(y) & mask
		t |= (1<<kept | g.r.bits(kept)) &^ mask
		x = (y*t - d) >> s
	}
	if bits.Len64(x) > nx || x == 0 {
		return Case{}, false
	}
	// x/y is T / 2^s, and T's last place is half of the result's.
	ey := g.scale(1, y)
	b, ok := g.code(fy, y, ey)
	a, ok2 := g.code(fx, x, g.lastPlace(subnormal)-1+s+ey)
	return g.with(a, b), ok && ok2
}

// hardRoot solves T*T = d modulo 2^s, for an odd T of one bit more than the result
// keeps and d = 1 modulo 8, where squares of odd numbers lie: x = (T*T - d) / 2^s.
func (g *generator) hardRoot() (Case, bool) {
	f := g.op.Operands[0]
	p := g.op.Result.float.MantissaBits + 1
	nx := f.float.MantissaBits + 1
	s := max(2*p+2-nx-g.r.below(2), 3)
	if s > p+2 {
		return Case{}, false
	}
	d := uint64(8*g.r.between(-4, 4) + 1)
	t := rootModulo(d, s)
	if g.r.bits(1) != 0 {
		t = -t
	}
	// t is a root modulo 2^s with any bits from bit s-1 on.
	mask := uint64(1)<<(s-1) - 1
	t = t&mask | (1<<p|g.r.bits(p))&^mask
	if bits.Len64(t) != p+1 {
		return Case{}, false
	}
	x := (t*t - d) >> s
	if x == 0 || bits.Len64(x) > nx || int64(t*t-d) < 0 {
		return Case{}, false
	}
	e := g.scale(0, x)
	if (e-s)%2 != 0 {
		e++
	}
	a, ok := g.code(f, x, e)
	return g.with(a &^ f.sign()), ok
}

// rootModulo returns t with t*t = d modulo 2^s, for d = 1 modulo 8: bit by bit.
func rootModulo(d uint64, s int) uint64 {
	t := uint64(1)
	for i := 3; i < s; i++ {
		if (t*t-d)>>i&1 != 0 {
			t += 1 << (i - 1)
		}
	}
	return t
}
