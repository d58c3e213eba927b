package minifloat_test

import (
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
)

// FuzzFunctions compares every operation with the oracle: operands and result of
// any of the named and the wide formats, in any option.
func FuzzFunctions(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(1), uint16(0), uint32(0x3c00), uint32(0x0001), uint32(0x8001), uint32(0x7c01))
	f.Add(uint8(5), uint8(3), uint8(7), uint16(17), uint32(0x7f), uint32(0x7f800001), uint32(0x80), uint32(0xff800000))
	f.Add(uint8(9), uint8(2), uint8(20), uint16(40), uint32(0x7bff), uint32(0x3ffff), uint32(0xfbff), uint32(1))
	var subjects []subject
	for _, row := range named {
		subjects = append(subjects, namedSubject(f, row.name))
	}
	subjects = append(subjects, wideSubjects(f)...)
	all := append([]operation{sqrt, convert, fma, rem, mod, rsqrt, recip, faa, clamp, logbOperation}, pairOperations...)
	all = append(all, extrema...)
	all = append(all, elementary(f)...)
	f.Fuzz(func(t *testing.T, op, from, to uint8, o uint16, a, b, c, d uint32) {
		s, dst := subjects[int(from)%len(subjects)], subjects[int(to)%len(subjects)]
		mask := uint32(1)<<(s.f.Bits()-1)<<1 - 1
		codes := s.operands(a&mask, b&mask, c&mask, d&mask)
		x, y, z, w := codes[0], codes[1], codes[2], codes[3]
		p := &prover{t: t}
		some := []option{options[int(o)%len(options)], propagateNaN, mlDtypesNaN}
		operations := append(append([]operation{hypot(dst)}, scaledOperations(w)...), all...)
		p.proveScaled(operations[int(op)%len(operations)], dst, x, y, z, w, some)
		if dst.f.ExponentBits() <= 11 {
			p.neighbours(s, x)
			p.totalOrder(s, x, y)
		}
		r := exact.RoundToIntegral(x.n, some[0].o)
		want, wantFlags := exact.RoundResult(r, s.g, some[0].o)
		if got, flags := some[0].c.RoundToIntegralExact(x.v); got != (minifloat.Value{Format: s.f, Bits: uint32(want)}) || int(flags) != int(wantFlags) {
			t.Fatalf("%s: %v rounds to %v %v, want %#x %v", s.name, x, got, flags, want, wantFlags)
		}
		n, nFlags := exact.ToInteger(x.n, some[0].o, 32, true)
		if got, flags := some[0].c.ToInt64(x.v, 32); got != n.Int64() || int(flags) != int(nFlags) {
			t.Fatalf("%s: %v is the integer %d %v, want %v %v", s.name, x, got, flags, n, nFlags)
		}
	})
}
