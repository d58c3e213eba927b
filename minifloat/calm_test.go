package minifloat

import (
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestCalmWay compares the ways through float64 with those of arith.go: on all
// pairs of two formats of 6 bits, and on random operands of others.
func TestCalmWay(t *testing.T) {
	var contexts []Context
	for _, mode := range rounding.Modes() {
		for _, tininess := range []rounding.Tininess{rounding.AfterRounding, rounding.BeforeRounding} {
			contexts = append(contexts, Context{Mode: mode, Tininess: tininess, Saturation: rounding.Saturation(len(contexts) % 3),
				Subnormals: rounding.Subnormals(len(contexts) / 6 % 2)})
		}
	}
	compare := func(c Context, dst Format, x, y, z Value) {
		t.Helper()
		for _, op := range []struct {
			name      string
			got, want func() (Value, rounding.Flags)
		}{
			{"Add", func() (Value, rounding.Flags) { return c.Add(dst, x, y) }, func() (Value, rounding.Flags) { return inIntegers[plus](c, dst, x, y, y) }},
			{"Sub", func() (Value, rounding.Flags) { return c.Sub(dst, x, y) }, func() (Value, rounding.Flags) { return inIntegers[minus](c, dst, x, y, y) }},
			{"Mul", func() (Value, rounding.Flags) { return c.Mul(dst, x, y) }, func() (Value, rounding.Flags) { return inIntegers[times](c, dst, x, y, y) }},
			{"Quo", func() (Value, rounding.Flags) { return c.Quo(dst, x, y) }, func() (Value, rounding.Flags) { return inIntegers[over](c, dst, x, y, y) }},
			{"Sqrt", func() (Value, rounding.Flags) { return c.Sqrt(dst, x) }, func() (Value, rounding.Flags) { return inIntegers[root](c, dst, x, x, x) }},
			{"FMA", func() (Value, rounding.Flags) { return c.FMA(dst, x, y, z) }, func() (Value, rounding.Flags) { return inIntegers[timesPlus](c, dst, x, y, z) }},
		} {
			got, gotFlags := op.got()
			want, wantFlags := op.want()
			if got != want || gotFlags != wantFlags {
				t.Fatalf("%+v: %s of %v %v %v to %v = %#x %v, want %#x %v", c, op.name, x, y, z, dst, got.Bits, gotFlags, want.Bits, wantFlags)
			}
		}
	}
	small := []Format{MustFormat(3, 2, IEEEFamily), MustFormat(2, 3, FNUZFamily)}
	for _, f := range small {
		for x := range uint32(64) {
			for y := range uint32(64) {
				c := contexts[(x+y)%uint32(len(contexts))]
				compare(c, f, Value{f, x}, Value{f, y}, Value{f, x ^ 0x15})
			}
		}
	}
	r := rand.New(rand.NewPCG(8, 8))
	n := 30000
	if testing.Short() {
		n = 3000
	}
	fs := append(fastFormats(t), MustFormat(9, 22, FNFamily), MustFormat(9, 22, IEEEFamily), MustFormat(9, 1, FNUZFamily))
	code := func(f Format) Value {
		c := r.Uint32()
		switch r.IntN(3) {
		case 0:
			c = c&f.signBit() | r.Uint32N(4)<<f.mant() | r.Uint32N(4)
		case 1:
			c = c&f.signBit() | uint32(f.Bias())<<f.mant() + r.Uint32N(16<<f.mant()) - 8<<f.mant()
		}
		return Value{f, c & f.codeMask()}
	}
	for range n {
		f, g := fs[r.IntN(len(fs))], fs[r.IntN(len(fs))]
		compare(contexts[r.IntN(len(contexts))], fs[r.IntN(len(fs))], code(f), code(g), code(f))
	}
}
