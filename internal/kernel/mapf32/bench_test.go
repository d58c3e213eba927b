package mapf32

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// Benchmark measures each loop in each variant on slices that stay in the first levels of cache.
func Benchmark(b *testing.B) {
	const n = 4096
	r := rand.New(rand.NewPCG(3, 33))
	x, y, z := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range x {
		x[i], y[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
	}
	variants := map[string]*impl{"generic": &generic}
	for i := range impls {
		if v := &impls[i]; v.ok {
			variants[v.feature.String()] = v
		}
	}
	for _, name := range slices.Sorted(maps.Keys(variants)) {
		for _, l := range loops {
			b.Run(name+"/"+l.name, func(b *testing.B) {
				for b.Loop() {
					l.run(variants[name], z, y, x, [4]float32{0, 1, 0.5, 0.5})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
	}
}
