package exact

import (
	"math/big"
	"testing"
)

// TestFixedByEnumeration compares every mode and overflow with a search through all values of small formats: the values lie
// on the number line, and nothing is shifted or split into sign and magnitude.
func TestFixedByEnumeration(t *testing.T) {
	for _, f := range []FixedFormat{{3, true, 0}, {3, true, 1}, {3, false, 2}, {4, true, -2}, {2, true, 5}, {1, true, 0}, {1, false, 0}, {4, false, 4}} {
		step := new(big.Rat).SetFrac64(1, 1)
		if f.Fraction >= 0 {
			step.SetFrac64(1, 1<<f.Fraction)
		} else {
			step.SetInt64(1 << -f.Fraction)
		}
		for eighths := int64(-200); eighths <= 200; eighths++ {
			x := new(big.Rat).Mul(step, big.NewRat(eighths, 8))
			p := LocateFixed(exactly(dyadic(x)), f)
			for _, mode := range Modes() {
				// The integer, by division of the number line.
				floor := (eighths+8000)/8 - 1000
				part := eighths - 8*floor
				odd := floor%2 != 0
				up := map[Mode]bool{
					TiesToEven: part > 4 || part == 4 && odd, TiesToOdd: part > 4 || part == 4 && !odd,
					TiesToAway: part > 4 || part == 4 && eighths > 0, TiesToZero: part > 4 || part == 4 && eighths < 0,
					TiesToPositive: part >= 4, TiesToNegative: part > 4,
					TowardNegative: false, TowardPositive: part > 0, TowardZero: part > 0 && eighths < 0,
					AwayFromZero: part > 0 && eighths > 0, ToOdd: part > 0 && !odd,
				}[mode]
				i := floor
				if up {
					i++
				}
				low, high := int64(0), int64(1)<<f.Bits-1
				if f.Signed {
					low, high = -1<<(f.Bits-1), 1<<(f.Bits-1)-1
				}
				for o := Clamp; o <= ClampSymmetric; o++ {
					lowest := low
					if o == ClampSymmetric && f.Signed {
						lowest = -high
					}
					want, flags := i, Flags(0)
					if part != 0 {
						flags = Inexact
					}
					if i < lowest || i > high {
						flags = Overflow | Inexact
						switch o {
						case WrapAround:
							for want < low {
								want += 1 << f.Bits
							}
							for want > high {
								want -= 1 << f.Bits
							}
						default:
							want = max(lowest, min(high, i))
						}
					}
					code, gotFlags := p.Round(FixedOptions{Mode: mode, Overflow: o})
					got := f.Decode(code)
					if rat(got).Cmp(new(big.Rat).Mul(step, big.NewRat(want, 1))) != 0 || gotFlags != flags {
						t.Fatalf("%+v, %v, %v: %v is %v (%v), want %d steps (%v)", f, mode, o, x, got, gotFlags, want, flags)
					}
				}
			}
		}
	}
}

func TestFixedSpecial(t *testing.T) {
	f := FixedFormat{8, true, 4}
	for _, test := range []struct {
		r     Result
		o     FixedOverflow
		code  uint64
		flags Flags
	}{
		{invalid(), Clamp, 0, Invalid},
		{Convert(Number{Kind: NaN, Int: zero}), WrapAround, 0, Invalid},
		{exactly(Inf(false)), WrapAround, 0x7f, o_},
		{exactly(Inf(true)), Clamp, 0x80, o_},
		{exactly(Inf(true)), ClampSymmetric, 0x81, o_},
		{Quo(Int64(-1), Int64(0)), ClampSymmetric, 0x81, DivideByZero},
		{Quo(Int64(1), Int64(0)), WrapAround, 0x7f, DivideByZero},
		{Quo(Int64(0), Int64(0)), Clamp, 0, Invalid},
		{Rem(Int64(-7), Int64(3)), Clamp, 0xf0, 0},
		{Rem(Int64(7), Int64(-3)), Clamp, 0x10, 0},
		{Rem(Int64(7), Int64(0)), Clamp, 0, Invalid},
		{Scale(Int64(3), -2), Clamp, 12, 0},
		{Scale(Int64(0), -100), Clamp, 0, 0},
		{SqrtBits(700, Int64(-1)), Clamp, 0, Invalid},
	} {
		if code, flags := RoundFixed(test.r, f, FixedOptions{Overflow: test.o}); code != test.code || flags != test.flags {
			t.Errorf("%v %v: %#x %v, want %#x %v", test.r, test.o, code, flags, test.code, test.flags)
		}
	}
	if x, _ := f.Decode(0x88).Float(); x != -7.5 {
		t.Error(x)
	}
	// The stochastic modes share roundsUp with the floating-point side: one case each way.
	quarter := Scale(Int64(1), -6) // of a step
	for r, want := range map[uint64]uint64{0: 0, 5: 0, 6: 1, 7: 1} {
		if code, _ := RoundFixed(quarter, f, FixedOptions{Mode: StochasticA, Random: r, Bits: 3}); code != want {
			t.Errorf("R = %d: %d", r, code)
		}
	}
}
