package fuzz_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/blas"
	"github.com/halfulp/halfulp/fuzz"
	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// Dot products that SoftFloat computed.
func TestAccumulationsOfSoftFloat(t *testing.T) {
	half, e4m3 := fuzz.Float(parse(t, "binary16")), fuzz.Float(parse(t, "e4m3fn"))
	for _, kind := range []struct {
		name string
		a    fuzz.Accumulation
	}{
		{"f16_dot-seq", fuzz.Accumulation{X: half, Y: half, Accumulator: half, Step: fuzz.Separate}},
		{"f16_dot-fma", fuzz.Accumulation{X: half, Y: half, Accumulator: half}},
		{"e4m3fn-f16_dot-onerounding", fuzz.Accumulation{X: e4m3, Y: e4m3, Accumulator: half}},
	} {
		files := shared.Glob(t, "vectors/softfloat3/"+kind.name+"_*.txt.gz")
		if len(files) != 3 {
			t.Fatalf("%d files of %s", len(files), kind.name)
		}
		for _, file := range files {
			lines := 0
			shared.Lines(t, file, func(header map[string]string, fields []string) {
				n, _ := strconv.Atoi(fields[0])
				if lines++; lines%20 != 0 || testing.Short() && lines%100 != 0 {
					return
				}
				mode, _, _ := strings.Cut(header["mode"], " ")
				a := kind.a
				var err error
				if a.Context.Mode, err = rounding.ParseMode(mode); err != nil {
					t.Fatal(err)
				}
				var v []uint64
				for _, s := range fields[1:] {
					code, err := strconv.ParseUint(s, 16, 64)
					if err != nil {
						t.Fatal(err)
					}
					v = append(v, code)
				}
				code, flags := a.Want(v[:n], v[n:2*n])
				if code != v[2*n] || kind.name[0] == 'f' && uint64(flags) != v[2*n+1] {
					t.Errorf("%s: %x: got %x %v", file, v, code, flags)
				}
			})
			if lines == 0 {
				t.Errorf("%s: no lines", file)
			}
		}
	}
}

// gemm is package blas as an implementation under check, with a fault or none.
func gemm(acc blas.Accumulator, fault string) fuzz.GEMMFunc {
	f, half := minifloat.MustFormat(4, 3, minifloat.FNFamily), minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
	return fuzz.GEMM(func(m, n, k int, a, b []uint8) []uint16 {
		c := make([]uint16, m*n)
		p := blas.GemmParams{M: m, N: n, K: k}
		if fault == "last row" && m > 2 {
			p.M--
		}
		blas.Gemm(p, acc, blas.Codes(f, a), blas.Codes(f, b), blas.Array{}, blas.Codes(half, c))
		return c
	})
}

func TestGEMM(t *testing.T) {
	e4m3, half := fuzz.Float(parse(t, "e4m3fn")), fuzz.Float(parse(t, "binary16"))
	a := fuzz.Accumulation{X: e4m3, Y: e4m3, Accumulator: half}
	o := fuzz.DotOptions{Count: 600, Longest: 12}
	run := func(a fuzz.Accumulation, f fuzz.GEMMFunc) *fuzz.DotReport {
		t.Helper()
		r, err := fuzz.CheckGEMM(context.Background(), f, a, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	half16 := blas.Accumulator{Format: parse(t, "binary16")}
	separate := half16
	separate.Separate = true
	if r := run(a, gemm(half16, "")); !r.OK() || r.Checked < o.Count {
		t.Error(r)
	}
	split := a
	split.Step = fuzz.Separate
	if r := run(split, gemm(separate, "")); !r.OK() {
		t.Error(r)
	}
	for _, test := range []struct {
		f    fuzz.GEMMFunc
		want string
	}{
		{gemm(separate, ""), "computes as if product and sum rounded"},
		{gemm(blas.Accumulator{}, ""), "sums in binary32, fused"},
		{gemm(blas.Accumulator{Exact: true, Format: parse(t, "binary16")}, ""), "sums in binary32, fused"}, // the same in these
		{gemm(half16, "last row"), "though not of one row and one column alone"},
	} {
		r := run(a, test.f)
		if r.OK() || len(r.Findings) == 0 || !strings.Contains(r.Findings[0].Detail, test.want) {
			t.Errorf("%s: %v", test.want, r)
			continue
		}
		if n := len(r.Findings[0].Simplest.X); r.Findings[0].Simplest.Place == "" && n > 3 {
			t.Errorf("%s: %d terms: %v", test.want, n, r)
		}
	}
}

// Faults of dot products are found and named.
func TestDot(t *testing.T) {
	half := fuzz.Float(parse(t, "binary16"))
	a := fuzz.Accumulation{X: half, Y: half, Accumulator: half}
	as := func(change func(b *fuzz.Accumulation)) fuzz.DotFunc {
		b := a
		change(&b)
		b.Result = half
		return func(x, y []uint64) fuzz.Answer {
			code, _ := b.Want(x, y)
			return fuzz.Answer{Code: code}
		}
	}
	o := fuzz.DotOptions{Count: 200, Longest: 24}
	if testing.Short() {
		o = fuzz.DotOptions{Count: 60, Longest: 12}
	}
	for want, f := range map[string]fuzz.DotFunc{
		"":                                as(func(b *fuzz.Accumulation) {}),
		"sums in lanes of 8":              as(func(b *fuzz.Accumulation) { b.Order, b.Width = fuzz.Lanes, 8 }),
		"sums in chunks of 4":             as(func(b *fuzz.Accumulation) { b.Order, b.Width = fuzz.Chunks, 4 }),
		"sums in the order pairwise":      as(func(b *fuzz.Accumulation) { b.Order = fuzz.Pairwise }),
		"sums in the order descending":    as(func(b *fuzz.Accumulation) { b.Order = fuzz.Descending }),
		"rounds toward zero":              as(func(b *fuzz.Accumulation) { b.Context.Mode = rounding.ToZero }),
		"sums in binary32":                as(func(b *fuzz.Accumulation) { b.Accumulator = fuzz.Float(parse(t, "binary32")) }),
		"gives another result":            func(x, y []uint64) fuzz.Answer { return fuzz.Answer{Code: uint64(len(x))} },
		"gives another result (a panic)":  func(x, y []uint64) fuzz.Answer { return fuzz.Answer{Code: x[3]} },
		"gives another result (an error)": func(x, y []uint64) fuzz.Answer { return fuzz.Answer{Failed: "is asleep"} },
	} {
		r, err := fuzz.CheckDot(context.Background(), f, a, o)
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			if !r.OK() || r.Checked != o.Count {
				t.Error(r)
			}
			continue
		}
		detail, _, _ := strings.Cut(want, " (")
		if r.OK() || !strings.HasPrefix(r.Findings[0].Detail, detail) || len(r.String()) > 4000 {
			t.Errorf("%s: %v", want, r)
		}
	}
	for _, bad := range []fuzz.Accumulation{{}, {X: half, Y: half, Accumulator: fuzz.Integer(32, true)},
		{X: half, Y: half, Accumulator: half, Order: fuzz.Lanes}, {X: half, Y: half, Accumulator: half, Context: fuzz.Context{Mode: rounding.StochasticA, RandomBits: 3}}} {
		if _, err := fuzz.CheckDot(context.Background(), nil, bad, o); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

func ExampleCheckDot() {
	half := fuzz.Float(minifloat.MustFormat(5, 10, minifloat.IEEEFamily))
	dot := func(x, y []uint16) uint16 { // sums in float32
		a, b := minifloat.Floats[minifloat.Float16](x), minifloat.Floats[minifloat.Float16](y)
		sum := float32(0)
		for i := range a {
			sum = rounding.FMA32(a[i].Float32(), b[i].Float32(), sum)
		}
		return minifloat.From[minifloat.Float16](float64(sum)).Bits()
	}
	r, err := fuzz.CheckDot(context.Background(), fuzz.Dot(dot), fuzz.Accumulation{X: half, Y: half, Accumulator: half}, fuzz.DotOptions{Count: 200})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Findings[0].Detail)
	// Output: sums in binary32, fused
}
