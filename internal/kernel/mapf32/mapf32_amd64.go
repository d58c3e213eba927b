//go:build !purego

package mapf32

import "github.com/halfulp/halfulp/internal/cpu"

var impls = []impl{
	{
		cpu.AVX512, cpu.Has(cpu.AVX512),
		func(z, x []float32, lo, hi float32) { clipAVX512(&z[0], &x[0], lo, hi, len(z)/block) },
		func(z, y, x []float32, lo, hi float32) { addBetweenAVX512(&z[0], &y[0], &x[0], lo, hi, len(z)/block) },
		func(z, x []float32, m, slope, offset float64) {
			normalizeAVX512(&z[0], &x[0], m, slope, offset, len(z)/block)
		},
		func(z, y, x []float32, slope, shift, m, tilt float64) {
			addTiltedAVX512(&z[0], &y[0], &x[0], slope, shift, m, tilt, len(z)/block)
		},
	},
	{
		cpu.AVX2, cpu.Has(cpu.AVX2),
		func(z, x []float32, lo, hi float32) { clipAVX2(&z[0], &x[0], lo, hi, len(z)/block) },
		func(z, y, x []float32, lo, hi float32) { addBetweenAVX2(&z[0], &y[0], &x[0], lo, hi, len(z)/block) },
		func(z, x []float32, m, slope, offset float64) {
			normalizeAVX2(&z[0], &x[0], m, slope, offset, len(z)/block)
		},
		func(z, y, x []float32, slope, shift, m, tilt float64) {
			addTiltedAVX2(&z[0], &y[0], &x[0], slope, shift, m, tilt, len(z)/block)
		},
	},
}
