package minifloat

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
)

// The interface as package database/sql has it, unexported.
type decomposer interface {
	Decompose(buf []byte) (form byte, negative bool, coefficient []byte, exponent int32)
	Compose(form byte, negative bool, coefficient []byte, exponent int32) error
}

var _, _ decomposer = (*Float16)(nil), (*Value)(nil)

// TestDecompose compares with math/big, and composes the parts again.
func TestDecompose(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	fs := everyFormat()
	for range 4000 {
		f := fs[r.IntN(len(fs))]
		if f.expo() > maxExponentBits && r.IntN(50) > 0 {
			continue
		}
		code := r.Uint32() & f.codeMask()
		switch r.IntN(4) {
		case 0:
			code &= 1<<f.mant() | f.signBit() | 15
		case 1:
			code = f.maxCode() + uint32(r.IntN(4)) - 1
		}
		v := Value{f, code & f.codeMask()}
		form, neg, coefficient, exponent := v.Decompose(nil)
		rat, finite := v.Rat()
		if finite != (form == 0) || v.IsInf(0) != (form == 1) || v.IsNaN() != (form == 2) || neg != v.Signbit() && form != 2 {
			t.Fatalf("%v: form %d, negative %t", v, form, neg)
		}
		if finite {
			want := new(big.Rat).SetInt(new(big.Int).SetBytes(coefficient))
			ten := new(big.Rat).SetInt(powerOf10(int(max(exponent, -exponent))))
			if exponent < 0 {
				ten.Inv(ten)
			}
			if want.Mul(want, ten); neg {
				want.Neg(want)
			}
			if want.Cmp(rat) != 0 || len(coefficient) > 0 && coefficient[0] == 0 {
				t.Fatalf("%v: %t %x %d", v, neg, coefficient, exponent)
			}
		}
		w := Value{Format: f}
		if err := w.Compose(form, neg, coefficient, exponent); err != nil || w.Cmp(v) != 0 || w.IsZero() && f.HasNegZero() && w.Signbit() != neg {
			t.Fatalf("%v is %d %t %x %d, which composes to %v, %v", v, form, neg, coefficient, exponent, w, err)
		}
	}
}

func TestDecomposeBuffer(t *testing.T) {
	longest := 0
	for _, c := range []struct {
		f    Format
		want int
	}{{FormatOf[Float16](), 9}, {FormatOf[BFloat16](), 40}, {FormatOf[Float32](), 47}} {
		longest = 0
		for exponent := range uint32(1) << c.f.expo() {
			_, _, coefficient, _ := Value{c.f, exponent<<c.f.mant() | 1<<c.f.mant() - 1}.Decompose(nil)
			longest = max(longest, len(coefficient))
		}
		if longest != c.want {
			t.Errorf("%v: %d bytes, want %d", c.f, longest, c.want)
		}
	}
	buf := make([]byte, 1, 16)
	_, _, coefficient, exponent := From[Float16](-0.375).Decompose(buf)
	if len(coefficient) != 2 || &coefficient[0] != &buf[0] || exponent != -3 || fmt.Sprintf("%x", coefficient) != "0177" {
		t.Errorf("-0.375: %x × 10^%d, %t in the buffer", coefficient, exponent, &coefficient[0] == &buf[0])
	}
	if !driver.IsValue(From[Float16](1)) || !driver.IsValue(Value{}) {
		t.Error("no driver.Value")
	}
}

// TestComposeAgainstOracle composes decimals near values and midpoints, and checks what is rounded and what is an error.
func TestComposeAgainstOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	fs := everyFormat()
	for range 4000 {
		f := fs[r.IntN(len(fs))]
		if f.expo() > maxExponentBits && r.IntN(50) > 0 {
			continue
		}
		i, exp := numberNear(r, f)
		c := new(big.Int).Abs(i)
		c.Mul(c, new(big.Int).Lsh(big.NewInt(1), uint(max(exp, 0))))
		c.Mul(c, new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(max(-exp, 0))), nil))
		place := exact.Locate(exact.Convert(exact.Dyadic(i, exp)), oracleFormat(f))
		want, flags := place.Round(exact.Options{})
		inRange := flags&(exact.Overflow|exact.Invalid) == 0
		v := Value{f, 1}
		err := v.Compose(0, i.Sign() < 0, append([]byte{0, 0}, c.Bytes()...), int32(min(exp, 0)))
		if inRange && (err != nil || v.Bits != uint32(want)) || !inRange && (!errors.Is(err, ErrRange) || v != Value{f, 1}) {
			t.Fatalf("%v: %v × 2^%d composes to %#x, %v; want %#x %v", f, i, exp, v.Bits, err, want, flags)
		}
	}
}

func TestComposeErrors(t *testing.T) {
	half, fn, finite := FormatOf[Float16](), FormatOf[E4M3FN](), FormatOf[E2M1FN]()
	for _, c := range []struct {
		f           Format
		form        byte
		neg         bool
		coefficient []byte
		exponent    int32
		want        uint32
		err         error
	}{
		{half, 0, false, []byte{15}, -1, 0x3e00, nil}, {half, 0, true, []byte{15}, -1, 0xbe00, nil}, {half, 0, true, nil, 5, 0x8000, nil}, {half, 0, false, []byte{0, 0}, math.MaxInt32, 0, nil},
		{half, 1, true, []byte{1}, 7, 0xfc00, nil}, {half, 2, true, []byte{1}, 7, 0x7e00, nil}, {fn, 2, false, nil, 0, 0x7f, nil},
		{half, 0, false, []byte{1}, math.MinInt32, 0, nil}, {half, 0, true, []byte{1}, math.MinInt32, 0x8000, nil}, {half, 0, false, []byte{0xff, 0xdf}, 0, 0x7bff, nil}, {half, 0, false, []byte{0xff, 0xef}, 0, 0x7bff, nil},
		{half, 0, false, []byte{0xff, 0xf0}, 0, 7, ErrRange}, {half, 0, false, []byte{1}, math.MaxInt32, 7, ErrRange}, {half, 0, false, []byte{1}, 5, 7, ErrRange}, {half, 3, false, []byte{1}, 0, 7, ErrEncoding},
		{fn, 1, false, nil, 0, 7, ErrRange}, {finite, 2, false, nil, 0, 7, ErrRange}, {finite, 0, false, []byte{7}, 0, 7, ErrRange}, {finite, 0, false, []byte{69}, -1, 7, nil},
		{FormatOf[E8M0FNU](), 0, false, []byte{2}, 0, 0x80, nil}, {FormatOf[E8M0FNU](), 0, true, []byte{2}, 0, 7, ErrRange}, {Format{}, 0, false, []byte{1}, 0, 7, ErrFormat},
	} {
		v := Value{c.f, 7}
		if err := v.Compose(c.form, c.neg, c.coefficient, c.exponent); v != (Value{c.f, c.want}) || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%v: Compose(%d, %t, %x, %d): %#x, %v; want %#x, %v", c.f, c.form, c.neg, c.coefficient, c.exponent, v.Bits, err, c.want, c.err)
		}
	}
	x := From[E4M3FN](3)
	if err := x.Compose(1, false, nil, 0); !errors.Is(err, ErrRange) || x.Float64() != 3 {
		t.Errorf("Compose of an infinity: %v, %v", x, err)
	}
	if err := x.Compose(0, true, []byte{9}, -1); err != nil || x.Bits() != 0xb6 { // -0.875: 0.9 lies between 0.875 and 0.9375
		t.Errorf("Compose of -0.9: %#x, %v", x.Bits(), err)
	}
}

// TestComposeIsBounded: exponents and coefficients that make numbers of thousands of millions of digits are seen through at once.
func TestComposeIsBounded(t *testing.T) {
	long := make([]byte, 1<<14)
	long[0] = 1
	for _, f := range []Format{FormatOf[Float16](), FormatOf[Float32](), MustFormat(11, 20, IEEEFamily)} {
		for _, coefficient := range [][]byte{{1}, long} {
			for _, exponent := range []int32{math.MinInt32, -1 << 20, 1 << 20, math.MaxInt32, int32(-8 * len(coefficient) * 30103 / 100000)} {
				v := Value{Format: f}
				if err := v.Compose(0, false, coefficient, exponent); (err != nil) != (exponent > 0) {
					t.Errorf("%v: a coefficient of %d bytes and the exponent %d: %v, %v", f, len(coefficient), exponent, v, err)
				}
			}
		}
	}
}
