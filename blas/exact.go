package blas

import (
	"math"
	"math/bits"

	"github.com/halfulp/halfulp/rounding"
)

// An exactSum is a sum of products of float64 values without any rounding: a number in two's complement
// whose bit 0 weighs 2^exactBase. A product of two float64 values is a multiple of 2^-2148 below 2^2048, so
// that 2^63 of them do not overflow it. The zero value is zero.
type exactSum struct {
	limbs   [68]uint64
	special float64 // the sum of the products that are infinite or NaN
}

const exactBase = -34 * 64

// split returns the magnitude of a finite x as an integer times a power of two.
func split(x float64) (m uint64, e int) {
	u := math.Float64bits(x)
	m, e = u&(1<<52-1), int(u>>52&2047)
	if e == 0 {
		return m, -1074
	}
	return m | 1<<52, e - 1075
}

// isFinite reports whether x is neither infinite nor NaN.
func isFinite(x float64) bool { return math.Float64bits(x)<<1 < 2047<<53 }

// addProduct adds x*y.
func (s *exactSum) addProduct(x, y float64) {
	if !isFinite(x) || !isFinite(y) {
		s.special += float64(unit(x) * unit(y))
		return
	}
	mx, ex := split(x)
	my, ey := split(y)
	hi, lo := bits.Mul64(mx, my)
	at := ex + ey - exactBase
	i, shift := at>>6, uint(at&63)
	w := [3]uint64{lo << shift, hi<<shift | lo>>(64-shift), hi >> (64 - shift)}
	var carry uint64
	if math.Signbit(x) != math.Signbit(y) {
		s.limbs[i], carry = bits.Sub64(s.limbs[i], w[0], 0)
		s.limbs[i+1], carry = bits.Sub64(s.limbs[i+1], w[1], carry)
		s.limbs[i+2], carry = bits.Sub64(s.limbs[i+2], w[2], carry)
		for i += 3; carry != 0 && i < len(s.limbs); i++ {
			s.limbs[i], carry = bits.Sub64(s.limbs[i], 0, carry)
		}
		return
	}
	s.limbs[i], carry = bits.Add64(s.limbs[i], w[0], 0)
	s.limbs[i+1], carry = bits.Add64(s.limbs[i+1], w[1], carry)
	s.limbs[i+2], carry = bits.Add64(s.limbs[i+2], w[2], carry)
	for i += 3; carry != 0 && i < len(s.limbs); i++ {
		s.limbs[i], carry = bits.Add64(s.limbs[i], 0, carry)
	}
}

// unit returns a number that multiplies like x where the other factor is infinite or NaN, and cannot overflow
// nor underflow where it is not.
func unit(x float64) float64 {
	if isFinite(x) && x != 0 {
		return math.Copysign(1, x)
	}
	return x
}

// add adds x.
func (s *exactSum) add(x float64) { s.addProduct(x, 1) }

// value returns the sum rounded to float64. A sum of zero is +0.
func (s *exactSum) value(mode rounding.Mode) float64 {
	if s.special != 0 {
		return s.special
	}
	top := len(s.limbs) - 1
	limbs := s.limbs
	neg := limbs[top]>>63 != 0
	if neg {
		carry := uint64(1)
		for i, l := range limbs {
			limbs[i], carry = bits.Add64(^l, 0, carry)
		}
	}
	for limbs[top] == 0 {
		if top--; top < 0 {
			return 0
		}
	}
	// m is the first 64 bits, the last of which takes in those below.
	shift := uint(bits.LeadingZeros64(limbs[top]))
	m, e := limbs[top]<<shift, exactBase+64*top-int(shift)
	if top > 0 {
		m |= limbs[top-1] >> (64 - shift)
		rest := limbs[top-1] << shift
		for _, l := range limbs[:top-1] {
			rest |= l
		}
		if rest != 0 {
			m |= 1
		}
	}
	drop := max(11, -1074-e)
	z, _ := rounding.ShiftRight64(mode, neg, m, uint(drop))
	v := math.Ldexp(float64(z), e+drop)
	if math.IsInf(v, 0) && mode == rounding.ToOdd {
		v = math.MaxFloat64
	}
	if neg {
		return -v
	}
	return v
}

// exactKernel sums without rounding. Between start and finish a sum is the exact one rounded to odd, so that
// one more rounding, to 51 bits or fewer, is that of the exact sum; or, for a result in float64, to nearest
// even.
//
// How it sums depends on the range of the products, multiples of 2^low below 2^high, of which there are
// at most 2^count:
//
//   - In float64, where a sum has at most 53 bits.
//   - In two float64, where high-low+2*count <= 104. Adding and subtracting 1.5*2^t, t = high+count+1,
//     leaves of a product, which is below 2^(t-1), a multiple of 2^(t-52); the sum of these is below 2^t and
//     exact in 52 bits. The rests are at most 2^(t-53) and their sum at most 2^(t-53+count), a multiple
//     of 2^low: t-53+count-low <= 52 bits and the sign.
//   - In an exactSum otherwise.
type exactKernel struct {
	nearest bool
}

func (e *exactKernel) prepare(x []float64, _, _ int) span { return measure(x) }

func (e *exactKernel) multiply(sums *[lanes]float64, count int, row, panel []float64, rowSpan, panelSpan *span) {
	low, high := rowSpan.low+panelSpan.low, rowSpan.high+panelSpan.high
	terms := bits.Len(uint(len(row)))
	exact := exactProducts(rowSpan, panelSpan)
	if exact && high+terms-low <= 52 {
		for half := 0; half < count; half += lanes / 2 {
			var s [lanes / 2]float64
			addFloat64(&s, row, panel[half:])
			for i, v := range s {
				sums[half+i] = e.join(v, sums[half+i])
			}
		}
		return
	}
	if t := high + terms + 1; exact && !rowSpan.special && !panelSpan.special && high-low+2*terms <= 104 && t <= 1022 {
		big := math.Ldexp(1.5, t)
		for half := 0; half < count; half += lanes / 2 {
			var h, l [lanes / 2]float64
			addTwofold(&h, &l, big, row, panel[half:])
			for i := range h {
				if v := &sums[half+i]; *v == 0 {
					*v = e.join(h[i], l[i])
				} else {
					var s exactSum
					s.add(h[i])
					s.add(l[i])
					s.add(*v)
					*v = s.value(e.mode())
				}
			}
		}
		return
	}
	for i := range count {
		var s exactSum
		for k, a := range row {
			s.addProduct(a, panel[k*lanes+i])
		}
		s.add(sums[i])
		sums[i] = s.value(e.mode())
	}
}

func (e *exactKernel) mode() rounding.Mode {
	if e.nearest {
		return rounding.ToNearestEven
	}
	return rounding.ToOdd
}

// join returns x + y rounded to odd or to nearest even.
func (e *exactKernel) join(x, y float64) float64 {
	if e.nearest {
		return x + y
	}
	return rounding.AddOdd(x, y)
}

func addFloat64(sums *[lanes / 2]float64, row, panel []float64) {
	c0, c1, c2, c3 := sums[0], sums[1], sums[2], sums[3]
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		c0 += float64(a * b[0])
		c1 += float64(a * b[1])
		c2 += float64(a * b[2])
		c3 += float64(a * b[3])
	}
	sums[0], sums[1], sums[2], sums[3] = c0, c1, c2, c3
}

func addTwofold(high, low *[lanes / 2]float64, big float64, row, panel []float64) {
	h0, h1, h2, h3 := high[0], high[1], high[2], high[3]
	l0, l1, l2, l3 := low[0], low[1], low[2], low[3]
	for k := range row {
		a, b := row[k], (*[lanes / 2]float64)(panel[lanes*k:])
		p0, p1, p2, p3 := float64(a*b[0]), float64(a*b[1]), float64(a*b[2]), float64(a*b[3])
		q0, q1, q2, q3 := big+p0-big, big+p1-big, big+p2-big, big+p3-big
		h0, l0 = h0+q0, l0+(p0-q0)
		h1, l1 = h1+q1, l1+(p1-q1)
		h2, l2 = h2+q2, l2+(p2-q2)
		h3, l3 = h3+q3, l3+(p3-q3)
	}
	high[0], high[1], high[2], high[3] = h0, h1, h2, h3
	low[0], low[1], low[2], low[3] = l0, l1, l2, l3
}
