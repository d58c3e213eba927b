package fixedpoint

import (
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestExhaustive8 compares all pairs of 8-bit numbers, in all operations, modes and overflows, with the oracle, and the typed
// functions and methods with the run-time ones.
func TestExhaustive8(t *testing.T) {
	exhaustive8[int8, F0](t)
	exhaustive8[int8, F4](t)
	exhaustive8[int8, F7](t)
	exhaustive8[int8, F8](t)
	exhaustive8[uint8, F0](t)
	exhaustive8[uint8, F3](t)
	exhaustive8[uint8, F8](t)
}

func exhaustive8[S int8 | uint8, F Fraction](t *testing.T) {
	type fixed = Fixed[S, F]
	f := FormatOf[fixed]()
	t.Run(f.Name(), func(t *testing.T) {
		t.Parallel()
		typed := map[string]func(c Context, x, y fixed) (fixed, rounding.Flags){
			"Add": Add[fixed], "Sub": Sub[fixed], "Mul": Mul[fixed], "Quo": Quo[fixed],
			"Neg": func(c Context, x, _ fixed) (fixed, rounding.Flags) { return Neg(c, x) },
			"Abs": func(c Context, x, _ fixed) (fixed, rounding.Flags) { return Abs(c, x) },
		}
		methods := map[string]func(x, y fixed) fixed{
			"Add": fixed.Add, "Sub": fixed.Sub, "Mul": fixed.Mul, "Quo": fixed.Quo,
			"Neg": func(x, _ fixed) fixed { return x.Neg() }, "Abs": func(x, _ fixed) fixed { return x.Abs() },
		}
		b := boundsOf(f)
		step := 1
		if testing.Short() {
			step = 11
		}
		for i := 0; i < 256; i += step {
			x := fixed{S(i)}
			for j := range 256 {
				y := fixed{S(j)}
				if got, want := x.Cmp(y), exactOf(x.Value()).num.Cmp(exactOf(y.Value()).num); got != want || x.Less(y) != (want < 0) || x.LessEqual(y) != (want <= 0) || x.Equal(y) != (want == 0) || x.Value().Cmp(y.Value()) != want {
					t.Fatalf("%v.Cmp(%v) = %d, want %d", x, y, got, want)
				}
				for _, op := range operations {
					if op.name == "Quo" && y.bits == 0 || op.unary && j > 0 {
						continue
					}
					p := locate(f, op.exact(exactOf(x.Value()), exactOf(y.Value())))
					for _, c := range contexts {
						want, wantFlags := p.roundIn(c, b)
						got, flags := op.got(c, f, x.Value(), y.Value())
						if got.Bits != want || flags != wantFlags {
							t.Fatalf("%s(%v, %v) %v = %v %v, want %d %v", op.name, x, y, c, got, flags, want, wantFlags)
						}
					}
					if fn := typed[op.name]; fn != nil {
						for _, c := range contexts[:3] { // the typed functions only forward
							want, wantFlags := p.roundIn(c, b)
							if got, flags := fn(c, x, y); int64(got.bits) != want || flags != wantFlags {
								t.Fatalf("typed %s(%v, %v) %v = %v %v, want %d %v", op.name, x, y, c, got, flags, want, wantFlags)
							}
						}
						want, _ := p.roundIn(Context{}, b)
						if got := methods[op.name](x, y); int64(got.bits) != want {
							t.Fatalf("%v.%s(%v) = %v, want %d", x, op.name, y, got, want)
						}
					}
				}
			}
		}
	})
}

func TestQuoByZero(t *testing.T) {
	for _, f := range []Format{MustFormat(true, 3, 4), MustFormat(false, 4, 4), MustFormat(true, 0, 63), MustFormat(false, 64, 0)} {
		zero := Value{Format: f}
		for _, o := range Overflows() {
			c := Context{Overflow: o}
			if z, flags := c.Quo(f, zero, zero); z.Bits != 0 || flags != rounding.Invalid {
				t.Errorf("%v: 0/0 = %v %v", f, z, flags)
			}
			if z, flags := c.Quo(f, Value{f, 1}, zero); z.Bits != f.MaxBits() || flags != rounding.DivideByZero {
				t.Errorf("%v: x/0 = %v %v", f, z, flags)
			}
			low := f.MinBits()
			if o == SaturateSymmetric {
				low = -f.MaxBits()
			}
			if f.Signed() {
				if z, flags := c.Quo(f, Value{f, -1}, zero); z.Bits != low || flags != rounding.DivideByZero {
					t.Errorf("%v: -x/0 = %v %v", f, z, flags)
				}
			}
		}
	}
	x := From[Q7](0.5)
	if x.Quo(Q7{}) != Max[Q7]() || x.Neg().Quo(Q7{}) != Min[Q7]() || (Q7{}).Quo(Q7{}) != (Q7{}) {
		t.Error("the method differs")
	}
	u := From[UQ64](0.5)
	if u.Quo(UQ64{}) != Max[UQ64]() || (UQ64{}).Quo(UQ64{}) != (UQ64{}) {
		t.Error("the method differs for 64 bits")
	}
}
