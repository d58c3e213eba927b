package fixedpoint

import (
	"math/big"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/rounding"
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
		k := int(context) % len(contexts)
		c := contexts[k]
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
		want, wantFlags := judge(format, exactRatio(x)).round(options[k])
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
	f.Add(int64(-128), int64(127), int64(3), uint16(0x0408), uint16(0x0708), uint16(0x0008), uint16(0x0008), uint8(2), uint8(5), uint64(1))
	f.Fuzz(func(t *testing.T, x, y, z int64, fx, fy, fz, fd uint16, row, context uint8, random uint64) {
		var formats [4]Format
		for i, n := range []uint16{fx, fy, fz, fd} {
			width, fraction, signed := int(n&63)+1, int(n>>7&255)-64, n>>6&1 == 0
			integer := width - fraction
			if signed {
				integer--
			}
			var err error
			if formats[i], err = NewFormat(signed, integer, fraction); err != nil {
				return
			}
		}
		value := func(f Format, bits int64) Value { return Value{f, f.extend(uint64(bits))} }
		a, b, d, dst := value(formats[0], x), value(formats[1], y), value(formats[2], z), formats[3]
		op, k := operations[int(row)%len(operations)], int(context)%len(contexts)
		judged := judge(dst, op.exact(wideBits, exactOf(a), exactOf(b), exactOf(d)))
		want, wantFlags := judged.round(options[k])
		if got, flags := op.got(contexts[k], dst, a, b, d); got.Bits != want || flags != wantFlags {
			t.Fatalf("%s(%v, %v, %v) into %v %v = %v %v, want %d %v", op.name, a, b, d, dst, contexts[k], got, flags, want, wantFlags)
		}
		if op.random == nil {
			return
		}
		n := 1 + int(random%63)
		random >>= 64 - n
		c := contexts[k]
		c.Mode = rounding.StochasticA + c.Mode%3
		o := optionsOf(c)
		o.Random, o.Bits = random, n
		want, wantFlags = judged.round(o)
		if got, flags := op.random(c, dst, a, b, d, random, n); got.Bits != want || flags != wantFlags {
			t.Fatalf("%sStochastic(%v, %v, %v) into %v %v, %#x of %d bits = %v %v, want %d %v", op.name, a, b, d, dst, c, random, n, got, flags, want, wantFlags)
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
