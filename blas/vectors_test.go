package blas

import (
	"strconv"
	"strings"
	"testing"

	"github.com/halfulp/halfulp/internal/shared"
	"github.com/halfulp/halfulp/minifloat"
	"github.com/halfulp/halfulp/rounding"
)

// SoftFloat's dot products, each as a product of a row and a column, then all of one length as the diagonal of
// a larger product, so that they run through every lane.
func TestSoftFloatDots(t *testing.T) {
	b16 := minifloat.MustFormat(5, 10, minifloat.IEEEFamily)
	e4m3 := minifloat.MustFormat(4, 3, minifloat.FNFamily)
	names := map[string]rounding.Mode{"near_even": rounding.ToNearestEven, "near_maxMag": rounding.ToNearestAway,
		"minMag": rounding.ToZero, "min": rounding.ToNegativeInf, "max": rounding.ToPositiveInf, "odd": rounding.ToOdd}
	for _, name := range shared.Glob(t, "vectors/softfloat3/*_dot-*.txt.gz") {
		t.Run(strings.TrimSuffix(name[len("vectors/softfloat3/"):], ".txt.gz"), func(t *testing.T) {
			in := b16
			if strings.Contains(name, "e4m3fn") {
				in = e4m3
			}
			acc := Accumulator{Format: b16, Separate: strings.Contains(name, "dot-seq")}
			rows, columns, results := map[int][]uint16{}, map[int][]uint16{}, map[int][]uint16{}
			shared.Lines(t, name, func(header map[string]string, fields []string) {
				mode, known := names[strings.Fields(header["mode"])[0]]
				if !known {
					t.Fatalf("unknown mode %q", header["mode"])
				}
				acc.Context.Mode = mode
				n, err := strconv.Atoi(fields[0])
				if err != nil || len(fields) != 2*n+3 {
					t.Fatalf("malformed line of %d fields", len(fields))
				}
				x := make([]uint16, 2*n+1)
				for i := range x {
					v, err := strconv.ParseUint(fields[1+i], 16, 16)
					if err != nil {
						t.Fatal(err)
					}
					x[i] = uint16(v)
				}
				var got [1]uint16
				Gemm(GemmParams{M: 1, N: 1, K: n}, acc, Codes(in, x[:n]), Codes(in, x[n:2*n]), Array{}, Codes(b16, got[:]))
				if got[0] != x[2*n] {
					t.Fatalf("n = %d: %04x, want %04x", n, got[0], x[2*n])
				}
				rows[n] = append(rows[n], x[:n]...)
				columns[n] = append(columns[n], x[n:2*n]...)
				results[n] = append(results[n], x[2*n])
			})
			for n, want := range results {
				m := len(want)
				got := make([]uint16, m*m)
				p := GemmParams{M: m, N: m, K: n, TransB: true, Options: Options{Threads: 2}}
				Gemm(p, acc, Codes(in, rows[n]), Codes(in, columns[n]), Array{}, Codes(b16, got))
				for i, w := range want {
					if got[i*m+i] != w {
						t.Fatalf("n = %d: diagonal element %d is %04x, want %04x", n, i, got[i*m+i], w)
					}
				}
			}
		})
	}
}
