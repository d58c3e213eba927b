package tapf32

import (
	"fmt"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
)

// BenchmarkRows measures nine taps on planes of rows of several widths, in each variant.
func BenchmarkRows(b *testing.B) {
	for _, v := range append(impls[:len(impls):len(impls)], impl{^cpu.Feature(0), true, fmaGeneric, mulAddGeneric}) {
		if !v.ok {
			continue
		}
		name := v.feature.String()
		if v.feature == ^cpu.Feature(0) {
			name = "generic"
		}
		for _, n := range []int{7, 8, 16, 32, 112} {
			const rows = 16
			ldx := n + 2
			x, y, w := make([]float32, (rows+2)*ldx), make([]float32, rows*n), make([]float32, 9)
			var offsets []int
			for kh := range 3 {
				for kw := range 3 {
					offsets = append(offsets, kh*ldx+kw)
				}
			}
			for _, f := range []struct {
				name string
				body body
			}{{"fma", v.fma}, {"mulAdd", v.mulAdd}} {
				b.Run(fmt.Sprintf("%s/%s/n=%d", name, f.name, n), func(b *testing.B) {
					for b.Loop() {
						f.body(y, n, rows, n, x, ldx, offsets, w)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(9*rows*n), "ns/step")
				})
			}
		}
	}
}
