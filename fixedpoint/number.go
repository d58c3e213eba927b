package fixedpoint

import (
	"math"
	"math/bits"
)

// number is an exact result: (-1)^neg (hi*2^64 + lo) 2^exp. over says that the
// magnitude has bits above these 128, which only overflow asks for; they are
// above the range of any format. sticky says that the magnitude lies between
// this and the next integer; then exp is at least [guard] bits below the last
// place of the format that it is packed into.
type number struct {
	neg    bool
	sticky bool
	over   bool
	hi, lo uint64
	exp    int
}

// The bits below the last place of the result that an operation works out before
// its sticky bit: enough for a deterministic mode, and for a stochastic one,
// which looks at 64.
const (
	guard           = 2
	guardStochastic = 64
)

// last is the exponent of the last place of f.
func (f Format) last() int { return -int(f.fraction) }

func (n number) negated() number {
	n.neg = !n.neg
	return n
}

func (n *number) bitLen() int {
	if n.hi != 0 {
		return 64 + bits.Len64(n.hi)
	}
	return bits.Len64(n.lo)
}

// shiftLeft keeps the low 128 bits exact, and says whether others are lost.
func shiftLeft(hi, lo uint64, n uint) (zhi, zlo uint64, over bool) {
	switch {
	case n < 64:
		return hi<<n | lo>>(64-n), lo << n, hi>>(64-n) != 0
	case n < 128:
		return lo << (n - 64), 0, hi != 0 || lo>>(128-n) != 0
	}
	return 0, 0, hi|lo != 0
}

// add returns x + y for packing into dst. Neither has a sticky bit.
func add(dst Format, x, y number) number {
	if x.exp < y.exp {
		x, y = y, x
	}
	d := x.exp - y.exp
	if d+x.bitLen() > 127 || y.bitLen() > 127 {
		return addWide(dst, x, y)
	}
	hi, lo, _ := shiftLeft(x.hi, x.lo, uint(d))
	z := number{neg: x.neg, exp: y.exp}
	var carry uint64
	if x.neg == y.neg {
		z.lo, carry = bits.Add64(lo, y.lo, 0)
		z.hi, _ = bits.Add64(hi, y.hi, carry)
		return z
	}
	z.lo, carry = bits.Sub64(lo, y.lo, 0)
	z.hi, carry = bits.Sub64(hi, y.hi, carry)
	if carry != 0 {
		z.neg = y.neg
		z.lo, carry = bits.Sub64(0, z.lo, 0)
		z.hi, _ = bits.Sub64(0, z.hi, carry)
	}
	return z
}

// wide is an integer in two's complement, least significant word first, in units
// of 2^-320 of a format's last place. A term has 128 bits at most and lies
// -318 to 255 places from that: -(2*127+64) for a product of the finest formats
// into the coarsest, 2*64+127 the other way. So 704 bits and a sign hold any sum
// of two.
type wide [12]uint64

const widePlace = 320

func (w *wide) add(dst Format, n number) {
	s := uint(n.exp - dst.last() + widePlace)
	hi, lo, _ := shiftLeft(n.hi, n.lo, s%64)
	var t wide
	i := s / 64
	t[i], t[i+1] = lo, hi
	if s%64 != 0 {
		t[i+2] = n.hi >> (64 - s%64)
	}
	var carry uint64
	for i := range w {
		if n.neg {
			w[i], carry = bits.Sub64(w[i], t[i], carry)
		} else {
			w[i], carry = bits.Add64(w[i], t[i], carry)
		}
	}
}

// addWide is add for terms that lie anywhere: the sum is exact, then jammed 64
// bits below the last place of dst.
func addWide(dst Format, x, y number) number {
	var w wide
	w.add(dst, x)
	w.add(dst, y)
	z := number{neg: int64(w[len(w)-1]) < 0, exp: dst.last() - 64}
	if z.neg {
		var carry uint64
		for i := range w {
			w[i], carry = bits.Sub64(0, w[i], carry)
		}
	}
	const unit = widePlace / 64
	for _, word := range w[:unit-1] {
		z.sticky = z.sticky || word != 0
	}
	for _, word := range w[unit+1:] {
		z.over = z.over || word != 0
	}
	z.lo, z.hi = w[unit-1], w[unit]
	return z
}

// mul returns x * y of two numbers below 2^64.
func mul(x, y number) number {
	z := number{neg: x.neg != y.neg, exp: x.exp + y.exp}
	z.hi, z.lo = bits.Mul64(x.lo, y.lo)
	return z
}

// quo returns x / y of two numbers below 2^64, y not 0, for packing into dst: the
// quotient down to the given number of bits below the last place of dst, and
// whether there is a remainder.
func quo(dst Format, guard int, x, y number) number {
	z := number{neg: x.neg != y.neg, exp: x.exp - y.exp}
	rem := x.lo % y.lo
	z.lo = x.lo / y.lo
	n := z.exp - (dst.last() - guard) // quotient bits still to come; at most 64+3*127+64
	for n > 0 && rem != 0 {
		step := uint(min(n, 64))
		var over bool
		z.hi, z.lo, over = shiftLeft(z.hi, z.lo, step)
		z.over = z.over || over
		var digit uint64
		// rem < y, so the next step digits are below 2^step.
		digit, rem = bits.Div64(rem>>(64-step), rem<<step, y.lo)
		z.lo |= digit
		n -= int(step)
		z.exp -= int(step)
	}
	z.sticky = rem != 0
	return z
}

// rem returns what is left of x when y, not 0, is taken away as often as it goes
// whole; both are below 2^64. It has the sign of x and is exact.
func rem(x, y number) number {
	z := number{neg: x.neg, lo: x.lo, exp: x.exp}
	d := x.exp - y.exp
	if d < 0 {
		// In units of x: y is 2^64 or more where it is shifted out of its word.
		if n := uint(-d); n < 64 && y.lo>>(64-n) == 0 {
			z.lo %= y.lo << n
		}
		return z
	}
	z.exp = y.exp
	z.lo %= y.lo
	for d > 0 {
		step := uint(min(d, 64))
		_, z.lo = bits.Div64(z.lo>>(64-step), z.lo<<step, y.lo)
		d -= int(step)
	}
	return z
}

// sqrt returns the square root of x, not negative and below 2^64, for packing
// into dst: down to the given number of bits below the last place of dst, and
// whether it goes on.
//
// In units of 2^exp the radicand is x.lo*2^s. What of it lies behind the point
// does not change the integer part of the root.
func sqrt(dst Format, guard int, x number) number {
	z := number{exp: dst.last() - guard}
	s := x.exp - 2*z.exp
	if s < 0 {
		n := uint(-s)
		z.sticky = n >= 64 && x.lo != 0 || x.lo<<(64-n) != 0
		x.lo, s = x.lo>>n, 0
	}
	// The leading 128 bits of the radicand give 64 bits of the root; every two of
	// those that follow, all zero, give one more.
	later := 0
	if over := bits.Len64(x.lo) + s - 128; over > 0 {
		later = (over + 1) / 2
	}
	hi, lo, _ := shiftLeft(0, x.lo, uint(s-2*later))
	root := sqrt128(hi, lo)
	phi, plo := bits.Mul64(root, root)
	rlo, borrow := bits.Sub64(lo, plo, 0)
	rhi, _ := bits.Sub64(hi, phi, borrow)
	if later == 0 {
		z.lo = root
		z.sticky = z.sticky || rhi|rlo != 0
		return z
	}
	// At most 64+446 bits of radicand, so 256 of the root; rem <= 2*root.
	r, rest := [5]uint64{root}, [5]uint64{rlo, rhi}
	for range later {
		double(&rest)
		double(&rest)
		double(&r)
		trial := r // 4*(the root before) + 1
		double(&trial)
		trial[0] |= 1
		var left [5]uint64
		borrow = 0
		for i := range rest {
			left[i], borrow = bits.Sub64(rest[i], trial[i], borrow)
		}
		if borrow == 0 {
			rest = left
			r[0] |= 1
		}
	}
	z.lo, z.hi = r[0], r[1]
	z.over = r[2]|r[3]|r[4] != 0
	z.sticky = z.sticky || rest != [5]uint64{}
	return z
}

func double(x *[5]uint64) {
	for i := len(x) - 1; i > 0; i-- {
		x[i] = x[i]<<1 | x[i-1]>>63
	}
	x[0] <<= 1
}

// sqrt128 returns the integer part of the square root of hi*2^64 + lo.
func sqrt128(hi, lo uint64) uint64 {
	if hi|lo == 0 {
		return 0
	}
	// A float64 is off by 2^11 at most; one step of Newton's leaves 1.
	root := uint64(math.MaxUint64)
	if x := math.Sqrt(float64(float64(hi)*0x1p64) + float64(lo)); x < 0x1p64 {
		root = uint64(x)
	}
	if hi >= root { // within 2^12 of 2^64, where the division overflows
		root = math.MaxUint64
	}
	if hi < root {
		q, _ := bits.Div64(hi, lo, root)
		sum, carry := bits.Add64(root, q, 0)
		root = carry<<63 | sum>>1
	}
	for {
		phi, plo := bits.Mul64(root, root)
		if phi > hi || phi == hi && plo > lo {
			root--
			continue
		}
		// root^2 + 2 root < n, or root is the one.
		_, borrow := bits.Sub64(lo, plo, 0)
		rhi, _ := bits.Sub64(hi, phi, borrow)
		rlo := lo - plo
		if rhi > root>>63 || rhi == root>>63 && rlo > root<<1 {
			root++
			continue
		}
		return root
	}
}
