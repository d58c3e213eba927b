package fixedpoint

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/rounding"
)

// TestConvertWith: a 16-bit number is a float64, whose conversion the oracle judges elsewhere.
func TestConvertWith(t *testing.T) {
	for _, overflow := range Overflows() {
		for i, mode := range rounding.Modes() {
			c := Context{Mode: mode, Overflow: overflow}
			for code := i; code < 1<<16; code += len(rounding.Modes()) {
				x := FromBits[Q7x8](int16(code))
				got, flags := ConvertWith[Q3x4](c, x)
				want, wantFlags := FromWith[Q3x4](c, x.Float64())
				if got != want || flags != wantFlags {
					t.Fatalf("ConvertWith(%+v, %v) = %v %v, want %v %v", c, x, got, flags, want, wantFlags)
				}
				unsigned, flags := ConvertWith[UQ8](c, x)
				if want, wantFlags := FromWith[UQ8](c, x.Float64()); unsigned != want || flags != wantFlags {
					t.Fatalf("ConvertWith(%+v, %v) = %v %v, want %v %v", c, x, unsigned, flags, want, wantFlags)
				}
			}
		}
	}
}

// TestTypedConvert compares Convert and ConvertSlice with Context.Convert: every 8- and 16-bit number, and the corners of wider ones.
func TestTypedConvert(t *testing.T) {
	convertTo[int8, F7](t)
	convertTo[uint8, F8](t)
	convertTo[int8, F0](t)
	convertTo[int16, F15](t)
	convertTo[uint16, F3](t)
	convertTo[int32, F31](t)
	convertTo[int32, F32](t)
	convertTo[uint32, F32](t)
	convertTo[uint32, F0](t)
	convertTo[int64, F63](t)
	convertTo[uint64, F64](t)
	convertTo[uint64, F0](t)
}

func convertTo[S Storage, F Fraction](t *testing.T) {
	convertFrom[S, F, int8, F7](t)
	convertFrom[S, F, uint8, F1](t)
	convertFrom[S, F, int16, F15](t)
	convertFrom[S, F, int16, F0](t)
	convertFrom[S, F, uint16, F16](t)
	convertFrom[S, F, uint16, F0](t)
	convertFrom[S, F, int32, F31](t)
	convertFrom[S, F, int32, F0](t)
	convertFrom[S, F, uint32, F32](t)
	convertFrom[S, F, uint32, F1](t)
	convertFrom[S, F, uint32, F0](t)
	convertFrom[S, F, int64, F40](t)
	convertFrom[S, F, uint64, F64](t)
}

func convertFrom[S Storage, F Fraction, S2 Storage, F2 Fraction](t *testing.T) {
	type to = Fixed[S, F]
	type from = Fixed[S2, F2]
	f, g := FormatOf[to](), FormatOf[from]()
	var codes []int64
	if g.Bits() <= 16 {
		for i := range 1 << g.Bits() {
			codes = append(codes, int64(i))
		}
	} else {
		r := rand.New(rand.NewPCG(41, 42))
		for range 2000 {
			codes = append(codes, randomBits(r, g))
		}
	}
	src, dst := make([]from, len(codes)), make([]to, len(codes)+1)
	for i, code := range codes {
		src[i] = from{S2(code)}
	}
	ConvertSlice(dst, src)
	for i, x := range src {
		want, wantFlags := Context{}.Convert(f, x.Value())
		if got := Convert[to](x); got.Value() != want || dst[i] != got {
			t.Fatalf("Convert(%v) to %v = %v and %v, want %v", x, f, got, dst[i], want)
		}
		if got, flags := ConvertWith[to](Context{}, x); got.Value() != want || flags != wantFlags {
			t.Fatalf("ConvertWith(%v) to %v = %v %v, want %v %v", x, f, got, flags, want, wantFlags)
		}
	}
}

// TestTypedFrom compares the typed conversions from and to float32 and float64 with those of formats.
func TestTypedFrom(t *testing.T) {
	fromFloats[int8, F7](t)
	fromFloats[uint8, F8](t)
	fromFloats[int8, F0](t)
	fromFloats[int16, F15](t)
	fromFloats[uint16, F2](t)
	fromFloats[int32, F31](t)
	fromFloats[int32, F32](t)
	fromFloats[uint32, F32](t)
	fromFloats[uint32, F0](t)
	fromFloats[int64, F63](t)
	fromFloats[uint64, F64](t)
	fromFloats[int64, F0](t)
}

func fromFloats[S Storage, F Fraction](t *testing.T) {
	type fixed = Fixed[S, F]
	f := FormatOf[fixed]()
	xs := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, math.Copysign(0, -1), 0x1p51, -0x1p51, 0x1p52, 0x1p53, 0x1p63, 0x1p64, -0x1p63}
	r := rand.New(rand.NewPCG(43, 44))
	for range 4000 {
		// A multiple of a quarter step and its neighbours, and any number around the range.
		x := (float64(randomBits(r, f)>>r.IntN(8)) + float64(r.IntN(8))/4) * f.Epsilon()
		xs = append(xs, x, math.Nextafter(x, 1e300), math.Nextafter(x, -1e300), (r.Float64()*2.5-1.25)*f.Max(), math.Float64frombits(r.Uint64()))
	}
	got, got32, floats := make([]fixed, len(xs)), make([]fixed, len(xs)), make([]float32, len(xs))
	FromFloat64s(got, xs)
	for i, x := range xs {
		floats[i] = float32(x)
		want := f.Encode(x)
		if int64(got[i].bits) != want || From[fixed](x) != got[i] || (fixed{}).FromFloat64(x) != got[i] {
			t.Fatalf("%v as %v is %v, want %d", x, f, got[i], want)
		}
		for _, c := range []Context{{rounding.ToNegativeInf, Wrap}, {rounding.ToOdd, SaturateSymmetric}} {
			want, wantFlags := c.Encode(f, x)
			if z, flags := FromWith[fixed](c, x); int64(z.bits) != want || flags != wantFlags {
				t.Fatalf("%v as %v %v is %v %v, want %d %v", x, f, c, z, flags, want, wantFlags)
			}
			c.Mode = rounding.StochasticB
			want, wantFlags = c.EncodeStochastic(f, x, 5, 4)
			if z, flags := FromStochastic[fixed](c, x, 5, 4); int64(z.bits) != want || flags != wantFlags {
				t.Fatalf("%v as %v %v is %v %v, want %d %v", x, f, c, z, flags, want, wantFlags)
			}
		}
	}
	FromFloat32s(got32, floats)
	for i, x := range floats {
		if want := f.Encode(float64(x)); int64(got32[i].bits) != want || FromFloat32[fixed](x) != got32[i] {
			t.Fatalf("float32 %v as %v is %v, want %d", x, f, got32[i], want)
		}
	}
	Float64s(xs, got)
	Float32s(floats, got)
	for i, x := range got {
		v := x.Value()
		if xs[i] != v.Float64() || x.Float64() != v.Float64() || floats[i] != v.Float32() || x.Float32() != v.Float32() || x.Big().Cmp(v.Big()) != 0 || x.Rat().Cmp(v.Rat()) != 0 {
			t.Fatalf("%v is %v and %v", x, xs[i], floats[i])
		}
		if FromBig[fixed](x.Big()) != x || FromRat[fixed](x.Rat()) != x {
			t.Fatalf("%v does not come back", x)
		}
		if x.Sign() != v.Sign() || x.IsZero() != v.IsZero() {
			t.Fatalf("%v: sign %d", x, x.Sign())
		}
		if whole, flags := Int[int64](Context{}, x); flags == 0 {
			if FromInt[fixed](whole) != x || FromBigInt[fixed](big.NewInt(whole)) != x {
				t.Fatalf("%v is the integer %d", x, whole)
			}
		}
	}
}

func TestInt(t *testing.T) {
	x := From[Q7x8](-2.5)
	if i, flags := Int[int8](Context{}, x); i != -2 || flags != rounding.Inexact {
		t.Error(i, flags)
	}
	if i, flags := Int[uint](Context{Mode: rounding.ToNegativeInf}, x); i != 0 || flags != rounding.Inexact|rounding.Overflow {
		t.Error(i, flags)
	}
	if i, flags := Int[uint8](Context{Mode: rounding.ToNegativeInf, Overflow: Wrap}, x); i != 253 || flags != rounding.Inexact|rounding.Overflow {
		t.Error(i, flags)
	}
	if i, flags := Int[uint64](Context{}, Max[Fixed[uint64, F0]]()); i != math.MaxUint64 || flags != 0 {
		t.Error(i, flags)
	}
}

// TestSlices compares the arithmetic on slices with the methods, at every length up to what a loop unrolls, in place too.
func TestSlices(t *testing.T) {
	slicesOf[int8, F7](t)
	slicesOf[uint8, F8](t)
	slicesOf[int8, F3](t)
	slicesOf[int16, F15](t)
	slicesOf[uint16, F9](t)
	slicesOf[int32, F31](t)
	slicesOf[uint32, F32](t)
	slicesOf[int64, F63](t)
	slicesOf[uint64, F1](t)
}

func slicesOf[S Storage, F Fraction](t *testing.T) {
	type fixed = Fixed[S, F]
	f := FormatOf[fixed]()
	r := rand.New(rand.NewPCG(45, 46))
	for n := range 70 {
		for offset := range 3 {
			x, y := make([]fixed, n+offset), make([]fixed, n+offset)
			for i := range x {
				x[i], y[i] = fixed{S(randomBits(r, f))}, fixed{S(randomBits(r, f))}
			}
			x, y = x[offset:], y[offset:]
			for _, op := range []struct {
				slice  func(dst, x, y []fixed)
				method func(x, y fixed) fixed
			}{{AddSlice[fixed], fixed.Add}, {SubSlice[fixed], fixed.Sub}, {MulSlice[fixed], fixed.Mul}} {
				dst, own := make([]fixed, n+2), slices.Clone(x)
				guard := fixed{1}
				dst[n], dst[n+1] = guard, guard
				op.slice(dst[:n], x, y)
				op.slice(own, own, y)
				for i := range x {
					if want := op.method(x[i], y[i]); dst[i] != want || own[i] != want {
						t.Fatalf("%v and %v of length %d: %v and %v, want %v", x[i], y[i], n, dst[i], own[i], want)
					}
				}
				if dst[n] != guard || dst[n+1] != guard {
					t.Fatal("wrote beyond the end")
				}
			}
		}
	}
	short := make([]fixed, 1)
	for name, call := range map[string]func(){
		"AddSlice":     func() { AddSlice(short, short, short[:0]) },
		"SubSlice":     func() { SubSlice(short[:0], short, short) },
		"MulSlice":     func() { MulSlice(short, short[:0], short) },
		"ConvertSlice": func() { ConvertSlice(short[:0], short) },
		"FromFloat32s": func() { FromFloat32s(short, make([]float32, 2)) },
		"FromFloat64s": func() { FromFloat64s(short, make([]float64, 2)) },
		"Float32s":     func() { Float32s(nil, short) },
		"Float64s":     func() { Float64s(nil, short) },
	} {
		if s, _ := panics(call).(string); !strings.HasPrefix(s, "fixedpoint: "+name+": ") {
			t.Errorf("%s: %q", name, s)
		}
	}
}

// TestPrinting: all ways to the name and the number give the same text.
func TestPrinting(t *testing.T) {
	x := From[Q7](-0.1)
	const want = "Q0.7(-0.1)"
	for _, got := range []string{x.String(), x.GoString(), fmt.Sprint(x), fmt.Sprintf("%#v", x), x.Value().GoString(), fmt.Sprintf("%s", x)} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	text, err := x.MarshalText()
	if got := x.Text('f', -1); got != "-0.1" || string(text) != got || err != nil || string(x.Append(nil, 'f', -1)) != got {
		t.Errorf("Text %q, MarshalText %q, %v", got, text, err)
	}
	if got := fmt.Sprint(Saturate, Wrap, SaturateSymmetric, overflowCount); got != "Saturate Wrap SaturateSymmetric Overflow(3)" {
		t.Error(got)
	}
}

func TestScanVerb(t *testing.T) {
	x := From[Q3x4](2)
	if _, err := fmt.Sscanf("1", "%d", &x); !errors.Is(err, ErrSyntax) || x.Float64() != 2 {
		t.Errorf("%v, %v", x, err)
	}
}
