package minifloat

import (
	"sync/atomic"
	"unsafe"

	"github.com/halfulp/halfulp/rounding"
)

// contextTable is what an operator of a type that is stored in 8 bits looks up in
// a context. Rounding depends on the operands by the exact result alone, and on
// that as far as outcome keeps it: the 65,536 pairs fall into some thousand
// classes, whatever the context, and a context needs one result a class, the flags
// above the code. Contexts that flush subnormal numbers have none: with them the
// operands' classes would be others.
type contextTable struct {
	class   [1 << 8][1 << 8]uint16                // of x op y, at [x][y]
	members [][2]uint8                            // a pair of each class
	results [16][4][2][4]atomic.Pointer[[]uint16] // of each class, by the context's fields
}

// contextTables has a table, made at its first use, for each of these operators
// of a type that is stored in 8 bits, at the size of its tableKey.
var contextTables [tabledOps][tableKeys]atomic.Pointer[contextTable]

// in returns the results in context c, or nil where the table has none. A copy of
// c, which the inliner would make, takes longer than the rest.
func (t *contextTable) in(c *Context) *[]uint16 {
	if t == nil || int(c.Mode) >= len(t.results) || int(c.Saturation) >= len(t.results[0]) ||
		int(c.Tininess) >= len(t.results[0][0]) || int(c.NaN) >= len(t.results[0][0][0]) || c.Subnormals != rounding.GradualUnderflow {
		return nil
	}
	return t.results[c.Mode][c.Saturation][c.Tininess][c.NaN].Load()
}

// tabulate returns x op y in context c, and makes what the table lacks for the
// next ones.
func tabulate[O operator, E Exponent, M Mantissa, V Family](c Context, x, y uint32) (uint32, rounding.Flags) {
	var o O
	var e E
	var m M
	var v V
	f := typeFormat(uint64(len(e)), uint64(len(m)), uint64(len(v)))
	if c.Mode <= rounding.ToOdd && c.Saturation <= rounding.SatPropagate && c.Tininess <= rounding.BeforeRounding && c.NaN <= rounding.PropagateNaN &&
		c.Subnormals == rounding.GradualUnderflow {
		place := &contextTables[len(o)][unsafe.Sizeof(tableKey[E, M, V]{})]
		t := place.Load()
		if t == nil {
			t = makeContextTable[O](f)
			place.Store(t)
		}
		results := make([]uint16, len(t.members))
		for i, pair := range t.members {
			code, flags := exactly[O](c, f, uint32(pair[0]), uint32(pair[1]), 0)
			results[i] = uint16(flags)<<8 | uint16(code)
		}
		t.results[c.Mode][c.Saturation][c.Tininess][c.NaN].Store(&results)
	}
	return within[O, E1, M0, runTime](c, f, x, y, 0, 0)
}

// outcome is what rounding to a format depends on: the exact result as far as
// keep has it, the flags of the operation itself, and the sign toward -infinity,
// which differs where x + -x is a zero.
type outcome struct {
	result number
	flags  rounding.Flags
	down   bool
}

// makeContextTable makes a table that has no results yet. Goroutines that do so at
// the same time make the same one.
func makeContextTable[O operator](f Format) *contextTable {
	t := new(contextTable)
	classes := make(map[outcome]uint16)
	for x := range f.codeMask() + 1 {
		for y := range f.codeMask() + 1 {
			p, q := f.unpack(x), f.unpack(y)
			r, flags := compute[O](f, rounding.ToNearestEven, p, q, q)
			down, _ := compute[O](f, rounding.ToNegativeInf, p, q, q)
			o := outcome{f.keep(r), flags, down.neg}
			class, known := classes[o]
			if !known {
				class = uint16(len(t.members))
				classes[o] = class
				t.members = append(t.members, [2]uint8{uint8(x), uint8(y)})
			}
			t.class[x][y] = class
		}
	}
	return t
}

// keep returns of a finite number what decides how it is rounded to f: f's
// precision, the half and the sticky bit, one exponent for all magnitudes beyond
// the largest finite value and one for those below a quarter of the smallest
// number.
func (f Format) keep(x number) number {
	if x.kind != isFinite {
		return x
	}
	x.sig = rounding.ShiftRightJam64(x.sig, 61-f.mant())
	if beyond, below := f.maxExp()+1, f.minExp()-int(f.mant())-3; x.exp >= beyond || x.exp <= below {
		x.exp, x.sig = min(max(x.exp, below), beyond), 1
	}
	return x
}
