//go:build !purego

package tapf32

import "github.com/halfulp/halfulp/internal/cpu"

var impls = []impl{
	{cpu.AVX512, cpu.Has(cpu.AVX512),
		func(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
			fmaAVX512(&y[0], ldy, rows, n, &x[0], ldx, &offsets[0], &w[0], len(offsets))
		},
		func(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
			mulAddAVX512(&y[0], ldy, rows, n, &x[0], ldx, &offsets[0], &w[0], len(offsets))
		}},
	{cpu.AVX2, cpu.Has(cpu.AVX2),
		func(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
			fmaAVX2(&y[0], ldy, rows, n, &x[0], ldx, &offsets[0], &w[0], len(offsets))
		},
		func(y []float32, ldy, rows, n int, x []float32, ldx int, offsets []int, w []float32) {
			mulAddAVX2(&y[0], ldy, rows, n, &x[0], ldx, &offsets[0], &w[0], len(offsets))
		}},
}
