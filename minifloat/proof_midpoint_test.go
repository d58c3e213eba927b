package minifloat_test

import (
	"math"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"

	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// midpoint makes two operands whose product or quotient lies at a midpoint of a format, or beside it.
type midpoint struct {
	kind     int
	raw      [2]uint32
	exponent [2]uint16
	negative [2]bool
}

func genMidpoint() gopter.Gen {
	return gopter.CombineGens(gen.IntRange(0, 9), gen.UInt32(), gen.UInt32(), gen.UInt16(), gen.UInt16(), gen.Bool(), gen.Bool()).Map(func(v []any) midpoint {
		return midpoint{v[0].(int), [2]uint32{v[1].(uint32), v[2].(uint32)}, [2]uint16{v[3].(uint16), v[4].(uint16)}, [2]bool{v[5].(bool), v[6].(bool)}}
	})
}

// product returns factors of p = M+1 bits or fewer. A product of p+1 bits whose last one is set is a midpoint: its odd factors share these
// bits. For one of 2p bits beside a midpoint, the p bits that are discarded, 2^(p-1) + d with a small d, are asked of it modulo 2^p.
func (a midpoint) product(f minifloat.Format) (x, y minifloat.Value) {
	p := f.Precision()
	n := odd(a.raw[0], p)
	m := uint64(1)
	if a.kind < 3 {
		k := 1 + int(a.raw[1]>>8)%p
		n, m = odd(a.raw[0], k), odd(a.raw[1]>>1, p+1-k)
	} else {
		m = (1<<(p-1) + uint64(a.kind-6)) * inverse(n) & (1<<p - 1)
	}
	return a.place(f, n, 0), a.place(f, m, 1)
}

// quotient returns numbers of p = M+1 bits or fewer, the quotient of which is nearer to a midpoint of p bits than to all but a few others:
// with q of p+1 bits, the last one set, and a small d there is an x = (q y + d) / 2^(p+1) where q y + d is divisible by that.
func (a midpoint) quotient(f minifloat.Format) (x, y minifloat.Value) {
	p := f.Precision()
	n := odd(a.raw[0], p)
	d := uint64(2*(a.kind-5) + 1)
	q := -d * inverse(n) & (1<<(p+1) - 1)
	return a.place(f, (q*n+d)>>(p+1), 0), a.place(f, n, 1)
}

// odd returns an odd number of exactly n bits, n < 64.
func odd(raw uint32, n int) uint64 { return uint64(raw)&(1<<n-1) | 1<<(n-1) | 1 }

// inverse returns 1/x modulo 2^64, x odd: x itself has three bits of it, and each step of Newton's doubles them.
func inverse(x uint64) uint64 {
	z := x
	for range 5 {
		z *= 2 - x*z
	}
	return z
}

// place returns n times a power of two, the first time any one in the range of f, the second time such that sums of both exponents are,
// or lie just below it.
func (a midpoint) place(f minifloat.Format, n uint64, i int) minifloat.Value {
	least, most := math.Ilogb(f.SmallestNormal()), math.Ilogb(f.MaxFinite())
	exponent := func(i, least, most int) int { return least + int(a.exponent[i])%max(most-least+1, 1) }
	e := exponent(0, least, most)
	if i == 1 {
		e = exponent(1, max(least, least-f.Precision()-e), min(most, most-e))
	}
	x := math.Ldexp(float64(n), min(max(e, least), most)-math.Ilogb(float64(n)))
	if a.negative[i] && f.Signed() {
		x = -x
	}
	code, _ := minifloat.Context{Saturation: rounding.SatFinite}.Encode(f, x)
	return minifloat.Value{Format: f, Bits: code}
}
