package gemmf32

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/halfulp/halfulp/internal/cpu"
)

// BenchmarkTile measures each variant on panels that stay in the first levels of cache.
func BenchmarkTile(b *testing.B) {
	const depth = 256
	r := rand.New(rand.NewPCG(3, 30))
	c, x, y := make([]float32, Rows*Cols), make([]float32, depth*Rows), make([]float32, depth*Cols)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	for i := range y {
		y[i] = float32(r.NormFloat64())
	}
	for _, v := range append(slices.Clone(impls), impl{^cpu.Feature(0), true, tileGeneric, nil}) {
		if !v.ok {
			continue
		}
		name := v.feature.String()
		if v.feature == ^cpu.Feature(0) {
			name = "generic"
		}
		if v.ceiling != nil {
			b.Run(name+"/ceiling", func(b *testing.B) {
				for b.Loop() {
					v.ceiling(depth)
				}
				b.ReportMetric(float64(Rows*Cols*depth)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "G-MAC/s")
			})
		}
		for _, rows := range []int{Rows, 4, 1} {
			b.Run(fmt.Sprintf("%s/rows=%d", name, rows), func(b *testing.B) {
				for b.Loop() {
					v.tile(c, Cols, rows, x, y, depth)
				}
				b.ReportMetric(float64(rows*Cols*depth)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "G-MAC/s")
			})
		}
	}
}
