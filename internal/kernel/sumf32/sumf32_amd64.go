//go:build !purego

package sumf32

import "github.com/halfulp/halfulp/internal/cpu"

var impls = []impl{
	{
		cpu.AVX512, cpu.Has(cpu.AVX512),
		func(acc *[Lanes]float64, x []float32) { addAVX512(&acc[0], &x[0], len(x)/Lanes) },
		func(acc *[Lanes]float64, x []float32, m float64) { addSquaresAVX512(&acc[0], &x[0], m, len(x)/Lanes) },
		func(acc *[Lanes]float64, x []float32, m float64, y []float32) {
			addProductsAVX512(&acc[0], &x[0], m, &y[0], len(x)/Lanes)
		},
		func(acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int) {
			dotsAVX512(&acc[0], &y[0], ldy, rows, n, &x[0], ldx, &offsets[0], len(offsets))
		},
	},
	{
		cpu.AVX2, cpu.Has(cpu.AVX2),
		func(acc *[Lanes]float64, x []float32) { addAVX2(&acc[0], &x[0], len(x)/Lanes) },
		func(acc *[Lanes]float64, x []float32, m float64) { addSquaresAVX2(&acc[0], &x[0], m, len(x)/Lanes) },
		func(acc *[Lanes]float64, x []float32, m float64, y []float32) {
			addProductsAVX2(&acc[0], &x[0], m, &y[0], len(x)/Lanes)
		},
		func(acc []float64, y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int) {
			dotsAVX2(&acc[0], &y[0], ldy, rows, n, &x[0], ldx, &offsets[0], len(offsets))
		},
	},
}
