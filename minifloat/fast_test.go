package minifloat

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

func same(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y }

// fastFormats are formats that the fast ways serve, and formats that they must
// leave alone.
func fastFormats(t testing.TB) []Format {
	fs := Formats()
	for _, name := range []string{
		"Binary8p4se", "Binary8p3sf", "Binary8p1uf", "Binary8p5ue", "Binary8p1se", "e10m10", "e10m9fnuz", "e11m20", "e11m9fnuz", "e9m1",
		"e4m3b100", "e4m3b-3", "e5m10b700", "e8m7nosub", "e4m3fnnosub", "e3m0finite", "e1m6finite", "e8m23finite", "e6m0fnuz",
	} {
		f, err := ParseFormat(name)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	return fs
}

// TestFastWays compares Encode, Decode, Round and Rounder with pack and unpack,
// which they are the fast forms of, on values near boundaries, in all modes.
func TestFastWays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	fs := fastFormats(t)
	n := 300000
	if testing.Short() {
		n = 30000
	}
	for i := range n {
		f := fs[i%len(fs)]
		c := Context{
			Mode: rounding.Mode(r.IntN(9)), Saturation: rounding.Saturation(r.IntN(3)),
			Tininess: rounding.Tininess(r.IntN(2)), NaN: rounding.NaN(r.IntN(2)), Subnormals: rounding.Subnormals(max(0, r.IntN(8)-4)),
		}
		if i%4 == 0 {
			c = Context{}
		}
		x := boundary(r, f)
		code, flags := c.pack(f, unpackFloat64(x))
		value := f.unpack(code).float64()
		if got, fl := c.Encode(f, x); got != code || fl != flags {
			t.Fatalf("%v %v: Encode(%b) = %#x %v, want %#x %v", f, c, x, got, fl, code, flags)
		}
		if got := c.Round(f, x); !same(got, value) {
			t.Fatalf("%v %v: Round(%b) = %v, want %v", f, c, x, got, value)
		}
		if got := f.Decode(code); !same(got, value) {
			t.Fatalf("%v: Decode(%#x) = %v, want %v", f, code, got, value)
		}
		rounder := NewRounder(f, c)
		if got := rounder.Round(x); !same(got, value) {
			t.Fatalf("%v %v: Rounder.Round(%b) = %v, want %v", f, c, x, got, value)
		}
		if got := rounder.Encode(x); got != code {
			t.Fatalf("%v %v: Rounder.Encode(%b) = %#x, want %#x", f, c, x, got, code)
		}
		if c == (Context{}) {
			if got := f.Encode(x); got != code {
				t.Fatalf("%v: Encode(%b) = %#x, want %#x", f, x, got, code)
			}
		}
	}
}

// boundary returns a float64 where rounding to f is delicate: a value, a point
// between two, or one near these, and sometimes anything at all.
func boundary(r *rand.Rand, f Format) float64 {
	code := r.Uint32()
	switch r.IntN(4) {
	case 0:
		code = r.Uint32()&f.signBit() | r.Uint32N(4)<<f.mant() | r.Uint32N(8)
	case 1:
		code = r.Uint32()&f.signBit() | f.maxCode() - r.Uint32N(3)
	}
	x := f.unpack(code).float64()
	switch r.IntN(6) {
	case 0:
		x *= 1 + math.Ldexp(1, -r.IntN(53))
	case 1:
		x = (x + f.unpack(code+1).float64()) / 2
	case 2:
		x = math.Nextafter((x+f.unpack(code+1).float64())/2, math.Inf(r.IntN(2)*2-1))
	case 3:
		x = math.Nextafter(x, math.Inf(r.IntN(2)*2-1))
	case 4:
		if r.IntN(4) == 0 {
			x = math.Float64frombits(r.Uint64())
		}
	}
	return x
}

// testTyped compares the typed operators with the run-time ones in the default
// context, on pairs of codes.
func testTyped[F interface{ Float[S, E, M, V] }, S Storage, E Exponent, M Mantissa, V Family](t *testing.T) {
	t.Helper()
	type T = Float[S, E, M, V]
	f := FormatOf[T]()
	r := rand.New(rand.NewPCG(5, uint64(f.word)))
	code := func() uint32 {
		c := r.Uint32()
		switch r.IntN(3) {
		case 0:
			c = c&f.signBit() | r.Uint32N(4)<<f.mant() | r.Uint32N(4)
		case 1:
			c = c&f.signBit() | uint32(f.Bias())<<f.mant() + r.Uint32N(16<<f.mant()) - 8<<f.mant()
		}
		return c & f.codeMask()
	}
	var c Context
	n := 4000
	if testing.Short() {
		n = 400
	}
	for range n {
		a, b, d := code(), code(), code()
		va, vb, vd := Value{f, a}, Value{f, b}, Value{f, d}
		x, y, z := T{S(a)}, T{S(b)}, T{S(d)}
		check := func(op string, got T, want Value, _ rounding.Flags) {
			t.Helper()
			if uint32(got.bits) != want.Bits {
				t.Fatalf("%v: %s of %#x %#x %#x = %#x, want %#x", f, op, a, b, d, got.bits, want.Bits)
			}
		}
		v, fl := c.Add(f, va, vb)
		check("Add", x.Add(y), v, fl)
		v, fl = c.Sub(f, va, vb)
		check("Sub", x.Sub(y), v, fl)
		v, fl = c.Mul(f, va, vb)
		check("Mul", x.Mul(y), v, fl)
		v, fl = c.Quo(f, va, vb)
		check("Quo", x.Quo(y), v, fl)
		v, fl = c.Sqrt(f, va)
		check("Sqrt", x.Sqrt(), v, fl)
		v, fl = c.FMA(f, va, vb, vd)
		check("FMA", x.FMA(y, z), v, fl)
		check("Neg", x.Neg(), va.Neg(), 0)
		check("Abs", x.Abs(), va.Abs(), 0)
		if !same(x.Float64(), f.unpack(a).float64()) {
			t.Fatalf("%v: Float64 of %#x = %v", f, a, x.Float64())
		}
		w := boundary(r, f)
		n, _ := c.Encode(f, w)
		check("FromFloat64", x.FromFloat64(w), Value{f, n}, 0)
		if x.Cmp(y) != va.Cmp(vb) || x.Equal(y) != va.Equal(vb) || x.Less(y) != va.Less(vb) || x.LessEqual(y) != va.LessEqual(vb) {
			t.Fatalf("%v: comparing %#x and %#x", f, a, b)
		}
		if x.Class() != f.Class(a) || x.IsNaN() != va.IsNaN() {
			t.Fatalf("%v: class of %#x", f, a)
		}
	}
}

func TestTypedOperators(t *testing.T) {
	testTyped[Float32](t)
	testTyped[TF32](t)
	testTyped[BFloat16](t)
	testTyped[Float16](t)
	testTyped[E3M4](t)
	testTyped[E4M3](t)
	testTyped[E4M3FN](t)
	testTyped[E4M3FNUZ](t)
	testTyped[E4M3B11FNUZ](t)
	testTyped[E5M2](t)
	testTyped[E5M2FNUZ](t)
	testTyped[E8M0FNU](t)
	testTyped[E2M3FN](t)
	testTyped[E3M2FN](t)
	testTyped[E2M1FN](t)
	testTyped[Binary8p4se](t)
	testTyped[Binary8p3se](t)
	testTyped[Binary4p2sf](t)
	testTyped[Binary8p1uf](t)
	testTyped[Float[uint8, E4, M4, UE]](t)
	testTyped[Float[uint32, E11, M20, IEEE]](t)
	testTyped[Float[uint32, E10, M21, IEEE]](t)
	testTyped[Float[uint32, E10, M10, FNUZ]](t)
	testTyped[Float[uint32, E9, M22, FN]](t)
	testTyped[Float[uint8, E1, M6, Finite]](t)
	testTyped[Float[uint8, E6, M0, FNUZ]](t)
}
