package fixedpoint

import (
	"math/big"
	"strings"
	"testing"
)

// FuzzParse: no panic, no more than one rounding against big.Rat, and what is printed reads back.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"0.5", "-1e-3", "0x1.8p-3", "127.99609375", ".", "1e999", "0x.p1"} {
		f.Add(s, uint8(16), uint8(8), true, uint8(0))
	}
	f.Fuzz(func(t *testing.T, s string, width, fraction uint8, signed bool, context uint8) {
		integer := int(width) - int(fraction)
		format, err := NewFormat(signed, integer, int(fraction))
		if err != nil || len(s) > 200 {
			return
		}
		c := contexts[int(context)%len(contexts)]
		v, flags, err := c.Parse(format, s)
		if err != nil && flags == 0 {
			return // no number
		}
		if i := strings.LastIndexAny(s, "eEpP"); i >= 0 && len(s)-i > 5 {
			return // big.Rat would work out a huge power
		}
		x, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("Parse accepts %q", s)
		}
		want, wantFlags := locate(format, exact{x.Num(), x.Denom()}).round(c, format)
		if v.Bits != want || flags != wantFlags {
			t.Fatalf("%v.Parse(%v, %q) = %v %v, want %d %v", c, format, s, v, flags, want, wantFlags)
		}
		if back, _, err := (Context{}).Parse(format, v.Text('f', -1)); err != nil || back != v {
			t.Fatalf("%v prints %s, which reads %v, %v", v, v.Text('f', -1), back, err)
		}
	})
}

// FuzzArithmetic compares one operation of any formats with the oracle.
func FuzzArithmetic(f *testing.F) {
	f.Add(int64(-128), int64(127), uint16(0x0408), uint16(0x0708), uint16(0x0008), uint8(2), uint8(5))
	f.Fuzz(func(t *testing.T, x, y int64, fx, fy, fz uint16, operation, context uint8) {
		var formats [3]Format
		for i, n := range []uint16{fx, fy, fz} {
			width, fraction, signed := int(n&63)+1, int(n>>8&127), n>>6&1 == 0
			integer := width - fraction
			if signed {
				integer--
			}
			var err error
			if formats[i], err = NewFormat(signed, integer, fraction); err != nil {
				return
			}
		}
		a, b, dst := Value{formats[0], formats[0].extend(uint64(x))}, Value{formats[1], formats[1].extend(uint64(y))}, formats[2]
		op, c := operations[int(operation)%len(operations)], contexts[int(context)%len(contexts)]
		if op.name == "Quo" && b.Bits == 0 {
			return
		}
		want, wantFlags := locate(dst, op.exact(exactOf(a), exactOf(b))).round(c, dst)
		if got, flags := op.got(c, dst, a, b); got.Bits != want || flags != wantFlags {
			t.Fatalf("%s(%v, %v) into %v %v = %v %v, want %d %v", op.name, a, b, dst, c, got, flags, want, wantFlags)
		}
	})
}

// FuzzParseFormat: no panic, and a name that is accepted prints one that reads as the same format.
func FuzzParseFormat(f *testing.F) {
	for _, s := range []string{"Q3.4", "uq0.8", "sfix16_En12", "ufix8_E2", "q15", "sfix8_-3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		format, err := ParseFormat(s)
		if err != nil {
			return
		}
		if again, err := ParseFormat(format.Name()); err != nil || again != format || format.Bits() < 1 || format.Bits() > 64 {
			t.Fatalf("%q is %v, which reads %v, %v", s, format, again, err)
		}
	})
}
