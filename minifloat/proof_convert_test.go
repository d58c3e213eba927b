package minifloat_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/halfulp/halfulp/fuzz/exact"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Integers into every format of 8 bits or fewer and the wide ones, in all options:
// all of 9 bits, powers of two and their neighbours, random ones of every size.
func TestProofIntegers(t *testing.T) {
	for i, s := range append(append(smallSubjects(t), namedSmall(t)...), wideSubjects(t)...) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := &prover{t: t}
			random := rand.New(rand.NewPCG(60, uint64(i)))
			some := options[random.IntN(6):][:54]
			if s.f.Bits() > 8 {
				some = options
			}
			for n := -64; n <= 64; n++ {
				p.integer(s, uint64(max(n, -n)), n < 0, some)
			}
			for k := range 64 {
				p.integer(s, 1<<k, k%2 != 0, some)
				p.integer(s, 1<<k-1, k%3 != 0, some)
				p.integer(s, 1<<k+1, k%3 == 0, some)
			}
			p.integer(s, math.MaxUint64, false, options)
			p.integer(s, 1<<63, true, options)
			for range sized(10, 40, 2000) {
				p.integer(s, random.Uint64()>>random.IntN(64), random.IntN(2) == 0, some)
			}
			p.done()
		})
	}
}

// integer compares the conversion of ±n; a magnitude above an int64's stays
// positive, and a zero is +0.
func (p *prover) integer(s subject, n uint64, negative bool, options []option) {
	x := exact.Uint64(n)
	if negative = negative && n != 0 && n <= 1<<63; negative {
		x.Negative = true
	}
	place := exact.Locate(exact.Convert(x), s.g)
	for i := range options {
		want, wantFlags := place.Round(options[i].o)
		got, flags := options[i].c.EncodeUint(s.f, n)
		if negative {
			got, flags = options[i].c.EncodeInt(s.f, -int64(n))
		} else if n < 1<<63 {
			if code, more := options[i].c.EncodeInt(s.f, int64(n)); code != got || more != flags {
				p.fail("%s: %d is %#x and %#x", s.name, n, code, got)
			}
		}
		p.count++
		if got != uint32(want) || int(flags) != int(wantFlags) {
			p.fail("%s: %v, %+v: %#x %v, want %#x %v", s.name, x, options[i].o, got, flags, want, wantFlags)
		}
	}
}

func TestFromIntWith(t *testing.T) {
	c := minifloat.Context{Mode: rounding.ToPositiveInf}
	f := minifloat.FormatOf[minifloat.E4M3FN]()
	for n := math.MinInt16; n <= math.MaxInt16; n++ {
		got, flags := minifloat.FromIntWith[minifloat.E4M3FN](c, int16(n))
		if want, wantFlags := c.EncodeInt(f, int64(n)); uint32(got.Bits()) != want || flags != wantFlags {
			t.Fatalf("%d: %v %v, want %#x %v", n, got, flags, want, wantFlags)
		}
	}
	if got, flags := minifloat.FromIntWith[minifloat.BFloat16](c, uint64(math.MaxUint64)); got.Float64() != 0x1p64 || flags != rounding.Inexact {
		t.Errorf("%v %v", got, flags)
	}
}

// What Accuracy says is what conversion does: values, midpoints and their float64
// neighbours of every small format, and of binary16.
func TestProofAccuracy(t *testing.T) {
	check := func(s subject, x float64) {
		r := exact.Convert(exact.Float64(x))
		code, flags := exact.RoundResult(r, s.g, exact.Options{})
		value := s.g.Decode(code)
		want := minifloat.AccuracyExact
		switch {
		case r.Kind == exact.NaN && s.g.NaN != exact.NoNaN:
		case flags&exact.Invalid != 0:
			want = minifloat.AccuracyInvalid
		case flags&exact.Overflow != 0:
			want = minifloat.AccuracyOverflow
		case flags&exact.Underflow != 0:
			want = minifloat.AccuracyUnderflow
		case flags&exact.Inexact != 0:
			want = minifloat.AccuracyInexact
		case value.Kind == exact.Finite && !value.IsZero() && value.Int.BitLen()+value.Exp <= s.g.SmallestNormal().Exp:
			want = minifloat.AccuracySubnormal
		}
		got := s.f.Accuracy(x)
		if got != want {
			t.Fatalf("%s: Accuracy(%v) = %v, want %v", s.name, x, got, want)
		}
		if back := s.f.Decode(s.f.Encode(x)); got.Exact() != (back == x || math.IsNaN(x) && math.IsNaN(back)) {
			t.Fatalf("%s: Accuracy(%v) = %v, but it becomes %v", s.name, x, got, back)
		}
	}
	for i, s := range append(smallSubjects(t), namedSmall(t)...) {
		if i%3 == 0 && s.f.HasSubnormals() {
			s.name += " without subnormals"
			s.f, s.g.Subnormals = s.f.WithoutSubnormals(), false
		}
		for _, x := range breakpoints(s, 2) {
			check(s, x)
		}
	}
	half := namedSubject(t, "binary16")
	for code := uint32(0); code < 1<<16; code += uint32(sized(97, 1, 1)) {
		x := half.f.Decode(code)
		for _, x := range []float64{x, math.Nextafter(x, 0), x * (1 + 0x1p-11), x * 2, x / 2} {
			check(half, x)
		}
		if minifloat.AccuracyOf[minifloat.Float16](x) != half.f.Accuracy(x) {
			t.Fatal(x)
		}
	}
}

// The typed forms are those of a Context.
func TestFromBigTypes(t *testing.T) {
	random := rand.New(rand.NewPCG(61, 62))
	f := minifloat.FormatOf[minifloat.E5M2]()
	for range 2000 {
		c := options[random.IntN(len(options))].c
		r := big.NewRat(random.Int64N(1<<40)-1<<39, 1+random.Int64N(1<<20))
		n, x := r.Num(), new(big.Float).SetRat(r)
		got, flags := minifloat.FromRat[minifloat.E5M2](c, r)
		if want, wantFlags := c.EncodeRat(f, r); uint32(got.Bits()) != want || flags != wantFlags {
			t.Fatalf("%v: %v %v, want %#x %v", r, got, flags, want, wantFlags)
		}
		got, flags = minifloat.FromBigInt[minifloat.E5M2](c, n)
		if want, wantFlags := c.EncodeBigInt(f, n); uint32(got.Bits()) != want || flags != wantFlags {
			t.Fatalf("%v: %v %v, want %#x %v", n, got, flags, want, wantFlags)
		}
		got, flags = minifloat.FromBig[minifloat.E5M2](c, x)
		if want, wantFlags := c.EncodeBig(f, x); uint32(got.Bits()) != want || flags != wantFlags {
			t.Fatalf("%v: %v %v, want %#x %v", x, got, flags, want, wantFlags)
		}
	}
}
