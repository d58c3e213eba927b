package minifloat

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// runTime stands for a family where the format is known at run time only.
type runTime [0]struct{}

// within returns x op y, or x*y + z, of codes of one format, rounded once to it
// in context c, and the flags. It is one body for the typed face, where E, M and
// V fix the format and everything that follows from it is a constant, and for
// formats of run time, where V is runTime and the format is f. With the operator
// value it rounds v and looks at no code.
func within[O operator | value, E Exponent, N Mantissa, V Family | runTime](c Context, f Format, x, y, z uint32, v float64) (uint32, rounding.Flags) {
	var o O
	var e E
	var n N
	var family V
	if len(family) != 0 {
		f = typeFormat(uint64(len(e)), uint64(len(n)), uint64(len(family)))
	}
	if c.Subnormals&rounding.DenormalsAreZero != 0 && len(o) != opValue {
		x, y, z = f.denormalIsZero(x), f.denormalIsZero(y), f.denormalIsZero(z)
	}
	m, last, rebias := f.mant(), f.maxCode(), f.rebias()
	width := f.magnitudeBits() & 31 // 32 without a sign, where it is of no account
	if len(o) != opValue {
		// Finite operands other than zero, as float64s.
		mask := uint32(1)<<width - 1
		a, b, d := x&mask, y&mask, z&mask
		if !f.calm() || !f.Signed() || a-1 >= last || len(o) != opSqrt && b-1 >= last || len(o) == opFMA && d-1 >= last {
			return exactly[O](c, f, x, y, z)
		}
		p := math.Float64frombits(finite(a, m, rebias) | uint64(x>>width)<<63)
		switch len(o) {
		case opAdd:
			v = sumToOdd(p, math.Float64frombits(finite(b, m, rebias)|uint64(y>>width)<<63))
		case opSub:
			v = sumToOdd(p, math.Float64frombits(finite(b, m, rebias)|uint64(^y>>width)<<63))
		case opMul:
			v = p * math.Float64frombits(finite(b, m, rebias)|uint64(y>>width)<<63)
		case opQuo:
			v = p / math.Float64frombits(finite(b, m, rebias)|uint64(y>>width)<<63)
		case opSqrt:
			v = math.Sqrt(p)
		case opFMA:
			v = float64(p * math.Float64frombits(finite(b, m, rebias)|uint64(y>>width)<<63))
			v = sumToOdd(v, math.Float64frombits(finite(d, m, rebias)|uint64(z>>width)<<63))
		}
	}

	// The format's numbers in v's binade end s bits above v's last bit.
	bits := math.Float64bits(v)
	mag, neg := bits&^float64Sign, bits>>63
	s := (52 - m) & 63 // the masks spare the compiler's checks of shifts
	if f.smooth() && c.Mode < rounding.Mode(len(carries)) && uint32(neg) <= f.in(familiesWithSign) {
		up := &carries[c.Mode]
		sign := uint32(neg) << width
		if minNormal := f.minNormalBits(); mag >= minNormal {
			t := mag - rebias
			code := (t + up[neg<<1|t>>s&1]>>((64-s)&63)) >> s
			if code <= uint64(last) {
				return uint32(code) | sign, exactness(t << ((64 - s) & 63))
			}
			if mag < float64Inf {
				return c.overflow(f, neg != 0, chance{})
			}
		} else if mag>>52 != 0 && f.HasZero() && c.Subnormals&rounding.FlushToZero == 0 {
			// What is kept is worth the smallest subnormal, as at the smallest normal
			// number: one bit more goes for each binade below. Once 54 bits go nothing
			// is kept and the rest is less than one half; 62 say the same.
			s = min(s+uint(minNormal>>52-mag>>52), 62) & 63
			t := mag&(1<<52-1) | 1<<52
			code := uint32((t + up[neg<<1|t>>s&1]>>((64-s)&63)) >> s)
			if code>>m == 0 { // otherwise tiny or not is for roundPack to say
				if code == 0 && !f.HasNegZero() {
					sign = 0
				}
				return code | sign, exactness(t<<((64-s)&63)) * (rounding.Inexact | rounding.Underflow)
			}
		}
	}
	if len(o) != opValue {
		return exactly[O](c, f, x, y, z)
	}
	f.mustBeValid()
	return c.pack(f, unpackFloat64(v))
}

// finite returns the bits of the float64 whose value is that of a finite
// magnitude, of a smooth format that has a zero, m mantissa bits and this rebias.
func finite(mag uint32, m uint, rebias uint64) uint64 {
	if mag>>m == 0 {
		return subnormal(mag, rebias-uint64(m-1)<<52)
	}
	return uint64(mag)<<((52-m)&63) + rebias
}

// sumToOdd is rounding.AddOdd of numbers that are far from overflow. It has no
// branches: of numbers of all sizes, neither whether the sum is a float64 can be
// foreseen, nor its last bit, nor the error's sign.
func sumToOdd(x, y float64) float64 {
	s, e := rounding.TwoSum(x, y)
	u, v := math.Float64bits(s), math.Float64bits(e)
	// An even s that is not the exact sum goes to its odd neighbour on the error's
	// side, away from zero or toward it.
	goes := ^u & uint64(exactness(v<<1))
	return math.Float64frombits(u + goes - (u^v)>>63*goes*2)
}

// exactness is Inexact, which is 1, if bits were discarded, else no flag.
func exactness(rest uint64) rounding.Flags {
	return rounding.Flags((rest | -rest) >> 63)
}

// exactly is within by way of arith.go, which takes the operands as they are.
func exactly[O operator | value](c Context, f Format, x, y, z uint32) (uint32, rounding.Flags) {
	r, flags := inIntegers[O](c, f, Value{f, x}, Value{f, y}, Value{f, z})
	return r.Bits, flags
}

// among is x op y, or x*y + z, of numbers of any formats, rounded once to dst.
func among[O operator](c Context, dst Format, x, y, z Value) (Value, rounding.Flags) {
	var o O
	x, y, z = c.operand(x), c.operand(y), c.operand(z)
	if dst.calm() && x.Format.calm() && y.Format.calm() && z.Format.calm() {
		p, q := x.Float64(), y.Float64()
		var v float64
		switch len(o) {
		case opAdd:
			v = rounding.AddOdd(p, q)
		case opSub:
			v = rounding.AddOdd(p, -q)
		case opMul:
			v = float64(p * q)
		case opQuo:
			v = p / q
		case opSqrt:
			v = math.Sqrt(p)
		case opFMA:
			v = rounding.AddOdd(float64(p*q), z.Float64())
		}
		if ordinary(v) && (len(o) != opQuo || q-q == 0) {
			return c.encode(dst, v)
		}
	}
	return inIntegers[O](c, dst, x, y, z)
}

// inIntegers is among by way of arith.go, which takes the operands as they are.
func inIntegers[O operator | value](c Context, dst Format, x, y, z Value) (Value, rounding.Flags) {
	r, flags := compute[O](dst, c.Mode, x.unpack(), y.unpack(), z.unpack())
	return c.deliver(dst, r, flags)
}

// compute returns x op y, or x*y + z, exactly or jammed, for dst and mode.
func compute[O operator | value](dst Format, mode rounding.Mode, x, y, z number) (number, rounding.Flags) {
	var o O
	switch len(o) {
	case opAdd:
		return add(mode, x, y)
	case opSub:
		return sub(mode, x, y)
	case opMul:
		return mul(x, y)
	case opQuo:
		return quo(dst.in(familiesP3109) != 0, x, y)
	case opSqrt:
		return sqrt(x)
	}
	return fma(mode, x, y, z)
}
