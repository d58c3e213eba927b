package minifloat

import (
	"math"

	"github.com/halfulp/halfulp/rounding"
)

// Rounder rounds many numbers to one format in one context: what depends only
// on these two is computed once. Its results are those of [Context.Round] and
// [Context.Encode]. The zero Rounder panics when used; make one with
// [NewRounder].
type Rounder struct {
	minNormal uint64 // the smallest normal number's bits as a float64
	span      uint64 // limitBits - minNormal; 0: no fast way
	rebias    uint64
	gradual   bool   // subnormal results are not flushed
	magic     uint64 // subnormalMagic; 0: no fast way below minNormal
	zeroSign  uint64
	shift     uint8     // 52-M
	signShift uint8     // the sign's place in a code
	even      bool      // the mode is ToNearestEven
	up        [4]uint64 // of carries
	maxCode   uint32
	beyond    [2]uint32 // the codes of positive and negative numbers from limitBits on
	format    Format
	context   Context
}

// NewRounder returns the Rounder of a format and a context. It panics if the
// context's mode is unknown or stochastic.
func NewRounder(f Format, c Context) *Rounder {
	f.mustBeValid()
	if int(c.Mode) >= len(carries) {
		panic("minifloat: NewRounder: an unknown or a stochastic mode")
	}
	r := &Rounder{format: f, context: c, maxCode: f.maxCode(), even: c.Mode == rounding.ToNearestEven, up: carries[c.Mode], gradual: c.Subnormals&rounding.FlushToZero == 0}
	if f.smooth() && f.Signed() {
		r.minNormal = f.minNormalBits()
		r.span = f.limitBits() - r.minNormal
		r.rebias = f.rebias()
		r.zeroSign = uint64(f.in(familiesWithNegZero)) << 63
		r.shift = uint8(52 - f.mant())
		r.signShift = uint8(f.magnitudeBits())
		if r.even && r.gradual {
			r.magic = f.subnormalMagic()
		}
		r.beyond[0], _ = c.Encode(f, math.MaxFloat64)
		r.beyond[1], _ = c.Encode(f, -math.MaxFloat64)
	}
	return r
}

// Format returns the format r rounds to.
func (r *Rounder) Format() Format { return r.format }

// Context returns the context r rounds in.
func (r *Rounder) Context() Context { return r.context }

// Round returns x rounded once to a value of the format.
func (r *Rounder) Round(x float64) float64 {
	b := math.Float64bits(x)
	mag := b &^ float64Sign
	if mag-r.minNormal < r.span {
		if code := r.normal(b, mag); code <= r.maxCode {
			return math.Float64frombits(uint64(code)<<(r.shift&63) + r.rebias | b&float64Sign)
		}
	} else if mag < r.minNormal && r.magic != 0 {
		return nearestMultiple(b, r.magic, r.zeroSign)
	}
	return r.context.Round(r.format, x)
}

// normal rounds the float64 of bits b and magnitude mag, not below the smallest
// normal number, to a code without its sign.
func (r *Rounder) normal(b, mag uint64) uint32 {
	t, s := mag-r.rebias, uint(r.shift&63)
	if r.even {
		return uint32(nearestNormal(t, s))
	}
	return uint32((t + r.up[b>>63<<1|t>>s&1]>>((64-s)&63)) >> s)
}

// subnormal rounds the float64 of bits b and magnitude mag, a normal number
// itself but below r's smallest one, to a code without its sign.
func (r *Rounder) subnormal(b, mag uint64) uint32 {
	// What is kept is worth the smallest subnormal, as at the smallest normal
	// number: one bit more goes for each binade below. Once 54 bits go nothing is
	// kept and the rest is less than one half; 62 say the same.
	s := min(uint64(r.shift)+r.minNormal>>52-mag>>52, 62)
	t := mag&(1<<52-1) | 1<<52
	return uint32((t + r.up[b>>63<<1|t>>s&1]>>(64-s)) >> s)
}

// Encode returns the code of x rounded once to the format.
func (r *Rounder) Encode(x float64) uint32 {
	b := math.Float64bits(x)
	mag := b &^ float64Sign
	switch {
	case mag-r.minNormal < r.span:
		if code := r.normal(b, mag); code <= r.maxCode {
			return code | uint32(b>>63)<<(r.signShift&31)
		}
	case mag >= r.minNormal:
		if mag < float64Inf && r.span != 0 {
			return r.beyond[b>>63]
		}
	case r.magic != 0 || mag>>52 != 0 && r.gradual:
		var code uint32
		if r.magic != 0 {
			code = nearestSubnormal(mag, r.magic)
		} else {
			code = r.subnormal(b, mag)
		}
		if code == 0 {
			b &= r.zeroSign
		}
		return code | uint32(b>>63)<<(r.signShift&31)
	}
	code, _ := r.context.Encode(r.format, x)
	return code
}

// EncodeFloat32 returns the code of x rounded once to the format. (A float32 is
// a float64, so this is one rounding.)
func (r *Rounder) EncodeFloat32(x float32) uint32 { return r.Encode(float64(x)) }
