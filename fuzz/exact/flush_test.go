package exact

import "testing"

// What an Intel processor makes of binary32 numbers with the bits FTZ and DAZ of
// MXCSR, rounding to nearest even: code and flags but DE, which with DAZ is not raised.
func TestFlushAsX86(t *testing.T) {
	const ux = Underflow | Inexact
	f := IEEE(8, 23)
	type answer struct {
		code  uint64
		flags Flags
	}
	for _, c := range []struct {
		name               string
		x, y               uint64
		of                 func(x, y Number) Result
		ftz, daz, together answer
	}{
		// A difference that is a subnormal number is flushed although it is exact.
		{"sub", 0x00800001, 0x00800000, Sub, answer{0, ux}, answer{1, 0}, answer{0, ux}},
		// Tiny after rounding: below the smallest normal number in 24 bits.
		{"mul", 0x3f7fffff, 0x00800000, Mul, answer{0, ux}, answer{0x00800000, ux}, answer{0, ux}},
		// Not tiny.
		{"mul", 0x3f7fffff, 0x80800001, Mul, answer{0x80800000, Inexact}, answer{0x80800000, Inexact}, answer{0x80800000, Inexact}},
		{"mul", 0x00000001, 0x3f800000, Mul, answer{0, ux}, answer{0, 0}, answer{0, 0}},
		// The sign of the operand is kept, and the sum of opposite zeros is +0.
		{"add", 0x80000001, 0x00000000, Add, answer{0x80000000, ux}, answer{0, 0}, answer{0, 0}},
		{"quo", 0x3f800000, 0x80000001, Quo, answer{0xff800000, Overflow | Inexact}, answer{0xff800000, DivideByZero}, answer{0xff800000, DivideByZero}},
		{"sqrt", 0x00000001, 0, func(x, _ Number) Result { return Sqrt(x) }, answer{0x1a3504f3, Inexact}, answer{0, 0}, answer{0, 0}},
		{"sqrt", 0x80000001, 0, func(x, _ Number) Result { return Sqrt(x) }, answer{0x7fc00000, Invalid}, answer{0x80000000, 0}, answer{0x80000000, 0}},
	} {
		for i, want := range []answer{c.ftz, c.daz, c.together} {
			o := Options{FlushToZero: i != 1, DenormalsAreZero: i != 0}
			r := c.of(f.Decode(o.Operand(&f, c.x)), f.Decode(o.Operand(&f, c.y)))
			if code, flags := RoundResult(r, f, o); (answer{code, flags}) != want {
				t.Errorf("%s of %#08x and %#08x, %+v: %#08x %v, want %#08x %v", c.name, c.x, c.y, o, code, flags, want.code, want.flags)
			}
		}
	}
}

// In every small format and mode a flushed result is tiny and a zero, with both
// flags, and what is not tiny is as with gradual underflow; the rules of tininess
// differ in what rounds to the smallest normal number.
func TestFlush(t *testing.T) {
	for name, f := range smallFormats(6) {
		normal := f.SmallestNormal()
		for code := range uint64(1) << f.Bits() {
			x := f.Decode(code)
			if x.Kind != Finite || x.IsZero() {
				continue
			}
			for _, part := range []int64{1, 3, 5, 7, 8, 9, 15, 16, 31, 32} { // parts of 16
				y := Mul(x, Dyadic(Int64(part).Int, -4)).Number
				below := compareMagnitudes(y, normal) < 0
				for _, mode := range Modes() {
					for _, tininess := range []Tininess{AfterRounding, BeforeRounding} {
						o := Options{Mode: mode, Tininess: tininess}
						gradual, flags := RoundResult(exactly(y), f, o)
						o.FlushToZero = true
						got, flushed := RoundResult(exactly(y), f, o)
						wide := f
						wide.Bias += 1 << f.ExponentBits // the exponents go on below
						wide.ExponentBits += 2
						rounded, _ := RoundResult(exactly(y), wide, Options{Mode: mode})
						tiny := below && (tininess == BeforeRounding || compareMagnitudes(wide.Decode(rounded), normal) < 0)
						switch {
						case !f.Zero || !tiny || !f.Signed && x.Negative:
							if got != gradual || flags != flushed {
								t.Fatalf("%s: %v, %+v: %#x %v, gradual %#x %v", name, y, o, got, flushed, gradual, flags)
							}
						case got != f.signedZero(x.Negative) || flushed != Underflow|Inexact:
							t.Fatalf("%s: %v, %+v: %#x %v, flags before %v", name, y, o, got, flushed, flags)
						}
					}
				}
			}
		}
	}
}
