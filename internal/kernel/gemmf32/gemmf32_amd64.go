//go:build !purego

package gemmf32

import "github.com/halfulp/halfulp/internal/cpu"

var impls = []impl{
	{cpu.AVX512, cpu.Has(cpu.AVX512), avx512, ceilingAVX512},
	{cpu.AVX2, cpu.Has(cpu.AVX2), avx2, func(n int) { ceilingAVX2(4 * n) }},
}

func avx512(c []float32, ldc, rows int, a, b []float32, depth int) {
	tileAVX512(&c[0], ldc, rows, &a[0], &b[0], depth)
}

// avx2 makes a tile of four, whose sums fit the registers.
func avx2(c []float32, ldc, rows int, a, b []float32, depth int) {
	const height, width = Rows / 2, Cols / 2
	for i := 0; i < rows; i += height {
		h := min(height, rows-i)
		tileAVX2(&c[i*ldc], ldc, h, &a[i], &b[0], depth)
		tileAVX2(&c[i*ldc+width], ldc, h, &a[i], &b[width], depth)
	}
}
